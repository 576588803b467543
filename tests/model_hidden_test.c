/* The same page seen by who may not see all, and words that mislead. */
#include "pagetop/model/tally.h"
#include "model.h"

/* ---- the same page, seen by who may see all and by who may not */

struct truth {
	struct page page;
	struct pt_vma vma;
};

static void make_anon(struct truth *t, uint64_t *x)
{
	bool many = coin(x), pmd = !(random_next(x) % 4), hugetlb = !(random_next(x) % 5);

	t->page = (struct page){ many ? P : P | E, many ? 2 : 1, USED | ANON, SCAN };
	if (hugetlb) {
		t->vma = huge_anon;
		t->page.kflags |= HUGETLB | HEAD;
		t->page.how |= PMD;
	} else {
		t->vma = random_next(x) % 3 ? anon : coin(x) ? library : locked;
		t->page.kflags |= SWAPBACKED | (pmd ? THP | HEAD : coin(x) ? THP | TAIL : 0);
		t->page.how |= pmd ? PMD : 0;
		if (!(random_next(x) % 4)) {
			t->vma = coin(x) ? lazy : droppable;
			t->page.kflags &= ~SWAPBACKED;
		} else if (!pmd && !(random_next(x) % 4)) {
			t->page.kflags = USED | ANON | SWAPBACKED | KSM;
		} else if (coin(x)) {
			t->vma.lazyfree = PT_YES;
		}
	}
	if (t->page.how & PMD && coin(x))	/* bit 56 tells of the first page only */
		t->page.word ^= E;
}

