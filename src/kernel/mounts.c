#include "pagetop/kernel/mounts.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/memory.h"

/* Those without a device of their own. A file of overlay or of fuse may be one of tmpfs below. */
static const char *const never_swap[] = { "btrfs", "bcachefs", "zfs",	    "nfs",  "nfs4",
					  "cifs",  "smb3",     "ceph",	    "9p",   "virtiofs",
					  "proc",  "sysfs",    "hugetlbfs", "ramfs" };

struct device {
	uint32_t major, minor;
};

struct pt_mounts {
	pthread_mutex_t lock;
	int fd;
	bool read;
	struct device *device;		/* of those that never swap */
	size_t n, cap;
};

struct pt_mounts *pt_mounts_new(const struct pt_root *root)
{
	struct pt_mounts *m = pt_calloc(1, sizeof(*m));
	int self;

	if (!m)
		return NULL;
	self = pt_self_at(root->proc_fd);
	m->fd = self < 0 ? self : pt_open_at(self, "mountinfo");
	if (self >= 0)
		close(self);
	if (m->fd < 0) {
		free(m);
		return NULL;
	}
	pthread_mutex_init(&m->lock, NULL);
	return m;
}

void pt_mounts_free(struct pt_mounts *m)
{
	if (!m)
		return;
	close(m->fd);
	pthread_mutex_destroy(&m->lock);
	free(m->device);
	free(m);
}

/*
 * "36 35 0:31 /root /mnt rw,noatime shared:1 - btrfs /dev/sda1 rw"; blanks in names are
 * written as \040.
 */
static bool parse(const char *line, struct device *ret)
{
	const char *type = strstr(line, " - ");
	size_t len = type ? strcspn(type + 3, " ") : 0;

	if (!type || sscanf(line, "%*u %*u %u:%u ", &ret->major, &ret->minor) != 2)
		return false;
	for (size_t i = 0; i < sizeof(never_swap) / sizeof(never_swap[0]); i++)
		if (strlen(never_swap[i]) == len && !strncmp(type + 3, never_swap[i], len))
			return true;
	return false;
}

/* Without memory for a line, what it says stays unknown. */
static void read_all(struct pt_mounts *m)
{
	struct pt_lines lines = PT_LINES_INIT(m->fd);
	struct device d;
	char *line;
	size_t len;

	m->n = 0;
	m->read = !lseek(m->fd, 0, SEEK_SET);
	while (m->read && pt_lines_next(&lines, &line, &len) > 0)
		if (parse(line, &d) && !pt_grow(&m->device, &m->cap, m->n + 1, sizeof(*m->device)))
			m->device[m->n++] = d;
	pt_lines_done(&lines);
}

/* The kernel tells who polls the file that mounts have changed since it was asked last. */
static bool changed(const struct pt_mounts *m)
{
	struct pollfd p = { .fd = m->fd, .events = POLLPRI };

	return !m->read || poll(&p, 1, 0) != 0;
}

bool pt_mounts_never_swap(struct pt_mounts *m, uint32_t major, uint32_t minor)
{
	bool yes = false;

	if (!m)
		return false;
	pthread_mutex_lock(&m->lock);
	if (changed(m))
		read_all(m);
	for (size_t i = 0; i < m->n && !yes; i++)
		yes = m->device[i].major == major && m->device[i].minor == minor;
	pthread_mutex_unlock(&m->lock);
	return yes;
}
