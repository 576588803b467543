/*
 * The whole process in a few cells, wherever the map is:
 *
 *	▕▁ ▂▃▲▇▂▁▁▁▏	height: how much of the cell is there; colour: what most of it is; ▲: the cursor
 *
 * Mappings follow each other, gaps take nothing. A mapping is as wide as the square root of the
 * pages that are there, plus one: by size a reserved range would be all that one sees, by what is
 * there a heap would; within a mapping equal widths are equal ranges of addresses.
 */
#ifndef PAGETOP_VIEW_MINIMAP_H
#define PAGETOP_VIEW_MINIMAP_H

#include "pagetop/view/view.h"

/* In the slot, with its two ends; the cursor is on the page `vpn`. Returns its end. */
int pt_minimap_draw(const struct pt_scene *sc, uint64_t vpn, const struct pt_slot *s);

/* The row that map and list have below the title: the minimap, and what a cell is. */
void pt_minimap_row(const struct pt_scene *sc, uint64_t vpn, uint64_t zoom, struct pt_canvas *c,
		    int y);

#endif
