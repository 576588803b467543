/*
 * What sources share in which nothing changes: of list, load, who and cgroup, which each has of its
 * own, the rest follows. A source that stands still begins with a struct pt_still.
 *
 *	image()		load, complete
 *	sum()		the same, and the last one is kept
 *	watch()		likewise; compared with what was given
 *	who_at()	the page of the last one, who
 */
#ifndef PAGETOP_SCAN_STILL_H
#define PAGETOP_SCAN_STILL_H

#include "pagetop/scan/source.h"

struct pt_still {
	struct pt_source source;
	const struct pt_image *loaded;	/* the last one that was summed up or watched */
	size_t loaded_moment;
};

void pt_still_done(struct pt_still *s);

/* Functions of a struct pt_source_class. */
int pt_still_one(struct pt_source *s, size_t moment, pid_t pid, struct pt_table **ret);
int pt_still_sum(struct pt_source *s, const struct pt_wish *wish, struct pt_process *p);
int pt_still_image(struct pt_source *s, const struct pt_wish *wish, struct pt_image **ret,
		   unsigned *ret_got);
int pt_still_watch(struct pt_source *s, const struct pt_wish *wish, const struct pt_image *given,
		   struct pt_image **ret);
int pt_still_settle(struct pt_source *s, size_t moment, const struct pt_table *t,
		    struct pt_image *now, const struct pt_image *base);
int pt_still_who_at(struct pt_source *s, const struct pt_wish *wish, pt_source_told_fn *told,
		    void *arg, struct pt_who **ret);
pid_t pt_still_self(const struct pt_source *s);

#endif
