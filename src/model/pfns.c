#include "pagetop/model/pfns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/str.h"

enum { SHIFT = 13, OFFSET = PT_PFNS_BLOCK_NPAGES - 1 };

static uint64_t make_entry(uint64_t vpn, uint64_t pfn)
{
	return pfn << SHIFT | (vpn & OFFSET);
}

/* The block of this number, or else the next one above. */
static size_t block_at_or_above(const struct pt_pfns *p, uint64_t number)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->block[mid]->number < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static const struct pt_pfns_block *block_of(const struct pt_pfns *p, uint64_t vpn)
{
	size_t i = block_at_or_above(p, vpn / PT_PFNS_BLOCK_NPAGES);

	return i < p->n && p->block[i]->number == vpn / PT_PFNS_BLOCK_NPAGES ? p->block[i] : NULL;
}

/* The one of `like` that has the same entries, or a new one. */
static struct pt_pfns_block *make_block(const struct pt_pfns *p)
{
	size_t bytes = p->nopen * sizeof(*p->open),
	       i = p->like ? block_at_or_above(p->like, p->open_number) : 0;
	struct pt_pfns_block *b = p->like && i < p->like->n ? p->like->block[i] : NULL;

	if (b && b->number == p->open_number && b->n == p->nopen &&
	    !memcmp(b->entry, p->open, bytes)) {
		atomic_fetch_add(&b->refs, 1);
		return b;
	}
	b = pt_malloc(sizeof(*b) + bytes);
	if (!b)
		return NULL;
	atomic_init(&b->refs, 1);
	b->n = (uint32_t)p->nopen;
	b->number = p->open_number;
	memcpy(b->entry, p->open, bytes);
	return b;
}

static int close_block(struct pt_pfns *p)
{
	int err;

	if (!p->nopen)
		return 0;
	err = pt_grow(&p->block, &p->cap, p->n + 1, sizeof(struct pt_pfns_block *));
	if (err)
		return err;
	p->block[p->n] = make_block(p);
	if (!p->block[p->n])
		return -ENOMEM;
	p->n++;
	p->nopen = 0;
	return 0;
}

/* Of pages in one block. */
static int add(struct pt_pfns *p, uint64_t vpn, uint64_t pfn)
{
	int err = p->open_number != vpn / PT_PFNS_BLOCK_NPAGES ? close_block(p) : 0;
	uint64_t last = p->nopen ? p->open[p->nopen - 1] : 0;

	if (err)
		return err;
	if (!p->open)
		p->open = pt_malloc(PT_PFNS_BLOCK_NPAGES * sizeof(*p->open));
	if (!p->open)
		return -ENOMEM;
	p->open_number = vpn / PT_PFNS_BLOCK_NPAGES;
	if (!p->nopen || (last >> SHIFT) + ((vpn & OFFSET) - (last & OFFSET)) != pfn)
		p->open[p->nopen++] = make_entry(vpn, pfn);
	return 0;
}

int pt_pfns_add(struct pt_pfns *p, uint64_t vpn, uint64_t pfn, uint64_t npages)
{
	int err = 0;

	for (uint64_t n; npages && !err; npages -= n, vpn += n, pfn += n) {
		n = PT_PFNS_BLOCK_NPAGES - (vpn & OFFSET);
		n = n < npages ? n : npages;
		err = add(p, vpn, pfn);
	}
	return err;
}

int pt_pfns_close(struct pt_pfns *p)
{
	int err = close_block(p);

	free(p->open);
	p->open = NULL;
	p->nopen = 0;
	p->like = NULL;
	return err;
}

void pt_pfns_done(struct pt_pfns *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (atomic_fetch_sub(&p->block[i]->refs, 1) == 1)
			free(p->block[i]);
	free(p->block);
	free(p->open);
}

/* The entry that holds for the page: the last one at or before it. */
static size_t entry_of(const struct pt_pfns_block *b, uint64_t vpn)
{
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((b->entry[mid] & OFFSET) <= (vpn & OFFSET))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? lo - 1 : 0;
}

static uint64_t pfn_by(uint64_t entry, uint64_t vpn)
{
	return (entry >> SHIFT) + ((vpn & OFFSET) - (entry & OFFSET));
}

uint64_t pt_pfns_at(const struct pt_pfns *p, uint64_t vpn)
{
	uint64_t pfn;

	pt_pfns_stretch(p, vpn, &pfn);
	return pfn;
}

uint64_t pt_pfns_stretch(const struct pt_pfns *p, uint64_t vpn, uint64_t *ret_pfn)
{
	const struct pt_pfns_block *b = block_of(p, vpn);
	size_t i = b ? entry_of(b, vpn) : 0;
	uint64_t end = b && i + 1 < b->n ? b->entry[i + 1] & OFFSET : PT_PFNS_BLOCK_NPAGES;

	*ret_pfn = b ? pfn_by(b->entry[i], vpn) : 0;
	return end - (vpn & OFFSET);
}

bool pt_pfns_same(const struct pt_pfns *a, const struct pt_pfns *b, uint64_t vpn,
		  uint64_t *ret_npages)
{
	const struct pt_pfns_block *block = block_of(a, vpn);
	uint64_t pfn_a, pfn_b, na, nb;

	if (block && block == block_of(b, vpn)) {	/* what did not change is shared */
		*ret_npages = PT_PFNS_BLOCK_NPAGES - (vpn & OFFSET);
		return true;
	}
	na = pt_pfns_stretch(a, vpn, &pfn_a);
	nb = pt_pfns_stretch(b, vpn, &pfn_b);
	*ret_npages = na < nb ? na : nb;
	return pfn_a == pfn_b;
}

uint64_t pt_pfns_run(const struct pt_pfns *p, uint64_t vpn, uint64_t max)
{
	uint64_t pfn, next, n = pt_pfns_stretch(p, vpn, &pfn), more;

	for (; n < max; n += more) {
		more = pt_pfns_stretch(p, vpn + n, &next);
		if (next != pfn + n)
			return n;
	}
	return max;
}

int pt_pfns_find(const struct pt_pfns *p, uint64_t pfn, int (*fn)(void *arg, uint64_t vpn),
		 void *arg)
{
	int r = 0;

	for (size_t i = 0; i < p->n && !r; i++)
		for (size_t j = 0; j < p->block[i]->n && !r; j++) {
			const struct pt_pfns_block *b = p->block[i];
			uint64_t first = b->entry[j] >> SHIFT, from = b->entry[j] & OFFSET;
			uint64_t to =
				j + 1 < b->n ? b->entry[j + 1] & OFFSET : PT_PFNS_BLOCK_NPAGES;

			if (pfn >= first && pfn - first < to - from)
				r = fn(arg,
				       b->number * PT_PFNS_BLOCK_NPAGES + from + (pfn - first));
		}
	return r;
}
