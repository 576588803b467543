/*
 * What all views share. A view is a struct of its own for where it stands, and functions that
 * draw a scene into a canvas and move in it. Views read nothing but the scene, and do no I/O.
 */
#ifndef PAGETOP_VIEW_VIEW_H
#define PAGETOP_VIEW_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/model/fresh.h"
#include "pagetop/model/image.h"
#include "pagetop/model/matches.h"
#include "pagetop/model/note.h"
#include "pagetop/model/order.h"
#include "pagetop/model/sharers.h"
#include "pagetop/model/table.h"
#include "pagetop/view/canvas.h"

/* What a view is, one bit each: in views.def, and in keys.def for where a key is valid. */
enum {
	PT_WHERE_LEVEL = 1,	/* the others lie over one */
	PT_WHERE_BOTTOM = 2,	/* the first level: behind it the program ends */
	PT_WHERE_ABOVE = 4,	/* any other view */
	PT_WHERE_LISTS = 8,	/* rows with columns */
	PT_WHERE_TREES = 16,	/* rows that can hang below each other */
	PT_WHERE_IMAGE = 32,	/* of one process, all of it at one moment */
	PT_WHERE_CELLS = 64,	/* its pages, in one of several forms */
	PT_WHERE_PAGE = 128,	/* one page of it */
	PT_WHERE_TEXTS = 256,	/* to be read */
	PT_WHERE_COLS = 512,
	PT_WHERE_SETTINGS = 1024,
	PT_WHERE_ALL = 2047,
	PT_WHERE_PROCESS = PT_WHERE_IMAGE | PT_WHERE_PAGE,	/* one process was entered */
};

/* Views, in the order of views.def: levels first, from the outside in. */
enum pt_view_id {
#define VIEW(id, ...) PT_VIEW_##id,
#include "pagetop/view/views.def"
#undef VIEW
	PT_NVIEWS
};

struct pt_view_class;		/* see desk.h */

struct pt_view_row {
	const char *id;		/* as in views.def */
	const struct pt_view_class *class;
	unsigned where;		/* PT_WHERE_* */
	const char *name, *reading, *shows, *next;	/* what it says of itself */
};

extern const struct pt_view_row pt_views[PT_NVIEWS];

/* The view of this id; NULL: there is none. */
const struct pt_view_row *pt_view_named(const char *id);

struct pt_keys;

/*
 * All that is known at this moment. Everything is borrowed and constant; what is NULL
 * is not there yet.
 */
struct pt_scene {
	const char *host;
	const char *machine;		/* kernel and memory */
	uint64_t version;		/* another one whenever table or img are others */
	const struct pt_table *table;
	const struct pt_image *img;	/* the process that was entered */
	const struct pt_fresh *fresh[2];	/* what changed since the scan before img; since
						   the one before that */
	const struct pt_matches *matches;	/* pages of it that are meant by `filter`, its
						   words; NULL: all */
	const char *filter;
	/* Adds the text with keys in place of {command}, which `bound` tells; NULL: as it is */
	void (*keys)(const struct pt_keys *bound, const char *text, struct pt_str *out);
	const struct pt_keys *bound;
	pid_t pid;			/* the same, also while there is no image of it */
	const struct pt_image *page;	/* the page that was entered, with every bit */
	const struct pt_who *who;	/* who maps the frame that was asked for last */
	size_t who_done, who_all;	/* while that is looked for: processes read, of all */
	const struct pt_note *notes;	/* what ranges of img are expected to be */
	size_t nnotes;
	enum pt_lens_id lens;		/* chosen for the lists; an image has its own */
	uint64_t now_ns;		/* CLOCK_MONOTONIC */
	uint64_t interval_ns;		/* time between scans */
	uint64_t asked_ns;		/* the same as it was asked for; scans that cost more
					   than `share` come later */
	double share;			/* of one core, that scans may take */
	const char *moment;		/* what is shown is of a file, or was a moment
					   ago: which; or NULL */
	const char *since;		/* what the change lens compares with, if not the moment
					   when it was chosen */
	const char *stale;		/* why what is shown is no longer live: a
					   sentence; or NULL */
};

enum pt_move {
	PT_MOVE_UP, PT_MOVE_DOWN, PT_MOVE_LEFT, PT_MOVE_RIGHT, PT_MOVE_PGUP, PT_MOVE_PGDN,
	PT_MOVE_HOME, PT_MOVE_END, PT_MOVE_ZOOM_IN, PT_MOVE_ZOOM_OUT, PT_MOVE_FIT,
};

