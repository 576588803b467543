#include "pagetop/scan/look.h"

#include "pagetop/scan/page.h"
#include "pagetop/scan/visit.h"

/* ---- in the other thread */

static int scan(struct pt_visit *v)
{
	return pt_scan(&v->env, &v->target, &v->wish, &v->img);
}

static int scan_process(struct pt_visit *v)
{
	return pt_scan_process(&v->env, &v->target, &v->wish, &v->img);
}

static int scan_pages(struct pt_visit *v)
{
	int err = pt_target_open(&v->env, v->pid, v->starttime, &v->target);

	if (!err)
		err = v->target.pm_err;
	return err ? err : scan(v);
}

/* ---- in the thread that asks */

/* For paths no process is asked. */
static int run(const struct pt_scan_env *env, struct pt_visit *v, struct pt_target *t,
	       struct pt_image **ret)
{
	int err = pt_visit_run(v, t, ret, NULL);

	if (!err && (*ret)->needs & PT_NEED_PATHS)
		pt_page_name_cgroups(env, *ret);
	return err;
}

int pt_look(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
	    struct pt_image **ret)
{
	return run(env, pt_visit_new(env, t, wish, scan), t, ret);
}

int pt_look_process(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
		    struct pt_image **ret)
{
	return run(env, pt_visit_new(env, t, wish, scan_process), t, ret);
}

int pt_look_pages(const struct pt_scan_env *env, pid_t pid, uint64_t starttime,
		  const struct pt_wish *wish, struct pt_image **ret)
{
	struct pt_target t = pt_target_closed(pid, starttime);
	int err = run(env, pt_visit_new(env, &t, wish, scan_pages), &t, ret);

	pt_target_close(&t);
	return err;
}
