#include "pagetop/view/mappings_view.h"

#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"

enum { HEAD_ROWS = 2, START_W = 12, RANGE_W = 25, PERMS_W = 4, SIZE_W = 5, BAR_LEAST = 8, BAR_MAX = 14, NAME_W = 16,
       WIDE = 74 };

static const struct pt_vma *vma_at(const struct pt_scene *sc, size_t i)
{
	return &sc->img->vmas.v[i];
}

const struct pt_vma *pt_mappings_current(struct pt_mappings_view *v, const struct pt_scene *sc)
{
	size_t i;

	if (!sc->img || !sc->img->vmas.n)
		return NULL;
	i = pt_vma_at_or_above(sc->img->vmas.v, sc->img->vmas.n, v->addr);
	v->list.cur = i < sc->img->vmas.n ? i : sc->img->vmas.n - 1;
	return vma_at(sc, v->list.cur);
}

void pt_mappings_move(struct pt_mappings_view *v, const struct pt_scene *sc, enum pt_move move)
{
	if (!pt_mappings_current(v, sc))
		return;
	pt_list_move(&v->list, sc->img->vmas.n, move);
	v->addr = vma_at(sc, v->list.cur)->start;
}

/* The gap below the mapping, in bytes; 0 if there is none, and below the first. */
static uint64_t gap_below(const struct pt_scene *sc, size_t i)
{
	return i ? vma_at(sc, i)->start - vma_at(sc, i - 1)->end : 0;
}

static bool is_unmade(const struct pt_note *n)
{
	return !n->start && !n->end;
}

/* Lines that belong to the mapping besides its own: the gap below, and, after the last, notes. */
static int extra_lines(const struct pt_scene *sc, size_t i)
{
	int n = gap_below(sc, i) ? 1 : 0;

	if (i + 1 == sc->img->vmas.n)
		for (size_t k = 0; k < sc->nnotes; k++)
			n += is_unmade(&sc->notes[k]);
	return n;
}

/* Gaps take lines too: the first mapping shown may have to be a later one. */
static void fit(struct pt_mappings_view *v, const struct pt_scene *sc, int rows)
{
	size_t least = v->list.cur;
	int left;

	pt_list_fit(&v->list, sc->img->vmas.n, rows);
	left = rows - 1 - extra_lines(sc, least);
	while (least > 0 && left > extra_lines(sc, least - 1)) {
		least--;
		left -= 1 + extra_lines(sc, least);
	}
	if (v->list.top < least)
		v->list.top = least;
}

/* Where the columns are; a narrow screen keeps start, size, sums and name. */
struct layout {
	int range_w, perms_w, bar_w;
	unsigned set;			/* of sums */
};

/* What bar and name get before a sum gets any: of each further column less than all, so that a wider screen never has fewer sums. */
static int bar_and_name(int w)
{
	const int least = BAR_LEAST + 1 + NAME_W, from = 80, to = 120;

	if (w < WIDE)
		return NAME_W / 2;
	if (w < from)
		return least;
	return w < to ? least + (w - from) * 9 / 20 : least + (to - from) * 9 / 20 + (w - to) * 2 / 3;
}

static struct layout layout_of(const struct pt_canvas *c)
{
	int rest = bar_and_name(c->w), bar = rest - NAME_W < BAR_MAX ? rest - NAME_W : BAR_MAX;
	struct layout l = { RANGE_W + 1, PERMS_W + 1, (bar < BAR_LEAST ? BAR_LEAST : bar) + 1, 0 };

	if (c->w < WIDE)
		l = (struct layout){ START_W + 1, 0, 0, 0 };
	l.set = pt_columns_fit(PT_IN_MAPPINGS, c->w - (2 + l.range_w + l.perms_w + SIZE_W + 1 + rest));
	return l;
}

/* The mapping from end to end, a part of it each cell. */
static void draw_bar(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_canvas *c, int x,
		     int y, int w)
{
	uint64_t lo = pt_vma_vpn(vma), n = pt_vma_end_vpn(vma) - lo;
	int cells = w < 0 ? 0 : n < (uint64_t)w ? (int)n : w;

	for (int i = 0; i < cells; i++) {
		uint64_t from = lo + n / (unsigned)cells * (unsigned)i;
		uint64_t to = i + 1 < cells ? lo + n / (unsigned)cells * (unsigned)(i + 1) : lo + n;
		struct pt_counts counts = { .npages = 0 };

		pt_image_count(sc->img, vma, from, to, &counts);
		pt_draw_counts(c, x + i, y, &counts, pt_fresh_mark(sc, from, to));
	}
}

static void draw_row(const struct pt_mappings_view *v, const struct pt_scene *sc, size_t i,
		     struct pt_canvas *c, int y)
{
	const struct pt_vma *vma = vma_at(sc, i);
	const struct layout l = layout_of(c);
	pt_style style = i == v->list.cur ? PT_ROLE_CHOSEN : PT_ROLE_PLAIN;
	struct pt_sum sums[PT_NCOLS];
	struct pt_str name = PT_STR_INIT;
	char size[PT_SIZE_LEN];
	int x = 2;

