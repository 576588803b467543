#include "pagetop/scan/scanner.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/model/change.h"
#include "pagetop/scan/census.h"
#include "pagetop/scan/pulse.h"
#include "pagetop/scan/scan.h"
#include "pagetop/scan/sharers.h"

enum { PATIENCE_S = 2 };		/* for a thread that waits for the kernel, at the end */
#define PUBLISH_NS UINT64_C(100000000)	/* a long pass over all processes is shown this often */

struct pt_scanner {
	pthread_t thread;
	int event_fd;

	pthread_mutex_t lock;		/* over the next seven */
	double share;
	pthread_cond_t wake;
	struct pt_wish wish;
	struct pt_answer answer;
	bool answered;			/* `answer` waits to be taken */
	bool quit;
	const struct pt_image *given;	/* what to compare with; NULL: what was there when the lens was chosen */

	atomic_bool cancel;		/* the scan that runs no longer matters */

	/* The thread's own. */
	const struct pt_scan_source *source;	/* NULL: the kernel */
	struct pt_probe probe;
	struct pt_scan_env env;
	struct pt_target target;
	const struct pt_table *table;	/* the last one, in the order of pids */
	struct pt_pulse pulse;		/* up to the last one */
	size_t table_moment;
	enum pt_lens_id table_lens;	/* of which it was made */
	const struct pt_image *base;	/* what the change lens compares with */
	const struct pt_image *last;	/* of the target */
	struct pt_sharers *sharers;	/* the last index of all processes */
	const struct pt_image *loaded;	/* the last one from the source */
	size_t loaded_moment;
};

void pt_answer_done(struct pt_answer *a)
{
	pt_image_unref(a->img);
	pt_table_unref(a->table);
	pt_who_unref(a->who);
	free(a->history);
	*a = (struct pt_answer){ 0 };
}

static void publish(struct pt_scanner *s, struct pt_answer *a)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&s->lock);
	if (s->answered)
		pt_answer_done(&s->answer);
	s->answer = *a;
	s->answered = true;
	pthread_mutex_unlock(&s->lock);
	if (write(s->event_fd, &one, sizeof(one)) < 0)
		return;		/* the counter is full: it is readable already */
}

/* A copy goes to the screen, ours is filled on. */
static int publish_table(struct pt_scanner *s, const struct pt_wish *wish, const struct pt_table *t,
			 uint64_t interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind, .interval_ns = interval_ns };

	a.table = pt_table_copy(t);
	if (!a.table)
		return -ENOMEM;
	pt_table_sort((struct pt_table *)a.table);	/* not published yet: still ours */
	publish(s, &a);
	return 0;
}

static bool is_first(const struct pt_wish *wish, pid_t pid)
{
	for (unsigned i = 0; i < wish->nfirst; i++)
		if (wish->first[i] == pid)
			return true;
	return false;
}

/* A change is of two moments, of which one may be another now. */
static bool is_loaded(const struct pt_scanner *s, const struct pt_wish *wish)
{
	return s->loaded && s->loaded_moment == wish->moment && s->loaded->pid == wish->pid &&
	       s->loaded->starttime == wish->starttime && s->loaded->lens == wish->lens && wish->lens != PT_LENS_CHANGE;
}

/* The image as the wish wants to look at it. */
static int image_from_source(struct pt_scanner *s, const struct pt_wish *wish, const struct pt_image *base,
			     struct pt_image **ret)
{
	struct pt_image *img = NULL;
	int err;

	if (is_loaded(s, wish)) {
		*ret = (struct pt_image *)pt_image_ref(s->loaded);
		return 0;
	}
	err = s->source->image(s->source->arg, wish, &img);
	if (err)
		return err;
	img->lens = wish->lens;
	img->mono_ns = pt_now_ns();
	if (wish->lens == PT_LENS_CHANGE && base && !img->why_pages && !base->why_pages)
		err = pt_change_mark(img, base);
	if (err) {
		pt_image_unref(img);
		return err;
	}
	pt_image_complete(img);
	pt_image_unref(s->loaded);
	s->loaded = pt_image_ref(img);
	s->loaded_moment = wish->moment;
	*ret = img;
	return 0;
}

