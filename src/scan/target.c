#include "pagetop/scan/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

bool pt_scan_cancelled(const struct pt_scan_env *env)
{
	return (env->cancel && atomic_load_explicit(env->cancel, memory_order_relaxed)) ||
	       (env->left && atomic_load_explicit(env->left, memory_order_relaxed));
}

static void close_dir(struct pt_target *t)
{
	if (t->dir_fd >= 0 && t->dir_fd != t->pid_fd)
		close(t->dir_fd);
	t->dir_fd = -1;
}

int pt_target_follow(struct pt_target *t, struct pt_proc_stat *ret)
{
	int err = pt_proc_stat(t->pid_fd, ret), fd = err ? err : pt_proc_living(t->pid_fd, ret);

	if (fd < 0)
		return fd;
	close_dir(t);
	t->dir_fd = fd;
	return 0;
}

bool pt_target_is_behind(const struct pt_target *t)
{
	struct pt_proc_stat stat;

	return pt_proc_stat(t->dir_fd, &stat) || strchr("ZXx", stat.state);
}

int pt_target_open(const struct pt_scan_env *env, pid_t pid, uint64_t starttime,
		   struct pt_target *ret)
{
	struct pt_target t = PT_TARGET_INIT;
	struct pt_proc_stat stat;
	int err;

	t.pid = pid;
	t.pid_fd = pt_proc_open(env->root, pid);
	if (t.pid_fd < 0)
		return t.pid_fd;
	err = pt_target_follow(&t, &stat);
	if (!err && starttime && stat.starttime != starttime)
		err = -ESRCH;	/* the pid belongs to somebody else now */
	if (err) {
		pt_target_close(&t);
		return err;
	}
	t.starttime = stat.starttime;
	/* kernels before 6.16 would open it */
	t.pm_err = stat.kthread || pt_proc_is_dead(&stat) ? -ESRCH :
		   pt_pagemap_open(t.dir_fd, env->probe->scan, &t.pm);
	*ret = t;
	return 0;
}

void pt_target_close(struct pt_target *t)
{
	pt_pagemap_close(&t->pm);
	close_dir(t);
	if (t->pid_fd >= 0)
		close(t->pid_fd);
	*t = (struct pt_target)PT_TARGET_INIT;
}

struct pt_target pt_target_closed(pid_t pid, uint64_t starttime)
{
	struct pt_target t = PT_TARGET_INIT;

	t.pid = pid;
	t.starttime = starttime;
	return t;
}

char *pt_comm_text(const struct pt_proc_stat *stat)
{
	struct pt_str out = PT_STR_INIT;
	char *text;

	pt_escape(&out, stat->comm, strlen(stat->comm));
	text = out.err ? NULL : pt_strdup(out.s);
	pt_str_done(&out);
	return text;
}

char *pt_command_text(int pid_dir_fd, const struct pt_proc_stat *stat)
{
	struct pt_str raw = PT_STR_INIT, out = PT_STR_INIT;
	char *text;

	if (!stat->kthread && pid_dir_fd >= 0 && !pt_proc_cmdline(pid_dir_fd, &raw) && raw.len) {
		for (size_t i = 0; i < raw.len; i++)
			if (!raw.s[i])
				raw.s[i] = ' ';
		pt_escape(&out, raw.s, raw.len);
	} else {
		pt_str_addc(&out, '[');
		pt_escape(&out, stat->comm, strlen(stat->comm));
		pt_str_addc(&out, ']');
	}
	text = out.err ? NULL : pt_strdup(out.s);
	pt_str_done(&raw);
	pt_str_done(&out);
	return text;
}
