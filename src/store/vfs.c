#include "pagetop/store/vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/held.h"
#include "pagetop/base/memory.h"
#include "pagetop/store/margin.h"

static const char by_fd[] = "/proc/self/fd/";

bool pt_vfs_is_own(const struct stat *st)
{
	return S_ISREG(st->st_mode) && (!st->st_uid || st->st_uid == geteuid()) &&
	       st->st_nlink == 1 && !(st->st_mode & 022);
}

/* A folder itself, to be synced; the name is a link of the kernel's. */
static bool is_folder(const char *path)
{
	return !strncmp(path, by_fd, strlen(by_fd)) && !strchr(path + strlen(by_fd), '/');
}

static bool ends_in(const char *path, const char *end)
{
	size_t len = strlen(path), n = strlen(end);

	return len > n && !strcmp(path + len - n, end);
}

bool pt_vfs_is_own_folder(const struct stat *st)
{
	return S_ISDIR(st->st_mode) && (!st->st_uid || st->st_uid == geteuid()) &&
	       !(st->st_mode & 022);
}

/*
 * Where others may put things, a sticky bit or not, a journal of ours may be that of another file.
 */
static bool is_in_own_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = "";
	struct stat st;

	if (!slash || slash == path || slash - path >= PATH_MAX)
		return false;
	memcpy(folder, path, (size_t)(slash - path));
	return !stat(folder, &st) && pt_vfs_is_own_folder(&st);
}

/*
 * A journal is new: one that is there may be held open by whoever put it there. An empty one of
 * ours, of a write that was cut off, goes.
 */
static int create(const char *path, int flags, int mode)
{
	struct stat st;
	int fd = open(path, flags | O_EXCL, mode);

	if (fd >= 0 || errno != EEXIST)
		return fd;
	errno = EACCES;
	if (lstat(path, &st) || !pt_vfs_is_own(&st) || st.st_size || unlink(path))
		return -1;
	return open(path, flags | O_EXCL, mode);
}

/* For writing by what is held, where there is such a thing. */
static int open_there(const char *path, int flags)
{
	struct stat st;
	int fd = (flags & O_ACCMODE) != O_RDONLY && !lstat(path, &st) ? pt_held_find(&st) : -1;

	return fd >= 0 ? fd : open(path, flags);
}

/*
 * What SQLite calls instead of open(2): by itself it asks for random bytes, folders to sync,
 * databases and journals.
 */
static int open_safely(const char *path, int flags, int mode)
{
	bool folder = is_folder(path), random = !strcmp(path, "/dev/urandom"),
	     is_journal = ends_in(path, "-journal");
	int fd = -1;
	struct stat st;

	flags |= O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (folder ? O_DIRECTORY : O_NOFOLLOW);
	errno = EACCES;
	if (ends_in(path, "-wal") || ends_in(path, "-shm") ||
	    (is_journal && !(flags & O_CREAT) && !is_in_own_folder(path)))
		return -1;
	fd = flags & O_CREAT ? create(path, flags, mode) : open_there(path, flags);
	if (fd >= 0 && !folder && !random && (fstat(fd, &st) || !pt_vfs_is_own(&st))) {
		close(fd);
		errno = EACCES;
		return -1;
	}
	return fd;
}

/* SQLite would follow the links of the kernel back to names. */
static int take_as_it_is(sqlite3_vfs *vfs, const char *path, int size, char *ret)
{
	size_t len = strlen(path);

	(void)vfs;
	if (len >= (size_t)size)
		return SQLITE_CANTOPEN;
	memcpy(ret, path, len + 1);
	return SQLITE_OK;
}

/* It is SQLite's from then on, for as long as the process lives. Nothing of SQLite comes before. */
static void set_up(void)
{
	sqlite3_vfs *ours = pt_malloc(sizeof(*ours)), *theirs;

	if (!ours || pt_margin_set() || !(theirs = sqlite3_vfs_find("unix"))) {
		free(ours);
		return;
	}
	*ours = *theirs;
	ours->zName = "pagetop";
	ours->xFullPathname = take_as_it_is;
	if (theirs->xSetSystemCall(theirs, "open", (sqlite3_syscall_ptr)open_safely) ||
	    sqlite3_vfs_register(ours, 0))
		free(ours);
}

const char *pt_vfs(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const sqlite3_vfs *vfs;

	pthread_once(&once, set_up);
	vfs = sqlite3_vfs_find("pagetop");
	return vfs ? vfs->zName : NULL;
}
