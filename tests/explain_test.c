/*
 * The sentences of the page view: each is said of a page for which all holds that its row asks, and not of pages for which one
 * thing does not hold, or is not known.
 */
#include <stdlib.h>
#include <string.h>
#include <ctype.h>
#include <stdio.h>
#include "pagetop/model/explain.h"
#include "pagetop/model/image.h"
#include "pagetop/model/sums.h"
#include "test.h"

#define K(id) PT_KPF(id)
#define V(id) PT_VMF(id)
#define R(id) PT_RUN(id)
#define USED (K(UPTODATE) | K(LRU) | K(MMAP))
#define MINE (USED | K(ANON) | K(SWAPBACKED) | K(OWNER_2))
#define FORKED (USED | K(ANON) | K(SWAPBACKED))
#define LARGE (K(COMPOUND_HEAD) | K(THP))
#define POOL (K(UPTODATE) | K(MMAP) | K(ANON) | K(HUGE) | K(COMPOUND_HEAD))
#define GOT (R(PRESENT) | R(PFN) | R(GOT_FLAGS) | R(GOT_COUNT) | R(SCANNED))

/* A run of one page. */
#define PAGE(n, flags) { .pm = GOT, .count = n, .kflags = flags, .node = -1 }
#define FOLIO(n, flags, how_large, more) { .pm = GOT | (more), .count = n, .kflags = (flags) | LARGE, .order = how_large, .node = -1 }
#define WITH(n, flags, more) { .pm = GOT | (more), .count = n, .kflags = flags, .node = -1 }
#define ENTRY(word, more) { .pm = R(ENTRY) | R(PFN) | (more), .kflags = word, .node = -1 }
#define NOTHING { .node = -1 }

/* Its mapping. */
#define MAP(mode, flags) { .perms = mode, .name = "", .got_smaps = true, .secret = PT_NO, .bare = PT_NO, .vmflags = flags, .page_bytes = 4096 }
#define DISK(mode, flags) { .perms = mode, .name = "/f", .name_len = 2, .got_smaps = true, .secret = PT_NO, .bare = PT_NO, .vmflags = flags, .inode = 7, .dev_major = 8 }
#define RAM(mode, flags) { .perms = mode, .name = "/f", .name_len = 2, .got_smaps = true, .secret = PT_NO, .bare = PT_NO, .vmflags = flags, .inode = 7 }
#define LAZY(flags) { .perms = "rw-p", .name = "", .got_smaps = true, .secret = PT_NO, .bare = PT_NO, .vmflags = flags, .lazyfree_bytes = 4096 }
#define UNREAD(mode) { .perms = mode, .name = "", .secret = PT_NO, .bare = PT_NO }
#define HIDDEN(mode, flags, is) { .perms = mode, .name = "/f", .name_len = 2, .inode = 7, .got_smaps = true, .vmflags = flags, .secret = is, .bare = PT_NO }

#define MIGRATION 30
#define MARKER(bits) (31 | (uint64_t)(bits) << 5)

