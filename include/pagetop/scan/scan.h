/*
 * From a process to its image: a function without memory of its own.
 *
 *	maps                        mappings; smaps, where it alone tells (mappings.h)
 *	PAGEMAP_SCAN                where something is        ┐
 *	pagemap                     words of those pages      │ step by step (walk.h),
 *	kpageflags, kpagecount      what is at their PFNs     │ chunk by chunk (chunk.h):
 *	PAGEMAP_SCAN again          of huge pages             │ what changed meanwhile is asked
 *	pagemap again               what changed meanwhile    ┘ again, then it is unstable
 *	maps                        whose addresses these still are (remaps.h)
 */
#ifndef PAGETOP_SCAN_SCAN_H
#define PAGETOP_SCAN_SCAN_H

#include "pagetop/model/image.h"
#include "pagetop/model/wish.h"
#include "pagetop/scan/target.h"

/*
 * 0 and a completed image with one reference; or -errno: -EACCES no right to look, -ESRCH the
 * process has ended, -ESTALE it runs another program now, -ECANCELED.
 * A process whose mappings can be read but whose pages cannot gives an image of unknown pages.
 */
int pt_scan(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
	    struct pt_image **ret);

/*
 * The same of a process that is not held open (pt_target_closed()): it is opened, anew where it
 * calls exec meanwhile. The target is the caller's to close, also after an error.
 */
int pt_scan_process(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
		    struct pt_image **ret);

#endif
