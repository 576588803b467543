/* The states that the demo makes: each page in every lens, and on the screen. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/demo/demo.h"
#include "pagetop/demo/demo_states.h"
#include "pagetop/model/image.h"
#include "live.h"

/* ---- the states that the demo makes */

const struct want wants[] = {
#define OF_WORD (W_PRESENT | W_ENTRY | W_FILE)
#define OF_ANON OF_WORD, W_PRESENT
#define ONCE_ANON OF_WORD | W_ONCE, W_PRESENT | W_ONCE
#define UFFD_ANON OF_WORD | W_UFFD, W_PRESENT | W_UFFD
	{ "written_private_memory_is_private", "written", "private", 'p', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM | K_ZERO | K_THP, 1, 1 },
	{ "forked_and_unwritten_memory_is_cow", "cow", "cow", 'c', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM | K_ZERO | K_THP, 2, 2 },
	{ "memory_rewritten_after_a_fork_is_private", "rewritten", "private", 'p', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM | K_ZERO | K_THP, 1, 1 },
	{ "memory_only_read_is_zero", "zero", "zero", 'z', 0, ZERO_PAGES,
	  OF_ANON, K_ZERO, K_ANON | K_THP, 0, 0 },
	{ "a_file_read_here_alone_is_file_private", "fileread", "file", 'i', 0, NOTHING,
	  OF_WORD, W_PRESENT | W_FILE, 0, K_ANON | K_SWAPBACKED, 1, 1 },
	{ "a_file_read_by_two_is_file_shared", "fileshared", "shared", 'h', 0, NOTHING,
	  OF_WORD, W_PRESENT | W_FILE, 0, K_ANON | K_SWAPBACKED, 2, 2 },
	{ "a_private_file_written_is_copied", "filecopied", "copied", 'w', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM, 1, 1 },
	{ "a_memfd_is_shmem", "memfd", "shmem", 'm', 0, NOTHING,
	  OF_WORD, W_PRESENT | W_FILE, K_SWAPBACKED, K_ANON, 1, 1 },
	{ "a_transparent_huge_page_is_huge", "thp", "private+huge", 'p', PT_OVER_HUGE, HUGE_PAGES,
	  OF_ANON, K_ANON | K_THP, K_HUGETLB, 1, 1 },
	{ "mlocked_memory_is_locked", "locked", "private+locked", 'p', PT_OVER_LOCKED, NOTHING,
	  OF_ANON, K_ANON | K_MLOCKED, K_THP, 1, 1 },
	{ "a_huge_page_mlocked_and_forked_is_cow_huge_and_locked", "thplocked", "cow+huge+locked",
	  'c', PT_OVER_HUGE | PT_OVER_LOCKED, HUGE_PAGES,
	  OF_ANON, K_ANON | K_THP | K_MLOCKED, K_HUGETLB, 2, 2 },
	{ "memory_given_back_by_madvise_is_absent", "dontneed", "absent", '.', 0, NOTHING,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "memory_made_inaccessible_is_private_still", "protnone", "private", 'p', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM | K_ZERO | K_THP, 1, 1 },
	{ "a_guard_region_is_guard", "guard", "marker", 'g', 0, GUARDS,
	  OF_WORD | 31, W_ENTRY | 31, 0, 0, 0, 0 },
	{ "memory_swapped_to_zram_is_swapped", "swapped", "swapped", 's', 0, SWAP,
	  OF_WORD, W_ENTRY, 0, 0, 0, 0 },
	{ "merged_memory_is_ksm", "ksm", "ksm", 'k', 0, KSM,
	  OF_ANON, K_ANON | K_KSM, K_ZERO, 2, UINT32_MAX },
	{ "hugetlb_memory_is_private_and_huge", "hugetlb", "private+huge", 'p', PT_OVER_HUGE, HUGETLB,
	  OF_ANON, K_ANON | K_HUGETLB, K_SWAPBACKED, 1, 1 },
	{ "shared_hugetlb_memory_is_shmem_and_huge", "hugetlbshared", "shmem+huge", 'm',
	  PT_OVER_HUGE, HUGETLB, OF_WORD, W_PRESENT | W_FILE, K_HUGETLB, K_ANON, 1, 1 },
	{ "forked_hugetlb_memory_is_cow_and_huge", "hugetlbcow", "cow+huge", 'c', PT_OVER_HUGE,
	  HUGETLB, OF_ANON, K_ANON | K_HUGETLB, K_SWAPBACKED, 2, 2 },
	{ "a_large_folio_mapped_page_by_page_is_large", "mthp", "private+large", 'p', PT_OVER_LARGE,
	  MTHP, OF_ANON, K_ANON | K_THP, K_HUGETLB, 1, 1 },
	{ "memory_given_up_by_the_other_side_of_a_fork_is_private", "alone", "private", 'p', 0, NOTHING,
	  ONCE_ANON, K_ANON | K_SWAPBACKED, K_OWNER | K_THP, 1, 1 },
	{ "a_private_dev_zero_written_is_private", "devzero", "private", 'p', 0, NOTHING,
	  ONCE_ANON, K_ANON | K_SWAPBACKED | K_OWNER, K_THP, 1, 1 },
	{ "a_locked_mapping_that_may_not_be_written_holds_zero_pages", "lockzero", "zero+locked", 'z',
	  PT_OVER_LOCKED, ZERO_PAGES, OF_ANON, K_ZERO, K_ANON | K_MLOCKED, 0, 0 },
	{ "a_huge_page_only_read_is_zero_and_huge", "hugezero", "zero+huge", 'z', PT_OVER_HUGE,
	  HUGE_ZERO_PAGES, W_PRESENT | W_ENTRY, W_PRESENT, K_ZERO | K_THP, K_ANON, 0, 0 },
	{ "memory_never_touched_is_absent", "untouched", "absent", '.', 0, NOTHING,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "memory_locked_on_fault_and_untouched_is_absent", "lockhole", "absent", '.', 0, NOTHING,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "memory_locked_on_fault_and_touched_is_locked", "lockfault", "private+locked", 'p',
	  PT_OVER_LOCKED, NOTHING, ONCE_ANON, K_ANON | K_MLOCKED, K_THP, 1, 1 },
	{ "a_file_written_through_a_shared_mapping_is_the_files", "filewritten", "file", 'i', 0,
	  NOTHING, OF_WORD, W_PRESENT | W_FILE, K_UPTODATE, K_ANON | K_SWAPBACKED, 1, 1 },
	{ "code_that_was_written_to_is_copied", "code", "copied", 'w', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM, 1, 1 },
	{ "a_private_memfd_written_is_copied", "memfdcopied", "copied", 'w', 0, NOTHING,
	  ONCE_ANON, K_ANON | K_SWAPBACKED | K_OWNER, K_KSM, 1, 1 },
	{ "shared_anonymous_memory_is_shmem", "sharedanon", "shmem", 'm', 0, NOTHING,
	  OF_WORD, W_PRESENT | W_FILE, K_SWAPBACKED, K_ANON | K_THP, 1, 1 },
	{ "shared_memory_in_swap_is_absent", "shmemgone", "absent", '.', 0, SWAP,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "a_memfd_collapsed_is_shmem_and_huge", "shmemthp", "shmem+huge", 'm', PT_OVER_HUGE,
	  COLLAPSE, OF_WORD, W_PRESENT | W_FILE, K_SWAPBACKED | K_THP, K_ANON | K_HUGETLB, 1, 1 },
	{ "a_huge_page_mapped_page_by_page_is_large", "thpsplit", "private+large", 'p', PT_OVER_LARGE,
	  HUGE_PAGES, ONCE_ANON, K_ANON | K_SWAPBACKED | K_THP, K_HUGETLB, 1, 1 },
	{ "half_a_huge_page_is_large", "thppart", "private+large", 'p', PT_OVER_LARGE,
	  HUGE_PAGES, ONCE_ANON, K_ANON | K_SWAPBACKED | K_THP | K_TAIL, K_HEAD, 1, 1 },
	{ "memory_marked_free_is_lazyfree", "lazyfree", "lazy", 'f', 0, NOTHING,
	  ONCE_ANON, K_ANON, K_SWAPBACKED, 1, 1 },
	{ "memory_marked_free_and_rewritten_is_private", "lazyagain", "private", 'p', 0, NOTHING,
	  ONCE_ANON, K_ANON, K_SWAPBACKED, 1, 1 },
	{ "droppable_memory_is_lazyfree", "droppable", "lazy", 'f', 0, DEMO_SAYS,
	  ONCE_ANON, K_ANON, K_SWAPBACKED, 1, 1 },
	{ "poison_markers_are_hwpoison", "poison", "alarm", '!', 0, DEMO_SAYS,
	  UINT64_MAX, 0x400000000000005f, 0, 0, 0, 0 },
	{ "write_protect_markers_are_other_entries", "uffdwp", "marker", 'o', 0, DEMO_SAYS,
	  UINT64_MAX, 0x420000000000003f, 0, 0, 0, 0 },
	{ "write_protected_memory_is_private", "uffdpresent", "private", 'p', 0, DEMO_SAYS,
	  UFFD_ANON, K_ANON | K_SWAPBACKED, 0, 1, 1 },
	{ "secret_memory_is_special_and_locked", "secret", "special+locked", 'x', PT_OVER_LOCKED,
	  DEMO_SAYS, OF_WORD, W_PRESENT | W_FILE, K_MLOCKED, K_ANON | K_SWAPBACKED, 1, 1 },
	{ "an_io_uring_ring_is_special", "iouring", "special", 'x', 0, DEMO_SAYS,
	  OF_WORD, W_PRESENT | W_FILE, 0, K_ANON | K_SWAPBACKED | K_LRU | K_UPTODATE, 1, 1 },
	{ "a_perf_ring_is_unmappable", "perfring", "special", 'u', 0, DEMO_SAYS,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "the_vdso_is_special", "vdso", "special", 'x', 0, DEMO_SAYS,
	  OF_WORD, W_PRESENT | W_FILE, K_RESERVED, K_ANON | K_UPTODATE, 1, UINT32_MAX },
	{ "vvar_is_unmappable", "vvar", "special", 'u', 0, DEMO_SAYS, UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "untouched_hugetlb_memory_is_absent", "hugetlbempty", "absent", '.', 0, DEMO_SAYS,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
#undef OF_WORD
#undef OF_ANON
#undef ONCE_ANON
#undef UFFD_ANON
};

const size_t nwants = LEN(wants);

static void check_pages(const struct look *l, const struct pt_note *note, char sign, uint8_t over)
{
	for (size_t i = 0; i < l->n; i++) {
		struct pt_run run = run_at(l->img, (note->start >> 12) + i);

		if (sign_of(&run) != sign || run.over != over)
			fail_msg("page %zu of %zu of \"%s\" is %c with overlays %x, not %c with %x: pagemap "
				 "%016" PRIx64 ", kpageflags %016" PRIx64 ", kpagecount %" PRIu64,
				 i + 1, l->n, note->text, sign_of(&run), run.over, sign, over,
				 l->page[i].word, l->page[i].kflags, l->page[i].count);
	}
}

/* What kpageflags says of anonymous pages in vain. */
static uint64_t noise(void)
{
	return (live.probe.ksm_noise ? K_KSM : 0) | (live.probe.trials.exclusive_flag == PT_NO ? K_OWNER : 0);
}

/* What was scanned is what this test read. */
static void check_words(const struct look *l, const struct pt_note *note)
{
	for (size_t i = 0; i < l->n; i++) {
		uint64_t vpn = (note->start >> 12) + i, word = l->page[i].word;
		struct pt_run run = run_at(l->img, vpn);

		assert_int_equal(pt_image_pfn(l->img, vpn), word & W_PRESENT ? word & W_PFN : 0);
		assert_int_equal(!!(run.pm & PT_RUN(PRESENT)), !!(word & W_PRESENT));
		if (!(word & W_PRESENT))
			continue;
		assert_true(run.pm & PT_RUN(GOT_COUNT) && run.pm & PT_RUN(GOT_FLAGS));
		if (is_counted(&l->page[i]))
			assert_int_equal(run.count, l->page[i].count);
		assert_int_equal((run.kflags ^ l->page[i].kflags) & l->img->ctx.kmask & ~noise(), 0);
	}
}

/* The page is really what the test believes it made. */
static void check_truth(const struct look *l, const struct want *w)
{
	const uint64_t mask = w->mask & ~W_SOFT_DIRTY, set = w->set & ~noise(), clear = w->clear & ~noise();

	for (size_t i = 0; i < l->n; i++) {
		const struct page *p = &l->page[i];

		if ((p->word & mask) != w->word || (p->kflags & set) != set ||
		    p->kflags & clear || p->count < w->least || p->count > w->most)
			fail_msg("page %zu of %zu of %s: pagemap %016" PRIx64 ", kpageflags %016" PRIx64
				 ", kpagecount %" PRIu64, i + 1, l->n, w->id, p->word, p->kflags,
				 p->count);
	}
}

static void check_huge(const struct pt_note *note, const struct want *w)
{
	static const char keys[] = "AnonHugePages + ShmemPmdMapped + FilePmdMapped + "
				   "Private_Hugetlb + Shared_Hugetlb";
	int64_t kb = smaps_kb(pt_demo_pid(live.demo), note->start, note->end, keys);

	if (w->sign == 'z')	/* smaps counts no zero pages */
		return;
	assert_int_equal(kb, w->over & PT_OVER_HUGE ? (note->end - note->start) >> 10 : 0);
}

static void each_page_has_its_state(void **state)
{
	const struct want *w = *state;
	const struct pt_note *note;
	struct look l;

	skip_unless(w->need);
	note = note_of(w->id);
	if (!note->start && w->need == DEMO_SAYS)
		skip_if(note->text);
	if (!note->start)
		fail_msg("not made: %s", note->text);
	l = look_at(pt_demo_pid(live.demo), note->start, note->end);
	check_pages(&l, note, w->sign, w->over);
	check_truth(&l, w);
	check_words(&l, note);
	check_huge(note, w);
	look_done(&l);
}

__attribute__((constructor)) static void register_wants(void)
{
	for (size_t i = 0; i < nwants; i++)
		test_register((struct CMUnitTest){
			.name = wants[i].test, .test_func = each_page_has_its_state,
			.initial_state = (void *)&wants[i],
		});
}

TEST(the_demo_promises_what_is_asked_for)
{
	for (size_t i = 0; i < nwants; i++) {
		const struct pt_note *note = note_of(wants[i].id);

		assert_int_equal(note->sign, wants[i].sign);
		assert_int_equal(note->over, wants[i].over);
	}
}

TEST(every_note_of_the_demo_is_true_of_each_page)
{
	size_t n, nmade = 0;
	const struct pt_note *note = pt_demo_notes(live.demo, &n);

	for (size_t i = 0; i < n; i++) {
		struct look l;

		if (!note[i].start) {
			printf("# not made: %c %s\n", note[i].sign, note[i].text);
			continue;
		}
		l = look_at(pt_demo_pid(live.demo), note[i].start, note[i].end);
		check_pages(&l, &note[i], note[i].sign, note[i].over);
		check_words(&l, &note[i]);
		look_done(&l);
		nmade++;
	}
	printf("# %zu states made\n", nmade);
	assert_true(nmade >= 20);
}

/* ---- every lens */

TEST(every_page_of_the_demo_has_its_sign_in_each_lens)
{
	size_t n, nnotes;
	const struct pt_demo_state *row = pt_demo_states(&n);
	const struct pt_note *note = pt_demo_notes(live.demo, &nnotes);

	assert_int_equal(n, nnotes);
	for (size_t i = 0; i < n; i++)
		for (int lens = 0; lens < PT_NLENSES && note[i].start; lens++)
			check_lens((enum pt_lens_id)lens, pt_demo_pid(live.demo), note[i].start,
				   note[i].end, pt_demo_sign(&row[i], (enum pt_lens_id)lens),
				   row[i].over, row[i].id);
}

TEST(every_page_of_the_demo_has_the_order_of_its_folio)
{
	static const struct { const char *id; int order; enum need need; } row[] = {
		{ "written", 0, NOTHING }, { "thp", 9, HUGE_PAGES }, { "thpsplit", 9, HUGE_PAGES },
		{ "thppart", 9, HUGE_PAGES }, { "thplocked", 9, HUGE_PAGES },
		{ "hugezero", 9, HUGE_ZERO_PAGES }, { "shmemthp", 9, HUGE_PAGES }, { "mthp", 4, MTHP },
		{ "hugetlb", 9, HUGETLB }, { "hugetlbshared", 9, HUGETLB }, { "hugetlbcow", 9, HUGETLB },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		const struct pt_note *note = note_of(row[i].id);
		size_t norder[64] = { 0 };

		if (cannot(row[i].need))
			continue;
		check_orders(pt_demo_pid(live.demo), note->start, note->end, norder);
		assert_int_equal(norder[row[i].order], (note->end - note->start) >> 12);
	}
}

/* ---- the program's own screen */

enum { SCREEN_ROWS = 700, MAX_ROWS = 2 * SCREEN_ROWS + 128 };

/* Two layers of SCREEN_ROWS lines, signs and letters of styles, then what the letters mean. */
struct screen {
	char *line[MAX_ROWS];
	size_t n;
};

static void read_screen(const char *args, struct screen *ret)
{
	char cmd[LINE], *line = NULL;
	size_t cap = 0;
	FILE *f;

	snprintf(cmd, sizeof(cmd), "exec '%s/pagetop' %s", builddir(), args);
	f = popen(cmd, "re");
	assert_non_null(f);
	while (ret->n < MAX_ROWS && getline(&line, &cap, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		ret->line[ret->n++] = strdup(line);
	}
	free(line);
	assert_int_equal(pclose(f), 0);
	assert_true(ret->n > 2 * SCREEN_ROWS);
}

static void screen_done(struct screen *s)
{
	while (s->n)
		free(s->line[--s->n]);
}

/* What a letter of the second layer stands for, but for the cursor. */
static void get_style(const struct screen *s, char letter, char ret[static LINE])
{
	char *cursor;

	ret[0] = '\0';
	for (size_t i = 2 * SCREEN_ROWS; i < s->n; i++)
		if (s->line[i][0] == letter && !strncmp(s->line[i] + 1, " = ", 3))
			snprintf(ret, LINE, "%s", s->line[i] + 4);
	cursor = strstr(ret, "+cursor");
	if (cursor)
		*cursor = '\0';
}

/* The line of the border above the mapping that was noted with this title, or -1. */
static ssize_t find_border(const struct screen *s, const char *title)
{
	for (ssize_t y = 0; y < SCREEN_ROWS; y++) {
		const char *at = strstr(s->line[y], title);

		if (at && strstr(s->line[y], "expect ") && at[strlen(title)] == ' ')
			return y;
	}
	return -1;
}

enum { CELLS_X = 13 };	/* behind an address of twelve digits */

static bool has_cells(const char *line)
{
	return strspn(line, "0123456789abcdef") == CELLS_X - 1 && line[CELLS_X - 1] == ' ';
}

/* Of a row of cells: how many, each of which must be as wanted. */
static size_t check_cells(const struct screen *s, ssize_t y, const struct want *w)
{
	const char *text = s->line[y] + CELLS_X, *letter = s->line[y + SCREEN_ROWS] + CELLS_X;
	char sign = (char)(w->over & PT_OVER_HUGE ? toupper(w->sign) : w->sign), style[LINE];
	size_t n = strlen(text);

	assert_int_equal(strlen(s->line[y + SCREEN_ROWS]), CELLS_X + n);
	for (size_t i = 0; i < n; i++) {
		get_style(s, letter[i], style);
		if (text[i] != sign || strcmp(style, w->style))
			fail_msg("cell %zu of %s is %c in style %s, not %c in style %s", i + 1, w->id,
				 text[i], style, sign, w->style);
	}
	return n;
}

TEST(the_page_map_shows_each_page_with_its_sign_and_style)
{
	size_t nstates, nchecked = 0;
	const struct pt_demo_state *table = pt_demo_states(&nstates);
	const struct pt_note *note;
	struct screen s = { .n = 0 };

	read_screen("demo --size 200x700 --screen=styles --keys '/ expect Enter Enter'", &s);
	for (size_t i = 0; i < nwants; i++) {
		size_t npages = 0, k = 0;
		ssize_t y;

		while (strcmp(table[k].id, wants[i].id))
			k++;
		note = note_of(wants[i].id);
		y = find_border(&s, table[k].title);
		if (y < 0 && (cannot(wants[i].need) || !note->start))
			continue;
		if (y < 0)
			fail_msg("not on the page map: %s", table[k].title);
		while (has_cells(s.line[++y]))
			npages += check_cells(&s, y, &wants[i]);
		assert_int_equal(npages, (note->end - note->start) >> 12);
		nchecked++;
	}
	screen_done(&s);
	assert_true(nchecked >= 10);
}
