#include "pagetop/kernel/privilege.h"
#include "pagetop/kernel/proc.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "pagetop/base/text.h"

enum { PF_KTHREAD = 0x00200000 };	/* include/linux/sched.h */

/* comm may hold blanks, newlines and ')': it ends at the last ')' of the file. */
int pt_proc_parse_stat(const char *text, size_t len, struct pt_proc_stat *ret)
{
	struct pt_proc_stat s = { 0 };
	const char *open = memchr(text, '(', len), *close = memrchr(text, ')', len);
	unsigned flags;
	size_t n;

	if (!open || !close || close < open)
		return -EINVAL;
	n = (size_t)(close - open - 1);
	if (n >= sizeof(s.comm))
		n = sizeof(s.comm) - 1;
	memcpy(s.comm, open + 1, n);
	s.pid = (pid_t)strtol(text, NULL, 10);
	if (sscanf(close + 1,
		   " %c %d %*d %*d %*d %*d %u %" SCNu64 " %*u %" SCNu64
		   " %*u %*u %*u %*d %*d %*d %*d %ld %*d %" SCNu64 " %*u %" SCNu64 " %*u %" SCNu64
		   " %" SCNu64 " %" SCNu64,
		   &s.state, &s.ppid, &flags, &s.minflt, &s.majflt, &s.nthreads, &s.starttime,
		   &s.rss_pages, &s.start_code, &s.end_code, &s.start_stack) < 8)
		return -EINVAL;
	s.kthread = flags & PF_KTHREAD;
	*ret = s;
	return 0;
}

static bool has_ended(const struct pt_proc_stat *stat)
{
	return strchr("ZXx", stat->state);
}

bool pt_proc_is_dead(const struct pt_proc_stat *stat)
{
	return has_ended(stat) && stat->nthreads <= 1;
}

static int by_pid(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static int list_numbers(int dir_fd, const char *name, pid_t **ret_pids, size_t *ret_n)
{
	pid_t *pids = NULL;
	size_t n = 0, cap = 0;
	struct dirent *e;
	uint64_t pid;
	DIR *dir;
	int err = pt_dir_at(dir_fd, name, &dir);

	if (err)
		return err;
	for (errno = 0; !err && (e = readdir(dir)); errno = 0) {
		if (pt_parse_dec(e->d_name, &pid) || pid > INT32_MAX)
			continue;
		err = pt_grow(&pids, &cap, n + 1, sizeof(*pids));
		if (!err)
			pids[n++] = (pid_t)pid;
	}
	err = err ? err : -errno;	/* a list that broke off is no list */
	closedir(dir);
	if (err) {
		free(pids);
		return err;
	}
	if (n)
		qsort(pids, n, sizeof(*pids), by_pid);
	*ret_pids = pids;
	*ret_n = n;
	return 0;
}

/*
 * The numbers that name something in a folder: pids in /proc, threads in task. With hidepid
 * privileges decide which are listed.
 */
static int numbers_at(int dir_fd, const char *name, pid_t **ret_pids, size_t *ret_n)
{
	int err;

	pt_privilege_raise();
	err = list_numbers(dir_fd, name, ret_pids, ret_n);
	pt_privilege_lower();
	return err;
}

int pt_proc_pids(const struct pt_root *root, pid_t **ret_pids, size_t *ret_n)
{
	return numbers_at(root->proc_fd, ".", ret_pids, ret_n);
}

static int open_number(int dir_fd, const char *prefix, pid_t pid)
{
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "%s%d", prefix, (int)pid);
	pt_privilege_raise();
	fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	pt_privilege_lower();
	return fd < 0 ? -errno : fd;
}

static int open_living_thread(int pid_dir_fd)
{
	struct pt_proc_stat stat;
	pid_t *tids = NULL;
	size_t n = 0;
	int fd = numbers_at(pid_dir_fd, "task", &tids, &n);

	if (fd < 0)
		return fd;
	fd = -ESRCH;
	for (size_t i = 0; i < n && fd < 0; i++) {
		fd = open_number(pid_dir_fd, "task/", tids[i]);
		if (fd >= 0 && (pt_proc_stat(fd, &stat) || has_ended(&stat))) {
			close(fd);
			fd = -ESRCH;
		}
	}
	free(tids);
	return fd;
}

int pt_proc_living(int pid_dir_fd, const struct pt_proc_stat *stat)
{
	return !has_ended(stat) || pt_proc_is_dead(stat) ? pid_dir_fd :
							   open_living_thread(pid_dir_fd);
}

