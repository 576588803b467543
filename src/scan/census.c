#include "pagetop/scan/census.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/begun.h"
#include "pagetop/scan/look.h"

enum { NEAR = 64 };	/* rows that are looked at for the same user */

static char *user_name(const struct pt_root *root, uid_t uid)
{
	struct pt_str out = PT_STR_INIT;
	char raw[PT_USER_BYTES], *name;

	if (pt_user_name(pt_begun_users(root->begun), uid, raw))
		pt_escape(&out, raw, strlen(raw));
	else
		pt_str_addf(&out, "%u", (unsigned)uid);
	name = out.err ? NULL : pt_strdup(out.s);
	pt_str_done(&out);
	return name;
}

static int by_pid(const void *key, const void *row)
{
	const pid_t *pid = key;
	const struct pt_process *p = row;

	return (*pid > p->pid) - (*pid < p->pid);
}

/* The same process in the table before, which is in the order of pids. */
static const struct pt_process *find_old(const struct pt_table *before, const struct pt_process *p)
{
	const struct pt_process *old = before && before->n ?
		bsearch(&p->pid, before->p, before->n, sizeof(*before->p), by_pid) : NULL;

	return old && old->starttime == p->starttime ? old : NULL;
}

static void take_over(struct pt_process *p, const struct pt_process *old, uint64_t ns)
{
	double s = (double)ns / 1e9;

	p->scanned = old->scanned;
	p->err = old->err;
	p->why = old->why;
	memcpy(p->sum, old->sum, sizeof(p->sum));
	p->counts = old->counts;
	memcpy(p->node_npages, old->node_npages, sizeof(p->node_npages));
	p->mono_ns = old->mono_ns;
	if (s > 0 && p->nfaults >= old->nfaults)
		p->faults_per_s = (double)(p->nfaults - old->nfaults) / s;
}

/* Looking a name up can be slow: first the process itself a moment ago, then those just listed. */
static char *name_of(const struct pt_root *root, const struct pt_table *t,
		     const struct pt_process *p, const struct pt_process *old)
{
	if (p->uid == (uid_t)-1)
		return pt_strdup("?");
	if (old && old->uid == p->uid)
		return pt_strdup(old->user);
	for (const struct pt_process *other = p; other-- > t->p && p - other <= NEAR;)
		if (other->uid == p->uid && other->user)
			return pt_strdup(other->user);
	return user_name(root, p->uid);
}

/* Where it is counted; NULL: that cannot be read. */
static char *cgroup_text(int dir_fd)
{
	struct pt_str path = PT_STR_INIT, out = PT_STR_INIT;
	char *text = NULL;

	if (!pt_proc_cgroup(dir_fd, &path)) {
		pt_escape(&out, path.s, path.len);
		text = out.err ? NULL : pt_strdup(out.s);
	}
	pt_str_done(&path);
	pt_str_done(&out);
	return text;
}

/*
 * What only a thread that lives can show, or else what remains of the process; its folder takes the
 * place of *dir_fd.
 */
static void fill_living(struct pt_process *p, int *dir_fd, const struct pt_proc_stat *stat,
			unsigned needs)
{
	int fd = pt_proc_living(*dir_fd, stat);
	struct pt_proc_stat living;

	p->zombie = pt_proc_is_dead(stat) || fd == -ESRCH;
	if (fd >= 0 && fd != *dir_fd) {
		if (!pt_proc_stat(fd, &living))
			p->rss_bytes = living.rss_pages << PT_PAGE_SHIFT;
		close(*dir_fd);
		*dir_fd = fd;
	}
	if (needs & PT_NEED_CGROUP)
		p->cgroup = cgroup_text(*dir_fd);
}

/* ---- the arguments */

enum { NCOMMANDS = 64 };

/*
 * They are in the memory of the process, so it may never answer. One errand asks several: it costs
 * more than the question.
 */
struct commands {
	struct pt_errand e;
	size_t n;
	pid_t pid[NCOMMANDS];
	int dir_fd[NCOMMANDS];
	struct pt_proc_stat stat[NCOMMANDS];
	size_t row[NCOMMANDS];		/* of the table, which the other thread does not know */
	char *text[NCOMMANDS];
};

static int read_command(struct pt_errand *e, size_t i)
{
	struct commands *c = (struct commands *)e;

	c->text[i] = pt_command_text(c->dir_fd[i], &c->stat[i]);
	return c->text[i] ? 0 : -ENOMEM;
}

