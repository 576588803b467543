/*
 * Moments to a file: from the command line, and from the screen.
 *
 *	source ─▶ processes, one after the other, with everything that is kept of a page ─▶ store/snapshot
 *
 * Memory is bounded by one process. The file appears under its name when it is whole and on the
 * disk.
 */
#ifndef PAGETOP_STORE_SAVE_H
#define PAGETOP_STORE_SAVE_H

#include "pagetop/model/table.h"
#include "pagetop/scan/source.h"
#include "pagetop/store/snapshot.h"

struct pt_saving {
	const char *file;		/* "-": standard output */
	bool replace;			/* a file that is there */
	bool goes_on;			/* more will be appended to it */
	const char *scope;		/* what is meant by these processes: "all",
					   "process", "mapping" */
	size_t moment;			/* of the source */
	uint64_t lo_vpn, hi_vpn;	/* only these pages; 0 and 0: all */
	void (*progress)(void *arg, size_t ndone, size_t nall);		/* NULL: nobody waits */
	void *arg;
	/* Whose paths are in the file already. */
	uint64_t cgroup[PT_NCGROUPS];	/* inodes */
	size_t ncgroups;
	/* What came of it. */
	size_t nsaved, nrefused;	/* processes */
	uint64_t npages, nbytes;	/* pages that are there; of the file */
	const char *refusal;		/* why, of the last one. Constant */
};

/*
 * The processes that have memory, and those that cannot be read with the reason. 0; or -errno, and
 * in `why` the sentence; -ECANCELED. Whatever it returns, no other file is left than the one asked
 * for.
 */
int pt_save(struct pt_source *source, const struct pt_table *t, struct pt_saving *s,
	    struct pt_str *why);

/* One moment into a file that is open. 0 or -errno; then the moment is not committed. */
int pt_save_moment(struct pt_source *source, struct pt_snapshot_writer *w, const struct pt_table *t,
		   struct pt_saving *s);

/* The process, with all that is kept of a page: so the file answers through every lens. */
struct pt_wish pt_save_wish(const struct pt_process *p);

/* Whose pages they are: it points into the texts, which are the caller's. */
void pt_save_machine(const struct pt_source *source, struct pt_str text[static 3],
		     struct pt_snapshot_machine *ret);

/*
 * A name for the file: "redis-4242-20261124-131500.pagetop", or with the host instead. `p`
 * NULL: all processes.
 */
void pt_save_name(const struct pt_process *p, const char *host, struct pt_str *out);

/* "61 processes, 2.1G, in FILE (1.2M)". */
void pt_save_words(const struct pt_saving *s, struct pt_str *out);

#endif
