/*
 * Which processes share an address space without being threads of one process: vfork until exec,
 * CLONE_VM.
 *
 *	code 55d0c2a00000 … stack 7ffc390c0000   4242  4250  4251     one program since a fork, or one address space:
 *	                                         └─ kcmp, or a page ──┘   told apart only where these are equal
 *
 * Where kcmp(2) does not answer, a page of the stack tells: at the same frame, and mapped once, it
 * is one entry of one page table. What neither tells stays open. A list of 1000 processes takes 10
 * ms, so it is good for a while.
 */
#ifndef PAGETOP_SCAN_SPACES_H
#define PAGETOP_SCAN_SPACES_H

#include "pagetop/scan/target.h"

struct pt_space {
	pid_t pid, tid;			/* tid: of a thread that lives */
	uint64_t starttime;
	uint64_t key[3];		/* where code and stack begin and code ends: the same in
					   the same address space */
	uint64_t id;			/* within those with the same key: the same,
					   one address space */
	bool open;			/* nothing tells it from the others with its key */
};

struct pt_spaces {
	struct pt_space *v;		/* in the order of key, id, pid */
	size_t n, cap;
	uint64_t mono_ns;		/* CLOCK_MONOTONIC when it was read; 0: not yet */
};

/* Reads all processes, unless that was done a moment ago and `anew` is false. 0 or -errno. */
int pt_spaces_read(const struct pt_scan_env *env, struct pt_spaces *s, bool anew);
void pt_spaces_done(struct pt_spaces *s);

/*
 * Whether it was there when they were read, with the program that it runs now by its stat; true
 * where there is nothing to know.
 */
bool pt_spaces_knows(const struct pt_spaces *s, pid_t pid, const struct pt_proc_stat *stat);

/*
 * Those that share the address space of this process, itself among them, side by side; 0:
 * it is alone in it.
 */
size_t pt_spaces_of(const struct pt_spaces *s, pid_t pid, uint64_t starttime,
		    const struct pt_space **ret);

/* Whether others may share it of which it cannot be told. */
bool pt_spaces_open(const struct pt_spaces *s, pid_t pid, uint64_t starttime);

#endif
