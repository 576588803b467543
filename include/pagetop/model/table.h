/*
 * All processes at one moment. Filled by the scanner, constant once published.
 *
 * A row comes first with what /proc/PID/stat says, its sums by page later: `scanned` tells.
 * What could not be read is `err` and `why`, never a zero.
 */
#ifndef PAGETOP_MODEL_TABLE_H
#define PAGETOP_MODEL_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>
#include "pagetop/model/columns.h"
#include "pagetop/model/image.h"
#include "pagetop/model/pulse.h"

struct pt_process {
	pid_t pid;
	uint64_t starttime;
	pid_t ppid;			/* its parent; 0: none, or not known */
	pid_t nspid;			/* its pid in its own pid namespace; 0: not asked
					   for, or not known */
	char *cgroup;			/* path of its control group, escaped; NULL: not asked
					   for, or not known */
	uid_t uid;			/* effective; (uid_t)-1: not known */
	char *user;			/* its name, escaped */
	char *command;			/* escaped; a kernel thread in brackets */
	char *comm;			/* raw, for the name on the command line */
	bool kthread;			/* has no memory of its own */
	bool zombie;
	bool scanned;			/* sums and counts below were worked out */
	int err;			/* why they were not: -errno, or 0 */
	const char *why;		/* the same in words; constant */
	uint64_t rss_bytes;		/* the kernel's quick count, to sort by until scanned */
	uint64_t nfaults;		/* minor and major, since it started */
	double faults_per_s;		/* negative: not known yet; NAN: nor will it be, a file
					   has one moment of it */
	struct pt_sum sum[PT_NCOLS];
	struct pt_counts counts;	/* of all mapped pages, by state */
	uint64_t node_npages[PT_NNODES];	/* present pages by NUMA node, where
						   there are several */
	uint64_t mono_ns;		/* when its pages were scanned */
};

struct pt_table {
	atomic_uint refs;
	struct pt_process *p;
	size_t n, cap;
	struct timespec when;
	uint64_t mono_ns;
	uint64_t cost_ns, cpu_ns;	/* of the last whole pass */
	struct pt_pulse pulse;		/* of the machine then; empty in a file */
	bool complete;			/* every process was scanned, or its refusal is known */
};

struct pt_table *pt_table_new(void);
const struct pt_table *pt_table_ref(const struct pt_table *t);
/* Returns NULL; takes NULL */
const struct pt_table *pt_table_unref(const struct pt_table *t);

/* A copy that can go on being filled while the old one is on the screen. NULL: no memory. */
struct pt_table *pt_table_copy(const struct pt_table *t);

/* A row of its own to fill; NULL: no memory. */
struct pt_process *pt_table_add(struct pt_table *t);

/* A copy of another table's row. 0 or -ENOMEM. */
int pt_table_add_copy(struct pt_table *t, const struct pt_process *row);

/* Takes the last row away again. */
void pt_table_drop(struct pt_table *t);

/* The row of this process, or NULL; starttime 0: whoever has the pid. */
const struct pt_process *pt_table_find(const struct pt_table *t, pid_t pid, uint64_t starttime);

/*
 * Whether it was forked from the process with this pid, or from one that was: as far as
 * parents are alive.
 */
bool pt_table_descends(const struct pt_table *t, const struct pt_process *p, pid_t pid);

/* Kernel threads have none of their own, and the dead none any more. */
static inline bool pt_process_has_memory(const struct pt_process *p)
{
	return !p->kthread && !p->zombie;
}

/* Why there is nothing to enter: a sentence behind the pid; NULL: there is. */
const char *pt_process_no_memory(const struct pt_process *p);

/*
 * What a row shows, and is searched: the command; behind it " [NAME]", where the name of the
 * process is not in it.
 */
void pt_process_text(const struct pt_process *p, struct pt_str *out);

/*
 * By comm; where the name is longer than the 15 bytes that the kernel keeps, by the name of the
 * program in its command, too.
 */
bool pt_process_is_called(const struct pt_process *p, const char *name);

/* Largest first; kernel threads and the dead last. */
void pt_table_sort(struct pt_table *t);

#endif
