#include "pagetop/model/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/str.h"
#include "pagetop/kernel/thp.h"
#include "pagetop/model/kinds.h"
#include "pagetop/model/word.h"

struct pt_image *pt_image_new(void)
{
	struct pt_image *img = pt_calloc(1, sizeof(*img));

	if (img) {
		atomic_init(&img->refs, 1);
		img->vmas = (struct pt_vmas)PT_VMAS_INIT;
		img->hi_vpn = UINT64_MAX;
		img->why_pfn = "hidden";
		img->page.node = -1;
	}
	return img;
}

const struct pt_image *pt_image_ref(const struct pt_image *img)
{
	atomic_fetch_add(&((struct pt_image *)img)->refs, 1);
	return img;
}

const struct pt_image *pt_image_unref(const struct pt_image *img)
{
	struct pt_image *mine = (struct pt_image *)img;

	if (mine && atomic_fetch_sub(&mine->refs, 1) == 1) {
		pt_vmas_done(&mine->vmas);
		free(mine->runs.r);
		pt_pfns_done(&mine->pfns);
		if (mine->cgroups)
			pthread_mutex_destroy(&mine->cgroups->lock);
		for (int i = 0; mine->cgroups && i < PT_NCGROUPS; i++)
			free(mine->cgroups->path[i]);
		free(mine->cgroups);
		free(mine->name);
		free(mine->mates);
		free(mine->page.cgroup);
		free(mine->page.swap_device);
		free(mine->page.contents);
		free(mine);
	}
	return NULL;
}

int pt_image_want_cgroups(struct pt_image *img)
{
	if (img->cgroups)
		return 0;
	img->cgroups = pt_calloc(1, sizeof(*img->cgroups));
	if (!img->cgroups)
		return -ENOMEM;
	pthread_mutex_init(&img->cgroups->lock, NULL);
	img->cgroups->n = 1;
	img->ctx.cgroups = img->cgroups;
	return 0;
}

uint8_t pt_image_cgroup(const struct pt_image *img, uint64_t inode)
{
	struct pt_cgroups *c = img->cgroups;
	unsigned i;

	pthread_mutex_lock(&c->lock);
	for (i = 1; i < c->n && c->inode[i] != inode; i++)
		;
	if (i == c->n && c->n < PT_NCGROUPS)
		c->inode[c->n++] = inode;
	pthread_mutex_unlock(&c->lock);
	return i < PT_NCGROUPS ? (uint8_t)i : 0;
}

void pt_image_mark(const struct pt_image *img, const struct pt_facts *f, struct pt_run *run)
{
	run->row = (uint8_t)pt_lens_row(img->lens, f);
	run->over = pt_overlays_of(f) & 0x7;
	run->over_open = pt_overlays_open(f) & 0x7;
}

uint64_t pt_image_oldest_ns(const struct pt_image *img)
{
	uint64_t oldest = img->mono_ns;

	for (int i = 0; img->nkept && i < PT_KEEP_PASSES; i++)
		oldest = img->read_ns[i] < oldest ? img->read_ns[i] : oldest;
	return oldest;
}

const struct pt_vma *pt_image_vma(const struct pt_image *img, uint64_t vpn)
{
	size_t i = pt_vma_at_or_above(img->vmas.v, img->vmas.n, vpn << PT_PAGE_SHIFT);

	return i < img->vmas.n && pt_vma_vpn(&img->vmas.v[i]) <= vpn ? &img->vmas.v[i] : NULL;
}

uint64_t pt_image_pfn(const struct pt_image *img, uint64_t vpn)
{
	const uint16_t there = PT_RUN(PRESENT) | PT_RUN(PFN);
	size_t i = pt_runs_at_or_above(&img->runs, vpn);
	const struct pt_run *r = i < img->runs.n ? &img->runs.r[i] : NULL;

	return r && r->vpn <= vpn && (r->pm & there) == there ? pt_pfns_at(&img->pfns, vpn) : 0;
}

struct search {
	const struct pt_image *img;
	uint64_t pfn, vpn;
};

static int is_it(void *arg, uint64_t vpn)
{
	struct search *s = arg;

	if (pt_image_pfn(s->img, vpn) != s->pfn)
		return 0;
	s->vpn = vpn;
	return 1;
}

uint64_t pt_image_find_pfn(const struct pt_image *img, uint64_t pfn)
{
	struct search s = { img, pfn, UINT64_MAX };

	pt_pfns_find(&img->pfns, pfn, is_it, &s);
	return s.vpn;
}

/* Pages of which nothing was found, up to the next run or the end of the mapping. */
static struct pt_run empty_run(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn,
			       uint64_t end_vpn)
{
	struct pt_run run = { .vpn = vpn };
	uint64_t n = end_vpn - vpn;
	struct pt_facts f;

	if (vpn < img->lo_vpn || vpn >= img->hi_vpn)
		run.pm = PT_RUN(UNSTABLE);	/* not scanned: unknown, not absent */
	run.npages = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
	f = pt_facts_of(&run, vma, &img->ctx);
	pt_image_mark(img, &f, &run);
	return run;
}

struct pt_run pt_image_run_from(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn,
				size_t *at)
{
	const struct pt_runs *runs = &img->runs;
	uint64_t end = pt_vma_end_vpn(vma);
	struct pt_run run;

	while (*at < runs->n && runs->r[*at].vpn + runs->r[*at].npages <= vpn)
		++*at;
	if (*at < runs->n && runs->r[*at].vpn < end)
		end = runs->r[*at].vpn;
	if (*at == runs->n || vpn < end)
		return empty_run(img, vma, vpn, end);
	run = runs->r[*at];
	run.npages -= (uint32_t)(vpn - run.vpn);
	run.vpn = vpn;
	return run;
}