static void drop_commands(struct pt_errand *e)
{
	struct commands *c = (struct commands *)e;

	for (size_t i = 0; i < c->n; i++) {
		if (c->dir_fd[i] >= 0)
			close(c->dir_fd[i]);
		free(c->text[i]);
	}
	free(c);
}

static struct commands *commands_new(void)
{
	struct commands *c = pt_calloc(1, sizeof(*c));

	if (c)
		pt_errand_init(&c->e, read_command, drop_commands, c->pid, 0);
	return c;
}

/* Takes over the folder. */
static void add_command(struct commands *c, pid_t pid, int dir_fd, const struct pt_proc_stat *stat,
			size_t row)
{
	c->pid[c->n] = pid;
	c->dir_fd[c->n] = dir_fd;
	c->stat[c->n] = *stat;
	c->row[c->n] = row;
	c->e.nsteps = ++c->n;
}

/*
 * Who did not answer keeps what its row has; those behind it are asked by the next errand,
 * which is returned.
 */
static struct commands *take_commands(struct commands *c, size_t ndone, struct pt_table *t)
{
	struct commands *next = ndone < c->n ? commands_new() : NULL;

	for (size_t i = 0; i < ndone; i++)
		if (c->text[i]) {
			free(t->p[c->row[i]].command);
			t->p[c->row[i]].command = c->text[i];
			c->text[i] = NULL;
		}
	for (size_t i = ndone + 1; i < c->n && next; i++) {
		add_command(next, c->pid[i], c->dir_fd[i], &c->stat[i], c->row[i]);
		c->dir_fd[i] = -1;
	}
	pt_errand_unref(&c->e);
	return next;
}

/* 0, -ENOMEM or -ECANCELED. *c is empty then, and may be NULL. */
static int ask_commands(const struct pt_scan_env *env, struct commands **c, struct pt_table *t)
{
	int err = 0;

	while (*c && (*c)->n && err != -ECANCELED && err != -ENOMEM && err != -EUSERS) {
		err = pt_errand_run(&(*c)->e, env->cancel);
		if (!err && (*c)->e.err)
			err = (*c)->e.err;
		*c = take_commands(*c, atomic_load(&(*c)->e.ndone), t);
	}
	if (*c)
		pt_errand_unref(&(*c)->e);
	*c = NULL;
	return err == -ECANCELED || err == -ENOMEM ? err : 0;
}

/* ---- rows */

struct listing {
	const struct pt_scan_env *env;
	unsigned needs;
	const struct pt_table *before;	/* or NULL */
	struct pt_table *t;
	struct commands *c;		/* arguments that are still to be asked for */
};

static int fill_row(const struct listing *l, struct pt_process *p, int *dir_fd,
		    struct pt_proc_stat *stat)
{
	const struct pt_table *before = l->before;
	const struct pt_process *old;
	int err = pt_proc_stat(*dir_fd, stat);

	if (err)
		return err;
	p->pid = stat->pid;
	p->starttime = stat->starttime;
	p->ppid = stat->ppid;
	p->kthread = stat->kthread;
	p->rss_bytes = stat->rss_pages << PT_PAGE_SHIFT;
	p->nfaults = stat->minflt + stat->majflt;
	p->comm = pt_strdup(stat->comm);
	old = find_old(before, p);
	/* Until it answers */
	p->command = old ? pt_strdup(old->command) : pt_command_text(-1, stat);
	if (pt_proc_uid(*dir_fd, &p->uid))
		p->uid = (uid_t)-1;
	p->user = name_of(l->env->root, l->t, p, old);
	if (l->needs & PT_NEED_CGROUP && pt_proc_nspid(*dir_fd, &p->nspid))
		p->nspid = 0;
	fill_living(p, dir_fd, stat, l->needs);
	if (old)
		take_over(p, old, l->t->mono_ns - before->mono_ns);
	return p->comm && p->command && p->user ? 0 : -ENOMEM;
}

/* A row of a process of which not even the name can be read. */
static int refuse_row(const struct pt_scan_env *env, struct pt_process *p, int err)
{
	free(p->comm);
	free(p->command);
	free(p->user);
	p->comm = pt_strdup("?");
	p->command = pt_strdup("?");
	p->user = pt_strdup("?");
	p->err = err;
	p->why = pt_probe_why(env->probe, err);
	return p->comm && p->command && p->user ? 0 : -ENOMEM;
}

