/*
 * The room model: what the kernel's words mean, and everything that is worked out from it.
 *
 * The words are written out as running kernels showed them (6.18, x86-64), bit by bit.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include "pagetop/kernel/kpage.h"
#include "pagetop/model/change.h"
#include "pagetop/model/explain.h"
#include "pagetop/model/filter.h"
#include "pagetop/model/image.h"
#include "pagetop/model/matches.h"
#include "pagetop/model/place.h"
#include "pagetop/model/pulse.h"
#include "pagetop/model/sums.h"
#include "pagetop/model/table.h"
#include "pagetop/model/tally.h"
#include "pagetop/model/wish.h"
#include "test.h"

#define B(n) (UINT64_C(1) << (n))

/* Bits of pagemap; SCAN, PMD and PFNZERO: what PAGEMAP_SCAN tells beside it. */
#define P B(63)
#define S B(62)
#define F B(61)
#define G B(58)
#define UFFD B(57)
#define E B(56)
enum { SCAN = 1, PMD = 2, PFNZERO = 4, NOFLAGS = 8, NOCOUNT = 16, NOPFN = 32, NEVER_STILL = 64, DEV = 128 };

/* Bits of kpageflags. */
#define UPTODATE B(3)
#define DIRTY B(4)
#define LRU B(5)
#define SLAB B(7)
#define WRITEBACK B(8)
#define BUDDY B(10)
#define MMAP B(11)
#define ANON B(12)
#define SWAPCACHE B(13)
#define SWAPBACKED B(14)
#define HEAD B(15)
#define TAIL B(16)
#define HUGETLB B(17)
#define UNEVICTABLE B(18)
#define HWPOISON B(19)
#define KSM B(21)
#define THP B(22)
#define OFFLINE B(23)
#define ZERO_PAGE B(24)
#define PGTABLE B(26)
#define RESERVED B(32)
#define MLOCKED B(33)
#define OWNER_2 B(34)
#define USED (UPTODATE | LRU | MMAP)
#define MINE (USED | ANON | SWAPBACKED | OWNER_2)

enum { HUGE = PT_OVER_HUGE, LARGE = PT_OVER_LARGE, LOCKED = PT_OVER_LOCKED };

/* A page as the readers found it, by the kernel's words alone. */
struct page {
	uint64_t word;
	uint32_t count;
	uint64_t kflags;
	unsigned how;		/* SCAN …, and what did not answer */
};

static struct pt_run run_of(const struct page *p)
{
	static const struct {
		uint64_t bit;
		uint16_t fact;
	} row[] = {
		{ P, PT_RUN(PRESENT) }, { S, PT_RUN(ENTRY) }, { F, PT_RUN(FILE) },
		{ G, PT_RUN(GUARD_BIT) }, { UFFD, PT_RUN(UFFD_WP) }, { E, PT_RUN(EXCLUSIVE) },
		{ B(55), PT_RUN(SOFT_DIRTY) },
	};
	struct pt_run run = { .npages = 1 };

	if (p->how & NEVER_STILL) {
		run.pm = PT_RUN(UNSTABLE);
		return run;
	}
	for (size_t i = 0; i < LEN(row); i++)
		run.pm |= p->word & row[i].bit ? row[i].fact : 0;
	if (!(p->how & NOPFN) && p->word & (P | S))
		run.pm |= PT_RUN(PFN);
	if (p->word & P) {
		run.pm |= p->how & SCAN ? PT_RUN(SCANNED) : 0;
		run.pm |= p->how & PMD ? PT_RUN(PMD) : 0;
		run.pm |= p->how & DEV ? PT_RUN(DEVICE) : 0;
		run.pm |= p->how & PFNZERO ? PT_RUN(PFNZERO) : 0;
		run.pm |= p->how & (NOFLAGS | NOPFN) ? 0 : PT_RUN(GOT_FLAGS);
		run.pm |= p->how & (NOCOUNT | NOPFN) ? 0 : PT_RUN(GOT_COUNT);
		run.kflags = p->how & (NOFLAGS | NOPFN) ? 0 : p->kflags;
		run.count = p->how & (NOCOUNT | NOPFN) ? 0 : p->count;
	} else if (p->word & S && !(p->how & NOPFN)) {
		run.kflags = p->word & 31;
		if (run.kflags == 31)
			run.kflags |= (p->word >> 5 & 0xffff) << 5;
	}
	return run;
}

static const struct pt_facts_context *context(void)
{
	static struct pt_facts_context ctx = { .kmask = UINT64_MAX };

	if (!ctx.layout.entry[31])	/* as this kernel is built: 28 to 30 are migration entries */
		pt_swap_layout_init(&ctx.layout, &(struct pt_swap_build){ PT_YES, PT_NO, PT_NO, 31 });
	return &ctx;
}

#define VMA(mode, ino, path, flags) { \
	.start = 0x600000000000, .end = 0x600000200000, .perms = mode, .inode = ino, \
	.name = path, .name_len = sizeof(path) - 1, .got_smaps = true, .page_bytes = 4096, \
	.vmflags = flags, .lazyfree = PT_NO, .secret = PT_NO, .bare = PT_NO }
#define BARE(mode, ino, path, flags) { \
	.start = 0x600000000000, .end = 0x600000200000, .perms = mode, .inode = ino, \
	.name = path, .name_len = sizeof(path) - 1, .got_smaps = true, .page_bytes = 4096, \
	.vmflags = flags, .lazyfree = PT_NO, .secret = PT_NO, .bare = PT_YES }

static const struct pt_vma anon = VMA("rw-p", 0, "[heap]", 0);
static const struct pt_vma noaccess = VMA("---p", 0, "", 0);
static const struct pt_vma locked = VMA("rw-p", 0, "", PT_VMF(LO));
static const struct pt_vma lazy = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-p",
	.name = "", .got_smaps = true, .lazyfree_bytes = 4096, .lazyfree = PT_YES };
static const struct pt_vma droppable = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-p",
	.name = "", .got_smaps = true, .vmflags = PT_VMF(DP), .lazyfree = PT_YES };
static const struct pt_vma library = VMA("rw-p", 77, "/lib/libc.so.6", 0);
static const struct pt_vma code = VMA("r-xp", 77, "/lib/libc.so.6", 0);
static const struct pt_vma dev_zero = BARE("rw-p", 5, "/dev/zero", 0);
static const struct pt_vma file = VMA("rw-s", 78, "/tmp/data", 0);
static const struct pt_vma memfd = VMA("rw-s", 79, "/memfd:x (deleted)", 0);
static const struct pt_vma memfd_copy = VMA("rw-p", 79, "/memfd:x (deleted)", 0);
static const struct pt_vma huge_anon = BARE("rw-p", 80, "/anon_hugepage (deleted)", PT_VMF(HT));
static const struct pt_vma huge_shared = VMA("rw-s", 81, "/dev/hugepages/x", PT_VMF(HT));
static const struct pt_vma secret = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-s", .inode = 82,
	.name = "/a (deleted)", .name_len = 12, .got_smaps = true, .vmflags = PT_VMF(LO), .lazyfree = PT_NO,
	.secret = PT_YES, .bare = PT_NO };
static const struct pt_vma not_looked_at = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-p", .inode = 77,
	.name = "/lib/libc.so.6", .name_len = 14, .got_smaps = true, .lazyfree = PT_NO, .secret = PT_NO };
static const struct pt_vma no_device = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-s", .inode = 82,
	.name = "/secretmem (deleted)", .name_len = 20, .got_smaps = true, .vmflags = PT_VMF(LO), .lazyfree = PT_NO, .bare = PT_NO };
static const struct pt_vma vdso = VMA("r-xp", 0, "[vdso]", 0);
static const struct pt_vma vvar = VMA("r--p", 0, "[vvar]", PT_VMF(PF));
static const struct pt_vma vsyscall = { .start = 0xffffffffff600000, .end = 0xffffffffff601000,
	.perms = "--xp", .name = "[vsyscall]", .name_len = 10 };
static const struct pt_vma ring = VMA("rw-s", 83, "anon_inode:[io_uring]", 0);
static const struct pt_vma mixed_map = VMA("rw-s", 84, "/dev/dri/card0", PT_VMF(MM) | PT_VMF(IO));

static struct pt_facts facts_of(const struct page *p, const struct pt_vma *vma)
{
	struct pt_run run = run_of(p);

	return pt_facts_of(&run, vma, context());
}

static char sign_of(const struct page *p, const struct pt_vma *vma)
{
	struct pt_facts f = facts_of(p, vma);

	return pt_rows[pt_lens_row(PT_LENS_STATE, &f)].sign;
}

static uint8_t over_of(const struct page *p, const struct pt_vma *vma)
{
	struct pt_facts f = facts_of(p, vma);

	return pt_overlays_of(&f);
}

static bool coin(uint64_t *x)
{
	return random_next(x) >> 40 & 1;
}

/* ---- facts and the state lens */

struct seen {
	const char *what;
	struct page page;
	const struct pt_vma *vma;
	char sign;
	uint8_t over;
};

