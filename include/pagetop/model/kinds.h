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
	bool free;			/* nothing else is set */
	struct pt_run run;		/* one of them */
	uint64_t vma_class;		/* all lie in mappings of this class: pt_facts_class() */
	const struct pt_vma *vma;	/* the mapping of that one */
	struct pt_facts facts;
	uint64_t npages;		/* for the caller to add up */
	int match;			/* the caller's */
};

struct pt_kinds {
	uint64_t used;			/* by number of the place; the others hold nothing */
	struct pt_kind kind[PT_NKINDS];
};

void pt_kinds_init(struct pt_kinds *k);

/* The place of this kind, which may be free or another's. */
struct pt_kind *pt_kinds_place(struct pt_kinds *k, const struct pt_run *run, uint64_t vma_class);

/* Whether the place is this kind's. */
bool pt_kind_is(const struct pt_kind *k, const struct pt_run *run, uint64_t vma_class);

/* Makes it this kind's: the facts are worked out, npages and match are 0. */
void pt_kind_set(struct pt_kind *k, const struct pt_run *run, const struct pt_vma *vma,
		 uint64_t vma_class, const struct pt_facts_context *ctx);

/* The i-th place if it is anybody's, or NULL. */
struct pt_kind *pt_kinds_at(struct pt_kinds *k, int i);

#endif
