/* What happened to a page since. */
#include "pagetop/model/change.h"
#include "pagetop/model/image.h"
#include "pagetop/model/table.h"
#include "model.h"

/* A page at two moments, and what the change lens says of it. */
static const struct changed {
	const char *what;
	struct page was, is;
	uint64_t was_pfn, is_pfn;
	char sign;
} changed[] = {
	{ "new", { 0 }, { P | E, 1, MINE, SCAN }, 0, 7, 'n' },
	{ "new, and swapped already", { 0 }, { 0x4000000000000020, 0, 0, 0 }, 0, 0, 'n' },
	{ "gone", { P | E, 1, MINE, SCAN }, { 0 }, 7, 0, 'g' },
	{ "gone from swap", { 0x4000000000000020, 0, 0, 0 }, { 0 }, 0, 0, 'g' },
	{ "never there", { 0 }, { 0 }, 0, 0, '.' },
	{ "copied since", { P, 2, USED | ANON | SWAPBACKED, SCAN }, { P | E, 1, MINE, SCAN }, 7, 8, 'c' },
	{ "swapped in here alone", { P, 2, USED | ANON | SWAPBACKED, SCAN }, { P | E, 1, MINE | SWAPCACHE, SCAN }, 7, 8, 'r' },
	{ "shared, collapsed", { P, 2, USED | ANON | SWAPBACKED, SCAN }, { P, 1, MINE | THP, SCAN | PMD }, 7, 512, 'l' },
	{ "shared since", { P | E, 1, MINE, SCAN }, { P, 2, USED | ANON | SWAPBACKED, SCAN }, 7, 7, 'h' },
	{ "moved, and shared since", { P | E, 1, MINE, SCAN }, { P, 2, USED | ANON | SWAPBACKED, SCAN }, 7, 8, 'h' },
	{ "shared, and elsewhere", { P, 2, USED | ANON | SWAPBACKED, SCAN }, { P, 2, USED | ANON | SWAPBACKED, SCAN }, 7, 8, 'r' },
	{ "shared memory, elsewhere", { P | F, 1, USED | SWAPBACKED, SCAN }, { P | F, 1, USED | SWAPBACKED, SCAN }, 7, 8, 'v' },
	{ "shared memory, in place of which there is anonymous", { P | F, 1, USED | SWAPBACKED, SCAN },
	  { P | E, 1, MINE, SCAN }, 7, 8, 't' },
	{ "merged since", { P | E, 1, MINE, SCAN }, { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN }, 7, 8, 't' },
	{ "merged, and elsewhere", { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN }, { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN }, 7, 8, 'r' },
	{ "huge, and small elsewhere", { P, 1, MINE | THP, SCAN | PMD }, { P | E, 1, MINE, SCAN }, 512, 8, 'b' },
	{ "the other side wrote", { P, 2, USED | ANON | SWAPBACKED, SCAN },
	  { P | E, 1, MINE, SCAN }, 7, 7, 'a' },
	{ "merged, then written", { P, 8, USED | ANON | SWAPBACKED | KSM, SCAN },
	  { P | E, 1, MINE, SCAN }, 7, 8, 'c' },
	{ "the zero page, then written", { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO },
	  { P | E, 1, MINE, SCAN }, 1, 8, 't' },
	{ "replaced", { P | E, 1, MINE, SCAN }, { P | E, 1, MINE, SCAN }, 7, 8, 'r' },
	{ "swapped out", { P | E, 1, MINE, SCAN }, { 0x4000000000000020, 0, 0, 0 }, 7, 0, 'x' },
	{ "swapped in", { 0x4000000000000020, 0, 0, 0 }, { P | E, 1, MINE, SCAN }, 0, 7, 'i' },
	{ "collapsed", { P | E, 1, MINE, SCAN }, { P, 1, MINE | THP, SCAN | PMD }, 7, 512, 'l' },
	{ "split", { P, 1, MINE | THP, SCAN | PMD }, { P | E, 1, MINE | THP, SCAN }, 512, 512, 'b' },
	{ "in swap still", { 0x4000000000000020, 0, 0, 0 }, { 0x4000000000000020, 0, 0, 0 }, 0, 0, 's' },
	{ "as it was", { P | E, 1, MINE, SCAN }, { P | E, 1, MINE, SCAN }, 7, 7, 'e' },
	{ "PFN hidden", { P | E, 1, MINE, SCAN }, { P | E, 1, MINE, SCAN }, 0, 0, '?' },
	{ "PFN hidden, another state", { P, 2, USED | ANON | SWAPBACKED, SCAN },
	  { P | E, 1, MINE, SCAN }, 0, 0, 't' },
	{ "unstable before", { P | E, 1, MINE, NEVER_STILL }, { P | E, 1, MINE, SCAN }, 7, 7, '?' },
	{ "unstable before, absent now", { P | E, 1, MINE, NEVER_STILL }, { 0 }, 7, 0, '?' },
	{ "unstable now", { P | E, 1, MINE, SCAN }, { P | E, 1, MINE, NEVER_STILL }, 7, 7, '?' },
};