int pt_proc_open(const struct pt_root *root, pid_t pid)
{
	return open_number(root->proc_fd, "", pid);
}

int pt_proc_open_living(const struct pt_root *root, pid_t pid, struct pt_proc_stat *ret)
{
	int dir = pt_proc_open(root, pid), err = dir < 0 ? dir : pt_proc_stat(dir, ret), fd = err;

	if (!err)
		fd = ret->kthread || pt_proc_is_dead(ret) ? -ESRCH : pt_proc_living(dir, ret);
	if (dir >= 0 && fd != dir)
		close(dir);
	return fd;
}

int pt_proc_stat(int pid_dir_fd, struct pt_proc_stat *ret)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(pid_dir_fd, "stat", &s);

	if (!err)
		err = pt_proc_parse_stat(s.s, s.len, ret);
	pt_str_done(&s);
	return err;
}

/*
 * Status, and where its line `key` goes on, or NULL. Name is escaped by the kernel, so no name can
 * look like a line of its own.
 */
static int status_line(int pid_dir_fd, const char *key, struct pt_str *s, char **ret)
{
	int err = pt_read_at(pid_dir_fd, "status", s);

	*ret = err ? NULL : strstr(s->s, key);
	if (*ret)
		*ret += strlen(key);
	else if (!err)
		err = -EINVAL;
	return err;
}

/* The n-th number of a line of status. */
static int read_status(int pid_dir_fd, const char *key, int nth, uint64_t *ret)
{
	struct pt_str s = PT_STR_INIT;
	char *at, *end;
	int err = status_line(pid_dir_fd, key, &s, &at);

	for (int i = 0; at && i < nth; i++) {
		*ret = strtoull(at, &end, 10);
		at = end == at ? NULL : end;
	}
	pt_str_done(&s);
	if (err)
		return err;
	return at ? 0 : -EINVAL;
}

int pt_proc_uid(int pid_dir_fd, uid_t *ret)
{
	struct statfs fs;
	struct stat st;
	uint64_t uid = 0;
	int err;

	if (!fstatfs(pid_dir_fd, &fs) && fs.f_type == PROC_SUPER_MAGIC && !fstat(pid_dir_fd, &st)) {
		*ret = st.st_uid;
		return 0;
	}
	err = read_status(pid_dir_fd, "\nUid:", 2, &uid);

	if (!err)
		*ret = (uid_t)uid;
	return err;
}

/* It has a pid in each namespace that it can be seen from, its own last (proc_pid_status(5)). */
int pt_proc_nspid(int pid_dir_fd, pid_t *ret)
{
	struct pt_str s = PT_STR_INIT;
	char *at, *end;
	int err = status_line(pid_dir_fd, "\nNSpid:", &s, &at);

	*ret = 0;
	while (!err && *at && *at != '\n') {
		*ret = (pid_t)strtol(at, &end, 10);
		at = end == at ? at + strlen(at) : end;
	}
	pt_str_done(&s);
	if (err)
		return err;
	return *ret > 0 ? 0 : -EINVAL;
}

/* "HIERARCHY:CONTROLLERS:PATH", one line a hierarchy, 0 that of version 2. */
static bool is_own_group(const char *line, bool v2)
{
	const char *names = strchr(line, ':');

	return v2 ? !strncmp(line, "0::", 3) : names && !strncmp(names, ":memory:", 8);
}

int pt_proc_cgroup(int pid_dir_fd, struct pt_str *ret)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(pid_dir_fd, "cgroup", &s);
	const char *found = NULL;

	/* Where both are there, memory is counted by the one of it */
	for (int v2 = 0; v2 <= 1 && !found && !err; v2++)
		for (char *line = s.s; *line && !found;
		     line += strcspn(line, "\n"), line += *line == '\n')
			if (is_own_group(line, v2))
				found = strchr(strchr(line, ':') + 1, ':') + 1;
	if (found)
		pt_str_add(ret, found, strcspn(found, "\n"));
	else if (!err)
		err = -ENOENT;
	pt_str_done(&s);
	return err;
}

int pt_proc_locked(int pid_dir_fd, uint64_t *ret_bytes)
{
	int err = read_status(pid_dir_fd, "\nVmLck:", 1, ret_bytes);

	if (!err)
		*ret_bytes <<= 10;
	return err;
}

int pt_proc_cmdline(int pid_dir_fd, struct pt_str *ret)
{
	int err = pt_read_some_at(pid_dir_fd, "cmdline", PT_CMDLINE_MAX, ret);
	size_t n = ret->len;

	while (n && !ret->s[n - 1])
		n--;
	pt_str_cut(ret, n);
	return err;
}
