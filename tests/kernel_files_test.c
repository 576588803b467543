/* Files of the kernel and of stand-ins: lines, whole files, named numbers; what is opened, and what is not. */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/kernel/counters.h"
#include "pagetop/scan/pulse.h"
#include "hooks.h"

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
