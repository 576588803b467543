/*
 * How SQLite is spoken to.
 */
#ifndef PAGETOP_STORE_SQL_H
#define PAGETOP_STORE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* -errno for what the last call on this database said. */
int pt_sql_err(sqlite3 *db);

/* Statements without values and rows. 0 or -errno. */
int pt_sql_exec(sqlite3 *db, const char *sql);

/*
 * Values from column `at` on, a letter each: i int64_t; u uint64_t; s text that lives until the
 * step, NULL: null; o bool and int64_t, null where it is false. 0 or -errno.
 */
int pt_sql_bind(sqlite3_stmt *st, int at, const char *fmt, ...);

/* One number from the file, of null 0. 0 or -errno; -EBADMSG: there is none. */
int pt_sql_ask(sqlite3 *db, const char *question, int64_t *ret);

/* One step of a statement that has no rows, and back to its start. 0 or -errno. */
int pt_sql_done(sqlite3_stmt *st);

/* 1: a row; 0: no more, it is reset; or -errno. */
int pt_sql_row(sqlite3_stmt *st);

bool pt_sql_is_null(sqlite3_stmt *st, int column);

/* The column as a number from `lo` to `hi`; `*ok` becomes false where it is none. */
int64_t pt_sql_number(sqlite3_stmt *st, int column, int64_t lo, int64_t hi, bool *ok);

#endif
