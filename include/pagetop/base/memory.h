/*
 * Memory that runs out.
 *
 * Whoever cannot get some notes it, whatever else becomes of his work; whoever is about to give
 * something away as whole asks first. So nothing that came short passes for whole, by whichever way
 * the error went in between.
 */
#ifndef PAGETOP_BASE_MEMORY_H
#define PAGETOP_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* As in the C library, and noted when they fail. */
void *pt_malloc(size_t len);
void *pt_calloc(size_t n, size_t len);
void *pt_realloc(void *p, size_t len);
char *pt_strdup(const char *s);
char *pt_strndup(const char *s, size_t len);

/* A library could not get any: notes it. Returns -ENOMEM. */
int pt_memory_note(void);

/* The same where `err` is -ENOMEM. Returns it. */
int pt_memory_note_err(int err);

/* How often it was noted, by any thread. */
unsigned pt_memory_nfailed(void);

/* Whether it was, and nobody was told. */
bool pt_memory_ran_out(void);

/* The same; by now somebody is told. */
bool pt_memory_told(void);

#endif
