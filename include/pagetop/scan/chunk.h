/*
 * Pages become runs, chunk by chunk: found, read, checked and told apart, 2048 pages at a time.
 *
 *	regions   ██████████   ███████ ███████████   found by the walk, or read at a venture
 *	pieces    ████│█████   ██│████ ███████████   one mapping; as it was before, or to be read
 *	stretches ██│█│█████     │█│██ █████│█████   neighbouring frames, read in one call
 *	runs      ████│█████   ██│████ █████│█████   equal in all that was read
 *
 * What changed while it was read, or contradicts itself, is asked again; what never holds still is
 * unstable. The steps have a file each: chunk_pieces, chunk_frames, chunk_doubt, chunk_runs; what
 * they work on is chunk_pages.h.
 *
 * A chunk is for one thread; what it looks at (the job) is constant and shared.
 */
#ifndef PAGETOP_SCAN_CHUNK_H
#define PAGETOP_SCAN_CHUNK_H

#include "pagetop/kernel/pagemap.h"
#include "pagetop/scan/chunk_job.h"
#include "pagetop/scan/part.h"

struct pt_chunk;

/* 200 KiB; NULL: no memory. `pm` is this thread's own copy; it and the job are borrowed. */
struct pt_chunk *pt_chunk_new(const struct pt_chunk_job *job, struct pt_pagemap *pm);
struct pt_chunk *pt_chunk_free(struct pt_chunk *c);		/* returns NULL; takes NULL */

/*
 * Adds the pages of `n` regions, which ascend, to the part; those outside all mappings appeared
 * later and are left out. 0 or -errno.
 */
int pt_chunk_read(struct pt_chunk *c, const struct pt_region *region, size_t n,
		  struct pt_part *add_to);

/* Whether the last one was full of pages, none of them mapped by PMD: so may be what comes next. */
bool pt_chunk_is_dense(const struct pt_chunk *c);

/* Of the one page that a job with `words` was asked for: what was read of it. */
void pt_chunk_words(const struct pt_chunk *c, uint64_t *ret_word, uint64_t *ret_kflags,
		    uint64_t *ret_count);

#endif
