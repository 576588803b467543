/* Mappings: every form of a line, smaps, what is no mapping. */
#include <string.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "pagetop/kernel/proc.h"
#include "hooks.h"

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
