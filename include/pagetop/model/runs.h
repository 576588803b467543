/*
 * Neighbouring pages that are equal in all that was read of them are one run. Memory and time
 * grow with what is resident or swapped, never with the size of the address space.
 *
 *	vpn ──────── npages ────────▶        what is in no run is not there
 *	│ p p p p p p p p p p p p p │ . . . . │ s s s │
 */
#ifndef PAGETOP_MODEL_RUNS_H
#define PAGETOP_MODEL_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pt_run {
	uint64_t vpn;		/* first page */
	uint32_t npages;
	uint8_t row;		/* of the image's lens, worked out when the image is complete */
	uint8_t over : 3;	/* PT_OVER_* that hold, likewise */
	uint8_t over_open : 3;	/* PT_OVER_* of which it is not known whether they hold */
	/* of each page */
#define FIELD(type, member, bits, shift, text) type member : (bits);
#define NUMBER(id, type, member, bits, shift, needs, told, text) type member : (bits);
#include "pagetop/model/fields.def"
#undef NUMBER
#undef FIELD
};

_Static_assert(sizeof(struct pt_run) == 32, "there are many of them");

enum { PT_ORDER_UNKNOWN = 0xff };	/* of a folio; a node is negative */

struct pt_runs {
	struct pt_run *r;
	size_t n, cap;
};

/* Whether all is equal that was read of the pages, wherever they are. */
bool pt_runs_equal(const struct pt_run *a, const struct pt_run *b);

/*
 * A run after the last one, joined with it where they are equal and neighbours; `join` false:
 * never. pt_runs_add(): a run of one page. 0 or -ENOMEM.
 */
int pt_runs_append(struct pt_runs *runs, const struct pt_run *run, bool join);
int pt_runs_add(struct pt_runs *runs, const struct pt_run *page, bool join);

/* The run that holds `vpn`, or else the next one above; `n` if there is none. */
size_t pt_runs_at_or_above(const struct pt_runs *runs, uint64_t vpn);

#endif
