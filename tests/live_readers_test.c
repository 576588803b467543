/* The two ways to read pages, and what the other readers say. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/demo/demo.h"
#include "pagetop/kernel/cgroup.h"
#include "pagetop/kernel/mem.h"
#include "pagetop/kernel/swaps.h"
#include "pagetop/model/image.h"
#include "live.h"

/* ---- the two ways to read */

/* Pages of files and of the kernel are mapped and unmapped by others, too, at any moment. */
static bool is_of_others(const struct pt_run *run)
{
	return run->pm & PT_RUN(FILE) && !(run->kflags & (K_SWAPBACKED | K_HUGETLB));
}

/* Without the ioctl all is the same: which pages are mapped by PMD follows from smaps, where its sums leave one answer. */
static void check_same_page(const struct pt_run *ioctl, const struct pt_run *pread)
{
	bool others = is_of_others(ioctl) && is_of_others(pread);

	if (pread->over != (ioctl->over & ~(unsigned)pread->over_open) || ioctl->kflags != pread->kflags ||
	    (!others && (ioctl->row != pread->row || ioctl->count != pread->count)))
		fail_msg("page %" PRIx64 ": %c %x count %u flags %" PRIx64 " by the ioctl, %c %x count %u "
			 "flags %" PRIx64 " by pread", ioctl->vpn, sign_of(ioctl), ioctl->over,
			 ioctl->count, ioctl->kflags, sign_of(pread), pread->over, pread->count,
			 pread->kflags);
}

static void check_same_pages(const struct pt_image *ioctl, const struct pt_image *pread, size_t *nopen)
{
	assert_int_equal(ioctl->vmas.n, pread->vmas.n);
	for (size_t v = 0; v < ioctl->vmas.n; v++) {
		const struct pt_vma *vma = &ioctl->vmas.v[v];
		uint64_t end = pt_vma_end_vpn(vma);

		for (uint64_t vpn = pt_vma_vpn(vma); vpn < end; vpn++) {
			struct pt_run a = run_at(ioctl, vpn), b = run_at(pread, vpn);

			check_same_page(&a, &b);
			*nopen += !!b.over_open;
			assert_int_equal(pt_image_pfn(ioctl, vpn), pt_image_pfn(pread, vpn));
		}
	}
}

/* The number of pages of which it is open what they are mapped by. */
static size_t compare_ways(pid_t pid)
{
	size_t nopen = 0;

	struct pt_probe without = live.probe;
	struct pt_image *ioctl = scan(pid), *pread = NULL;

	without.scan = false;
	assert_int_equal(scan_with(&without, pid, &pread), 0);
	check_same_pages(ioctl, pread, &nopen);
	pt_image_unref(ioctl);
	pt_image_unref(pread);
	return nopen;
}

TEST(a_known_pattern_is_read_alike_with_and_without_the_ioctl)
{
	struct target t = start_target("pattern");
	uint64_t vpn = address_of(&t, "half") >> 12;
	struct pt_image *img;

	if (!live.probe.scan) {
		printf("# skip: this kernel has no PAGEMAP_SCAN\n");
		skip();
	}
	wait_until_asleep(t.pid);
	compare_ways(t.pid);
	img = scan(t.pid);
	for (size_t i = 0; i < 64; i++) {
		struct pt_run run = run_at(img, vpn + i);

		assert_int_equal(sign_of(&run), i % 2 ? '.' : 'p');
	}
	pt_image_unref(img);
	end_target(&t);
}

static uint64_t mapped_bytes(const struct pt_image *img)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < img->vmas.n; i++)
		bytes += img->vmas.v[i].end - img->vmas.v[i].start;
	return bytes;
}

/* The demo is a fork of this test, and has the terabytes that sanitizers reserve in it. */
TEST(the_demo_is_read_alike_with_and_without_the_ioctl)
{
	struct pt_image *img = scan(pt_demo_pid(live.demo));
	uint64_t bytes = mapped_bytes(img);

	pt_image_unref(img);
	if (!live.probe.scan || bytes >> 40) {
		printf("# skip: %s\n", live.probe.scan ? "terabytes are too much to read word by word" :
		       "this kernel has no PAGEMAP_SCAN");
		skip();
	}
	assert_int_equal(compare_ways(pt_demo_pid(live.demo)), 0);	/* each state is alone in its mapping */
}

/* ---- what the other readers say */

