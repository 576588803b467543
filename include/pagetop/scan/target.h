/*
 * A process that is held open, and what everything that reads one shares.
 */
#ifndef PAGETOP_SCAN_TARGET_H
#define PAGETOP_SCAN_TARGET_H

#include <stdatomic.h>
#include "pagetop/kernel/pagemap.h"
#include "pagetop/kernel/probe.h"
#include "pagetop/kernel/proc.h"
#include "pagetop/kernel/root.h"

struct pt_image;
struct pt_spaces;
struct pt_holders;
struct pt_cgroup_names;

struct pt_scan_env {
	const struct pt_root *root;
	const struct pt_probe *probe;
	const atomic_bool *cancel;	/* looked at between steps (walk.h), if not NULL */
	const atomic_bool *left;	/* the same, by an errand whose results nobody waits for
					   any more; or NULL */
	const struct pt_image *base;	/* what the change lens compares with; or NULL */
	const struct pt_image *last;	/* of the same target, to save reads; or NULL */
	struct pt_spaces *spaces;	/* who shares an address space, read when it is asked;
					   NULL: nobody is taken to */
	struct pt_holders *holders;	/* who has files without a name, read when it is asked;
					   NULL: that is not known */
	struct pt_cgroup_names *cgroups;	/* paths that were looked up; or NULL */
	double share;			/* of one core, by rests between steps; 0: full speed */
	bool alone;			/* by one thread only */
};

bool pt_scan_cancelled(const struct pt_scan_env *env);

/* A process that is held open, so that it cannot be mistaken for a later one with its pid. */
struct pt_target {
	pid_t pid;
	uint64_t starttime;
	int pid_fd;			/* its directory, */
	int dir_fd;			/* and the one by which it is read: the same, or that of
					   a thread that lives */
	struct pt_pagemap pm;		/* bound to the address space: ends with exec */
	int pm_err;			/* why it is not open, or 0 */
};

#define PT_TARGET_INIT { .pid_fd = -1, .dir_fd = -1, .pm = PT_PAGEMAP_INIT }

/*
 * 0, or -errno: -ENOENT or -ESRCH there is no such process (any more). starttime 0: whoever it is.
 */
int pt_target_open(const struct pt_scan_env *env, pid_t pid, uint64_t starttime,
		   struct pt_target *ret);
void pt_target_close(struct pt_target *t);

/* One that is not open yet, and says which process is meant. */
struct pt_target pt_target_closed(pid_t pid, uint64_t starttime);

/*
 * From now on it is read by a thread that lives: the first one, or, where that has ended, another.
 * `ret` is the stat of the process. 0 or -errno: -ESRCH there is none.
 */
int pt_target_follow(struct pt_target *t, struct pt_proc_stat *ret);

/* Whether the thread by which it is read has ended. */
bool pt_target_is_behind(const struct pt_target *t);

/*
 * For a person, escaped: comm; and the arguments, or [comm], as without a folder (-1). The caller
 * frees.
 */
char *pt_comm_text(const struct pt_proc_stat *stat);
char *pt_command_text(int pid_dir_fd, const struct pt_proc_stat *stat);

#endif
