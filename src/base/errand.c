#include "pagetop/base/errand.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/signals.h"

enum {
	LOOK_MS = 50,			/* how often a thread is looked at */
	PATIENCE = 40, LEAST = 4,	/* so many looks without CPU time; the fewer, the more
					   others are stuck */
	MOST = 64,			/* threads left behind */
};

struct worker {
	pthread_t thread;
	pthread_cond_t wake;
	struct pt_errand *e;		/* what it is at; NULL: nothing */
	struct worker *next;
	uint64_t seen_ns, spent_ns;	/* its CPU time at the last look; that of the errand */
	size_t seen;			/* steps done then */
	unsigned nstill;		/* looks since it did anything */
};

static struct {
	pthread_mutex_t lock;		/* over all of it */
	pthread_cond_t back;		/* one has come back */
	struct worker *idle, *out;
	unsigned nout;
	atomic_uint_least64_t cpu_ns;	/* of errands that came back */
} crew = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* The threads stay with the parent. */
static void forget(void)
{
	pthread_mutex_init(&crew.lock, NULL);
	crew.idle = crew.out = NULL;
	crew.nout = 0;
}

static void set_up(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&crew.back, &attr);
	pthread_condattr_destroy(&attr);
	pthread_atfork(NULL, NULL, forget);
}

