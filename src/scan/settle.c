#include "pagetop/scan/settle.h"

#include <stdlib.h>
#include <string.h>
#include "pagetop/model/wish.h"

enum { PMD_NPAGES = 512, NKINDS = PT_NPMD };

/* Whether a sum can be compared with these pages: each was seen as it was, and as it stayed. */
static bool all_seen(const struct pt_run *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].pm & PT_RUN(UNSTABLE) ||
		    (r[i].pm & (PT_RUN(PFN) | PT_RUN(GOT_FLAGS))) == PT_RUN(PFN))
			return false;
	return true;
}

/* ---- merged */

static bool may_be_merged(const struct pt_run *r)
{
	return r->pm & PT_RUN(GOT_FLAGS) && r->kflags & PT_KPF(KSM);
}

/* Of all that may be merged those that are not marked open are the likely ones. */
static enum pt_told told_merged(const struct pt_run *r, uint64_t merged, uint64_t likely,
				uint64_t all)
{
	if (!merged)
		return PT_NO;
	if (merged == all)
		return PT_YES;
	if (merged != likely)
		return PT_UNTOLD;
	return r->pm & PT_RUN(MERGE_OPEN) ? PT_NO : PT_YES;
}

static void decide_merged(struct pt_run *r, enum pt_told told)
{
	r->pm &= (uint16_t)~PT_RUN(MERGE_OPEN);
	if (told == PT_NO)
		r->kflags &= ~PT_KPF(KSM);
	else if (told == PT_UNTOLD)
		r->pm |= PT_RUN(MERGE_OPEN);
}

/* Runs of one mapping. */
static void settle_merged(const struct pt_vma *vma, struct pt_run *r, size_t n)
{
	uint64_t likely = 0, all = 0, merged = vma->ksm_bytes >> PT_PAGE_SHIFT;
	bool got = vma->got_smaps && vma->got_ksm && !vma->no_sums && (!merged || all_seen(r, n));

	for (size_t i = 0; i < n; i++)
		if (may_be_merged(&r[i])) {
			all += r[i].npages;
			likely += r[i].pm & PT_RUN(MERGE_OPEN) ? 0 : r[i].npages;
		}
	for (size_t i = 0; i < n; i++)
		if (may_be_merged(&r[i]))
			decide_merged(&r[i],
				      got ? told_merged(&r[i], merged, likely, all) : PT_UNTOLD);
}

/* ---- mapped by PMD */

/* As smaps has them: AnonHugePages, ShmemPmdMapped, FilePmdMapped. */
static int kind_of(const struct pt_run *r)
{
	if (r->kflags & PT_KPF(ANON))
		return PT_PMD_ANON;
	return r->kflags & PT_KPF(SWAPBACKED) ? PT_PMD_SHMEM : PT_PMD_FILE;
}

static bool is_large(const struct pt_run *r)
{
	return r->pm & PT_RUN(PRESENT) && r->pm & PT_RUN(GOT_FLAGS) && r->kflags & PT_KPF(THP) &&
	       !(r->kflags & PT_KPF(ZERO_PAGE));
}

/*
 * The kind of the block from page `first` on, around a page of the i-th run, if a PMD
 * may map it, or -1.
 */
static int look_at_block(const struct pt_image *img, const struct pt_vma *vma, size_t i,
			 uint64_t first)
{
	uint64_t end = first + PMD_NPAGES, pfn;
	const struct pt_run *r = img->runs.r;
	int kind = kind_of(&r[i]);

	if (first < pt_vma_vpn(vma) || end > pt_vma_end_vpn(vma))
		return -1;
	while (i && r[i].vpn > first && r[i - 1].vpn + r[i - 1].npages == r[i].vpn)
		i--;
	for (uint64_t at = first; at < end; at = r[i].vpn + r[i].npages, i++)
		if (i == img->runs.n || r[i].vpn > at || r[i].vpn + r[i].npages <= at ||
		    !is_large(&r[i]) || kind_of(&r[i]) != kind)
			return -1;
	pt_pfns_stretch(&img->pfns, first, &pfn);
	return pfn % PMD_NPAGES == 0 && pt_pfns_run(&img->pfns, first, PMD_NPAGES) == PMD_NPAGES ?
		       kind :
		       -1;
}

