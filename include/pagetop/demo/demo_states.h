/*
 * The states of the demo: one row each in the table of demo_states.def, with the function that
 * makes it. demo_child.c gives each row its slot of addresses, calls the makers in two rounds
 * with a fork in between, and looks at the result.
 *
 *	early()  before the sharer is forked: what it leaves is shared with the sharer
 *	late()   after it: for the child alone
 *
 * A maker returns 0, or -1 after writing into `why` what refused, and what would enable it. It may
 * make its slot shorter, or move it out of the reserved addresses. A row without makers only says
 * why it is never made.
 */
#ifndef PAGETOP_DEMO_DEMO_STATES_H
#define PAGETOP_DEMO_DEMO_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pagetop/model/lens.h"

struct pt_demo_state;

struct pt_demo_slot {
	const struct pt_demo_state *state;
	char *mem;		/* reserved with PROT_NONE, to be mapped over */
	size_t len;		/* bytes */
	bool made;
	char why[128];		/* of a slot not made */
};

enum pt_demo_size {
	PT_DEMO_SMALL,		/* PT_DEMO_NPAGES pages */
	PT_DEMO_HUGE,		/* one huge page, aligned */
};

struct pt_demo_state {
	const char *id;		/* names the mapping where the kernel keeps names */
	char sign[PT_NLENSES];	/* expected of every page in this lens; 0: as in */
	char others;		/* the other lenses; 0: any */
	uint8_t over;		/* overlays expected of every page: PT_OVER_* */
	enum pt_demo_size size;
	int (*early)(struct pt_demo_slot *);
	int (*late)(struct pt_demo_slot *);
	const char *title;
};

enum { PT_DEMO_NPAGES = 64, PT_DEMO_HUGE_BYTES = 2 << 20 };

/* The sign of the row of the lens that every page is in, or PT_DEMO_ANY. */
enum { PT_DEMO_ANY = '*' };
char pt_demo_sign(const struct pt_demo_state *state, enum pt_lens_id lens);

/* All rows, in the order in which they appear in the address space. */
const struct pt_demo_state *pt_demo_states(size_t *ret_n);

/* One read of every page, as the sharer does it to what it shall map too. */
void pt_demo_touch(const struct pt_demo_slot *slot);

#endif
