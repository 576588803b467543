/*
 * The kernel's files, as fixture.c writes them: the readers of the room kernel, and the room scan,
 * which makes images of them.
 *
 * Linked with -Wl,--wrap=pt_pagemap_read -Wl,--wrap=pt_pagemap_find: pages that change while they
 * are read, and a PAGEMAP_SCAN that answers, are made there.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/kernel/cgroup.h"
#include "pagetop/kernel/counters.h"
#include "pagetop/kernel/doctor.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/kernel/mem.h"
#include "pagetop/kernel/mounts.h"
#include "pagetop/kernel/probe.h"
#include "pagetop/kernel/proc.h"
#include "pagetop/kernel/swaps.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/census.h"
#include "pagetop/scan/pulse.h"
#include "pagetop/scan/scanner.h"
#include "test.h"
#include "world.h"

#define B(n) (UINT64_C(1) << (n))
#define P B(63)
#define S B(62)
#define F B(61)
#define E B(56)

/* ---- what stands between the scan and the files */

int __real_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret);
int __wrap_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret);
ssize_t __real_pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			       struct pt_region *ret, size_t max);
ssize_t __wrap_pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			       struct pt_region *ret, size_t max);

/* Called after each read of pagemap words; may change them. */
static void (*after_read)(uint64_t vpn, size_t npages, uint64_t *words);

/* What PAGEMAP_SCAN would say, in ascending order; none: the real one is asked. */
static const struct pt_region *found;
static size_t nfound;

int __wrap_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret)
{
	int err = __real_pt_pagemap_read(pm, vpn, npages, ret);

	if (after_read)
		after_read(vpn, npages, ret);
	return err;
}

ssize_t __wrap_pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			       struct pt_region *ret, size_t max)
{
	size_t n = 0;

	if (!nfound)
		return __real_pt_pagemap_find(pm, vpn, end_vpn, ret, max);
	for (size_t i = 0; i < nfound && n < max; i++) {
		uint64_t lo = found[i].vpn > *vpn ? found[i].vpn : *vpn;
		uint64_t hi = found[i].vpn + found[i].npages;

		hi = hi < end_vpn ? hi : end_vpn;
		if (lo < hi)
			ret[n++] = (struct pt_region){ lo, hi - lo, found[i].categories };
	}
	*vpn = end_vpn;
	return (ssize_t)n;
}

/* ---- a fixture */

static int hooks_init(void **state)
{
	after_read = NULL;
	found = NULL;
	nfound = 0;
	return world_init(state);
}

#define HOOKED(fn) TEST_WITH(fn, hooks_init, world_done)

static void forget(const struct world *w, const char *name)
{
	assert_int_equal(unlinkat(w->root.proc_fd, name, 0), 0);
}

/* ---- files and lines */

HOOKED(lines_of_any_length_come_whole)
{
	static const size_t len[] = { 0, 1, 65534, 65535, 65536, 65537, 3, 200000, 0, 131071, 7 };
	struct world *w = *state;
	struct pt_str text = PT_STR_INIT;
	struct pt_lines lines;
	char *line;
	size_t n;
	int fd;

	for (size_t i = 0; i < LEN(len); i++) {
		for (size_t k = 0; k < len[i]; k++)
			pt_str_addc(&text, (char)('a' + (i + k) % 26));
		if (i + 1 < LEN(len))	/* the last line lacks its newline */
			pt_str_addc(&text, '\n');
	}
	fix_file(&w->fix, "lines", text.s, text.len);
	fd = pt_open_at(w->root.proc_fd, "lines");
	lines = (struct pt_lines)PT_LINES_INIT(fd);
	for (size_t i = 0; i < LEN(len); i++) {
		assert_int_equal(pt_lines_next(&lines, &line, &n), 1);
		assert_int_equal(n, len[i]);
		assert_int_equal(strlen(line), len[i]);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(line[k], 'a' + (i + k) % 26);
	}
	assert_int_equal(pt_lines_next(&lines, &line, &n), 0);
	assert_int_equal(pt_lines_next(&lines, &line, &n), 0);
	pt_lines_done(&lines);
	close(fd);
	pt_str_done(&text);
}

HOOKED(an_empty_file_has_no_lines)
{
	struct world *w = *state;
	struct pt_lines lines;
	char *line;
	size_t n;
	int fd;

	fix_file(&w->fix, "empty", "", 0);
	fd = pt_open_at(w->root.proc_fd, "empty");
	lines = (struct pt_lines)PT_LINES_INIT(fd);
	assert_int_equal(pt_lines_next(&lines, &line, &n), 0);
	pt_lines_done(&lines);
	close(fd);
	lines = (struct pt_lines)PT_LINES_INIT(-1);
	assert_int_equal(pt_lines_next(&lines, &line, &n), -EBADF);
	pt_lines_done(&lines);
}

HOOKED(a_whole_file_is_appended)
{
	struct world *w = *state;
	struct pt_str s = PT_STR_INIT;
	char *big = calloc(1, 300000);

	memset(big, 'x', 300000);
	fix_file(&w->fix, "big", big, 300000);
	pt_str_adds(&s, "before ");
	assert_int_equal(pt_read_at(w->root.proc_fd, "big", &s), 0);
	assert_int_equal(s.len, 300007);
	assert_memory_equal(s.s + 7, big, 300000);
	assert_int_equal(pt_read_at(w->root.proc_fd, "missing", &s), -ENOENT);
	pt_str_done(&s);
	free(big);
}

HOOKED(a_folder_is_opened_and_no_link_to_one)
{
	struct world *w = *state;
	DIR *dir = NULL;

	fix_file(&w->fix, "a/b/c", "", 0);
	assert_int_equal(symlinkat("b", w->root.proc_fd, "a/link"), 0);
	assert_int_equal(pt_dir_at(w->root.proc_fd, "a/b", &dir), 0);
	assert_non_null(dir);
	closedir(dir);
	assert_int_equal(pt_dir_at(w->root.proc_fd, "a/link", &dir), -ENOTDIR);
	assert_int_equal(pt_dir_at(w->root.proc_fd, "a/b/c", &dir), -ENOTDIR);
	assert_int_equal(pt_dir_at(w->root.proc_fd, "x", &dir), -ENOENT);
	assert_null(dir);
}

/* A folder that stands in may hold anything: what is no file is refused, and not opened even. */
HOOKED(below_a_stand_in_nothing_but_files_is_opened)
{
	static const char *const other[] = { "link", "zero", "pipe", "folder" };
	const struct world *w = *state;
	int fd, dir = w->root.proc_fd;

	fix_file(&w->fix, "file", "1\n", 2);
	assert_int_equal(symlinkat("file", dir, "link") | symlinkat("/dev/zero", dir, "zero") |
			 mkfifoat(dir, "pipe", 0600) | mkdirat(dir, "folder", 0700), 0);
	for (size_t i = 0; i < LEN(other); i++)
		assert_int_equal(pt_open_at(dir, other[i]), -EISNAM);
	assert_int_equal(pt_open_at(dir, "missing"), -ENOENT);
	fd = pt_open_at(dir, "file");
	assert_true(fd >= 0);
	close(fd);
}

HOOKED(no_part_of_a_name_is_a_link)
{
	static const char *const names[] = { "self", "self/maps", "mounts", "self/root/etc/passwd", "self/exe" };
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (pt_open_at(proc, names[i]) >= 0)
			fail_msg("%s was opened", names[i]);
	fd = pt_self_at(proc);			/* by its number */
	assert_true(fd >= 0);
	close(proc);
	proc = pt_open_at(fd, "maps");
	assert_true(proc >= 0);
	close(proc);
	close(fd);
	fix_file(&w->fix, "real/file", "x", 1);
	assert_int_equal(symlinkat("real", w->root.proc_fd, "link"), 0);
	assert_int_equal(pt_open_at(w->root.proc_fd, "link/file"), -EISNAM);
	fd = pt_open_at(w->root.proc_fd, "real/file");
	assert_true(fd >= 0);
	close(fd);
	fd = pt_open_at(AT_FDCWD, "/dev/null");		/* a path of our own */
	assert_true(fd >= 0);
	close(fd);
}

HOOKED(a_file_of_one_number_is_read_strictly)
{
	struct world *w = *state;
	uint64_t v = 4711;

	fix_file(&w->fix, "n", "12345\n", 6);
	assert_int_equal(pt_read_u64_at(w->root.proc_fd, "n", &v), 0);
	assert_int_equal(v, 12345);
	fix_file(&w->fix, "n", "12 kB\n", 6);
	assert_int_equal(pt_read_u64_at(w->root.proc_fd, "n", &v), -EINVAL);
	fix_file(&w->fix, "n", "", 0);
	assert_int_equal(pt_read_u64_at(w->root.proc_fd, "n", &v), -EINVAL);
	assert_int_equal(v, 12345);
}

HOOKED(a_root_that_is_no_folder_is_refused)
{
	struct world *w = *state;
	struct pt_root root = PT_ROOT_INIT;
	char path[8192];

	snprintf(path, sizeof(path), "%s/meminfo", w->fix.dir);
	assert_int_equal(pt_root_init(&root, path, NULL), -ENOTDIR);
	snprintf(path, sizeof(path), "%s/missing", w->fix.dir);
	assert_int_equal(pt_root_init(&root, path, NULL), -ENOENT);
	assert_int_equal(root.proc_fd, -1);
	assert_int_equal(pt_root_init(&root, w->fix.dir, path), 0);	/* no /sys is no error */
	assert_int_equal(root.sys_fd, -1);
	pt_root_done(&root);
}

/* ---- named numbers */

static uint64_t counter(const char *text, const char *name)
{
	return pt_counter(text, name, strlen(name));
}

TEST(a_number_is_found_by_its_whole_name)
{
	const char *const vmstat = "pgfault_x 1\npgfault 349625097\npgmajfault 22099\nthp_split_pmd 7";
	const char *const meminfo = "MemTotal:       24683620 kB\nActive(anon):       1064 kB\nHugePages_Total:       3\n";

	assert_int_equal(counter(vmstat, "pgfault"), 349625097);
	assert_int_equal(counter(vmstat, "pgmajfault"), 22099);
	assert_int_equal(counter(vmstat, "thp_split_pmd"), 7);	/* without its newline */
	assert_int_equal(counter(vmstat, "fault"), PT_COUNTER_NONE);
	assert_int_equal(counter(vmstat, "pgfault_"), PT_COUNTER_NONE);
	assert_int_equal(counter(meminfo, "MemTotal"), UINT64_C(24683620) << 10);
	assert_int_equal(counter(meminfo, "Active(anon)"), 1064 << 10);
	assert_int_equal(counter(meminfo, "HugePages_Total"), 3);
	assert_int_equal(counter("a\nb: \nc x\nd -1\n: 5\n", "a"), PT_COUNTER_NONE);
	assert_int_equal(counter("a\nb: \nc x\nd -1\n: 5\n", "b"), PT_COUNTER_NONE);
	assert_int_equal(counter("a\nb: \nc x\nd -1\n: 5\n", "c"), PT_COUNTER_NONE);
	assert_int_equal(counter("a\nb: \nc x\nd -1\n: 5\n", "d"), PT_COUNTER_NONE);
	assert_int_equal(counter("", "a"), PT_COUNTER_NONE);
}

HOOKED(the_pulse_is_taken_from_what_can_be_read)
{
	static const char more[] = "pgfault 1000500\npgmigrate_success 2000\n";
	struct world *w = *state;
	const struct pt_scan_env env = { .root = &w->root, .probe = &w->probe };
	struct pt_pulse p = { 0 };

	pt_kpage_open(&w->root, &w->probe.kpage);
	pt_pulse_take(&env, &p);
	assert_int_equal(p.n, 0);		/* a rate takes two samples */
	assert_int_equal(p.count[PT_RATE_FAULTS], 1000000);
	assert_int_equal(p.total, UINT64_C(24) << 30);
	assert_int_equal(p.mem[PT_MEM_FREE], UINT64_C(12) << 30);
	assert_int_equal(pt_pulse_sampled(&p).n, PT_SAMPLE_FRAMES);
	fix_file(&w->fix, "vmstat", more, strlen(more));
	forget(w, "meminfo");
	pt_pulse_take(&env, &p);
	assert_int_equal(p.n, 1);
	assert_true(p.rate[0][PT_RATE_FAULTS] > 0);
	assert_true(p.rate[0][PT_RATE_MIGRATED] <= 0);
	assert_true(isnan(p.rate[0][PT_RATE_SPLIT]));
	assert_int_equal(p.total, UINT64_C(24) << 30);	/* as it was */
	forget(w, "vmstat");
	pt_pulse_take(&env, &p);
	assert_int_equal(p.n, 1);
	pt_kpage_close(&w->probe.kpage);
}

HOOKED(without_kpageflags_nothing_is_sampled)
{
	struct world *w = *state;
	const struct pt_scan_env env = { .root = &w->root, .probe = &w->probe };
	struct pt_pulse p = { 0 };

	forget(w, "kpageflags");
	pt_kpage_open(&w->root, &w->probe.kpage);
	pt_pulse_take(&env, &p);
	assert_int_equal(pt_kpage_frames(&w->probe.kpage), 0);
	assert_int_equal(pt_pulse_sampled(&p).n, 0);
	assert_true(p.total > 0);
	pt_kpage_close(&w->probe.kpage);
}

HOOKED(the_last_frame_is_found_by_reading)
{
	struct world *w = *state;
	struct pt_kpage kp;

	pt_kpage_open(&w->root, &kp);
	assert_int_equal(pt_kpage_frames(&kp), 32768);
	pt_kpage_close(&kp);
}

/* ---- mappings */

