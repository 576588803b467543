/*
 * pagetop pages: a row for each run of equal pages whose PFNs follow one another; or only those
 * for which --expect does not hold; or one row of counts for each process.
 */
#include "pagetop/batch/batch.h"
#include "pagetop/batch/cells.h"
#include "pagetop/batch/picture.h"
#include "pagetop/model/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- runs */

struct row {
	const struct pt_stretch *s;
	uint64_t vpn, npages, pfn;	/* the part of it that this row is; 0: not known, or none */
};

static bool is_present(const struct row *p)
{
	return p->s->run.pm & PT_RUN(PRESENT);
}

static void put_pid(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_i64(r, ((const struct row *)row)->s->img->pid);
}

static void put_addr(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_hex(r, ((const struct row *)row)->vpn << PT_PAGE_SHIFT);
}

static void put_npages(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_u64(r, ((const struct row *)row)->npages);
}

static void put_state(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_escaped(r, pt_rows[((const struct row *)row)->s->run.row].name);
}

static void put_fact(struct pt_rows *r, const void *row, int fact)
{
	const struct pt_facts *f = &((const struct row *)row)->s->facts;

	if (f->known.d >> fact & 1)
		pt_row_bool(r, f->yes.d >> fact & 1);
	else
		pt_row_null(r);
}

static void put_facts(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_cell_names(r, &((const struct row *)row)->s->facts.yes);
}

static void put_unknown(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_stretch *s = ((const struct row *)row)->s;
	struct pt_factset open = pt_facts_asked(&s->img->ctx);

	(void)arg;
	open.d &= ~s->facts.known.d;
	open.k &= ~s->facts.known.k;
	pt_cell_names(r, &open);
}

/* What only a page in memory has: of one it is not known. */
static void put_missing(struct pt_rows *r, const struct row *p)
{
	if (is_present(p) || p->s->run.pm & PT_RUN(UNSTABLE))
		pt_row_null(r);
	else
		pt_row_none(r);
}

static void put_field(struct pt_rows *r, const void *row, int field)
{
	const struct row *p = row;

	if (p->s->facts.field_known[field])
		pt_row_u64(r, p->s->facts.field[field]);
	else
		put_missing(r, p);
}

static void put_pfn(struct pt_rows *r, const void *row, int arg)
{
	const struct row *p = row;

	(void)arg;
	if (p->pfn)
		pt_row_hex(r, p->pfn);
	else
		put_missing(r, p);
}

/* Of whoever pays for it, as kpagecgroup tells. */
static void put_inode(struct pt_rows *r, const void *row, int arg)
{
	const struct row *p = row;

	(void)arg;
	if (p->s->run.cgroup)
		pt_row_u64(r, p->s->img->cgroups->inode[p->s->run.cgroup]);
	else
		put_missing(r, p);
}

static void put_cgroup(struct pt_rows *r, const void *row, int arg)
{
	const struct row *p = row;
	const char *path = p->s->facts.cgroup;
	char inode[32];

	(void)arg;
	/* Which has no column for it */
	if (!path && p->s->run.cgroup && r->format == PT_ROWS_TABLE) {
		snprintf(inode, sizeof(inode), "inode %" PRIu64,
			 p->s->img->cgroups->inode[p->s->run.cgroup]);
		path = inode;
	}
	if (path && *path)
		pt_row_escaped(r, path);
	else if (path)
		pt_row_none(r);		/* nobody pays for it */
	else
		put_missing(r, p);
}

/* Why it is present and has a count of 0. */
static void put_uncounted(struct pt_rows *r, const void *row, int arg)
{
	const char *why = pt_explain_uncounted(&((const struct row *)row)->s->facts);

	(void)arg;
	if (why)
		pt_row_escaped(r, why);
	else
		pt_row_none(r);
}

static void put_no_error(struct pt_rows *r, const void *row, int arg)
{
	(void)row;
	(void)arg;
	pt_row_none(r);
}

