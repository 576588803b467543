/*
 * How the program ends: its exit status, and the one sentence on standard error that says why.
 */
#ifndef PAGETOP_BASE_END_H
#define PAGETOP_BASE_END_H

#include "pagetop/base/str.h"

struct pt_users;

enum {
	PT_DONE = 0,
	PT_NOT_SO = 1,		/* what was asked for does not hold, or was not found */
	PT_NOT_RUN = 2,		/* it could not be found out */
};

/* A sentence; where memory ran out, of which it may be short, one that says so, and only once. */
void pt_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Each says its sentence and returns PT_NOT_RUN. */
int pt_fail(const char *sentence);

/* An error of starting up: what was tried, on what, why. */
int pt_fail_errno(const char *what, int err);

/*
 * At the end of all: nobody tells names of users any more; and the status that the program ends
 * with, PT_NOT_RUN, and the sentence, where memory ran out meanwhile.
 */
int pt_end(const struct pt_users *users, int status);

/* With a word from outside in the middle, which may hold anything. */
int pt_fail_word(const char *before, const char *word, const char *after, const char *why);

/* The text on standard output, which is all that is said. PT_DONE, or PT_NOT_RUN and a sentence. */
int pt_end_print(const struct pt_str *text);

/*
 * Ends the program, if threads are left behind that the kernel holds: they may come back at any
 * time, and nothing that they use may be freed. Output is written by then.
 */
void pt_end_at_once(const struct pt_users *users, int status);

#endif
