#include "pagetop/model/matches.h"

#include <errno.h>
#include <stdlib.h>
#include "pagetop/base/memory.h"
#include "pagetop/model/kinds.h"

enum { FIRST_PART = 64 };	/* cells in which the find before is looked for first */

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void pt_matches_done(struct pt_matches *m)
{
	pt_image_unref(m->img);
	free(m->run);
	free(m->between);
	free(m->in);
	*m = (struct pt_matches){ .img = NULL };
}

static void add(struct pt_matches_sum *sum, int match, uint64_t npages)
{
	sum->nyes += match > 0 ? npages : 0;
	sum->nopen += match < 0 ? npages : 0;
}

static int match_run(const struct pt_image *img, const struct pt_vma *vma, uint64_t class,
		     const struct pt_run *run, struct pt_kinds *kinds,
		     const struct pt_filter *filter)
{
	struct pt_kind *k = pt_kinds_place(kinds, run, class);

	if (!pt_kind_is(k, run, class)) {
		pt_kind_set(k, run, vma, class, &img->ctx);
		k->match = pt_filter_match(filter, &k->facts);
	}
	return k->match;
}

static void match_vma(struct pt_matches *m, size_t v, size_t *i, struct pt_kinds *kinds,
		      const struct pt_filter *filter)
{
	const struct pt_image *img = m->img;
	const struct pt_vma *vma = &img->vmas.v[v];
	uint64_t end = pt_vma_end_vpn(vma), class = pt_facts_class(vma),
		 nbetween = end - pt_vma_vpn(vma);
	struct pt_run none = { .vpn = pt_vma_vpn(vma) };

	if (none.vpn < img->lo_vpn || none.vpn >= img->hi_vpn)
		none.pm = PT_RUN(UNSTABLE);	/* not scanned: unknown, not absent */
	m->between[v] = (int8_t)match_run(img, vma, class, &none, kinds, filter);
	for (; *i < img->runs.n && img->runs.r[*i].vpn < end; ++*i) {
		m->run[*i] = (int8_t)match_run(img, vma, class, &img->runs.r[*i], kinds, filter);
		add(&m->in[v], m->run[*i], img->runs.r[*i].npages);
		nbetween -= img->runs.r[*i].npages;
	}
	add(&m->in[v], m->between[v], nbetween);
	m->all.nyes += m->in[v].nyes;
	m->all.nopen += m->in[v].nopen;
}

int pt_matches_make(struct pt_matches *m, const struct pt_image *img,
		    const struct pt_filter *filter)
{
	struct pt_kinds kinds;
	size_t i = 0;

	pt_matches_done(m);
	m->run = pt_malloc(img->runs.n + 1);
	m->between = pt_malloc(img->vmas.n + 1);
	m->in = pt_calloc(img->vmas.n + 1, sizeof(*m->in));
	if (!m->run || !m->between || !m->in) {
		pt_matches_done(m);
		return -ENOMEM;
	}
	m->img = pt_image_ref(img);
	pt_kinds_init(&kinds);
	for (size_t v = 0; v < img->vmas.n; v++)
		match_vma(m, v, &i, &kinds, filter);
	return 0;
}

/* A run, or what lies between two of them, as far as it is in [lo, hi). */
struct stretch {
	uint64_t lo, hi;
	int match;
	const struct pt_run *run;	/* NULL: between */
};

/* The one that begins at `vpn`; `*at`, first pt_runs_at_or_above(), goes up with it. */
static struct stretch stretch_at(const struct pt_matches *m, size_t v, uint64_t vpn, uint64_t hi,
				 size_t *at)
{
	const struct pt_runs *runs = &m->img->runs;
	const struct pt_run *r;

	while (*at < runs->n && runs->r[*at].vpn + runs->r[*at].npages <= vpn)
		++*at;
	r = *at < runs->n ? &runs->r[*at] : NULL;
	if (!r || r->vpn > vpn)
		return (struct stretch){ vpn, r ? min(r->vpn, hi) : hi, m->between[v], NULL };
	return (struct stretch){ vpn, min(r->vpn + r->npages, hi), m->run[*at], r };
}

void pt_matches_count(const struct pt_matches *m, const struct pt_vma *vma, uint64_t lo_vpn,
		      uint64_t hi_vpn, struct pt_counts *ret, uint64_t *ret_open)
{
	size_t v = (size_t)(vma - m->img->vmas.v), at = pt_runs_at_or_above(&m->img->runs, lo_vpn);
	uint64_t nbetween = 0, gap = lo_vpn;
	struct pt_run none;
	struct stretch s;

	*ret = (struct pt_counts){ .lens = m->img->lens };
	*ret_open = 0;
	for (uint64_t vpn = lo_vpn; vpn < hi_vpn; vpn = s.hi) {
		s = stretch_at(m, v, vpn, hi_vpn, &at);
		*ret_open += s.match < 0 ? s.hi - s.lo : 0;
		if (s.match > 0 && s.run)
			pt_counts_add(ret, s.run, s.hi - s.lo);
		if (s.match <= 0 || s.run)
			continue;
		nbetween += s.hi - s.lo;
		gap = s.lo;
	}
	if (nbetween) {
		none = pt_image_run(m->img, vma, gap);
		pt_counts_add(ret, &none, nbetween);
	}
}

