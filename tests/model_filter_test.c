/* Filters: what their words mean, and the pages that are meant. */
#include <string.h>
#include <strings.h>
#include <errno.h>
#include <stdio.h>
#include "pagetop/model/explain.h"
#include "pagetop/model/filter.h"
#include "pagetop/model/image.h"
#include "pagetop/model/matches.h"
#include "pagetop/model/tally.h"
#include "pagetop/model/wish.h"
#include "model.h"

/* ---- filters */

static int filtered(const char *words, const struct page *p, const struct pt_vma *vma)
{
	struct pt_facts f = facts_of(p, vma);
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;

	if (pt_filter_parse(words, &filter, &why))
		fail_msg("%s: %s", words, why.s);
	return pt_filter_match(&filter, &f);
}

TEST(a_filter_wants_all_of_its_words)
{
	const struct page mine = { P | E, 1, MINE, SCAN }, thp = { P, 2, MINE | THP | HEAD, SCAN | PMD };
	static const struct { const char *words; int of_mine, of_thp; } want[] = {
		{ "", 1, 1 }, { "present", 1, 1 }, { "thp", 0, 1 }, { "~thp", 1, 0 }, { "private", 1, 0 },
		{ "cow", 0, 1 }, { "cow,thp", 0, 1 }, { " COW , ~mlocked ", 0, 1 }, { "cow,private", 0, 0 },
		{ "count1", 1, 0 }, { "count>1", 0, 1 }, { "count<2", 1, 0 }, { "count2,huge", 0, 1 },
		{ "sharing:mapped once", 1, 0 }, { "size:thp by pmd", 0, 1 }, { "~size:4K", 0, 1 },
		{ "other entry", 0, 0 }, { "anon,swapbacked", 1, 1 }, { "locked", 0, 0 },
		{ "change:sole owner", -1, -1 }, { "change:cow broken", -1, -1 },	/* as it was called */
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(filtered(want[i].words, &mine, &anon), want[i].of_mine);
		assert_int_equal(filtered(want[i].words, &thp, &anon), want[i].of_thp);
	}
}

/* By name, for machines, and as the legend calls it; there may be a comma in that. */
TEST(a_row_is_a_word_by_its_name_and_by_its_label)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;
	char words[128];

	for (int i = 0; i < PT_NROWS; i++)
		for (int label = 0; label <= 1; label++) {
			snprintf(words, sizeof(words), "present, ~%s:%s ,thp", pt_lenses[pt_rows[i].lens].name,
				 label ? pt_rows[i].label : pt_rows[i].name);
			if (pt_filter_parse(words, &filter, &why))
				fail_msg("%s: %s", words, why.s);
			if (filter.n != 3 || filter.word[1].row != i || !filter.word[1].not)
				fail_msg("%s: %d words, row %d, not %d", words, filter.n, filter.word[1].row, i);
		}
	assert_int_equal(pt_filter_parse("file, mapped once", &filter, &why), 0);
	assert_int_equal(filter.word[0].row, PT_STATE_FILE_ONE);
	assert_int_equal(pt_filter_parse("thp,file,mapped once,~state:File,  mapped once", &filter, &why), 0);
	assert_int_equal(filter.n, 3);
	assert_int_equal(filter.word[1].row, PT_STATE_FILE_ONE);
	assert_int_equal(filter.word[2].row, PT_STATE_FILE_ONE);
	assert_int_equal(pt_filter_parse("file, mapped twice", &filter, &why), -EINVAL);
	assert_non_null(strstr(why.s, "unknown filter \"file\""));
	pt_str_done(&why);
}

TEST(a_fact_whose_name_misleads_has_a_better_one)
{
	static const char *const word[] = { "cow_broken", "sole_owner", "Sole_Owner" };
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;

	for (size_t i = 0; i < LEN(word); i++) {
		assert_int_equal(pt_filter_parse(word[i], &filter, &why), 0);
		assert_int_equal(filter.word[0].fact, PT_FACT_ALONE);
	}
	assert_string_equal(pt_fact_name(PT_FACT_ALONE), "cow_broken");
	assert_string_equal(pt_fact_word(PT_FACT_ALONE), "sole_owner");
	assert_string_equal(pt_fact_word(PT_FACT_ANON), "anon");
	assert_string_equal(pt_filter_nearest("sole_ower", 9).word, "sole_owner");
}

TEST(a_filter_does_not_guess)
{
	const struct page unseen = { P, 0, 0, SCAN | NOPFN };

	assert_int_equal(filtered("anonymous", &unseen, &anon), 1);
	assert_int_equal(filtered("private", &unseen, &anon), -1);
	assert_int_equal(filtered("~private", &unseen, &anon), -1);
	assert_int_equal(filtered("count1", &unseen, &anon), -1);
	assert_int_equal(filtered("thp", &unseen, &anon), -1);
	assert_int_equal(filtered("ksm", &unseen, &anon), -1);
	assert_int_equal(filtered("thp,~present", &unseen, &anon), 0);
}

