#include "pagetop/view/map_view.h"

#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/explain.h"
#include "pagetop/view/map_filter.h"

_Static_assert(PT_STYLE_LARGE == PT_STYLE_HUGE << 1 && PT_STYLE_LOCKED == PT_STYLE_HUGE << 2,
	       "marks of a style are in the order of PT_OVER_*");

enum { ADDR_W = 13, MAX_ZOOM_SHIFT = 36, LEGEND_MAX = 5 };

/* A line of the whole map: a row of cells of a mapping, or (-1) the border above its first row. */
struct line {
	size_t vma;
	int64_t row;
};

static const struct pt_vma *vma_at(const struct pt_scene *sc, size_t i)
{
	return &sc->img->vmas.v[i];
}

static uint64_t npages(const struct pt_vma *vma)
{
	return pt_vma_end_vpn(vma) - pt_vma_vpn(vma);
}

static uint64_t line_pages(const struct pt_map_view *v)
{
	return v->zoom * (uint64_t)v->cols;
}

static int64_t last_row(const struct pt_map_view *v, const struct pt_vma *vma)
{
	return (int64_t)((npages(vma) - 1) / line_pages(v));
}

/* The mapping that holds the page, or the nearest one, to which the page is then moved. */
static size_t hold(const struct pt_scene *sc, uint64_t *vpn)
{
	const struct pt_vmas *l = &sc->img->vmas;
	size_t i = pt_vma_at_or_above(l->v, l->n, *vpn << PT_PAGE_SHIFT);

	if (i == l->n)
		*vpn = pt_vma_end_vpn(&l->v[--i]) - 1;
	else if (*vpn < pt_vma_vpn(&l->v[i]))
		*vpn = pt_vma_vpn(&l->v[i]);
	return i;
}

static struct line line_of(const struct pt_map_view *v, const struct pt_scene *sc, uint64_t vpn)
{
	size_t i = hold(sc, &vpn);

	return (struct line){ i, (int64_t)((vpn - pt_vma_vpn(vma_at(sc, i))) / line_pages(v)) };
}

static bool next_line(const struct pt_map_view *v, const struct pt_scene *sc, struct line *l)
{
	if (l->row < last_row(v, vma_at(sc, l->vma))) {
		l->row++;
	} else if (l->vma + 1 < sc->img->vmas.n) {
		l->vma++;
		l->row = -1;
	} else {
		return false;
	}
	return true;
}

static bool prev_line(const struct pt_map_view *v, const struct pt_scene *sc, struct line *l)
{
	if (l->row >= 0) {
		l->row--;
	} else if (l->vma > 0) {
		l->vma--;
		l->row = last_row(v, vma_at(sc, l->vma));
	} else {
		return false;
	}
	return true;
}

static struct line top_line(const struct pt_map_view *v, const struct pt_scene *sc)
{
	struct line l = line_of(v, sc, v->top_vpn);

	if (v->top_border && !l.row)
		l.row = -1;
	return l;
}

static void set_top(struct pt_map_view *v, const struct pt_scene *sc, struct line l)
{
	v->top_border = l.row < 0;
	v->top_vpn = pt_vma_vpn(vma_at(sc, l.vma)) +
		     (l.row > 0 ? (uint64_t)l.row * line_pages(v) : 0);
}

/* The top such that the cursor is `above` lines below it, or as far as there are lines. */
static void put_cursor_at(struct pt_map_view *v, const struct pt_scene *sc, int above)
{
	struct line l = line_of(v, sc, v->vpn);

	while (above-- > 0 && prev_line(v, sc, &l))
		;
	set_top(v, sc, l);
}

static bool before(struct line a, struct line b)
{
	return a.vma < b.vma || (a.vma == b.vma && a.row < b.row);
}

/* Scrolls as little as it takes to have the cursor on the screen. */
static void fit(struct pt_map_view *v, const struct pt_scene *sc)
{
	struct line cur = line_of(v, sc, v->vpn), l = top_line(v, sc);
	int y = 0;

	if (before(cur, l))
		put_cursor_at(v, sc, cur.row == 0 && v->rows > 1);
	for (l = top_line(v, sc); y < v->rows && before(l, cur); y++)
		next_line(v, sc, &l);
	if (y >= v->rows)
		put_cursor_at(v, sc, v->rows - 1);
	else
		set_top(v, sc, top_line(v, sc));
}

