/*
 * Kernels that are not at hand, on fixtures: the flag KSM on every anonymous page (6.10 to 7.2-rc2), no PAGEMAP_SCAN
 * (before 6.7), average map counts (CONFIG_NO_PAGE_MAPCOUNT), memory of devices, protection against reads by userfaultfd
 * (7.3), collapse to sizes below that of a PMD (7.x), pages of 16 KiB. What real ones of several years say is kernels-test's.
 *
 * Linked with -Wl,--wrap=pt_maps_read: what happens between two readings of smaps is made there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include "pagetop/model/change.h"
#include "pagetop/model/explain.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/pulse.h"
#include "pagetop/scan/scan.h"
#include "pagetop/scan/sharers.h"
#include "moments.h"

#define K(name) PT_KPF(name)

enum { VPN = 0x600000000, NPMD = 512, PFN = 0x4000 };	/* of the first mapping; its first frame, aligned to 2 MiB */

static const uint64_t anon = K(UPTODATE) | K(LRU) | K(MMAP) | K(ANON) | K(SWAPBACKED);
static const uint64_t thp = K(UPTODATE) | K(LRU) | K(MMAP) | K(ANON) | K(SWAPBACKED) | K(OWNER_2) | K(THP);

/* ---- what happens between two readings of smaps */

int __real_pt_maps_read(int pid_dir_fd, bool smaps, struct pt_vmas *ret);
int __wrap_pt_maps_read(int pid_dir_fd, bool smaps, struct pt_vmas *ret);

static void (*between)(void);		/* called after each */

int __wrap_pt_maps_read(int pid_dir_fd, bool smaps, struct pt_vmas *ret)
{
	int err = __real_pt_maps_read(pid_dir_fd, smaps, ret);

	if (smaps && between)
		between();
	return err;
}

static void put(const struct world *w, const char *path, const char *text)
{
	fix_file(&w->fix, path, text, strlen(text));
}

/* A process of one mapping, of which smaps says this. */
static void process(struct world *w, const char *line, const char *smaps)
{
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 42, .comm = "db", .map = (struct fix_map[]){
		{ line, smaps, NULL }, { 0 } } });
}

static void page(struct world *w, uint64_t nth, uint64_t pfn, uint64_t bits, uint64_t kflags, uint64_t count)
{
	fix_page(&w->fix, 42, VPN + nth, PT_PM_PRESENT | bits | pfn, kflags, count);
}

static struct pt_image *scan_as(struct world *w, const struct pt_wish *wish)
{
	struct pt_target t = PT_TARGET_INIT;
	struct pt_image *img = NULL;

	assert_int_equal(pt_target_open(&w->env, 42, 0, &t), 0);
	assert_int_equal(pt_scan(&w->env, &t, wish, &img), 0);
	pt_target_close(&t);
	return img;
}

static struct pt_image *scan(struct world *w)
{
	return scan_as(w, &(struct pt_wish){ .kind = PT_WISH_PROCESS });
}

static struct pt_run run_at(const struct pt_image *img, uint64_t nth)
{
	return pt_image_run(img, &img->vmas.v[0], VPN + nth);
}

/* Pages from the first one on, by their signs; huge ones in capitals, '+' behind one in a larger folio, '?' where that is open. */
static void assert_signs(const struct pt_image *img, const char *want)
{
	struct pt_str s = PT_STR_INIT;

	for (uint64_t i = 0; s.len < strlen(want); i++) {
		struct pt_run r = run_at(img, i);
		char sign = pt_rows[r.row].sign;

		pt_str_addc(&s, (char)(r.over & PT_OVER_HUGE ? sign - 'a' + 'A' : sign));
		if (r.over & PT_OVER_LARGE)
			pt_str_addc(&s, '+');
	}
	assert_string_equal(s.s, want);
	pt_str_done(&s);
}

static void assert_sum(const struct pt_image *img, enum pt_column col, uint64_t npages, bool known)
{
	struct pt_sum sums[PT_NCOLS];

	pt_image_sums(img, &img->vmas.v[0], sums);
	assert_int_equal(pt_sum_bytes(col, &sums[col]), npages * PT_PAGE_BYTES);
	assert_int_equal(!sums[col].unknown, known);
	assert_int_equal(pt_sum_bytes(col, &img->total[col]), npages * PT_PAGE_BYTES);
	assert_int_equal(!img->total[col].unknown, known);
}

