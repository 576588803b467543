/*
 * Which mappings and pages a command is asked for: a range of addresses, names by regular
 * expression, pages by a filter.
 *
 *	START-END ∩ mappings whose name matches ∩ pages for which --where holds
 *
 * A range that begins or ends inside a page means all of that page.
 */
#ifndef PAGETOP_BATCH_PICK_H
#define PAGETOP_BATCH_PICK_H

#include "pagetop/base/re.h"
#include "pagetop/cli/options.h"
#include "pagetop/model/filter.h"
#include "pagetop/model/image.h"
#include "pagetop/model/kinds.h"
#include "pagetop/model/wish.h"

struct pt_pick {
	uint64_t lo_vpn, hi_vpn;	/* 0 and 0: everything */
	struct pt_re *name;		/* NULL: any */
	struct pt_filter where, expect;	/* empty: any page */
	bool filtered;			/* there is a --where or a --name */
};

/* A stretch of equal pages in one mapping; or, by kind, all pages of it that are equal. */
struct pt_stretch {
	const struct pt_image *img;
	const struct pt_vma *vma;
	struct pt_run run;		/* by kind: one of them */
	uint64_t npages;		/* by kind: of all of them */
	struct pt_facts facts;
	int match;			/* what --where says: 1; or -1, it is not known */
};

/* `range` NULL: none. 0; -EINVAL and in `why` a sentence; or -ENOMEM. */
int pt_pick_init(struct pt_pick *p, const struct pt_options *opt, const char *range,
		 struct pt_str *why);
void pt_pick_done(struct pt_pick *p);

/* What must be read for it: every bit of kpageflags, and only the range. */
struct pt_wish pt_pick_wish(const struct pt_pick *p, unsigned needs);

/* Whether the mapping is meant: 1 or 0; -E2BIG: the pattern takes too long. */
int pt_pick_vma(const struct pt_pick *p, const struct pt_vma *vma);

/*
 * Each stretch of the mapping that is meant, in order, absent pages too; `fn` says 0 to go on. What
 * it said last.
 */
int pt_pick_pages(const struct pt_pick *p, const struct pt_image *img, const struct pt_vma *vma,
		  int (*fn)(void *arg, const struct pt_stretch *s), void *arg);

/* The same for whoever only counts: each kind of pages, in no order, some more than once. */
int pt_pick_kinds(const struct pt_pick *p, const struct pt_image *img, const struct pt_vma *vma,
		  int (*fn)(void *arg, const struct pt_stretch *s), void *arg);

#endif
