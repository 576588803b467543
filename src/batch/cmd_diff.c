/*
 * pagetop diff: what happened to the pages of each process between two moments, mapping by mapping.
 */
#include "pagetop/batch/batch.h"
#include "pagetop/store/side.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/change.h"

/*
 * What is counted: facts of facts.def from NEW to OTHER_STATE, and pages of which it is not known.
 */
enum { FIRST = PT_FACT_NEW, NCHANGES = PT_FACT_SAME - PT_FACT_NEW, UNKNOWN = NCHANGES, NCOUNTS };

struct row {
	const struct pt_process *p;
	const struct pt_vma *vma;	/* NULL: all of the process */
	uint64_t start, end;
	uint64_t npages[NCOUNTS];
	const char *error;
};

struct diff {
	struct pt_batch *b;
	struct pt_side before, after;
	bool other_boot;
	uint64_t total[NCOUNTS];	/* of the process under way */
	bool different, unknown, failed;
	size_t ncompared;		/* processes, those among them that ended or appeared */
	const struct pt_process *empty;	/* one that is on both sides, and has no memory on either */
	struct pt_str alone;		/* those that are on one side, where it is not known
					   whether the other had them */
	size_t nalone;
};

enum { MAX_NAMED = 3 };		/* of those that are alone */

/* ---- columns */

static void put_pid(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_i64(r, ((const struct row *)row)->p->pid);
}

static void put_comm(struct pt_rows *r, const void *row, int arg)
{
	const char *comm = ((const struct row *)row)->p->comm;

	(void)arg;
	pt_row_text(r, comm, strlen(comm));
}

static void put_addr(struct pt_rows *r, const void *row, int end)
{
	const struct row *d = row;

	if (d->vma)
		pt_row_hex(r, end ? d->end : d->start);
	else
		pt_row_none(r);
}

static void put_perms(struct pt_rows *r, const void *row, int arg)
{
	const struct row *d = row;

	(void)arg;
	if (d->vma)
		pt_row_escaped(r, d->vma->perms);
	else
		pt_row_none(r);
}

static void put_change(struct pt_rows *r, const void *row, int change)
{
	const struct row *d = row;

	if (d->error)
		pt_row_null(r);
	else
		pt_row_u64(r, d->npages[change]);
}

static void put_name(struct pt_rows *r, const void *row, int arg)
{
	const struct row *d = row;

	(void)arg;
	if (d->vma)
		pt_row_text(r, d->vma->name, d->vma->name_len);
	else
		pt_row_none(r);
}

static void put_error(struct pt_rows *r, const void *row, int arg)
{
	const struct row *d = row;

	(void)arg;
	if (d->error)
		pt_row_escaped(r, d->error);
	else
		pt_row_none(r);
}

static const struct pt_batch_column head_column[] = {
	{ { "pid", 7, true }, true, put_pid, 0 },
	{ { "comm", 15, false }, true, put_comm, 0 },
	{ { "start", 12, true }, true, put_addr, 0 },
	{ { "end", 12, true }, true, put_addr, 1 },
	{ { "perms", 4, false }, true, put_perms, 0 },
};

static const struct pt_batch_column tail_column[] = {
	{ { "unknown", 7, true }, true, put_change, UNKNOWN },
	{ { "name", 0, false }, true, put_name, 0 },
	{ { "error", 0, false }, true, put_error, 0 },
};

enum {
	NHEAD = sizeof(head_column) / sizeof(head_column[0]),
	NTAIL = sizeof(tail_column) / sizeof(tail_column[0])
};

/* A column for each change, named as its fact: for people by the better name. */
static size_t make_columns(enum pt_rows_format format,
			   struct pt_batch_column ret[static NHEAD + NCHANGES + NTAIL])
{
	size_t n = NHEAD;

	memcpy(ret, head_column, sizeof(head_column));
	for (int i = 0; i < NCHANGES; i++) {
		const char *name = format == PT_ROWS_TABLE ? pt_fact_word(FIRST + i) :
							     pt_fact_name(FIRST + i);

		if (FIRST + i != PT_FACT_WRITTEN)	/* needs a mark, which no file has */
			ret[n++] = (struct pt_batch_column){
				{ name, (int)strlen(name), true }, true, put_change, i
			};
	}
	memcpy(ret + n, tail_column, sizeof(tail_column));
	return n + NTAIL;
}

