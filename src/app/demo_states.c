#include "pagetop/app/demo_states.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/magic.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/app/demo_check.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/root.h"
#include "pagetop/model/note.h"

/* What headers of a C library may be too old for. */
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41			/* Linux 5.17 */
#define PR_SET_VMA_ANON_NAME 0
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21				/* Linux 5.4 */
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25			/* Linux 6.1 */
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102			/* Linux 6.13 */
#endif
#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08			/* Linux 6.11 */
#endif
#ifndef MAP_HUGE_2MB
#define MAP_HUGE_2MB (21 << 26)			/* Linux 3.8 */
#endif
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447			/* Linux 5.14 */
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1			/* Linux 5.11 */
#endif
#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13)	/* Linux 6.4 */
#endif
#ifndef UFFD_FEATURE_POISON
#define UFFD_FEATURE_POISON (1 << 14)		/* Linux 6.6 */
#endif
#ifndef UFFDIO_POISON				/* Linux 6.6 */
struct uffdio_poison {
	struct uffdio_range range;
	uint64_t mode;
	int64_t updated;
};
#define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_poison)
#endif

#define THP_DIR "/sys/kernel/mm/transparent_hugepage/"
#define HUGETLB_DIR "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define KSM_DIR "/sys/kernel/mm/ksm/"

