/*
 * pagetop ps: a row for each process.
 */
#include "pagetop/batch/batch.h"
#include "pagetop/batch/cells.h"

#include <errno.h>

static void put_heading(struct pt_rows *r, const void *row, int heading)
{
	pt_cell_value(r, heading, row);
}

/* Kernel threads and the dead have no memory: that is known, and 0. */
static void put_sum(struct pt_rows *r, const void *row, int column)
{
	const struct pt_process *p = row;

	if (p->err)
		pt_row_null(r);
	else if (!pt_process_has_memory(p))
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
	PT_CELL_HEADINGS(FIRST, put_heading),
#define COLUMN(id, name, title, smaps, d, nd, weight, prank, mrank, text) \
	{ { name, 11, true }, (prank) <= TABLE_RANK, put_sum, PT_COL_##id },
#include "pagetop/model/columns.def"
#undef COLUMN
	{ { "least", 0, false }, false, put_least, 0 },
	{ { "state", 0, false }, false, put_state, 0 },
	{ { "nodes", 0, false }, false, put_nodes, 0 },
	PT_CELL_HEADINGS(BEHIND, put_heading),
	PT_CELL_HEADINGS(MORE, put_heading),
	PT_CELL_HEADINGS(LAST, put_heading),
	{ { "error", 0, false }, true, put_error, 0 },
};

enum { NCOLUMNS = sizeof(column) / sizeof(column[0]) };
_Static_assert(NCOLUMNS + PT_NHEADINGS <= PT_BATCH_COLUMNS, "room for all columns");

static void ps(struct pt_batch *b)
{
	pt_batch_learn(b);
	for (size_t i = 0; i < b->table->n && !b->err; i++) {
		struct pt_process *p = &b->table->p[i];

		pt_batch_fail(b, "cannot read processes", pt_batch_sum(b, p));
		if (pt_is_gone(p->err))	/* it has ended meanwhile */
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
	struct pt_batch_column columns[PT_BATCH_COLUMNS];
	const struct pt_batch_form form = { "ps", columns,
		.ncolumns = pt_cell_columns(column, NCOLUMNS, PT_IN_PROCESSES, columns) };

	return pt_batch(opt, &form, NULL, ps);
}
