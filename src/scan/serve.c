#include "pagetop/scan/serve.h"

#include <errno.h>
#include "pagetop/base/clock.h"

#define PUBLISH_NS UINT64_C(100000000)	/* a long pass over all processes is shown this often */

/* ---- the list */

/* A copy goes to the screen, ours is filled on. */
static int publish_table(struct pt_server *s, const struct pt_wish *wish, const struct pt_table *t,
			 uint64_t interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind, .interval_ns = interval_ns };

	a.table = pt_table_copy(t);
	if (!a.table)
		return -ENOMEM;
	pt_table_sort((struct pt_table *)a.table);	/* not published yet: still ours */
	pt_mail_publish(s->mail, &a);
	return 0;
}

static bool is_first(const struct pt_wish *wish, pid_t pid)
{
	for (unsigned i = 0; i < wish->nfirst; i++)
		if (wish->first[i] == pid)
			return true;
	return false;
}

static int scan_row(struct pt_server *s, const struct pt_wish *wish, struct pt_process *p)
{
	if (pt_source_is_cancelled(s->source))
		return -ECANCELED;
	return s->source->class->sum(s->source, wish, p);
}

/* Those on the screen first, then all others. */
static int scan_rows(struct pt_server *s, const struct pt_wish *wish, struct pt_table *t)
{
	uint64_t shown_ns = pt_now_ns();
	int err = 0;

	for (int pass = 0; pass < 2 && !err; pass++)
		for (size_t i = 0; i < t->n && !err; i++) {
			if (is_first(wish, t->p[i].pid) != (pass == 0))
				continue;
			err = scan_row(s, wish, &t->p[i]);
			if (!err && pt_now_ns() - shown_ns > PUBLISH_NS) {
				err = publish_table(s, wish, t, 0);
				shown_ns = pt_now_ns();
			}
		}
	return err;
}

static uint64_t interval(struct pt_server *s, const struct pt_wish *wish, uint64_t cpu_ns)
{
	uint64_t least = (uint64_t)wish->interval_ms * 1000000;
	uint64_t fair = (uint64_t)((double)cpu_ns / pt_mail_share(s->mail));

	return fair > least ? fair : least;
}

/* Where time does not go on, the list is made once for each moment and lens. */
static bool is_made(const struct pt_server *s, const struct pt_wish *wish)
{
	return !s->source->class->live && s->table && s->table->complete &&
	       s->table_moment == wish->moment && s->table_lens == wish->lens;
}

/* What was found so far is kept, also when it was cancelled. */
static void keep_table(struct pt_server *s, const struct pt_wish *wish, const struct pt_table *t)
{
	pt_table_unref(s->table);
	s->table = t;
	s->table_moment = wish->moment;
	s->table_lens = wish->lens;
}

static int serve_table(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	const struct pt_source_class *class = s->source->class;
	const uint64_t start_ns = pt_now_ns(), cpu_ns = pt_cpu_ns();
	const bool first = !s->table || !class->live;
	struct pt_table *t = NULL;
	int err;

	if (is_made(s, wish))
		return publish_table(s, wish, s->table, 0);
	err = class->list(s->source, wish, s->table, &t);
	if (err)
		return err;
	if (class->pulse)
		class->pulse(s->source, t);
	if (first)	/* names at once, pages as they come */
		err = publish_table(s, wish, t, 0);
	if (!err)
		err = scan_rows(s, wish, t);
	if (!err) {
		t->complete = true;
		t->cost_ns = pt_now_ns() - start_ns;
		t->cpu_ns = pt_cpu_ns() - cpu_ns;
		*ret_interval_ns = interval(s, wish, t->cpu_ns);
		err = publish_table(s, wish, t, *ret_interval_ns);
	}
	keep_table(s, wish, t);
	return err;
}

/* ---- a process, a page */

static int serve_image(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	const struct pt_source_class *class = s->source->class;
	const bool compares = wish->lens == PT_LENS_CHANGE;
	const struct pt_image *given = compares ? pt_mail_given(s->mail, wish->pid) : NULL;
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };
	struct pt_image *img = NULL;
	int err = class->watch(s->source, wish, given, &img);

	pt_image_unref(given);
	if (err)
		return err;
	if (class->live)
		*ret_interval_ns = a.interval_ns = interval(s, wish, img->cpu_ns);
	if (class->history && wish->kind == PT_WISH_PROCESS &&
	    class->history(s->source, wish, &a.history))
		a.history = NULL;	/* the image is worth more */
	a.img = img;
	pt_mail_publish(s->mail, &a);
	return 0;
}

/* ---- who */

struct progress {
	struct pt_server *s;
	const struct pt_wish *wish;
	uint64_t shown_ns;
};

static void show_progress(void *arg, size_t ndone, size_t nall)
{
	struct progress *p = arg;
	struct pt_answer a = {
		.seq = p->wish->seq, .kind = p->wish->kind, .ndone = ndone, .nall = nall
	};

	if (pt_now_ns() - p->shown_ns < PUBLISH_NS)
		return;
	p->shown_ns = pt_now_ns();
	pt_mail_publish(p->s->mail, &a);
}

static int serve_who(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };
	struct progress p = { s, wish, pt_now_ns() };
	struct pt_who *who = NULL;
	int err = s->source->class->who_at(s->source, wish, show_progress, &p, &who);

	(void)ret_interval_ns;
	a.who = who;
	if (!err)
		pt_mail_publish(s->mail, &a);
	return err;
}

/* ---- */

/* Its answer says only that it is done; that it was cancelled, too. */
static int serve_job(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };

	(void)ret_interval_ns;
	wish->job->err = wish->job->run(wish->job, s->source, &s->kernel.source);
	atomic_store(&wish->job->done, true);
	pt_mail_publish(s->mail, &a);
	return 0;
}

static int (*const serve[])(struct pt_server *, const struct pt_wish *,
			    uint64_t *ret_interval_ns) = {
	[PT_WISH_TABLE] = serve_table,
	[PT_WISH_PROCESS] = serve_image,
	[PT_WISH_PAGE] = serve_image,
	[PT_WISH_WHO] = serve_who,
	[PT_WISH_JOB] = serve_job,
};

void pt_serve(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };

	*ret_interval_ns = (uint64_t)wish->interval_ms * 1000000;
	a.err = serve[wish->kind](s, wish, ret_interval_ns);
	if (a.err && a.err != -ECANCELED) {
		a.why = s->source->class->why(s->source, a.err);
		a.interval_ns = *ret_interval_ns;
		pt_mail_publish(s->mail, &a);
	}
}

void pt_server_init(struct pt_server *s, const struct pt_root *root, struct pt_source *source,
		    struct pt_mail *mail)
{
	*s = (struct pt_server){ .mail = mail };
	pt_kernel_init(&s->kernel, root);
	pt_kernel_heed(&s->kernel, &mail->cancel);
	s->source = source ? source : &s->kernel.source;
	s->source->cancel = &mail->cancel;
}

void pt_server_begin(struct pt_server *s)
{
	pt_kernel_probe(&s->kernel);
}

void pt_server_done(struct pt_server *s)
{
	pt_table_unref(s->table);
	pt_kernel_done(&s->kernel);
}
