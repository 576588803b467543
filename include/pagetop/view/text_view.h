/*
 * A text to read: help. Lines that do not begin with a blank stand out. A line that is too long
 * goes on below, under the column where its text begins: behind its first two blanks.
 */
#ifndef PAGETOP_VIEW_TEXT_VIEW_H
#define PAGETOP_VIEW_TEXT_VIEW_H

#include "pagetop/view/view.h"

struct pt_text_view {
	int top;		/* lines above the screen */
	int lines, rows;	/* of the text, and of the screen, as last drawn */
};

void pt_text_draw(struct pt_text_view *v, const struct pt_scene *sc, const char *title,
		  const char *text, struct pt_canvas *c);
void pt_text_move(struct pt_text_view *v, enum pt_move move);

#endif