static void assert_line(const char *line, uint64_t start, uint64_t end, const char *perms,
			uint64_t pgoff, uint64_t inode, const char *name)
{
	struct pt_vma v = { .start = 4711 };
	int err = pt_maps_line(line, strlen(line), &v);

	if (err)
		fail_msg("%s: %d", line, err);
	assert_int_equal(v.start, start);
	assert_int_equal(v.end, end);
	assert_string_equal(v.perms, perms);
	assert_int_equal(v.pgoff, pgoff);
	assert_int_equal(v.inode, inode);
	assert_int_equal(v.name_len, strlen(name));
	assert_memory_equal(v.name, name, v.name_len);
}

HOOKED(every_form_of_a_maps_line_is_read)
{
	assert_line(
		"55d0c2a00000-55d0c2ab4000 r-xp 0001f000 fe:00 4711                       /usr/bin/redis",
		0x55d0c2a00000, 0x55d0c2ab4000, "r-xp", 0x1f000, 4711, "/usr/bin/redis");
	assert_line("00400000-00401000 rw-p 00000000 00:00 0 ", 0x400000, 0x401000, "rw-p", 0, 0, "");
	assert_line("00400000-00401000 ---p 00000000 00:00 0", 0x400000, 0x401000, "---p", 0, 0, "");
	assert_line("7ffd1000-7ffd2000 rw-p 00000000 00:00 0                          [stack]",
		    0x7ffd1000, 0x7ffd2000, "rw-p", 0, 0, "[stack]");
	assert_line(
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]",
		0xffffffffff600000, 0xffffffffff601000, "--xp", 0, 0, "[vsyscall]");
	assert_line("7f000-8f000 rw-s 123456789abc000 103:02 18446744073709551615 /x", 0x7f000, 0x8f000,
		    "rw-s", 0x123456789abc000, UINT64_MAX, "/x");
}

HOOKED(names_are_taken_as_the_kernel_wrote_them)
{
	char line[8192] = "00400000-00401000 rw-p 00000000 fe:00 7                          ";
	char name[4096];

	memset(name, 'n', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	strcat(line, name);
	assert_line(line, 0x400000, 0x401000, "rw-p", 0, 7, name);
#define LINE "00400000-00401000 rw-p 00000000 fe:00 7                          "
	assert_line(LINE "/lib/a b  c.so", 0x400000, 0x401000, "rw-p", 0, 7, "/lib/a b  c.so");
	assert_line(LINE "/tmp/two\\012lines", 0x400000, 0x401000, "rw-p", 0, 7, "/tmp/two\\012lines");
	assert_line(LINE "/memfd:x (deleted)", 0x400000, 0x401000, "rw-p", 0, 7, "/memfd:x (deleted)");
	assert_line(LINE "/tmp/ends in a blank ", 0x400000, 0x401000, "rw-p", 0, 7,
		    "/tmp/ends in a blank ");
	assert_line(LINE "/tmp/\033[2J\x9b\xff\t\r", 0x400000, 0x401000, "rw-p", 0, 7,
		    "/tmp/\033[2J\x9b\xff\t\r");
	assert_line(LINE "[anon:jit code]", 0x400000, 0x401000, "rw-p", 0, 7, "[anon:jit code]");
#undef LINE
}

HOOKED(garbage_is_no_mapping)
{
	static const char *const line[] = {
		"", " ", "x", "VmFlags: rd wr", "Size:                  4 kB", "00400000", "00400000-",
		"00400000-00401000", "00400000-00401000 rw-p", "00400000-00401000 rw-p 00000000 fe:00",
		"00401000-00400000 rw-p 00000000 00:00 0 ", "00400000-00400000 rw-p 00000000 00:00 0 ",
		"00400000-00401000 rw 00000000 00:00 0 ", "g0400000-00401000 rw-p 00000000 00:00 0 ",
		"00400001-00401000 rw-p 00000000 00:00 0 ", "1-2 rw-p 00000000 00:00 0 ",
		"00400000 - 00401000 rw-p 00000000 00:00 0 ", "-400000-00401000 rw-p 00000000 00:00 0 ",
		"00400000-00401000 rw-p 00000000 00-00 0 ", "00400000-00401000 rw-p 00000000 00:00 x",
		"\xff\xfe\xfd", "Zzzz-00401000 rw-p 00000000 00:00 0 ",
	};

	for (size_t i = 0; i < LEN(line); i++) {
		struct pt_vma v = { .start = 4711 };

		if (pt_maps_line(line[i], strlen(line[i]), &v) != -EINVAL)
			fail_msg("\"%s\" is taken for a mapping", line[i]);
		assert_int_equal(v.start, 4711);
	}
}

/* What no kernel writes must not hurt either. */
HOOKED(any_bytes_whatever_are_survived)
{
	static const char from[] = "0123456789abcdef-: rwxps/[]\n\0\377VmFlags";
	uint64_t x = 30;

	for (int i = 0; i < 200000; i++) {
		char line[128];
		struct pt_vma v = { .name = "" };
		size_t len = 0, max;

		x = x * 6364136223846793005 + 1442695040888963407;
		max = x >> 33 & 127;
		if (x & 1) {
			strcpy(line, "00400000-00401000 rw-p 0 0:0 0 ");
			len = x >> 40 & 31;
		}
		for (; len < max; len++) {
			x = x * 6364136223846793005 + 1442695040888963407;
			line[len] = from[(x >> 33) % (sizeof(from) - 1)];
		}
		line[len < sizeof(line) ? len : sizeof(line) - 1] = '\0';
		if (!pt_maps_line(line, len, &v)) {
			assert_true(v.start < v.end && !(v.start & 4095) && !(v.end & 4095));
			assert_true(v.name >= line && v.name + v.name_len <= line + len);
		}
		pt_smaps_line(line, &v);
	}
}

HOOKED(the_lines_of_smaps_fill_the_mapping)
{
	struct pt_vma v = { .page_bytes = 0 };

	pt_smaps_line("KernelPageSize:     2048 kB", &v);
	pt_smaps_line("Rss:                  40 kB", &v);
	pt_smaps_line("Swap:                 12 kB", &v);
	pt_smaps_line("SwapPss:              99 kB", &v);
	pt_smaps_line("LazyFree:              8 kB", &v);
	assert_false(v.got_smaps || v.got_thp);
	pt_smaps_line("THPeligible:           1", &v);
	assert_false(v.got_smaps);
	assert_true(v.got_thp && v.thp_eligible);
	pt_smaps_line("VmFlags: rd wr mr mw me lo ac ht ", &v);
	assert_true(v.got_smaps);
	assert_int_equal(v.page_bytes, 2 << 20);
	assert_int_equal(v.rss_bytes, 40 << 10);
	assert_int_equal(v.swap_bytes, 12 << 10);
	assert_int_equal(v.lazyfree_bytes, 8 << 10);
	assert_true(v.thp_eligible);
	pt_smaps_line("THPeligible:\t\t0", &v);	/* as older kernels write it */
	assert_false(v.thp_eligible);
	assert_int_equal(v.vmflags, PT_VMF(RD) | PT_VMF(WR) | PT_VMF(MR) | PT_VMF(MW) | PT_VMF(ME) |
			 PT_VMF(LO) | PT_VMF(AC) | PT_VMF(HT));
}

HOOKED(what_smaps_will_say_one_day_is_passed_over)
{
	struct pt_vma v = { .page_bytes = 4096 };

	pt_smaps_line("Weather:           sunny", &v);
	pt_smaps_line("ProtectionKey:         0", &v);
	pt_smaps_line("", &v);
	pt_smaps_line("Swap", &v);
	assert_int_equal(v.page_bytes, 4096);
	assert_int_equal(v.swap_bytes, 0);
	assert_false(v.got_smaps);
	pt_smaps_line("VmFlags: rd qq lo", &v);
	assert_int_equal(v.vmflags, PT_VMF(RD) | PT_VMF(LO) | PT_VMF_UNNAMED);
	pt_smaps_line("VmFlags:", &v);
	assert_int_equal(v.vmflags, 0);
	assert_true(v.got_smaps);
}

HOOKED(every_mnemonic_of_vmflags_is_known_and_unlike_the_others)
{
	static const char *const all[] = { "rd", "wr", "ex", "sh", "mr", "mw", "me", "ms",
					   "gd", "pf", "lo", "io", "sr", "rr", "dc", "de",
					   "lf", "ac", "nr", "ht", "sf", "ar", "wf", "dd",
					   "sd", "mm", "hg", "nh", "mg", "um", "uw", "ui",
					   "ss", "dp", "sl", "bt", "mt", "gu", "ur" };
	uint64_t seen = 0;

	for (size_t i = 0; i < LEN(all); i++) {
		struct pt_vma v = { .vmflags = 0 };
		char line[32];

		snprintf(line, sizeof(line), "VmFlags: %s ", all[i]);
		pt_smaps_line(line, &v);
		if (!v.vmflags || v.vmflags & (v.vmflags - 1) || v.vmflags & (seen | PT_VMF_UNNAMED))
			fail_msg("%s is flag %llx", all[i], (unsigned long long)v.vmflags);
		seen |= v.vmflags;
	}
	assert_int_equal(__builtin_popcountll(seen), PT_NVMFLAGS);
}

static int read_maps(struct world *w, pid_t pid, bool smaps, struct pt_vmas *ret)
{
	int fd = pt_proc_open(&w->root, pid), err;

	assert_true(fd >= 0);
	*ret = (struct pt_vmas)PT_VMAS_INIT;
	err = pt_maps_read(fd, smaps, ret);
	close(fd);
	return err;
}

static const char two_mappings[] =
	"process 42 db\n"
	"600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\n"
	"VmFlags: rd wr mr mw me lo ac hg\n"
	"ppss....ff\n"
	"700000000000-700000002000 r-xp 00003000 fe:01 77  /lib/a b\\012c.so (deleted)\n"
	"hh\n";

HOOKED(mappings_come_with_what_smaps_says_of_them)
{
	struct world *w = *state;
	struct pt_vmas l;

	fix_text(&w->fix, two_mappings);
	assert_int_equal(read_maps(w, 42, true, &l), 0);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].name, "[heap]");
	assert_true(l.v[0].got_smaps);
	assert_true(l.v[0].vmflags & PT_VMF(LO));
	assert_int_equal(l.v[0].page_bytes, 4096);
	assert_int_equal(l.v[0].swap_bytes, 2 * 4096);
	assert_int_equal(l.v[0].lazyfree_bytes, 2 * 4096);
	assert_string_equal(l.v[1].name, "/lib/a b\\012c.so (deleted)");
	assert_int_equal(l.v[1].dev_major, 0xfe);
	assert_int_equal(l.v[1].dev_minor, 1);
	assert_int_equal(l.v[1].swap_bytes, 0);
	assert_false(l.v[1].vmflags & PT_VMF(LO));
	assert_true(l.v[0].thp_eligible);
	assert_false(l.v[1].thp_eligible);
	pt_vmas_done(&l);
}

HOOKED(without_smaps_maps_is_read)
{
	struct world *w = *state;
	struct pt_vmas l;

	fix_text(&w->fix, two_mappings);
	assert_int_equal(read_maps(w, 42, false, &l), 0);
	assert_int_equal(l.n, 2);
	assert_false(l.v[0].got_smaps);
	pt_vmas_done(&l);
	forget(w, "42/smaps");
	assert_int_equal(read_maps(w, 42, true, &l), 0);
	assert_int_equal(l.n, 2);
	assert_false(l.v[1].got_smaps);
	assert_string_equal(l.v[1].name, "/lib/a b\\012c.so (deleted)");
	pt_vmas_done(&l);
	forget(w, "42/maps");
	assert_int_equal(read_maps(w, 42, true, &l), -ENOENT);
	pt_vmas_done(&l);
}

HOOKED(garbage_between_mappings_is_passed_over)
{
	static const char text[] = "nonsense\n\n00400000-00401000 rw-p 00000000 00:00 0 \n\xff\xfe\n"
				   "VmFlags: rd lo\n00400000-0040\nSwap: x\n"
				   "00500000-00501000 rw-p 00000000 00:00 0  /b";
	struct world *w = *state;
	struct pt_vmas l;

	fix_text(&w->fix, two_mappings);
	fix_file(&w->fix, "42/smaps", text, sizeof(text) - 1);
	assert_int_equal(read_maps(w, 42, true, &l), 0);
	assert_int_equal(l.n, 2);
	assert_true(l.v[0].vmflags & PT_VMF(LO));
	assert_int_equal(l.v[1].start, 0x500000);
	assert_string_equal(l.v[1].name, "/b");
	pt_vmas_done(&l);
}

/* The second line is of a mapping that was joined to the first between two reads. */
HOOKED(of_a_mapping_joined_to_the_one_read_before_the_rest_is_listed)
{
	static const char joined[] = "00400000-00402000 rw-p 00000000 fe:00 7  /a\n"
				     "00401000-00404000 r--p 00001000 fe:00 7  /a\n"
				     "00403000-00405000 rw-p 00000000 00:00 0 \n";
	static const char backwards[] = "00400000-00402000 rw-p 00000000 fe:00 7  /a\n"
					"00400000-00402000 rw-p 00000000 fe:00 7  /a\n";
	struct world *w = *state;
	struct pt_vmas l;

	fix_text(&w->fix, two_mappings);
	fix_file(&w->fix, "42/smaps", joined, sizeof(joined) - 1);
	assert_int_equal(read_maps(w, 42, true, &l), 0);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.v[0].end, 0x402000);
	assert_int_equal(l.v[1].start, 0x402000);
	assert_int_equal(l.v[1].end, 0x404000);
	assert_int_equal(l.v[1].pgoff, 0x2000);
	assert_string_equal(l.v[1].perms, "r--p");
	assert_int_equal(l.v[2].start, 0x404000);
	assert_int_equal(l.v[2].pgoff, 0);
	pt_vmas_done(&l);
	fix_file(&w->fix, "42/smaps", backwards, sizeof(backwards) - 1);
	assert_int_equal(read_maps(w, 42, true, &l), -EINVAL);
	pt_vmas_done(&l);
}

