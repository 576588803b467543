#include "pagetop/kernel/backing.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/base/memory.h"
#include "pagetop/kernel/privilege.h"

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447			/* Linux 5.14 */
#endif

enum {
	/* 64 KiB to 16 GiB, as powers of 2 */
	LEAST_HUGE = 16, MOST_HUGE = 34, MAX_HUGE = MOST_HUGE - LEAST_HUGE + 1,
	NFILES = 4096, KEEP_S = 10,
	ZERO_MAJOR = 1, ZERO_MINOR = 5,		/* Documentation/admin-guide/devices.txt */
};

/* A file whose inode may be another one's as soon as nobody maps it. */
struct known {
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	enum pt_told bare;			/* PT_UNTOLD: the place is free */
};

struct pt_backing {
	bool here;				/* this /proc is of the kernel that we run on */
	enum pt_told secret, pool;		/* YES: their devices are known; NO: there are
						   none; else refused */
	dev_t secret_dev, shm_dev, pool_dev[MAX_HUGE];
	size_t npools;
	pthread_mutex_t lock;			/* of what follows */
	time_t since;
	size_t n;
	struct known known[NFILES];
};

/* ---- devices of our own */

/* Its device, and it is closed. */
static dev_t device_of(int fd)
{
	struct stat st;
	dev_t dev = fstat(fd, &st) ? 0 : st.st_dev;

	close(fd);
	return dev;
}

/* A filter of system calls may say ENOSYS as well. */
static void find_secret(struct pt_backing *b)
{
	int fd = (int)syscall(SYS_memfd_secret, O_CLOEXEC);

	if (fd >= 0)
		b->secret_dev = device_of(fd);
	if (b->secret_dev)
		b->secret = PT_YES;
	else if (fd < 0 && errno == ENOSYS && !prctl(PR_GET_SECCOMP))
		b->secret = PT_NO;
}

/*
 * Each size of huge pages has a mount of its own. Sizes that there are not are refused as such,
 * once memfds are not.
 */
static void find_pools(struct pt_backing *b)
{
	int fd = memfd_create("pagetop", MFD_CLOEXEC);
	bool refused = fd < 0;

	if (fd >= 0)
		b->shm_dev = device_of(fd);
	for (unsigned log = LEAST_HUGE; log <= MOST_HUGE; log++) {
		fd = memfd_create("pagetop", MFD_CLOEXEC | MFD_HUGETLB | log << MAP_HUGE_SHIFT);
		if (fd >= 0)
			b->pool_dev[b->npools++] = device_of(fd);
		else
			refused = refused || errno == EPERM || errno == EACCES || errno == EMFILE ||
				  errno == ENFILE || errno == ENOMEM;
	}
	if (!refused)
		b->pool = b->npools ? PT_YES : PT_NO;
}

struct pt_backing *pt_backing_new(const struct pt_root *root)
{
	struct pt_backing *b = pt_calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	pthread_mutex_init(&b->lock, NULL);
	b->here = pt_is_procfs(root->proc_fd);
	if (b->here) {
		find_secret(b);
		find_pools(b);
	}
	return b;
}

void pt_backing_free(struct pt_backing *b)
{
	if (b)
		pthread_mutex_destroy(&b->lock);
	free(b);
}

/* ---- by device */

static dev_t dev_of(const struct pt_vma *vma)
{
	return makedev(vma->dev_major, vma->dev_minor);
}

static bool has_file(const struct pt_vma *vma)
{
	return vma->inode || dev_of(vma);
}

/* The name that the kernel gives; elsewhere a file may have it. */
static bool is_named_bare(const struct pt_vma *vma)
{
	return !vma->dev_major && !strncmp(vma->name, "/anon_hugepage", 14);
}

/*
 * It is always shared, and on a device without a driver (mm/secretmem.c); locked, but not what
 * a fork has of it.
 */
static enum pt_told secret_of(const struct pt_backing *b, const struct pt_vma *vma)
{
	if (!has_file(vma) || vma->dev_major || vma->perms[3] != 's')
		return PT_NO;
	if (!b || b->secret != PT_YES)
		return b ? b->secret : PT_UNTOLD;
	return b->secret_dev == dev_of(vma) ? PT_YES : PT_NO;
}

static enum pt_told bare_of(const struct pt_backing *b, const struct pt_vma *vma)
{
	if (!has_file(vma) || vma->perms[3] != 'p')
		return PT_NO;
	for (size_t i = 0; b && i < b->npools; i++)
		if (b->pool_dev[i] == dev_of(vma))
			return is_named_bare(vma) ? PT_YES : PT_NO;	/* else it is of a memfd */
	return b && !b->here && vma->vmflags & PT_VMF(HT) && is_named_bare(vma) ? PT_YES :
										  PT_UNTOLD;
}