/* What a kernel shows for pages that were made on purpose, and what they are. */
static const struct seen seen[] = {
	{ "private anonymous, written", { P | E, 1, MINE, SCAN }, &anon, 'p', 0 },
	{ "the same, then PROT_NONE", { P | E, 1, MINE, SCAN }, &noaccess, 'p', 0 },
	{ "read-only touched anonymous",
	  { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &anon, 'z', 0 },
	{ "DAX, by PTE", { P | F, 0, 0, SCAN | DEV }, &file, 'v', 0 },
	{ "DAX, by PMD", { P, 0, 0, SCAN | PMD | DEV }, &file, 'v', HUGE },
	{ "untouched, or MADV_DONTNEED", { 0, 0, 0, 0 }, &anon, '.', 0 },
	{ "forked, not yet written", { P, 2, USED | ANON | SWAPBACKED, SCAN }, &anon, 'c', 0 },
	{ "forked, the other side wrote",
	  { P | E, 1, USED | ANON | SWAPBACKED, SCAN }, &anon, 'p', 0 },
	{ "private file, read once", { P | F | E, 1, USED, SCAN }, &library, 'i', 0 },
	{ "private file, read by many", { P | F, 9, USED | OWNER_2, SCAN }, &library, 'h', 0 },
	{ "private file, in a large folio",
	  { P | F | E, 1, USED | HEAD | THP, SCAN }, &library, 'i', LARGE },
	{ "private file, written", { P | E, 1, MINE, SCAN }, &library, 'w', 0 },
	{ "shared file, written", { P | F | E, 1, USED | DIRTY, SCAN }, &file, 'i', 0 },
	{ "memfd", { P | F | E, 1, USED | SWAPBACKED | DIRTY, SCAN }, &memfd, 'm', 0 },
	{ "memfd, mapped by others too", { P | F, 3, USED | SWAPBACKED, SCAN }, &memfd, 'm', 0 },
	{ "private map of memfd, written", { P | E, 1, MINE, SCAN }, &memfd_copy, 'w', 0 },
	{ "private /dev/zero, written", { P | E, 1, MINE, SCAN }, &dev_zero, 'p', 0 },
	{ "MADV_FREE", { P | E, 1, USED | ANON | OWNER_2, SCAN }, &lazy, 'f', 0 },
	{ "MADV_FREE, then all rewritten",
	  { P | E, 1, USED | ANON | OWNER_2, SCAN }, &anon, 'p', 0 },
	{ "MAP_DROPPABLE", { P | E, 1, USED | ANON | OWNER_2, SCAN }, &droppable, 'f', 0 },
	{ "THP, PMD-mapped", { P | E, 1, MINE | HEAD | THP, SCAN | PMD }, &anon, 'p', HUGE },
	{ "THP, PMD-mapped, a tail",
	  { P | E, 1, MINE | TAIL | THP, SCAN | PMD }, &anon, 'p', HUGE },
	{ "THP, PTE-mapped", { P | E, 1, MINE | TAIL | THP | DIRTY, SCAN }, &anon, 'p', LARGE },
	{ "THP, PMD-mapped, forked",
	  { P, 2, USED | ANON | SWAPBACKED | HEAD | THP, SCAN | PMD }, &anon, 'c', HUGE },
	{ "shmem THP",
	  { P | F | E, 1, USED | SWAPBACKED | HEAD | THP | DIRTY, SCAN | PMD }, &memfd, 'm', HUGE },
	{ "mTHP of 64K", { P | E, 1, MINE | TAIL | THP, SCAN }, &anon, 'p', LARGE },
	{ "huge zero page",
	  { P | F, 0, HEAD | THP | ZERO_PAGE, SCAN | PFNZERO | PMD }, &anon, 'z', HUGE },
	{ "hugetlb, private",
	  { P | E, 1, UPTODATE | MMAP | HUGETLB | ANON | HEAD | OWNER_2, SCAN | PMD }, &huge_anon, 'p', HUGE },
	{ "hugetlb, after fork",
	  { P, 2, UPTODATE | MMAP | HUGETLB | ANON | TAIL, SCAN | PMD }, &huge_anon, 'c', HUGE },
	{ "hugetlb, shared",
	  { P | F | E, 1, UPTODATE | MMAP | HUGETLB | DIRTY | HEAD, SCAN | PMD }, &huge_shared, 'm', HUGE },
	{ "mlocked", { P | E, 1, MINE | MLOCKED | UNEVICTABLE, SCAN }, &locked, 'p', LOCKED },
	{ "mlocked, THP and forked",
	  { P, 2, USED | ANON | SWAPBACKED | HEAD | THP | MLOCKED, SCAN | PMD }, &locked, 'c', HUGE | LOCKED },
	{ "in a locked mapping, without the flag", { P | E, 1, MINE, SCAN }, &locked, 'p', LOCKED },
	{ "in a locked mapping, absent", { 0, 0, 0, 0 }, &locked, '.', 0 },
	{ "KSM merged", { P, 8, USED | ANON | SWAPBACKED | KSM | DIRTY, SCAN }, &anon, 'k', 0 },
	{ "KSM, mapped once", { P | E, 1, USED | ANON | SWAPBACKED | KSM, SCAN }, &anon, 'k', 0 },
	{ "swapped", { 0x4000000000000020, 0, 0, 0 }, &anon, 's', 0 },
	{ "swapped, second area", { S | 5 << 5 | 1, 0, 0, 0 }, &anon, 's', 0 },
	{ "swapped in, slot kept", { P | E, 1, MINE | SWAPCACHE | B(37), SCAN }, &anon, 'p', 0 },
	{ "being written to swap",
	  { P | E, 1, MINE | SWAPCACHE | WRITEBACK, SCAN }, &anon, 'p', 0 },
	{ "guard", { 0x440000000000009f, 0, 0, 0 }, &anon, 'g', 0 },
	{ "guard before Linux 6.15", { 0x400000000000009f, 0, 0, 0 }, &anon, 'g', 0 },
	{ "uffd-wp marker", { 0x420000000000003f, 0, 0, 0 }, &anon, 'o', 0 },
	{ "UFFDIO_POISON", { 0x400000000000005f, 0, 0, 0 }, &anon, '!', 0 },
	{ "uffd-wp on a present page", { P | E | UFFD, 1, MINE, SCAN }, &anon, 'p', 0 },
	{ "migration, read", { S | 0x14dedc << 5 | 28, 0, 0, 0 }, &anon, '>', 0 },
	{ "migration, exclusive", { S | 0x14dedc << 5 | 29, 0, 0, 0 }, &anon, '>', 0 },
	{ "migration, write", { S | 0x14dedc << 5 | 30, 0, 0, 0 }, &anon, '>', 0 },
	{ "secretmem",
	  { P | F | E, 1, UPTODATE | MMAP | DIRTY | MLOCKED, SCAN }, &secret, 'x', LOCKED },
	{ "vdso", { P | F, 7, MMAP | RESERVED, SCAN }, &vdso, 'x', 0 },
	{ "vdso, written by a debugger", { P | E, 1, MINE, SCAN }, &vdso, 'p', 0 },
	{ "io_uring ring", { P | F | E, 1, MMAP, SCAN }, &ring, 'x', 0 },
	{ "packet ring", { P | F | E, 1, MMAP | HEAD, SCAN }, &ring, 'x', 0 },
	{ "special PTE of a driver", { P, 0, 0, SCAN }, &mixed_map, 'x', 0 },
	{ "vvar", { 0, 0, 0, 0 }, &vvar, 'u', 0 },
	{ "vsyscall", { 0, 0, 0, 0 }, &vsyscall, 'u', 0 },
	{ "hardware poison by its flag", { P | E, 1, MINE | HWPOISON, SCAN }, &anon, '!', 0 },
};

TEST(every_page_that_was_made_on_purpose_is_named)
{
	for (size_t i = 0; i < LEN(seen); i++) {
		char sign = sign_of(&seen[i].page, seen[i].vma);
		uint8_t over = over_of(&seen[i].page, seen[i].vma);

		if (sign != seen[i].sign || over != seen[i].over)
			fail_msg("%s: %c with overlays %d, not %c with %d", seen[i].what, sign, over,
				 seen[i].sign, seen[i].over);
	}
}

/*
 * The same in each lens, by one sign a lens: state, sharing, kind, size, lock, reclaim, change,
 * node. Node and order are what the scan found out besides the page's own words.
 */
static const struct seen_through {
	const char *what;
	struct page page;
	const struct pt_vma *vma;
	uint8_t order;
	const char *signs;
} seen_through[] = {
	{ "private", { P | E, 1, MINE, SCAN }, &anon, 0, "paapei?3" },
	{ "forked, THP by PMD, one subpage shared by both",
	  { P | E, 2, USED | ANON | SWAPBACKED | TAIL | THP, SCAN | PMD }, &anon, 9, "cbakei?3" },
	{ "the same THP, a subpage of one's own",
	  { P | E, 1, USED | ANON | SWAPBACKED | TAIL | THP, SCAN | PMD }, &anon, 9, "paakei?3" },
	{ "THP by PTE, a tail", { P | E, 1, MINE | TAIL | THP, SCAN }, &anon, 9, "paajei?3" },
	{ "mTHP of 64K", { P | E, 1, MINE | TAIL | THP, SCAN }, &anon, 4, "paaeei?3" },
	{ "zero page", { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &anon, 0, "zzzzxz?3" },
	{ "zero page, locked", { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &locked, 0, "zzzznz?3" },
	{ "huge zero page",
	  { P | F, 0, HEAD | THP | ZERO_PAGE, SCAN | PFNZERO | PMD }, &anon, 9, "zzzyxz?3" },
	{ "mlocked", { P | E, 1, MINE | MLOCKED | UNEVICTABLE, SCAN }, &locked, 0, "paaplv?3" },
	{ "unevictable, not locked here",
	  { P | F, 2, USED | SWAPBACKED | UNEVICTABLE, SCAN }, &memfd, 0, "mbmpvv?3" },
	{ "locked, without the flag", { P | E, 1, MINE, SCAN }, &locked, 0, "paapni?3" },
	{ "locked, absent", { 0, 0, 0, 0 }, &locked, 0, "....h.?." },
	{ "locked, swapped", { 0x4000000000000020, 0, 0, 0 }, &locked, 0, "ssssss?s" },
	{ "absent", { 0, 0, 0, 0 }, &anon, 0, "......?." },
	{ "guard", { 0x440000000000009f, 0, 0, 0 }, &anon, 0, "gooooo?o" },
	{ "vvar", { 0, 0, 0, 0 }, &vvar, 0, "uuuuuu?u" },
	{ "MADV_FREE", { P | E, 1, USED | ANON | OWNER_2, SCAN }, &lazy, 0, "faapef?3" },
	{ "MADV_FREE, then all rewritten",
	  { P | E, 1, USED | ANON | OWNER_2, SCAN }, &anon, 0, "paapei?3" },
	{ "swapped in, slot kept", { P | E, 1, MINE | SWAPCACHE, SCAN }, &anon, 0, "paapec?3" },
	{ "file, dirty", { P | F | E, 1, USED | DIRTY, SCAN }, &file, 0, "iadpei?3" },
	{ "file, in a folio of 32K",
	  { P | F, 9, USED | TAIL | THP | B(6), SCAN }, &library, 3, "hdidea?3" },
	{ "code, written", { P | E, 1, MINE, SCAN }, &code, 0, "wawpei?3" },
	{ "hugetlb, private",
	  { P | E, 1, UPTODATE | MMAP | HUGETLB | ANON | HEAD, SCAN | PMD }, &huge_anon, 9, "patlxn?3" },
	{ "hugetlb, shared, of 1 GiB",
	  { P | F, 2, UPTODATE | MMAP | HUGETLB | DIRTY | TAIL, SCAN | PMD }, &huge_shared, 18,
	  "mbtmxn?3" },
	{ "secretmem, still in a batch",
	  { P | F | E, 1, UPTODATE | MMAP | DIRTY | MLOCKED, SCAN }, &secret, 0, "xaxpln?3" },
	{ "vdso", { P | F, 70, MMAP | RESERVED, SCAN }, &vdso, 0, "xexpxn?3" },
	{ "packet ring", { P | F | E, 1, MMAP | HEAD, SCAN }, &ring, 4, "xaxxxn?3" },
	{ "special PTE of a driver", { P, 0, 0, SCAN }, &mixed_map, 0, "xnxpxn?3" },
	{ "DAX, by PTE", { P | F, 0, 0, SCAN | DEV }, &file, 0, "vnvvxn?3" },
	{ "DAX, by PMD", { P | F, 0, 0, SCAN | PMD | DEV }, &file, 0, "vnvvxn?3" },
	{ "merged by KSM", { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN }, &anon, 0, "kdapei?3" },
};

TEST(every_page_has_its_row_in_each_lens)
{
	for (size_t i = 0; i < LEN(seen_through); i++) {
		const struct seen_through *s = &seen_through[i];
		struct pt_run run = run_of(&s->page);

		run.order = s->order;
		run.node = s->page.word & P ? 3 : -1;
		assert_int_equal(strlen(s->signs), PT_NLENSES);
		for (int lens = 0; lens < PT_NLENSES; lens++) {
			struct pt_facts f = pt_facts_of(&run, s->vma, context());
			char sign = pt_rows[pt_lens_row((enum pt_lens_id)lens, &f)].sign;

			if (sign != s->signs[lens])
				fail_msg("%s is %c in the lens %s, not %c", s->what, sign,
					 pt_lenses[lens].name, s->signs[lens]);
		}
	}
}

static const struct seen hidden[] = {
	{ "anonymous, mapped once", { P | E, 0, 0, NOPFN }, &anon, 'a', 0 },
	{ "not anonymous, mapped once", { P | F | E, 0, 0, NOPFN }, &library, 'b', 0 },
	{ "may be the zero page", { P, 0, 0, NOPFN }, &anon, '?', 0 },
	{ "may be the huge zero page", { P | F, 0, 0, NOPFN }, &anon, '?', 0 },
	{ "the zero page: the scan tells", { P, 0, 0, NOPFN | SCAN | PFNZERO }, &anon, 'z', 0 },
	{ "not the zero page: the scan tells", { P, 0, 0, NOPFN | SCAN }, &anon, 'a', 0 },
	{ "shared file: the scan tells", { P | F, 0, 0, NOPFN | SCAN }, &library, 'b', 0 },
	{ "huge zero page: the scan tells",
	  { P | F, 0, 0, NOPFN | SCAN | PFNZERO | PMD }, &anon, 'z', HUGE },
	{ "THP: the scan tells", { P | E, 0, 0, NOPFN | SCAN | PMD }, &anon, 'a', HUGE },
	{ "locked: smaps tells", { P | E, 0, 0, NOPFN | SCAN }, &locked, 'a', LOCKED },
	{ "hugetlb: smaps tells", { P | E, 0, 0, NOPFN }, &huge_anon, 'a', HUGE },
	{ "entry of a type that is hidden", { S, 0, 0, NOPFN }, &anon, '?', 0 },
	{ "guard: its bit is not hidden", { S | G, 0, 0, NOPFN }, &anon, 'g', 0 },
	{ "uffd-wp on who knows what", { S | UFFD, 0, 0, NOPFN }, &anon, '?', 0 },
	{ "flags but no count: once or many?",
	  { P, 0, USED | ANON | SWAPBACKED, SCAN | NOCOUNT }, &anon, 'a', 0 },
	{ "flags but no count: ksm all the same",
	  { P, 0, USED | ANON | KSM, SCAN | NOCOUNT }, &anon, 'k', 0 },
	{ "flags but no count: shmem all the same",
	  { P | F, 0, USED | SWAPBACKED, SCAN | NOCOUNT }, &memfd, 'm', 0 },
	{ "flags but no count: a file's", { P | F, 0, USED, SCAN | NOCOUNT }, &library, 'b', 0 },
	{ "count but no flags: it may be ksm", { P, 2, 0, SCAN | NOFLAGS }, &anon, 'a', 0 },
	{ "count but no flags: it may be shmem",
	  { P | F | E, 1, 0, SCAN | NOFLAGS }, &library, 'b', 0 },
	{ "a driver's special PTE is not anonymous",
	  { P, 0, 0, SCAN | NOPFN }, &mixed_map, '?', 0 },
	{ "private mapping of a file or of /dev/zero: the file was not looked at", { P | E, 1, MINE, SCAN }, &not_looked_at, 'a', 0 },
	{ "the same, a page of the file", { P | F | E, 1, USED, SCAN }, &not_looked_at, 'i', 0 },
	{ "the same, shared since a fork", { P, 2, USED | ANON | SWAPBACKED, SCAN }, &not_looked_at, 'c', 0 },
	{ "a file's or secret: of its device nothing is known", { P | F | E, 1, UPTODATE | MMAP | DIRTY | MLOCKED, SCAN }, &no_device, 'b', LOCKED },
	{ "the same, shared memory", { P | F | E, 1, USED | SWAPBACKED, SCAN }, &no_device, 'm', LOCKED },
	{ "secret memory: its device tells",
	  { P | F | E, 0, 0, SCAN | NOPFN }, &secret, 'b', LOCKED },
};

TEST(what_is_hidden_is_not_guessed)
{
	for (size_t i = 0; i < LEN(hidden); i++) {
		char sign = sign_of(&hidden[i].page, hidden[i].vma);
		uint8_t over = over_of(&hidden[i].page, hidden[i].vma);

		if (sign != hidden[i].sign || over != hidden[i].over)
			fail_msg("%s: %c with overlays %d, not %c with %d", hidden[i].what, sign, over,
				 hidden[i].sign, hidden[i].over);
	}
}

TEST(every_row_of_the_state_lens_is_reached)
{
	unsigned reached = 0;

	for (size_t i = 0; i < LEN(seen); i++) {
		struct pt_facts f = facts_of(&seen[i].page, seen[i].vma);

		reached |= 1u << pt_lens_row(PT_LENS_STATE, &f);
	}
	for (size_t i = 0; i < LEN(hidden); i++) {
		struct pt_facts f = facts_of(&hidden[i].page, hidden[i].vma);

		reached |= 1u << pt_lens_row(PT_LENS_STATE, &f);
	}
	for (int i = 0; i < PT_NSTATES; i++)
		if (!(reached & 1u << i))
			fail_msg("no page is %s", pt_rows[i].name);
}

TEST(signs_names_and_sentences_of_rows_are_unique)
{
	for (int i = 0; i < PT_NROWS; i++) {
		const struct pt_row *row = &pt_rows[i];

		assert_true(row->name[0] && row->label[0] && row->text[0] && row->role < PT_NROLES);
		assert_int_not_equal(row->text[strlen(row->text) - 1], '.');
		for (int k = pt_lenses[row->lens].first; k < i; k++) {
			assert_int_not_equal(row->sign, pt_rows[k].sign);
			assert_string_not_equal(row->name, pt_rows[k].name);
			assert_string_not_equal(row->label, pt_rows[k].label);
			assert_string_not_equal(row->text, pt_rows[k].text);
		}
	}
}

TEST(names_of_facts_flags_rows_and_overlays_can_all_be_filter_words)
{
	const char *name[PT_NFACTS + 64];
	size_t n = 0;

	for (int i = 0; i < PT_NFACTS; i++)
		name[n++] = pt_fact_name(i);
	for (int i = 0; i < 64; i++)
		if (pt_kpf_name(i))
			name[n++] = pt_kpf_name(i);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(name[i]);
		assert_int_equal(strspn(name[i], "abcdefghijklmnopqrstuvwxyz0123456789_"),
				 strlen(name[i]));
		for (size_t k = 0; k < i; k++)
			if (!strcmp(name[i], name[k]))
				fail_msg("two facts are called %s", name[i]);
		for (int k = 0; k < PT_NSTATES; k++)
			if (!strcmp(name[i], pt_rows[k].name))
				fail_msg("a fact and a row are both called %s", name[i]);
	}
	assert_null(pt_fact_name(PT_NFACTS));
	assert_null(pt_fact_name(-1));
	assert_null(pt_kpf_name(64));
	assert_null(pt_kpf_name(-1));
	assert_null(pt_kpf_name(63));
	assert_string_equal(pt_kpf_name(12), "anon_flag");
	assert_non_null(pt_kpf_text(34));
}

/* Row by row, as the table is read by a person. */
static int row_by_hand(const struct pt_facts *f)
{
	bool open = false;

	for (int i = 0; i < PT_NSTATES; i++) {
		const struct pt_row *row = &pt_rows[i];
		bool no = false, maybe = false;

		for (int b = 0; b < PT_NFACTS; b++) {
			bool set = row->set.d >> b & 1, clear = row->clear.d >> b & 1;
			bool known = f->known.d >> b & 1, yes = f->yes.d >> b & 1;

			no = no || (known && ((set && !yes) || (clear && yes)));
			maybe = maybe || (!known && (set || clear));
		}
		if (!no && !maybe && (!open || row->last))
			return i;
		open = open || (!no && maybe);
	}
	return -1;
}

TEST(any_facts_whatever_have_exactly_one_row)
{
	uint64_t x = 11;

	for (int i = 0; i < 1000000; i++) {
		struct pt_facts f = { 0 };

		f.known.d = random_next(&x) | (coin(&x) ? random_next(&x) : 0);
		f.yes.d = random_next(&x) & (coin(&x) ? random_next(&x) : UINT64_MAX) & f.known.d;
		assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), row_by_hand(&f));
	}
}

TEST(any_run_whatever_has_a_row_and_no_fact_that_is_not_known)
{
	static const struct pt_vma *const vma[] = { &anon,     &locked,	   &lazy, &library,
						    &memfd,    &huge_anon, &vvar, &secret,
						    &vsyscall, &mixed_map };
	uint64_t x = 12;

	for (int i = 0; i < 1000000; i++) {
		struct pt_run run = {
			.kflags = random_next(&x) & (coin(&x) ? random_next(&x) : UINT64_MAX),
			.count = (uint32_t)(random_next(&x) >> 32) % 4,
			.pm = (uint16_t)(random_next(&x) & (PT_F(UNSTABLE) * 2 - 1)), .npages = 1,
		};
		struct pt_facts f;

		if (!(run.pm & PT_RUN(SCANNED)))	/* then nobody has told these two */
			run.pm &= (uint16_t)~(PT_RUN(PMD) | PT_RUN(PFNZERO));
		f = pt_facts_of(&run, vma[random_next(&x) % LEN(vma)], context());

		assert_int_equal(f.yes.d & ~f.known.d, 0);
		assert_int_equal(f.yes.k & ~f.known.k, 0);
		assert_in_range(pt_lens_row(PT_LENS_STATE, &f), 0, PT_NSTATES - 1);
	}
}

