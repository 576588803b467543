/*
 * Trials on pages of our own: what the source says of them must be what was made.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/doctor_check.h"
#include "pagetop/kernel/maps.h"

enum {
	WRITTEN_NPAGES = PT_OWN_NPAGES / 2,
	OWN_BYTES = PT_OWN_NPAGES * PT_PAGE_BYTES,
	TRIES = 10,		/* a page may move once; not ten times */
};

/* ---- pagemap */

static uint64_t vpn_of(const void *addr)
{
	return (uintptr_t)addr >> PT_PAGE_SHIFT;
}

/* Words of all our pages. 0 or -errno. */
static int own_words(const struct pt_doctor *d, uint64_t ret[static PT_OWN_NPAGES])
{
	return d->pm_err ? d->pm_err : pt_pagemap_read(&d->pm, vpn_of(d->mem), PT_OWN_NPAGES, ret);
}

int pt_check_pagemap(const struct pt_doctor *d, struct pt_check *c)
{
	uint64_t word[PT_OWN_NPAGES];
	int nright = 0, err = own_words(d, word);

	if (err)
		return err;
	for (int i = 0; i < PT_OWN_NPAGES; i++)
		nright += i % 2 ? !(word[i] & (PT_PM_PRESENT | PT_PM_SWAP)) :
				  !!(word[i] & PT_PM_PRESENT);
	pt_str_addf(&c->found, "every other page of %d written: %d correct", PT_OWN_NPAGES,
		    nright);
	return nright == PT_OWN_NPAGES ? 0 : -EBADMSG;
}

int pt_check_pfn(const struct pt_doctor *d, struct pt_check *c)
{
	uint64_t pfn = pt_doctor_pfn(d, d->mem);

	if (d->pm_err)
		return pt_untried(c, NULL, "pagemap not available");
	if (pfn)
		pt_str_addf(&c->found, "own page at PFN 0x%" PRIx64, pfn);
	else
		pt_str_adds(&c->found, "PFN of own page hidden");
	return pfn ? 0 : -EPERM;
}

static void add_categories(const struct pt_doctor *d, struct pt_str *out)
{
	static const struct { uint64_t bit; const char *name; } row[] = {
		{ PT_PAGE_IS_WPALLOWED, "wpallowed" }, { PT_PAGE_IS_WRITTEN, "written" },
		{ PT_PAGE_IS_FILE, "file" }, { PT_PAGE_IS_PRESENT, "present" },
		{ PT_PAGE_IS_SWAPPED, "swapped" }, { PT_PAGE_IS_PFNZERO, "pfnzero" },
		{ PT_PAGE_IS_HUGE, "huge" }, { PT_PAGE_IS_SOFT_DIRTY, "soft_dirty" },
		{ PT_PAGE_IS_GUARD, "guard" }, { PT_PAGE_IS_ACCESSED, "accessed" },
	};

	for (int known = 1; known >= 0; known--) {
		const char *before = known ? "; supports " : "; lacks ";

		for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
			if (pt_pagemap_knows(&d->pm, row[i].bit) == known) {
				pt_str_addf(out, "%s%s", before, row[i].name);
				before = ", ";
			}
	}
}

int pt_check_scan(const struct pt_doctor *d, struct pt_check *c)
{
	struct pt_region reg[PT_OWN_NPAGES];
	struct pt_pagemap pm = d->pm;
	const uint64_t first = vpn_of(d->mem);
	uint64_t vpn = first;
	int nright = 0;
	ssize_t n;

	if (d->pm_err)
		return pt_untried(c, NULL, "pagemap not available");
	n = pt_pagemap_find(&pm, &vpn, first + PT_OWN_NPAGES, reg, PT_OWN_NPAGES);
	if (n < 0)
		return (int)n;
	for (int i = 0; i < n; i++)
		nright += reg[i].vpn == first + 2 * (uint64_t)i && reg[i].npages == 1 &&
			  reg[i].categories == PT_PAGE_IS_PRESENT;
	pt_str_addf(&c->found, "%d of %d written pages found, in %zd regions", nright,
		    WRITTEN_NPAGES, n);
	add_categories(d, &c->found);
	return n == WRITTEN_NPAGES && nright == n ? 0 : -EBADMSG;
}

