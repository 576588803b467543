/*
 * One page in full: sentences first, then the raw words with their meaning.
 */
#ifndef PAGETOP_VIEW_PAGE_VIEW_H
#define PAGETOP_VIEW_PAGE_VIEW_H

#include "pagetop/view/view.h"

void pt_page_draw(const struct pt_scene *sc, uint64_t vpn, struct pt_canvas *c);

#endif
