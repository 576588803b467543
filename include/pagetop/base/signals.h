/*
 * What signals do to a process that takes no care of them: the one table for all who do.
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

#endif
