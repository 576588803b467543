/*
 * What the key table and the lenses say, for people: the bar at the bottom, and the help.
 */
#ifndef PAGETOP_UI_HELP_H
#define PAGETOP_UI_HELP_H

#include "pagetop/view/text_view.h"

/* `readonly`: without those that change something. */
void pt_help_bar(struct pt_canvas *c, int y, unsigned where, bool readonly);
void pt_help_draw(struct pt_text_view *v, const struct pt_scene *sc, unsigned where, enum pt_lens_id lens,
		  bool readonly, struct pt_canvas *c);

/* The text of the help for one view; lines that do not begin with a blank are headings. */
void pt_help_text(unsigned where, enum pt_lens_id lens, bool readonly, struct pt_str *out);

#endif
