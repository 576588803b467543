#include "pagetop/batch/batch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/text.h"
#include "pagetop/cli/refuse.h"
#include "pagetop/kernel/begun.h"
#include "pagetop/model/sums.h"

enum { FLUSH_BYTES = 1 << 16 };

/* ---- rows */

int pt_batch_fail(struct pt_batch *b, const char *what, int err)
{
	if (err && !b->err) {
		b->err = err;
		b->err_what = what;
	}
	return b->err;
}

static int flush(struct pt_batch *b)
{
	if (b->text.err)
		return pt_batch_fail(b, "cannot format the rows", b->text.err);
	pt_batch_fail(b, b->out.temp ? "cannot write the file" : "cannot write to standard output",
		      pt_output_write(&b->out, b->text.s, b->text.len));
	pt_str_reset(&b->text);
	return b->err;
}

static bool is_shown(const struct pt_batch *b, size_t i)
{
	return b->form->column[i].people || b->opt->format != PT_ROWS_TABLE;
}

static void add_machine(const struct pt_batch *b, struct pt_str *out)
{
	b->source->class->tell(b->source, PT_SOURCE_HOST, out);
	pt_str_adds(out, " · ");
	b->source->class->tell(b->source, PT_SOURCE_MACHINE, out);
}

static const char *const got_name[PT_NGOT] = {
	[PT_GOT_PAGEMAP] = "pagemap",
	[PT_GOT_SCAN] = "pagemap_scan",
	[PT_GOT_KPAGEFLAGS] = "kpageflags",
	[PT_GOT_KPAGECOUNT] = "kpagecount",
	[PT_GOT_KPAGECGROUP] = "kpagecgroup",
	[PT_GOT_SMAPS] = "smaps",
	[PT_GOT_PFN] = "pfn",
};

static void begin(struct pt_batch *b)
{
	struct pt_rows_head head = { .kind = b->form->kind, .when = b->when };
	struct pt_str machine = PT_STR_INIT;
	const char *got[PT_NGOT];
	size_t n = 0;

	add_machine(b, &machine);
	head.machine = machine.s;
	head.got = got;
	for (int i = 0; i < PT_NGOT; i++)
		if (b->got >> i & 1)
			got[head.ngot++] = got_name[i];
	for (size_t i = 0; i < b->form->ncolumns; i++)
		if (is_shown(b, i))
			b->column[n++] = b->form->column[i].head;
	pt_rows_begin(&b->rows, b->opt->format, b->column, n, &head, &b->text);
	b->begun = true;
	pt_str_done(&machine);
}

static int end_row(struct pt_batch *b)
{
	pt_row_end(&b->rows);
	return b->text.err || b->text.len >= FLUSH_BYTES ? flush(b) : b->err;
}

int pt_batch_row(struct pt_batch *b, const void *row)
{
	if (!b->begun)
		begin(b);
	for (size_t i = 0; i < b->form->ncolumns; i++)
		if (is_shown(b, i))
			b->form->column[i].put(&b->rows, row, b->form->column[i].arg);
	return end_row(b);
}

void pt_batch_text(struct pt_batch *b, const struct pt_str *text)
{
	b->silent = true;
	pt_str_add(&b->text, text->s, text->len);
	flush(b);
}

int pt_batch_refuse(struct pt_batch *b, pid_t pid, const char *why)
{
	b->nrefused++;
	b->refusal = why;
	if (!b->begun)
		begin(b);
	for (size_t i = 0; i < b->rows.ncolumns; i++) {
		if (!strcmp(b->column[i].name, "pid"))
			pt_row_i64(&b->rows, pid);
		else if (!strcmp(b->column[i].name, "error"))
			pt_row_escaped(&b->rows, why);
		else
			pt_row_null(&b->rows);
	}
	return end_row(b);
}

/* ---- processes */

int pt_batch_look(const struct pt_batch *b, const struct pt_process *p, const struct pt_wish *wish,
		  struct pt_image **ret, unsigned *ret_got)
{
	struct pt_wish w = *wish;

	if (p->err && !b->source->class->live)		/* so it was, so it is */
		return p->err;
	w.pid = p->pid;
	w.starttime = p->starttime;
	w.moment = b->from.moment;
	return b->source->class->image(b->source, &w, ret, ret_got);
}

