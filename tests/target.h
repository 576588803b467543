/*
 * What the loads of tests/target share.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <sys/types.h>

enum { PAGE = 4096, HUGE = 2 << 20 };

_Noreturn void die(const char *what);

/* Anonymous memory in small pages, with a page above it that keeps it from merging with others. */
char *map(size_t len, int prot);
void write_pages(char *mem, size_t npages, size_t step);

/* name=address, on the line that ready() ends: what is asked for has been made. */
void say(const char *name, const char *mem);
void ready(void);
_Noreturn void sleep_for_ever(void);

/* Ends with `parent`, which made us. */
void die_with(pid_t parent);

_Noreturn void storm(void);

/* A load to measure by, if there is one of this name. */
void load(const char *what, size_t n, const char *how);

#endif
