/*
 * What happened to the pages of a process between two images of it.
 */
#ifndef PAGETOP_MODEL_CHANGE_H
#define PAGETOP_MODEL_CHANGE_H

#include "pagetop/model/image.h"

/*
 * Marks the pages of `now`, which is not complete yet, with what happened to each since `base`;
 * pages that are gone get runs of their own. Both must have PFNs; where these are hidden it is
 * not known whether a page moved. 0 or -ENOMEM.
 */
int pt_change_mark(struct pt_image *now, const struct pt_image *base);

enum { PT_CHANGE_NPAGES = 512 };

/*
 * Whether there are pages at another frame of which it is not known why. Where a process that was
 * forked from this one has the frame of before, at the same address, the page was copied since.
 */
bool pt_change_is_open(const struct pt_image *now);

/*
 * Marks these. `frames` tells the PFNs of `npages` pages of such a process, at most
 * PT_CHANGE_NPAGES; 0: none, or not anonymous. 0, -ENOMEM, or what `frames` returned.
 */
typedef int pt_change_frames(void *arg, uint64_t vpn, size_t npages, uint64_t *ret_pfn);
int pt_change_settle(struct pt_image *now, const struct pt_image *base, pt_change_frames *frames,
		     void *arg);

#endif
