#include "pagetop/demo/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/str.h"
#include "pagetop/demo/demo_child.h"

enum { MAKE_MS = 10000, END_MS = 2000 };

struct pt_demo {
	pid_t pid;
	int notes_fd;		/* end of file: no process of the demo is left */
	int leash_fd;		/* the child sleeps until we let go of it */
	struct pt_note *note;
	size_t n, cap;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Bytes read, 0 at the end of the file, or -errno. */
static ssize_t read_some(int fd, void *buf, size_t len, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t left = deadline - now_ms();
	int r = left > 0 ? poll(&p, 1, (int)left) : 0;
	ssize_t n = r > 0 ? read(fd, buf, len) : r;

	if (!r)
		return -ETIMEDOUT;
	return n < 0 ? -errno : n;
}

/* 0, -ECHILD if the other side is gone before all is there, or -errno. */
static int read_all(int fd, void *buf, size_t len, int64_t deadline)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = read_some(fd, (char *)buf + at, len - at, deadline);

		if (n == -EINTR)
			continue;
		if (n <= 0)
			return n ? (int)n : -ECHILD;
		at += (size_t)n;
	}
	return 0;
}

/* 1: one more note, 0: that was all, or -errno. */
static int read_note(struct pt_demo *d, int64_t deadline)
{
	uint32_t size;
	int err = read_all(d->notes_fd, &size, sizeof(size), deadline);

	if (err || !size)
		return err;
	if (size != sizeof(*d->note))
		return -EBADMSG;
	err = pt_grow(&d->note, &d->cap, d->n + 1, sizeof(*d->note));
	if (!err)
		err = read_all(d->notes_fd, &d->note[d->n], sizeof(*d->note), deadline);
	if (err)
		return err;
	d->n++;
	return 1;
}

static int read_notes(struct pt_demo *d)
{
	int64_t deadline = now_ms() + MAKE_MS;
	int r;

	do
		r = read_note(d, deadline);
	while (r > 0);
	return r;
}

static int start_child(struct pt_demo *d)
{
	pid_t self = getpid();
	int notes[2], leash[2], err;

	if (pipe2(notes, O_CLOEXEC))
		return -errno;
	d->notes_fd = notes[0];
	if (pipe2(leash, O_CLOEXEC)) {
		err = -errno;
		close(notes[1]);
		return err;
	}
	d->leash_fd = leash[1];
	d->pid = fork();
	err = d->pid < 0 ? -errno : 0;
	if (!d->pid)
		pt_demo_child(self, notes[1], leash[0]);
	close(notes[1]);
	close(leash[0]);
	return err;
}

int pt_demo_start(struct pt_demo **ret)
{
	struct pt_demo *d = pt_malloc(sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	*d = (struct pt_demo){ .pid = -1, .notes_fd = -1, .leash_fd = -1 };
	err = start_child(d);
	if (!err)
		err = read_notes(d);
	if (err) {
		if (d->pid > 0)
			kill(d->pid, SIGKILL);	/* it does not feel the leash yet */
		pt_demo_stop(d);
		return err;
	}
	*ret = d;
	return 0;
}

pid_t pt_demo_pid(const struct pt_demo *d)
{
	return d->pid;
}

const struct pt_note *pt_demo_notes(const struct pt_demo *d, size_t *ret_n)
{
	*ret_n = d->n;
	return d->note;
}

/* Those that forked from the child are not ours to wait for: their end is the end of the file. */
static void wait_for_all(int notes_fd)
{
	int64_t deadline = now_ms() + END_MS;
	char rest[256];
	ssize_t n;

	do
		n = read_some(notes_fd, rest, sizeof(rest), deadline);
	while (n > 0 || n == -EINTR);
}

/* The leash is gone: the child ends by itself, unless it hangs. */
static void end_child(const struct pt_demo *d)
{
	kill(d->pid, SIGCONT);
	wait_for_all(d->notes_fd);
	kill(d->pid, SIGKILL);
	while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

struct pt_demo *pt_demo_stop(struct pt_demo *d)
{
	if (!d)
		return NULL;
	if (d->leash_fd >= 0)
		close(d->leash_fd);
	if (d->pid > 0)
		end_child(d);
	if (d->notes_fd >= 0)
		close(d->notes_fd);
	free(d->note);
	free(d);
	return NULL;
}
