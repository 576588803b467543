#include "pagetop/model/sums.h"

#include <string.h>
#include "pagetop/model/own.h"

/* The sums of all pages that went through the table. */
static void add_sums(struct pt_kinds *kinds, struct pt_sum sums[static PT_NCOLS])
{
	for (int i = 0; i < PT_NKINDS; i++) {
		const struct pt_kind *k = pt_kinds_at(kinds, i);

		if (k)
			pt_columns_add(sums, &k->facts, k->run.count, k->npages);
	}
}

/* The kind of the run; another that had its place goes into the sums. */
static struct pt_kind *kind_of(const struct pt_image *img, const struct pt_vma *vma, uint64_t class,
			       const struct pt_run *run, struct pt_kinds *kinds,
			       struct pt_sum sums[static PT_NCOLS])
{
	struct pt_kind *k = pt_kinds_place(kinds, run, class);

	if (pt_kind_is(k, run, class))
		return k;
	if (!k->free)
		pt_columns_add(sums, &k->facts, k->run.count, k->npages);
	pt_kind_set(k, run, vma, class, &img->ctx);
	pt_image_mark(img, &k->facts, &k->run);
	return k;
}

static void complete_vma(struct pt_image *img, const struct pt_vma *vma, size_t *i,
			 struct pt_kinds *kinds)
{
	uint64_t end = pt_vma_end_vpn(vma), class = pt_facts_class(vma);

	for (; *i < img->runs.n && img->runs.r[*i].vpn < end; ++*i) {
		struct pt_run *run = &img->runs.r[*i];
		struct pt_kind *k = kind_of(img, vma, class, run, kinds, img->total);

		run->row = k->run.row;
		run->over = k->run.over;
		run->over_open = k->run.over_open;
		k->npages += run->npages;
		img->npages += run->npages;
	}
}

/*
 * Where it is open which pages count, smaps may have summed them all the same: when the flag KSM is
 * noise, when PAGEMAP_SCAN is missing, when map counts cannot be read.
 */
static const enum pt_column summed[] = { PT_COL_PSS, PT_COL_USS,      PT_COL_THP,
					 PT_COL_KSM, PT_COL_LAZYFREE, PT_COL_SWAP };

static uint64_t smaps_bytes(const struct pt_vma *vma, enum pt_column col)
{
	switch (col) {
	case PT_COL_PSS:
		return vma->pss_bytes;
	case PT_COL_USS:
		return vma->uss_bytes;
	case PT_COL_KSM:
		return vma->ksm_bytes;
	case PT_COL_LAZYFREE:
		return vma->lazyfree_bytes;
	case PT_COL_SWAP:
		return vma->swap_bytes;
	default:
		return vma->pmd_bytes[PT_PMD_ANON] + vma->pmd_bytes[PT_PMD_SHMEM] +
		       vma->pmd_bytes[PT_PMD_FILE];
	}
}

/* Pages that were not looked at: nothing is known of them. */
static uint64_t nunread(const struct pt_image *img, const struct pt_vma *vma)
{
	uint64_t lo = pt_vma_vpn(vma), hi = pt_vma_end_vpn(vma), n = hi - lo;

	lo = lo > img->lo_vpn ? lo : img->lo_vpn;
	hi = hi < img->hi_vpn ? hi : img->hi_vpn;
	return n - (lo < hi ? hi - lo : 0);
}

/* Pages that were looked at, and of which nothing was found. */
static uint64_t nabsent(const struct pt_image *img, const struct pt_vma *vma)
{
	uint64_t n = pt_vma_end_vpn(vma) - pt_vma_vpn(vma) - nunread(img, vma);

	for (size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));
	     i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma); i++)
		/* 0: gone since another moment */
		n -= img->runs.r[i].pm ? img->runs.r[i].npages : 0;
	return n;
}

