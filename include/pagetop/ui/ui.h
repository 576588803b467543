/*
 * The program while it runs: where one is, what is known, what is wished next.
 *
 *	key ─▶ events.c ─▶ dispatch.c ─▶ desk (views, cursor) ─▶ wish ─▶ scanner
 *	screen ◀─ term ◀─ canvas ◀─ view ◀─ scene ◀─ answer ◀──────────┘
 */
#ifndef PAGETOP_UI_UI_H
#define PAGETOP_UI_UI_H

#include <stdbool.h>
#include "pagetop/base/re.h"
#include "pagetop/cli/options.h"
#include "pagetop/model/place.h"
#include "pagetop/scan/scanner.h"
#include "pagetop/store/side.h"
#include "pagetop/term/term.h"
#include "pagetop/ui/bookmarks.h"
#include "pagetop/ui/frames.h"
#include "pagetop/ui/kept.h"
#include "pagetop/ui/keys.h"
#include "pagetop/ui/prompt.h"
#include "pagetop/ui/settings.h"
#include "pagetop/view/desk.h"

/* A job, and what to do when it is done; nothing is scanned meanwhile. */
struct pt_task {
	struct pt_job job;
	const char *doing;		/* "saving", for the bottom line */
	void (*ended)(struct pt_ui *ui, void *arg, int err);	/* frees what the job used */
};

struct pt_ui {
	struct pt_desk desk;		/* first: see pt_ui_of() */
	const struct pt_options *opt;	/* as they are now */
	struct pt_settings settings;
	struct pt_keys keys;
	bool options_changed;		/* and the terminal was not told yet */
	struct pt_scanner *scanner;
	struct pt_canvas canvas;
	const struct pt_table *all;	/* the newest table; while it is paused the
					   scene's is an older one */
	struct pt_str host, machine;
	struct pt_str title;		/* the host, and what is to be said of all pids beside it */
	const struct pt_source *source;	/* what is looked at */
	size_t moment;			/* of it, if it has any */
	uint64_t *history;		/* pages of the process by moment and state; or NULL */
	struct pt_str moment_words;
	struct pt_kept kept;		/* the last images of the process */
	struct pt_task *task;		/* what the scanner's thread does in between; or NULL */
	char save_scope;		/* m this mapping, p this process, a all */
	pid_t save_pid;			/* meant when that was asked for */
	uint64_t save_starttime, save_addr;
	struct pt_str asked;		/* the file that was asked for last */
	struct pt_str since;		/* what the change lens compares with, in words;
					   of this process: */
	pid_t since_pid;
	uint64_t since_starttime;
	struct pt_side base;		/* the same, where it is a file */

	const struct pt_note *notes;	/* told of the process notes_pid */
	size_t nnotes;
	pid_t notes_pid;

	struct pt_wish wish;		/* the last one posted */
	uint64_t settled_seq;		/* the last one fully answered */
	struct pt_place place;		/* to go to when the process one is in is there */
	bool place_waits;

	bool click_went_in;		/* so the second one of two does not */
	struct pt_bookmarks bookmarks;
	struct pt_prompt prompt;
	struct pt_re *re;		/* what was searched for last */
	bool no_memory;			/* something could not be done or drawn;
					   until the next key */
	struct pt_str stale;		/* why the image is no longer live; and the error */
	int stale_err;
	struct pt_frames frames;	/* how long they take */
	bool quit;
};

/* The program whose desk it is, for views that are of it. */
static inline struct pt_ui *pt_ui_of(struct pt_desk *d)
{
	return (struct pt_ui *)d;
}

/* 0 or -ENOMEM; pt_ui_done() either way. */
int pt_ui_init(struct pt_ui *ui, const struct pt_options *opt, struct pt_scanner *scanner,
	       const struct pt_root *root);
void pt_ui_done(struct pt_ui *ui);

/* From now on this moment of the source. */
void pt_ui_show_moment(struct pt_ui *ui, size_t moment);

/* Takes what the scanner has. True: something changed. */
bool pt_ui_answers(struct pt_ui *ui);

/* Everything the last key asked for is on the screen. */
bool pt_ui_settled(const struct pt_ui *ui);

/* Draws the whole screen into ui->canvas, at its present size. */
void pt_ui_draw(struct pt_ui *ui);

/* For the other parts of it: wishes.c, answers.c, tasks.c, screen.c. */
/* The screen may show something else now */
void pt_ui_wish_if_new(struct pt_ui *ui);
/* The process one is in, with `since` */
bool pt_ui_is_compared(const struct pt_ui *ui);
void pt_ui_forget_stale(struct pt_ui *ui);
/* At the place that waits, if that can be now */
bool pt_ui_arrive(struct pt_ui *ui);
/* That waits for what will not come */
void pt_ui_give_up_place(struct pt_ui *ui);
bool pt_ui_end_task(struct pt_ui *ui);				/* true: it has ended just now */
void pt_ui_give_up_task(struct pt_ui *ui);

/* For commands. */
bool pt_ui_in_process(const struct pt_ui *ui);			/* one was entered */
/* "": all processes again */
void pt_ui_show_only(struct pt_ui *ui, const char *comm);
void pt_ui_enter_process(struct pt_ui *ui, const struct pt_process *p);
/* The desk is at another level: what belongs to the old one goes */
void pt_ui_moved(struct pt_ui *ui);
/* Wish again for what is on the screen */
void pt_ui_post(struct pt_ui *ui, bool reopen);
void pt_ui_go(struct pt_ui *ui, const struct pt_place *place);
/* So many images before the newest; 0: the newest */
void pt_ui_show_kept(struct pt_ui *ui, size_t back);
/* The file is there already: done(ui, "y") or done(ui, "n"), which finds its name in ui->asked. */
void pt_ui_ask_replace(struct pt_ui *ui, const char *file, pt_prompt_done_fn *done);
struct pt_prompt *pt_ui_ask(struct pt_ui *ui, const char *label, pt_prompt_done_fn *done);
void pt_ui_do(struct pt_ui *ui, const char *doing,
	      int (*run)(struct pt_job *, struct pt_source *, struct pt_source *), void *arg,
	      void (*ended)(struct pt_ui *, void *, int));
/* True, and said: one thing after the other */
bool pt_ui_is_busy(struct pt_ui *ui);
void pt_ui_show_table(struct pt_ui *ui);				/* what came last */
/* settings.now is another: it holds from now on */
void pt_ui_options_changed(struct pt_ui *ui);

#endif