static int row_from_source(struct pt_scanner *s, const struct pt_wish *wish, struct pt_process *p)
{
	struct pt_wish one = *wish;
	struct pt_image *img = NULL;
	int err;

	if (pt_scan_cancelled(&s->env))
		return -ECANCELED;
	if (p->err || p->kthread || p->zombie)
		return 0;
	one.pid = p->pid;
	one.starttime = p->starttime;
	err = image_from_source(s, &one, NULL, &img);
	if (err == -ECANCELED || err == -ENOMEM)
		return err;
	p->err = err ? err : img->why_pages ? -EACCES : 0;
	p->why = err ? s->source->why(err) : img->why_pages;
	if (!p->err)
		pt_census_sum(p, img);
	pt_image_unref(img);
	return 0;
}

/* Those on the screen first, then all others. */
static int scan_rows(struct pt_scanner *s, const struct pt_wish *wish, struct pt_table *t)
{
	uint64_t shown_ns = pt_now_ns();
	int err = 0;

	for (int pass = 0; pass < 2 && !err; pass++)
		for (size_t i = 0; i < t->n && !err; i++) {
			if (is_first(wish, t->p[i].pid) != (pass == 0))
				continue;
			err = s->source ? row_from_source(s, wish, &t->p[i]) :
					  pt_census_scan(&s->env, wish->lens, &t->p[i]);
			if (!err && pt_now_ns() - shown_ns > PUBLISH_NS) {
				err = publish_table(s, wish, t, 0);
				shown_ns = pt_now_ns();
			}
		}
	return err;
}

static uint64_t interval(struct pt_scanner *s, const struct pt_wish *wish, uint64_t cpu_ns)
{
	uint64_t least = (uint64_t)wish->interval_ms * 1000000, fair;

	pthread_mutex_lock(&s->lock);
	fair = (uint64_t)((double)cpu_ns / s->share);
	pthread_mutex_unlock(&s->lock);
	return fair > least ? fair : least;
}

/* A file says the same each time: its list is made once for each moment and lens. */
static bool is_made(const struct pt_scanner *s, const struct pt_wish *wish)
{
	return s->source && s->table && s->table->complete && s->table_moment == wish->moment &&
	       s->table_lens == wish->lens;
}

static int serve_table(struct pt_scanner *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	uint64_t start_ns = pt_now_ns(), cpu_ns = pt_cpu_ns();
	bool first = !s->table;
	struct pt_table *t = NULL;
	int err;

	if (is_made(s, wish))
		return publish_table(s, wish, s->table, 0);
	err = s->source ? s->source->table(s->source->arg, wish->moment, &t) :
			  pt_census_list(&s->env, wish->needs, s->table, &t);
	if (!err && !s->source) {
		pt_pulse_take(&s->env, &s->pulse);
		t->pulse = s->pulse;
	}
	first |= s->source != NULL;
	s->env.last = NULL;
	s->env.alone = !first;	/* the first time as fast as can be, then out of the way */
	if (!err && first)	/* names at once, pages as they come */
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
	if (t) {	/* what was found so far is kept, also when cancelled */
		pt_table_unref(s->table);
		s->table = t;
		s->table_moment = wish->moment;
		s->table_lens = wish->lens;
	}
	return err;
}

/* The process stays open from scan to scan: that is how its end, and exec, are seen. */
static int open_target(struct pt_scanner *s, const struct pt_wish *wish)
{
	bool same = s->target.dir_fd >= 0 && s->target.pid == wish->pid &&
		    (!wish->starttime || wish->starttime == s->target.starttime);

	if (same && !wish->reopen)
		return 0;
	pt_target_close(&s->target);
	s->last = pt_image_unref(s->last);
	return pt_target_open(&s->env, wish->pid, wish->starttime, &s->target);
}

/* What was given to compare with, if it is of this process. The caller's reference, or NULL. */
static const struct pt_image *take_given(struct pt_scanner *s, pid_t pid, uint64_t starttime)
{
	const struct pt_image *given = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->given && s->given->pid == pid && s->given->starttime == starttime)
		given = pt_image_ref(s->given);
	pthread_mutex_unlock(&s->lock);
	return given;
}