static void assert_said(struct world *w, uint64_t nth, const char *words)
{
	struct pt_image *img = scan_as(w, &(struct pt_wish){ .kind = PT_WISH_PAGE, .vpn = VPN + nth });
	struct pt_str s = PT_STR_INIT;

	pt_explain_text(img, &img->vmas.v[0], &s);
	if (!strstr(s.s, words))
		fail_msg("\"%s\" is not in \"%s\"", words, s.s);
	pt_str_done(&s);
	pt_image_unref(img);
}

/* ---- the flag KSM on every anonymous page */

/*
 * Nine pages as such a kernel shows them: 0 1 private; 2 3 shared by a fork; 4 5 6 merged, and so marked dirty; 7 came
 * back from swap after a fork; 8 of a file.
 */
static void put_merged(struct world *w, const char *smaps)
{
	const uint64_t noise = anon | K(KSM);

	process(w, "600000000000-600000009000 rw-p 00000000 00:00 0 ", smaps);
	page(w, 0, PFN, PT_PM_EXCLUSIVE, noise | K(OWNER_2), 1);
	page(w, 1, PFN + 1, PT_PM_EXCLUSIVE, noise | K(OWNER_2) | K(DIRTY), 1);
	page(w, 2, PFN + 2, 0, noise, 2);
	page(w, 3, PFN + 3, 0, noise, 2);
	for (uint64_t i = 4; i < 7; i++)
		page(w, i, PFN + 4, 0, noise | K(DIRTY), 3);
	page(w, 7, PFN + 7, PT_PM_EXCLUSIVE, anon | K(OWNER_2), 1);
	page(w, 8, PFN + 8, 0, noise, 2);
	look(w);
	w->probe.ksm_noise = true;
}

WORLD_TEST(where_ksm_is_noise_smaps_decides_by_its_sums)
{
	static const struct { const char *smaps, *signs; uint64_t nmerged; bool known; } row[] = {
		{ "KSM: 0 kB\nVmFlags: rd wr", "ppcccccpc", 0, true },		/* none */
		{ "KSM: 12 kB\nVmFlags: rd wr mg", "ppcckkkpc", 3, true },	/* those that are dirty */
		{ "KSM: 24 kB\nVmFlags: rd wr mg", "ppkkkkkpk", 6, true },	/* all that may be */
		{ "KSM: 8 kB\nVmFlags: rd wr mg", "ppaaaaapa", 2, true },	/* two of six: who knows which */
		{ "VmFlags: rd wr mg", "ppaaaaapa", 0, false },			/* nothing is said of it */
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_image *img;

		put_merged(w, row[i].smaps);
		img = scan(w);
		assert_signs(img, row[i].signs);
		assert_sum(img, PT_COL_KSM, row[i].nmerged, row[i].known);
		assert_int_equal(img->nunstable, 0);
		pt_image_unref(img);
	}
}

WORLD_TEST(one_page_says_what_the_whole_mapping_decides)
{
	struct world *w = *state;
	struct pt_image *img;

	put_merged(w, "KSM: 12 kB\nVmFlags: rd wr mg");
	for (uint64_t i = 0; i < 9; i++) {
		img = scan_as(w, &(struct pt_wish){ .kind = PT_WISH_PAGE, .vpn = VPN + i });
		assert_int_equal(pt_rows[run_at(img, i).row].sign, "ppcckkkpc"[i]);
		pt_image_unref(img);
	}
	img = scan_as(w, &(struct pt_wish){ .kind = PT_WISH_PROCESS, .lo_vpn = VPN + 3, .hi_vpn = VPN + 6 });
	assert_signs(img, "???ckk???");
	pt_image_unref(img);
	put_merged(w, "KSM: 8 kB\nVmFlags: rd wr mg");
	assert_said(w, 4, "smaps does not tell which");
}

WORLD_TEST(a_flag_that_says_nothing_is_called_so)
{
	static const struct { uint64_t nth; bool noise; } row[] = { { 0, true }, { 2, true }, { 4, false }, { 7, false } };
	struct world *w = *state;

	put_merged(w, "KSM: 12 kB\nVmFlags: rd wr mg");
	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_image *img = scan_as(w, &(struct pt_wish){ .kind = PT_WISH_PAGE, .vpn = VPN + row[i].nth });
		struct pt_str s = PT_STR_INIT;

		pt_explain_words(img, &img->vmas.v[0], &s);
		assert_int_equal(strstr(s.s, "this kernel sets ksm on every anonymous page") != NULL, row[i].noise);
		pt_str_done(&s);
		pt_image_unref(img);
	}
}