static void make_present(struct truth *t, uint64_t *x)
{
	static const struct { struct page page; const struct pt_vma *vma; } other[] = {
		{ { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &anon },
		{ { P | F, 0, HEAD | THP | ZERO_PAGE, SCAN | PFNZERO | PMD }, &anon },
		{ { P, 0, HEAD | THP | ZERO_PAGE, SCAN | PFNZERO | PMD }, &lazy },
		{ { P | F | E, 1, USED | SWAPBACKED, SCAN }, &memfd },
		{ { P | F, 4, USED | SWAPBACKED | HEAD | THP, SCAN | PMD }, &memfd },
		{ { P | F | E, 1, UPTODATE | MMAP | HUGETLB | HEAD, SCAN | PMD }, &huge_shared },
		{ { P | F | E, 1, USED, SCAN }, &library },
		{ { P | F, 5, USED | THP | TAIL, SCAN }, &file },
		{ { P | F, 7, MMAP | RESERVED, SCAN }, &vdso },
		{ { P | F | E, 1, MMAP | HEAD, SCAN }, &ring },
		{ { P | F | E, 1, UPTODATE | MMAP | DIRTY | MLOCKED, SCAN }, &secret },
		{ { P, 0, 0, SCAN }, &mixed_map },
	};
	size_t i = random_next(x) % (2 * LEN(other));

	if (i < LEN(other))
		*t = (struct truth){ other[i].page, *other[i].vma };
	else
		make_anon(t, x);
}

static void make_truth(struct truth *t, uint64_t *x)
{
	uint64_t kind = random_next(x) % 8;

	if (kind > 1)
		make_present(t, x);
	else
		*t = (struct truth){
			{ kind ? S | (random_next(x) % 9 + 1) << 5 | random_next(x) % 32 : 0, 0, 0,
			  SCAN },
			coin(x) ? anon : coin(x) ? vvar : locked
		};
	if (t->page.word & S && t->vma.vmflags & PT_VMF(PF))
		t->vma = anon;
}

static void hide(struct truth *t, uint64_t *x)
{
	t->page.how |= coin(x) ? NOFLAGS : 0;
	t->page.how |= coin(x) ? NOCOUNT : 0;
	t->page.how |= coin(x) ? NOPFN : 0;
	if (coin(x))
		t->page.how &= ~(unsigned)(SCAN | PMD | PFNZERO);
	if (coin(x)) {
		t->vma.got_smaps = false;
		t->vma.vmflags = t->vma.page_bytes = t->vma.swap_bytes = t->vma.lazyfree_bytes = 0;
		t->vma.lazyfree = PT_UNTOLD;
	}
}

/* Facts about the page, not about who answered. The flag of bad memory counts as clear when hidden. */
static const uint64_t of_the_page = ~(PT_F(SCANNED) | PT_F(PFN) | PT_F(GOT_FLAGS) | PT_F(GOT_COUNT) |
				      PT_F(HIDDEN) | PT_F(PMD) | PT_F(PFNZERO));

static void compare(const struct truth *full, const struct truth *part)
{
	struct pt_facts a = facts_of(&full->page, &full->vma), b = facts_of(&part->page, &part->vma);
	enum pt_row_id was = pt_lens_row(PT_LENS_STATE, &a), is = pt_lens_row(PT_LENS_STATE, &b);
	bool is_anon = a.yes.d & PT_F(ANON), is_zero = a.yes.d & PT_F(ZERO);
	uint64_t wrong = a.known.d & b.known.d & (a.yes.d ^ b.yes.d) & of_the_page;

	for (int i = 0; i < PT_NFACTS; i++)
		if (wrong >> i & 1)
			fail_msg("word %llx flags %llx count %u how %u in %s: %s is guessed",
				 (unsigned long long)part->page.word,
				 (unsigned long long)part->page.kflags, part->page.count,
				 part->page.how, part->vma.name, pt_fact_name(i));
	if (is != was && !(is == PT_STATE_ANON && is_anon && !is_zero) &&
	    !(is == PT_STATE_BACKED && full->page.word & P && !is_anon && !is_zero) &&
	    is != PT_STATE_UNKNOWN)
		fail_msg("word %llx flags %llx count %u how %u in %s: %s is taken for %s",
			 (unsigned long long)part->page.word, (unsigned long long)part->page.kflags,
			 part->page.count, part->page.how, part->vma.name, pt_rows[was].name,
			 pt_rows[is].name);
	assert_int_equal(pt_overlays_of(&b) & ~pt_overlays_of(&a), 0);
	assert_int_equal(pt_overlays_of(&a) & ~(pt_overlays_of(&b) | pt_overlays_open(&b)), 0);
}

TEST(hiding_a_source_never_makes_another_state_of_a_page)
{
	uint64_t x = 13;

	for (int i = 0; i < 1000000; i++) {
		struct truth full, part;

		make_truth(&full, &x);
		part = full;
		hide(&part, &x);
		compare(&full, &part);
	}
}

TEST(with_every_source_every_page_has_a_row_of_its_own)
{
	uint64_t x = 14;

	for (int i = 0; i < 200000; i++) {
		struct truth t;
		struct pt_facts f;

		make_truth(&t, &x);
		f = facts_of(&t.page, &t.vma);
		if (t.page.word & P && pt_rows[pt_lens_row(PT_LENS_STATE, &f)].last)
			fail_msg("word %llx flags %llx count %u in %s is %s",
				 (unsigned long long)t.page.word, (unsigned long long)t.page.kflags,
				 t.page.count, t.vma.name, pt_rows[pt_lens_row(PT_LENS_STATE, &f)].name);
	}
}

/* ---- traps */

TEST(a_slab_page_is_neither_anonymous_nor_ksm_whatever_its_flags_say)
{
	static const uint64_t typed[] = { SLAB, BUDDY, PGTABLE, OFFLINE };

	for (size_t i = 0; i < LEN(typed); i++) {
		const struct page p = { P | F, 3, typed[i] | ANON | KSM | MMAP, SCAN };
		struct pt_facts f = facts_of(&p, &ring);

		assert_int_equal(f.yes.d & (PT_F(ANON) | PT_F(KSM)), 0);
		assert_int_equal(f.yes.k & (ANON | KSM | MMAP), 0);
		assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_SPECIAL);
	}
}

