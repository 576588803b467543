/* Makers of large pages: transparent, multi-size, and from the pool. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include "pagetop/demo/demo_check.h"
#include "pagetop/demo/demo_make.h"
#include "pagetop/kernel/abi.h"

/* What headers of a C library may be too old for. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25			/* Linux 6.1 */
#endif
#ifndef MAP_HUGE_2MB
#define MAP_HUGE_2MB (21 << 26)			/* Linux 3.8 */
#endif

#define HUGETLB_DIR "/sys/kernel/mm/hugepages/hugepages-2048kB/"

static int thp_allowed(struct pt_demo_slot *s)
{
	char word[PT_DEMO_WORD];

	if (!pt_demo_setting(PT_DEMO_THP_DIR "enabled", word)[0])
		return pt_demo_no(s, "this kernel has no transparent huge pages");
	if (!strcmp(word, "never"))
		return pt_demo_no(s, PT_DEMO_THP_DIR "enabled is never; madvise would enable it");
	/* Linux 6.8; empty before */
	if (!strcmp(pt_demo_setting(PT_DEMO_THP_DIR "hugepages-2048kB/enabled", word), "never"))
		return pt_demo_no(s, PT_DEMO_THP_DIR
				  "hugepages-2048kB/enabled is never; inherit would enable it");
	return 0;
}

static int collapse(struct pt_demo_slot *s)
{
	struct pt_demo_look look = { 0 };

	pt_demo_look(s->mem, s->len, &look);
	for (int i = 0; i < 5 && look.huge_bytes < s->len; i++) {
		if (madvise(s->mem, s->len, MADV_COLLAPSE) && errno == EINVAL)
			return pt_demo_refused(s, "MADV_COLLAPSE", "needs Linux 6.1");
		pt_demo_look(s->mem, s->len, &look);
	}
	return look.huge_bytes == s->len ?
		       0 :
		       pt_demo_no(s, "no huge page is free: memory is fragmented");
}

