#include "pagetop/scan/chunk_pieces.h"

#include <string.h>

enum { BRIDGE_NPAGES = 64 };	/* words of so many empty pages cost less than another call */

static void add_piece(struct pt_chunk *c, uint64_t vpn, uint64_t n, size_t vma)
{
	c->piece[c->npieces++] = (struct pt_piece){
		.vpn = vpn, .at = (uint32_t)c->n, .n = (uint32_t)n, .vma = (uint32_t)vma };
	c->n += n;
}

uint64_t pt_pieces_add(struct pt_chunk *c, uint64_t vpn, uint64_t end, uint32_t categories)
{
	const struct pt_vmas *vmas = &c->job->img->vmas;
	size_t v = pt_vma_at_or_above(vmas->v, vmas->n, vpn << PT_PAGE_SHIFT);
	uint16_t bits = pt_scan_bits(categories);

	for (; vpn < end && v < vmas->n && c->n < PT_CHUNK_NPAGES; v++) {
		uint64_t from = pt_vma_vpn(&vmas->v[v]), to = pt_vma_end_vpn(&vmas->v[v]);

		from = from > vpn ? from : vpn;
		to = to < end ? to : end;
		if (from >= to)
			return end;
		to = to - from < PT_CHUNK_NPAGES - c->n ? to : from + PT_CHUNK_NPAGES - c->n;
		for (uint64_t i = 0; i < to - from; i++)
			c->scan[c->n + i] = bits;
		add_piece(c, from, to - from, v);
		vpn = to;
	}
	return c->n == PT_CHUNK_NPAGES ? vpn : end;
}

/*
 * How many pieces from the i-th on are read in one call, and how many pages that takes: those
 * between them, too.
 */
static size_t reach(const struct pt_chunk *c, size_t i, uint64_t *ret_npages)
{
	uint64_t first = c->piece[i].vpn, end = first + c->piece[i].n;
	size_t j = i + 1;

	for (; j < c->npieces && !c->piece[j].keep; j++) {
		const struct pt_piece *p = &c->piece[j];

		if (p->vpn > end + BRIDGE_NPAGES || p->vpn + p->n - first > PT_CHUNK_NPAGES)
			break;
		end = p->vpn + p->n;
	}
	*ret_npages = end - first;
	return j - i;
}

/* Pages near to one another are read in one call, however many mappings they are in. */
int pt_pieces_read(struct pt_chunk *c, uint64_t *word)
{
	int err = 0;

	for (size_t i = 0, n; i < c->npieces && !err; i += n) {
		const struct pt_piece *p = &c->piece[i], *last;
		uint64_t npages, *to;

		n = 1;
		if (p->keep)
			continue;
		n = reach(c, i, &npages);
		last = p + n - 1;
		to = last->at + last->n - p->at == npages ? word + p->at : c->between;
		err = pt_pagemap_read(c->pm, p->vpn, npages, to);
		for (; to == c->between && p <= last; p++)
			memcpy(word + p->at, to + (p->vpn - c->piece[i].vpn), p->n * sizeof(*word));
	}
	return err;
}

/* They go to the end of the array first. */
void pt_pieces_keep(struct pt_chunk *c)
{
	size_t from = PT_CHUNK_NPAGES - c->npieces;

	memmove(c->piece + from, c->piece, c->npieces * sizeof(*c->piece));
	c->npieces = c->n = 0;
	for (; from < PT_CHUNK_NPAGES; from++) {
		const struct pt_piece p = c->piece[from];

		for (uint64_t vpn = p.vpn, end; vpn < p.vpn + p.n; vpn = end) {
			const struct pt_run *keep;

			end = p.vpn + p.n;
			keep = pt_keep_run(&c->job->keep, vpn, &end, c->again + c->n,
					   c->scan[c->n]);
			add_piece(c, vpn, end - vpn, p.vma);
			c->piece[c->npieces - 1].keep = keep;
		}
	}
}

/* What is kept was read only once. */
void pt_pieces_turn(struct pt_chunk *c, bool first)
{
	uint64_t *newest = c->again;

	if (first) {
		c->again = c->word;
		c->word = newest;
		return;
	}
	for (const struct pt_piece *p = c->piece; p < c->piece + c->npieces; p++)
		if (!p->keep)
			memcpy(c->word + p->at, newest + p->at, p->n * sizeof(*newest));
}

bool pt_pieces_held_still(const struct pt_chunk *c)
{
	for (const struct pt_piece *p = c->piece; p < c->piece + c->npieces; p++)
		if (!p->keep && memcmp(c->word + p->at, c->again + p->at, p->n * sizeof(*c->word)))
			return false;
	return true;
}