TEST(a_match_is_yes_no_or_undecided)
{
	const struct pt_facts f = { .yes = { .d = B(0), .k = B(12) },
				    .known = { .d = B(0) | B(1), .k = B(12) } };
	const struct pt_factset none = { 0 };

#define MATCH(sd, sk, cd, ck) pt_facts_match(&f, &(struct pt_factset){ sd, sk }, \
					     &(struct pt_factset){ cd, ck })
	assert_int_equal(pt_facts_match(&f, &none, &none), 1);
	assert_int_equal(MATCH(B(0), B(12), B(1), 0), 1);
	assert_int_equal(MATCH(B(1), 0, 0, 0), 0);
	assert_int_equal(MATCH(0, 0, B(0), 0), 0);
	assert_int_equal(MATCH(0, 0, 0, B(12)), 0);
	assert_int_equal(MATCH(B(2), 0, 0, 0), -1);
	assert_int_equal(MATCH(0, B(13), 0, 0), -1);
	assert_int_equal(MATCH(0, 0, 0, B(13)), -1);
	assert_int_equal(MATCH(B(2) | B(1), 0, 0, 0), 0);	/* no matter how the hidden one is */
#undef MATCH
}

/* ---- the same page, seen by who may see all and by who may not */

struct truth {
	struct page page;
	struct pt_vma vma;
};

static void make_anon(struct truth *t, uint64_t *x)
{
	bool many = coin(x), pmd = !(random_next(x) % 4), hugetlb = !(random_next(x) % 5);

	t->page = (struct page){ many ? P : P | E, many ? 2 : 1, USED | ANON, SCAN };
	if (hugetlb) {
		t->vma = huge_anon;
		t->page.kflags |= HUGETLB | HEAD;
		t->page.how |= PMD;
	} else {
		t->vma = random_next(x) % 3 ? anon : coin(x) ? library : locked;
		t->page.kflags |= SWAPBACKED | (pmd ? THP | HEAD : coin(x) ? THP | TAIL : 0);
		t->page.how |= pmd ? PMD : 0;
		if (!(random_next(x) % 4)) {
			t->vma = coin(x) ? lazy : droppable;
			t->page.kflags &= ~SWAPBACKED;
		} else if (!pmd && !(random_next(x) % 4)) {
			t->page.kflags = USED | ANON | SWAPBACKED | KSM;
		} else if (coin(x)) {
			t->vma.lazyfree = PT_YES;
		}
	}
	if (t->page.how & PMD && coin(x))	/* bit 56 tells of the first page only */
		t->page.word ^= E;
}

static void make_present(struct truth *t, uint64_t *x)
{
	static const struct { struct page page; const struct pt_vma *vma; } other[] = {
		{ { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &anon },
		{ { P | F, 0, HEAD | THP | ZERO_PAGE, SCAN | PFNZERO | PMD }, &anon },
		{ { P, 0, HEAD | THP | ZERO_PAGE, SCAN | PFNZERO | PMD }, &lazy },
		{ { P | F | E, 1, USED | SWAPBACKED, SCAN }, &memfd },
		{ { P | F, 4, USED | SWAPBACKED | HEAD | THP, SCAN | PMD }, &memfd },
		{ { P | F | E, 1, UPTODATE | MMAP | HUGETLB | HEAD, SCAN | PMD }, &huge_shared },
		{ { P | F | E, 1, USED, SCAN }, &library },
		{ { P | F, 5, USED | THP | TAIL, SCAN }, &file },
		{ { P | F, 7, MMAP | RESERVED, SCAN }, &vdso },
		{ { P | F | E, 1, MMAP | HEAD, SCAN }, &ring },
		{ { P | F | E, 1, UPTODATE | MMAP | DIRTY | MLOCKED, SCAN }, &secret },
		{ { P, 0, 0, SCAN }, &mixed_map },
	};
	size_t i = random_next(x) % (2 * LEN(other));

	if (i < LEN(other))
		*t = (struct truth){ other[i].page, *other[i].vma };
	else
		make_anon(t, x);
}

static void make_truth(struct truth *t, uint64_t *x)
{
	uint64_t kind = random_next(x) % 8;

	if (kind > 1)
		make_present(t, x);
	else
		*t = (struct truth){
			{ kind ? S | (random_next(x) % 9 + 1) << 5 | random_next(x) % 32 : 0, 0, 0,
			  SCAN },
			coin(x) ? anon : coin(x) ? vvar : locked
		};
	if (t->page.word & S && t->vma.vmflags & PT_VMF(PF))
		t->vma = anon;
}

static void hide(struct truth *t, uint64_t *x)
{
	t->page.how |= coin(x) ? NOFLAGS : 0;
	t->page.how |= coin(x) ? NOCOUNT : 0;
	t->page.how |= coin(x) ? NOPFN : 0;
	if (coin(x))
		t->page.how &= ~(unsigned)(SCAN | PMD | PFNZERO);
	if (coin(x)) {
		t->vma.got_smaps = false;
		t->vma.vmflags = t->vma.page_bytes = t->vma.swap_bytes = t->vma.lazyfree_bytes = 0;
		t->vma.lazyfree = PT_UNTOLD;
	}
}

/* Facts about the page, not about who answered. The flag of bad memory counts as clear when hidden. */
static const uint64_t of_the_page = ~(PT_F(SCANNED) | PT_F(PFN) | PT_F(GOT_FLAGS) | PT_F(GOT_COUNT) |
				      PT_F(HIDDEN) | PT_F(PMD) | PT_F(PFNZERO));

static void compare(const struct truth *full, const struct truth *part)
{
	struct pt_facts a = facts_of(&full->page, &full->vma), b = facts_of(&part->page, &part->vma);
	enum pt_row_id was = pt_lens_row(PT_LENS_STATE, &a), is = pt_lens_row(PT_LENS_STATE, &b);
	bool is_anon = a.yes.d & PT_F(ANON), is_zero = a.yes.d & PT_F(ZERO);
	uint64_t wrong = a.known.d & b.known.d & (a.yes.d ^ b.yes.d) & of_the_page;

	for (int i = 0; i < PT_NFACTS; i++)
		if (wrong >> i & 1)
			fail_msg("word %llx flags %llx count %u how %u in %s: %s is guessed",
				 (unsigned long long)part->page.word,
				 (unsigned long long)part->page.kflags, part->page.count,
				 part->page.how, part->vma.name, pt_fact_name(i));
	if (is != was && !(is == PT_STATE_ANON && is_anon && !is_zero) &&
	    !(is == PT_STATE_BACKED && full->page.word & P && !is_anon && !is_zero) &&
	    is != PT_STATE_UNKNOWN)
		fail_msg("word %llx flags %llx count %u how %u in %s: %s is taken for %s",
			 (unsigned long long)part->page.word, (unsigned long long)part->page.kflags,
			 part->page.count, part->page.how, part->vma.name, pt_rows[was].name,
			 pt_rows[is].name);
	assert_int_equal(pt_overlays_of(&b) & ~pt_overlays_of(&a), 0);
	assert_int_equal(pt_overlays_of(&a) & ~(pt_overlays_of(&b) | pt_overlays_open(&b)), 0);
}

TEST(hiding_a_source_never_makes_another_state_of_a_page)
{
	uint64_t x = 13;

	for (int i = 0; i < 1000000; i++) {
		struct truth full, part;

		make_truth(&full, &x);
		part = full;
		hide(&part, &x);
		compare(&full, &part);
	}
}

TEST(with_every_source_every_page_has_a_row_of_its_own)
{
	uint64_t x = 14;

	for (int i = 0; i < 200000; i++) {
		struct truth t;
		struct pt_facts f;

		make_truth(&t, &x);
		f = facts_of(&t.page, &t.vma);
		if (t.page.word & P && pt_rows[pt_lens_row(PT_LENS_STATE, &f)].last)
			fail_msg("word %llx flags %llx count %u in %s is %s",
				 (unsigned long long)t.page.word, (unsigned long long)t.page.kflags,
				 t.page.count, t.vma.name, pt_rows[pt_lens_row(PT_LENS_STATE, &f)].name);
	}
}

/* ---- traps */

TEST(a_slab_page_is_neither_anonymous_nor_ksm_whatever_its_flags_say)
{
	static const uint64_t typed[] = { SLAB, BUDDY, PGTABLE, OFFLINE };

	for (size_t i = 0; i < LEN(typed); i++) {
		const struct page p = { P | F, 3, typed[i] | ANON | KSM | MMAP, SCAN };
		struct pt_facts f = facts_of(&p, &ring);

		assert_int_equal(f.yes.d & (PT_F(ANON) | PT_F(KSM)), 0);
		assert_int_equal(f.yes.k & (ANON | KSM | MMAP), 0);
		assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_SPECIAL);
	}
}

TEST(the_huge_zero_page_is_zero_although_bit_61_says_file)
{
	const struct page p = { P | F, 0, TAIL | THP | ZERO_PAGE, SCAN | PMD | PFNZERO };
	struct pt_facts f = facts_of(&p, &anon);

	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_ZERO);
	assert_true(f.yes.d & PT_F(ZERO));
	assert_false(f.yes.d & (PT_F(ANON) | PT_F(SHMEM)));
}

TEST(a_guard_page_is_known_by_its_bit_whatever_lies_in_the_low_ones)
{
	assert_int_equal(sign_of(&(struct page){ S | G | 31 | 4 << 5, 0, 0, 0 }, &anon), 'g');
	assert_int_equal(sign_of(&(struct page){ S | G | 0x123 << 5, 0, 0, 0 }, &anon), 'g');
	assert_int_equal(sign_of(&(struct page){ S | G | 31 | 2 << 5, 0, 0, 0 }, &anon), 'g');
}

TEST(bit_62_alone_does_not_mean_swapped)
{
	struct pt_facts_context ctx = { .kmask = UINT64_MAX };
	static const char *const want[] = { [0] = "s", [22] = "s", [23] = "?", [27] = "?", [28] = "?",
					    [30] = "?", [31] = "o" };

	pt_swap_layout_init(&ctx.layout, &(struct pt_swap_build){ .markers = PT_YES, .marker_type = 31 });
	for (unsigned type = 0; type < LEN(want); type++) {
		const struct page p = { S | 1 << 5 | type, 0, 0, 0 };
		struct pt_run run = run_of(&p);
		struct pt_facts f = pt_facts_of(&run, &anon, &ctx);

		if (want[type])
			assert_int_equal(pt_rows[pt_lens_row(PT_LENS_STATE, &f)].sign, want[type][0]);
	}
}

TEST(a_device_entry_is_another_entry_where_the_layout_is_known)
{
	struct pt_facts_context ctx = { .kmask = UINT64_MAX };
	const struct page p = { S | 9 << 5 | 29, 0, 0, 0 };
	struct pt_run run = run_of(&p);
	struct pt_facts f;

	pt_swap_layout_init(&ctx.layout, &(struct pt_swap_build){ PT_YES, PT_YES, PT_YES, 31 });
	f = pt_facts_of(&run, &anon, &ctx);
	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_OTHER);
}

TEST(bit_56_of_a_huge_page_does_not_make_it_private)
{
	const uint64_t thp = USED | ANON | SWAPBACKED | HEAD | THP;

	assert_int_equal(sign_of(&(struct page){ P | E, 2, thp, SCAN | PMD }, &anon), 'c');
	assert_int_equal(sign_of(&(struct page){ P, 1, thp, SCAN | PMD }, &anon), 'p');
}

TEST(a_present_page_mapped_zero_times_is_unknown_not_private)
{
	assert_int_equal(sign_of(&(struct page){ P, 0, USED | ANON | SWAPBACKED, SCAN }, &anon), '?');
}

TEST(a_page_that_would_not_hold_still_is_unknown_in_everything)
{
	const struct pt_run run = { .npages = 1, .pm = PT_RUN(UNSTABLE) };
	struct pt_facts f = pt_facts_of(&run, &locked, context());
	struct pt_sum sums[PT_NCOLS] = { 0 };

	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_UNKNOWN);
	assert_int_equal(pt_overlays_of(&f), 0);
	pt_columns_add(sums, &f, 0, 1);
	for (int i = 0; i < PT_NCOLS; i++) {
		assert_int_equal(sums[i].value, 0);
		assert_int_equal(sums[i].unknown, 1);
	}
}

TEST(without_smaps_nobody_knows_what_is_locked_or_unmappable)
{
	struct pt_vma vma = anon;
	struct pt_facts f;

	vma.got_smaps = false;
	f = facts_of(&(struct page){ P | E, 1, MINE, SCAN }, &vma);
	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_PRIVATE);
	assert_false(f.known.d & PT_F(LOCKED));
	f = facts_of(&(struct page){ 0, 0, 0, 0 }, &vma);
	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_UNKNOWN);
	assert_true(f.known.d & PT_F(LOCKED));		/* what is not there is not locked */
}

/* ---- columns */

static void add_page(struct pt_sum *sums, const struct page *p, const struct pt_vma *vma,
		     uint64_t npages)
{
	struct pt_facts f = facts_of(p, vma);

	pt_columns_add(sums, &f, p->how & (NOCOUNT | NOPFN) ? 0 : p->count, npages);
}

static uint64_t bytes(const struct pt_sum *sums, enum pt_column col)
{
	return pt_sum_bytes(col, &sums[col]);
}

