#include "pagetop/scan/spaces.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/kcmp.h"
#include "pagetop/scan/visit.h"

#define KEEP_NS UINT64_C(2000000000)

/* Where the code begins, of a process that we may not read (fs/proc/array.c) */
enum { HIDDEN = 1 };

static int by_key(const void *a, const void *b)
{
	const struct pt_space *x = a, *y = b;
	int c = memcmp(x->key, y->key, sizeof(x->key));

	if (!c)
		c = (x->id > y->id) - (x->id < y->id);
	return c ? c : (x->pid > y->pid) - (x->pid < y->pid);
}

static int add(struct pt_spaces *s, pid_t pid, uint64_t starttime, const struct pt_proc_stat *stat)
{
	int err = stat->start_code <= HIDDEN ? 0 : pt_grow(&s->v, &s->cap, s->n + 1, sizeof(*s->v));

	if (!err && stat->start_code > HIDDEN)
		s->v[s->n++] = (struct pt_space){ .pid = pid,
						  .tid = stat->pid,
						  .starttime = starttime,
						  .key = { stat->start_code, stat->end_code,
							   stat->start_stack } };
	return err;
}

/* Of a process that ends meanwhile there is nothing to say. */
static int add_process(const struct pt_scan_env *env, pid_t pid, struct pt_spaces *s)
{
	struct pt_proc_stat stat, living;
	int dir = pt_proc_open_living(env->root, pid, &stat), err = 0;

	if (dir < 0)
		return 0;
	if (!pt_proc_stat(dir, &living))
		err = add(s, pid, stat.starttime, &living);
	close(dir);
	return err;
}

/* ---- told apart, where code and stack are at the same addresses */

/* Puts the i-th of them in its place among those before it. 0 or -errno. */
static int insert(struct pt_space *v, size_t i)
{
	struct pt_space it = v[i];
	size_t lo = 0, hi = i;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = pt_kcmp_vm(it.tid, v[mid].tid);

		if (c < 0)
			return c;
		if (c == 1)
			hi = mid;
		else
			lo = mid + 1;
	}
	memmove(v + lo + 1, v + lo, (i - lo) * sizeof(*v));
	v[lo] = it;
	return 0;
}

/* The kernel keeps them in an order: so each is compared with few. */
static int ask_kernel(struct pt_space *v, size_t n)
{
	int err = 0;

	for (size_t i = 1; i < n && !err; i++)
		err = insert(v, i);
	for (size_t i = 0; i < n && !err; i++) {
		int c = i ? pt_kcmp_vm(v[i].tid, v[i - 1].tid) : 0;

		err = c < 0 ? c : 0;
		v[i].id = i ? v[i - 1].id + (c != 0) : 1;
	}
	return err;
}

/*
 * By the frame of the highest page of its stack that no other entry maps: a fork's child has pages
 * of its own there, or the parent's, mapped twice. Who has ended shares nothing.
 */
static void ask_stack(const struct pt_scan_env *env, struct pt_space *p)
{
	enum { NPAGES = 64 };
	const uint64_t own = PT_PM_PRESENT | PT_PM_EXCLUSIVE, first = p->key[2] >> PT_PAGE_SHIFT;
	struct pt_target t = PT_TARGET_INIT;
	uint64_t word[NPAGES];
	int err = pt_target_open(env, p->pid, p->starttime, &t), i = NPAGES;
	bool read = !err && !t.pm_err && !pt_visit_words(env, &t, first - NPAGES + 1, NPAGES, word);

	pt_target_close(&t);
	while (read && --i >= 0 && (word[i] & (own | PT_PM_FILE)) != own)
		;
	p->id = read && i >= 0 ? word[i] & PT_PM_PFN_MASK : 0;
	if (err)
		p->id = UINT64_MAX - (uint64_t)p->pid;
	p->open = !p->id;
}

static void tell_apart(const struct pt_scan_env *env, struct pt_space *v, size_t n)
{
	if (n < 2 || (!env->probe->kcmp_err && !ask_kernel(v, n)))
		return;
	for (size_t i = 0; i < n; i++)
		ask_stack(env, &v[i]);
	qsort(v, n, sizeof(*v), by_key);
}

static void tell_all_apart(const struct pt_scan_env *env, struct pt_spaces *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), by_key);
	for (size_t i = 0, end; i < s->n; i = end) {
		for (end = i + 1;
		     end < s->n && !memcmp(s->v[end].key, s->v[i].key, sizeof(s->v[i].key)); end++)
			;
		tell_apart(env, s->v + i, end - i);
	}
}

int pt_spaces_read(const struct pt_scan_env *env, struct pt_spaces *s, bool anew)
{
	pid_t *pids = NULL;
	size_t n = 0;
	int err;

	if (!anew && s->mono_ns && pt_now_ns() - s->mono_ns < KEEP_NS)
		return 0;
	s->n = 0;
	err = pt_proc_pids(env->root, &pids, &n);
	for (size_t i = 0; i < n && !err; i++)
		err = add_process(env, pids[i], s);
	free(pids);
	if (err)
		s->n = 0;
	tell_all_apart(env, s);
	s->mono_ns = pt_now_ns();
	return err;
}

void pt_spaces_done(struct pt_spaces *s)
{
	free(s->v);
	*s = (struct pt_spaces){ 0 };
}

/* ---- the question */

static const struct pt_space *find(const struct pt_spaces *s, pid_t pid, uint64_t starttime)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].pid == pid && s->v[i].starttime == starttime)
			return &s->v[i];
	return NULL;
}

static bool same_key(const struct pt_space *a, const struct pt_space *b)
{
	return !memcmp(a->key, b->key, sizeof(a->key));
}

size_t pt_spaces_of(const struct pt_spaces *s, pid_t pid, uint64_t starttime,
		    const struct pt_space **ret)
{
	const struct pt_space *p = find(s, pid, starttime), *from = p, *to = p, *end = s->v + s->n;

	if (!p || !p->id)
		return 0;
	while (from > s->v && same_key(from - 1, p) && from[-1].id == p->id)
		from--;
	while (to < end && same_key(to, p) && to->id == p->id)
		to++;
	*ret = from;
	return to - from > 1 ? (size_t)(to - from) : 0;
}

bool pt_spaces_knows(const struct pt_spaces *s, pid_t pid, const struct pt_proc_stat *stat)
{
	const struct pt_space *p = find(s, pid, stat->starttime);

	return stat->start_code <= HIDDEN ||
	       (p && p->key[0] == stat->start_code && p->key[2] == stat->start_stack);
}

bool pt_spaces_open(const struct pt_spaces *s, pid_t pid, uint64_t starttime)
{
	const struct pt_space *p = find(s, pid, starttime), *at = p;
	bool open = p && p->open;

	while (at && at > s->v && same_key(at - 1, p))
		at--;
	for (; at && at < s->v + s->n && same_key(at, p); at++)
		/* Those that are open stand first, but kcmp may leave them anywhere */
		open |= at->open;
	return open;
}
