/*
 * Rows of output for batch commands, in three formats that hold the same values.
 *
 *	struct pt_rows r;
 *	pt_rows_begin(&r, format, columns, 2, &head, &out);
 *	for (...) {
 *		pt_row_u64(&r, pid);		// exactly one value a column, in their order
 *		pt_row_text(&r, name, len);
 *		pt_row_end(&r);			// here `out` may be written somewhere, and reset
 *	}
 *	pt_rows_end(&r);			// always: gives memory back
 *	if (out.err) ...			// one check at the end is enough
 *
 *	value		JSON		CSV		table
 *	u64, i64	1234		1234		1234
 *	real		0.1		0.1		0.1 (6 digits; the others: all there are)
 *	hex		"0x1f"		0x1f		0x1f
 *	bool		true		true		yes
 *	text		"a\\x1B"	a\x1B		a\x1B
 *	pairs		{"a": 1}	a=1		a=1 (more: a=1 b=2)
 *	names		["a", "b"]	a b		a b
 *	null		null		nothing		?	not known: never 0, never ""
 *	none		null		nothing		blank	this row has no such value
 *
 * Text from outside goes through pt_escape() first, then through the quotes of its format, so it
 * can be turned back from each of them. CSV quotes as RFC 4180 says, and also text with a blank at
 * either end, and empty text (""), which so differs from null; a line ends in "\n". Before text,
 * pairs or names that begin with = + - or @, which spreadsheets would work out, it has a '; so it
 * has where they begin with ' and one of these. A table truncates nothing: what is too wide moves
 * its neighbours until a column catches up.
 *
 * When memory runs out `out->err` says so, as for any string. A row with too few or too many values
 * is a mistake of the caller: `out->err` becomes -EINVAL, and nothing more is added.
 */
#ifndef PAGETOP_BASE_ROWS_H
#define PAGETOP_BASE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "pagetop/base/str.h"

enum pt_rows_format { PT_ROWS_TABLE, PT_ROWS_JSON, PT_ROWS_CSV };

struct pt_rows_column {
	const char *name;	/* a plain word: key in JSON, heading in CSV, in capitals a title */
	int width;		/* in a table: columns of the screen, at least; so is its title */
	bool right;		/* in a table: aligned to the right */
};

/* What JSON says before the rows; the other formats leave it out. */
struct pt_rows_head {
	const char *kind;		/* of the rows: "maps" */
	struct timespec when;		/* by CLOCK_REALTIME */
	const char *machine;		/* escaped already; NULL: not known */
	const char *const *got;		/* the sources that answered */
	size_t ngot;
};

struct pt_rows {
	enum pt_rows_format format;
	const struct pt_rows_column *column;
	size_t ncolumns;
	struct pt_str *out;
	/* the rest is private */
	struct pt_str cell;	/* the value under way */
	size_t at;		/* the column whose value comes next */
	bool any_row, any_key;	/* JSON: a comma is due before the next */
	int x, start;		/* table: where the line ends so far; where the
				   next column starts */
};

struct pt_rows_pair {
	const char *name;	/* went through pt_escape() before, where it is from outside */
	uint64_t value;
};

/* `column` and `out` are the caller's, and are used until pt_rows_end(); `head` is used here. */
void pt_rows_begin(struct pt_rows *r, enum pt_rows_format format,
		   const struct pt_rows_column *column, size_t ncolumns,
		   const struct pt_rows_head *head, struct pt_str *out);

void pt_row_u64(struct pt_rows *r, uint64_t value);
void pt_row_i64(struct pt_rows *r, int64_t value);
void pt_row_real(struct pt_rows *r, double value);	/* infinite or no number: null */
void pt_row_hex(struct pt_rows *r, uint64_t value);
void pt_row_bool(struct pt_rows *r, bool value);
/* Any bytes, as they came */
void pt_row_text(struct pt_rows *r, const char *bytes, size_t len);
/* Went through pt_escape() before */
void pt_row_escaped(struct pt_rows *r, const char *text);
void pt_row_pairs(struct pt_rows *r, const struct pt_rows_pair *pair, size_t n);
void pt_row_names(struct pt_rows *r, const char *const *name, size_t n);
void pt_row_null(struct pt_rows *r);
void pt_row_none(struct pt_rows *r);

void pt_row_end(struct pt_rows *r);
void pt_rows_end(struct pt_rows *r);

/* Append the bytes, whatever they are, as one JSON string: escaped, then quoted. */
void pt_json_text(struct pt_str *out, const char *bytes, size_t len);

#endif