struct pt_run pt_image_run(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn)
{
	size_t at = pt_runs_at_or_above(&img->runs, vpn);

	return pt_image_run_from(img, vma, vpn, &at);
}

void pt_counts_add(struct pt_counts *c, const struct pt_run *like, uint64_t npages)
{
	c->row[like->row - pt_lenses[c->lens].first] += npages;
	c->npages += npages;
	for (int o = 0; o < PT_NOVERS; o++) {
		c->over[o] += like->over >> o & 1 ? npages : 0;
		c->over_open[o] += like->over_open >> o & 1 ? npages : 0;
	}
}

void pt_image_count(const struct pt_image *img, const struct pt_vma *vma, uint64_t lo_vpn,
		    uint64_t hi_vpn, struct pt_counts *add_to)
{
	struct pt_run empty = { .npages = 0 };		/* worked out when the first hole is met */
	uint64_t at = lo_vpn;

	add_to->lens = img->lens;
	for (size_t i = pt_runs_at_or_above(&img->runs, lo_vpn); at < hi_vpn; i++) {
		const struct pt_run *r = i < img->runs.n ? &img->runs.r[i] : NULL;
		uint64_t start = r && r->vpn < hi_vpn ? r->vpn : hi_vpn;
		uint64_t end;

		if (at < start && !empty.npages)
			empty = empty_run(img, vma, lo_vpn, hi_vpn);
		if (at < start)
			pt_counts_add(add_to, &empty, start - at);
		if (start == hi_vpn && (!r || r->vpn >= hi_vpn))
			break;
		end = r->vpn + r->npages < hi_vpn ? r->vpn + r->npages : hi_vpn;
		if (start < at)
			start = at;
		pt_counts_add(add_to, r, end - start);
		at = end;
	}
}

void pt_image_count_nodes(const struct pt_image *img, const struct pt_vma *vma,
			  uint64_t add_to[static PT_NNODES])
{
	size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));

	for (; i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma); i++) {
		const struct pt_run *r = &img->runs.r[i];

		if (r->pm & PT_RUN(PRESENT) && r->node >= 0)
			add_to[r->node < PT_NNODES ? r->node : PT_NNODES - 1] += r->npages;
	}
}

uint64_t pt_counts_of(const struct pt_counts *c, int row)
{
	return pt_rows[row].lens == c->lens ? c->row[row - pt_lenses[c->lens].first] : 0;
}

enum pt_row_id pt_counts_row(const struct pt_counts *c)
{
	const struct pt_lens *lens = &pt_lenses[c->lens];
	int best = lens->absent;

	for (int i = lens->first; i < lens->first + lens->nrows; i++)
		if (i != lens->absent && pt_counts_of(c, i) &&
		    (best == lens->absent || pt_counts_of(c, i) > pt_counts_of(c, best)))
			best = i;
	return (enum pt_row_id)best;
}

uint8_t pt_counts_over(const struct pt_counts *c)
{
	uint64_t there = c->npages - pt_counts_of(c, pt_lenses[c->lens].absent);
	uint8_t over = 0;

	for (int o = 0; o < PT_NOVERS; o++)
		if (there && c->over[o] == there)
			over |= (uint8_t)(1 << o);
	return over;
}

/* ---- what could be huge */

/* Pages of a run that lie in [lo, hi). */
static uint64_t npages_in(const struct pt_run *run, uint64_t lo, uint64_t hi)
{
	uint64_t from = run->vpn > lo ? run->vpn : lo,
		 to = run->vpn + run->npages < hi ? run->vpn + run->npages : hi;

	return from < to ? to - from : 0;
}

/*
 * Larger orders fit in less of the mapping: what a larger one takes, a smaller one does
 * not count again.
 */
static void count_small(const struct pt_vma *vma, const struct pt_run *run, struct pt_not_huge *ret)
{
	uint64_t left = run->npages;

	for (int order = PT_NORDERS - 1; order > 0; order--) {
		uint64_t end, first = pt_thp_ranges(vma, (unsigned)order, &end),
			      n = npages_in(run, first, end);

		if (!(vma->thp_orders >> order & 1))
			continue;
		/* Those that a larger order has */
		n -= n < run->npages - left ? n : run->npages - left;
		left -= n;
		if (run->order < order)
			ret->npages[order] += n;
	}
	ret->nunaligned += left;
}

void pt_image_not_huge(const struct pt_image *img, const struct pt_vma *vma,
		       struct pt_not_huge *ret)
{
	*ret = (struct pt_not_huge){ .known = vma->got_orders && !img->why_pages };
	for (int order = 1; ret->known && order < PT_NORDERS; order++) {
		uint64_t end, first = pt_thp_ranges(vma, (unsigned)order, &end);

		ret->nranges[order] = vma->thp_orders >> order & 1 ? (end - first) >> order : 0;
	}
	for (size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));
	     vma->thp_orders && i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma); i++) {
		struct pt_facts f = pt_facts_of(&img->runs.r[i], vma, &img->ctx);

		if (!(f.yes.d & PT_F(PRESENT)) || f.yes.d & (PT_F(HUGE) | PT_F(ZERO)))
			continue;
		if (!(f.known.d & PT_F(HUGE)) || img->runs.r[i].order == PT_ORDER_UNKNOWN)
			ret->known = false;
		count_small(vma, &img->runs.r[i], ret);
	}
}
