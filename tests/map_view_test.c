/*
 * The page map: its legend and its filter, going from find to find, what changed, the minimap.
 */
#include "driver.h"
#include "pagetop/ui/events.h"

DRIVEN(the_legend_is_walked_through_and_filters)
{
	struct app *a = *state;

	press(a, "Enter g heap+c000 Enter L");		/* the row of the page under the cursor is chosen */
	assert_shows(a, "filter cow: 16 of 64 pages");
	assert_shows(a, "cow: anonymous, shared");
	assert_shows(a, "55d0c4100000 ············cccccccccccccccc··················");
	assert_true(a->ui.canvas.cursor_y > 20);
	press(a, "Right");
	assert_shows(a, "filter lazyfree: 2 of 64 pages");
	press(a, "Left Left");
	assert_shows(a, "filter ksm: ");
	press(a, "Home");
	assert_shows(a, "filter swapped: 8 of 64 pages");
	press(a, "Esc");				/* back, and nothing was chosen */
	assert_level(a, "MAP");
	assert_false(shows(a, "filter "));
	assert_shows(a, "zzz.ssssssss");
	press(a, "L Home Enter");
	assert_shows(a, "filter swapped: 8 of 64 pages");
	assert_false(a->ui.desk.map.legend.open);
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c410c);
	press(a, "L Home Enter");			/* again: no longer */
	assert_false(shows(a, "filter "));
	assert_shows(a, "no filter: showing all pages");
}

DRIVEN(the_legend_of_another_lens_and_of_overlays_is_chosen_from_too)
{
	struct app *a = *state;

	press(a, "Enter g 7f1200500000 Enter L End");
	assert_shows(a, "filter locked: 8 of 8 pages");
	press(a, "Home 2");				/* of another lens the row of the page is chosen */
	assert_shows(a, "filter sharing:mapped once: 6 of 8 pages");
	press(a, "Right Enter 1");
	assert_shows(a, "filter sharing:2 ×: 2 of 8 pages");
	assert_shows(a, "7f1200500000 ······cc");
}

DRIVEN(a_filter_in_words_shows_what_is_meant)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter \\ cow,~locked Enter");
	assert_shows(a, "filter cow,~locked: 16 of 64 pages");
	assert_shows(a, "55d0c4100000 ············cccccccccccccccc··················");
	press(a, "\\ ,nonsense Enter");			/* what was there is offered again */
	assert_shows(a, "unknown filter \"nonsense\"; use a state such as cow");
	assert_string_equal(a->ui.desk.find.words.s, "cow,~locked");
	press(a, "Esc - - -");
	assert_shows(a, "55d0c4100000 ·ccc····");
	press(a, "\\ ^U Enter");
	assert_shows(a, "no filter: showing all pages");
	assert_false(shows(a, "filter "));
	press(a, "\\ Enter");
	assert_false(shows(a, "no filter: "));
}

DRIVEN(what_a_filter_needs_is_wished_for)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter");
	assert_false(a->ui.desk.scene.img->ctx.kmask & PT_KPF(REFERENCED));
	assert_false(a->ui.wish.needs & PT_NEED_ORDER);
	press(a, "\\ ~referenced Enter");		/* the state lens does not keep it */
	assert_true(a->ui.desk.scene.img->ctx.kmask & PT_KPF(REFERENCED));
	press(a, "\\ ^U size:4K Enter");
	assert_true(a->ui.desk.scene.img->needs & PT_NEED_ORDER);
	press(a, "\\ ^U Enter");
	assert_false(a->ui.wish.needs & PT_NEED_ORDER);
}

DRIVEN(f_goes_from_find_to_find_across_mappings_and_round)
{
	static const uint64_t at[] = { 0x55d0c410c, 0x7f1200200, 0x7f1200506 };
	struct app *a = *state;

	press(a, "Enter g heap Enter f");
	assert_shows(a, "no filter; L picks a legend row, \\ takes words");
	press(a, "\\ cow Enter");
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		press(a, "f");
		assert_int_equal(a->ui.desk.map.vpn, at[i]);
		assert_false(shows(a, "wrapped around"));
	}
	press(a, "f");
	assert_int_equal(a->ui.desk.map.vpn, at[0]);
	assert_shows(a, "wrapped around");
	press(a, "F");
	assert_int_equal(a->ui.desk.map.vpn, at[2]);
	assert_shows(a, "wrapped around");
	press(a, "F l l F");				/* from within, back to where it begins */
	assert_int_equal(a->ui.desk.map.vpn, at[1]);
	press(a, "\\ ^U ksm Enter f f");
	assert_shows(a, "the only known match");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c412c);
	press(a, "\\ ^U size:hugetlb Space 1G Enter f");
	assert_shows(a, "no page matches ");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c412c);
}

