/*
 * A process with a known load of memory, for the tests to look at:
 *
 *	target pattern		small mappings, each of one state or of a known mix of two
 *	target arena		16 pages locked and there; 16 locked on fault, 4 of them there
 *	target lockall		all that it has is locked by mlockall(); a part of it has no access
 *	target zoo <FILE	the same, and pages of FILE and others that few programs have
 *	target sparse		16 TiB reserved, and 4096 single pages of it written
 *	target mappings N	N mappings of a page that do not merge
 *	target churn		maps, touches and unmaps without pause
 *	target forks		forks without pause
 *	target storm		maps, unmaps, protects, locks, advises, forks, at random
 *	target dense MIB HOW	memory that is all there; HOW: small, thp or mthp, as large pages as asked for
 *	target comb MIB		as much in small pages, with an absent page behind each: no two are one run
 *	target trap MIB		full, empty for long, full again: what is guessed of the second part from the first is wrong
 *	target reserve GIB	as much reserved, and 1024 single pages of it written
 *	target heap MIB		a heap of which much was given back, page by page, here and there; SIGUSR1 changes it
 *	target processes N	N processes that share a library and, since a fork, some memory
 *	target shared N		N pages that a child shares since a fork; each line that it reads copies half of them
 *	target forking N	N pages; the first line that it reads forks, then it is as `shared`
 *	target own MIB US	a dense load that maps and unmaps a page for US microseconds each time that a
 *				line is read, and prints how long that took: nanoseconds, average and 99th of 100
 *	target cost FILE CMD…	runs CMD; its microseconds and its peak in kB go to FILE
 *
 * It prints "ready" and name=address for its mappings, then lives until it is killed, or with it
 * whoever started it.
 * It stands for any program, so it is built without sanitizers, which bring address spaces of
 * their own.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "machine.h"
#include "target.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102			/* Linux 6.13 */
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1			/* Linux 5.11 */
#endif
#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13)	/* Linux 6.4 */
#endif
#ifndef UFFDIO_POISON				/* Linux 6.6 */
struct uffdio_poison {
	struct uffdio_range range;
	uint64_t mode;
	int64_t updated;
};
#define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_poison)
#define UFFD_FEATURE_POISON (1 << 14)
#endif

enum { NSPARSE = 4096 };

_Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

char *map(size_t len, int prot)
{
	char *mem = mmap(NULL, len + PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			 -1, 0);

	if (mem == MAP_FAILED || mprotect(mem, len, prot))
		die("mmap");
	madvise(mem, len, MADV_NOHUGEPAGE);
	return mem;
}

void write_pages(char *mem, size_t npages, size_t step)
{
	for (size_t i = 0; i < npages; i += step)
		mem[i * PAGE] = (char)(i + 1);
}

static void read_pages(const char *mem, size_t npages)
{
	for (size_t i = 0; i < npages; i++)
		(void)*(const volatile char *)(mem + i * PAGE);
}

void ready(void)
{
	puts("");
	if (fflush(stdout))
		die("stdout");
}

void say(const char *name, const char *mem)
{
	printf(" %s=%llx", name, (unsigned long long)(uintptr_t)mem);
}

void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

_Noreturn void sleep_for_ever(void)
{
	for (;;)
		pause();
}

/* Page k lies somewhere in the k-th of equal parts. */
static _Noreturn void sparse(void)
{
	const size_t len = (size_t)1 << 44, part = len / NSPARSE;
	char *mem = map(len, PROT_READ | PROT_WRITE);
	uint32_t random = 1;

	for (size_t i = 0; i < NSPARSE; i++) {
		random = random * 1664525 + 1013904223;
		mem[i * part + (random >> 12) % (part / PAGE) * PAGE] = 1;
	}
	say("sparse", mem);
	ready();
	sleep_for_ever();
}

/* Every second page may be written, and has been: neighbours differ and cannot merge. */
static _Noreturn void mappings(size_t n)
{
	char *mem = map(n * PAGE, PROT_READ);

	for (size_t i = 1; i < n; i += 2)
		if (mprotect(mem + i * PAGE, PAGE, PROT_READ | PROT_WRITE))
			die("mprotect");
	for (size_t i = 1; i < n; i += 2)
		mem[i * PAGE] = 1;
	say("first", mem);
	say("last", mem + (n - 1) * PAGE);
	ready();
	sleep_for_ever();
}

