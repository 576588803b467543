/*
 * The mappings (VMAs) of a process, from /proc/PID/smaps, or from /proc/PID/maps where only
 * the ranges are wanted or smaps is missing.
 *
 *	start ┌───────────┐ end of the one below, or a gap
 *	      │  pages    │ name: path, [heap], or "" for anonymous memory
 *	end   └───────────┘ exclusive
 *
 * One read() of these files returns about 4 KiB, so a list is no snapshot: the kernel promises
 * ascending ends, and every mapping that stood during the whole read. Between two reads a mapping
 * may be joined to the one before it, which was read already: of it the rest is listed.
 * Names are as the kernel wrote them, but for a newline, which maps writes as \012 and does not
 * tell from a name that holds these four characters: there PROCMAP_QUERY (Linux 6.11) is asked
 * for the very bytes, and without it the name stays as written.
 */
#ifndef PAGETOP_KERNEL_MAPS_H
#define PAGETOP_KERNEL_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pagetop/base/str.h"
#include "pagetop/kernel/told.h"

enum {
#define VMFLAG(id, word, text) PT_VMF_##id,
#include "pagetop/kernel/vmflags.def"
#undef VMFLAG
	PT_NVMFLAGS
};

#define PT_VMF(id) (UINT64_C(1) << PT_VMF_##id)
#define PT_VMF_UNNAMED (UINT64_C(1) << 63)	/* a mnemonic that vmflags.def does not have */

/*
 * What a PMD may map as a whole, as smaps tells it: AnonHugePages, ShmemPmdMapped, FilePmdMapped.
 */
enum { PT_PMD_ANON, PT_PMD_SHMEM, PT_PMD_FILE, PT_NPMD };

struct pt_vma {
	uint64_t start, end;	/* addresses */
	uint64_t pgoff;		/* offset in the file, bytes */
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	char perms[5];		/* "rw-p" */
	bool hides_swap;	/* what of it is in swap leaves nothing in the page table: it may
				   be shared memory */
	enum pt_told secret;	/* memory of memfd_secret() (kernel/backing.h) */
	enum pt_told bare;	/* private, and what is written there is a copy of no file:
				   /dev/zero, hugetlb without a file */
	uint64_t vmflags_known;	/* PT_VMF() bits that are known to be clear without smaps */
	bool got_smaps;		/* all below was read */
	bool no_sums;		/* pss_bytes to ksm_bytes are not those of its
				   pages: pt_maps_hold() */
	uint64_t vmflags;	/* PT_VMF() bits */
	uint64_t page_bytes;	/* KernelPageSize: 2 MiB or more for hugetlb */
	uint64_t rss_bytes;	/* Rss: without zero pages and hugetlb */
	uint64_t swap_bytes;	/* Swap: for shared memory the only source */
	uint64_t lazyfree_bytes;
	enum pt_told lazyfree;	/* of pages that may be lazyfree: all are, none is, it is not
				   known which (pt_image_complete()) */
	enum pt_told dies;	/* of a file without a name: it goes when this process ends, for
				   nobody else has it */
	uint64_t goes_bytes;	/* of its shared and merged frames those that go when this
				   process ends (pt_image_complete()) */
	uint64_t goes_open;	/* pages of which that is not known */
	uint64_t pss_bytes;
	uint64_t uss_bytes;	/* Private_Clean + Private_Dirty */
	uint64_t pmd_bytes[PT_NPMD];
	bool got_pmd;		/* AnonHugePages is there: without huge pages it is not */
	bool got_ksm;		/* the line is there, since Linux 6.7 */
	uint64_t ksm_bytes;
	bool got_thp, thp_eligible;	/* THPeligible: may get huge pages; before Linux
					   5.0 it is not told */
	bool got_orders;	/* which sizes of huge pages are enabled here was read, too:
				   pt_thp_orders(); */
	uint32_t thp_orders;	/* none where thp_eligible is false */
	enum pt_told deleted;	/* pt_vma_deleted(), where its name leaves it open and
				   the file was asked */
	const char *name;	/* raw bytes, NUL at the end; owned by the list */
	size_t name_len;
};

struct pt_vmas {
	struct pt_vma *v;
	size_t n, cap;
	struct pt_str names;
};

#define PT_VMAS_INIT { .names = PT_STR_INIT }

/*
 * One line of maps, or the first line of a mapping in smaps; `name` points into it. 0 or -EINVAL.
 */
int pt_maps_line(const char *line, size_t len, struct pt_vma *ret);

/* Any other line of smaps, told to the mapping it stands under. What is unknown is passed over. */
void pt_smaps_line(const char *line, struct pt_vma *vma);

/* The mnemonic of this bit of VmFlags, by its number. */
const char *pt_vmflag_name(int flag);

/*
 * All mappings below the process's directory. With `smaps`, smaps is read, and maps only where
 * smaps does not exist. 0 (n is 0 for a process without memory), or -errno: -EACCES no right to
 * look, -ESRCH it is gone.
 */
int pt_maps_read(int pid_dir_fd, bool smaps, struct pt_vmas *ret);
void pt_vmas_done(struct pt_vmas *vmas);

/* Whether it is known if the mapping has this flag, PT_VMF(). */
static inline bool pt_vma_knows(const struct pt_vma *vma, uint64_t flag)
{
	return vma->got_smaps || vma->vmflags_known & flag;
}

/* No file and no driver is behind it. */
bool pt_vma_is_plain(const struct pt_vma *vma);

/*
 * Of a file on a device without a driver, as shared memory is: what of it is in swap
 * only smaps tells.
 */
bool pt_vma_may_hide_swap(const struct pt_vma *vma);

/* Whether the kernel wrote behind the name that it is no more, or the file is really called so. */
bool pt_is_marked_deleted(const char *name, size_t len);

/*
 * Whether its file has no name any more. The kernel says so behind the name, but a file may really
 * be called that: then the inode decides, where it was asked. NO as well where there is no file.
 */
enum pt_told pt_vma_deleted(const struct pt_vma *vma);

/* The same place in the same file, with the same permissions. */
bool pt_vma_same(const struct pt_vma *a, const struct pt_vma *b);

/*
 * What maps tells of flags, after pt_backing_tell(): smaps walks the pages of the whole process,
 * and often none of its flags matters. A plain mapping has no page frames of drivers. Where status
 * says that nothing is locked (`none_locked`: VmLck is 0), no mapping is, but for those that are
 * not counted.
 */
void pt_maps_learn(struct pt_vmas *vmas, bool none_locked);

/* Takes over what smaps told of the mappings that are the same in both lists; how many are. */
size_t pt_maps_take_smaps(struct pt_vmas *to, const struct pt_vmas *from);

/*
 * Marks the mappings of which a later reading of smaps has other sums of huge and merged pages, or
 * none: `no_sums`.
 */
void pt_maps_hold(struct pt_vmas *vmas, const struct pt_vmas *later);

/* Each mapping of maps, as it is read; its name is good until `fn` returns. 0 or -errno. */
int pt_maps_each(int pid_dir_fd, void (*fn)(void *arg, const struct pt_vma *vma), void *arg);

/* The mapping that holds `addr`, or else the next one above; `n` if there is none. */
size_t pt_vma_at_or_above(const struct pt_vma *v, size_t n, uint64_t addr);

#endif
