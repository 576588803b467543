/* Makers of files, on a disk and in memory: page cache and shared memory in small pages. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/demo/demo_check.h"
#include "pagetop/demo/demo_make.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/maps.h"

/* What headers of a C library may be too old for. */
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447			/* Linux 5.14 */
#endif

static bool on_disk(int fd)
{
	struct statfs fs;

	/* with blocks larger than a page the cache would use larger pages, too */
	return !fstatfs(fd, &fs) && fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC &&
	       fs.f_bsize <= PT_PAGE_BYTES;
}

/* A file without a name, below `dir`; -1 where that cannot be. */
static int temp_file_in(const char *dir)
{
	char path[64];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "%s/pagetop-demo-XXXXXX", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static int temp_file(void)
{
	static const char *const dir[] = { "/var/tmp", "/tmp", "." };

	for (size_t i = 0; i < sizeof(dir) / sizeof(dir[0]); i++) {
		int fd = temp_file_in(dir[i]);

		if (fd >= 0 && on_disk(fd))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

/* One page a call, so that the page cache takes a small folio for each. */
static int fill_file(int fd, size_t len)
{
	char page[PT_PAGE_BYTES];

	for (size_t at = 0; at < len; at += sizeof(page)) {
		memset(page, 0, sizeof(page));
		snprintf(page, sizeof(page), "pagetop demo, byte %zu of a file\n", at);
		if (pwrite(fd, page, sizeof(page), (off_t)at) != (ssize_t)sizeof(page))
			return -1;
	}
	return 0;
}

static int place_file(struct pt_demo_slot *s, int prot, int flags)
{
	int r, fd = temp_file();

	if (fd < 0)
		return pt_demo_no(
			s,
			"/var/tmp, /tmp and . are not on a disk, or not writable; one that is would enable it");
	r = fill_file(fd, s->len) ? pt_demo_no(s, "writing a temporary file: %s", strerror(errno)) :
		pt_demo_place(s, PROT_READ | PROT_WRITE | prot, flags, fd, 0);
	close(fd);
	return r;
}

int pt_demo_make_file_read(struct pt_demo_slot *s)
{
	if (place_file(s, 0, MAP_PRIVATE))
		return -1;
	pt_demo_touch(s);
	return 0;
}

int pt_demo_make_file_written(struct pt_demo_slot *s)
{
	if (place_file(s, 0, MAP_SHARED))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_file_copied(struct pt_demo_slot *s)
{
	if (place_file(s, 0, MAP_PRIVATE))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_code_written(struct pt_demo_slot *s)
{
	if (place_file(s, PROT_EXEC, MAP_PRIVATE))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

/* With "force" every page of shared memory comes in a huge folio, whatever is asked for. */
static int small_shmem_allowed(struct pt_demo_slot *s)
{
	char word[PT_DEMO_WORD];

	if (strcmp(pt_demo_setting(PT_DEMO_THP_DIR "shmem_enabled", word), "force"))
		return 0;
	return pt_demo_no(s,
			  PT_DEMO_THP_DIR "shmem_enabled is force; any other word would enable it");
}

int pt_demo_make_shared_anon(struct pt_demo_slot *s)
{
	if (small_shmem_allowed(s) ||
	    pt_demo_place(s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) ||
	    pt_demo_stay_small(s))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_memfd(struct pt_demo_slot *s)
{
	if (small_shmem_allowed(s) || pt_demo_place_memfd(s, MAP_SHARED) || pt_demo_stay_small(s))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_memfd_copied(struct pt_demo_slot *s)
{
	if (pt_demo_place_memfd(s, MAP_PRIVATE) || pt_demo_stay_small(s))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_secret(struct pt_demo_slot *s)
{
	int r, fd = (int)syscall(SYS_memfd_secret, O_CLOEXEC);
	struct pt_demo_look look = { 0 };

	if (fd < 0)
		return pt_demo_refused(s, "memfd_secret",
			       "needs Linux 5.14 with secretmem.enable=1");
	r = ftruncate(fd, (off_t)s->len) ?
		    pt_demo_no(s, "ftruncate refused (%s)", strerror(errno)) :
		    pt_demo_place(s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r && errno == EAGAIN)
		pt_demo_no_memlock(s, "mmap");
	close(fd);
	if (r)
		return -1;
	pt_demo_write_pages(s);
	/* Linux 6.18 does, 6.12 and 7.2 do not */
	return pt_demo_look(s->mem, s->len, &look) || look.vmflags & PT_VMF(LO) ? 0 :
	       pt_demo_no(s, "this kernel does not count secret memory as locked");
}
