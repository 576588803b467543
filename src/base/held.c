#include "pagetop/base/held.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

enum { MOST = 8 };

static struct {
	pthread_mutex_t lock;
	int fd[MOST];
	size_t n;
} held = { .lock = PTHREAD_MUTEX_INITIALIZER };

int pt_held_add(int fd)
{
	bool room;

	pthread_mutex_lock(&held.lock);
	room = held.n < MOST;
	if (room)
		held.fd[held.n++] = fd;
	pthread_mutex_unlock(&held.lock);
	if (!room)
		close(fd);
	return room ? 0 : -EMFILE;
}

int pt_held_find(const struct stat *st)
{
	struct stat now;
	int fd = -1;

	pthread_mutex_lock(&held.lock);
	for (size_t i = 0; i < held.n && fd < 0; i++)
		if (!fstat(held.fd[i], &now) && now.st_dev == st->st_dev &&
		    now.st_ino == st->st_ino)
			fd = fcntl(held.fd[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	pthread_mutex_unlock(&held.lock);
	return fd;
}

void pt_held_drop(int fd)
{
	pthread_mutex_lock(&held.lock);
	for (size_t i = 0; i < held.n; i++)
		if (held.fd[i] == fd) {
			close(fd);
			held.fd[i] = held.fd[--held.n];
		}
	pthread_mutex_unlock(&held.lock);
}
