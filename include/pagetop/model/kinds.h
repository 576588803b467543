/*
 * Runs of one kind differ only in where they lie and how long they are, so what follows from one
 * follows from all: facts, row, sums are worked out once a kind, and a million runs cost little.
 *
 * A small table, by hash; a kind whose place is taken by another is worked out anew when it comes
 * again. Whoever adds up `npages` flushes what is there before it puts another in its place.
 */
#ifndef PAGETOP_MODEL_KINDS_H
#define PAGETOP_MODEL_KINDS_H

#include "pagetop/model/facts.h"
#include "pagetop/model/runs.h"

enum { PT_NKINDS = 64 };

struct pt_kind {
	struct pt_run run;		/* one of them */
	const struct pt_vma *vma;	/* all lie in this one; NULL: the place is free */
	struct pt_facts facts;
	uint64_t npages;		/* for the caller to add up */
	int match;			/* the caller's */
};

struct pt_kinds {
	struct pt_kind kind[PT_NKINDS];
};

/* The place of this kind, which may be free or another's. */
struct pt_kind *pt_kinds_place(struct pt_kinds *k, const struct pt_run *run, const struct pt_vma *vma);

/* Whether the place is this kind's. */
bool pt_kind_is(const struct pt_kind *k, const struct pt_run *run, const struct pt_vma *vma);

/* Makes it this kind's: the facts are worked out, npages and match are 0. */
void pt_kind_set(struct pt_kind *k, const struct pt_run *run, const struct pt_vma *vma,
		 const struct pt_facts_context *ctx);

#endif
