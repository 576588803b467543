/*
 * How the states of a process went, moment by moment, in one row of the screen.
 *
 *	 private ▁▂▂▅█  cow █▅▂▂▁  swapped ▁▁▁▁▂          each by its own largest value; the moment shown is marked
 */
#ifndef PAGETOP_VIEW_HISTORY_VIEW_H
#define PAGETOP_VIEW_HISTORY_VIEW_H

#include "pagetop/view/view.h"

struct pt_history {
	const uint64_t *npages;		/* [moment * PT_NSTATES + state] */
	size_t nmoments, shown;
};

/*
 * States with most pages first, as many as there is room for; of many moments the nearest
 * to the one shown.
 */
void pt_history_draw(const struct pt_history *h, struct pt_canvas *c, int y);

#endif
