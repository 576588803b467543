/*
 * The page map as a picture: shades of cells, the whole process on one screen, the minimap, and what changed.
 */
#include <stdlib.h>
#include <string.h>
#include "pagetop/model/sums.h"
#include "pagetop/view/cells.h"
#include "pagetop/view/minimap.h"
#include "pagetop/view/theme.h"
#include "scene.h"

enum { MARKS = PT_STYLE_MIXED | PT_STYLE_FEW };

static const struct pt_cell *cell_at(const struct pt_canvas *c, int x, int y)
{
	return &c->cell[y * c->w + x];
}

/* The first cell of the first mapping, at a zoom of as many pages as there are. */
static struct pt_cell drawn(const char *line, const char *pages, uint64_t zoom)
{
	struct pt_str text = PT_STR_INIT;
	struct pt_canvas c = canvas_of(80, 24);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_scene sc;
	struct pt_cell cell;

	pt_str_addf(&text, "process 42 db\n%s\n%s\n", line, pages);
	sc = scene_of(text.s, 42);
	v.zoom = zoom;
	v.top_border = true;
	pt_map_draw(&v, &sc, &c);
	cell = *cell_at(&c, 13, 3);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
	pt_str_done(&text);
	return cell;
}

/* ---- cells of many pages */

TEST(one_page_worth_seeing_among_many_is_seen)
{
	static const char anon[] = "600000000000-600000200000 rw-p 00000000 00:00 0 ";
	static const char file[] = "600000000000-600000200000 rw-p 00000000 fe:00 7 /lib/a";
	static const struct { const char *line, *pages; char sign; } row[] = {
		{ anon, "p{100}!p{411}", '!' }, { anon, "p{100}gp{411}", 'g' },
		{ anon, "p{100}>p{411}", '>' }, { anon, "p{100}sp{411}", 's' },
		{ anon, "p{100}op{411}", 'o' }, { anon, "p{100}kp{411}", 'k' },
		{ anon, "p{100}cp{411}", 'c' }, { anon, "p{100}fp{411}", 'f' },
		{ file, "h{100}wh{411}", 'w' },
		{ anon, "c{100}sc{411}", 's' }, { anon, "s{100}!s{411}", '!' },	/* the louder of two */
		{ anon, "s{100}cs{411}", 's' },
		{ anon, "p{100}zp{411}", 'p' }, { anon, "z{100}pz{411}", 'z' },	/* nothing to be alarmed at */
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_cell cell = drawn(row[i].line, row[i].pages, 512);

		if (cell.ch != (unsigned char)row[i].sign)
			fail_msg("%s: %c", row[i].pages, (int)cell.ch);
		assert_true(cell.style & PT_STYLE_MIXED);
	}
}

static struct pt_look look(pt_style style, int ncolors)
{
	return pt_theme_look(&(struct pt_theme){ .ncolors = ncolors }, style);
}

TEST(the_share_of_pages_decides_the_shade)
{
	static const char line[] = "600000000000-600000008000 rw-p 00000000 00:00 0 ";
	pt_style all = drawn(line, "pppppppp", 8).style & (pt_style)~PT_STYLE_CURSOR;
	pt_style most = drawn(line, "pppp....", 8).style & (pt_style)~PT_STYLE_CURSOR;
	pt_style few = drawn(line, "ppp.....", 8).style & (pt_style)~PT_STYLE_CURSOR;

	assert_int_equal(all & MARKS, 0);
	assert_int_equal(most & MARKS, PT_STYLE_MIXED);
	assert_int_equal(few & MARKS, MARKS);
	assert_int_equal(drawn(line, "ssspspss", 8).style & MARKS, PT_STYLE_MIXED);
	for (int ncolors = 0; ncolors <= 256; ncolors += 256)
		assert_int_not_equal(look(all, ncolors).attr, look(most, ncolors).attr);
	assert_int_not_equal(look(most, 256).fg, look(few, 256).fg);
}

/* ---- the whole process */

/* `n` mappings from one page to 8 MiB, with gaps above every third. */
static struct pt_scene many_mappings(size_t n)
{
	struct pt_str text = PT_STR_INIT;
	uint64_t addr = 0x600000000000;
	struct pt_scene sc;