/* The memory of a page of the demo, which must be the same page afterwards. */
static ssize_t read_page(const char *id, char ret[static 4096])
{
	const struct pt_note *note = note_of(id);
	pid_t pid = pt_demo_pid(live.demo);
	struct page before, after;
	ssize_t n;
	int fd;

	if (!note->start)
		return -ENODEV;
	fd = pt_proc_open(&live.root, pid);
	assert_true(fd >= 0);
	read_truth(pid, note->start >> 12, 1, &before);
	n = pt_mem_read(fd, note->start, ret, 4096);
	read_truth(pid, note->start >> 12, 1, &after);
	close(fd);
	assert_int_equal(before.word, after.word);
	assert_int_equal(before.count, after.count);
	return n;
}

TEST(reading_the_memory_of_a_process_changes_none_of_its_pages)
{
	char page[4096], zeros[4096] = "";

	assert_int_equal(read_page("cow", page), sizeof(page));
	assert_memory_not_equal(page, zeros, sizeof(page));
	if (!cannot(ZERO_PAGES)) {
		assert_int_equal(read_page("zero", page), sizeof(page));
		assert_memory_equal(page, zeros, sizeof(page));
	}
	if (!cannot(KSM))
		assert_int_equal(read_page("ksm", page), sizeof(page));
	if (note_of("secret")->start)
		assert_int_equal(read_page("secret", page), -EIO);
}

TEST(memory_is_read_up_to_what_cannot_be_read)
{
	char *mem = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char buf[8192] = "";
	int fd = pt_proc_open(&live.root, getpid());

	memset(mem, 'x', 8192);
	assert_int_equal(munmap(mem + 4096, 4096), 0);
	assert_int_equal(pt_mem_read(fd, (uintptr_t)mem + 1, buf, sizeof(buf)), 4095);
	assert_memory_equal(buf, mem, 4095);
	assert_int_equal(buf[4095], 0);
	assert_int_equal(pt_mem_read(fd, (uintptr_t)mem + 4096, buf, sizeof(buf)), -EIO);
	munmap(mem, 4096);
	close(fd);
}

TEST(memory_of_a_process_that_ended_is_gone)
{
	struct target t = start_target("pattern");
	int fd = pt_proc_open(&live.root, t.pid);
	uint64_t addr = address_of(&t, "half");
	ssize_t before, after;
	char byte;

	before = pt_mem_read(fd, addr, &byte, 1);
	end_target(&t);
	after = pt_mem_read(fd, addr, &byte, 1);
	close(fd);
	assert_int_equal(before, 1);
	assert_int_equal(after, -ESRCH);
}

TEST(a_swapped_page_is_on_the_device_that_proc_swaps_names)
{
	char title[LINE], first[LINE] = "", second[LINE] = "";
	struct pt_str name = PT_STR_INIT;
	struct page page;
	FILE *f;
	int err;

	skip_unless(SWAP);
	read_truth(pt_demo_pid(live.demo), note_of("swapped")->start >> 12, 1, &page);
	assert_int_equal(page.word & (W_PRESENT | W_ENTRY), W_ENTRY);
	f = fopen("/proc/swaps", "re");
	assert_non_null(fgets(title, sizeof(title), f));
	assert_int_equal(fscanf(f, "%511s %*[^\n] %511s", first, second) > 0, 1);
	fclose(f);
	err = pt_swap_device(&live.root, page.word & 31, &name);
	assert_int_equal(err, page.word & 31 && second[0] ? -ENOTUNIQ : 0);
	assert_string_equal(name.s, err ? "" : first);
	pt_str_done(&name);
}

/* The process in a cgroup of its own: what it says, and what ends it. */
struct member {
	pid_t pid;
	int said_fd, stay_fd;
	char top[64], outer[96], dir[128];
	bool v2;
};

static bool join(const char *dir)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	return put_word(path, "0");
}

/* Makes the cgroup, and takes it away when the pipe ends: however this test ends. */
static _Noreturn void be_member(const struct member *m)
{
	char *mem = NULL, c;

	if (!mkdir(m->outer, 0755) && !mkdir(m->dir, 0755) && join(m->dir))
		mem = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (write(m->said_fd, &mem, sizeof(mem)) == sizeof(mem))
		while (read(m->stay_fd, &c, 1) < 0 && errno == EINTR)
			;
	join(m->top);
	_exit(rmdir(m->dir) || rmdir(m->outer));
}