	pt_image_sums(sc->img, vma, sums);
	if (i == v->list.cur) {
		pt_canvas_put(c, 0, y, 0x25b8, style);
		pt_canvas_cursor(c, 0, y);
	}
	if (l.perms_w)
		pt_canvas_textf(c, x, y, RANGE_W, style, "%012llx-%012llx",
				(unsigned long long)vma->start, (unsigned long long)vma->end);
	else
		pt_canvas_textf(c, x, y, START_W, style, "%012llx", (unsigned long long)vma->start);
	x += l.range_w;
	pt_canvas_text(c, x, y, l.perms_w, style, vma->perms);
	x += l.perms_w;
	pt_canvas_right(c, x + SIZE_W, y, SIZE_W, style, pt_size_text(vma->end - vma->start, size));
	x = pt_draw_sums(c, x + SIZE_W + 1, y, style, l.set, sums);
	draw_bar(sc, vma, c, x, y, l.bar_w - 1);
	x += l.bar_w;
	pt_vma_text(sc, vma, &name);
	pt_draw_scrolled(c, x, y, style, name.s, v->list.xscroll);
	pt_str_done(&name);
}

static void draw_heading(const struct pt_scene *sc, struct pt_canvas *c)
{
	const struct layout l = layout_of(c);
	int x = 2;

	pt_canvas_row_style(c, 1, PT_ROLE_HEAD);
	pt_canvas_text(c, x, 1, l.range_w - 1, PT_ROLE_HEAD, l.perms_w ? "START        END" : "START");
	x += l.range_w;
	pt_canvas_text(c, x, 1, l.perms_w, PT_ROLE_HEAD, "PERM");
	x += l.perms_w;
	pt_canvas_right(c, x + SIZE_W, 1, SIZE_W, PT_ROLE_HEAD, "SIZE");
	x = pt_draw_titles(c, x + SIZE_W + 1, 1, l.set);
	pt_draw_lens_title(c, x, 1, l.bar_w - 1, sc->img ? sc->img->lens : sc->lens);
	x += l.bar_w;
	pt_canvas_text(c, x, 1, c->w - x, PT_ROLE_HEAD, "NAME");
}

/* "   61 mappings · 2.1G of 3.4G resident" */
static void add_totals(const struct pt_image *img, struct pt_str *out)
{
	const struct pt_sum *rss = &img->total[PT_COL_RSS];
	char res[PT_SIZE_LEN], all[PT_SIZE_LEN];
	uint64_t bytes = 0;

	for (size_t i = 0; i < img->vmas.n; i++)
		bytes += img->vmas.v[i].end - img->vmas.v[i].start;
	pt_str_addf(out, "   %zu mappings · %s%s of %s resident", img->vmas.n,
		    rss->unknown && rss->value ? "≥" : "",
		    rss->unknown && !rss->value ? "?" : pt_size_text(rss->value, res),
		    pt_size_text(bytes, all));
}

static void draw_title(const struct pt_scene *sc, struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;

	pt_title_process(sc, &s);
	if (sc->img)
		add_totals(sc->img, &s);
	pt_draw_top(sc, c, s.s, sc->img ? sc->img->cost_ns : 0, sc->img ? sc->img->mono_ns : 0);
	pt_str_done(&s);
}

static void draw_notes(const struct pt_mappings_view *v, const struct pt_scene *sc,
		       struct pt_canvas *c, int y)
{
	for (size_t i = 0; i < sc->nnotes && y < c->h; i++) {
		const struct pt_note *note = &sc->notes[i];
		int x = 2;

		if (!is_unmade(note))
			continue;
		x = pt_canvas_textf(c, x, y, c->w - x, PT_ROLE_FAINT, "not made: %c ", note->sign);
		pt_draw_scrolled(c, x, y++, PT_ROLE_FAINT, note->text, v->list.xscroll);
	}
}

void pt_mappings_draw(struct pt_mappings_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	int y = HEAD_ROWS;

	draw_heading(sc, c);
	if (!pt_mappings_current(v, sc)) {
		draw_title(sc, c);
		pt_draw_waiting(c, 3, sc->img ? "no memory of its own" : sc->stale ? sc->stale :
				"reading its mappings and pages …");
		return;
	}
	draw_title(sc, c);
	fit(v, sc, c->h - HEAD_ROWS);
	for (size_t i = v->list.top; i < sc->img->vmas.n && y < c->h; i++) {
		char size[PT_SIZE_LEN];

		if (gap_below(sc, i) && y > HEAD_ROWS)
			pt_canvas_textf(c, 15, y++, c->w - 15, PT_ROLE_FAINT, "┄┄ %s gap ┄┄",
					pt_size_text(gap_below(sc, i), size));
		if (y < c->h)
			draw_row(v, sc, i, c, y++);
	}
	draw_notes(v, sc, c, y);
}