int pt_batch_sum(struct pt_batch *b, struct pt_process *p)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lens = PT_LENS_STATE,
				     .moment = b->from.moment };

	return b->source->class->sum(b->source, &wish, p);
}

int pt_batch_who(struct pt_batch *b, uint64_t pfn, struct pt_who **ret)
{
	return b->source->class->who(b->source, b->from.moment, pfn, ret);
}

int pt_batch_list(struct pt_batch *b, struct pt_table **ret)
{
	const struct pt_wish wish = { .kind = PT_WISH_TABLE, .needs = PT_NEED_CGROUP,
				     .moment = b->from.moment };

	return b->source->class->list(b->source, &wish, NULL, ret);
}

int pt_batch_one(struct pt_batch *b, pid_t pid, struct pt_table **ret)
{
	return b->source->class->one(b->source, b->from.moment, pid, ret);
}

const char *pt_batch_why(const struct pt_batch *b, int err)
{
	return b->source->class->why(b->source, err);
}

static bool learn_from(struct pt_batch *b, const struct pt_process *p)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_image *img = NULL;
	unsigned got = 0;

	if (!pt_process_has_memory(p) || pt_batch_look(b, p, &wish, &img, &got))
		return false;
	pt_image_unref(img);
	b->got = got;
	return got >> PT_GOT_PAGEMAP & 1;
}

/* Our own process is small, and as open to us as any can be. */
void pt_batch_learn(struct pt_batch *b)
{
	const pid_t pid = b->source->class->self(b->source);
	const struct pt_process *self = b->table && pid ? pt_table_find(b->table, pid, 0) : NULL;

	if (self && learn_from(b, self))
		return;
	for (size_t i = 0; b->table && i < b->table->n; i++)
		if (learn_from(b, &b->table->p[i]))
			return;
}

/* `err`: of the look that gave `img`, or none. */
static const char *why_refused(const struct pt_batch *b, const struct pt_process *p,
			       const struct pt_image *img, int err)
{
	if (p->err)
		return p->why;
	return err ? pt_batch_why(b, err) : img->why_pages;
}

void pt_batch_each(struct pt_batch *b, const struct pt_wish *wish,
		   void (*fn)(struct pt_batch *b, const struct pt_image *img))
{
	if (b->table->n > 1)
		pt_batch_learn(b);
	for (size_t i = 0; i < b->table->n && !b->err; i++) {
		const struct pt_process *p = &b->table->p[i];
		struct pt_image *img = NULL;
		unsigned got = 0;
		int err = pt_process_has_memory(p) ? pt_batch_look(b, p, wish, &img, &got) : -ESRCH;

		if (!b->begun)
			b->got |= got;
		if (!err && !(b->form->pages && img->why_pages)) {
			b->nread++;
			fn(b, img);
		} else if (!pt_is_gone(err)) {
			pt_batch_refuse(b, p->pid, why_refused(b, p, img, err));
		}
		pt_image_unref(img);
	}
}

bool pt_batch_meant(struct pt_batch *b, const struct pt_vma *vma)
{
	int meant = pt_pick_vma(&b->pick, vma);

	return !pt_batch_fail(b, "cannot match mapping names", meant < 0 ? meant : 0) && meant > 0;
}

/* ---- which processes */

/* What was read when the source was opened is not read again. */
static int list_all(struct pt_batch *b, struct pt_table **ret)
{
	if (!b->from.table)
		return pt_batch_list(b, ret);
	*ret = pt_table_copy(b->from.table);
	return *ret ? 0 : -ENOMEM;
}

static bool is_meant(const struct pt_process *p, const char *target, bool is_name)
{
	uint64_t pid;

	return is_name || pt_parse_dec(target, &pid) ? pt_process_is_called(p, target) :
						       (uint64_t)p->pid == pid;
}

