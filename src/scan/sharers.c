#include "pagetop/scan/sharers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/cgroup.h"
#include "pagetop/scan/spaces.h"
#include "pagetop/scan/walk.h"

enum { REST_NS = 200000 };	/* whoever waits for the lock of a process gets it meanwhile */

#define LARGE (PT_KPF(COMPOUND_HEAD) | PT_KPF(COMPOUND_TAIL) | PT_KPF(HUGE) | PT_KPF(THP))

/* ---- the index */

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
	w->dense = false;
	pt_walk_init(w, &b->env, &t->pm, &vmas, 0, UINT64_MAX);
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

/* A process that ends, or has no memory, maps nothing; any other that cannot be read may. *b: lost where it does not answer. */
static int add_process(const struct pt_scan_env *env, struct build **b, pid_t pid, struct pt_sharers *s)
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
	if (err != -ENOENT && err != -ESRCH && !s->nrefused++)
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

/* ---- the question */

/* What the index says: this page of this process. */
struct hit {
	uint64_t vpn;
	uint32_t proc;
};

struct hits {
	struct hit *v;
	size_t n, cap;
};

static int by_place(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return x->proc != y->proc ? (x->proc > y->proc) - (x->proc < y->proc) :
	       (x->vpn > y->vpn) - (x->vpn < y->vpn);
}

/* How many runs begin at the PFN or before it. */
static size_t runs_up_to(const struct pt_sharers *s, uint64_t pfn)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->run[mid].pfn <= pfn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int find_hits(const struct pt_sharers *s, uint64_t pfn, struct hits *ret)
{
	int err = 0;

	for (size_t i = runs_up_to(s, pfn); i-- && s->run[i].reach > pfn && !err; ) {
		const struct pt_sharers_run *r = &s->run[i];

		if (pfn - r->pfn >= r->npages)
			continue;
		err = pt_grow(&ret->v, &ret->cap, ret->n + 1, sizeof(*ret->v));
		if (!err)
			ret->v[ret->n++] = (struct hit){ r->vpn + (pfn - r->pfn), r->proc };
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_place);
	return err;
}

/* An errand: the pages of one process that still are at this PFN. */
struct check {
	struct pt_errand e;
	pid_t pid;
	uint64_t starttime;
	pid_t space_pid;		/* as in struct pt_sharer */
	struct pt_scan_env env;
	struct pt_who *who;
	size_t nhits;
	uint64_t vpn[];
};

static int check_target(struct check *c, const struct pt_target *t)
{
	struct pt_proc_stat stat;
	int err = t->pm_err ? t->pm_err : pt_proc_stat(t->pid_fd, &stat);

	if (!err)
		err = pt_who_add_name(c->who, pt_comm_text(&stat));
	for (size_t i = 0; i < c->nhits && !err; i++) {
		uint64_t word = 0;

		err = pt_scan_cancelled(&c->env) ? -ECANCELED : pt_pagemap_read(&t->pm, c->vpn[i], 1, &word);
		if (!err && word & PT_PM_PRESENT && (word & PT_PM_PFN_MASK) == c->who->pfn)
			err = pt_who_add(c->who, t->pid, t->starttime, c->vpn[i] << PT_PAGE_SHIFT, c->space_pid);
	}
	return err;
}

static int check_process(struct pt_errand *e, size_t i)
{
	struct check *c = (struct check *)e;
	struct pt_target t = PT_TARGET_INIT;
	int err = pt_target_open(&c->env, c->pid, c->starttime, &t);

	(void)i;
	if (!err)
		err = check_target(c, &t);
	pt_target_close(&t);
	return err;
}

static void drop_check(struct pt_errand *e)
{
	struct check *c = (struct check *)e;

	pt_who_unref(c->who);
	free(c);
}

static struct check *check_new(const struct pt_scan_env *env, const struct pt_sharers *s, const struct hit *hit, size_t n,
			       uint64_t pfn)
{
	struct check *c = pt_calloc(1, sizeof(*c) + n * sizeof(c->vpn[0]));
	const struct pt_space *mate = NULL;

	if (!c || !(c->who = pt_who_new(pfn))) {
		free(c);
		return NULL;
	}
	pt_errand_init(&c->e, check_process, drop_check, &c->pid, 1);
	c->pid = s->proc[hit->proc].pid;
	c->starttime = s->proc[hit->proc].starttime;
	c->space_pid = env->spaces && pt_spaces_of(env->spaces, c->pid, c->starttime, &mate) ? mate->pid : 0;
	c->env = *env;
	c->env.base = c->env.last = NULL;
	c->env.spaces = NULL;
	c->env.left = &c->e.left;
	for (; c->nhits < n; c->nhits++)
		c->vpn[c->nhits] = hit[c->nhits].vpn;
	return c;
}

static int add_checked(struct pt_who *who, const struct pt_who *found)
{
	int err = found->n ? pt_who_add_name(who, pt_strdup(found->name[0])) : 0;

	for (size_t i = 0; i < found->n && !err; i++)
		err = pt_who_add(who, found->v[i].pid, found->v[i].starttime, found->v[i].addr, found->v[i].space_pid);
	return err;
}

