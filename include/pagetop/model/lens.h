/*
 * A lens: one way to look at a page, a table of rows of which each page is in exactly one.
 *
 *	STATE    row row row …│SHARING  row row …│KIND …        lens.def, one array
 *	         ▲ first        ▲ first
 *
 * Legend, colours, words of filters, sentences and tests come from the rows. Three overlays lie
 * over every lens and hide none of it: huge, large, locked.
 */
#ifndef PAGETOP_MODEL_LENS_H
#define PAGETOP_MODEL_LENS_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/model/facts.h"

enum pt_role {
#define ROLE(id, name, ...) PT_ROLE_##id,
#include "pagetop/model/roles.def"
#undef ROLE
	PT_NROLES
};

enum pt_lens_id {
#define LENS(id, key, name, text) PT_LENS_##id,
#define ROW(...)
#define LAST(...)
#include "pagetop/model/lens.def"
#undef LENS
	PT_NLENSES
};

/*
 * Rows of all lenses, numbered through: PT_STATE_COW, PT_SHARING_ONCE … The state lens comes first.
 */
enum pt_row_id {
#undef ROW
#undef LAST
#define LENS(id, key, name, text) PT_FIRST_##id, PT_BEFORE_##id = PT_FIRST_##id - 1,
#define ROW(lens, id, ...) PT_##lens##_##id,
#define LAST ROW
#include "pagetop/model/lens.def"
#undef LAST
#undef ROW
#undef LENS
	PT_NROWS,
	PT_NSTATES = PT_STATE_UNKNOWN + 1,
};

/* NUMA nodes told apart; the last stands for more */
enum { PT_NNODES = PT_NODE_MORE - PT_NODE_0 + 1 };

enum { PT_OVER_HUGE = 1, PT_OVER_LARGE = 2, PT_OVER_LOCKED = 4, PT_NOVERS = 3 };

struct pt_row {
	char sign;
	uint8_t role;			/* enum pt_role */
	uint8_t lens;			/* enum pt_lens_id */
	bool last;			/* what is left when hidden facts leave an
					   earlier row open */
	const char *name;		/* for machines: filters, JSON, SQL,
					   metrics; never changed */
	const char *label;		/* for people: on the screen */
	struct pt_factset set, clear;
	struct pt_range range;
	const char *text;		/* what it means, a sentence without its full stop */
};

enum { PT_LENS_NROWS = 24 };		/* no lens has more */

struct pt_lens {
	char key;			/* that chooses it */
	const char *name;
	const char *text;		/* what it shows */
	int first, nrows;		/* rows pt_rows[first] on */
	int absent, unmappable;		/* its rows for what is not there */
};

struct pt_overlay {
	uint64_t fact;			/* PT_F() */
	const char *name;
	const char *look;		/* how it lies over a sign */
	const char *text;
};

extern const struct pt_row pt_rows[PT_NROWS];
extern const struct pt_lens pt_lenses[PT_NLENSES];
extern const struct pt_overlay pt_overlays[PT_NOVERS];	/* by the number of the bit in PT_OVER_* */

/* Whether what the row asks for holds, whatever the rows before it: 1; 0: not; -1: hidden. */
int pt_row_fits(enum pt_row_id row, const struct pt_facts *f);

/* The row of a page with these facts. */
enum pt_row_id pt_lens_row(enum pt_lens_id lens, const struct pt_facts *f);

/* Whether this row of another lens has the name of a state, as those have that all lenses share. */
bool pt_row_is_state_too(int row);

/* Bits of kpageflags that its rows look at; what it needs besides them, as PT_NEED_*. */
uint64_t pt_lens_kflags(enum pt_lens_id lens);
unsigned pt_lens_needs(enum pt_lens_id lens);

/* PT_OVER_* of a page with these facts: those that are known to hold. */
uint8_t pt_overlays_of(const struct pt_facts *f);

/* PT_OVER_* of which that is not known. */
uint8_t pt_overlays_open(const struct pt_facts *f);

#endif
