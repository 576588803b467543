/*
 * A lens: one way to look at a page, a table of rows of which each page is in exactly one.
 *
 * Legend, colours, sentences, fixtures and tests come from the rows (state.def). Three overlays
 * lie over every lens and hide none of it: huge, large, locked.
 */
#ifndef PAGETOP_MODEL_LENS_H
#define PAGETOP_MODEL_LENS_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/model/facts.h"

enum pt_role {
#define ROLE(id, name, c256, c8, attr) PT_ROLE_##id,
#include "pagetop/model/roles.def"
#undef ROLE
	PT_NROLES
};

enum pt_state {
#define ROW(id, sign, role, name, d, k, nd, text) PT_STATE_##id,
#define LAST ROW
#include "pagetop/model/state.def"
#undef LAST
#undef ROW
	PT_NSTATES
};

enum { PT_OVER_HUGE = 1, PT_OVER_LARGE = 2, PT_OVER_LOCKED = 4, PT_NOVERS = 3 };

struct pt_lens_row {
	char sign;
	uint8_t role;			/* enum pt_role */
	bool last;			/* what is left when hidden facts leave an earlier row open */
	const char *name;
	struct pt_factset set, clear;
	const char *text;		/* what it means, a sentence without its full stop */
};

struct pt_overlay {
	uint64_t fact;			/* PT_F() */
	const char *name;
	const char *look;		/* how it lies over a sign */
	const char *text;
};

extern const struct pt_lens_row pt_state_rows[PT_NSTATES];
extern const struct pt_overlay pt_overlays[PT_NOVERS];	/* by the number of the bit in PT_OVER_* */

/* The row of a page with these facts. */
enum pt_state pt_state_of(const struct pt_facts *f);

/* PT_OVER_* of a page with these facts: those that are known to hold. */
uint8_t pt_overlays_of(const struct pt_facts *f);

/* PT_OVER_* of which that is not known. */
uint8_t pt_overlays_open(const struct pt_facts *f);

#endif