static const struct ask {
	int say;
	bool said;
	struct pt_run run;
	struct pt_vma vma;
	enum pt_told swap;	/* there is a swap area */
} ask[] = {
	{ PT_SAY_BY_PMD, true, FOLIO(1, MINE, 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_BY_PMD, false, FOLIO(1, MINE, 9, 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_BY_PMD, false, WITH(1, POOL, R(PMD)), MAP("rw-p", V(HT)), PT_UNTOLD },
	{ PT_SAY_BY_PMD, false, FOLIO(0, K(ZERO_PAGE), 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_POOL, true, PAGE(1, POOL), MAP("rw-p", V(HT)), PT_UNTOLD },
	{ PT_SAY_POOL, false, FOLIO(1, MINE, 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_COLLAPSIBLE, true, FOLIO(1, MINE, 9, 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_COLLAPSIBLE, false, FOLIO(1, MINE, 4, 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_COLLAPSIBLE, false, FOLIO(1, MINE, 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_COLLAPSIBLE, false, FOLIO(1, MINE, 9, 0), MAP("rw-p", V(NH)), PT_UNTOLD },
	{ PT_SAY_COLLAPSIBLE, false, FOLIO(1, MINE, 9, 0), UNREAD("rw-p"), PT_UNTOLD },
	{ PT_SAY_UNSTABLE, true, { .pm = R(UNSTABLE), .node = -1 }, MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_UNSTABLE, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_POISON, true, ENTRY(MARKER(PT_MARKER_POISON), 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_POISON, false, ENTRY(MARKER(PT_MARKER_POISON), 0), MAP("---p", 0), PT_UNTOLD },
	{ PT_SAY_POISON, false, ENTRY(MARKER(PT_MARKER_GUARD), R(GUARD_BIT)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_GUARD, true, ENTRY(MARKER(PT_MARKER_GUARD), R(GUARD_BIT)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_GUARD, false, ENTRY(MARKER(PT_MARKER_POISON), 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_MOVES, true, ENTRY(MIGRATION, 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_MOVES, false, ENTRY(0, 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_MOVES_WAIT, true, ENTRY(MIGRATION, 0), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_MOVES_WAIT, false, ENTRY(MIGRATION, 0), MAP("---p", 0), PT_UNTOLD },
	{ PT_SAY_MOVES_WAIT, false, ENTRY(0, 0), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_SWAP_IN, true, ENTRY(0, 0), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_SWAP_IN, false, ENTRY(0, 0), MAP("---p", 0), PT_UNTOLD },
	{ PT_SAY_SWAP_IN, false, NOTHING, MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_WP_MARKER, true, ENTRY(MARKER(PT_MARKER_UFFD_WP), R(UFFD_WP)), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_WP_MARKER, false, ENTRY(MARKER(PT_MARKER_UFFD_WP), R(UFFD_WP)), MAP("r--p", V(UW)), PT_UNTOLD },
	{ PT_SAY_WP_MARKER, false, ENTRY(MARKER(PT_MARKER_UFFD_WP), 0), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_WP_MARKER, false, WITH(1, MINE, R(UFFD_WP)), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_ABSENT_ANON, true, NOTHING, MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_ANON, false, NOTHING, DISK("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_ANON, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_FILE, true, NOTHING, DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_FILE, false, NOTHING, MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_FILE, false, NOTHING, RAM("r--p", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_FILE, false, PAGE(1, USED), DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_SHMEM, true, NOTHING, RAM("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_SHMEM, false, NOTHING, DISK("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_SHMEM, false, NOTHING, MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ABSENT_SHMEM, false, PAGE(1, USED), RAM("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_READ, true, PAGE(0, K(ZERO_PAGE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_READ, false, PAGE(0, K(ZERO_PAGE)), MAP("rw-p", V(MG)), PT_UNTOLD },
	{ PT_SAY_ZERO_READ, false, PAGE(0, K(ZERO_PAGE)), UNREAD("rw-p"), PT_UNTOLD },
	{ PT_SAY_ZERO_READ, false, FOLIO(0, K(ZERO_PAGE), 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_READ, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_MERGED, true, PAGE(0, K(ZERO_PAGE)), MAP("rw-p", V(MG)), PT_UNTOLD },
	{ PT_SAY_ZERO_MERGED, false, PAGE(0, K(ZERO_PAGE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_MERGED, false, FOLIO(0, K(ZERO_PAGE), 9, R(PMD)), MAP("rw-p", V(MG)), PT_UNTOLD },
	{ PT_SAY_ZERO_MERGED, false, PAGE(8, FORKED | K(KSM)), MAP("rw-p", V(MG)), PT_UNTOLD },
	{ PT_SAY_ZERO_HUGE, true, FOLIO(0, K(ZERO_PAGE), 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_HUGE, false, PAGE(0, K(ZERO_PAGE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_HUGE, false, FOLIO(1, MINE, 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_WRITE, true, PAGE(0, K(ZERO_PAGE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_WRITE, false, PAGE(0, K(ZERO_PAGE)), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_WRITE, false, FOLIO(0, K(ZERO_PAGE), 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_WRITE, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_HUGE_WRITE, true, FOLIO(0, K(ZERO_PAGE), 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_HUGE_WRITE, false, FOLIO(0, K(ZERO_PAGE), 9, R(PMD)), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_HUGE_WRITE, false, PAGE(0, K(ZERO_PAGE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_ZERO_HUGE_WRITE, false, FOLIO(1, MINE, 9, R(PMD)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_KSM, true, PAGE(8, FORKED | K(KSM)), MAP("r--p", V(MG)), PT_UNTOLD },
	{ PT_SAY_KSM, false, PAGE(8, FORKED), MAP("r--p", V(MG)), PT_UNTOLD },
	{ PT_SAY_KSM_WRITE, true, PAGE(8, FORKED | K(KSM)), MAP("rw-p", V(MG)), PT_UNTOLD },
	{ PT_SAY_KSM_WRITE, false, PAGE(8, FORKED | K(KSM)), MAP("r--p", V(MG)), PT_UNTOLD },
	{ PT_SAY_KSM_WRITE, false, PAGE(1, MINE), MAP("rw-p", V(MG)), PT_UNTOLD },
	{ PT_SAY_COW_WRITE, true, PAGE(2, FORKED), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_COW_WRITE, true, PAGE(2, POOL), MAP("rw-p", V(HT)), PT_UNTOLD },
	{ PT_SAY_COW_WRITE, false, PAGE(2, FORKED), MAP("r-xp", 0), PT_UNTOLD },
	{ PT_SAY_COW_WRITE, false, PAGE(2, FORKED), MAP("---p", 0), PT_UNTOLD },
	{ PT_SAY_COW_WRITE, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_COW_LAST, true, PAGE(2, FORKED), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_COW_LAST, false, PAGE(2, POOL), MAP("r--p", V(HT)), PT_UNTOLD },
	{ PT_SAY_COW_LAST, false, PAGE(1, MINE), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_COW_LAZY, true, PAGE(2, USED | K(ANON)), LAZY(0), PT_UNTOLD },
	{ PT_SAY_COW_LAZY, false, PAGE(2, USED | K(ANON)), LAZY(V(DP)), PT_UNTOLD },
	{ PT_SAY_COW_LAZY, false, PAGE(2, FORKED), LAZY(0), PT_UNTOLD },
	{ PT_SAY_COW_LAZY, false, PAGE(1, USED | K(ANON)), LAZY(0), PT_UNTOLD },
	{ PT_SAY_LAZY, true, PAGE(1, USED | K(ANON)), LAZY(0), PT_UNTOLD },
	{ PT_SAY_LAZY, false, PAGE(1, USED | K(ANON)), LAZY(V(DP)), PT_UNTOLD },
	{ PT_SAY_LAZY, false, PAGE(1, MINE), LAZY(0), PT_UNTOLD },
	{ PT_SAY_DROPPABLE, true, PAGE(1, USED | K(ANON)), LAZY(V(DP)), PT_UNTOLD },
	{ PT_SAY_DROPPABLE, false, PAGE(1, USED | K(ANON)), LAZY(0), PT_UNTOLD },
	{ PT_SAY_DROPPABLE, false, PAGE(1, MINE), LAZY(V(DP)), PT_UNTOLD },
	{ PT_SAY_SLOT_SHARED, true, PAGE(1, FORKED | K(SWAPCACHE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_SHARED, false, PAGE(1, FORKED | K(SWAPCACHE)), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_SHARED, false, PAGE(1, MINE | K(SWAPCACHE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_SHARED, false, PAGE(1, FORKED), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_SHARED, false, FOLIO(1, FORKED | K(SWAPCACHE), 4, 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_SHARED, false, PAGE(2, FORKED | K(SWAPCACHE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_WAS_SHARED, true, PAGE(1, FORKED), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_WAS_SHARED, false, PAGE(1, FORKED), MAP("r--p", V(MG)), PT_UNTOLD },
	{ PT_SAY_WAS_SHARED, false, PAGE(1, FORKED | K(SWAPCACHE)), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_WAS_SHARED, false, PAGE(1, MINE), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_WAS_SHARED, false, FOLIO(1, FORKED, 4, 0), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_WAS_SHARED, false, PAGE(2, FORKED), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_TAKE_OVER, true, PAGE(1, FORKED), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_TAKE_OVER, false, PAGE(1, FORKED), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_TAKE_OVER, false, PAGE(1, FORKED), MAP("rw-p", V(MG)), PT_UNTOLD },
	{ PT_SAY_TAKE_OVER, false, PAGE(1, FORKED | K(SWAPCACHE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_TAKE_OVER, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_TAKE_OVER, false, FOLIO(1, FORKED, 4, 0), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_TAKE_OVER, false, PAGE(2, FORKED), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_COPIED_BY, true, PAGE(1, MINE), DISK("r-xp", 0), PT_UNTOLD },
	{ PT_SAY_COPIED_BY, false, PAGE(1, MINE), MAP("r-xp", 0), PT_UNTOLD },
	{ PT_SAY_COPIED_BY, false, PAGE(1, USED), DISK("r-xp", 0), PT_UNTOLD },
	{ PT_SAY_COPIED_DROP, true, PAGE(1, MINE), DISK("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_COPIED_DROP, false, PAGE(1, MINE), DISK("rw-p", V(LO)), PT_UNTOLD },
	{ PT_SAY_COPIED_DROP, false, PAGE(1, USED), DISK("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_CODE, true, PAGE(1, MINE), DISK("r-xp", 0), PT_UNTOLD },
	{ PT_SAY_CODE, false, PAGE(1, MINE), DISK("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_CODE, false, PAGE(1, USED), DISK("r-xp", 0), PT_UNTOLD },
	{ PT_SAY_CODE, false, PAGE(1, MINE), MAP("rwxp", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_KEPT, true, PAGE(1, MINE | K(SWAPCACHE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_KEPT, false, PAGE(1, MINE | K(SWAPCACHE) | K(WRITEBACK)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_KEPT, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_SLOT_KEPT, false, PAGE(2, FORKED | K(SWAPCACHE)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_DIRTY, true, PAGE(1, USED | K(DIRTY)), DISK("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_DIRTY, true, PAGE(1, USED | K(DIRTY)), RAM("rw-s", 0), PT_UNTOLD },	/* on a list, and not marked: no ramfs */
	{ PT_SAY_DIRTY, false, PAGE(1, USED | K(DIRTY) | K(UNEVICTABLE)), RAM("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_DIRTY, false, PAGE(1, (USED | K(DIRTY)) & ~K(LRU)), RAM("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_DIRTY, false, PAGE(1, USED), DISK("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_DIRTY, false, PAGE(1, USED | K(DIRTY) | K(SWAPBACKED)), RAM("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_DIRTY, true, PAGE(2, USED | K(DIRTY)), DISK("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_CLEAN, true, PAGE(1, USED), DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_CLEAN, false, PAGE(1, USED & ~K(LRU)), RAM("r--p", 0), PT_UNTOLD },
	{ PT_SAY_CLEAN, false, PAGE(1, USED), DISK("r--p", V(LO)), PT_UNTOLD },
	{ PT_SAY_CLEAN, false, PAGE(1, USED | K(DIRTY)), DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_CLEAN, false, PAGE(1, USED | K(WRITEBACK)), DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_CLEAN, false, PAGE(1, USED | K(MLOCKED)), DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_CLEAN, false, PAGE(1, USED | K(UNEVICTABLE)), DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_CLEAN, false, PAGE(1, MINE), DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_CLEAN, true, PAGE(3, USED), DISK("r--p", 0), PT_UNTOLD },
	{ PT_SAY_COPYABLE, true, PAGE(1, USED), DISK("rw-p", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE, true, PAGE(1, USED | K(SWAPBACKED)), RAM("rw-p", V(MW)), PT_UNTOLD },	/* a memfd */
	{ PT_SAY_COPYABLE, false, PAGE(1, USED), DISK("r-xp", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE, false, PAGE(1, USED), DISK("rw-s", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE, false, PAGE(1, MINE), DISK("rw-p", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE, false, PAGE(0, K(ZERO_PAGE)), DISK("rw-p", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE, false, NOTHING, DISK("rw-p", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE_RO, true, PAGE(1, USED), DISK("r-xp", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE_RO, true, PAGE(1, USED | K(SWAPBACKED)), RAM("r--p", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE_RO, false, PAGE(1, USED), DISK("rw-p", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE_RO, false, PAGE(1, USED), DISK("r-xp", 0), PT_UNTOLD },
	{ PT_SAY_COPYABLE_RO, false, PAGE(1, USED), DISK("r--s", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE_RO, false, PAGE(1, MINE), DISK("r-xp", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE_RO, false, PAGE(0, K(ZERO_PAGE)), DISK("r-xp", V(MW)), PT_UNTOLD },
	{ PT_SAY_COPYABLE_RO, false, NOTHING, DISK("r-xp", V(MW)), PT_UNTOLD },
	{ PT_SAY_SHMEM, true, PAGE(1, USED | K(SWAPBACKED)), RAM("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_SHMEM, false, PAGE(1, POOL & ~K(ANON)), RAM("rw-s", V(HT)), PT_UNTOLD },
	{ PT_SAY_SHMEM, false, PAGE(1, USED), RAM("rw-s", 0), PT_UNTOLD },
	{ PT_SAY_NO_SWAP, true, PAGE(1, MINE), MAP("rw-p", 0), PT_NO },
	{ PT_SAY_NO_SWAP, true, PAGE(1, USED | K(SWAPBACKED)), RAM("rw-s", 0), PT_NO },
	{ PT_SAY_NO_SWAP, false, PAGE(1, MINE), MAP("rw-p", 0), PT_YES },
	{ PT_SAY_NO_SWAP, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_NO_SWAP, false, PAGE(1, MINE), MAP("rw-p", V(LO)), PT_NO },
	{ PT_SAY_NO_SWAP, false, PAGE(1, USED), DISK("rw-s", 0), PT_NO },
	{ PT_SAY_NO_SWAP, false, NOTHING, MAP("rw-p", 0), PT_NO },
	{ PT_SAY_UNFLAGGED, true, PAGE(1, MINE), MAP("rw-p", V(LO)), PT_UNTOLD },
	{ PT_SAY_UNFLAGGED, false, PAGE(1, MINE | K(MLOCKED)), MAP("rw-p", V(LO)), PT_UNTOLD },
	{ PT_SAY_UNFLAGGED, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_LOCKED, true, PAGE(1, MINE | K(MLOCKED)), MAP("rw-p", V(LO)), PT_UNTOLD },
	{ PT_SAY_LOCKED, false, PAGE(1, MINE | K(MLOCKED)), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_LOCKED, false, NOTHING, MAP("rw-p", V(LO)), PT_UNTOLD },
	{ PT_SAY_LOCKED, false, PAGE(1, K(UPTODATE) | K(MMAP) | K(MLOCKED)), HIDDEN("rw-s", V(LO), PT_YES), PT_UNTOLD },
	{ PT_SAY_LOCKED, false, PAGE(1, K(UPTODATE) | K(MMAP) | K(MLOCKED)), HIDDEN("rw-s", V(LO), PT_UNTOLD), PT_UNTOLD },
	{ PT_SAY_SECRET, true, PAGE(1, K(UPTODATE) | K(MMAP) | K(MLOCKED)), HIDDEN("rw-s", V(LO), PT_YES), PT_UNTOLD },
	{ PT_SAY_SECRET, false, PAGE(1, K(UPTODATE) | K(MMAP) | K(MLOCKED)), HIDDEN("rw-s", V(LO), PT_NO), PT_UNTOLD },
	{ PT_SAY_SECRET, false, PAGE(1, K(UPTODATE) | K(MMAP) | K(MLOCKED)), HIDDEN("rw-s", V(LO), PT_UNTOLD), PT_UNTOLD },
	{ PT_SAY_SECRET, false, NOTHING, HIDDEN("rw-s", V(LO), PT_YES), PT_UNTOLD },
	{ PT_SAY_HOLE, true, NOTHING, MAP("rw-p", V(LO)), PT_UNTOLD },
	{ PT_SAY_HOLE, false, NOTHING, MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_HOLE, false, NOTHING, MAP("rw-p", V(LO) | V(PF)), PT_UNTOLD },
	{ PT_SAY_HOLE, false, PAGE(1, MINE), MAP("rw-p", V(LO)), PT_UNTOLD },
	{ PT_SAY_HOLE, false, ENTRY(0, 0), MAP("rw-p", V(LO)), PT_UNTOLD },
	{ PT_SAY_WP, true, WITH(1, MINE, R(UFFD_WP)), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_WP, false, WITH(1, MINE, R(UFFD_WP)), MAP("r--p", V(UW)), PT_UNTOLD },
	{ PT_SAY_WP, false, PAGE(1, MINE), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_WP, false, ENTRY(0, R(UFFD_WP)), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_RWP, true, WITH(1, MINE, R(UFFD_WP)), MAP("rw-p", V(UR)), PT_UNTOLD },
	{ PT_SAY_RWP, false, WITH(1, MINE, R(UFFD_WP)), MAP("---p", V(UR)), PT_UNTOLD },
	{ PT_SAY_RWP, false, WITH(1, MINE, R(UFFD_WP)), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_RWP, false, PAGE(1, MINE), MAP("rw-p", V(UR)), PT_UNTOLD },
	{ PT_SAY_UFFD_MISSING, true, PAGE(1, MINE), MAP("rw-p", V(UM)), PT_UNTOLD },
	{ PT_SAY_UFFD_MISSING, false, PAGE(1, MINE), MAP("rw-p", V(UI)), PT_UNTOLD },
	{ PT_SAY_UFFD_MISSING, false, PAGE(1, MINE), UNREAD("rw-p"), PT_UNTOLD },
	{ PT_SAY_UFFD_REPORTS, true, NOTHING, MAP("rw-p", V(UM)), PT_UNTOLD },
	{ PT_SAY_UFFD_REPORTS, false, NOTHING, MAP("---p", V(UM)), PT_UNTOLD },
	{ PT_SAY_UFFD_REPORTS, false, NOTHING, MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_UFFD_REPORTS, false, ENTRY(0, 0), MAP("rw-p", V(UM)), PT_UNTOLD },
	{ PT_SAY_UFFD_REPORTS, false, PAGE(1, MINE), MAP("rw-p", V(UM)), PT_UNTOLD },
	{ PT_SAY_UFFD_MINOR, true, NOTHING, RAM("rw-s", V(UI)), PT_UNTOLD },
	{ PT_SAY_UFFD_MINOR, false, NOTHING, RAM("rw-s", V(UM)), PT_UNTOLD },
	{ PT_SAY_UFFD_UNPROTECTED, true, PAGE(1, MINE), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_UFFD_UNPROTECTED, false, WITH(1, MINE, R(UFFD_WP)), MAP("rw-p", V(UW)), PT_UNTOLD },
	{ PT_SAY_UFFD_UNPROTECTED, false, PAGE(1, MINE), MAP("rw-p", V(UM)), PT_UNTOLD },
	{ PT_SAY_READ_ONLY, true, PAGE(1, MINE), MAP("r-xp", 0), PT_UNTOLD },
	{ PT_SAY_READ_ONLY, false, PAGE(1, MINE), MAP("rw-p", 0), PT_UNTOLD },
	{ PT_SAY_READ_ONLY, false, PAGE(1, MINE), MAP("---p", 0), PT_UNTOLD },
	{ PT_SAY_NO_ACCESS, true, PAGE(1, MINE), MAP("---p", 0), PT_UNTOLD },
	{ PT_SAY_NO_ACCESS, false, PAGE(1, MINE), MAP("r--p", 0), PT_UNTOLD },
	{ PT_SAY_NO_ACCESS, false, PAGE(1, MINE), MAP("-w-p", 0), PT_UNTOLD },
	{ PT_SAY_NO_ACCESS, false, PAGE(1, MINE), MAP("--xp", 0), PT_UNTOLD },
};

/* A process with one page in one mapping. */
static struct pt_image *image_of(const struct ask *a)
{
	struct pt_image *img = pt_image_new();
	struct pt_run run = a->run;

	assert_non_null(img);
	img->name = strdup("redis-server");
	img->ctx = (struct pt_facts_context){ .kmask = UINT64_MAX, .smaps = a->vma.got_smaps, .swap = a->swap };
	pt_swap_layout_init(&img->ctx.layout, &(struct pt_swap_build){ PT_YES, PT_NO, PT_NO, 31 });
	assert_int_equal(pt_grow(&img->vmas.v, &img->vmas.cap, 1, sizeof(a->vma)), 0);
	img->vmas.v[img->vmas.n++] = a->vma;
	img->vmas.v[0].start = 0x1000000;
	img->vmas.v[0].end = 0x1001000;
	img->lo_vpn = run.vpn = 0x1000;
	img->hi_vpn = 0x1001;
	if (run.pm)
		assert_int_equal(pt_runs_add(&img->runs, &run, false), 0);
	img->why_pfn = "needs CAP_SYS_ADMIN";
	pt_image_complete(img);
	return img;
}

/* Whether the sentence is there, as it is and whole. */
static bool says(const char *text, int say)
{
	char sentence[512];

	snprintf(sentence, sizeof(sentence), "%s.", pt_say_text(say));
	sentence[0] = (char)toupper((unsigned char)sentence[0]);
	return strstr(text, sentence);
}

TEST(each_sentence_is_said_where_all_holds_that_it_asks_and_nowhere_else)
{
	bool seen[PT_NSAY][2] = { { false } };

	for (size_t i = 0; i < LEN(ask); i++) {
		struct pt_image *img = image_of(&ask[i]);
		struct pt_str s = PT_STR_INIT;

		pt_explain_text(img, &img->vmas.v[0], &s);
		if (says(s.s, ask[i].say) != ask[i].said)
			fail_msg("row %zu: \"%s\" is %s: %s", i, pt_say_text(ask[i].say), ask[i].said ? "not in" : "in", s.s);
		seen[ask[i].say][ask[i].said] = true;
		pt_str_done(&s);
		pt_image_unref(img);
	}
	for (int i = 0; i < PT_NSAY; i++)
		if (!seen[i][0] || !seen[i][1])
			fail_msg("\"%s\" is not asked both ways", pt_say_text(i));
}
