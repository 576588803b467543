/*
 * What contradicts what: words, flags, counts and the ioctl are read one after the other, and a
 * page may become another one in between.
 */
#ifndef PAGETOP_SCAN_CHUNK_DOUBT_H
#define PAGETOP_SCAN_CHUNK_DOUBT_H

#include "pagetop/scan/chunk_pages.h"

enum {
	PT_DOUBT_CHANGED = 1,	/* its word, or what the ioctl says, is not what it was */
	PT_DOUBT_IOCTL = 2,	/* the ioctl spoke of another page than the flags */
	PT_DOUBT_WORD = 4,	/* word and flags, or word and count, are not of one page */
	PT_DOUBT_FOREIGN = 8,	/* it cannot be in such a mapping */
	PT_DOUBT_DEVICE = 16,	/* no doubt: memory of a device, of which flags and count read 0 */
	/* what a driver's pages may do: in a mixed map they have neither flags nor count */
	PT_DOUBT_OF_DRIVERS = PT_DOUBT_WORD | PT_DOUBT_FOREIGN,
};

/* Of the i-th page, which is in `vma`: PT_DOUBT_*. */
unsigned pt_chunk_doubts(const struct pt_chunk *c, const struct pt_stretch *s, size_t i,
			 const struct pt_vma *vma);

/*
 * What the ioctl said was about the moment before the words were read. Of pages that may be huge,
 * and of those where it contradicts the flags, it is asked again, between the two looks at the
 * words.
 */
void pt_chunk_ask_anew(struct pt_chunk *c);

#endif