/* A process that ends while it is read is no row; everything else is one. */
static int add_row(const struct listing *l, pid_t pid)
{
	struct pt_proc_stat stat;
	int dir_fd = pt_proc_open(l->env->root, pid);
	bool gone = pt_is_gone(dir_fd);
	struct pt_process *p = gone ? NULL : pt_table_add(l->t);
	int err = dir_fd;

	if (!p)
		return gone ? 0 : -ENOMEM;
	p->pid = pid;
	if (dir_fd >= 0) {
		err = fill_row(l, p, &dir_fd, &stat);
		if (!err && !p->kthread && !pt_errand_is_out(pid))
			add_command(l->c, pid, dir_fd, &stat, (size_t)(p - l->t->p));
		else
			close(dir_fd);
	}
	gone = pt_is_gone(err);
	if (err < 0)
		err = refuse_row(l->env, p, err);
	if (gone)
		pt_table_drop(l->t);
	return err < 0 ? err : 0;
}

static int add_rows(struct listing *l, const pid_t *pids, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		if (!l->c)
			l->c = commands_new();
		err = l->c ? add_row(l, pids[i]) : -ENOMEM;
		if (!err && (l->c->n == NCOMMANDS || i + 1 == n))
			err = ask_commands(l->env, &l->c, l->t);
	}
	if (l->c)
		pt_errand_unref(&l->c->e);
	return err;
}

static int list(struct listing *l, const pid_t *pids, size_t n, struct pt_table **ret)
{
	struct pt_table *t = l->t = pt_table_new();
	int err;

	if (!t)
		return -ENOMEM;
	clock_gettime(CLOCK_REALTIME, &t->when);
	t->mono_ns = pt_now_ns();
	if (l->before) {
		t->cost_ns = l->before->cost_ns;
		t->cpu_ns = l->before->cpu_ns;
	}
	err = add_rows(l, pids, n);
	if (err)
		pt_table_unref(t);
	else
		*ret = t;
	return err;
}

int pt_census_list(const struct pt_scan_env *env, unsigned needs, const struct pt_table *before,
		   struct pt_table **ret)
{
	struct listing l = { .env = env, .needs = needs, .before = before };
	pid_t *pids = NULL;
	size_t n = 0;
	int err = pt_proc_pids(env->root, &pids, &n);

	if (!err)
		err = list(&l, pids, n, ret);
	free(pids);
	return err;
}

int pt_census_one(const struct pt_scan_env *env, pid_t pid, struct pt_table **ret)
{
	struct listing l = { .env = env, .needs = PT_NEED_CGROUP };

	return list(&l, &pid, 1, ret);
}

void pt_census_sum(struct pt_process *p, const struct pt_image *img)
{
	memset(&p->counts, 0, sizeof(p->counts));
	memcpy(p->sum, img->total, sizeof(p->sum));
	memset(p->node_npages, 0, sizeof(p->node_npages));
	for (size_t i = 0; i < img->vmas.n; i++)
		pt_image_count_nodes(img, &img->vmas.v[i], p->node_npages);
	for (size_t i = 0; i < img->vmas.n; i++)
		pt_image_count(img, &img->vmas.v[i], pt_vma_vpn(&img->vmas.v[i]),
			       pt_vma_end_vpn(&img->vmas.v[i]), &p->counts);
	p->mono_ns = img->mono_ns;
	p->scanned = true;
}

int pt_census_scan(const struct pt_scan_env *env, enum pt_lens_id lens, struct pt_process *p)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lens = lens,
				      .needs = env->probe->nodes.nnodes > 1 ? PT_NEED_NODE : 0 };
	struct pt_image *img = NULL;
	int err;

	if (!pt_process_has_memory(p)) {	/* nothing is left of what it may have had */
		p->scanned = false;
		p->err = 0;
		return 0;
	}
	if (!p->starttime && p->err)	/* not even its stat could be read */
		return 0;
	err = pt_look_pages(env, p->pid, p->starttime, &wish, &img);
	if (!err)
		pt_census_sum(p, img);
	pt_image_unref(img);
	if (err == -ECANCELED)
		return err;
	p->err = err;
	p->why = err ? pt_probe_why(env->probe, err) : NULL;
	return 0;
}
