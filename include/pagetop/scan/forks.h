/*
 * Pages of which one process alone does not tell why they are at another frame: a process that was
 * forked from it still has the frame of before, at the same address, where they were copied.
 *
 *	base      │ vpn 7f4cd8272 ─▶ pfn 14dedc │
 *	now       │ vpn 7f4cd8272 ─▶ pfn 22be10 │  migrated, swapped out and in, or copied?
 *	its child │ vpn 7f4cd8272 ─▶ pfn 14dedc │  copied
 *
 * Of each living child only the page tables at these pages are read. Where it has exited, or its
 * parent has, nothing is told.
 */
#ifndef PAGETOP_SCAN_FORKS_H
#define PAGETOP_SCAN_FORKS_H

#include "pagetop/scan/source.h"
#include "pagetop/scan/target.h"

/*
 * `now` was marked by pt_change_mark(), and is not complete yet. 0 or -errno: -ECANCELED,
 * -ENOMEM, that of /proc.
 */
int pt_forks_settle(const struct pt_scan_env *env, struct pt_image *now,
		    const struct pt_image *base);

/* The same by the processes of a source at the moment of `now`; `t`: its table. */
int pt_forks_settle_from(struct pt_source *source, size_t moment, const struct pt_table *t,
			 struct pt_image *now, const struct pt_image *base);

#endif