WORLD_TEST(a_machine_that_never_merged_is_not_asked)
{
	struct world *w = *state;
	struct pt_image *img;

	put_merged(w, "VmFlags: rd wr mg");
	put(w, "kernel/mm/ksm/full_scans", "0\n");
	img = scan(w);
	assert_signs(img, "ppcccccpc");
	pt_image_unref(img);
	put(w, "kernel/mm/ksm/full_scans", "1\n");
	img = scan(w);
	assert_signs(img, "ppaaaaapa");
	pt_image_unref(img);
}

WORLD_TEST(without_smaps_it_is_unknown_what_is_merged)
{
	struct world *w = *state;
	struct pt_image *img;

	put_merged(w, NULL);
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 43, .comm = "db", .no_smaps = true, .map = (struct fix_map[]){
		{ "600000000000-600000001000 rw-p 00000000 00:00 0 ", NULL, "k" }, { 0 } } });
	img = scan_as(w, &(struct pt_wish){ .kind = PT_WISH_PROCESS });
	assert_signs(img, "ppaaaaapa");
	pt_image_unref(img);
}

WORLD_TEST(a_merged_page_is_looked_at_anew_each_time)
{
	struct world *w = *state;
	struct pt_image *first, *second;

	put_merged(w, "KSM: 0 kB\nVmFlags: rd wr");
	first = scan(w);
	assert_signs(first, "ppcccccpc");
	put_merged(w, "KSM: 12 kB\nVmFlags: rd wr mg");
	w->env.last = first;
	second = scan(w);
	assert_signs(second, "ppcckkkpc");
	pt_image_unref(first);
	pt_image_unref(second);
}

static struct {
	struct world *w;
	const char *smaps[2];		/* what it says by turns */
	unsigned turn;
} turns;

static void take_turns(void)
{
	put_merged(turns.w, turns.smaps[++turns.turn % 2]);
}

