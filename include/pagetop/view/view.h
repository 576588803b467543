/*
 * What all views share. A view is a struct of its own for where it stands, and functions that
 * draw a scene into a canvas and move in it. Views read nothing but the scene, and do no I/O.
 */
#ifndef PAGETOP_VIEW_VIEW_H
#define PAGETOP_VIEW_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/model/image.h"
#include "pagetop/model/matches.h"
#include "pagetop/model/note.h"
#include "pagetop/model/sharers.h"
#include "pagetop/model/table.h"
#include "pagetop/view/canvas.h"

/* All that is known at this moment. Everything is borrowed and constant; what is NULL is not there yet. */
struct pt_scene {
	const char *host;
	const char *machine;		/* kernel and memory */
	const struct pt_table *table;
	const char *only;		/* the table shows the processes of this name (raw); or NULL */
	const struct pt_image *img;	/* the process that was entered */
	const struct pt_matches *matches;	/* pages of it that are meant by `filter`, its words; NULL: all */
	const char *filter;
	pid_t pid;			/* the same, also while there is no image of it */
	const struct pt_image *page;	/* the page that was entered, with every bit */
	const struct pt_who *who;	/* who maps the frame that was asked for last */
	size_t who_done, who_all;	/* while that is looked for: processes read, of all */
	const struct pt_note *notes;	/* what ranges of img are expected to be */
	size_t nnotes;
	enum pt_lens_id lens;		/* chosen for the lists; an image has its own */
	uint64_t now_ns;		/* CLOCK_MONOTONIC */
	uint64_t interval_ns;		/* time between scans */
	uint64_t asked_ns;		/* the same as it was asked for; scans that cost more than `share` come later */
	double share;			/* of one core, that scans may take */
	const char *moment;		/* what is shown is of a file, or was a moment ago: which; or NULL */
	const char *since;		/* what the change lens compares with, if not the moment when it was chosen */
	const char *stale;		/* why what is shown is no longer live: a sentence; or NULL */
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

/* Over bars: PAGES, or another lens's name. */
void pt_draw_lens_title(struct pt_canvas *c, int x, int y, int w, enum pt_lens_id lens);

/* A range of pages as one cell. */
void pt_draw_counts(struct pt_canvas *c, int x, int y, const struct pt_counts *counts);

/* "2.1G"; "≥2.1G" where part of it is unknown, "?" where all of it is. */
enum { PT_SUM_WIDTH = 6 };
void pt_draw_sum(struct pt_canvas *c, int x, int y, pt_style style, enum pt_column col,
		 const struct pt_sum *sum);

/* Which columns fit into `w` columns of the screen, 7 each, the most important first. */
unsigned pt_columns_fit(enum pt_list_id list, int w);

/* Titles of, or sums in, the columns `set`; returns the x behind them. */
int pt_draw_titles(struct pt_canvas *c, int x, int y, unsigned set);
int pt_draw_sums(struct pt_canvas *c, int x, int y, pt_style style, unsigned set,
		 const struct pt_sum sum[static PT_NCOLS]);

/*
 * The first row: the title, and at the right end what the scan costs and how old the data is,
 * less of it where the title
 * is long, and only the age on a narrow screen. mono_ns 0: there is no data yet.
 */
void pt_draw_top(const struct pt_scene *sc, struct pt_canvas *c, const char *title,
		 uint64_t cost_ns, uint64_t mono_ns);

/* " db1 ▸ 4242 redis-server", to which the view adds where in it one is. */
void pt_title_process(const struct pt_scene *sc, struct pt_str *out);

/* The rest of the row from x on: `text`, the first `xscroll` columns left out. Returns its end. */
int pt_draw_scrolled(struct pt_canvas *c, int x, int y, pt_style style, const char *text,
		      int xscroll);

/* A few lines of orientation in an empty view. */
void pt_draw_waiting(struct pt_canvas *c, int y, const char *what);

/* A text in lines of at most `w` columns, from row y on; returns the row behind it. */
int pt_draw_wrapped(struct pt_canvas *c, int x, int y, int w, pt_style style, const char *text);

/* The name of a mapping for people, escaped; [anonymous] if it has none. */
void pt_vma_name(const struct pt_vma *vma, struct pt_str *out);

/* The same with the note on it, if there is one. */
void pt_vma_text(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_str *out);

#endif
