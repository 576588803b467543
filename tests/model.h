/*
 * Pages by the kernel's words as running kernels showed them (6.18, x86-64), bit by bit; images made of them.
 */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include "pagetop/model/image.h"
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

#define VMA(mode, ino, path, flags) { \
	.start = 0x600000000000, .end = 0x600000200000, .perms = mode, .inode = ino, \
	.name = path, .name_len = sizeof(path) - 1, .got_smaps = true, .page_bytes = 4096, \
	.vmflags = flags, .lazyfree = PT_NO, .secret = PT_NO, .bare = PT_NO }
#define BARE(mode, ino, path, flags) { \
	.start = 0x600000000000, .end = 0x600000200000, .perms = mode, .inode = ino, \
	.name = path, .name_len = sizeof(path) - 1, .got_smaps = true, .page_bytes = 4096, \
	.vmflags = flags, .lazyfree = PT_NO, .secret = PT_NO, .bare = PT_YES }

/* A random process, and page by page what it is. */
enum { MAXPAGES = 1200 };

struct model {
	struct pt_image *img;
	uint64_t base, npages;		/* pages from the first mapping to behind the last */
	int row[MAXPAGES];		/* -1: in no mapping */
	uint8_t over[MAXPAGES], open[MAXPAGES];
};

/* Mappings of all kinds, by what smaps says of them. */
extern const struct pt_vma anon, noaccess, locked, lazy, droppable, library, code, dev_zero, file, memfd,
	memfd_copy, huge_anon, huge_shared, secret, not_looked_at, no_device, vdso,
	vvar, vsyscall, ring, mixed_map;

/* A page as the scan tells it; the facts of it in that mapping, and its sign in the state lens. */
struct pt_run run_of(const struct page *p);
const struct pt_facts_context *context(void);
struct pt_facts facts_of(const struct page *p, const struct pt_vma *vma);
char sign_of(const struct page *p, const struct pt_vma *vma);

bool coin(uint64_t *x);

/* An image is put together, mapping by mapping and page by page, until it is complete. */
struct pt_image *new_image(void);
void add_vma(struct pt_image *img, uint64_t start_vpn, uint64_t npages, struct pt_vma like);
void put(struct pt_image *img, uint64_t vpn, const struct page *p, uint64_t pfn, bool join);
void complete(struct pt_image *img);

bool has_pfn(const struct pt_run *run);
void model_init(struct model *m, uint64_t *x);

#endif
