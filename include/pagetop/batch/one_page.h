/*
 * The one page that `explain` and `who` are asked about: PID ADDRESS, as people write addresses.
 */
#ifndef PAGETOP_BATCH_ONE_PAGE_H
#define PAGETOP_BATCH_ONE_PAGE_H

#include "pagetop/batch/batch.h"

/*
 * An image of the page with every bit, to be freed by the caller; its address as in model/place.h.
 * NULL: there is none, a sentence has said why, and the exit status is set. So it is where only
 * the mappings could be read (`why_pages`): such an image tells what the page is part of.
 */
struct pt_image *pt_one_page(struct pt_batch *b, const char *addr);

/* Whether the target is "pfn:N", in place of PID ADDRESS. */
bool pt_pfn_is_asked(const struct pt_options *opt);

/* Who maps that frame: one reference; or NULL: a sentence has said why, or the run has failed. */
struct pt_who *pt_who_has_pfn(struct pt_batch *b);

/* How many were found, and why not all, as a sentence on standard error. */
void pt_fail_found(const struct pt_who *who);

/*
 * As pt_one_page(), of the first page that is mapped to it. Where there is none, a sentence says
 * what the frame is.
 */
struct pt_image *pt_page_of_pfn(struct pt_batch *b);

#endif
