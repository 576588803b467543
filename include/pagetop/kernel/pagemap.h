/*
 * /proc/PID/pagemap: one word for each page of an address space, and the PAGEMAP_SCAN ioctl
 * (Linux 6.7), which finds what is there at the cost of what is there.
 *
 *	PAGEMAP_SCAN  ->  regions: [start, end) with equal categories
 *	pread         ->  words, only inside the regions
 *
 * Where the ioctl is missing (an older kernel, a file that stands in), regions are found by
 * reading the words of the mappings, and what only the ioctl knows (mapped by PMD, zero page)
 * stays unknown. Of a file that stands in, holes and what is behind its end are absent pages. The
 * change over happens at run time, at the first refusal.
 */
#ifndef PAGETOP_KERNEL_PAGEMAP_H
#define PAGETOP_KERNEL_PAGEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	PT_STEP_NPAGES = 8192,	/* pages found by one step: bounds how long the
				   target's lock is held */
	PT_MAX_REGIONS = 512,	/* with more, walk_end may lie behind what was reported */
};

struct pt_region {
	uint64_t vpn;		/* first page */
	uint64_t npages;
	uint32_t categories;	/* PT_PAGE_IS_*; 0 where the ioctl is missing */
};

struct pt_pagemap {
	int fd;			/* -1: not open */
	bool no_scan;		/* PAGEMAP_SCAN was refused */
	bool stands_in;		/* a file on a disk: it has an end, and holes */
};

#define PT_PAGEMAP_INIT { .fd = -1 }

/*
 * 0, or -errno: -EACCES no right to look, -ESRCH no memory (kernel thread, zombie, gone),
 * -ENOSYS there is no such file (a kernel without CONFIG_PROC_PAGE_MONITOR).
 * With `scan` false the ioctl is not tried.
 */
int pt_pagemap_open(int pid_dir_fd, bool scan, struct pt_pagemap *ret);
void pt_pagemap_close(struct pt_pagemap *pm);

/*
 * Pages that are present or have another entry, from *vpn on and below `end_vpn`: at most `max`
 * regions, at most PT_STEP_NPAGES pages. *vpn is moved to where the next call goes on
 * (`end_vpn` when all is done). The number of regions, or -errno; -EOPNOTSUPP: the ioctl is
 * missing, and pm->no_scan is now set.
 */
ssize_t pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			struct pt_region *ret, size_t max);

/*
 * Whether PAGEMAP_SCAN shows a page of a mapping at all, be it there or not: 1; 0: page frames of a
 * driver (VM_PFNMAP), or no mapping; or -errno.
 */
int pt_pagemap_shows(const struct pt_pagemap *pm, uint64_t vpn);

/* Whether PAGEMAP_SCAN knows this category (PT_PAGE_IS_*); no page is looked at. */
bool pt_pagemap_knows(const struct pt_pagemap *pm, uint64_t category);

/*
 * The first page from `vpn` on whose word need be read: all before it are absent. UINT64_MAX: none.
 */
uint64_t pt_pagemap_skip(const struct pt_pagemap *pm, uint64_t vpn);

/* Words of `npages` pages. 0; -ESRCH the address space is gone; or -errno. */
int pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret);

/*
 * Whether the address space this descriptor was opened for still exists: it ends
 * with exit and exec.
 */
bool pt_pagemap_alive(const struct pt_pagemap *pm);

#endif
