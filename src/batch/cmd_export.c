/*
 * pagetop export, pagetop metrics: for other programs. Rows are those of maps; metrics are gauges
 * in the text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats), a few for
 * each process, one for each state.
 */
#include "pagetop/batch/batch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

/* The largest processes by themselves, the others as one: label sets are bounded. */
struct metrics {
	struct pt_batch *b;
	struct pt_str out;
	const struct pt_process **p;	/* largest first */
	size_t n, nalone;		/* that could be read; that have labels of their own */
	uint64_t nrefused;
};

static void add_head(struct metrics *m, const char *name, const char *unit, const char *help)
{
	pt_str_addf(&m->out, "# HELP pagetop_%s%s %s\n# TYPE pagetop_%s%s gauge\n", name, unit,
		    help, name, unit);
}

/* Of the value of a label: quotes and backslashes. */
static void add_label(struct pt_str *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			pt_str_addc(out, '\\');
		pt_str_addc(out, *text);
	}
}

/* {pid="42",comm="db" without the bracket that ends it; the others have no pid. */
static void add_who(struct metrics *m, size_t i)
{
	struct pt_str comm = PT_STR_INIT;

	if (i == m->nalone) {
		pt_str_adds(&m->out, "{pid=\"\",comm=\"(others)\"");
		return;
	}
	pt_escape(&comm, m->p[i]->comm, strlen(m->p[i]->comm));
	pt_str_addf(&m->out, "{pid=\"%d\",comm=\"", (int)m->p[i]->pid);
	add_label(&m->out, comm.s);
	pt_str_addc(&m->out, '"');
	pt_str_done(&comm);
}

/* The processes that the i-th label stands for. */
static size_t first_of(const struct metrics *m, size_t i)
{
	return i < m->nalone ? i : m->nalone;
}

static size_t end_of(const struct metrics *m, size_t i)
{
	return i < m->nalone ? i + 1 : m->n;
}

static size_t nlabels(const struct metrics *m)
{
	return m->nalone + (m->n > m->nalone);
}

/* Pages of which it is not known whether they count: the sums are least values then. */
static void add_unknown(struct metrics *m)
{
	add_head(m, "process_unknown", "_pages",
		 "pages with unknown attributes: the sums in bytes are lower bounds");
	for (size_t i = 0; i < nlabels(m); i++) {
		uint64_t n = 0;

		for (size_t k = first_of(m, i); k < end_of(m, i); k++)
			n += m->p[k]->sum[PT_COL_RSS].unknown;
		pt_str_adds(&m->out, "pagetop_process_unknown_pages");
		add_who(m, i);
		pt_str_addf(&m->out, "} %" PRIu64 "\n", n);
	}
}

/* A sum of which nothing is known is left out. */
static void add_column(struct metrics *m, enum pt_column col)
{
	char name[64];

	snprintf(name, sizeof(name), "process_%s", pt_columns[col].name);
	add_head(m, name, "_bytes", pt_columns[col].text);
	for (size_t i = 0; i < nlabels(m); i++) {
		uint64_t bytes = 0, unknown = 0;

		for (size_t k = first_of(m, i); k < end_of(m, i); k++) {
			bytes += pt_sum_bytes(col, &m->p[k]->sum[col]);
			unknown += m->p[k]->sum[col].unknown;
		}
		if (unknown && !bytes)
			continue;
		pt_str_addf(&m->out, "pagetop_%s_bytes", name);
		add_who(m, i);
		pt_str_addf(&m->out, "} %" PRIu64 "\n", bytes);
	}
}

static void add_states(struct metrics *m)
{
	add_head(m, "process_pages", "", "pages by state, absent pages excluded");
	for (size_t i = 0; i < nlabels(m); i++)
		for (int s = 0; s < PT_NSTATES; s++) {
			uint64_t n = 0;

			for (size_t k = first_of(m, i); k < end_of(m, i); k++)
				n += m->p[k]->counts.row[s];
			if (!n || s == PT_STATE_ABSENT)
				continue;
			pt_str_adds(&m->out, "pagetop_process_pages");
			add_who(m, i);
			pt_str_addf(&m->out, ",state=\"%s\"} %" PRIu64 "\n", pt_rows[s].name, n);
		}
}

static void add_machine(struct metrics *m)
{
	add_head(m, "scan_timestamp", "_seconds", "time of the scan");
	pt_str_addf(&m->out, "pagetop_scan_timestamp_seconds %lld.%03ld\n",
		    (long long)m->b->when.tv_sec, m->b->when.tv_nsec / 1000000);
	add_head(m, "processes", "", "processes with an address space, by whether their pages are readable");
	pt_str_addf(
		&m->out,
		"pagetop_processes{readable=\"yes\"} %zu\npagetop_processes{readable=\"no\"} %" PRIu64
		"\n",
		m->n, m->nrefused);
}

static int largest_first(const void *a, const void *b)
{
	const struct pt_process *x = *(const struct pt_process *const *)a,
				*y = *(const struct pt_process *const *)b;
	uint64_t sx = x->sum[PT_COL_RSS].value, sy = y->sum[PT_COL_RSS].value;

	if (sx != sy)
		return sx < sy ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int look(struct metrics *m)
{
	struct pt_table *t = m->b->table;
	int err = 0;

	m->p = pt_calloc(t->n + 1, sizeof(const struct pt_process *));
	if (!m->p)
		return -ENOMEM;
	for (size_t i = 0; i < t->n && !err; i++) {
		err = pt_batch_sum(m->b, &t->p[i]);
		if (pt_is_gone(t->p[i].err))
			continue;
		m->nrefused += t->p[i].err != 0;
		if (!t->p[i].err && t->p[i].scanned)
			m->p[m->n++] = &t->p[i];
	}
	if (m->n)
		qsort(m->p, m->n, sizeof(*m->p), largest_first);
	m->nalone = m->b->opt->top;
	m->nalone = m->nalone < m->n ? m->nalone : m->n;
	return err;
}

static void metrics(struct pt_batch *b)
{
	struct metrics m = { .b = b, .out = PT_STR_INIT };
	int err = look(&m);

	if (!err) {
		add_machine(&m);
		for (int col = 0; col < PT_NCOLS; col++)
			add_column(&m, (enum pt_column)col);
		add_states(&m);
		add_unknown(&m);
		err = m.out.err;
	}
	b->silent = true;
	b->nread = m.n;
	pt_batch_fail(b, "cannot collect the metrics", err);
	if (!err)
		pt_batch_text(b, &m.out);
	free(m.p);
	pt_str_done(&m.out);
}

int pt_run_metrics(const struct pt_options *opt)
{
	const struct pt_batch_form form = { .kind = "metrics", .public = true };

	return pt_batch(opt, &form, NULL, metrics);
}

int pt_run_export(const struct pt_options *opt)
{
	struct pt_options o = *opt;

	o.from = opt->word[0];
	o.word[0] = NULL;
	o.all = true;
	if (opt->prometheus)
		return pt_run_metrics(&o);
	if (o.format == PT_ROWS_TABLE)
		return pt_fail("export: missing --json, --csv or --prometheus");
	return pt_run_maps(&o);
}
