/*
 * Where answers come from: the kernel (scan/kernel.h), or a file in its place (store/open.h). Who
 * asks, asks any of them the same; what differs between them is an answer, or stands in their
 * class.
 *
 *	scanner ── list, sum, watch, who_at, history ──▶ ┌────────┐
 *	batch ──── list, one, sum, image, who ─────────▶ │ source │
 *	diff ───── list, one, load, settle ────────────▶ │        │
 *	save ───── image, cgroup, tell ────────────────▶ └────────┘
 *
 * A source has moments, counted from 0 on, of which the wish names one; one that is live has none
 * but now. It is asked by one thread at a time, but for interrupt(), and for tell(), words() and
 * what stands in the structures, which change nothing. Functions that return an int return 0 or
 * -errno, of which why() tells in words.
 */
#ifndef PAGETOP_SCAN_SOURCE_H
#define PAGETOP_SCAN_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>
#include "pagetop/base/str.h"
#include "pagetop/model/image.h"
#include "pagetop/model/sharers.h"
#include "pagetop/model/table.h"
#include "pagetop/model/wish.h"

struct pt_source {
	const struct pt_source_class *class;
	size_t nmoments;		/* that it has; 0: there is only now */
	const atomic_bool *cancel;	/* what it is asked is to end, -ECANCELED; NULL: never */
	const char *strange;		/* names in it that this program does not know; or NULL */
};

/* Whose pages they are; which start of the machine it was. Escaped. */
enum pt_source_text { PT_SOURCE_HOST, PT_SOURCE_MACHINE, PT_SOURCE_BOOT };

/* Which of the kernel's own sources are behind an image, a bit each. */
enum pt_got {
	PT_GOT_PAGEMAP,
	PT_GOT_SCAN,
	PT_GOT_KPAGEFLAGS,
	PT_GOT_KPAGECOUNT,
	PT_GOT_KPAGECGROUP,
	PT_GOT_SMAPS,
	PT_GOT_PFN,
	PT_NGOT,
};

static inline bool pt_source_is_cancelled(const struct pt_source *s)
{
	return s->cancel && atomic_load(s->cancel);
}

typedef void pt_source_told_fn(void *arg, size_t ndone, size_t nall);

struct pt_source_class {
	bool live;			/* time goes on: a later answer is another one */
	/* What it cannot do, a sentence each; NULL: it can. */
	const char *no_contents, *no_saving, *no_pausing;
	const char *lacks;		/* goes on with `no such process "NAME`; or NULL */

	void (*free)(struct pt_source *s);
	const char *(*why)(const struct pt_source *s, int err);	/* behind a process; constant */
	void (*tell)(const struct pt_source *s, enum pt_source_text what, struct pt_str *out);
	/* Which moment of what it is; when it was; whether each process is in it that there was. */
	void (*words)(const struct pt_source *s, size_t moment, struct pt_str *out);
	struct timespec (*when)(const struct pt_source *s, size_t moment);
	bool (*has_all)(const struct pt_source *s, size_t moment);

	pid_t (*self)(const struct pt_source *s);	/* this process in it, or 0 */

	/*
	 * Why facts of pages are not known, a constant string. `refusal`: of the last process that
	 * could not be read, or NULL; `needs`: PT_NEED_*, what the question needs; `got`: bits of
	 * PT_GOT_*.
	 */
	const char *(*undecided)(const struct pt_source *s, const char *refusal, unsigned needs,
				 unsigned got);

	/*
	 * All processes, in the order of pids, none of them scanned; or the one, or none. `before`:
	 * the last one, or NULL.
	 */
	int (*list)(struct pt_source *s, const struct pt_wish *wish, const struct pt_table *before,
		    struct pt_table **ret);
	int (*one)(struct pt_source *s, size_t moment, pid_t pid, struct pt_table **ret);

	/*
	 * Its sums, through the lens of the wish, into its row, or why there are none. -errno: no
	 * use in going on.
	 */
	int (*sum)(struct pt_source *s, const struct pt_wish *wish, struct pt_process *p);

	/* How RAM is used and what happens to pages, into the table. NULL: that is not told. */
	void (*pulse)(struct pt_source *s, struct pt_table *t);

	/*
	 * A process, or one page of it: by itself, whatever was asked before. load(): all of the
	 * process, to be compared: the caller marks, and completes it. `ret_got`, unless NULL: bits
	 * of PT_GOT_*.
	 */
	int (*image)(struct pt_source *s, const struct pt_wish *wish, struct pt_image **ret,
		     unsigned *ret_got);
	int (*load)(struct pt_source *s, const struct pt_wish *wish, struct pt_image **ret);

	/*
	 * The same again and again, which is cheaper. `given`: what the change lens compares with;
	 * NULL: it is left to the source.
	 */
	int (*watch)(struct pt_source *s, const struct pt_wish *wish, const struct pt_image *given,
		     struct pt_image **ret);

	/*
	 * Why pages are at other frames, as processes tell that were forked; `t`: those of the
	 * moment. See scan/forks.h.
	 */
	int (*settle)(struct pt_source *s, size_t moment, const struct pt_table *t,
		      struct pt_image *now, const struct pt_image *base);

	/* Who maps the frame; and that of the page of the wish, telling how far it is. */
	int (*who)(struct pt_source *s, size_t moment, uint64_t pfn, struct pt_who **ret);
	int (*who_at)(struct pt_source *s, const struct pt_wish *wish, pt_source_told_fn *told,
		      void *arg, struct pt_who **ret);

	/* Pages by moment and state, malloc()ed; NULL: it has no such thing, and `*ret` may be. */
	int (*history)(struct pt_source *s, const struct pt_wish *wish, uint64_t **ret);

	/* The path of the memory cgroup with this inode, escaped. */
	int (*cgroup)(struct pt_source *s, uint64_t inode, struct pt_str *out);

	/* What is being read ends, -ECANCELED. NULL: it looks at `cancel` itself. */
	void (*interrupt)(struct pt_source *s);
};

/*
 * Something that takes long, done in the scanner's thread instead of a scan. The caller fills the
 * first part, posts a wish for it, and leaves it alone until it is done; a wish that comes
 * meanwhile cancels it. `source`: what is looked at; `kernel`: the machine as it runs, which may be
 * the same.
 */
struct pt_job {
	int (*run)(struct pt_job *job, struct pt_source *source, struct pt_source *kernel);
	void *arg;
	atomic_size_t ndone, nall;	/* how far it is, for whoever looks */
	atomic_bool done;		/* and `err` is what came of it */
	int err;
};

#endif
