/*
 * What the files of the page map share. Pages are laid out as cells in one of two ways:
 *
 *	map_lines.c	── 55d0c4100000 rw-p 2.0M [heap] ──────────	a border above each mapping
 *			55d0c4100000 pppppppppccccccccccccccccc.....	and lines of its own
 *
 *	map_whole.c	55d0c2a00000 │hhhh.┊ppcc.s┊hh│w┊hhhhh│i│.┊p	all of the process: mappings follow
 *			7f12001ff000 CCCCC│.┊mm				each other, │ or, above a gap, ┊ before each
 */
#ifndef PAGETOP_VIEW_MAP_PARTS_H
#define PAGETOP_VIEW_MAP_PARTS_H

#include "pagetop/view/legend.h"

struct pt_map_view {
	uint64_t vpn;		/* the cursor: one page, whatever the zoom */
	uint64_t zoom;		/* pages in a cell, a power of two */
	uint64_t top_vpn;	/* first line on the screen: the line of this page … */
	bool top_border;	/* … or the border above it */
	bool whole;		/* the process is fitted to the screen */
	uint64_t top_line;	/* the first line on the screen then */
	int cols, rows;		/* cells in a line and lines, as last drawn */
	int cursor_row;		/* the cursor's line on the screen */
	int first_y;		/* the screen's row of the first line */
	struct pt_legend legend;
};

#define PT_MAP_VIEW_INIT { .zoom = 1, .cols = 64, .rows = 16 }

/* The address before a line; the largest zoom */
enum { PT_MAP_ADDR_W = 13, PT_MAP_ZOOM_SHIFT = 36 };

static inline const struct pt_vma *pt_map_vma(const struct pt_scene *sc, size_t i)
{
	return &sc->img->vmas.v[i];
}

static inline uint64_t pt_map_npages(const struct pt_vma *vma)
{
	return pt_vma_end_vpn(vma) - pt_vma_vpn(vma);
}

/* What the cell that holds the page stands for. */
void pt_map_cell(const struct pt_map_view *v, const struct pt_image *img, const struct pt_vma *vma,
		 uint64_t vpn, struct pt_counts *ret);

/* One cell, the slot, of which `vpn` is a page, with the cursor if it is there. */
void pt_map_draw_cell(const struct pt_map_view *v, const struct pt_scene *sc,
		      const struct pt_vma *vma, uint64_t vpn, const struct pt_slot *s);

/* The address of the page, in less than PT_MAP_ADDR_W columns. */
void pt_map_add_address(uint64_t vpn, struct pt_str *out);
void pt_map_draw_address(struct pt_canvas *c, int x, int y, pt_style style, uint64_t vpn);

/* The border above the i-th mapping: the gap below it, its range and its name. */
void pt_map_draw_border(const struct pt_scene *sc, struct pt_canvas *c, int y, size_t i,
			bool current);

/* First row: the process, and the mapping or (NULL) all of them. */
void pt_map_draw_title(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_canvas *c);

/* ---- map_cursor.c: where one is */

/*
 * The mapping that holds the page, or the nearest one, to which the page is then moved.
 * There must be one.
 */
size_t pt_map_hold(const struct pt_scene *sc, uint64_t *vpn);

/* To the end of the mapping that holds *vpn, or, if it is there already, of the process. */
void pt_map_to_end(const struct pt_scene *sc, uint64_t *vpn, bool forward);

/* To the next or the last cell, over borders too. */
void pt_map_step_cell(struct pt_map_view *v, const struct pt_scene *sc, bool forward);

/* To the page `vpn`, its line in the middle of the screen. */
void pt_map_go(struct pt_map_view *v, const struct pt_scene *sc, uint64_t vpn);

/* The same, but where its line is on the screen already nothing moves. */
void pt_map_show(struct pt_map_view *v, const struct pt_scene *sc, uint64_t vpn);

/* The mapping under the cursor; NULL if there are none. */
const struct pt_vma *pt_map_current(struct pt_map_view *v, const struct pt_scene *sc);

/* ---- map_lines.c */

/* At which the mapping fits */
uint64_t pt_lines_zoom(const struct pt_map_view *v, const struct pt_vma *vma);
void pt_lines_step(struct pt_map_view *v, const struct pt_scene *sc, bool down);
/* Lines above it */
void pt_lines_put_cursor(struct pt_map_view *v, const struct pt_scene *sc, int above);
void pt_lines_draw(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c, int y);
/* The cursor is on the screen */
bool pt_lines_show(const struct pt_map_view *v, const struct pt_scene *sc);
bool pt_lines_hit(const struct pt_map_view *v, const struct pt_scene *sc, int col, int row,
		  uint64_t *ret_vpn);

/* ---- map_whole.c */

/* At which all fit, if they can */
uint64_t pt_whole_zoom(const struct pt_scene *sc, int cols, int rows);
/* Lines; negative: up */
void pt_whole_step(struct pt_map_view *v, const struct pt_scene *sc, int down);
void pt_whole_draw(struct pt_map_view *v, const struct pt_scene *sc, struct pt_canvas *c, int y);
bool pt_whole_hit(const struct pt_map_view *v, const struct pt_scene *sc, int col, int row,
		  uint64_t *ret_vpn);

/* ---- map_legend.c: how many pages there are of each row */

struct pt_map_legend {
	struct pt_counts counts;
	char note[128];		/* of this lens; or "" */
	char filter[384];	/* what it means here; "": there is none */
};

/* Of one mapping, or (NULL) of all, exactly. */
void pt_legend_count(const struct pt_scene *sc, const struct pt_vma *vma,
		     struct pt_map_legend *ret);

/*
 * The rows it takes in a width; and in how many it is drawn, from y on. Its pieces
 * go into `pieces`.
 */
int pt_legend_rows(const struct pt_map_legend *l, struct pt_legend *pieces, int w);
void pt_legend_draw(const struct pt_map_legend *l, struct pt_legend *pieces, struct pt_canvas *c,
		    int y, int rows);

#endif