HOOKED(a_process_without_memory_has_no_mappings)
{
	struct world *w = *state;
	struct pt_vmas l;

	fix_proc(&w->fix, &(struct fix_proc){ .pid = 2, .comm = "kthreadd", .kthread = true });
	assert_int_equal(read_maps(w, 2, true, &l), 0);
	assert_int_equal(l.n, 0);
	pt_vmas_done(&l);
}

HOOKED(twenty_thousand_mappings_keep_their_names)
{
	struct world *w = *state;
	struct pt_str text = PT_STR_INIT;
	struct pt_vmas l;

	fix_text(&w->fix, two_mappings);
	for (unsigned i = 0; i < 20000; i++)
		pt_str_addf(&text, "%x000-%x000 rw-p 00000000 fe:00 1    /name-%u\nSwap:   %u kB\n"
			    "VmFlags: rd\n", 0x10000 + i, 0x10001 + i, i, i);
	fix_file(&w->fix, "42/smaps", text.s, text.len);
	assert_int_equal(read_maps(w, 42, true, &l), 0);
	assert_int_equal(l.n, 20000);
	for (unsigned i = 0; i < 20000; i++) {
		char name[32];

		snprintf(name, sizeof(name), "/name-%u", i);
		assert_string_equal(l.v[i].name, name);
		assert_int_equal(l.v[i].swap_bytes, (uint64_t)i << 10);
	}
	pt_vmas_done(&l);
	pt_str_done(&text);
}

HOOKED(a_mapping_is_found_by_any_of_its_addresses_or_from_below)
{
	static const struct pt_vma v[] = { { .start = 0x1000, .end = 0x3000 },
					   { .start = 0x3000, .end = 0x4000 },
					   { .start = 0x9000, .end = 0xa000 } };

	assert_int_equal(pt_vma_at_or_above(v, 3, 0), 0);
	assert_int_equal(pt_vma_at_or_above(v, 3, 0x1000), 0);
	assert_int_equal(pt_vma_at_or_above(v, 3, 0x2fff), 0);
	assert_int_equal(pt_vma_at_or_above(v, 3, 0x3000), 1);
	assert_int_equal(pt_vma_at_or_above(v, 3, 0x4000), 2);
	assert_int_equal(pt_vma_at_or_above(v, 3, 0x9fff), 2);
	assert_int_equal(pt_vma_at_or_above(v, 3, 0xa000), 3);
	assert_int_equal(pt_vma_at_or_above(v, 3, UINT64_MAX), 3);
	assert_int_equal(pt_vma_at_or_above(v, 0, 5), 0);
}

/* ---- processes */

#define STAT_REST " S 1 1 1 0 -1 4194304 1500 7 3 9 10 5 0 0 20 0 1 0 987654 4194304 86 0 0 0\n"

static void assert_comm(const char *comm, const char *want)
{
	struct pt_proc_stat st;
	struct pt_str s = PT_STR_INIT;

	pt_str_addf(&s, "42 (%s)" STAT_REST, comm);
	assert_int_equal(pt_proc_parse_stat(s.s, s.len, &st), 0);
	assert_string_equal(st.comm, want);
	assert_int_equal(st.pid, 42);
	assert_int_equal(st.state, 'S');
	assert_int_equal(st.minflt, 1500);
	assert_int_equal(st.majflt, 3);
	assert_int_equal(st.starttime, 987654);
	assert_int_equal(st.rss_pages, 86);
	assert_false(st.kthread);
	pt_str_done(&s);
}

HOOKED(a_comm_may_hold_anything_and_hides_no_field)
{
	assert_comm("redis-server", "redis-server");
	assert_comm("a) S 1 1 (b", "a) S 1 1 (b");
	assert_comm("two\nlines", "two\nlines");
	assert_comm(")))", ")))");
	assert_comm("", "");
	assert_comm("\033[2J\xff", "\033[2J\xff");
	assert_comm("kworker/u8:2-events_unbound_and_a_name_of_64_bytes_xxxxxxxxxxxx",
		    "kworker/u8:2-events_unbound_and_a_name_of_64_bytes_xxxxxxxxxxxx");
	assert_comm("0123456789012345678901234567890123456789012345678901234567890123456789",
		    "0123456789012345678901234567890123456789012345678901234567890123");
}

HOOKED(a_kernel_thread_is_told_by_its_flag)
{
	static const char text[] = "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 8 0 0 20 0 1 0 3 0 0 0";
	struct pt_proc_stat st;

	assert_int_equal(pt_proc_parse_stat(text, sizeof(text) - 1, &st), 0);
	assert_true(st.kthread);
}

HOOKED(garbage_is_no_stat)
{
	static const char *const text[] = { "", "42", "42 (comm", "42 comm)", ") (", "42 (comm)",
					    "42 (comm) S 1 1", "42 (comm) S a b c d e f", "()" };
	struct pt_proc_stat st = { .pid = 4711 };

	for (size_t i = 0; i < LEN(text); i++) {
		assert_int_equal(pt_proc_parse_stat(text[i], strlen(text[i]), &st), -EINVAL);
		assert_int_equal(st.pid, 4711);
	}
}

HOOKED(pids_are_listed_in_order_and_nothing_else_is)
{
	static const pid_t want[] = { 1, 9, 10, 4242 };
	struct world *w = *state;
	pid_t *pids;
	size_t n;

	fix_text(&w->fix, "process 4242 d\nprocess 10 c\nprocess 9 b\nprocess 1 a\n");
	fix_file(&w->fix, "self/stat", "", 0);
	fix_file(&w->fix, "12x/stat", "", 0);
	fix_file(&w->fix, "99999999999/stat", "", 0);
	assert_int_equal(pt_proc_pids(&w->root, &pids, &n), 0);
	assert_int_equal(n, LEN(want));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pids[i], want[i]);
	free(pids);
	assert_int_equal(pt_proc_pids(&w->root, &pids, &n), 0);		/* a second time too */
	assert_int_equal(n, LEN(want));
	free(pids);
}

HOOKED(a_process_is_a_folder_and_no_link_to_one)
{
	struct world *w = *state;
	int fd;

	fix_text(&w->fix, "process 42 db\n");
	assert_int_equal(symlinkat("42", w->root.proc_fd, "43"), 0);
	fd = pt_proc_open(&w->root, 42);
	assert_true(fd >= 0);
	close(fd);
	assert_true(pt_proc_open(&w->root, 43) < 0);
	assert_int_equal(pt_proc_open(&w->root, 44), -ENOENT);
}

HOOKED(the_effective_user_is_read_from_status)
{
	static const char text[] = "Name:\t\\nUid:\\t0\\t0\nState:\tS\nUid:\t1000\t2000\t3000\t4000\n";
	struct world *w = *state;
	uid_t uid = 0;
	int fd;

	fix_text(&w->fix, "process 42 db uid=7000042 db\n");
	fd = pt_proc_open(&w->root, 42);
	assert_int_equal(pt_proc_uid(fd, &uid), 0);
	assert_int_equal(uid, 7000042);
	fix_file(&w->fix, "42/status", text, sizeof(text) - 1);
	assert_int_equal(pt_proc_uid(fd, &uid), 0);
	assert_int_equal(uid, 2000);
	fix_file(&w->fix, "42/status", "Name:\tx\n", 8);
	assert_int_equal(pt_proc_uid(fd, &uid), -EINVAL);
	close(fd);
}

/* Who takes another identity may not be dumped: all files of its folder but the folder itself become root's. */
TEST(the_effective_user_of_a_real_process_is_who_it_acts_as)
{
	uid_t wanted = geteuid() ? geteuid() : 65534, uid = 0;
	char path[32], ready = 0;
	int tell[2], fd;
	pid_t pid;

	assert_int_equal(pipe(tell), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (!seteuid(wanted) && write(tell[1], "y", 1) == 1)
			pause();
		_exit(1);
	}
	close(tell[1]);
	assert_int_equal(read(tell[0], &ready, 1), 1);
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(pt_proc_uid(fd, &uid), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd);
	close(tell[0]);
	assert_int_equal(uid, wanted);
}

HOOKED(a_command_line_keeps_its_nuls_but_for_the_last)
{
	struct world *w = *state;
	struct pt_str s = PT_STR_INIT;
	int fd;

	fix_text(&w->fix, "process 42 db\nprocess 43 db db --port 1\n");
	fd = pt_proc_open(&w->root, 43);
	assert_int_equal(pt_proc_cmdline(fd, &s), 0);
	assert_int_equal(s.len, 11);
	assert_memory_equal(s.s, "db\0--port\0" "1", 12);
	close(fd);
	pt_str_reset(&s);
	fd = pt_proc_open(&w->root, 42);
	assert_int_equal(pt_proc_cmdline(fd, &s), 0);
	assert_int_equal(s.len, 0);
	close(fd);
	pt_str_done(&s);
}

static void assert_command(struct world *w, pid_t pid, const char *want)
{
	struct pt_proc_stat st;
	int fd = pt_proc_open(&w->root, pid);
	char *text;

	assert_int_equal(pt_proc_stat(fd, &st), 0);
	text = pt_command_text(fd, &st);
	assert_string_equal(text, want);
	free(text);
	close(fd);
}

HOOKED(a_command_is_shown_escaped_or_by_its_name_in_brackets)
{
	struct world *w = *state;

	fix_text(
		&w->fix,
		"process 42 db\033[2J\nprocess 43 db db --port 1\nprocess 44 x \033]0;t\007 \xff\n");
	assert_command(w, 42, "[db\\x1B[2J]");
	assert_command(w, 43, "db --port 1");
	assert_command(w, 44, "\\x1B]0;t\\x07 \\xFF");
}

HOOKED(the_machine_is_told_in_a_line)
{
	struct world *w = *state;
	struct pt_str s = PT_STR_INIT;

	pt_machine_host(&w->root, &s);
	assert_string_equal(s.s, "db1");
	pt_str_reset(&s);
	pt_machine_text(&w->root, &s);
	assert_string_equal(s.s, "Linux 6.18.0 · 24G");
	fix_file(&w->fix, "sys/kernel/hostname", "a\033[2J\n", 6);
	pt_str_reset(&s);
	pt_machine_host(&w->root, &s);
	assert_string_equal(s.s, "a\\x1B[2J");
	forget(w, "sys/kernel/hostname");
	forget(w, "meminfo");
	fix_file(&w->fix, "sys/kernel/osrelease", "\n", 1);
	pt_str_reset(&s);
	pt_machine_host(&w->root, &s);
	assert_string_equal(s.s, "?");
	pt_str_reset(&s);
	pt_machine_text(&w->root, &s);
	assert_string_equal(s.s, "Linux ?");
	pt_str_done(&s);
}

/* ---- pagemap and the frames */

static struct pt_pagemap open_pagemap(struct world *w, pid_t pid, bool scan)
{
	struct pt_pagemap pm = PT_PAGEMAP_INIT;
	int fd = pt_proc_open(&w->root, pid);

	assert_int_equal(pt_pagemap_open(fd, scan, &pm), 0);
	close(fd);
	return pm;
}

HOOKED(words_of_pagemap_are_read_where_they_are)
{
	struct world *w = *state;
	struct pt_pagemap pm;
	uint64_t word[4];

	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \ng.!.\n");
	pm = open_pagemap(w, 42, false);
	assert_int_equal(pt_pagemap_read(&pm, 0x600000000, 4, word), 0);
	assert_int_equal(word[0], 0x440000000000009f);
	assert_int_equal(word[1], 0);
	assert_int_equal(word[2], 0x400000000000005f);
	assert_int_equal(pt_pagemap_read(&pm, 0x5fffffffe, 4, word), 0);	/* from a gap on */
	assert_int_equal(word[1], 0);
	assert_int_equal(word[2], 0x440000000000009f);
	assert_int_equal(pt_pagemap_read(&pm, 0x600000002, 4, word), 0);	/* over the end */
	assert_int_equal(word[0], 0x400000000000005f);
	assert_int_equal(word[2], 0);
	assert_int_equal(word[3], 0);
	word[0] = 4711;
	assert_int_equal(pt_pagemap_read(&pm, 0x600000004, 1, word), 0);	/* behind the end */
	assert_int_equal(word[0], 0);
	assert_true(pt_pagemap_alive(&pm));
	pt_pagemap_close(&pm);
	assert_int_equal(pm.fd, -1);
	pt_pagemap_close(&pm);
}

HOOKED(an_empty_pagemap_is_a_dead_one)
{
	struct world *w = *state;
	struct pt_pagemap pm;
	uint64_t word;

	fix_text(&w->fix, "process 42 db\n");
	pm = open_pagemap(w, 42, false);
	assert_false(pt_pagemap_alive(&pm));
	assert_int_equal(pt_pagemap_read(&pm, 0, 1, &word), -ESRCH);
	pt_pagemap_close(&pm);
}

HOOKED(a_refused_pagemap_scan_is_not_tried_again)
{
	struct world *w = *state;
	struct pt_region region[4];
	struct pt_pagemap pm;
	uint64_t vpn = 0;

	fix_text(&w->fix, two_mappings);
	pm = open_pagemap(w, 42, true);
	assert_false(pm.no_scan);
	assert_int_equal(pt_pagemap_find(&pm, &vpn, 100, region, 4),
			 -EOPNOTSUPP); /* a file: ENOTTY */
	assert_true(pm.no_scan);
	assert_int_equal(vpn, 0);
	assert_int_equal(pt_pagemap_find(&pm, &vpn, 100, region, 4), -EOPNOTSUPP);
	pt_pagemap_close(&pm);
}

