#include "pagetop/scan/walk.h"

#include <errno.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/model/image.h"

uint64_t pt_walk_last_vpn(const struct pt_vmas *vmas)
{
	for (size_t i = vmas->n; i; i--)
		if (!(vmas->v[i - 1].start >> 63))
			return pt_vma_end_vpn(&vmas->v[i - 1]);
	return 0;
}

void pt_walk_from(struct pt_walk *w, uint64_t vpn, uint64_t end_vpn)
{
	uint64_t last = pt_walk_last_vpn(w->vmas);

	w->end_vpn = end_vpn < last ? end_vpn : last;
	w->vpn = vpn < w->end_vpn ? vpn : w->end_vpn;
	w->block_vpn = w->vpn;
	w->block_npages = 0;
}

/*
 * The next page of a mapping whose word may say something, and where its mapping ends;
 * w->end_vpn: there is none.
 */
static uint64_t next_word(const struct pt_walk *w, uint64_t *ret_end)
{
	const struct pt_vmas *vmas = w->vmas;
	uint64_t vpn = w->vpn;

	while (vpn < w->end_vpn) {
		size_t i = pt_vma_at_or_above(vmas->v, vmas->n, vpn << PT_PAGE_SHIFT);

		if (i == vmas->n)
			break;
		vpn = pt_vma_vpn(&vmas->v[i]) > vpn ? pt_vma_vpn(&vmas->v[i]) : vpn;
		vpn = pt_pagemap_skip(w->pm, vpn);
		*ret_end = pt_vma_end_vpn(&vmas->v[i]);
		if (vpn < *ret_end)
			return vpn < w->end_vpn ? vpn : w->end_vpn;
	}
	return w->end_vpn;
}

/* The next words of the mappings; none at the end. */
static int read_block(struct pt_walk *w)
{
	uint64_t end = w->end_vpn, at = next_word(w, &end);

	end = end < w->end_vpn ? end : w->end_vpn;
	w->vpn = w->block_vpn = at;
	w->block_npages = 0;
	if (at >= end)
		return 0;
	w->block_npages = end - at < PT_STEP_NPAGES ? end - at : PT_STEP_NPAGES;
	return pt_pagemap_read(w->pm, at, w->block_npages, w->block);
}

/* Of a block of words those that are not empty. */
static ssize_t find_by_words(struct pt_walk *w, struct pt_region *ret)
{
	int err = w->vpn < w->block_vpn + w->block_npages ? 0 : read_block(w);
	size_t i = w->vpn - w->block_vpn, n = 0;

	for (; i < w->block_npages && !err; i++) {
		if (!(w->block[i] >> 62))
			continue;
		if (n && ret[n - 1].vpn + ret[n - 1].npages == w->block_vpn + i)
			ret[n - 1].npages++;
		else if (n < PT_MAX_REGIONS)
			ret[n++] = (struct pt_region){ .vpn = w->block_vpn + i, .npages = 1 };
		else
			break;
	}
	w->vpn = w->block_vpn + i;
	return err ? err : (ssize_t)n;
}

/* The next pages as they are, if their mapping goes on far enough; 0: they are to be looked for. */
static size_t take_dense(struct pt_walk *w, struct pt_region *ret)
{
	size_t i = pt_vma_at_or_above(w->vmas->v, w->vmas->n, w->vpn << PT_PAGE_SHIFT);
	uint64_t end = i < w->vmas->n ? pt_vma_end_vpn(&w->vmas->v[i]) : 0;

	if (!w->dense || end < w->vpn + PT_STEP_NPAGES || pt_vma_vpn(&w->vmas->v[i]) > w->vpn ||
	    w->end_vpn < w->vpn + PT_STEP_NPAGES)
		return 0;
	*ret = (struct pt_region){ .vpn = w->vpn, .npages = PT_STEP_NPAGES };
	w->vpn += PT_STEP_NPAGES;
	return 1;
}

ssize_t pt_walk_next(struct pt_walk *w, struct pt_region *ret)
{
	ssize_t n = -EOPNOTSUPP;

	if (pt_scan_cancelled(w->env))
		return -ECANCELED;
	if (!w->pm->no_scan && take_dense(w, ret))
		return 1;
	if (!w->pm->no_scan)
		n = pt_pagemap_find(w->pm, &w->vpn, w->end_vpn, ret, PT_MAX_REGIONS);
	return n == -EOPNOTSUPP ? find_by_words(w, ret) : n;
}
