/*
 * Names of users. The C library asks services for them, by modules of anybody, over sockets, for as long as it takes; so a
 * process of its own asks, which has no privileges and no terminal, and whose end is the end of names and of nothing else:
 *
 *	pt_users_begin() ── fork ──▶ "pagetop-names": uid → name, until we are gone
 *
 * Not begun, or where there could be no process, whoever wants a name asks himself. Sources: nsswitch.conf(5), getpwuid_r(3).
 */
#ifndef PAGETOP_BASE_USERS_H
#define PAGETOP_BASE_USERS_H

#include <stdbool.h>
#include <sys/types.h>

enum { PT_USER_BYTES = 256 };	/* of a name, with its end */

/* Before there are threads. `give_up` is called in the new process, for what it is not to have. 0 or -errno. */
int pt_users_begin(void (*give_up)(void));

/* As the service tells it, any bytes. False: there is none, or nobody can tell. */
bool pt_user_name(uid_t uid, char ret[static PT_USER_BYTES]);

/* Whether nobody has this name. What could not be asked is not told as no. */
bool pt_user_is_unknown(const char *name);

#endif
