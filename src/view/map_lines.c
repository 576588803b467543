/*
 * The page map as cells in lines, with a border above each mapping.
 */
#include "pagetop/view/map_parts.h"

/* A line of the map: a row of cells of a mapping, or (-1) the border above its first row. */
struct line {
	size_t vma;
	int64_t row;
};

static uint64_t line_pages(const struct pt_map_view *v)
{
	return v->zoom * (uint64_t)v->cols;
}

static int64_t last_row(const struct pt_map_view *v, const struct pt_vma *vma)
{
	return (int64_t)((pt_map_npages(vma) - 1) / line_pages(v));
}

static uint64_t first_page(const struct pt_map_view *v, const struct pt_scene *sc, struct line l)
{
	return pt_vma_vpn(pt_map_vma(sc, l.vma)) +
	       (l.row > 0 ? (uint64_t)l.row * line_pages(v) : 0);
}

static struct line line_of(const struct pt_map_view *v, const struct pt_scene *sc, uint64_t vpn)
{
	size_t i = pt_map_hold(sc, &vpn);

	return (struct line){ i, (int64_t)((vpn - pt_vma_vpn(pt_map_vma(sc, i))) / line_pages(v)) };
}

static bool next_line(const struct pt_map_view *v, const struct pt_scene *sc, struct line *l)
{
	if (l->row < last_row(v, pt_map_vma(sc, l->vma))) {
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
		l->row = last_row(v, pt_map_vma(sc, l->vma));
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
	v->top_vpn = first_page(v, sc, l);
}

void pt_lines_put_cursor(struct pt_map_view *v, const struct pt_scene *sc, int above)
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

bool pt_lines_show(const struct pt_map_view *v, const struct pt_scene *sc)
{
	struct line l = top_line(v, sc), cur = line_of(v, sc, v->vpn);

	if (before(cur, l))
		return false;
	for (int y = 0; y < v->rows && before(l, cur); y++)
		next_line(v, sc, &l);
	return !before(l, cur);
}

/* Scrolls as little as it takes to have the cursor on the screen. */
static void fit(struct pt_map_view *v, const struct pt_scene *sc)
{
	struct line cur = line_of(v, sc, v->vpn), l = top_line(v, sc);
	int y = 0;

	if (before(cur, l))
		pt_lines_put_cursor(v, sc, cur.row == 0 && v->rows > 1);
	for (l = top_line(v, sc); y < v->rows && before(l, cur); y++)
		next_line(v, sc, &l);
	if (y >= v->rows)
		pt_lines_put_cursor(v, sc, v->rows - 1);
	else
		set_top(v, sc, top_line(v, sc));
}

/* One row of cells up or down, in the same column where the other row is long enough. */
void pt_lines_step(struct pt_map_view *v, const struct pt_scene *sc, bool down)
{
	size_t i = pt_map_hold(sc, &v->vpn);
	const struct pt_vma *vma = pt_map_vma(sc, i);
	uint64_t off = v->vpn - pt_vma_vpn(vma), row = off / line_pages(v),
		 col = off % line_pages(v);

	if (down && row < (uint64_t)last_row(v, vma)) {
		row++;
	} else if (down && i + 1 < sc->img->vmas.n) {
		vma = pt_map_vma(sc, i + 1);
		row = 0;
	} else if (!down && row > 0) {
		row--;
	} else if (!down && i > 0) {
		vma = pt_map_vma(sc, i - 1);
		row = (uint64_t)last_row(v, vma);
	} else {
		return;
	}
	off = row * line_pages(v) + col;
	v->vpn = pt_vma_vpn(vma) + (off < pt_map_npages(vma) ? off : pt_map_npages(vma) - 1);
}

uint64_t pt_lines_zoom(const struct pt_map_view *v, const struct pt_vma *vma)
{
	uint64_t cells = (uint64_t)v->cols * (uint64_t)(v->rows > 1 ? v->rows - 1 : 1), to = 1;

	while (to * cells < pt_map_npages(vma))
		to *= 2;
	return to;
}

static void draw_cells(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c, int y,
		       struct line l)
{
	const struct pt_vma *vma = pt_map_vma(sc, l.vma);
	uint64_t lo = first_page(v, sc, l);
	bool current = v->vpn >= lo && v->vpn < lo + line_pages(v) && v->vpn < pt_vma_end_vpn(vma);

	pt_map_draw_address(c, 0, y, current ? PT_ROLE_CHOSEN : PT_ROLE_FAINT, lo);
	for (int i = 0; i < v->cols && lo + (uint64_t)i * v->zoom < pt_vma_end_vpn(vma); i++)
		pt_map_draw_cell(v, sc, vma, lo + (uint64_t)i * v->zoom,
				 &(struct pt_slot){ c, PT_MAP_ADDR_W + i, y, 1, PT_ROLE_PLAIN });
}

void pt_lines_draw(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c, int y)
{
	size_t current = pt_map_hold(sc, &v->vpn);
	struct line l;

	fit(v, sc);
	l = top_line(v, sc);
	for (int row = 0; row < v->rows; row++) {
		if (l.row < 0)
			pt_map_draw_border(sc, c, y + row, l.vma, l.vma == current);
		else
			draw_cells(v, sc, c, y + row, l);
		if (!next_line(v, sc, &l))
			break;
	}
}

bool pt_lines_hit(const struct pt_map_view *v, const struct pt_scene *sc, int col, int row,
		  uint64_t *ret_vpn)
{
	struct line l = top_line(v, sc);
	uint64_t vpn;

	for (; row > 0; row--)
		if (!next_line(v, sc, &l))
			return false;
	vpn = first_page(v, sc, l) + (uint64_t)col * v->zoom;
	if (l.row < 0 || vpn >= pt_vma_end_vpn(pt_map_vma(sc, l.vma)))
		return false;
	*ret_vpn = vpn;
	return true;
}