struct blocks {
	const struct pt_image *img;
	const struct pt_vma *vma;
	bool all_seen;
	uint64_t last_vpn;			/* the first page of the block that was looked at
						   last; odd: none yet */
	int last_kind;
	uint64_t npages[NKINDS];		/* of blocks that may be mapped by PMD */
	enum pt_told told[NKINDS];
};

/* Of the block around a page of the i-th run, which may be one of many there. */
static int block_kind(struct blocks *b, size_t i, uint64_t vpn)
{
	uint64_t first = vpn / PMD_NPAGES * PMD_NPAGES;

	if (b->last_vpn != first) {
		b->last_vpn = first;
		b->last_kind = look_at_block(b->img, b->vma, i, first);
	}
	return b->last_kind;
}

static uint64_t block_end(const struct pt_run *r, uint64_t vpn)
{
	uint64_t end = (vpn / PMD_NPAGES + 1) * PMD_NPAGES, last = r->vpn + r->npages;

	return end < last ? end : last;
}

static void count_blocks(struct blocks *b, size_t i)
{
	const struct pt_run *r = &b->img->runs.r[i];

	for (uint64_t vpn = r->vpn, end; vpn < r->vpn + r->npages; vpn = end) {
		int kind = block_kind(b, i, vpn);

		end = block_end(r, vpn);
		if (kind >= 0)
			b->npages[kind] += end - vpn;
	}
}

static void decide_huge(struct blocks *b)
{
	const struct pt_vma *vma = b->vma;

	for (int k = 0; k < NKINDS && vma->got_smaps && vma->got_pmd && !vma->no_sums; k++) {
		uint64_t npages = vma->pmd_bytes[k] >> PT_PAGE_SHIFT;

		if (!npages)
			b->told[k] = PT_NO;
		else if (b->all_seen && npages == b->npages[k])
			b->told[k] = PT_YES;
	}
}

/* What PAGEMAP_SCAN would have told of a page, in bits of a run. */
static uint16_t told_bits(const struct blocks *b, int kind)
{
	enum pt_told told = kind >= 0 ? b->told[kind] : PT_UNTOLD;

	if (kind < 0 && b->all_seen)
		told = PT_NO;
	if (told == PT_UNTOLD)
		return 0;
	return told == PT_YES ? PT_RUN(SCANNED) | PT_RUN(PMD) : PT_RUN(SCANNED);
}

/* The run in parts, each as PAGEMAP_SCAN would have told it. */
static int add_blocks(struct blocks *b, size_t i, struct pt_runs *to)
{
	const struct pt_run *r = &b->img->runs.r[i];
	int err = 0;

	for (uint64_t vpn = r->vpn, end; vpn < r->vpn + r->npages && !err; vpn = end) {
		int kind = block_kind(b, i, vpn);
		struct pt_run part = *r;

		end = block_end(r, vpn);
		part.vpn = vpn;
		part.npages = (uint32_t)(end - vpn);
		part.pm &= (uint16_t)~(PT_RUN(SCANNED) | PT_RUN(PMD));
		part.pm |= told_bits(b, kind);
		err = pt_runs_append(to, &part,
				     to->n && to->r[to->n - 1].vpn >= pt_vma_vpn(b->vma));
	}
	return err;
}

/* Runs of one mapping, from the first to before the end-th, with what smaps says of them. */
static int settle_huge(const struct pt_image *img, const struct pt_vma *vma, size_t first,
		       size_t end, struct pt_runs *to)
{
	struct blocks b = { .img = img,
			    .vma = vma,
			    .last_vpn = 1,
			    .all_seen = all_seen(img->runs.r + first, end - first) };
	int err = 0;

	for (size_t i = first; i < end; i++)
		if (is_large(&img->runs.r[i]))
			count_blocks(&b, i);
	decide_huge(&b);
	for (size_t i = first; i < end && !err; i++)
		err = is_large(&img->runs.r[i]) ? add_blocks(&b, i, to) :
						  pt_runs_append(to, &img->runs.r[i], false);
	return err;
}

/* ---- all of it */

