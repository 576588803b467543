/*
 * Names of users. What /etc/passwd tells is read here. The C library asks others by modules of
 * anybody, over sockets, for as long as it takes; so where nsswitch.conf(5) names others, a process
 * of its own asks, which has no privileges, environment or terminal, and whose end is the end of
 * such names and of nothing else:
 *
 *	pt_users_begin() ── vfork, exec ──▶ this program as PT_USERS_ARGV0: pt_users_serve(), uid → name, until we are gone
 *
 * Without all that (`u` NULL), whoever wants a name asks the C library himself. Sources:
 * nsswitch.conf(5), passwd(5), getpwuid_r(3).
 */
#ifndef PAGETOP_BASE_USERS_H
#define PAGETOP_BASE_USERS_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

enum { PT_USER_BYTES = 256 };	/* of a name, with its end */

#define PT_USERS_ARGV0 "pagetop-names"

struct pt_users {
	pthread_mutex_t turn;
	bool file_first;		/* the file is asked before anybody else */
	bool others;			/* somebody else is asked: by the service */
	int fd;				/* of it; -1: it does not answer (any more) */
	pid_t service;			/* 0: there is none */
};

#define PT_USERS_INIT { .turn = PTHREAD_MUTEX_INITIALIZER, .file_first = true, .fd = -1 }

/*
 * It is stopped at once, until somebody asks, for its start takes time of our own: 4.2 ms beside
 * our first screen. However we end, the kernel ends it (PR_SET_PDEATHSIG; with file capabilities,
 * as a group without a parent where something is stopped). Where it does not start, names of others
 * are unknown.
 */
void pt_users_begin(struct pt_users *u);

/* Who is sent signals by all that; 0: nobody. */
pid_t pt_users_pid(const struct pt_users *u);

/*
 * Ends it and waits for it: a first process that waits for no children would keep it. Once, at the
 * end of the program. Takes NULL.
 */
void pt_users_end(const struct pt_users *u);

/*
 * Whether that is what this process was started for; then it has nothing else to do but
 * pt_users_serve().
 */
bool pt_users_is_service(const char *argv0);

/* With privileges given up, until nobody asks any more. 0. */
int pt_users_serve(void);

/* As it is told, any bytes. False: there is none, or nobody can tell. */
bool pt_user_name(struct pt_users *u, uid_t uid, char ret[static PT_USER_BYTES]);

/* Whether nobody has this name. What could not be asked is not told as no. */
bool pt_user_is_unknown(struct pt_users *u, const char *name);

#endif
