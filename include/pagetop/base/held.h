/*
 * Descriptors that were opened while that was still allowed, for those who open the same file
 * later: a sandbox lets nobody open what is there for writing (app/sandbox.h). Asked by what
 * stat(2) says of the file; any thread may. Those of the process: SQLite, which is one of those
 * who open, is given nothing but a path (store/vfs.h).
 */
#ifndef PAGETOP_BASE_HELD_H
#define PAGETOP_BASE_HELD_H

#include <sys/stat.h>

/* Takes it over. 0, or -EMFILE: there are too many, and it is closed. */
int pt_held_add(int fd);

/* A new descriptor of the file, for the caller to close; -1: none is held. */
int pt_held_find(const struct stat *st);

/* Closes the one of this number. */
void pt_held_drop(int fd);

#endif
