/*
 * What the key table and the lenses say, for people: the bar at the bottom, and the help.
 */
#ifndef PAGETOP_UI_HELP_H
#define PAGETOP_UI_HELP_H

#include "pagetop/ui/keys.h"
#include "pagetop/view/view.h"

/* The bar of a view that is this (PT_WHERE_*). `readonly`: without keys that change something. */
void pt_help_bar(const struct pt_keys *keys, struct pt_canvas *c, int y, unsigned where,
		 bool readonly);

/* The text of the help for one view; lines that do not begin with a blank are headings. */
void pt_help_text(const struct pt_keys *keys, const struct pt_view_row *view, enum pt_lens_id lens,
		  bool readonly, struct pt_str *out);

#endif