/* The change lens compares with the moment when it was chosen, or with what was given. */
static int keep_base(struct pt_scanner *s, const struct pt_wish *wish)
{
	bool same = s->base && s->base->pid == s->target.pid && s->base->starttime == s->target.starttime;
	const struct pt_image *given = wish->lens == PT_LENS_CHANGE ?
				       take_given(s, s->target.pid, s->target.starttime) : NULL;
	struct pt_image *img = NULL;
	int err = 0;

	if (given) {
		pt_image_unref(s->base);
		s->env.base = s->base = given;
		s->env.last = NULL;
		return 0;
	}
	if (wish->lens == PT_LENS_CHANGE && same && !wish->reopen)
		return 0;
	s->env.base = s->base = pt_image_unref(s->base);
	s->env.last = NULL;
	if (wish->lens == PT_LENS_CHANGE)
		err = pt_scan(&s->env, &s->target, wish, &img);
	s->env.base = s->base = img;
	return err;
}

static int serve_process(struct pt_scanner *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };
	struct pt_image *img = NULL;
	int err = open_target(s, wish);

	if (!err && wish->kind == PT_WISH_PROCESS)
		err = keep_base(s, wish);
	s->env.last = s->last;
	s->env.alone = s->last;		/* the first time as fast as can be, then out of the way */
	if (!err)
		err = pt_scan(&s->env, &s->target, wish, &img);
	if (err)
		return err;
	if (wish->kind == PT_WISH_PROCESS) {
		pt_image_unref(s->last);
		s->last = pt_image_ref(img);
	}
	*ret_interval_ns = a.interval_ns = interval(s, wish, img->cpu_ns);
	a.img = img;
	publish(s, &a);
	return 0;
}

/* The same from a file, of which also a page, and who maps it, are told by the image. */
static int image_of_source(struct pt_scanner *s, const struct pt_wish *wish, struct pt_image **ret)
{
	const struct pt_image *given = wish->lens == PT_LENS_CHANGE ? take_given(s, wish->pid, wish->starttime) : NULL;
	int err = image_from_source(s, wish, given, ret);

	pt_image_unref(given);
	return err;
}

static int who_of_source(struct pt_scanner *s, const struct pt_wish *wish, const struct pt_image *img, struct pt_who **ret)
{
	const struct pt_vma *vma = pt_image_vma(img, wish->vpn);

	if (vma && pt_image_run(img, vma, wish->vpn).pm & PT_RUN(PRESENT))
		return s->source->who(s->source->arg, wish->moment, pt_image_pfn(img, wish->vpn), ret);
	*ret = pt_who_nobody();
	return *ret ? 0 : -ENOMEM;
}

static int serve_from_source(struct pt_scanner *s, const struct pt_wish *wish)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };
	struct pt_image *img = NULL;
	struct pt_who *who = NULL;
	int err = image_of_source(s, wish, &img);

	if (!err && wish->kind == PT_WISH_WHO)
		err = who_of_source(s, wish, img, &who);
	if (!err && wish->kind == PT_WISH_PAGE) {
		struct pt_image *page = pt_image_of_page(img, wish->vpn);

		err = page ? 0 : -ENOMEM;
		if (page)
			s->source->page(s->source->arg, page);
		a.img = page;
	}
	if (!err && wish->kind == PT_WISH_PROCESS) {
		a.img = pt_image_ref(img);
		if (s->source->history(s->source->arg, wish, &a.history))
			a.history = NULL;	/* the image is worth more */
	}
	a.who = who;
	if (!err)
		publish(s, &a);
	pt_image_unref(img);
	return err;
}

/* Its answer says only that it is done; that it was cancelled, too. */
static void serve_job(struct pt_scanner *s, const struct pt_wish *wish)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };

	s->env.last = NULL;
	s->env.alone = false;
	wish->job->err = wish->job->run(wish->job, &s->env);
	atomic_store(&wish->job->done, true);
	publish(s, &a);
}

