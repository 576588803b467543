/*
 * Where the kernel's files are. Every file is opened relative to one of two descriptors, so a
 * folder can stand in for /proc and for /sys: for tests, and for containers that mount the
 * host's elsewhere.
 */
#ifndef PAGETOP_KERNEL_ROOT_H
#define PAGETOP_KERNEL_ROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "pagetop/base/str.h"

/* Whose pids name the processes of a /proc. */
enum pt_pids {
	PT_PIDS_OURS,		/* those of our own PID namespace */
	PT_PIDS_OTHERS,		/* of another one, mostly an outer one: we have another
				   pid there, or none */
	PT_PIDS_FILES,		/* it is a folder of files */
};

#define PT_OTHER_PIDS "PIDs of another namespace"
#define PT_MOUNT_PROC "mount -t proc proc /proc, in your own PID and mount namespace"

struct pt_begun;

struct pt_root {
	int proc_fd;		/* /proc or its stand-in */
	int sys_fd;		/* /sys or its stand-in; -1 if there is none */
	bool real;		/* this machine's own /proc */
	enum pt_pids pids;
	uint64_t page_bytes;	/* the size of a page (AT_PAGESZ) */
	struct pt_begun *begun;	/* what was done before the sandbox (kernel/begun.h); NULL: nothing.
				   For whoever has the root to set */
};

#define PT_ROOT_INIT { .proc_fd = -1, .sys_fd = -1 }

/*
 * 0, or -errno of the folder for /proc; a missing /sys is no error. NULL: the real one; -ENODEV: no
 * /proc is mounted there.
 * -EMEDIUMTYPE: the pages of that machine are not of 4 KiB, which nothing here understands;
 * root->page_bytes says what they are.
 */
int pt_root_init(struct pt_root *root, const char *proc_dir, const char *sys_dir);
void pt_root_done(struct pt_root *root);

/*
 * Whether it is on a file system of processes, of this machine's kernel, wherever that is mounted.
 */
bool pt_is_procfs(int fd);

/*
 * A descriptor for reading `name` below `dir_fd`, or -errno; -EISNAM: a part of it is a link, or,
 * in a folder that is no file system of the kernel's, it is a device, a pipe or a folder: nothing
 * was opened. AT_FDCWD: a path that is written in the program, with whatever links the system has
 * in it. pt_open_as_caller_at(): with no privileges but the caller's.
 */
int pt_open_at(int dir_fd, const char *name);
int pt_open_as_caller_at(int dir_fd, const char *name);

/* Our own pid in this /proc, as "self" tells it; 0: we are not in it. */
pid_t pt_self_pid(int proc_fd);

/*
 * The pid that a process of our PID namespace has in this /proc, where we are; 0: none, or
 * it cannot be told.
 */
pid_t pt_pid_here(const struct pt_root *root, pid_t pid);

/*
 * Our own folder in this /proc, by the number that "self" is there; in a stand-in a folder of that
 * name. Or -errno.
 */
int pt_self_at(int proc_fd);

/* A folder below `dir_fd`, which is no link; the caller calls closedir(). 0 or -errno. */
int pt_dir_at(int dir_fd, const char *name, DIR **ret);

/*
 * The whole of a file below `dir_fd`, appended to `ret`. 0 or -errno; -EFBIG: it has no end.
 * pt_read_some_at(): of a longer file the first `max` bytes.
 */
int pt_read_at(int dir_fd, const char *name, struct pt_str *ret);
int pt_read_some_at(int dir_fd, const char *name, size_t max, struct pt_str *ret);

/* A file that holds one decimal number. 0 or -errno. */
int pt_read_u64_at(int dir_fd, const char *name, uint64_t *ret);

/*
 * pread until `len` bytes are there, the file ends, or it fails.
 * The number of bytes read, less than `len` only at the end of the file; or -errno.
 */
ssize_t pt_pread_full(int fd, void *buf, size_t len, uint64_t offset);

/*
 * Lines of a file, one after the other, of any length, in pieces of 64 KiB.
 * pt_lines_next(): 1 and the line without its newline (valid until the next call), 0 at the
 * end, or -errno; -EFBIG: a line without end.
 */
struct pt_lines {
	int fd;			/* borrowed */
	struct pt_str buf;
	size_t at;		/* start of what was not handed out yet */
	bool eof;
};

#define PT_LINES_INIT(descriptor) { .fd = (descriptor), .buf = PT_STR_INIT }

int pt_lines_next(struct pt_lines *l, char **ret_line, size_t *ret_len);
void pt_lines_done(struct pt_lines *l);

#endif
