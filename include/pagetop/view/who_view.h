/*
 * Who maps the page: one line for each entry of a page table, or how far the search is.
 */
#ifndef PAGETOP_VIEW_WHO_VIEW_H
#define PAGETOP_VIEW_WHO_VIEW_H

#include "pagetop/view/text_view.h"

void pt_who_draw(struct pt_text_view *v, const struct pt_scene *sc, uint64_t vpn,
		 struct pt_canvas *c);

#endif