/* The types of entries by how the kernel was built: MAX_SWAPFILES and what lies above it. */
HOOKED(the_layout_of_entry_types_follows_the_configuration)
{
	enum {
		U = PT_ENTRY_UNKNOWN,
		SL = PT_ENTRY_SLOT,
		MI = PT_ENTRY_MIGRATION,
		HW = PT_ENTRY_HWPOISON,
		DE = PT_ENTRY_DEVICE,
		MA = PT_ENTRY_MARKER
	};
	static const struct {
		struct pt_swap_build build;	/* markers, memory failure, device private, type of markers */
		uint8_t from22[10];
	} row[] = {
		{ { PT_YES, PT_NO, PT_NO, 31 }, { SL, SL, SL, SL, SL, SL, MI, MI, MI, MA } },
		{ { PT_YES, PT_YES, PT_NO, 31 }, { SL, SL, SL, SL, SL, HW, MI, MI, MI, MA } },
		/* 23 hwpoison, 24-26 migration, 27-30 device to 6.12; 24, 25-27, 28-30 in 7.3 */
		{ { PT_YES, PT_YES, PT_YES, 31 }, { SL, U, U, MI, MI, U, DE, DE, DE, MA } },
		{ { PT_YES, PT_UNTOLD, PT_UNTOLD, 31 }, { SL, U, U, U, U, U, U, U, U, MA } },
		/* 5.19 to 6.1: above the marker an error of swap-in, which is poison */
		{ { PT_YES, PT_NO, PT_NO, 30 }, { SL, SL, SL, SL, SL, MI, MI, MI, MA, HW } },
		{ { PT_YES, PT_YES, PT_YES, 30 }, { HW, MI, MI, MI, DE, DE, DE, DE, MA, HW } },
		{ { PT_YES, PT_UNTOLD, PT_UNTOLD, 30 }, { U, U, U, U, U, U, U, U, MA, HW } },
		/* before 5.19: 27 hwpoison, 28-29 migration, 30-31 device to 5.13; 25, 26-27, 28-31 to 5.18 */
		{ { PT_NO, PT_NO, PT_NO, 0 }, { SL, SL, SL, SL, SL, SL, U, U, MI, U } },
		{ { PT_NO, PT_YES, PT_YES, 0 }, { SL, U, U, U, U, U, U, U, DE, U } },
		{ { PT_UNTOLD, PT_UNTOLD, PT_UNTOLD, 0 }, { U, U, U, U, U, U, U, U, U, U } },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_swap_layout l;

		pt_swap_layout_init(&l, &row[i].build);
		for (int t = 0; t < 22; t++)
			assert_int_equal(l.entry[t], SL);
		for (int t = 22; t < 32; t++)
			if (l.entry[t] != row[i].from22[t - 22])
				fail_msg("row %zu: type %d is %d", i, t, l.entry[t]);
	}
}

HOOKED(frames_are_read_by_runs_and_never_at_pfn_0)
{
	static const uint64_t pfn[] = { 0x2000, 0x2001, 0x2002, 0,	0x2002, 0x2002,
					0x3000, 0,	0,	0x1fff, 0x2000 };
	struct world *w = *state;
	struct pt_kpage kp;
	uint64_t word[LEN(pfn)];
	const uint64_t poison = 4711;

	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \np\n");
	for (uint64_t i = 0x1fff; i <= 0x3000; i++)
		fix_page(&w->fix, 42, 0x600000000, P | i, i * 10, i * 100);
	assert_int_equal(pwrite(w->fix.flags_fd, &poison, 8, 0), 8);
	pt_kpage_open(&w->root, &kp);
	assert_int_equal(pt_kpage_read(&kp, PT_KPAGE_FLAGS, pfn, LEN(pfn), word), 0);
	for (size_t i = 0; i < LEN(pfn); i++)
		assert_int_equal(word[i], pfn[i] ? pfn[i] * 10 : PT_KPAGE_NONE);
	assert_int_equal(pt_kpage_read(&kp, PT_KPAGE_COUNT, pfn, LEN(pfn), word), 0);
	assert_int_equal(word[1], 0x2001 * 100);
	assert_int_equal(pt_kpage_read(&kp, PT_KPAGE_CGROUP, pfn, LEN(pfn), word), 0);
	assert_int_equal(word[0], 77);
	pt_kpage_close(&kp);
	assert_int_equal(kp.fd[PT_KPAGE_FLAGS], -1);
}

HOOKED(beyond_the_last_frame_there_is_no_word)
{
	/* the file ends at 32768 words */
	static const uint64_t pfn[] = { 32766, 32767, 32768, 32769, 1, B(50), B(55) - 1 };
	static const bool there[] = { true, true, false, false, true, false, false };
	struct world *w = *state;
	uint64_t word[LEN(pfn)];
	struct pt_kpage kp;

	pt_kpage_open(&w->root, &kp);
	assert_int_equal(pt_kpage_read(&kp, PT_KPAGE_FLAGS, pfn, LEN(pfn), word), 0);
	for (size_t i = 0; i < LEN(pfn); i++)
		assert_int_equal(word[i], there[i] ? 0 : PT_KPAGE_NONE);
	pt_kpage_close(&kp);
}

HOOKED(a_frame_file_that_is_missing_says_why)
{
	const uint64_t pfn = 1;
	struct world *w = *state;
	struct pt_kpage kp;
	uint64_t word;

	forget(w, "kpagecount");
	pt_kpage_open(&w->root, &kp);
	assert_int_equal(kp.fd[PT_KPAGE_COUNT], -ENOENT);
	assert_int_equal(pt_kpage_read(&kp, PT_KPAGE_COUNT, &pfn, 1, &word), -ENOENT);
	assert_int_equal(pt_kpage_read(&kp, PT_KPAGE_FLAGS, &pfn, 1, &word), 0);
	pt_kpage_close(&kp);
}

/* ---- contents of memory */

HOOKED(memory_is_read_where_it_is)
{
	static const char bytes[] = "0123456789abcdef";
	struct world *w = *state;
	char buf[64];
	int fd;

	fix_file(&w->fix, "42/mem", bytes, 16);
	fd = pt_proc_open(&w->root, 42);
	assert_int_equal(pt_mem_read(fd, 4, buf, 3), 3);
	assert_memory_equal(buf, "456", 3);
	assert_int_equal(pt_mem_read(fd, 10, buf, sizeof(buf)), 6);
	assert_memory_equal(buf, "abcdef", 6);
	assert_int_equal(pt_mem_read(fd, 4, buf, 0), 0);
	close(fd);
}

HOOKED(memory_that_cannot_be_read_says_why)
{
	struct world *w = *state;
	char buf[8];
	int fd;

	fix_file(&w->fix, "42/mem", "", 0);
	fix_file(&w->fix, "43/mem/x", "", 0);	/* a folder */
	fix_file(&w->fix, "44/stat", "", 0);
	fd = pt_proc_open(&w->root, 42);
	assert_int_equal(pt_mem_read(fd, 0, buf, sizeof(buf)), -ESRCH);
	assert_int_equal(pt_mem_read(fd, B(63), buf, sizeof(buf)), -EINVAL);
	close(fd);
	fd = pt_proc_open(&w->root, 43);
	assert_int_equal(pt_mem_read(fd, 0, buf, sizeof(buf)), -EISNAM);
	close(fd);
	fd = pt_proc_open(&w->root, 44);
	assert_int_equal(pt_mem_read(fd, 0, buf, sizeof(buf)), -ENOENT);
	close(fd);
}

/* ---- swap areas */

#define SWAPS_TITLES "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
#define SWAPS_ROW(name) name "                              partition\t262140\t\t0\t\t-2\n"

static void assert_swap(struct world *w, const char *rows, unsigned type, int err, const char *want)
{
	struct pt_str text = PT_STR_INIT, name = PT_STR_INIT;

	pt_str_addf(&text, "%s%s", SWAPS_TITLES, rows);
	fix_file(&w->fix, "swaps", text.s, text.len);
	assert_int_equal(pt_swap_device(&w->root, type, &name), err);
	assert_string_equal(name.s, want);
	pt_str_done(&text);
	pt_str_done(&name);
}

HOOKED(the_only_swap_area_has_every_type)
{
	assert_swap(*state, SWAPS_ROW("/dev/zram0"), 0, 0, "/dev/zram0");
	assert_swap(*state, SWAPS_ROW("/dev/zram0"), 5, 0, "/dev/zram0");
	assert_swap(*state, SWAPS_ROW("/a\\040b\\011\\012\\134040\\x\\04"), 1, 0,
		    "/a b\t\n\\040\\x\\04");
	assert_swap(*state, SWAPS_ROW("/swap\\040(deleted)"), 0, 0, "/swap (deleted)");
	assert_swap(*state, "/swapfile\t", 0, 0, "/swapfile");
}

HOOKED(of_several_swap_areas_only_type_0_is_certain)
{
	static const char rows[] = SWAPS_ROW("/dev/zram0") SWAPS_ROW("/swapfile");

	assert_swap(*state, rows, 0, 0, "/dev/zram0");
	assert_swap(*state, rows, 1, -ENOTUNIQ, "");	/* it may be the first row: type 0 gone */
	assert_swap(*state, rows, 2, -ENOTUNIQ, "");
}

HOOKED(without_swap_areas_no_type_has_a_device)
{
	struct world *w = *state;
	struct pt_str name = PT_STR_INIT;

	assert_int_equal(pt_swap_device(&w->root, 0, &name), -ENOENT);
	assert_swap(w, "", 0, -ENOENT, "");
	assert_swap(w, "", 1, -ENOENT, "");
	assert_swap(w, " partition\n", 0, -EINVAL, "");
}

static bool in_use(struct world *w, const char *rows)
{
	struct pt_str text = PT_STR_INIT;
	bool yes;

	pt_str_addf(&text, "%s%s", SWAPS_TITLES, rows);
	fix_file(&w->fix, "swaps", text.s, text.len);
	pt_str_done(&text);
	yes = pt_swap_in_use(&w->root);
	return yes;
}

HOOKED(swap_is_in_use_where_an_area_is_or_nobody_tells)
{
	struct world *w = *state;

	assert_true(pt_swap_in_use(&w->root));		/* no such file */
	assert_false(in_use(w, ""));
	assert_false(in_use(w, SWAPS_ROW("/dev/zram0") SWAPS_ROW("/a\\040b")));
	assert_true(in_use(w, SWAPS_ROW("/dev/zram0") "/swapfile\tfile\t262140\t4\t-2\n"));
	assert_true(in_use(w, "/swapfile\n"));
}

/* ---- mounts */

HOOKED(file_systems_that_never_swap_are_known_by_their_number)
{
	static const char text[] =
		"21 1 0:31 / / rw,relatime shared:1 - btrfs /dev/sda1 rw\n"
		"22 21 0:32 / /tmp rw - tmpfs tmpfs rw\n"
		"23 21 0:33 / /a\\040-\\040btrfs rw shared:2 master:3 - overlay overlay rw\n"
		"24 21 0:34 / /n rw - nfs4 host:/x rw\n"
		"25 21 0:35 / /n rw - nfs4x host:/x rw\n"
		"no such line\n";
	struct world *w = *state;
	struct pt_mounts *m;

	assert_null(pt_mounts_new(&w->root));
	assert_false(pt_mounts_never_swap(NULL, 0, 31));
	fix_file(&w->fix, "self/mountinfo", text, sizeof(text) - 1);
	m = pt_mounts_new(&w->root);
	assert_true(pt_mounts_never_swap(m, 0, 31));
	assert_false(pt_mounts_never_swap(m, 0, 32));
	assert_false(pt_mounts_never_swap(m, 0, 33));
	assert_true(pt_mounts_never_swap(m, 0, 34));
	assert_false(pt_mounts_never_swap(m, 0, 35));
	assert_false(pt_mounts_never_swap(m, 31, 0));
	pt_mounts_free(m);
	pt_mounts_free(NULL);
}

/* Mounts where nobody else sees it: 0 it is found, and no more once it is gone. */
static int mount_and_look(void)
{
	struct pt_root real = PT_ROOT_INIT;
	struct pt_mounts *m;
	struct stat st;
	bool seen;

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || pt_root_init(&real, NULL, NULL))
		return 77;
	m = pt_mounts_new(&real);
	pt_mounts_never_swap(m, 0, 0);
	if (mount("none", "/mnt", "ramfs", 0, NULL) || stat("/mnt", &st))
		return 77;
	seen = pt_mounts_never_swap(m, major(st.st_dev), minor(st.st_dev));
	umount("/mnt");
	seen = seen && !pt_mounts_never_swap(m, major(st.st_dev), minor(st.st_dev));
	pt_mounts_free(m);
	pt_root_done(&real);
	return seen ? 0 : 1;
}

/* A file system mounted later may take a number that was another's. */
HOOKED(mounts_are_looked_up_again_when_they_change)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(mount_and_look());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

/* ---- cgroups */

static uint64_t inode_of(const struct world *w, const char *path)
{
	struct stat st;

	assert_int_equal(fstatat(w->root.sys_fd, path, &st, 0), 0);
	return st.st_ino;
}

static void assert_cgroup(const struct world *w, uint64_t inode, int err, const char *want)
{
	struct pt_str path = PT_STR_INIT;

	pt_str_adds(&path, "in ");	/* it is appended to */
	assert_int_equal(pt_cgroup_path(&w->root, inode, &path), err);
	assert_string_equal(path.s + 3, want);
	pt_str_done(&path);
}

HOOKED(a_cgroup_is_found_by_its_inode_at_any_depth)
{
	static const char *const path[] = { "/a.slice", "/a.slice/b", "/a.slice/b/c d\033", "/memory",
					    "/z", "/z/z" };
	struct world *w = *state;
	char name[128];

	fix_file(&w->fix, "fs/cgroup/cgroup.controllers", "", 0);
	for (size_t i = 0; i < LEN(path); i++) {
		snprintf(name, sizeof(name), "fs/cgroup%s/cgroup.procs", path[i]);
		fix_file(&w->fix, name, "", 0);
	}
	for (size_t i = 0; i < LEN(path); i++) {
		snprintf(name, sizeof(name), "fs/cgroup%s", path[i]);
		assert_cgroup(w, inode_of(w, name), 0, path[i]);
	}
	assert_cgroup(w, inode_of(w, "fs/cgroup"), 0, "/");
	assert_cgroup(w, inode_of(w, "fs"), -ENOENT, "");
	assert_cgroup(w, inode_of(w, "fs/cgroup/z/cgroup.procs"), -ENOENT, "");
	assert_cgroup(w, 0, -ENOENT, "");
}

