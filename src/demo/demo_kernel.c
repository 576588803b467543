/* Makers of what the kernel does in its own time, and of what drivers share with a process. */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/demo/demo_check.h"
#include "pagetop/demo/demo_make.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/root.h"

/* What headers of a C library may be too old for. */
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21				/* Linux 5.4 */
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

#define KSM_DIR "/sys/kernel/mm/ksm/"

int pt_demo_make_ksm(struct pt_demo_slot *s)
{
	size_t merged = 0, npages = s->len / PT_PAGE_BYTES;
	char run[PT_DEMO_WORD];

	if (!pt_demo_setting(KSM_DIR "run", run)[0])
		return pt_demo_no(s, "this kernel has no KSM");
	if (strcmp(run, "1"))
		return pt_demo_no(s, "KSM is off: " KSM_DIR "run is %s; 1 would enable it", run);
	if (pt_demo_make_untouched(s))
		return -1;
	memset(s->mem, 'k', s->len);
	if (madvise(s->mem, s->len, MADV_MERGEABLE))
		return pt_demo_no(s, "MADV_MERGEABLE refused (%s)", strerror(errno));
	for (int i = 0; i < 150 && merged < npages; i++) {
		usleep(20000);
		merged = pt_demo_count(s->mem, s->len, PT_PM_PRESENT | PT_PM_EXCLUSIVE,
				       PT_PM_PRESENT);
	}
	if (merged < npages)
		return pt_demo_no(s, "ksmd merged %zu of %zu pages in 3 s; " KSM_DIR
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

/* Until of each page as much is left as of one that is swapped out. */
static int page_out(struct pt_demo_slot *s, uint64_t word)
{
	size_t gone = 0, npages = s->len / PT_PAGE_BYTES;

	for (int i = 0; i < 100 && gone < npages; i++) {
		if (i)
			usleep(5000);
		if (madvise(s->mem, s->len, MADV_PAGEOUT))
			return pt_demo_refused(s, "MADV_PAGEOUT", "needs Linux 5.4");
		gone = pt_demo_count(s->mem, s->len, PT_PM_PRESENT | PT_PM_SWAP, word);
	}
	if (gone < npages)
		return pt_demo_no(s, "%zu of %zu pages were swapped out; more room in /proc/swaps "
				  "or memory.swap.max would help", gone, npages);
	return 0;
}

static int swap_allowed(struct pt_demo_slot *s)
{
	return has_swap() ? 0 :
	       pt_demo_no(s, "/proc/swaps lists no swap area; swapon would enable it");
}

int pt_demo_make_swapped(struct pt_demo_slot *s)
{
	return swap_allowed(s) || pt_demo_make_written(s) ? -1 : page_out(s, PT_PM_SWAP);
}

int pt_demo_make_shmem_swapped(struct pt_demo_slot *s)
{
	return swap_allowed(s) || pt_demo_make_memfd(s) ? -1 : page_out(s, 0);
}

static int watch(struct pt_demo_slot *s, uint64_t features, uint64_t mode, const char *help)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = {
		.range = { .start = (uintptr_t)s->mem, .len = s->len }, .mode = mode,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0)
		return pt_demo_refused(s, "userfaultfd",
				       "needs Linux 5.11 with CONFIG_USERFAULTFD");
	if (!ioctl(fd, UFFDIO_API, &api) && !ioctl(fd, UFFDIO_REGISTER, &reg))
		return fd;
	pt_demo_refused(s, "userfaultfd", help);
	close(fd);
	return -1;
}

int pt_demo_make_poison(struct pt_demo_slot *s)
{
	struct uffdio_poison poison = { .range = { .start = (uintptr_t)s->mem, .len = s->len } };
	int fd;

	if (pt_demo_make_untouched(s))
		return -1;
	fd = watch(s, UFFD_FEATURE_POISON, UFFDIO_REGISTER_MODE_MISSING,
		   "poison markers need Linux 6.6");
	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_POISON, &poison))
		return pt_demo_no(s, "UFFDIO_POISON refused (%s)", strerror(errno));
	return 0;
}

