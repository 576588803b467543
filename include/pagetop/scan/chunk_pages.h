/*
 * The pages of a chunk and what was read of each: arrays side by side, by the place of the page in
 * the chunk. For the steps that fill them, one after the other; everybody else has chunk.h.
 *
 *	piece[]      ████████████│████████        pages of one mapping, one after the other
 *	stretch[]    ███│██│█████│████████        of a piece: what one read of the kpage files tells
 *	words, …     ○○○○○○○○○○○○○○○○○○○○○        one for each page
 */
#ifndef PAGETOP_SCAN_CHUNK_PAGES_H
#define PAGETOP_SCAN_CHUNK_PAGES_H

#include "pagetop/kernel/pagemap.h"
#include "pagetop/model/facts.h"
#include "pagetop/scan/chunk_job.h"

enum { PT_CHUNK_NPAGES = 2048 };	/* what is read of them stays in the nearest caches */

struct pt_piece {
	uint64_t vpn;
	uint32_t at, n;			/* place of the first page, and how many */
	uint32_t vma;
	const struct pt_run *keep;	/* what they were and still are; NULL: to be read */
};

/*
 * Present pages whose frames are neighbours or the same; or pages that show no frame and have
 * equal words.
 */
struct pt_stretch {
	uint32_t at, n;
	uint32_t piece;
	bool has_pfns;
	bool one_frame;			/* several pages, all at the same frame */
	bool got_flags;			/* kpageflags told of each */
	bool mapped_once;		/* each, as bit 56 says: `count` was not read */
	bool same_flags;
	bool all_small;			/* none is large: flags tell as much as the ioctl would */
	bool may_differ;		/* its pages, in order, or in what the ioctl told */
	uint64_t any_kflags;		/* bits that one of them has */
};

struct pt_chunk {
	const struct pt_chunk_job *job;
	struct pt_pagemap *pm;
	size_t n, npieces, nstretches;
	size_t ndense;			/* pages of the last one: there, small, side by side */
	struct pt_piece piece[PT_CHUNK_NPAGES];
	struct pt_stretch stretch[PT_CHUNK_NPAGES];
	uint64_t *word;			/* pagemap */
	uint64_t *again;		/* the same, read after everything else */
	bool held_still;		/* no word has changed meanwhile */
	bool asked_anew;		/* the ioctl: it may tell pages of one piece apart */
	uint64_t words[2][PT_CHUNK_NPAGES];
	uint64_t between[PT_CHUNK_NPAGES];	/* words of pages that are not side by side */
	uint64_t kflags[PT_CHUNK_NPAGES];
	uint64_t count[PT_CHUNK_NPAGES];
	uint8_t order[PT_CHUNK_NPAGES];		/* of the folio, or PT_ORDER_UNKNOWN */
	uint64_t last_inode;			/* of a cgroup, and its number in the image */
	uint8_t last_cgroup;			/* 0: none yet */
	uint8_t cgroup[PT_CHUNK_NPAGES];	/* number in the image; 0: not known */
	uint16_t scan[PT_CHUNK_NPAGES];		/* PT_RUN() bits that the ioctl told; */
						/* UNSTABLE: another answer than before */
};

/* What PAGEMAP_SCAN says of a page, in bits of a run; 0: the ioctl is missing, or was not asked. */
static inline uint16_t pt_scan_bits(uint32_t categories)
{
	uint16_t bits = categories ? PT_RUN(SCANNED) : 0;

	if (categories & PT_PAGE_IS_HUGE)
		bits |= PT_RUN(PMD);
	if (categories & PT_PAGE_IS_PFNZERO)
		bits |= PT_RUN(PFNZERO);
	return bits;
}

/* The frame that a word shows; 0: none. */
static inline uint64_t pt_pfn_of(uint64_t word)
{
	return word & PT_PM_PRESENT ? word & PT_PM_PFN_MASK : 0;
}

static inline bool pt_chunk_is_marker(const struct pt_chunk *c, uint64_t word)
{
	return c->job->env->probe->layout.entry[PT_SWP_TYPE(word)] == PT_ENTRY_MARKER;
}

/* How often the i-th page is mapped; PT_KPAGE_NONE: not told. */
static inline uint64_t pt_chunk_count(const struct pt_chunk *c, const struct pt_stretch *s,
				      size_t i)
{
	return s->mapped_once ? 1 : c->count[i];
}

#endif
