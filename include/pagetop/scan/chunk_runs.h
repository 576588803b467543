/*
 * From stretches to runs: pages that are equal in all that was read of them.
 */
#ifndef PAGETOP_SCAN_CHUNK_RUNS_H
#define PAGETOP_SCAN_CHUNK_RUNS_H

#include "pagetop/scan/chunk_pages.h"
#include "pagetop/scan/part.h"

/*
 * All pieces in their order, added to the part. 0 or -errno; -EAGAIN: something changed or
 * contradicts itself, and is to be read again; at the last try that is unstable instead.
 */
int pt_chunk_add_runs(const struct pt_chunk *c, bool last_try, struct pt_part *part);

#endif