struct progress {
	struct pt_scanner *s;
	const struct pt_wish *wish;
	uint64_t shown_ns;
};

static void show_progress(void *arg, size_t ndone, size_t nall)
{
	struct progress *p = arg;
	struct pt_answer a = { .seq = p->wish->seq, .kind = p->wish->kind, .ndone = ndone, .nall = nall };

	if (pt_now_ns() - p->shown_ns < PUBLISH_NS)
		return;
	p->shown_ns = pt_now_ns();
	publish(p->s, &a);
}

static int build_sharers(struct pt_scanner *s, const struct pt_wish *wish)
{
	struct progress p = { s, wish, pt_now_ns() };

	s->sharers = pt_sharers_free(s->sharers);
	return pt_sharers_build(&s->env, &s->sharers, show_progress, &p);
}

/* What pagemap says of the page now. */
static int word_now(struct pt_scanner *s, const struct pt_wish *wish, uint64_t *ret)
{
	int err = open_target(s, wish);

	if (!err)
		err = s->target.pm_err ? s->target.pm_err : pt_pagemap_read(&s->target.pm, wish->vpn, 1, ret);
	return err;
}

/* From the index that is there; where that does not know all of them, from a new one. */
static int ask_sharers(struct pt_scanner *s, const struct pt_wish *wish, uint64_t pfn, struct pt_who **ret)
{
	bool old = s->sharers;
	int err = old ? 0 : build_sharers(s, wish);

	if (!err)
		err = pt_sharers_ask(&s->env, s->sharers, pfn, ret);
	if (!err && old && !(*ret)->complete) {
		pt_who_unref(*ret);
		*ret = NULL;
		err = build_sharers(s, wish);
		if (!err)
			err = pt_sharers_ask(&s->env, s->sharers, pfn, ret);
	}
	return err;
}

static int serve_who(struct pt_scanner *s, const struct pt_wish *wish)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };
	struct pt_who *who = NULL;
	uint64_t word = 0;
	int err = word_now(s, wish, &word);

	if (!err && !(word & PT_PM_PRESENT))
		err = (who = pt_who_nobody()) ? 0 : -ENOMEM;
	else if (!err)
		err = ask_sharers(s, wish, word & PT_PM_PFN_MASK, &who);
	a.who = who;
	if (!err)
		publish(s, &a);
	return err;
}

static void serve(struct pt_scanner *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };

	*ret_interval_ns = (uint64_t)wish->interval_ms * 1000000;
	if (wish->kind == PT_WISH_JOB) {
		serve_job(s, wish);
		return;
	}
	a.err = s->source && wish->kind != PT_WISH_TABLE ? serve_from_source(s, wish) :
		wish->kind == PT_WISH_TABLE ? serve_table(s, wish, ret_interval_ns) :
		wish->kind == PT_WISH_WHO ? serve_who(s, wish) :
					      serve_process(s, wish, ret_interval_ns);
	if (a.err && a.err != -ECANCELED) {
		a.why = s->source ? s->source->why(a.err) : pt_probe_why(&s->probe, a.err);
		a.interval_ns = *ret_interval_ns;
		publish(s, &a);
	}
}

/* Until there is a new wish, or it is time for the old one again. Called and returns with the lock. */
static void wait_for_wish(struct pt_scanner *s, uint64_t served_seq, uint64_t due_ns)
{
	struct timespec due = { (time_t)(due_ns / 1000000000), (long)(due_ns % 1000000000) };

	while (!s->quit && s->wish.seq == served_seq) {
		if (s->wish.once || s->source || s->wish.kind == PT_WISH_NONE || s->wish.kind == PT_WISH_JOB)
			pthread_cond_wait(&s->wake, &s->lock);
		else if (pthread_cond_timedwait(&s->wake, &s->lock, &due) == ETIMEDOUT)
			return;
	}
}