/* ---- counting */

static bool any(const uint64_t npages[static NCOUNTS])
{
	for (int i = 0; i < NCOUNTS; i++)
		if (npages[i])
			return true;
	return false;
}

/* Adds it to the sums of the process; a mapping in which nothing changed is no row. */
static void end_row(struct diff *d, const struct row *r)
{
	for (int i = 0; i < NCOUNTS; i++)
		d->total[i] += r->npages[i];
	if (any(r->npages) && !d->b->opt->summary)
		pt_batch_row(d->b, r);
}

static void count_run(struct row *r, const struct pt_run *run, uint64_t npages)
{
	uint8_t change = pt_run_change(run);

	if (change == PT_COMPARE_UNKNOWN || run->pm & PT_RUN(UNSTABLE))
		r->npages[UNKNOWN] += npages;
	else if (change >= FIRST && change < FIRST + NCHANGES)
		r->npages[change - FIRST] += npages;
}

static void diff_mapping(struct diff *d, const struct pt_process *p, const struct pt_image *now,
			 const struct pt_vma *vma)
{
	struct row r = { .p = p, .vma = vma, .start = vma->start, .end = vma->end };
	size_t i = pt_runs_at_or_above(&now->runs, pt_vma_vpn(vma));

	for (; i < now->runs.n && now->runs.r[i].vpn < pt_vma_end_vpn(vma); i++)
		count_run(&r, &now->runs.r[i], now->runs.r[i].npages);
	end_row(d, &r);
}

/*
 * Pages of a mapping between two addresses that are in one moment only: all are of
 * one kind of change.
 */
struct lone {
	const struct pt_image *img;
	const struct pt_vma *vma;
	uint64_t start, end;
	int change;
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void diff_lone(struct diff *d, const struct pt_process *p, const struct lone *l)
{
	const struct pt_runs *runs = &l->img->runs;
	const uint64_t lo = l->start >> PT_PAGE_SHIFT, hi = l->end >> PT_PAGE_SHIFT;
	struct row r = { .p = p, .vma = l->vma, .start = l->start, .end = l->end };

	for (size_t i = pt_runs_at_or_above(runs, lo); i < runs->n && runs->r[i].vpn < hi; i++) {
		const struct pt_run *run = &runs->r[i];
		const int what = run->pm & PT_RUN(UNSTABLE) ? UNKNOWN : l->change - FIRST;

		r.npages[what] += smaller(run->vpn + run->npages, hi) - larger(run->vpn, lo);
	}
	end_row(d, &r);
}

/* What of a mapping that was there is in no mapping now. */
static void diff_gone(struct diff *d, const struct pt_process *p, const struct pt_image *was,
		      const struct pt_vma *vma, const struct pt_image *now)
{
	const struct pt_vmas *v = &now->vmas;
	uint64_t at = vma->start;

	for (size_t i = pt_vma_at_or_above(v->v, v->n, at); at < vma->end; i++) {
		uint64_t next = i < v->n && v->v[i].start < vma->end ? v->v[i].start : vma->end;

		if (next > at)
			diff_lone(d, p, &(struct lone){ was, vma, at, next, PT_FACT_GONE });
		at = i < v->n ? v->v[i].end : vma->end;
	}
}

/* In the order of addresses: mappings of now, and between them what is gone. */
static void diff_images(struct diff *d, const struct pt_process *p, const struct pt_image *was,
			const struct pt_image *now)
{
	size_t w = 0;

	for (size_t i = 0; i < now->vmas.n; i++) {
		for (; w < was->vmas.n && was->vmas.v[w].start < now->vmas.v[i].start; w++)
			diff_gone(d, p, was, &was->vmas.v[w], now);
		diff_mapping(d, p, now, &now->vmas.v[i]);
	}
	for (; w < was->vmas.n; w++)
		diff_gone(d, p, was, &was->vmas.v[w], now);
}

/* ---- processes */

static const char *load(struct diff *d, const struct pt_side *s, const struct pt_process *p,
			struct pt_image **ret)
{
	const char *why = pt_side_pages(s, p, ret);

