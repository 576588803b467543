#include "pagetop/scan/sharers.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/scan/walk.h"

enum { REST_NS = 200000 };	/* whoever waits for the lock of a process gets it meanwhile */

/* One process is read by an errand; what it finds is added to the index when it is back. */
struct build {
	struct pt_errand e;
	pid_t pid;
	struct pt_scan_env env;
	struct pt_sharers own;		/* of this process alone */
	size_t nread;			/* pages of the process since it had a rest */
	struct pt_walk walk;
	uint64_t word[PT_STEP_NPAGES];
	uint64_t pfn[PT_STEP_NPAGES];		/* the last two where the ioctl is missing */
	uint64_t kflags[PT_STEP_NPAGES];
};

static int add_page(struct pt_sharers *s, uint64_t word, uint64_t vpn)
{
	uint64_t pfn = word & PT_PM_PFN_MASK;
	struct pt_sharers_run *last = s->n ? &s->run[s->n - 1] : NULL;
	int err;

	if (!(word & PT_PM_PRESENT) || !pfn) {
		s->hidden |= word & PT_PM_PRESENT;
		return 0;
	}
	if (last && last->pfn + last->npages == pfn &&
	    last->vpn + last->npages == vpn && last->npages < UINT32_MAX) {
		last->npages++;
		return 0;
	}
	err = pt_grow(&s->run, &s->cap, s->n + 1, sizeof(*s->run));
	if (!err)
		s->run[s->n++] = (struct pt_sharers_run){ .pfn = pfn, .vpn = vpn, .npages = 1 };
	return err;
}

/* Where no ioctl told them: pages of zeros are one frame, mapped any number of times. */
static void drop_zero_pages(struct build *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		b->pfn[i] = b->word[i] & PT_PM_PRESENT ? b->word[i] & PT_PM_PFN_MASK : 0;
	if (pt_kpage_read(&b->env.probe->kpage, PT_KPAGE_FLAGS, b->pfn, n, b->kflags))
		return;
	for (size_t i = 0; i < n; i++)
		if (b->kflags[i] != PT_KPAGE_NONE && b->kflags[i] & PT_KPF(ZERO_PAGE))
			b->word[i] = 0;
}

/* One read after the other would keep the process from its own mmap and munmap. */
static int rest(struct build *b, size_t npages)
{
	const struct timespec t = { .tv_nsec = REST_NS };

	if (pt_scan_cancelled(&b->env))
		return -ECANCELED;
	if (b->nread + npages > PT_STEP_NPAGES) {
		nanosleep(&t, NULL);
		b->nread = 0;
	}
	b->nread += npages;
	return 0;
}

static int add_words(struct build *b, uint64_t vpn, size_t n)
{
	int err = rest(b, n);

	if (!err)
		err = pt_pagemap_read(b->walk.pm, vpn, n, b->word);
	if (!err && b->walk.pm->no_scan)
		drop_zero_pages(b, n);
	for (size_t i = 0; i < n && !err; i++)
		err = add_page(&b->own, b->word[i], vpn + i);
	return err;
}

static int add_region(struct build *b, const struct pt_region *r)
{
	uint32_t kind = r->categories & (PT_PAGE_IS_PRESENT | PT_PAGE_IS_PFNZERO);
	int err = 0;

	if (!b->walk.pm->no_scan && kind != PT_PAGE_IS_PRESENT)
		return 0;
	for (uint64_t at = 0, n; at < r->npages && !err; at += n) {
		n = r->npages - at < PT_STEP_NPAGES ? r->npages - at : PT_STEP_NPAGES;
		err = add_words(b, r->vpn + at, n);
	}
	return err;
}

static int add_memory(struct build *b, struct pt_target *t)
{
	struct pt_region region[PT_MAX_REGIONS];
	struct pt_vmas vmas = PT_VMAS_INIT;
	struct pt_walk *w = &b->walk;
	int err = t->pm_err ? t->pm_err : pt_maps_read(t->dir_fd, false, &vmas);

	b->nread = 0;
	w->env = &b->env;
	w->pm = &t->pm;
	w->vmas = &vmas;
	w->dense = false;
	pt_walk_from(w, 0, UINT64_MAX);
	while (!err && w->vpn < w->end_vpn) {
		ssize_t n = pt_walk_next(w, region);

		err = n < 0 ? (int)n : 0;
		for (ssize_t i = 0; i < n && !err; i++)
			err = add_region(b, &region[i]);
	}
	pt_vmas_done(&vmas);
	return err;
}

static int add_target(struct build *b, struct pt_target *t)
{
	struct pt_sharers *s = &b->own;
	int err = pt_grow(&s->proc, &s->proc_cap, 1, sizeof(*s->proc));

	if (err)
		return err;
	s->proc[0].pid = t->pid;
	s->proc[0].starttime = t->starttime;
	s->nprocs = 1;
	return add_memory(b, t);
}

