/*
 * A list as it is to be shown: which of its rows, in which order, and for a tree how they hang
 * together.
 *
 *	table   0 1 2 3 4 5      rows as the scanner gave them
 *	order   4 1 3            only those that are meant, sorted
 */
#ifndef PAGETOP_MODEL_ORDER_H
#define PAGETOP_MODEL_ORDER_H

#include "pagetop/model/headings.h"
#include "pagetop/model/list_filter.h"

/* What a person wants of a list. */
struct pt_shape {
	enum pt_list_id list;
	int heading;			/* sorted by, enum pt_heading; its own order first */
	bool invert;
	bool tree;			/* children below their parent */
	bool follow;			/* the row of the cursor stays where it is on the screen */
	struct pt_list_filter filter;
	struct pt_columns columns;
	unsigned version;		/* counts what changes the order */
};

struct pt_order_row {
	uint32_t row;			/* of the table, or the number of the mapping */
	uint8_t depth;			/* in the tree */
	uint64_t open;			/* bit d: at depth d others of the same
					   parent follow below */
};

struct pt_order {
	struct pt_order_row *r;
	size_t n, cap;
	size_t nopen;			/* rows of which it is not known whether they are meant;
					   they are not shown */
	bool too_long;			/* the pattern was; nothing more was looked at */
	const void *of;			/* of what it was made: the data, the caller's number of
					   it, and the shape's */
	uint64_t of_version;
	unsigned shape_version;
};

enum { PT_TREE_DEPTH = 60 };

/* As the list is where nobody asked for anything. */
struct pt_shape pt_shape_default(enum pt_list_id list);

/* What is read only for its filter, its columns and what it is sorted by: PT_NEED_*. */
unsigned pt_shape_needs(const struct pt_shape *shape);

/*
 * Makes it anew if the data or the shape have another version than before. 0 or -ENOMEM: as many
 * rows as there was room for.
 */
int pt_order_processes(struct pt_order *o, const struct pt_shape *shape, const struct pt_table *t,
		       uint64_t version);

/* `name` appends what people see as the name of a mapping. */
int pt_order_mappings(struct pt_order *o, const struct pt_shape *shape, const struct pt_image *img,
		      uint64_t version,
		      void (*name)(const void *arg, const struct pt_vma *vma, struct pt_str *out),
		      const void *arg);

void pt_order_done(struct pt_order *o);

/* Where the row is shown, or o->n. */
size_t pt_order_find(const struct pt_order *o, size_t row);

/*
 * The next heading to the left (-1) or right that can be sorted by, among these, none: of all that
 * are shown by default.
 */
int pt_shape_next(const struct pt_shape *shape, const struct pt_columns *shown, int step);

#endif
