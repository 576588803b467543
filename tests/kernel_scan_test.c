/* The scan: what is in the files comes back page by page, also where pages change meanwhile. */
#include <stdlib.h>
#include <unistd.h>
#include "pagetop/model/sums.h"
#include "pagetop/scan/census.h"
#include "hooks.h"

/* ---- scanning */

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
	assert_string_equal(img->why_pages, "cannot be read: one of its files is a symlink, device or FIFO");
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