/* ---- finding */

/* The beginnings of finds in one mapping, one after the other, from a cell of it on. */
struct finds {
	const struct pt_matches *m;
	size_t v, at;
	uint64_t start, end;	/* of the mapping */
	uint64_t cell;		/* pages in a cell */
	uint64_t vpn;		/* how far it was looked at */
	uint64_t past;		/* the cell behind the last one that holds such a
				   page; 0: none yet */
};

static struct finds finds_from(const struct pt_matches *m, size_t v, uint64_t cell, uint64_t from)
{
	const struct pt_vma *vma = &m->img->vmas.v[v];
	uint64_t start = pt_vma_vpn(vma), vpn = start + from * cell;

	return (struct finds){ .m = m,
			       .v = v,
			       .at = pt_runs_at_or_above(&m->img->runs, vpn),
			       .start = start,
			       .end = pt_vma_end_vpn(vma),
			       .cell = cell,
			       .vpn = vpn };
}

/* The cell and the page where the next one begins. */
static bool next_find(struct finds *f, uint64_t *ret_cell, uint64_t *ret_vpn)
{
	while (f->vpn < f->end) {
		struct stretch s = stretch_at(f->m, f->v, f->vpn, f->end, &f->at);
		uint64_t in = (s.lo - f->start) / f->cell;
		bool apart = !f->past || in > f->past;

		f->vpn = s.hi;
		if (s.match <= 0)
			continue;
		f->past = (s.hi - 1 - f->start) / f->cell + 1;
		if (apart) {
			*ret_cell = in;
			*ret_vpn = s.lo;
			return true;
		}
	}
	return false;
}

/* The first one that begins behind the cell `here`, to which it may belong as well. */
static bool find_behind(const struct pt_matches *m, size_t v, uint64_t cell, uint64_t here,
			uint64_t *ret)
{
	struct finds f = finds_from(m, v, cell, here);
	uint64_t in;

	while (next_find(&f, &in, ret))
		if (in > here)
			return true;
	return false;
}

/*
 * The last one that begins before the cell `here`. It is looked for in a part that grows backwards;
 * what begins with the part may have begun before.
 */
static bool find_before(const struct pt_matches *m, size_t v, uint64_t cell, uint64_t here,
			uint64_t *ret)
{
	bool found = false;

	for (uint64_t ncells = FIRST_PART, from = 1; from && !found; ncells *= 8) {
		struct finds f;
		uint64_t in, vpn;

		from = here > ncells ? here - ncells : 0;
		f = finds_from(m, v, cell, from);
		while (next_find(&f, &in, &vpn) && in < here) {
			if (from && in == from)
				continue;
			*ret = vpn;
			found = true;
		}
	}
	return found;
}

/* The first one of the mapping, or its last one. */
static bool find_in(const struct pt_matches *m, size_t v, uint64_t cell, bool forward,
		    uint64_t *ret)
{
	struct finds f = finds_from(m, v, cell, 0);
	uint64_t in;

	return m->in[v].nyes && (forward ? next_find(&f, &in, ret) :
				 find_before(m, v, cell, (f.end - f.start - 1) / cell + 1, ret));
}

enum pt_found pt_matches_find(const struct pt_matches *m, bool forward, uint64_t cell,
			      uint64_t *vpn)
{
	const struct pt_vmas *l = &m->img->vmas;
	size_t cur = pt_vma_at_or_above(l->v, l->n, *vpn << PT_PAGE_SHIFT);
	uint64_t here, ret;

	if (cur == l->n || pt_vma_vpn(&l->v[cur]) > *vpn || !m->all.nyes)
		return PT_FOUND_NONE;
	here = (*vpn - pt_vma_vpn(&l->v[cur])) / cell;
	if (m->in[cur].nyes && (forward ? find_behind : find_before)(m, cur, cell, here, &ret)) {
		*vpn = ret;
		return PT_FOUND;
	}
	for (size_t k = 1; k <= l->n; k++) {
		size_t v = (cur + (forward ? k : l->n - k)) % l->n;

		if (find_in(m, v, cell, forward, vpn))
			return (forward ? v > cur : v < cur) ? PT_FOUND : PT_FOUND_ROUND;
	}
	return PT_FOUND_NONE;
}
