/*
 * What somebody says is to be looked at: a moment in a file, a process as it is now, or nothing,
 * which is the kernel.
 *
 *	pagetop diff A B        "before.pagetop", "week.pagetop@3", or a pid, which is scanned
 *	pagetop ps --from A
 */
#ifndef PAGETOP_STORE_SIDE_H
#define PAGETOP_STORE_SIDE_H

#include "pagetop/scan/source.h"

struct pt_side {
	const char *spec;		/* what was said, which is borrowed; or NULL */
	struct pt_source *source;
	size_t moment;
	bool by_pid;			/* only that process was asked for: */
	pid_t pid;			/* 0: a pid that nobody can have */
	struct pt_table *table;		/* its processes, in the order of pids;
					   NULL: not listed yet */
};

/*
 * `kernel` is borrowed. `spec`: as above. 0 or -errno, and in `why` the sentence. A pid that nobody
 * has is a side without a process.
 */
int pt_side_open(struct pt_source *kernel, const char *spec, struct pt_side *ret,
		 struct pt_str *why);
bool pt_side_is_absent(const struct pt_side *s);
void pt_side_absent_words(const struct pt_side *s, struct pt_str *out);	/* the sentence for that */
void pt_side_close(struct pt_side *s);		/* takes one that was never opened */

/*
 * The process, with all that is kept of a page, not complete yet: 0 and one reference, or -errno.
 * What it says of what is unknown lives as long as the side is open.
 */
int pt_side_image(const struct pt_side *s, const struct pt_process *p, struct pt_image **ret);

/* The same, or why there are no pages to compare, in words. NULL: they are there. */
const char *pt_side_pages(const struct pt_side *s, const struct pt_process *p,
			  struct pt_image **ret);

/* Whether each process that there was is in it: who is not, was not. */
bool pt_side_has_all(const struct pt_side *s);

/*
 * Whether they are one process. Its start tells it from others with its pid; of another boot
 * the name must do.
 */
bool pt_side_same(const struct pt_process *a, const struct pt_process *b, bool other_boot);

/* "4242 redis-server (week.pagetop@3)", escaped; or behind it "(live)". */
void pt_side_process_words(const struct pt_side *s, const struct pt_process *p, struct pt_str *out);

/*
 * What is compared with: "week.pagetop · 2026-11-24 13:05:12 · 3 of 7", or "process 4242 was
 * compared".
 */
void pt_side_words(const struct pt_side *s, struct pt_str *out);

/* Of frames of another start of the machine nothing can be said: takes them out. */
void pt_side_forget_frames(struct pt_image *img);

#endif