TEST(columns_add_up_as_by_hand)
{
	struct pt_sum s[PT_NCOLS] = { 0 };

	add_page(s, &(struct page){ P | E, 1, MINE, SCAN }, &anon, 3);
	add_page(s, &(struct page){ P, 2, USED | ANON | SWAPBACKED, SCAN }, &anon, 2);
	add_page(s, &(struct page){ P, 3, USED | ANON | SWAPBACKED | KSM, SCAN }, &anon, 1);
	add_page(s, &(struct page){ P | F, 4, USED, SCAN }, &library, 4);
	add_page(s, &(struct page){ P | F | E, 1, USED, SCAN }, &library, 1);
	add_page(s, &(struct page){ P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &anon, 100);
	add_page(s, &(struct page){ 0x4000000000000020, 0, 0, 0 }, &anon, 7);
	add_page(s, &(struct page){ 0x440000000000009f, 0, 0, 0 }, &anon, 9);
	add_page(s, &(struct page){ P | E, 1, MINE | THP | HEAD, SCAN | PMD }, &locked, 512);
	add_page(s, &(struct page){ P | E, 1, UPTODATE | HUGETLB | ANON | HEAD, SCAN | PMD },
		 &huge_anon, 512);

	assert_int_equal(bytes(s, PT_COL_RSS), (3 + 2 + 1 + 4 + 1 + 512) * 4096);
	assert_int_equal(bytes(s, PT_COL_USS), (3 + 1 + 512) * 4096);
	assert_int_equal(bytes(s, PT_COL_SHARED), 4 * 4096);
	assert_int_equal(bytes(s, PT_COL_COW), 2 * 4096);
	assert_int_equal(bytes(s, PT_COL_KSM), 4096);
	assert_int_equal(bytes(s, PT_COL_LOCKED), 512 * 4096);
	assert_int_equal(bytes(s, PT_COL_THP), 512 * 4096);
	assert_int_equal(bytes(s, PT_COL_HUGETLB), 512 * 4096);
	assert_int_equal(bytes(s, PT_COL_SWAP), 7 * 4096);
	/* (4096 << 12) / count of each page: 516 whole ones, 2 halves, a third, 4 quarters */
	assert_int_equal(s[PT_COL_PSS].value,
			 516 * 16777216ull + 2 * 8388608ull + 5592405ull + 4 * 4194304ull);
	assert_int_equal(bytes(s, PT_COL_PSS), (516 + 1 + 1) * 4096 + 1365);
	assert_int_equal(bytes(s, PT_COL_FREED), (3 + 512) * 4096);
	for (int i = 0; i < PT_NCOLS; i++)	/* who else holds a swap slot is not known */
		assert_int_equal(s[i].unknown, i == PT_COL_FREED ? 7 : 0);
}

TEST(pss_loses_what_smaps_loses)
{
	struct pt_sum s[PT_NCOLS] = { 0 };

	for (int i = 0; i < 3; i++)
		add_page(s, &(struct page){ P | F, 3, USED, SCAN }, &library, 1);
	assert_int_equal(s[PT_COL_PSS].value, 3 * 5592405);
	assert_int_equal(bytes(s, PT_COL_PSS), 4095);	/* not 4096: each third was cut off */
	add_page(s, &(struct page){ P | F, 3, USED, SCAN }, &library, 2);
	assert_int_equal(s[PT_COL_PSS].value, 5 * 5592405);
}

TEST(what_is_not_known_is_left_out_and_counted)
{
	struct pt_sum s[PT_NCOLS] = { 0 };

	add_page(s, &(struct page){ P | E, 1, MINE, SCAN }, &anon, 1);
	add_page(s, &(struct page){ P, 0, 0, SCAN | NOPFN }, &anon, 10); /* a: not the zero page */
	add_page(s, &(struct page){ P, 0, 0, NOPFN }, &anon, 5); /* it may be the zero page */
	add_page(s, &(struct page){ S, 0, 0, NOPFN }, &anon, 3);		/* it may be swap */

	assert_int_equal(bytes(s, PT_COL_RSS), 11 * 4096);
	assert_int_equal(s[PT_COL_RSS].unknown, 5);
	assert_int_equal(bytes(s, PT_COL_PSS), 4096);
	assert_int_equal(s[PT_COL_PSS].unknown, 15);
	assert_int_equal(bytes(s, PT_COL_USS), 4096);
	assert_int_equal(s[PT_COL_USS].unknown, 15);
	assert_int_equal(s[PT_COL_COW].unknown, 15);
	assert_int_equal(s[PT_COL_KSM].unknown, 15);
	assert_int_equal(bytes(s, PT_COL_SWAP), 0);
	assert_int_equal(s[PT_COL_SWAP].unknown, 3);
	assert_int_equal(s[PT_COL_FREED].unknown, 18);
	assert_int_equal(s[PT_COL_LOCKED].unknown, 0);
	assert_int_equal(s[PT_COL_HUGETLB].unknown, 0);
	assert_int_equal(s[PT_COL_THP].unknown, 5);	/* without the scan */
}

TEST(a_page_without_a_count_is_resident_but_its_share_is_unknown)
{
	struct pt_sum s[PT_NCOLS] = { 0 };

	add_page(s, &(struct page){ P, 0, 0, SCAN }, &mixed_map, 2);
	assert_int_equal(bytes(s, PT_COL_RSS), 2 * 4096);
	assert_int_equal(s[PT_COL_PSS].value, 0);
	assert_int_equal(s[PT_COL_PSS].unknown, 2);
}

TEST(columns_are_named_and_ranked_without_clash)
{
	for (int i = 0; i < PT_NCOLS; i++)
		for (int k = 0; k < i; k++) {
			assert_string_not_equal(pt_columns[i].name, pt_columns[k].name);
			assert_string_not_equal(pt_columns[i].title, pt_columns[k].title);
			for (int l = 0; l < PT_NLISTS; l++)
				assert_true(!pt_columns[i].rank[l] ||
					    pt_columns[i].rank[l] != pt_columns[k].rank[l]);
		}
}

/* ---- runs */

TEST(equal_neighbours_are_one_run)
{
	struct pt_runs runs = { 0 };

	for (uint64_t vpn = 100; vpn < 200; vpn++)
		assert_int_equal(pt_runs_add(&runs,
					     &(struct pt_run){ .vpn = vpn, .pm = 1, .count = 2 },
					     true),
				 0);
	assert_int_equal(runs.n, 1);
	assert_int_equal(runs.r[0].vpn, 100);
	assert_int_equal(runs.r[0].npages, 100);
	free(runs.r);
}

TEST(a_run_ends_where_anything_differs)
{
	const struct pt_run page[] = {
		{ .vpn = 1, .pm = 1 },
		{ .vpn = 2, .pm = 3 },
		{ .vpn = 3, .pm = 3, .count = 1 },
		{ .vpn = 4, .pm = 3, .count = 1, .kflags = 1 },
		{ .vpn = 6, .pm = 3, .count = 1, .kflags = 1 },
	};
	struct pt_runs runs = { 0 };

	for (size_t i = 0; i < LEN(page); i++)
		assert_int_equal(pt_runs_add(&runs, &page[i], true), 0);
	assert_int_equal(runs.n, LEN(page));
	for (size_t i = 0; i < runs.n; i++)
		assert_int_equal(runs.r[i].npages, 1);
	free(runs.r);
}

/* At random: neighbouring frames, the same frame again and again, gaps; each page is where it was put. */
TEST(each_page_keeps_its_frame)
{
	enum { N = 60000 };
	struct pt_pfns a = { .n = 0 }, b = { .like = &a };
	uint64_t *want = calloc(N, sizeof(*want)), x = 3, vpn = 0, shared = 0;

	while (vpn < N) {
		uint64_t n = 1 + random_next(&x) % 300, pfn = 1 + random_next(&x) % 1000000;

		for (uint64_t i = 0; i < n && vpn + i < N; i++)
			want[vpn + i] = pfn + i;
		n = vpn + n > N ? N - vpn : n;
		assert_int_equal(pt_pfns_add(&a, 100 + vpn, pfn, n), 0);
		assert_int_equal(pt_pfns_add(&b, 100 + vpn, pfn + (vpn < 10000), n), 0);
		vpn += n + random_next(&x) % 20;
	}
	assert_int_equal(pt_pfns_close(&a) | pt_pfns_close(&b), 0);
	for (vpn = 0; vpn < N; vpn++)
		if (want[vpn] && pt_pfns_at(&a, 100 + vpn) != want[vpn])
			fail_msg("page %llu is elsewhere", (unsigned long long)vpn);
	for (vpn = 0; vpn < N; vpn += 1 + random_next(&x) % 50) {
		uint64_t n = want[vpn] ? pt_pfns_run(&a, 100 + vpn, N - vpn) : 0;

		for (uint64_t i = 0; i < n; i++)
			assert_true(!want[vpn + i] || want[vpn + i] == want[vpn] + i);
	}
	for (size_t i = 0; i < a.n; i++)
		shared += a.block[i] == b.block[i];
	assert_in_range(shared, a.n - 2, a.n - 1);	/* all but the blocks that differ */
	pt_pfns_done(&a);
	assert_int_equal(pt_pfns_at(&b, 100 + 20000), want[20000] ? want[20000] : pt_pfns_at(&b, 100 + 20000));
	pt_pfns_done(&b);
	free(want);
}

TEST(a_run_ends_at_a_border_whatever_follows)
{
	struct pt_runs runs = { 0 };

	pt_runs_add(&runs, &(struct pt_run){ .vpn = 1 }, true);
	pt_runs_add(&runs, &(struct pt_run){ .vpn = 2 }, true);
	pt_runs_add(&runs, &(struct pt_run){ .vpn = 3 }, false);
	assert_int_equal(runs.n, 2);
	assert_int_equal(runs.r[0].npages, 2);
	free(runs.r);
}

TEST(a_run_is_found_by_any_of_its_pages_or_from_below)
{
	struct pt_runs runs = { 0 };
	uint64_t vpn = 0, x = 15;

	assert_int_equal(pt_runs_at_or_above(&runs, 5), 0);
	for (int i = 0; i < 300; i++) {
		vpn += 1 + (coin(&x) ? random_next(&x) % 3 : 0);
		pt_runs_add(&runs, &(struct pt_run){ .vpn = vpn, .count = random_next(&x) % 2 }, true);
	}
	for (uint64_t v = 0; v < vpn + 5; v++) {
		size_t naive = 0;

		while (naive < runs.n && runs.r[naive].vpn + runs.r[naive].npages <= v)
			naive++;
		assert_int_equal(pt_runs_at_or_above(&runs, v), naive);
	}
	free(runs.r);
}

/* ---- images */

static void add_vma(struct pt_image *img, uint64_t start_vpn, uint64_t npages, struct pt_vma like)
{
	assert_int_equal(pt_grow(&img->vmas.v, &img->vmas.cap, img->vmas.n + 1, sizeof(like)), 0);
	like.start = start_vpn << 12;
	like.end = (start_vpn + npages) << 12;
	img->vmas.v[img->vmas.n++] = like;
}

static bool has_pfn(const struct pt_run *run)
{
	return run->pm & PT_RUN(PRESENT) && run->pm & PT_RUN(PFN);
}

static void put(struct pt_image *img, uint64_t vpn, const struct page *p, uint64_t pfn, bool join)
{
	struct pt_run run = run_of(p);

	run.vpn = vpn;
	assert_int_equal(pt_runs_add(&img->runs, &run, join), 0);
	if (has_pfn(&run))
		assert_int_equal(pt_pfns_add(&img->pfns, vpn, pfn, 1), 0);
}

static void complete(struct pt_image *img)
{
	assert_int_equal(pt_pfns_close(&img->pfns), 0);
	pt_image_complete(img);
}

static struct pt_sum sum_of(const struct pt_image *img, size_t v, enum pt_column col)
{
	struct pt_sum sums[PT_NCOLS];

	pt_image_sums(img, &img->vmas.v[v], sums);
	return sums[col];
}

static struct pt_image *new_image(void)
{
	struct pt_image *img = pt_image_new();

	assert_non_null(img);
	img->ctx = *context();
	img->name = strdup("redis-server");
	img->pid = 42;
	return img;
}

/* ---- what smaps counts and single pages do not tell */

/* A mapping of these pages, by one letter each: p private, z marked free, ? restless, . absent. */
static struct pt_image *image_of(const struct pt_vma *like, const char *pages)
{
	static const struct page private = { P | E, 1, MINE, SCAN }, freed = { P | E, 1, USED | ANON, SCAN },
				 restless = { 0, 0, 0, NEVER_STILL };
	struct pt_image *img = new_image();

	add_vma(img, 0x600000000, strlen(pages), *like);
	for (size_t i = 0; pages[i]; i++)
		if (pages[i] != '.')
			put(img, 0x600000000 + i, pages[i] == 'p' ? &private : pages[i] == 'z' ? &freed : &restless,
			    0x1000 + i, i);
	complete(img);
	return img;
}

TEST(pages_are_lazyfree_only_where_smaps_counts_as_many)
{
	static const struct {
		uint64_t smaps_kb;
		bool got_smaps, droppable;
		const char *pages;
		char sign;		/* of the first one */
		uint64_t sum_kb, nopen;
	} row[] = {
		{ 12, true, false, "zzz", 'f', 12, 0 },
		{ 4, true, false, "zp.", 'f', 4, 0 },
		{ 4, true, false, "zzz", 'a', 4, 0 },	/* which one is not told, how many are is */
		{ 16, true, false, "zzz", 'a', 16, 0 },
		{ 0, true, false, "zzz", 'p', 0, 0 },
		{ 8, true, false, "zz?", 'a', 0, 3 },
		{ 0, false, false, "zzz", 'a', 0, 3 },
		{ 0, true, true, "zzz", 'f', 12, 0 },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_vma vma = VMA("rw-p", 0, "", row[i].droppable ? PT_VMF(DP) : 0);
		struct pt_image *img;

		vma.got_smaps = row[i].got_smaps;
		vma.lazyfree_bytes = row[i].smaps_kb << 10;
		img = image_of(&vma, row[i].pages);
		assert_int_equal(pt_rows[img->runs.r[0].row].sign, row[i].sign);
		for (int total = 0; total < 2; total++) {
			struct pt_sum sum = total ? img->total[PT_COL_LAZYFREE] : sum_of(img, 0, PT_COL_LAZYFREE);

			assert_int_equal(sum.value >> 10, row[i].sum_kb);
			assert_int_equal(sum.unknown, row[i].nopen);
		}
		pt_image_unref(img);
	}
}

TEST(what_is_in_swap_of_shared_memory_smaps_tells)
{
	static const struct {
		bool hides, got_smaps;
		uint64_t smaps_kb, sum_kb, nopen;
	} row[] = {
		{ true, true, 8, 8, 0 },
		{ true, true, 0, 0, 0 },
		{ true, false, 0, 0, 2 },	/* of what is absent it is not known */
		{ false, false, 0, 0, 0 },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_vma vma = VMA("rw-s", 5, "/dev/zero (deleted)", 0);
		struct pt_image *img;

		vma.hides_swap = row[i].hides;
		vma.got_smaps = row[i].got_smaps;
		vma.swap_bytes = row[i].smaps_kb << 10;
		img = image_of(&vma, "p..");
		for (int total = 0; total < 2; total++) {
			struct pt_sum sum = total ? img->total[PT_COL_SWAP] : sum_of(img, 0, PT_COL_SWAP);

			assert_int_equal(sum.value >> 10, row[i].sum_kb);
			assert_int_equal(sum.unknown, row[i].nopen);
		}
		pt_image_unref(img);
	}
}

/* The second to the fourth page of shared memory: what became of them, as signs of the change lens. */
static void assert_shared(const char *was, uint64_t was_kb, const char *is, uint64_t is_kb, const char *want)
{
	struct pt_vma vma = VMA("rw-s", 5, "/dev/zero (deleted)", 0);
	struct pt_image *base, *now;
	char got[5] = "";

	vma.hides_swap = true;
	vma.swap_bytes = was_kb << 10;
	base = image_of(&vma, was);
	vma.swap_bytes = is_kb << 10;
	now = image_of(&vma, is);
	now->lens = PT_LENS_CHANGE;
	memset(now->total, 0, sizeof(now->total));
	assert_int_equal(pt_change_mark(now, base), 0);
	pt_image_complete(now);
	for (uint64_t i = 0; i < 3; i++)
		got[i] = pt_rows[pt_image_run(now, &now->vmas.v[0], 0x600000001 + i).row].sign;
	assert_string_equal(got, want);
	assert_int_equal(now->total[PT_COL_SWAP].value >> 10, is_kb);
	pt_image_unref(base);
	pt_image_unref(now);
}

TEST(shared_memory_that_is_absent_may_be_in_swap)
{
	assert_shared("pppp", 0, "p...", 12, "xxx");
	assert_shared("pppp", 0, "p...", 0, "ggg");
	assert_shared("pppp", 0, "p...", 8, "???");	/* one is gone, and nobody tells which */
	assert_shared("p...", 12, "pppp", 0, "iii");
	assert_shared("p...", 0, "pppp", 0, "nnn");
	assert_shared("p...", 4, "pppp", 0, "???");
	assert_shared("p...", 12, "p...", 12, "...");
}

TEST(what_nothing_can_lock_is_known_by_its_mapping)
{
	static const struct page private = { P | E, 1, MINE, SCAN }, absent = { 0, 0, 0, 0 }, guard = { S | G | 31, 0, 0, 0 },
				 restless = { 0, 0, 0, NEVER_STILL };
	static const struct {
		const char *perms;
		uint64_t vmflags;
		const struct page *page;
		const char *why;	/* a word of it; NULL: it can be locked */
	} row[] = {
		{ "rw-p", 0, &private, NULL }, { "rw-p", 0, &absent, NULL }, { "rw-p", 0, &restless, NULL },
		{ "r-xp", PT_VMF(DE), &private, "special" }, { "rw-s", PT_VMF(IO), &private, "special" },
		{ "rw-s", PT_VMF(MM), &private, "special" }, { "r--p", PT_VMF(PF), &absent, "special" },
		{ "rw-p", PT_VMF(HT), &private, "hugetlb" }, { "rw-p", PT_VMF(DP), &private, "droppable" },
		{ "rw-p", PT_VMF(LO), &guard, "guard" }, { "---p", PT_VMF(LO), &absent, "access" },
		{ "---p", PT_VMF(LO), &private, NULL }, { "---p", PT_VMF(LO), &restless, NULL },
		{ "r--p", PT_VMF(LO), &absent, NULL }, { "rw-p", PT_VMF(NR), &absent, NULL },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_vma vma = VMA("", 0, "", row[i].vmflags);
		struct pt_facts f;
		const char *why;

		memcpy(vma.perms, row[i].perms, sizeof(vma.perms));
		f = facts_of(row[i].page, &vma);
		why = pt_never_locked(&vma, &f);
		if (!why != !row[i].why || (why && !strstr(why, row[i].why)))
			fail_msg("row %zu: %s", i, why ? why : "can be locked");
	}
}

/* A random process, and page by page what it is. */
enum { MAXPAGES = 1200 };

struct model {
	struct pt_image *img;
	uint64_t base, npages;		/* pages from the first mapping to behind the last */
	int row[MAXPAGES];		/* -1: in no mapping */
	uint8_t over[MAXPAGES], open[MAXPAGES];
};

static void model_init(struct model *m, uint64_t *x)
{
	static const struct { struct page page; const struct pt_vma *vma;
	} kind[] = {
		{ { 0, 0, 0, 0 }, NULL },
		{ { P | E, 1, MINE, SCAN }, NULL },
		{ { P, 2, USED | ANON | SWAPBACKED, SCAN }, NULL },
		{ { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, NULL },
		{ { 0x4000000000000020, 0, 0, 0 }, NULL },
		{ { 0x440000000000009f, 0, 0, 0 }, NULL },
		{ { P | E, 1, MINE | THP | HEAD, SCAN | PMD }, NULL },
		{ { P | F, 3, USED, SCAN }, NULL },
		{ { P | E, 0, 0, NOPFN }, NULL },
	};
	int nvmas = 1 + (int)(random_next(x) % 5);
	uint64_t vpn = 0x600000000 + random_next(x) % 100;

	*m = (struct model){ .img = new_image(), .base = vpn };
	for (int i = 0; i < MAXPAGES; i++)
		m->row[i] = -1;
	for (int v = 0; v < nvmas; v++) {
		uint64_t n = 1 + random_next(x) % 200;
		const struct pt_vma *vma = coin(x) ? &anon : &locked;
		size_t k = 0;

		vpn += random_next(x) % 4;
		add_vma(m->img, vpn, n, *vma);
		for (uint64_t i = 0; i < n; i++, vpn++) {
			struct pt_facts f;

			if (!(random_next(x) % 4))
				k = random_next(x) % LEN(kind);
			f = facts_of(&kind[k].page, vma);
			m->row[vpn - m->base] = (int)pt_lens_row(PT_LENS_STATE, &f);
			m->over[vpn - m->base] = pt_overlays_of(&f);
			m->open[vpn - m->base] = pt_overlays_open(&f);
			if (kind[k].page.word)
				put(m->img, vpn, &kind[k].page, vpn * 2, i > 0);
		}
	}
	m->npages = vpn - m->base;
	complete(m->img);
}

static void check_range(const struct model *m, const struct pt_vma *vma, uint64_t lo, uint64_t hi)
{
	struct pt_counts c = { .npages = 0 }, naive = { .npages = 0 };

	pt_image_count(m->img, vma, lo, hi, &c);
	for (uint64_t vpn = lo; vpn < hi; vpn++) {
		naive.row[m->row[vpn - m->base]]++;
		naive.npages++;
		for (int o = 0; o < PT_NOVERS; o++) {
			naive.over[o] += m->over[vpn - m->base] >> o & 1;
			naive.over_open[o] += m->open[vpn - m->base] >> o & 1;
		}
	}
	assert_memory_equal(&c, &naive, sizeof(c));
}

TEST(counting_a_range_is_counting_its_pages)
{
	uint64_t x = 16;

	for (int i = 0; i < 200; i++) {
		struct model m;

		model_init(&m, &x);
		for (int k = 0; k < 100; k++) {
			const struct pt_vma *vma = &m.img->vmas.v[random_next(&x) % m.img->vmas.n];
			uint64_t n = pt_vma_end_vpn(vma) - pt_vma_vpn(vma);
			uint64_t lo = pt_vma_vpn(vma) + random_next(&x) % n;

			check_range(&m, vma, lo, lo + 1 + random_next(&x) % (pt_vma_end_vpn(vma) - lo));
			check_range(&m, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma));
		}
		pt_image_unref(m.img);
	}
}

TEST(every_page_is_found_with_its_state_its_pfn_and_its_mapping)
{
	uint64_t x = 17;

	for (int i = 0; i < 100; i++) {
		struct model m;

		model_init(&m, &x);
		for (uint64_t vpn = m.base; vpn < m.base + m.npages; vpn++) {
			const struct pt_vma *vma = pt_image_vma(m.img, vpn);
			struct pt_run run;

			if (m.row[vpn - m.base] < 0) {
				assert_null(vma);
				continue;
			}
			assert_true(vma->start <= vpn << 12 && vpn << 12 < vma->end);
			run = pt_image_run(m.img, vma, vpn);
			assert_int_equal(run.row, m.row[vpn - m.base]);
			assert_int_equal(run.over, m.over[vpn - m.base]);
			assert_int_equal(run.over_open, m.open[vpn - m.base]);
			assert_int_equal(run.vpn, vpn);
			assert_true(run.npages >= 1 && vpn + run.npages <= pt_vma_end_vpn(vma));
			for (uint64_t k = 0; k < run.npages; k++)
				assert_int_equal(m.row[vpn + k - m.base], run.row);
			if (has_pfn(&run)) {
				assert_int_equal(pt_image_pfn(m.img, vpn), vpn * 2);
				assert_int_equal(pt_image_find_pfn(m.img, vpn * 2), vpn);
			} else {
				assert_int_equal(pt_image_pfn(m.img, vpn), 0);
			}
		}
		assert_true(pt_image_find_pfn(m.img, 1) == UINT64_MAX);
		pt_image_unref(m.img);
	}
}

TEST(pages_are_counted_by_fact_and_by_state)
{
	const struct pt_vma vma = { .start = 0x1000, .end = 0x9000, .perms = "rw-p", .name = "",
				    .got_smaps = true, .vmflags = PT_VMF(LO) };
	const struct pt_facts_context ctx = { .kmask = ~(PT_KPF(LRU) | PT_KPF(COMPOUND_HEAD)) };
	const struct pt_factset asked = pt_facts_asked(&ctx);
	const struct pt_run run = { .vpn = 1, .npages = 3, .count = 2, .node = -1,
		.pm = PT_RUN(PRESENT) | PT_RUN(PFN) | PT_RUN(GOT_FLAGS) | PT_RUN(GOT_COUNT),
		.kflags = PT_KPF(ANON) | PT_KPF(SWAPBACKED) | PT_KPF(UPTODATE) };
	const struct pt_run absent = { .vpn = 4, .npages = 5, .node = -1 };
	struct pt_facts f = pt_facts_of(&run, &vma, &ctx);
	struct pt_tally t = { 0 };

	pt_tally_add(&t, &f, &asked, run.npages);
	f = pt_facts_of(&absent, &vma, &ctx);
	pt_tally_add(&t, &f, &asked, absent.npages);
	assert_int_equal(t.npages, 8);
	assert_int_equal(t.fact[PT_FACT_PRESENT], 3);
	assert_int_equal(t.fact[PT_FACT_LOCKED], 3);
	assert_int_equal(t.fact[PT_FACT_IN_LOCKED], 8);
	assert_int_equal(t.fact[PT_NFACTS + PT_KPF_ANON], 3);
	assert_int_equal(t.open[PT_FACT_PMD], 3);	/* PAGEMAP_SCAN did not answer */
	assert_int_equal(t.open[PT_FACT_SAME], 0);	/* was not asked */
	assert_int_equal(t.open[PT_NFACTS + PT_KPF_LRU], 0);
	assert_int_equal(t.state[PT_STATE_COW], 3);
	assert_int_equal(t.state[PT_STATE_ABSENT], 5);
	assert_string_equal(pt_tally_name(PT_FACT_LOCKED), "locked");
	assert_string_equal(pt_tally_name(PT_NFACTS + PT_KPF_LRU), "lru");
	assert_true(pt_tally_has(&f.yes, PT_FACT_IN_LOCKED));
	assert_false(pt_tally_has(&f.yes, PT_NFACTS + PT_KPF_ANON));
}

TEST(the_sums_of_the_mappings_make_the_sum_of_the_process)
{
	uint64_t x = 18;

	for (int i = 0; i < 50; i++) {
		uint64_t rss = 0, swap = 0, present = 0, slots = 0;
		struct model m;

		model_init(&m, &x);
		for (size_t v = 0; v < m.img->vmas.n; v++) {
			rss += sum_of(m.img, v, PT_COL_RSS).value;
			swap += sum_of(m.img, v, PT_COL_SWAP).value;
		}
		for (uint64_t p = 0; p < m.npages; p++) {
			present += m.row[p] >= 0 && strchr("pchia", pt_rows[m.row[p]].sign);
			slots += m.row[p] == PT_STATE_SWAPPED;
		}
		assert_int_equal(rss, present * 4096);
		assert_int_equal(m.img->total[PT_COL_RSS].value, rss);
		assert_int_equal(swap, slots * 4096);
		assert_int_equal(m.img->total[PT_COL_SWAP].value, swap);
		pt_image_unref(m.img);
	}
}

TEST(an_image_without_pages_knows_nothing_of_them)
{
	struct pt_image *img = new_image();
	struct pt_counts c = { .npages = 0 };

	add_vma(img, 0x100, 50, locked);
	img->lo_vpn = img->hi_vpn = 0;
	complete(img);
	pt_image_count(img, &img->vmas.v[0], 0x100, 0x132, &c);
	assert_int_equal(c.row[PT_STATE_UNKNOWN], 50);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x101).row, PT_STATE_UNKNOWN);
	for (int i = 0; i < PT_NCOLS; i++) {
		assert_int_equal(img->total[i].value, 0);
		assert_int_equal(img->total[i].unknown, 50);
	}
	pt_image_unref(img);
}

