/*
 * Which pages of an image a filter means: worked out once for each run, so that drawing, counting
 * and finding only walk over runs.
 *
 *	runs     ▇▇▇▇ ▇▇ ▇▇▇▇▇▇   ▇▇▇
 *	match    1    0  -1       1         1 meant, 0 not, -1: what is known does not decide
 *	between  0 0 0 0 0 0 0 0 0 0 0      one answer a mapping for all that is in no run
 */
#ifndef PAGETOP_MODEL_MATCHES_H
#define PAGETOP_MODEL_MATCHES_H

#include "pagetop/model/filter.h"
#include "pagetop/model/image.h"

struct pt_matches_sum {
	uint64_t nyes, nopen;		/* pages that are meant, and of which it is not known */
};

struct pt_matches {
	const struct pt_image *img;	/* a reference; NULL: nothing was worked out */
	int8_t *run, *between;		/* by the number of the run, and of the mapping */
	struct pt_matches_sum *in, all;	/* by mapping; of the process */
};

/* For the image that is there, `{ 0 }` before. 0 or -ENOMEM (then there is nothing). */
int pt_matches_make(struct pt_matches *m, const struct pt_image *img,
		    const struct pt_filter *filter);
void pt_matches_done(struct pt_matches *m);

/*
 * The pages of [lo, hi), all of the mapping `vma` of the image, that are meant, by row of the
 * image's lens; of how many it is not known.
 */
void pt_matches_count(const struct pt_matches *m, const struct pt_vma *vma, uint64_t lo_vpn,
		      uint64_t hi_vpn, struct pt_counts *ret, uint64_t *ret_open);

enum pt_found { PT_FOUND_NONE, PT_FOUND, PT_FOUND_ROUND };

/*
 * The first page of the next find, or of the one before: cells of `cell` pages, counted from the
 * beginning of their mapping, that lie side by side and hold a page that is meant, are one find.
 * Behind the last one it goes on at the other end of the process: ROUND. From within a find, back
 * is to its own beginning. Not found: *vpn stays.
 */
enum pt_found pt_matches_find(const struct pt_matches *m, bool forward, uint64_t cell,
			      uint64_t *vpn);

#endif