DRIVEN(zoomed_out_f_goes_to_other_cells)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter - - - \\ swapped,~ksm Enter f");	/* cells of 8: ppppcccc, then ssssssss */
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4120);
	press(a, "g heap Enter \\ ^U private Enter f");		/* two cells side by side, then two more */
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4130);
	press(a, "F");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
}

DRIVEN(what_changed_is_asked_for_in_its_lens)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter \\ change:new Enter");
	assert_shows(a, "changes are known in lens 7 change only");
	assert_shows(a, "filter change:new: ≥0 of 64 pages");
	press(a, "7 \\ Enter");
	assert_shows(a, "f next match, F previous match");
	assert_shows(a, "filter change:new: 0 of 64 pages");
}

DRIVEN(f_in_the_legend_takes_its_row)
{
	struct app *a = *state;

	press(a, "Enter g heap+c000 Enter L Home f");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4120);
	assert_string_equal(a->ui.desk.find.words.s, "swapped");
	assert_false(a->ui.desk.map.legend.open);
	press(a, "L f");				/* it stays the filter */
	assert_string_equal(a->ui.desk.find.words.s, "swapped");
}

DRIVEN(what_is_hidden_is_not_said_to_be_none)
{
	struct app *a = *state;

	press(a, "Enter g 7f1200600000 Enter \\ thp Enter");
	assert_shows(a, "filter thp: ≥0 of 8 pages, ≥0 in all");
	assert_shows(a, "7f1200600000 ······?");
	press(a, "f");
	assert_shows(a, "no page is known to match thp; 2 may or may not match");
}

DRIVEN(the_legend_says_what_enter_does)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter L");
	assert_shows(a, "Enter filters by it");
	press(a, "Enter L");
	assert_shows(a, "Enter clears the filter");
	press(a, "Left");
	assert_shows(a, "Enter filters by it");
}

/* ---- what changed, the minimap */

/* Styles of the cell of the page that is absent in the heap. */
static pt_style style_of_hole(struct app *a)
{
	const struct pt_canvas *c = &a->ui.canvas;

	return c->cell[3 * c->w + 13 + 31].style & (PT_STYLE_FLASH | PT_STYLE_FADE);
}

DRIVEN(a_page_that_changed_flashes_then_fades)
{
	const uint64_t kflags = PT_KPF(UPTODATE) | PT_KPF(LRU) | PT_KPF(MMAP) | PT_KPF(ANON) | PT_KPF(SWAPBACKED);
	struct app *a = *state;

	needs("MAPPINGS");
	press(a, "Enter / heap Enter Enter r");
	assert_int_equal(style_of_hole(a), 0);
	fix_page(&a->fix, 4242, 0x55d0c411f, UINT64_C(1) << 63 | UINT64_C(1) << 56 | 0x7777, kflags, 1);
	press(a, "r");
	assert_int_equal(style_of_hole(a), PT_STYLE_FLASH);
	press(a, "r");
	assert_int_equal(style_of_hole(a), PT_STYLE_FADE);
	press(a, "[");		/* a moment ago */
	assert_int_equal(style_of_hole(a), PT_STYLE_FLASH);
	press(a, "]");
	assert_int_equal(style_of_hole(a), PT_STYLE_FADE);
	press(a, "r");
	assert_int_equal(style_of_hole(a), 0);
	fix_page(&a->fix, 4242, 0x55d0c411f, 0, 0, 0);
	press(a, "3");		/* seen through another lens, it is not compared */
	assert_int_equal(style_of_hole(a), 0);
}

DRIVEN(a_click_on_the_minimap_goes_there)
{
	struct app *a = *state;
	uint64_t before = 0;
	int ncells = 0, last_x = 0;

	press(a, "Enter g heap Enter");
	for (int x = 0; x < a->ui.canvas.w; x++) {
		const struct pt_hit *hit = pt_canvas_hit_at(&a->ui.canvas, x, 1);

		if (!hit)
			continue;
		assert_int_equal(hit->what, PT_HIT_PLACE);
		assert_true(hit->arg >= before);
		before = hit->arg;
		last_x = x;
		ncells++;
	}
	assert_int_equal(ncells, 25);
	pt_ui_event(&a->ui, &(struct pt_event){ .key = PT_KEY_MOUSE, .button = PT_BUTTON_CLICK, .x = last_x, .y = 1 });
	settle(a);
	assert_int_equal(a->ui.desk.map.vpn, before);
	assert_level(a, "MAP");
	assert_true(before >= pt_vma_vpn(&a->ui.desk.scene.img->vmas.v[a->ui.desk.scene.img->vmas.n - 1]) ||
		    before > 0x7f0000000);
}