TEST(what_lies_outside_the_scanned_range_is_unknown_not_absent)
{
	struct pt_image *img = new_image();

	add_vma(img, 0x100, 3, anon);
	img->lo_vpn = 0x101;
	img->hi_vpn = 0x102;
	complete(img);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x100).row, PT_STATE_UNKNOWN);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x101).row, PT_STATE_ABSENT);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x102).row, PT_STATE_UNKNOWN);
	pt_image_unref(img);
}

TEST(a_mapping_of_sixteen_tebibytes_is_counted_at_once)
{
	struct pt_image *img = new_image();
	struct pt_counts c = { .npages = 0 };
	const uint64_t n = UINT64_C(1) << 32;

	add_vma(img, 0x100000, n, anon);
	for (uint64_t i = 0; i < 4096; i++)
		put(img, 0x100000 + i * (n / 4096), &(struct page){ P | E, 1, MINE, SCAN }, 1, true);
	complete(img);
	pt_image_count(img, &img->vmas.v[0], 0x100000, 0x100000 + n, &c);
	assert_int_equal(c.npages, n);
	assert_int_equal(c.row[PT_STATE_PRIVATE], 4096);
	assert_int_equal(c.row[PT_STATE_ABSENT], n - 4096);
	pt_image_unref(img);
}

TEST(an_image_lives_as_long_as_somebody_holds_it)
{
	struct pt_image *img = new_image();
	const struct pt_image *other = pt_image_ref(img);

	assert_null(pt_image_unref(img));
	assert_string_equal(other->name, "redis-server");
	assert_null(pt_image_unref(other));
	assert_null(pt_image_unref(NULL));
}

TEST(a_cell_stands_for_the_most_frequent_of_what_is_there)
{
	struct pt_counts c = { .npages = 100 };

	c.row[PT_STATE_ABSENT] = 100;
	assert_int_equal(pt_counts_row(&c), PT_STATE_ABSENT);
	c.row[PT_STATE_ABSENT] = 97;
	c.row[PT_STATE_COW] = 1;
	c.row[PT_STATE_PRIVATE] = 2;
	assert_int_equal(pt_counts_row(&c), PT_STATE_PRIVATE);
	c.row[PT_STATE_COW] = 2;
	assert_int_equal(pt_counts_row(&c), PT_STATE_COW);	/* as many: the earlier row */
}

TEST(a_cell_is_huge_only_if_all_that_is_there_is_huge)
{
	struct pt_counts c = { .npages = 10, .row[PT_STATE_ABSENT] = 4, .row[PT_STATE_PRIVATE] = 6,
			       .over = { 6, 5, 0 } };

	assert_int_equal(pt_counts_over(&c), HUGE);
	c = (struct pt_counts){ .npages = 10, .row[PT_STATE_ABSENT] = 10 };
	assert_int_equal(pt_counts_over(&c), 0);
}

/* ---- change */

