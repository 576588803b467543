/*
 * Subjects: a process for each thing that the demo does not make, step by step.
 */
#ifndef TESTS_SUBJECT_H
#define TESTS_SUBJECT_H

#include "test.h"
#include "live.h"

enum { HUGE_BYTES = 2 << 20, SUBJECT_BYTES = 2 * HUGE_BYTES };

/*
 * A fork of this test that makes something, step by step:
 *
 *	test ──go──> subject ──fork──> other
 *	  └──done──────┘ 0, or -1 and `why`
 */
struct subject {
	pid_t pid;
	char *mem;		/* SUBJECT_BYTES, aligned; readable and writable in the subject only */
	int go, done;
	struct told {
		pid_t other;	/* a fork of the subject, or 0 */
		char why[LINE];	/* what refused */
	} *told;		/* in shared memory */
};

typedef int act_fn(int step);

extern struct subject subject;

/* Why a step failed; -1. */
int no(const char *what);

/* The next step is done when it returns. */
void next_step(void);

void start_subject(act_fn *act);

/* Also after a test that failed or was skipped half way. */
int end_subject(void **state);

void write_from(size_t first, size_t n);
void read_from(size_t first, size_t n);
int advise(size_t first, size_t n, int advice, const char *what);

/* Forks; the other side writes pages of its own, and sleeps. Returns when it has. */
int fork_other(size_t first, size_t n);

int collapse(size_t first);

/* Until all pages are entries of swap. */
int page_out(size_t first, size_t n);

#endif