HOOKED(the_memory_hierarchy_of_version_1_is_searched_alone)
{
	struct world *w = *state;

	assert_cgroup(w, 1, -ENOENT, "");
	fix_file(&w->fix, "fs/cgroup/memory/a/b/tasks", "", 0);
	fix_file(&w->fix, "fs/cgroup/cpu/a/tasks", "", 0);
	assert_cgroup(w, inode_of(w, "fs/cgroup/memory/a/b"), 0, "/a/b");
	assert_cgroup(w, inode_of(w, "fs/cgroup/memory"), 0, "/");
	assert_cgroup(w, inode_of(w, "fs/cgroup/cpu/a"), -ENOENT, "");
	assert_cgroup(w, inode_of(w, "fs/cgroup"), -ENOENT, "");
	close(w->root.sys_fd);
	w->root.sys_fd = -1;
	assert_cgroup(w, 1, -ENOENT, "");
}

HOOKED(a_search_for_a_cgroup_leaves_the_hierarchy_by_no_link)
{
	struct world *w = *state;

	fix_file(&w->fix, "fs/cgroup/cgroup.controllers", "", 0);
	fix_file(&w->fix, "fs/cgroup/a/tasks", "", 0);
	fix_file(&w->fix, "fs/outside/b/tasks", "", 0);
	assert_int_equal(symlinkat("../../outside", w->root.sys_fd, "fs/cgroup/a/link"), 0);
	assert_int_equal(symlinkat("..", w->root.sys_fd, "fs/cgroup/a/up"), 0);
	assert_cgroup(w, inode_of(w, "fs/outside"), -ENOENT, "");
	assert_cgroup(w, inode_of(w, "fs/outside/b"), -ENOENT, "");
}

HOOKED(a_hierarchy_without_end_is_left_in_time)
{
	struct world *w = *state;
	char name[1024] = "fs/cgroup", wide[64];
	const uint64_t none = UINT64_MAX;
	uint64_t last = 0;

	fix_file(&w->fix, "fs/cgroup/cgroup.controllers", "", 0);
	for (int depth = 1; depth <= PT_CGROUP_MAX_DEPTH + 1; depth++) {
		strcat(name, "/d");
		assert_int_equal(mkdirat(w->root.sys_fd, name, 0755), 0);
		if (depth == PT_CGROUP_MAX_DEPTH)
			last = inode_of(w, name);
	}
	assert_cgroup(w, last, 0, name + strlen("fs/cgroup") + 2);	/* one level less */
	assert_cgroup(w, none, -E2BIG, "");
	assert_cgroup(w, 0, -ENOENT, "");	/* not looked for */
	assert_int_equal(unlinkat(w->root.sys_fd, name, AT_REMOVEDIR), 0);
	assert_cgroup(w, none, -ENOENT, "");
	for (int i = PT_CGROUP_MAX_DEPTH; i <= PT_CGROUP_MAX_NDIRS; i++) {
		if (i == PT_CGROUP_MAX_NDIRS)
			assert_cgroup(w, none, -ENOENT, "");
		snprintf(wide, sizeof(wide), "fs/cgroup/w%d", i);
		assert_int_equal(mkdirat(w->root.sys_fd, wide, 0755), 0);
	}
	assert_cgroup(w, none, -E2BIG, "");
}

/* ---- NUMA nodes */

/* Blocks of 128 MiB have 0x8000 pages. */
static void put_blocks(struct world *w, const char *size, const char *const *name)
{
	char path[128];

	fix_file(&w->fix, "devices/system/memory/block_size_bytes", size, strlen(size));
	for (; *name; name++) {
		snprintf(path, sizeof(path), "devices/system/node/%s/uevent", *name);
		fix_file(&w->fix, path, "", 0);
	}
}

HOOKED(each_block_of_memory_has_its_node)
{
	static const char *const blocks[] = { "node0/memory0", "node0/memory1", "node0/memory4",
		"node2/memory2", "node10/memory3", "node3/cpu0", "node0/memory", "node0/memory7x",
		"node0/memories8", "nodes/memory5", "node2048/memory6", NULL };
	static const int want[] = { 0, 0, 2, 10, 0, -ENOENT, -ENOENT, -ENOENT, -ENOENT };
	struct world *w = *state;
	struct pt_nodes nodes;

	put_blocks(w, "8000000\n", blocks);
	assert_int_equal(pt_nodes_init(&w->root, &nodes), 0);
	assert_int_equal(nodes.block_npages, 0x8000);
	assert_int_equal(nodes.nnodes, 4);
	for (size_t i = 0; i < LEN(want); i++) {
		assert_int_equal(pt_node_of_pfn(&nodes, i * 0x8000), want[i]);
		assert_int_equal(pt_node_of_pfn(&nodes, i * 0x8000 + 0x7fff), want[i]);
	}
	assert_int_equal(pt_node_of_pfn(&nodes, UINT64_MAX), -ENOENT);
	pt_nodes_done(&nodes);
	assert_int_equal(pt_node_of_pfn(&nodes, 0), -ENOENT);
}

HOOKED(a_block_without_one_node_of_its_own_is_unknown)
{
	static const char *const blocks[] = { "node0/memory0", "node0/memory1", "node1/memory1",
		"node2/memory1", "node1/memory2", "node1/memory4194304",
		"node1/memory18446744073709551615", "node1/memory99999999999999999999", NULL };
	struct world *w = *state;
	struct pt_nodes nodes;

	put_blocks(w, "8000000\n", blocks);
	assert_int_equal(pt_nodes_init(&w->root, &nodes), 0);
	assert_int_equal(nodes.nblocks, 3);	/* no memory is taken for numbers out of a fable */
	assert_int_equal(pt_node_of_pfn(&nodes, 0), 0);
	assert_int_equal(pt_node_of_pfn(&nodes, 0x8000), -ENOENT);
	assert_int_equal(pt_node_of_pfn(&nodes, 2 * 0x8000), 1);
	assert_int_equal(pt_node_of_pfn(&nodes, UINT64_C(4194304) * 0x8000), -ENOENT);
	pt_nodes_done(&nodes);
}

HOOKED(without_lists_of_blocks_no_node_is_known)
{
	static const char *const blocks[] = { "node0/memory0", NULL }, *const none[] = { NULL };
	static const struct { const char *size; int err; } row[] = {
		{ "0\n", -EINVAL }, { "fff\n", -EINVAL }, { "", -EINVAL }, { "many\n", -EINVAL },
	};
	struct world *w = *state;
	struct pt_nodes nodes;

	assert_int_equal(pt_nodes_init(&w->root, &nodes), -ENOENT);
	assert_int_equal(pt_node_of_pfn(&nodes, 0), -ENOENT);
	put_blocks(w, "8000000\n", none);
	assert_int_equal(pt_nodes_init(&w->root, &nodes), -ENOENT);
	for (size_t i = 0; i < LEN(row); i++) {
		put_blocks(w, row[i].size, blocks);
		assert_int_equal(pt_nodes_init(&w->root, &nodes), row[i].err);
		assert_int_equal(pt_node_of_pfn(&nodes, 0), -ENOENT);
	}
	close(w->root.sys_fd);
	w->root.sys_fd = -1;
	assert_int_equal(pt_nodes_init(&w->root, &nodes), -ENOENT);
}

/* ---- the probe */

HOOKED(the_configuration_tells_layout_and_counts)
{
	struct world *w = *state;

	look(w);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_MIGRATION);
	assert_true(w->probe.precise);
	assert_true(w->probe.config);
	assert_false(w->probe.scan);		/* these are files */
	fix_config(&w->fix, "# CONFIG_DEVICE_PRIVATE is not set\nCONFIG_MEMORY_FAILURE=y\n"
		   "CONFIG_NO_PAGE_MAPCOUNT=y\n");
	look(w);
	assert_int_equal(w->probe.layout.entry[27], PT_ENTRY_HWPOISON);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_MIGRATION);
	assert_false(w->probe.precise);
	fix_config(&w->fix, "CONFIG_MEMORY_FAILURE=y\nCONFIG_DEVICE_PRIVATE=y\n");
	look(w);
	assert_int_equal(w->probe.layout.entry[29], PT_ENTRY_DEVICE);
	forget(w, "config.gz");
	fix_file(&w->fix, "sys/kernel/osrelease", "no-such-release\n", 16);
	look(w);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_UNKNOWN);
	assert_int_equal(w->probe.layout.entry[22], PT_ENTRY_SLOT);
	assert_false(w->probe.precise);
	assert_false(w->probe.config);
	fix_file(&w->fix, "config.gz", "\x1f\x8b garbage", 10);
	look(w);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_UNKNOWN);
	fix_file(&w->fix, "config.gz", "this is no configuration\n", 25);
	look(w);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_UNKNOWN);
}

HOOKED(a_frame_file_that_is_refused_names_all_that_is_missing)
{
	struct pt_probe p = { .kpage.fd = { -EACCES, -EPERM, -ENOENT } };

	assert_string_equal(pt_probe_why_kpage(&p, PT_KPAGE_FLAGS),
			    "needs CAP_DAC_READ_SEARCH and CAP_SYS_ADMIN");
	assert_string_equal(pt_probe_why_kpage(&p, PT_KPAGE_COUNT),
			    "needs CAP_DAC_READ_SEARCH and CAP_SYS_ADMIN");
	assert_non_null(strstr(pt_probe_why_kpage(&p, PT_KPAGE_CGROUP), "no such file"));
	p.sys_admin = true;
	assert_string_equal(pt_probe_why_kpage(&p, PT_KPAGE_FLAGS), "needs CAP_DAC_READ_SEARCH");
	p.dac_read_search = true;
	assert_non_null(strstr(pt_probe_why_kpage(&p, PT_KPAGE_FLAGS), "the kernel refuses"));
	p.kpage.fd[PT_KPAGE_FLAGS] = 0;
	assert_null(pt_probe_why_kpage(&p, PT_KPAGE_FLAGS));
}

HOOKED(a_refusal_names_the_privilege_that_is_missing)
{
	const struct pt_probe none = { 0 }, ptrace = { .sys_ptrace = true },
			      read = { .dac_read_search = true },
			      both = { .sys_ptrace = true, .dac_read_search = true };

	assert_string_equal(pt_probe_why(&none, -EACCES),
			    "needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
	assert_string_equal(pt_probe_why(&ptrace, -EACCES), "needs CAP_DAC_READ_SEARCH");
	assert_string_equal(pt_probe_why(&read, -EPERM), "needs CAP_SYS_PTRACE");
	assert_non_null(strstr(pt_probe_why(&both, -EACCES), "the kernel refuses"));
	assert_string_equal(pt_probe_why(&both, -ESRCH), "has ended");
	assert_string_equal(pt_probe_why(&both, -ENOENT), "has ended");
	assert_non_null(strstr(pt_probe_why(&both, -ESTALE), "another program"));
	assert_string_equal(pt_probe_why(&both, -EIO), strerror(EIO));
}

HOOKED(what_is_lacking_depends_on_who_may_read_the_file)
{
	const struct pt_probe none = { 0 }, ptrace = { .sys_ptrace = true },
			      read = { .dac_read_search = true };

	assert_string_equal(pt_probe_lacks(&none, true), "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
	assert_string_equal(pt_probe_lacks(&none, false), "CAP_SYS_PTRACE");
	assert_string_equal(pt_probe_lacks(&read, true), "CAP_SYS_PTRACE");
	assert_string_equal(pt_probe_lacks(&ptrace, true), "CAP_DAC_READ_SEARCH");
	assert_null(pt_probe_lacks(&ptrace, false));
}

/* ---- the doctor, where it has no pages of its own to try */

struct visit {
	struct pt_check *c;
	size_t n;
};

static struct visit visit(struct world *w)
{
	struct visit v = { 0 };

	assert_int_equal(pt_doctor(&w->root, &v.c, &v.n), 0);
	return v;
}

static const struct pt_check *row_of(const struct visit *v, const char *source)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->c[i].source, source))
			return &v->c[i];
	fail_msg("no row %s", source);
	return NULL;
}

static void assert_row(const struct visit *v, const char *source, enum pt_health health,
		       const char *text)
{
	const struct pt_check *c = row_of(v, source);

	if (c->health != health || strcmp(c->found.s, text))
		fail_msg("%s is %d, \"%s\"; expected %d, \"%s\"", source, c->health, c->found.s, health,
			 text);
}

HOOKED(a_stand_in_has_no_pages_of_ours_to_try)
{
	static const char *const own[] = { "pagemap", "PFNs", "PAGEMAP_SCAN", "kpageflags", "kpagecount",
					   "kpagecgroup", "exact map counts", "KSM flag", "anon-exclusive flag", "maps", "smaps",
					   "PROCMAP_QUERY", "mem", "soft-dirty bits" };
	struct world *w = *state;
	struct visit v = visit(w);

	for (size_t i = 0; i < LEN(own); i++) {
		assert_row(&v, own[i], PT_UNTRIED,
			   "it takes pages of our own, and this is a stand-in for /proc");
		assert_null(row_of(&v, own[i])->remedy);
		assert_non_null(row_of(&v, own[i])->lost);
	}
	for (size_t i = 0; i < v.n; i++)
		assert_ptr_equal(row_of(&v, v.c[i].source), &v.c[i]);	/* no name twice */
	pt_doctor_free(v.c, v.n);
}

static void put(const struct world *w, const char *path, const char *text)
{
	fix_file(&w->fix, path, text, strlen(text));
}

