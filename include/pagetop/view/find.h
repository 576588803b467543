/*
 * Finding pages in the map: a filter in words, or the row that is chosen in the open legend, which
 * is a filter until the legend is closed.
 */
#ifndef PAGETOP_VIEW_FIND_H
#define PAGETOP_VIEW_FIND_H

#include "pagetop/model/matches.h"
#include "pagetop/view/map_parts.h"

struct pt_find {
	struct pt_str words;		/* of the filter; "": none */
	bool taken;			/* they are those of the list of mappings,
					   and go with them */
	struct pt_filter filter;
	struct pt_str shown;		/* words of what the scene shows: these, or those of
					   the legend's row */
	struct pt_matches matches;	/* pages of the image that they mean */
};

#define PT_FIND_INIT { .words = PT_STR_INIT, .shown = PT_STR_INIT }

/*
 * Before the scene is looked at: which of its pages are meant. `pages`: whether they
 * are on the screen.
 */
void pt_find_update(struct pt_find *f, struct pt_map_view *map, struct pt_scene *sc, bool pages);
void pt_find_free(struct pt_find *f);

#endif
