/*
 * The floor: only the reads that all facts of a process cannot do without, by two threads, with
 * nothing behind them. What pagetop takes more is its own.
 *
 *	floor PID [smaps]	prints "pages checksum"; with smaps, it is read too, meanwhile, by a third
 *
 * A thread takes the next chunk, at most 8192 pages found by PAGEMAP_SCAN; reads their words; the
 * flags of their frames, by runs of neighbours, of a page mapped by PMD those of its head; the
 * counts where bit 56 does not say "once", of pages mapped by PMD all; and their words again.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"

enum { CHUNK = 8192, REGIONS = 512, THREADS = 2, HEAD = 512 };

static int pagemap_fd, flags_fd, count_fd;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t next_addr, end_addr = UINT64_C(0x7ffffffff000);
static uint64_t sum, npages;

struct chunk {
	size_t nregions;
	struct pt_pm_region region[REGIONS];
	size_t n;
	uint64_t sum;			/* so that nothing is read in vain */
	uint64_t word[CHUNK + HEAD], again[CHUNK + HEAD], kpage[CHUNK + HEAD];
	bool huge[CHUNK + HEAD];
};

static bool take_chunk(struct chunk *c)
{
	struct pt_pm_scan_arg arg = {
		.size = sizeof(arg), .vec = (uintptr_t)c->region, .vec_len = REGIONS, .max_pages = CHUNK,
		.category_anyof_mask = PT_PAGE_IS_PRESENT | PT_PAGE_IS_SWAPPED,
		.return_mask = PT_PAGE_IS_PRESENT | PT_PAGE_IS_SWAPPED | PT_PAGE_IS_HUGE | PT_PAGE_IS_PFNZERO,
	};
	int n;

	pthread_mutex_lock(&lock);
	arg.start = next_addr;
	arg.end = end_addr;
	n = next_addr < end_addr ? ioctl(pagemap_fd, PT_PAGEMAP_SCAN, &arg) : 0;
	if (n < 0) {
		perror("PAGEMAP_SCAN");
		exit(1);
	}
	c->nregions = (size_t)n;
	next_addr = next_addr < end_addr ? arg.walk_end : end_addr;
	if (n && c->region[n - 1].end > next_addr)
		next_addr = c->region[n - 1].end;
	n = n || next_addr < end_addr;
	pthread_mutex_unlock(&lock);
	return n;
}

static void read_words(const struct chunk *c, uint64_t *word)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nregions; i++) {
		const struct pt_pm_region *r = &c->region[i];
		size_t len = (r->end - r->start) / PT_PAGE_BYTES;

		if (pread(pagemap_fd, word + n, len * 8, (off_t)(r->start / PT_PAGE_BYTES * 8)) < 0)
			perror("pagemap");
		n += len;
	}
}

static uint64_t pfn_of(const struct chunk *c, size_t i)
{
	return c->word[i] & PT_PM_PRESENT ? c->word[i] & PT_PM_PFN_MASK : 0;
}

static bool wants_flags(const struct chunk *c, size_t i)
{
	return pfn_of(c, i) && (!c->huge[i] || pfn_of(c, i) % HEAD == 0);
}

static bool wants_count(const struct chunk *c, size_t i)
{
	return pfn_of(c, i) && (c->huge[i] || !(c->word[i] & PT_PM_EXCLUSIVE));
}

static void read_frames(struct chunk *c, int fd, bool (*wants)(const struct chunk *, size_t))
{
	for (size_t i = 0, len; i < c->n; i += len) {
		len = 1;
		if (!wants(c, i))
			continue;
		while (i + len < c->n && pfn_of(c, i + len) == pfn_of(c, i) + len && wants(c, i + len))
			len++;
		if (pread(fd, c->kpage + i, len * 8, (off_t)(pfn_of(c, i) * 8)) < 0)
			perror("kpage");
		for (size_t j = i; j < i + len; j++)
			c->sum += c->kpage[j];
	}
}

static void *work(void *arg)
{
	struct chunk *c = calloc(1, sizeof(*c));

	while (c && take_chunk(c)) {
		c->n = 0;
		for (size_t i = 0; i < c->nregions; i++)
			for (uint64_t at = c->region[i].start; at < c->region[i].end; at += PT_PAGE_BYTES)
				c->huge[c->n++] = c->region[i].categories & PT_PAGE_IS_HUGE;
		read_words(c, c->word);
		read_frames(c, flags_fd, wants_flags);
		read_frames(c, count_fd, wants_count);
		read_words(c, c->again);
		__atomic_fetch_add(&npages, c->n, __ATOMIC_RELAXED);
	}
	if (c)
		__atomic_fetch_add(&sum, c->sum, __ATOMIC_RELAXED);
	free(c);
	return arg;
}

static void *read_smaps(void *path)
{
	static char buf[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && read(fd, buf, sizeof(buf)) > 0)
		;
	return NULL;
}

int main(int argc, char **argv)
{
	char path[64], smaps[64];
	pthread_t thread[THREADS], reader;

	snprintf(path, sizeof(path), "/proc/%s/pagemap", argc > 1 ? argv[1] : "self");
	pagemap_fd = open(path, O_RDONLY | O_CLOEXEC);
	flags_fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	count_fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	if (pagemap_fd < 0 || flags_fd < 0 || count_fd < 0) {
		perror(path);
		return 1;
	}
	snprintf(smaps, sizeof(smaps), "/proc/%s/smaps", argc > 1 ? argv[1] : "self");
	if (argc > 2 && pthread_create(&reader, NULL, read_smaps, smaps))
		return 1;
	for (int i = 1; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, work, NULL))
			return 1;
	work(NULL);
	for (int i = 1; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	if (argc > 2)
		pthread_join(reader, NULL);
	printf("%llu %llx\n", (unsigned long long)npages, (unsigned long long)sum);
	return 0;
}
