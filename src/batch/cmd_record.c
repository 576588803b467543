/*
 * pagetop record: a snapshot each --interval seconds, appended to one file.
 */
#include "pagetop/base/clock.h"
#include "pagetop/batch/batch.h"
#include "pagetop/store/save.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/base/signals.h"
#include "pagetop/base/text.h"

static void on_signal(int sig)
{
	atomic_bool *asked = pt_signal_given(PT_GIVEN_ASKED);

	(void)sig;
	if (asked)
		atomic_store(asked, true);
}

static void catch_signals(struct pt_batch *b)
{
	const struct sigaction sa = { .sa_handler = on_signal };	/* a sleep ends */

	pt_signal_give(PT_GIVEN_ASKED, &b->asked);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

struct recording {
	struct pt_batch *b;
	const char *file;
	struct pt_saving s;
	size_t nmoments, nheld;		/* recorded now; held by the file */
	struct pt_str why;
};

/*
 * The processes as they are now: of those that were asked for the same, of all also
 * those that came.
 */
static int look_again(struct pt_batch *b, struct pt_table **ret)
{
	const struct pt_table *was = b->table;
	struct pt_table *now = NULL, *only = NULL;
	int err = pt_batch_list(b, &now);

	if (err || b->opt->all) {
		*ret = now;
		return err;
	}
	only = pt_table_new();
	err = only ? 0 : -ENOMEM;
	for (size_t i = 0; i < was->n && !err; i++) {
		const struct pt_process *p = pt_table_find(now, was->p[i].pid, was->p[i].starttime);

		if (p && !p->zombie)
			err = pt_table_add_copy(only, p);
	}
	pt_table_unref(now);
	*ret = only;
	return err;
}

static int add_moment(struct recording *r, struct pt_snapshot_writer *w)
{
	const struct pt_options *opt = r->b->opt;
	struct pt_table *t = NULL;
	int err = look_again(r->b, &t);

	r->s.nsaved = r->s.nrefused = r->s.npages = 0;
	if (!err)
		err = t->n ? pt_save_moment(r->b->source, w, t, &r->s) : -ESRCH;
	if (!err && !r->s.nsaved)
		err = -ESRCH;
	if (!err)
		err = pt_snapshot_commit(w, (unsigned)opt->keep, opt->max_bytes);
	r->nmoments += !err;
	if (!err)
		err = pt_snapshot_count(w, &r->nheld);
	pt_table_unref(t);
	return err;
}

/* Until the time of the next moment. */
static void wait_until(uint64_t ns, const atomic_bool *asked)
{
	struct timespec t = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

	while (!atomic_load(asked) &&
	       clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

/* What ends a moment halfway is taken back: the file has all moments before it. */
static int go_on(struct recording *r, struct pt_snapshot_writer *w)
{
	const struct pt_options *opt = r->b->opt;
	const atomic_bool *asked = &r->b->asked;
	uint64_t step_ns = (uint64_t)(opt->interval_s * 1e9), now_ns = pt_now_ns(),
		 next_ns = now_ns + step_ns;
	uint64_t end_ns = opt->for_s > 0 ? now_ns + (uint64_t)(opt->for_s * 1e9) : UINT64_MAX;
	int err = 0;

	while (!err && !atomic_load(asked) && next_ns <= end_ns) {
		wait_until(next_ns, asked);
		if (!atomic_load(asked))
			err = add_moment(r, w);
		now_ns = pt_now_ns();
		for (next_ns += step_ns; next_ns < now_ns; next_ns += step_ns)
			;	/* a moment that took longer than the interval leaves some out */
	}
	return err == -ESRCH || err == -ECANCELED ? 0 : err;
}

/* The first moment makes the file, or it goes on where it ended. */
static int begin(struct recording *r, const struct pt_snapshot_machine *machine,
		 struct pt_snapshot_writer **ret)
{
	struct stat st;
	int err = 0;

	if (!lstat(r->file, &st) && S_ISLNK(st.st_mode))
		return -ELOOP;
	if (stat(r->file, &st) && errno == ENOENT) {
		err = pt_save(r->b->source, r->b->table, &r->s, &r->why);
		r->nmoments = r->nheld = !err;
		return err ? err : pt_snapshot_append(r->file, machine, ret, &r->why);
	}
	err = pt_snapshot_append(r->file, machine, ret, &r->why);
	return err ? err : add_moment(r, *ret);
}

static const char *text_of(int err)
{
	switch (err) {
	case -EXDEV:
		return "recorded on another machine, boot or version; give another name";
	case -EBADMSG:
		return "not a pagetop snapshot, or corrupt";
	case -ELOOP:
		return "symbolic link, not followed";
	case -EBUSY:
		return "another program is writing to it";
	case -ESRCH:
		return "process has exited";
	default:
		return pt_error_text(err);
	}
}

static void say_why(const struct recording *r, int err)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_adds(&s, "cannot record to \"");
	pt_escape(&s, r->file, strlen(r->file));
	pt_str_addf(&s, "\": %s", text_of(err));
	pt_fail(r->why.len ? r->why.s : s.s);
	pt_str_done(&s);
}

static void tell(const struct recording *r)
{
	struct pt_str text = PT_STR_INIT;
	char size[PT_SIZE_LEN];
	struct stat st;

	pt_str_addf(&text, "recorded %zu %s to ", r->nmoments,
		    pt_noun(r->nmoments, "snapshot", "snapshots"));
	pt_escape(&text, r->file, strlen(r->file));
	pt_str_addf(&text, " (%s)",
		    pt_size_text(stat(r->file, &st) ? 0 : (uint64_t)st.st_size, size));
	if (r->nheld < r->nmoments)
		pt_str_addf(&text, "; it holds the newest %zu", r->nheld);
	pt_say("%s", text.s);
	pt_str_done(&text);
}

static void record(struct pt_batch *b)
{
	struct recording r = { .b = b,
			       .file = b->opt->output,
			       .s = { .scope = b->opt->all ? "all" : "process", .goes_on = true },
			       .why = PT_STR_INIT };
	struct pt_snapshot_machine machine;
	struct pt_snapshot_writer *w = NULL;
	struct pt_str text[3];
	int err;

	r.s.file = r.file;
	pt_kernel_heed(&b->kernel, &b->asked);
	pt_save_machine(b->source, text, &machine);
	err = begin(&r, &machine, &w);
	catch_signals(b);	/* until then a signal ends it, and takes what is unfinished away */
	if (!err)
		err = go_on(&r, w);
	pt_snapshot_end(w);
	if (err && err != -ECANCELED)
		say_why(&r, err);
	if (r.nmoments)
		tell(&r);
	b->status = (err && err != -ECANCELED) || !r.nmoments ? PT_NOT_RUN : PT_DONE;
	b->nread = b->table->n;
	pt_signal_give(PT_GIVEN_ASKED, NULL);
	for (int i = 0; i < 3; i++)
		pt_str_done(&text[i]);
	pt_str_done(&r.why);
}

int pt_run_record(const struct pt_options *opt)
{
	const struct pt_batch_form form = { .kind = "record", .writes = true };

	if (!opt->output || !strcmp(opt->output, "-"))
		return pt_fail("record: missing -o FILE; snapshots are appended to it");
	return pt_batch(opt, &form, NULL, record);
}
