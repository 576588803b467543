/*
 * How many pages have each fact, each bit of kpageflags, each state: counted over stretches of
 * equal pages. A page may have many facts, and is in exactly one state.
 */
#ifndef PAGETOP_MODEL_TALLY_H
#define PAGETOP_MODEL_TALLY_H

#include "pagetop/model/lens.h"

/* Facts of facts.def first, then the bits of kpageflags. */
enum { PT_TALLY_NFACTS = PT_NFACTS + 64 };

struct pt_tally {
	uint64_t npages;
	uint64_t fact[PT_TALLY_NFACTS];		/* pages that have it */
	uint64_t open[PT_TALLY_NFACTS];		/* pages of which it is not known */
	uint64_t state[PT_NSTATES];
};

/* What is asked of the pages of an image: no changes, where nothing was compared. */
struct pt_factset pt_facts_asked(const struct pt_facts_context *ctx);

/* `npages` pages with these facts, of which `asked` count. */
void pt_tally_add(struct pt_tally *t, const struct pt_facts *f, const struct pt_factset *asked,
		  uint64_t npages);

/* The name of the i-th of all facts; NULL: that bit of kpageflags has none. */
const char *pt_tally_name(int i);

/* Whether the i-th of all facts is in the set. */
bool pt_tally_has(const struct pt_factset *set, int i);

#endif
