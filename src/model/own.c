#include "pagetop/model/own.h"

#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/str.h"

/* Neighbouring pages at neighbouring frames. */
struct stretch {
	uint64_t pfn, npages, vpn;
	uint32_t count;
	bool merged;
	size_t vma;
};

struct stretches {
	struct stretch *v;
	size_t n, cap;
};

bool pt_own_may_die(const struct pt_vma *vma)
{
	return vma->inode && pt_is_marked_deleted(vma->name, vma->name_len) &&
	       strncmp(vma->name, "/SYSV", 5);	/* a segment stays until it is removed */
}

/* A mapping of a file without a name. */
struct place {
	const struct pt_vma *vma;
	size_t v;
};

static int by_file(const void *a, const void *b)
{
	const struct pt_vma *x = ((const struct place *)a)->vma,
			    *y = ((const struct place *)b)->vma;
	uint64_t dx = (uint64_t)x->dev_major << 32 | x->dev_minor,
		 dy = (uint64_t)y->dev_major << 32 | y->dev_minor;

	if (x->inode != y->inode)
		return x->inode > y->inode ? 1 : -1;
	if (dx != dy)
		return dx > dy ? 1 : -1;
	return (x->pgoff > y->pgoff) - (x->pgoff < y->pgoff);
}

static bool same_file(const struct pt_vma *a, const struct pt_vma *b)
{
	return a->inode == b->inode && a->dev_major == b->dev_major && a->dev_minor == b->dev_minor;
}

/*
 * All of them, those of the same file side by side, by offset. `ret_n` 0: there are none, or no
 * memory. The caller frees.
 */
static struct place *find_places(const struct pt_vmas *vmas, size_t *ret_n)
{
	struct place *p = NULL;
	size_t n = 0, cap = 0;

	for (size_t v = 0; v < vmas->n; v++)
		if (pt_own_may_die(&vmas->v[v]) && !pt_grow(&p, &cap, n + 1, sizeof(*p)))
			p[n++] = (struct place){ &vmas->v[v], v };
	if (n)
		qsort(p, n, sizeof(*p), by_file);
	*ret_n = n;
	return p;
}

/*
 * How often each mapping's file is mapped: at most so often is a frame of it. 0: it has a name.
 * NULL: all are 0.
 */
static size_t *count_mappings(const struct pt_vmas *vmas)
{
	size_t n, *most;
	struct place *p = find_places(vmas, &n);

	most = n ? pt_calloc(vmas->n, sizeof(*most)) : NULL;
	for (size_t i = 0, end; most && i < n; i = end) {
		for (end = i + 1; end < n && same_file(p[end].vma, p[i].vma); end++)
			;
		for (size_t k = i; k < end; k++)
			most[p[k].v] = end - i;
	}
	free(p);
	return most;
}

bool pt_own_needs_pfns(const struct pt_vmas *vmas)
{
	uint64_t reach = 0;
	bool twice = false;
	size_t n;
	struct place *p = find_places(vmas, &n);

	for (size_t i = 0; i < n && !twice; i++) {
		uint64_t end = p[i].vma->pgoff + (p[i].vma->end - p[i].vma->start);

		reach = i && same_file(p[i].vma, p[i - 1].vma) ? reach : 0;
		twice = p[i].vma->pgoff < reach;
		reach = end > reach ? end : reach;
	}
	free(p);
	return twice;
}

static bool has(const struct pt_run *run, uint16_t pm)
{
	return (run->pm & pm) == pm && !(run->pm & PT_RUN(UNSTABLE));
}

static bool is_merged(const struct pt_run *run)
{
	return has(run, PT_RUN(PRESENT) | PT_RUN(GOT_FLAGS) | PT_RUN(GOT_COUNT)) &&
	       run->kflags & PT_KPF(KSM) && !(run->kflags & PT_KPF_TYPED) &&
	       !(run->pm & PT_RUN(MERGE_OPEN)) && run->count > 1;
}

bool pt_own_has_merged(const struct pt_image *img)
{
	for (size_t i = 0; i < img->runs.n; i++)
		if (is_merged(&img->runs.r[i]))
			return true;
	return false;
}

/* Pages of shared memory that are no copies, as far as is known; hugetlb goes back to its pool. */
static bool is_shared_memory(const struct pt_run *run)
{
	if (!has(run, PT_RUN(PRESENT)))
		return false;
	return run->pm & PT_RUN(GOT_FLAGS) ?
		       (run->kflags & (PT_KPF(ANON) | PT_KPF(HUGE) | PT_KPF(SWAPBACKED))) ==
			       PT_KPF(SWAPBACKED) :
		       run->pm & PT_RUN(FILE);
}

bool pt_own_needs_holders(const struct pt_image *img)
{
	size_t i = 0, *most = count_mappings(&img->vmas);
	bool needs = false;

	for (size_t v = 0; most && v < img->vmas.n && !needs; v++)
		for (; i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(&img->vmas.v[v]);
		     i++) {
			const struct pt_run *run = &img->runs.r[i];

			needs |= is_shared_memory(run) && has(run, PT_RUN(GOT_COUNT)) &&
				 run->count <= most[v];
		}
	free(most);
	return needs;
}

