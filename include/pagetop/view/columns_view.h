/*
 * The columns of a list, a line each: those that are shown in their order, then the others; which
 * one it is sorted by.
 *
 *	 ▾ [x] RSS     resident: present, less zero pages and hugetlb
 *	   [ ] NSPID   its number in its own container
 */
#ifndef PAGETOP_VIEW_COLUMNS_VIEW_H
#define PAGETOP_VIEW_COLUMNS_VIEW_H

#include "pagetop/view/list_view.h"

struct pt_columns_view {
	struct pt_list list;
	struct pt_columns all;		/* of the list, in the order of the lines … */
	int nshown;			/* … of which so many are shown */
};

/* With the cursor on the column that the list is sorted by. `shown`: as last drawn. */
void pt_columns_open(struct pt_columns_view *v, const struct pt_shape *shape,
		     const struct pt_columns *shown);

void pt_columns_draw(struct pt_columns_view *v, const struct pt_shape *shape, struct pt_canvas *c);
void pt_columns_move(struct pt_columns_view *v, enum pt_move move);

/* The column under the cursor. */
int pt_columns_current(const struct pt_columns_view *v);

/* It is shown from now on, as the last, or no more; the last one of all stays. */
void pt_columns_toggle(struct pt_columns_view *v);

/* It changes places with the one before (-1) or behind (1) among those that are shown. */
void pt_columns_shift(struct pt_columns_view *v, int step);

/* Those that are shown. */
struct pt_columns pt_columns_chosen(const struct pt_columns_view *v);

#endif
