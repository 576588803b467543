/*
 * What is done before the sandbox, which refuses it from then on. main() makes it; whoever needs it
 * finds it by the root.
 */
#ifndef PAGETOP_KERNEL_BEGUN_H
#define PAGETOP_KERNEL_BEGUN_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/base/users.h"

struct pt_begun {
	struct pt_users users;		/* who tells the names of users */
	bool tried;			/* pt_trials_begin(); then */
	uint64_t protected_word;	/* what pagemap says of a page that is write-protected and
					   not there; 0: there can be none */
};

#define PT_BEGUN_INIT { .users = PT_USERS_INIT }

/* Of nothing that was done: NULL, which asks the C library. */
static inline struct pt_users *pt_begun_users(struct pt_begun *b)
{
	return b ? &b->users : NULL;
}

#endif
