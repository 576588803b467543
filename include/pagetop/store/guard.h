/*
 * A database that is open, and what it may cost: it may be of somebody who means harm.
 */
#ifndef PAGETOP_STORE_GUARD_H
#define PAGETOP_STORE_GUARD_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

enum { PT_DATABASE_BUSY_MS = 2000 };	/* so long whoever writes is waited for */

struct pt_database {
	sqlite3 *db;
	int dir_fd;		/* the folder it lies in, by which SQLite knows it; -1: none */
	int version;		/* of its schema */
	int64_t copied_bytes;	/* of a copy: what it holds besides holes; 0: it is none */
	int64_t budget;		/* steps of SQLite's that are left */
};

#define PT_DATABASE_INIT { .dir_fd = -1 }

/* Limits, as soon as it is open and before anything of it is read. 0 or -errno. */
int pt_database_guard(struct pt_database *d);

/* Takes one that was never opened. 0 or -errno: what was written may not be there. */
int pt_database_close(struct pt_database *d);

/*
 * What one question may cost: the file can hold only so much, and so is read in so many steps,
 * `times` over. A file that takes more is made to; the question fails with -ECANCELED, and
 * pt_database_err() makes -EBADMSG of it.
 */
void pt_database_expect(struct pt_database *d, size_t times);
int pt_database_err(const struct pt_database *d, int err);

#endif
