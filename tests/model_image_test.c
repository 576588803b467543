/* Images: what smaps counts and single pages do not tell, sums, cells. */
#include <string.h>
#include "pagetop/model/change.h"
#include "pagetop/model/image.h"
#include "pagetop/model/sums.h"
#include "pagetop/model/tally.h"
#include "model.h"

/* ---- images */

static struct pt_sum sum_of(const struct pt_image *img, size_t v, enum pt_column col)
{
	struct pt_sum sums[PT_NCOLS];

	pt_image_sums(img, &img->vmas.v[v], sums);
	return sums[col];
}

/* ---- what smaps counts and single pages do not tell */

/* A mapping of these pages, by one letter each: p private, z marked free, ? restless, . absent. */
static struct pt_image *image_of(const struct pt_vma *like, const char *pages)
{
	static const struct page private = { P | E, 1, MINE, SCAN }, freed = { P | E, 1, USED | ANON, SCAN },
				 restless = { 0, 0, 0, NEVER_STILL };
	struct pt_image *img = new_image();

	add_vma(img, 0x600000000, strlen(pages), *like);
	for (size_t i = 0; pages[i]; i++)
		if (pages[i] != '.')
			put(img, 0x600000000 + i, pages[i] == 'p' ? &private : pages[i] == 'z' ? &freed : &restless,
			    0x1000 + i, i);
	complete(img);
	return img;
}

TEST(pages_are_lazyfree_only_where_smaps_counts_as_many)
{
	static const struct {
		uint64_t smaps_kb;
		bool got_smaps, droppable;
		const char *pages;
		char sign;		/* of the first one */
		uint64_t sum_kb, nopen;
	} row[] = {
		{ 12, true, false, "zzz", 'f', 12, 0 },
		{ 4, true, false, "zp.", 'f', 4, 0 },
		{ 4, true, false, "zzz", 'a', 4, 0 },	/* which one is not told, how many are is */
		{ 16, true, false, "zzz", 'a', 16, 0 },
		{ 0, true, false, "zzz", 'p', 0, 0 },
		{ 8, true, false, "zz?", 'a', 0, 3 },
		{ 0, false, false, "zzz", 'a', 0, 3 },
		{ 0, true, true, "zzz", 'f', 12, 0 },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_vma vma = VMA("rw-p", 0, "", row[i].droppable ? PT_VMF(DP) : 0);
		struct pt_image *img;

		vma.got_smaps = row[i].got_smaps;
		vma.lazyfree_bytes = row[i].smaps_kb << 10;
		img = image_of(&vma, row[i].pages);
		assert_int_equal(pt_rows[img->runs.r[0].row].sign, row[i].sign);
		for (int total = 0; total < 2; total++) {
			struct pt_sum sum = total ? img->total[PT_COL_LAZYFREE] : sum_of(img, 0, PT_COL_LAZYFREE);

			assert_int_equal(sum.value >> 10, row[i].sum_kb);
			assert_int_equal(sum.unknown, row[i].nopen);
		}
		pt_image_unref(img);
	}
}

TEST(what_is_in_swap_of_shared_memory_smaps_tells)
{
	static const struct {
		bool hides, got_smaps;
		uint64_t smaps_kb, sum_kb, nopen;
	} row[] = {
		{ true, true, 8, 8, 0 },
		{ true, true, 0, 0, 0 },
		{ true, false, 0, 0, 2 },	/* of what is absent it is not known */
		{ false, false, 0, 0, 0 },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_vma vma = VMA("rw-s", 5, "/dev/zero (deleted)", 0);
		struct pt_image *img;

		vma.hides_swap = row[i].hides;
		vma.got_smaps = row[i].got_smaps;
		vma.swap_bytes = row[i].smaps_kb << 10;
		img = image_of(&vma, "p..");
		for (int total = 0; total < 2; total++) {
			struct pt_sum sum = total ? img->total[PT_COL_SWAP] : sum_of(img, 0, PT_COL_SWAP);

			assert_int_equal(sum.value >> 10, row[i].sum_kb);
			assert_int_equal(sum.unknown, row[i].nopen);
		}
		pt_image_unref(img);
	}
}

