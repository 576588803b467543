/*
 * The pages of a process as a list, one line each; a range of absent pages is one line:
 *
 *	   ADDRESS            PFN  COUNT STATE          OVER         FOLIO NODE FLAGS
 *	── 55d0c4100000 rw-p 2.0M [heap] ──────────────────────────────────────────
 *	▸ 55d0c4118000    14dedc      2 c cow          locked          4K    0 uptodate lru anon_flag
 *	  55d0c4119000                  . 123 absent pages 492K
 *
 * Only the lines on the screen are looked up, so that their number does not matter. The cursor is
 * the map's.
 */
#ifndef PAGETOP_VIEW_PAGES_VIEW_H
#define PAGETOP_VIEW_PAGES_VIEW_H

#include "pagetop/view/map_parts.h"

struct pt_pages_view {
	uint64_t top_vpn;	/* the first line on the screen: this page's … */
	bool top_border;	/* … or the border above it */
	int rows;		/* as last drawn */
	int xscroll;		/* columns by which the flags are scrolled */
};

void pt_pages_draw(struct pt_pages_view *v, struct pt_map_view *map, const struct pt_scene *sc,
		   struct pt_canvas *c);
void pt_pages_move(struct pt_pages_view *v, struct pt_map_view *map, const struct pt_scene *sc,
		   enum pt_move move);

#endif
