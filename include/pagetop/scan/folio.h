/*
 * The folio around a page frame: kpageflags marks its first page HEAD and all others TAIL.
 *
 *	… HEAD TAIL TAIL TAIL │ HEAD TAIL │ –        lengths are powers of two, aligned to themselves
 *	       ▲ pfn
 *
 * Flags are read in blocks around the frame, also of frames that nobody here maps. What is kept
 * is true of one moment: begin anew with PT_FOLIOS_INIT() for each look.
 */
#ifndef PAGETOP_SCAN_FOLIO_H
#define PAGETOP_SCAN_FOLIO_H

#include <stdint.h>
#include "pagetop/kernel/kpage.h"

enum { PT_FOLIO_BLOCK = 512 };

struct pt_folios {
	const struct pt_kpage *kpage;
	uint64_t block_pfn, nblock;		/* what `kflags` holds */
	uint64_t kflags[PT_FOLIO_BLOCK];
	uint64_t head_pfn, npages;		/* the folio found last */
	uint64_t head_kflags;
};

#define PT_FOLIOS_INIT(kp) { .kpage = (kp) }

/*
 * The order of the folio that holds the frame, 0 for a page on its own; PT_ORDER_UNKNOWN (runs.h)
 * where flags cannot be read or contradict one another. `ret_head_kflags`, unless NULL: the flags
 * of its first page.
 */
uint8_t pt_folio_order(struct pt_folios *f, uint64_t pfn, uint64_t *ret_head_kflags);

#endif
