#include "pagetop/scan/forks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/model/change.h"
#include "pagetop/scan/visit.h"

/* ---- living processes */

/* One that ends meanwhile is no row. */
static int add_parent(const struct pt_scan_env *env, pid_t pid, struct pt_table *t)
{
	int dir_fd = pt_proc_open(env->root, pid);
	struct pt_process *p;
	struct pt_proc_stat stat;
	int err = dir_fd < 0 ? dir_fd : pt_proc_stat(dir_fd, &stat);

	if (dir_fd >= 0)
		close(dir_fd);
	if (err)
		return 0;
	p = pt_table_add(t);
	if (!p)
		return -ENOMEM;
	p->pid = stat.pid;
	p->ppid = stat.ppid;
	p->starttime = stat.starttime;
	return 0;
}

/* All processes, and of each its parent alone. */
static int list_parents(const struct pt_scan_env *env, struct pt_table *t)
{
	pid_t *pids = NULL;
	size_t n = 0;
	int err = pt_proc_pids(env->root, &pids, &n);

	for (size_t i = 0; i < n && !err; i++)
		err = pt_scan_cancelled(env) ? -ECANCELED : add_parent(env, pids[i], t);
	free(pids);
	return err;
}

_Static_assert((int)PT_CHANGE_NPAGES <= (int)PT_VISIT_NWORDS, "asked in one scan");

struct child {
	const struct pt_scan_env *env;
	struct pt_target target;
};

static int frames_of_target(void *arg, uint64_t vpn, size_t npages, uint64_t *ret_pfn)
{
	struct child *c = arg;
	int err = pt_visit_words(c->env, &c->target, vpn, npages, ret_pfn);

	for (size_t i = 0; i < npages && !err; i++)
		ret_pfn[i] = (ret_pfn[i] & (PT_PM_PRESENT | PT_PM_FILE)) == PT_PM_PRESENT ?
				     ret_pfn[i] & PT_PM_PFN_MASK :
				     0;
	return err;
}

/* A child that has exited, cannot be read, or does not answer, tells nothing. */
static int settle_by(const struct pt_scan_env *env, const struct pt_process *child,
		     struct pt_image *now, const struct pt_image *base)
{
	struct child c = { env, PT_TARGET_INIT };
	int err = pt_visit_open(env, child->pid, child->starttime, &c.target);

	if (!err)
		err = pt_change_settle(now, base, frames_of_target, &c);
	pt_target_close(&c.target);
	return err == -ENOMEM ? err : 0;
}

int pt_forks_settle(const struct pt_scan_env *env, struct pt_image *now,
		    const struct pt_image *base)
{
	struct pt_table *t;
	int err;

	if (!pt_change_is_open(now))
		return 0;
	t = pt_table_new();
	if (!t)
		return -ENOMEM;
	err = list_parents(env, t);
	for (size_t i = 0; i < t->n && !err; i++)
		if (pt_table_descends(t, &t->p[i], now->pid))
			err = pt_scan_cancelled(env) ? -ECANCELED :
						       settle_by(env, &t->p[i], now, base);
	pt_table_unref(t);
	return err;
}

/* ---- those in a file */

static int frames_of_image(void *arg, uint64_t vpn, size_t npages, uint64_t *ret_pfn)
{
	const struct pt_image *child = arg;
	size_t at = pt_runs_at_or_above(&child->runs, vpn);

	for (size_t i = 0; i < npages; i++) {
		while (at < child->runs.n &&
		       child->runs.r[at].vpn + child->runs.r[at].npages <= vpn + i)
			at++;
		ret_pfn[i] = at < child->runs.n && !(child->runs.r[at].pm & PT_RUN(FILE)) ?
				     pt_image_pfn(child, vpn + i) :
				     0;
	}
	return 0;
}

int pt_forks_settle_from(struct pt_source *source, size_t moment, const struct pt_table *t,
			 struct pt_image *now, const struct pt_image *base)
{
	int err = 0;

	if (!pt_change_is_open(now))
		return 0;
	for (size_t i = 0; i < t->n && !err; i++) {
		const struct pt_process *p = &t->p[i];
		const struct pt_wish wish = { .kind = PT_WISH_PROCESS,
					      .pid = p->pid,
					      .starttime = p->starttime,
					      .moment = moment };
		struct pt_image *child = NULL;

		if (!pt_table_descends(t, p, now->pid) || pt_process_no_memory(p) ||
		    source->class->load(source, &wish, &child))
			continue;
		err = pt_change_settle(now, base, frames_of_image, child);
		pt_image_unref(child);
	}
	return err;
}
