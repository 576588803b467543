#include "pagetop/store/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/base/held.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/root.h"
#include "pagetop/store/schema.h"
#include "pagetop/store/sql.h"
#include "pagetop/store/vfs.h"

/* Where SQLite locks (its os.h), and how long who writes is waited for. */
enum { RESERVED_BYTE = 0x40000001, SHARED_BYTE = 0x40000002, SHARED_BYTES = 510, WAIT_MS = 20 };

#define NAME "copy"

int pt_copy_lock(int fd)
{
	struct flock lock = { .l_type = F_RDLCK,
			      .l_whence = SEEK_SET,
			      .l_start = SHARED_BYTE,
			      .l_len = SHARED_BYTES };
	const struct timespec t = { 0, WAIT_MS * 1000000 };

	for (int ms = 0; fcntl(fd, F_OFD_SETLK, &lock); ms += WAIT_MS) {
		if ((errno != EAGAIN && errno != EACCES) || ms >= PT_DATABASE_BUSY_MS)
			return errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
		nanosleep(&t, NULL);
	}
	return 0;
}

bool pt_copy_is_written(int fd)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = RESERVED_BYTE, .l_len = 1
	};

	return !fcntl(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
}

/*
 * Without a name until it is whole, so that a signal leaves nothing; where the file system cannot
 * do that, with it.
 */
static int make_file(int dir_fd, const char *name, bool *ret_named)
{
	int fd = openat(dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	*ret_named = fd < 0;
	if (fd < 0)
		fd = openat(dir_fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

static int give_name(int fd, int dir_fd, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, path, dir_fd, name, AT_SYMLINK_FOLLOW) ? -errno : 0;
}

/* Up to before `end`; where it stops being data is the kernel's to tell. */
static int copy_data(int from, int to, off_t at, off_t end)
{
	char buf[1 << 16];

	while (at < end) {
		size_t want = (uint64_t)(end - at) < sizeof(buf) ? (size_t)(end - at) : sizeof(buf);
		ssize_t n = pt_pread_full(from, buf, want, (uint64_t)at);

		if (n != (ssize_t)want)
			return n < 0 ? (int)n : -EBADMSG;
		if (pwrite(to, buf, want, at) != (ssize_t)want)
			return -ENOSPC;
		at += n;
	}
	return 0;
}

/*
 * As long as it was when it began, as it may be somebody's who lets it grow; with its holes, as it
 * may be anything that he says it is. How many bytes are no holes.
 */
static int copy_all(int from, int to, off_t size, int64_t *ret_nbytes)
{
	int err = ftruncate(to, size) ? -errno : 0;
	off_t at = 0, end;

	for (*ret_nbytes = 0; !err && at < size; at = end) {
		off_t data = lseek(from, at, SEEK_DATA);

		if (data < 0 && errno == ENXIO)		/* nothing but a hole is left */
			break;
		data = data < 0 ? at : data;		/* a file system that cannot tell */
		end = lseek(from, data, SEEK_HOLE);
		end = end < 0 || end > size ? size : end;
		err = data < end ? copy_data(from, to, data, end) : 0;
		*ret_nbytes += data < end ? end - data : 0;
	}
	return err;
}

/* The copy is held, for SQLite to open; `*ret_fd` -1: there is none. */
static int copy_file(int from, int dir_fd, const char *name, int *ret_fd, int64_t *ret_nbytes)
{
	bool named;
	int to = make_file(dir_fd, name, &named), err = to < 0 ? to : pt_held_add(to);
	struct stat st;

	*ret_fd = err ? -1 : to;

	if (!err)
		err = fstat(from, &st) ? -errno : copy_all(from, to, st.st_size, ret_nbytes);
	if (!err && !named)
		err = give_name(to, dir_fd, name);
	return err;
}

static const char *tmp_folder(void)
{
	const char *tmp = secure_getenv("TMPDIR");

	return tmp && *tmp == '/' ? tmp : "/tmp";
}

/* Half of what is free is left to others. */
static int check_room(int fd, int dir_fd, struct pt_str *why)
{
	struct statvfs room;
	struct stat st;

	if (fstat(fd, &st) || fstatvfs(dir_fd, &room))
		return -errno;
	if ((uint64_t)st.st_blocks * 512 <= room.f_bavail * room.f_frsize / 2)
		return 0;
	pt_str_addf(why, "no room for a private copy in %s; set TMPDIR", tmp_folder());
	return -ENOSPC;
}

static int make_folder(struct pt_str *dir, int *ret_fd, struct pt_str *why)
{
	int err;

	pt_str_addf(dir, "%s/pagetop.XXXXXX", tmp_folder());
	err = dir->err;
	if (!err && !mkdtemp(dir->s))
		err = -errno;
	if (err) {
		pt_str_addf(why, "cannot make a private copy in %s: %s; set TMPDIR", tmp_folder(),
			    pt_error_text(err));
		return err;
	}
	*ret_fd = open(dir->s, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *ret_fd < 0 ? -errno : 0;
}

/* The first question makes SQLite take back what a journal says. */
static int open_there(struct pt_database *d)
{
	char path[64];
	int64_t n;
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d/" NAME, d->dir_fd);
	if (sqlite3_open_v2(path, &d->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, pt_vfs()))
		return d->db ? pt_sql_err(d->db) : pt_memory_note();
	err = pt_database_guard(d);
	return err ? err : pt_sql_ask(d->db, "SELECT count(*) FROM sqlite_master", &n);
}

int pt_copy_open(int fd, int journal_fd, struct pt_database *ret, struct pt_str *why)
{
	struct pt_str dir = PT_STR_INIT;
	int64_t of_journal;
	int held[2] = { -1, -1 };
	int err = make_folder(&dir, &ret->dir_fd, why);

	if (!err)
		err = check_room(fd, ret->dir_fd, why);
	if (!err)
		err = copy_file(fd, ret->dir_fd, NAME, &held[0], &ret->copied_bytes);
	if (!err && journal_fd >= 0)
		err = copy_file(journal_fd, ret->dir_fd, NAME "-journal", &held[1], &of_journal);
	if (!err)
		err = open_there(ret);
	for (int i = 0; i < 2; i++)
		pt_held_drop(held[i]);
	if (ret->dir_fd >= 0) {
		unlinkat(ret->dir_fd, NAME "-journal", 0);
		unlinkat(ret->dir_fd, NAME, 0);
		rmdir(dir.s);
	}
	pt_str_done(&dir);
	return err;
}