HOOKED(processes_of_a_stand_in_are_opened_one_by_one)
{
	struct world *w = *state;
	struct visit v;

	v = visit(w);
	assert_row(&v, "maps of processes", PT_WORKS, "there is no other process");
	pt_doctor_free(v.c, v.n);
	fix_text(&w->fix, two_mappings);
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 2, .comm = "kthreadd", .kthread = true });
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 9, .comm = "dead", .state = 'Z' });
	put(w, "2/maps", "what no kernel writes there\n");
	put(w, "9/pagemap", "what no kernel writes there\n");
	fix_file(&w->fix, "77/other", "", 0);		/* ended while it was read */
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 8, .comm = "ending" });	/* empty files */
	v = visit(w);
	assert_row(&v, "maps of processes", PT_WORKS, "opens for 1 of 1 other processes");
	assert_row(&v, "pagemap of processes", PT_WORKS, "opens for 1 of 1 other processes");
	pt_doctor_free(v.c, v.n);
}

HOOKED(what_is_not_there_names_what_would_bring_it)
{
	struct world *w = *state;
	struct visit v;

	forget(w, "config.gz");
	v = visit(w);
	assert_row(&v, "kernel configuration", PT_MISSING, "not to be had");
	assert_non_null(strstr(row_of(&v, "kernel configuration")->remedy, "CONFIG_IKCONFIG_PROC"));
	assert_row(&v, "types of entries", PT_PARTLY, "0-22 swap slot, 23-30 unknown, 31 marker");
	assert_non_null(strstr(row_of(&v, "types of entries")->remedy, "CONFIG_IKCONFIG_PROC"));
	assert_row(&v, "system RAM", PT_MISSING, "addresses in iomem are hidden, or there is no such file");
	assert_row(&v, "swap areas", PT_MISSING, "there is no such file");
	assert_non_null(strstr(row_of(&v, "swap areas")->remedy, "CONFIG_SWAP"));
	assert_row(&v, "/sys", PT_MISSING, "there is no /sys here");
	assert_non_null(strstr(row_of(&v, "/sys")->remedy, "mount -t sysfs"));
	assert_row(&v, "NUMA nodes", PT_UNTRIED, "there is no /sys here");
	assert_row(&v, "idle page tracking", PT_UNTRIED, "there is no /sys here");
	assert_row(&v, "KSM", PT_UNTRIED, "there is no /sys here");
	pt_doctor_free(v.c, v.n);
}

HOOKED(what_the_machine_has_is_told)
{
	struct world *w = *state;
	struct visit v;

	put(w, "iomem", "00000000-3fffffff : System RAM\n  01000000-01ffffff : Kernel code\n"
	    "100000000-17fffffff : CXL Window 0\n  100000000-17fffffff : System RAM (kmem)\n"
	    "200000000-27fffffff : Persistent Memory\n");
	put(w, "swaps", "Filename Type Size Used Priority\n/a file 1 0 -2\n/b file 1 0 -3\n");
	put(w, "kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	put(w, "kernel/mm/transparent_hugepage/hugepages-64kB/enabled", "[always] inherit never\n");
	put(w, "kernel/mm/transparent_hugepage/hugepages-128kB/enabled", "always inherit [never]\n");
	put(w, "kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "12\n");
	put(w, "kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "1\n");
	put(w, "kernel/mm/ksm/run", "1\n");
	put(w, "kernel/mm/page_idle/bitmap", "");
	put(w, "devices/system/node/online", "0-1\033\n");
	v = visit(w);
	assert_row(&v, "kernel configuration", PT_WORKS, "read");
	assert_row(&v, "types of entries", PT_WORKS, "0-27 swap slot, 28-30 migration, 31 marker");
	assert_row(&v, "page size", PT_WORKS, "4096 bytes");
	assert_row(&v, "PID namespace", PT_UNTRIED, "this is a stand-in for /proc");
	assert_row(&v, "system RAM", PT_WORKS, "2 ranges of iomem, 3072 MiB");
	assert_row(&v, "swap areas", PT_WORKS, "2 in use");
	assert_row(&v, "transparent huge pages", PT_WORKS, "madvise; 64K always");
	assert_row(&v, "hugetlb pool", PT_WORKS, "12 pages of 2M, 1 pages of 1G");
	assert_row(&v, "KSM", PT_WORKS, "run is 1: merging");
	assert_row(&v, "idle page tracking", PT_WORKS, "kernel/mm/page_idle/bitmap opens");
	assert_row(&v, "NUMA nodes", PT_UNTRIED, "it takes a PFN of our own; online: 0-1\\x1B");
	assert_row(&v, "/sys", PT_WORKS, "mounted, with kernel/mm");
	pt_doctor_free(v.c, v.n);
}

HOOKED(a_kernel_built_without_them_has_none)
{
	struct world *w = *state;
	struct visit v;

	put(w, "kernel/mm/other", "");
	v = visit(w);
	assert_row(&v, "transparent huge pages", PT_WORKS, "none in this kernel");
	assert_row(&v, "hugetlb pool", PT_WORKS, "none in this kernel");
	assert_row(&v, "KSM", PT_WORKS, "none in this kernel");
	assert_row(&v, "idle page tracking", PT_MISSING, "there is no such file");
	assert_non_null(strstr(row_of(&v, "idle page tracking")->remedy, "CONFIG_IDLE_PAGE_TRACKING"));
	assert_row(&v, "NUMA nodes", PT_MISSING, "there is no such file");
	assert_non_null(strstr(row_of(&v, "NUMA nodes")->remedy, "CONFIG_NUMA"));
	pt_doctor_free(v.c, v.n);
}

/* ---- scanning */

static int scan_with(struct world *w, pid_t pid, const struct pt_wish *wish, struct pt_image **ret)
{
	struct pt_target t = PT_TARGET_INIT;
	int err = pt_target_open(&w->env, pid, 0, &t);

	if (!err)
		err = pt_scan(&w->env, &t, wish, ret);
	pt_target_close(&t);
	return err;
}

static struct pt_image *scan_all_of(struct world *w, pid_t pid)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS };
	struct pt_image *img = NULL;

	if (!w->env.probe)
		look(w);
	assert_int_equal(scan_with(w, pid, &wish, &img), 0);
	assert_non_null(img);
	return img;
}

/* A mapping page by page, as the map shows it. */
static void signs(const struct pt_image *img, size_t nth, struct pt_str *ret)
{
	const struct pt_vma *vma = &img->vmas.v[nth];

	pt_str_reset(ret);
	for (uint64_t vpn = pt_vma_vpn(vma); vpn < pt_vma_end_vpn(vma); vpn++) {
		struct pt_run run = pt_image_run(img, vma, vpn);
		char sign = pt_rows[run.row].sign;

		pt_str_addc(ret, (char)(run.over & PT_OVER_HUGE ? sign - 'a' + 'A' : sign));
	}
}

static void assert_signs(const struct pt_image *img, size_t nth, const char *want)
{
	struct pt_str s = PT_STR_INIT;

	signs(img, nth, &s);
	assert_string_equal(s.s, want);
	pt_str_done(&s);
}

HOOKED(every_sign_comes_back_page_by_page)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n"
		 "600000000000-600000017000 rw-p 00000000 00:00 0   [heap]\n"
		 "!g>so..zkcfpppc2c3c9aa?HH?\n"
		 "600000020000-60000002b000 rw-p 00000000 fe:00 9   /lib/x.so\n"
		 "wih.z.sp1.xb\n");
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "!g>so..zkcapppcccaa????");
	assert_signs(img, 1, "wih.z.sw.xb");		/* there a private page is a copied one */
	pt_image_unref(img);
}

static struct pt_sum sum_of(const struct pt_image *img, size_t v, enum pt_column col)
{
	struct pt_sum sums[PT_NCOLS];

	pt_image_sums(img, &img->vmas.v[v], sums);
	return sums[col];
}

HOOKED(every_kind_of_mapping_comes_back)
{
	struct world *w = *state;
	struct pt_image *img;

	assert_true(fix_scenario(&w->fix, "states"));
	img = scan_all_of(w, 4242);
	assert_signs(img, 0, "hhhhhhhhhh.hhhhh");
	assert_signs(img, 1, "wwi.");
	assert_signs(img, 2, "ppppppppppppcccccccccccccccczzz.ssssssss....kkffpppppppppppppppp");
	assert_signs(img, 4, "mmmmmmmm........");
	assert_signs(img, 5, "ppppppcc");
	assert_signs(img, 6, "gp!>o.a?");
	assert_signs(img, 7, "ihb.");
	assert_signs(img, 8, "uuuu");
	assert_signs(img, 9, "x.");
	assert_signs(img, 10, "u");
	assert_int_equal(img->nunstable, 0);
	assert_int_equal(sum_of(img, 5, PT_COL_LOCKED).value, 8 * 4096);
	assert_int_equal(sum_of(img, 3, PT_COL_HUGETLB).value, 4 << 20);
	assert_int_equal(sum_of(img, 3, PT_COL_RSS).value, 0);
	assert_int_equal(sum_of(img, 2, PT_COL_SWAP).value, 8 * 4096);
	pt_image_unref(img);
}

HOOKED(hugetlb_pages_are_huge_and_small_ones_are_not)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n"
		 "700000000000-700000004000 rw-p 00000000 00:0f 3   /anon_hugepage (deleted)\n"
		 "VmFlags: rd wr mr mw me ht\n"
		 "PPCC\n"
		 "700000100000-700000104000 rw-s 00000000 00:0f 3   /dev/hugepages/x\n"
		 "VmFlags: rd wr sh mr mw me ms ht\n"
		 "MM..\n"
		 "700000200000-700000202000 rw-p 00000000 00:00 0 \n"
		 "pc\n");
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "PPCC");
	assert_signs(img, 1, "MM..");
	assert_signs(img, 2, "pc");
	pt_image_unref(img);
}

HOOKED(counts_and_pfns_are_kept_as_read)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \nc7pz.\n");
	img = scan_all_of(w, 42);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x600000000).count, 7);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x600000001).count, 1);
	assert_int_equal(pt_image_pfn(img, 0x600000000) + 1, pt_image_pfn(img, 0x600000001));
	assert_int_equal(pt_image_pfn(img, 0x600000002), 0x100);
	assert_int_equal(pt_image_pfn(img, 0x600000003), 0);
	assert_int_equal(pt_image_find_pfn(img, pt_image_pfn(img, 0x600000001)), 0x600000001);
	pt_image_unref(img);
}

HOOKED(a_pfn_has_55_bits_and_no_more)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \npp\n");
	fix_page(&w->fix, 42, 0x600000000, P | E | B(55) | 0x1234, 0x400005828, 1);
	img = scan_all_of(w, 42);
	assert_int_equal(pt_image_pfn(img, 0x600000000), 0x1234);
	assert_true(pt_image_run(img, &img->vmas.v[0], 0x600000000).pm & PT_RUN(SOFT_DIRTY));
	assert_false(pt_image_run(img, &img->vmas.v[0], 0x600000001).pm & PT_RUN(SOFT_DIRTY));
	assert_signs(img, 0, "pp..");
	pt_image_unref(img);
}

HOOKED(pfns_are_kept_only_when_they_are_wished_for)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, two_mappings);
	look(w);
	assert_int_equal(scan_with(w, 42, &wish, &img), 0);
	assert_int_equal(img->pfns.n, 0);
	assert_int_equal(pt_image_pfn(img, 0x600000000), 0);
	assert_true(pt_image_find_pfn(img, 0x1000) == UINT64_MAX);
	pt_image_unref(img);
}

HOOKED(of_a_range_no_more_is_read_than_it_has)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lo_vpn = 0x600000001, .hi_vpn = 0x600000003 };
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, two_mappings);
	look(w);
	assert_int_equal(scan_with(w, 42, &wish, &img), 0);
	assert_int_equal(img->runs.r[0].vpn, 0x600000001);
	assert_int_equal(img->runs.n, 2);
	assert_int_equal(img->runs.r[1].vpn, 0x600000002);
	assert_int_equal(img->runs.r[1].npages, 1);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x600000000).row, PT_STATE_UNKNOWN);
	pt_image_unref(img);
}

HOOKED(one_process_is_listed_alone)
{
	struct world *w = *state;
	struct pt_table *t;

	fix_text(&w->fix, "process 42 db\nprocess 43 db\n");
	look(w);
	assert_int_equal(pt_census_one(&w->env, 43, &t), 0);
	assert_int_equal(t->n, 1);
	assert_int_equal(t->p[0].pid, 43);
	assert_true(pt_process_is_called(&t->p[0], "db"));
	assert_false(pt_process_is_called(&t->p[0], "d"));
	pt_table_unref(t);
	assert_int_equal(pt_census_one(&w->env, 44, &t), 0);
	assert_int_equal(t->n, 0);
	pt_table_unref(t);
}

HOOKED(no_run_crosses_the_border_of_a_mapping)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000002000 rw-p 00000000 00:00 0 \npp\n"
		 "600000002000-600000004000 rw-p 00000000 00:00 0 \nVmFlags: rd wr lo\npp\n");
	img = scan_all_of(w, 42);
	assert_int_equal(img->runs.n, 2);
	assert_int_equal(img->runs.r[0].npages, 2);
	assert_int_equal(img->runs.r[0].over, 0);
	assert_int_equal(img->runs.r[1].over, PT_OVER_LOCKED);
	pt_image_unref(img);
}

