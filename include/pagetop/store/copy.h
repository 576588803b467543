/*
 * A private copy of a database: a file in a folder of our own that has no name by the time it is
 * used.
 */
#ifndef PAGETOP_STORE_COPY_H
#define PAGETOP_STORE_COPY_H

#include <stdbool.h>
#include "pagetop/base/str.h"
#include "pagetop/store/guard.h"

/*
 * As SQLite's readers lock it; who writes is waited for, for a while. 0 or -errno. Closing the
 * descriptor ends it.
 */
int pt_copy_lock(int fd);

/* Whether a writer is at work: then the journal beside it is his, and nothing was cut off. */
bool pt_copy_is_written(int fd);

/*
 * Of a file that is locked. `journal_fd`, if not -1: what it says is taken back in the copy. 0 or
 * -errno, and then `why` may hold the rest of a sentence.
 */
int pt_copy_open(int fd, int journal_fd, struct pt_database *ret, struct pt_str *why);

#endif