/* A page at two moments, and what the change lens says of it. */
static const struct changed {
	const char *what;
	struct page was, is;
	uint64_t was_pfn, is_pfn;
	char sign;
} changed[] = {
	{ "new", { 0 }, { P | E, 1, MINE, SCAN }, 0, 7, 'n' },
	{ "new, and swapped already", { 0 }, { 0x4000000000000020, 0, 0, 0 }, 0, 0, 'n' },
	{ "gone", { P | E, 1, MINE, SCAN }, { 0 }, 7, 0, 'g' },
	{ "gone from swap", { 0x4000000000000020, 0, 0, 0 }, { 0 }, 0, 0, 'g' },
	{ "never there", { 0 }, { 0 }, 0, 0, '.' },
	{ "copied since", { P, 2, USED | ANON | SWAPBACKED, SCAN }, { P | E, 1, MINE, SCAN }, 7, 8, 'c' },
	{ "swapped in here alone", { P, 2, USED | ANON | SWAPBACKED, SCAN }, { P | E, 1, MINE | SWAPCACHE, SCAN }, 7, 8, 'r' },
	{ "shared, collapsed", { P, 2, USED | ANON | SWAPBACKED, SCAN }, { P, 1, MINE | THP, SCAN | PMD }, 7, 512, 'l' },
	{ "shared since", { P | E, 1, MINE, SCAN }, { P, 2, USED | ANON | SWAPBACKED, SCAN }, 7, 7, 'h' },
	{ "moved, and shared since", { P | E, 1, MINE, SCAN }, { P, 2, USED | ANON | SWAPBACKED, SCAN }, 7, 8, 'h' },
	{ "shared, and elsewhere", { P, 2, USED | ANON | SWAPBACKED, SCAN }, { P, 2, USED | ANON | SWAPBACKED, SCAN }, 7, 8, 'r' },
	{ "shared memory, elsewhere", { P | F, 1, USED | SWAPBACKED, SCAN }, { P | F, 1, USED | SWAPBACKED, SCAN }, 7, 8, 'v' },
	{ "shared memory, in place of which there is anonymous", { P | F, 1, USED | SWAPBACKED, SCAN },
	  { P | E, 1, MINE, SCAN }, 7, 8, 't' },
	{ "merged since", { P | E, 1, MINE, SCAN }, { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN }, 7, 8, 't' },
	{ "merged, and elsewhere", { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN }, { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN }, 7, 8, 'r' },
	{ "huge, and small elsewhere", { P, 1, MINE | THP, SCAN | PMD }, { P | E, 1, MINE, SCAN }, 512, 8, 'b' },
	{ "the other side wrote", { P, 2, USED | ANON | SWAPBACKED, SCAN },
	  { P | E, 1, MINE, SCAN }, 7, 7, 'a' },
	{ "merged, then written", { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN },
	  { P | E, 1, MINE, SCAN }, 7, 8, 'c' },
	{ "the zero page, then written", { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO },
	  { P | E, 1, MINE, SCAN }, 1, 8, 't' },
	{ "replaced", { P | E, 1, MINE, SCAN }, { P | E, 1, MINE, SCAN }, 7, 8, 'r' },
	{ "swapped out", { P | E, 1, MINE, SCAN }, { 0x4000000000000020, 0, 0, 0 }, 7, 0, 'x' },
	{ "swapped in", { 0x4000000000000020, 0, 0, 0 }, { P | E, 1, MINE, SCAN }, 0, 7, 'i' },
	{ "collapsed", { P | E, 1, MINE, SCAN }, { P, 1, MINE | THP, SCAN | PMD }, 7, 512, 'l' },
	{ "split", { P, 1, MINE | THP, SCAN | PMD }, { P | E, 1, MINE | THP, SCAN }, 512, 512, 'b' },
	{ "in swap still", { 0x4000000000000020, 0, 0, 0 }, { 0x4000000000000020, 0, 0, 0 }, 0, 0, 's' },
	{ "as it was", { P | E, 1, MINE, SCAN }, { P | E, 1, MINE, SCAN }, 7, 7, 'e' },
	{ "PFN hidden", { P | E, 1, MINE, SCAN }, { P | E, 1, MINE, SCAN }, 0, 0, '?' },
	{ "PFN hidden, another state", { P, 2, USED | ANON | SWAPBACKED, SCAN },
	  { P | E, 1, MINE, SCAN }, 0, 0, 't' },
	{ "unstable before", { P | E, 1, MINE, NEVER_STILL }, { P | E, 1, MINE, SCAN }, 7, 7, '?' },
	{ "unstable before, absent now", { P | E, 1, MINE, NEVER_STILL }, { 0 }, 7, 0, '?' },
	{ "unstable now", { P | E, 1, MINE, SCAN }, { P | E, 1, MINE, NEVER_STILL }, 7, 7, '?' },
};

/* All pages side by side, at one of the two moments. */
static struct pt_image *moment(bool later)
{
	struct pt_image *img = new_image();

	add_vma(img, 0x1000, LEN(changed), anon);
	img->lens = PT_LENS_CHANGE;
	for (size_t i = 0; i < LEN(changed); i++) {
		const struct page *p = later ? &changed[i].is : &changed[i].was;

		if (p->word)
			put(img, 0x1000 + i, p, later ? changed[i].is_pfn : changed[i].was_pfn, true);
	}
	return img;
}

TEST(the_change_lens_says_what_happened_since)
{
	struct pt_image *was = moment(false), *is = moment(true);

	complete(was);
	assert_int_equal(pt_pfns_close(&is->pfns), 0);
	assert_int_equal(pt_change_mark(is, was), 0);
	complete(is);
	for (size_t i = 0; i < LEN(changed); i++) {
		struct pt_run run = pt_image_run(is, &is->vmas.v[0], 0x1000 + i);

		if (pt_rows[run.row].sign != changed[i].sign)
			fail_msg("%s is %c, not %c", changed[i].what, pt_rows[run.row].sign,
				 changed[i].sign);
	}
	pt_image_unref(was);
	pt_image_unref(is);
}

/* The change lens of one page in a mapping like `was` that is then like `is`. */
static char change_between(const struct pt_vma *was_vma, const struct page *was, const struct pt_vma *is_vma, const struct page *is)
{
	struct pt_image *base = new_image(), *now = new_image();
	char sign;

	add_vma(base, 0x1000, 1, *was_vma);
	put(base, 0x1000, was, 7, true);
	complete(base);
	add_vma(now, 0x1000, 1, *is_vma);
	now->lens = PT_LENS_CHANGE;
	put(now, 0x1000, is, 8, true);
	assert_int_equal(pt_pfns_close(&now->pfns), 0);
	assert_int_equal(pt_change_mark(now, base), 0);
	complete(now);
	sign = pt_rows[pt_image_run(now, &now->vmas.v[0], 0x1000).row].sign;
	pt_image_unref(base);
	pt_image_unref(now);
	return sign;
}

TEST(a_page_of_a_file_is_copied_only_in_a_private_mapping_of_it)
{
	const struct page cached = { P | F, 1, USED, SCAN }, own = { P | E, 1, MINE, SCAN };
	struct pt_vma other = library;

	other.inode++;
	assert_int_equal(change_between(&library, &cached, &library, &own), 'c');
	assert_int_equal(change_between(&library, &cached, &other, &own), 't');
	assert_int_equal(change_between(&library, &cached, &anon, &own), 't');
	assert_int_equal(change_between(&library, &cached, &library, &cached), 'v');
}

/* A child that has frame 7 at the first three pages, and none behind. */
static int frames_of_child(void *arg, uint64_t vpn, size_t npages, uint64_t *ret_pfn)
{
	(void)arg;
	for (size_t i = 0; i < npages; i++)
		ret_pfn[i] = vpn + i < 0x1003 ? 7 : 0;
	return 0;
}

TEST(a_frame_that_a_child_still_has_tells_that_the_page_was_copied)
{
	const struct page own = { P | E, 1, MINE, SCAN }, huge = { P, 1, MINE | THP, SCAN | PMD };
	struct pt_image *base = new_image(), *now = new_image();
	const char *signs = "cbcr";		/* elsewhere; part of a huge page, split, and elsewhere; not the child's */

	add_vma(base, 0x1000, 4, anon);
	add_vma(now, 0x1000, 4, anon);
	for (uint64_t i = 0; i < 4; i++) {
		put(base, 0x1000 + i, i == 1 || i == 2 ? &huge : &own, 7, true);
		put(now, 0x1000 + i, &own, i == 1 ? 7 : 8, true);
	}
	complete(base);
	now->lens = PT_LENS_CHANGE;
	assert_int_equal(pt_pfns_close(&now->pfns), 0);
	assert_int_equal(pt_change_mark(now, base), 0);
	assert_true(pt_change_is_open(now));
	assert_int_equal(pt_change_settle(now, base, frames_of_child, NULL), 0);
	complete(now);
	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(pt_rows[pt_image_run(now, &now->vmas.v[0], 0x1000 + i).row].sign, signs[i]);
	pt_image_unref(base);
	pt_image_unref(now);
}

TEST(a_process_descends_from_those_whose_parents_are_alive)
{
	const struct { pid_t pid, ppid; bool below; } row[] = {
		{ 10, 1, false }, { 11, 10, true }, { 12, 11, true }, { 13, 9, false }, { 20, 21, false }, { 21, 20, false },
	};
	struct pt_table *t = pt_table_new();

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_process *p = pt_table_add(t);

		p->pid = row[i].pid;
		p->ppid = row[i].ppid;
	}
	for (size_t i = 0; i < LEN(row); i++)
		assert_int_equal(pt_table_descends(t, &t->p[i], 10), row[i].below);
	pt_table_unref(t);
}

/* ---- explanation */

static const char *line_of(struct pt_str *s, const struct pt_image *img, uint64_t vpn)
{
	pt_str_reset(s);
	pt_explain_line(img, pt_image_vma(img, vpn), vpn, s);
	return s->s;
}

TEST(the_status_line_tells_address_pfn_count_and_state)
{
	struct pt_image *img = new_image();
	struct pt_str s = PT_STR_INIT;

	add_vma(img, 0x55d0c4100, 8, locked);
	put(img, 0x55d0c4100, &(struct page){ P, 2, USED | ANON | SWAPBACKED | THP, SCAN | PMD },
	    0x14dedc, true);
	put(img, 0x55d0c4101, &(struct page){ P, 0, 0, SCAN | NOPFN }, 0, true);
	complete(img);
	line_of(&s, img, 0x55d0c4100);
	assert_non_null(strstr(
		s.s, "0x55d0c4100000 · pfn 0x14dedc · mapped 2 × · huge · locked · anonymous"));
	line_of(&s, img, 0x55d0c4101);
	assert_non_null(strstr(s.s, "pfn ? · mapped ? ×"));
	line_of(&s, img, 0x55d0c4102);
	assert_null(strstr(s.s, "pfn"));
	assert_null(strstr(s.s, "mapped 0"));
	pt_str_done(&s);
	pt_image_unref(img);
}

static struct pt_image *page_image(const struct seen *of)
{
	struct pt_image *img = new_image();

	add_vma(img, 0x1000, 4, *of->vma);
	img->lo_vpn = 0x1000;
	img->hi_vpn = 0x1001;
	if (of->page.word)
		put(img, 0x1000, &of->page, 0, true);
	img->page = (struct pt_page_words){
		.pagemap = of->page.word, .node = -1,
		.kpage = { PT_KPAGE_NONE, PT_KPAGE_NONE, PT_KPAGE_NONE },
	};
	img->why_pfn = "needs CAP_SYS_ADMIN";
	if (of->page.word & P && !(of->page.how & NOPFN)) {
		img->page.pagemap |= 0x14dedc;
		img->page.kpage[PT_KPAGE_FLAGS] =
			of->page.how & NOFLAGS ? PT_KPAGE_NONE : of->page.kflags;
		img->page.kpage[PT_KPAGE_COUNT] =
			of->page.how & NOCOUNT ? PT_KPAGE_NONE : of->page.count;
		img->page.kpage[PT_KPAGE_CGROUP] = 77;
	}
	complete(img);
	return img;
}

/* Whole sentences: each begins with a capital or a digit, the last one ends. */
static void assert_sentences(const char *what, const char *text)
{
	size_t len = strlen(text);

	if (!len || text[len - 1] != '.' || strstr(text, "..") || strstr(text, "  ") ||
	    !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", text[0]))
		fail_msg("%s: %s", what, text);
	for (const char *dot = strstr(text, ". "); dot; dot = strstr(dot + 1, ". "))
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", dot[2]))
			fail_msg("%s: %s", what, text);
}

TEST(every_page_is_explained_in_whole_sentences)
{
	for (size_t i = 0; i < LEN(seen) + LEN(hidden); i++) {
		const struct seen *of = i < LEN(seen) ? &seen[i] : &hidden[i - LEN(seen)];
		struct pt_image *img = page_image(of);
		struct pt_str s = PT_STR_INIT;

		pt_explain_text(img, &img->vmas.v[0], &s);
		assert_sentences(of->what, s.s);
		pt_str_reset(&s);
		pt_explain_words(img, &img->vmas.v[0], &s);
		for (char *line = strtok(s.s, "\n"); line; line = strtok(NULL, "\n")) {
			char *tab = strchr(line, '\t');

			assert_true(tab && strchr(tab + 1, '\t') &&
				    !strchr(strchr(tab + 1, '\t') + 1, '\t'));
		}
		pt_str_done(&s);
		pt_image_unref(img);
	}
}

/* What the page view says of one of the pages above. */
static void assert_said(const char *what, const char *text, bool said)
{
	for (size_t i = 0; i < LEN(seen) + LEN(hidden); i++) {
		const struct seen *of = i < LEN(seen) ? &seen[i] : &hidden[i - LEN(seen)];
		struct pt_image *img;
		struct pt_str s = PT_STR_INIT;

		if (strcmp(of->what, what))
			continue;
		img = page_image(of);
		pt_explain_text(img, &img->vmas.v[0], &s);
		pt_str_addc(&s, '\n');
		pt_explain_words(img, &img->vmas.v[0], &s);
		if (!strstr(s.s, text) == said)
			fail_msg("%s: \"%s\" is %s: %s", what, text, said ? "not in" : "in", s.s);
		pt_str_done(&s);
		pt_image_unref(img);
		return;
	}
	fail_msg("there is no page \"%s\"", what);
}

TEST(a_page_view_answers_why_the_count_is_zero)
{
	assert_said("read-only touched anonymous", "does not count how often the zero page is mapped",
		    true);
	assert_said("special PTE of a driver", "Its map count is 0", true);
	assert_said("forked, not yet written", "It is mapped 2 times", true);
	assert_said("private anonymous, written", "map count", false);
}

TEST(a_page_view_spells_out_the_words)
{
	assert_said("private anonymous, written",
		    "pagemap\t0x810000000014dedc\t63 present · 56 mapped once", true);
	assert_said("private anonymous, written", "pfn\t0x14dedc\tphysical address 0x14dedc000", true);
	assert_said("private anonymous, written", "uptodate lru mmap anon_flag swapbacked owner_2",
		    true);
	assert_said("private anonymous, written", "kpagecount\t1\t", true);
	assert_said("swapped, second area", "type 1\tswap slot 0x5", true);
	assert_said("migration, write", "migration, of PFN 0x14dedc", true);
	assert_said("untouched, or MADV_DONTNEED", "\tnot 63 present, 62 entry", true);
	assert_said("untouched, or MADV_DONTNEED", "kpageflags", false);
	assert_said("mlocked, THP and forked", "overlays\t\thuge locked", true);
}

TEST(a_page_view_says_what_is_hidden_and_why)
{
	assert_said("anonymous, mapped once", "CAP_SYS_ADMIN", true);
	assert_said("anonymous, mapped once", "kpagecount\t?\t", true);
	assert_said("anonymous, mapped once", "kpageflags\t?\t", true);
	assert_said("anonymous, mapped once", "pfn\t?\t", true);
	assert_said("entry of a type that is hidden", "entry\t?\t", true);
	assert_said("private anonymous, written", "hidden", false);
}

TEST(shared_memory_that_may_be_in_swap_says_so)
{
	struct pt_image *img = new_image();
	struct pt_vma vma = memfd;
	struct pt_str s = PT_STR_INIT;

	vma.swap_bytes = 12 << 10;
	add_vma(img, 0x1000, 4, vma);
	img->lo_vpn = 0x1000;
	img->hi_vpn = 0x1001;
	complete(img);
	pt_explain_text(img, &img->vmas.v[0], &s);
	assert_non_null(strstr(s.s, "smaps counts 12 kB in swap"));
	pt_str_done(&s);
	pt_image_unref(img);
}

/* ---- places */

static struct pt_image *place_image(void)
{
	struct pt_image *img = new_image();

	add_vma(img, 0x400, 16, library);
	img->vmas.v[0].name = "/usr/bin/redis-server";
	img->vmas.v[0].name_len = strlen(img->vmas.v[0].name);
	add_vma(img, 0x600000000, 16, anon);		/* [heap] */
	add_vma(img, 0x700000000, 8, library);		/* libc.so.6, two neighbours of one name */
	add_vma(img, 0x700000008, 8, library);
	add_vma(img, 0x700000020, 4, noaccess);
	add_vma(img, 0x700000030, 2, library);
	img->vmas.v[5].name = "/usr/lib/libstdc++.so.6";
	img->vmas.v[5].name_len = strlen(img->vmas.v[5].name);
	put(img, 0x600000003, &(struct page){ P | E, 1, MINE, SCAN }, 0x14dedc, true);
	complete(img);
	return img;
}

/* What a text leads to: a page; or, in `why`, the sentence. */
static int find(const char *text, uint64_t *ret_vpn, struct pt_str *why)
{
	struct pt_image *img = place_image();
	struct pt_place place;
	int err;

	pt_str_reset(why);
	err = pt_place_parse(text, false, &place, why);
	if (!err)
		err = pt_place_find(&place, img, ret_vpn, why);
	pt_image_unref(img);
	return err;
}

static void assert_found(const char *text, uint64_t vpn)
{
	struct pt_str why = PT_STR_INIT;
	uint64_t at = 0;

	if (find(text, &at, &why) || at != vpn)
		fail_msg("%s: page %llx, not %llx: %s", text, (unsigned long long)at,
			 (unsigned long long)vpn, why.s);
	assert_int_equal(why.len, 0);
	pt_str_done(&why);
}

static void assert_refused(const char *text, int err, const char *sentence)
{
	struct pt_str why = PT_STR_INIT;
	uint64_t at = 4711;
	int r = find(text, &at, &why);

	if (r != err || !strstr(why.s, sentence))
		fail_msg("%s: %d, not %d: %s", text, r, err, why.s);
	assert_int_equal(at, 4711);
	pt_str_done(&why);
}

TEST(an_address_is_found_with_or_without_prefix)
{
	assert_found("0x600000000000", 0x600000000);
	assert_found("600000003fff", 0x600000003);
	assert_found("  0x40f000  ", 0x40f);
	assert_found("0X40F000", 0x40f);
}

TEST(a_name_alone_is_its_first_mapping)
{
	assert_found("heap", 0x600000000);
	assert_found("[heap]", 0x600000000);
	assert_found("libc.so.6", 0x700000000);
	assert_found("/lib/libc.so.6", 0x700000000);
	assert_found("redis-server", 0x400);
	assert_found("libstdc++.so.6", 0x700000030);
}

TEST(a_name_and_an_offset_are_found)
{
	assert_found("heap+0x1000", 0x600000001);
	assert_found("heap+1fff", 0x600000001);
	assert_found("[heap]+0", 0x600000000);
	assert_found("libc.so.6+9000", 0x700000009);	/* in the second mapping of that name */
	assert_found("libstdc++.so.6+0x1000", 0x700000031);
}

TEST(a_pfn_is_found_where_it_is_mapped)
{
	assert_found("pfn:0x14dedc", 0x600000003);
	assert_found("pfn:14dedc", 0x600000003);
	assert_refused("pfn:0x14dedd", -ENOENT, "pfn 0x14dedd is not mapped in this process");
	assert_refused("pfn:0", -EINVAL, "is no PFN");
	assert_refused("pfn:", -EINVAL, "is no PFN");
	assert_refused("pfn:xyz", -EINVAL, "\"xyz\" is no PFN");
}

TEST(a_gap_gets_a_sentence_with_its_size_and_neighbours)
{
	assert_refused(
		"0x700000018000", -ENOENT,
		"0x700000018000 is not mapped: it lies in a gap of 64K between libc.so.6 and the "
		"anonymous mapping at 0x700000020000");
	assert_refused("0x410000", -ENOENT, "between redis-server and [heap]");
}

TEST(above_and_below_all_mappings_get_a_sentence)
{
	assert_refused("0x1000", -ENOENT, "it lies below the first mapping");
	assert_refused("0x7fffffffffff", -ENOENT, "it lies above the last mapping");
	assert_refused("ffffffffffffffff", -ENOENT, "it lies above the last mapping");
}

TEST(malformed_places_get_a_sentence)
{
	assert_refused("", -EINVAL, "is no address");
	assert_refused("   ", -EINVAL, "is no address");
	assert_refused("0x", -EINVAL, "is neither an address nor the name of a mapping");
	assert_refused("nonsense", -EINVAL, "\"nonsense\" is neither an address nor the name");
	assert_refused("10000000000000000", -EINVAL, "is larger than any address");
	assert_refused("-1", -EINVAL, "is neither");
	assert_refused("heap+", -EINVAL, "has no hexadecimal number behind its +");
	assert_refused("heap+xyz", -EINVAL, "has no hexadecimal number behind its +");
	assert_refused("heap+10000", -EINVAL, "lies outside the mappings of that name");
	assert_refused("libc.so.6+20000", -EINVAL, "lies outside the mappings of that name");
	assert_refused("heap+ffffffffffffffff", -EINVAL, "lies outside the mappings of that name");
	assert_refused("nothere+0x1000", -EINVAL, "names no mapping of this process");
	assert_refused("+1000", -EINVAL, "names no mapping of this process");
	assert_refused("\033[2J", -EINVAL, "\"\\x1B[2J\" is neither");
}

TEST(a_process_without_memory_has_no_addresses)
{
	struct pt_image *img = new_image();
	struct pt_place place = { .text = "0x1000" };
	struct pt_str why = PT_STR_INIT;
	uint64_t vpn;

	complete(img);
	assert_int_equal(pt_place_find(&place, img, &vpn, &why), -ENOENT);
	assert_non_null(strstr(why.s, "the process has no memory"));
	pt_str_done(&why);
	pt_image_unref(img);
}

static void assert_parsed(const char *text, bool pid_wanted, int err, pid_t pid, const char *rest)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_place place = { .pid = -1 };
	int r = pt_place_parse(text, pid_wanted, &place, &why);

	if (r != err)
		fail_msg("%s: %d, not %d: %s", text, r, err, why.s);
	if (err) {
		assert_non_null(strstr(why.s, rest));
		assert_int_equal(place.pid, -1);
	} else {
		assert_int_equal(place.pid, pid);
		assert_string_equal(place.text, rest);
	}
	pt_str_done(&why);
}