/* Either the word of a page never touched has the bit, or at the latest that of a page written. */
int pt_check_soft_dirty(const struct pt_doctor *d, struct pt_check *c)
{
	uint64_t word[PT_OWN_NPAGES];
	bool kept;

	if (own_words(d, word))
		return pt_untried(c, NULL, "pagemap not available");
	kept = (word[0] | word[1]) & PT_PM_SOFT_DIRTY;
	pt_str_addf(&c->found, "%s on a page just written%s", kept ? "set" : "not set",
		    d->probe.trials.soft_dirty_absent == PT_YES ?
			    "; also set on absent pages of a new mapping" :
			    "");
	return kept ? 0 : -ENODATA;
}

/* ---- the kpage files */

/*
 * What the file says of the frame of our page at `addr`, which must not move meanwhile. 0; -errno
 * for the trial to return; 1: it could not be tried, and `c` says so.
 */
static int own_frame(const struct pt_doctor *d, enum pt_kpage_file file, const void *addr,
		     struct pt_check *c, uint64_t *ret)
{
	uint64_t pfn = pt_doctor_pfn(d, addr), before;
	int err = d->probe.kpage.fd[file] < 0 ? d->probe.kpage.fd[file] : 0, tries = 0;

	if (!err && !pfn) {
		pt_untried(c, d->pm_err ? NULL : PT_NEEDS_PFN,
			   "accessible, but PFNs of own pages are hidden");
		return 1;
	}
	do {
		before = pfn;
		err = err ? err : pt_kpage_read(&d->probe.kpage, file, &pfn, 1, ret);
		pfn = pt_doctor_pfn(d, addr);
	} while (!err && pfn != before && tries++ < TRIES);
	if (err || (pfn == before && *ret != PT_KPAGE_NONE))
		return err;
	pt_str_adds(&c->found, pfn == before ? "no entry for the frame of own page" :
					       "own page keeps moving");
	return -EBADMSG;
}

int pt_check_kpageflags(const struct pt_doctor *d, struct pt_check *c)
{
	uint64_t flags;
	int err = own_frame(d, PT_KPAGE_FLAGS, d->mem, c, &flags);
	bool anon = !err && (flags & (PT_KPF(ANON) | PT_KPF_TYPED)) == PT_KPF(ANON);

	if (err)
		return err < 0 ? err : 0;
	pt_str_addf(&c->found, "flags of own page: 0x%" PRIx64 ", %s", flags,
		    anon ? "anonymous" : "not anonymous");
	return anon ? 0 : -EBADMSG;
}