/* Who has ended, or may not be read any more, is left out; so is who does not answer, but counted. */
static int check_hits(const struct pt_scan_env *env, const struct pt_sharers *s,
		      const struct hits *hits, struct pt_who *who)
{
	int err = 0;

	for (size_t i = 0, j; i < hits->n && err != -ENOMEM && err != -ECANCELED; i = j) {
		struct check *c;
		int back;

		for (j = i + 1; j < hits->n && hits->v[j].proc == hits->v[i].proc; j++)
			;
		c = check_new(env, s, hits->v + i, j - i, who->pfn);
		if (!c)
			return -ENOMEM;
		back = pt_errand_run(&c->e, env->cancel);
		who->nrefused += back == -ETIMEDOUT || back == -EUSERS;
		err = back ? back : c->e.err ? c->e.err : add_checked(who, c->who);
		pt_errand_unref(&c->e);
	}
	return err == -ENOMEM || err == -ECANCELED ? err : 0;
}

static uint64_t frame_word(const struct pt_scan_env *env, enum pt_kpage_file file, uint64_t pfn)
{
	uint64_t word;

	return pt_kpage_read(&env->probe->kpage, file, &pfn, 1, &word) ? PT_KPAGE_NONE : word;
}

static uint64_t read_count(const struct pt_scan_env *env, uint64_t pfn)
{
	uint64_t count = frame_word(env, PT_KPAGE_COUNT, pfn);

	return count <= UINT32_MAX ? count : PT_KPAGE_NONE;	/* more is no count */
}

/* What stands against the number at all, whatever was found; NULL: it can be compared. */
static const char *why_not_comparable(const struct pt_scan_env *env, const struct pt_sharers *s,
				      struct pt_who *who, uint64_t kflags)
{
	const char *why_flags = pt_probe_why_kpage(env->probe, PT_KPAGE_FLAGS);
	const char *why_count = pt_probe_why_kpage(env->probe, PT_KPAGE_COUNT);

	if (s->hidden) {
		who->needs = pt_probe_why_pfn(env->probe);
		return "page frame numbers are hidden";
	}
	if (why_count || why_flags) {
		who->needs = why_count ? why_count : why_flags;
		return why_count ? "how often it is mapped cannot be read" :
				   "what kind of page it is cannot be read";
	}
	if (who->count == PT_KPAGE_NONE || kflags == PT_KPAGE_NONE)
		return "there is no such page frame";
	if (kflags & PT_KPF(ZERO_PAGE))
		return "the kernel does not count how often a page of zeros is mapped";
	if (!env->probe->precise && kflags & LARGE)
		return "the kernel may count mappings of a large folio as a whole, not of each page";
	return NULL;
}

static const char *why_not_equal(const struct pt_scan_env *env, const struct pt_sharers *s,
				 struct pt_who *who, bool changed)
{
	size_t n = who->n - who->nagain;

	if (n == who->count)
		return NULL;
	if (who->nrefused > s->nrefused) {
		who->needs = PT_NO_ANSWER;
		return "some processes cannot be read";
	}
	if (changed)
		return "it was mapped or unmapped since all processes were read";
	if (n > who->count)
		return "processes that share one address space or its page tables show the same entry "
		       "twice, and mappings by drivers are not counted";
	if (s->nrefused) {
		who->needs = pt_probe_why(env->probe, s->refusal);
		return "some processes cannot be read";
	}
	return "it was mapped since all processes were read, or by processes that are not in "
	       "this /proc";
}

/* What the kernel says of a frame that nobody maps: it has another use. */
static int describe_frame(const struct pt_scan_env *env, uint64_t kflags, struct pt_who *who)
{
	uint64_t inode = frame_word(env, PT_KPAGE_CGROUP, who->pfn);
	struct pt_str path = PT_STR_INIT, text = PT_STR_INIT;
	int err = 0;

	who->kflags = kflags;
	if (inode && inode != PT_KPAGE_NONE && !pt_cgroup_path(env->root, inode, &path)) {
		pt_escape(&text, path.s, path.len);
		who->cgroup = text.err ? NULL : pt_strdup(text.s);
		err = who->cgroup ? 0 : -ENOMEM;
	}
	pt_str_done(&path);
	pt_str_done(&text);
	return err;
}

static int answer(const struct pt_scan_env *env, const struct pt_sharers *s, struct hits *hits,
		  struct pt_who *who)
{
	uint64_t kflags = frame_word(env, PT_KPAGE_FLAGS, who->pfn);
	uint64_t before = read_count(env, who->pfn);
	int err = env->spaces ? pt_spaces_read(env, env->spaces, true) : 0;

	who->nrefused = s->nrefused;
	if (!err)
		err = find_hits(s, who->pfn, hits);
	if (!err)
		err = check_hits(env, s, hits, who);
	who->count = read_count(env, who->pfn);
	who->mono_ns = s->mono_ns;
	who->why = why_not_comparable(env, s, who, kflags);
	if (!who->why)
		who->why = why_not_equal(env, s, who, who->count != before || who->n != hits->n);
	who->complete = !who->why;
	return err || who->n ? err : describe_frame(env, kflags, who);
}

int pt_sharers_ask(const struct pt_scan_env *env, const struct pt_sharers *s, uint64_t pfn,
		   struct pt_who **ret)
{
	struct pt_who *who = pt_who_new(pfn);
	struct hits hits = { .n = 0 };
	int err = who ? answer(env, s, &hits, who) : -ENOMEM;

	free(hits.v);
	if (err)
		pt_who_unref(who);
	else
		*ret = who;
	return err;
}
