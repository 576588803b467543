/*
 * Work that may never come back is done by a thread that can be left behind.
 *
 *	caller ── pt_errand_run(e) ──▶ a thread: step 0, step 1, …      0: it is back
 *	                          ──▶ a thread: step 0, step 1 ┄┄┄┄┄   -ETIMEDOUT: it goes on waiting, with a
 *	                                                               reference of its own, and ends when it can
 *
 * The kernel's answer about a process may wait for a lock that the process holds for ever, and a
 * thread that waits there can neither be cancelled nor asked to stop. Blocked is who uses no CPU
 * time, however long the work takes. Of each pid at most one thread is left behind: until it is
 * back, the pid is not asked again.
 */
#ifndef PAGETOP_BASE_ERRAND_H
#define PAGETOP_BASE_ERRAND_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The first member of what the steps work on. */
struct pt_errand {
	int (*step)(struct pt_errand *e, size_t i);	/* in the other thread; negative: it
							   was the last one */
	void (*drop)(struct pt_errand *e);		/* when nobody holds it any more: frees
							   it and all it has */
	const pid_t *pid;		/* whom each step asks */
	size_t nsteps;
	int err;			/* of the last step */
	atomic_bool left;		/* behind: what comes of it is of no use any more */
	atomic_size_t ndone;		/* steps whose results nobody but the caller
					   touches any more */
	atomic_uint refs;
};

/*
 * One reference, the caller's. Also for the next errand with the same memory, where the
 * last one came back.
 */
void pt_errand_init(struct pt_errand *e, int (*step)(struct pt_errand *, size_t),
		    void (*drop)(struct pt_errand *), const pid_t *pid, size_t nsteps);
void pt_errand_unref(struct pt_errand *e);

/*
 * 0: all is done, or `err` ended it. -ETIMEDOUT: step `ndone` does not come back, or did not the
 * last time it was asked.
 * -ECANCELED: nor did it when `cancel`, which may be NULL, was set. -EUSERS: too many threads are
 * left behind already. After an error only results of the steps before `ndone` are the caller's.
 */
int pt_errand_run(struct pt_errand *e, const atomic_bool *cancel);

/* Any other thread that does not end when it is to: it is left behind for good, as an errand. */
void pt_thread_leave(void);

/* Threads left behind. As long as there are, nothing that they borrow may be freed. */
unsigned pt_errands_out(void);

/* Whether one of them asks this pid. */
bool pt_errand_is_out(pid_t pid);

/*
 * CPU time of all errands that came back, to be compared with itself: whoever sends them sends one
 * after the other, and nobody else does so meanwhile.
 */
uint64_t pt_errands_cpu_ns(void);

/*
 * A thread that takes no signals, they are the first thread's; but its own faults must be
 * heard. 0 or -errno.
 */
int pt_thread_start(pthread_t *ret, void *(*run)(void *), void *arg);

#endif