/* 20,000 pages: the borders of chunks are to be seen nowhere. */
HOOKED(a_mapping_larger_than_a_chunk_is_read_in_full)
{
	enum { N = 20000 };
	struct world *w = *state;
	struct pt_image *img;
	struct pt_counts c = { .npages = 0 };
	struct pt_str text = PT_STR_INIT, got = PT_STR_INIT;
	char *want = malloc(N + 1);
	uint64_t x = 5;

	for (int i = 0; i < N; i++) {
		x = x * 6364136223846793005 + 1442695040888963407;
		want[i] = i % 8192 > 8180 || i % 8192 < 10 ? 'p' : "pcs.zzpp"[x >> 61];
	}
	want[N] = '\0';
	pt_str_addf(&text, "process 42 db\n600000000000-%llx rw-p 00000000 00:00 0 \n%s\n",
		    0x600000000000 + N * 4096ull, want);
	fix_text(&w->fix, text.s);
	img = scan_all_of(w, 42);
	signs(img, 0, &got);
	assert_string_equal(got.s, want);
	pt_image_count(img, &img->vmas.v[0], 0x600000000, 0x600000000 + N, &c);
	assert_int_equal(c.npages, N);
	pt_image_unref(img);
	pt_str_done(&text);
	pt_str_done(&got);
	free(want);
}

HOOKED(a_kernel_without_pagemap_scan_is_read_word_by_word)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, two_mappings);
	look(w);
	w->probe.scan = true;		/* the ioctl is tried, and the file refuses it */
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "ppss....ff......");
	assert_signs(img, 1, "hh");
	pt_image_unref(img);
}

enum { ENDLESS_S = 20 };

/* 2^52 pages; what is neither in the file nor before its end is absent, and costs nothing. */
HOOKED(a_mapping_of_all_addresses_costs_what_its_file_holds)
{
	static const char all[] = "0-fffffffffffff000 rw-p 00000000 00:00 0 \nVmFlags: rd wr mr mw me ac\n";
	static const uint64_t at[] = { 7, 0x600000000, 0x600000001, 0x10000000000 };
	struct world *w = *state;
	struct pt_counts c = { 0 };
	struct pt_image *img;

	fix_text(&w->fix, two_mappings);
	forget(w, "42/pagemap");
	fix_file(&w->fix, "42/pagemap", "", 0);
	fix_file(&w->fix, "42/maps", all, sizeof(all) - 1);
	fix_file(&w->fix, "42/smaps", all, sizeof(all) - 1);
	for (size_t i = 0; i < LEN(at); i++)
		fix_page(&w->fix, 42, at[i], P | E | (0x2000 + i), B(3) | B(5) | B(11) | B(12) | B(14), 1);
	alarm(ENDLESS_S);
	img = scan_all_of(w, 42);
	alarm(0);
	for (size_t i = 0; i < LEN(at); i++)
		assert_true(pt_image_run(img, &img->vmas.v[0], at[i]).pm & PT_RUN(PRESENT));
	pt_image_count(img, &img->vmas.v[0], 0, B(52) - 1, &c);
	assert_int_equal(c.npages, B(52) - 1);
	assert_int_equal(c.row[PT_STATE_ABSENT], B(52) - 1 - LEN(at));
	pt_image_unref(img);
}

HOOKED(a_pagemap_without_end_is_none)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, two_mappings);
	forget(w, "42/pagemap");
	assert_int_equal(symlinkat("/dev/zero", w->root.proc_fd, "42/pagemap"), 0);
	alarm(ENDLESS_S);
	img = scan_all_of(w, 42);
	alarm(0);
	assert_non_null(img->why_pages);
	assert_string_equal(img->why_pages, "not readable: one of its files is a symlink, a device or a FIFO");
	pt_image_unref(img);
}

static const char thp[] =
	"process 42 db\n"
	"600000000000-600000008000 rw-p 00000000 00:00 0 \n"
	"TTttTTpz\n";

static const struct pt_region thp_found[] = {
	{ 0x600000000, 4, PT_PAGE_IS_PRESENT | PT_PAGE_IS_HUGE },
	{ 0x600000004, 3, PT_PAGE_IS_PRESENT },
	{ 0x600000007, 1, PT_PAGE_IS_PRESENT | PT_PAGE_IS_PFNZERO },
};

HOOKED(pagemap_scan_tells_how_a_large_folio_is_mapped)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, thp);
	look(w);
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "ppccppp" "z");		/* without it a mapping so small has none mapped by PMD */
	assert_int_equal(img->runs.r[0].over, PT_OVER_LARGE);
	assert_int_equal(sum_of(img, 0, PT_COL_THP).unknown, 0);
	pt_image_unref(img);
	w->probe.scan = true;
	found = thp_found;
	nfound = LEN(thp_found);
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "PPCCppp" "z");
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x600000004).over, PT_OVER_LARGE);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x600000006).over, 0);
	assert_int_equal(sum_of(img, 0, PT_COL_THP).value, 4 * 4096);
	assert_int_equal(sum_of(img, 0, PT_COL_THP).unknown, 0);
	pt_image_unref(img);
}

/* The flags are the later word: what the ioctl said before may be of another page. */
HOOKED(what_pagemap_scan_said_must_agree_with_the_flags)
{
	static const struct pt_region lies[] = {
		{ 0x600000000, 4, PT_PAGE_IS_PRESENT | PT_PAGE_IS_HUGE },
		{ 0x600000004, 4, PT_PAGE_IS_PRESENT | PT_PAGE_IS_HUGE | PT_PAGE_IS_PFNZERO },
	};
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, thp);
	look(w);
	w->probe.scan = true;
	found = lies;
	nfound = LEN(lies);
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "PPCC????");
	assert_int_equal(img->nunstable, 4);
	pt_image_unref(img);
}

HOOKED(a_count_is_not_taken_from_bit_56_of_a_huge_page)
{
	static const struct pt_region huge = { 0x600000000, 2, PT_PAGE_IS_PRESENT | PT_PAGE_IS_HUGE };
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000002000 rw-p 00000000 00:00 0 \nT2T2\n");
	look(w);
	w->probe.scan = true;
	found = &huge;
	nfound = 1;
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "CC");
	pt_image_unref(img);
}

/* ---- pages that change while they are read */

static uint64_t moving_vpn, reads;
static uint64_t changes;	/* so many readings show another PFN, in turns */

static void change(uint64_t vpn, size_t npages, uint64_t *words)
{
	if (moving_vpn < vpn || moving_vpn >= vpn + npages)
		return;
	if (reads % 2 == 0 && reads / 2 < changes)
		words[moving_vpn - vpn] ^= 0x3000;
	reads++;
}

static struct pt_image *scan_moving(struct world *w, uint64_t nchanges)
{
	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \npppp\n");
	look(w);
	moving_vpn = 0x600000001;
	reads = 0;
	changes = nchanges;
	after_read = change;
	return scan_all_of(w, 42);
}

HOOKED(a_page_that_changes_once_is_asked_again)
{
	struct pt_image *img = scan_moving(*state, 1);

	assert_signs(img, 0, "pppp");
	assert_int_equal(img->nunstable, 0);
	assert_int_equal(pt_image_pfn(img, 0x600000001), pt_image_pfn(img, 0x600000000) + 1);
	pt_image_unref(img);
}

HOOKED(a_page_that_never_holds_still_is_unknown_and_counted)
{
	struct pt_image *img = scan_moving(*state, UINT64_MAX);

	assert_signs(img, 0, "p?pp");
	assert_int_equal(img->nunstable, 1);
	assert_int_equal(img->total[PT_COL_RSS].value, 3 * 4096);
	assert_int_equal(img->total[PT_COL_RSS].unknown, 1);
	assert_in_range(reads, 3, 8);		/* tried again, but not for ever */
	pt_image_unref(img);
}

static void vanish(uint64_t vpn, size_t npages, uint64_t *words)
{
	if (moving_vpn >= vpn && moving_vpn < vpn + npages && reads++)
		words[moving_vpn - vpn] = 0;
}

HOOKED(a_page_given_back_in_mid_scan_is_absent)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \npppp\n");
	look(w);
	moving_vpn = 0x600000001;
	reads = 0;
	after_read = vanish;
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "p.pp");
	assert_int_equal(img->nunstable, 0);
	pt_image_unref(img);
}

/* Mapped by others, unmapped, mapped again: the words are the same, the count is of in between. */
HOOKED(a_count_of_1_of_a_small_page_needs_bit_56)
{
	const uint64_t word = PT_PM_PRESENT | PT_PM_FILE;
	const uint64_t kflags = PT_KPF(UPTODATE) | PT_KPF(MMAP);
	const uint64_t once = word | PT_PM_EXCLUSIVE, large = kflags | PT_KPF(THP);
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 r--p 00000000 fe:00 7  /f\n");
	fix_page(&w->fix, 42, 0x600000000, word | fix_pfn(&w->fix), kflags, 2);
	fix_page(&w->fix, 42, 0x600000001, word | fix_pfn(&w->fix), kflags, 1);
	fix_page(&w->fix, 42, 0x600000002, once | fix_pfn(&w->fix), kflags, 1);
	fix_page(&w->fix, 42, 0x600000003, word | fix_pfn(&w->fix), large, 1);
	look(w);
	w->probe.precise = true;
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "h?ii");
	pt_image_unref(img);
	w->probe.precise = false;		/* of a large folio it may be an average */
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "h?ib");
	pt_image_unref(img);
}

/* ---- processes that are not to be had */

static atomic_bool cancel;

static void cancel_now(uint64_t vpn, size_t npages, uint64_t *words)
{
	(void)vpn;
	(void)npages;
	(void)words;
	reads++;
	atomic_store(&cancel, true);
}

HOOKED(a_scan_is_cancelled_between_chunks)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct world *w = *state;
	struct pt_image *img = NULL;

	fix_text(&w->fix,
		 "process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{20000}\n");
	look(w);
	w->env.cancel = &cancel;
	atomic_store(&cancel, true);
	assert_int_equal(scan_with(w, 42, &wish, &img), -ECANCELED);
	atomic_store(&cancel, false);
	reads = 0;
	after_read = cancel_now;
	assert_int_equal(scan_with(w, 42, &wish, &img), -ECANCELED);
	assert_in_range(reads, 1, 9);		/* the first chunk: looked for, its four batches twice; and no more */
	assert_null(img);
	after_read = NULL;
	atomic_store(&cancel, false);
	assert_int_equal(scan_with(w, 42, &wish, &img), 0);
	pt_image_unref(img);
}

HOOKED(a_process_that_ended_is_told_from_one_that_runs_another_program)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct world *w = *state;
	struct pt_image *img = NULL;
	struct pt_target t;

	fix_text(&w->fix, two_mappings);
	look(w);
	assert_int_equal(pt_target_open(&w->env, 42, 0, &t), 0);
	fix_file(&w->fix, "42/pagemap", "", 0);		/* the address space is gone */
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), -ESTALE);
	fix_file(&w->fix, "42/stat", "42 (db) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1042 0 0 ", 56);
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), -ESRCH);
	forget(w, "42/stat");
	assert_true(pt_scan(&w->env, &t, &wish, &img) < 0);
	assert_null(img);
	pt_target_close(&t);
}

HOOKED(a_pid_that_somebody_else_has_now_is_not_taken_for_the_old_one)
{
	struct world *w = *state;
	struct pt_target t = PT_TARGET_INIT;

	fix_text(&w->fix, two_mappings);
	look(w);
	assert_int_equal(pt_target_open(&w->env, 42, 1042, &t), 0);
	assert_int_equal(t.starttime, 1042);
	pt_target_close(&t);
	assert_int_equal(pt_target_open(&w->env, 42, 999, &t), -ESRCH);
	assert_int_equal(pt_target_open(&w->env, 43, 0, &t), -ENOENT);
	assert_int_equal(t.dir_fd, -1);
}

HOOKED(mappings_without_pagemap_are_unknown_pages)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, two_mappings);
	forget(w, "42/pagemap");
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "????????????????");
	assert_int_equal(img->total[PT_COL_RSS].value, 0);
	assert_int_equal(img->total[PT_COL_RSS].unknown, 18);
	pt_image_unref(img);
}

/* As a user who may see the mappings but not the pages; root becomes one for a moment. */
HOOKED(a_pagemap_that_is_refused_makes_unknown_pages)
{
	struct world *w = *state;
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_process p = { .pid = 42 };
	struct pt_image *img = NULL;
	struct pt_str s = PT_STR_INIT;
	uid_t uid = geteuid();
	int err;

	fix_text(&w->fix, two_mappings);
	assert_int_equal(chmod(w->fix.dir, 0755), 0);
	assert_int_equal(fchmodat(w->root.proc_fd, "42/pagemap", 0, 0), 0);
	assert_int_equal(uid ? 0 : seteuid(65534), 0);
	look(w);
	err = scan_with(w, 42, &wish, &img);
	assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, &p), 0);
	assert_int_equal(uid ? 0 : seteuid(uid), 0);
	assert_int_equal(err, 0);
	signs(img, 1, &s);
	assert_string_equal(s.s, "??");
	assert_int_equal(p.err, -EACCES);
	assert_non_null(strstr(p.why, "CAP_SYS_PTRACE"));
	assert_false(p.scanned);
	pt_image_unref(img);
	pt_str_done(&s);
}

HOOKED(without_the_frame_files_everything_that_follows_is_hidden)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \npcz.sgf\n"
		 "700000000000-700000004000 r-xp 00000000 fe:00 1   /lib/x.so\nihw.\n");
	forget(w, "kpageflags");
	forget(w, "kpagecount");
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "a??.sga.");	/* bit 56 tells p and f from the zero page */
	assert_signs(img, 1, "b?a.");
	assert_true(img->total[PT_COL_USS].unknown > 0);
	assert_int_equal(img->total[PT_COL_COW].value, 0);
	assert_true(img->total[PT_COL_COW].unknown > 0);
	pt_image_unref(img);
}

HOOKED(without_counts_the_flags_still_tell_what_they_can)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \npczkf\n"
		 "700000000000-700000004000 rw-s 00000000 fe:00 1   /memfd:x\nmih.\n");
	forget(w, "kpagecount");
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "pazkf...");	/* bit 56 says "once" of a small page … */
	assert_signs(img, 1, "mib.");
	pt_image_unref(img);
	fix_config(&w->fix, "CONFIG_NO_PAGE_MAPCOUNT=y\n");
	look(w);
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "pazkf...");	/* … on every kernel */
	assert_signs(img, 1, "mib.");
	pt_image_unref(img);
}

