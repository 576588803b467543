#include "pagetop/kernel/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/privilege.h"

enum {
	MAX_FILE = 16 << 20, MAX_LINE = 1 << 20,	/* more is no file of the kernel's */
	PAGE_BYTES = 4096,
};

#define FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW)

static int open_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/*
 * As the kernel told it to us when we were started. Beside another /proc that is what its own
 * "self" was told, and, where it has none, again ours.
 */
static uint64_t page_bytes(const struct pt_root *root)
{
	uint64_t pair[2 * 64] = { 0 };
	int self = root->real ? -1 : pt_self_at(root->proc_fd),
	    fd = self < 0 ? self : pt_open_at(self, "auxv");
	ssize_t n = fd < 0 ? 0 : pt_pread_full(fd, pair, sizeof(pair), 0);

	if (fd >= 0)
		close(fd);
	if (self >= 0)
		close(self);
	for (ssize_t i = 0; i + 2 <= n / 8 && pair[i] != AT_NULL; i += 2)
		if (pair[i] == AT_PAGESZ)
			return pair[i + 1];
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* A line of a file of numbers, "Key:\t1 2 3"; NULL: there is none. */
static const char *line_at(int dir_fd, const char *name, const char *key, struct pt_str *s)
{
	const char *at = pt_read_at(dir_fd, name, s) ? NULL : strstr(s->s, key);

	return at ? at + strlen(key) : NULL;
}

/*
 * status has our pid in the namespace of this /proc, and in each one from there down to our own:
 * where that is not the same namespace, there are several. That "self" is our pid would not be
 * enough: both may happen to be the same number.
 */
static enum pt_pids whose_pids(int proc_fd)
{
	int self = pt_is_procfs(proc_fd) ? pt_self_at(proc_fd) : -1;
	struct pt_str s = PT_STR_INIT;
	const char *at = self < 0 ? NULL : line_at(self, "status", "\nNSpid:\t", &s);
	bool ours = at ? !memchr(at, '\t', strcspn(at, "\n")) :
			 self >= 0 && pt_self_pid(proc_fd) == getpid();

	pt_str_done(&s);
	if (self >= 0)
		close(self);
	if (!pt_is_procfs(proc_fd))
		return PT_PIDS_FILES;
	return ours ? PT_PIDS_OURS : PT_PIDS_OTHERS;
}

/* The kernel tells it of a pidfd, as seen from the /proc that is asked. */
pid_t pt_pid_here(const struct pt_root *root, pid_t pid)
{
	bool ours = root->pids == PT_PIDS_OURS;
	int self = ours ? -1 : pt_self_at(root->proc_fd),
	    fd = ours ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
	struct pt_str s = PT_STR_INIT;
	const char *at = NULL;
	uint64_t here = 0;
	char name[32];

	if (self >= 0 && fd >= 0) {
		snprintf(name, sizeof(name), "fdinfo/%d", fd);
		at = line_at(self, name, "\nPid:\t", &s);
	}
	if (at) {
		pt_str_cut(&s, (size_t)(at - s.s) + strcspn(at, "\n"));
		here = pt_parse_dec(at, &here) || here > INT32_MAX ? 0 : here;
	}
	pt_str_done(&s);
	if (self >= 0)
		close(self);
	if (fd >= 0)
		close(fd);
	return ours ? pid : (pid_t)here;
}

int pt_root_init(struct pt_root *root, const char *proc_dir, const char *sys_dir)
{
	int fd = open_dir(proc_dir ? proc_dir : "/proc");

	if (fd < 0)
		return fd;
	root->proc_fd = fd;
	root->real = !proc_dir;
	if (root->real && !pt_is_procfs(fd))
		return -ENODEV;
	if (!sys_dir && !proc_dir)	/* beside another /proc our own /sys would be a lie */
		sys_dir = "/sys";
	fd = sys_dir ? open_dir(sys_dir) : -1;
	root->sys_fd = fd < 0 ? -1 : fd;
	root->page_bytes = page_bytes(root);
	root->pids = whose_pids(root->proc_fd);
	return root->page_bytes == PAGE_BYTES ? 0 : -EMEDIUMTYPE;
}

void pt_root_done(struct pt_root *root)
{
	if (root->proc_fd >= 0)
		close(root->proc_fd);
	if (root->sys_fd >= 0)
		close(root->sys_fd);
	*root = (struct pt_root)PT_ROOT_INIT;
}

/* 0: it cannot be told. */
static long file_system(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) ? 0 : (long)fs.f_type;
}

bool pt_is_procfs(int fd)
{
	return file_system(fd) == PROC_SUPER_MAGIC;
}

/* A folder that anybody may have filled, unlike those of the kernel. */
static bool stands_in(int dir_fd)
{
	long type = file_system(dir_fd);

	return type != PROC_SUPER_MAGIC && type != SYSFS_MAGIC && type != CGROUP2_SUPER_MAGIC &&
	       type != CGROUP_SUPER_MAGIC;
}

/*
 * Looked at before, since opening a device may do something, and after, since it may be
 * another one by then.
 */
static int open_regular(int dir_fd, const char *name)
{
	struct stat st;
	int fd;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EISNAM;
	fd = openat(dir_fd, name, FLAGS);
	if (fd < 0)
		return errno == ELOOP ? -EISNAM : -errno;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EISNAM;
}

/*
 * The folder of the last part of *name, which is what remains of it; no part is a link. It may be
 * `dir_fd` itself.
 */
