/*
 * A text to read: help. Lines that begin with a blank are drawn as they are, others stand out.
 */
#ifndef PAGETOP_VIEW_TEXT_VIEW_H
#define PAGETOP_VIEW_TEXT_VIEW_H

#include "pagetop/view/view.h"

struct pt_text_view {
	size_t top;		/* first line on the screen */
	int rows;		/* lines on the screen, as last drawn */
};

void pt_text_draw(struct pt_text_view *v, const char *title, const char *text, struct pt_canvas *c);
void pt_text_move(struct pt_text_view *v, enum pt_move move);

#endif
