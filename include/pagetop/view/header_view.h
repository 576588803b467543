/*
 * The machine above the list of processes: what its RAM is used for, and what happens to pages
 * every second.
 *
 *	 RAM ▕anon 11%    file 23%        slab   free 64%              ▏ ≈ large 12% · ksm 0%
 *	 faults 1.2k/s ▁▂▅▂▁▁▃▁  migrated 0/s  collapsed 0/s  split 0/s
 */
#ifndef PAGETOP_VIEW_HEADER_VIEW_H
#define PAGETOP_VIEW_HEADER_VIEW_H

#include "pagetop/view/view.h"

/* From row y on, where there is room for it and it is known. Returns the row behind it. */
int pt_header_draw(const struct pt_scene *sc, struct pt_canvas *c, int y);

/* What each number of it says, for the help. */
void pt_header_text(struct pt_str *out);

#endif