const struct pt_vma *pt_map_current(struct pt_map_view *v, const struct pt_scene *sc)
{
	return sc->img && sc->img->vmas.n ? vma_at(sc, hold(sc, &v->vpn)) : NULL;
}

void pt_map_go(struct pt_map_view *v, const struct pt_scene *sc, uint64_t vpn)
{
	v->vpn = vpn;
	if (pt_map_current(v, sc))
		put_cursor_at(v, sc, v->rows / 2);
}

void pt_map_show(struct pt_map_view *v, const struct pt_scene *sc, uint64_t vpn)
{
	struct line l = top_line(v, sc), to = line_of(v, sc, vpn);

	v->vpn = vpn;
	for (int y = 0; y < v->rows; y++) {
		if (!before(l, to) && !before(to, l))
			return;
		next_line(v, sc, &l);
	}
	put_cursor_at(v, sc, v->rows / 2);
}

static void step_cell(struct pt_map_view *v, const struct pt_scene *sc, bool forward)
{
	size_t i = hold(sc, &v->vpn);
	const struct pt_vma *vma = vma_at(sc, i);
	uint64_t off = v->vpn - pt_vma_vpn(vma);

	if (forward && off / v->zoom < (npages(vma) - 1) / v->zoom)
		v->vpn = off + v->zoom < npages(vma) ? v->vpn + v->zoom :
			 pt_vma_vpn(vma) + (off / v->zoom + 1) * v->zoom;
	else if (forward && i + 1 < sc->img->vmas.n)
		v->vpn = pt_vma_vpn(vma_at(sc, i + 1));
	else if (!forward && off >= v->zoom)
		v->vpn -= v->zoom;
	else if (!forward && i > 0)
		v->vpn = pt_vma_end_vpn(vma_at(sc, i - 1)) - 1;
}

/* One row of cells up or down, in the same column where the other row is long enough. */
static void step_row(struct pt_map_view *v, const struct pt_scene *sc, bool down)
{
	size_t i = hold(sc, &v->vpn);
	const struct pt_vma *vma = vma_at(sc, i);
	uint64_t off = v->vpn - pt_vma_vpn(vma), row = off / line_pages(v), col = off % line_pages(v);

	if (down && row < (uint64_t)last_row(v, vma)) {
		row++;
	} else if (down && i + 1 < sc->img->vmas.n) {
		vma = vma_at(sc, i + 1);
		row = 0;
	} else if (!down && row > 0) {
		row--;
	} else if (!down && i > 0) {
		vma = vma_at(sc, i - 1);
		row = (uint64_t)last_row(v, vma);
	} else {
		return;
	}
	off = row * line_pages(v) + col;
	v->vpn = pt_vma_vpn(vma) + (off < npages(vma) ? off : npages(vma) - 1);
}

/* To the end of the mapping, or, if the cursor is there already, of the process. */
static void to_end(struct pt_map_view *v, const struct pt_scene *sc, bool forward)
{
	const struct pt_vma *vma = pt_map_current(v, sc);
	uint64_t to = forward ? pt_vma_end_vpn(vma) - 1 : pt_vma_vpn(vma);

	if (v->vpn == to) {
		vma = vma_at(sc, forward ? sc->img->vmas.n - 1 : 0);
		to = forward ? pt_vma_end_vpn(vma) - 1 : pt_vma_vpn(vma);
	}
	v->vpn = to;
}

/* The address under the cursor, and its place on the screen, stay. */
static void zoom(struct pt_map_view *v, const struct pt_scene *sc, uint64_t to)
{
	v->zoom = to < 1 ? 1 : to > UINT64_C(1) << MAX_ZOOM_SHIFT ? v->zoom : to;
	put_cursor_at(v, sc, v->cursor_row);
}

static uint64_t fitting_zoom(const struct pt_map_view *v, const struct pt_vma *vma)
{
	uint64_t cells = (uint64_t)v->cols * (uint64_t)(v->rows > 1 ? v->rows - 1 : 1), to = 1;

	while (to * cells < npages(vma))
		to *= 2;
	return to;
}

