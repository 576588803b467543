/*
 * pagetop ps: a row for each process.
 */
#include "pagetop/batch/batch.h"
#include "pagetop/batch/cells.h"

#include <errno.h>

/* Not even its stat could be read. */
static bool is_blank(const struct pt_process *p)
{
	return p->err && !p->starttime;
}

static void put_pid(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	pt_row_i64(r, p->pid);
}

static void put_parent(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (is_blank(p))
		pt_row_null(r);
	else
		pt_row_i64(r, p->ppid);
}

static void put_nspid(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (p->nspid)
		pt_row_i64(r, p->nspid);
	else
		pt_row_null(r);
}

static void put_cgroup(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (p->cgroup)
		pt_row_escaped(r, p->cgroup);
	else
		pt_row_null(r);
}

static void put_user(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (is_blank(p) || p->uid == (uid_t)-1)
		pt_row_null(r);
	else
		pt_row_escaped(r, p->user);
}

static void put_command(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (is_blank(p))
		pt_row_null(r);
	else
		pt_row_escaped(r, p->command);
}

/* Kernel threads and the dead have no memory: that is known, and 0. */
static void put_sum(struct pt_rows *r, const void *row, int column)
{
	const struct pt_process *p = row;

	if (p->err)
		pt_row_null(r);
	else if (p->kthread || p->zombie)	/* has no memory of its own */
		pt_row_none(r);
	else
		pt_cell_sum(r, p->sum, column);
}

static void put_least(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (p->err)
		pt_row_null(r);
	else
		pt_cell_least(r, p->sum);
}

static void put_state(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (p->err)
		pt_row_null(r);
	else
		pt_cell_states(r, p->counts.row);
}

static void put_nodes(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_cell_nodes(r, ((const struct pt_process *)row)->node_npages);
}

static void put_faults(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (is_blank(p))
		pt_row_null(r);
	else
		pt_row_u64(r, p->nfaults);
}

static void put_error(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_process *p = row;

	(void)arg;
	if (p->err)
		pt_row_escaped(r, p->why);
	else
		pt_row_none(r);
}

enum { TABLE_RANK = 6 };		/* a table has the most important sums */

static const struct pt_batch_column column[] = {
	{ { "pid", 7, true }, true, put_pid, 0 },
	{ { "user", 8, false }, true, put_user, 0 },
#define COLUMN(id, name, title, smaps, d, nd, weight, prank, mrank, text) \
	{ { name, 11, true }, (prank) <= TABLE_RANK, put_sum, PT_COL_##id },
#include "pagetop/model/columns.def"
#undef COLUMN
	{ { "least", 0, false }, false, put_least, 0 },
	{ { "state", 0, false }, false, put_state, 0 },
	{ { "nodes", 0, false }, false, put_nodes, 0 },
	{ { "faults", 9, true }, true, put_faults, 0 },
	{ { "ppid", 7, true }, false, put_parent, 0 },
	{ { "nspid", 7, true }, false, put_nspid, 0 },
	{ { "cgroup", 0, false }, false, put_cgroup, 0 },
	{ { "command", 0, false }, true, put_command, 0 },
	{ { "error", 0, false }, true, put_error, 0 },
};

static void ps(struct pt_batch *b)
{
	pt_batch_learn(b);
	for (size_t i = 0; i < b->table->n && !b->err; i++) {
		struct pt_process *p = &b->table->p[i];

		pt_batch_fail(b, "cannot read the processes", pt_batch_sum(b, p));
		if (p->err == -ESRCH || p->err == -ENOENT)	/* it has ended meanwhile */
			continue;
		b->nread += !p->err;
		if (p->err)
			b->refusal = p->why;
		b->hugetlb_bytes += p->sum[PT_COL_HUGETLB].value;
		pt_batch_row(b, p);
	}
}

int pt_run_ps(const struct pt_options *opt)
{
	const struct pt_batch_form form = { "ps", column, .ncolumns = sizeof(column) / sizeof(column[0]) };

	return pt_batch(opt, &form, NULL, ps);
}