/* The count of a page of shared memory that is mapped twice; results as own_frame() */
static int count_of_two(const struct pt_doctor *d, struct pt_check *c, uint64_t *ret)
{
	char *one = mmap(NULL, PT_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	char *two;
	int err = -ENOMEM;

	if (one == MAP_FAILED)
		return err;
	*one = 1;
	two = mremap(one, 0, PT_PAGE_BYTES, MREMAP_MAYMOVE);	/* 0 bytes: the same page again */
	if (two != MAP_FAILED) {
		*two = 2;
		err = own_frame(d, PT_KPAGE_COUNT, one, c, ret);
		munmap(two, PT_PAGE_BYTES);
	}
	munmap(one, PT_PAGE_BYTES);
	return err;
}

int pt_check_kpagecount(const struct pt_doctor *d, struct pt_check *c)
{
	uint64_t one, two;
	int err = own_frame(d, PT_KPAGE_COUNT, d->mem, c, &one);

	err = err ? err : count_of_two(d, c, &two);
	if (err)
		return err < 0 ? err : 0;
	pt_str_addf(&c->found, "map count of a page mapped once: %" PRIu64 ", mapped twice: %" PRIu64,
		    one, two);
	return one == 1 && two == 2 ? 0 : -EBADMSG;
}

int pt_check_kpagecgroup(const struct pt_doctor *d, struct pt_check *c)
{
	uint64_t inode;
	int err = own_frame(d, PT_KPAGE_CGROUP, d->mem, c, &inode);

	if (err)
		return err < 0 ? err : 0;
	pt_str_addf(&c->found, "own page charged to memcg inode %" PRIu64, inode);
	return inode ? 0 : -ENODATA;
}

int pt_check_precise(const struct pt_doctor *d, struct pt_check *c)
{
	const struct pt_trials *t = &d->probe.trials;
	bool tried = t->exact_counts != PT_UNTOLD;

	if (!tried && !d->probe.config)
		return pt_untried(c, NULL, "no own huge page with visible PFN and counts, "
				  "and the kernel configuration is not readable");
	pt_str_addf(&c->found, "%s: %s", tried ? t->counts_by : "by kernel configuration",
		    d->probe.precise ? "every page has a map count of its own" :
		    "large folios have only an average map count");
	return d->probe.precise ? 0 : -ENODATA;
}

int pt_check_ksm_flag(const struct pt_doctor *d, struct pt_check *c)
{
	enum pt_told told = d->probe.trials.ksm_flag;

	if (told == PT_UNTOLD)
		return pt_untried(c, NULL, "flags of own page hidden");
	pt_str_adds(
		&c->found,
		told == PT_YES ?
			"not set on an own page that was never merged" :
			"set on every anonymous page; KSM of smaps, anon-exclusive and dirty are used instead");
	return told == PT_YES ? 0 : -ENODATA;
}

int pt_check_exclusive_flag(const struct pt_doctor *d, struct pt_check *c)
{
	enum pt_told told = d->probe.trials.exclusive_flag;

	if (told == PT_UNTOLD)
		return pt_untried(c, NULL, "flags of own page hidden");
	pt_str_addf(&c->found, "%s on an unshared own page",
		    told == PT_YES ? "set" : "not set");
	return told == PT_YES ? 0 : -ENODATA;
}

/* By its work: a filter of somebody else may be there as well. */
int pt_check_sandbox(const struct pt_doctor *d, struct pt_check *c)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC), err = fd < 0 ? errno : 0;

	(void)d;
	if (fd >= 0)
		close(fd);
	if (err && err != EPERM)
		return pt_untried(c, NULL, "/dev/null cannot be opened at all");
	pt_str_addf(&c->found, "opening /dev/null for writing is %s", err ? "refused" : "allowed");
	return err ? 0 : -ENODATA;
}

int pt_check_page_size(const struct pt_doctor *d, struct pt_check *c)
{
	pt_str_addf(&c->found, "%" PRIu64 " bytes", d->root->page_bytes);
	return d->root->page_bytes == PT_PAGE_BYTES ? 0 : -ENODATA;
}

int pt_check_pids(const struct pt_doctor *d, struct pt_check *c)
{
	const pid_t pid = pt_self_pid(d->root->proc_fd);

	if (d->root->pids == PT_PIDS_FILES)
		return pt_untried(c, NULL, "stand-in for /proc");
	if (d->root->pids == PT_PIDS_OURS) {
		pt_str_addf(&c->found, "own namespace: pagetop is PID %d", (int)pid);
		return 0;
	}
	pt_str_addf(&c->found, "/proc shows " PT_OTHER_PIDS ": pagetop is PID %d, there ", (int)getpid());
	if (pid)
		pt_str_addf(&c->found, "PID %d", (int)pid);
	else
		pt_str_adds(&c->found, "none");
	c->health = PT_PARTLY;
	c->remedy = d->root->real ? PT_MOUNT_PROC : NULL;
	return 0;
}

/* ---- mappings */

