/*
 * What becomes of some pages that one thread read: runs, in ascending order, to be joined with
 * those before them; the frames of the pages, if these are wanted; and what is to be asked of
 * smaps because of them.
 *
 * A try that does not hold is taken back to the mark that was set before it.
 */
#ifndef PAGETOP_SCAN_PART_H
#define PAGETOP_SCAN_PART_H

#include "pagetop/model/runs.h"

/* Pages side by side at neighbouring frames. */
struct pt_frames {
	uint64_t vpn, pfn, npages;
};

/* Pages were found that leave something open, which smaps tells of their mappings. */
enum {
	PT_OPEN_POOL = 1,	/* of hugetlb: how large are they? */
	PT_OPEN_LAZYFREE = 2,	/* may be lazyfree: how many are? */
	PT_OPEN_SUMS = 4,	/* merged, or mapped by PMD, as only the sums decide: pt_settle() */
	PT_OPEN_MIXED_MAP = 8,	/* contradict themselves, as a driver's may: are they a driver's? */
};

struct pt_part {
	struct pt_runs runs;
	struct pt_frames *frames;
	size_t nframes, frames_cap;
	uint64_t nunstable, nkept;	/* pages */
	unsigned open;			/* PT_OPEN_* */
};

void pt_part_reset(struct pt_part *p);		/* empty again, memory aside */
void pt_part_done(struct pt_part *p);

/* The frames of pages from `vpn` on by their words, all of which tell them. 0 or -ENOMEM. */
int pt_part_add_frames(struct pt_part *p, uint64_t vpn, const uint64_t *word, size_t npages);

struct pt_part_mark {
	size_t nruns, nframes;
	struct pt_run last;		/* which may be joined with what comes */
	uint64_t nunstable, nkept;
	unsigned open;
};

struct pt_part_mark pt_part_mark(const struct pt_part *p);
void pt_part_take_back(struct pt_part *p, const struct pt_part_mark *to);

#endif
