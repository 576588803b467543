/*
 * How SQLite opens files in this program. By itself it goes by names, follows what lies there, and
 * makes journals without O_EXCL: in a folder where somebody else can put things each of them may be
 * another file by then.
 *
 *	"/proc/self/fd/N/NAME"   taken as it is, never resolved: a file in the folder that descriptor N holds open
 *	each open()              no link followed, no waiting for a pipe; only what we or root own, alone, and no other may write to
 *	a journal to be written  a new one; one to be read only in a folder that is ours alone to write; no log (WAL)
 *
 * The second and the third hold for every database of the process; so do the zeros of margin.h.
 */
#ifndef PAGETOP_STORE_VFS_H
#define PAGETOP_STORE_VFS_H

#include <stdbool.h>
#include <sys/stat.h>

/* A folder of ours or of root, in which nobody else can put anything. */
bool pt_vfs_is_own_folder(const struct stat *st);

/*
 * Makes it so, the first time, which is before anything else of SQLite; the name for
 * sqlite3_open_v2(). NULL: no memory.
 */
const char *pt_vfs(void);

/* A regular file of ours or of root, of one name, that nobody else may write to. */
bool pt_vfs_is_own(const struct stat *st);

#endif
