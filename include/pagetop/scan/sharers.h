/*
 * Which processes map a page frame: the kernel has no way to ask, so all of them are read once,
 * and who has which frames is kept in an index.
 *
 *	pid 4242 │ vpn 55d0c4118 … ────▶ pfn 14dedc … 14dee3 │  one run: consecutive PFNs
 *	pid 4243 │ vpn 55d0c4118 … ────▶ pfn 14dedc … 14dedf │  at consecutive addresses
 *
 *	run[]   in the order of first PFNs; runs overlap where memory is shared
 *	reach   where the farthest run ends among this one and all before it: walking back from the
 *	        asked PFN ends where nothing before reaches it any more
 *
 * Only PAGEMAP_SCAN and pagemap are read, no kpage file; where the ioctl is missing, kpageflags
 * too, for pages of zeros are not indexed: the kernel does not count how often they are mapped.
 * An index takes 32 bytes a run, and 16 a process, and is never more than a moment: what it says
 * is looked at again when it is asked.
 *
 * The count that makes an answer complete is of entries of page tables. Two processes that share
 * one address space without being threads (vfork until exec, CLONE_VM) show the same entry
 * twice: spaces.h tells them, and where it cannot, such an answer finds more than there are, and
 * says so.
 */
#ifndef PAGETOP_SCAN_SHARERS_H
#define PAGETOP_SCAN_SHARERS_H

#include "pagetop/model/sharers.h"
#include "pagetop/scan/scan.h"

struct pt_sharers_run {
	uint64_t pfn, vpn;
	uint32_t npages;
	uint32_t proc;			/* index into the processes */
	uint64_t reach;			/* PFN, exclusive */
};

struct pt_sharers {
	struct pt_sharers_run *run;
	size_t n, cap;
	struct { pid_t pid; uint64_t starttime; } *proc;	/* in the order of pids */
	size_t nprocs, proc_cap;
	size_t nrefused;		/* processes that could not be read */
	int refusal;			/* -errno of the first of them */
	bool hidden;			/* pages are present whose PFN is not shown */
	uint64_t mono_ns;		/* CLOCK_MONOTONIC at the beginning: of what came
					   later nothing is sure */
	uint64_t cost_ns;
};

/*
 * Reads all processes; those without memory and those that end meanwhile are passed over.
 * `progress`, which may be NULL, is called after each process. Between the steps of a process
 * its lock is let go for a moment. 0, or -errno: -ECANCELED, -ENOMEM, or that of the list of
 * processes.
 */
int pt_sharers_build(const struct pt_scan_env *env, struct pt_sharers **ret,
		     void (*progress)(void *arg, size_t done, size_t total), void *arg);
struct pt_sharers *pt_sharers_free(struct pt_sharers *s);	/* returns NULL; takes NULL */

/*
 * Who maps the page frame now: what the index says, each process opened and each word read again.
 * What is no longer true is left out; an incomplete answer from an old index may be complete from
 * a new one. 0 and one reference, or -errno: -ECANCELED, -ENOMEM.
 */
int pt_sharers_ask(const struct pt_scan_env *env, const struct pt_sharers *s, uint64_t pfn,
		   struct pt_who **ret);

#endif
