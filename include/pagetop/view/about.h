/*
 * What is under the cursor, explained from the tables: the columns of a list, the sign of a page,
 * its facts.
 */
#ifndef PAGETOP_VIEW_ABOUT_H
#define PAGETOP_VIEW_ABOUT_H

#include "pagetop/model/headings.h"
#include "pagetop/model/image.h"

/*
 * Every column of the list: what it sums, of which pages, what smaps calls it; `first`, if not
 * negative, before the others.
 */
void pt_about_columns(enum pt_list_id list, int first, struct pt_str *out);

/*
 * The row of its lens that the page is in: what it means, which facts decide, and all rows that
 * its mapping has.
 */
void pt_about_sign(const struct pt_image *img, uint64_t vpn, struct pt_str *out);

/* Every fact of the page, and which are hidden. */
void pt_about_facts(const struct pt_image *page, uint64_t vpn, struct pt_str *out);

#endif
