/*
 * The one way in which a file that may be anybody's is opened as a database.
 *
 *	regular, SQLite, no WAL? ─▶ ours alone to write ─▶ opened where it is, with locks, read-only
 *	                         ─▶ else ─▶ a private copy, made under the lock that SQLite's own readers take
 *	schema that of its version, to the letter? ─▶ limits, no function but SQLite's own, no trigger, no view, nothing written
 *
 * A journal beside it counts only if it is of the file's owner and no writer is at work. Then, if
 * it and the folder are the caller's own (or root's), what a killed recording left unfinished is
 * taken back in the private copy; of anybody else it is refused. Any other journal is passed over.
 * Nothing beside the file is made, changed or removed.
 */
#ifndef PAGETOP_STORE_DATABASE_H
#define PAGETOP_STORE_DATABASE_H

#include "pagetop/base/str.h"
#include "pagetop/store/guard.h"

/*
 * 0 and an open database whose tables are those of schema.h; or -errno, and then `why` may hold the
 * rest of a sentence: "it is a database of another program". `*ret` stays where it is until it is
 * closed.
 */
int pt_database_open(const char *path, struct pt_database *ret, struct pt_str *why);

/*
 * To go on with it: only a file that nobody else may write, by the folder's descriptor, whoever the
 * folder belongs to. -EPERM: it is another, or a journal of somebody else lies beside it. The rest
 * as above.
 */
int pt_database_append(const char *path, struct pt_database *ret, struct pt_str *why);

/*
 * The file and its journal, if there are any, are opened for pt_database_append(), which may not
 * open them for writing by then (base/held.h). Nothing of it fails: what is not opened now is not
 * appended to.
 */
void pt_database_hold(const char *path);

#endif