HOOKED(one_page_comes_with_all_its_words)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x600000001 };
	struct world *w = *state;
	struct pt_image *img = NULL;

	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \npc5pgp\n");
	fix_page(&w->fix, 42, 0x600000001, P | 0x2345, 0x5868, 5);
	look(w);
	assert_int_equal(scan_with(w, 42, &wish, &img), 0);
	assert_int_equal(img->page.pagemap, P | 0x2345);
	assert_int_equal(img->page.kpage[PT_KPAGE_FLAGS],
			 0x5868); /* also the bits that come and go */
	assert_int_equal(img->page.kpage[PT_KPAGE_COUNT], 5);
	assert_int_equal(img->page.kpage[PT_KPAGE_CGROUP], 77);
	assert_int_equal(img->lo_vpn, 0x600000001);
	assert_signs(img, 0, "?c??????");
	pt_image_unref(img);
}

HOOKED(the_node_of_a_page_comes_with_its_words)
{
	static const char *const blocks[] = { "node0/memory0", "node3/memory1", NULL };
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x600000000 };
	struct world *w = *state;

	put_blocks(w, "2000000\n", blocks);	/* 0x2000 pages */
	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \np\n");
	look(w);
	for (uint64_t block = 0; block < 3; block++) {
		static const int want[] = { 0, 3, -ENOENT };
		struct pt_image *img = NULL;

		fix_page(&w->fix, 42, 0x600000000, P | (block * 0x2000 + 5), 0x5868, 1);
		assert_int_equal(scan_with(w, 42, &wish, &img), 0);
		assert_int_equal(img->page.node, want[block]);
		pt_image_unref(img);
	}
}

HOOKED(a_page_that_is_not_there_has_one_word)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x600000003 };
	struct world *w = *state;
	struct pt_image *img = NULL;

	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \npc5pgp\n");
	look(w);
	assert_int_equal(scan_with(w, 42, &wish, &img), 0);
	assert_int_equal(img->page.pagemap, 0x440000000000009f);
	assert_int_equal(img->page.kpage[PT_KPAGE_FLAGS], PT_KPAGE_NONE);
	assert_int_equal(img->page.kpage[PT_KPAGE_COUNT], PT_KPAGE_NONE);
	assert_int_equal(img->page.kpage[PT_KPAGE_CGROUP], PT_KPAGE_NONE);
	assert_signs(img, 0, "???g????");
	pt_image_unref(img);
}

/* ---- all processes */

HOOKED(the_list_of_processes_has_every_process)
{
	struct world *w = *state;
	struct pt_table *t = NULL;
	const struct pt_process *p;

	fix_text(&w->fix, two_mappings);
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 2, .comm = "kthreadd", .kthread = true });
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 9, .comm = "dead", .state = 'Z', .uid = 4294967 });
	fix_file(&w->fix, "77/other", "", 0);		/* ended while it was read */
	look(w);
	assert_int_equal(pt_census_list(&w->env, 0, NULL, &t), 0);
	assert_int_equal(t->n, 3);
	p = pt_table_find(t, 42, 0);
	assert_int_equal(p->rss_bytes, 6 * 4096);
	assert_false(p->scanned);
	assert_true(p->faults_per_s < 0);
	assert_string_equal(p->command, "[db]");
	p = pt_table_find(t, 2, 0);
	assert_true(p->kthread);
	p = pt_table_find(t, 9, 0);
	assert_true(p->zombie);
	assert_string_equal(p->user, "4294967");
	for (size_t i = 0; i < t->n; i++) {
		assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, &t->p[i]), 0);
		assert_int_equal(t->p[i].err, 0);
	}
	p = pt_table_find(t, 42, 1042);
	assert_true(p->scanned);
	assert_int_equal(p->sum[PT_COL_RSS].value, 6 * 4096);
	assert_int_equal(p->counts.npages, 18);
	assert_int_equal(p->counts.row[PT_STATE_SWAPPED], 2);
	pt_table_unref(t);
}

HOOKED(what_was_known_of_a_process_is_kept_until_it_is_read_again)
{
	struct world *w = *state;
	struct pt_table *before = NULL, *t = NULL;

	fix_text(&w->fix, two_mappings);
	look(w);
	assert_int_equal(pt_census_list(&w->env, 0, NULL, &before), 0);
	assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, &before->p[0]), 0);
	assert_int_equal(pt_census_list(&w->env, 0, before, &t), 0);
	assert_true(t->p[0].scanned);
	assert_int_equal(t->p[0].sum[PT_COL_RSS].value, 6 * 4096);
	assert_true(t->p[0].faults_per_s >= 0 && t->p[0].faults_per_s < 0.001);
	pt_table_unref(t);
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 42, .comm = "new", .starttime = 5 });
	assert_int_equal(pt_census_list(&w->env, 0, before, &t), 0);
	assert_false(t->p[0].scanned);		/* the pid has another process now */
	assert_true(t->p[0].faults_per_s < 0);
	pt_table_unref(t);
	pt_table_unref(before);
}

HOOKED(a_process_that_ends_before_its_pages_are_read_says_so)
{
	struct world *w = *state;
	struct pt_process p = { .pid = 43 };

	look(w);
	assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, &p), 0);
	assert_int_equal(p.err, -ENOENT);
	assert_string_equal(p.why, "has ended");
	assert_false(p.scanned);
}

/* ---- the thread */

enum { PATIENCE_MS = 20000 };

static struct pt_answer next_answer(struct pt_scanner *s)
{
	struct pollfd fd = { .fd = pt_scanner_fd(s), .events = POLLIN };
	struct pt_answer a;

	do
		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
	while (!pt_scanner_take(s, &a));
	return a;
}

/* The answer to this wish; older ones are dropped. */
static struct pt_answer answer_to(struct pt_scanner *s, uint64_t seq)
{
	struct pt_answer a = next_answer(s);

	while (a.seq != seq) {
		assert_true(a.seq < seq);
		pt_answer_done(&a);
		a = next_answer(s);
	}
	return a;
}

HOOKED(answers_carry_the_number_of_their_wish)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	fix_text(&w->fix, two_mappings);
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(
		s, &(struct pt_wish){ .seq = 7, .kind = PT_WISH_PROCESS, .pid = 42, .once = true });
	a = answer_to(s, 7);
	assert_int_equal(a.kind, PT_WISH_PROCESS);
	assert_int_equal(a.err, 0);
	assert_int_equal(a.img->pid, 42);
	assert_signs(a.img, 0, "ppss....ff......");
	pt_answer_done(&a);
	assert_null(a.img);
	pt_scanner_post(s, &(struct pt_wish){ .seq = 8, .kind = PT_WISH_PAGE, .pid = 42, .once = true,
					      .vpn = 0x600000000 });
	a = answer_to(s, 8);
	assert_int_equal(a.img->lo_vpn, 0x600000000);
	pt_answer_done(&a);
	assert_null(pt_scanner_free(s));
	assert_null(pt_scanner_free(NULL));
}

HOOKED(a_refusal_is_an_answer_with_its_reason)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(
		s, &(struct pt_wish){ .seq = 1, .kind = PT_WISH_PROCESS, .pid = 43, .once = true });
	a = answer_to(s, 1);
	assert_int_equal(a.err, -ENOENT);
	assert_string_equal(a.why, "has ended");
	assert_null(a.img);
	pt_answer_done(&a);
	pt_scanner_free(s);
}

HOOKED(the_table_comes_first_with_names_and_then_complete)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;
	int n = 0;

	for (int i = 0; i < 200; i++)
		fix_proc(&w->fix,
			 &(struct fix_proc){
				 .pid = 1000 + i,
				 .comm = "worker",
				 .map = (struct fix_map[]){
					 { "400000-404000 rw-p 00000000 00:00 0 ", NULL, "pp" },
					 { 0 } } });
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(s, &(struct pt_wish){ .seq = 1, .kind = PT_WISH_TABLE, .once = true });
	do {
		a = answer_to(s, 1);
		assert_int_equal(a.table->n, 200);
		if (a.table->complete)
			break;
		pt_answer_done(&a);
	} while (++n < 1000);
	assert_true(a.table->complete);
	for (size_t i = 0; i < a.table->n; i++) {
		assert_true(a.table->p[i].scanned);
		assert_int_equal(a.table->p[i].sum[PT_COL_RSS].value, 2 * 4096);
	}
	pt_answer_done(&a);
	pt_scanner_free(s);
}

HOOKED(a_wish_is_answered_again_and_again_until_the_next_one)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;

	fix_text(&w->fix, two_mappings);
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(s, &(struct pt_wish){ .seq = 1, .kind = PT_WISH_PROCESS, .pid = 42 });
	for (int i = 0; i < 3; i++) {
		struct pt_answer a = answer_to(s, 1);

		assert_int_equal(a.err, 0);
		pt_answer_done(&a);
	}
	pt_scanner_free(s);
}

HOOKED(the_scanner_keeps_to_its_share_of_a_core)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	fix_text(&w->fix,
		 "process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{20000}\n");
	assert_int_equal(pt_scanner_new(&w->root, 0.01, NULL, &s), 0);
	pt_scanner_post(s,
			&(struct pt_wish){
				.seq = 1, .kind = PT_WISH_PROCESS, .pid = 42, .interval_ms = 1 });
	a = answer_to(s, 1);
	assert_true(a.img->cpu_ns > 0);
	assert_in_range(a.interval_ns, a.img->cpu_ns * 99, a.img->cpu_ns * 101 + 1000000);
	pt_answer_done(&a);
	pt_scanner_free(s);
}

HOOKED(the_newest_wish_wins_and_cancels_the_one_before)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	fix_text(&w->fix, "process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{20000}\n"
		 "process 43 small\n400000-401000 rw-p 00000000 00:00 0 \np\n");
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	for (uint64_t seq = 1; seq < 400; seq++)
		pt_scanner_post(s, &(struct pt_wish){ .seq = seq, .kind = PT_WISH_PROCESS, .pid = 42 });
	pt_scanner_post(s, &(struct pt_wish){
				   .seq = 400, .kind = PT_WISH_PROCESS, .pid = 43, .once = true });
	a = answer_to(s, 400);
	assert_int_equal(a.img->pid, 43);
	pt_answer_done(&a);
	pt_scanner_free(s);
}

static sem_t reached, go_on;

/* The scan stands still after its first read, until the next wish is there. */
static void wait_for_next_wish(uint64_t vpn, size_t npages, uint64_t *words)
{
	(void)npages;
	(void)words;
	if (vpn < 0x600000000)
		return;
	if (!reads++) {
		sem_post(&reached);
		sem_wait(&go_on);
	}
}

HOOKED(a_new_wish_ends_the_scan_that_no_longer_matters)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	fix_text(&w->fix, "process 42 db\n600000000000-600010000000 rw-p 00000000 00:00 0 \np{20000}\n"
		 "process 43 small\n400000-401000 rw-p 00000000 00:00 0 \np\n");
	sem_init(&reached, 0, 0);
	sem_init(&go_on, 0, 0);
	reads = 0;
	after_read = wait_for_next_wish;
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(
		s, &(struct pt_wish){ .seq = 1, .kind = PT_WISH_PROCESS, .pid = 42, .once = true });
	sem_wait(&reached);
	pt_scanner_post(
		s, &(struct pt_wish){ .seq = 2, .kind = PT_WISH_PROCESS, .pid = 43, .once = true });
	sem_post(&go_on);
	a = next_answer(s);
	assert_int_equal(a.seq, 2);		/* the first has no answer, not even a late one */
	pt_answer_done(&a);
	pt_scanner_free(s);
	assert_in_range(reads, 1, 9); /* of eight chunks, only the first was read to its end */
	sem_destroy(&reached);
	sem_destroy(&go_on);
}

/* Many rounds, some answers taken, some left behind: for the thread sanitizer. */
HOOKED(five_hundred_rounds_of_wishes_and_answers)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	uint64_t rss = 0;

	fix_text(&w->fix, two_mappings);
	fix_text(&w->fix, "process 43 other\n400000-404000 rw-p 00000000 00:00 0 \npp\n");
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	for (uint64_t seq = 1; seq <= 500; seq++) {
		const struct pt_wish wish = {
			.seq = seq,
			.pid = seq % 3 ? 42 : 43,
			.once = seq % 5,
			.needs = seq % 2 ? PT_NEED_PFNS : 0,
			.kind = seq % 7 == 0   ? PT_WISH_TABLE
				: seq % 4 == 0 ? PT_WISH_PAGE
					       : PT_WISH_PROCESS,
			.vpn = 0x400,
			.reopen = seq % 11 == 0,
		};
		struct pt_answer a;

		pt_scanner_post(s, &wish);
		if (seq % 6 == 0) {	/* left behind, or not yet there */
			if (pt_scanner_take(s, &a))
				pt_answer_done(&a);
			continue;
		}
		a = answer_to(s, seq);
		assert_int_equal(a.kind, wish.kind);
		assert_int_equal(a.err, 0);
		if (a.img)
			rss += a.img->total[PT_COL_RSS].value;
		else
			assert_int_equal(a.table->n, 2);
		pt_answer_done(&a);
	}
	assert_true(rss > 0);
	pt_scanner_free(s);
}

HOOKED(a_scanner_can_be_freed_at_any_moment)
{
	struct world *w = *state;

	fix_text(&w->fix,
		 "process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{20000}\n");
	for (int i = 0; i < 50; i++) {
		struct pt_scanner *s = NULL;

		assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
		if (i % 3)
			pt_scanner_post(s, &(struct pt_wish){ .seq = 1, .pid = 42, .kind = i % 2 ?
							      PT_WISH_PROCESS : PT_WISH_TABLE });
		pt_scanner_free(s);
	}
}

