#include "pagetop/view/map_picture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/view/cells.h"
#include "pagetop/view/svg.h"

enum {
	WIDTH = 112,			/* columns: 96 cells, and what stands before them */
	FEW = 120, MOST = 600,		/* lines of the map: as many as a cell is made
					   larger for, and at all */
	BELOW = 8,			/* rows that the map's view keeps for itself */
	HEAD = 3,			/* title, what it is, a blank one */
	NAME_X = 3, COUNT_X = 34, SIZE_X = 41, TEXT_X = 43,
};

/* The mappings that have pages in the range, less what is outside of it. Their number. */
static size_t clip(const struct pt_image *img, uint64_t lo, uint64_t hi, struct pt_vma *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < img->vmas.n; i++) {
		struct pt_vma v = img->vmas.v[i];

		v.start = v.start < lo << PT_PAGE_SHIFT ? lo << PT_PAGE_SHIFT : v.start;
		if (hi && v.end > hi << PT_PAGE_SHIFT)
			v.end = hi << PT_PAGE_SHIFT;
		if (v.start < v.end)
			ret[n++] = v;
	}
	return n;
}

static bool is_blank(const struct pt_canvas *c, int y)
{
	for (int x = 0; x < c->w; x++)
		if (c->cell[y * c->w + x].ch != ' ')
			return false;
	return true;
}

/*
 * The map from its first page on; returns how many lines of it there are, `rows` if
 * they may be more.
 */
static int draw_map(const struct pt_scene *sc, uint64_t zoom, int rows, struct pt_canvas *c)
{
	struct pt_map_view v = PT_MAP_VIEW_INIT;
	int n;

	v.zoom = zoom;
	v.vpn = v.top_vpn = pt_vma_vpn(&sc->img->vmas.v[0]);
	v.top_border = true;
	if (pt_canvas_resize(c, WIDTH, rows + BELOW))
		return -ENOMEM;
	pt_map_draw(&v, sc, c);
	n = v.rows < rows ? v.rows : rows;
	while (n > 0 && is_blank(c, n))
		n--;
	return n;
}

/* As few pages in a cell as there is room for. The number of lines, or -ENOMEM. */
static int fit_map(const struct pt_scene *sc, struct pt_canvas *c, uint64_t *ret_zoom)
{
	uint64_t largest = 0;
	int n = FEW;

	for (size_t i = 0; i < sc->img->vmas.n; i++) {
		uint64_t pages =
			pt_vma_end_vpn(&sc->img->vmas.v[i]) - pt_vma_vpn(&sc->img->vmas.v[i]);

		largest = pages > largest ? pages : largest;
	}
	for (*ret_zoom = 1;
	     (n = draw_map(sc, *ret_zoom, FEW, c)) >= FEW && *ret_zoom * WIDTH / 2 < largest;
	     *ret_zoom *= 2)
		;
	return n < FEW ? n : draw_map(sc, *ret_zoom, MOST, c);
}

/* A picture has no cursor: nothing in it is chosen. */
static void copy_lines(const struct pt_canvas *map, int n, struct pt_canvas *c)
{
	for (int i = 0; i < n * c->w; i++) {
		struct pt_cell cell = map->cell[c->w + i];

		cell.style &= (pt_style)~PT_STYLE_CURSOR;
		if (cell.style == PT_ROLE_CHOSEN)
			cell.style = PT_ROLE_FAINT;
		c->cell[HEAD * c->w + i] = cell;
	}
}

struct legend_row {
	const char *name, *text;
	uint64_t n;			/* pages; */
	bool least;			/* or more */
};

/* Returns the row behind it. */
static int draw_legend_row(struct pt_canvas *c, int y, const struct legend_row *l)
{
	char size[PT_SIZE_LEN], count[32];

	if (l->least && !l->n)
		snprintf(count, sizeof(count), "?");
	else
		snprintf(count, sizeof(count), "%s%llu", l->least ? "≥" : "",
			 (unsigned long long)l->n);
	pt_canvas_text(c, NAME_X, y, COUNT_X - NAME_X, PT_ROLE_PLAIN, l->name);
	pt_slot_right(&(struct pt_slot){ c, COUNT_X - 12, y, 12, PT_ROLE_CHOSEN }, count);
	if (l->n)
		pt_slot_right(&(struct pt_slot){ c, SIZE_X - 6, y, 6, PT_ROLE_PLAIN },
			      pt_size_text(l->n << PT_PAGE_SHIFT, size));
	return pt_draw_wrapped(&(struct pt_slot){ c, TEXT_X, y, c->w - TEXT_X, PT_ROLE_FAINT },
			       l->text);
}

/* Every row that has pages, and what lies over them. Returns the row behind it. */
static int draw_legend(struct pt_canvas *c, int y, const struct pt_counts *counts)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];

	for (int i = lens->first; i < lens->first + lens->nrows; i++) {
		if (!pt_counts_of(counts, i))
			continue;
		pt_canvas_put(c, 1, y, pt_sign(i, 0), pt_page_style(i, 0));
		y = draw_legend_row(c, y, &(struct legend_row){ pt_rows[i].label, pt_rows[i].text,
								 pt_counts_of(counts, i), false });
	}
	for (int o = 0; o < PT_NOVERS; o++) {
		if (!counts->over[o] && !counts->over_open[o])
			continue;
		pt_canvas_put(c, 1, y, o ? 'p' : 'P',
			      (pt_style)(PT_ROLE_PRIVATE | PT_STYLE_HUGE << o));
		y = draw_legend_row(c, y,
				    &(struct legend_row){ pt_overlays[o].name, pt_overlays[o].text,
							  counts->over[o], counts->over_open[o] });
	}
	return y;
}

