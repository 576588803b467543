/*
 * The page map with the whole process on one screen.
 */
#include "pagetop/view/map_parts.h"

/*
 * Places in the order in which they are drawn: of each mapping a sign before it
 * (0), then its cells.
 */
struct place {
	size_t vma;
	uint64_t at;
};

static uint64_t nplaces(const struct pt_vma *vma, uint64_t zoom)
{
	return 1 + (pt_map_npages(vma) + zoom - 1) / zoom;
}

static uint64_t all_places(const struct pt_scene *sc, uint64_t zoom)
{
	uint64_t n = 0;

	for (size_t i = 0; i < sc->img->vmas.n; i++)
		n += nplaces(pt_map_vma(sc, i), zoom);
	return n;
}

/* More mappings than there is room for: each in one cell, and the screen scrolls. */
uint64_t pt_whole_zoom(const struct pt_scene *sc, int cols, int rows)
{
	uint64_t room = (uint64_t)cols * (uint64_t)rows, least = 2 * sc->img->vmas.n, zoom = 1, n;

	while ((n = all_places(sc, zoom)) > room && n > least && !(zoom >> PT_MAP_ZOOM_SHIFT))
		zoom *= 2;
	return zoom;
}

/* The place of the cursor, counted from the beginning of the process. */
static uint64_t number_of(const struct pt_map_view *v, const struct pt_scene *sc)
{
	uint64_t vpn = v->vpn, n = 1;
	size_t cur = pt_map_hold(sc, &vpn);

	for (size_t i = 0; i < cur; i++)
		n += nplaces(pt_map_vma(sc, i), v->zoom);
	return n + (vpn - pt_vma_vpn(pt_map_vma(sc, cur))) / v->zoom;
}

/* False: behind the last one. */
static bool find(const struct pt_map_view *v, const struct pt_scene *sc, uint64_t number,
		 struct place *ret)
{
	*ret = (struct place){ 0, number };
	while (ret->vma < sc->img->vmas.n && ret->at >= nplaces(pt_map_vma(sc, ret->vma), v->zoom))
		ret->at -= nplaces(pt_map_vma(sc, ret->vma++), v->zoom);
	return ret->vma < sc->img->vmas.n;
}

static bool next(const struct pt_map_view *v, const struct pt_scene *sc, struct place *p)
{
	if (++p->at == nplaces(pt_map_vma(sc, p->vma), v->zoom))
		*p = (struct place){ p->vma + 1, 0 };
	return p->vma < sc->img->vmas.n;
}

/* A sign stands for the mapping's first page. */
static uint64_t page_of(const struct pt_map_view *v, const struct pt_scene *sc, struct place p)
{
	return pt_vma_vpn(pt_map_vma(sc, p.vma)) + (p.at ? (p.at - 1) * v->zoom : 0);
}

void pt_whole_step(struct pt_map_view *v, const struct pt_scene *sc, int down)
{
	uint64_t cols = (uint64_t)v->cols, n = number_of(v, sc), last = all_places(sc, v->zoom) - 1;
	int64_t line = (int64_t)(n / cols) + down;
	uint64_t to = line < 0 ? 0 : (uint64_t)line;
	struct place p;

	if (to > last / cols)
		to = last / cols;
	if (to == n / cols)	/* the first line, or the last: there is nothing beyond */
		return;
	n = to * cols + n % cols;
	if (find(v, sc, n < last ? n : last, &p))
		v->vpn = page_of(v, sc, p);
}

static void draw_place(const struct pt_map_view *v, const struct pt_scene *sc, struct place p,
		       size_t current, const struct pt_slot *s)
{
	const struct pt_vma *vma = pt_map_vma(sc, p.vma);
	bool gap = p.vma && pt_map_vma(sc, p.vma - 1)->end < vma->start;

	if (p.at)
		pt_map_draw_cell(v, sc, vma, page_of(v, sc, p), s);
	else
		pt_canvas_put(s->c, s->x, s->y, gap ? 0x250a : 0x2502,
			      p.vma == current ? PT_ROLE_CHOSEN : PT_ROLE_FAINT);
}

/* Scrolls as little as it takes to have the cursor's line on the screen. */
static uint64_t fit(struct pt_map_view *v, const struct pt_scene *sc)
{
	uint64_t cols = (uint64_t)v->cols, rows = (uint64_t)v->rows, line = number_of(v, sc) / cols;
	uint64_t lines = (all_places(sc, v->zoom) + cols - 1) / cols;

	if (v->top_line > line)
		v->top_line = line;
	if (v->top_line + rows <= line)
		v->top_line = line - rows + 1;
	if (v->top_line + rows > lines)
		v->top_line = lines > rows ? lines - rows : 0;
	return line;
}

void pt_whole_draw(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c, int y)
{
	size_t current = pt_map_hold(sc, &v->vpn);
	uint64_t line = fit(v, sc);
	struct place p;
	bool more = find(v, sc, v->top_line * (uint64_t)v->cols, &p);

	for (int row = 0; row < v->rows && more; row++) {
		pt_map_draw_address(c, 0, y + row,
				    v->top_line + (uint64_t)row == line ? PT_ROLE_CHOSEN :
									  PT_ROLE_FAINT,
				    page_of(v, sc, p));
		for (int i = 0; i < v->cols && more; i++, more = next(v, sc, &p))
			draw_place(v, sc, p, current,
				   &(struct pt_slot){ c, PT_MAP_ADDR_W + i, y + row, 1,
						      PT_ROLE_PLAIN });
	}
}

bool pt_whole_hit(const struct pt_map_view *v, const struct pt_scene *sc, int col, int row,
		  uint64_t *ret_vpn)
{
	struct place p;

	if (!find(v, sc, (v->top_line + (uint64_t)row) * (uint64_t)v->cols + (uint64_t)col, &p))
		return false;
	*ret_vpn = page_of(v, sc, p);
	return true;
}
