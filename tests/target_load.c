/*
 * Loads to measure by: as much of one thing as the figures ask for.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "target.h"

enum { MIB = 1 << 20, CHILD_NPAGES = 64, KEEP_OF = 8, NSAMPLES = 1 << 22, NRESERVED = 1024 };

/* Aligned to huge pages, each written once. */
static char *make_dense(size_t mib, const char *how)
{
	char *mem = map(mib * MIB + HUGE, PROT_READ | PROT_WRITE);

	mem += -(uintptr_t)mem & (HUGE - 1);
	if (strcmp(how, "small") && madvise(mem, mib * MIB, MADV_HUGEPAGE))
		die("madvise");
	write_pages(mem, mib * MIB / PAGE, 1);
	say("dense", mem);
	return mem;
}

/* Runs of pages given back leave runs of others: no two lengths in a row are the same. */
static char *make_heap(size_t mib)
{
	size_t npages = mib * MIB / PAGE;
	char *mem = map(npages * PAGE, PROT_READ | PROT_WRITE);
	uint32_t random = 1;

	write_pages(mem, npages, 1);
	for (size_t at = 0; at + KEEP_OF < npages; at += KEEP_OF) {
		random = random * 1664525 + 1013904223;
		madvise(mem + (at + (random >> 16) % 3) * PAGE, (1 + (random >> 24) % (KEEP_OF - 3)) * PAGE,
			MADV_DONTNEED);
	}
	say("heap", mem);
	return mem;
}

/* At each SIGUSR1 a quarter is written anew, in other frames, and a little of the next one is given back. */
static _Noreturn void change_heap(char *mem, size_t mib)
{
	size_t quarter = mib * MIB / 4;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	for (;;) {
		sigwait(&set, &sig);
		madvise(mem, quarter, MADV_DONTNEED);
		write_pages(mem, quarter / PAGE, 1);
		madvise(mem + quarter, CHILD_NPAGES * PAGE, MADV_DONTNEED);
		puts("changed");
		fflush(stdout);
	}
}

/* NRESERVED pages touched here and there, whatever the size. */
static void make_reserve(size_t gib)
{
	size_t len = gib << 30, step = len / NRESERVED;
	char *mem = map(len, PROT_READ | PROT_WRITE);

	for (size_t i = 0; i < NRESERVED; i++)
		mem[i * step] = 1;
	say("reserve", mem);
}

/* Every second page. */
static void make_comb(size_t mib)
{
	size_t npages = (mib << 20) / PAGE * 2;
	char *mem = map(npages * PAGE, PROT_READ | PROT_WRITE);

	write_pages(mem, npages, 2);
	say("comb", mem);
}

static char *map_at(uintptr_t addr, size_t len, int prot)
{
	char *mem = mmap((void *)addr, len, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);

	if (mem == MAP_FAILED)
		die("mmap");
	if (madvise(mem, len, MADV_NOHUGEPAGE))
		die("madvise");
	return mem;
}

/* Every second page of two stretches, and between them empty mappings ever so far apart. */
static void make_trap(size_t mib)
{
	size_t npages = (mib << 20) / PAGE * 2;

	write_pages(map_at(UINT64_C(0x010000000000), npages / 4 * PAGE, PROT_READ | PROT_WRITE), npages / 4, 2);
	for (uintptr_t i = 0; i < 16; i++)
		map_at(UINT64_C(0x100000000000) + i * UINT64_C(0x060000000000), PAGE, PROT_NONE);
	map_at(UINT64_C(0x780000000000), PAGE, PROT_NONE);
	write_pages(map_at(UINT64_C(0x780000001000), npages * PAGE, PROT_READ | PROT_WRITE), npages, 2);
	say("trap", (char *)UINT64_C(0x780000001000));
}

static void make_processes(size_t n)
{
	char *mem = map(CHILD_NPAGES * PAGE, PROT_READ | PROT_WRITE);
	pid_t parent = getpid();

	write_pages(mem, CHILD_NPAGES, 1);
	for (size_t i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			die_with(parent);
			write_pages(mem, CHILD_NPAGES, 4);
			sleep_for_ever();
		}
	}
	say("cow", mem);
}

static void fork_sleeper(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		die_with(parent);
		sleep_for_ever();
	}
}

/*
 * Pages that a child shares since a fork, which is now, or when the first line is read; each line writes the first half of
 * them, which copies them.
 */
static _Noreturn void share(size_t npages, bool now)
{
	char *mem = map(npages * PAGE, PROT_READ | PROT_WRITE);
	int c;

	write_pages(mem, npages, 1);
	if (now)
		fork_sleeper();
	say("shared", mem);
	ready();
	while ((c = getchar()) != EOF)
		if (c == '\n') {
			if (!now)
				fork_sleeper();
			now = true;
			write_pages(mem, npages / 2, 1);
			puts("written");
			fflush(stdout);
		}
	exit(0);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void measure_own(uint64_t us, uint32_t *sample)
{
	uint64_t end = now_ns() + us * 1000, sum = 0, from, to;
	size_t n = 0;

	while ((from = now_ns()) < end && n < NSAMPLES) {
		void *mem = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		munmap(mem, PAGE);
		to = now_ns();
		sample[n++] = (uint32_t)(to - from);
		sum += to - from;
	}
	qsort(sample, n, sizeof(*sample), by_size);
	printf("%lu %u\n", (unsigned long)(n ? sum / n : 0), n ? sample[n * 99 / 100] : 0);
	fflush(stdout);
}

static _Noreturn void own(uint64_t us)
{
	uint32_t *sample = malloc(NSAMPLES * sizeof(*sample));

	if (!sample)
		die("malloc");
	memset(sample, 0, NSAMPLES * sizeof(*sample));
	while (getchar() != EOF)
		measure_own(us, sample);
	exit(0);
}

void load(const char *what, size_t n, const char *how)
{
	char *heap = NULL;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (!strcmp(what, "dense"))
		make_dense(n, how);
	else if (!strcmp(what, "trap"))
		make_trap(n);
	else if (!strcmp(what, "comb"))
		make_comb(n);
	else if (!strcmp(what, "shared") || !strcmp(what, "forking"))
		share(n, !strcmp(what, "shared"));
	else if (!strcmp(what, "heap"))
		heap = make_heap(n);
	else if (!strcmp(what, "reserve"))
		make_reserve(n);
	else if (!strcmp(what, "processes"))
		make_processes(n);
	else if (!strcmp(what, "own"))
		make_dense(n, "small");
	else
		return;
	ready();
	if (heap)
		change_heap(heap, n);
	if (!strcmp(what, "own"))
		own(strtoul(how, NULL, 10));
	sleep_for_ever();
}
