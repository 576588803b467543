/*
 * One side of a comparison: a moment in a file, or a process as it is now.
 *
 *	pagetop diff A B        "before.pagetop", "week.pagetop@3", or a pid, which is scanned
 */
#ifndef PAGETOP_STORE_SIDE_H
#define PAGETOP_STORE_SIDE_H

#include "pagetop/scan/scan.h"
#include "pagetop/store/file.h"

struct pt_side {
	const char *spec;
	struct pt_file file;		/* snapshot NULL: it is live */
	size_t moment;
	pid_t pid;			/* live: that was asked for */
	struct pt_table *table;		/* its processes, in the order of pids */
};

/* `spec`: as above. 0 or -errno, and in `why` the sentence. A pid that nobody has is a side without a process. */
int pt_side_open(const struct pt_scan_env *env, const char *spec, struct pt_side *ret, struct pt_str *why);
bool pt_side_is_absent(const struct pt_side *s);
void pt_side_absent_words(const struct pt_side *s, struct pt_str *out);	/* the sentence for that */
void pt_side_close(struct pt_side *s);

/*
 * The process, with all that is kept of a page, not complete yet: 0 and one reference, or -errno. What it says of
 * what is unknown lives as long as the side is open.
 */
int pt_side_image(const struct pt_scan_env *env, struct pt_side *s, const struct pt_process *p, struct pt_image **ret);

/* The same, or why there are no pages to compare, in words. NULL: they are there. */
const char *pt_side_pages(const struct pt_scan_env *env, struct pt_side *s, const struct pt_process *p, struct pt_image **ret);

/* Whether they are one process. Its start tells it from others with its pid; of another boot the name must do. */
bool pt_side_same(const struct pt_process *a, const struct pt_process *b, bool other_boot);

/* "4242 redis-server (week.pagetop@3)", escaped; or behind it "(live)". */
void pt_side_process_words(const struct pt_side *s, const struct pt_process *p, struct pt_str *out);

/* Which start of the machine it is of. */
void pt_side_boot(const struct pt_scan_env *env, const struct pt_side *s, struct pt_str *out);

/* Of frames of another start of the machine nothing can be said: takes them out. */
void pt_side_forget_frames(struct pt_image *img);

#endif