void pt_map_move(struct pt_map_view *v, const struct pt_scene *sc, enum pt_move move)
{
	const struct pt_vma *vma = pt_map_current(v, sc);
	int page = v->rows > 2 ? v->rows - 2 : 1;

	if (!vma || (v->legend.open && pt_legend_move(&v->legend, move)))
		return;
	switch (move) {
	case PT_MOVE_LEFT:
	case PT_MOVE_RIGHT:
		step_cell(v, sc, move == PT_MOVE_RIGHT);
		break;
	case PT_MOVE_UP:
	case PT_MOVE_DOWN:
		step_row(v, sc, move == PT_MOVE_DOWN);
		break;
	case PT_MOVE_PGUP:
	case PT_MOVE_PGDN:
		while (page-- > 0)
			step_row(v, sc, move == PT_MOVE_PGDN);
		break;
	case PT_MOVE_HOME:
	case PT_MOVE_END:
		to_end(v, sc, move == PT_MOVE_END);
		break;
	case PT_MOVE_ZOOM_IN:
		zoom(v, sc, v->zoom / 2);
		break;
	case PT_MOVE_ZOOM_OUT:
		zoom(v, sc, v->zoom * 2);
		break;
	case PT_MOVE_FIT:
		zoom(v, sc, fitting_zoom(v, vma));
		break;
	}
}

void pt_map_cell(const struct pt_map_view *v, const struct pt_image *img, const struct pt_vma *vma,
		 uint64_t vpn, struct pt_counts *ret)
{
	uint64_t lo = pt_vma_vpn(vma) + (vpn - pt_vma_vpn(vma)) / v->zoom * v->zoom;
	uint64_t end = pt_vma_end_vpn(vma);

	*ret = (struct pt_counts){ .npages = 0 };
	pt_image_count(img, vma, lo, end - lo < v->zoom ? end : lo + v->zoom, ret);
}

static void draw_border(const struct pt_scene *sc, struct pt_canvas *c, int y, size_t i, bool current)
{
	const struct pt_vma *vma = vma_at(sc, i);
	uint64_t gap = i ? vma->start - vma_at(sc, i - 1)->end : 0;
	pt_style style = current ? PT_ROLE_CHOSEN : PT_ROLE_FAINT;
	struct pt_str s = PT_STR_INIT;
	char size[PT_SIZE_LEN];
	int x;

	if (gap)
		pt_str_addf(&s, "┄┄ %s gap ┄┄ ", pt_size_text(gap, size));
	pt_str_addf(&s, "── %012llx %s %s ", (unsigned long long)vma->start, vma->perms,
		    pt_size_text(vma->end - vma->start, size));
	pt_vma_text(sc, vma, &s);
	pt_str_addc(&s, ' ');
	x = pt_canvas_text(c, 0, y, c->w, style, s.s);
	while (x < c->w)
		pt_canvas_put(c, x++, y, 0x2500, style);
	pt_str_done(&s);
}

static void draw_cells(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c, int y,
		       struct line l)
{
	const struct pt_vma *vma = vma_at(sc, l.vma);
	uint64_t lo = pt_vma_vpn(vma) + (uint64_t)l.row * line_pages(v), addr = lo << PT_PAGE_SHIFT;
	bool current = v->vpn >= lo && v->vpn < lo + line_pages(v) && v->vpn < pt_vma_end_vpn(vma);
	pt_style style = current ? PT_ROLE_CHOSEN : PT_ROLE_FAINT;

	if (addr >> 48)		/* beyond user space: only [vsyscall] */
		pt_canvas_textf(c, 0, y, ADDR_W, style, "…%011llx", (unsigned long long)addr &
				0xfffffffffff);
	else
		pt_canvas_textf(c, 0, y, ADDR_W, style, "%012llx", (unsigned long long)addr);
	for (int i = 0; i < v->cols; i++) {
		uint64_t vpn = lo + (uint64_t)i * v->zoom;
		struct pt_counts counts;

		if (vpn >= pt_vma_end_vpn(vma))
			break;
		if (sc->matches) {
			pt_map_filter_cell(sc, vma, vpn, v->zoom, c, ADDR_W + i, y);
		} else {
			pt_map_cell(v, sc->img, vma, vpn, &counts);
			pt_draw_counts(c, ADDR_W + i, y, &counts);
		}
		if (current && v->vpn >= vpn && v->vpn - vpn < v->zoom && !v->legend.open)
			pt_canvas_cursor(c, ADDR_W + i, y);
	}
}

