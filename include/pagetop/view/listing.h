/*
 * A list: rows in an order, with columns, a filter and a cursor. What the rows are, is the class's.
 *
 *	class ── make ──▶ order ── find ──▶ cursor		the cursor is on a thing, not on a row: it
 *	                    └──── columns ──▶ screen		stays there when the order changes
 */
#ifndef PAGETOP_VIEW_LISTING_H
#define PAGETOP_VIEW_LISTING_H

#include "pagetop/view/list_view.h"

struct pt_listing_class;

struct pt_listing {
	const struct pt_listing_class *class;
	struct pt_list list;
	struct pt_shape shape;
	struct pt_order order;		/* which rows are shown, of the scene */
	struct pt_columns shown;	/* as last drawn */
};

/* A view's struct begins with its struct pt_listing, which these get; `i`: a row of the order. */
struct pt_listing_class {
	enum pt_list_id id;
	const char *what;		/* "processes" */
	int x;				/* where the first column begins */
	enum pt_hit_kind hit;		/* a row, for a click; its arg is the row's key */
	/* The order; how many rows it has */
	size_t (*make)(struct pt_listing *r, const struct pt_scene *sc);
	/* Where the cursor is by now */
	size_t (*find)(const struct pt_listing *r, const struct pt_scene *sc);
	/* The cursor, on what is there */
	void (*put)(struct pt_listing *r, const struct pt_scene *sc, size_t i);
	uint64_t (*key)(const struct pt_listing *r, const struct pt_scene *sc, size_t i);
	void (*name)(const struct pt_listing *r, const struct pt_scene *sc, size_t i,
		     struct pt_str *out);
	void (*lay_out)(struct pt_layout *l);	/* the columns, where nobody chose any */
	/* For pt_heading_row.value */
	const void *(*row)(const struct pt_listing *r, const struct pt_scene *sc, size_t i);
	/* What is no plain value: a sum, a bar, a name. */
	void (*draw)(const struct pt_slot *s, const struct pt_listing *r, const struct pt_scene *sc,
		     size_t i, int heading);
};

void pt_listing_init(struct pt_listing *r, const struct pt_listing_class *class);
void pt_listing_done(struct pt_listing *r);

/* Puts the cursor where it belongs by now. False: there are no rows. */
bool pt_listing_current(struct pt_listing *r, const struct pt_scene *sc);
void pt_listing_move(struct pt_listing *r, const struct pt_scene *sc, enum pt_move move);

/* The cursor goes to the row with this key. True: it was there already. */
bool pt_listing_click(struct pt_listing *r, const struct pt_scene *sc, uint64_t key);

/* Which columns there are room for, from now on. */
struct pt_layout pt_listing_layout(struct pt_listing *r, const struct pt_canvas *c);

/* One row; the slot is all of its line. */
void pt_listing_draw(const struct pt_listing *r, const struct pt_scene *sc,
		     const struct pt_layout *l, size_t i, struct pt_slot s);

/* A name that may begin with a path of `path_len` bytes, scrolled where it stands last. Its end. */
int pt_listing_draw_name(const struct pt_slot *s, const struct pt_listing *r, const char *name,
			 size_t path_len);

#endif
