/*
 * The mappings of one process, one line each; gaps between them carry their size.
 */
#ifndef PAGETOP_VIEW_MAPPINGS_VIEW_H
#define PAGETOP_VIEW_MAPPINGS_VIEW_H

#include "pagetop/view/view.h"

/* The cursor is on an address: it stays there when mappings come and go. */
struct pt_mappings_view {
	struct pt_list list;
	uint64_t addr;
};

void pt_mappings_draw(struct pt_mappings_view *v, const struct pt_scene *sc, struct pt_canvas *c);
void pt_mappings_move(struct pt_mappings_view *v, const struct pt_scene *sc, enum pt_move move);

/* The mapping under the cursor, or NULL. */
const struct pt_vma *pt_mappings_current(struct pt_mappings_view *v, const struct pt_scene *sc);

#endif
