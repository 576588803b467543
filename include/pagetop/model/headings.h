/*
 * The columns of lists on the screen: one row of headings.def each, sums among them.
 */
#ifndef PAGETOP_MODEL_HEADINGS_H
#define PAGETOP_MODEL_HEADINGS_H

#include <stdbool.h>
#include "pagetop/base/str.h"
#include "pagetop/model/columns.h"

/* In the order of the screen. Sums are PT_HEADING_RSS …, the others PT_HEADING_PID …. */
enum pt_heading {
#define HEADING(id, ...) PT_HEADING_##id,
#define SUMS HEADING
#include "pagetop/model/headings.def"
#undef SUMS
#undef HEADING
	PT_NHEADINGS
};

enum pt_heading_order { PT_ORDER_LOW, PT_ORDER_HIGH, PT_ORDER_TEXT, PT_ORDER_NOT };

struct pt_heading_row {
	const char *name, *title;
	uint8_t lists;			/* 1 << enum pt_list_id */
	uint8_t w;			/* columns of the screen; 0: the rest of the row */
	bool right;			/* ends at the right */
	bool shown;			/* where nobody chose columns and the screen is wide enough */
	uint8_t order;			/* enum pt_heading_order */
	const char *text;
};

extern const struct pt_heading_row pt_headings[PT_NHEADINGS];

/* Which sum it is, or -1. */
int pt_heading_sum(int heading);

/* The columns of a list that somebody chose, in their order; none: as many as there is room for. */
struct pt_columns {
	uint8_t heading[PT_NHEADINGS];
	int n;
};

bool pt_columns_has(const struct pt_columns *c, int heading);

/* "pid,rss,cow,command"; "": none. 0; or -EINVAL and in `why` a sentence. */
int pt_columns_parse(const char *text, enum pt_list_id list, struct pt_columns *ret, struct pt_str *why);
void pt_columns_text(const struct pt_columns *c, struct pt_str *out);

/* The heading of this list by its name that can be sorted by; or -EINVAL and in `why` a sentence. */
int pt_heading_parse(const char *text, enum pt_list_id list, struct pt_str *why);

#endif
