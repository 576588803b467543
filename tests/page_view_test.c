/*
 * One page in full.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <locale.h>
#include "scene.h"
#include "pagetop/view/page_view.h"

static void a_page_is_shown_with_sentences_and_words(void **state)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x55d0c410c };
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_page_view v = { 0 };
	struct pt_canvas c = canvas_of(80, 24);

	(void)state;
	sc.page = image_of("states", 4242, &wish);
	pt_page_draw(&v, &sc, 0x55d0c410c, &c);
	assert_has(&c, "page 0x55d0c410c000");
	assert_has(&c, "A write copies it for the writer");
	assert_has(&c, "It is mapped 2 times in all.");
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

static void a_page_longer_than_the_screen_is_scrolled(void **state)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x55d0c410c };
	struct pt_scene sc = scene_of("states", 4242);
	struct pt_page_view v = { 0 };
	struct pt_canvas c = canvas_of(80, 8);

	(void)state;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_shown_with_sentences_and_words),
		cmocka_unit_test(a_page_longer_than_the_screen_is_scrolled),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("page view", tests, NULL, NULL);
}