static int place_thp(struct pt_demo_slot *s)
{
	if (thp_allowed(s) ||
	    pt_demo_place(s, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
		return -1;
	if (madvise(s->mem, s->len, MADV_HUGEPAGE))
		return pt_demo_no(s, "MADV_HUGEPAGE refused (%s)", strerror(errno));
	return 0;
}

int pt_demo_make_thp(struct pt_demo_slot *s)
{
	if (place_thp(s))
		return -1;
	pt_demo_write_pages(s);
	return collapse(s);
}

/* Splitting the mapping in two splits the entry, not the folio; then khugepaged must stay away. */
int pt_demo_make_thp_split(struct pt_demo_slot *s)
{
	if (pt_demo_make_thp(s) || pt_demo_stay_small(s))
		return -1;
	if (mprotect(s->mem, PT_PAGE_BYTES, PROT_READ) ||
	    mprotect(s->mem, PT_PAGE_BYTES, PROT_READ | PROT_WRITE))
		return pt_demo_no(s, "mprotect failed");
	return 0;
}

/* What is left is mapped page by page, and the head of its folio is not mapped any more. */
int pt_demo_make_thp_part(struct pt_demo_slot *s)
{
	size_t half = s->len / 2;

	if (pt_demo_make_thp(s) || pt_demo_stay_small(s))
		return -1;
	/* reserved again: let nothing else move in */
	if (mmap(s->mem, half, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
		 -1, 0) == MAP_FAILED)
		return pt_demo_no(s, "mmap failed");
	s->mem += half;
	s->len -= half;
	return 0;
}

int pt_demo_make_thp_locked(struct pt_demo_slot *s)
{
	return pt_demo_make_thp(s) ? -1 : pt_demo_lock(s, 0);
}

/* One read brings all of it, if it is the huge zero page; small ones would come one by one. */
int pt_demo_make_huge_zero(struct pt_demo_slot *s)
{
	char word[PT_DEMO_WORD];

	if (!strcmp(pt_demo_setting(PT_DEMO_THP_DIR "use_zero_page", word), "0"))
		return pt_demo_no(s, PT_DEMO_THP_DIR "use_zero_page is 0; 1 would enable it");
	if (place_thp(s))
		return -1;
	(void)*(volatile char *)s->mem;
	if (pt_demo_count(s->mem, s->len, PT_PM_PRESENT, PT_PM_PRESENT) < s->len / PT_PAGE_BYTES)
		return pt_demo_no(s, "the kernel mapped a small zero page");
	return 0;
}

int pt_demo_make_shmem_thp(struct pt_demo_slot *s)
{
	char word[PT_DEMO_WORD];

	if (!strcmp(pt_demo_setting(PT_DEMO_THP_DIR "shmem_enabled", word), "deny"))
		return pt_demo_no(s,
				  PT_DEMO_THP_DIR "shmem_enabled is deny; advise would enable it");
	if (pt_demo_place_memfd(s, MAP_SHARED))
		return -1;
	madvise(s->mem, s->len, MADV_HUGEPAGE);
	pt_demo_write_pages(s);
	return collapse(s);
}

/* Whether folios of this many pages may be used for a mapping that asked for large ones. */
static bool size_allowed(size_t npages)
{
	char path[96], word[PT_DEMO_WORD];

	snprintf(path, sizeof(path), PT_DEMO_THP_DIR "hugepages-%zukB/enabled",
		 npages * PT_PAGE_BYTES >> 10);
	pt_demo_setting(path, word);
	if (!strcmp(word, "inherit"))
		pt_demo_setting(PT_DEMO_THP_DIR "enabled", word);
	return !strcmp(word, "always") || !strcmp(word, "madvise");
}

/* One write in each stretch of `npages`: all of it is there if a folio of that size came. */
static void write_stretches(const struct pt_demo_slot *s, size_t npages)
{
	for (size_t at = 0; at < s->len; at += npages * PT_PAGE_BYTES)
		s->mem[at] = 'm';
}

int pt_demo_make_mthp(struct pt_demo_slot *s)
{
	static const uint8_t size[] = { 16, 32, 64, 8, 4, 2 };
	size_t i = 0;

	while (i < sizeof(size) && !size_allowed(size[i]))
		i++;
	if (i == sizeof(size))
		return pt_demo_no(s, PT_DEMO_THP_DIR
				  "hugepages-64kB/enabled is never; madvise would enable it");
	if (pt_demo_place(s, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
		return -1;
	if (madvise(s->mem, s->len, MADV_HUGEPAGE))
		return pt_demo_no(s, "MADV_HUGEPAGE refused (%s)", strerror(errno));
	write_stretches(s, size[i]);
	if (pt_demo_count(s->mem, s->len, PT_PM_PRESENT, PT_PM_PRESENT) < s->len / PT_PAGE_BYTES)
		return pt_demo_no(s, "no free folio of %d pages: memory is fragmented", size[i]);
	pt_demo_write_pages(s);
	return pt_demo_stay_small(s);
}

static int place_hugetlb(struct pt_demo_slot *s, int flags)
{
	char word[PT_DEMO_WORD];

	flags |= MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB;
	if (!pt_demo_place(s, PROT_READ | PROT_WRITE, flags, -1, 0))
		return 0;
	if (!pt_demo_setting(HUGETLB_DIR "free_hugepages", word)[0])
		return pt_demo_no(s, "this kernel has no 2 MiB hugetlb pages");
	return pt_demo_no(s, HUGETLB_DIR "free_hugepages is %s; vm.nr_hugepages=3 would enable it",
			  word);
}

int pt_demo_make_hugetlb_private(struct pt_demo_slot *s)
{
	if (place_hugetlb(s, MAP_PRIVATE))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

int pt_demo_make_hugetlb_shared(struct pt_demo_slot *s)
{
	if (place_hugetlb(s, MAP_SHARED))
		return -1;
	pt_demo_write_pages(s);
	return 0;
}

/* Not reserved, so that an empty pool is enough. */
int pt_demo_make_hugetlb_untouched(struct pt_demo_slot *s)
{
	return place_hugetlb(s, MAP_PRIVATE | MAP_NORESERVE);
}
