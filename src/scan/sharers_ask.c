/*
 * Asking the index of sharers: what it says, what of it still holds, whether these are all.
 */
#include "pagetop/scan/sharers.h"

#include <errno.h>
#include <stdlib.h>
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/cgroup.h"
#include "pagetop/scan/spaces.h"

/* ---- what the index says */

/* This page of this process. */
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

/* ---- what is still so */

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

		err = pt_scan_cancelled(&c->env) ? -ECANCELED : 0;
		if (!err)
			err = pt_pagemap_read(&t->pm, c->vpn[i], 1, &word);
		if (!err && word & PT_PM_PRESENT && (word & PT_PM_PFN_MASK) == c->who->pfn)
			err = pt_who_add(c->who, t->pid, t->starttime, c->vpn[i] << PT_PAGE_SHIFT,
					 c->space_pid);
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

static struct check *check_new(const struct pt_scan_env *env, const struct pt_sharers *s,
			       const struct hit *hit, size_t n, uint64_t pfn)
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
	if (env->spaces && pt_spaces_of(env->spaces, c->pid, c->starttime, &mate))
		c->space_pid = mate->pid;
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

	for (size_t i = 0; i < found->n && !err; i++) {
		const struct pt_sharer *v = &found->v[i];

		err = pt_who_add(who, v->pid, v->starttime, v->addr, v->space_pid);
	}
	return err;
}

/*
 * Who has ended, or may not be read any more, is left out; so is who does not answer, but counted.
 */
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
		err = back ? back : c->e.err;
		if (!err)
			err = add_checked(who, c->who);
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

/* ---- whether these are all */

/* What stands against the number at all, whatever was found; NULL: it can be compared. */
static const char *why_not_comparable(const struct pt_scan_env *env, const struct pt_sharers *s,
				      struct pt_who *who, uint64_t kflags)
{
	const char *why_flags = pt_probe_why_kpage(env->probe, PT_KPAGE_FLAGS);
	const char *why_count = pt_probe_why_kpage(env->probe, PT_KPAGE_COUNT);

	if (s->hidden) {
		who->needs = pt_probe_why_pfn(env->probe);
		return "PFNs hidden";
	}
	if (why_count || why_flags) {
		who->needs = why_count ? why_count : why_flags;
		return why_count ? "map count unreadable" :
				   "page flags unreadable";
	}
	if (who->count == PT_KPAGE_NONE || kflags == PT_KPAGE_NONE)
		return "no such page frame";
	if (kflags & PT_KPF(ZERO_PAGE))
		return "the kernel does not count mappings of the zero page";
	if (!env->probe->precise && kflags & PT_KPF_COMPOUND)
		return "the kernel may count mappings per large folio, not per page";
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
		return "mapped or unmapped since all processes were read";
	if (n > who->count)
		return "processes sharing an address space or page tables show the same entry twice, "
		       "and mappings by drivers are not counted";
	if (s->nrefused) {
		who->needs = pt_probe_why(env->probe, s->refusal);
		return "some processes cannot be read";
	}
	return "mapped since all processes were read, or by processes outside this /proc";
}

/* ---- the answer */

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
