#include "pagetop/scan/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/model/own.h"

#define KEEP_NS UINT64_C(2000000000)

enum { KEEP_COSTS = 50 };

struct read {
	struct pt_holders *h;
	pid_t pid;
	int err;
};

static int add(struct pt_holders *h, const struct pt_holder *it)
{
	int err = pt_grow(&h->v, &h->cap, h->n + 1, sizeof(*h->v));

	if (!err)
		h->v[h->n++] = *it;
	return err;
}

static void add_mapping(void *arg, const struct pt_vma *vma)
{
	struct read *r = arg;

	if (!r->err && pt_own_may_die(vma))
		r->err = add(r->h, &(struct pt_holder){ vma->inode, vma->dev_major, vma->dev_minor,
							r->pid });
}

/*
 * Looked at only where its name says that it was removed, and no server is asked: that may take for
 * ever, on a file system of others.
 */
static void add_descriptor(struct read *r, int fd_dir, const char *name)
{
	char link[4096];
	ssize_t n = readlinkat(fd_dir, name, link, sizeof(link));
	struct statx st;

	if (n < 0 || !pt_is_marked_deleted(link, (size_t)n) ||
	    statx(fd_dir, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &st))
		return;
	r->err = add(r->h,
		     &(struct pt_holder){ st.stx_ino, st.stx_dev_major, st.stx_dev_minor, r->pid });
}

static int add_descriptors(struct read *r, int dir_fd)
{
	const struct dirent *e;
	DIR *dir;
	int err = pt_dir_at(dir_fd, "fd", &dir);

	if (err)
		return err;
	while (!r->err && (e = readdir(dir)))
		if (e->d_name[0] != '.')
			add_descriptor(r, dirfd(dir), e->d_name);
	closedir(dir);
	return r->err;
}

/* An errand: what one process has, whose maps may never answer. */
struct ask {
	struct pt_errand e;
	const struct pt_root *root;
	pid_t pid;
	struct pt_holders found;
};

/*
 * A process that ends meanwhile holds nothing; any other whose descriptors cannot be read may.
 * Where only its mappings are refused, these must do.
 */
static int read_process(struct pt_errand *e, size_t i)
{
	struct ask *a = (struct ask *)e;
	struct read r = { .h = &a->found, .pid = a->pid };
	struct pt_proc_stat stat;
	int dir = pt_proc_open_living(a->root, a->pid, &stat),
	    err = dir < 0 ? dir : add_descriptors(&r, dir);

	(void)i;
	if (!err)
		pt_maps_each(dir, add_mapping, &r);
	if (dir >= 0)
		close(dir);
	a->found.nrefused = err && !pt_is_gone(err);
	return r.err;
}

static void drop(struct pt_errand *e)
{
	struct ask *a = (struct ask *)e;

	pt_holders_done(&a->found);
	free(a);
}

static int add_process(const struct pt_scan_env *env, pid_t pid, struct pt_holders *h)
{
	struct ask *a = pt_calloc(1, sizeof(*a));
	int err;

	if (!a)
		return -ENOMEM;
	a->root = env->root;
	a->pid = pid;
	pt_errand_init(&a->e, read_process, drop, &a->pid, 1);
	err = pt_errand_run(&a->e, env->cancel);
	if (!err) {
		err = a->e.err;
		h->nrefused += a->found.nrefused;
		for (size_t i = 0; i < a->found.n && !err; i++)
			err = add(h, &a->found.v[i]);
	} else if (err != -ECANCELED) {
		h->nrefused++;		/* it does not answer */
		err = 0;
	}
	pt_errand_unref(&a->e);
	return err;
}

static int by_file(const void *a, const void *b)
{
	const struct pt_holder *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

int pt_holders_read(const struct pt_scan_env *env, struct pt_holders *h)
{
	uint64_t start_ns = pt_now_ns(),
		 keep_ns = h->cost_ns * KEEP_COSTS > KEEP_NS ? h->cost_ns * KEEP_COSTS : KEEP_NS;
	pid_t *pids = NULL;
	size_t n = 0;
	int err;

	if (h->mono_ns && start_ns - h->mono_ns < keep_ns)
		return 0;
	h->n = h->nrefused = 0;
	err = pt_proc_pids(env->root, &pids, &n);
	for (size_t i = 0; i < n && !err; i++)
		err = pt_scan_cancelled(env) ? -ECANCELED : add_process(env, pids[i], h);
	free(pids);
	if (h->n)
		qsort(h->v, h->n, sizeof(*h->v), by_file);
	h->mono_ns = err ? 0 : pt_now_ns();
	h->cost_ns = pt_now_ns() - start_ns;
	return err;
}

void pt_holders_done(struct pt_holders *h)
{
	free(h->v);
	*h = (struct pt_holders){ 0 };
}

enum pt_told pt_holders_ask(const struct pt_holders *h, const struct pt_vma *vma, pid_t pid)
{
	size_t lo = 0, hi = h->n;
	bool seen = false;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (h->v[mid].inode < vma->inode)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < h->n && h->v[lo].inode == vma->inode; lo++) {
		if (h->v[lo].dev_major != vma->dev_major || h->v[lo].dev_minor != vma->dev_minor)
			continue;
		seen = true;
		if (h->v[lo].pid != pid)
			return PT_NO;
	}
	return h->nrefused || !seen ? PT_UNTOLD : PT_YES;	/* not seen: it came since */
}