/* Our mapping as maps or smaps has it, and nothing else of it. 0 or -errno. */
static int own_vma(const struct pt_doctor *d, bool smaps, struct pt_check *c, struct pt_vma *ret)
{
	struct pt_vmas l = PT_VMAS_INIT;
	const uint64_t start = (uintptr_t)d->mem;
	int err = pt_maps_read(d->self_fd, smaps, &l);
	size_t i = err ? 0 : pt_vma_at_or_above(l.v, l.n, start);

	if (!err && (i == l.n || l.v[i].start != start || l.v[i].end != start + OWN_BYTES ||
		     strcmp(l.v[i].perms, "rw-p"))) {
		pt_str_adds(&c->found, "own mapping not listed as created");
		err = -EBADMSG;
	}
	if (!err)
		*ret = l.v[i];
	pt_vmas_done(&l);
	return err;
}

int pt_check_maps(const struct pt_doctor *d, struct pt_check *c)
{
	struct pt_vma v;
	int err = own_vma(d, false, c, &v);

	if (!err)
		pt_str_adds(&c->found, "own mapping has the right range and permissions");
	return err;
}

int pt_check_smaps(const struct pt_doctor *d, struct pt_check *c)
{
	const uint64_t rw = PT_VMF(RD) | PT_VMF(WR);
	struct pt_vma v;
	int err = own_vma(d, true, c, &v);

	if (err)
		return err;
	if (!v.got_smaps) {
		pt_str_adds(&c->found, "no smaps, or no VmFlags in it");
		return -ENOENT;
	}
	pt_str_addf(&c->found, "VmFlags present; Rss %" PRIu64 " kB of %d kB written",
		    v.rss_bytes >> 10, WRITTEN_NPAGES * PT_PAGE_BYTES >> 10);
	return (v.vmflags & rw) == rw && v.rss_bytes == WRITTEN_NPAGES * PT_PAGE_BYTES ? 0 :
	       -EBADMSG;
}

int pt_check_procmap_query(const struct pt_doctor *d, struct pt_check *c)
{
	const uint64_t code = (uintptr_t)pt_check_procmap_query;
	struct pt_procmap_query q = { .size = sizeof(q), .query_addr = code };
	int fd = pt_open_at(d->self_fd, "maps"), err;
	bool right;

	if (fd < 0)
		return fd;
	err = ioctl(fd, PT_PROCMAP_QUERY, &q) ? -errno : 0;
	close(fd);
	if (err)
		return err;
	right = q.vma_start <= code && code < q.vma_end && q.vma_flags & PT_PROCMAP_EXECUTABLE;
	pt_str_addf(&c->found, "own code %s in the mapping it reports",
		    right ? "is" : "is not");
	return right ? 0 : -EBADMSG;
}

/* ---- contents */

int pt_check_kcmp(const struct pt_doctor *d, struct pt_check *c)
{
	if (!d->probe.kcmp_err)
		pt_str_adds(&c->found, "compares address spaces");
	else if (d->probe.kcmp_err == -ENOSYS)
		pt_str_adds(&c->found, "not in this kernel");
	else if (d->probe.kcmp_err == -EXDEV)
		pt_str_adds(&c->found,
			    "not with the PIDs of this /proc: another PID namespace");
	return d->probe.kcmp_err;
}

int pt_check_mem(const struct pt_doctor *d, struct pt_check *c)
{
	int fd = pt_open_at(d->self_fd, "mem");
	char got[PT_PAGE_BYTES];
	ssize_t n;
	bool right;

	if (fd < 0)
		return fd;
	n = pt_pread_full(fd, got, sizeof(got), (uintptr_t)d->mem);
	close(fd);
	if (n < 0)
		return (int)n;
	right = n == sizeof(got) && !memcmp(got, d->mem, sizeof(got));
	pt_str_addf(&c->found, "own page reads back %s",
		    right ? "as written" : "not as written");
	return right ? 0 : -EBADMSG;
}
