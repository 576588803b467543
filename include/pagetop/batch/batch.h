/*
 * What batch commands share: finding the processes, reading them, rows of output, the exit status.
 *
 *	int pt_run_maps(const struct pt_options *opt)
 *	{
 *		const struct pt_batch_form form = { "maps", column, n, .pages = false };
 *
 *		return pt_batch(opt, &form, NULL, maps);
 *	}
 *
 *	static void maps(struct pt_batch *b)
 *	{
 *		const struct pt_wish wish = pt_pick_wish(&b->pick, 0);
 *		pt_batch_each(b, &wish, print_image);		// print_image: pt_batch_row() for each row
 *	}
 *
 * All runs in the calling thread and at full speed. A column is a row of a table with the function
 * that puts its value, so headings and values cannot part. Rows leave when there are some: memory
 * is bounded by one process.
 */
#ifndef PAGETOP_BATCH_BATCH_H
#define PAGETOP_BATCH_BATCH_H

#include <stdatomic.h>
#include "pagetop/base/end.h"
#include "pagetop/base/output.h"
#include "pagetop/base/rows.h"
#include "pagetop/batch/pick.h"
#include "pagetop/cli/options.h"
#include "pagetop/scan/kernel.h"
#include "pagetop/store/side.h"

struct pt_batch_column {
	struct pt_rows_column head;
	bool people;			/* also in a table; JSON and CSV have all */
	void (*put)(struct pt_rows *r, const void *row, int arg);
	int arg;
};

struct pt_batch_form {
	const char *kind;
	const struct pt_batch_column *column;	/* one named "pid", and one "error" */
	size_t ncolumns;
	bool pages;			/* a process of which only the mappings can
					   be read is refused */
	bool alone;			/* it looks at no process of its own accord */
	bool public;			/* its file is for others to read, too */
	bool writes;			/* it has no rows, and writes its file itself */
};

enum { PT_BATCH_COLUMNS = 96 };

struct pt_batch {
	const struct pt_options *opt;
	struct pt_pick pick;
	struct pt_root root;
	struct pt_kernel kernel;
	struct pt_cgroup_names cgroups;
	struct pt_side from;		/* what was said is to be looked at; */
	struct pt_source *source;	/* of it */
	struct pt_table *table;		/* the processes that are asked for, in the order of pids */
	size_t nread, nrefused;		/* processes; those that ended meanwhile are in neither */
	const char *refusal;		/* why, of the last one */
	uint64_t nfound, undecided;	/* what --where and --name let through; of
					   which it is not known */
	uint64_t nfailed;		/* pages for which --expect does not hold */
	struct pt_rows_pair unasked[PT_NNEVER_LOCKED];	/* pages of which --expect was not
							   asked, by reason */
	size_t nunasked;
	uint64_t hugetlb_bytes;		/* which the other sums of the rows leave out */
	bool silent;			/* without a row there is no heading either: a
					   sentence says why */
	atomic_bool asked;		/* to end, by a signal */
	int status;			/* PT_DONE, unless the command finds otherwise */
	int err;			/* -errno: the run has failed */
	const char *err_what;		/* at what */
	/* the rest is private */
	const char *missing;		/* a target that is no process */
	const struct pt_batch_form *form;
	struct pt_rows rows;
	struct pt_rows_column column[PT_BATCH_COLUMNS];
	struct pt_str text;
	struct pt_output out;
	struct timespec when;
	unsigned got;			/* bits of PT_GOT_* */
	bool begun;
};

/*
 * From the options to the exit status: filters and processes are looked up first, so that what
 * is wrong with them is one sentence and no row. `range` NULL: none.
 */
int pt_batch(const struct pt_options *opt, const struct pt_batch_form *form, const char *range,
	     void (*run)(struct pt_batch *b));

/*
 * Looks at the first process that lets itself be read, for "got". To be called
 * before the first row.
 */
void pt_batch_learn(struct pt_batch *b);

/*
 * One process, anew where it runs another program meanwhile. 0 and its image, to be freed by the
 * caller, or -errno. `ret_got`, unless NULL: which sources answered.
 */
int pt_batch_look(const struct pt_batch *b, const struct pt_process *p, const struct pt_wish *wish,
		  struct pt_image **ret, unsigned *ret_got);

/*
 * The sums and counts of a row of the table, or why there are none. 0, or -errno: there is no
 * use in going on.
 */
int pt_batch_sum(struct pt_batch *b, struct pt_process *p);

/* All processes again; or the one, or none. 0 and one reference, or -errno. */
int pt_batch_list(struct pt_batch *b, struct pt_table **ret);
int pt_batch_one(struct pt_batch *b, pid_t pid, struct pt_table **ret);

/* Who maps a frame. 0 and one reference, or -errno. */
int pt_batch_who(struct pt_batch *b, uint64_t pfn, struct pt_who **ret);

/* What a failed look means: words behind the process. A constant string. */
const char *pt_batch_why(const struct pt_batch *b, int err);

/*
 * Each process with memory: its image, which is freed afterwards. A process that cannot be read
 * becomes a row of its own; one that ends meanwhile is left out.
 */
void pt_batch_each(struct pt_batch *b, const struct pt_wish *wish,
		   void (*fn)(struct pt_batch *b, const struct pt_image *img));

/* Whether a mapping is meant; what goes wrong is in `b`. */
bool pt_batch_meant(struct pt_batch *b, const struct pt_vma *vma);

/* What keeps facts of pages from us. A constant string. */
const char *pt_batch_why_undecided(const struct pt_batch *b);

/* What follows from `nfound` and `undecided` for the exit status. */
void pt_batch_found(struct pt_batch *b, const char *one, const char *many);

/* 0 or an error, which is also in `b`: there is no use in going on. */
int pt_batch_row(struct pt_batch *b, const void *row);

/* In place of rows: a text. */
void pt_batch_text(struct pt_batch *b, const struct pt_str *text);

/* The row of a process that cannot be read: nothing but its pid and the constant string why. */
int pt_batch_refuse(struct pt_batch *b, pid_t pid, const char *why);
int pt_batch_fail(struct pt_batch *b, const char *what, int err);

#endif