/* The second to the fourth page of shared memory: what became of them, as signs of the change lens. */
static void assert_shared(const char *was, uint64_t was_kb, const char *is, uint64_t is_kb, const char *want)
{
	struct pt_vma vma = VMA("rw-s", 5, "/dev/zero (deleted)", 0);
	struct pt_image *base, *now;
	char got[5] = "";

	vma.hides_swap = true;
	vma.swap_bytes = was_kb << 10;
	base = image_of(&vma, was);
	vma.swap_bytes = is_kb << 10;
	now = image_of(&vma, is);
	now->lens = PT_LENS_CHANGE;
	memset(now->total, 0, sizeof(now->total));
	assert_int_equal(pt_change_mark(now, base), 0);
	pt_image_complete(now);
	for (uint64_t i = 0; i < 3; i++)
		got[i] = pt_rows[pt_image_run(now, &now->vmas.v[0], 0x600000001 + i).row].sign;
	assert_string_equal(got, want);
	assert_int_equal(now->total[PT_COL_SWAP].value >> 10, is_kb);
	pt_image_unref(base);
	pt_image_unref(now);
}

TEST(shared_memory_that_is_absent_may_be_in_swap)
{
	assert_shared("pppp", 0, "p...", 12, "xxx");
	assert_shared("pppp", 0, "p...", 0, "ggg");
	assert_shared("pppp", 0, "p...", 8, "???");	/* one is gone, and nobody tells which */
	assert_shared("p...", 12, "pppp", 0, "iii");
	assert_shared("p...", 0, "pppp", 0, "nnn");
	assert_shared("p...", 4, "pppp", 0, "???");
	assert_shared("p...", 12, "p...", 12, "...");
}

TEST(what_nothing_can_lock_is_known_by_its_mapping)
{
	static const struct page private = { P | E, 1, MINE, SCAN }, absent = { 0, 0, 0, 0 }, guard = { S | G | 31, 0, 0, 0 },
				 restless = { 0, 0, 0, NEVER_STILL };
	static const struct {
		const char *perms;
		uint64_t vmflags;
		const struct page *page;
		const char *why;	/* a word of it; NULL: it can be locked */
	} row[] = {
		{ "rw-p", 0, &private, NULL }, { "rw-p", 0, &absent, NULL }, { "rw-p", 0, &restless, NULL },
		{ "r-xp", PT_VMF(DE), &private, "special" }, { "rw-s", PT_VMF(IO), &private, "special" },
		{ "rw-s", PT_VMF(MM), &private, "special" }, { "r--p", PT_VMF(PF), &absent, "special" },
		{ "rw-p", PT_VMF(HT), &private, "hugetlb" }, { "rw-p", PT_VMF(DP), &private, "droppable" },
		{ "rw-p", PT_VMF(LO), &guard, "guard" }, { "---p", PT_VMF(LO), &absent, "access" },
		{ "---p", PT_VMF(LO), &private, NULL }, { "---p", PT_VMF(LO), &restless, NULL },
		{ "r--p", PT_VMF(LO), &absent, NULL }, { "rw-p", PT_VMF(NR), &absent, NULL },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_vma vma = VMA("", 0, "", row[i].vmflags);
		struct pt_facts f;
		const char *why;

		memcpy(vma.perms, row[i].perms, sizeof(vma.perms));
		f = facts_of(row[i].page, &vma);
		why = pt_never_locked(&vma, &f);
		if (!why != !row[i].why || (why && !strstr(why, row[i].why)))
			fail_msg("row %zu: %s", i, why ? why : "can be locked");
	}
}

static void check_range(const struct model *m, const struct pt_vma *vma, uint64_t lo, uint64_t hi)
{
	struct pt_counts c = { .npages = 0 }, naive = { .npages = 0 };

	pt_image_count(m->img, vma, lo, hi, &c);
	for (uint64_t vpn = lo; vpn < hi; vpn++) {
		naive.row[m->row[vpn - m->base]]++;
		naive.npages++;
		for (int o = 0; o < PT_NOVERS; o++) {
			naive.over[o] += m->over[vpn - m->base] >> o & 1;
			naive.over_open[o] += m->open[vpn - m->base] >> o & 1;
		}
	}
	assert_memory_equal(&c, &naive, sizeof(c));
}

TEST(counting_a_range_is_counting_its_pages)
{
	uint64_t x = 16;

	for (int i = 0; i < 200; i++) {
		struct model m;

		model_init(&m, &x);
		for (int k = 0; k < 100; k++) {
			const struct pt_vma *vma = &m.img->vmas.v[random_next(&x) % m.img->vmas.n];
			uint64_t n = pt_vma_end_vpn(vma) - pt_vma_vpn(vma);
			uint64_t lo = pt_vma_vpn(vma) + random_next(&x) % n;

			check_range(&m, vma, lo, lo + 1 + random_next(&x) % (pt_vma_end_vpn(vma) - lo));
			check_range(&m, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma));
		}
		pt_image_unref(m.img);
	}
}