/* Why not: always returns -1. */
static int no(struct pt_demo_slot *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int no(struct pt_demo_slot *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	return -1;
}

/* The same, of a call that failed just now; `help` says what would enable it. */
static int refused(struct pt_demo_slot *s, const char *call, const char *help)
{
	return no(s, "%s refused (%s); %s", call, strerror(errno), help);
}

static int no_memlock(struct pt_demo_slot *s, const char *call)
{
	struct rlimit limit = { 0 };

	getrlimit(RLIMIT_MEMLOCK, &limit);
	return no(s, "%s refused: RLIMIT_MEMLOCK is %llu kB; ulimit -l 8192 would enable it", call,
		  (unsigned long long)limit.rlim_cur >> 10);
}

/* Leaves errno of mmap behind. */
static int place(struct pt_demo_slot *s, int prot, int flags, int fd, off_t offset)
{
	char name[32];
	int err;

	if (mmap(s->mem, s->len, prot, flags | MAP_FIXED, fd, offset) == MAP_FAILED) {
		err = errno;
		no(s, "mmap refused (%s)", strerror(err));
		/* it may have unmapped the reservation first: let nothing else move in */
		mmap(s->mem, s->len, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
		errno = err;
		return -1;
	}
	snprintf(name, sizeof(name), "demo-%s", s->state->id);
	prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, s->mem, s->len, name);
	return 0;
}

/* Different on every page, so that nothing merges them, and readable in a hex view. */
static void write_pages(const struct pt_demo_slot *s)
{
	for (size_t at = 0; at < s->len; at += PT_PAGE_BYTES)
		snprintf(s->mem + at, PT_PAGE_BYTES, "pagetop demo, page %zu of %zu: %s\n",
			 at / PT_PAGE_BYTES + 1, s->len / PT_PAGE_BYTES, s->state->title);
}

void pt_demo_touch(const struct pt_demo_slot *s)
{
	for (size_t at = 0; at < s->len; at += PT_PAGE_BYTES)
		(void)*(volatile char *)(s->mem + at);
}

/* Small pages that stay small: neither the fault nor khugepaged makes large ones of them. */
static int stay_small(struct pt_demo_slot *s)
{
	/* EINVAL: a kernel without large pages */
	if (madvise(s->mem, s->len, MADV_NOHUGEPAGE) && errno != EINVAL)
		return no(s, "MADV_NOHUGEPAGE refused (%s)", strerror(errno));
	return 0;
}

static int make_untouched(struct pt_demo_slot *s)
{
	if (place(s, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
		return -1;
	return stay_small(s);
}

static int make_written(struct pt_demo_slot *s)
{
	if (make_untouched(s))
		return -1;
	write_pages(s);
	return 0;
}

static int rewrite(struct pt_demo_slot *s)
{
	write_pages(s);
	return 0;
}

static int make_protnone(struct pt_demo_slot *s)
{
	if (make_written(s))
		return -1;
	return mprotect(s->mem, s->len, PROT_NONE) ? no(s, "mprotect failed") : 0;
}

static int make_dev_zero(struct pt_demo_slot *s)
{
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	int r = fd < 0 ? no(s, "/dev/zero: %s", strerror(errno)) :
		place(s, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	if (fd >= 0)
		close(fd);
	if (r || stay_small(s))
		return -1;
	write_pages(s);
	return 0;
}

static int make_zero(struct pt_demo_slot *s)
{
	if (make_untouched(s))
		return -1;
	pt_demo_touch(s);
	return 0;
}

static int make_dontneed(struct pt_demo_slot *s)
{
	if (make_written(s))
		return -1;
	return madvise(s->mem, s->len, MADV_DONTNEED) ? no(s, "MADV_DONTNEED failed") : 0;
}

/* The sanitizers replace mlock() by nothing, hence the system call. */
static int lock(struct pt_demo_slot *s, unsigned flags)
{
	return syscall(SYS_mlock2, s->mem, s->len, flags) ? no_memlock(s, "mlock") : 0;
}

static int make_locked(struct pt_demo_slot *s)
{
	return make_written(s) ? -1 : lock(s, 0);
}

static int make_locked_hole(struct pt_demo_slot *s)
{
	return make_untouched(s) ? -1 : lock(s, MLOCK_ONFAULT);
}

/*
 * MADV_FREE puts pages into a per-CPU batch, and clears "swap-backed" when the batch is flushed.
 * Each call first flushes the batch of the call before, as long as we stay on one CPU.
 */
static int make_lazyfree(struct pt_demo_slot *s)
{
	struct pt_demo_look look = { 0 };

	if (make_written(s))
		return -1;
	for (int i = 0; i < 50 && look.lazyfree_bytes < s->len; i++) {
		if (i > 1)
			usleep(1000);
		if (madvise(s->mem, s->len, MADV_FREE))
			return no(s, "MADV_FREE refused (%s)", strerror(errno));
		pt_demo_look(s->mem, s->len, &look);
	}
	return look.lazyfree_bytes == s->len ? 0 : no(s, "the kernel keeps them in a batch");
}

static int make_droppable(struct pt_demo_slot *s)
{
	if (place(s, PROT_READ | PROT_WRITE, MAP_DROPPABLE | MAP_ANONYMOUS, -1, 0))
		return no(s, "MAP_DROPPABLE is unknown here; Linux 6.11 has it");
	stay_small(s);
	write_pages(s);
	return 0;
}

static int make_guard(struct pt_demo_slot *s)
{
	if (make_untouched(s))
		return -1;
	if (madvise(s->mem, s->len, MADV_GUARD_INSTALL))
		return refused(s, "MADV_GUARD_INSTALL", "Linux 6.13 has it");
	return 0;
}

/* Files: page cache of a file system on a disk, one small page after the other. */

static bool on_disk(int fd)
{
	struct statfs fs;

	/* with blocks larger than a page the cache would use larger pages, too */
	return !fstatfs(fd, &fs) && fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC &&
	       fs.f_bsize <= PT_PAGE_BYTES;
}

/* A file without a name, below `dir`; -1 where that cannot be. */
static int temp_file_in(const char *dir)
{
	char path[64];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "%s/pagetop-demo-XXXXXX", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static int temp_file(void)
{
	static const char *const dir[] = { "/var/tmp", "/tmp", "." };

	for (size_t i = 0; i < sizeof(dir) / sizeof(dir[0]); i++) {
		int fd = temp_file_in(dir[i]);

		if (fd >= 0 && on_disk(fd))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

/* One page a call, so that the page cache takes a small folio for each. */
static int fill_file(int fd, size_t len)
{
	char page[PT_PAGE_BYTES];

	for (size_t at = 0; at < len; at += sizeof(page)) {
		memset(page, 0, sizeof(page));
		snprintf(page, sizeof(page), "pagetop demo, byte %zu of a file\n", at);
		if (pwrite(fd, page, sizeof(page), (off_t)at) != (ssize_t)sizeof(page))
			return -1;
	}
	return 0;
}

static int place_file(struct pt_demo_slot *s, int flags)
{
	int r, fd = temp_file();

	if (fd < 0)
		return no(s, "/var/tmp, /tmp and . are not on a disk, or not writable; "
			  "one that is would enable it");
	r = fill_file(fd, s->len) ? no(s, "writing a temporary file: %s", strerror(errno)) :
		place(s, PROT_READ | PROT_WRITE, flags, fd, 0);
	close(fd);
	return r;
}

static int make_file_read(struct pt_demo_slot *s)
{
	if (place_file(s, MAP_PRIVATE))
		return -1;
	pt_demo_touch(s);
	return 0;
}

static int make_file_written(struct pt_demo_slot *s)
{
	if (place_file(s, MAP_SHARED))
		return -1;
	write_pages(s);
	return 0;
}

static int make_file_copied(struct pt_demo_slot *s)
{
	if (place_file(s, MAP_PRIVATE))
		return -1;
	write_pages(s);
	return 0;
}

/* Shared memory. */

/* With "force" every page of shared memory comes in a huge folio, whatever is asked for. */
static int small_shmem_allowed(struct pt_demo_slot *s)
{
	char word[PT_DEMO_WORD];

	if (strcmp(pt_demo_setting(THP_DIR "shmem_enabled", word), "force"))
		return 0;
	return no(s, THP_DIR "shmem_enabled is force; any other word would enable it");
}

static int make_shared_anon(struct pt_demo_slot *s)
{
	if (small_shmem_allowed(s) ||
	    place(s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) || stay_small(s))
		return -1;
	write_pages(s);
	return 0;
}

static int place_memfd(struct pt_demo_slot *s)
{
	int r, fd = memfd_create("pagetop-demo", MFD_CLOEXEC);

	if (fd < 0)
		return no(s, "memfd_create refused (%s)", strerror(errno));
	r = ftruncate(fd, (off_t)s->len) ? no(s, "ftruncate refused (%s)", strerror(errno)) :
		place(s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return r;
}

static int make_memfd(struct pt_demo_slot *s)
{
	if (small_shmem_allowed(s) || place_memfd(s) || stay_small(s))
		return -1;
	write_pages(s);
	return 0;
}

static int make_secret(struct pt_demo_slot *s)
{
	int r, fd = (int)syscall(SYS_memfd_secret, O_CLOEXEC);

	if (fd < 0)
		return refused(s, "memfd_secret",
			       "Linux 5.14 booted with secretmem.enable=1 has it");
	r = ftruncate(fd, (off_t)s->len) ? no(s, "ftruncate refused (%s)", strerror(errno)) :
		place(s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r && errno == EAGAIN)
		no_memlock(s, "mmap");
	close(fd);
	if (r)
		return -1;
	write_pages(s);
	return 0;
}

/* Transparent huge pages. */

static int thp_allowed(struct pt_demo_slot *s)
{
	char word[PT_DEMO_WORD];

	if (!pt_demo_setting(THP_DIR "enabled", word)[0])
		return no(s, "this kernel has no transparent huge pages");
	if (!strcmp(word, "never"))
		return no(s, THP_DIR "enabled is never; madvise would enable it");
	/* Linux 6.8; empty before */
	if (!strcmp(pt_demo_setting(THP_DIR "hugepages-2048kB/enabled", word), "never"))
		return no(s, THP_DIR "hugepages-2048kB/enabled is never; inherit would enable it");
	return 0;
}

static int collapse(struct pt_demo_slot *s)
{
	struct pt_demo_look look = { 0 };

	pt_demo_look(s->mem, s->len, &look);
	for (int i = 0; i < 5 && look.huge_bytes < s->len; i++) {
		if (madvise(s->mem, s->len, MADV_COLLAPSE) && errno == EINVAL)
			return refused(s, "MADV_COLLAPSE", "Linux 6.1 has it");
		pt_demo_look(s->mem, s->len, &look);
	}
	return look.huge_bytes == s->len ? 0 : no(s, "no huge page is free: memory is fragmented");
}

static int place_thp(struct pt_demo_slot *s)
{
	if (thp_allowed(s) ||
	    place(s, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
		return -1;
	if (madvise(s->mem, s->len, MADV_HUGEPAGE))
		return no(s, "MADV_HUGEPAGE refused (%s)", strerror(errno));
	return 0;
}

static int make_thp(struct pt_demo_slot *s)
{
	if (place_thp(s))
		return -1;
	write_pages(s);
	return collapse(s);
}

/* Splitting the mapping in two splits the entry, not the folio; then khugepaged must stay away. */
static int make_thp_split(struct pt_demo_slot *s)
{
	if (make_thp(s) || stay_small(s))
		return -1;
	if (mprotect(s->mem, PT_PAGE_BYTES, PROT_READ) ||
	    mprotect(s->mem, PT_PAGE_BYTES, PROT_READ | PROT_WRITE))
		return no(s, "mprotect failed");
	return 0;
}

static int make_thp_locked(struct pt_demo_slot *s)
{
	return make_thp(s) ? -1 : lock(s, 0);
}

/* One read brings all of it, if it is the huge zero page; small ones would come one by one. */
static int make_huge_zero(struct pt_demo_slot *s)
{
	char word[PT_DEMO_WORD];

	if (!strcmp(pt_demo_setting(THP_DIR "use_zero_page", word), "0"))
		return no(s, THP_DIR "use_zero_page is 0; 1 would enable it");
	if (place_thp(s))
		return -1;
	(void)*(volatile char *)s->mem;
	if (pt_demo_count(s->mem, s->len, PT_PM_PRESENT, PT_PM_PRESENT) < s->len / PT_PAGE_BYTES)
		return no(s, "the kernel mapped a small zero page");
	return 0;
}

static int make_shmem_thp(struct pt_demo_slot *s)
{
	char word[PT_DEMO_WORD];

	if (!strcmp(pt_demo_setting(THP_DIR "shmem_enabled", word), "deny"))
		return no(s, THP_DIR "shmem_enabled is deny; advise would enable it");
	if (place_memfd(s))
		return -1;
	madvise(s->mem, s->len, MADV_HUGEPAGE);
	write_pages(s);
	return collapse(s);
}

/* Whether folios of this many pages may be used for a mapping that asked for large ones. */
static bool size_allowed(size_t npages)
{
	char path[96], word[PT_DEMO_WORD];

	snprintf(path, sizeof(path), THP_DIR "hugepages-%zukB/enabled",
		 npages * PT_PAGE_BYTES >> 10);
	pt_demo_setting(path, word);
	if (!strcmp(word, "inherit"))
		pt_demo_setting(THP_DIR "enabled", word);
	return !strcmp(word, "always") || !strcmp(word, "madvise");
}

/* One write in each stretch of `npages`: all of it is there if a folio of that size came. */
static void write_stretches(const struct pt_demo_slot *s, size_t npages)
{
	for (size_t at = 0; at < s->len; at += npages * PT_PAGE_BYTES)
		s->mem[at] = 'm';
}

static int make_mthp(struct pt_demo_slot *s)
{
	static const uint8_t size[] = { 16, 32, 64, 8, 4, 2 };
	size_t i = 0;

	while (i < sizeof(size) && !size_allowed(size[i]))
		i++;
	if (i == sizeof(size))
		return no(s, THP_DIR "hugepages-64kB/enabled is never; madvise would enable it");
	if (place(s, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
		return -1;
	if (madvise(s->mem, s->len, MADV_HUGEPAGE))
		return no(s, "MADV_HUGEPAGE refused (%s)", strerror(errno));
	write_stretches(s, size[i]);
	if (pt_demo_count(s->mem, s->len, PT_PM_PRESENT, PT_PM_PRESENT) < s->len / PT_PAGE_BYTES)
		return no(s, "no free folio of %d pages: memory is fragmented", size[i]);
	write_pages(s);
	return stay_small(s);
}

static int place_hugetlb(struct pt_demo_slot *s, int flags)
{
	char word[PT_DEMO_WORD];

	flags |= MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB;
	if (!place(s, PROT_READ | PROT_WRITE, flags, -1, 0))
		return 0;
	if (!pt_demo_setting(HUGETLB_DIR "free_hugepages", word)[0])
		return no(s, "this kernel has no 2 MiB hugetlb pages");
	return no(s, HUGETLB_DIR "free_hugepages is %s; vm.nr_hugepages=3 would enable it", word);
}

static int make_hugetlb_private(struct pt_demo_slot *s)
{
	if (place_hugetlb(s, MAP_PRIVATE))
		return -1;
	write_pages(s);
	return 0;
}

static int make_hugetlb_shared(struct pt_demo_slot *s)
{
	if (place_hugetlb(s, MAP_SHARED))
		return -1;
	write_pages(s);
	return 0;
}

/* What the kernel does in its own time. */

static int make_ksm(struct pt_demo_slot *s)
{
	size_t merged = 0, npages = s->len / PT_PAGE_BYTES;
	char run[PT_DEMO_WORD];

	if (!pt_demo_setting(KSM_DIR "run", run)[0])
		return no(s, "this kernel has no KSM");
	if (strcmp(run, "1"))
		return no(s, "KSM is off: " KSM_DIR "run is %s; 1 would enable it", run);
	if (make_untouched(s))
		return -1;
	memset(s->mem, 'k', s->len);
	if (madvise(s->mem, s->len, MADV_MERGEABLE))
		return no(s, "MADV_MERGEABLE refused (%s)", strerror(errno));
	for (int i = 0; i < 150 && merged < npages; i++) {
		usleep(20000);
		merged = pt_demo_count(s->mem, s->len, PT_PM_PRESENT | PT_PM_EXCLUSIVE,
				       PT_PM_PRESENT);
	}
	if (merged < npages)
		return no(s, "ksmd merged %zu of %zu pages in 3 s; " KSM_DIR
			  "pages_to_scan sets its pace", merged, npages);
	return 0;
}

static bool has_swap(void)
{
	struct pt_str s = PT_STR_INIT;
	size_t nlines = 0;

	pt_read_at(AT_FDCWD, "/proc/swaps", &s);
	for (const char *at = s.s; (at = strchr(at, '\n')); at++)
		nlines++;
	pt_str_done(&s);
	return nlines > 1;
}

static int make_swapped(struct pt_demo_slot *s)
{
	size_t gone = 0, npages = s->len / PT_PAGE_BYTES;

	if (!has_swap())
		return no(s, "/proc/swaps lists no swap area; swapon would enable it");
	if (make_written(s))
		return -1;
	for (int i = 0; i < 100 && gone < npages; i++) {
		if (i)
			usleep(5000);
		if (madvise(s->mem, s->len, MADV_PAGEOUT))
			return refused(s, "MADV_PAGEOUT", "Linux 5.4 has it");
		gone = pt_demo_count(s->mem, s->len, PT_PM_SWAP, PT_PM_SWAP);
	}
	if (gone < npages)
		return no(s, "%zu of %zu pages went; more room in /proc/swaps or "
			  "memory.swap.max would help", gone, npages);
	return 0;
}

/* userfaultfd: the descriptor stays open for the life of the child. */

static int watch(struct pt_demo_slot *s, uint64_t features, uint64_t mode, const char *help)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = {
		.range = { .start = (uintptr_t)s->mem, .len = s->len }, .mode = mode,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0)
		return refused(s, "userfaultfd", "Linux 5.11 with CONFIG_USERFAULTFD has it");
	if (!ioctl(fd, UFFDIO_API, &api) && !ioctl(fd, UFFDIO_REGISTER, &reg))
		return fd;
	refused(s, "userfaultfd", help);
	close(fd);
	return -1;
}

static int make_poison(struct pt_demo_slot *s)
{
	struct uffdio_poison poison = { .range = { .start = (uintptr_t)s->mem, .len = s->len } };
	int fd;

	if (make_untouched(s))
		return -1;
	fd = watch(s, UFFD_FEATURE_POISON, UFFDIO_REGISTER_MODE_MISSING,
		   "Linux 6.6 has poison markers");
	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_POISON, &poison))
		return no(s, "UFFDIO_POISON refused (%s)", strerror(errno));
	return 0;
}

static int make_uffd_wp(struct pt_demo_slot *s)
{
	struct uffdio_writeprotect wp = {
		.range = { .start = (uintptr_t)s->mem, .len = s->len },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};
	int fd;

	if (make_untouched(s))
		return -1;
	fd = watch(s, UFFD_FEATURE_WP_UNPOPULATED, UFFDIO_REGISTER_MODE_WP,
		   "Linux 6.4 write-protects what is not there");
	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_WRITEPROTECT, &wp))
		return no(s, "UFFDIO_WRITEPROTECT refused (%s)", strerror(errno));
	return 0;
}

/* Rings that drivers share with a process: their descriptors stay open, too. */

static int make_io_uring(struct pt_demo_slot *s)
{
	struct io_uring_params params = { 0 };
	size_t npages = 16;
	void *ring;
	int fd = (int)syscall(SYS_io_uring_setup,
			      npages * PT_PAGE_BYTES / sizeof(struct io_uring_sqe), &params);

	if (fd < 0)
		return errno == ENOMEM ? no_memlock(s, "io_uring_setup") :
			refused(s, "io_uring_setup", "kernel.io_uring_disabled=0 would enable it");
	/* where this ring lies only the kernel may choose */
	ring = mmap(NULL, npages * PT_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    IORING_OFF_SQES);
	if (ring == MAP_FAILED)
		return no(s, "mmap refused (%s)", strerror(errno));
	s->mem = ring;
	s->len = npages * PT_PAGE_BYTES;
	pt_demo_touch(s);
	return 0;
}

static int make_perf_ring(struct pt_demo_slot *s)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = PERF_COUNT_SW_DUMMY,
		.disabled = 1, .exclude_kernel = 1, .exclude_hv = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	struct pt_demo_look look = { 0 };

	if (fd < 0)
		return refused(s, "perf_event_open",
			       "kernel.perf_event_paranoid=2 would enable it");
	s->len = (1 + 16) * PT_PAGE_BYTES;	/* a header and a power of two */
	if (place(s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0))
		return -1;
	pt_demo_touch(s);
	pt_demo_look(s->mem, s->len, &look);
	if (!(look.vmflags & PT_VMF(PF)))
		return no(s, "this kernel maps perf rings as ordinary pages");
	return 0;
}

/* id, sign, overlays, size, maker before the fork, maker after it, title */
static const struct pt_demo_state states[] = {
	{ "written", 'p', 0, PT_DEMO_SMALL, NULL, make_written,
	  "anonymous memory, written" },
	{ "protnone", 'p', 0, PT_DEMO_SMALL, NULL, make_protnone,
	  "written, then mprotect(PROT_NONE), and still present" },
	{ "devzero", 'p', 0, PT_DEMO_SMALL, NULL, make_dev_zero,
	  "private mapping of /dev/zero, written, and so anonymous" },
	{ "cow", 'c', 0, PT_DEMO_SMALL, make_written, NULL,
	  "written, then fork(), shared until one side writes" },
	{ "rewritten", 'p', 0, PT_DEMO_SMALL, make_written, rewrite,
	  "written, then fork(), then written again by this side" },
	{ "zero", 'z', 0, PT_DEMO_SMALL, NULL, make_zero,
	  "anonymous memory, only read, which maps the zero page" },
	{ "hugezero", 'z', PT_OVER_HUGE, PT_DEMO_HUGE, NULL, make_huge_zero,
	  "MADV_HUGEPAGE, only read, which maps the huge zero page" },
	{ "untouched", '.', 0, PT_DEMO_SMALL, NULL, make_untouched,
	  "mapped and never touched" },
	{ "dontneed", '.', 0, PT_DEMO_SMALL, NULL, make_dontneed,
	  "written, then given back by MADV_DONTNEED" },
	{ "lockhole", '.', 0, PT_DEMO_SMALL, NULL, make_locked_hole,
	  "mlock2(MLOCK_ONFAULT), never touched, a hole in a locked mapping" },
	{ "fileread", 'i', 0, PT_DEMO_SMALL, NULL, make_file_read,
	  "file, read, page cache that only this process maps" },
	{ "filewritten", 'i', 0, PT_DEMO_SMALL, NULL, make_file_written,
	  "file, written through a shared mapping" },
	{ "fileshared", 'h', 0, PT_DEMO_SMALL, make_file_read, NULL,
	  "file, read here and in a second process" },
	{ "filecopied", 'w', 0, PT_DEMO_SMALL, NULL, make_file_copied,
	  "file, private mapping, written, and so copied" },
	{ "memfd", 'm', 0, PT_DEMO_SMALL, NULL, make_memfd,
	  "memfd, written" },
	{ "sharedanon", 'm', 0, PT_DEMO_SMALL, NULL, make_shared_anon,
	  "shared anonymous memory, written" },
	{ "shmemthp", 'm', PT_OVER_HUGE, PT_DEMO_HUGE, NULL, make_shmem_thp,
	  "memfd, collapsed to a huge page by MADV_COLLAPSE" },
	{ "thp", 'p', PT_OVER_HUGE, PT_DEMO_HUGE, NULL, make_thp,
	  "transparent huge page (THP)" },
	{ "thpsplit", 'p', PT_OVER_LARGE, PT_DEMO_HUGE, NULL, make_thp_split,
	  "THP, its mapping split to small pages by mprotect()" },
	{ "mthp", 'p', PT_OVER_LARGE, PT_DEMO_SMALL, NULL, make_mthp,
	  "multi-size THP, larger than a page and mapped page by page" },
	{ "locked", 'p', PT_OVER_LOCKED, PT_DEMO_SMALL, NULL, make_locked,
	  "written and mlocked" },
	{ "thplocked", 'c', PT_OVER_HUGE | PT_OVER_LOCKED, PT_DEMO_HUGE, make_thp_locked, NULL,
	  "THP, mlocked, then fork()" },
	{ "lazyfree", 'f', 0, PT_DEMO_SMALL, NULL, make_lazyfree,
	  "written, then MADV_FREE" },
	{ "droppable", 'f', 0, PT_DEMO_SMALL, NULL, make_droppable,
	  "MAP_DROPPABLE, written" },
	{ "guard", 'g', 0, PT_DEMO_SMALL, NULL, make_guard,
	  "MADV_GUARD_INSTALL, where a touch is a fault" },
	{ "poison", '!', 0, PT_DEMO_SMALL, NULL, make_poison,
	  "poison markers by UFFDIO_POISON, no memory was hurt" },
	{ "uffdwp", 'o', 0, PT_DEMO_SMALL, NULL, make_uffd_wp,
	  "userfaultfd write-protect markers on untouched pages" },
	{ "secret", 'x', PT_OVER_LOCKED, PT_DEMO_SMALL, NULL, make_secret,
	  "memfd_secret, hidden even from the kernel" },
	{ "iouring", 'x', 0, PT_DEMO_SMALL, NULL, make_io_uring,
	  "io_uring, pages of a driver" },
	{ "perfring", 'u', 0, PT_DEMO_SMALL, NULL, make_perf_ring,
	  "perf ring, page frames that pagemap does not show" },
	{ "ksm", 'k', 0, PT_DEMO_SMALL, NULL, make_ksm,
	  "equal pages, MADV_MERGEABLE, merged by ksmd" },
	{ "swapped", 's', 0, PT_DEMO_SMALL, NULL, make_swapped,
	  "written, then MADV_PAGEOUT" },
	{ "hugetlb", 'p', PT_OVER_HUGE, PT_DEMO_HUGE, NULL, make_hugetlb_private,
	  "hugetlb, private" },
	{ "hugetlbshared", 'm', PT_OVER_HUGE, PT_DEMO_HUGE, NULL, make_hugetlb_shared,
	  "hugetlb, shared" },
	{ "hugetlbcow", 'c', PT_OVER_HUGE, PT_DEMO_HUGE, make_hugetlb_private, NULL,
	  "hugetlb, private, then fork()" },
	{ "migrating", '>', 0, PT_DEMO_SMALL, NULL, NULL,
	  "page on the move: not made, such entries live for microseconds" },
	{ "device", 'o', 0, PT_DEMO_SMALL, NULL, NULL,
	  "device-private memory: not made, it needs a device and its driver" },
	{ "anonymous", 'a', 0, PT_DEMO_SMALL, NULL, NULL,
	  "not made: what p, c, f, w and k look like without CAP_SYS_ADMIN" },
	{ "backed", 'b', 0, PT_DEMO_SMALL, NULL, NULL,
	  "not made: what m, i, h and x look like without CAP_SYS_ADMIN" },
	{ "unknown", '?', 0, PT_DEMO_SMALL, NULL, NULL,
	  "not made: entries whose type is hidden without CAP_SYS_ADMIN" },
};

const struct pt_demo_state *pt_demo_states(size_t *ret_n)
{
	*ret_n = sizeof(states) / sizeof(states[0]);
	return states;
}