static int add_stretches(struct stretches *s, const struct pt_image *img, const struct pt_run *run,
			 size_t vma)
{
	int err = 0;

	for (uint64_t at = 0, n; at < run->npages && !err; at += n) {
		struct stretch it = { .vpn = run->vpn + at,
				      .count = run->count,
				      .merged = is_merged(run),
				      .vma = vma };

		n = pt_pfns_stretch(&img->pfns, it.vpn, &it.pfn);
		n = it.npages = n < run->npages - at ? n : run->npages - at;
		err = pt_grow(&s->v, &s->cap, s->n + 1, sizeof(*s->v));
		if (!err)
			s->v[s->n++] = it;
	}
	return err;
}

/* What of a mapping has a frame to itself goes with the process, or may. */
static void credit(struct pt_image *img, struct pt_vma *vma, uint64_t npages, enum pt_told dies)
{
	if (dies == PT_NO || img->ctx.shared)
		return;
	if (dies == PT_YES && !img->ctx.shared_open)
		vma->goes_bytes += npages << PT_PAGE_SHIFT;
	else
		vma->goes_open += npages;
}

/* One run: what it is worth at once, or stretches that are to be looked at with the others. */
static int add_run(struct stretches *s, struct pt_image *img, const struct pt_run *run, size_t v,
		   size_t most)
{
	struct pt_vma *vma = &img->vmas.v[v];
	bool whole = !img->lo_vpn && img->hi_vpn == UINT64_MAX, merged = is_merged(run),
	     shared = most && vma->dies != PT_NO && is_shared_memory(run);

	if (!merged && !shared)
		return 0;
	if (!has(run, PT_RUN(GOT_FLAGS) | PT_RUN(GOT_COUNT)))
		credit(img, vma, run->npages, PT_UNTOLD);
	else if (run->count == 1)
		credit(img, vma, run->npages, vma->dies);
	else if (shared && run->count > most)
		return 0;
	else if (whole && run->pm & PT_RUN(PFN) && img->pfns.n)
		return add_stretches(s, img, run, v);
	else
		credit(img, vma, run->npages, PT_UNTOLD);
	return 0;
}

static int add_all(struct stretches *s, struct pt_image *img)
{
	size_t i = 0, *most = count_mappings(&img->vmas);
	int err = 0;

	for (size_t v = 0; v < img->vmas.n && !err; v++)
		for (; i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(&img->vmas.v[v]) &&
		       !err;
		     i++)
			err = add_run(s, img, &img->runs.r[i], v, most ? most[v] : 0);
	free(most);
	return err;
}

static int by_pfn(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return (x->pfn > y->pfn) - (x->pfn < y->pfn);
}

/* The frames from `pfn` on are at each of these places, and at no others of this process. */
static void settle(struct pt_image *img, const struct stretch *const *at, size_t n, uint64_t pfn,
		   uint64_t npages)
{
	const struct stretch *low = at[0];
	struct pt_vma *vma;

	for (size_t i = 0; i < n; i++) {
		if (at[i]->count != n)
			return;
		if (at[i]->vpn + (pfn - at[i]->pfn) < low->vpn + (pfn - low->pfn))
			low = at[i];
	}
	vma = &img->vmas.v[low->vma];
	credit(img, vma, npages, low->merged ? PT_YES : vma->dies);
}

/* From frame to frame where a stretch begins or ends. */
static int sweep(struct pt_image *img, const struct stretches *s)
{
	const struct stretch **at = s->n ? pt_malloc(s->n * sizeof(const struct stretch *)) : NULL;
	uint64_t pfn = 0, next;
	size_t i = 0, n = 0, kept;

	if (s->n && !at)
		return -1;
	while (i < s->n || n) {
		pfn = n ? pfn : s->v[i].pfn;
		while (i < s->n && s->v[i].pfn == pfn)
			at[n++] = &s->v[i++];
		next = i < s->n ? s->v[i].pfn : UINT64_MAX;
		for (size_t k = 0; k < n; k++)
			next = at[k]->pfn + at[k]->npages < next ? at[k]->pfn + at[k]->npages :
								   next;
		settle(img, at, n, pfn, next - pfn);
		pfn = next;
		kept = 0;
		for (size_t k = 0; k < n; k++)
			if (at[k]->pfn + at[k]->npages > pfn)
				at[kept++] = at[k];
		n = kept;
	}
	free(at);
	return 0;
}

void pt_own_count(struct pt_image *img)
{
	struct stretches s = { 0 };
	int err;

	for (size_t v = 0; v < img->vmas.n; v++)
		img->vmas.v[v].goes_bytes = img->vmas.v[v].goes_open = 0;
	err = add_all(&s, img);
	if (s.n && !err)
		qsort(s.v, s.n, sizeof(*s.v), by_pfn);
	if (err || sweep(img, &s))
		for (size_t i = 0; i < s.n; i++)
			img->vmas.v[s.v[i].vma].goes_open += s.v[i].npages;
	free(s.v);
}
