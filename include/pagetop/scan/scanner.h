/*
 * The thread that reads the kernel, so that the screen never waits for it.
 *
 *	UI ── pt_scanner_post(wish) ──▶ [ wish ] ──▶ scanner: scan … scan …
 *	UI ◀── pt_scanner_take() ────── [ answer ] ◀──┘   eventfd tells that one is there
 *
 * Both mailboxes hold one thing, the newest: an unserved wish is replaced and cancels the scan
 * that no longer matters; an answer that was not taken is dropped by the next. The thread makes
 * the capability probe first, and answers a wish again and again until the next one comes, no
 * more often than the wish says, and taking no more than a share of one core.
 */
#ifndef PAGETOP_SCAN_SCANNER_H
#define PAGETOP_SCAN_SCANNER_H

#include <stdatomic.h>
#include <stdbool.h>
#include "pagetop/kernel/root.h"
#include "pagetop/model/image.h"
#include "pagetop/model/sharers.h"
#include "pagetop/model/table.h"
#include "pagetop/model/wish.h"
#include "pagetop/scan/target.h"

struct pt_scanner;

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

struct pt_answer {
	uint64_t seq;			/* of the wish it answers */
	enum pt_wish_kind kind;
	int err;			/* 0 or -errno, then neither of the two below */
	const char *why;		/* the same in words; constant */
	const struct pt_image *img;	/* PROCESS and PAGE */
	const struct pt_table *table;	/* TABLE */
	uint64_t *history;		/* PROCESS, of a file: malloc()ed */
	const struct pt_who *who;	/* WHO; NULL: not yet, so many processes of all are read: */
	size_t ndone, nall;
	uint64_t interval_ns;		/* when to expect the next one */
};

/*
 * `root` and `source`, which may be NULL, are borrowed until the scanner is freed. `share`: of one core, 0 to 1.
 * 0 or -errno.
 */
int pt_scanner_new(const struct pt_root *root, double share, const struct pt_scan_source *source,
		   struct pt_scanner **ret);
struct pt_scanner *pt_scanner_free(struct pt_scanner *s);	/* returns NULL; takes NULL */

/* Of one core, from the next scan on. */
void pt_scanner_set_share(struct pt_scanner *s, double share);

void pt_scanner_post(struct pt_scanner *s, const struct pt_wish *wish);

/* What runs now is to end, -ECANCELED; nothing else is wished. */
void pt_scanner_cancel(struct pt_scanner *s);

/* True: an answer, whose references are now the caller's. */
bool pt_scanner_take(struct pt_scanner *s, struct pt_answer *ret);
void pt_answer_done(struct pt_answer *a);

/* What the change lens compares with, of its process, from the next wish on; NULL: again the moment when it is chosen. */
void pt_scanner_compare(struct pt_scanner *s, const struct pt_image *base);

/* Becomes readable when there is something to take. */
int pt_scanner_fd(const struct pt_scanner *s);

#endif
