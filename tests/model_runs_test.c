/* Columns of single pages, and runs of equal ones. */
#include <stdlib.h>
#include "model.h"

/* ---- columns */

static void add_page(struct pt_sum *sums, const struct page *p, const struct pt_vma *vma,
		     uint64_t npages)
{
	struct pt_facts f = facts_of(p, vma);

	pt_columns_add(sums, &f, p->how & (NOCOUNT | NOPFN) ? 0 : p->count, npages);
}

static uint64_t bytes(const struct pt_sum *sums, enum pt_column col)
{
	return pt_sum_bytes(col, &sums[col]);
}

TEST(columns_add_up_as_by_hand)
{
	struct pt_sum s[PT_NCOLS] = { 0 };

	add_page(s, &(struct page){ P | E, 1, MINE, SCAN }, &anon, 3);
	add_page(s, &(struct page){ P, 2, USED | ANON | SWAPBACKED, SCAN }, &anon, 2);
	add_page(s, &(struct page){ P, 3, USED | ANON | SWAPBACKED | KSM, SCAN }, &anon, 1);
	add_page(s, &(struct page){ P | F, 4, USED, SCAN }, &library, 4);
	add_page(s, &(struct page){ P | F | E, 1, USED, SCAN }, &library, 1);
	add_page(s, &(struct page){ P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &anon, 100);
	add_page(s, &(struct page){ 0x4000000000000020, 0, 0, 0 }, &anon, 7);
	add_page(s, &(struct page){ 0x440000000000009f, 0, 0, 0 }, &anon, 9);
	add_page(s, &(struct page){ P | E, 1, MINE | THP | HEAD, SCAN | PMD }, &locked, 512);
	add_page(s, &(struct page){ P | E, 1, UPTODATE | HUGETLB | ANON | HEAD, SCAN | PMD },
		 &huge_anon, 512);

	assert_int_equal(bytes(s, PT_COL_RSS), (3 + 2 + 1 + 4 + 1 + 512) * 4096);
	assert_int_equal(bytes(s, PT_COL_USS), (3 + 1 + 512) * 4096);
	assert_int_equal(bytes(s, PT_COL_SHARED), 4 * 4096);
	assert_int_equal(bytes(s, PT_COL_COW), 2 * 4096);
	assert_int_equal(bytes(s, PT_COL_KSM), 4096);
	assert_int_equal(bytes(s, PT_COL_LOCKED), 512 * 4096);
	assert_int_equal(bytes(s, PT_COL_THP), 512 * 4096);
	assert_int_equal(bytes(s, PT_COL_HUGETLB), 512 * 4096);
	assert_int_equal(bytes(s, PT_COL_SWAP), 7 * 4096);
	/* (4096 << 12) / count of each page: 516 whole ones, 2 halves, a third, 4 quarters */
	assert_int_equal(s[PT_COL_PSS].value,
			 516 * 16777216ull + 2 * 8388608ull + 5592405ull + 4 * 4194304ull);
	assert_int_equal(bytes(s, PT_COL_PSS), (516 + 1 + 1) * 4096 + 1365);
	assert_int_equal(bytes(s, PT_COL_FREED), (3 + 512) * 4096);
	for (int i = 0; i < PT_NCOLS; i++)	/* who else holds a swap slot is not known */
		assert_int_equal(s[i].unknown, i == PT_COL_FREED ? 7 : 0);
}

TEST(pss_loses_what_smaps_loses)
{
	struct pt_sum s[PT_NCOLS] = { 0 };

	for (int i = 0; i < 3; i++)
		add_page(s, &(struct page){ P | F, 3, USED, SCAN }, &library, 1);
	assert_int_equal(s[PT_COL_PSS].value, 3 * 5592405);
	assert_int_equal(bytes(s, PT_COL_PSS), 4095);	/* not 4096: each third was cut off */
	add_page(s, &(struct page){ P | F, 3, USED, SCAN }, &library, 2);
	assert_int_equal(s[PT_COL_PSS].value, 5 * 5592405);
}

TEST(what_is_not_known_is_left_out_and_counted)
{
	struct pt_sum s[PT_NCOLS] = { 0 };

	add_page(s, &(struct page){ P | E, 1, MINE, SCAN }, &anon, 1);
	add_page(s, &(struct page){ P, 0, 0, SCAN | NOPFN }, &anon, 10); /* a: not the zero page */
	add_page(s, &(struct page){ P, 0, 0, NOPFN }, &anon, 5); /* it may be the zero page */
	add_page(s, &(struct page){ S, 0, 0, NOPFN }, &anon, 3);		/* it may be swap */

	assert_int_equal(bytes(s, PT_COL_RSS), 11 * 4096);
	assert_int_equal(s[PT_COL_RSS].unknown, 5);
	assert_int_equal(bytes(s, PT_COL_PSS), 4096);
	assert_int_equal(s[PT_COL_PSS].unknown, 15);
	assert_int_equal(bytes(s, PT_COL_USS), 4096);
	assert_int_equal(s[PT_COL_USS].unknown, 15);
	assert_int_equal(s[PT_COL_COW].unknown, 15);
	assert_int_equal(s[PT_COL_KSM].unknown, 15);
	assert_int_equal(bytes(s, PT_COL_SWAP), 0);
	assert_int_equal(s[PT_COL_SWAP].unknown, 3);
	assert_int_equal(s[PT_COL_FREED].unknown, 18);
	assert_int_equal(s[PT_COL_LOCKED].unknown, 0);
	assert_int_equal(s[PT_COL_HUGETLB].unknown, 0);
	assert_int_equal(s[PT_COL_THP].unknown, 5);	/* without the scan */
}

TEST(a_page_without_a_count_is_resident_but_its_share_is_unknown)
{
	struct pt_sum s[PT_NCOLS] = { 0 };

	add_page(s, &(struct page){ P, 0, 0, SCAN }, &mixed_map, 2);
	assert_int_equal(bytes(s, PT_COL_RSS), 2 * 4096);
	assert_int_equal(s[PT_COL_PSS].value, 0);
	assert_int_equal(s[PT_COL_PSS].unknown, 2);
}

TEST(columns_are_named_and_ranked_without_clash)
{
	for (int i = 0; i < PT_NCOLS; i++)
		for (int k = 0; k < i; k++) {
			assert_string_not_equal(pt_columns[i].name, pt_columns[k].name);
			assert_string_not_equal(pt_columns[i].title, pt_columns[k].title);
			for (int l = 0; l < PT_NLISTS; l++)
				assert_true(!pt_columns[i].rank[l] ||
					    pt_columns[i].rank[l] != pt_columns[k].rank[l]);
		}
}

/* ---- runs */

TEST(equal_neighbours_are_one_run)
{
	struct pt_runs runs = { 0 };

	for (uint64_t vpn = 100; vpn < 200; vpn++)
		assert_int_equal(pt_runs_add(&runs,
					     &(struct pt_run){ .vpn = vpn, .pm = 1, .count = 2 },
					     true),
				 0);
	assert_int_equal(runs.n, 1);
	assert_int_equal(runs.r[0].vpn, 100);
	assert_int_equal(runs.r[0].npages, 100);
	free(runs.r);
}

TEST(a_run_ends_where_anything_differs)
{
	const struct pt_run page[] = {
		{ .vpn = 1, .pm = 1 },
		{ .vpn = 2, .pm = 3 },
		{ .vpn = 3, .pm = 3, .count = 1 },
		{ .vpn = 4, .pm = 3, .count = 1, .kflags = 1 },
		{ .vpn = 6, .pm = 3, .count = 1, .kflags = 1 },
	};
	struct pt_runs runs = { 0 };

	for (size_t i = 0; i < LEN(page); i++)
		assert_int_equal(pt_runs_add(&runs, &page[i], true), 0);
	assert_int_equal(runs.n, LEN(page));
	for (size_t i = 0; i < runs.n; i++)
		assert_int_equal(runs.r[i].npages, 1);
	free(runs.r);
}

/* At random: neighbouring frames, the same frame again and again, gaps; each page is where it was put. */
TEST(each_page_keeps_its_frame)
{
	enum { N = 60000 };
	struct pt_pfns a = { .n = 0 }, b = { .like = &a };
	uint64_t *want = calloc(N, sizeof(*want)), x = 3, vpn = 0, shared = 0;

	while (vpn < N) {
		uint64_t n = 1 + random_next(&x) % 300, pfn = 1 + random_next(&x) % 1000000;

		for (uint64_t i = 0; i < n && vpn + i < N; i++)
			want[vpn + i] = pfn + i;
		n = vpn + n > N ? N - vpn : n;
		assert_int_equal(pt_pfns_add(&a, 100 + vpn, pfn, n), 0);
		assert_int_equal(pt_pfns_add(&b, 100 + vpn, pfn + (vpn < 10000), n), 0);
		vpn += n + random_next(&x) % 20;
	}
	assert_int_equal(pt_pfns_close(&a) | pt_pfns_close(&b), 0);
	for (vpn = 0; vpn < N; vpn++)
		if (want[vpn] && pt_pfns_at(&a, 100 + vpn) != want[vpn])
			fail_msg("page %llu is elsewhere", (unsigned long long)vpn);
	for (vpn = 0; vpn < N; vpn += 1 + random_next(&x) % 50) {
		uint64_t n = want[vpn] ? pt_pfns_run(&a, 100 + vpn, N - vpn) : 0;

		for (uint64_t i = 0; i < n; i++)
			assert_true(!want[vpn + i] || want[vpn + i] == want[vpn] + i);
	}
	for (size_t i = 0; i < a.n; i++)
		shared += a.block[i] == b.block[i];
	assert_in_range(shared, a.n - 2, a.n - 1);	/* all but the blocks that differ */
	pt_pfns_done(&a);
	assert_int_equal(pt_pfns_at(&b, 100 + 20000), want[20000] ? want[20000] : pt_pfns_at(&b, 100 + 20000));
	pt_pfns_done(&b);
	free(want);
}

TEST(a_run_ends_at_a_border_whatever_follows)
{
	struct pt_runs runs = { 0 };

	pt_runs_add(&runs, &(struct pt_run){ .vpn = 1 }, true);
	pt_runs_add(&runs, &(struct pt_run){ .vpn = 2 }, true);
	pt_runs_add(&runs, &(struct pt_run){ .vpn = 3 }, false);
	assert_int_equal(runs.n, 2);
	assert_int_equal(runs.r[0].npages, 2);
	free(runs.r);
}

TEST(a_run_is_found_by_any_of_its_pages_or_from_below)
{
	struct pt_runs runs = { 0 };
	uint64_t vpn = 0, x = 15;

	assert_int_equal(pt_runs_at_or_above(&runs, 5), 0);
	for (int i = 0; i < 300; i++) {
		vpn += 1 + (coin(&x) ? random_next(&x) % 3 : 0);
		pt_runs_add(&runs, &(struct pt_run){ .vpn = vpn, .count = random_next(&x) % 2 }, true);
	}
	for (uint64_t v = 0; v < vpn + 5; v++) {
		size_t naive = 0;

		while (naive < runs.n && runs.r[naive].vpn + runs.r[naive].npages <= v)
			naive++;
		assert_int_equal(pt_runs_at_or_above(&runs, v), naive);
	}
	free(runs.r);
}