TEST(a_filter_takes_the_cgroup_that_pays_and_those_below_it)
{
	static const struct page there = { P | E, 1, MINE, SCAN }, absent = { 0, 0, 0, 0 }, restless = { 0, 0, 0, NEVER_STILL };
	static const struct { const char *words, *path; int match; } row[] = {
		{ "cgroup:/a", "/a", 1 }, { "cgroup:/a", "/a/b", 1 }, { "cgroup:/a/", "/a", 1 }, { "cgroup:/a", "/ab", 0 },
		{ "cgroup:/a/b", "/a", 0 }, { "cgroup:/a", "/A", 0 }, { "cgroup:/", "/", 1 }, { "cgroup:/", "/a", 1 },
		{ "cgroup:/", "", 0 }, { "~cgroup:/", "", 1 }, { "~cgroup:/a", "/ab", 1 }, { "cgroup:/a", NULL, -1 },
		{ "~cgroup:/a", NULL, -1 }, { "cgroup:/a,cgroup:/a/b", "/a/b", 1 }, { "cgroup:/a,~cgroup:/a/b", "/a/b", 0 },
	};
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;
	char words[PT_FILTER_TEXT + 16] = "";

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_facts f = facts_of(&there, &anon);

		assert_int_equal(pt_filter_parse(row[i].words, &filter, &why), 0);
		assert_int_equal(pt_filter_needs(&filter), PT_NEED_CGROUP | PT_NEED_PATHS);
		f.cgroup = row[i].path;
		if (pt_filter_match(&filter, &f) != row[i].match)
			fail_msg("%s of \"%s\"", row[i].words, row[i].path ? row[i].path : "?");
	}
	assert_int_equal(filtered("cgroup:/", &absent, &anon), 0);
	assert_int_equal(filtered("~cgroup:/", &absent, &anon), 1);
	assert_int_equal(filtered("cgroup:/", &restless, &anon), -1);
	snprintf(words, sizeof(words), "cgroup:/%0*d", PT_FILTER_TEXT - 2, 0);
	assert_int_equal(pt_filter_parse(words, &filter, &why), 0);
	snprintf(words, sizeof(words), "cgroup:/%0*d", PT_FILTER_TEXT - 1, 0);
	assert_int_equal(pt_filter_parse(words, &filter, &why), -EINVAL);
	assert_string_equal(why.s, "paths too long: a filter takes at most 255 bytes of them");
	pt_str_done(&why);
}

/* What is hidden leaves open which row it is, but not all of them. */
TEST(a_filter_knows_what_a_page_of_a_hidden_kind_is_not)
{
	const struct page unseen = { P, 0, 0, SCAN | NOPFN }, entry = { S, 0, 0, NOPFN };
	static const char *const no[] = { "zero", "absent", "swapped", "guard", "backed", "unknown" };

	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_int_equal(filtered(no[i], &unseen, &anon), 0);
	assert_int_equal(filtered("~zero", &unseen, &anon), 1);
	assert_int_equal(filtered("thp,absent", &unseen, &anon), 0);
	assert_int_equal(filtered("cow", &entry, &anon), 0);
	assert_int_equal(filtered("swapped", &entry, &anon), -1);
	assert_int_equal(filtered("unknown", &entry, &anon), 1);
}

TEST(what_is_not_present_has_no_count)
{
	const struct page absent = { 0, 0, 0, 0 }, swapped = { 0x4000000000000020, 0, 0, 0 };

	assert_int_equal(filtered("count1", &absent, &anon), 0);
	assert_int_equal(filtered("~count1", &absent, &anon), 1);
	assert_int_equal(filtered("count>1", &swapped, &anon), 0);
}

TEST(a_soft_dirty_bit_that_is_not_kept_says_nothing)
{
	struct pt_facts_context ctx = *context();
	struct pt_run run = { .pm = PT_RUN(PRESENT) };
	struct pt_facts f = pt_facts_of(&run, &anon, &ctx);

	assert_false(f.known.d & PT_F(SOFT_DIRTY));
	assert_false(pt_facts_asked(&ctx).d & PT_F(SOFT_DIRTY));
	ctx.soft_dirty = true;
	f = pt_facts_of(&run, &anon, &ctx);
	assert_true(f.known.d & ~f.yes.d & PT_F(SOFT_DIRTY));
	assert_true(pt_facts_asked(&ctx).d & PT_F(SOFT_DIRTY));
	run.pm |= PT_RUN(SOFT_DIRTY);	/* a bit that is set speaks for itself */
	ctx.soft_dirty = false;
	f = pt_facts_of(&run, &anon, &ctx);
	assert_true(f.yes.d & PT_F(SOFT_DIRTY));
}