	if (!why && d->other_boot)
		pt_side_forget_frames(*ret);
	return why;
}

/* Of a process that is in one moment only all pages are new, or gone. */
static void count_lone(struct diff *d, const struct pt_process *p, const struct pt_image *img,
		       int change)
{
	for (size_t i = 0; i < img->vmas.n; i++) {
		const struct pt_vma *vma = &img->vmas.v[i];

		diff_lone(d, p, &(struct lone){ img, vma, vma->start, vma->end, change });
	}
}

/*
 * The process, or NULL if it has no memory there: what has ended and waits for its parent
 * has none any more.
 */
static const struct pt_process *with_memory(const struct pt_process *p)
{
	return p && !pt_process_no_memory(p) ? p : NULL;
}

static int mark(struct diff *d, const struct pt_image *was, struct pt_image *now)
{
	const struct pt_side *s = &d->after;
	int err = pt_change_mark(now, was);

	if (!err)
		err = s->source->class->settle(s->source, s->moment, s->table, now, was);
	return pt_batch_fail(d->b, "cannot compare", err);
}

/* A process in both moments, or in one of them (the other is NULL). */
static void diff_process(struct diff *d, const struct pt_process *a, const struct pt_process *b)
{
	const struct pt_process *was_p = with_memory(a), *now_p = with_memory(b),
				*p = now_p ? now_p : was_p;
	struct pt_image *was = NULL, *now = NULL;
	const char *why = NULL;

	memset(d->total, 0, sizeof(d->total));
	if (!p) {
		d->empty = b ? b : a;
		return;
	}
	d->ncompared++;
	if (was_p)
		why = load(d, &d->before, was_p, &was);
	if (now_p && !why)
		why = load(d, &d->after, now_p, &now);
	if (!why && was && now && !mark(d, was, now))
		diff_images(d, p, was, now);
	else if (!why && !(was && now))
		count_lone(d, p, was ? was : now, was ? PT_FACT_GONE : PT_FACT_NEW);
	if (why || (d->b->opt->summary && any(d->total))) {
		struct row r = { .p = p, .error = why };

		memcpy(r.npages, d->total, sizeof(r.npages));
		pt_batch_row(d->b, &r);
	}
	for (int i = 0; i < NCHANGES; i++)
		d->different |= d->total[i];
	d->unknown |= d->total[UNKNOWN];
	d->failed |= why != NULL;
	pt_image_unref(was);
	pt_image_unref(now);
}

/*
 * Whether a process that is not on this side was not there: everything was to be saved, or its pid
 * is another's or nobody's.
 */
static bool would_have(const struct diff *d, const struct pt_side *s, const struct pt_process *p)
{
	return pt_side_has_all(s) ||
	       (!d->other_boot && (s->pid == p->pid || pt_table_find(s->table, p->pid, 0)));
}

/*
 * A process that is on `mine` only. Where that has them all, those that are not on the
 * other are not meant.
 */
static void diff_alone(struct diff *d, const struct pt_side *mine, const struct pt_process *p)
{
	const bool before = mine == &d->before;

	if (would_have(d, before ? &d->after : &d->before, p)) {
		diff_process(d, before ? p : NULL, before ? NULL : p);
	} else if (!pt_side_has_all(mine) && d->nalone++ < MAX_NAMED) {
		if (d->alone.len)
			pt_str_adds(&d->alone, ", ");
		pt_side_process_words(mine, p, &d->alone);
	}
}

static void say_reused(const struct pt_process *was, const struct pt_process *now)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_addf(&s, "PID %d was reused: ", (int)was->pid);
	pt_escape(&s, was->comm, strlen(was->comm));
	pt_str_adds(&s, " has exited, ");
	pt_escape(&s, now->comm, strlen(now->comm));
	pt_say("%s is another process", s.s);
	pt_str_done(&s);
}

