/*
 * The storm: each step does something to some pages, which may be mapped or not.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "target.h"

enum { STORM_PAGES = 4096 };

struct storm {
	int memfd, file, zero;
	uint32_t random;
	unsigned nchildren;
};

/* Below n. */
static uint32_t draw(struct storm *s, uint32_t n)
{
	s->random = s->random * 1664525 + 1013904223;
	return (s->random >> 8) % n;
}

static void storm_map(struct storm *s, char *at, size_t len)
{
	const uint32_t kind = draw(s, 8);
	const int flags = kind & 1 ? MAP_SHARED : MAP_PRIVATE;
	const int fd = kind < 2 ? s->memfd : kind == 2 ? s->file : -1;

	mmap(at, len, draw(s, 4) ? PROT_READ | PROT_WRITE : PROT_READ,
	     flags | MAP_FIXED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
}

/* By way of the kernel, which says so where a touch of ours would be fatal. */
static void storm_touch(struct storm *s, char *at, size_t len)
{
	const bool write = draw(s, 3);

	for (size_t i = 0; i < len; i += PAGE)
		if ((write ? read(s->zero, at + i, 1) : pwrite(s->memfd, at + i, 1, 0)) < 0)
			break;
}

static void storm_fork(struct storm *s, char *at, size_t len)
{
	pid_t pid = fork();

	if (!pid) {
		storm_touch(s, at, len);
		_exit(0);
	}
	s->nchildren += pid > 0;
	while (s->nchildren && waitpid(-1, NULL, s->nchildren > 4 ? 0 : WNOHANG) > 0)
		s->nchildren--;
}

static void storm_step(struct storm *s, char *at, size_t len)
{
	static const int advice[] = { MADV_DONTNEED, MADV_FREE, MADV_HUGEPAGE, MADV_NOHUGEPAGE };

	switch (draw(s, 12)) {
	case 0: case 1: storm_map(s, at, len); break;
	case 2: munmap(at, len); break;
	case 3: mprotect(at, len, PROT_READ); break;
	case 4: mprotect(at, len, PROT_READ | PROT_WRITE); break;
	case 5: mlock(at, len); break;
	case 6: munlock(at, len); break;
	case 7: case 8: madvise(at, len, advice[draw(s, 4)]); break;
	case 9: storm_fork(s, at, len); break;
	default: storm_touch(s, at, len);
	}
}

_Noreturn void storm(void)
{
	struct storm s = { .memfd = memfd_create("storm", MFD_CLOEXEC), .random = 1,
			   .file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
			   .zero = open("/dev/zero", O_RDONLY | O_CLOEXEC) };
	char *mem = map(STORM_PAGES * PAGE, PROT_NONE);

	if (s.memfd < 0 || s.file < 0 || s.zero < 0 || ftruncate(s.memfd, STORM_PAGES * PAGE))
		die("storm");
	say("storm", mem);
	ready();
	for (;;) {
		uint32_t n = 1 + draw(&s, 1U << draw(&s, 11)), first = draw(&s, STORM_PAGES - n);

		storm_step(&s, mem + (size_t)first * PAGE, (size_t)n * PAGE);
	}
}
