/*
 * Processes beside a test: those that it starts, and those that it must not count.
 */
#ifndef TESTS_BESIDE_H
#define TESTS_BESIDE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* A load of tests/target, which has said "ready name=address …". */
struct target {
	pid_t pid;
	FILE *out;		/* where it says more, when asked by a signal */
	char ready[512];
};

/* The folder of this build. */
const char *builddir(void);

/* The load and its numbers, between blanks: "heap 512". To be ended by end_target(). */
struct target start_target(const char *load);
void end_target(struct target *t);

/* Ourselves and whoever waits for us: reading and printing are work, which changes them. */
bool is_involved(pid_t pid);

/* Whether the key of a line of smaps is one of "Key + Key". */
bool is_one_of(const char *line, const char *keys);

#endif