int pt_thread_start(pthread_t *ret, void *(*run)(void *), void *arg)
{
	sigset_t all, old;
	int err;

	sigfillset(&all);
	for (int sig = 1; sig < NSIG; sig++)
		if (pt_signal_kind(sig) == PT_SIGNAL_FAULT)
			sigdelset(&all, sig);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(ret, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -err;
}

/* ---- errands */

void pt_errand_init(struct pt_errand *e, int (*step)(struct pt_errand *, size_t),
		    void (*drop)(struct pt_errand *), const pid_t *pid, size_t nsteps)
{
	*e = (struct pt_errand){ .step = step, .drop = drop, .pid = pid, .nsteps = nsteps };
	atomic_init(&e->left, false);
	atomic_init(&e->ndone, 0);
	atomic_init(&e->refs, 1);
}

void pt_errand_unref(struct pt_errand *e)
{
	if (atomic_fetch_sub(&e->refs, 1) == 1)
		e->drop(e);
}

static void take_steps(struct pt_errand *e)
{
	for (size_t i = 0; i < e->nsteps && e->err >= 0 && !atomic_load(&e->left); i++) {
		e->err = e->step(e, i);
		atomic_store(&e->ndone, i + 1);
	}
}

/* ---- threads */

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	return clock_gettime(clock, &t) ? 0 : (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void take_out(struct worker *w)
{
	for (struct worker **at = &crew.out; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			crew.nout--;
			return;
		}
}

static void rest(struct worker *w)
{
	w->next = crew.idle;
	crew.idle = w;
}

/* Called and returns with the lock. */
static void come_back(struct worker *w)
{
	struct pt_errand *e = w->e;
	bool left = atomic_load(&e->left);

	if (left) {
		take_out(w);
		rest(w);
	} else {
		atomic_fetch_sub(&e->refs, 1);	/* the caller, who waits, has one */
	}
	w->e = NULL;
	pthread_cond_broadcast(&crew.back);
	pthread_mutex_unlock(&crew.lock);
	if (left)
		pt_errand_unref(e);
	pthread_mutex_lock(&crew.lock);
}

static void *serve(void *arg)
{
	struct worker *w = arg;

	pthread_detach(pthread_self());
	pthread_mutex_lock(&crew.lock);
	for (;;) {
		uint64_t start_ns;

		while (!w->e)
			pthread_cond_wait(&w->wake, &crew.lock);
		pthread_mutex_unlock(&crew.lock);
		start_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		take_steps(w->e);
		pthread_mutex_lock(&crew.lock);
		w->spent_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - start_ns;
		come_back(w);
	}
	return NULL;
}

/* NULL: there can be no other thread. */
static struct worker *hire(void)
{
	struct worker *w = crew.idle;

	if (w) {
		crew.idle = w->next;
		return w;
	}
	w = pt_calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	pthread_cond_init(&w->wake, NULL);
	if (pt_thread_start(&w->thread, serve, w)) {
		pthread_cond_destroy(&w->wake);
		free(w);
		return NULL;
	}
	return w;
}

/* Counts how long it has done nothing. */
static void look_at(struct worker *w)
{
	clockid_t clock;
	uint64_t ns = pthread_getcpuclockid(w->thread, &clock) ? 0 : clock_ns(clock);
	size_t done = atomic_load(&w->e->ndone);

	w->nstill = ns == w->seen_ns && done == w->seen ? w->nstill + 1 : 0;
	w->seen_ns = ns;
	w->seen = done;
}

static unsigned patience(void)
{
	unsigned n = crew.nout < 8 ? PATIENCE >> crew.nout : 0;

	return n > LEAST ? n : LEAST;
}

/*
 * By looks, not by the time that passed: whoever was stopped meanwhile, was so together
 * with the thread.
 */
static bool wait_for(struct worker *w, const struct pt_errand *e, unsigned nlooks,
		     const atomic_bool *cancel, int *err)
{
	uint64_t ns = clock_ns(CLOCK_MONOTONIC) + LOOK_MS * UINT64_C(1000000);
	struct timespec until = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

	if (w->e != e)
		return false;
	*err = 0;
	if (w->nstill >= nlooks)
		*err = -ETIMEDOUT;
	else if (w->nstill && cancel && atomic_load(cancel))
		*err = -ECANCELED;
	if (!*err && pthread_cond_timedwait(&crew.back, &crew.lock, &until) == ETIMEDOUT &&
	    w->e == e)
		look_at(w);
	return !*err;
}

static bool asks(const struct pt_errand *e, pid_t pid)
{
	size_t i = atomic_load(&e->ndone);

	return i < e->nsteps && e->pid[i] == pid;
}

static struct worker *find_out(pid_t pid)
{
	struct worker *w = crew.out;

	while (w && !asks(w->e, pid))
		w = w->next;
	return w;
}

/* Somebody asks this pid already, and was left behind before his time. */
static int wait_for_other(pid_t pid, const atomic_bool *cancel)
{
	int err = 0;

	for (struct worker *w; (w = find_out(pid)) && !err;) {
		struct pt_errand *e = w->e;

		atomic_fetch_add(&e->refs, 1);	/* else another one could be at the same place */
		wait_for(w, e, patience(), cancel, &err);
		pthread_mutex_unlock(&crew.lock);
		pt_errand_unref(e);
		pthread_mutex_lock(&crew.lock);
	}
	return err;
}

static void leave(struct worker *w)
{
	atomic_store(&w->e->left, true);
	w->next = crew.out;
	crew.out = w;
	crew.nout++;
}

/* Called and returns with the lock. */
static int send(struct pt_errand *e, const atomic_bool *cancel)
{
	unsigned nlooks = patience();
	struct worker *w = hire();
	int err = 0;

	if (!w) {	/* better to wait than not to ask */
		pthread_mutex_unlock(&crew.lock);
		take_steps(e);
		pthread_mutex_lock(&crew.lock);
		return 0;
	}
	atomic_fetch_add(&e->refs, 1);
	w->nstill = 0;
	w->e = e;
	pthread_cond_signal(&w->wake);
	while (wait_for(w, e, nlooks, cancel, &err))
		;
	if (err) {
		leave(w);
		return err;
	}
	atomic_fetch_add(&crew.cpu_ns, w->spent_ns);
	rest(w);
	return 0;
}

int pt_errand_run(struct pt_errand *e, const atomic_bool *cancel)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	int err;

	pthread_once(&once, set_up);
	pthread_mutex_lock(&crew.lock);
	err = wait_for_other(e->pid[0], cancel);
	if (!err && crew.nout >= MOST)
		err = -EUSERS;
	if (!err)
		err = send(e, cancel);
	pthread_mutex_unlock(&crew.lock);
	return err;
}

void pt_thread_leave(void)
{
	pthread_mutex_lock(&crew.lock);
	crew.nout++;
	pthread_mutex_unlock(&crew.lock);
}

unsigned pt_errands_out(void)
{
	unsigned n;

	pthread_mutex_lock(&crew.lock);
	n = crew.nout;
	pthread_mutex_unlock(&crew.lock);
	return n;
}

bool pt_errand_is_out(pid_t pid)
{
	bool yes;

	pthread_mutex_lock(&crew.lock);
	yes = find_out(pid);
	pthread_mutex_unlock(&crew.lock);
	return yes;
}

uint64_t pt_errands_cpu_ns(void)
{
	return atomic_load(&crew.cpu_ns);
}
