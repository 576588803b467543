/* Makers of anonymous memory in small pages. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "pagetop/demo/demo_check.h"
#include "pagetop/demo/demo_make.h"

/* What headers of a C library may be too old for. */
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102			/* Linux 6.13 */
#endif
#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08			/* Linux 6.11 */
#endif

int pt_demo_make_protnone(struct pt_demo_slot *s)
{
	if (pt_demo_make_written(s))
		return -1;
	return mprotect(s->mem, s->len, PROT_NONE) ? pt_demo_no(s, "mprotect failed") : 0;
}

int pt_demo_make_dev_zero(struct pt_demo_slot *s)
{
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	int r = fd < 0 ? pt_demo_no(s, "/dev/zero: %s", strerror(errno)) :
		pt_demo_place(s, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	if (fd >= 0)
		close(fd);
	if (r || pt_demo_stay_small(s))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_zero(struct pt_demo_slot *s)
{
	if (pt_demo_make_untouched(s))
		return -1;
	pt_demo_touch(s);
	return 0;
}

int pt_demo_make_dontneed(struct pt_demo_slot *s)
{
	if (pt_demo_make_written(s))
		return -1;
	return madvise(s->mem, s->len, MADV_DONTNEED) ? pt_demo_no(s, "MADV_DONTNEED failed") : 0;
}

int pt_demo_make_locked(struct pt_demo_slot *s)
{
	return pt_demo_make_written(s) ? -1 : pt_demo_lock(s, 0);
}

int pt_demo_make_locked_hole(struct pt_demo_slot *s)
{
	return pt_demo_make_untouched(s) ? -1 : pt_demo_lock(s, MLOCK_ONFAULT);
}

int pt_demo_make_locked_touched(struct pt_demo_slot *s)
{
	if (pt_demo_make_locked_hole(s))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

/* What may not be written is filled by reading. */
int pt_demo_make_locked_zero(struct pt_demo_slot *s)
{
	if (pt_demo_place(s, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ||
	    pt_demo_stay_small(s))
		return -1;
	return pt_demo_lock(s, 0);
}

/*
 * MADV_FREE puts pages into a per-CPU batch, and clears "swap-backed" when the batch is flushed.
 * Each call first flushes the batch of the call before, as long as we stay on one CPU.
 */
int pt_demo_make_lazyfree(struct pt_demo_slot *s)
{
	struct pt_demo_look look = { 0 };

	if (pt_demo_make_written(s))
		return -1;
	for (int i = 0; i < 50 && look.lazyfree_bytes < s->len; i++) {
		if (i > 1)
			usleep(1000);
		if (madvise(s->mem, s->len, MADV_FREE))
			return pt_demo_no(s, "MADV_FREE refused (%s)", strerror(errno));
		pt_demo_look(s->mem, s->len, &look);
	}
	return look.lazyfree_bytes == s->len ? 0 :
					       pt_demo_no(s, "still in a per-CPU batch");
}

/* Its flags are those of a lazyfree page still; smaps counts none. */
int pt_demo_make_lazy_rewritten(struct pt_demo_slot *s)
{
	if (pt_demo_make_lazyfree(s))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_droppable(struct pt_demo_slot *s)
{
	if (pt_demo_place(s, PROT_READ | PROT_WRITE, MAP_DROPPABLE | MAP_ANONYMOUS, -1, 0))
		return pt_demo_no(s, "MAP_DROPPABLE is unknown here; needs Linux 6.11");
	pt_demo_stay_small(s);
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_guard(struct pt_demo_slot *s)
{
	if (pt_demo_make_untouched(s))
		return -1;
	if (madvise(s->mem, s->len, MADV_GUARD_INSTALL))
		return pt_demo_refused(s, "MADV_GUARD_INSTALL", "needs Linux 6.13");
	return 0;
}
