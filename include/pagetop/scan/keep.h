/*
 * What an earlier image of the same address space saves: a page whose word is as it was keeps its
 * flags and its count for a while.
 *
 *	addresses   │ 0 │ 1 │ 2 │ … │ 15 │ 0 │ 1 │ …     blocks of PT_STEP_NPAGES pages
 *	                  ▲ this pass reads the blocks of this number anew
 *
 * So in PT_KEEP_PASSES passes everything has been read anew, and nothing that is kept is older.
 */
#ifndef PAGETOP_SCAN_KEEP_H
#define PAGETOP_SCAN_KEEP_H

#include "pagetop/model/image.h"
#include "pagetop/model/wish.h"

enum { PT_KEEP_LEAST_NPAGES = 32768 };	/* a smaller process is read anew each time */

struct pt_keep {
	const struct pt_image *last;	/* NULL: nothing is kept */
	bool ksm_noise;			/* the flag KSM was decided by smaps: what may be merged
					   is looked at anew */
	unsigned turn;			/* the number of the blocks that are read anew */
};

/* From the last image, which may be NULL, if it knows all that is to be known now. */
void pt_keep_init(struct pt_keep *k, const struct pt_image *last, const struct pt_image *now,
		  const struct pt_wish *wish, unsigned needs);

/* Notes in the image which pages were read when. */
void pt_keep_note(const struct pt_keep *k, struct pt_image *now, uint64_t nkept);

/*
 * From `vpn` on, at most to `end`: the run that these pages were, and are still by their words; or
 * NULL. `*end` becomes where that answer ends. `scan`: PT_RUN() bits that the ioctl told of them.
 */
const struct pt_run *pt_keep_run(const struct pt_keep *k, uint64_t vpn, uint64_t *end,
				 const uint64_t *word, uint16_t scan);

#endif
