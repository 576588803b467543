/* Who maps a page. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/demo/demo.h"
#include "pagetop/scan/sharers.h"
#include "live.h"

static struct pt_sharers *make_index(void)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe };
	struct pt_sharers *s = NULL;

	assert_int_equal(pt_sharers_build(&env, &s, NULL, NULL), 0);
	assert_false(s->hidden);
	return s;
}

static const struct pt_who *ask(const struct pt_sharers *s, uint64_t pfn)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe };
	struct pt_who *who = NULL;

	assert_int_equal(pt_sharers_ask(&env, s, pfn, &who), 0);
	return who;
}

static bool is_found(const struct pt_who *who, pid_t pid, uint64_t addr)
{
	for (size_t i = 0; i < who->n; i++)
		if (who->v[i].pid == pid && who->v[i].addr == addr)
			return true;
	return false;
}

/* The PFN of one of our own pages, which is touched. */
static uint64_t own_pfn(const volatile char *mem)
{
	struct page page;

	(void)*mem;
	read_truth(getpid(), (uintptr_t)mem >> 12, 1, &page);
	assert_true(page.word & W_PRESENT);
	return page.word & W_PFN;
}

/* Word by word from start to end: how many are at the PFN, and how many not in the answer. */
static void check_range(pid_t pid, int fd, uint64_t start, uint64_t end, const struct pt_who *who,
			size_t *nfound, size_t *nmissing)
{
	static uint64_t word[8192];

	for (uint64_t at = start >> 12, left; at < end >> 12; at += left) {
		ssize_t n;

		left = (end >> 12) - at < LEN(word) ? (end >> 12) - at : LEN(word);
		n = pread(fd, word, left * 8, (off_t)(at * 8)) / 8;
		for (ssize_t i = 0; i < n; i++)
			if (word[i] & W_PRESENT && (word[i] & W_PFN) == who->pfn) {
				++*nfound;
				*nmissing += !is_found(who, pid, (at + (uint64_t)i) << 12);
			}
	}
}

/* All mappings but the terabytes of sanitizers. */
static void check_process(pid_t pid, const struct pt_who *who, size_t *nfound, size_t *nmissing)
{
	char path[64], *line = NULL;
	uint64_t start, end;
	size_t cap = 0;
	FILE *maps;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	while (fd >= 0 && maps && getline(&line, &cap, maps) > 0)
		if (is_range(line, &start, &end) && (end - start) >> 32 == 0)
			check_range(pid, fd, start, end, who, nfound, nmissing);
	free(line);
	if (maps)
		fclose(maps);
	if (fd >= 0)
		close(fd);
}

/* Whether these, and no others, are what a walk over all processes finds. */
static bool is_all_there_is(const struct pt_who *who)
{
	size_t nfound = 0, nmissing = 0;
	DIR *dir = opendir("/proc");
	struct dirent *d;

	while ((d = readdir(dir)))
		if (atol(d->d_name) > 0)
			check_process((pid_t)atol(d->d_name), who, &nfound, &nmissing);
	closedir(dir);
	return !nmissing && nfound == who->n;
}

TEST(who_maps_a_page_of_libc_is_who_a_walk_over_all_processes_finds)
{
	const uint64_t pfn = own_pfn((const char *)(uintptr_t)qsort);
	bool same = false;

	for (int i = 0; i < TRIES && !same; i++) {	/* others start and end meanwhile */
		struct pt_sharers *s = make_index();
		const struct pt_who *who = ask(s, pfn);

		same = is_all_there_is(who) && who->n >= 2 &&
		       is_found(who, getpid(), (uintptr_t)qsort & ~UINT64_C(4095));
		if (same)
			printf("# %zu of %" PRIu64 " found; %zu runs of %zu processes in %.1f ms\n",
			       who->n, who->count, s->n, s->nprocs, (double)s->cost_ns / 1e6);
		pt_who_unref(who);
		pt_sharers_free(s);
	}
	assert_true(same);
}

