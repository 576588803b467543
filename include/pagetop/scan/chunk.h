/*
 * Pages become runs, chunk by chunk: found, read, checked and told apart, 2048 pages at a time.
 *
 *	regions   ██████████   ███████ ███████████        found by the walk, or read at a venture
 *	pieces    ████│█████   ██│████ ███████████        one mapping; as it was before, or to be read
 *	stretches ██│█│█████     │█│██ █████│█████        neighbouring frames, read in one call
 *	runs      ████│█████   ██│████ █████│█████        equal in all that was read
 *
 * What changed while it was read, or contradicts itself, is asked again; what never holds still is
 * unstable. Flags of pages mapped by PMD are read of the first page of each block of 512, the
 * others have the same (Linux 6.12; before, completed from there); that they still are mapped so is
 * asked between the two looks at the words.
 *
 * A chunk is for one thread; what it looks at (the job) is constant and shared.
 */
#ifndef PAGETOP_SCAN_CHUNK_H
#define PAGETOP_SCAN_CHUNK_H

#include "pagetop/model/image.h"
#include "pagetop/scan/keep.h"
#include "pagetop/scan/target.h"

/* The same for all chunks of a scan. */
struct pt_chunk_job {
	const struct pt_scan_env *env;
	const struct pt_image *img;	/* its mappings, and the bits of flags that are kept */
	unsigned needs;			/* PT_NEED_* */
	bool ksm_noise, none_merged;	/* the flag KSM says nothing; nothing was ever merged on this machine */
	bool words;			/* one page, each word of it read: none is told by another */
	struct pt_keep keep;		/* what need not be read again */
};

/* Pages side by side at neighbouring frames. */
struct pt_frames {
	uint64_t vpn, pfn, npages;
};

/* What became of a chunk. */
struct pt_part {
	struct pt_runs runs;		/* in ascending order; to be joined with those before */
	struct pt_frames *frames;	/* if PT_NEED_PFNS */
	size_t nframes, frames_cap;
	uint64_t nunstable, nkept;	/* pages */
	bool pool;			/* some are of hugetlb: smaps tells how large */
	bool lazyfree;			/* some may be lazyfree: smaps tells how many are */
	bool open;			/* some are such that only the sums of smaps decide: pt_settle() */
	bool mixed;			/* some contradict themselves where a driver's may: smaps tells */
};

void pt_part_reset(struct pt_part *p);		/* empty again, memory aside */
void pt_part_done(struct pt_part *p);

struct pt_chunk;

struct pt_chunk *pt_chunk_new(void);				/* 200 KiB; NULL: no memory */
struct pt_chunk *pt_chunk_free(struct pt_chunk *c);		/* returns NULL; takes NULL */

/*
 * Adds the pages of `n` regions, which ascend, to the part; those outside all mappings appeared
 * later and are left out. `pm` is this thread's own copy. 0 or -errno.
 */
int pt_chunk_read(struct pt_chunk *c, const struct pt_chunk_job *job, struct pt_pagemap *pm,
		  const struct pt_region *region, size_t n, struct pt_part *add_to);

/* Whether the last one was full of pages, none of them mapped by PMD: so may be what comes next. */
bool pt_chunk_is_dense(const struct pt_chunk *c);

/* Of the one page that a job with `words` was asked for: what was read of it. */
void pt_chunk_words(const struct pt_chunk *c, uint64_t *ret_word, uint64_t *ret_kflags, uint64_t *ret_count);

#endif
