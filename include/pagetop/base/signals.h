/*
 * What signals do to a process that takes no care of them: the one table for all who do. And what
 * their handlers must know: a handler is told the number of the signal and nothing else, so this is
 * the one place where it can look.
 *
 *	owner ── pt_signal_give(PT_GIVEN_OUTPUT, o) ──▶ [ o ] ◀── pt_signal_given(PT_GIVEN_OUTPUT) ── handler
 */
#ifndef PAGETOP_BASE_SIGNALS_H
#define PAGETOP_BASE_SIGNALS_H

#include <stdbool.h>

/* All but PT_SIGNAL_STAYS end it. */
enum pt_signal {
	PT_SIGNAL_STAYS,	/* nothing, or it stops; and SIGKILL, of which
				   nobody can take care */
	PT_SIGNAL_FAULT,	/* a fault of the thread that it comes to */
	PT_SIGNAL_ASKS,		/* a person or the system asks the program to end */
	PT_SIGNAL_ENDS,		/* whatever else */
};

enum pt_signal pt_signal_kind(int sig);		/* 1 to NSIG - 1 */

/* Whoever started us does not want it to do anything; so it is to stay. */
bool pt_signal_ignored(int sig);

enum pt_given {
	PT_GIVEN_OUTPUT,	/* struct pt_output: a file that is not finished,
				   to be taken away */
	PT_GIVEN_TERMINAL,	/* struct pt_rescue: a terminal to be given back */
	PT_GIVEN_ASKED,		/* atomic_bool: set when the program is asked to end */
	PT_GIVEN_MAKER,		/* sigjmp_buf: where the demo goes on when a maker crashes */
	PT_NGIVEN
};

/*
 * From now on handlers find it, in every thread; borrowed, and whole by then. NULL: there is none
 * any more.
 */
void pt_signal_give(enum pt_given which, void *what);
void *pt_signal_given(enum pt_given which);		/* for signal handlers, too */

#endif