static void replace_runs(struct pt_image *img, struct pt_runs *with, int err)
{
	struct pt_runs *old = err ? with : &img->runs;

	free(old->r);
	if (!err)
		img->runs = *with;
}

int pt_settle(struct pt_image *img, bool ksm_noise, bool scanned)
{
	struct pt_runs runs = { .n = 0 };
	size_t i = 0;
	int err = 0;

	for (size_t v = 0; v < img->vmas.n && !err; v++) {
		const struct pt_vma *vma = &img->vmas.v[v];
		size_t first = i;

		while (i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma))
			i++;
		if (ksm_noise)
			settle_merged(vma, img->runs.r + first, i - first);
		if (!scanned)
			err = settle_huge(img, vma, first, i, &runs);
	}
	if (!scanned)
		replace_runs(img, &runs, err);
	return err;
}

/* Both were seen in the same state, and at the same frame where that is known. */
static bool is_same(const struct pt_image *img, const struct pt_image *whole,
		    const struct pt_run *r, const struct pt_run *from)
{
	const uint64_t kind = PT_KPF(ANON) | PT_KPF(OWNER_2) | PT_KPF(THP) | PT_KPF(SWAPBACKED);
	const uint16_t seen = PT_RUN(PRESENT) | PT_RUN(PFN) | PT_RUN(GOT_FLAGS);
	uint64_t npages = 0;

	if ((r->pm & from->pm & seen) != seen || (r->pm | from->pm) & PT_RUN(UNSTABLE) ||
	    r->count != from->count || (r->kflags ^ from->kflags) & kind)
		return false;
	for (uint64_t vpn = r->vpn; img->needs & PT_NEED_PFNS && vpn < r->vpn + r->npages;
	     vpn += npages)
		if (!pt_pfns_same(&img->pfns, &whole->pfns, vpn, &npages))
			return false;
	return true;
}

/* What was decided of the same page elsewhere, if it is the same; else it is open. */
static void take_over(struct pt_run *r, const struct pt_run *from, bool same)
{
	const uint16_t told = PT_RUN(SCANNED) | PT_RUN(PMD) | PT_RUN(MERGE_OPEN);

	if (!is_large(r) && !may_be_merged(r))
		return;
	if (!same) {
		r->pm |= may_be_merged(r) ? PT_RUN(MERGE_OPEN) : 0;
		return;
	}
	r->pm = (uint16_t)((r->pm & ~told) | (from->pm & told));
	r->kflags = (r->kflags & ~PT_KPF(KSM)) | (from->kflags & PT_KPF(KSM));
}

/* Whether all pages are lazyfree that may be. */
static void take_over_lazyfree(struct pt_image *img, const struct pt_image *whole)
{
	for (size_t v = 0; v < img->vmas.n; v++) {
		struct pt_vma *vma = &img->vmas.v[v];
		const struct pt_vma *theirs = pt_image_vma(whole, pt_vma_vpn(vma));

		if (theirs && pt_vma_same(vma, theirs) &&
		    vma->lazyfree_bytes == theirs->lazyfree_bytes)
			vma->lazyfree = theirs->lazyfree;
	}
}

int pt_settle_like(struct pt_image *img, const struct pt_image *whole)
{
	struct pt_runs runs = { .n = 0 };
	int err = 0;

	take_over_lazyfree(img, whole);
	for (size_t i = 0; i < img->runs.n && !err; i++) {
		const struct pt_run *r = &img->runs.r[i];
		const struct pt_vma *vma = pt_image_vma(img, r->vpn),
				    *theirs = pt_image_vma(whole, r->vpn);

		for (uint64_t vpn = r->vpn, end = vpn + r->npages; vpn < end && !err;) {
			struct pt_run part = *r, from = theirs ? pt_image_run(whole, theirs, vpn) :
								 (struct pt_run){ 0 };

			part.vpn = vpn;
			part.npages = (uint32_t)(theirs && from.npages < end - vpn ? from.npages :
										     end - vpn);
			take_over(&part, &from, theirs && is_same(img, whole, &part, &from));
			err = pt_runs_append(&runs, &part,
					     runs.n && runs.r[runs.n - 1].vpn >= pt_vma_vpn(vma));
			vpn += part.npages;
		}
	}
	replace_runs(img, &runs, err);
	return err;
}
