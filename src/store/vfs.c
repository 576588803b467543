#include "pagetop/store/vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

static const char by_fd[] = "/proc/self/fd/", journal[] = "-journal";

bool pt_vfs_is_own(const struct stat *st)
{
	return S_ISREG(st->st_mode) && (!st->st_uid || st->st_uid == geteuid()) && st->st_nlink == 1 && !(st->st_mode & 022);
}

/* A folder itself, to be synced; the name is a link of the kernel's. */
static bool is_folder(const char *path)
{
	return !strncmp(path, by_fd, strlen(by_fd)) && !strchr(path + strlen(by_fd), '/');
}

static bool is_journal(const char *path)
{
	size_t len = strlen(path);

	return len > strlen(journal) && !strcmp(path + len - strlen(journal), journal);
}

/* What SQLite calls instead of open(2). */
static int open_safely(const char *path, int flags, int mode)
{
	int more = O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (is_folder(path) ? O_DIRECTORY : O_NOFOLLOW);
	bool guarded = (flags & O_ACCMODE) != O_RDONLY || is_journal(path);
	int fd = open(path, flags | more, mode);
	struct stat st;

	if (fd >= 0 && guarded && (fstat(fd, &st) || !pt_vfs_is_own(&st))) {
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

static sqlite3_vfs ours;
static bool ready;

static void set_up(void)
{
	sqlite3_vfs *unix_vfs = sqlite3_initialize() ? NULL : sqlite3_vfs_find("unix");

	if (!unix_vfs)
		return;
	ours = *unix_vfs;
	ours.zName = "pagetop";
	ours.xFullPathname = take_as_it_is;
	ready = !unix_vfs->xSetSystemCall(unix_vfs, "open", (sqlite3_syscall_ptr)open_safely) && !sqlite3_vfs_register(&ours, 0);
}

const char *pt_vfs(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, set_up);
	return ready ? ours.zName : NULL;
}