TEST(every_page_is_found_with_its_state_its_pfn_and_its_mapping)
{
	uint64_t x = 17;

	for (int i = 0; i < 100; i++) {
		struct model m;

		model_init(&m, &x);
		for (uint64_t vpn = m.base; vpn < m.base + m.npages; vpn++) {
			const struct pt_vma *vma = pt_image_vma(m.img, vpn);
			struct pt_run run;

			if (m.row[vpn - m.base] < 0) {
				assert_null(vma);
				continue;
			}
			assert_true(vma->start <= vpn << 12 && vpn << 12 < vma->end);
			run = pt_image_run(m.img, vma, vpn);
			assert_int_equal(run.row, m.row[vpn - m.base]);
			assert_int_equal(run.over, m.over[vpn - m.base]);
			assert_int_equal(run.over_open, m.open[vpn - m.base]);
			assert_int_equal(run.vpn, vpn);
			assert_true(run.npages >= 1 && vpn + run.npages <= pt_vma_end_vpn(vma));
			for (uint64_t k = 0; k < run.npages; k++)
				assert_int_equal(m.row[vpn + k - m.base], run.row);
			if (has_pfn(&run)) {
				assert_int_equal(pt_image_pfn(m.img, vpn), vpn * 2);
				assert_int_equal(pt_image_find_pfn(m.img, vpn * 2), vpn);
			} else {
				assert_int_equal(pt_image_pfn(m.img, vpn), 0);
			}
		}
		assert_true(pt_image_find_pfn(m.img, 1) == UINT64_MAX);
		pt_image_unref(m.img);
	}
}

TEST(pages_are_counted_by_fact_and_by_state)
{
	const struct pt_vma vma = { .start = 0x1000, .end = 0x9000, .perms = "rw-p", .name = "",
				    .got_smaps = true, .vmflags = PT_VMF(LO) };
	const struct pt_facts_context ctx = { .kmask = ~(PT_KPF(LRU) | PT_KPF(COMPOUND_HEAD)) };
	const struct pt_factset asked = pt_facts_asked(&ctx);
	const struct pt_run run = { .vpn = 1, .npages = 3, .count = 2, .node = -1,
		.pm = PT_RUN(PRESENT) | PT_RUN(PFN) | PT_RUN(GOT_FLAGS) | PT_RUN(GOT_COUNT),
		.kflags = PT_KPF(ANON) | PT_KPF(SWAPBACKED) | PT_KPF(UPTODATE) };
	const struct pt_run absent = { .vpn = 4, .npages = 5, .node = -1 };
	struct pt_facts f = pt_facts_of(&run, &vma, &ctx);
	struct pt_tally t = { 0 };

	pt_tally_add(&t, &f, &asked, run.npages);
	f = pt_facts_of(&absent, &vma, &ctx);
	pt_tally_add(&t, &f, &asked, absent.npages);
	assert_int_equal(t.npages, 8);
	assert_int_equal(t.fact[PT_FACT_PRESENT], 3);
	assert_int_equal(t.fact[PT_FACT_LOCKED], 3);
	assert_int_equal(t.fact[PT_FACT_IN_LOCKED], 8);
	assert_int_equal(t.fact[PT_NFACTS + PT_KPF_ANON], 3);
	assert_int_equal(t.open[PT_FACT_PMD], 3);	/* PAGEMAP_SCAN did not answer */
	assert_int_equal(t.open[PT_FACT_SAME], 0);	/* was not asked */
	assert_int_equal(t.open[PT_NFACTS + PT_KPF_LRU], 0);
	assert_int_equal(t.state[PT_STATE_COW], 3);
	assert_int_equal(t.state[PT_STATE_ABSENT], 5);
	assert_string_equal(pt_tally_name(PT_FACT_LOCKED), "locked");
	assert_string_equal(pt_tally_name(PT_NFACTS + PT_KPF_LRU), "lru");
	assert_true(pt_tally_has(&f.yes, PT_FACT_IN_LOCKED));
	assert_false(pt_tally_has(&f.yes, PT_NFACTS + PT_KPF_ANON));
}