/* Sums of before decide of pages only if they are those of after. */
WORLD_TEST(what_merges_while_pages_are_read_is_unknown)
{
	static const struct { const char *before, *after, *signs; } row[] = {
		{ "KSM: 12 kB\nVmFlags: rd wr mg", "KSM: 0 kB\nVmFlags: rd wr mg", "ppaaaaapa" },
		{ "KSM: 0 kB\nVmFlags: rd wr mg", "KSM: 12 kB\nVmFlags: rd wr mg", "ppaaaaapa" },
		{ "KSM: 12 kB\nVmFlags: rd wr mg", "KSM: 12 kB\nVmFlags: rd wr mg", "ppcckkkpc" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_image *img;

		put_merged(w, row[i].before);
		turns.w = w;
		turns.smaps[0] = row[i].before;
		turns.smaps[1] = row[i].after;
		between = take_turns;
		img = scan(w);
		between = NULL;
		assert_signs(img, row[i].signs);
		pt_image_unref(img);
	}
}

WORLD_TEST(noise_is_not_sampled)
{
	struct world *w = *state;
	struct pt_pulse pulse = { .n = 0 };

	put_merged(w, NULL);
	pt_pulse_take(&w->env, &pulse);
	assert_true(pulse.noise >> PT_SAMPLED_KSM & 1);
	w->probe.ksm_noise = false;
	pt_pulse_take(&w->env, &pulse);
	assert_false(pulse.noise);
}

/* ---- no PAGEMAP_SCAN */

/* `nth` 2 MiB of the mapping, from frame `pfn` on. */
static void put_large(struct world *w, uint64_t nth, uint64_t pfn, uint64_t kflags, uint64_t bits)
{
	for (uint64_t i = 0; i < NPMD; i++)
		page(w, nth * NPMD + i, pfn + i, bits | PT_PM_EXCLUSIVE,
		     kflags | (i ? K(COMPOUND_TAIL) : K(COMPOUND_HEAD)), 1);
}

/* Three of 2 MiB: a THP, another one, one whose frames are not aligned. */
static void put_huge(struct world *w, const char *smaps)
{
	process(w, "600000000000-600000800000 rw-p 00000000 00:00 0 ", smaps);
	put_large(w, 0, PFN, thp, 0);
	put_large(w, 1, PFN + NPMD, thp, 0);
	put_large(w, 2, PFN + 3 * NPMD + 8, thp, 0);
	page(w, 3 * NPMD, PFN + 5 * NPMD, PT_PM_EXCLUSIVE, anon | K(OWNER_2), 1);
	look(w);
}

static void assert_blocks(const struct pt_image *img, const char *want)
{
	for (uint64_t i = 0; want[i]; i++)
		for (uint64_t j = i * NPMD; j < (i < 3 ? (i + 1) * NPMD : i * NPMD + 1); j += 73) {
			struct pt_run r = run_at(img, j);
			char is = r.over_open & PT_OVER_HUGE ? '?' : r.over & PT_OVER_HUGE ? 'H' :
				  r.over & PT_OVER_LARGE ? 'l' : '-';

			if (is != want[i])
				fail_msg("page %d of block %d is %c, not %c", (int)j, (int)i, is, want[i]);
		}
}

WORLD_TEST(without_pagemap_scan_smaps_decides_what_is_mapped_by_pmd)
{
	static const struct { const char *smaps, *blocks; uint64_t npages; bool known; } row[] = {
		{ "AnonHugePages: 4096 kB\nVmFlags: rd wr", "HHl-", 2 * NPMD, true },
		{ "AnonHugePages: 0 kB\nVmFlags: rd wr", "lll-", 0, true },
		{ "AnonHugePages: 2048 kB\nVmFlags: rd wr", "??l-", NPMD, true },
		{ "ShmemPmdMapped: 4096 kB\nAnonHugePages: 0 kB\nVmFlags: rd wr", "lll-", 2 * NPMD, true },
		{ "VmFlags: rd wr", "??l-", 0, false },
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_image *img;

		put_huge(w, row[i].smaps);
		img = scan(w);
		assert_blocks(img, row[i].blocks);
		if (i != 3)
			assert_sum(img, PT_COL_THP, row[i].npages, row[i].known);
		assert_sum(img, PT_COL_RSS, 3 * NPMD + 1, true);
		pt_image_unref(img);
	}
}

WORLD_TEST(one_page_of_a_huge_one_says_so_without_pagemap_scan)
{
	struct world *w = *state;
	struct pt_image *img;

	put_huge(w, "AnonHugePages: 4096 kB\nVmFlags: rd wr");
	img = scan_as(w, &(struct pt_wish){ .kind = PT_WISH_PAGE, .vpn = VPN + NPMD + 7 });
	assert_int_equal(run_at(img, NPMD + 7).over, PT_OVER_HUGE);
	assert_int_equal(run_at(img, NPMD + 7).over_open, 0);
	pt_image_unref(img);
	img = scan_as(w, &(struct pt_wish){ .kind = PT_WISH_PAGE, .vpn = VPN + 2 * NPMD + 7 });
	assert_int_equal(run_at(img, 2 * NPMD + 7).over, PT_OVER_LARGE);
	pt_image_unref(img);
	put_huge(w, "AnonHugePages: 2048 kB\nVmFlags: rd wr");
	assert_said(w, 7, "this kernel has no PAGEMAP_SCAN");
}

/* Half of a folio of shared memory, one with a hole, one at the edge of the mapping: none fills what a PMD maps. */
WORLD_TEST(what_does_not_fill_2_MiB_is_not_mapped_by_pmd)
{
	const uint64_t shmem = K(UPTODATE) | K(LRU) | K(MMAP) | K(SWAPBACKED) | K(THP);
	struct world *w = *state;
	struct pt_image *img;

	process(w, "600000000000-600000700000 rw-s 00000000 00:01 9   /memfd:x (deleted)",
		"AnonHugePages: 0 kB\nShmemPmdMapped: 2048 kB\nVmFlags: rd wr sh");
	put_large(w, 0, PFN, shmem, PT_PM_FILE);
	put_large(w, 1, PFN + NPMD, shmem, PT_PM_FILE);
	fix_page(&w->fix, 42, VPN + NPMD + 99, 0, 0, 0);
	put_large(w, 2, PFN + 2 * NPMD, shmem, PT_PM_FILE);
	page(w, 2 * NPMD + 300, PFN + 9 * NPMD, PT_PM_FILE | PT_PM_EXCLUSIVE, shmem, 1);
	for (uint64_t i = 0; i < NPMD / 2; i++)
		page(w, 3 * NPMD + i, PFN + 3 * NPMD + i, PT_PM_FILE | PT_PM_EXCLUSIVE, shmem, 1);
	look(w);
	img = scan(w);
	assert_blocks(img, "Hll");
	assert_int_equal(run_at(img, 3 * NPMD).over, PT_OVER_LARGE);
	assert_sum(img, PT_COL_THP, NPMD, true);
	pt_image_unref(img);
}

WORLD_TEST(the_huge_zero_page_is_mapped_by_pmd_and_by_nothing_else)
{
	struct world *w = *state;
	struct pt_image *img;

	process(w, "600000000000-600000200000 r--p 00000000 00:00 0 ", "AnonHugePages: 0 kB\nVmFlags: rd");
	for (uint64_t i = 0; i < NPMD; i++)
		page(w, i, PFN + i, 0, K(THP) | K(ZERO_PAGE) | (i ? K(COMPOUND_TAIL) : K(COMPOUND_HEAD)), 0);
	look(w);
	img = scan(w);
	assert_signs(img, "ZZZZ");
	assert_sum(img, PT_COL_THP, 0, true);
	pt_image_unref(img);
}

/* What smaps decided stands in the file, too. */
WORLD_TEST(sums_of_smaps_are_kept_in_a_file)
{
	static const char *const smaps[] = { "AnonHugePages: 2048 kB\nVmFlags: rd wr", "AnonHugePages: 4096 kB\nVmFlags: rd wr",
					     "VmFlags: rd wr" };
	struct world *w = *state;

	for (size_t i = 0; i < LEN(smaps); i++) {
		struct pt_image *img, *again = NULL;
		struct pt_snapshot *s;

		put_huge(w, smaps[i]);
		img = image_of(w, 42);
		save(w, img);
		s = open_file(w);
		assert_int_equal(pt_snapshot_image(s, 0, 42, 1042, &again), 0);
		pt_image_complete(again);
		assert_int_equal(again->total[PT_COL_THP].value, img->total[PT_COL_THP].value);
		assert_int_equal(again->total[PT_COL_THP].unknown, img->total[PT_COL_THP].unknown);
		assert_int_equal(!img->total[PT_COL_THP].unknown, i < 2);
		pt_image_unref(img);
		pt_image_unref(again);
		pt_snapshot_close(s);
	}
}

/* ---- counts that are averages */

WORLD_TEST(of_a_large_folio_with_an_average_count_little_is_known)
{
	const uint64_t file = K(UPTODATE) | K(LRU) | K(MMAP);
	struct world *w = *state;
	struct pt_image *img;

	process(w, "600000000000-600000008000 rw-p 00000000 00:00 0 ",
		"Pss: 28 kB\nPrivate_Clean: 8 kB\nPrivate_Dirty: 12 kB\nVmFlags: rd wr");
	page(w, 0, PFN, PT_PM_EXCLUSIVE, anon | K(OWNER_2), 1);
	page(w, 1, PFN + 1, 0, anon, 2);
	page(w, 2, PFN + 2, PT_PM_EXCLUSIVE, thp | K(COMPOUND_HEAD), 1);	/* all its mappings are ours */
	page(w, 3, PFN + 4, 0, (thp & ~K(OWNER_2)) | K(COMPOUND_HEAD), 1);	/* or of others, too */
	page(w, 4, PFN + 5, 0, (thp & ~K(OWNER_2)) | K(COMPOUND_TAIL), 1);
	look(w);
	img = scan(w);
	assert_signs(img, "pcp+p+p+...");
	pt_image_unref(img);
	w->probe.precise = false;
	img = scan(w);
	assert_signs(img, "pcp+a+a+...");
	assert_int_equal(img->nunstable, 0);
	assert_sum(img, PT_COL_USS, 2, false);		/* those of smaps are averages, too */
	assert_sum(img, PT_COL_RSS, 5, true);
	pt_image_unref(img);
	assert_said(w, 3, "only an average map count");
	process(w, "600000000000-600000008000 r--p 00000000 fe:00 7   /f", "VmFlags: rd");
	page(w, 0, PFN, PT_PM_FILE | PT_PM_EXCLUSIVE, file | K(THP), 1);
	look(w);
	w->probe.precise = false;
	img = scan(w);
	assert_signs(img, "b+...");
	pt_image_unref(img);
}

/* ---- memory of a device */

static void put_device(struct world *w)
{
	put(w, "iomem", "00000000-0fffffff : System RAM\n10000000-1fffffff : Persistent Memory\n");
	process(w, "600000000000-600000008000 rw-s 00000000 fe:00 7   /dax/data", "VmFlags: rd wr sh hg");
	page(w, 0, 0x10000, PT_PM_FILE, 0, 0);
	page(w, 1, 0x10001, 0, 0, 0);			/* without a struct page, before 6.15: bit 61 is clear */
	page(w, 2, 0x10002, PT_PM_FILE, K(NOPAGE), 0);
	page(w, 3, 0x0fff0, PT_PM_FILE, 0, 0);		/* of RAM: it cannot be so */
	look(w);
}

WORLD_TEST(frames_outside_ram_are_of_a_device_at_the_first_look)
{
	struct world *w = *state;
	struct pt_image *img;

	put_device(w);
	img = scan(w);
	assert_signs(img, "vvv?....");
	pt_image_unref(img);
	process(w, "600000000000-600000008000 rw-p 00000000 fe:00 7   /dax/data", "VmFlags: rd wr hg");
	page(w, 0, 0x10000, PT_PM_FILE, 0, 0);
	page(w, 1, 0x10001, 0, 0, 0);
	img = scan(w);
	assert_signs(img, "vv......");
	assert_int_equal(img->nunstable, 0);
	assert_sum(img, PT_COL_RSS, 2, true);
	assert_sum(img, PT_COL_THP, 0, false);		/* only PAGEMAP_SCAN could tell */
	pt_image_unref(img);
	assert_said(w, 0, "device memory");
}

WORLD_TEST(where_ram_is_not_told_such_a_page_is_unknown)
{
	struct world *w = *state;
	struct pt_image *img;

	put_device(w);
	put(w, "iomem", "00000000-00000000 : System RAM\n");
	look(w);
	img = scan(w);
	assert_signs(img, "??");
	pt_image_unref(img);
}

WORLD_TEST(ranges_of_ram_are_read_at_any_depth_and_joined)
{
	static const char *const line[] = {
		"00001000-0009fbff : System RAM", "  00001000-00001fff : Kernel code", "000a0000-000fffff : Reserved",
		"200000000-2ffffffff : CXL Window 0", "  200000000-27fffffff : System RAM (kmem)",
		"100000000-1ffffffff : System RAM", "garbage", "", "zz-yy : System RAM", "5-4 : System RAM",
		"  : System RAM", "280000000-2ffffffff : dax0.1", "00000000-00000000 : System RAM",
	};
	static const struct { uint64_t pfn; enum pt_told told; } row[] = {
		{ 0, PT_NO }, { 1, PT_YES }, { 0x9f, PT_YES }, { 0xa0, PT_NO }, { 0x100000, PT_YES },
		{ 0x27ffff, PT_YES }, { 0x280000, PT_NO }, { UINT64_MAX >> 9, PT_NO },
	};
	struct world *w = *state;
	struct pt_str s = PT_STR_INIT;
	struct pt_ram ram;

	for (size_t i = 0; i < LEN(line); i++)
		pt_str_addf(&s, "%s\n", line[i]);
	put(w, "iomem", s.s);
	pt_str_done(&s);
	assert_int_equal(pt_ram_init(&w->root, &ram), 0);
	assert_int_equal(ram.n, 2);
	for (size_t i = 0; i < LEN(row); i++)
		assert_int_equal(pt_ram_has(&ram, row[i].pfn), row[i].told);
	pt_ram_done(&ram);
	put(w, "iomem", "00000000-00000000 : System RAM\n");
	assert_int_equal(pt_ram_init(&w->root, &ram), -ENODATA);
	assert_int_equal(pt_ram_has(&ram, 1), PT_UNTOLD);
}

/* ---- userfaultfd, collapse, page size */

WORLD_TEST(bit_57_means_reads_too_where_reads_are_watched)
{
	struct world *w = *state;

	process(w, "600000000000-600000001000 rw-p 00000000 00:00 0 ", "VmFlags: rd wr ur");
	page(w, 0, PFN, PT_PM_EXCLUSIVE | PT_PM_UFFD_WP, anon | K(OWNER_2), 1);
	look(w);
	assert_said(w, 0, "the next read is reported, too");
	process(w, "600000000000-600000001000 rw-p 00000000 00:00 0 ", "VmFlags: rd wr uw");
	page(w, 0, PFN, PT_PM_EXCLUSIVE | PT_PM_UFFD_WP, anon | K(OWNER_2), 1);
	assert_said(w, 0, "the next write is reported to userfaultfd");
	process(w, "600000000000-600000001000 rw-p 00000000 00:00 0 ", "Rss: 4 kB");	/* no VmFlags: writes, at least */
	page(w, 0, PFN, PT_PM_EXCLUSIVE | PT_PM_UFFD_WP, anon | K(OWNER_2), 1);
	assert_said(w, 0, "the next write is reported to userfaultfd");
}

/* Sixteen small pages become a folio of 64 KiB elsewhere; one that only moves is told from it. */
WORLD_TEST(a_collapse_to_a_small_size_is_one)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lens = PT_LENS_CHANGE };
	struct world *w = *state;
	struct pt_image *was, *is;

	process(w, "600000000000-600000011000 rw-p 00000000 00:00 0 ", "AnonHugePages: 0 kB\nVmFlags: rd wr hg");
	for (uint64_t i = 0; i < 17; i++)
		page(w, i, PFN + 2 * i, PT_PM_EXCLUSIVE, anon | K(OWNER_2), 1);
	look(w);
	was = scan_as(w, &wish);
	for (uint64_t i = 0; i < 16; i++)
		page(w, i, PFN + 64 + i, PT_PM_EXCLUSIVE, thp | (i ? K(COMPOUND_TAIL) : K(COMPOUND_HEAD)), 1);
	page(w, 16, PFN + 99, PT_PM_EXCLUSIVE, anon | K(OWNER_2), 1);
	w->env.base = was;
	is = scan_as(w, &wish);
	assert_signs(is, "l+l+l+l+l+l+l+l+l+l+l+l+l+l+l+l+r");
	pt_image_unref(is);
	w->env.base = NULL;
	pt_image_unref(was);
}

