/*
 * The one page that `explain` and `who` are asked about: PID ADDRESS, as people write addresses.
 */
#ifndef PAGETOP_APP_ONE_PAGE_H
#define PAGETOP_APP_ONE_PAGE_H

#include "pagetop/app/batch.h"

/*
 * An image of the page with every bit, to be freed by the caller; its address as in model/place.h.
 * NULL: there is none, a sentence has said why, and the exit status is set. So it is where only
 * the mappings could be read (`why_pages`): such an image tells what the page is part of.
 */
struct pt_image *pt_one_page(struct pt_batch *b, const char *addr);

#endif