/* One piece of the legend, on the next line where this one is full. Nothing is drawn with c NULL. */
struct flow {
	struct pt_canvas *c;
	int x, y, w, first_y, end_y;
	struct pt_legend *legend;
	int chosen_y;		/* the line of the piece that is chosen */
};

enum { NO_PIECE = -1 };		/* it can not be chosen */

static void flow(struct flow *f, int id, uint32_t sign, pt_style sign_style, pt_style style, const char *text)
{
	int w = (sign ? 2 : 0) + pt_text_width(text);
	bool chosen;

	if (f->x > 1 && f->x + w > f->w - 1) {
		f->x = 1;
		f->y++;
	}
	chosen = id != NO_PIECE && pt_legend_add(f->legend, id, f->x, f->y, w);
	if (chosen)
		f->chosen_y = f->y;
	if (f->c && f->y >= f->first_y && f->y < f->end_y) {
		if (sign)
			pt_canvas_put(f->c, f->x, f->y, sign, sign_style);
		pt_canvas_text(f->c, f->x + (sign ? 2 : 0), f->y, f->w - f->x, chosen ? PT_ROLE_HEAD : style, text);
		if (chosen)
			pt_canvas_cursor(f->c, f->x, f->y);
	}
	if (f->c && f->y == f->end_y)	/* the first that there is no room for */
		pt_canvas_put(f->c, f->w - 1, f->y - 1, 0x2026, PT_ROLE_WARN);
	f->x += w + 2;
}

/* In the lens of sizes: what the kernel would make huge here, and has not. */
static void add_note(const struct pt_scene *sc, const struct pt_vma *vma, const struct pt_counts *counts, char *ret,
		     size_t len)
{
	uint64_t n = counts->npages - counts->over[0] - counts->over_open[0];
	char size[PT_SIZE_LEN];

	for (int row = PT_SIZE_SWAPPED; row <= PT_SIZE_ABSENT; row++)	/* what is no page */
		n -= pt_counts_of(counts, row);

	if (counts->lens == PT_LENS_SIZE && vma->thp_eligible && n)
		snprintf(ret, len, "could be huge pages, but are not: %llu %s", (unsigned long long)n,
			 pt_size_text(n << PT_PAGE_SHIFT, size));
	if (counts->lens == PT_LENS_CHANGE && sc->since)
		snprintf(ret, len, "since %s", sc->since);
}

static void draw_legend(struct flow *f, const struct pt_counts *counts, uint64_t zoom, const char *note,
			const char *filter)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];
	char text[64], size[PT_SIZE_LEN];
	int id;

	f->legend->n = 0;
	if (*filter)
		flow(f, NO_PIECE, 0, 0, PT_ROLE_WARN, filter);
	for (int i = lens->first; i < lens->first + lens->nrows; i++) {
		uint64_t n = pt_counts_of(counts, i);

		if (!n && !(f->legend->open && f->legend->chosen == i))
			continue;
		snprintf(text, sizeof(text), "%s %llu %s", pt_rows[i].name, (unsigned long long)n,
			 pt_size_text(n << PT_PAGE_SHIFT, size));
		flow(f, i, pt_sign(i, 0), pt_page_style(i, 0), PT_ROLE_PLAIN, text);
	}
	for (int o = 0; o < PT_NOVERS; o++) {
		if (counts->over_open[o] && !counts->over[o])
			snprintf(text, sizeof(text), "%s ?", pt_overlays[o].name);
		else
			snprintf(text, sizeof(text), "%s %s%llu", pt_overlays[o].name,
				 counts->over_open[o] ? "≥" : "", (unsigned long long)counts->over[o]);
		id = counts->over[o] || f->legend->chosen == PT_NROWS + o ? PT_NROWS + o : NO_PIECE;
		flow(f, id, 0, 0, counts->over[o] ? (pt_style)(PT_STYLE_HUGE << o) : PT_ROLE_FAINT, text);
	}
	if (*note)
		flow(f, NO_PIECE, 0, 0, PT_ROLE_FAINT, note);
	snprintf(text, sizeof(text), "1 cell = %s", pt_size_text(zoom << PT_PAGE_SHIFT, size));
	flow(f, NO_PIECE, 0, 0, PT_ROLE_FAINT, text);
	snprintf(text, sizeof(text), "lens %c %s", lens->key, lens->name);
	flow(f, NO_PIECE, 0, 0, PT_ROLE_FAINT, text);
}

