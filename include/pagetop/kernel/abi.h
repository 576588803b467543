/*
 * Every bit of the kernel's page interfaces, named once, with the version it came with.
 *
 * Sources: Documentation/admin-guide/mm/pagemap.rst, include/uapi/linux/fs.h (PAGEMAP_SCAN,
 * PROCMAP_QUERY), include/uapi/linux/kernel-page-flags.h. Defined here because the headers of
 * the C library are often older than the kernel that runs.
 */
#ifndef PAGETOP_KERNEL_ABI_H
#define PAGETOP_KERNEL_ABI_H

#include <stdint.h>
#include <sys/ioctl.h>

enum { PT_PAGE_SHIFT = 12, PT_PAGE_BYTES = 1 << PT_PAGE_SHIFT };

/* A word of /proc/PID/pagemap. */
#define PT_PM_PFN_MASK		((UINT64_C(1) << 55) - 1)	/* 0 without CAP_SYS_ADMIN */
#define PT_PM_SOFT_DIRTY	(UINT64_C(1) << 55)		/* 3.11 */
#define PT_PM_EXCLUSIVE		(UINT64_C(1) << 56)		/* 4.2; not to be trusted in a PMD-mapped THP */
#define PT_PM_UFFD_WP		(UINT64_C(1) << 57)		/* 5.13 */
#define PT_PM_GUARD		(UINT64_C(1) << 58)		/* 6.15 */
#define PT_PM_FILE		(UINT64_C(1) << 61)		/* 3.5; on 6.18 also of the huge zero page */
#define PT_PM_SWAP		(UINT64_C(1) << 62)		/* an entry that is not present: swap, marker … */
#define PT_PM_PRESENT		(UINT64_C(1) << 63)

/* Of a word with PT_PM_SWAP: type in the low 5 bits, then the offset. */
#define PT_SWP_TYPE(word)	((unsigned)((word) & 31))
#define PT_SWP_OFFSET(word)	((word) >> 5 & ((UINT64_C(1) << 50) - 1))
/* The offset of a marker (5.19), whose type is told by entry.h. */
enum { PT_MARKER_UFFD_WP = 1, PT_MARKER_POISON = 2, PT_MARKER_GUARD = 4 };

/* PAGEMAP_SCAN, Linux 6.7. */
struct pt_pm_region {
	uint64_t start, end, categories;
};

struct pt_pm_scan_arg {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

#define PT_PAGEMAP_SCAN _IOWR('f', 16, struct pt_pm_scan_arg)

enum {
	PT_PAGE_IS_WPALLOWED = 1 << 0,
	PT_PAGE_IS_WRITTEN = 1 << 1,
	PT_PAGE_IS_FILE = 1 << 2,
	PT_PAGE_IS_PRESENT = 1 << 3,
	PT_PAGE_IS_SWAPPED = 1 << 4,	/* any entry that is not present, markers too */
	PT_PAGE_IS_PFNZERO = 1 << 5,
	PT_PAGE_IS_HUGE = 1 << 6,	/* mapped by PMD, or hugetlb */
	PT_PAGE_IS_SOFT_DIRTY = 1 << 7,	/* 6.8 */
	PT_PAGE_IS_GUARD = 1 << 8,	/* 6.16 */
	PT_PAGE_IS_ACCESSED = 1 << 9,	/* 7.3 */
};

/* PROCMAP_QUERY, Linux 6.11. */
struct pt_procmap_query {
	uint64_t size, query_flags, query_addr, vma_start, vma_end, vma_flags, vma_page_size;
	uint64_t vma_offset, inode;
	uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
	uint64_t vma_name_addr, build_id_addr;
};

#define PT_PROCMAP_QUERY _IOWR('f', 17, struct pt_procmap_query)

enum { PT_PROCMAP_EXECUTABLE = 4 };	/* of query_flags and vma_flags */

/* Bits of /proc/kpageflags. Those from 32 on are declared unstable by the kernel. */
enum {
	PT_KPF_LOCKED = 0, PT_KPF_ERROR, PT_KPF_REFERENCED, PT_KPF_UPTODATE, PT_KPF_DIRTY,
	PT_KPF_LRU, PT_KPF_ACTIVE, PT_KPF_SLAB, PT_KPF_WRITEBACK, PT_KPF_RECLAIM, PT_KPF_BUDDY,
	PT_KPF_MMAP, PT_KPF_ANON, PT_KPF_SWAPCACHE, PT_KPF_SWAPBACKED, PT_KPF_COMPOUND_HEAD,
	PT_KPF_COMPOUND_TAIL, PT_KPF_HUGE, PT_KPF_UNEVICTABLE, PT_KPF_HWPOISON, PT_KPF_NOPAGE,
	PT_KPF_KSM, PT_KPF_THP, PT_KPF_OFFLINE, PT_KPF_ZERO_PAGE, PT_KPF_IDLE, PT_KPF_PGTABLE,
	PT_KPF_RESERVED = 32, PT_KPF_MLOCKED, PT_KPF_OWNER_2, PT_KPF_PRIVATE, PT_KPF_PRIVATE_2,
	PT_KPF_OWNER_PRIVATE, PT_KPF_ARCH, PT_KPF_UNCACHED, PT_KPF_SOFTDIRTY, PT_KPF_ARCH_2,
	PT_KPF_ARCH_3,
};

#define PT_KPF(name) (UINT64_C(1) << PT_KPF_##name)

/*
 * Where the type of a page overlays its other fields: ANON, KSM and MMAP of such a page are noise.
 */
#define PT_KPF_TYPED (PT_KPF(SLAB) | PT_KPF(BUDDY) | PT_KPF(PGTABLE) | PT_KPF(OFFLINE))

/* Part of a block larger than a page. */
#define PT_KPF_COMPOUND (PT_KPF(COMPOUND_HEAD) | PT_KPF(COMPOUND_TAIL) | PT_KPF(HUGE) | PT_KPF(THP))

#endif
