/*
 * What the screen wants to know next. The newest wish wins.
 */
#ifndef PAGETOP_MODEL_WISH_H
#define PAGETOP_MODEL_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "pagetop/model/lens.h"
#include "pagetop/model/needs.h"

enum pt_wish_kind {
	PT_WISH_NONE,
	PT_WISH_TABLE,		/* all processes */
	PT_WISH_PROCESS,	/* one process, all of it */
	PT_WISH_PAGE,		/* one page of it, with every bit */
	PT_WISH_WHO,		/* who maps the frame of this page */
	PT_WISH_JOB,		/* nothing to look at: something is to be done, see scanner.h */
};

struct pt_job;

enum { PT_WISH_NFIRST = 256 };

struct pt_wish {
	uint64_t seq;		/* given by whoever posts it, ascending; comes
				   back with the answer */
	enum pt_wish_kind kind;
	pid_t pid;
	uint64_t starttime;	/* of the process meant; 0: whoever has the pid now */
	size_t moment;		/* of a file: which of its moments, from 0 on */
	uint64_t vpn;		/* PAGE */
	uint64_t lo_vpn, hi_vpn;	/* PROCESS: only these pages, the end
					   excluded; 0 and 0: all */
	enum pt_lens_id lens;	/* through which it is looked at */
	unsigned needs;		/* PT_NEED_*, besides what the lens needs */
	uint64_t kflags;	/* bits of kpageflags that are wanted, besides those of the lens */
	bool once;		/* answer once; otherwise again and again */
	bool reopen;		/* look at the process anew, also after it ran another program */
	unsigned interval_ms;	/* at most this often */
	pid_t first[PT_WISH_NFIRST];	/* TABLE: these are on the screen, their pages come first */
	unsigned nfirst;
	struct pt_job *job;	/* JOB */
};

#endif
