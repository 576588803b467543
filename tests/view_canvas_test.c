/* The canvas, parts of views, lists, texts. */
#include <string.h>
#include "fixture.h"
#include "scene.h"
#include "pagetop/base/text.h"
#include "pagetop/view/desk.h"
#include "pagetop/view/text_view.h"

/* ---- canvas */

TEST(nothing_is_drawn_outside_the_canvas)
{
	struct pt_canvas c = canvas_of(5, 3);

	for (int y = -2; y < 5; y++)
		for (int x = -2; x < 8; x++)
			pt_canvas_put(&c, x, y, 'x', PT_ROLE_COW);
	for (int i = 0; i < 15; i++)
		assert_int_equal(c.cell[i].ch, 'x');
	pt_canvas_clear(&c);
	pt_canvas_text(&c, 3, 1, 100, PT_ROLE_PLAIN, "abcdef");
	pt_canvas_text(&c, -3, 0, 100, PT_ROLE_PLAIN, "abcdef");
	pt_canvas_text(&c, 0, -1, 100, PT_ROLE_PLAIN, "abcdef");
	pt_canvas_text(&c, 0, 3, 100, PT_ROLE_PLAIN, "abcdef");
	pt_slot_right(&(struct pt_slot){ &c, -8, 2, 10, PT_ROLE_PLAIN }, "abcdef");
	pt_canvas_row_style(&c, -1, PT_ROLE_COW);
	pt_canvas_row_style(&c, 3, PT_ROLE_COW);
	pt_canvas_cursor(&c, 5, 0);
	pt_canvas_cursor(&c, 0, 3);
	pt_canvas_cursor(&c, -1, 0);
	assert_row(&c, 0, "def");
	assert_row(&c, 1, "   ab");
	assert_row(&c, 2, "ef");
	assert_int_equal(c.cursor_x, -1);
	pt_canvas_done(&c);
}

TEST(text_that_is_cut_short_ends_in_an_ellipsis)
{
	struct pt_canvas c = canvas_of(12, 6);

	assert_int_equal(pt_canvas_text(&c, 1, 0, 5, PT_ROLE_PLAIN, "abcde"), 6);
	assert_int_equal(pt_canvas_text(&c, 1, 1, 5, PT_ROLE_PLAIN, "abcdef"), 6);
	assert_int_equal(pt_canvas_text(&c, 1, 2, 1, PT_ROLE_PLAIN, "ab"), 2);
	assert_int_equal(pt_canvas_text(&c, 1, 3, 0, PT_ROLE_PLAIN, "ab"), 1);
	assert_int_equal(pt_canvas_text(&c, 1, 4, -5, PT_ROLE_PLAIN, "ab"), 1);
	assert_int_equal(pt_canvas_textf(&c, 1, 5, 9, PT_ROLE_PLAIN, "%d %s", 12, "zwölf"), 9);
	assert_row(&c, 0, " abcde");
	assert_row(&c, 1, " abcd…");
	assert_row(&c, 2, " …");
	assert_row(&c, 3, "");
	assert_row(&c, 4, "");
	assert_row(&c, 5, " 12 zwölf");
	pt_canvas_done(&c);
}

TEST(wide_characters_take_two_columns)
{
	struct pt_canvas c = canvas_of(8, 4);

	assert_int_equal(pt_canvas_text(&c, 0, 0, 8, PT_ROLE_PLAIN, "漢a字"), 5);
	assert_int_equal(c.cell[0].ch, 0x6f22);
	assert_int_equal(c.cell[1].ch, 0);
	assert_int_equal(c.cell[2].ch, 'a');
	assert_row(&c, 0, "漢a字");
	assert_int_equal(pt_canvas_text(&c, 0, 1, 4, PT_ROLE_PLAIN, "漢字漢"),
			 3); /* no room for half of one */
	assert_row(&c, 1, "漢…");
	pt_canvas_text(&c, 0, 2, 5, PT_ROLE_PLAIN, "漢字漢");
	assert_row(&c, 2, "漢字…");
	assert_no_half_characters(&c);
	pt_canvas_done(&c);
}

