#include "pagetop/batch/batch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/text.h"
#include "pagetop/cli/refuse.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/model/page_image.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/look.h"
#include "pagetop/scan/sharers.h"

enum { FLUSH_BYTES = 1 << 16 };

/* ---- sources */

enum { PAGEMAP, SCAN, KPAGEFLAGS, KPAGECOUNT, KPAGECGROUP, SMAPS, PFN, NGOT };

static const char *const got_name[NGOT] = {
	"pagemap", "pagemap_scan", "kpageflags", "kpagecount", "kpagecgroup", "smaps", "pfn",
};

/* Whether PFNs are shown: by a page that has one; without any page, by the privilege. */
static bool shows_pfn(const struct pt_batch *b, const struct pt_image *img)
{
	for (size_t i = 0; i < img->runs.n; i++)
		if (img->runs.r[i].pm & PT_RUN(PRESENT))
			return img->runs.r[i].pm & PT_RUN(PFN);
	return b->probe.sys_admin;
}

/* Without PFNs nothing can be looked up in the files by PFN. */
static unsigned got_of(const struct pt_batch *b, const struct pt_target *t, const struct pt_image *img)
{
	bool pfn = !t->pm_err && shows_pfn(b, img);
	unsigned got = (!t->pm_err << PAGEMAP) | ((!t->pm_err && !t->pm.no_scan) << SCAN) | (pfn << PFN);

	for (int i = 0; i < PT_NKPAGE; i++)
		got |= (unsigned)(pfn && b->probe.kpage.fd[i] >= 0) << (KPAGEFLAGS + i);
	for (size_t i = 0; i < img->vmas.n; i++)
		got |= (unsigned)img->vmas.v[i].got_smaps << SMAPS;
	return got;
}

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
		return pt_batch_fail(b, "cannot make the rows", b->text.err);
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
	if (b->from.spec) {
		pt_str_addf(out, "%s · %s", pt_snapshot_machine(b->from.file.snapshot)->host,
			    pt_snapshot_machine(b->from.file.snapshot)->description);
		return;
	}
	pt_machine_host(&b->root, out);
	pt_str_adds(out, " · ");
	pt_machine_text(&b->root, out);
}

static void begin(struct pt_batch *b)
{
	struct pt_rows_head head = { .kind = b->form->kind, .when = b->when };
	struct pt_str machine = PT_STR_INIT;
	const char *got[NGOT];
	size_t n = 0;

	add_machine(b, &machine);
	head.machine = machine.s;
	head.got = got;
	for (int i = 0; i < NGOT; i++)
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

static bool is_gone(int err)
{
	return err == -ESRCH || err == -ENOENT;
}

/* The same of an image from a file, whose sources answered long ago. */
static unsigned got_of_file(const struct pt_image *img)
{
	bool pfn = false;
	unsigned got = !img->why_pages << PAGEMAP;

	for (size_t i = 0; i < img->runs.n && !(pfn && got >> SCAN & 1); i++) {
		pfn |= img->runs.r[i].pm & PT_RUN(PRESENT) && img->runs.r[i].pm & PT_RUN(PFN);
		got |= (unsigned)!!(img->runs.r[i].pm & PT_RUN(SCANNED)) << SCAN;
	}
	got |= (unsigned)pfn << PFN;
	for (int i = 0; i < PT_NKPAGE; i++)
		got |= (unsigned)(pfn && !img->why_kpage[i]) << (KPAGEFLAGS + i);
	for (size_t i = 0; i < img->vmas.n; i++)
		got |= (unsigned)img->vmas.v[i].got_smaps << SMAPS;
	return got;
}

/* From the file: the whole process, or of a single page an image of its own. */
static int look_in_file(const struct pt_batch *b, const struct pt_process *p, const struct pt_wish *wish,
			struct pt_image **ret, unsigned *ret_got)
{
	struct pt_image *img = NULL;
	int err = p->err ? p->err : pt_side_image(&b->env, (struct pt_side *)&b->from, p, &img);

	if (err)
		return err;
	img->lens = wish->lens;
	pt_image_complete(img);
	*ret = img;
	if (ret_got)
		*ret_got = got_of_file(img);
	if (wish->kind == PT_WISH_PAGE) {
		*ret = pt_image_of_page(img, wish->vpn);
		pt_image_unref(img);
		if (*ret)
			b->from.file.source.page(b->from.file.source.arg, *ret);
	}
	return *ret ? 0 : -ENOMEM;
}

int pt_batch_look(const struct pt_batch *b, const struct pt_process *p, const struct pt_wish *wish,
		  struct pt_image **ret, unsigned *ret_got)
{
	struct pt_target t = pt_target_closed(p->pid, p->starttime);
	int err;

	if (b->from.spec)
		return look_in_file(b, p, wish, ret, ret_got);
	err = pt_look_process(&b->env, &t, wish, ret);
	if (!err && ret_got)
		*ret_got = got_of(b, &t, *ret);
	pt_target_close(&t);
	return err;
}

int pt_batch_sum(struct pt_batch *b, struct pt_process *p)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lens = PT_LENS_STATE };
	struct pt_image *img = NULL;
	int err;

	if (!b->from.spec)
		return pt_census_scan(&b->env, PT_LENS_STATE, p);
	if (p->err || p->kthread || p->zombie)
		return 0;
	err = look_in_file(b, p, &wish, &img, NULL);
	if (!err && !img->why_pages)
		pt_census_sum(p, img);
	p->err = err ? err : img->why_pages ? -EACCES : 0;
	p->why = err ? pt_batch_why(b, err) : img->why_pages;
	pt_image_unref(img);
	return 0;
}