TEST(a_word_that_is_none_gets_a_sentence)
{
	static const char *const bad[] = { "nosuch", "count", "count>", "count<0", "count>x", "~", "size:5K",
					   "nolens:4K", "thp,,no", "a\033[2J" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pt_str why = PT_STR_INIT;
		struct pt_filter filter;

		assert_int_equal(pt_filter_parse(bad[i], &filter, &why), -EINVAL);
		assert_non_null(strstr(why.s, "unknown filter \""));
		assert_null(strchr(why.s, '\033'));
		pt_str_done(&why);
	}
}

/* A row that is in no other lens needs no prefix; the state lens comes first. */
TEST(a_row_is_found_by_its_name_alone)
{
	for (int i = 0; i < PT_NROWS; i++) {
		const char *name = pt_rows[i].name;
		int row = pt_filter_row(name, strlen(name));

		assert_string_equal(pt_rows[row].name, name);
		if (row < PT_NSTATES)
			continue;
		for (int k = PT_NSTATES; k < PT_NROWS; k++)	/* else one of them would be meant by chance */
			if (k != row && !strcasecmp(pt_rows[k].name, name))
				fail_msg("%s is in two lenses, and not in the state lens", name);
	}
	assert_int_equal(pt_filter_row("Hole", 4), PT_LOCK_HOLE);
	assert_int_equal(pt_filter_row("lock:absent", 11), PT_LOCK_ABSENT);
	assert_int_equal(pt_filter_row("absent", 6), PT_STATE_ABSENT);
	assert_int_equal(pt_filter_row("node 0", 6), PT_NODE_0);
	assert_int_equal(pt_filter_row("size:hole", 9), -1);
}

TEST(no_present_page_without_count_is_without_reason)
{
	static const uint64_t flags[] = { 0, ZERO_PAGE, ZERO_PAGE | THP | HEAD, RESERVED, UPTODATE,
					  HUGETLB, UPTODATE | LRU | ANON };

	for (size_t i = 0; i < LEN(flags); i++) {
		struct pt_facts f = facts_of(&(struct page){ P, 0, flags[i], SCAN }, &anon);

		assert_non_null(pt_explain_uncounted(&f));
		f = facts_of(&(struct page){ P, 1, flags[i], SCAN }, &anon);
		assert_null(pt_explain_uncounted(&f));
		f = facts_of(&(struct page){ P, 0, flags[i], SCAN | NOCOUNT }, &anon);
		assert_null(pt_explain_uncounted(&f));
	}
}

/* A word means one thing: facts, bits, overlays and states have no name in common. */
TEST(no_word_of_filters_means_two_things)
{
	const char *name[PT_NFACTS + 64 + PT_NSTATES];
	size_t n = 0;

	for (int i = 0; i < PT_NFACTS; i++)
		name[n++] = pt_fact_name(i);
	for (int i = 0; i < 64; i++)
		if (pt_kpf_name(i))
			name[n++] = pt_kpf_name(i);
	for (int i = 0; i < PT_NSTATES; i++)
		name[n++] = pt_rows[i].name;
	for (size_t i = 0; i < n; i++) {
		assert_null(strpbrk(name[i], ",~:"));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(name[i], name[k]);
	}
}

/* ---- pages that a filter means */

static int match_of(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn, const struct pt_filter *filter)
{
	struct pt_run run = pt_image_run(img, vma, vpn);
	struct pt_facts f = pt_facts_of(&run, vma, &img->ctx);

	return pt_filter_match(filter, &f);
}

static const char *const meant[] = { "cow", "absent", "private,~locked", "~present", "huge", "swapped", "thp", "~cow",
				     "ksm" };

/* The filter of this turn, and its matches in the image. */
static struct pt_filter make_matches(struct pt_matches *m, const struct pt_image *img, int turn)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;

	assert_int_equal(pt_filter_parse(meant[turn % (int)LEN(meant)], &filter, &why), 0);
	assert_int_equal(pt_matches_make(m, img, &filter), 0);
	return filter;
}