/* Pages of which the table does not tell whether they count. */
static uint64_t nuntold(const struct pt_image *img, const struct pt_vma *vma, enum pt_column col)
{
	bool hidden = col == PT_COL_SWAP && vma->hides_swap && (!vma->got_smaps || vma->swap_bytes);

	return nunread(img, vma) + (hidden ? nabsent(img, vma) : 0) +
	       (col == PT_COL_FREED ? vma->goes_open : 0);
}

static void add_untold(const struct pt_image *img, const struct pt_vma *vma,
		       struct pt_sum sums[static PT_NCOLS])
{
	for (int c = 0; c < PT_NCOLS; c++)
		sums[c].unknown += nuntold(img, vma, (enum pt_column)c);
	sums[PT_COL_FREED].value += vma->goes_bytes;
}

/* What would not hold still was another time another thing: the sum of smaps is of that time. */
static bool holds_still(const struct pt_image *img, const struct pt_vma *vma)
{
	for (size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));
	     i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma); i++)
		if (img->runs.r[i].pm & PT_RUN(UNSTABLE))
			return false;
	return !nunread(img, vma);
}

/*
 * How many pages are lazyfree, or in swap, smaps tells at any time; the rest only where it was
 * read with the pages.
 */
static bool got_sum(const struct pt_image *img, const struct pt_vma *vma, enum pt_column col)
{
	bool sums = img->smaps_sums && !vma->no_sums;

	switch (col) {
	case PT_COL_LAZYFREE:
	case PT_COL_SWAP:
		return vma->got_smaps;
	case PT_COL_KSM:
		return sums && vma->got_ksm;
	case PT_COL_THP:
		return sums && vma->got_pmd;
	default:
		return sums && vma->got_smaps && !img->smaps_averages;
	}
}

static void take_smaps_sum(const struct pt_image *img, const struct pt_vma *vma, enum pt_column col,
			   struct pt_sum *sum)
{
	if (sum->unknown && got_sum(img, vma, col) && holds_still(img, vma))
		*sum = pt_column_sum(col, smaps_bytes(vma, col));
}

enum pt_told pt_image_absent_in_swap(const struct pt_image *img, const struct pt_vma *vma)
{
	uint64_t hidden = vma->swap_bytes >> PT_PAGE_SHIFT;

	if (!vma->hides_swap || (vma->got_smaps && !hidden))
		return PT_NO;
	if (!vma->got_smaps || nunread(img, vma))
		return PT_UNTOLD;
	for (size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));
	     i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma); i++) {
		struct pt_facts f = pt_facts_of(&img->runs.r[i], vma, &img->ctx);

		if (!(f.known.d & PT_F(SLOT)))
			return PT_UNTOLD;
		/* Of what was copied */
		hidden -= f.yes.d & PT_F(SLOT) ? img->runs.r[i].npages : 0;
	}
	if (!hidden)
		return PT_NO;
	return hidden == nabsent(img, vma) ? PT_YES : PT_UNTOLD;
}

static bool got_any_sum(const struct pt_image *img, enum pt_column col)
{
	size_t v = 0;

	while (v < img->vmas.n && !got_sum(img, &img->vmas.v[v], col))
		v++;
	return v < img->vmas.n;
}

/* Totals in which something is open, once more from those of mappings. */
static void complete_totals(struct pt_image *img)
{
	struct pt_kinds kinds;

	pt_kinds_init(&kinds);
	for (size_t i = 0; i < sizeof(summed) / sizeof(summed[0]); i++) {
		struct pt_sum total = { 0 };

		if (!img->total[summed[i]].unknown || !got_any_sum(img, summed[i]))
			continue;
		for (size_t v = 0; v < img->vmas.n; v++) {
			struct pt_sum sum = pt_image_sum(img, &img->vmas.v[v], summed[i], &kinds);

			total.value += sum.value;
			total.unknown += sum.unknown;
		}
		img->total[summed[i]] = total;
	}
}