int pt_batch_who(struct pt_batch *b, uint64_t pfn, struct pt_who **ret)
{
	struct pt_sharers *index = NULL;
	int err;

	if (b->from.spec)
		return pt_snapshot_who(b->from.file.snapshot, b->from.moment, pfn, ret);
	err = pt_sharers_build(&b->env, &index, NULL, NULL);
	if (!err)
		err = pt_sharers_ask(&b->env, index, pfn, ret);
	pt_sharers_free(index);
	return err;
}

const char *pt_batch_why(const struct pt_batch *b, int err)
{
	return b->from.spec ? b->from.file.source.why(err) : pt_probe_why(&b->probe, err);
}

static bool learn_from(struct pt_batch *b, const struct pt_process *p)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_image *img = NULL;
	unsigned got = 0;

	if (p->kthread || p->zombie || pt_batch_look(b, p, &wish, &img, &got))
		return false;
	pt_image_unref(img);
	b->got = got;
	return got >> PAGEMAP & 1;
}

/* Our own process is small, and as open to us as any can be. */
void pt_batch_learn(struct pt_batch *b)
{
	const struct pt_process *self = !b->table ? NULL : b->root.real && !b->from.spec ? pt_table_find(b->table, pt_self_pid(b->root.proc_fd), 0) : NULL;

	if (self && learn_from(b, self))
		return;
	for (size_t i = 0; b->table && i < b->table->n; i++)
		if (learn_from(b, &b->table->p[i]))
			return;
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
		int err = p->kthread || p->zombie ? -ESRCH : pt_batch_look(b, p, wish, &img, &got);

		if (!b->begun)
			b->got |= got;
		if (!err && !(b->form->pages && img->why_pages)) {
			b->nread++;
			fn(b, img);
		} else if (!is_gone(err)) {
			pt_batch_refuse(b, p->pid, p->err ? p->why : err ? pt_batch_why(b, err) : img->why_pages);
		}
		pt_image_unref(img);
	}
}

bool pt_batch_meant(struct pt_batch *b, const struct pt_vma *vma)
{
	int meant = pt_pick_vma(&b->pick, vma);

	return !pt_batch_fail(b, "cannot match the name", meant < 0 ? meant : 0) && meant > 0;
}

/* ---- which processes */

static struct pt_table *only_called(struct pt_table *t, const char *name)
{
	struct pt_table *only = pt_table_new();
	int err = 0;

