/*
 * The columns of lists, on the screen and in the rows of batch commands: one row of headings.def
 * each, sums among them.
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
#define VALUE HEADING
#include "pagetop/model/headings.def"
#undef VALUE
#undef SUMS
#undef HEADING
	PT_NHEADINGS
};

enum pt_heading_kind {
	PT_IS_SUM,		/* see columns.h */
	PT_IS_PID,		/* there is no 0: it means none, or that it is not known */
	PT_IS_NUMBER,
	PT_IS_BYTES,		/* to people 1.2M */
	PT_IS_ADDRESS,		/* hexadecimal */
	PT_IS_RANGE,		/* of addresses; to programs its beginning */
	PT_IS_RATE,		/* a second; negative: not known yet, NAN: nor will it be */
	PT_IS_TEXT,
	PT_IS_NAME,		/* a text; on the screen the list knows more of it, and draws it */
	PT_IS_BAR,		/* nothing but drawn */
};

/* What a row of a list tells under a heading. What is left out is known, and 0 or NULL. */
struct pt_value {
	uint64_t n, end;	/* end: of a range */
	double rate;
	const char *text;	/* escaped; NULL: none */
	size_t len;		/* of a raw text: bytes as they came */
	bool raw;
	bool unknown, none;	/* to programs: not known; this row has no such value */
};

/* Whether there is nothing to show, and the row comes last, whichever way they are sorted. */
bool pt_value_is_open(const struct pt_value *v, enum pt_heading_kind kind);

/* Where it stands in the rows of batch commands. */
enum pt_rows_place { PT_ROWS_NOT, PT_ROWS_FIRST, PT_ROWS_BEHIND, PT_ROWS_MORE, PT_ROWS_LAST };

enum pt_heading_order { PT_ORDER_LOW, PT_ORDER_HIGH, PT_ORDER_TEXT, PT_ORDER_NOT };

struct pt_heading_row {
	const char *name, *title;
	uint8_t lists;			/* 1 << enum pt_list_id */
	uint8_t w;			/* columns of the screen; 0: the rest of the row */
	uint8_t kind;			/* enum pt_heading_kind */
	bool right;			/* ends at the right */
	uint8_t order;			/* enum pt_heading_order */
	uint8_t list, place;		/* of batch rows: enum pt_list_id, enum pt_rows_place */
	unsigned needs;			/* PT_NEED_* */
	struct pt_value (*value)(const void *row);	/* a pt_process, pt_vma;
							   NULL: it is a sum */
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
int pt_columns_parse(const char *text, enum pt_list_id list, struct pt_columns *ret,
		     struct pt_str *why);
void pt_columns_text(const struct pt_columns *c, struct pt_str *out);

/*
 * The heading of this list by its name that can be sorted by; or -EINVAL and in `why` a sentence.
 */
int pt_heading_parse(const char *text, enum pt_list_id list, struct pt_str *why);

#endif
