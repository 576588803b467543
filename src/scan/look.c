#include "pagetop/scan/look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/scan/page.h"

/* All that the thread works on is its own, or held by references of its own. */
struct look {
	struct pt_errand e;
	int (*ask)(struct look *l);
	pid_t pid;
	uint64_t starttime;
	struct pt_scan_env env;
	struct pt_wish wish;
	struct pt_target target;
	struct pt_image *img;
	size_t nwords;
	uint64_t word[PT_LOOK_NWORDS];
};

/* ---- in the other thread */

static int step(struct pt_errand *e, size_t i)
{
	struct look *l = (struct look *)e;

	(void)i;
	return l->ask(l);
}

static int open_only(struct look *l)
{
	return pt_target_open(&l->env, l->pid, l->starttime, &l->target);
}

static int scan(struct look *l)
{
	return pt_scan(&l->env, &l->target, &l->wish, &l->img);
}

static int read_words(struct look *l)
{
	return l->target.pm_err ? l->target.pm_err : pt_pagemap_read(&l->target.pm, l->wish.vpn, l->nwords, l->word);
}

static int scan_process(struct look *l)
{
	return pt_scan_process(&l->env, l->pid, l->starttime, &l->wish, &l->target, &l->img);
}

static int scan_pages(struct look *l)
{
	int err = open_only(l);

	if (!err)
		err = l->target.pm_err;
	return err ? err : scan(l);
}

/* ---- in the thread that asks */

static void drop(struct pt_errand *e)
{
	struct look *l = (struct look *)e;

	pt_target_close(&l->target);
	pt_image_unref(l->img);
	pt_image_unref(l->env.base);
	pt_image_unref(l->env.last);
	free(l);
}

/* Takes the target over. Only a scan looks at other images: those of `env` may be gone, without. */
static struct look *look_new(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
			     int (*ask)(struct look *))
{
	struct look *l = pt_calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	pt_errand_init(&l->e, step, drop, &l->pid, 1);
	l->ask = ask;
	l->env = *env;
	l->env.left = &l->e.left;
	l->env.base = wish && env->base ? pt_image_ref(env->base) : NULL;
	l->env.last = wish && env->last ? pt_image_ref(env->last) : NULL;
	l->wish = wish ? *wish : (struct pt_wish){ .kind = PT_WISH_NONE };
	l->pid = t->pid;
	l->starttime = t->starttime;
	l->target = *t;
	*t = (struct pt_target)PT_TARGET_INIT;
	return l;
}

/* And gives it back. */
static int run(struct look *l, struct pt_target *t, struct pt_image **ret, uint64_t *ret_words)
{
	int err = l ? pt_errand_run(&l->e, l->env.cancel) : -ENOMEM;

	if (!l)
		return err;
	if (!err) {
		err = l->e.err;
		*t = l->target;
		l->target = (struct pt_target)PT_TARGET_INIT;
		if (ret && !err) {
			if (l->img->needs & PT_NEED_PATHS)
				pt_page_name_cgroups(&l->env, l->img);
			*ret = l->img;
			l->img = NULL;
		}
		if (ret_words && !err)
			memcpy(ret_words, l->word, l->nwords * sizeof(l->word[0]));
	}
	pt_errand_unref(&l->e);
	return err;
}

static struct pt_target closed(pid_t pid, uint64_t starttime)
{
	struct pt_target t = PT_TARGET_INIT;

	t.pid = pid;
	t.starttime = starttime;
	return t;
}

int pt_look_open(const struct pt_scan_env *env, pid_t pid, uint64_t starttime, struct pt_target *ret)
{
	*ret = closed(pid, starttime);
	return run(look_new(env, ret, NULL, open_only), ret, NULL, NULL);
}

int pt_look(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish, struct pt_image **ret)
{
	return run(look_new(env, t, wish, scan), t, ret, NULL);
}

int pt_look_words(const struct pt_scan_env *env, struct pt_target *t, uint64_t vpn, size_t n, uint64_t *ret)
{
	struct look *l = look_new(env, t, NULL, read_words);

	if (l) {
		l->wish.vpn = vpn;
		l->nwords = n;
	}
	return run(l, t, NULL, ret);
}

int pt_look_process(const struct pt_scan_env *env, pid_t pid, uint64_t starttime, const struct pt_wish *wish,
		    struct pt_target *ret_target, struct pt_image **ret)
{
	*ret_target = closed(pid, starttime);
	return run(look_new(env, ret_target, wish, scan_process), ret_target, ret, NULL);
}

int pt_look_pages(const struct pt_scan_env *env, pid_t pid, uint64_t starttime, const struct pt_wish *wish,
		  struct pt_image **ret)
{
	struct pt_target t = closed(pid, starttime);
	int err = run(look_new(env, &t, wish, scan_pages), &t, ret, NULL);

	pt_target_close(&t);
	return err;
}