	for (size_t i = 0; i < t->n && only && !err; i++)
		if (pt_process_is_called(&t->p[i], name))
			err = pt_table_add_copy(only, &t->p[i]);
	pt_table_unref(t);
	if (err)
		pt_table_unref(only);
	return err ? NULL : only;
}

static int list_all(struct pt_batch *b, struct pt_table **ret)
{
	if (!b->from.spec)
		return pt_census_list(&b->env, PT_NEED_CGROUP, NULL, ret);
	*ret = pt_table_copy(b->from.table);
	return *ret ? 0 : -ENOMEM;
}

static bool is_meant(const struct pt_process *p, const char *target, bool is_name)
{
	uint64_t pid;

	return is_name || pt_parse_dec(target, &pid) ? pt_process_is_called(p, target) : (uint64_t)p->pid == pid;
}

/* Those of several words; a word that is no process ends it. */
static int find_several(struct pt_batch *b)
{
	struct pt_table *all = NULL;
	int err = list_all(b, &all);

	b->table = err ? NULL : pt_table_new();
	for (int w = -1; w < b->opt->nmore && !err && !b->missing; w++) {
		const char *target = w < 0 ? b->opt->target : b->opt->more[w];
		size_t before = b->table ? b->table->n : 0;

		for (size_t i = 0; i < all->n && !err && b->table; i++)
			if (is_meant(&all->p[i], target, w < 0 && b->opt->target_is_name) && !pt_table_find(b->table, all->p[i].pid, 0))
				err = pt_table_add_copy(b->table, &all->p[i]);
		if (!b->table)
			err = -ENOMEM;
		else if (!err && b->table->n == before)
			b->missing = target;
	}
	pt_table_unref(all);
	return err;
}

static int find_table(struct pt_batch *b)
{
	const char *target = b->opt->target;
	uint64_t pid;
	int err;

	if (b->opt->nmore)
		return find_several(b);
	if (target && b->from.spec)
		return find_several(b);
	if (target && !b->opt->target_is_name && !pt_parse_dec(target, &pid))
		return pid <= INT32_MAX ? pt_census_one(&b->env, (pid_t)pid, &b->table) :
					  (b->table = pt_table_new()) ? 0 : -ENOMEM;
	err = list_all(b, &b->table);
	if (err)
		return err;
	if (target)
		b->table = only_called(b->table, target);
	return b->table ? 0 : -ENOMEM;
}

/* PT_DONE: there is something to look at. */
static int find_processes(struct pt_batch *b)
{
	const char *target = b->opt->target, *why = NULL;
	int err = find_table(b);

	if (err)
		return pt_fail_errno("cannot list the processes", err);
	if (b->missing) {
		pt_fail_word("there is no process \"", b->missing, b->from.spec ? "\" in the file; " :
			     "\", or it is named twice; ", "pagetop ps lists all of them");
		return PT_NOT_SO;
	}
	if (!b->table->n)
		return target ? pt_fail_no_process(b->opt, "pagetop ps lists all of them") : pt_fail_empty();
	if (b->table->n == 1 && target)
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
	const char *why = b->refusal ? b->refusal :
			  pt_probe_why_kpage(&b->probe, PT_KPAGE_FLAGS);	/* names all that is lacking */

	if (b->from.spec)
		return "the file does not tell enough";
	if (!why && (pt_filter_needs(&b->pick.where) | pt_filter_needs(&b->pick.expect)) & PT_NEED_CGROUP)
		why = pt_probe_why_kpage(&b->probe, PT_KPAGE_CGROUP);
	if (!why && !(b->got >> PFN & 1))
		why = pt_probe_why_pfn(&b->probe);
	return why ? why : "what can be read does not decide";
}

/* Nothing found is an answer only where everything could be looked at. */
void pt_batch_found(struct pt_batch *b, const char *one, const char *many)
{
	if (b->undecided)
		pt_say("of %llu %s it is not known whether %s meant: %s",
		       (unsigned long long)b->undecided, pt_noun(b->undecided, one, many),
		       pt_noun(b->undecided, "it is", "they are"), pt_batch_why_undecided(b));
	if (!b->nfound)
		b->status = b->undecided ? PT_NOT_RUN : PT_NOT_SO;
}

