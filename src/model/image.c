#include "pagetop/model/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/str.h"
#include "pagetop/kernel/thp.h"
#include "pagetop/model/kinds.h"
#include "pagetop/model/own.h"
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

static void look_at(const struct pt_image *img, const struct pt_facts *f, struct pt_run *run)
{
	run->row = (uint8_t)pt_lens_row(img->lens, f);
	run->over = pt_overlays_of(f) & 0xf;
	run->over_open = pt_overlays_open(f) & 0xf;
}

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
			       const struct pt_run *run, struct pt_kinds *kinds, struct pt_sum sums[static PT_NCOLS])
{
	struct pt_kind *k = pt_kinds_place(kinds, run, class);

	if (pt_kind_is(k, run, class))
		return k;
	if (!k->free)
		pt_columns_add(sums, &k->facts, k->run.count, k->npages);
	pt_kind_set(k, run, vma, class, &img->ctx);
	look_at(img, &k->facts, &k->run);
	return k;
}

static void complete_vma(struct pt_image *img, const struct pt_vma *vma, size_t *i, struct pt_kinds *kinds)
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
 * Where it is open which pages count, smaps may have summed them all the same: when the flag KSM is noise, when PAGEMAP_SCAN
 * is missing, when map counts cannot be read.
 */
static const enum pt_column summed[] = { PT_COL_PSS, PT_COL_USS, PT_COL_THP, PT_COL_KSM, PT_COL_LAZYFREE, PT_COL_SWAP };

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
		return vma->pmd_bytes[PT_PMD_ANON] + vma->pmd_bytes[PT_PMD_SHMEM] + vma->pmd_bytes[PT_PMD_FILE];
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
		n -= img->runs.r[i].pm ? img->runs.r[i].npages : 0;	/* 0: gone since another moment */
	return n;
}

/* Pages of which the table does not tell whether they count. */
static uint64_t nuntold(const struct pt_image *img, const struct pt_vma *vma, enum pt_column col)
{
	bool hidden = col == PT_COL_SWAP && vma->hides_swap && (!vma->got_smaps || vma->swap_bytes);

	return nunread(img, vma) + (hidden ? nabsent(img, vma) : 0) + (col == PT_COL_FREED ? vma->goes_open : 0);
}

static void add_untold(const struct pt_image *img, const struct pt_vma *vma, struct pt_sum sums[static PT_NCOLS])
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

/* How many pages are lazyfree, or in swap, smaps tells at any time; the rest only where it was read with the pages. */
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

static void take_smaps_sum(const struct pt_image *img, const struct pt_vma *vma, enum pt_column col, struct pt_sum *sum)
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
		hidden -= f.yes.d & PT_F(SLOT) ? img->runs.r[i].npages : 0;	/* of what was copied */
	}
	return !hidden ? PT_NO : hidden == nabsent(img, vma) ? PT_YES : PT_UNTOLD;
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

void pt_image_sums(const struct pt_image *img, const struct pt_vma *vma, struct pt_sum ret[static PT_NCOLS])
{
	uint64_t end = pt_vma_end_vpn(vma), class = pt_facts_class(vma);
	struct pt_kinds kinds;

	memset(ret, 0, PT_NCOLS * sizeof(*ret));
	pt_kinds_init(&kinds);
	for (size_t i = pt_runs_at_or_above(&img->runs, pt_vma_vpn(vma));
	     i < img->runs.n && img->runs.r[i].vpn < end; i++)
		kind_of(img, vma, class, &img->runs.r[i], &kinds, ret)->npages += img->runs.r[i].npages;
	add_sums(&kinds, ret);
	add_untold(img, vma, ret);
	for (size_t i = 0; i < sizeof(summed) / sizeof(summed[0]); i++)
		take_smaps_sum(img, vma, summed[i], &ret[summed[i]]);
}

struct pt_sum pt_image_sum(const struct pt_image *img, const struct pt_vma *vma, enum pt_column col, struct pt_kinds *kinds)
{
	uint64_t end = pt_vma_end_vpn(vma), class = pt_facts_class(vma);
	struct pt_sum sum = { .value = col == PT_COL_FREED ? vma->goes_bytes : 0, .unknown = nuntold(img, vma, col) };

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
	look_at(img, &f, &run);
	return run;
}

struct pt_run pt_image_run_from(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn, size_t *at)
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

/* ---- one page of it */

