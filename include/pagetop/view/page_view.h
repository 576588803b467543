/*
 * One page in full: sentences first, then the raw words with their meaning.
 */
#ifndef PAGETOP_VIEW_PAGE_VIEW_H
#define PAGETOP_VIEW_PAGE_VIEW_H

#include "pagetop/view/view.h"

struct pt_page_view {
	int top;		/* lines of the text above the screen */
	int lines, rows;	/* of the text, and of the screen, as last drawn */
};

void pt_page_draw(struct pt_page_view *v, const struct pt_scene *sc, uint64_t vpn,
		  struct pt_canvas *c);

/* PGUP and PGDN, where the text is longer than the screen. */
void pt_page_move(struct pt_page_view *v, enum pt_move move);

#endif