void pt_backing_tell(const struct pt_backing *b, struct pt_vmas *vmas)
{
	for (size_t i = 0; i < vmas->n; i++) {
		struct pt_vma *vma = &vmas->v[i];

		vma->secret = secret_of(b, vma);
		vma->bare = bare_of(b, vma);
		/* Nothing there has a name */
		vma->deleted = b && b->shm_dev && dev_of(vma) == b->shm_dev ? PT_YES : PT_UNTOLD;
	}
}

/* ---- by the file */

static bool stat_at(int dir_fd, const char *path, int flags, struct statx *ret)
{
	bool ok;

	pt_privilege_raise();
	ok = !statx(dir_fd, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | flags,
		    STATX_TYPE | STATX_INO | STATX_NLINK, ret);
	pt_privilege_lower();
	return ok && ret->stx_mask & STATX_TYPE;
}

/* Under its name in the root of the process, with the caller's rights, and it is the very file. */
static bool stat_below_root(int pid_dir_fd, const struct pt_vma *vma, struct statx *ret)
{
	struct pt_str path = PT_STR_INIT;
	bool ok;

	pt_str_adds(&path, "root");
	pt_str_add(&path, vma->name, vma->name_len);
	ok = !path.err && *vma->name == '/' && strlen(path.s) == path.len &&
	     !statx(pid_dir_fd, path.s, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW,
		    STATX_TYPE | STATX_INO, ret) &&
	     ret->stx_mask & STATX_TYPE && ret->stx_mask & STATX_INO &&
	     ret->stx_ino == vma->inode && ret->stx_dev_major == vma->dev_major &&
	     ret->stx_dev_minor == vma->dev_minor;
	pt_str_done(&path);
	return ok;
}

enum { MAP_FILE_LEN = 64 };

static void map_file(const struct pt_vma *vma, char ret[static MAP_FILE_LEN])
{
	snprintf(ret, MAP_FILE_LEN, "map_files/%llx-%llx", (unsigned long long)vma->start,
		 (unsigned long long)vma->end);
}

void pt_backing_ask_deleted(const struct pt_backing *b, int pid_dir_fd, struct pt_vma *vma)
{
	char name[MAP_FILE_LEN];
	struct statx st;

	map_file(vma, name);
	vma->deleted = PT_UNTOLD;
	if (b && b->here && stat_at(pid_dir_fd, name, 0, &st) && st.stx_mask & STATX_NLINK)
		vma->deleted = st.stx_nlink ? PT_NO : PT_YES;
}

static enum pt_told look(const struct pt_backing *b, int pid_dir_fd, const struct pt_vma *vma)
{
	char name[MAP_FILE_LEN];
	struct statx st;
	int fd;

	map_file(vma, name);
	if (!b->here) {
		fd = pt_open_at(pid_dir_fd, name);
		if (fd >= 0)
			close(fd);
		return fd >= 0 ? PT_NO : PT_UNTOLD;
	}
	if (!stat_at(pid_dir_fd, name, 0, &st) && !stat_below_root(pid_dir_fd, vma, &st))
		return PT_UNTOLD;
	if (S_ISCHR(st.stx_mode) && st.stx_rdev_major == ZERO_MAJOR &&
	    st.stx_rdev_minor == ZERO_MINOR)
		return PT_YES;
	return is_named_bare(vma) && b->pool == PT_UNTOLD ? PT_UNTOLD : PT_NO;
}

/* Its place, or the free one where it would be. */
static struct known *place_of(struct pt_backing *b, const struct pt_vma *vma)
{
	uint64_t h = (vma->inode * 31 + vma->dev_major) * 31 + vma->dev_minor;

	for (size_t i = (h * UINT64_C(0x9e3779b97f4a7c15) >> 32) % NFILES;; i = (i + 1) % NFILES) {
		struct known *k = &b->known[i];

		if (k->bare == PT_UNTOLD ||
		    (k->inode == vma->inode && k->dev_major == vma->dev_major &&
		     k->dev_minor == vma->dev_minor))
			return k;
	}
}

static void forget_old(struct pt_backing *b)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (b->n < NFILES / 2 && now.tv_sec - b->since < KEEP_S)
		return;
	memset(b->known, 0, sizeof(b->known));
	b->n = 0;
	b->since = now.tv_sec;
}

void pt_backing_ask(struct pt_backing *b, int pid_dir_fd, struct pt_vma *vma)
{
	struct known *k;

	if (!b || vma->bare != PT_UNTOLD)
		return;
	pthread_mutex_lock(&b->lock);
	if (b->here)
		forget_old(b);
	k = place_of(b, vma);
	vma->bare = b->here && k->bare != PT_UNTOLD ? k->bare : look(b, pid_dir_fd, vma);
	if (b->here && k->bare == PT_UNTOLD && vma->bare != PT_UNTOLD) {
		*k = (struct known){ vma->inode, vma->dev_major, vma->dev_minor, vma->bare };
		b->n++;
	}
	pthread_mutex_unlock(&b->lock);
}