TEST(a_wide_character_is_never_cut_in_half)
{
	for (int x = -4; x < 10; x++) {
		struct pt_canvas c = canvas_of(8, 1);

		pt_canvas_text(&c, x, 0, 20, PT_ROLE_PLAIN, "漢字漢");
		assert_no_half_characters(&c);
		pt_canvas_done(&c);
	}
	for (int x = 0; x < 8; x++) {	/* and what is drawn over one half takes the other with it */
		struct pt_canvas c = canvas_of(8, 1);

		pt_canvas_text(&c, 0, 0, 8, PT_ROLE_PLAIN, "漢字漢字");
		pt_canvas_text(&c, x, 0, 3, PT_ROLE_PLAIN, "abc");
		assert_no_half_characters(&c);
		pt_canvas_done(&c);
	}
}

#define ACUTE "\xcc\x81"

TEST(a_mark_is_in_the_cell_of_its_character)
{
	struct pt_canvas c = canvas_of(8, 6);
	struct pt_str s = PT_STR_INIT;

	assert_int_equal(pt_canvas_text(&c, 0, 0, 8, PT_ROLE_PLAIN, "cafe" ACUTE "s"), 5);
	assert_row(&c, 0, "cafe" ACUTE "s");
	assert_int_equal(pt_canvas_text(&c, 0, 1, 4, PT_ROLE_PLAIN, "cafe" ACUTE), 4);	/* it fits */
	assert_row(&c, 1, "cafe" ACUTE);
	pt_canvas_text(&c, 0, 2, 4, PT_ROLE_PLAIN, "cae" ACUTE "fe");	/* cut behind it, not before it */
	assert_row(&c, 2, "cae" ACUTE "…");
	pt_canvas_text(&c, 0, 2, 4, PT_ROLE_PLAIN, "xyz");		/* gone with its character */
	assert_row(&c, 2, "xyz…");
	pt_slot_right(&(struct pt_slot){ &c, 0, 3, 8, PT_ROLE_PLAIN }, "e" ACUTE);
	assert_row(&c, 3, "       e" ACUTE);
	pt_canvas_text(&c, 6, 4, 8, PT_ROLE_PLAIN, "か\xe3\x82\x99");
	assert_row(&c, 4, "      か\xe3\x82\x99");
	pt_canvas_put(&c, 7, 4, 'x', PT_ROLE_PLAIN);			/* over a half of it */
	assert_row(&c, 4, "       x");
	pt_canvas_text(&c, 0, 5, 8, PT_ROLE_PLAIN, ACUTE "a" ACUTE ACUTE ACUTE ACUTE "b");	/* no cell has more */
	assert_row(&c, 5, "a" ACUTE ACUTE ACUTE "b");
	pt_canvas_print_styles(&c, &s);
	assert_null(strstr(s.s, ACUTE));
	pt_str_done(&s);
	pt_canvas_done(&c);
}

TEST(lines_are_broken_and_scrolled_with_their_marks)
{
	struct pt_canvas c = canvas_of(4, 4);

	assert_int_equal(pt_draw_wrapped(&(struct pt_slot){ &c, 0, 0, 4, PT_ROLE_PLAIN }, "cafe" ACUTE "cafe" ACUTE), 2);
	assert_row(&c, 0, "cafe" ACUTE);
	assert_row(&c, 1, "cafe" ACUTE);
	pt_draw_scrolled(&(struct pt_slot){ &c, 0, 2, c.w, PT_ROLE_PLAIN }, "e" ACUTE "xy", 1);
	assert_row(&c, 2, "xy");
	pt_draw_scrolled(&(struct pt_slot){ &c, 0, 3, c.w, PT_ROLE_PLAIN }, "xe" ACUTE "y", 1);
	assert_row(&c, 3, "e" ACUTE "y");
	pt_canvas_done(&c);
}

TEST(text_to_the_right_ends_where_it_should)
{
	struct pt_canvas c = canvas_of(10, 2);

	pt_slot_right(&(struct pt_slot){ &c, 2, 0, 6, PT_ROLE_PLAIN }, "1.2G");
	pt_slot_right(&(struct pt_slot){ &c, 2, 1, 6, PT_ROLE_PLAIN }, "12345678");
	assert_row(&c, 0, "    1.2G");
	assert_row(&c, 1, "  12345…");
	pt_canvas_done(&c);
}

