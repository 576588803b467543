/*
 * A screen in memory: cells with a character and a style. Views draw here and nowhere else.
 *
 * A style is a role (what it is, roles.def) and marks that lie over it. A character of two
 * columns takes two cells, the second with ch 0. Combining marks are in the cell of their
 * character.
 */
#ifndef PAGETOP_VIEW_CANVAS_H
#define PAGETOP_VIEW_CANVAS_H

#include <stddef.h>
#include <stdint.h>
#include "pagetop/base/text.h"
#include "pagetop/model/lens.h"

typedef uint16_t pt_style;

enum {
	PT_STYLE_ROLE = 0x3f,		/* mask: enum pt_role */
	PT_STYLE_HUGE = 1 << 6,		/* a solid block of its colour */
	PT_STYLE_LARGE = 1 << 7,	/* bold */
	PT_STYLE_LOCKED = 1 << 8,	/* underlined, on a tint */
	PT_STYLE_MIXED = 1 << 9,	/* a cell that stands for pages of several states: faint */
	PT_STYLE_CURSOR = 1 << 10,
	PT_STYLE_FEW = 1 << 11,		/* mixed, and the sign is of less than half
					   of them: fainter */
	PT_STYLE_FLASH = 1 << 12,	/* changed since the scan before */
	PT_STYLE_FADE = 1 << 13,	/* changed since the one before that */
};

struct pt_cell {
	uint32_t ch;
	pt_style style;
	uint32_t mark[PT_MARKS];	/* over it; from the first 0 on there are none */
};

/* What can be clicked on, and which of its kind. */
enum pt_hit_kind {
	PT_HIT_KEY,		/* arg: the key that is pressed */
	PT_HIT_PROCESS,		/* its pid */
	PT_HIT_MAPPING,		/* its address */
	PT_HIT_CELLS,		/* a row of cells of the page map */
	PT_HIT_PLACE,		/* a cell of the minimap: its first page */
	PT_HIT_PAGE,		/* a line of the list of pages: its first page */
	PT_HIT_SETTING,		/* its row */
	PT_HIT_TITLE,		/* of a column: enum pt_heading */
	PT_HIT_COLUMN,		/* its row in the list of columns */
	PT_HIT_LEGEND,		/* a row of a lens; or PT_NROWS and the number of an overlay */
	PT_NHITS
};

struct pt_hit {
	int x, y, w;
	enum pt_hit_kind what;
	uint64_t arg;
};

struct pt_canvas {
	int w, h;
	struct pt_cell *cell;		/* row by row */
	int cursor_x, cursor_y;		/* where the terminal's cursor is to be; -1: hidden */
	struct pt_hit *hit;		/* what was drawn to be clicked on */
	size_t nhits, hit_cap;
};

/* Columns and rows that are drawn: no screen has more, and more than 32,767 crash curses */
enum { PT_MAX_SIDE = 1000 };

/* "80x24" at the beginning of a text, each 1 to 1000; the length of it, 0 if it is none. */
int pt_canvas_size(const char *text, int *ret_w, int *ret_h);

/* 0 or -ENOMEM (then nothing has changed). The canvas is blank afterwards. */
int pt_canvas_resize(struct pt_canvas *c, int w, int h);
void pt_canvas_done(struct pt_canvas *c);
void pt_canvas_clear(struct pt_canvas *c);

/* Outside the canvas nothing is drawn. */
void pt_canvas_put(struct pt_canvas *c, int x, int y, uint32_t ch, pt_style style);

/* Marks the cell, and puts the terminal's cursor there. */
void pt_canvas_cursor(struct pt_canvas *c, int x, int y);

/*
 * `w` cells are something to click on; where two lie over each other, the later one. Without
 * memory they are not.
 */
void pt_canvas_hit(struct pt_canvas *c, int x, int y, int w, enum pt_hit_kind what, uint64_t arg);
/* NULL: nothing there */
const struct pt_hit *pt_canvas_hit_at(const struct pt_canvas *c, int x, int y);

/*
 * UTF-8 text from x on, in at most `w` columns; cut short it ends in an ellipsis. Text from
 * outside must have been through pt_escape(). Returns the first column behind it.
 */
int pt_canvas_text(struct pt_canvas *c, int x, int y, int w, pt_style style, const char *text);
int pt_canvas_textf(struct pt_canvas *c, int x, int y, int w, pt_style style, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/* A piece of a row: `w` columns from x on, and the style for what is drawn there. */
struct pt_slot {
	struct pt_canvas *c;
	int x, y, w;
	pt_style style;
};

/* Text at its beginning, or at its end; returns the first column behind it. */
int pt_slot_text(const struct pt_slot *s, const char *text);
void pt_slot_right(const struct pt_slot *s, const char *text);

/* Give every cell of the row this style. */
void pt_canvas_row_style(struct pt_canvas *c, int y, pt_style style);

/* Rows of text, blanks at the end of a row cut. */
void pt_canvas_print(const struct pt_canvas *c, struct pt_str *out);

/* Rows of letters, one letter a style, and below what each stands for. '.' is plain. */
void pt_canvas_print_styles(const struct pt_canvas *c, struct pt_str *out);

#endif