static char *map_file(const char *name, int flags)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	char *mem = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (mem == MAP_FAILED)
		die(name);
	close(fd);
	return mem;
}

static char *map_memfd(size_t len)
{
	int fd = memfd_create("target", MFD_CLOEXEC);
	char *mem = ftruncate(fd, (off_t)len) ? MAP_FAILED :
		    mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (mem == MAP_FAILED)
		die("memfd");
	close(fd);
	return mem;
}

/* One huge page, where it can be had, with nothing beside it. */
static char *map_huge(void)
{
	char *mem = map(2 * HUGE, PROT_NONE), *huge = mem + (-(uintptr_t)mem & (HUGE - 1));

	munmap(mem, (size_t)(huge - mem));
	munmap(huge + HUGE, (size_t)(mem + HUGE - huge));
	if (mprotect(huge, HUGE, PROT_READ | PROT_WRITE))
		die("mprotect");
	madvise(huge, HUGE, MADV_HUGEPAGE);
	return huge;
}

/* A child has no part in it. */
static char *part(const char *name, char *mem, size_t npages)
{
	say(name, mem);
	madvise(mem, npages * PAGE, MADV_DONTFORK);
	return mem;
}

static void make_parts(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	char *mem = part("half", map(64 * PAGE, rw), 64);

	write_pages(mem, 64, 2);
	if (maps_zero_pages())
		read_pages(part("zero", map(16 * PAGE, rw), 16), 16);
	mem = part("guard", map(16 * PAGE, rw), 16);
	madvise(mem, 8 * PAGE, MADV_GUARD_INSTALL);
	write_pages(mem + 8 * PAGE, 8, 1);
	mem = part("locked", map(16 * PAGE, rw), 16);
	write_pages(mem, 16, 1);
	if (mlock(mem, 16 * PAGE))
		die("mlock");
	mem = part("copied", map_file("/proc/self/exe", MAP_PRIVATE), 4);
	write_pages(mem, 2, 1);
	read_pages(mem + 2 * PAGE, 2);
	write_pages(part("shared", map_memfd(16 * PAGE), 16), 16, 1);
	write_pages(part("huge", map_huge(), HUGE / PAGE), HUGE / PAGE, 1);
}

/* Of standard input: two pages that are mapped twice, then two that are mapped once. */
static void map_input(void)
{
	char *mem = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
	char *again = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, STDIN_FILENO, 0);

	if (mem == MAP_FAILED || again == MAP_FAILED)
		die("standard input");
	read_pages(part("file", mem, 4), 4);
	madvise(again, 2 * PAGE, MADV_DONTFORK);
	read_pages(again, 2);
}

/* Two pages that userfaultfd protects from writes, then two that it poisoned. None is touched. */
static void mark_pages(void)
{
	char *mem = map(4 * PAGE, PROT_READ | PROT_WRITE);
	struct uffdio_api api = { .api = UFFD_API,
		.features = UFFD_FEATURE_WP_UNPOPULATED | UFFD_FEATURE_POISON };
	struct uffdio_register reg = { .range = { (uintptr_t)mem, 4 * PAGE },
		.mode = UFFDIO_REGISTER_MODE_WP | UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_writeprotect wp = { .range = { (uintptr_t)mem, 2 * PAGE },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP };
	struct uffdio_poison poison = { .range = { (uintptr_t)mem + 2 * PAGE, 2 * PAGE } };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg) ||
	    ioctl(fd, UFFDIO_WRITEPROTECT, &wp) || ioctl(fd, UFFDIO_POISON, &poison))
		return;			/* the kernel is older: there is no such mapping */
	part("marked", mem, 4);
}

static void make_more(void)
{
	char *mem = part("none", map(4 * PAGE, PROT_READ | PROT_WRITE), 4);

	write_pages(mem, 4, 1);
	if (mprotect(mem, 4 * PAGE, PROT_NONE))
		die("mprotect");
	if (maps_zero_pages())
		read_pages(part("hugezero", map_huge(), HUGE / PAGE), 1);
	map_input();
	mark_pages();
}

