/*
 * The room view: what is drawn into a canvas, and how one moves in it.
 *
 * Processes come from fixture.c, so that what is drawn can be compared with what is written here.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <stdio.h>
#include "fixture.h"
#include "scene.h"
#include "test.h"
#include "pagetop/base/text.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/census.h"
#include "pagetop/view/about.h"
#include "pagetop/view/desk.h"
#include "pagetop/view/map_filter.h"
#include "pagetop/view/map_picture.h"
#include "pagetop/view/cells.h"
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
	assert_non_null(strstr(s.s, "(1 page would not hold still)"));
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

/* ---- the page map */

static const char one_mapping[] =
	"process 42 db\n"
	"55d0c4100000-55d0c4140000 rw-p 00000000 00:00 0   [heap]\n"
	"ppppppppppppcccccccccccccccczzz.ssssssss....kkffpppppppppppppppp\n";

TEST(the_map_shows_the_pages_as_they_are)
{
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(80, 30);

	v.top_border = true;
	pt_map_draw(&v, &sc, &c);
	assert_row(
		&c, 2,
		"── 55d0c2a00000 r-xp 64K /usr/bin/redis-server ─────────────────────────────────");
	assert_row(&c, 3, "55d0c2a00000 hhhhhhhhhh.hhhhh");
	assert_row(&c, 5, "55d0c2a10000 wwi.");
	assert_has(&c, "55d0c4100000 ppppppppppppcccccccccccccccczzz.ssssssss....kkffpppppppppppppppp");
	assert_has(&c, "23M gap");
	pt_map_move(&v, &sc, PT_MOVE_END);
	pt_map_move(&v, &sc, PT_MOVE_END);
	pt_canvas_clear(&c);
	pt_map_draw(&v, &sc, &c);
	assert_has(&c, " gp!>o.a?");
	assert_has(&c, " uuuu");
	assert_has(&c, "[vsyscall]");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(the_legend_counts_the_mapping_exactly)
{
	struct pt_scene sc = scene_of(one_mapping, 42);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(100, 30);

	for (int zoom = 0; zoom < 4; zoom++) {
		pt_canvas_clear(&c);
		pt_map_draw(&v, &sc, &c);
		assert_has(&c, "p private 28 112K");
		assert_has(&c, "c cow 16 64K");
		assert_has(&c, "z zero 3 12K");
		assert_has(&c, "s swapped 8 32K");
		assert_has(&c, "k ksm 2 8K");
		assert_has(&c, "f lazyfree 2 8K");
		assert_has(&c, ". absent 5 20K");
		assert_has(&c, "locked 0");
		assert_false(has(&c, "copied"));
		pt_map_move(&v, &sc, PT_MOVE_ZOOM_OUT);
	}
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(the_status_line_explains_the_page_under_the_cursor)
{
	struct pt_scene sc = scene_of(one_mapping, 42);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(120, 20);

	pt_map_go(&v, &sc, 0x55d0c410c);
	pt_map_draw(&v, &sc, &c);
	assert_has(&c, "0x55d0c410c000 · pfn 0x100c · mapped 2 ×");
	assert_has(&c, "shared copy-on-write since a fork");
	pt_map_move(&v, &sc, PT_MOVE_ZOOM_OUT);
	pt_map_move(&v, &sc, PT_MOVE_ZOOM_OUT);
	pt_map_move(&v, &sc, PT_MOVE_ZOOM_OUT);
	pt_canvas_clear(&c);
	pt_map_draw(&v, &sc, &c);
	assert_has(&c, "cell of 8:");
	assert_has(&c, "cow 4");
	assert_has(&c, "private 4");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(zoom_shows_what_lies_under_the_cell)
{
	struct pt_scene sc = scene_of(one_mapping, 42);
	const struct pt_vma *vma = &sc.img->vmas.v[0];
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_counts c;

	v.zoom = 8;
	pt_map_cell(&v, sc.img, vma, 0x55d0c411f, &c);		/* the cell of pages 0x18 to 0x1f */
	assert_int_equal(c.npages, 8);
	assert_int_equal(c.row[PT_STATE_COW], 4);
	assert_int_equal(c.row[PT_STATE_ZERO], 3);
	assert_int_equal(c.row[PT_STATE_ABSENT], 1);
	v.zoom = 64;
	pt_map_cell(&v, sc.img, vma, 0x55d0c4100, &c);
	assert_int_equal(c.npages, 64);
	v.zoom = 1 << 20;
	pt_map_cell(&v, sc.img, vma, 0x55d0c413f, &c);		/* never more than the mapping */
	assert_int_equal(c.npages, 64);
	v.zoom = 1;
	pt_map_cell(&v, sc.img, vma, 0x55d0c4120, &c);
	assert_int_equal(c.row[PT_STATE_SWAPPED], 1);
	pt_image_unref(sc.img);
}

TEST(every_second_page_is_uniform_at_zoom_2)
{
	struct pt_scene sc =
		scene_of("process 42 db\n600000000000-600000040000 rw-p 00000000 00:00 0 \n"
			 "p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.\n",
			 42);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(80, 20);
	pt_style style;

	v.top_border = true;
	pt_map_draw(&v, &sc, &c);
	assert_row(&c, 3,
		   "600000000000 p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.");
	pt_map_move(&v, &sc, PT_MOVE_ZOOM_OUT);
	pt_canvas_clear(&c);
	pt_map_draw(&v, &sc, &c);
	assert_row(&c, 3, "600000000000 pppppppppppppppppppppppppppppppp");
	style = c.cell[3 * c.w + 13 + 1].style;
	assert_true(style & PT_STYLE_MIXED);
	for (int i = 1; i < 32; i++)
		assert_int_equal(c.cell[3 * c.w + 13 + i].style, style);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

static void add_counts(struct pt_counts *to, const struct pt_counts *c)
{
	for (int i = 0; i < PT_NSTATES; i++)
		to->row[i] += c->row[i];
	to->npages += c->npages;
}

TEST(all_cells_together_are_the_legend)
{
	uint64_t x = 41;

	for (int i = 0; i < 10; i++) {
		struct pt_scene sc = random_scene(&x);

		for (uint64_t zoom = 1; zoom <= 8192; zoom *= 2) {
			const struct pt_map_view v = { .zoom = zoom };

			for (size_t k = 0; k < sc.img->vmas.n; k++) {
				const struct pt_vma *vma = &sc.img->vmas.v[k];
				struct pt_counts sum = { .npages = 0 }, all = { .npages = 0 }, cell;

				for (uint64_t vpn = pt_vma_vpn(vma); vpn < pt_vma_end_vpn(vma);
				     vpn += zoom) {
					pt_map_cell(&v, sc.img, vma, vpn, &cell);
					add_counts(&sum, &cell);
				}
				pt_image_count(sc.img, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma), &all);
				assert_int_equal(sum.npages, all.npages);
				assert_memory_equal(sum.row, all.row, sizeof(all.row));
			}
		}
		pt_image_unref(sc.img);
	}
}

/* What the cell at the cursor stands for, by the address at the beginning of its line. */
static void assert_cursor_over_its_page(const struct pt_map_view *v, const struct pt_scene *sc, const struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;
	uint64_t addr, lo;
	char head[13];

	row_of(c, c->cursor_y, &s);
	memcpy(head, s.s, 12);
	head[12] = '\0';
	assert_int_equal(pt_parse_hex(head, &addr), 0);
	lo = (addr >> 12) + (uint64_t)(c->cursor_x - 13) * v->zoom;
	if (v->whole)		/* several mappings in a line */
		assert_true(pt_map_hit(v, sc, c->cursor_x, c->cursor_y, &lo));
	if (v->vpn < lo || v->vpn >= lo + v->zoom)
		fail_msg("page %llx is not in the cell of %llx", (unsigned long long)v->vpn,
			 (unsigned long long)lo);
	pt_str_done(&s);
}

TEST(zooming_keeps_the_address_under_the_cursor)
{
	struct pt_canvas c = canvas_of(90, 24);
	uint64_t x = 42;

	for (int i = 0; i < 10; i++) {
		struct pt_scene sc = random_scene(&x);
		struct pt_map_view v = PT_MAP_VIEW_INIT;

		for (int k = 0; k < 200; k++) {
			const struct pt_vma *vma = &sc.img->vmas.v[random_next(&x) % sc.img->vmas.n];
			uint64_t vpn = pt_vma_vpn(vma) +
				       random_next(&x) % (pt_vma_end_vpn(vma) - pt_vma_vpn(vma));

			pt_map_go(&v, &sc, vpn);
			pt_canvas_clear(&c);
			pt_map_draw(&v, &sc, &c);
			for (int z = 0; z < 5; z++) {
				pt_map_move(&v, &sc,
					    (enum pt_move)(PT_MOVE_ZOOM_IN + random_next(&x) % 3));
				assert_int_equal(v.vpn, vpn);
				assert_int_equal(v.zoom & (v.zoom - 1), 0);
				pt_canvas_clear(&c);
				pt_map_draw(&v, &sc, &c);
				assert_cursor_shown(&c);
				assert_cursor_over_its_page(&v, &sc, &c);
			}
		}
		pt_image_unref(sc.img);
	}
	pt_canvas_done(&c);
}

TEST(zooming_out_and_in_again_leaves_the_line_where_it_was)
{
	struct pt_scene sc =
		scene_of("process 42 db\n600000000000-600001000000 rw-p 00000000 00:00 0 \n"
			 "p{4000}\n",
			 42);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(80, 24);
	int y;

	pt_map_draw(&v, &sc, &c);
	pt_map_go(&v, &sc, 0x600000800);
	pt_map_draw(&v, &sc, &c);
	y = c.cursor_y;
	pt_map_move(&v, &sc, PT_MOVE_ZOOM_OUT);
	pt_map_draw(&v, &sc, &c);
	assert_int_equal(c.cursor_y, y);
	pt_map_move(&v, &sc, PT_MOVE_ZOOM_IN);
	pt_map_draw(&v, &sc, &c);
	assert_int_equal(c.cursor_y, y);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(fit_shows_the_whole_mapping)
{
	struct pt_scene sc = scene_of(
		"process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{99}\n", 42);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(80, 24);

	pt_map_draw(&v, &sc, &c);
	pt_map_move(&v, &sc, PT_MOVE_FIT);
	assert_true(v.zoom * (uint64_t)v.cols * (uint64_t)v.rows >= 0x8000);
	assert_true(v.zoom / 2 * (uint64_t)v.cols * (uint64_t)(v.rows - 1) < 0x8000);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(moving_never_leaves_the_mappings)
{
	uint64_t x = 43;

	for (int i = 0; i < 15; i++) {
		struct pt_scene sc = random_scene(&x);
		struct pt_map_view v = PT_MAP_VIEW_INIT;

		for (int k = 0; k < 300; k++) {
			struct pt_canvas c = canvas_of(14 + (int)(random_next(&x) % 120),
						       4 + (int)(random_next(&x) % 40));

			for (int m = 0; m < 5; m++)
				pt_map_move(&v, &sc,
					    (enum pt_move)(random_next(&x) % (PT_MOVE_FIT + 1)));
			assert_non_null(pt_image_vma(sc.img, v.vpn));
			pt_map_draw(&v, &sc, &c);
			assert_cursor_shown(&c);
			assert_cursor_over_its_page(&v, &sc, &c);
			pt_canvas_done(&c);
		}
		pt_image_unref(sc.img);
	}
}

TEST(right_goes_through_every_cell_and_left_the_same_way_back)
{
	uint64_t x = 44;

	for (uint64_t zoom = 1; zoom <= 16; zoom *= 4) {
		struct pt_scene sc = random_scene(&x);
		const struct pt_vma *last = &sc.img->vmas.v[sc.img->vmas.n - 1];
		struct pt_map_view v = PT_MAP_VIEW_INIT;
		size_t cells = 0, right = 0, left = 0;
		uint64_t before;

		v.zoom = zoom;
		v.vpn = pt_vma_vpn(&sc.img->vmas.v[0]);
		for (size_t k = 0; k < sc.img->vmas.n; k++)
			cells += (pt_vma_end_vpn(&sc.img->vmas.v[k]) - pt_vma_vpn(&sc.img->vmas.v[k]) +
				  zoom - 1) / zoom;
		do {
			before = v.vpn;
			pt_map_move(&v, &sc, PT_MOVE_RIGHT);
			right += v.vpn != before;
		} while (v.vpn != before);
		assert_int_equal(right, cells - 1);
		assert_true(v.vpn < pt_vma_end_vpn(last) && v.vpn + zoom >= pt_vma_end_vpn(last));
		do {
			before = v.vpn;
			pt_map_move(&v, &sc, PT_MOVE_LEFT);
			left += v.vpn != before;
		} while (v.vpn != before);
		assert_int_equal(left, cells - 1);
		pt_image_unref(sc.img);
	}
}

static uint64_t cell_of(const struct pt_map_view *v, const struct pt_scene *sc,
			const struct pt_vma **ret)
{
	*ret = pt_image_vma(sc->img, v->vpn);
	return (v->vpn - pt_vma_vpn(*ret)) / v->zoom;
}

TEST(right_goes_to_the_next_cell_wherever_in_its_cell_the_cursor_is)
{
	uint64_t x = 47;

	for (int i = 0; i < 5; i++) {
		struct pt_scene sc = random_scene(&x);

		for (int k = 0; k < 2000; k++) {
			struct pt_map_view v = { .zoom = 1u << random_next(&x) % 8,
						 .cols = 64,
						 .rows = 16 };
			const struct pt_vma *vma = &sc.img->vmas
							    .v[random_next(&x) % sc.img->vmas.n],
					    *now;
			uint64_t n = pt_vma_end_vpn(vma) - pt_vma_vpn(vma), cell;

			v.vpn = pt_vma_vpn(vma) + random_next(&x) % n;
			cell = cell_of(&v, &sc, &now);
			pt_map_move(&v, &sc, PT_MOVE_RIGHT);
			if (cell < (n - 1) / v.zoom)
				assert_int_equal(cell_of(&v, &sc, &now), cell + 1);
			else
				assert_true(pt_image_vma(sc.img, v.vpn) ==
					    vma + (vma < sc.img->vmas.v + sc.img->vmas.n - 1));
		}
		pt_image_unref(sc.img);
	}
}

TEST(down_and_up_keep_the_column)
{
	struct pt_scene sc = scene_of(
		"process 42 db\n600000000000-600000100000 rw-p 00000000 00:00 0 \np\n", 42);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(13 + 64, 20);

	pt_map_draw(&v, &sc, &c);
	pt_map_go(&v, &sc, 0x600000005);
	pt_map_move(&v, &sc, PT_MOVE_DOWN);
	assert_int_equal(v.vpn, 0x600000045);
	pt_map_move(&v, &sc, PT_MOVE_DOWN);
	pt_map_move(&v, &sc, PT_MOVE_UP);
	assert_int_equal(v.vpn, 0x600000045);
	pt_map_move(&v, &sc, PT_MOVE_UP);
	pt_map_move(&v, &sc, PT_MOVE_UP);
	assert_int_equal(v.vpn, 0x600000005);		/* there is nothing above */
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(home_and_end_go_to_the_ends_of_the_mapping_then_of_the_process)
{
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_map_view v = PT_MAP_VIEW_INIT;

	pt_map_go(&v, &sc, 0x55d0c4110);
	pt_map_move(&v, &sc, PT_MOVE_HOME);
	assert_int_equal(v.vpn, 0x55d0c4100);
	pt_map_move(&v, &sc, PT_MOVE_HOME);
	assert_int_equal(v.vpn, 0x55d0c2a00);
	pt_map_go(&v, &sc, 0x55d0c4110);
	pt_map_move(&v, &sc, PT_MOVE_END);
	assert_int_equal(v.vpn, 0x55d0c413f);
	pt_map_move(&v, &sc, PT_MOVE_END);
	assert_int_equal(v.vpn, 0xffffffffff600);
	pt_image_unref(sc.img);
}

TEST(a_page_that_is_gone_leaves_the_cursor_at_the_nearest_mapping)
{
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_map_view v = PT_MAP_VIEW_INIT;

	v.vpn = 0x1;
	assert_int_equal(pt_map_current(&v, &sc)->start, 0x55d0c2a00000);
	assert_int_equal(v.vpn, 0x55d0c2a00);
	v.vpn = 0x55d0c3000;
	assert_int_equal(pt_map_current(&v, &sc)->start, 0x55d0c4100000);
	pt_image_unref(sc.img);
}

/* ---- the map under a filter, and its legend */

/* The scene shows what these words mean. */
static void filter_scene(struct pt_scene *sc, struct pt_matches *m, const char *words)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;

	assert_int_equal(pt_filter_parse(words, &filter, &why), 0);
	assert_int_equal(pt_matches_make(m, sc->img, &filter), 0);
	sc->matches = m;
	sc->filter = words;
}

TEST(what_is_not_meant_steps_aside_without_colour_too)
{
	struct pt_scene sc = scene_of(one_mapping, 42);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_matches m = { 0 };
	struct pt_canvas c = canvas_of(100, 20);

	filter_scene(&sc, &m, "ksm");
	pt_map_draw(&v, &sc, &c);
	assert_has(&c, "55d0c4100000 ············································kk··················");
	assert_has(&c, "filter ksm: 2 of 64 pages, 2 in all");
	for (int i = 0; i < PT_NROWS; i++)	/* the dot is the sign of nothing else */
		assert_true((unsigned char)pt_rows[i].sign != PT_SIGN_ASIDE);
	v.zoom = 8;				/* of a cell only what is meant is shown, and that there is more */
	pt_canvas_clear(&c);
	pt_map_draw(&v, &sc, &c);
	assert_has(&c, "·····k··");
	assert_int_equal(c.cell[2 * c.w + 18].ch, 'k');
	assert_true(c.cell[2 * c.w + 18].style & PT_STYLE_MIXED);
	filter_scene(&sc, &m, "absent");
	v.zoom = 1;
	pt_canvas_clear(&c);
	pt_map_draw(&v, &sc, &c);
	assert_has(&c, "·······························.········....····");
	pt_matches_done(&m);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

/* The piece that is chosen is on the screen, and the cursor is on it, whatever the size. */
TEST(the_chosen_piece_of_the_legend_is_always_on_the_screen)
{
	static const int width[] = { 20, 40, 80, 200 };
	struct pt_scene sc = scene_of(one_mapping, 42);

	for (int h = 6; h < 30; h += 3)
		for (size_t i = 0; i < LEN(width); i++) {
			struct pt_map_view v = PT_MAP_VIEW_INIT;
			int seen = 0, last = -1;

			pt_map_go(&v, &sc, 0x55d0c4100);
			pt_legend_open(&v.legend, sc.img, v.vpn, "");
			pt_map_move(&v, &sc, PT_MOVE_HOME);
			for (int step = 0; step < 12; step++) {
				struct pt_canvas c = canvas_of(width[i], h);

				pt_map_draw(&v, &sc, &c);
				assert_cursor_shown(&c);
				assert_true(c.cursor_y > v.rows && c.cursor_y < h - 1);
				seen += v.legend.chosen != last;
				last = v.legend.chosen;
				pt_map_move(&v, &sc, step ? PT_MOVE_RIGHT : PT_MOVE_HOME);
				pt_canvas_done(&c);
			}
			assert_true(seen >= 7);		/* swapped absent zero ksm cow lazyfree private */
			assert_int_equal(v.vpn, 0x55d0c4100);
		}
	pt_image_unref(sc.img);
}

TEST(a_piece_of_the_legend_is_a_filter_that_means_the_same)
{
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(200, 40);

	for (int i = 0; i < PT_NROWS + PT_NOVERS; i++) {
		struct pt_str words = PT_STR_INIT, why = PT_STR_INIT;
		struct pt_filter filter;

		pt_legend_words(i, &words);
		if (pt_filter_parse(words.s, &filter, &why))
			fail_msg("%s: %s", words.s, why.s);
		assert_int_equal(filter.n, 1);
		if (i < PT_NROWS && filter.word[0].row != i)
			fail_msg("%s is another row", words.s);
		pt_str_done(&words);
	}
	for (size_t k = 0; k < sc.img->vmas.n; k++) {
		const struct pt_vma *vma = &sc.img->vmas.v[k];
		struct pt_counts all = { .npages = 0 }, counts;
		uint64_t open;

		pt_map_go(&v, &sc, pt_vma_vpn(vma));
		pt_map_draw(&v, &sc, &c);
		pt_image_count(sc.img, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma), &all);
		for (int i = 0; i < v.legend.n; i++) {
			struct pt_str words = PT_STR_INIT;
			struct pt_matches m = { 0 };
			int id = v.legend.piece[i].id;

			pt_legend_words(id, &words);
			filter_scene(&sc, &m, words.s);
			pt_matches_count(&m, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma), &counts, &open);
			assert_int_equal(counts.npages,
					 id < PT_NROWS ? pt_counts_of(&all, id) : all.over[id - PT_NROWS]);
			sc.matches = NULL;
			pt_matches_done(&m);
			pt_str_done(&words);
		}
	}
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

/* Levels need nothing but the desk. */
static struct pt_desk desk_of(const struct pt_scene *sc)
{
	struct pt_desk d;

	assert_int_equal(pt_desk_init(&d), 0);
	d.scene = *sc;
	return d;
}

/* With a level on top that is not the first. */
static void go_into(struct pt_desk *d, const struct pt_view_row *level)
{
	d->stack[0] = (uint8_t)(level - pt_views);
}

/* Every level at every size: for the address sanitizer. The canvas has not one cell too many. */
TEST(every_level_is_drawn_at_every_size)
{
	static const int width[] = { 0,	 1,  2,	 3,  5,	 12, 13, 14,  15,  20,	28, 29,
				     30, 40, 60, 79, 80, 81, 99, 100, 120, 160, 300 };
	static const int height[] = { 0, 1, 2, 3, 4, 5, 6, 8, 10, 24, 60, 100 };
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x55d0c4110 };
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_matches m = { 0 };
	struct pt_desk d;
	int step = 0;

	sc.page = image_of("states", 4242, &wish);
	filter_scene(&sc, &m, "cow");
	d = desk_of(&sc);
	for (const struct pt_view_row *level = pt_views; level->where & PT_WHERE_LEVEL; level++)
		for (size_t i = 0; i < LEN(width) * LEN(height); i++, step++) {
			struct pt_canvas c = canvas_of(width[i % LEN(width)], height[i / LEN(width)]);

			go_into(&d, level);
			d.map.vpn = level->where & PT_WHERE_PAGE ? 0x55d0c4110 : d.map.vpn;
			d.map.legend.open = step % 2;
			d.scene.matches = step % 3 ? &m : NULL;
			level->class->draw(&d, &c);
			pt_desk_move(&d, (enum pt_move)(step % (PT_MOVE_FIT + 1)));
			assert_no_half_characters(&c);
			pt_canvas_done(&c);
		}
	pt_matches_done(&m);
	pt_desk_done(&d);
}

TEST(levels_say_what_they_wait_for_before_there_is_anything)
{
	const struct pt_scene sc = { .host = "db1", .machine = "Linux" };
	struct pt_canvas c = canvas_of(80, 10);
	struct pt_desk d = desk_of(&sc);

	for (const struct pt_view_row *level = pt_views; level->where & PT_WHERE_LEVEL; level++) {
		go_into(&d, level);
		pt_canvas_clear(&c);
		level->class->draw(&d, &c);
		assert_has(&c, level->reading);
		for (int m = 0; m <= PT_MOVE_FIT; m++)
			pt_desk_move(&d, (enum pt_move)m);
	}
	assert_null(pt_map_current(&d.map, &d.scene));
	pt_canvas_clear(&c);
	pt_map_draw(&d.map, &d.scene, &c);
	assert_row(&c, 2, "");
	pt_canvas_done(&c);
	pt_desk_done(&d);
}

/* Also on a small screen all of it: what is read, what one will see, which keys help. */
TEST(an_empty_view_gives_orientation)
{
	static const struct { int w, h; } size[] = { { 80, 23 }, { 40, 16 } };

	for (size_t i = 0; i < LEN(size); i++)
		for (int view = 0; view < PT_NVIEWS; view++) {
			const struct pt_view_row *words = &pt_views[view];
			struct pt_canvas c = canvas_of(size[i].w, size[i].h);

			pt_draw_waiting(&(struct pt_scene){ .pid = 0 }, &c, 1, (enum pt_view_id)view, NULL);
			assert_has(&c, words->reading);
			assert_has(&c, strrchr(words->shows, ' ') + 1);
			assert_has(&c, strrchr(words->next, ' ') + 1);
			pt_canvas_clear(&c);
			pt_draw_waiting(&(struct pt_scene){ .pid = 0 }, &c, 1, (enum pt_view_id)view, "it has ended");
			assert_has(&c, "it has ended");
			assert_row(&c, 2, "");
			pt_canvas_done(&c);
		}
}

/* ---- what is explained */

static void assert_told(const struct pt_str *s, const char *text)
{
	if (!strstr(s->s, text))
		fail_msg("\"%s\" is not in:\n%s", text, s->s);
}

TEST(every_column_of_a_list_is_explained)
{
	for (int list = 0; list < PT_NLISTS; list++) {
		struct pt_str s = PT_STR_INIT;

		pt_about_columns((enum pt_list_id)list, PT_COL_THP, &s);
		assert_int_equal(strncmp(s.s, "THP\n", 4), 0);	/* the one under the cursor first, and only once */
		assert_null(strstr(s.s + 4, "\nTHP\n"));
		for (int i = 0; i < PT_NCOLS; i++)
			assert_told(&s, pt_columns[i].text);
		assert_told(&s, "AnonHugePages + ShmemPmdMapped");
		assert_told(&s, "is not zero_page");
		assert_told(&s, "PAGES");
		pt_str_done(&s);
	}
}

/* Each page of a process, in each lens: its row, the facts that row asks for, and the other rows there are. */
TEST(every_sign_explains_itself)
{
	for (int lens = 0; lens < PT_NLENSES; lens++) {
		const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lens = (enum pt_lens_id)lens };
		struct pt_image *img = image_of("states", 4242, &wish);

		for (size_t i = 0; i < img->runs.n; i++) {
			const struct pt_row *row = &pt_rows[img->runs.r[i].row];
			struct pt_str s = PT_STR_INIT;
			char head[64];

			pt_about_sign(img, img->runs.r[i].vpn, &s);
			snprintf(head, sizeof(head), "%c %s\n", row->sign, row->name);
			assert_int_equal(strncmp(s.s, head, strlen(head)), 0);
			assert_told(&s, row->text);
			for (int bit = 0; bit < PT_NFACTS; bit++)
				if (row->set.d >> bit & 1)
					assert_told(&s, pt_fact_text(bit));
			for (int o = 0; o < PT_NOVERS; o++)
				if (img->runs.r[i].over >> o & 1)
					assert_told(&s, pt_overlays[o].look);
			assert_told(&s, pt_lenses[lens].text);
			assert_null(strstr(s.s, "(null)"));
			pt_str_done(&s);
		}
		pt_image_unref(img);
	}
}

TEST(every_fact_of_a_page_explains_itself)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_image *img = image_of("states", 4242, &wish);

	for (size_t i = 0; i < img->runs.n; i++) {
		const struct pt_run *run = &img->runs.r[i];
		const struct pt_facts f = pt_facts_of(run, pt_image_vma(img, run->vpn), &img->ctx);
		struct pt_str s = PT_STR_INIT;

		pt_about_facts(img, run->vpn, &s);
		for (int bit = 0; bit < PT_NFACTS; bit++)
			if (f.yes.d >> bit & 1)
				assert_told(&s, pt_fact_text(bit));
		for (int bit = 0; bit < 64; bit++)
			if (f.yes.k >> bit & 1 && pt_kpf_text(bit))
				assert_told(&s, pt_kpf_text(bit));
		assert_told(&s, "What is not known\n");
		pt_str_done(&s);
	}
	pt_image_unref(img);
}

TEST(a_process_without_memory_is_drawn_as_such)
{
	struct pt_image *img = pt_image_new();
	const struct pt_scene sc = { .host = "db1", .img = img };
	struct pt_canvas c = canvas_of(80, 10);
	struct pt_desk d = desk_of(&sc);

	img->name = strdup("empty");
	pt_image_complete(img);
	for (const struct pt_view_row *level = pt_views; level->where & PT_WHERE_LEVEL; level++) {
		if (!(level->where & PT_WHERE_IMAGE))
			continue;
		go_into(&d, level);
		pt_canvas_clear(&c);
		level->class->draw(&d, &c);
		assert_has(&c, "no memory of its own");
		pt_desk_move(&d, PT_MOVE_DOWN);
	}
	pt_map_go(&d.map, &d.scene, 5);
	pt_canvas_done(&c);
	pt_desk_done(&d);
}

TEST(hostile_names_are_drawn_without_their_controls)
{
	struct pt_scene sc = scene_of("hostile", 666);
	struct pt_canvas c = canvas_of(160, 20);
	struct pt_desk d = desk_of(&sc);

	for (const struct pt_view_row *level = pt_views; level->where & PT_WHERE_LEVEL; level++) {
		go_into(&d, level);
		pt_canvas_clear(&c);
		level->class->draw(&d, &c);
		for (int i = 0; i < c.w * c.h; i++)
			assert_true(c.cell[i].ch >= ' ' && !(c.cell[i].ch >= 0x7f && c.cell[i].ch < 0xa0));
	}
	pt_canvas_clear(&c);
	pt_map_draw(&d.map, &d.scene, &c);
	assert_has(&c, "\\xE2\\x80\\xAEtxt.exe");
	pt_canvas_done(&c);
	pt_desk_done(&d);
}

TEST(a_graph_shows_anything_at_all)
{
	assert_int_equal(pt_graph_cell(0, 5), ' ');
	assert_int_equal(pt_graph_cell(0, 0), ' ');
	assert_int_equal(pt_graph_cell(1, 1000), 0x2581);
	assert_int_equal(pt_graph_cell(500, 1000), 0x2584);
	assert_int_equal(pt_graph_cell(1000, 1000), 0x2588);
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

/* ---- the map as a picture */

static void assert_picture_has(const struct pt_str *svg, const char *want)
{
	if (!strstr(svg->s, want))
		fail_msg("not in the picture: %s", want);
}

TEST(a_picture_explains_every_state_that_it_shows)
{
	struct pt_matches m = { 0 };
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_str svg = PT_STR_INIT;

	assert_int_equal(pt_map_picture(&sc, 0, 0, PT_SCHEME_BLIND, &svg), 0);
	assert_picture_has(&svg, "; cow 530; ");		/* 16 in the heap, 512 huge, 2 locked */
	assert_picture_has(&svg, ">copy-on-write<");
	assert_null(strstr(svg.s, "#d4d7dd\"/>"));	/* no frame of a cursor, and nothing chosen */
	pt_str_reset(&svg);
	assert_int_equal(pt_map_picture(&sc, 0x55d0c410c, 0x55d0c411c, PT_SCHEME_BLIND, &svg), 0);
	assert_picture_has(&svg, "1 mapping, 64K");
	assert_picture_has(&svg, "; cow 16</desc>");
	filter_scene(&sc, &m, "ksm");			/* a picture has all pages, also of a part */
	pt_str_reset(&svg);
	assert_int_equal(pt_map_picture(&sc, 0x55d0c410c, 0x55d0c411c, PT_SCHEME_BLIND, &svg), 0);
	assert_null(strstr(svg.s, "·····"));
	pt_matches_done(&m);
	sc.matches = NULL;
	assert_int_equal(pt_map_picture(&sc, 1, 2, PT_SCHEME_BLIND, &svg), -ENOENT);
	pt_str_done(&svg);
	pt_image_unref(sc.img);
}

/* Rows of the picture, from its height. */
static int height_of(const struct pt_str *svg)
{
	const char *at = strstr(svg->s, "height=\"");

	return at ? atoi(at + strlen("height=\"")) / 17 : 0;
}

TEST(a_picture_has_few_lines_or_says_what_it_leaves_out)
{
	struct pt_scene sc = scene_of("process 1 big\n100000000000-108000000000 rw-p 00000000 00:00 0 \npp\n", 1);
	struct pt_str svg = PT_STR_INIT;

	assert_int_equal(pt_map_picture(&sc, 0, 0, PT_SCHEME_DEFAULT, &svg), 0);
	assert_in_range(height_of(&svg), 50, 140);
	assert_picture_has(&svg, "; private 2");
	assert_null(strstr(svg.s, ">many<"));
	pt_image_unref(sc.img);
	sc = scene_of("mappings", 20000);
	pt_str_reset(&svg);
	assert_int_equal(pt_map_picture(&sc, 0, 0, PT_SCHEME_DEFAULT, &svg), 0);
	assert_in_range(height_of(&svg), 600, 620);
	assert_picture_has(&svg, ">many<");
	pt_str_done(&svg);
	pt_image_unref(sc.img);
}
