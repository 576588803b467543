/* The page map, and how one moves in it. */
#include <string.h>
#include "fixture.h"
#include "scene.h"
#include "pagetop/base/text.h"
#include "pagetop/view/cells.h"

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
	assert_has(&c, "cell of 8 pages:");
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
