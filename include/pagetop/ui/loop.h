/*
 * The loop: sleeps until there is a key, an answer or a signal, and draws when something changed.
 */
#ifndef PAGETOP_UI_LOOP_H
#define PAGETOP_UI_LOOP_H

#include "pagetop/base/users.h"
#include "pagetop/ui/ui.h"

/*
 * Before any thread is started: the signals that the loop reads are blocked from now on, but for
 * those that are ignored.
 */
int pt_loop_block_signals(void);

/*
 * Until the user quits, or the script has ended. 0; or the number of the signal that asked the
 * program to end, for pt_loop_die() once the terminal is given back; or -errno, and of a script in
 * `why` what is wrong with it.
 */
int pt_loop(struct pt_ui *ui, struct pt_term *term, int signal_fd, struct pt_str *why);

/* Before the loop runs: takes what came, and ends the program if it is to end. */
void pt_loop_ended(const struct pt_users *users, int signal_fd);

/*
 * Ends the program by this signal, and who tells names of users before, so that the parent
 * sees what happened.
 */
void pt_loop_die(const struct pt_users *users, int sig);

#endif
