/* Words of pagemap and of frames, contents of memory. */
#include <errno.h>
#include <unistd.h>
#include "pagetop/kernel/mem.h"
#include "pagetop/kernel/proc.h"
#include "hooks.h"

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
