/*
 * What lists with columns share: where each column stands, its title, what a row says in it.
 *
 *	  PID USER     ▾RSS    PSS …  PAGES          COMMAND        the sorted one is marked with its direction
 */
#ifndef PAGETOP_VIEW_LIST_VIEW_H
#define PAGETOP_VIEW_LIST_VIEW_H

#include "pagetop/view/view.h"

struct pt_layout {
	struct { uint8_t heading; int16_t x, w; } col[PT_NHEADINGS];
	int n;
	int x, w;			/* of the next column, and of the screen */
};

/* The next column, `w` wide, and a blank behind it. The last one, w 0, takes the rest. */
void pt_layout_add(struct pt_layout *l, int heading, int w);

/* The sums with the highest ranks that fit into `w` columns of the screen. */
void pt_layout_add_sums(struct pt_layout *l, enum pt_list_id list, int w);

/* The columns that somebody chose, in their order, as far as they fit. */
void pt_layout_add_chosen(struct pt_layout *l, const struct pt_columns *chosen);

/* Where the column begins, and in `ret_w` its width; -1: it is not shown. */
int pt_layout_find(const struct pt_layout *l, int heading, int *ret_w);

/* What is shown, in order. */
struct pt_columns pt_layout_columns(const struct pt_layout *l);

/* Whether the highest or the lowest come first. */
uint32_t pt_sort_mark(const struct pt_heading_row *h, bool invert);

void pt_layout_draw_titles(const struct pt_layout *l, const struct pt_shape *shape,
			   enum pt_lens_id lens, struct pt_canvas *c, int y);

/* What the row tells under this heading, where it is of a kind that no list draws itself. */
void pt_draw_value(const struct pt_slot *s, int heading, const void *row);

/* "   filter cow,~thp · 3 of 61", where there is one; of which it is not known: "· ? of 4". */
void pt_shape_text(const struct pt_shape *shape, const struct pt_order *o, size_t nall,
		   struct pt_str *out);

/* For its help: what each column is. */
void pt_list_help(enum pt_list_id list, struct pt_str *out);

/* "│  ├─ ": how the row hangs in the tree; nothing at its top. */
void pt_branch_text(const struct pt_order_row *row, struct pt_str *out);

#endif