/* A table has no column for it. */
static void say_left_out(const struct pt_batch *b)
{
	char bytes[PT_SIZE_LEN];

	if (b->hugetlb_bytes && b->opt->format == PT_ROWS_TABLE)
		pt_say("rss, pss, uss and cow exclude %s of hugetlb, as in smaps; --json and --csv have columns for it",
		       pt_size_text(b->hugetlb_bytes, bytes));
}

/* Of a process that was asked for nothing could be learnt. */
static int say_unread(const struct pt_batch *b)
{
	if (!b->opt->target)
		return pt_fail("no process can be read");
	return pt_fail_word("process \"", b->opt->target, "\" ", b->refusal ? b->refusal : "has ended");
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
	int status = b->form->alone ? PT_DONE : find_processes(b), err;

	if (status)
		return status;
	b->silent = b->form->writes;
	err = b->form->writes ? 0 : pt_output_open(&b->out, b->opt->output, b->form->public ? PT_OUTPUT_PUBLIC : 0);
	if (err)
		return pt_fail_word("cannot write \"", b->opt->output, "\": ", pt_output_why(err));
	run(b);
	return finish(b);
}

/* The file that is to be read in place of the kernel. */
static int open_from(struct pt_batch *b)
{
	struct pt_str why = PT_STR_INIT;
	int err = b->opt->from ? pt_side_open(&b->env, b->opt->from, &b->from, &why) : 0;

	if (err)
		pt_fail(why.len ? why.s : pt_error_text(err));
	else if (b->opt->from && !b->from.file.snapshot)
		err = pt_fail_word("\"", b->opt->from, "\" ", "is no file");
	else if (b->opt->from)
		b->when = b->from.file.moment[b->from.moment].when;
	pt_str_done(&why);
	return err ? PT_NOT_RUN : PT_DONE;
}

int pt_batch(const struct pt_options *opt, const struct pt_batch_form *form, const char *range,
	     void (*run)(struct pt_batch *b))
{
	struct pt_batch b = { .opt = opt, .form = form, .root = PT_ROOT_INIT, .text = PT_STR_INIT,
			      .out = PT_OUTPUT_INIT };
	struct pt_str why = PT_STR_INIT;
	int err = pt_pick_init(&b.pick, opt, range, &why), status;

	clock_gettime(CLOCK_REALTIME, &b.when);
	if (err) {
		status = why.len ? pt_fail(why.s) : pt_fail_errno("cannot read the words", err);
	} else if ((err = pt_root_init(&b.root, opt->proc_root, opt->sys_root)) && (err != -EMEDIUMTYPE || !opt->from)) {
		status = pt_fail_root(opt->proc_root, err);
	} else {
		if (b.root.real && b.root.pids == PT_PIDS_OTHERS && !opt->from && opt->command != PT_SUB_DOCTOR)
			pt_fail("/proc has " PT_OTHER_PIDS ", not those of this shell; " PT_MOUNT_PROC);
		pt_probe_init(&b.root, &b.probe);
		b.env = (struct pt_scan_env){ .root = &b.root, .probe = &b.probe, .spaces = &b.spaces, .holders = &b.holders, .cgroups = &b.cgroups,
					       .share = opt->budget };
		status = open_from(&b);
		if (status == PT_DONE)
			status = run_on(&b, run);
		pt_end_at_once(status);
		pt_probe_done(&b.probe);
		pt_root_done(&b.root);
	}
	pt_cgroup_names_done(&b.cgroups);
	pt_table_unref(b.table);
	if (b.from.spec)
		pt_side_close(&b.from);
	pt_pick_done(&b.pick);
	pt_spaces_done(&b.spaces);
	pt_holders_done(&b.holders);
	pt_str_done(&b.text);
	pt_str_done(&why);
	return status;
}