static void *run(void *arg)
{
	struct pt_scanner *s = arg;
	uint64_t served_seq = 0, due_ns = 0, interval_ns = 0;

	pt_probe_init(s->env.root, &s->probe);
	pthread_mutex_lock(&s->lock);
	for (;;) {
		struct pt_wish wish;
		uint64_t start_ns;

		wait_for_wish(s, served_seq, due_ns);
		if (s->quit)
			break;
		wish = s->wish;
		if (wish.seq == served_seq)
			wish.reopen = false;	/* that was for the first time only */
		atomic_store(&s->cancel, false);
		pthread_mutex_unlock(&s->lock);
		start_ns = pt_now_ns();
		if (wish.kind != PT_WISH_NONE)
			serve(s, &wish, &interval_ns);
		pthread_mutex_lock(&s->lock);
		served_seq = wish.seq;
		due_ns = start_ns + interval_ns;
	}
	pthread_mutex_unlock(&s->lock);
	pt_target_close(&s->target);
	pt_table_unref(s->table);
	pt_image_unref(s->base);
	pt_image_unref(s->last);
	pt_image_unref(s->loaded);
	pt_sharers_free(s->sharers);
	pt_probe_done(&s->probe);
	return NULL;
}

/* The thread takes no signals, they are the screen's; but its own faults must be heard. */
static int start_thread(struct pt_scanner *s)
{
	static const int fault[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
	sigset_t all, old;
	int err;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(fault) / sizeof(fault[0]); i++)
		sigdelset(&all, fault[i]);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&s->thread, NULL, run, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -err;
}

int pt_scanner_new(const struct pt_root *root, double share, const struct pt_scan_source *source,
		   struct pt_scanner **ret)
{
	struct pt_scanner *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;
	int err;

	if (!s)
		return -ENOMEM;
	s->share = share;
	s->source = source;
	s->target = (struct pt_target)PT_TARGET_INIT;
	s->env = (struct pt_scan_env){ .root = root, .probe = &s->probe, .cancel = &s->cancel };
	atomic_init(&s->cancel, false);
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &attr);
	pthread_condattr_destroy(&attr);
	s->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = s->event_fd < 0 ? -errno : start_thread(s);
	if (err) {
		if (s->event_fd >= 0)
			close(s->event_fd);
		free(s);
		return err;
	}
	*ret = s;
	return 0;
}

static void cancel(struct pt_scanner *s)
{
	atomic_store(&s->cancel, true);
	if (s->source)
		s->source->interrupt(s->source->arg);
}

struct pt_scanner *pt_scanner_free(struct pt_scanner *s)
{
	struct timespec limit;

	if (!s)
		return NULL;
	pthread_mutex_lock(&s->lock);
	s->quit = true;
	cancel(s);
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += PATIENCE_S;
	if (pthread_timedjoin_np(s->thread, NULL, &limit))
		return NULL;	/* the kernel holds it: it ends with the program, and so does what it uses */
	if (s->answered)
		pt_answer_done(&s->answer);
	pt_image_unref(s->given);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wake);
	close(s->event_fd);
	free(s);
	return NULL;
}

void pt_scanner_set_share(struct pt_scanner *s, double share)
{
	pthread_mutex_lock(&s->lock);
	s->share = share;
	pthread_mutex_unlock(&s->lock);
}

void pt_scanner_post(struct pt_scanner *s, const struct pt_wish *wish)
{
	pthread_mutex_lock(&s->lock);
	s->wish = *wish;
	cancel(s);
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

void pt_scanner_cancel(struct pt_scanner *s)
{
	cancel(s);
}

bool pt_scanner_take(struct pt_scanner *s, struct pt_answer *ret)
{
	uint64_t n;
	bool have;

	if (read(s->event_fd, &n, sizeof(n)) < 0)
		n = 0;		/* nothing was written since: look all the same */
	pthread_mutex_lock(&s->lock);
	have = s->answered;
	if (have)
		*ret = s->answer;
	s->answered = false;
	pthread_mutex_unlock(&s->lock);
	return have;
}

void pt_scanner_compare(struct pt_scanner *s, const struct pt_image *base)
{
	pthread_mutex_lock(&s->lock);
	pt_image_unref(s->given);
	s->given = base ? pt_image_ref(base) : NULL;
	pthread_mutex_unlock(&s->lock);
}

int pt_scanner_fd(const struct pt_scanner *s)
{
	return s->event_fd;
}