TEST(counting_what_is_meant_is_looking_at_each_page)
{
	uint64_t x = 33, all_yes, all_open;

	for (int i = 0; i < 100; i++) {
		struct pt_matches matches = { 0 };
		struct pt_filter filter;
		struct model m;

		model_init(&m, &x);
		filter = make_matches(&matches, m.img, i);
		all_yes = all_open = 0;
		for (size_t v = 0; v < m.img->vmas.n; v++) {
			const struct pt_vma *vma = &m.img->vmas.v[v];
			uint64_t end = pt_vma_end_vpn(vma), lo = pt_vma_vpn(vma) + random_next(&x) % (end - pt_vma_vpn(vma));
			struct pt_counts c, naive = { .npages = 0 };
			uint64_t open, naive_open = 0;

			for (uint64_t vpn = pt_vma_vpn(vma); vpn < end; vpn++) {
				int is = match_of(m.img, vma, vpn, &filter);

				all_yes += is > 0;
				all_open += is < 0;
				if (vpn < lo)
					continue;
				naive.npages += is > 0;
				naive_open += is < 0;
				if (is > 0)
					naive.row[m.row[vpn - m.base]]++;
			}
			pt_matches_count(&matches, vma, lo, end, &c, &open);
			assert_int_equal(c.npages, naive.npages);
			assert_int_equal(open, naive_open);
			assert_memory_equal(c.row, naive.row, sizeof(c.row));
		}
		assert_int_equal(matches.all.nyes, all_yes);
		assert_int_equal(matches.all.nopen, all_open);
		pt_matches_done(&matches);
		pt_image_unref(m.img);
	}
}

/* Where finds begin, page by page: the mapping, the cell in it, the page. */
struct find {
	size_t v;
	uint64_t cell, vpn;
};

static size_t naive_finds(const struct pt_image *img, const struct pt_filter *filter, uint64_t cell, struct find *ret)
{
	size_t n = 0;

	for (size_t v = 0; v < img->vmas.n; v++) {
		const struct pt_vma *vma = &img->vmas.v[v];
		int64_t last = -2;

		for (uint64_t vpn = pt_vma_vpn(vma); vpn < pt_vma_end_vpn(vma); vpn++) {
			int64_t in = (int64_t)((vpn - pt_vma_vpn(vma)) / cell);

			if (match_of(img, vma, vpn, filter) <= 0)
				continue;
			if (in > last + 1)
				ret[n++] = (struct find){ v, (uint64_t)in, vpn };
			last = in;
		}
	}
	return n;
}

static bool is_before(const struct find *a, const struct find *b)
{
	return a->v < b->v || (a->v == b->v && a->cell < b->cell);
}

static enum pt_found naive_find(const struct find *f, size_t n, const struct find *from, bool forward, uint64_t *ret)
{
	if (!n)
		return PT_FOUND_NONE;
	*ret = f[forward ? 0 : n - 1].vpn;
	for (size_t k = 0; k < n; k++) {
		const struct find *at = &f[forward ? k : n - 1 - k];

		if (forward ? is_before(from, at) : is_before(at, from)) {
			*ret = at->vpn;
			return PT_FOUND;
		}
	}
	return PT_FOUND_ROUND;
}

TEST(what_is_found_next_is_what_walking_finds)
{
	struct find find[MAXPAGES];
	uint64_t x = 34;
	int nfound[PT_FOUND_ROUND + 1] = { 0 };

	for (int i = 0; i < 150; i++) {
		uint64_t cell = UINT64_C(1) << random_next(&x) % 6;
		struct pt_matches matches = { 0 };
		struct pt_filter filter;
		struct model m;
		size_t n;

		model_init(&m, &x);
		filter = make_matches(&matches, m.img, i);
		n = naive_finds(m.img, &filter, cell, find);
		for (size_t v = 0; v < m.img->vmas.n; v++)
			for (uint64_t vpn = pt_vma_vpn(&m.img->vmas.v[v]); vpn < pt_vma_end_vpn(&m.img->vmas.v[v]); vpn++)
				for (int forward = 0; forward < 2; forward++) {
					struct find from = { v, (vpn - pt_vma_vpn(&m.img->vmas.v[v])) / cell, vpn };
					uint64_t want = vpn, got = vpn;
					enum pt_found how = naive_find(find, n, &from, forward, &want);

					assert_int_equal(pt_matches_find(&matches, forward, cell, &got), how);
					assert_int_equal(got, want);
					nfound[how]++;
				}
		pt_matches_done(&matches);
		pt_image_unref(m.img);
	}
	assert_true(nfound[PT_FOUND_NONE] && nfound[PT_FOUND] && nfound[PT_FOUND_ROUND]);
}

TEST(of_pages_that_were_not_looked_at_nothing_is_meant_for_sure)
{
	struct pt_image *img = new_image();
	struct pt_matches m = { 0 };
	uint64_t vpn = 0x1000;

	add_vma(img, 0x1000, 16, anon);
	img->lo_vpn = img->hi_vpn = 0;
	complete(img);
	make_matches(&m, img, 1);
	assert_int_equal(m.all.nyes, 0);
	assert_int_equal(m.all.nopen, 16);
	assert_int_equal(pt_matches_find(&m, true, 1, &vpn), PT_FOUND_NONE);
	assert_int_equal(vpn, 0x1000);
	pt_matches_done(&m);
	pt_matches_done(&m);
	pt_image_unref(img);
}