static void set_words(struct pt_image *page, const struct pt_run *run, uint64_t pfn, const struct pt_cgroups *cgroups)
{
	struct pt_page_words *w = &page->page;

	w->pagemap = pt_word_of(run->pm) | pfn;
	for (int i = 0; i < PT_NKPAGE; i++)
		w->kpage[i] = PT_KPAGE_NONE;
	if (run->pm & PT_RUN(PRESENT) && run->pm & PT_RUN(GOT_FLAGS))
		w->kpage[PT_KPAGE_FLAGS] = run->kflags;
	if (run->pm & PT_RUN(GOT_COUNT))
		w->kpage[PT_KPAGE_COUNT] = run->count;
	if (run->cgroup && cgroups)
		w->kpage[PT_KPAGE_CGROUP] = cgroups->inode[run->cgroup];
	w->node = run->node;
	if (run->pm & PT_RUN(ENTRY) || !page->why_pfn)
		page->why_pfn = "not kept";
	for (int i = 0; i < PT_NKPAGE; i++)
		if (!page->why_kpage[i])
			page->why_kpage[i] = "not kept";
}

static int copy_vma(struct pt_vmas *to, const struct pt_vma *vma)
{
	if (!vma)
		return 0;
	pt_str_add(&to->names, vma->name, vma->name_len);
	if (to->names.err || pt_grow(&to->v, &to->cap, 1, sizeof(*to->v)))
		return -ENOMEM;
	to->v[0] = *vma;
	to->v[0].name = to->names.s;
	to->n = 1;
	return 0;
}

struct pt_image *pt_image_of_page(const struct pt_image *img, uint64_t vpn)
{
	const struct pt_vma *vma = pt_image_vma(img, vpn);
	struct pt_image *page = pt_image_new();
	struct pt_run run = vma ? pt_image_run(img, vma, vpn) : (struct pt_run){ .vpn = vpn, .node = -1 };
	uint64_t pfn = pt_image_pfn(img, vpn);
	int err;

	if (!page)
		return NULL;
	page->pid = img->pid;
	page->starttime = img->starttime;
	page->when = img->when;
	page->mono_ns = img->mono_ns;
	page->needs = img->needs;
	page->ctx = img->ctx;
	page->ctx.cgroups = NULL;		/* which are the other's */
	page->lens = img->lens;
	page->why_pages = img->why_pages;
	page->why_pfn = img->why_pfn;
	memcpy(page->why_kpage, img->why_kpage, sizeof(page->why_kpage));
	page->lo_vpn = vpn;
	page->hi_vpn = vpn + (img->why_pages == NULL);
	page->name = pt_strdup(img->name);
	err = page->name ? copy_vma(&page->vmas, vma) : -ENOMEM;
	if (!err && run.pm & (PT_RUN(PRESENT) | PT_RUN(ENTRY) | PT_RUN(UNSTABLE)))
		err = pt_runs_add(&page->runs, &run, false);
	if (!err && pfn)
		err = pt_pfns_add(&page->pfns, vpn, pfn, 1);
	if (!err)
		err = pt_pfns_close(&page->pfns);
	if (err)
		return (struct pt_image *)pt_image_unref(page);
	set_words(page, &run, pfn, img->cgroups);
	pt_image_complete(page);
	return page;
}

/* ---- what could be huge */

/* Pages of a run that lie in [lo, hi). */
static uint64_t npages_in(const struct pt_run *run, uint64_t lo, uint64_t hi)
{
	uint64_t from = run->vpn > lo ? run->vpn : lo, to = run->vpn + run->npages < hi ? run->vpn + run->npages : hi;

	return from < to ? to - from : 0;
}

/* Larger orders fit in less of the mapping: what a larger one takes, a smaller one does not count again. */
static void count_small(const struct pt_vma *vma, const struct pt_run *run, struct pt_not_huge *ret)
{
	uint64_t left = run->npages;

	for (int order = PT_NORDERS - 1; order > 0; order--) {
		uint64_t end, first = pt_thp_ranges(vma, (unsigned)order, &end), n = npages_in(run, first, end);

		if (!(vma->thp_orders >> order & 1))
			continue;
		n -= n < run->npages - left ? n : run->npages - left;	/* those that a larger order has */
		left -= n;
		if (run->order < order)
			ret->npages[order] += n;
	}
	ret->nunaligned += left;
}

void pt_image_not_huge(const struct pt_image *img, const struct pt_vma *vma, struct pt_not_huge *ret)
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
