/*
 * The terminal is given back whatever happens: for the signals that end a program because of a
 * fault in it. Only functions that may be called in a signal handler are used.
 */
#ifndef PAGETOP_APP_RESCUE_H
#define PAGETOP_APP_RESCUE_H

/*
 * From now on SIGSEGV and its like first write `reset` to `fd` and restore the terminal's modes
 * as they are now, and then do what they always did. `reset` must live on. 0 or -errno.
 */
int pt_rescue_arm(int fd, const char *reset);
void pt_rescue_disarm(void);

#endif