TEST(a_process_may_stand_before_the_place)
{
	assert_parsed("1234:0x7f00", true, 0, 1234, "0x7f00");
	assert_parsed("1234", true, 0, 1234, "");
	assert_parsed("1234:", true, 0, 1234, "");
	assert_parsed("1234:heap+0x1000", true, 0, 1234, "heap+0x1000");
	assert_parsed("1234:pfn:0x14dedc", true, 0, 1234, "pfn:0x14dedc");
	assert_parsed("1234:0x7f00", false, 0, 1234, "0x7f00");
	assert_parsed("1234", false, 0, 0, "1234");		/* within a process: an address */
	assert_parsed("1234: heap", true, 0, 1234, "heap");
}

TEST(among_processes_a_process_must_be_named)
{
	assert_parsed("0x7f00", true, -EINVAL, 0, "names no process");
	assert_parsed("heap", true, -EINVAL, 0, "write PID:ADDRESS");
	assert_parsed("0:0x7f00", true, -EINVAL, 0, "names no process");
	assert_parsed("4294967296:0x7f00", true, -EINVAL, 0, "names no process");
	assert_parsed("99999999999999999999:0", true, -EINVAL, 0, "names no process");
	assert_parsed("-1:0x7f00", true, -EINVAL, 0, "names no process");
}

TEST(a_place_too_long_is_refused)
{
	char text[400];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_parsed(text, false, -EINVAL, 0, "is too long");
	text[255] = '\0';
	assert_parsed(text, false, 0, 0, text);
}

/* ---- the table of processes */

static struct pt_process *add_process(struct pt_table *t, pid_t pid, uint64_t rss_bytes)
{
	struct pt_process *p = pt_table_add(t);

	assert_non_null(p);
	p->pid = pid;
	p->starttime = 1000 + (uint64_t)pid;
	p->rss_bytes = rss_bytes;
	p->user = strdup("root");
	p->command = strdup("command");
	p->comm = strdup("comm");
	return p;
}

TEST(the_largest_process_is_first_kernel_threads_and_the_dead_last)
{
	struct pt_table *t = pt_table_new();
	static const pid_t want[] = { 5, 3, 4, 6, 9 };

	add_process(t, 1, 0)->kthread = true;
	add_process(t, 2, 0)->zombie = true;
	add_process(t, 3, 100);
	add_process(t, 4, 50);
	add_process(t, 9, 0);
	add_process(t, 5, 10)->sum[PT_COL_RSS].value =
		1000; /* what was counted beats the quick count */
	t->p[5].scanned = true;
	add_process(t, 6, 50);
	pt_table_sort(t);
	for (size_t i = 0; i < LEN(want); i++)
		assert_int_equal(t->p[i].pid, want[i]);
	pt_table_unref(t);
}

TEST(a_process_is_found_by_pid_and_start)
{
	struct pt_table *t = pt_table_new();

	add_process(t, 7, 0);
	add_process(t, 8, 0);
	assert_int_equal(pt_table_find(t, 8, 0)->pid, 8);
	assert_int_equal(pt_table_find(t, 8, 1008)->pid, 8);
	assert_null(pt_table_find(t, 8, 1009));		/* the pid was used again */
	assert_null(pt_table_find(t, 9, 0));
	pt_table_unref(t);
}

TEST(a_copy_of_the_table_stands_on_its_own)
{
	struct pt_table *t = pt_table_new(), *copy;

	add_process(t, 7, 4096)->nfaults = 12;
	t->complete = true;
	t->cost_ns = 99;
	copy = pt_table_copy(t);
	t->p[0].command[0] = 'X';
	pt_table_unref(t);
	assert_int_equal(copy->n, 1);
	assert_string_equal(copy->p[0].command, "command");
	assert_int_equal(copy->p[0].nfaults, 12);
	assert_int_equal(copy->cost_ns, 99);
	assert_true(copy->complete);
	assert_null(pt_table_unref(pt_table_ref(copy)));
	pt_table_unref(copy);
	assert_null(pt_table_unref(NULL));
}

/* ---- filters */

static int filtered(const char *words, const struct page *p, const struct pt_vma *vma)
{
	struct pt_facts f = facts_of(p, vma);
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;

	if (pt_filter_parse(words, &filter, &why))
		fail_msg("%s: %s", words, why.s);
	return pt_filter_match(&filter, &f);
}

TEST(a_filter_wants_all_of_its_words)
{
	const struct page mine = { P | E, 1, MINE, SCAN }, thp = { P, 2, MINE | THP | HEAD, SCAN | PMD };
	static const struct { const char *words; int of_mine, of_thp; } want[] = {
		{ "", 1, 1 }, { "present", 1, 1 }, { "thp", 0, 1 }, { "~thp", 1, 0 }, { "private", 1, 0 },
		{ "cow", 0, 1 }, { "cow,thp", 0, 1 }, { " COW , ~mlocked ", 0, 1 }, { "cow,private", 0, 0 },
		{ "count1", 1, 0 }, { "count>1", 0, 1 }, { "count<2", 1, 0 }, { "count2,huge", 0, 1 },
		{ "sharing:mapped once", 1, 0 }, { "size:thp by pmd", 0, 1 }, { "~size:4K", 0, 1 },
		{ "other entry", 0, 0 }, { "anon,swapbacked", 1, 1 }, { "locked", 0, 0 },
		{ "change:sole owner", -1, -1 }, { "change:cow broken", -1, -1 },	/* as it was called */
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(filtered(want[i].words, &mine, &anon), want[i].of_mine);
		assert_int_equal(filtered(want[i].words, &thp, &anon), want[i].of_thp);
	}
}

TEST(a_filter_does_not_guess)
{
	const struct page unseen = { P, 0, 0, SCAN | NOPFN };

	assert_int_equal(filtered("anonymous", &unseen, &anon), 1);
	assert_int_equal(filtered("private", &unseen, &anon), -1);
	assert_int_equal(filtered("~private", &unseen, &anon), -1);
	assert_int_equal(filtered("count1", &unseen, &anon), -1);
	assert_int_equal(filtered("thp", &unseen, &anon), -1);
	assert_int_equal(filtered("ksm", &unseen, &anon), -1);
	assert_int_equal(filtered("thp,~present", &unseen, &anon), 0);
}

TEST(a_filter_takes_the_cgroup_that_pays_and_those_below_it)
{
	static const struct page there = { P | E, 1, MINE, SCAN }, absent = { 0, 0, 0, 0 }, restless = { 0, 0, 0, NEVER_STILL };
	static const struct { const char *words, *path; int match; } row[] = {
		{ "cgroup:/a", "/a", 1 }, { "cgroup:/a", "/a/b", 1 }, { "cgroup:/a/", "/a", 1 }, { "cgroup:/a", "/ab", 0 },
		{ "cgroup:/a/b", "/a", 0 }, { "cgroup:/a", "/A", 0 }, { "cgroup:/", "/", 1 }, { "cgroup:/", "/a", 1 },
		{ "cgroup:/", "", 0 }, { "~cgroup:/", "", 1 }, { "~cgroup:/a", "/ab", 1 }, { "cgroup:/a", NULL, -1 },
		{ "~cgroup:/a", NULL, -1 }, { "cgroup:/a,cgroup:/a/b", "/a/b", 1 }, { "cgroup:/a,~cgroup:/a/b", "/a/b", 0 },
	};
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;
	char words[PT_FILTER_TEXT + 16] = "";

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_facts f = facts_of(&there, &anon);

		assert_int_equal(pt_filter_parse(row[i].words, &filter, &why), 0);
		assert_int_equal(pt_filter_needs(&filter), PT_NEED_CGROUP | PT_NEED_PATHS);
		f.cgroup = row[i].path;
		if (pt_filter_match(&filter, &f) != row[i].match)
			fail_msg("%s of \"%s\"", row[i].words, row[i].path ? row[i].path : "?");
	}
	assert_int_equal(filtered("cgroup:/", &absent, &anon), 0);
	assert_int_equal(filtered("~cgroup:/", &absent, &anon), 1);
	assert_int_equal(filtered("cgroup:/", &restless, &anon), -1);
	snprintf(words, sizeof(words), "cgroup:/%0*d", PT_FILTER_TEXT - 2, 0);
	assert_int_equal(pt_filter_parse(words, &filter, &why), 0);
	snprintf(words, sizeof(words), "cgroup:/%0*d", PT_FILTER_TEXT - 1, 0);
	assert_int_equal(pt_filter_parse(words, &filter, &why), -EINVAL);
	assert_string_equal(why.s, "paths of a filter have at most 255 bytes");
	pt_str_done(&why);
}

/* What is hidden leaves open which row it is, but not all of them. */
TEST(a_filter_knows_what_a_page_of_a_hidden_kind_is_not)
{
	const struct page unseen = { P, 0, 0, SCAN | NOPFN }, entry = { S, 0, 0, NOPFN };
	static const char *const no[] = { "zero", "absent", "swapped", "guard", "backed", "unknown" };

	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_int_equal(filtered(no[i], &unseen, &anon), 0);
	assert_int_equal(filtered("~zero", &unseen, &anon), 1);
	assert_int_equal(filtered("thp,absent", &unseen, &anon), 0);
	assert_int_equal(filtered("cow", &entry, &anon), 0);
	assert_int_equal(filtered("swapped", &entry, &anon), -1);
	assert_int_equal(filtered("unknown", &entry, &anon), 1);
}

TEST(what_is_not_present_has_no_count)
{
	const struct page absent = { 0, 0, 0, 0 }, swapped = { 0x4000000000000020, 0, 0, 0 };

	assert_int_equal(filtered("count1", &absent, &anon), 0);
	assert_int_equal(filtered("~count1", &absent, &anon), 1);
	assert_int_equal(filtered("count>1", &swapped, &anon), 0);
}

TEST(a_soft_dirty_bit_that_is_not_kept_says_nothing)
{
	struct pt_facts_context ctx = *context();
	struct pt_run run = { .pm = PT_RUN(PRESENT) };
	struct pt_facts f = pt_facts_of(&run, &anon, &ctx);

	assert_false(f.known.d & PT_F(SOFT_DIRTY));
	assert_false(pt_facts_asked(&ctx).d & PT_F(SOFT_DIRTY));
	ctx.soft_dirty = true;
	f = pt_facts_of(&run, &anon, &ctx);
	assert_true(f.known.d & ~f.yes.d & PT_F(SOFT_DIRTY));
	assert_true(pt_facts_asked(&ctx).d & PT_F(SOFT_DIRTY));
	run.pm |= PT_RUN(SOFT_DIRTY);	/* a bit that is set speaks for itself */
	ctx.soft_dirty = false;
	f = pt_facts_of(&run, &anon, &ctx);
	assert_true(f.yes.d & PT_F(SOFT_DIRTY));
}

