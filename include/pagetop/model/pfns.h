/*
 * The PFN of each page, kept as stretches over which frames are neighbours.
 *
 *	block   │ offset 0 → 14dedc   288 → 22be10 …  │ offset 17 → 1800 … │   8 bytes an entry
 *	pages     14dedc 14dedd 14dede … 22be10 22be11
 *
 * A block is of 8192 addresses (32 MiB). It is never changed once it is complete, so images of one
 * process share those that are the same: what does not change is kept once, however many moments
 * are. At most 8 bytes a page, where no two frames are neighbours; most often very little.
 *
 * Only pages that have a PFN may be asked for: between them an entry means nothing.
 */
#ifndef PAGETOP_MODEL_PFNS_H
#define PAGETOP_MODEL_PFNS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PT_PFNS_BLOCK_NPAGES = 8192 };

struct pt_pfns_block {
	atomic_uint refs;
	uint32_t n;
	uint64_t number;		/* vpn / PT_PFNS_BLOCK_NPAGES */
	uint64_t entry[];		/* offset in the low 13 bits, PFN above; offsets ascend */
};

struct pt_pfns {
	struct pt_pfns_block **block;	/* in the order of addresses */
	size_t n, cap;
	const struct pt_pfns *like;	/* shares blocks with these while it is filled; or NULL */
	uint64_t *open;			/* entries of the block that is being
					   filled; NULL: none is */
	uint64_t open_number;
	size_t nopen;
};

/*
 * `npages` pages from `vpn` on, above all before, at neighbouring frames from `pfn`
 * on. 0 or -ENOMEM.
 */
int pt_pfns_add(struct pt_pfns *p, uint64_t vpn, uint64_t pfn, uint64_t npages);

/* When the last one was added. 0 or -ENOMEM. */
int pt_pfns_close(struct pt_pfns *p);
void pt_pfns_done(struct pt_pfns *p);

/* The PFN of a page that has one. */
uint64_t pt_pfns_at(const struct pt_pfns *p, uint64_t vpn);

/*
 * The same, and how many pages from there on are in its stretch; the next one may go on
 * at the next frame.
 */
uint64_t pt_pfns_stretch(const struct pt_pfns *p, uint64_t vpn, uint64_t *ret_pfn);

/*
 * Whether the page, which both have, is at the same frame; and of how many pages from
 * there on that is so.
 */
bool pt_pfns_same(const struct pt_pfns *a, const struct pt_pfns *b, uint64_t vpn,
		  uint64_t *ret_npages);

/* How many pages from `vpn` on, at most `max`, are at neighbouring frames. */
uint64_t pt_pfns_run(const struct pt_pfns *p, uint64_t vpn, uint64_t max);

/*
 * Calls `fn` for places where the frame may be: the page there may have no PFN at all. Ends when
 * it returns not 0.
 */
int pt_pfns_find(const struct pt_pfns *p, uint64_t pfn, int (*fn)(void *arg, uint64_t vpn),
		 void *arg);

#endif
