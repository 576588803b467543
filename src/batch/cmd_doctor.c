/*
 * pagetop doctor: a row for each source of the kernel, tried for real.
 */
#include "pagetop/batch/batch.h"

#include "pagetop/kernel/doctor.h"

static void put_source(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_escaped(r, ((const struct pt_check *)row)->source);
}

static const char *const health_word[] = {
	[PT_WORKS] = "works", [PT_PARTLY] = "partly", [PT_MISSING] = "missing", [PT_UNTRIED] = "untried",
};

/* For people; programs know the words above. */
static const char *const status_word[] = {
	[PT_WORKS] = "works", [PT_PARTLY] = "partial", [PT_MISSING] = "missing", [PT_UNTRIED] = "untested",
};

static void put_health(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_escaped(r, health_word[((const struct pt_check *)row)->health]);
}

static void put_found(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_escaped(r, ((const struct pt_check *)row)->found.s);
}

enum { LOST, REMEDY };

/* What is well needs no words. */
static void put_text(struct pt_rows *r, const void *row, int what)
{
	const struct pt_check *c = row;
	const char *text = what == LOST ? c->lost : c->remedy;

	if (text && c->health != PT_WORKS)
		pt_row_escaped(r, text);
	else
		pt_row_none(r);
}

static const struct pt_batch_column column[] = {
	{ { "source", 22, false }, true, put_source, 0 },
	{ { "health", 7, false }, true, put_health, 0 },
	{ { "found", 0, false }, true, put_found, 0 },
	{ { "lost", 0, false }, false, put_text, LOST },
	{ { "remedy", 0, false }, false, put_text, REMEDY },
};

/* In a table, what is unavailable and how to fix it are lines of their own below. */
static void put_line(struct pt_rows *r, const void *row, int arg)
{
	pt_row_escaped(r, ((const char *const *)row)[arg]);
}

static const struct pt_batch_column line_column[] = {
	{ { "source", 22, false }, true, put_line, 0 },
	{ { "status", 11, false }, true, put_line, 1 },
	{ { "found", 0, false }, true, put_line, 2 },
};

static void print_lines(struct pt_batch *b, const struct pt_check *c)
{
	pt_batch_row(b, (const char *[]){ c->source, status_word[c->health], c->found.s });
	if (c->lost && c->health != PT_WORKS)
		pt_batch_row(b, (const char *[]){ "", "unavailable", c->lost });
	if (c->remedy && c->health != PT_WORKS)
		pt_batch_row(b, (const char *[]){ "", "fix", c->remedy });
}

/* What nothing would bring back is no finding. */
static bool is_finding(const struct pt_check *c)
{
	return c->lost && c->remedy && (c->health == PT_MISSING || c->health == PT_PARTLY);
}

static void doctor(struct pt_batch *b)
{
	struct pt_check *check = NULL;
	size_t n = 0;

	pt_batch_fail(b, "cannot test the kernel interfaces", pt_doctor(&b->root, &check, &n));
	for (size_t i = 0; i < n && !b->err; i++) {
		if (is_finding(&check[i]))
			b->status = PT_NOT_SO;
		if (b->opt->format == PT_ROWS_TABLE)
			print_lines(b, &check[i]);
		else
			pt_batch_row(b, &check[i]);
	}
	pt_doctor_free(check, n);
}

int pt_run_doctor(const struct pt_options *opt)
{
	const struct pt_batch_form lines = { "doctor", line_column,
					     sizeof(line_column) / sizeof(line_column[0]),
					     .alone = true };
	const struct pt_batch_form form = { "doctor", column, sizeof(column) / sizeof(column[0]),
					    .alone = true };

	return pt_batch(opt, opt->format == PT_ROWS_TABLE ? &lines : &form, NULL, doctor);
}
