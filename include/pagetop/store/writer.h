/*
 * A snapshot file that is written: what the files that write it share.
 *
 *	write.c            the file, its moments: begun, gone on with, forgotten
 *	write_process.c    a process of a moment; what is as it was a moment ago is stored once
 */
#ifndef PAGETOP_STORE_WRITER_H
#define PAGETOP_STORE_WRITER_H

#include <sqlite3.h>
#include "pagetop/model/kinds.h"
#include "pagetop/store/guard.h"
#include "pagetop/store/schema.h"
#include "pagetop/store/snapshot.h"

enum pt_writer_statement {
	PT_ADD_CGROUP,
	PT_ADD_MOMENT,
	PT_ADD_PROCESS,
	PT_ADD_MAPPING,
	PT_ADD_EXTENT,
	PT_ADD_RUN,
	PT_ADD_KIND,
	PT_FIND_KIND,
	PT_FIND_BEFORE,
	PT_GET_EXTENTS,
	PT_GET_RUNS,
	PT_NSTATEMENTS
};

struct pt_saved_run {
	uint64_t pfn;		/* 0: none, or not known */
	uint32_t npages;
	uint16_t page;		/* in its block */
	int64_t kind;
};

struct pt_extent {
	uint64_t vpn;
	int64_t mapping, block;
};

/* What a process had a moment ago. */
struct pt_before {
	int64_t list, pages;	/* 0: nothing is known of it */
	struct pt_extent *extent;
	size_t n, cap;
};

struct pt_snapshot_writer {
	struct pt_database file;	/* in memory, or one that is gone on with */
	sqlite3_stmt *st[PT_NSTATEMENTS];
	bool open_moment;
	int64_t moment, last_moment;	/* the one under way, the one before; 0: there is none */
	int64_t process, list, pages, block, kind;	/* the ids given last */
	bool words;			/* types of entries are there */
	struct pt_before before;
	struct pt_kinds kinds;		/* match: the id */
	struct pt_extent *extent;		/* of the process under way */
	size_t nextents, extent_cap;
	bool same;			/* all of them are as before */
	struct pt_saved_run row[PT_PFNS_BLOCK_NPAGES];	/* of the block under way */
	size_t nrows;
};

/* What stands for it in when_ns; before 1970, too: a clock may say anything. */
int64_t pt_writer_ns(const struct timespec *t);

#endif