TEST(the_printed_canvas_has_no_blanks_at_the_ends_of_rows)
{
	struct pt_canvas c = canvas_of(6, 3);
	struct pt_str s = PT_STR_INIT;

	pt_canvas_text(&c, 1, 0, 5, PT_ROLE_PLAIN, "a b");
	pt_canvas_text(&c, 0, 2, 5, PT_ROLE_PLAIN, "x");
	pt_canvas_print(&c, &s);
	assert_string_equal(s.s, " a b\n\nx\n");
	pt_str_done(&s);
	pt_canvas_done(&c);
}

TEST(the_layer_of_styles_names_every_style)
{
	struct pt_canvas c = canvas_of(6, 2);
	struct pt_str s = PT_STR_INIT;

	pt_canvas_text(&c, 0, 0, 6, PT_ROLE_PLAIN, "ab");
	pt_canvas_put(&c, 2, 0, 'c', PT_ROLE_COW | PT_STYLE_HUGE | PT_STYLE_LOCKED);
	pt_canvas_put(&c, 3, 0, 'p', PT_ROLE_PRIVATE);
	pt_canvas_put(&c, 4, 0, 'c', PT_ROLE_COW | PT_STYLE_HUGE | PT_STYLE_LOCKED);
	pt_canvas_row_style(&c, 1, PT_ROLE_HEAD);
	pt_canvas_print_styles(&c, &s);
	assert_string_equal(s.s, "..aba\ncccccc\na = cow+huge+locked\nb = private\nc = head\n");
	pt_str_done(&s);
	pt_canvas_done(&c);
}

TEST(a_canvas_can_be_resized_to_anything)
{
	struct pt_canvas c = { 0 };

	for (int w = 0; w < 5; w++)
		for (int h = 0; h < 5; h++) {
			struct pt_str s = PT_STR_INIT;

			assert_int_equal(pt_canvas_resize(&c, w, h), 0);
			pt_canvas_text(&c, 0, 0, w, PT_ROLE_PLAIN, "hello");
			pt_canvas_print(&c, &s);
			pt_canvas_print_styles(&c, &s);
			pt_str_done(&s);
		}
	pt_canvas_done(&c);
}

/* ---- parts of views */

TEST(a_sign_is_a_capital_where_the_page_is_huge)
{
	assert_int_equal(pt_sign(PT_STATE_COW, 0), 'c');
	assert_int_equal(pt_sign(PT_STATE_COW, PT_OVER_HUGE), 'C');
	assert_int_equal(pt_sign(PT_STATE_COW, PT_OVER_LARGE | PT_OVER_LOCKED), 'c');
	for (int a = 0; a < PT_NSTATES; a++)
		for (int b = 0; b < PT_NSTATES; b++)	/* no capital is the sign of another state */
			assert_true(a == b || pt_sign(a, PT_OVER_HUGE) !=
				    pt_sign(b, 0));
}

static void assert_sum(uint64_t value, uint64_t unknown, const char *want)
{
	const struct pt_sum sum = { value, unknown };
	struct pt_canvas c = canvas_of(8, 1);

	pt_draw_sum(&(struct pt_slot){ &c, 1, 0, PT_SUM_WIDTH, PT_ROLE_PLAIN }, PT_COL_RSS, &sum);
	assert_row(&c, 0, want);
	pt_canvas_done(&c);
}

TEST(a_sum_says_how_much_of_it_is_known)
{
	assert_sum(0, 0, "      0");
	assert_sum(4096, 0, "     4K");
	assert_sum(UINT64_C(2254857830), 1, "  ≥2.1G");
	assert_sum(0, 1, "      ?");
}

static unsigned sums_in(enum pt_list_id list, int w)
{
	struct pt_layout l = { .w = w };
	unsigned set = 0;

	pt_layout_add_sums(&l, list, w);
	for (int i = 0; i < l.n; i++)
		set |= 1u << pt_heading_sum(l.col[i].heading);
	return set;
}

TEST(columns_go_by_rank_where_there_is_no_room)
{
	unsigned before = 0;

	for (int w = 0; w < 120; w++) {
		unsigned set = sums_in(PT_IN_PROCESSES, w);

		assert_true(__builtin_popcount(set) * (PT_SUM_WIDTH + 1) <= w);
		assert_int_equal(set & before, before);		/* more room never takes one away */
		for (int i = 0; i < PT_NCOLS; i++)
			if (set & 1u << i)
				assert_true(pt_columns[i].rank[PT_IN_PROCESSES]);
		before = set;
	}
	assert_int_equal(sums_in(PT_IN_PROCESSES, 7), 1u << PT_COL_RSS);
	assert_int_equal(sums_in(PT_IN_MAPPINGS, -10), 0);
}