static const struct pt_batch_column run_column[] = {
	{ { "pid", 7, true }, true, put_pid, 0 },
	{ { "addr", 14, true }, true, put_addr, 0 },
	{ { "npages", 8, true }, true, put_npages, 0 },
	{ { "state", 12, false }, true, put_state, 0 },
	{ { "huge", 0, false }, true, put_fact, PT_FACT_HUGE },
	{ { "locked", 0, false }, true, put_fact, PT_FACT_LOCKED },
	{ { "facts", 0, false }, false, put_facts, 0 },
	{ { "count", 6, true }, true, put_field, PT_FIELD_COUNT },
	{ { "pfn", 10, true }, true, put_pfn, 0 },
	{ { "order", 0, true }, true, put_field, PT_FIELD_ORDER },
	{ { "node", 0, true }, true, put_field, PT_FIELD_NODE },
	{ { "unknown", 0, false }, false, put_unknown, 0 },
	{ { "uncounted", 0, false }, true, put_uncounted, 0 },
	{ { "cgroup_inode", 0, true }, false, put_inode, 0 },
	{ { "cgroup", 0, false }, true, put_cgroup, 0 },
	{ { "error", 0, false }, true, put_no_error, 0 },
};

/* A row ends where the next PFN is not the next one. Of what has none, all is one row. */
static int print_runs(struct pt_batch *b, const struct pt_stretch *s)
{
	for (uint64_t i = 0, n; i < s->run.npages && !b->err; i += n) {
		struct row p = { s, s->run.vpn + i, 0, pt_image_pfn(s->img, s->run.vpn + i) };

		n = s->run.npages - i;
		if (p.pfn)
			n = pt_pfns_run(&s->img->pfns, p.vpn, n);
		p.npages = n;
		pt_batch_row(b, &p);
	}
	return b->err;
}

static int print_meant(void *arg, const struct pt_stretch *s)
{
	struct pt_batch *b = arg;

	if (s->run.row == PT_STATE_ABSENT && !b->opt->absent)
		return 0;
	if (s->match < 0) {
		b->undecided += s->run.npages;
		return 0;
	}
	b->nfound += s->run.npages;
	return print_runs(b, s);
}

static void add_reason(struct pt_rows_pair *pair, size_t *n, const char *why, uint64_t npages)
{
	size_t i = 0;

	while (i < *n && strcmp(pair[i].name, why))
		i++;
	if (i == *n)
		pair[(*n)++] = (struct pt_rows_pair){ .name = why };
	pair[i].value += npages;
}

/*
 * Where it holds, it does not matter whether the page was meant; where it cannot, it is not asked.
 */
static int print_unexpected(void *arg, const struct pt_stretch *s)
{
	struct pt_batch *b = arg;
	int holds = pt_filter_match(&b->pick.expect, &s->facts);
	const char *never = holds <= 0 && pt_filter_wants_locked(&b->pick.expect) ?
				    pt_never_locked(s->vma, &s->facts) :
				    NULL;

	if (never) {
		add_reason(b->unasked, &b->nunasked, never, s->run.npages);
		return 0;
	}
	b->nfound += s->run.npages;
	if (holds > 0)
		return 0;
	if (holds < 0 || s->match < 0)
		b->undecided += s->run.npages;
	else
		b->nfailed += s->run.npages;
	return print_runs(b, s);
}

static void print_pages(struct pt_batch *b, const struct pt_image *img)
{
	for (size_t i = 0; i < img->vmas.n && !b->err; i++)
		if (pt_batch_meant(b, &img->vmas.v[i]))
			pt_pick_pages(&b->pick, img, &img->vmas.v[i],
				      b->opt->expect ? print_unexpected : print_meant, b);
}

/*
 * A page of which it is not known is a failure of its own, and so is one that cannot be looked at.
 */
static void judge(struct pt_batch *b)
{
	if (b->undecided || b->nrefused)
		b->status = PT_NOT_RUN;
	else if (b->nfailed || !b->nfound)
		b->status = PT_NOT_SO;
	if (b->undecided)
		pt_say("%" PRIu64 " %s may or may not match --expect: %s", b->undecided,
		       pt_noun(b->undecided, "page", "pages"), pt_batch_why_undecided(b));
	if (b->nrefused)
		pt_say("pages of %zu %s cannot be read; the last one %s", b->nrefused,
		       pt_noun(b->nrefused, "process", "processes"), b->refusal);
	for (size_t i = 0; i < b->nunasked; i++)
		pt_say("--expect: skipped %" PRIu64 " %s %s, which cannot be locked",
		       b->unasked[i].value, pt_noun(b->unasked[i].value, "page", "pages"),
		       b->unasked[i].name);
	if (!b->nfound && b->nread)
		pt_fail("--expect: no page to check");
}

/*
 * Rows for programs say of every fact whether it is known; what can be locked only flags
 * of mappings tell.
 */