WORLD_TEST(collapses_to_small_sizes_are_in_the_rate)
{
	struct world *w = *state;
	struct pt_pulse pulse = { .n = 0 };

	put(w, "vmstat", "pgfault 1\nthp_collapse_alloc 5\n");
	put(w, "kernel/mm/transparent_hugepage/hugepages-64kB/stats/collapse_alloc", "7\n");
	put(w, "kernel/mm/transparent_hugepage/hugepages-128kB/stats/collapse_alloc", "100\n");
	put(w, "kernel/mm/transparent_hugepage/hugepages-2048kB/stats/collapse_alloc", "5\n");
	look(w);
	pt_pulse_take(&w->env, &pulse);
	assert_int_equal(pulse.count[PT_RATE_COLLAPSED], 112);
	put(w, "vmstat", "pgfault 1\n");
	pt_pulse_take(&w->env, &pulse);
	assert_true(pulse.count[PT_RATE_COLLAPSED] == PT_COUNTER_NONE);
}

WORLD_TEST(pages_of_16_KiB_are_refused)
{
	const uint64_t auxv[] = { AT_HWCAP, 1, AT_PAGESZ, 16384, AT_NULL, 0 }, ours[] = { AT_PAGESZ, 4096, AT_NULL, 0 };
	struct world *w = *state;
	struct pt_root root = PT_ROOT_INIT;

	fix_file(&w->fix, "self/auxv", auxv, sizeof(auxv));
	assert_int_equal(pt_root_init(&root, w->fix.dir, NULL), -EMEDIUMTYPE);
	assert_int_equal(root.page_bytes, 16384);
	pt_root_done(&root);
	fix_file(&w->fix, "self/auxv", ours, sizeof(ours));
	assert_int_equal(pt_root_init(&root, w->fix.dir, NULL), 0);
	pt_root_done(&root);
	fix_file(&w->fix, "self/auxv", auxv, 24);	/* cut short: what we were told ourselves */
	assert_int_equal(pt_root_init(&root, w->fix.dir, NULL), 0);
	pt_root_done(&root);
}
