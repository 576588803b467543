/*
 * The mappings of one process, one line each; in the order of addresses gaps between them carry their size.
 */
#ifndef PAGETOP_VIEW_MAPPINGS_VIEW_H
#define PAGETOP_VIEW_MAPPINGS_VIEW_H

#include "pagetop/view/list_view.h"

/* The cursor is on an address: it stays there when mappings come and go. */
struct pt_mappings_view {
	struct pt_list list;
	uint64_t addr;
	struct pt_shape shape;
	struct pt_order order;		/* which mappings are shown, of the image of the scene */
	struct pt_columns shown;	/* as last drawn */
};

void pt_mappings_init(struct pt_mappings_view *v);
void pt_mappings_done(struct pt_mappings_view *v);

/* For another process: at its beginning, all of its mappings, in the same order and columns. */
void pt_mappings_reset(struct pt_mappings_view *v);

void pt_mappings_draw(struct pt_mappings_view *v, const struct pt_scene *sc, struct pt_canvas *c);
void pt_mappings_move(struct pt_mappings_view *v, const struct pt_scene *sc, enum pt_move move);

/* How many are shown, and the i-th of them. */
size_t pt_mappings_n(struct pt_mappings_view *v, const struct pt_scene *sc);
const struct pt_vma *pt_mappings_at(const struct pt_mappings_view *v, const struct pt_scene *sc, size_t i);

/* The mapping under the cursor, or NULL. */
const struct pt_vma *pt_mappings_current(struct pt_mappings_view *v, const struct pt_scene *sc);

#endif