	pt_str_adds(&text, "process 42 db\n");
	for (size_t i = 0; i < n; i++) {
		uint64_t npages = UINT64_C(1) << i % 12;

		pt_str_addf(&text, "%llx-%llx rw-p 00000000 00:00 0   %s\np{%llu}\n", (unsigned long long)addr,
			    (unsigned long long)(addr + npages * 4096), i % 2 ? "" : "[heap]", (unsigned long long)npages);
		addr += npages * 4096 + (i % 3 ? 0 : 0x10000);
	}
	sc = scene_of(text.s, 42);
	pt_str_done(&text);
	return sc;
}

/* How many mappings have a cell on the screen; each cell must stand for its own pages. */
static size_t mappings_on_screen(const struct pt_map_view *v, const struct pt_scene *sc, const struct pt_canvas *c)
{
	const struct pt_vma *last = NULL;
	uint64_t vpn, before = 0;
	size_t n = 0;

	for (int y = 0; y < c->h; y++)
		for (int x = 0; x < c->w; x++) {
			if (!pt_map_hit(v, sc, x, y, &vpn))
				continue;
			assert_true(vpn >= before);
			before = vpn;
			n += pt_image_vma(sc->img, vpn) != last;
			last = pt_image_vma(sc->img, vpn);
		}
	return n;
}

/* Signs and cells of all mappings. */
static uint64_t places(const struct pt_scene *sc, uint64_t zoom)
{
	uint64_t n = 0;

	for (size_t i = 0; i < sc->img->vmas.n; i++)
		n += 1 + (pt_vma_end_vpn(&sc->img->vmas.v[i]) - pt_vma_vpn(&sc->img->vmas.v[i]) + zoom - 1) / zoom;
	return n;
}

