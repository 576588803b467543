/*
 * A line at the bottom that asks: for a text with Enter at its end, or for one key.
 *
 *	Go to address  heap+1000│0          Left Right Home End Delete ^W ^U; Up and Down: what was entered before
 *
 * What was entered is remembered for each question apart, by the function that takes the answer.
 */
#ifndef PAGETOP_UI_PROMPT_H
#define PAGETOP_UI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/base/str.h"
#include "pagetop/view/canvas.h"

struct pt_ui;
typedef void pt_prompt_done_fn(struct pt_ui *ui, const char *text);

enum { PT_PROMPT_NPAST = 128 };		/* of all questions together; the oldest goes */

struct pt_prompt {
	const char *label;		/* NULL: not open */
	struct pt_str text;
	size_t nbehind;			/* bytes of it behind the cursor */
	const char *keys;		/* one of these is all that it takes; NULL:
					   a text, and Enter */
	bool path;			/* Tab completes names of files */
	pt_prompt_done_fn *done;
	struct {
		pt_prompt_done_fn *done;
		char *text;
	} past[PT_PROMPT_NPAST];	/* the oldest first, none twice */
	size_t npast, at;		/* the one that is shown; npast: none */
	struct pt_str draft;		/* what was typed before Up */
};

#define PT_PROMPT_INIT { .text = PT_STR_INIT, .draft = PT_STR_INIT }

/* Opens it with an empty text; what the caller then adds to the text stands before the cursor. */
void pt_prompt_open(struct pt_prompt *p, const char *label, pt_prompt_done_fn *done);

/* The key; with the last one `done` is called, and the prompt is closed before. */
void pt_prompt_key(struct pt_prompt *p, struct pt_ui *ui, uint32_t key);
void pt_prompt_draw(const struct pt_prompt *p, struct pt_canvas *c, int y);
void pt_prompt_free(struct pt_prompt *p);

#endif