/* A list of rows with a cursor. */
struct pt_list {
	size_t cur, top;
	int rows;		/* rows on the screen, as last drawn */
	int xscroll;		/* columns by which the text column is scrolled */
};

void pt_list_move(struct pt_list *l, size_t n, enum pt_move move);

/* Before drawing: keeps cursor and top inside `n` rows and the cursor on the screen. */
void pt_list_fit(struct pt_list *l, size_t n, int rows);

/* The sign of a page in this row of a lens on the screen: in capitals if huge. */
uint32_t pt_sign(int row, uint8_t over);
pt_style pt_page_style(int row, uint8_t over);

/* The row of the slot is the one under the cursor: marks it, and what is drawn in it later. */
void pt_draw_cursor(struct pt_slot *s);

/* Over bars: PAGES, or another lens's name. */
void pt_draw_lens_title(struct pt_canvas *c, int x, int y, int w, enum pt_lens_id lens);

/*
 * A range of pages as one cell. Of what is worth seeing (swapped, cow, …) one page is enough to
 * give the cell its sign; the share of pages that the sign stands for decides how faint it is.
 * `marks` of a style are added.
 */
void pt_draw_counts(struct pt_canvas *c, int x, int y, const struct pt_counts *counts,
		    pt_style marks);

/*
 * The page of the mapping where its part `at` of `nparts` begins; `up`: where part `at` - 1 ends.
 * Of pages wider than a part, all parts show them.
 */
uint64_t pt_vma_part(const struct pt_vma *vma, uint64_t at, uint64_t nparts, bool up);

/* PT_STYLE_FLASH or PT_STYLE_FADE, if any of these pages changed lately; or 0. */
pt_style pt_fresh_mark(const struct pt_scene *sc, uint64_t lo_vpn, uint64_t hi_vpn);

/*
 * One value of a graph as ▁▂▃…█ of the largest; any at all is an eighth of a cell at least,
 * none is a blank.
 */
uint32_t pt_graph_cell(double value, double max);

/* "2.1G"; "≥2.1G" where part of it is unknown, "?" where all of it is. */
enum { PT_SUM_WIDTH = 6, PT_SUM_LEN = 24 };
void pt_sum_text(enum pt_column col, const struct pt_sum *sum, char ret[static PT_SUM_LEN]);
void pt_draw_sum(const struct pt_slot *s, enum pt_column col, const struct pt_sum *sum);

/*
 * The first row: the title, and at the right end what the scan costs and how old the data is,
 * less of it where the title
 * is long, and only the age on a narrow screen. mono_ns 0: there is no data yet.
 */
void pt_draw_top(const struct pt_scene *sc, struct pt_canvas *c, const char *title,
		 uint64_t cost_ns, uint64_t mono_ns);

/* " db1 ▸ 4242 redis-server", to which the view adds where in it one is. */
void pt_title_process(const struct pt_scene *sc, struct pt_str *out);

/* The text without its first `xscroll` columns. Returns its end. */
int pt_draw_scrolled(const struct pt_slot *s, const char *text, int xscroll);

/* Adds a text with its {command}s as the keys that run them. */
void pt_keys_in(const struct pt_scene *sc, const char *text, struct pt_str *out);

/*
 * A text that may begin with a path of `path_len` bytes; where it does not fit the path loses
 * folders, from the left: "…/libc.so.6". Returns its end.
 */
int pt_draw_path(const struct pt_slot *s, const char *text, size_t path_len);

/* In place of the last line: "▾ 12 more lines: PgDn". */
void pt_draw_more(const struct pt_scene *sc, int nlines, struct pt_canvas *c);

/*
 * In an empty view: what is being read, what one will see, which keys help; or only `instead`, why
 * there is nothing to see, if it is not NULL.
 */
void pt_draw_waiting(const struct pt_scene *sc, struct pt_canvas *c, int y, enum pt_view_id view,
		     const char *instead);

/* A text in lines as wide as the slot, which is the first of them; returns the row behind it. */
int pt_draw_wrapped(const struct pt_slot *s, const char *text);

/* The name of a mapping for people, escaped; [anonymous] if it has none. */
void pt_vma_name(const struct pt_vma *vma, struct pt_str *out);

/* The same with the note on it, if there is one. */
void pt_vma_text(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_str *out);

#endif
