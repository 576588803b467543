#include "pagetop/demo/demo_make.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/model/note.h"

/* What headers of a C library may be too old for. */
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41			/* Linux 5.17 */
#define PR_SET_VMA_ANON_NAME 0
#endif

int pt_demo_no(struct pt_demo_slot *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	return -1;
}

/* The same, of a call that failed just now; `help` says what would enable it. */
int pt_demo_refused(struct pt_demo_slot *s, const char *call, const char *help)
{
	return pt_demo_no(s, "%s refused (%s); %s", call, strerror(errno), help);
}

int pt_demo_no_memlock(struct pt_demo_slot *s, const char *call)
{
	struct rlimit limit = { 0 };

	getrlimit(RLIMIT_MEMLOCK, &limit);
	return pt_demo_no(s,
			  "%s refused: RLIMIT_MEMLOCK is %llu kB; ulimit -l 8192 would enable it",
			  call, (unsigned long long)limit.rlim_cur >> 10);
}

/* Leaves errno of mmap behind. */
int pt_demo_place(struct pt_demo_slot *s, int prot, int flags, int fd, off_t offset)
{
	char name[32];
	int err;

	if (mmap(s->mem, s->len, prot, flags | MAP_FIXED, fd, offset) == MAP_FAILED) {
		err = errno;
		pt_demo_no(s, "mmap refused (%s)", strerror(err));
		/* it may have unmapped the reservation first: let nothing else move in */
		mmap(s->mem, s->len, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
		errno = err;
		return -1;
	}
	snprintf(name, sizeof(name), "demo-%s", s->state->id);
	prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, s->mem, s->len, name);
	return 0;
}

/* Different on every page, so that nothing merges them, and readable in a hex view. */
void pt_demo_write_pages(const struct pt_demo_slot *s)
{
	for (size_t at = 0; at < s->len; at += PT_PAGE_BYTES)
		snprintf(s->mem + at, PT_PAGE_BYTES, "pagetop demo, page %zu of %zu: %s\n",
			 at / PT_PAGE_BYTES + 1, s->len / PT_PAGE_BYTES, s->state->title);
}

void pt_demo_touch(const struct pt_demo_slot *s)
{
	for (size_t at = 0; at < s->len; at += PT_PAGE_BYTES)
		(void)*(volatile char *)(s->mem + at);
}

/* Small pages that stay small: neither the fault nor khugepaged makes large ones of them. */
int pt_demo_stay_small(struct pt_demo_slot *s)
{
	/* EINVAL: a kernel without large pages */
	if (madvise(s->mem, s->len, MADV_NOHUGEPAGE) && errno != EINVAL)
		return pt_demo_no(s, "MADV_NOHUGEPAGE refused (%s)", strerror(errno));
	return 0;
}

int pt_demo_make_untouched(struct pt_demo_slot *s)
{
	if (pt_demo_place(s, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
		return -1;
	return pt_demo_stay_small(s);
}

int pt_demo_make_written(struct pt_demo_slot *s)
{
	if (pt_demo_make_untouched(s))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_rewrite(struct pt_demo_slot *s)
{
	pt_demo_write_pages(s);
	return 0;
}

/* The sanitizers replace mlock() by nothing, hence the system call. */
int pt_demo_lock(struct pt_demo_slot *s, unsigned flags)
{
	return syscall(SYS_mlock2, s->mem, s->len, flags) ? pt_demo_no_memlock(s, "mlock") : 0;
}

int pt_demo_place_memfd(struct pt_demo_slot *s, int flags)
{
	int r, fd = memfd_create("pagetop-demo", MFD_CLOEXEC);

	if (fd < 0)
		return pt_demo_no(s, "memfd_create refused (%s)", strerror(errno));
	r = ftruncate(fd, (off_t)s->len) ?
		    pt_demo_no(s, "ftruncate refused (%s)", strerror(errno)) :
		    pt_demo_place(s, PROT_READ | PROT_WRITE, flags, fd, 0);
	close(fd);
	return r;
}

/* ---- the table */

static const struct pt_demo_state states[] = {
#define IN(lens, c) .sign[PT_LENS_##lens] = c,
#define ALL(c) .others = c,
#define DEMO(name, signs, overlays, bytes, first, then, text) { \
	.id = #name, signs .sign[PT_LENS_CHANGE] = '?', .over = overlays, .size = PT_DEMO_##bytes, \
	.early = first, .late = then, .title = text },
#include "pagetop/demo/demo_states.def"
#undef DEMO
};

char pt_demo_sign(const struct pt_demo_state *state, enum pt_lens_id lens)
{
	if (state->sign[lens])
		return state->sign[lens];
	return state->others ? state->others : PT_DEMO_ANY;
}

const struct pt_demo_state *pt_demo_states(size_t *ret_n)
{
	*ret_n = sizeof(states) / sizeof(states[0]);
	return states;
}