TEST(fit_again_shows_the_whole_process_on_one_screen)
{
	struct pt_scene sc = many_mappings(60);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(80, 24);

	pt_map_draw(&v, &sc, &c);
	for (int i = 0; i < 3 && !v.whole; i++)
		pt_map_move(&v, &sc, PT_MOVE_FIT);
	assert_true(v.whole);
	for (int i = 0; i < 2; i++) {
		pt_canvas_clear(&c);
		pt_map_draw(&v, &sc, &c);
		assert_int_equal(mappings_on_screen(&v, &sc, &c), 60);
		assert_true(places(&sc, v.zoom) <= (uint64_t)v.cols * (uint64_t)v.rows);
		assert_true(places(&sc, v.zoom / 2) > (uint64_t)v.cols * (uint64_t)v.rows);
		assert_has(&c, "all 60 mappings");
		assert_has(&c, "p private 20475 80M");		/* five times 1 + 2 + … + 2048 */
		assert_has(&c, "600000000000 │p┊p│p");		/* the gaps, without their pages */
		assert_cursor_shown(&c);
		assert_int_equal(has(&c, "┄┄ 64K gap ┄┄ ── "), i);	/* how large it is below this one */
		pt_map_go(&v, &sc, pt_vma_vpn(&sc.img->vmas.v[58]));
	}
	pt_map_move(&v, &sc, PT_MOVE_FIT);
	pt_canvas_clear(&c);
	pt_map_draw(&v, &sc, &c);
	assert_false(v.whole);
	assert_has(&c, "p private 1024 4M");
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(of_more_mappings_than_fit_a_part_is_shown_and_scrolls)
{
	struct pt_scene sc = many_mappings(200);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(40, 10);
	uint64_t x = 51;

	pt_map_draw(&v, &sc, &c);
	while (!v.whole)
		pt_map_move(&v, &sc, PT_MOVE_FIT);
	for (int i = 0; i < 500; i++) {
		uint64_t vpn;

		pt_map_move(&v, &sc, (enum pt_move)(random_next(&x) % (PT_MOVE_END + 1)));
		pt_canvas_clear(&c);
		pt_map_draw(&v, &sc, &c);
		assert_cursor_shown(&c);
		assert_true(pt_map_hit(&v, &sc, c.cursor_x, c.cursor_y, &vpn));
		assert_true(v.vpn >= vpn && v.vpn < vpn + v.zoom);
		assert_true(mappings_on_screen(&v, &sc, &c) >= 8);
	}
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(lines_of_the_whole_process_are_gone_through_one_by_one)
{
	struct pt_scene sc = many_mappings(60);
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(80, 24);
	int before = 0;

	pt_map_draw(&v, &sc, &c);
	v.whole = true;
	for (uint64_t vpn = 0; vpn != v.vpn; pt_map_move(&v, &sc, PT_MOVE_DOWN)) {
		vpn = v.vpn;
		pt_canvas_clear(&c);
		pt_map_draw(&v, &sc, &c);
		assert_true(c.cursor_y == before + 1 || !before);
		before = c.cursor_y;
	}
	pt_map_move(&v, &sc, PT_MOVE_UP);
	pt_map_draw(&v, &sc, &c);
	assert_int_equal(c.cursor_y, before - 1);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

/* ---- the minimap */

static const char three[] =
	"process 42 db\n"
	"600000000000-600000040000 rw-p 00000000 00:00 0   [heap]\n"
	"p{64}\n"
	"600000100000-600000140000 rw-p 00000000 00:00 0 \n"
	"600000200000-600000280000 rw-p 00000000 00:00 0 \n"
	"p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p."
	"p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.p.\n";

TEST(the_minimap_shows_where_memory_is_and_where_one_is)
{
	struct pt_scene sc = scene_of(three, 42);	/* as wide as 9, 1 and 9 */
	struct pt_canvas c = canvas_of(40, 1);

	assert_int_equal(pt_minimap_draw(&sc, 0x600000000, &(struct pt_slot){ .c = &c, .w = 19 + 2 }), 21);
	assert_row(&c, 0, "▕▲████████ ▄▄▄▄▄▄▄▄▄▏");
	pt_minimap_draw(&sc, 0x60000003f, &(struct pt_slot){ .c = &c, .w = 19 + 2 });
	assert_row(&c, 0, "▕████████▲ ▄▄▄▄▄▄▄▄▄▏");
	pt_minimap_draw(&sc, 0x600000120, &(struct pt_slot){ .c = &c, .w = 19 + 2 });
	assert_row(&c, 0, "▕█████████▲▄▄▄▄▄▄▄▄▄▏");
	pt_minimap_draw(&sc, 0x60000027f, &(struct pt_slot){ .c = &c, .w = 19 + 2 });
	assert_row(&c, 0, "▕█████████ ▄▄▄▄▄▄▄▄▲▏");
	assert_int_equal(cell_at(&c, 1, 0)->style, PT_ROLE_PRIVATE);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}

TEST(every_cell_of_the_minimap_is_drawn_whatever_the_process)
{
	uint64_t x = 52;

	for (int i = 0; i < 5; i++) {
		struct pt_scene sc = random_scene(&x);

		for (int cells = 1; cells < 100; cells += 7) {
			struct pt_canvas c = canvas_of(120, 1);
			const struct pt_vma *vma = &sc.img->vmas.v[random_next(&x) % sc.img->vmas.n];
			struct pt_str s = PT_STR_INIT;

			for (int k = 0; k < c.w; k++)
				c.cell[k].ch = 'x';
			pt_minimap_draw(&sc, pt_vma_vpn(vma), &(struct pt_slot){ .c = &c, .w = cells + 2 });
			for (int k = 0; k < cells + 2; k++)
				assert_int_not_equal(c.cell[k].ch, 'x');
			assert_int_equal(c.cell[cells + 2].ch, 'x');
			assert_non_null(strstr(row_of(&c, 0, &s), "▲"));
			pt_str_done(&s);
			pt_canvas_done(&c);
		}
		pt_image_unref(sc.img);
	}
}

/* ---- what changed */

static const char *const heap[] = {
	"process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\npppp....\n",
	"process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\npcpp..s.\n",	/* 1 and 6 */
	"process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\npcpp.ps.\n",	/* 5 */
};

TEST(only_pages_that_changed_are_fresh)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS };
	struct pt_image *a = image_of(heap[0], 42, &wish), *b = image_of(heap[1], 42, &wish);
	struct pt_fresh f = { .n = 0 };

	assert_int_equal(pt_fresh_find(a, b, &f), 0);
	for (uint64_t i = 0; i < 16; i++)
		assert_int_equal(pt_fresh_any(&f, 0x600000000 + i, 0x600000000 + i + 1), i == 1 || i == 6);
	assert_true(pt_fresh_any(&f, 0x600000000, 0x600000008));
	assert_false(pt_fresh_any(&f, 0x600000002, 0x600000006));
	assert_int_equal(pt_fresh_find(a, a, &f), 0);
	assert_false(pt_fresh_any(&f, 0, UINT64_MAX));
	assert_int_equal(pt_fresh_find(NULL, b, &f), 0);
	assert_false(pt_fresh_any(&f, 0, UINT64_MAX));
	assert_false(pt_fresh_any(NULL, 0, UINT64_MAX));
	pt_fresh_done(&f);
	pt_image_unref(a);
	pt_image_unref(b);
}

TEST(pages_at_another_frame_are_fresh)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS };
	const struct pt_wish other = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS, .lens = PT_LENS_KIND };
	struct pt_image *a = image_of("process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0 \npp.ppp\n", 42, &wish);
	struct pt_image *b = image_of("process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0 \np..ppp\n", 42, &wish);
	struct pt_image *c = image_of("process 42 db\n600000000000-600000010000 rw-p 00000000 00:00 0 \np..ppp\n", 42, &other);
	struct pt_fresh f = { .n = 0 };

	(void)state;	/* frames are given in order: one page less, and those above are at others */
	assert_int_equal(pt_fresh_find(a, b, &f), 0);
	for (uint64_t i = 0; i < 16; i++)
		assert_int_equal(pt_fresh_any(&f, 0x600000000 + i, 0x600000000 + i + 1), i == 1 || (i > 2 && i < 6));
	assert_int_equal(pt_fresh_find(a, c, &f), 0);		/* seen through another lens: not compared */
	assert_false(pt_fresh_any(&f, 0, UINT64_MAX));
	pt_fresh_done(&f);
	pt_image_unref(a);
	pt_image_unref(b);
	pt_image_unref(c);
}

