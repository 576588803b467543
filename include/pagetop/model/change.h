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

#endif
