#include "pagetop/view/cells.h"

#include "pagetop/base/text.h"
#include "pagetop/model/explain.h"
#include "pagetop/view/map_filter.h"
#include "pagetop/view/map_parts.h"
#include "pagetop/view/minimap.h"

enum { LEGEND_MAX = 5 };

/* ---- what lies where */

bool pt_map_hit(const struct pt_map_view *v, const struct pt_scene *sc, int x, int y,
		uint64_t *ret_vpn)
{
	int col = x - PT_MAP_ADDR_W, row = y - v->first_y;

	if (!sc->img || !sc->img->vmas.n || col < 0 || col >= v->cols || row < 0 || row >= v->rows)
		return false;
	return v->whole ? pt_whole_hit(v, sc, col, row, ret_vpn) :
			  pt_lines_hit(v, sc, col, row, ret_vpn);
}

/* ---- moving */

static void step_lines(struct pt_map_view *v, const struct pt_scene *sc, bool down, int n)
{
	if (v->whole)
		pt_whole_step(v, sc, down ? n : -n);
	else
		while (n-- > 0)
			pt_lines_step(v, sc, down);
}

/* The address under the cursor, and its place on the screen, stay. */
static void zoom(struct pt_map_view *v, const struct pt_scene *sc, uint64_t to)
{
	v->whole = false;
	if (to <= UINT64_C(1) << PT_MAP_ZOOM_SHIFT)
		v->zoom = to < 1 ? 1 : to;
	pt_lines_put_cursor(v, sc, v->cursor_row);
}

/* The mapping on one screen; where it is, the process; and back. */
static void fit(struct pt_map_view *v, const struct pt_scene *sc, const struct pt_vma *vma)
{
	if (!v->whole && v->zoom == pt_lines_zoom(v, vma)) {
		v->whole = true;
		v->zoom = pt_whole_zoom(sc, v->cols, v->rows);
	} else {
		v->whole = false;
		v->zoom = pt_lines_zoom(v, vma);
		v->top_vpn = pt_vma_vpn(vma);
		v->top_border = true;
	}
}

void pt_map_move(struct pt_map_view *v, const struct pt_scene *sc, enum pt_move move)
{
	const struct pt_vma *vma = pt_map_current(v, sc);

	if (!vma || (v->legend.open && pt_legend_move(&v->legend, move)))
		return;
	switch (move) {
	case PT_MOVE_LEFT:
	case PT_MOVE_RIGHT:
		pt_map_step_cell(v, sc, move == PT_MOVE_RIGHT);
		break;
	case PT_MOVE_UP:
	case PT_MOVE_DOWN:
		step_lines(v, sc, move == PT_MOVE_DOWN, 1);
		break;
	case PT_MOVE_PGUP:
	case PT_MOVE_PGDN:
		step_lines(v, sc, move == PT_MOVE_PGDN, v->rows > 2 ? v->rows - 2 : 1);
		break;
	case PT_MOVE_HOME:
	case PT_MOVE_END:
		pt_map_to_end(sc, &v->vpn, move == PT_MOVE_END);
		break;
	case PT_MOVE_ZOOM_IN:
		zoom(v, sc, v->zoom / 2);
		break;
	case PT_MOVE_ZOOM_OUT:
		zoom(v, sc, v->zoom * 2);
		break;
	case PT_MOVE_FIT:
		fit(v, sc, vma);
		break;
	}
}

/* ---- drawing */

/* The page under the cursor; of a cell of many pages, what they are. */
static void draw_status(const struct pt_map_view *v, const struct pt_scene *sc,
			const struct pt_vma *vma, struct pt_canvas *c, int y)
{
	struct pt_str s = PT_STR_INIT;
	struct pt_counts counts;

	if (v->legend.open) {
		pt_legend_explain(sc, &v->legend, &s);
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_PLAIN, s.s);
		pt_str_done(&s);
		return;
	}
	if (v->zoom > 1) {
		pt_map_cell(v, sc->img, vma, v->vpn, &counts);
		pt_str_addf(&s, "cell of %llu pages:", (unsigned long long)counts.npages);
		for (int i = 0; i < PT_NROWS; i++)
			if (pt_counts_of(&counts, i))
				pt_str_addf(&s, " %s %llu", pt_rows[i].label,
					    (unsigned long long)pt_counts_of(&counts, i));
		pt_str_adds(&s, " · ");
	}
	pt_explain_line(sc->img, vma, v->vpn, &s);
	pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_PLAIN, s.s);
	pt_str_done(&s);
}

/* Cells in a line: a multiple of 16, so that the addresses of the lines are round. */
static int columns_of(const struct pt_canvas *c)
{
	int cols = c->w - PT_MAP_ADDR_W;

	if (cols >= 16)
		return cols / 16 * 16;
	return cols > 1 ? cols : 1;
}

/* The rows between title and status line; returns how many of them the legend gets. */
static int lay_out(struct pt_map_view *v, const struct pt_canvas *c, const struct pt_map_legend *l)
{
	int legend = pt_legend_rows(l, &v->legend, c->w),
	    most = c->h / 4 < LEGEND_MAX ? c->h / 4 : LEGEND_MAX;

	legend = legend < most ? legend : most;
	/* Where there is room: minimap, border */
	v->first_y = 1 + (c->h > 4) + (v->whole && c->h > 6);
	v->rows = c->h - v->first_y - legend - 1;
	if (v->rows < 1)
		v->rows = 1;
	v->cols = columns_of(c);
	return legend;
}

static void draw_cells(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	if (v->first_y > 1)
		pt_minimap_row(sc, v->vpn, v->zoom, c, 1);
	if (v->first_y > 2)
		pt_map_draw_border(sc, c, 2, pt_map_hold(sc, &v->vpn), true);
	if (v->whole)
		pt_whole_draw(v, sc, c, v->first_y);
	else
		pt_lines_draw(v, sc, c, v->first_y);
	if (c->cursor_y >= v->first_y)
		v->cursor_row = c->cursor_y - v->first_y;
}

void pt_map_draw(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	const struct pt_vma *vma = pt_map_current(v, sc);
	struct pt_map_legend legend;
	int rows;

	if (!vma)
		return;
	pt_legend_count(sc, v->whole ? NULL : vma, &legend);
	rows = lay_out(v, c, &legend);
	if (v->whole)
		v->zoom = pt_whole_zoom(sc, v->cols, v->rows);
	draw_cells(v, sc, c);
	for (int y = 0; y < v->rows; y++)
		pt_canvas_hit(c, PT_MAP_ADDR_W, v->first_y + y, v->cols, PT_HIT_CELLS, 0);
	pt_legend_draw(&legend, &v->legend, c, c->h - 1 - rows, rows);
	draw_status(v, sc, vma, c, c->h - 1);
	pt_map_draw_title(sc, v->whole ? NULL : vma, c);
}