/* Those who are meant by one word more. */
static int add_meant(struct pt_batch *b, const struct pt_table *all, const char *target,
		     bool is_name)
{
	size_t before = b->table->n;
	int err = 0;

	for (size_t i = 0; i < all->n && !err; i++)
		if (is_meant(&all->p[i], target, is_name) &&
		    !pt_table_find(b->table, all->p[i].pid, 0))
			err = pt_table_add_copy(b->table, &all->p[i]);
	if (!err && b->table->n == before)
		b->missing = target;
	return err;
}

/* A word that is no process ends it. */
static int find_meant(struct pt_batch *b)
{
	const struct pt_options *opt = b->opt;
	struct pt_table *all = NULL;
	int err = list_all(b, &all);

	b->table = err ? NULL : pt_table_new();
	if (!err)
		err = b->table ? add_meant(b, all, opt->target, opt->target_is_name) : -ENOMEM;
	for (int w = 0; w < opt->nmore && !err && !b->missing; w++)
		err = add_meant(b, all, opt->more[w], false);
	pt_table_unref(all);
	return err;
}

/* The process with this pid, if there is one: nobody else is looked at. */
static int find_pid(struct pt_batch *b, uint64_t pid)
{
	int err = 0;

	if (pid <= INT32_MAX)
		err = pt_batch_one(b, (pid_t)pid, &b->table);
	else
		b->table = pt_table_new();
	if (!err && b->table && !b->table->n)
		b->missing = b->opt->target;
	return err;
}

static int find_table(struct pt_batch *b)
{
	const struct pt_options *opt = b->opt;
	uint64_t pid;
	int err;

	if (!opt->target)
		err = list_all(b, &b->table);
	else if (opt->nmore || opt->target_is_name || pt_parse_dec(opt->target, &pid))
		err = find_meant(b);
	else
		err = find_pid(b, pid);
	return err || b->table ? err : -ENOMEM;
}

static int fail_missing(const struct pt_batch *b)
{
	const char *lacks = b->source->class->lacks;
	const char *next = lacks ? "ps --from lists those that are" : "pagetop ps lists them all";

	if (!lacks && !b->opt->nmore)
		return pt_fail_no_process(b->opt, next);
	pt_fail_word("no such process \"", b->missing,
		     lacks ? lacks : "\", or given twice; ", next);
	return PT_NOT_SO;
}

/* PT_DONE: there is something to look at. */
static int find_processes(struct pt_batch *b)
{
	const char *why = NULL;
	int err = find_table(b);

	if (err)
		return pt_fail_errno("cannot list processes", err);
	if (b->missing)
		return fail_missing(b);
	if (!b->table->n)
		return pt_fail_empty();
	if (b->table->n == 1 && b->opt->target)
		why = pt_process_no_memory(&b->table->p[0]);
	if (why) {
		pt_say("process %d %s", (int)b->table->p[0].pid, why);
		return PT_NOT_RUN;
	}
	return PT_DONE;
}

/* ---- the run */

const char *pt_batch_why_undecided(const struct pt_batch *b)
{
	unsigned needs = pt_filter_needs(&b->pick.where) | pt_filter_needs(&b->pick.expect);

	return b->source->class->undecided(b->source, b->refusal, needs, b->got);
}

/* Nothing found is an answer only where everything could be looked at. */
void pt_batch_found(struct pt_batch *b, const char *one, const char *many)
{
	if (b->undecided)
		pt_say("%llu %s may or may not match: %s", (unsigned long long)b->undecided,
		       pt_noun(b->undecided, one, many), pt_batch_why_undecided(b));
	if (!b->nfound)
		b->status = b->undecided ? PT_NOT_RUN : PT_NOT_SO;
}

/* A table has no column for it. */
static void say_left_out(const struct pt_batch *b)
{
	char bytes[PT_SIZE_LEN];

	if (b->hugetlb_bytes && b->opt->format == PT_ROWS_TABLE)
		pt_say("rss, pss, uss and cow exclude %s of hugetlb, as in smaps; --json and --csv have its columns",
		       pt_size_text(b->hugetlb_bytes, bytes));
}

/* Of a process that was asked for nothing could be learnt. */
static int say_unread(const struct pt_batch *b)
{
	if (!b->opt->target)
		return pt_fail("no readable process");
	return pt_fail_word("process \"", b->opt->target, "\" ",
			    b->refusal ? b->refusal : "has exited");
}

