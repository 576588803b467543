/*
 * What a filter does to the map: pages that are not meant step aside, and the legend says how many
 * are.
 *
 *	55d0c4100000 ············cccccccccccccccc·······      · not meant, ? not known
 */
#ifndef PAGETOP_VIEW_MAP_FILTER_H
#define PAGETOP_VIEW_MAP_FILTER_H

#include "pagetop/view/view.h"

enum { PT_SIGN_ASIDE = 0xb7 };		/* the sign of no state */

/*
 * The cell of `npages` pages, or as many as there are to the end of the mapping, that begins at
 * `vpn`: what is meant of it is all that it shows.
 */
void pt_map_filter_cell(const struct pt_scene *sc, const struct pt_vma *vma, uint64_t vpn,
			uint64_t npages, const struct pt_slot *s);

/*
 * "filter cow: 282 of 512 pages, 1040 in all"; "≥" where of some it is not known. Of
 * all mappings: NULL.
 */
void pt_map_filter_note(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_str *out);

#endif
