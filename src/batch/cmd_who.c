/*
 * pagetop who: a row for each entry of a page table that maps the frame.
 */
#include "pagetop/batch/one_page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/explain.h"

struct row {
	const struct pt_who *who;
	const struct pt_sharer *sharer;
};

static void put_pid(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_i64(r, ((const struct row *)row)->sharer->pid);
}

static void put_name(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_escaped(r, ((const struct row *)row)->sharer->name);
}

static void put_addr(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_hex(r, ((const struct row *)row)->sharer->addr);
}

static void put_pfn(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_hex(r, ((const struct row *)row)->who->pfn);
}

static void put_count(struct pt_rows *r, const void *row, int arg)
{
	uint64_t count = ((const struct row *)row)->who->count;

	(void)arg;
	if (count == PT_KPAGE_NONE)
		pt_row_null(r);
	else
		pt_row_u64(r, count);
}

static void put_complete(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_bool(r, ((const struct row *)row)->who->complete);
}

/* The first of the processes that share its address space. */
static void put_space(struct pt_rows *r, const void *row, int arg)
{
	pid_t pid = ((const struct row *)row)->sharer->space_pid;

	(void)arg;
	if (pid)
		pt_row_i64(r, pid);
	else
		pt_row_none(r);
}

static const struct pt_batch_column column[] = {
	{ { "pid", 7, true }, true, put_pid, 0 },
	{ { "name", 15, false }, true, put_name, 0 },
	{ { "addr", 14, true }, true, put_addr, 0 },
	{ { "pfn", 0, false }, false, put_pfn, 0 },
	{ { "count", 0, true }, false, put_count, 0 },
	{ { "complete", 0, false }, false, put_complete, 0 },
	{ { "space_of", 0, true }, false, put_space, 0 },
};

static void print(struct pt_batch *b, const struct pt_who *who)
{
	for (size_t i = 0; i < who->n; i++)
		pt_batch_row(b, &(struct row){ who, &who->v[i] });
	if (who->complete && who->n && (who->n == 1 || !pt_who_is_one(who)) && !who->nagain)
		return;
	pt_fail_found(who);
	b->status = who->complete && who->n ? b->status : PT_NOT_SO;
}

static void ask(struct pt_batch *b, uint64_t pfn)
{
	struct pt_who *who = NULL;
	int err = pt_batch_who(b, pfn, &who);

	pt_batch_fail(b, "cannot search all processes", err);
	if (!err)
		print(b, who);
	pt_who_unref(who);
}

static void who_maps_page(struct pt_batch *b)
{
	struct pt_image *img = pt_one_page(b, b->opt->word[0]);
	bool answered = img && !img->why_pages;		/* else it is said already */
	uint64_t word = answered ? img->page.pagemap : 0;

	if (answered && !(word & PT_PM_PRESENT)) {
		pt_fail("page not present: no page frame mapped there");
		b->status = PT_NOT_SO;
	} else if (answered && !(word & PT_PM_PFN_MASK)) {
		pt_fail_word("PFN hidden: ", "", "", img->why_pfn);
		b->status = PT_NOT_RUN;
	} else if (answered) {
		ask(b, word & PT_PM_PFN_MASK);
	}
	pt_image_unref(img);
}

static void who_maps_pfn(struct pt_batch *b)
{
	struct pt_who *who = pt_who_has_pfn(b);

	if (who)
		print(b, who);
	pt_who_unref(who);
}

int pt_run_who(const struct pt_options *opt)
{
	struct pt_batch_form form = { "who", column,
				      .ncolumns = sizeof(column) / sizeof(column[0]) };
	bool pfn = pt_pfn_is_asked(opt);

	form.alone = pfn;
	if (pfn && opt->word[0])
		return pt_fail_word("unexpected argument \"", opt->word[0], "\"; ",
				    "pfn:N takes no address");
	if (!pfn && !opt->word[0])
		return pt_fail(
			"who: missing PID ADDRESS, or pfn:N; see pagetop who --help");
	return pt_batch(opt, &form, NULL, pfn ? who_maps_pfn : who_maps_page);
}
