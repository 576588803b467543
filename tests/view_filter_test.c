/* The map under a filter, its legend, what is explained, the map as a picture. */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <stdio.h>
#include "scene.h"
#include "pagetop/model/sums.h"
#include "pagetop/view/about.h"
#include "pagetop/view/desk.h"
#include "pagetop/view/map_filter.h"
#include "pagetop/view/map_picture.h"
#include "pagetop/view/cells.h"

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
			snprintf(head, sizeof(head), "%c %s\n", row->sign, row->label);
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
		assert_told(&s, "Unknown\n");
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
		assert_has(&c, "no user address space");
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