/* What is shared stays shared by a child that is stopped. */
static _Noreturn void pattern(void)
{
	char *cow = map(16 * PAGE, PROT_READ | PROT_WRITE);
	pid_t parent = getpid(), pid;

	make_parts();
	say("cow", cow);
	write_pages(cow, 16, 1);
	pid = fork();
	if (!pid) {
		die_with(parent);
		raise(SIGSTOP);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, NULL, WUNTRACED) < 0)
		die("fork");
	ready();
	sleep_for_ever();
}

static _Noreturn void arena(void)
{
	char *locked = map(16 * PAGE, PROT_READ | PROT_WRITE);
	char *holes = map(16 * PAGE, PROT_READ | PROT_WRITE);

	write_pages(locked, 16, 1);
	if (mlock(locked, 16 * PAGE) || mlock2(holes, 16 * PAGE, MLOCK_ONFAULT))
		die("mlock");
	write_pages(holes, 16, 4);
	say("locked", locked);
	say("holes", holes);
	ready();
	sleep_for_ever();
}

static _Noreturn void lockall(void)
{
	say("noaccess", map(16 * PAGE, PROT_NONE));
	if (mlockall(MCL_CURRENT))
		die("mlockall");
	ready();
	sleep_for_ever();
}

/* The same addresses become small pages, zero pages, huge pages, and nothing, again and again. */
static _Noreturn void churn(void)
{
	char *mem = map(2 * HUGE, PROT_NONE), *at = mem + (-(uintptr_t)mem & (HUGE - 1));

	say("churn", at);
	ready();
	for (unsigned i = 0; ; i++) {
		if (mmap(at, HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
			 -1, 0) == MAP_FAILED)
			die("mmap");
		madvise(at, HUGE, i % 3 ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
		read_pages(at + HUGE / 4, HUGE / PAGE / 4);
		write_pages(at + HUGE / 8, HUGE / PAGE / 2, 1);
		if (i & 1)
			madvise(at + HUGE / 2, HUGE / 2, MADV_DONTNEED);
		write_pages(at, HUGE / PAGE, 3);
		munmap(at, HUGE);
	}
}

/* A child that writes half of what it shares, and ends. */
static _Noreturn void forks(void)
{
	char *mem = map(256 * PAGE, PROT_READ | PROT_WRITE);

	say("forks", mem);
	ready();
	for (;;) {
		pid_t pid;

		write_pages(mem, 256, 1);
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid) {
			write_pages(mem, 256, 2);
			_exit(0);
		}
		write_pages(mem, 256, 3);
		while (waitpid(pid, NULL, 0) < 0)
			;
	}
}

static int cost(const char *file, char **cmd)
{
	struct timespec from, to;
	struct rusage usage;
	int status;
	pid_t pid;
	FILE *f;

	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (!pid) {
		execvp(cmd[0], cmd);
		die(cmd[0]);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		die("fork");
	clock_gettime(CLOCK_MONOTONIC, &to);
	f = fopen(file, "w");
	if (!f || fprintf(f, "%ld %ld\n", (to.tv_sec - from.tv_sec) * 1000000 +
			  (to.tv_nsec - from.tv_nsec) / 1000, usage.ru_maxrss) < 0 || fclose(f))
		die(file);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "cost") && argc > 3)
		return cost(argv[2], argv + 3);
	die_with(getppid());
	printf("ready");
	if (!strcmp(what, "zoo"))
		make_more();
	if (!strcmp(what, "pattern") || !strcmp(what, "zoo"))
		pattern();
	if (!strcmp(what, "lockall"))
		lockall();
	if (!strcmp(what, "arena"))
		arena();
	if (!strcmp(what, "sparse"))
		sparse();
	if (!strcmp(what, "mappings") && argc > 2)
		mappings(strtoul(argv[2], NULL, 10));
	if (!strcmp(what, "churn"))
		churn();
	if (!strcmp(what, "forks"))
		forks();
	if (!strcmp(what, "storm"))
		storm();
	if (argc > 2)
		load(what, strtoul(argv[2], NULL, 10), argc > 3 ? argv[3] : "");
	fprintf(stderr, "\ntarget: what load?\n");
	return 1;
}
