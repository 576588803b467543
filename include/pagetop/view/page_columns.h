/*
 * The columns of a list of pages.
 */
#ifndef PAGETOP_VIEW_PAGE_COLUMNS_H
#define PAGETOP_VIEW_PAGE_COLUMNS_H

#include "pagetop/view/view.h"

enum { PT_PAGE_COLUMNS_X = 2 };		/* where they begin */

void pt_page_columns_heading(const struct pt_scene *sc, struct pt_canvas *c, int y);

/* One page of the mapping in the row and style of `at`; the flags, which are last, scrolled. */
void pt_page_columns_draw(const struct pt_scene *sc, const struct pt_vma *vma, uint64_t vpn,
			  int xscroll, struct pt_slot at);

/* Where the sign is. */
int pt_page_columns_row_x(const struct pt_scene *sc, const struct pt_canvas *c);

#endif