/* What smaps counts of it is known; what is on the move may be anything. */
static bool is_seen(const struct pt_image *img, const struct pt_vma *vma, const struct pt_run *run)
{
	struct pt_facts f;

	if (run->pm & (PT_RUN(PRESENT) | PT_RUN(UNSTABLE)))
		return run->pm & PT_RUN(GOT_FLAGS);
	f = pt_facts_of(run, vma, &img->ctx);
	return f.known.d & ~f.yes.d & PT_F(MIGRATION);
}

/* Which are lazyfree smaps does not tell, but how many. Of droppable memory all are that may be. */
static enum pt_told told_lazyfree(const struct pt_image *img, const struct pt_vma *vma)
{
	uint64_t npages = 0;

	if (!vma->got_smaps)
		return PT_UNTOLD;
	if (vma->vmflags & PT_VMF(DP))
		return PT_YES;
	if (!vma->lazyfree_bytes)
		return PT_NO;
	if (nunread(img, vma))
		return vma->lazyfree;		/* as the whole mapping told */
	for (size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));
	     i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma); i++)
		if (!is_seen(img, vma, &img->runs.r[i]))
			return PT_UNTOLD;
		else if (pt_run_may_be_lazyfree(&img->runs.r[i]))
			npages += img->runs.r[i].npages;
	return npages == vma->lazyfree_bytes >> PT_PAGE_SHIFT ? PT_YES : PT_UNTOLD;
}

void pt_image_tell_lazyfree(struct pt_image *img)
{
	for (size_t v = 0; v < img->vmas.n; v++)
		img->vmas.v[v].lazyfree = told_lazyfree(img, &img->vmas.v[v]);
}

void pt_image_complete(struct pt_image *img)
{
	struct pt_kinds kinds;
	size_t i = 0;

	pt_image_tell_lazyfree(img);
	pt_own_count(img);
	pt_kinds_init(&kinds);
	for (size_t v = 0; v < img->vmas.n; v++) {
		complete_vma(img, &img->vmas.v[v], &i, &kinds);
		add_untold(img, &img->vmas.v[v], img->total);
	}
	add_sums(&kinds, img->total);
	complete_totals(img);
}

void pt_image_sums(const struct pt_image *img, const struct pt_vma *vma,
		   struct pt_sum ret[static PT_NCOLS])
{
	uint64_t end = pt_vma_end_vpn(vma), class = pt_facts_class(vma);
	struct pt_kinds kinds;

	memset(ret, 0, PT_NCOLS * sizeof(*ret));
	pt_kinds_init(&kinds);
	for (size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));
	     i < img->runs.n && img->runs.r[i].vpn < end; i++)
		kind_of(img, vma, class, &img->runs.r[i], &kinds, ret)->npages +=
			img->runs.r[i].npages;
	add_sums(&kinds, ret);
	add_untold(img, vma, ret);
	for (size_t i = 0; i < sizeof(summed) / sizeof(summed[0]); i++)
		take_smaps_sum(img, vma, summed[i], &ret[summed[i]]);
}

struct pt_sum pt_image_sum(const struct pt_image *img, const struct pt_vma *vma, enum pt_column col,
			   struct pt_kinds *kinds)
{
	uint64_t end = pt_vma_end_vpn(vma), class = pt_facts_class(vma);
	struct pt_sum sum = { .value = col == PT_COL_FREED ? vma->goes_bytes : 0,
			      .unknown = nuntold(img, vma, col) };

	for (size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));
	     i < img->runs.n && img->runs.r[i].vpn < end; i++) {
		const struct pt_run *run = &img->runs.r[i];
		struct pt_kind *k = pt_kinds_place(kinds, run, class);

		if (!pt_kind_is(k, run, class))
			pt_kind_set(k, run, vma, class, &img->ctx);
		pt_column_add(col, &sum, &k->facts, run->count, run->npages);
	}
	for (size_t i = 0; i < sizeof(summed) / sizeof(summed[0]); i++)
		if (col == summed[i])
			take_smaps_sum(img, vma, col, &sum);
	return sum;
}