static unsigned all_facts(const struct pt_batch *b)
{
	return b->opt->format != PT_ROWS_TABLE || pt_filter_wants_locked(&b->pick.expect) ?
		       PT_NEED_SMAPS :
		       0;
}

static void pages(struct pt_batch *b)
{
	/* order and PFN tell them, and a folio stays in one piece */
	const uint64_t ends = PT_KPF(COMPOUND_HEAD) | PT_KPF(COMPOUND_TAIL);
	struct pt_wish wish =
		pt_pick_wish(&b->pick, PT_NEED_PFNS | PT_NEED_ORDER | PT_NEED_NODE |
					       PT_NEED_CGROUP | PT_NEED_PATHS | all_facts(b));

	wish.kflags = ~ends | pt_filter_kflags(&b->pick.where) | pt_filter_kflags(&b->pick.expect);
	pt_batch_each(b, &wish, print_pages);
	if (b->opt->expect)
		judge(b);
	else
		pt_batch_found(b, "page", "pages");
}

/* ---- counts */

struct counts {
	struct pt_batch *b;
	const struct pt_image *img;
	struct pt_factset asked;
	struct pt_tally tally;
	struct pt_rows_pair uncounted[PT_NUNCOUNTED];	/* present pages with a
							   count of 0, by reason */
	size_t nuncounted;
};

static void put_counts_pid(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_i64(r, ((const struct counts *)row)->img->pid);
}

static void put_counts_npages(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_u64(r, ((const struct counts *)row)->tally.npages);
}

static void put_counts_state(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_cell_states(r, ((const struct counts *)row)->tally.state);
}

static void put_counts_facts(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_cell_facts(r, ((const struct counts *)row)->tally.fact);
}

static void put_counts_unknown(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_cell_facts(r, ((const struct counts *)row)->tally.open);
}

static void put_reasons(struct pt_rows *r, const void *row, int arg)
{
	const struct counts *c = row;

	(void)arg;
	if (c->nuncounted)
		pt_row_pairs(r, c->uncounted, c->nuncounted);
	else
		pt_row_none(r);
}

static const struct pt_batch_column counts_column[] = {
	{ { "pid", 7, true }, true, put_counts_pid, 0 },
	{ { "npages", 8, true }, true, put_counts_npages, 0 },
	{ { "state", 0, false }, true, put_counts_state, 0 },
	{ { "facts", 0, false }, true, put_counts_facts, 0 },
	{ { "unknown", 0, false }, false, put_counts_unknown, 0 },
	{ { "uncounted", 0, false }, true, put_reasons, 0 },
	{ { "error", 0, false }, true, put_no_error, 0 },
};

static void count_reason(struct counts *c, const char *why, uint64_t npages)
{
	if (why)
		add_reason(c->uncounted, &c->nuncounted, why, npages);
}

static int count(void *arg, const struct pt_stretch *s)
{
	struct counts *c = arg;

	if (s->match > 0) {
		pt_tally_add(&c->tally, &s->facts, &c->asked, s->npages);
		count_reason(c, pt_explain_uncounted(&s->facts), s->npages);
	} else {
		c->b->undecided += s->npages;
	}
	return 0;
}

static void print_counts(struct pt_batch *b, const struct pt_image *img)
{
	struct counts c = { .b = b, .img = img, .asked = pt_facts_asked(&img->ctx) };

	for (size_t i = 0; i < img->vmas.n && !b->err; i++)
		if (pt_batch_meant(b, &img->vmas.v[i]))
			pt_pick_kinds(&b->pick, img, &img->vmas.v[i], count, &c);
	b->nfound += c.tally.npages;
	if (c.tally.npages)
		pt_batch_row(b, &c);
}

static void summary(struct pt_batch *b)
{
	const struct pt_wish wish = pt_pick_wish(&b->pick, all_facts(b));

	pt_batch_each(b, &wish, print_counts);
	pt_batch_found(b, "page", "pages");
}

int pt_run_pages(const struct pt_options *opt)
{
	const struct pt_batch_form runs = { "pages", run_column,
		sizeof(run_column) / sizeof(run_column[0]), .pages = true };
	const struct pt_batch_form counts = { "summary", counts_column,
		sizeof(counts_column) / sizeof(counts_column[0]), .pages = true };

	if (opt->svg)
		return pt_run_picture(opt);
	return opt->summary ? pt_batch(opt, &counts, opt->word[0], summary) :
			      pt_batch(opt, &runs, opt->word[0], pages);
}