TEST(a_word_that_is_none_gets_a_sentence)
{
	static const char *const bad[] = { "nosuch", "count", "count>", "count<0", "count>x", "~", "size:5K",
					   "nolens:4K", "thp,,no", "a\033[2J" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pt_str why = PT_STR_INIT;
		struct pt_filter filter;

		assert_int_equal(pt_filter_parse(bad[i], &filter, &why), -EINVAL);
		assert_non_null(strstr(why.s, "unknown filter \""));
		assert_null(strchr(why.s, '\033'));
		pt_str_done(&why);
	}
}

/* A row that is in no other lens needs no prefix; the state lens comes first. */
TEST(a_row_is_found_by_its_name_alone)
{
	for (int i = 0; i < PT_NROWS; i++) {
		const char *name = pt_rows[i].name;
		int row = pt_filter_row(name, strlen(name));

		assert_string_equal(pt_rows[row].name, name);
		if (row < PT_NSTATES)
			continue;
		for (int k = PT_NSTATES; k < PT_NROWS; k++)	/* else one of them would be meant by chance */
			if (k != row && !strcasecmp(pt_rows[k].name, name))
				fail_msg("%s is in two lenses, and not in the state lens", name);
	}
	assert_int_equal(pt_filter_row("Hole", 4), PT_LOCK_HOLE);
	assert_int_equal(pt_filter_row("lock:absent", 11), PT_LOCK_ABSENT);
	assert_int_equal(pt_filter_row("absent", 6), PT_STATE_ABSENT);
	assert_int_equal(pt_filter_row("node 0", 6), PT_NODE_0);
	assert_int_equal(pt_filter_row("size:hole", 9), -1);
}

TEST(no_present_page_without_count_is_without_reason)
{
	static const uint64_t flags[] = { 0, ZERO_PAGE, ZERO_PAGE | THP | HEAD, RESERVED, UPTODATE,
					  HUGETLB, UPTODATE | LRU | ANON };

	for (size_t i = 0; i < LEN(flags); i++) {
		struct pt_facts f = facts_of(&(struct page){ P, 0, flags[i], SCAN }, &anon);

		assert_non_null(pt_explain_uncounted(&f));
		f = facts_of(&(struct page){ P, 1, flags[i], SCAN }, &anon);
		assert_null(pt_explain_uncounted(&f));
		f = facts_of(&(struct page){ P, 0, flags[i], SCAN | NOCOUNT }, &anon);
		assert_null(pt_explain_uncounted(&f));
	}
}

/* A word means one thing: facts, bits, overlays and states have no name in common. */
TEST(no_word_of_filters_means_two_things)
{
	const char *name[PT_NFACTS + 64 + PT_NSTATES];
	size_t n = 0;

	for (int i = 0; i < PT_NFACTS; i++)
		name[n++] = pt_fact_name(i);
	for (int i = 0; i < 64; i++)
		if (pt_kpf_name(i))
			name[n++] = pt_kpf_name(i);
	for (int i = 0; i < PT_NSTATES; i++)
		name[n++] = pt_rows[i].name;
	for (size_t i = 0; i < n; i++) {
		assert_null(strpbrk(name[i], ",~:"));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(name[i], name[k]);
	}
}

/* ---- the pulse of the machine */

#define SECOND UINT64_C(1000000000)

/* A vmstat in which pgfault has this value. */
static void count_faults(struct pt_pulse *p, unsigned long long faults, uint64_t ns)
{
	char text[64];

	snprintf(text, sizeof(text), "pgfault %llu\npswpin 5\n", faults);
	pt_pulse_count(p, text, ns);
}

static double newest(const struct pt_pulse *p, enum pt_rate rate)
{
	return (double)p->rate[p->n - 1][rate];
}

TEST(a_rate_is_what_happened_between_two_samples)
{
	struct pt_pulse p = { 0 };

	count_faults(&p, 1000, 5 * SECOND);
	assert_int_equal(p.n, 0);
	count_faults(&p, 1500, 7 * SECOND);
	assert_int_equal(p.n, 1);
	assert_true(newest(&p, PT_RATE_FAULTS) > 249.9 && newest(&p, PT_RATE_FAULTS) < 250.1);
	assert_true(newest(&p, PT_RATE_SWAP_IN) <= 0);
	assert_true(isnan(newest(&p, PT_RATE_SPLIT)));	/* this kernel does not count it */
}

TEST(without_time_between_samples_there_is_no_rate)
{
	struct pt_pulse p = { 0 };

	count_faults(&p, 1000, SECOND);
	count_faults(&p, 2000, SECOND);
	assert_int_equal(p.n, 0);
	count_faults(&p, 2010, 2 * SECOND);	/* the later of the two counts */
	assert_true(newest(&p, PT_RATE_FAULTS) < 10.1);
}

TEST(a_counter_that_went_back_is_not_known)
{
	struct pt_pulse p = { 0 };

	count_faults(&p, 1000, SECOND);
	count_faults(&p, 10, 2 * SECOND);
	assert_true(isnan(newest(&p, PT_RATE_FAULTS)));
	count_faults(&p, 20, 3 * SECOND);
	assert_true(newest(&p, PT_RATE_FAULTS) > 9.9);
}

TEST(only_the_last_rates_are_kept)
{
	struct pt_pulse p = { 0 };

	for (unsigned i = 0; i <= PT_PULSE_LEN + 5; i++)
		count_faults(&p, i * (i + 1) / 2, (i + 1) * SECOND);	/* one more each second */
	assert_int_equal(p.n, PT_PULSE_LEN);
	for (unsigned i = 0; i < p.n; i++)
		assert_int_equal((int)(p.rate[i][PT_RATE_FAULTS] + 0.5f), i + 6);
}

TEST(all_of_ram_is_told_once)
{
	struct pt_pulse p = { 0 };
	uint64_t sum = 0;

	pt_pulse_memory(&p, "MemTotal: 1000 kB\nMemFree: 400 kB\nBuffers: 10 kB\nCached: 300 kB\n"
			"AnonPages: 100 kB\nShmem: 60 kB\nSlab: 20 kB\nPageTables: 5 kB\nVmallocUsed: 1 kB\n");
	for (int i = 0; i < PT_NMEMS; i++)
		sum += p.mem[i] == PT_COUNTER_NONE ? 0 : p.mem[i];
	assert_int_equal(p.total, 1000 << 10);
	assert_int_equal(sum, p.total);
	assert_int_equal(p.mem[PT_MEM_FILE], 250 << 10);	/* what is shared memory is not a file */
	assert_int_equal(p.mem[PT_MEM_TABLES], 5 << 10);	/* the second line is of newer kernels */
	assert_int_equal(p.mem[PT_MEM_HUGETLB], PT_COUNTER_NONE);
	assert_int_equal(p.mem[PT_MEM_OTHER], 164 << 10);
	pt_pulse_memory(&p, "MemFree: 400 kB\n");
	assert_int_equal(p.total, 0);
	pt_pulse_memory(&p, "MemTotal: 10 kB\nCached: 20 kB\nBuffers: 0 kB\nShmem: 30 kB\n");	/* read while it changed */
	assert_int_equal(p.mem[PT_MEM_FILE], 0);
	assert_int_equal(p.mem[PT_MEM_OTHER], 0);
}

TEST(sampled_frames_are_spread_and_others_each_turn)
{
	static const uint64_t nframes[] = { PT_SAMPLE_FRAMES, 1000, 6553600, UINT64_C(1) << 40 };
	struct pt_pulse now = { 0 }, next = { .nturns = 1 };

	for (size_t k = 0; k < LEN(nframes); k++) {
		unsigned same = 0;

		for (unsigned i = 0; i < PT_SAMPLE_FRAMES; i++) {
			uint64_t pfn = pt_pulse_frame(&now, i, nframes[k]);

			assert_true(pfn < nframes[k]);
			assert_true(!i || pfn > pt_pulse_frame(&now, i - 1, nframes[k]));
			same += pfn == pt_pulse_frame(&next, i, nframes[k]);
		}
		assert_true(k < 2 || same < PT_SAMPLE_FRAMES / 4);
	}
}

TEST(a_sample_sums_the_last_turns)
{
	const uint64_t thp[4] = { B(22), B(22) | B(5), B(20), PT_KPAGE_NONE }, none[4] = { 0, B(5), B(2) | B(5), B(10) };
	struct pt_pulse p = { 0 };

	assert_int_equal(pt_pulse_sampled(&p).n, 0);
	pt_pulse_sample(&p, thp, 4);
	assert_int_equal(pt_pulse_sampled(&p).n, 2);	/* of frames that there are */
	assert_int_equal(pt_pulse_sampled(&p).with[PT_SAMPLED_LARGE], 2);
	for (int i = 1; i < PT_SAMPLE_TURNS; i++)
		pt_pulse_sample(&p, none, 4);
	assert_int_equal(pt_pulse_sampled(&p).with[PT_SAMPLED_LARGE], 2);
	assert_int_equal(pt_pulse_sampled(&p).with[PT_SAMPLED_USED], PT_SAMPLE_TURNS - 1);
	pt_pulse_sample(&p, none, 4);
	assert_int_equal(pt_pulse_sampled(&p).with[PT_SAMPLED_LARGE], 0);
	assert_int_equal(pt_pulse_sampled(&p).n, 4 * PT_SAMPLE_TURNS);
}

/* ---- pages that a filter means */

static int match_of(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn, const struct pt_filter *filter)
{
	struct pt_run run = pt_image_run(img, vma, vpn);
	struct pt_facts f = pt_facts_of(&run, vma, &img->ctx);

	return pt_filter_match(filter, &f);
}

static const char *const meant[] = { "cow", "absent", "private,~locked", "~present", "huge", "swapped", "thp", "~cow",
				     "ksm" };

/* The filter of this turn, and its matches in the image. */
static struct pt_filter make_matches(struct pt_matches *m, const struct pt_image *img, int turn)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;

	assert_int_equal(pt_filter_parse(meant[turn % (int)LEN(meant)], &filter, &why), 0);
	assert_int_equal(pt_matches_make(m, img, &filter), 0);
	return filter;
}

TEST(counting_what_is_meant_is_looking_at_each_page)
{
	uint64_t x = 33, all_yes, all_open;

	for (int i = 0; i < 100; i++) {
		struct pt_matches matches = { 0 };
		struct pt_filter filter;
		struct model m;

		model_init(&m, &x);
		filter = make_matches(&matches, m.img, i);
		all_yes = all_open = 0;
		for (size_t v = 0; v < m.img->vmas.n; v++) {
			const struct pt_vma *vma = &m.img->vmas.v[v];
			uint64_t end = pt_vma_end_vpn(vma), lo = pt_vma_vpn(vma) + random_next(&x) % (end - pt_vma_vpn(vma));
			struct pt_counts c, naive = { .npages = 0 };
			uint64_t open, naive_open = 0;

			for (uint64_t vpn = pt_vma_vpn(vma); vpn < end; vpn++) {
				int is = match_of(m.img, vma, vpn, &filter);

				all_yes += is > 0;
				all_open += is < 0;
				if (vpn < lo)
					continue;
				naive.npages += is > 0;
				naive_open += is < 0;
				if (is > 0)
					naive.row[m.row[vpn - m.base]]++;
			}
			pt_matches_count(&matches, vma, lo, end, &c, &open);
			assert_int_equal(c.npages, naive.npages);
			assert_int_equal(open, naive_open);
			assert_memory_equal(c.row, naive.row, sizeof(c.row));
		}
		assert_int_equal(matches.all.nyes, all_yes);
		assert_int_equal(matches.all.nopen, all_open);
		pt_matches_done(&matches);
		pt_image_unref(m.img);
	}
}

/* Where finds begin, page by page: the mapping, the cell in it, the page. */
struct find {
	size_t v;
	uint64_t cell, vpn;
};

static size_t naive_finds(const struct pt_image *img, const struct pt_filter *filter, uint64_t cell, struct find *ret)
{
	size_t n = 0;

	for (size_t v = 0; v < img->vmas.n; v++) {
		const struct pt_vma *vma = &img->vmas.v[v];
		int64_t last = -2;

		for (uint64_t vpn = pt_vma_vpn(vma); vpn < pt_vma_end_vpn(vma); vpn++) {
			int64_t in = (int64_t)((vpn - pt_vma_vpn(vma)) / cell);

			if (match_of(img, vma, vpn, filter) <= 0)
				continue;
			if (in > last + 1)
				ret[n++] = (struct find){ v, (uint64_t)in, vpn };
			last = in;
		}
	}
	return n;
}

static bool is_before(const struct find *a, const struct find *b)
{
	return a->v < b->v || (a->v == b->v && a->cell < b->cell);
}

static enum pt_found naive_find(const struct find *f, size_t n, const struct find *from, bool forward, uint64_t *ret)
{
	if (!n)
		return PT_FOUND_NONE;
	*ret = f[forward ? 0 : n - 1].vpn;
	for (size_t k = 0; k < n; k++) {
		const struct find *at = &f[forward ? k : n - 1 - k];

		if (forward ? is_before(from, at) : is_before(at, from)) {
			*ret = at->vpn;
			return PT_FOUND;
		}
	}
	return PT_FOUND_ROUND;
}

TEST(what_is_found_next_is_what_walking_finds)
{
	struct find find[MAXPAGES];
	uint64_t x = 34;
	int nfound[PT_FOUND_ROUND + 1] = { 0 };

	for (int i = 0; i < 150; i++) {
		uint64_t cell = UINT64_C(1) << random_next(&x) % 6;
		struct pt_matches matches = { 0 };
		struct pt_filter filter;
		struct model m;
		size_t n;

		model_init(&m, &x);
		filter = make_matches(&matches, m.img, i);
		n = naive_finds(m.img, &filter, cell, find);
		for (size_t v = 0; v < m.img->vmas.n; v++)
			for (uint64_t vpn = pt_vma_vpn(&m.img->vmas.v[v]); vpn < pt_vma_end_vpn(&m.img->vmas.v[v]); vpn++)
				for (int forward = 0; forward < 2; forward++) {
					struct find from = { v, (vpn - pt_vma_vpn(&m.img->vmas.v[v])) / cell, vpn };
					uint64_t want = vpn, got = vpn;
					enum pt_found how = naive_find(find, n, &from, forward, &want);

					assert_int_equal(pt_matches_find(&matches, forward, cell, &got), how);
					assert_int_equal(got, want);
					nfound[how]++;
				}
		pt_matches_done(&matches);
		pt_image_unref(m.img);
	}
	assert_true(nfound[PT_FOUND_NONE] && nfound[PT_FOUND] && nfound[PT_FOUND_ROUND]);
}

TEST(of_pages_that_were_not_looked_at_nothing_is_meant_for_sure)
{
	struct pt_image *img = new_image();
	struct pt_matches m = { 0 };
	uint64_t vpn = 0x1000;

	add_vma(img, 0x1000, 16, anon);
	img->lo_vpn = img->hi_vpn = 0;
	complete(img);
	make_matches(&m, img, 1);
	assert_int_equal(m.all.nyes, 0);
	assert_int_equal(m.all.nopen, 16);
	assert_int_equal(pt_matches_find(&m, true, 1, &vpn), PT_FOUND_NONE);
	assert_int_equal(vpn, 0x1000);
	pt_matches_done(&m);
	pt_matches_done(&m);
	pt_image_unref(img);
}
