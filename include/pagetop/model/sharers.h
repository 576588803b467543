/*
 * Who maps a page frame: the answer to one question.
 *
 *	pfn 0x14dedc, count 3      4242 at 55d0c4118000 ┐ in the order of pids, then addresses
 *	                           4243 at 55d0c4118000 ┘ 2 of 3 found: `why`
 *
 * It is filled by the scanner and constant from then on: any thread may read it as long as it
 * holds a reference.
 */
#ifndef PAGETOP_MODEL_SHARERS_H
#define PAGETOP_MODEL_SHARERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "pagetop/kernel/kpage.h"

/* One entry of a page table that held the PFN when the question was asked. */
struct pt_sharer {
	pid_t pid;
	uint64_t starttime;		/* with pid, names the process */
	const char *name;		/* comm, escaped; owned by the answer */
	uint64_t addr;
	pid_t space_pid;		/* the first process that shares its address space; 0: it
					   is alone in it, as far as known */
	bool again;			/* this entry was listed before, of another process in
					   the same address space */
};

struct pt_who {
	atomic_uint refs;
	uint64_t pfn;
	uint64_t count;			/* kpagecount, of all entries; PT_KPAGE_NONE: not known */
	struct pt_sharer *v;
	size_t n, cap;			/* entries found, each of which was looked at again */
	size_t nagain;			/* of them listed again: v[].again */
	bool complete;			/* there are no others: as many as the kernel counts */
	const char *why;		/* why it is not, in words; NULL: it is. Constant */
	const char *needs;		/* what would show it, or why nothing does;
					   or NULL. Constant */
	uint64_t kflags;		/* where nobody was found: kpageflags;
					   PT_KPAGE_NONE: not known */
	char *cgroup;			/* and who pays for it, escaped; NULL:
					   nobody, or not known */
	size_t nrefused;		/* processes that could not be read */
	uint64_t mono_ns;		/* CLOCK_MONOTONIC when the index behind it was begun */
	char **name;			/* of each process once */
	size_t nnames, name_cap;
};

struct pt_who *pt_who_new(uint64_t pfn);		/* one reference; NULL: no memory */
/* The same where no page is present: PFN and count are 0, complete */
struct pt_who *pt_who_nobody(void);
const struct pt_who *pt_who_ref(const struct pt_who *who);
const struct pt_who *pt_who_unref(const struct pt_who *who);	/* returns NULL; takes NULL */

/*
 * Whether all entries, and there are some, are of one process, or of processes that share
 * an address space.
 */
bool pt_who_is_one(const struct pt_who *who);

/* Takes over the name, for the entries that follow; NULL is no memory. 0 or -ENOMEM. */
int pt_who_add_name(struct pt_who *who, char *name);

/*
 * One entry of the process that was named last; `space_pid` as in struct pt_sharer. 0 or -ENOMEM.
 */
int pt_who_add(struct pt_who *who, pid_t pid, uint64_t starttime, uint64_t addr, pid_t space_pid);

#endif
