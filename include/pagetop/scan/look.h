/*
 * A look at a process that may never answer: a scan of it by a visit (scan/visit.h).
 */
#ifndef PAGETOP_SCAN_LOOK_H
#define PAGETOP_SCAN_LOOK_H

#include "pagetop/scan/scan.h"

/* pt_scan() of a target that is open. */
int pt_look(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
	    struct pt_image **ret);

/* pt_scan_process() of one that is not held open. */
int pt_look_process(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
		    struct pt_image **ret);

/*
 * The same; one whose pages cannot be read is refused with the error of its pagemap. Nothing stays
 * open.
 */
int pt_look_pages(const struct pt_scan_env *env, pid_t pid, uint64_t starttime,
		  const struct pt_wish *wish, struct pt_image **ret);

#endif