/* "lens 1 state: what each page is · 1 cell = 16K · 61 mappings, 2.1G · 2026-11-24 13:15:00 UTC" */
static void add_what(const struct pt_scene *sc, const struct pt_counts *counts, uint64_t zoom,
		     struct pt_str *out)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];
	char cell[PT_SIZE_LEN], all[PT_SIZE_LEN], when[64] = "";
	struct tm tm;

	if (gmtime_r(&sc->img->when.tv_sec, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", &tm);
	pt_str_addf(out, "lens %c %s: %s · 1 cell = %s · %zu %s, %s · %s", lens->key, lens->name,
		    lens->text, pt_size_text(zoom << PT_PAGE_SHIFT, cell), sc->img->vmas.n,
		    pt_noun(sc->img->vmas.n, "mapping", "mappings"),
		    pt_size_text(counts->npages << PT_PAGE_SHIFT, all), when);
}

static void draw_frame(const struct pt_scene *sc, struct pt_canvas *c, const char *what, int nlines,
		       const struct pt_counts *counts)
{
	struct pt_str title = PT_STR_INIT;
	int y = HEAD + nlines + 1;

	pt_title_process(sc, &title);
	if (sc->img->vmas.n == 1) {
		pt_str_adds(&title, " ▸ ");
		pt_vma_name(&sc->img->vmas.v[0], &title);
	}
	pt_canvas_text(c, 0, 0, c->w, PT_ROLE_TITLE, title.s);
	pt_canvas_text(c, 1, 1, c->w - 1, PT_ROLE_FAINT, what);
	if (nlines == MOST)
		pt_canvas_textf(c, 1, y - 1, c->w - 1, PT_ROLE_WARN,
				"… too many mappings for one picture; the rest are only counted");
	draw_legend(c, y, counts);
	pt_str_done(&title);
}

/* For those who do not see it: what the legend says. */
static void add_description(const struct pt_counts *counts, const char *what, struct pt_str *out)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];

	pt_str_adds(out, what);
	for (int i = lens->first; i < lens->first + lens->nrows; i++)
		if (pt_counts_of(counts, i))
			pt_str_addf(out, "; %s %llu", pt_rows[i].label,
				    (unsigned long long)pt_counts_of(counts, i));
	for (int o = 0; o < PT_NOVERS; o++)
		if (counts->over[o] || counts->over_open[o])
			pt_str_addf(out, "; %s %s%llu", pt_overlays[o].name,
				    counts->over_open[o] ? "at least " : "",
				    (unsigned long long)counts->over[o]);
}

static int draw_picture(const struct pt_scene *sc, enum pt_scheme scheme, struct pt_str *out)
{
	struct pt_canvas map = { 0 }, c = { 0 }, nowhere = { .w = WIDTH };
	struct pt_counts counts = { .npages = 0 };
	struct pt_str what = PT_STR_INIT, desc = PT_STR_INIT, title = PT_STR_INIT;
	uint64_t zoom;
	int n = fit_map(sc, &map, &zoom);

	for (size_t i = 0; i < sc->img->vmas.n; i++)
		pt_image_count(sc->img, &sc->img->vmas.v[i], pt_vma_vpn(&sc->img->vmas.v[i]),
			       pt_vma_end_vpn(&sc->img->vmas.v[i]), &counts);
	if (n >= 0 && !pt_canvas_resize(&c, WIDTH, draw_legend(&nowhere, HEAD + n + 1, &counts))) {
		copy_lines(&map, n, &c);
		add_what(sc, &counts, zoom, &what);
		draw_frame(sc, &c, what.s, n, &counts);
		add_description(&counts, what.s, &desc);
		pt_str_addf(&title, "Pages of process %d %s", (int)sc->img->pid, sc->img->name);
		pt_svg(out, &c, scheme, title.s, desc.s);
	} else {
		n = -ENOMEM;
	}
	pt_canvas_done(&map);
	pt_canvas_done(&c);
	pt_str_done(&what);
	pt_str_done(&desc);
	pt_str_done(&title);
	return n < 0 ? n : out->err;
}

int pt_map_picture(const struct pt_scene *sc, uint64_t lo_vpn, uint64_t hi_vpn,
		   enum pt_scheme scheme, struct pt_str *out)
{
	struct pt_vma *vma = pt_calloc(sc->img->vmas.n + 1, sizeof(*vma));
	struct pt_image part = *sc->img;	/* borrowed, all but its list of mappings */
	struct pt_scene of = *sc;
	int err = vma ? 0 : -ENOMEM;

	of.img = &part;
	/* All pages are in a picture, and none flashes; both are of the whole list of mappings */
	of.matches = NULL;
	of.fresh[0] = of.fresh[1] = NULL;
	part.vmas.v = vma;
	part.vmas.n = vma ? clip(sc->img, lo_vpn, hi_vpn, vma) : 0;
	if (!err)
		err = part.vmas.n ? draw_picture(&of, scheme, out) : -ENOENT;
	free(vma);
	return err;
}