/* All pages side by side, at one of the two moments. */
static struct pt_image *moment(bool later)
{
	struct pt_image *img = new_image();

	add_vma(img, 0x1000, LEN(changed), anon);
	img->lens = PT_LENS_CHANGE;
	for (size_t i = 0; i < LEN(changed); i++) {
		const struct page *p = later ? &changed[i].is : &changed[i].was;

		if (p->word)
			put(img, 0x1000 + i, p, later ? changed[i].is_pfn : changed[i].was_pfn, true);
	}
	return img;
}

TEST(the_change_lens_says_what_happened_since)
{
	struct pt_image *was = moment(false), *is = moment(true);

	complete(was);
	assert_int_equal(pt_pfns_close(&is->pfns), 0);
	assert_int_equal(pt_change_mark(is, was), 0);
	complete(is);
	for (size_t i = 0; i < LEN(changed); i++) {
		struct pt_run run = pt_image_run(is, &is->vmas.v[0], 0x1000 + i);

		if (pt_rows[run.row].sign != changed[i].sign)
			fail_msg("%s is %c, not %c", changed[i].what, pt_rows[run.row].sign,
				 changed[i].sign);
	}
	pt_image_unref(was);
	pt_image_unref(is);
}

/* The change lens of one page in a mapping like `was` that is then like `is`. */
static char change_between(const struct pt_vma *was_vma, const struct page *was, const struct pt_vma *is_vma, const struct page *is)
{
	struct pt_image *base = new_image(), *now = new_image();
	char sign;

	add_vma(base, 0x1000, 1, *was_vma);
	put(base, 0x1000, was, 7, true);
	complete(base);
	add_vma(now, 0x1000, 1, *is_vma);
	now->lens = PT_LENS_CHANGE;
	put(now, 0x1000, is, 8, true);
	assert_int_equal(pt_pfns_close(&now->pfns), 0);
	assert_int_equal(pt_change_mark(now, base), 0);
	complete(now);
	sign = pt_rows[pt_image_run(now, &now->vmas.v[0], 0x1000).row].sign;
	pt_image_unref(base);
	pt_image_unref(now);
	return sign;
}

TEST(a_page_of_a_file_is_copied_only_in_a_private_mapping_of_it)
{
	const struct page cached = { P | F, 1, USED, SCAN }, own = { P | E, 1, MINE, SCAN };
	struct pt_vma other = library;

	other.inode++;
	assert_int_equal(change_between(&library, &cached, &library, &own), 'c');
	assert_int_equal(change_between(&library, &cached, &other, &own), 't');
	assert_int_equal(change_between(&library, &cached, &anon, &own), 't');
	assert_int_equal(change_between(&library, &cached, &library, &cached), 'v');
}

/* A child that has frame 7 at the first three pages, and none behind. */
static int frames_of_child(void *arg, uint64_t vpn, size_t npages, uint64_t *ret_pfn)
{
	(void)arg;
	for (size_t i = 0; i < npages; i++)
		ret_pfn[i] = vpn + i < 0x1003 ? 7 : 0;
	return 0;
}

TEST(a_frame_that_a_child_still_has_tells_that_the_page_was_copied)
{
	const struct page own = { P | E, 1, MINE, SCAN }, huge = { P, 1, MINE | THP, SCAN | PMD };
	struct pt_image *base = new_image(), *now = new_image();
	const char *signs = "cbcr";		/* elsewhere; part of a huge page, split, and elsewhere; not the child's */

	add_vma(base, 0x1000, 4, anon);
	add_vma(now, 0x1000, 4, anon);
	for (uint64_t i = 0; i < 4; i++) {
		put(base, 0x1000 + i, i == 1 || i == 2 ? &huge : &own, 7, true);
		put(now, 0x1000 + i, &own, i == 1 ? 7 : 8, true);
	}
	complete(base);
	now->lens = PT_LENS_CHANGE;
	assert_int_equal(pt_pfns_close(&now->pfns), 0);
	assert_int_equal(pt_change_mark(now, base), 0);
	assert_true(pt_change_is_open(now));
	assert_int_equal(pt_change_settle(now, base, frames_of_child, NULL), 0);
	complete(now);
	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(pt_rows[pt_image_run(now, &now->vmas.v[0], 0x1000 + i).row].sign, signs[i]);
	pt_image_unref(base);
	pt_image_unref(now);
}

TEST(a_process_descends_from_those_whose_parents_are_alive)
{
	const struct { pid_t pid, ppid; bool below; } row[] = {
		{ 10, 1, false }, { 11, 10, true }, { 12, 11, true }, { 13, 9, false }, { 20, 21, false }, { 21, 20, false },
	};
	struct pt_table *t = pt_table_new();

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_process *p = pt_table_add(t);

		p->pid = row[i].pid;
		p->ppid = row[i].ppid;
	}
	for (size_t i = 0; i < LEN(row); i++)
		assert_int_equal(pt_table_descends(t, &t->p[i], 10), row[i].below);
	pt_table_unref(t);
}
