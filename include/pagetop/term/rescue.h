/*
 * The terminal is given back whatever happens: for each signal that ends a program and that the
 * loop does not read, be it for a fault or by somebody's wish. Only functions that may be called in
 * a signal handler are used.
 */
#ifndef PAGETOP_TERM_RESCUE_H
#define PAGETOP_TERM_RESCUE_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* Zeroed at first. Once it is armed it stays where it is until it is disarmed. */
struct pt_rescue {
	int fd;
	const char *reset;
	struct termios modes;
	pthread_t thread;	/* that armed it, the only one in the terminal's library */
	volatile sig_atomic_t rests, in_library;
	struct sigaction old[NSIG];
	void *stack;
};

/* Appends a capability of terminfo to `reset`, without delays, which only tputs() understands. */
void pt_rescue_add(char *reset, size_t size, const char *capability);

/*
 * From now on such a signal first writes `reset`, as it is then, to `fd`, restores the terminal's
 * modes as they are now and takes away what is unfinished, and then does what it always did; one
 * that is ignored still is. `reset` must live on. 0 or -errno.
 */
int pt_rescue_arm(struct pt_rescue *r, int fd, const char *reset);
void pt_rescue_disarm(struct pt_rescue *r);	/* or nothing, where it is not armed */

/*
 * The thread that armed it is in the terminal's library, or is not any more. That one ends the
 * program where it gets no memory, or runs into a fault: then the program ends with PT_NOT_RUN and
 * a sentence.
 */
void pt_rescue_library(struct pt_rescue *r, bool in);

/* The terminal is given back already, for a while, and somebody else's; or it is not any more. */
void pt_rescue_rest(struct pt_rescue *r, bool yes);

#endif