static int open_above(int dir_fd, const char **name)
{
	const char *slash;
	int at = dir_fd;

	while (at >= 0 && (slash = strchr(*name, '/'))) {
		char part[NAME_MAX + 1] = "";
		int below = at;

		if (slash - *name <= NAME_MAX)
			memcpy(part, *name, (size_t)(slash - *name));
		at = openat(below, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (at < 0)
			at = errno == ELOOP || errno == ENOTDIR ? -EISNAM : -errno;
		if (below != dir_fd)
			close(below);
		*name = slash + 1;
	}
	return at;
}

int pt_open_as_caller_at(int dir_fd, const char *name)
{
	int at = dir_fd == AT_FDCWD ? dir_fd : open_above(dir_fd, &name), fd;

	if (at < 0 && at != AT_FDCWD)
		return at;
	if (at == AT_FDCWD) {
		fd = openat(at, name, FLAGS & ~O_NOFOLLOW);
		fd = fd < 0 ? -errno : fd;
	} else if (stands_in(at)) {
		fd = open_regular(at, name);
	} else {
		fd = openat(at, name, FLAGS);
		fd = fd < 0 ? -errno : fd;
	}
	if (at != dir_fd)
		close(at);
	return fd;
}

int pt_open_at(int dir_fd, const char *name)
{
	int fd;

	pt_privilege_raise();
	fd = pt_open_as_caller_at(dir_fd, name);
	pt_privilege_lower();
	return fd;
}

pid_t pt_self_pid(int proc_fd)
{
	char name[32];
	ssize_t n = readlinkat(proc_fd, "self", name, sizeof(name) - 1);
	uint64_t pid;

	name[n < 0 ? 0 : n] = '\0';
	return pt_parse_dec(name, &pid) || pid > INT32_MAX ? 0 : (pid_t)pid;
}

int pt_self_at(int proc_fd)
{
	pid_t pid = pt_self_pid(proc_fd);
	char name[32] = "self";
	int fd;

	if (pid)
		snprintf(name, sizeof(name), "%d", (int)pid);
	fd = openat(proc_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int pt_dir_at(int dir_fd, const char *name, DIR **ret)
{
	int at = open_above(dir_fd, &name), err = at < 0 ? at : 0, fd;

	if (err)
		return err;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	*ret = fd < 0 ? NULL : fdopendir(fd);
	if (!*ret)
		err = fd < 0 ? -errno : pt_memory_note_err(-errno);
	if (err && fd >= 0)
		close(fd);
	if (at != dir_fd)
		close(at);
	return err;
}

/* One read, appended to `s`: bytes read, or -errno. */
static ssize_t read_more(int fd, struct pt_str *s)
{
	char buf[65536];
	ssize_t n;

	do
		n = read(fd, buf, sizeof(buf));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	pt_str_add(s, buf, (size_t)n);
	return s->err ? s->err : n;
}

int pt_read_some_at(int dir_fd, const char *name, size_t max, struct pt_str *ret)
{
	int fd = pt_open_at(dir_fd, name);
	size_t before = ret->len;
	ssize_t n;

	if (fd < 0)
		return fd;
	do	/* files of /proc, /sys and disks alike give at least a page, or all there is */
		n = read_more(fd, ret);
	while (n >= PAGE_BYTES && ret->len - before < max);
	close(fd);
	if (n >= 0)
		pt_str_cut(ret, before + max);
	return n < 0 ? (int)n : 0;
}

int pt_read_at(int dir_fd, const char *name, struct pt_str *ret)
{
	size_t before = ret->len;
	int err = pt_read_some_at(dir_fd, name, MAX_FILE, ret);

	return !err && ret->len - before >= MAX_FILE ? -EFBIG : err;
}

int pt_read_u64_at(int dir_fd, const char *name, uint64_t *ret)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(dir_fd, name, &s);

	if (!err) {
		pt_str_cut(&s, strcspn(s.s, "\n"));
		err = pt_parse_dec(s.s, ret);
	}
	pt_str_done(&s);
	return err;
}

ssize_t pt_pread_full(int fd, void *buf, size_t len, uint64_t offset)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, (char *)buf + done, len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int pt_lines_next(struct pt_lines *l, char **ret_line, size_t *ret_len)
{
	size_t seen = l->at;
	char *end;

	while (!(end = memchr(l->buf.s + seen, '\n', l->buf.len - seen)) && !l->eof) {
		ssize_t n;

		if (l->at) {	/* make room: what was handed out is no longer needed */
			memmove(l->buf.s, l->buf.s + l->at, l->buf.len - l->at);
			pt_str_cut(&l->buf, l->buf.len - l->at);
			l->at = 0;
		}
		seen = l->buf.len;
		n = read_more(l->fd, &l->buf);
		if (n < 0 || l->buf.len > MAX_LINE)
			return n < 0 ? (int)n : -EFBIG;
		l->eof = n == 0;
	}
	if (l->at == l->buf.len)
		return 0;
	if (!end)	/* the last line, without its newline */
		end = l->buf.s + l->buf.len;
	*ret_line = l->buf.s + l->at;
	*ret_len = (size_t)(end - *ret_line);
	l->at += *ret_len + (end < l->buf.s + l->buf.len);
	*end = '\0';
	return 1;
}

void pt_lines_done(struct pt_lines *l)
{
	pt_str_done(&l->buf);
}
