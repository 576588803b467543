/*
 * The one way in which a file that may be anybody's is opened as a database.
 *
 *	regular, SQLite, no WAL? ─▶ ours alone to write ─▶ opened where it is, with locks, read-only
 *	                         ─▶ else ─▶ a private copy, made under the lock that SQLite's own readers take
 *	schema that of its version, to the letter? ─▶ limits, no function but SQLite's own, no trigger, no view, nothing written
 *
 * A journal beside it counts only if it is of the file's owner and no writer is at work. Then, if it and the folder are the
 * caller's own (or root's), what a killed recording left unfinished is taken back in the private copy; of anybody else
 * it is refused. Any other journal is passed over. Nothing beside the file is made, changed or removed.
 */
#ifndef PAGETOP_STORE_DATABASE_H
#define PAGETOP_STORE_DATABASE_H

#include <sqlite3.h>
#include <stdint.h>
#include "pagetop/base/str.h"

enum { PT_DATABASE_BUSY_MS = 2000 };	/* so long whoever writes is waited for */

struct pt_database {
	sqlite3 *db;
	int dir_fd;		/* the folder it lies in, by which SQLite knows it; -1: none */
	int version;		/* of its schema */
	int64_t copied_bytes;	/* of a copy: what it holds besides holes; 0: it is none */
	int64_t budget;		/* steps of SQLite's that are left */
};

#define PT_DATABASE_INIT { .dir_fd = -1 }

/*
 * 0 and an open database whose tables are those of schema.h; or -errno, and then `why` may hold the rest of a sentence:
 * "it is a database of another program". `*ret` stays where it is until it is closed.
 */
int pt_database_open(const char *path, struct pt_database *ret, struct pt_str *why);

/*
 * To go on with it: only a file that nobody else may write, by the folder's descriptor, whoever the folder belongs to. -EPERM:
 * it is another, or a journal of somebody else lies beside it. The rest as above.
 */
int pt_database_append(const char *path, struct pt_database *ret, struct pt_str *why);

/*
 * The file and its journal, if there are any, are opened for pt_database_append(), which may not open them for writing by
 * then (base/held.h). Nothing of it fails: what is not opened now is not appended to.
 */
void pt_database_hold(const char *path);

/* Limits, as soon as it is open and before anything of it is read. 0 or -errno. */
int pt_database_guard(struct pt_database *d);

/* Takes one that was never opened. 0 or -errno: what was written may not be there. */
int pt_database_close(struct pt_database *d);

/*
 * What one question may cost: the file can hold only so much, and so is read in so many steps, `times` over. A file that takes
 * more is made to; the question fails with -ECANCELED, and pt_database_err() makes -EBADMSG of it.
 */
void pt_database_expect(struct pt_database *d, size_t times);
int pt_database_err(const struct pt_database *d, int err);

#endif
