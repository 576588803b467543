#include "pagetop/store/sql.h"

#include <errno.h>
#include <stdarg.h>
#include "pagetop/base/memory.h"

int pt_sql_err(sqlite3 *db)
{
	switch (sqlite3_errcode(db)) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return pt_memory_note();
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_ERROR:	/* a table or column that is not there */
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return -EBADMSG;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_INTERRUPT:
		return -ECANCELED;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_READONLY:
		return -EROFS;
	default:
		return sqlite3_system_errno(db) > 0 ? -sqlite3_system_errno(db) : -EIO;
	}
}

int pt_sql_exec(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : pt_sql_err(db);
}

int pt_sql_bind(sqlite3_stmt *st, int at, const char *fmt, ...)
{
	int r = SQLITE_OK;
	va_list ap;

	va_start(ap, fmt);
	for (; *fmt && r == SQLITE_OK; fmt++, at++) {
		const char *text = *fmt == 's' ? va_arg(ap, const char *) : NULL;
		bool known = *fmt != 'o' || va_arg(ap, int);

		if (text)
			r = sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
		else if (*fmt == 's')
			r = sqlite3_bind_null(st, at);
		else if (*fmt == 'u')
			r = sqlite3_bind_int64(st, at, (int64_t)va_arg(ap, uint64_t));
		else
			r = sqlite3_bind_int64(st, at, va_arg(ap, int64_t));
		if (!known && r == SQLITE_OK)
			r = sqlite3_bind_null(st, at);
	}
	va_end(ap);
	return r == SQLITE_OK ? 0 : pt_sql_err(sqlite3_db_handle(st));
}

int pt_sql_done(sqlite3_stmt *st)
{
	int r = sqlite3_step(st);
	int err = r == SQLITE_DONE || r == SQLITE_ROW ? 0 : pt_sql_err(sqlite3_db_handle(st));

	sqlite3_reset(st);
	return err;
}

int pt_sql_row(sqlite3_stmt *st)
{
	int r = sqlite3_step(st), err;

	if (r == SQLITE_ROW)
		return 1;
	err = r == SQLITE_DONE ? 0 : pt_sql_err(sqlite3_db_handle(st));
	sqlite3_reset(st);
	return err;
}

int pt_sql_ask(sqlite3 *db, const char *question, int64_t *ret)
{
	sqlite3_stmt *st = NULL;
	int r = sqlite3_prepare_v2(db, question, -1, &st, NULL) ? pt_sql_err(db) : pt_sql_row(st);

	int type = r > 0 ? sqlite3_column_type(st, 0) : SQLITE_BLOB;

	if (r > 0)
		*ret = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	if (r < 0)
		return r;
	return type == SQLITE_INTEGER || type == SQLITE_NULL ? 0 : -EBADMSG;
}

bool pt_sql_is_null(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL;
}

int64_t pt_sql_number(sqlite3_stmt *st, int column, int64_t lo, int64_t hi, bool *ok)
{
	int64_t v = sqlite3_column_int64(st, column);

	if (sqlite3_column_type(st, column) == SQLITE_INTEGER && v >= lo && v <= hi)
		return v;
	*ok = false;
	return lo;
}
