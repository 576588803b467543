/*
 * Which pages are not as they were a scan ago:
 *
 *	was   pppp....sssscc        row of the lens, overlays, and where both are known the PFN
 *	now   ppppppp.ssppcc
 *	          └┬┘   └┤          ranges, ascending
 */
#ifndef PAGETOP_MODEL_FRESH_H
#define PAGETOP_MODEL_FRESH_H

#include "pagetop/model/image.h"

struct pt_fresh {
	struct pt_fresh_range { uint64_t lo, hi; } *r;		/* pages, the end excluded */
	size_t n, cap;
};

/*
 * Anew. Images that were not read alike (another lens, other needs), or of which one is NULL, are
 * not compared: nothing is fresh then, nor of what would not hold still. 0 or -ENOMEM.
 */
int pt_fresh_find(const struct pt_image *was, const struct pt_image *now, struct pt_fresh *ret);
void pt_fresh_done(struct pt_fresh *f);

/* Whether any of these pages is; of NULL none. */
bool pt_fresh_any(const struct pt_fresh *f, uint64_t lo_vpn, uint64_t hi_vpn);

#endif
