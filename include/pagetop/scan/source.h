/*
 * What the scanner's thread does besides scans: answers from a file, and jobs.
 */
#ifndef PAGETOP_SCAN_SOURCE_H
#define PAGETOP_SCAN_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include "pagetop/model/image.h"
#include "pagetop/model/sharers.h"
#include "pagetop/model/table.h"
#include "pagetop/model/wish.h"
#include "pagetop/scan/target.h"

/*
 * Where answers come from, if not from the kernel: a file. Called in the thread; what is answered does not change, so
 * each wish is served once. Each returns 0 or -errno.
 */
struct pt_scan_source {
	void *arg;
	int (*table)(void *arg, size_t moment, struct pt_table **ret);		/* none of its rows scanned */
	int (*image)(void *arg, const struct pt_wish *wish, struct pt_image **ret);	/* not complete yet */
	void (*page)(void *arg, struct pt_image *page);		/* adds what else is known of a page */
	int (*who)(void *arg, size_t moment, uint64_t pfn, struct pt_who **ret);
	int (*history)(void *arg, const struct pt_wish *wish, uint64_t **ret);	/* pages by moment and state */
	void (*interrupt)(void *arg);	/* by another thread: what is being read is to end, -ECANCELED */
	const char *(*why)(int err);
};

/*
 * Something that takes long, done in the thread instead of a scan. The caller fills the first part, posts a wish for it,
 * and leaves it alone until it is done; a wish that comes meanwhile cancels it.
 */
struct pt_job {
	int (*run)(struct pt_job *job, const struct pt_scan_env *env);
	void *arg;
	atomic_size_t ndone, nall;	/* how far it is, for whoever looks */
	atomic_bool done;		/* and `err` is what came of it */
	int err;
};

#endif
