#include "pagetop/kernel/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/begun.h"
#include "pagetop/kernel/pagemap.h"

/* What headers of a C library may be too old for. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25			/* Linux 6.1 */
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24			/* Linux 5.18 */
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1			/* Linux 5.11 */
#endif
/* MADV_GUARD_INSTALL, Linux 6.13; MADV_SOFT_OFFLINE */
enum { MADV_GUARD = 102, MADV_OFFLINE = 101 };
/* UFFD_FEATURE_WP_*, Linux 5.19, 6.4 */
enum { UFFD_SHMEM_WP = 1 << 12, UFFD_UNPOPULATED = 1 << 13 };

enum { HUGE_BYTES = 2 << 20 };

struct trial {
	const struct pt_kpage *kpage;
	struct pt_pagemap pm;		/* our own */
};

static char *page_new(int flags)
{
	char *page =
		mmap(NULL, PT_PAGE_BYTES, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? NULL : page;
}

/* 0 where it cannot be read. */
static uint64_t word_of(const struct trial *t, const void *addr)
{
	uint64_t word = 0;

	return pt_pagemap_read(&t->pm, (uintptr_t)addr >> PT_PAGE_SHIFT, 1, &word) ? 0 : word;
}

static uint64_t pfn_of(const struct trial *t, const void *addr)
{
	uint64_t word = word_of(t, addr);

	return word & PT_PM_PRESENT ? word & PT_PM_PFN_MASK : 0;
}

/*
 * What the file says of the frame of our page; PT_KPAGE_NONE: it does not tell, or the page
 * moved meanwhile.
 */
static uint64_t frame_word(const struct trial *t, enum pt_kpage_file file, const void *addr)
{
	uint64_t pfn = pfn_of(t, addr), word = PT_KPAGE_NONE;

	if (!pfn || pt_kpage_read(t->kpage, file, &pfn, 1, &word) || pfn_of(t, addr) != pfn)
		return PT_KPAGE_NONE;
	return word;
}

/* ---- a page of our own */

static enum pt_told answer(bool yes)
{
	return yes ? PT_YES : PT_NO;
}

static void try_flags(const struct trial *t, const void *page, struct pt_trials *ret)
{
	uint64_t kflags = frame_word(t, PT_KPAGE_FLAGS, page);

	if (kflags == PT_KPAGE_NONE || !(kflags & PT_KPF(ANON)))
		return;
	ret->ksm_flag = answer(!(kflags & PT_KPF(KSM)));
	ret->exclusive_flag = answer(kflags & PT_KPF(OWNER_2));
}

/* A mapping just made has the bit already, touched or not (VM_SOFTDIRTY). */
static void try_soft_dirty(const struct trial *t, const char *page, const char *absent,
			   struct pt_trials *ret)
{
	uint64_t word = word_of(t, page);

	if (!word)
		return;
	ret->soft_dirty = answer(word & PT_PM_SOFT_DIRTY);
	ret->soft_dirty_absent = answer(word_of(t, absent) & PT_PM_SOFT_DIRTY);
}

static void try_page(const struct trial *t, struct pt_trials *ret)
{
	char *page = page_new(MAP_PRIVATE), *absent = page_new(MAP_PRIVATE);

	if (page && absent) {
		/* Equal to no other page, so that nothing merges it */
		*(char **)page = page;
		try_flags(t, page, ret);
		try_soft_dirty(t, page, absent, ret);
	}
	if (page)
		munmap(page, PT_PAGE_BYTES);
	if (absent)
		munmap(absent, PT_PAGE_BYTES);
}

/* ---- counts of large folios */

static bool is_compound(const struct trial *t, const char *page)
{
	uint64_t kflags = frame_word(t, PT_KPAGE_FLAGS, page);

	return kflags != PT_KPAGE_NONE && kflags & PT_KPF_COMPOUND;
}

/* Where the setting is "never" it comes to be when it is asked for. */
static void make_huge(const struct trial *t, char *huge)
{
	*huge = 1;
	if (is_compound(t, huge))
		return;
	for (size_t i = 0; i < HUGE_BYTES; i += PT_PAGE_BYTES)
		huge[i] = 1;
	madvise(huge, HUGE_BYTES, MADV_COLLAPSE);
}

/*
 * A huge page of which a small one is given back: where each has its own count,
 * that one's is 0 now.
 */
static enum pt_told counts_of_huge(const struct trial *t, char *huge)
{
	uint64_t pfn, count = PT_KPAGE_NONE, kflags = PT_KPAGE_NONE;

	if (t->kpage->fd[PT_KPAGE_COUNT] < 0 || madvise(huge, HUGE_BYTES, MADV_HUGEPAGE))
		return PT_UNTOLD;
	make_huge(t, huge);
	pfn = pfn_of(t, huge + PT_PAGE_BYTES);
	if (!pfn || madvise(huge + PT_PAGE_BYTES, PT_PAGE_BYTES, MADV_DONTNEED) ||
	    pt_kpage_read(t->kpage, PT_KPAGE_COUNT, &pfn, 1, &count) ||
	    pt_kpage_read(t->kpage, PT_KPAGE_FLAGS, &pfn, 1, &kflags))
		return PT_UNTOLD;
	/* it may have been small, taken apart or moved */
	if (count == PT_KPAGE_NONE || !(kflags & PT_KPF_COMPOUND) || pfn_of(t, huge) + 1 != pfn)
		return PT_UNTOLD;
	return answer(!count);
}

static enum pt_told try_huge(const struct trial *t)
{
	char *mem = mmap(NULL, 2 * HUGE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	enum pt_told told;

	if (mem == MAP_FAILED)
		return PT_UNTOLD;
	told = counts_of_huge(t, mem + (-(uintptr_t)mem & (HUGE_BYTES - 1)));
	munmap(mem, 2 * HUGE_BYTES);
	return told;
}

/* Whether the kernel knows this advice: of no bytes it is taken, and nothing is done. */
static enum pt_told knows_advice(int advice)
{
	char *page = page_new(MAP_PRIVATE);
	enum pt_told told = PT_UNTOLD;

	if (!page)
		return PT_UNTOLD;
	if (!madvise(page, 0, advice))
		told = PT_YES;
	else if (errno == EINVAL)
		told = PT_NO;
	munmap(page, PT_PAGE_BYTES);
	return told;
}

static void try_counts(const struct trial *t, struct pt_trials *ret)
{
	ret->exact_counts = try_huge(t);
	ret->counts_by = "one page of a huge page unmapped";
	if (ret->exact_counts == PT_UNTOLD &&
	    (knows_advice(MADV_HUGEPAGE) == PT_NO || knows_advice(MADV_COLLAPSE) == PT_NO)) {
		ret->exact_counts = PT_YES;
		ret->counts_by =
			"kernels with average counts have huge pages and MADV_COLLAPSE, this one does not";
	}
}

/* ---- markers */

/* A userfaultfd that is told what it may do; -1: there is none. */
static int open_uffd(struct uffdio_api *api)
{
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0 && errno == EINVAL)		/* before 5.11 */
		fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (fd >= 0 && ioctl(fd, UFFDIO_API, api)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* All features there are, 0 without userfaultfd. A descriptor is asked once. */
static uint64_t uffd_features(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = open_uffd(&api);

	if (fd < 0)
		return 0;
	close(fd);
	return api.features;
}

/*
 * The word of a page that is not there, write-protected: the marker stays as long as somebody
 * watches. 0: none.
 */
static uint64_t protect_absent(const struct trial *t, uint64_t feature, int map_flags)
{
	struct uffdio_api api = { .api = UFFD_API, .features = feature };
	char *page = page_new(map_flags);
	struct uffdio_register reg = { .range = { (uintptr_t)page, PT_PAGE_BYTES },
				       .mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect wp = { .range = reg.range, .mode = UFFDIO_WRITEPROTECT_MODE_WP };
	int fd = page ? open_uffd(&api) : -1;
	uint64_t word = 0;

	if (fd >= 0 && !ioctl(fd, UFFDIO_REGISTER, &reg) && !ioctl(fd, UFFDIO_WRITEPROTECT, &wp))
		word = word_of(t, page);
	if (fd >= 0)
		close(fd);
	if (page)
		munmap(page, PT_PAGE_BYTES);
	return word;
}

static uint64_t guard_word(const struct trial *t)
{
	char *page = page_new(MAP_PRIVATE);
	uint64_t word = page && !madvise(page, PT_PAGE_BYTES, MADV_GUARD) ? word_of(t, page) : 0;

	if (page)
		munmap(page, PT_PAGE_BYTES);
	return word;
}

static uint64_t protected_word(const struct trial *t)
{
	uint64_t features = uffd_features();

	if (features & UFFD_UNPOPULATED)
		return protect_absent(t, UFFD_UNPOPULATED, MAP_PRIVATE);
	return features & UFFD_SHMEM_WP ? protect_absent(t, UFFD_SHMEM_WP, MAP_SHARED) : 0;
}

/* A sandbox has no userfaultfd. */
void pt_trials_begin(struct pt_begun *ret)
{
	struct trial t = { .pm = PT_PAGEMAP_INIT };
	int self = knows_advice(MADV_GUARD) == PT_YES ?
			   -1 :
			   open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (self < 0)
		return;
	if (pt_is_procfs(self) && !pt_pagemap_open(self, false, &t.pm)) {
		ret->protected_word = protected_word(&t);
		ret->tried = true;
	}
	pt_pagemap_close(&t.pm);
	close(self);
}

/* By the oldest way that this kernel knows. Types are hidden with PFNs. */
static void try_markers(const struct trial *t, const struct pt_begun *begun, struct pt_trials *ret)
{
	uint64_t guard = guard_word(t), word = guard;

	if (!guard)
		word = begun && begun->tried ? begun->protected_word : protected_word(t);
	if (word & PT_PM_PFN_MASK && word & PT_PM_SWAP) {
		ret->build.markers = PT_YES;
		ret->build.marker_type = (uint8_t)PT_SWP_TYPE(word);
		ret->markers_by = guard ? "a guard page" :
					  "an absent page write-protected by userfaultfd";
	} else if (knows_advice(MADV_DONTNEED_LOCKED) == PT_NO) {
		/* a missing feature of userfaultfd is no proof */
		ret->build.markers = PT_NO;
		ret->markers_by = "the kernel lacks MADV_DONTNEED_LOCKED, which is older";
	}
}

/* ---- all of it */

bool pt_trials_possible(const struct pt_root *root)
{
	return root->page_bytes == PT_PAGE_BYTES && pt_is_procfs(root->proc_fd);
}

void pt_trials_run(const struct pt_root *root, const struct pt_kpage *kpage, struct pt_trials *ret)
{
	int self = pt_trials_possible(root) ? pt_self_at(root->proc_fd) : -1;
	struct trial t = { .kpage = kpage, .pm = PT_PAGEMAP_INIT };

	*ret = (struct pt_trials){ .counts_by = "nothing" };
	if (self < 0)
		return;
	if (!pt_pagemap_open(self, false, &t.pm))
		try_page(&t, ret);
	try_counts(&t, ret);
	ret->build.memory_failure = knows_advice(MADV_OFFLINE);
	try_markers(&t, root->begun, ret);
	pt_pagemap_close(&t.pm);
	close(self);
}
