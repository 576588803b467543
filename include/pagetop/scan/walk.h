/*
 * Where the pages of an address space are, step by step.
 *
 *	PAGEMAP_SCAN           regions that hold something, at the cost of what is there
 *	where it is missing    the words of every mapping, read block by block, make such regions
 *	where it was dense     a region without categories, as long as a step: it is read, not looked for
 *
 * A step finds at most PT_STEP_NPAGES pages, so that the lock of the process is never held long.
 * When the ioctl gives up half way, the walk goes on by words from there.
 */
#ifndef PAGETOP_SCAN_WALK_H
#define PAGETOP_SCAN_WALK_H

#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/pagemap.h"
#include "pagetop/scan/target.h"

/* 64 KiB: to be kept on the heap. */
struct pt_walk {
	/* the caller's: to be set first, and borrowed */
	const struct pt_scan_env *env;
	struct pt_pagemap *pm;
	const struct pt_vmas *vmas;	/* only their ranges matter */
	bool dense;			/* what comes next may be read without looking for it */

	uint64_t vpn, end_vpn;		/* where the next step begins; equal: all is done */
	uint64_t block_vpn;		/* the words that were read last */
	size_t block_npages;
	uint64_t block[PT_STEP_NPAGES];
};

/* Where what pagemap covers ends: [vsyscall] lies beyond. */
uint64_t pt_walk_last_vpn(const struct pt_vmas *vmas);

/* From `vpn` to before `end_vpn`, at most to where pagemap ends. */
void pt_walk_from(struct pt_walk *w, uint64_t vpn, uint64_t end_vpn);

/*
 * One step: the number of regions, which may be 0 before the end; or -errno, -ECANCELED among
 * them. `ret` has room for PT_MAX_REGIONS.
 */
ssize_t pt_walk_next(struct pt_walk *w, struct pt_region *ret);

#endif
