/*
 * One page in full.
 */
#include <stdlib.h>
#include <string.h>
#include "driver.h"
#include "scene.h"
#include "pagetop/view/page_view.h"

TEST(a_page_is_shown_with_sentences_and_words)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x55d0c410c };
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_page_view v = { 0 };
	struct pt_canvas c = canvas_of(80, 24);

	sc.page = image_of("states", 4242, &wish);
	pt_page_draw(&v, &sc, 0x55d0c410c, &c);
	assert_has(&c, "page 0x55d0c410c000");
	assert_has(&c, "copies it for the writer; the");
	assert_has(&c, "Its map count is 2.");
	assert_has(&c, "pagemap     0x8000000000001");
	assert_has(&c, "kpagecount  2");
	assert_has(&c, "55d0c4100000-55d0c4140000");
	pt_canvas_clear(&c);
	pt_page_draw(&v, &sc, 0x55d0c410d, &c);		/* the page of another address is not shown */
	assert_has(&c, "reading the page …");
	assert_false(has(&c, "kpagecount"));
	pt_image_unref(sc.page);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(a_page_longer_than_the_screen_is_scrolled)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x55d0c410c };
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_page_view v = { 0 };
	struct pt_canvas c = canvas_of(80, 8);

	sc.page = image_of("states", 4242, &wish);
	pt_page_draw(&v, &sc, 0x55d0c410c, &c);
	assert_false(has(&c, "VmFlags"));
	for (int i = 0; i < 10; i++) {
		pt_page_move(&v, PT_MOVE_PGDN);
		pt_canvas_clear(&c);
		pt_page_draw(&v, &sc, 0x55d0c410c, &c);
	}
	assert_has(&c, "VmFlags");
	assert_has(&c, "page 0x55d0c410c000");		/* the title stays */
	for (int i = 0; i < 10; i++)
		pt_page_move(&v, PT_MOVE_PGUP);
	assert_int_equal(v.top, 0);
	pt_image_unref(sc.page);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

DRIVEN(contents_are_shown_on_request_only)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter Enter");
	assert_false(shows(a, "contents"));
	press(a, "x");		/* the folder that stands for /proc has no memory */
	assert_shows(a, "contents: read failed");
	press(a, "x");
	assert_false(shows(a, "contents"));
}

DRIVEN(a_text_that_became_shorter_is_not_left_behind)
{
	struct app *a = *state;
	const struct pt_page_view *page;

	press(a, "Enter g heap Enter Enter x PgDn PgDn PgDn PgDn PgDn PgDn x");
	assert_shows(a, "lenses");
	page = a->ui.desk.state[PT_VIEW_PAGE];
	assert_int_equal(page->top, page->lines > page->rows ? page->lines - page->rows : 0);
}

DRIVEN(the_page_says_how_much_more_there_is)
{
	struct app *a = *state;

	press(a, "Enter g heap+c000 Enter Enter Resize=60x12");
	assert_shows(a, " more lines: PgDn");
	press(a, "PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn");
	assert_false(shows(a, "more line"));
}