/* The address of a page charged to the cgroup; 0 if there can be none. */
static uint64_t start_member(struct member *m)
{
	int said[2], stay[2];
	char *mem = NULL;

	m->v2 = !access("/sys/fs/cgroup/cgroup.controllers", F_OK);
	snprintf(m->top, sizeof(m->top), "/sys/fs/cgroup%s", m->v2 ? "" : "/memory");
	snprintf(m->outer, sizeof(m->outer), "%s/pagetop test %d", m->top, (int)getpid());
	snprintf(m->dir, sizeof(m->dir), "%s/inner", m->outer);
	assert_int_equal(pipe2(said, O_CLOEXEC) | pipe2(stay, O_CLOEXEC), 0);
	m->pid = fork();
	if (!m->pid) {
		close(stay[1]);
		m->said_fd = said[1];
		m->stay_fd = stay[0];
		be_member(m);
	}
	close(said[1]);
	close(stay[0]);
	m->stay_fd = stay[1];
	if (read(said[0], &mem, sizeof(mem)) != sizeof(mem))
		mem = NULL;
	close(said[0]);
	return (uintptr_t)mem;
}

/* What pt_cgroup_path() makes of it; "" without an answer. */
static void get_cgroup(uint64_t inode, char ret[static LINE])
{
	struct pt_str path = PT_STR_INIT;

	snprintf(ret, LINE, "%s", pt_cgroup_path(&live.root, inode, &path) ? "" : path.s);
	pt_str_done(&path);
}

static uint64_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

TEST(a_page_is_charged_to_the_cgroup_of_its_process)
{
	int fd = open("/proc/kpagecgroup", O_RDONLY | O_CLOEXEC), status;
	char of_page[LINE] = "", of_dir[LINE], of_top[LINE];
	struct member m = { 0 };
	uint64_t addr = start_member(&m);
	struct page page;

	if (addr && fd >= 0) {
		read_truth(m.pid, addr >> 12, 1, &page);
		get_cgroup(word_at(fd, page.word & W_PFN), of_page);
	}
	get_cgroup(inode_of(m.dir), of_dir);
	get_cgroup(inode_of(m.top), of_top);
	close(m.stay_fd);
	assert_int_equal(waitpid(m.pid, &status, 0), m.pid);
	close(fd);
	if (!addr || fd < 0) {
		printf("# skip: no cgroup of memory can be made here\n");
		return;
	}
	assert_int_equal(status, 0);		/* it was put away */
	assert_string_equal(of_top, "/");
	assert_string_equal(of_dir, m.dir + strlen(m.top));
	if (m.v2)	/* without the controller of memory it is charged to one above */
		assert_int_equal(strncmp(of_dir, of_page, strlen(of_page)), 0);
	else
		assert_string_equal(of_page, of_dir);
}

TEST(the_node_of_a_frame_is_that_of_move_pages)
{
	enum { N = 256 };
	char *mem = mmap(NULL, N * 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	struct page page[N];
	void *addr[N];
	int node[N], ncompared = 0;

	for (int i = 0; i < N; i++)
		addr[i] = mem + i * 4096;
	if (!live.probe.nodes.nnodes || syscall(SYS_move_pages, 0, N, addr, NULL, node, 0)) {
		printf("# skip: this kernel knows no NUMA nodes\n");
		munmap(mem, N * 4096);
		return;
	}
	read_truth(getpid(), (uintptr_t)mem >> 12, N, page);
	for (int i = 0; i < N; i++) {
		int got = pt_node_of_pfn(&live.probe.nodes, page[i].word & W_PFN);

		ncompared += got >= 0;
		if (got >= 0)		/* a block that nodes share has none */
			assert_int_equal(got, node[i]);
	}
	munmap(mem, N * 4096);
	assert_true(ncompared > 0);
}

TEST(which_mappings_may_have_huge_pages_is_what_smaps_says)
{
	pid_t pid = pt_demo_pid(live.demo);
	struct pt_image *img = scan(pid);
	size_t neligible = 0;

	for (size_t i = 0; i < img->vmas.n; i++) {
		const struct pt_vma *vma = &img->vmas.v[i];

		assert_int_equal(vma->thp_eligible,
				 smaps_kb(pid, vma->start, vma->end, "THPeligible"));
		neligible += vma->thp_eligible;
	}
	if (!cannot(HUGE_PAGES))
		assert_in_range(neligible, 1, img->vmas.n - 1);
	pt_image_unref(img);
}