TEST(words_are_wrapped_between_them)
{
	struct pt_canvas c = canvas_of(12, 6);

	assert_int_equal(pt_draw_wrapped(&(struct pt_slot){ &c, 1, 1, 10, PT_ROLE_PLAIN }, "one two three four"), 3);
	assert_row(&c, 1, " one two");
	assert_row(&c, 2, " three four");
	pt_canvas_clear(&c);
	assert_int_equal(pt_draw_wrapped(&(struct pt_slot){ &c, 0, 0, 5, PT_ROLE_PLAIN }, "abcdefghijkl mn"), 3);
	assert_row(&c, 0, "abcde");
	assert_row(&c, 1, "fghij");
	assert_row(&c, 2, "kl mn");
	pt_canvas_done(&c);
}

TEST(wrapping_ends_whatever_the_width)
{
	for (int w = -1; w < 30; w++) {
		struct pt_canvas c = canvas_of(w > 0 ? w : 1, 50);

		pt_draw_wrapped(&(struct pt_slot){ &c, 0, 0, w, PT_ROLE_PLAIN }, "漢字 a  bb ccc 漢字漢字漢字 dddddddddddd   ");
		assert_no_half_characters(&c);
		pt_canvas_done(&c);
	}
}

TEST(a_name_is_scrolled_by_columns)
{
	struct pt_canvas c = canvas_of(10, 3);

	pt_draw_scrolled(&(struct pt_slot){ &c, 2, 0, c.w - 2, PT_ROLE_PLAIN }, "abcdefghijkl", 0);
	pt_draw_scrolled(&(struct pt_slot){ &c, 2, 1, c.w - 2, PT_ROLE_PLAIN }, "abcdefghijkl", 8);
	pt_draw_scrolled(&(struct pt_slot){ &c, 2, 2, c.w - 2, PT_ROLE_PLAIN }, "abc", 8);
	assert_row(&c, 0, "  abcdefg…");
	assert_row(&c, 1, "  ijkl");
	assert_row(&c, 2, "");
	pt_canvas_done(&c);
}

TEST(the_first_row_has_title_and_age_as_far_as_there_is_room)
{
	const struct pt_scene sc = { .now_ns = 3500000000, .interval_ns = 1000000000 };
	struct pt_canvas c = canvas_of(80, 1);

	pt_draw_top(&sc, &c, " title", 3100000, 3100000000);
	assert_row(&c, 0,
		   " title"
		   "                                    "
		   "scan 3.1 ms · 0.4 s old · every 1.0 s");
	pt_canvas_resize(&c, 30, 1);
	pt_draw_top(&sc, &c, " title", 3100000, 3100000000);
	assert_has(&c, " title");
	assert_has(&c, "0.4 s old");
	pt_canvas_resize(&c, 60, 1);
	pt_draw_top(&sc, &c, " title", 0, 0);
	assert_row(&c, 0, " title");		/* no data yet has no age */
	pt_canvas_done(&c);
}

TEST(one_is_told_as_one)
{
	struct pt_scene sc = scene_of("process 1 x\n600000000000-600000001000 rw-p 00000000 00:00 0\np\n", 1);
	struct pt_image *img = (struct pt_image *)sc.img;
	struct pt_str s = PT_STR_INIT;

	assert_string_equal(pt_noun(0, "page", "pages"), "pages");
	assert_string_equal(pt_noun(1, "page", "pages"), "page");
	assert_string_equal(pt_noun(2, "page", "pages"), "pages");
	img->nunstable = 1;
	pt_title_process(&sc, &s);
	assert_non_null(strstr(s.s, "(1 unstable page)"));
	pt_image_unref(img);
	pt_str_done(&s);
}

TEST(what_is_stale_says_so_in_the_first_row)
{
	const struct pt_scene sc = { .now_ns = 65000000000,
				     .interval_ns = 1,
				     .stale = "42 db has ended" };

	for (int w = 30; w < 120; w++) {
		struct pt_canvas c = canvas_of(w, 1);

		pt_draw_top(&sc, &c, " db1 ▸ 42 db", 3100000, 1000000000);
		assert_has(&c, "~ stale");
		assert_has(&c, "64 s old");
		assert_false(has(&c, "every"));
		pt_canvas_done(&c);
	}
}

