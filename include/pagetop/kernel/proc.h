/*
 * Processes: which there are, and what /proc/PID says of each without any privilege.
 *
 * A process is opened once, as a directory; everything below it is opened relative to that
 * descriptor, so a pid that is used again can never be taken for the process that had it.
 */
#ifndef PAGETOP_KERNEL_PROC_H
#define PAGETOP_KERNEL_PROC_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "pagetop/base/str.h"
#include "pagetop/kernel/root.h"

/* From /proc/PID/stat (proc_pid_stat(5), fields by number). */
struct pt_proc_stat {
	pid_t pid;
	char comm[65];		/* 2: raw bytes, kworkers up to 64 */
	char state;		/* 3 */
	pid_t ppid;		/* 4: its parent; 0: it has none here */
	bool kthread;		/* 9: PF_KTHREAD */
	uint64_t minflt;	/* 10 */
	uint64_t majflt;	/* 12 */
	long nthreads;		/* 20 */
	uint64_t starttime;	/* 22: clock ticks since boot; with the pid it names a process */
	uint64_t rss_pages;	/* 24: the kernel's quick, inexact count */
	uint64_t start_code, end_code, start_stack;	/* 26 to 28: addresses; 0: no address
							   space, or not told; 1: hidden from us */
};

/* What /proc says of a process that has ended: its folder is not there, or no longer answers. */
static inline bool pt_is_gone(int err)
{
	return err == -ENOENT || err == -ESRCH;
}

/* The text of a stat file. 0 or -EINVAL. */
int pt_proc_parse_stat(const char *text, size_t len, struct pt_proc_stat *ret);

/* All pids, ascending; the caller frees. 0 or -errno. */
int pt_proc_pids(const struct pt_root *root, pid_t **ret_pids, size_t *ret_n);

/* A descriptor of /proc/PID, or -errno: -ENOENT no such process. */
int pt_proc_open(const struct pt_root *root, pid_t pid);

/* 0 or -errno: -ESRCH it has ended. */
int pt_proc_stat(int pid_dir_fd, struct pt_proc_stat *ret);

/* Nothing of it is left but its number: Z, X, and no thread that goes on. */
bool pt_proc_is_dead(const struct pt_proc_stat *stat);

/*
 * Where its memory, its arguments and its control group are to be seen: `pid_dir_fd` itself; where
 * the first thread has ended and others go on, a new descriptor, of the directory of one of these.
 * Or -errno: -ESRCH none of them is left.
 */
int pt_proc_living(int pid_dir_fd, const struct pt_proc_stat *stat);

/*
 * The same directory by its pid, with what stat says of the process; -ESRCH as well: it has no
 * memory of its own. The caller closes it.
 */
int pt_proc_open_living(const struct pt_root *root, pid_t pid, struct pt_proc_stat *ret);

/*
 * Effective user: the owner of /proc/PID itself, also where what lies in it is root's because the
 * process cannot be dumped (fs/proc/base.c, task_dump_owner()); from status where it is no procfs.
 */
int pt_proc_uid(int pid_dir_fd, uid_t *ret);

/* Its pid in its own pid namespace, from status; -EINVAL where it does not say so. */
int pt_proc_nspid(int pid_dir_fd, pid_t *ret);

/*
 * The path of its control group below the root of the hierarchy, raw: of the
 * hierarchy that counts memory, else of version 2 (cgroups(7)). Appended. 0; -ENOENT it is in
 * neither; or -errno.
 */
int pt_proc_cgroup(int pid_dir_fd, struct pt_str *ret);

/* Bytes of mappings that are locked, from status; -EINVAL where it does not say so. */
int pt_proc_locked(int pid_dir_fd, uint64_t *ret_bytes);

/*
 * The command line, arguments separated by NUL, without the last NUL; empty for a kernel thread.
 * Of a longer one the beginning.
 */
enum { PT_CMDLINE_MAX = 4096 };
int pt_proc_cmdline(int pid_dir_fd, struct pt_str *ret);

#endif
