/*
 * From regions to pieces: which mapping pages are in, what their words are, and which of them are
 * as they were.
 *
 *	region   ██████████████████████████
 *	pieces   ███████████████│██████████    cut at the borders of mappings,
 *	         ██████│████████│██████████    and of what is as it was, and kept
 *
 * Words of pieces that are near to one another are read in one call.
 */
#ifndef PAGETOP_SCAN_CHUNK_PIECES_H
#define PAGETOP_SCAN_CHUNK_PIECES_H

#include "pagetop/scan/chunk_pages.h"

/*
 * Pages of the region from `vpn` on that lie in mappings, as far as there is room; how far that
 * is.
 */
uint64_t pt_pieces_add(struct pt_chunk *c, uint64_t vpn, uint64_t end, uint32_t categories);

/* The words of all pieces that are not kept, to `word`. 0 or -errno. */
int pt_pieces_read(struct pt_chunk *c, uint64_t *word);

/* Parts the pieces at the borders of what is as it was before, by the words in c->again. */
void pt_pieces_keep(struct pt_chunk *c);

/* The words that were read last become those to look at; `first`: no others were read before. */
void pt_pieces_turn(struct pt_chunk *c, bool first);

/* Whether both words of each page are the same. */
bool pt_pieces_held_still(const struct pt_chunk *c);

#endif