TEST(what_changed_flashes_and_fades)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS };
	struct pt_image *was = image_of(heap[0], 42, &wish), *before = image_of(heap[1], 42, &wish);
	struct pt_scene sc = scene_of(heap[2], 42);
	struct pt_fresh flash = { .n = 0 }, fade = { .n = 0 };
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	struct pt_canvas c = canvas_of(80, 20);

	assert_int_equal(pt_fresh_find(was, before, &fade), 0);
	assert_int_equal(pt_fresh_find(before, sc.img, &flash), 0);
	sc.fresh[0] = &flash;
	sc.fresh[1] = &fade;
	v.top_border = true;
	for (int zoom = 1; zoom <= 2; zoom++) {
		v.zoom = (uint64_t)zoom;
		pt_canvas_clear(&c);
		pt_map_draw(&v, &sc, &c);
		for (int i = 0; i < 16 / zoom; i++) {
			pt_style style = cell_at(&c, 13 + i, 3)->style;

			assert_int_equal(!!(style & PT_STYLE_FLASH), i == 5 / zoom);
			assert_int_equal(!!(style & PT_STYLE_FADE), i == 1 / zoom || i == 6 / zoom);
		}
	}
	for (int ncolors = 0; ncolors <= 256; ncolors += 64)
		assert_memory_not_equal(&(struct pt_look[]){ look(PT_ROLE_PRIVATE, ncolors) },
					&(struct pt_look[]){ look(PT_ROLE_PRIVATE | PT_STYLE_FLASH, ncolors) },
					sizeof(struct pt_look));
	pt_fresh_done(&flash);
	pt_fresh_done(&fade);
	pt_image_unref(was);
	pt_image_unref(before);
	pt_image_unref(sc.img);
	pt_canvas_done(&c);
}