/* The page under the cursor; of a cell of many pages, what they are. */
static void draw_status(const struct pt_map_view *v, const struct pt_scene *sc,
			const struct pt_vma *vma, struct pt_canvas *c, int y)
{
	struct pt_str s = PT_STR_INIT;
	struct pt_counts counts;

	if (v->legend.open) {
		pt_legend_explain(v->legend.chosen, &s);
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_PLAIN, s.s);
		pt_str_done(&s);
		return;
	}
	if (v->zoom > 1) {
		pt_map_cell(v, sc->img, vma, v->vpn, &counts);
		pt_str_addf(&s, "cell of %llu:", (unsigned long long)counts.npages);
		for (int i = 0; i < PT_NROWS; i++)
			if (pt_counts_of(&counts, i))
				pt_str_addf(&s, " %s %llu", pt_rows[i].name,
					    (unsigned long long)pt_counts_of(&counts, i));
		pt_str_adds(&s, " · ");
	}
	pt_explain_line(sc->img, vma, v->vpn, &s);
	pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_PLAIN, s.s);
	pt_str_done(&s);
}

static void draw_title(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;
	char size[PT_SIZE_LEN];

	pt_title_process(sc, &s);
	pt_str_adds(&s, " ▸ ");
	pt_vma_name(vma, &s);
	pt_str_addf(&s, " %s %s", vma->perms,
		    pt_size_text(vma->end - vma->start, size));
	pt_draw_top(sc, c, s.s, sc->img->cost_ns, sc->img->mono_ns);
	pt_str_done(&s);
}

/* Cells in a line: a multiple of 16, so that the addresses of the lines are round. */
static int columns_of(const struct pt_canvas *c)
{
	int cols = c->w - ADDR_W;

	return cols >= 16 ? cols / 16 * 16 : cols > 1 ? cols : 1;
}

void pt_map_draw(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	const struct pt_vma *vma = pt_map_current(v, sc);
	struct pt_counts counts = { .npages = 0 };
	struct flow f = { .x = 1, .w = c->w, .legend = &v->legend };
	struct pt_str filter = PT_STR_INIT;
	char note[128] = "";
	struct line l;
	int legend;

	if (!vma) {
		pt_draw_waiting(c, 2, sc->img ? "no memory of its own" : sc->stale ? sc->stale :
				"reading its pages …");
		return;
	}
	pt_image_count(sc->img, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma), &counts);
	add_note(sc, vma, &counts, note, sizeof(note));
	if (sc->matches)
		pt_map_filter_note(sc, vma, &filter);
	draw_legend(&f, &counts, v->zoom, note, filter.s);
	legend = f.y + 1 < LEGEND_MAX ? f.y + 1 : LEGEND_MAX;
	if (legend > c->h / 3)
		legend = c->h / 3;
	v->cols = columns_of(c);
	v->rows = c->h - 2 - legend > 1 ? c->h - 2 - legend : 1;
	fit(v, sc);
	l = top_line(v, sc);
	for (int y = 0; y < v->rows; y++) {
		if (l.row < 0)
			draw_border(sc, c, 1 + y, l.vma, vma_at(sc, l.vma) == vma);
		else
			draw_cells(v, sc, c, 1 + y, l);
		if (c->cursor_y == 1 + y)
			v->cursor_row = y;
		if (!next_line(v, sc, &l))
			break;
	}
	f = (struct flow){ .c = c, .x = 1, .w = c->w, .first_y = c->h - 1 - legend, .end_y = c->h - 1,
			   .legend = &v->legend,
			   .y = c->h - 1 - (f.chosen_y < legend ? legend : f.chosen_y + 1) };
	draw_legend(&f, &counts, v->zoom, note, filter.s);
	pt_str_done(&filter);
	draw_status(v, sc, vma, c, c->h - 1);
	draw_title(sc, vma, c);
}
