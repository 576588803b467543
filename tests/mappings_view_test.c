/*
 * The list of mappings: rows, gaps, notes, names, bars, the cursor.
 */
#include <stdlib.h>
#include <string.h>
#include "driver.h"
#include "scene.h"
#include "pagetop/view/mappings_view.h"

TEST(one_is_told_as_one)
{
	struct pt_scene sc = scene_of("process 1 x\n600000000000-600000001000 rw-p 00000000 00:00 0\np\n", 1);
	struct pt_mappings_view v = { .rows = { &pt_mappings_listing, .shape = pt_shape_default(PT_IN_MAPPINGS) } };
	struct pt_canvas c = canvas_of(100, 6);

	pt_mappings_draw(&v, &sc, &c);
	assert_has(&c, " 1 mapping · ");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

TEST(mappings_are_listed_with_gaps_between_them)
{
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_mappings_view v = { .rows = { &pt_mappings_listing, .shape = pt_shape_default(PT_IN_MAPPINGS) } };
	struct pt_canvas c = canvas_of(120, 30);

	pt_mappings_draw(&v, &sc, &c);
	assert_has(&c, "11 mappings");
	assert_row(&c, 3, "  55d0c2a10000-55d0c2a14000 rw-p   16K    12K      0      0      0      0 "
			  "wwi.           /usr/bin/redis-server");
	assert_row(&c, 4, "               ┄┄ 23M gap ┄┄");
	assert_has(&c, "[anonymous]");
	assert_cursor_shown(&c);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

TEST(hostile_names_are_drawn_without_their_controls)
{
	struct pt_scene sc = scene_of("hostile", 666);
	struct pt_mappings_view v = { .rows = { &pt_mappings_listing, .shape = pt_shape_default(PT_IN_MAPPINGS) } };
	struct pt_canvas c = canvas_of(160, 20);

	pt_mappings_draw(&v, &sc, &c);
	assert_has(&c, "/tmp/\\x1B[2J\\xC2\\x9B (deleted)");
	assert_has(&c, "666 a\\x1B[31m)b");
	for (int i = 0; i < c.w * c.h; i++)
		assert_true(c.cell[i].ch >= ' ' && !(c.cell[i].ch >= 0x7f && c.cell[i].ch < 0xa0));
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

TEST(the_cursor_of_mappings_is_always_on_the_screen)
{
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_mappings_view v = { .rows = { &pt_mappings_listing, .shape = pt_shape_default(PT_IN_MAPPINGS) } };
	uint64_t x = 45;

	for (int i = 0; i < 2000; i++) {
		struct pt_canvas c = canvas_of(1 + (int)(random_next(&x) % 130),
					       3 + (int)(random_next(&x) % 20));

		pt_listing_move(&v.rows, &sc, (enum pt_move)(random_next(&x) % (PT_MOVE_END + 1)));
		pt_mappings_draw(&v, &sc, &c);
		assert_cursor_shown(&c);
		pt_canvas_done(&c);
	}
	pt_image_unref(sc.img);
	pt_listing_done(&v.rows);
}

TEST(the_cursor_stays_at_its_address_when_mappings_come_and_go)
{
	struct pt_scene before = scene_of("process 42 db\n400000-401000 rw-p 00000000 00:00 0   /a\n"
					  "600000-601000 rw-p 00000000 00:00 0   /b\n", 42);
	struct pt_scene after = scene_of("process 42 db\n400000-401000 rw-p 00000000 00:00 0   /a\n"
					 "500000-501000 rw-p 00000000 00:00 0   /new\n"
					 "600000-601000 rw-p 00000000 00:00 0   /b\n", 42);
	struct pt_mappings_view v = { .rows = { &pt_mappings_listing, .shape = pt_shape_default(PT_IN_MAPPINGS) } };

	pt_listing_move(&v.rows, &before, PT_MOVE_DOWN);
	assert_string_equal(pt_mappings_current(&v, &before)->name, "/b");
	assert_string_equal(pt_mappings_current(&v, &after)->name, "/b");
	pt_listing_move(&v.rows, &after, PT_MOVE_UP);
	assert_string_equal(pt_mappings_current(&v, &after)->name, "/new");
	assert_string_equal(pt_mappings_current(&v, &before)->name, "/b");	/* the next one above */
	pt_image_unref(before.img);
	pt_image_unref(after.img);
	pt_listing_done(&v.rows);
}

TEST(notes_say_what_to_expect_and_what_was_not_made)
{
	struct pt_scene sc = scene_of(one_mapping, 42);
	const struct pt_note notes[] = {
		{ 0x55d0c4100000, 0x55d0c4140000, 'c', PT_OVER_HUGE | PT_OVER_LOCKED, "forked" },
		{ 0, 0, 'k', 0, "no ksm here" },
	};
	struct pt_mappings_view v = { .rows = { &pt_mappings_listing, .shape = pt_shape_default(PT_IN_MAPPINGS) } };
	struct pt_canvas c = canvas_of(120, 10);

	sc.notes = notes;
	sc.nnotes = 2;
	pt_mappings_draw(&v, &sc, &c);
	assert_has(&c, "expect c huge locked: forked");
	assert_has(&c, "not made: k no ksm here");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

TEST(the_bar_of_a_mapping_loses_nothing_either)
{
	struct pt_scene sc = scene_of("process 42 db\n600000000000-600000400000 rw-p 00000000 00:00 0 \n"
				      "p{700}sp{323}\n", 42);
	struct pt_mappings_view v = { .rows = { &pt_mappings_listing, .shape = pt_shape_default(PT_IN_MAPPINGS) } };
	struct pt_canvas c = canvas_of(120, 10);

	pt_mappings_draw(&v, &sc, &c);
	assert_has(&c, " pppppppppsppp");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

TEST(the_bar_of_a_mapping_is_in_proportion)
{
	struct pt_scene sc = scene_of("process 42 db\n600000000000-60000001b000 rw-p 00000000 00:00 0 \n"
				      "p{13}.{14}\n", 42);
	struct pt_mappings_view v = { .rows = { &pt_mappings_listing, .shape = pt_shape_default(PT_IN_MAPPINGS) } };
	struct pt_canvas c = canvas_of(120, 10);

	pt_mappings_draw(&v, &sc, &c);
	assert_has(&c, " ppppppp.......");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

DRIVEN(mappings_are_sorted_and_filtered_by_their_pages)
{
	struct app *a = *state;

	needs("COLUMNS");
	press(a, "Enter \\ cow Enter");
	assert_true(mappings(a)->order.n > 0 && mappings(a)->order.n < a->ui.desk.scene.img->vmas.n);
	assert_shows(a, "with cow · ");
	press(a, "End s Down Down Down Enter");
	assert_false(pt_desk_is_covered(&a->ui.desk));
	assert_int_not_equal(mappings(a)->shape.heading, PT_HEADING_RANGE);
	press(a, "\\ ^U Enter");
	assert_int_equal(mappings(a)->order.n, a->ui.desk.scene.img->vmas.n);
	assert_false(shows(a, "gap"));		/* they are no neighbours now */
	press(a, "/ heap Enter Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
}

DRIVEN(a_long_name_keeps_its_end)
{
	struct app *a = *state;

	press(a, "Resize=80x24 Enter");
	assert_shows(a, "…/redis-server");
	assert_shows(a, "[heap]");
	press(a, "l");
	assert_false(shows(a, "…/redis-server"));
}

DRIVEN(pages_looked_for_in_the_list_are_looked_for_in_the_map)
{
	struct app *a = *state;

	needs("MAP");
	press(a, "Enter \\ swapped Enter");
	assert_shows(a, "with swapped");
	press(a, "Enter");
	assert_level(a, "MAP");
	assert_shows(a, "filter swapped: ");
	press(a, "\\ ^U cow Enter q Enter");		/* what was chosen there stays */
	assert_shows(a, "filter cow: ");
	press(a, "Esc q \\ ^U heap Enter Enter");	/* a pattern is of names */
	assert_false(shows(a, "filter "));
}

DRIVEN(the_list_is_where_the_map_was_left)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter q");
	assert_level(a, "MAPPINGS");
	assert_string_equal(mapping_here(a)->name, "[heap]");
	press(a, "Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
}

DRIVEN(pages_filtered_by_the_list_go_with_its_filter)
{
	struct app *a = *state;

	needs("MAP");
	press(a, "Enter \\ swapped Enter Enter");
	assert_shows(a, "filter swapped: ");
	press(a, "q \\ ^U cow Enter Enter");
	assert_shows(a, "filter cow: ");
	press(a, "q Esc Enter");
	assert_false(shows(a, "filter "));
	press(a, "q \\ swapped Enter Enter q q Down Enter Enter");	/* another process: another list */
	assert_false(shows(a, "filter "));
	press(a, "q q Up Enter \\ swapped Enter Enter q q Down Enter");
	assert_string_equal(a->ui.desk.message.s, "");	/* which nobody asked for */
}

DRIVEN(search_goes_from_match_to_match_and_round)
{
	struct app *a = *state;

	needs("MAP");
	press(a, "Enter / redis Enter");
	assert_int_equal(mapping_here(a)->start, 0x55d0c2a10000);
	press(a, "n");
	assert_int_equal(mapping_here(a)->start, 0x55d0c2a00000);
	assert_shows(a, "wrapped around");
	press(a, "N");
	assert_int_equal(mapping_here(a)->start, 0x55d0c2a10000);
	assert_shows(a, "wrapped around");
	press(a, "N");
	assert_int_equal(mapping_here(a)->start, 0x55d0c2a00000);
	press(a, "/ anon Enter");				/* three of them, now forth and back */
	assert_int_equal(mapping_here(a)->start, 0x7f1200000000);
	press(a, "n n");
	assert_int_equal(mapping_here(a)->start, 0x7f1200600000);
	press(a, "N");
	assert_int_equal(mapping_here(a)->start, 0x7f1200500000);
	press(a, "N");
	assert_int_equal(mapping_here(a)->start, 0x7f1200000000);
	assert_false(shows(a, "wrapped around"));
	press(a, "Home / HEAP Enter");
	assert_shows(a, "pattern not found");		/* a capital makes it strict */
	assert_int_equal(mapping_here(a)->start, 0x55d0c2a00000);
	press(a, "^U ^\\[heap Enter");			/* it can be mended */
	assert_int_equal(mapping_here(a)->start, 0x55d0c4100000);
	press(a, "n");
	assert_shows(a, "the only match");
	press(a, "Enter / vdso Enter");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x7ffc00004);
}
