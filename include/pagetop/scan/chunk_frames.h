/*
 * What the kpage files tell of the frames of pages: flags, counts, control groups, and the folios
 * around them.
 *
 * Neighbouring frames are read in one call, also of several stretches. Flags of pages mapped by
 * PMD are read of the first page of each block of 512, the others have the same (Linux 6.12;
 * before, completed from there).
 */
#ifndef PAGETOP_SCAN_CHUNK_FRAMES_H
#define PAGETOP_SCAN_CHUNK_FRAMES_H

#include "pagetop/scan/chunk_pages.h"

/* Cuts all pieces that are not kept into stretches, by their words. */
void pt_stretches_find(struct pt_chunk *c);

/* Reads all of them; PT_KPAGE_NONE where the kernel does not tell. */
void pt_stretches_read(struct pt_chunk *c);

#endif