/* Both tables are in the order of pids. */
static void diff_tables(struct diff *d)
{
	const struct pt_table *was = d->before.table, *now = d->after.table;
	size_t i = 0, j = 0;

	while ((i < was->n || j < now->n) && !d->b->err) {
		const struct pt_process *a = i < was->n ? &was->p[i] : NULL,
					*b = j < now->n ? &now->p[j] : NULL;

		if (a && b && pt_side_same(a, b, d->other_boot)) {
			diff_process(d, a, b);
			i++;
			j++;
		} else if (a && (!b || a->pid <= b->pid)) {
			if (b && a->pid == b->pid && !d->other_boot)
				say_reused(a, b);
			diff_alone(d, &d->before, a);
			i++;
		} else {
			diff_alone(d, &d->after, b);
			j++;
		}
	}
}

static void tell_boot(const struct pt_side *s, struct pt_str *out)
{
	s->source->class->tell(s->source, PT_SOURCE_BOOT, out);
}

static bool same_boot(const struct diff *d)
{
	struct pt_str a = PT_STR_INIT, b = PT_STR_INIT;
	bool same;

	tell_boot(&d->before, &a);
	tell_boot(&d->after, &b);
	same = !strcmp(a.s, b.s);
	pt_str_done(&a);
	pt_str_done(&b);
	return same;
}

/* What could not be compared, in a sentence. */
static void say_alone(const struct diff *d)
{
	char more[32] = "";

	if (d->nalone > MAX_NAMED)
		snprintf(more, sizeof(more), " and %zu more", d->nalone - MAX_NAMED);
	if (!d->ncompared && d->empty)
		pt_say("nothing compared: process %d %s", (int)d->empty->pid,
		       pt_process_no_memory(d->empty));
	else if (!d->ncompared)
		pt_say("nothing compared: no process is on both sides: %s%s", d->alone.s, more);
	else if (d->nalone)
		pt_say("on one side only, not compared: %s%s", d->alone.s, more);
}

static void compare(struct diff *d)
{
	if (d->other_boot)
		pt_say("different machines or boots: processes are paired by PID and name; whether pages moved "
		       "is unknown");
	diff_tables(d);
	say_alone(d);
	d->b->silent = !d->ncompared;
	if (d->different)
		d->b->status = PT_NOT_SO;
	else if (!d->ncompared || d->failed || d->unknown)
		d->b->status = PT_NOT_RUN;
	else
		d->b->status = PT_DONE;
}

/* A pid that nobody has is a side where that process has exited, if the other side has it. */
static bool is_absent(const struct diff *d, const struct pt_side *s, const struct pt_side *other)
{
	return pt_side_is_absent(s) && (d->other_boot || !pt_table_find(other->table, s->pid, 0));
}

static int open_sides(struct diff *d, struct pt_str *why)
{
	int err = pt_side_open(&d->b->kernel.source, d->b->opt->word[0], &d->before, why);

	if (!err)
		err = pt_side_open(&d->b->kernel.source, d->b->opt->word[1], &d->after, why);
	if (err)
		return err;
	d->other_boot = !same_boot(d);
	if (is_absent(d, &d->before, &d->after))
		pt_side_absent_words(&d->before, why);
	else if (is_absent(d, &d->after, &d->before))
		pt_side_absent_words(&d->after, why);
	return why->len ? -ESRCH : 0;
}

static void run(struct pt_batch *b)
{
	struct diff d = { .b = b, .alone = PT_STR_INIT };
	struct pt_str why = PT_STR_INIT;
	int err = open_sides(&d, &why);

	if (err) {
		b->status = pt_fail(why.len ? why.s : pt_error_text(err));
		b->silent = true;
	} else {
		compare(&d);
	}
	pt_side_close(&d.before);
	pt_side_close(&d.after);
	pt_str_done(&d.alone);
	pt_str_done(&why);
}

int pt_run_diff(const struct pt_options *opt)
{
	struct pt_batch_column column[NHEAD + NCHANGES + NTAIL];
	const struct pt_batch_form form = {
		"diff", column, make_columns(opt->format, column), .alone = true
	};

	return pt_batch(opt, &form, NULL, run);
}
