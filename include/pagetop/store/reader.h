/*
 * A snapshot file that is read: what the files that read it share.
 *
 *	read.c           opening; the processes of a moment
 *	read_image.c     one of them with its pages
 *	read_across.c    what is asked of many: states over time, who maps a frame
 */
#ifndef PAGETOP_STORE_READER_H
#define PAGETOP_STORE_READER_H

#include "pagetop/model/runs.h"
#include "pagetop/store/guard.h"
#include "pagetop/store/snapshot.h"
#include "pagetop/store/texts.h"
#include "pagetop/store/words.h"

#define PT_LEAST_NS (INT64_MIN + 1000000000)	/* when_ns, less a part of a second */

/* All that neighbouring pages have in common but their frames: a row of the table kind. */
struct pt_saved_kind {
	struct pt_run run;	/* vpn and npages mean nothing */
	bool has_cgroup;
	uint64_t cgroup;	/* inode */
	int state;		/* row of the state lens, or -1: we have none of that name */
};

struct pt_snapshot {
	struct pt_database file;
	char *host, *description, *boot;
	struct pt_snapshot_machine machine;
	struct pt_moment *moment;
	size_t nmoments, moment_cap;
	struct pt_words words;
	struct pt_saved_kind *kind;	/* by id - 1 */
	size_t nkinds, kind_cap;
	struct pt_texts texts;
};

/* 0 or -errno; `*ret` is set in any case. */
int pt_reader_prepare(struct pt_snapshot *s, const char *sql, sqlite3_stmt **ret);

/* Rows of the table process, by PT_PROCESS_*: `where` goes on with the question. 0 or -errno. */
int pt_reader_processes(struct pt_snapshot *s, const char *where, sqlite3_stmt **ret);

/* Kinds that came since the last time: a recording may go on while it is looked at. 0 or -errno. */
int pt_reader_kinds(struct pt_snapshot *s);

/*
 * How many rows of the table run the file can hold: in one moment no block is in two
 * places. 0 or -errno.
 */
int pt_reader_most_rows(struct pt_snapshot *s, int64_t *ret);

/* What when_ns stands for, which may be of before 1970. */
struct timespec pt_reader_time(int64_t ns);

#endif
