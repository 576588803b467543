/*
 * Finding pages in the map: a filter in words, or the row that is chosen in the open legend, which is a filter until
 * the legend is closed.
 */
#ifndef PAGETOP_UI_FIND_H
#define PAGETOP_UI_FIND_H

#include "pagetop/model/matches.h"

struct pt_ui;

struct pt_find {
	struct pt_str words;		/* of the filter; "": none */
	bool taken;			/* they are those of the list of mappings, and go with them */
	struct pt_filter filter;
	struct pt_str shown;		/* words of what the scene shows: these, or those of the legend's row */
	struct pt_matches matches;	/* pages of the image that they mean */
};

#define PT_FIND_INIT { .words = PT_STR_INIT, .shown = PT_STR_INIT }

/* Before the scene is looked at: which of its pages are meant. */
void pt_find_update(struct pt_ui *ui);

/* The filter is taken off. False: there was none. */
bool pt_find_all(struct pt_ui *ui);

/* The words of the list of mappings become it; where others were asked for here, those stay. "": none. */
void pt_find_take(struct pt_ui *ui, const char *words);

/* Asks for the filter of the map. */
void pt_find_ask(struct pt_ui *ui);

/* The legend's row becomes the filter, or no longer is it; the legend is closed. */
void pt_find_choose(struct pt_ui *ui);

void pt_find_free(struct pt_find *f);

#endif
