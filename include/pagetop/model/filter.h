/*
 * Which pages are meant, in words:
 *
 *	thp,~mlocked          every word must hold; ~ turns one around
 *	cow,count>3           a state; a number: count3 count>3 count<3
 *	size:64K,node:node 1  a row of another lens than the state lens, behind the lens's name
 *
 * A word is the name of a fact (facts.def), a bit of kpageflags (kpf.def), an overlay, or a row
 * of the state lens. Case does not matter, blanks around words neither.
 */
#ifndef PAGETOP_MODEL_FILTER_H
#define PAGETOP_MODEL_FILTER_H

#include "pagetop/base/str.h"
#include "pagetop/model/lens.h"

enum { PT_FILTER_WORDS = 32 };

struct pt_filter {
	struct {
		bool not;
		int16_t fact, kpf, row;		/* one of them, the others -1; or else the range */
		struct pt_range range;
	} word[PT_FILTER_WORDS];
	int n;
};

/* 0; or -EINVAL, and in `why` a sentence. An empty text lets every page through. */
int pt_filter_parse(const char *text, struct pt_filter *ret, struct pt_str *why);

/* 1: the page is meant; 0: it is not; -1: what is known does not decide. */
int pt_filter_match(const struct pt_filter *filter, const struct pt_facts *f);

/* What must be read for it, besides what the state lens reads: bits of kpageflags, PT_NEED_*. */
uint64_t pt_filter_kflags(const struct pt_filter *filter);
unsigned pt_filter_needs(const struct pt_filter *filter);

/* Whether it asks for pages that are locked. */
bool pt_filter_wants_locked(const struct pt_filter *filter);

#endif
