/*
 * The columns of the wide tables of a snapshot file: a row each in process.def, mapping.def,
 * kind.def.
 *
 *	row ─┬─▶ the text of the table, as each version of the schema had it
 *	     ├─▶ a value of the INSERT: the row's last part, which PT_PUT_COLUMN() binds
 *	     └─▶ a number, PT_PROCESS_comm: where the column is in a row that pt_columns_select() asks for
 *
 * So nobody counts question marks. Narrow tables (run, extent …) are written and read as they stand
 * in schema.c.
 */
#ifndef PAGETOP_STORE_COLUMNS_H
#define PAGETOP_STORE_COLUMNS_H

#include <sqlite3.h>
#include "pagetop/base/str.h"

enum pt_columns_of { PT_COLUMNS_PROCESS, PT_COLUMNS_MAPPING, PT_COLUMNS_KIND };

enum pt_process_column {
#define COLUMN(since, lead, name, ...) PT_PROCESS_##name,
#include "pagetop/store/process.def"
#undef COLUMN
};

enum pt_mapping_column {
#define COLUMN(since, lead, name, ...) PT_MAPPING_##name,
#include "pagetop/store/mapping.def"
#undef COLUMN
};

enum pt_kind_column {
#define COLUMN(since, lead, name, ...) PT_KIND_##name,
#include "pagetop/store/kind.def"
#undef COLUMN
};

/*
 * As COLUMN(), where `int at = 0, r = SQLITE_OK` are and `st` is the statement: each value in turn,
 * until one fails. Texts are not copied, they live until the step.
 */
#define PT_PUT_COLUMN(since, lead, name, type, put) at++; r = r == SQLITE_OK ? (put) : r;
#define PT_NUMBER(n) sqlite3_bind_int64(st, at, (int64_t)(n))
#define PT_NUMBER_IF(known, n) ((known) ? PT_NUMBER(n) : sqlite3_bind_null(st, at))
#define PT_TEXT(text) sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC)	/* NULL is null */

/* What stands between the brackets of CREATE TABLE, as this version has it. */
void pt_columns_create(enum pt_columns_of of, int version, struct pt_str *out);

/* A statement that adds a row with all columns of our version. 0 or -errno. */
int pt_columns_insert(sqlite3 *db, enum pt_columns_of of, sqlite3_stmt **ret);

/* Of a row that is the same in all columns but the first, that first one. 0 or -errno. */
int pt_columns_find(sqlite3 *db, enum pt_columns_of of, sqlite3_stmt **ret);

/*
 * All columns of rows: `where` goes on with the question. What the version does not have is
 * null. 0 or -errno.
 */
int pt_columns_select(sqlite3 *db, enum pt_columns_of of, int version, const char *where,
		      sqlite3_stmt **ret);

#endif