/*
 * The first page of the note that is not found by as many as the kernel counts, or SIZE_MAX. The vdso
 * is mapped by all, so also by those that refuse to be read.
 */
static size_t find_incomplete(const struct pt_sharers *s, const struct pt_note *note, char sign)
{
	struct page page[512];
	size_t n = (note->end - note->start) >> 12, i;

	read_truth(pt_demo_pid(live.demo), note->start >> 12, n, page);
	for (i = 0; i < n; i++) {
		const struct pt_who *who = ask(s, page[i].word & W_PFN);
		bool ok = sign == 'z' ? who->why && strstr(who->why, "zero page") && !who->n :
			  ((who->complete && who->n == page[i].count) || (sign == 'x' && who->nrefused)) &&
			  is_found(who, pt_demo_pid(live.demo), note->start + (i << 12));

		pt_who_unref(who);
		if (!ok)
			return i;
	}
	return SIZE_MAX;
}

/* Forked, merged, huge of both kinds, of files and of shared memory: the demo has them all. */
TEST(all_who_map_a_page_of_the_demo_are_found)
{
	size_t nchecked = 0;

	for (size_t k = 0; k < nwants; k++) {
		const struct pt_note *note = note_of(wants[k].id);
		size_t at = SIZE_MAX;

		if (!(wants[k].word & W_PRESENT) || !note->start || cannot(wants[k].need))
			continue;
		for (int i = 0; i < TRIES && (at != SIZE_MAX || !i); i++) {
			struct pt_sharers *s = make_index();

			at = find_incomplete(s, note, wants[k].sign);
			pt_sharers_free(s);
		}
		if (at != SIZE_MAX)
			fail_msg("who maps page %zu of %s is not found", at + 1, wants[k].id);
		nchecked++;
	}
	assert_true(nchecked >= 10);
}

TEST(a_page_mapped_twice_by_one_process_is_found_twice)
{
	int fd = memfd_create("twice", MFD_CLOEXEC);
	struct pt_sharers *s;
	const struct pt_who *who;
	char *mem[2];

	assert_int_equal(ftruncate(fd, 4096), 0);
	for (int i = 0; i < 2; i++) {
		mem[i] = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		mem[i][0] = 1;
	}
	s = make_index();
	who = ask(s, own_pfn(mem[0]));
	assert_true(who->complete);
	assert_int_equal(who->n, 2);
	assert_true(is_found(who, getpid(), (uintptr_t)mem[0]));
	assert_true(is_found(who, getpid(), (uintptr_t)mem[1]));
	pt_who_unref(who);
	pt_sharers_free(s);
	munmap(mem[0], 4096);
	munmap(mem[1], 4096);
	close(fd);
}

static __attribute__((unused)) int wait_for_kill(void *arg)
{
	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (pause() < 0)
		;
	return 0;
}

/* The count is of entries: two processes with one address space have one. */
TEST(an_entry_of_two_processes_is_found_more_often_than_counted)
{
#ifdef __SANITIZE_THREAD__	/* it cannot follow a process in the same memory that is no thread */
	printf("# skip: not under the thread sanitizer\n");
#else
	const size_t len = 1 << 16;
	char *stack = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *mem = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid = clone(wait_for_kill, stack + len, CLONE_VM | SIGCHLD, NULL);
	const struct pt_who *who;
	struct pt_sharers *s;

	assert_true(pid > 0);
	mem[0] = 1;
	s = make_index();
	who = ask(s, own_pfn(mem));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(who->count, 1);
	assert_int_equal(who->n, 2);
	assert_true(is_found(who, pid, (uintptr_t)mem));
	assert_non_null(strstr(who->why, "sharing an address space"));
	pt_who_unref(who);
	pt_sharers_free(s);
	munmap(mem, 4096);
	munmap(stack, len);
#endif
}
