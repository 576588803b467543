/*
 * The mappings of one process, one line each; in the order of addresses gaps between them carry
 * their size.
 */
#ifndef PAGETOP_VIEW_MAPPINGS_VIEW_H
#define PAGETOP_VIEW_MAPPINGS_VIEW_H

#include "pagetop/view/listing.h"

/* The cursor is on an address: it stays there when mappings come and go. */
struct pt_mappings_view {
	struct pt_listing rows;		/* first */
	uint64_t addr;
};

extern const struct pt_listing_class pt_mappings_listing;

/* For another process: at its beginning, all of its mappings, in the same order and columns. */
void pt_mappings_reset(struct pt_mappings_view *v);

void pt_mappings_draw(struct pt_mappings_view *v, const struct pt_scene *sc, struct pt_canvas *c);

/* How many are shown, and the i-th of them. */
size_t pt_mappings_n(struct pt_mappings_view *v, const struct pt_scene *sc);
const struct pt_vma *pt_mappings_at(const struct pt_mappings_view *v, const struct pt_scene *sc,
				    size_t i);

/* The mapping under the cursor, or NULL. */
const struct pt_vma *pt_mappings_current(struct pt_mappings_view *v, const struct pt_scene *sc);

#endif
