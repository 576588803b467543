/*
 * What single pages leave open, and smaps decides by its sums of whole mappings: which pages are
 * merged, where the flag KSM is noise (PT_RUN(MERGE_OPEN) and the flag itself mark those that may
 * be), and which are mapped by PMD, where there is no PAGEMAP_SCAN.
 *
 *	smaps says    pages that may be so    so
 *	0 kB          any                     none is
 *	n kB          of n kB                 all are
 *	n kB          of more                 it is not known which; their sum is that of smaps
 *
 * Mapped by PMD may be 512 pages that fill an aligned 2 MiB, at neighbouring frames, aligned as
 * well, of a large folio.
 */
#ifndef PAGETOP_SCAN_SETTLE_H
#define PAGETOP_SCAN_SETTLE_H

#include "pagetop/model/image.h"

/*
 * Of an image that holds all pages of its mappings, with their PFNs, before it is complete. smaps
 * was read with it: else all stays open. `scanned`: PAGEMAP_SCAN told what is mapped by PMD. 0 or
 * -ENOMEM.
 */
int pt_settle(struct pt_image *img, bool ksm_noise, bool scanned);

/* The same of an image that holds a part of the pages, by one that holds all. */
int pt_settle_like(struct pt_image *img, const struct pt_image *whole);

#endif
