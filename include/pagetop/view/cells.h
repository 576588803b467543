/*
 * The pages of a process as cells, one mapping after the other:
 *
 *	 ▕▁ ▂▃▲▇▂▁▁▁▏ 1 cell = 4K · lens 1 state        where one is in the process: minimap.h
 *	── 55d0c4100000 rw-p 2.0M [heap] ──────────     border: gap below, range, name
 *	55d0c4100000 pppppppppccccccccccccccccc.....     address of the first cell, cells
 *	55d0c4140000 ....ssss....
 *
 * One cell is `zoom` pages, counted exactly; below the map the legend counts the mapping under
 * the cursor, and a status line explains the page under it. PT_MOVE_FIT chooses the zoom at which
 * the mapping fits the screen; where it does, the whole process on one screen (map_parts.h), which
 * the legend then counts; and back.
 */
#ifndef PAGETOP_VIEW_CELLS_H
#define PAGETOP_VIEW_CELLS_H

#include "pagetop/view/map_parts.h"

/* Nothing, if there are no mappings. */
void pt_map_draw(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c);
void pt_map_move(struct pt_map_view *v, const struct pt_scene *sc, enum pt_move move);

/* The first page of the cell that was drawn at this place; false: there is none. */
bool pt_map_hit(const struct pt_map_view *v, const struct pt_scene *sc, int x, int y,
		uint64_t *ret_vpn);

#endif