static int read_process(struct pt_errand *e, size_t i)
{
	struct build *b = (struct build *)e;
	struct pt_target t = PT_TARGET_INIT;
	int err;

	(void)i;
	b->own.n = 0;
	err = pt_target_open(&b->env, b->pid, 0, &t);
	if (!err)
		err = add_target(b, &t);
	pt_target_close(&t);
	return err;
}

static void drop_build(struct pt_errand *e)
{
	struct build *b = (struct build *)e;

	free(b->own.run);
	free(b->own.proc);
	free(b);
}

/* Not by calloc(): most of it is buffers. */
static struct build *build_new(const struct pt_scan_env *env)
{
	struct build *b = pt_malloc(sizeof(*b));

	if (b) {
		b->env = *env;
		b->env.base = b->env.last = NULL;
		b->env.left = &b->e.left;
		b->own = (struct pt_sharers){ .n = 0 };
	}
	return b;
}

static int add_found(struct pt_sharers *s, const struct pt_sharers *found)
{
	int err = pt_grow(&s->proc, &s->proc_cap, s->nprocs + 1, sizeof(*s->proc));

	if (!err)
		err = pt_grow(&s->run, &s->cap, s->n + found->n, sizeof(*s->run));
	if (err)
		return err;
	for (size_t i = 0; i < found->n; i++) {
		s->run[s->n] = found->run[i];
		s->run[s->n++].proc = (uint32_t)s->nprocs;
	}
	s->proc[s->nprocs++] = found->proc[0];
	return 0;
}

/*
 * A process that ends, or has no memory, maps nothing; any other that cannot be read may. *b: lost
 * where it does not answer.
 */
static int add_process(const struct pt_scan_env *env, struct build **b, pid_t pid,
		       struct pt_sharers *s)
{
	int err;

	if (!*b && !(*b = build_new(env)))
		return -ENOMEM;
	(*b)->pid = pid;
	pt_errand_init(&(*b)->e, read_process, drop_build, &(*b)->pid, 1);
	err = pt_errand_run(&(*b)->e, env->cancel);
	if (err) {
		pt_errand_unref(&(*b)->e);
		*b = NULL;
	} else {
		err = (*b)->e.err;
		s->hidden |= (*b)->own.hidden;
	}
	if (!err && (*b)->own.n)
		err = add_found(s, &(*b)->own);
	if (!err || err == -ENOMEM || err == -ECANCELED)
		return err;
	if (!pt_is_gone(err) && !s->nrefused++)
		s->refusal = err;
	return 0;
}

static int by_pfn(const void *a, const void *b)
{
	const struct pt_sharers_run *x = a, *y = b;

	return (x->pfn > y->pfn) - (x->pfn < y->pfn);
}

static void put_in_order(struct pt_sharers *s)
{
	struct pt_sharers_run *run = s->n ? pt_realloc(s->run, s->n * sizeof(*run)) : NULL;
	uint64_t reach = 0;

	if (run) {
		s->run = run;
		s->cap = s->n;
	}
	run = s->run;
	if (s->n)
		qsort(run, s->n, sizeof(*run), by_pfn);
	for (size_t i = 0; i < s->n; i++) {
		uint64_t end = run[i].pfn + run[i].npages;

		reach = end > reach ? end : reach;
		run[i].reach = reach;
	}
}

static int add_all(const struct pt_scan_env *env, struct pt_sharers *s,
		   void (*progress)(void *arg, size_t done, size_t total), void *arg)
{
	struct build *b = NULL;
	pid_t *pids = NULL;
	size_t n = 0;
	int err = pt_proc_pids(env->root, &pids, &n);

	for (size_t i = 0; i < n && !err; i++) {
		err = pt_scan_cancelled(env) ? -ECANCELED : add_process(env, &b, pids[i], s);
		if (!err && progress)
			progress(arg, i + 1, n);
	}
	if (b)
		pt_errand_unref(&b->e);
	free(pids);
	return err;
}

int pt_sharers_build(const struct pt_scan_env *env, struct pt_sharers **ret,
		     void (*progress)(void *arg, size_t done, size_t total), void *arg)
{
	struct pt_sharers *s = pt_calloc(1, sizeof(*s));
	int err = -ENOMEM;

	if (s) {
		s->mono_ns = pt_now_ns();
		err = add_all(env, s, progress, arg);
	}
	if (err) {
		pt_sharers_free(s);
		return err;
	}
	put_in_order(s);
	s->cost_ns = pt_now_ns() - s->mono_ns;
	*ret = s;
	return 0;
}

struct pt_sharers *pt_sharers_free(struct pt_sharers *s)
{
	if (s) {
		free(s->run);
		free(s->proc);
		free(s);
	}
	return NULL;
}
