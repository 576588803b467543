#include "pagetop/scan/visit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"

/* ---- in the other thread */

static int step(struct pt_errand *e, size_t i)
{
	struct pt_visit *v = (struct pt_visit *)e;

	(void)i;
	return v->ask(v);
}

static int open_only(struct pt_visit *v)
{
	return pt_target_open(&v->env, v->pid, v->starttime, &v->target);
}

static int read_words(struct pt_visit *v)
{
	return v->target.pm_err ? v->target.pm_err :
				  pt_pagemap_read(&v->target.pm, v->wish.vpn, v->nwords, v->word);
}

/* ---- in the thread that asks */

static void drop(struct pt_errand *e)
{
	struct pt_visit *v = (struct pt_visit *)e;

	pt_target_close(&v->target);
	pt_image_unref(v->img);
	pt_image_unref(v->env.base);
	pt_image_unref(v->env.last);
	free(v);
}

struct pt_visit *pt_visit_new(const struct pt_scan_env *env, struct pt_target *t,
			      const struct pt_wish *wish, int (*ask)(struct pt_visit *))
{
	struct pt_visit *v = pt_calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	pt_errand_init(&v->e, step, drop, &v->pid, 1);
	v->ask = ask;
	v->env = *env;
	v->env.left = &v->e.left;
	v->env.base = wish && env->base ? pt_image_ref(env->base) : NULL;
	v->env.last = wish && env->last ? pt_image_ref(env->last) : NULL;
	v->wish = wish ? *wish : (struct pt_wish){ .kind = PT_WISH_NONE };
	v->pid = t->pid;
	v->starttime = t->starttime;
	v->target = *t;
	*t = (struct pt_target)PT_TARGET_INIT;
	return v;
}

int pt_visit_run(struct pt_visit *v, struct pt_target *t, struct pt_image **ret,
		 uint64_t *ret_words)
{
	int err = v ? pt_errand_run(&v->e, v->env.cancel) : -ENOMEM;

	if (!v)
		return err;
	if (!err) {
		err = v->e.err;
		*t = v->target;
		v->target = (struct pt_target)PT_TARGET_INIT;
		if (ret && !err) {
			*ret = v->img;
			v->img = NULL;
		}
		if (ret_words && !err)
			memcpy(ret_words, v->word, v->nwords * sizeof(v->word[0]));
	}
	pt_errand_unref(&v->e);
	return err;
}

int pt_visit_open(const struct pt_scan_env *env, pid_t pid, uint64_t starttime,
		  struct pt_target *ret)
{
	*ret = pt_target_closed(pid, starttime);
	return pt_visit_run(pt_visit_new(env, ret, NULL, open_only), ret, NULL, NULL);
}

int pt_visit_words(const struct pt_scan_env *env, struct pt_target *t, uint64_t vpn, size_t n,
		   uint64_t *ret)
{
	struct pt_visit *v = pt_visit_new(env, t, NULL, read_words);

	if (v) {
		v->wish.vpn = vpn;
		v->nwords = n;
	}
	return pt_visit_run(v, t, NULL, ret);
}