/* ---- lists */

TEST(a_list_keeps_cursor_and_top_inside)
{
	uint64_t x = 40;

	for (int i = 0; i < 2000; i++) {
		struct pt_list l = { 0 };
		size_t n = random_next(&x) % 50;

		for (int k = 0; k < 60; k++) {
			int rows = (int)(random_next(&x) % 20) - 1;

			pt_list_move(&l, n, (enum pt_move)(random_next(&x) % (PT_MOVE_FIT + 1)));
			if (!(random_next(&x) % 8))
				n = random_next(&x) % 50;
			pt_list_fit(&l, n, rows);
			assert_true(n ? l.cur < n : l.cur == 0);
			assert_true(l.top <= l.cur);
			if (l.rows)
				assert_true(l.cur < l.top + (size_t)l.rows);
			if (n > (size_t)l.rows) /* no empty rows below while there are some above */
				assert_true(l.top + (size_t)l.rows <= n);
			else
				assert_true(!l.rows || l.top == 0);
			assert_true(l.xscroll >= 0);
		}
	}
}

TEST(a_list_moves_by_rows_screens_and_to_the_ends)
{
	struct pt_list l = { 0 };

	pt_list_fit(&l, 100, 10);
	pt_list_move(&l, 100, PT_MOVE_DOWN);
	assert_int_equal(l.cur, 1);
	pt_list_move(&l, 100, PT_MOVE_PGDN);
	assert_int_equal(l.cur, 10);
	pt_list_move(&l, 100, PT_MOVE_END);
	assert_int_equal(l.cur, 99);
	pt_list_move(&l, 100, PT_MOVE_DOWN);
	assert_int_equal(l.cur, 99);
	pt_list_move(&l, 100, PT_MOVE_PGUP);
	assert_int_equal(l.cur, 90);
	pt_list_move(&l, 100, PT_MOVE_HOME);
	pt_list_move(&l, 100, PT_MOVE_UP);
	assert_int_equal(l.cur, 0);
	pt_list_move(&l, 100, PT_MOVE_LEFT);
	assert_int_equal(l.xscroll, 0);
	pt_list_move(&l, 100, PT_MOVE_RIGHT);
	assert_int_equal(l.xscroll, 8);
	pt_list_move(&l, 0, PT_MOVE_DOWN);
	pt_list_fit(&l, 0, 10);
	assert_int_equal(l.cur, 0);
}

/* ---- texts, graphs */

TEST(a_text_is_scrolled_to_its_last_line_and_no_further)
{
	static const char text[] = "Heading\n one\n two\n three\n four\n five\n six\n seven\n";
	struct pt_text_view v = { 0 };
	struct pt_canvas c = canvas_of(20, 6);

	pt_text_draw(&v, &(struct pt_scene){ .pid = 0 }, "Help", text, &c);
	assert_row(&c, 0, " Help");
	assert_row(&c, 2, " Heading");
	assert_row(&c, 5, " ▾ 5 more lines: {p…");	/* in place of three, with which the next screen begins */
	pt_text_move(&v, PT_MOVE_END);
	pt_canvas_clear(&c);
	pt_text_draw(&v, &(struct pt_scene){ .pid = 0 }, "Help", text, &c);
	assert_row(&c, 5, "  seven");		/* the last screen is a full one */
	assert_row(&c, 2, "  four");
	pt_text_move(&v, PT_MOVE_UP);
	pt_canvas_clear(&c);
	pt_text_draw(&v, &(struct pt_scene){ .pid = 0 }, "Help", text, &c);
	assert_row(&c, 5, " ▾ 2 more lines: {p…");
	pt_text_move(&v, PT_MOVE_HOME);
	pt_text_move(&v, PT_MOVE_UP);
	pt_text_move(&v, PT_MOVE_PGDN);
	pt_canvas_clear(&c);
	pt_text_draw(&v, &(struct pt_scene){ .pid = 0 }, "Help", text, &c);
	assert_row(&c, 2, "  three");
	pt_canvas_done(&c);
}