TEST(the_huge_zero_page_is_zero_although_bit_61_says_file)
{
	const struct page p = { P | F, 0, TAIL | THP | ZERO_PAGE, SCAN | PMD | PFNZERO };
	struct pt_facts f = facts_of(&p, &anon);

	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_ZERO);
	assert_true(f.yes.d & PT_F(ZERO));
	assert_false(f.yes.d & (PT_F(ANON) | PT_F(SHMEM)));
}

TEST(a_guard_page_is_known_by_its_bit_whatever_lies_in_the_low_ones)
{
	assert_int_equal(sign_of(&(struct page){ S | G | 31 | 4 << 5, 0, 0, 0 }, &anon), 'g');
	assert_int_equal(sign_of(&(struct page){ S | G | 0x123 << 5, 0, 0, 0 }, &anon), 'g');
	assert_int_equal(sign_of(&(struct page){ S | G | 31 | 2 << 5, 0, 0, 0 }, &anon), 'g');
}

TEST(bit_62_alone_does_not_mean_swapped)
{
	struct pt_facts_context ctx = { .kmask = UINT64_MAX };
	static const char *const want[] = { [0] = "s", [22] = "s", [23] = "?", [27] = "?", [28] = "?",
					    [30] = "?", [31] = "o" };

	pt_swap_layout_init(&ctx.layout, &(struct pt_swap_build){ .markers = PT_YES, .marker_type = 31 });
	for (unsigned type = 0; type < LEN(want); type++) {
		const struct page p = { S | 1 << 5 | type, 0, 0, 0 };
		struct pt_run run = run_of(&p);
		struct pt_facts f = pt_facts_of(&run, &anon, &ctx);

		if (want[type])
			assert_int_equal(pt_rows[pt_lens_row(PT_LENS_STATE, &f)].sign, want[type][0]);
	}
}

TEST(a_device_entry_is_another_entry_where_the_layout_is_known)
{
	struct pt_facts_context ctx = { .kmask = UINT64_MAX };
	const struct page p = { S | 9 << 5 | 29, 0, 0, 0 };
	struct pt_run run = run_of(&p);
	struct pt_facts f;

	pt_swap_layout_init(&ctx.layout, &(struct pt_swap_build){ PT_YES, PT_YES, PT_YES, 31 });
	f = pt_facts_of(&run, &anon, &ctx);
	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_OTHER);
}

TEST(bit_56_of_a_huge_page_does_not_make_it_private)
{
	const uint64_t thp = USED | ANON | SWAPBACKED | HEAD | THP;

	assert_int_equal(sign_of(&(struct page){ P | E, 2, thp, SCAN | PMD }, &anon), 'c');
	assert_int_equal(sign_of(&(struct page){ P, 1, thp, SCAN | PMD }, &anon), 'p');
}

TEST(a_present_page_mapped_zero_times_is_unknown_not_private)
{
	assert_int_equal(sign_of(&(struct page){ P, 0, USED | ANON | SWAPBACKED, SCAN }, &anon), '?');
}

TEST(a_page_that_would_not_hold_still_is_unknown_in_everything)
{
	const struct pt_run run = { .npages = 1, .pm = PT_RUN(UNSTABLE) };
	struct pt_facts f = pt_facts_of(&run, &locked, context());
	struct pt_sum sums[PT_NCOLS] = { 0 };

	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_UNKNOWN);
	assert_int_equal(pt_overlays_of(&f), 0);
	pt_columns_add(sums, &f, 0, 1);
	for (int i = 0; i < PT_NCOLS; i++) {
		assert_int_equal(sums[i].value, 0);
		assert_int_equal(sums[i].unknown, 1);
	}
}

TEST(without_smaps_nobody_knows_what_is_locked_or_unmappable)
{
	struct pt_vma vma = anon;
	struct pt_facts f;

	vma.got_smaps = false;
	f = facts_of(&(struct page){ P | E, 1, MINE, SCAN }, &vma);
	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_PRIVATE);
	assert_false(f.known.d & PT_F(LOCKED));
	f = facts_of(&(struct page){ 0, 0, 0, 0 }, &vma);
	assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), PT_STATE_UNKNOWN);
	assert_true(f.known.d & PT_F(LOCKED));		/* what is not there is not locked */
}