TEST(the_sums_of_the_mappings_make_the_sum_of_the_process)
{
	uint64_t x = 18;

	for (int i = 0; i < 50; i++) {
		uint64_t rss = 0, swap = 0, present = 0, slots = 0;
		struct model m;

		model_init(&m, &x);
		for (size_t v = 0; v < m.img->vmas.n; v++) {
			rss += sum_of(m.img, v, PT_COL_RSS).value;
			swap += sum_of(m.img, v, PT_COL_SWAP).value;
		}
		for (uint64_t p = 0; p < m.npages; p++) {
			present += m.row[p] >= 0 && strchr("pchia", pt_rows[m.row[p]].sign);
			slots += m.row[p] == PT_STATE_SWAPPED;
		}
		assert_int_equal(rss, present * 4096);
		assert_int_equal(m.img->total[PT_COL_RSS].value, rss);
		assert_int_equal(swap, slots * 4096);
		assert_int_equal(m.img->total[PT_COL_SWAP].value, swap);
		pt_image_unref(m.img);
	}
}

TEST(an_image_without_pages_knows_nothing_of_them)
{
	struct pt_image *img = new_image();
	struct pt_counts c = { .npages = 0 };

	add_vma(img, 0x100, 50, locked);
	img->lo_vpn = img->hi_vpn = 0;
	complete(img);
	pt_image_count(img, &img->vmas.v[0], 0x100, 0x132, &c);
	assert_int_equal(c.row[PT_STATE_UNKNOWN], 50);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x101).row, PT_STATE_UNKNOWN);
	for (int i = 0; i < PT_NCOLS; i++) {
		assert_int_equal(img->total[i].value, 0);
		assert_int_equal(img->total[i].unknown, 50);
	}
	pt_image_unref(img);
}

TEST(what_lies_outside_the_scanned_range_is_unknown_not_absent)
{
	struct pt_image *img = new_image();

	add_vma(img, 0x100, 3, anon);
	img->lo_vpn = 0x101;
	img->hi_vpn = 0x102;
	complete(img);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x100).row, PT_STATE_UNKNOWN);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x101).row, PT_STATE_ABSENT);
	assert_int_equal(pt_image_run(img, &img->vmas.v[0], 0x102).row, PT_STATE_UNKNOWN);
	pt_image_unref(img);
}

TEST(a_mapping_of_sixteen_tebibytes_is_counted_at_once)
{
	struct pt_image *img = new_image();
	struct pt_counts c = { .npages = 0 };
	const uint64_t n = UINT64_C(1) << 32;

	add_vma(img, 0x100000, n, anon);
	for (uint64_t i = 0; i < 4096; i++)
		put(img, 0x100000 + i * (n / 4096), &(struct page){ P | E, 1, MINE, SCAN }, 1, true);
	complete(img);
	pt_image_count(img, &img->vmas.v[0], 0x100000, 0x100000 + n, &c);
	assert_int_equal(c.npages, n);
	assert_int_equal(c.row[PT_STATE_PRIVATE], 4096);
	assert_int_equal(c.row[PT_STATE_ABSENT], n - 4096);
	pt_image_unref(img);
}

TEST(an_image_lives_as_long_as_somebody_holds_it)
{
	struct pt_image *img = new_image();
	const struct pt_image *other = pt_image_ref(img);

	assert_null(pt_image_unref(img));
	assert_string_equal(other->name, "redis-server");
	assert_null(pt_image_unref(other));
	assert_null(pt_image_unref(NULL));
}

TEST(a_cell_stands_for_the_most_frequent_of_what_is_there)
{
	struct pt_counts c = { .npages = 100 };

	c.row[PT_STATE_ABSENT] = 100;
	assert_int_equal(pt_counts_row(&c), PT_STATE_ABSENT);
	c.row[PT_STATE_ABSENT] = 97;
	c.row[PT_STATE_COW] = 1;
	c.row[PT_STATE_PRIVATE] = 2;
	assert_int_equal(pt_counts_row(&c), PT_STATE_PRIVATE);
	c.row[PT_STATE_COW] = 2;
	assert_int_equal(pt_counts_row(&c), PT_STATE_COW);	/* as many: the earlier row */
}

TEST(a_cell_is_huge_only_if_all_that_is_there_is_huge)
{
	struct pt_counts c = { .npages = 10, .row[PT_STATE_ABSENT] = 4, .row[PT_STATE_PRIVATE] = 6,
			       .over = { 6, 5, 0 } };

	assert_int_equal(pt_counts_over(&c), HUGE);
	c = (struct pt_counts){ .npages = 10, .row[PT_STATE_ABSENT] = 10 };
	assert_int_equal(pt_counts_over(&c), 0);
}