static int write_protect(struct pt_demo_slot *s, uint64_t features, const char *help)
{
	struct uffdio_writeprotect wp = {
		.range = { .start = (uintptr_t)s->mem, .len = s->len },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};
	int fd = watch(s, features, UFFDIO_REGISTER_MODE_WP, help);

	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_WRITEPROTECT, &wp))
		return pt_demo_no(s, "UFFDIO_WRITEPROTECT refused (%s)", strerror(errno));
	return 0;
}

int pt_demo_make_uffd_wp(struct pt_demo_slot *s)
{
	return pt_demo_make_untouched(s) ? -1 : write_protect(s, UFFD_FEATURE_WP_UNPOPULATED,
		"write-protecting unpopulated ranges needs Linux 6.4");
}

int pt_demo_make_uffd_present(struct pt_demo_slot *s)
{
	return pt_demo_make_written(s) ? -1 : write_protect(s, 0, "needs Linux 5.7");
}

/* Only such a mapping is hidden from pagemap. */
static bool is_pfnmap(const struct pt_demo_slot *s)
{
	struct pt_demo_look look = { 0 };

	return !pt_demo_look(s->mem, s->len, &look) && look.vmflags & PT_VMF(PF);
}

int pt_demo_make_io_uring(struct pt_demo_slot *s)
{
	struct io_uring_params params = { 0 };
	size_t npages = 16;
	void *ring;
	int fd = (int)syscall(SYS_io_uring_setup,
			      npages * PT_PAGE_BYTES / sizeof(struct io_uring_sqe), &params);

	if (fd < 0)
		return errno == ENOMEM ?
			       pt_demo_no_memlock(s, "io_uring_setup") :
			       pt_demo_refused(s, "io_uring_setup",
					       "kernel.io_uring_disabled=0 would enable it");
	/* where this ring lies only the kernel may choose */
	ring = mmap(NULL, npages * PT_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    IORING_OFF_SQES);
	if (ring == MAP_FAILED)
		return pt_demo_no(s, "mmap refused (%s)", strerror(errno));
	s->mem = ring;
	s->len = npages * PT_PAGE_BYTES;
	pt_demo_touch(s);
	return is_pfnmap(s) ?
		       pt_demo_no(
			       s,
			       "this kernel maps the ring as pfnmap, invisible to pagemap") :
		       0;
}

int pt_demo_make_perf_ring(struct pt_demo_slot *s)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = PERF_COUNT_SW_DUMMY,
		.disabled = 1, .exclude_kernel = 1, .exclude_hv = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return pt_demo_refused(s, "perf_event_open",
			       "kernel.perf_event_paranoid=2 would enable it");
	s->len = (1 + 16) * PT_PAGE_BYTES;	/* a header and a power of two */
	if (pt_demo_place(s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0))
		return -1;
	pt_demo_touch(s);
	return is_pfnmap(s) ? 0 : pt_demo_no(s, "this kernel maps perf rings as ordinary pages");
}

/* What the kernel maps into every process; only it knows where. */
static int find_mapping(struct pt_demo_slot *s, const char *name)
{
	int fd = pt_open_at(AT_FDCWD, "/proc/self/maps");
	struct pt_lines lines = PT_LINES_INIT(fd);
	bool found = false;
	struct pt_vma vma;
	char *line;
	size_t n;

	while (fd >= 0 && !found && pt_lines_next(&lines, &line, &n) > 0)
		found = !pt_maps_line(line, n, &vma) && !strcmp(vma.name, name);
	pt_lines_done(&lines);
	if (fd >= 0)
		close(fd);
	if (!found)
		return pt_demo_no(s, "the kernel maps no %s here", name);
	s->mem = (char *)(uintptr_t)vma.start;
	s->len = vma.end - vma.start;
	return 0;
}

int pt_demo_make_vdso(struct pt_demo_slot *s)
{
	if (find_mapping(s, "[vdso]"))
		return -1;
	pt_demo_touch(s);
	return 0;
}

int pt_demo_make_vvar(struct pt_demo_slot *s)
{
	/* since Linux 7.2 only the second one is a raw mapping of page frames */
	if (!find_mapping(s, "[vvar]") && is_pfnmap(s))
		return 0;
	if (!find_mapping(s, "[vvar_vclock]") && is_pfnmap(s))
		return 0;
	return pt_demo_no(s, "this kernel maps its clock as ordinary pages, or not at all");
}