/* Writes what is left, and gives the file its name, unless the run has failed. */
static int finish(struct pt_batch *b)
{
	bool unread = !b->nread && !b->form->alone;

	if (!b->err && !b->begun && !b->silent)
		begin(b);
	if (b->begun)
		pt_rows_end(&b->rows);
	if (!b->err)
		flush(b);
	if (!b->err)
		say_left_out(b);
	pt_batch_fail(b, "cannot write the file", pt_output_close(&b->out, !b->err && !unread));
	if (b->err)
		return pt_fail_errno(b->err_what, b->err);
	return unread ? say_unread(b) : b->status;
}

static int run_on(struct pt_batch *b, void (*run)(struct pt_batch *b))
{
	int status = b->form->alone ? PT_DONE : find_processes(b), err = 0;

	if (status)
		return status;
	b->silent = b->form->writes;
	if (!b->form->writes)
		err = pt_output_open(&b->out, b->opt->output,
				     b->form->public ? PT_OUTPUT_PUBLIC : 0);
	if (err)
		return pt_fail_word("cannot write \"", b->opt->output, "\": ", pt_output_why(err));
	run(b);
	return finish(b);
}

/* What is to be looked at: the kernel, or a file in its place. */
static int open_source(struct pt_batch *b)
{
	struct pt_str why = PT_STR_INIT;
	int err = pt_side_open(&b->kernel.source, b->opt->from, &b->from, &why), status = PT_DONE;

	b->source = b->from.source;
	if (err)
		status = pt_fail(why.len ? why.s : pt_error_text(err));
	else if (b->from.by_pid)
		status = pt_fail_word("--from \"", b->opt->from, "\": ", "not a file");
	else
		b->when = b->source->class->when(b->source, b->from.moment);
	pt_str_done(&why);
	return status;
}

/* `root_err`: of the root, which says nothing against a file. */
static int check_root(const struct pt_batch *b, int root_err)
{
	if (!b->source->class->live)
		return PT_DONE;
	if (root_err)
		return pt_fail_root(b->opt->proc_root, root_err);
	if (b->root.real && b->root.pids == PT_PIDS_OTHERS && b->opt->command != PT_SUB_DOCTOR)
		pt_fail("/proc: " PT_OTHER_PIDS ", not of this shell's; " PT_MOUNT_PROC);
	return PT_DONE;
}

static int run_in_root(struct pt_batch *b, void (*run)(struct pt_batch *b))
{
	int root_err = pt_root_init(&b->root, b->opt->proc_root, b->opt->sys_root), status;

	if (root_err && root_err != -EMEDIUMTYPE)	/* pages in a file are not this machine's */
		return pt_fail_root(b->opt->proc_root, root_err);
	b->root.begun = b->opt->begun;
	pt_kernel_init(&b->kernel, &b->root);
	b->kernel.env.cgroups = &b->cgroups;
	b->kernel.env.share = b->opt->budget;
	pt_kernel_probe(&b->kernel);
	status = open_source(b);
	if (status == PT_DONE)
		status = check_root(b, root_err);
	if (status == PT_DONE)
		status = run_on(b, run);
	pt_end_at_once(pt_begun_users(b->opt->begun), status);
	pt_table_unref(b->table);
	pt_side_close(&b->from);
	pt_kernel_done(&b->kernel);
	pt_root_done(&b->root);
	return status;
}

int pt_batch(const struct pt_options *opt, const struct pt_batch_form *form, const char *range,
	     void (*run)(struct pt_batch *b))
{
	struct pt_batch b = { .opt = opt, .form = form, .root = PT_ROOT_INIT, .text = PT_STR_INIT,
			      .out = PT_OUTPUT_INIT };
	struct pt_str why = PT_STR_INIT;
	int err = pt_pick_init(&b.pick, opt, range, &why), status;

	if (err)
		status = why.len ? pt_fail(why.s) : pt_fail_errno("cannot parse the arguments", err);
	else
		status = run_in_root(&b, run);
	pt_cgroup_names_done(&b.cgroups);
	pt_pick_done(&b.pick);
	pt_str_done(&b.text);
	pt_str_done(&why);
	return status;
}
