/*
 * The pages as a list.
 */
#include <stdlib.h>
#include <string.h>
#include "driver.h"
#include "scene.h"
#include "pagetop/model/sums.h"
#include "pagetop/view/pages_view.h"

TEST(pages_are_lines_and_absent_ranges_are_one)
{
	struct pt_scene sc = scene_of("process 42 db\n600000000000-600010000000 rw-p 00000000 00:00 0 \n"
				      "pc.s{2}....k\n", 42);
	struct pt_map_view map = PT_MAP_VIEW_INIT;
	struct pt_pages_view v = { .top_border = true };
	struct pt_canvas c = canvas_of(120, 16);

	pt_pages_draw(&v, &map, &sc, &c);
	assert_row(&c, 2, "  ADDRESS            PFN COUNT STATE                OVER         FOLIO NODE FLAGS");
	assert_row(&c, 4, "▸ 600000000000      1000     1 p private                            4K    ? uptodate "
		   "mmap anon_flag swapbacked owner_2");
	assert_row(&c, 5, "  600000001000      1001     2 c cow                                4K    ? uptodate "
		   "mmap anon_flag swapbacked");
	assert_row(&c, 6, "  600000002000                 . 1 absent page 4K");
	assert_row(&c, 7, "  600000003000                 s swapped");
	assert_row(&c, 9, "  600000005000                 . 4 absent pages 16K");
	assert_has(&c, "k ksm");
	assert_row(&c, 11, "  60000000a000                 . 65526 absent pages 256M");
	for (int i = 0; i < 6; i++)
		pt_pages_move(&v, &map, &sc, PT_MOVE_DOWN);
	assert_int_equal(map.vpn, 0x600000009);
	pt_pages_move(&v, &map, &sc, PT_MOVE_UP);
	assert_int_equal(map.vpn, 0x600000005);
	pt_pages_move(&v, &map, &sc, PT_MOVE_RIGHT);
	pt_canvas_clear(&c);
	pt_pages_draw(&v, &map, &sc, &c);
	assert_row(&c, 4, "  600000000000      1000     1 p private                            4K    ?  mmap anon_flag "
		   "swapbacked owner_2");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(what_is_hidden_is_a_question_mark_in_the_list)
{
	struct pt_scene sc = scene_of("process 42 db\n600000000000-600000001000 rw-p 00000000 00:00 0 \na\n", 42);
	struct pt_map_view map = PT_MAP_VIEW_INIT;
	struct pt_pages_view v = { .top_border = true };
	struct pt_canvas c = canvas_of(120, 16);

	pt_pages_draw(&v, &map, &sc, &c);
	assert_row(&c, 4, "▸ 600000000000         ?     ? a anonymous          ?                ?    ? ?");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(the_cursor_of_the_list_is_always_on_the_screen)
{
	uint64_t x = 53;

	for (int i = 0; i < 10; i++) {
		struct pt_scene sc = random_scene(&x);
		struct pt_map_view map = PT_MAP_VIEW_INIT;
		struct pt_pages_view v = { .top_border = true };

		for (int k = 0; k < 200; k++) {
			struct pt_canvas c = canvas_of(1 + (int)(random_next(&x) % 120), 6 + (int)(random_next(&x) % 30));
			const struct pt_vma *vma = &sc.img->vmas.v[random_next(&x) % sc.img->vmas.n];

			if (k % 5 == 0)
				map.vpn = pt_vma_vpn(vma) + random_next(&x) % (pt_vma_end_vpn(vma) - pt_vma_vpn(vma));
			pt_pages_move(&v, &map, &sc, (enum pt_move)(random_next(&x) % (PT_MOVE_FIT + 1)));
			assert_non_null(pt_image_vma(sc.img, map.vpn));
			pt_pages_draw(&v, &map, &sc, &c);
			assert_cursor_shown(&c);
			assert_no_half_characters(&c);
			pt_canvas_done(&c);
		}
		pt_image_unref(sc.img);
	}
}

TEST(down_and_up_go_through_all_lines_of_the_list)
{
	uint64_t x = 54;
	struct pt_scene sc = random_scene(&x);
	struct pt_map_view map = PT_MAP_VIEW_INIT;
	struct pt_pages_view v = { .top_border = true };
	size_t down = 0, up = 0;
	uint64_t before;

	pt_map_current(&map, &sc);
	do {
		before = map.vpn;
		pt_pages_move(&v, &map, &sc, PT_MOVE_DOWN);
		down++;
		assert_true(map.vpn == before || !pt_image_vma(sc.img, before) ||
			    map.vpn - before == pt_image_run(sc.img, pt_image_vma(sc.img, before), before).npages ||
			    map.vpn == before + 1 || pt_image_vma(sc.img, map.vpn) != pt_image_vma(sc.img, before));
	} while (map.vpn != before);
	do {
		before = map.vpn;
		pt_pages_move(&v, &map, &sc, PT_MOVE_UP);
		up++;
	} while (map.vpn != before);
	assert_int_equal(up, down);
	assert_int_equal(map.vpn, pt_vma_vpn(&sc.img->vmas.v[0]));
	pt_image_unref(sc.img);
}

/* A run counts at most 2^32 pages; the range that is a line may be longer. */
TEST(a_range_of_any_length_is_one_line)
{
	struct pt_image *img = pt_image_new();
	struct pt_scene sc = { .host = "db1", .img = img };
	struct pt_run last = { .vpn = (UINT64_C(5) << 32) - 1, .pm = PT_RUN(PRESENT) };
	struct pt_map_view map = PT_MAP_VIEW_INIT;
	struct pt_pages_view v = { .top_border = true };
	struct pt_canvas c = canvas_of(100, 12);

	img->name = strdup("sparse");
	assert_int_equal(pt_grow(&img->vmas.v, &img->vmas.cap, 1, sizeof(*img->vmas.v)), 0);
	img->vmas.v[img->vmas.n++] = (struct pt_vma){
		.start = 0x1000, .end = UINT64_C(5) << 44, .perms = "rw-p", .got_smaps = true, .name = "" };
	assert_int_equal(pt_runs_add(&img->runs, &last, false), 0);
	pt_image_complete(img);
	pt_pages_draw(&v, &map, &sc, &c);
	assert_has(&c, ". 21474836478 absent pages 80T");
	pt_pages_move(&v, &map, &sc, PT_MOVE_DOWN);
	assert_int_equal(map.vpn, last.vpn);
	pt_pages_move(&v, &map, &sc, PT_MOVE_UP);
	assert_int_equal(map.vpn, 1);
	pt_canvas_done(&c);
	pt_image_unref(img);
}

TEST(what_changed_flashes_and_fades)
{
	static const char *const heap[] = {
		"process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\npppp....\n",
		"process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\npcpp..s.\n",	/* 1 and 6 */
		"process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\npcpp.ps.\n",	/* 5 */
	};
	static const pt_style want[] = { 0, PT_STYLE_FADE, 0, 0, 0, PT_STYLE_FLASH, PT_STYLE_FADE };	/* a line each */
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS };
	struct pt_image *was = image_of(heap[0], 42, &wish), *before = image_of(heap[1], 42, &wish);
	struct pt_scene sc = scene_of(heap[2], 42);
	struct pt_fresh flash = { .n = 0 }, fade = { .n = 0 };
	struct pt_map_view map = PT_MAP_VIEW_INIT;
	struct pt_pages_view v = { .top_border = true };
	struct pt_canvas c = canvas_of(80, 20);

	assert_int_equal(pt_fresh_find(was, before, &fade), 0);
	assert_int_equal(pt_fresh_find(before, sc.img, &flash), 0);
	sc.fresh[0] = &flash;
	sc.fresh[1] = &fade;
	pt_pages_draw(&v, &map, &sc, &c);
	for (size_t i = 0; i < LEN(want); i++)
		assert_int_equal(c.cell[((int)i + 4) * c.w + 31].style & (PT_STYLE_FLASH | PT_STYLE_FADE), want[i]);
	pt_fresh_done(&flash);
	pt_fresh_done(&fade);
	pt_image_unref(was);
	pt_image_unref(before);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

DRIVEN(pages_are_a_list_on_request_with_what_it_needs)
{
	struct app *a = *state;

	needs("MAPPINGS MAP PAGE");
	press(a, "Enter / heap Enter Enter v");
	assert_shows(a, "ADDRESS ");
	assert_shows(a, "── 55d0c4100000 ");	/* from its beginning on */
	assert_shows(a, "\u25b8 55d0c4100000 ");
	assert_shows(a, " 4K ");		/* the order of a folio is read for it */
	press(a, "Down Down Enter");
	assert_shows(a, "page 0x55d0c4102000");
	press(a, "q v");
	assert_shows(a, "1 cell = ");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4102);
	assert_int_equal(a->ui.desk.scene.img->needs & PT_NEED_ORDER, 0);
	press(a, "v q q Down Enter Enter");	/* another process begins with cells */
	assert_shows(a, "1 cell = ");
}
