/* Facts of a page by its words, its row in each lens, and what is said of it. */
#include <stdlib.h>
#include <string.h>
#include "pagetop/kernel/kpage.h"
#include "pagetop/model/explain.h"
#include "pagetop/model/image.h"
#include "pagetop/model/tally.h"
#include "model.h"

static uint8_t over_of(const struct page *p, const struct pt_vma *vma)
{
	struct pt_facts f = facts_of(p, vma);

	return pt_overlays_of(&f);
}

/* ---- facts and the state lens */

struct seen {
	const char *what;
	struct page page;
	const struct pt_vma *vma;
	char sign;
	uint8_t over;
};

/* What a kernel shows for pages that were made on purpose, and what they are. */
static const struct seen seen[] = {
	{ "private anonymous, written", { P | E, 1, MINE, SCAN }, &anon, 'p', 0 },
	{ "the same, then PROT_NONE", { P | E, 1, MINE, SCAN }, &noaccess, 'p', 0 },
	{ "read-only touched anonymous",
	  { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &anon, 'z', 0 },
	{ "DAX, by PTE", { P | F, 0, 0, SCAN | DEV }, &file, 'v', 0 },
	{ "DAX, by PMD", { P, 0, 0, SCAN | PMD | DEV }, &file, 'v', HUGE },
	{ "untouched, or MADV_DONTNEED", { 0, 0, 0, 0 }, &anon, '.', 0 },
	{ "forked, not yet written", { P, 2, USED | ANON | SWAPBACKED, SCAN }, &anon, 'c', 0 },
	{ "forked, the other side wrote",
	  { P | E, 1, USED | ANON | SWAPBACKED, SCAN }, &anon, 'p', 0 },
	{ "private file, read once", { P | F | E, 1, USED, SCAN }, &library, 'i', 0 },
	{ "private file, read by many", { P | F, 9, USED | OWNER_2, SCAN }, &library, 'h', 0 },
	{ "private file, in a large folio",
	  { P | F | E, 1, USED | HEAD | THP, SCAN }, &library, 'i', LARGE },
	{ "private file, written", { P | E, 1, MINE, SCAN }, &library, 'w', 0 },
	{ "shared file, written", { P | F | E, 1, USED | DIRTY, SCAN }, &file, 'i', 0 },
	{ "memfd", { P | F | E, 1, USED | SWAPBACKED | DIRTY, SCAN }, &memfd, 'm', 0 },
	{ "memfd, mapped by others too", { P | F, 3, USED | SWAPBACKED, SCAN }, &memfd, 'm', 0 },
	{ "private map of memfd, written", { P | E, 1, MINE, SCAN }, &memfd_copy, 'w', 0 },
	{ "private /dev/zero, written", { P | E, 1, MINE, SCAN }, &dev_zero, 'p', 0 },
	{ "MADV_FREE", { P | E, 1, USED | ANON | OWNER_2, SCAN }, &lazy, 'f', 0 },
	{ "MADV_FREE, then all rewritten",
	  { P | E, 1, USED | ANON | OWNER_2, SCAN }, &anon, 'p', 0 },
	{ "MAP_DROPPABLE", { P | E, 1, USED | ANON | OWNER_2, SCAN }, &droppable, 'f', 0 },
	{ "THP, PMD-mapped", { P | E, 1, MINE | HEAD | THP, SCAN | PMD }, &anon, 'p', HUGE },
	{ "THP, PMD-mapped, a tail",
	  { P | E, 1, MINE | TAIL | THP, SCAN | PMD }, &anon, 'p', HUGE },
	{ "THP, PTE-mapped", { P | E, 1, MINE | TAIL | THP | DIRTY, SCAN }, &anon, 'p', LARGE },
	{ "THP, PMD-mapped, forked",
	  { P, 2, USED | ANON | SWAPBACKED | HEAD | THP, SCAN | PMD }, &anon, 'c', HUGE },
	{ "shmem THP",
	  { P | F | E, 1, USED | SWAPBACKED | HEAD | THP | DIRTY, SCAN | PMD }, &memfd, 'm', HUGE },
	{ "mTHP of 64K", { P | E, 1, MINE | TAIL | THP, SCAN }, &anon, 'p', LARGE },
	{ "huge zero page",
	  { P | F, 0, HEAD | THP | ZERO_PAGE, SCAN | PFNZERO | PMD }, &anon, 'z', HUGE },
	{ "hugetlb, private",
	  { P | E, 1, UPTODATE | MMAP | HUGETLB | ANON | HEAD | OWNER_2, SCAN | PMD }, &huge_anon, 'p', HUGE },
	{ "hugetlb, after fork",
	  { P, 2, UPTODATE | MMAP | HUGETLB | ANON | TAIL, SCAN | PMD }, &huge_anon, 'c', HUGE },
	{ "hugetlb, shared",
	  { P | F | E, 1, UPTODATE | MMAP | HUGETLB | DIRTY | HEAD, SCAN | PMD }, &huge_shared, 'm', HUGE },
	{ "mlocked", { P | E, 1, MINE | MLOCKED | UNEVICTABLE, SCAN }, &locked, 'p', LOCKED },
	{ "mlocked, THP and forked",
	  { P, 2, USED | ANON | SWAPBACKED | HEAD | THP | MLOCKED, SCAN | PMD }, &locked, 'c', HUGE | LOCKED },
	{ "in a locked mapping, without the flag", { P | E, 1, MINE, SCAN }, &locked, 'p', LOCKED },
	{ "in a locked mapping, absent", { 0, 0, 0, 0 }, &locked, '.', 0 },
	{ "KSM merged", { P, 8, USED | ANON | SWAPBACKED | KSM | DIRTY, SCAN }, &anon, 'k', 0 },
	{ "KSM, mapped once", { P | E, 1, USED | ANON | SWAPBACKED | KSM, SCAN }, &anon, 'k', 0 },
	{ "swapped", { 0x4000000000000020, 0, 0, 0 }, &anon, 's', 0 },
	{ "swapped, second area", { S | 5 << 5 | 1, 0, 0, 0 }, &anon, 's', 0 },
	{ "swapped in, slot kept", { P | E, 1, MINE | SWAPCACHE | B(37), SCAN }, &anon, 'p', 0 },
	{ "being written to swap",
	  { P | E, 1, MINE | SWAPCACHE | WRITEBACK, SCAN }, &anon, 'p', 0 },
	{ "guard", { 0x440000000000009f, 0, 0, 0 }, &anon, 'g', 0 },
	{ "guard before Linux 6.15", { 0x400000000000009f, 0, 0, 0 }, &anon, 'g', 0 },
	{ "uffd-wp marker", { 0x420000000000003f, 0, 0, 0 }, &anon, 'o', 0 },
	{ "UFFDIO_POISON", { 0x400000000000005f, 0, 0, 0 }, &anon, '!', 0 },
	{ "uffd-wp on a present page", { P | E | UFFD, 1, MINE, SCAN }, &anon, 'p', 0 },
	{ "migration, read", { S | 0x14dedc << 5 | 28, 0, 0, 0 }, &anon, '>', 0 },
	{ "migration, exclusive", { S | 0x14dedc << 5 | 29, 0, 0, 0 }, &anon, '>', 0 },
	{ "migration, write", { S | 0x14dedc << 5 | 30, 0, 0, 0 }, &anon, '>', 0 },
	{ "secretmem",
	  { P | F | E, 1, UPTODATE | MMAP | DIRTY | MLOCKED, SCAN }, &secret, 'x', LOCKED },
	{ "vdso", { P | F, 7, MMAP | RESERVED, SCAN }, &vdso, 'x', 0 },
	{ "vdso, written by a debugger", { P | E, 1, MINE, SCAN }, &vdso, 'p', 0 },
	{ "io_uring ring", { P | F | E, 1, MMAP, SCAN }, &ring, 'x', 0 },
	{ "packet ring", { P | F | E, 1, MMAP | HEAD, SCAN }, &ring, 'x', 0 },
	{ "special PTE of a driver", { P, 0, 0, SCAN }, &mixed_map, 'x', 0 },
	{ "vvar", { 0, 0, 0, 0 }, &vvar, 'u', 0 },
	{ "vsyscall", { 0, 0, 0, 0 }, &vsyscall, 'u', 0 },
	{ "hardware poison by its flag", { P | E, 1, MINE | HWPOISON, SCAN }, &anon, '!', 0 },
};

TEST(every_page_that_was_made_on_purpose_is_named)
{
	for (size_t i = 0; i < LEN(seen); i++) {
		char sign = sign_of(&seen[i].page, seen[i].vma);
		uint8_t over = over_of(&seen[i].page, seen[i].vma);

		if (sign != seen[i].sign || over != seen[i].over)
			fail_msg("%s: %c with overlays %d, not %c with %d", seen[i].what, sign, over,
				 seen[i].sign, seen[i].over);
	}
}

/*
 * The same in each lens, by one sign a lens: state, sharing, kind, size, lock, reclaim, change,
 * node. Node and order are what the scan found out besides the page's own words.
 */
static const struct seen_through {
	const char *what;
	struct page page;
	const struct pt_vma *vma;
	uint8_t order;
	const char *signs;
} seen_through[] = {
	{ "private", { P | E, 1, MINE, SCAN }, &anon, 0, "paapei?3" },
	{ "forked, THP by PMD, one subpage shared by both",
	  { P | E, 2, USED | ANON | SWAPBACKED | TAIL | THP, SCAN | PMD }, &anon, 9, "cbakei?3" },
	{ "the same THP, a subpage of one's own",
	  { P | E, 1, USED | ANON | SWAPBACKED | TAIL | THP, SCAN | PMD }, &anon, 9, "paakei?3" },
	{ "THP by PTE, a tail", { P | E, 1, MINE | TAIL | THP, SCAN }, &anon, 9, "paajei?3" },
	{ "mTHP of 64K", { P | E, 1, MINE | TAIL | THP, SCAN }, &anon, 4, "paaeei?3" },
	{ "zero page", { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &anon, 0, "zzzzxz?3" },
	{ "zero page, locked", { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, &locked, 0, "zzzznz?3" },
	{ "huge zero page",
	  { P | F, 0, HEAD | THP | ZERO_PAGE, SCAN | PFNZERO | PMD }, &anon, 9, "zzzyxz?3" },
	{ "mlocked", { P | E, 1, MINE | MLOCKED | UNEVICTABLE, SCAN }, &locked, 0, "paaplv?3" },
	{ "unevictable, not locked here",
	  { P | F, 2, USED | SWAPBACKED | UNEVICTABLE, SCAN }, &memfd, 0, "mbmpvv?3" },
	{ "locked, without the flag", { P | E, 1, MINE, SCAN }, &locked, 0, "paapni?3" },
	{ "locked, absent", { 0, 0, 0, 0 }, &locked, 0, "....h.?." },
	{ "locked, swapped", { 0x4000000000000020, 0, 0, 0 }, &locked, 0, "ssssss?s" },
	{ "absent", { 0, 0, 0, 0 }, &anon, 0, "......?." },
	{ "guard", { 0x440000000000009f, 0, 0, 0 }, &anon, 0, "gooooo?o" },
	{ "vvar", { 0, 0, 0, 0 }, &vvar, 0, "uuuuuu?u" },
	{ "MADV_FREE", { P | E, 1, USED | ANON | OWNER_2, SCAN }, &lazy, 0, "faapef?3" },
	{ "MADV_FREE, then all rewritten",
	  { P | E, 1, USED | ANON | OWNER_2, SCAN }, &anon, 0, "paapei?3" },
	{ "swapped in, slot kept", { P | E, 1, MINE | SWAPCACHE, SCAN }, &anon, 0, "paapec?3" },
	{ "file, dirty", { P | F | E, 1, USED | DIRTY, SCAN }, &file, 0, "iadpei?3" },
	{ "file, in a folio of 32K",
	  { P | F, 9, USED | TAIL | THP | B(6), SCAN }, &library, 3, "hdidea?3" },
	{ "code, written", { P | E, 1, MINE, SCAN }, &code, 0, "wawpei?3" },
	{ "hugetlb, private",
	  { P | E, 1, UPTODATE | MMAP | HUGETLB | ANON | HEAD, SCAN | PMD }, &huge_anon, 9, "patlxn?3" },
	{ "hugetlb, shared, of 1 GiB",
	  { P | F, 2, UPTODATE | MMAP | HUGETLB | DIRTY | TAIL, SCAN | PMD }, &huge_shared, 18,
	  "mbtmxn?3" },
	{ "secretmem, still in a batch",
	  { P | F | E, 1, UPTODATE | MMAP | DIRTY | MLOCKED, SCAN }, &secret, 0, "xaxpln?3" },
	{ "vdso", { P | F, 70, MMAP | RESERVED, SCAN }, &vdso, 0, "xexpxn?3" },
	{ "packet ring", { P | F | E, 1, MMAP | HEAD, SCAN }, &ring, 4, "xaxxxn?3" },
	{ "special PTE of a driver", { P, 0, 0, SCAN }, &mixed_map, 0, "xnxpxn?3" },
	{ "DAX, by PTE", { P | F, 0, 0, SCAN | DEV }, &file, 0, "vnvvxn?3" },
	{ "DAX, by PMD", { P | F, 0, 0, SCAN | PMD | DEV }, &file, 0, "vnvvxn?3" },
	{ "merged by KSM", { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN }, &anon, 0, "kdapei?3" },
};

TEST(every_page_has_its_row_in_each_lens)
{
	for (size_t i = 0; i < LEN(seen_through); i++) {
		const struct seen_through *s = &seen_through[i];
		struct pt_run run = run_of(&s->page);

		run.order = s->order;
		run.node = s->page.word & P ? 3 : -1;
		assert_int_equal(strlen(s->signs), PT_NLENSES);
		for (int lens = 0; lens < PT_NLENSES; lens++) {
			struct pt_facts f = pt_facts_of(&run, s->vma, context());
			char sign = pt_rows[pt_lens_row((enum pt_lens_id)lens, &f)].sign;

			if (sign != s->signs[lens])
				fail_msg("%s is %c in the lens %s, not %c", s->what, sign,
					 pt_lenses[lens].name, s->signs[lens]);
		}
	}
}

static const struct seen hidden[] = {
	{ "anonymous, mapped once", { P | E, 0, 0, NOPFN }, &anon, 'a', 0 },
	{ "not anonymous, mapped once", { P | F | E, 0, 0, NOPFN }, &library, 'b', 0 },
	{ "may be the zero page", { P, 0, 0, NOPFN }, &anon, '?', 0 },
	{ "may be the huge zero page", { P | F, 0, 0, NOPFN }, &anon, '?', 0 },
	{ "the zero page: the scan tells", { P, 0, 0, NOPFN | SCAN | PFNZERO }, &anon, 'z', 0 },
	{ "not the zero page: the scan tells", { P, 0, 0, NOPFN | SCAN }, &anon, 'a', 0 },
	{ "shared file: the scan tells", { P | F, 0, 0, NOPFN | SCAN }, &library, 'b', 0 },
	{ "huge zero page: the scan tells",
	  { P | F, 0, 0, NOPFN | SCAN | PFNZERO | PMD }, &anon, 'z', HUGE },
	{ "THP: the scan tells", { P | E, 0, 0, NOPFN | SCAN | PMD }, &anon, 'a', HUGE },
	{ "locked: smaps tells", { P | E, 0, 0, NOPFN | SCAN }, &locked, 'a', LOCKED },
	{ "hugetlb: smaps tells", { P | E, 0, 0, NOPFN }, &huge_anon, 'a', HUGE },
	{ "entry of a type that is hidden", { S, 0, 0, NOPFN }, &anon, '?', 0 },
	{ "guard: its bit is not hidden", { S | G, 0, 0, NOPFN }, &anon, 'g', 0 },
	{ "uffd-wp on who knows what", { S | UFFD, 0, 0, NOPFN }, &anon, '?', 0 },
	{ "flags but no count: once or many?",
	  { P, 0, USED | ANON | SWAPBACKED, SCAN | NOCOUNT }, &anon, 'a', 0 },
	{ "flags but no count: ksm all the same",
	  { P, 0, USED | ANON | KSM, SCAN | NOCOUNT }, &anon, 'k', 0 },
	{ "flags but no count: shmem all the same",
	  { P | F, 0, USED | SWAPBACKED, SCAN | NOCOUNT }, &memfd, 'm', 0 },
	{ "flags but no count: a file's", { P | F, 0, USED, SCAN | NOCOUNT }, &library, 'b', 0 },
	{ "count but no flags: it may be ksm", { P, 2, 0, SCAN | NOFLAGS }, &anon, 'a', 0 },
	{ "count but no flags: it may be shmem",
	  { P | F | E, 1, 0, SCAN | NOFLAGS }, &library, 'b', 0 },
	{ "a driver's special PTE is not anonymous",
	  { P, 0, 0, SCAN | NOPFN }, &mixed_map, '?', 0 },
	{ "private mapping of a file or of /dev/zero: the file was not looked at", { P | E, 1, MINE, SCAN }, &not_looked_at, 'a', 0 },
	{ "the same, a page of the file", { P | F | E, 1, USED, SCAN }, &not_looked_at, 'i', 0 },
	{ "the same, shared since a fork", { P, 2, USED | ANON | SWAPBACKED, SCAN }, &not_looked_at, 'c', 0 },
	{ "a file's or secret: of its device nothing is known", { P | F | E, 1, UPTODATE | MMAP | DIRTY | MLOCKED, SCAN }, &no_device, 'b', LOCKED },
	{ "the same, shared memory", { P | F | E, 1, USED | SWAPBACKED, SCAN }, &no_device, 'm', LOCKED },
	{ "secret memory: its device tells",
	  { P | F | E, 0, 0, SCAN | NOPFN }, &secret, 'b', LOCKED },
};

TEST(what_is_hidden_is_not_guessed)
{
	for (size_t i = 0; i < LEN(hidden); i++) {
		char sign = sign_of(&hidden[i].page, hidden[i].vma);
		uint8_t over = over_of(&hidden[i].page, hidden[i].vma);

		if (sign != hidden[i].sign || over != hidden[i].over)
			fail_msg("%s: %c with overlays %d, not %c with %d", hidden[i].what, sign, over,
				 hidden[i].sign, hidden[i].over);
	}
}

TEST(every_row_of_the_state_lens_is_reached)
{
	unsigned reached = 0;

	for (size_t i = 0; i < LEN(seen); i++) {
		struct pt_facts f = facts_of(&seen[i].page, seen[i].vma);

		reached |= 1u << pt_lens_row(PT_LENS_STATE, &f);
	}
	for (size_t i = 0; i < LEN(hidden); i++) {
		struct pt_facts f = facts_of(&hidden[i].page, hidden[i].vma);

		reached |= 1u << pt_lens_row(PT_LENS_STATE, &f);
	}
	for (int i = 0; i < PT_NSTATES; i++)
		if (!(reached & 1u << i))
			fail_msg("no page matches %s", pt_rows[i].name);
}

TEST(signs_names_and_sentences_of_rows_are_unique)
{
	for (int i = 0; i < PT_NROWS; i++) {
		const struct pt_row *row = &pt_rows[i];

		assert_true(row->name[0] && row->label[0] && row->text[0] && row->role < PT_NROLES);
		assert_int_not_equal(row->text[strlen(row->text) - 1], '.');
		for (int k = pt_lenses[row->lens].first; k < i; k++) {
			assert_int_not_equal(row->sign, pt_rows[k].sign);
			assert_string_not_equal(row->name, pt_rows[k].name);
			assert_string_not_equal(row->label, pt_rows[k].label);
			assert_string_not_equal(row->text, pt_rows[k].text);
		}
	}
}

TEST(names_of_facts_flags_rows_and_overlays_can_all_be_filter_words)
{
	const char *name[PT_NFACTS + 64];
	size_t n = 0;

	for (int i = 0; i < PT_NFACTS; i++)
		name[n++] = pt_fact_name(i);
	for (int i = 0; i < 64; i++)
		if (pt_kpf_name(i))
			name[n++] = pt_kpf_name(i);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(name[i]);
		assert_int_equal(strspn(name[i], "abcdefghijklmnopqrstuvwxyz0123456789_"),
				 strlen(name[i]));
		for (size_t k = 0; k < i; k++)
			if (!strcmp(name[i], name[k]))
				fail_msg("two facts are called %s", name[i]);
		for (int k = 0; k < PT_NSTATES; k++)
			if (!strcmp(name[i], pt_rows[k].name))
				fail_msg("a fact and a row are both called %s", name[i]);
	}
	assert_null(pt_fact_name(PT_NFACTS));
	assert_null(pt_fact_name(-1));
	assert_null(pt_kpf_name(64));
	assert_null(pt_kpf_name(-1));
	assert_null(pt_kpf_name(63));
	assert_string_equal(pt_kpf_name(12), "anon_flag");
	assert_non_null(pt_kpf_text(34));
}

/* Row by row, as the table is read by a person. */
static int row_by_hand(const struct pt_facts *f)
{
	bool open = false;

	for (int i = 0; i < PT_NSTATES; i++) {
		const struct pt_row *row = &pt_rows[i];
		bool no = false, maybe = false;

		for (int b = 0; b < PT_NFACTS; b++) {
			bool set = row->set.d >> b & 1, clear = row->clear.d >> b & 1;
			bool known = f->known.d >> b & 1, yes = f->yes.d >> b & 1;

			no = no || (known && ((set && !yes) || (clear && yes)));
			maybe = maybe || (!known && (set || clear));
		}
		if (!no && !maybe && (!open || row->last))
			return i;
		open = open || (!no && maybe);
	}
	return -1;
}

TEST(any_facts_whatever_have_exactly_one_row)
{
	uint64_t x = 11;

	for (int i = 0; i < 1000000; i++) {
		struct pt_facts f = { 0 };

		f.known.d = random_next(&x) | (coin(&x) ? random_next(&x) : 0);
		f.yes.d = random_next(&x) & (coin(&x) ? random_next(&x) : UINT64_MAX) & f.known.d;
		assert_int_equal(pt_lens_row(PT_LENS_STATE, &f), row_by_hand(&f));
	}
}

TEST(any_run_whatever_has_a_row_and_no_fact_that_is_not_known)
{
	static const struct pt_vma *const vma[] = { &anon,     &locked,	   &lazy, &library,
						    &memfd,    &huge_anon, &vvar, &secret,
						    &vsyscall, &mixed_map };
	uint64_t x = 12;

	for (int i = 0; i < 1000000; i++) {
		struct pt_run run = {
			.kflags = random_next(&x) & (coin(&x) ? random_next(&x) : UINT64_MAX),
			.count = (uint32_t)(random_next(&x) >> 32) % 4,
			.pm = (uint16_t)(random_next(&x) & (PT_F(UNSTABLE) * 2 - 1)), .npages = 1,
		};
		struct pt_facts f;

		if (!(run.pm & PT_RUN(SCANNED)))	/* then nobody has told these two */
			run.pm &= (uint16_t)~(PT_RUN(PMD) | PT_RUN(PFNZERO));
		f = pt_facts_of(&run, vma[random_next(&x) % LEN(vma)], context());

		assert_int_equal(f.yes.d & ~f.known.d, 0);
		assert_int_equal(f.yes.k & ~f.known.k, 0);
		assert_in_range(pt_lens_row(PT_LENS_STATE, &f), 0, PT_NSTATES - 1);
	}
}

TEST(a_match_is_yes_no_or_undecided)
{
	const struct pt_facts f = { .yes = { .d = B(0), .k = B(12) },
				    .known = { .d = B(0) | B(1), .k = B(12) } };
	const struct pt_factset none = { 0 };

#define MATCH(sd, sk, cd, ck) pt_facts_match(&f, &(struct pt_factset){ sd, sk }, \
					     &(struct pt_factset){ cd, ck })
	assert_int_equal(pt_facts_match(&f, &none, &none), 1);
	assert_int_equal(MATCH(B(0), B(12), B(1), 0), 1);
	assert_int_equal(MATCH(B(1), 0, 0, 0), 0);
	assert_int_equal(MATCH(0, 0, B(0), 0), 0);
	assert_int_equal(MATCH(0, 0, 0, B(12)), 0);
	assert_int_equal(MATCH(B(2), 0, 0, 0), -1);
	assert_int_equal(MATCH(0, B(13), 0, 0), -1);
	assert_int_equal(MATCH(0, 0, 0, B(13)), -1);
	assert_int_equal(MATCH(B(2) | B(1), 0, 0, 0), 0);	/* no matter how the hidden one is */
#undef MATCH
}

/* ---- explanation */

static const char *line_of(struct pt_str *s, const struct pt_image *img, uint64_t vpn)
{
	pt_str_reset(s);
	pt_explain_line(img, pt_image_vma(img, vpn), vpn, s);
	return s->s;
}

TEST(the_status_line_tells_address_pfn_count_and_state)
{
	struct pt_image *img = new_image();
	struct pt_str s = PT_STR_INIT;

	add_vma(img, 0x55d0c4100, 8, locked);
	put(img, 0x55d0c4100, &(struct page){ P, 2, USED | ANON | SWAPBACKED | THP, SCAN | PMD },
	    0x14dedc, true);
	put(img, 0x55d0c4101, &(struct page){ P, 0, 0, SCAN | NOPFN }, 0, true);
	complete(img);
	line_of(&s, img, 0x55d0c4100);
	assert_non_null(strstr(
		s.s, "0x55d0c4100000 · pfn 0x14dedc · mapped 2 × · huge · locked · anonymous"));
	line_of(&s, img, 0x55d0c4101);
	assert_non_null(strstr(s.s, "pfn ? · mapped ? ×"));
	line_of(&s, img, 0x55d0c4102);
	assert_null(strstr(s.s, "pfn"));
	assert_null(strstr(s.s, "mapped 0"));
	pt_str_done(&s);
	pt_image_unref(img);
}

static struct pt_image *page_image(const struct seen *of)
{
	struct pt_image *img = new_image();

	add_vma(img, 0x1000, 4, *of->vma);
	img->lo_vpn = 0x1000;
	img->hi_vpn = 0x1001;
	if (of->page.word)
		put(img, 0x1000, &of->page, 0, true);
	img->page = (struct pt_page_words){
		.pagemap = of->page.word, .node = -1,
		.kpage = { PT_KPAGE_NONE, PT_KPAGE_NONE, PT_KPAGE_NONE },
	};
	img->why_pfn = "needs CAP_SYS_ADMIN";
	if (of->page.word & P && !(of->page.how & NOPFN)) {
		img->page.pagemap |= 0x14dedc;
		img->page.kpage[PT_KPAGE_FLAGS] =
			of->page.how & NOFLAGS ? PT_KPAGE_NONE : of->page.kflags;
		img->page.kpage[PT_KPAGE_COUNT] =
			of->page.how & NOCOUNT ? PT_KPAGE_NONE : of->page.count;
		img->page.kpage[PT_KPAGE_CGROUP] = 77;
	}
	complete(img);
	return img;
}

/* Whole sentences: each begins with a capital or a digit, the last one ends. */
static void assert_sentences(const char *what, const char *text)
{
	size_t len = strlen(text);

	if (!len || text[len - 1] != '.' || strstr(text, "..") || strstr(text, "  ") ||
	    !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", text[0]))
		fail_msg("%s: %s", what, text);
	for (const char *dot = strstr(text, ". "); dot; dot = strstr(dot + 1, ". "))
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", dot[2]))
			fail_msg("%s: %s", what, text);
}

TEST(every_page_is_explained_in_whole_sentences)
{
	for (size_t i = 0; i < LEN(seen) + LEN(hidden); i++) {
		const struct seen *of = i < LEN(seen) ? &seen[i] : &hidden[i - LEN(seen)];
		struct pt_image *img = page_image(of);
		struct pt_str s = PT_STR_INIT;

		pt_explain_text(img, &img->vmas.v[0], &s);
		assert_sentences(of->what, s.s);
		pt_str_reset(&s);
		pt_explain_words(img, &img->vmas.v[0], &s);
		for (char *line = strtok(s.s, "\n"); line; line = strtok(NULL, "\n")) {
			char *tab = strchr(line, '\t');

			assert_true(tab && strchr(tab + 1, '\t') &&
				    !strchr(strchr(tab + 1, '\t') + 1, '\t'));
		}
		pt_str_done(&s);
		pt_image_unref(img);
	}
}

/* What the page view says of one of the pages above. */
static void assert_said(const char *what, const char *text, bool said)
{
	for (size_t i = 0; i < LEN(seen) + LEN(hidden); i++) {
		const struct seen *of = i < LEN(seen) ? &seen[i] : &hidden[i - LEN(seen)];
		struct pt_image *img;
		struct pt_str s = PT_STR_INIT;

		if (strcmp(of->what, what))
			continue;
		img = page_image(of);
		pt_explain_text(img, &img->vmas.v[0], &s);
		pt_str_addc(&s, '\n');
		pt_explain_words(img, &img->vmas.v[0], &s);
		if (!strstr(s.s, text) == said)
			fail_msg("%s: \"%s\" is %s: %s", what, text, said ? "not in" : "in", s.s);
		pt_str_done(&s);
		pt_image_unref(img);
		return;
	}
	fail_msg("there is no page \"%s\"", what);
}

TEST(a_page_view_answers_why_the_count_is_zero)
{
	assert_said("read-only touched anonymous", "keeps no map count for the zero page",
		    true);
	assert_said("special PTE of a driver", "Its map count is 0", true);
	assert_said("forked, not yet written", "Its map count is 2", true);
	assert_said("private anonymous, written", "map count", false);
}

TEST(a_page_view_spells_out_the_words)
{
	assert_said("private anonymous, written",
		    "pagemap\t0x810000000014dedc\t63 present · 56 mapped once", true);
	assert_said("private anonymous, written", "pfn\t0x14dedc\tphysical address 0x14dedc000", true);
	assert_said("private anonymous, written", "uptodate lru mmap anon_flag swapbacked owner_2",
		    true);
	assert_said("private anonymous, written", "kpagecount\t1\t", true);
	assert_said("swapped, second area", "type 1\tswap slot 0x5", true);
	assert_said("migration, write", "migration entry, PFN 0x14dedc", true);
	assert_said("untouched, or MADV_DONTNEED", "\tnot 63 present, 62 entry", true);
	assert_said("untouched, or MADV_DONTNEED", "kpageflags", false);
	assert_said("mlocked, THP and forked", "overlays\t\thuge locked", true);
}

TEST(a_page_view_says_what_is_hidden_and_why)
{
	assert_said("anonymous, mapped once", "CAP_SYS_ADMIN", true);
	assert_said("anonymous, mapped once", "kpagecount\t?\t", true);
	assert_said("anonymous, mapped once", "kpageflags\t?\t", true);
	assert_said("anonymous, mapped once", "pfn\t?\t", true);
	assert_said("entry of a type that is hidden", "entry\t?\t", true);
	assert_said("private anonymous, written", "hidden", false);
}

TEST(shared_memory_that_may_be_in_swap_says_so)
{
	struct pt_image *img = new_image();
	struct pt_vma vma = memfd;
	struct pt_str s = PT_STR_INIT;

	vma.swap_bytes = 12 << 10;
	add_vma(img, 0x1000, 4, vma);
	img->lo_vpn = 0x1000;
	img->hi_vpn = 0x1001;
	complete(img);
	pt_explain_text(img, &img->vmas.v[0], &s);
	assert_non_null(strstr(s.s, "smaps counts 12 kB in swap"));
	pt_str_done(&s);
	pt_image_unref(img);
}
