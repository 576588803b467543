/*
 * Two mailboxes between the screen and the scanner's thread, each of which holds one thing, the
 * newest.
 *
 *	screen ── post ──▶ [ wish ]   ── next ──▶ thread
 *	screen ◀── take ── [ answer ] ◀─ publish ─┘   event_fd is readable when there is one
 *
 * A new wish replaces the old one and cancels what is being done for it; an answer that was not
 * taken is dropped by the next one.
 */
#ifndef PAGETOP_SCAN_MAIL_H
#define PAGETOP_SCAN_MAIL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "pagetop/model/image.h"
#include "pagetop/model/sharers.h"
#include "pagetop/model/table.h"
#include "pagetop/model/wish.h"

struct pt_source;

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

void pt_answer_done(struct pt_answer *a);

struct pt_mail {
	int event_fd;
	struct pt_source *source;	/* interrupted when a wish is cancelled; borrowed */
	atomic_bool cancel;		/* what is being done no longer matters */

	pthread_mutex_t lock;		/* over all below; `cancel` changes together with `wish` */
	pthread_cond_t wake;
	double share;			/* of one core, 0 to 1 */
	struct pt_wish wish;
	struct pt_answer answer;
	bool answered;			/* `answer` waits to be taken */
	bool quit;
	const struct pt_image *given;	/* what to compare with; NULL: what was there when
					   the lens was chosen */
};

/* 0 or -errno; pt_mail_done() either way. */
int pt_mail_init(struct pt_mail *m, double share, struct pt_source *source);
void pt_mail_done(struct pt_mail *m);

/* For the screen. */
void pt_mail_post(struct pt_mail *m, const struct pt_wish *wish);
void pt_mail_cancel(struct pt_mail *m);
void pt_mail_quit(struct pt_mail *m);
/* True: its references are the caller's now */
bool pt_mail_take(struct pt_mail *m, struct pt_answer *ret);
void pt_mail_set_share(struct pt_mail *m, double share);
/* Takes a reference; NULL: none any more */
void pt_mail_give(struct pt_mail *m, const struct pt_image *base);

/*
 * For the thread. The next thing to do: a new wish, or, when it is due (CLOCK_MONOTONIC), the one
 * that was served. False: nothing any more.
 */
bool pt_mail_next(struct pt_mail *m, uint64_t served_seq, uint64_t due_ns, struct pt_wish *ret);
/* Takes over its references */
void pt_mail_publish(struct pt_mail *m, struct pt_answer *a);
double pt_mail_share(struct pt_mail *m);

/* What was given, if it is of a process with this pid: a reference, or NULL. */
const struct pt_image *pt_mail_given(struct pt_mail *m, pid_t pid);

#endif
