/*
 * The tables of a snapshot file. docs/SNAPSHOT.md tells it to users.
 *
 *	machine   one row: whose pages these are
 *	word      names of all bits and states, as they were when the file was begun
 *	moment ─┬─ process ─┬─ list ──▶ mapping     the mappings of a process, in order
 *	        │           └─ pages ─▶ extent ──▶ block ──▶ run ──▶ kind
 *	        └─ process …
 *
 * A block is of PT_PFNS_BLOCK_NPAGES addresses of one mapping (32 MiB, aligned); its runs have the
 * block in the high bits of their id and the page in the low ones, so that neither costs a column
 * or an index. Lists, extents and blocks that are as they were a moment ago are not stored again:
 * the new process row points to the old ones. A kind is all that neighbouring pages have in common
 * but their frames.
 */
#ifndef PAGETOP_STORE_SCHEMA_H
#define PAGETOP_STORE_SCHEMA_H

#include <sqlite3.h>

enum {
	PT_SNAPSHOT_ID = 0x70746f70,	/* "ptop", application_id */
	PT_SNAPSHOT_VERSION = 2,	/* user_version: what we write; a higher one is
					   another program's */
	PT_BLOCK_BITS = 13,
};

/* process.smaps_sums: which sums of its mappings stand where single pages are open. */
enum { PT_SUMS_NONE, PT_SUMS_ALL, PT_SUMS_HUGE_AND_MERGED };

/*
 * process.needs holds these besides PT_NEED_*: other processes share its address space; others may,
 * which cannot be told.
 */
enum { PT_NEEDS_SHARED = 1 << 16, PT_NEEDS_SHARED_OPEN = 1 << 17 };

/* All tables and views of our version, and the names. 0 or -errno. */
int pt_schema_create(sqlite3 *db);

/* Only the tables and views, as this version had them. 0 or -errno. */
int pt_schema_tables(sqlite3 *db, int version);

#endif
