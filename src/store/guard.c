#include "pagetop/store/guard.h"

#include <errno.h>
#include <unistd.h>
#include "pagetop/store/sql.h"

enum {
	STEPS = 10000,			/* between two looks whether it is enough */
	STEPS_PER_BYTE = 16,		/* of the file; reading a row takes a dozen, and it
					   has as many bytes */
	LEAST_STEPS = 1000000,
	MAX_PAGE_BYTES = 65536,		/* of SQLite's pages */
};

#define HEAP_BYTES (INT64_C(4) << 30)

static int is_enough(void *arg)
{
	struct pt_database *d = arg;

	d->budget -= STEPS;
	return d->budget < 0;
}

/*
 * As large as it is now: a recording may go on. Of what somebody gave us only what is in it counts.
 */
static int64_t count_bytes(struct pt_database *d)
{
	int64_t npages = 0, bytes = 0;

	if (d->copied_bytes)
		return d->copied_bytes < INT64_MAX / STEPS_PER_BYTE / 4 ? d->copied_bytes : 0;
	if (pt_sql_ask(d->db, "PRAGMA page_count", &npages) ||
	    pt_sql_ask(d->db, "PRAGMA page_size", &bytes))
		return 0;
	return npages < INT64_MAX / STEPS_PER_BYTE / 4 / MAX_PAGE_BYTES ? npages * bytes : 0;
}

void pt_database_expect(struct pt_database *d, size_t times)
{
	int64_t once;

	d->budget = LEAST_STEPS;
	once = LEAST_STEPS + count_bytes(d) * STEPS_PER_BYTE;
	d->budget = (int64_t)times < INT64_MAX / once ? once * (int64_t)times : INT64_MAX;
}

int pt_database_err(const struct pt_database *d, int err)
{
	return err == -ECANCELED && d->budget < 0 ? -EBADMSG : err;
}

/*
 * Larger than anything of ours, and small enough that nothing in a file takes the
 * memory of the machine.
 */
int pt_database_guard(struct pt_database *d)
{
	static const struct { int what, most; } row[] = {
		/* a line of maps has at most 1 MiB, each byte of it escaped by four */
		{ SQLITE_LIMIT_LENGTH, 16 << 20 },
		{ SQLITE_LIMIT_SQL_LENGTH, 1 << 16 }, { SQLITE_LIMIT_COLUMN, 64 }, { SQLITE_LIMIT_EXPR_DEPTH, 50 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 4 }, { SQLITE_LIMIT_FUNCTION_ARG, 8 }, { SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 1 }, { SQLITE_LIMIT_WORKER_THREADS, 0 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		sqlite3_limit(d->db, row[i].what, row[i].most);
	sqlite3_hard_heap_limit64(HEAP_BYTES);		/* of the process: there is no other */
	sqlite3_extended_result_codes(d->db, 0);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_busy_timeout(d->db, PT_DATABASE_BUSY_MS);
	d->budget = LEAST_STEPS;
	sqlite3_progress_handler(d->db, STEPS, is_enough, d);
	return pt_sql_exec(
		d->db,
		"PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0");
}

int pt_database_close(struct pt_database *d)
{
	int err = sqlite3_close(d->db) ? -EIO : 0;

	if (d->dir_fd >= 0)
		close(d->dir_fd);
	*d = (struct pt_database)PT_DATABASE_INIT;
	return err;
}
