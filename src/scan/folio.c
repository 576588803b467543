#include "pagetop/scan/folio.h"

#include <stdbool.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/model/runs.h"

enum { MAX_ORDER = 18 };	/* 1 GiB */

/* The flags of a frame, PT_KPAGE_NONE where there are none. */
static uint64_t kflags_of(struct pt_folios *f, uint64_t pfn)
{
	if (pfn - f->block_pfn >= f->nblock) {
		uint64_t pfns[PT_FOLIO_BLOCK];

		f->block_pfn = pfn / PT_FOLIO_BLOCK * PT_FOLIO_BLOCK;
		f->nblock = PT_FOLIO_BLOCK;
		for (size_t i = 0; i < PT_FOLIO_BLOCK; i++)
			pfns[i] = f->block_pfn + i;
		if (pt_kpage_read(f->kpage, PT_KPAGE_FLAGS, pfns, PT_FOLIO_BLOCK, f->kflags))
			f->nblock = 0;
	}
	return f->nblock ? f->kflags[pfn - f->block_pfn] : PT_KPAGE_NONE;
}

static bool has(struct pt_folios *f, uint64_t pfn, uint64_t flag)
{
	uint64_t kflags = kflags_of(f, pfn);

	return kflags != PT_KPAGE_NONE && kflags & flag;
}

static bool find(struct pt_folios *f, uint64_t pfn)
{
	const uint64_t most = UINT64_C(1) << MAX_ORDER;
	uint64_t head = pfn, n = 1;

	while (head && pfn - head < most && has(f, head, PT_KPF(COMPOUND_TAIL)))
		head--;
	if (!has(f, head, PT_KPF(COMPOUND_HEAD)))
		return false;
	f->head_kflags = kflags_of(f, head);
	while (n < most && has(f, head + n, PT_KPF(COMPOUND_TAIL)))
		n++;
	f->head_pfn = head;
	f->npages = n;
	return pfn - head < n && !(n & (n - 1)) && head % n == 0;
}

uint8_t pt_folio_order(struct pt_folios *f, uint64_t pfn, uint64_t *ret_head_kflags)
{
	uint8_t order = 0;

	if (pfn - f->head_pfn >= f->npages) {
		f->npages = 0;
		if (kflags_of(f, pfn) == PT_KPAGE_NONE)
			return PT_ORDER_UNKNOWN;
		if (!has(f, pfn, PT_KPF(COMPOUND_HEAD) | PT_KPF(COMPOUND_TAIL)))
			return 0;
		if (!find(f, pfn)) {
			f->npages = 0;
			return PT_ORDER_UNKNOWN;
		}
	}
	if (ret_head_kflags)
		*ret_head_kflags = f->head_kflags;
	while (UINT64_C(1) << order < f->npages)
		order++;
	return order;
}
