/*
 * The program beside the kernel's files, in this test's own words.
 */
#ifndef TESTS_LIVE_H
#define TESTS_LIVE_H

#include <stdio.h>
#include <sys/mman.h>
#include "pagetop/model/image.h"
#include "pagetop/scan/sharers.h"
#include "beside.h"
#include "test.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102			/* Linux 6.13 */
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25			/* Linux 6.1 */
#endif

#define MM "/sys/kernel/mm/"
#define THP MM "transparent_hugepage/"
#define ZRAM_DEV "/dev/zram0"
#define ZRAM "/sys/block/zram0/"

enum { TRIES = 20, NSCANS = 300, LINE = 512 };

/* What a state needs of the machine. */
enum need {
	NOTHING, SWAP, KSM, HUGETLB, MTHP, FILE_SWAP, NSETTINGS,
	HUGE_PAGES = NSETTINGS, COLLAPSE, GUARDS, ZERO_PAGES, HUGE_ZERO_PAGES,
	DEMO_SAYS,		/* what: where it is not made, its note tells */
};

struct settings {
	char why[NSETTINGS][LINE];	/* why the keeper could not provide it, or "" */
	char swap_file[LINE];		/* ready to be switched on */
};

struct live {
	struct settings settings;
	struct pt_root root;
	struct pt_probe probe;
	struct pt_demo *demo;
};

/* Words of pagemap and of kpageflags. */
#define W_PRESENT (UINT64_C(1) << 63)
#define W_ENTRY (UINT64_C(1) << 62)
#define W_FILE (UINT64_C(1) << 61)
#define W_ONCE (UINT64_C(1) << 56)
#define W_SOFT_DIRTY (UINT64_C(1) << 55)	/* also of pages that are absent */
#define W_UFFD (UINT64_C(1) << 57)
#define W_PFN ((UINT64_C(1) << 55) - 1)
#define K_REFERENCED (UINT64_C(1) << 2)
#define K_UPTODATE (UINT64_C(1) << 3)
#define K_DIRTY (UINT64_C(1) << 4)
#define K_LRU (UINT64_C(1) << 5)
#define K_ACTIVE (UINT64_C(1) << 6)
#define K_WRITEBACK (UINT64_C(1) << 8)
#define K_ANON (UINT64_C(1) << 12)
#define K_SWAPCACHE (UINT64_C(1) << 13)
#define K_SWAPBACKED (UINT64_C(1) << 14)
#define K_HEAD (UINT64_C(1) << 15)
#define K_TAIL (UINT64_C(1) << 16)
#define K_UNEVICTABLE (UINT64_C(1) << 18)
#define K_IDLE (UINT64_C(1) << 25)
#define K_RESERVED (UINT64_C(1) << 32)
#define K_OWNER (UINT64_C(1) << 34)
#define K_KSM (UINT64_C(1) << 21)
#define K_THP (UINT64_C(1) << 22)
#define K_HUGETLB (UINT64_C(1) << 17)
#define K_ZERO (UINT64_C(1) << 24)
#define K_MLOCKED (UINT64_C(1) << 33)

struct page {
	uint64_t word, kflags, count;	/* the last two of a present page, else 0 */
};

/* An image of a range, and what the files said right before and right after it alike. */
struct look {
	struct pt_image *img;
	struct page *page;
	size_t n;
};

/*
 * What the issue asks for. The state and overlays are written here once more, by hand, beside what
 * the kernel's words of each such page are; mapped by PMD is what smaps says of it.
 */
struct want {
	const char *test;
	const char *id;			/* in the demo's table */
	const char *style;		/* on the screen: role and overlays */
	char sign;
	uint8_t over;
	uint8_t need;			/* enum need */
	uint64_t mask, word;		/* pagemap: these bits are just so */
	uint64_t set, clear;		/* kpageflags */
	uint64_t least, most;		/* kpagecount */
};

enum { NHUGE = 512 };	/* pages of a huge one */

extern struct live live;

/* The first line of a file; of "always [madvise] never" the chosen word. "" if there is none. */
void get_word(const char *path, char ret[static LINE]);

bool put_word(const char *path, const char *word);

/* Why the machine cannot have such pages, or NULL. */
const char *cannot(enum need need);

void skip_if(const char *why);
void skip_unless(enum need need);
uint64_t word_at(int fd, uint64_t index);
void read_truth(pid_t pid, uint64_t vpn, size_t n, struct page *ret);

bool is_range(const char *line, uint64_t *from, uint64_t *to);
int64_t kb_of(const char *line);

/* Sum of the keys over all mappings that lie in the range, in kB; -1 if smaps cannot be read. */
int64_t smaps_kb(pid_t pid, uint64_t start, uint64_t end, const char *keys);

int scan_as(const struct pt_scan_env *env, const struct pt_wish *wish, struct pt_image **ret);
int scan_with(const struct pt_probe *probe, pid_t pid, struct pt_image **ret);

/* Through a lens; `base`: what the change lens compares with, or NULL. */
struct pt_image *scan_range(pid_t pid, enum pt_lens_id lens, uint64_t lo_vpn, uint64_t hi_vpn);

struct pt_image *scan(pid_t pid);

/* Any process that starts or ends changes the count of the kernel's own pages (vdso). */
bool is_counted(const struct page *p);

struct look look_through(enum pt_lens_id lens, pid_t pid, uint64_t start, uint64_t end);
struct look look_at(pid_t pid, uint64_t start, uint64_t end);
void look_done(struct look *l);
struct pt_run run_at(const struct pt_image *img, uint64_t vpn);
char sign_of(const struct pt_run *run);

/* The note on the state of this name; notes come in the order of the demo's table. */
const struct pt_note *note_of(const char *id);

/* Order of the folio around a frame, by its head and tails; 0 of a page on its own. */
int order_of(uint64_t pfn);

void check_lens(enum pt_lens_id lens, pid_t pid, uint64_t start, uint64_t end,
		char sign, uint8_t over, const char *what);

/* Of each page that is present, the order in the image is what kpageflags says around its frame. */
void check_orders(pid_t pid, uint64_t start, uint64_t end, size_t *norder);

/* It goes on for a few instructions after it said that it is ready. */
void wait_until_asleep(pid_t pid);

/* Where it mapped what it calls so. */
uint64_t address_of(const struct target *t, const char *name);

/*
 * The process sleeps, but others map and unmap the files that it maps: each mapping must be right once.
 * [vsyscall] has no pages. Of a process that was forked from a program with a sanitizer only a range holds still.
 */
void check_mappings_of(pid_t pid, uint64_t from, uint64_t to);

extern const struct want wants[];
extern const size_t nwants;

#endif
