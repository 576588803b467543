/*
 * Writing a snapshot file: the file and its moments.
 */
#include "pagetop/store/writer.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/store/columns.h"
#include "pagetop/store/database.h"
#include "pagetop/store/sql.h"
#include "pagetop/store/vfs.h"

/* The others are made of their columns. */
static const char *const sql[PT_NSTATEMENTS] = {
	[PT_ADD_CGROUP] = "INSERT OR REPLACE INTO cgroup VALUES (?, ?)",
	[PT_ADD_MOMENT] = "INSERT INTO moment VALUES (?, ?, ?)",
	[PT_ADD_EXTENT] = "INSERT INTO extent VALUES (?, ?, ?, ?)",
	[PT_ADD_RUN] = "INSERT INTO run VALUES (?, ?, ?, ?)",
	[PT_FIND_BEFORE] = "SELECT list, pages FROM process WHERE moment = ? AND pid = ? AND starttime = ? AND list IS NOT NULL",
	[PT_GET_EXTENTS] = "SELECT mapping, vpn, block FROM extent WHERE pages = ? ORDER BY mapping, vpn",
	[PT_GET_RUNS] = "SELECT id, npages, pfn, kind FROM run WHERE id BETWEEN ? AND ? ORDER BY id",
};

static int prepare(struct pt_snapshot_writer *w)
{
	int err = pt_columns_insert(w->file.db, PT_COLUMNS_PROCESS, &w->st[PT_ADD_PROCESS]);

	if (!err)
		err = pt_columns_insert(w->file.db, PT_COLUMNS_MAPPING, &w->st[PT_ADD_MAPPING]);
	if (!err)
		err = pt_columns_insert(w->file.db, PT_COLUMNS_KIND, &w->st[PT_ADD_KIND]);
	if (!err)
		err = pt_columns_find(w->file.db, PT_COLUMNS_KIND, &w->st[PT_FIND_KIND]);
	for (int i = 0; i < PT_NSTATEMENTS && !err; i++)
		if (sql[i] && sqlite3_prepare_v3(w->file.db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
						 &w->st[i], NULL))
			err = pt_sql_err(w->file.db);
	return err;
}

/* ---- the file */

static const char new_file[] =
	"PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
	" PRAGMA temp_store = MEMORY;";
/* Who reads is waited for, and waits only while a moment is committed. */
static const char old_file[] =
	"PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
	" PRAGMA busy_timeout = 60000; PRAGMA cache_spill = OFF";

static int store_machine(sqlite3 *db, const struct pt_snapshot_machine *m)
{
	sqlite3_stmt *st = NULL;
	int err = sqlite3_prepare_v2(db, "INSERT INTO machine VALUES (?, ?, ?, ?, ?)", -1, &st,
				     NULL) ?
			  pt_sql_err(db) :
			  pt_sql_bind(st, 1, "sssis", m->host, m->description, m->boot,
				      (int64_t)PT_PAGE_BYTES, PACKAGE_STRING);

	if (!err)
		err = pt_sql_done(st);
	sqlite3_finalize(st);
	return err;
}

static int open_memory(struct pt_snapshot_writer *w)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	sqlite3_int64 most = INT64_C(1) << 40;		/* memory is what ends it */

	if (!pt_vfs() || sqlite3_open_v2("snapshot", &w->file.db, flags, "memdb"))
		return w->file.db ? pt_sql_err(w->file.db) : pt_memory_note();
	sqlite3_file_control(w->file.db, "main", SQLITE_FCNTL_SIZE_LIMIT, &most);
	return pt_sql_exec(w->file.db, new_file);
}

static struct pt_snapshot_writer *new_writer(void)
{
	struct pt_snapshot_writer *w = pt_calloc(1, sizeof(*w));

	if (w)
		w->file = (struct pt_database)PT_DATABASE_INIT;
	return w;
}

int pt_snapshot_create(const struct pt_snapshot_machine *machine, struct pt_snapshot_writer **ret)
{
	struct pt_snapshot_writer *w = new_writer();
	int err = w ? open_memory(w) : -ENOMEM;

	if (!err)
		err = pt_sql_exec(w->file.db, "BEGIN");
	if (!err)
		err = pt_schema_create(w->file.db);
	if (!err)
		err = store_machine(w->file.db, machine);
	if (!err)
		err = pt_sql_exec(w->file.db, "COMMIT");
	if (!err)
		err = prepare(w);
	if (err)
		pt_snapshot_end(w);
	*ret = err ? NULL : w;
	return err;
}

/* Where the numbers go on. None of ours came near the end of what the number can hold. */
static int learn_ids(struct pt_snapshot_writer *w)
{
	const struct { const char *question; int64_t *id, most; } id[] = {
		{ "SELECT coalesce(max(id), 0) FROM moment", &w->moment, INT64_MAX >> 1 },
		{ "SELECT coalesce(max(id), 0) FROM process", &w->process, INT64_MAX >> 1 },
		{ "SELECT coalesce(max(list), 0) FROM mapping", &w->list, INT64_MAX >> 1 },
		{ "SELECT max(coalesce(max(pages), 0), (SELECT coalesce(max(pages), 0) FROM process)) FROM extent", &w->pages,
		  INT64_MAX >> 1 },
		{ "SELECT coalesce(max(id), 0) >> 13 FROM run", &w->block, INT64_MAX >> (PT_BLOCK_BITS + 1) },
		{ "SELECT coalesce(max(id), 0) FROM kind", &w->kind, INT_MAX >> 1 },
	};
	int64_t entries = 0;
	int err =
		pt_sql_ask(w->file.db, "SELECT count(*) FROM word WHERE kind = 'entry'", &entries);

	for (size_t i = 0; i < sizeof(id) / sizeof(id[0]) && !err; i++) {
		err = pt_sql_ask(w->file.db, id[i].question, id[i].id);
		if (!err && (*id[i].id < 0 || *id[i].id > id[i].most))
			err = -EBADMSG;
	}
	w->last_moment = w->moment;
	w->words = entries;
	return err;
}

static bool is_same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* The file is of this machine as it runs now, and numbers mean in it what they mean to us. */
static int check_file(const char *path, const struct pt_snapshot_machine *machine,
		      bool *ret_differs, struct pt_str *why)
{
	struct pt_snapshot *s = NULL;
	int err = pt_snapshot_open(path, &s, why);

	if (!err && (!is_same(pt_snapshot_machine(s)->boot, machine->boot) ||
		     !is_same(pt_snapshot_machine(s)->host, machine->host)))
		err = -EXDEV;
	if (!err)
		*ret_differs = pt_snapshot_differs(s);
	pt_snapshot_close(s);
	return err;
}

int pt_snapshot_append(const char *path, const struct pt_snapshot_machine *machine,
		       struct pt_snapshot_writer **ret, struct pt_str *why)
{
	struct pt_snapshot_writer *w = new_writer();
	struct pt_str rest = PT_STR_INIT;
	bool differs = false;
	int err = w ? check_file(path, machine, &differs, why) : -ENOMEM;

	if (!err && differs)
		err = -EXDEV;
	if (!err)
		err = pt_database_append(path, &w->file, &rest);
	if (rest.len) {
		pt_str_adds(why, "cannot append to \"");
		pt_escape(why, path, strlen(path));
		pt_str_addf(why, "\": %s", rest.s);
	}
	pt_str_done(&rest);
	if (!err)
		err = pt_sql_exec(w->file.db, old_file);
	if (!err)
		err = prepare(w);
	if (!err)
		err = learn_ids(w);
	if (err)
		pt_snapshot_end(w);
	*ret = err ? NULL : w;
	return err;
}

/* ---- moments */

int64_t pt_writer_ns(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

int pt_snapshot_begin(struct pt_snapshot_writer *w, const struct timespec *when, const char *scope)
{
	int err = pt_sql_exec(w->file.db, "BEGIN IMMEDIATE");

	w->open_moment = !err;
	if (!err)
		err = pt_sql_bind(w->st[PT_ADD_MOMENT], 1, "iis", ++w->moment, pt_writer_ns(when),
				  scope);
	return err ? err : pt_sql_done(w->st[PT_ADD_MOMENT]);
}

int pt_snapshot_add_cgroup(struct pt_snapshot_writer *w, uint64_t inode, const char *path)
{
	int err = pt_sql_bind(w->st[PT_ADD_CGROUP], 1, "us", inode, path);

	return err ? err : pt_sql_done(w->st[PT_ADD_CGROUP]);
}

/*
 * Takes the oldest moments away. What their processes point to goes with them, but for what the
 * next moment still points to: things are shared from one moment to the next, never across one.
 */
static const char forget_sql[] =
	"CREATE TEMP TABLE IF NOT EXISTS old (block INTEGER);"
	"DELETE FROM old;"
	"INSERT INTO old SELECT e.block FROM process p JOIN extent e ON e.pages = p.pages WHERE p.moment = %1$lld"
	" EXCEPT SELECT e.block FROM process p JOIN extent e ON e.pages = p.pages WHERE p.moment = %2$lld;"
	"DELETE FROM run WHERE EXISTS (SELECT 1 FROM old) AND id IN"
	" (SELECT r.id FROM old CROSS JOIN run r ON r.id BETWEEN old.block << 13 AND (old.block << 13) + 8191);"
	"DELETE FROM extent WHERE pages IN (SELECT pages FROM process WHERE moment = %1$lld"
	" EXCEPT SELECT pages FROM process WHERE moment = %2$lld);"
	"DELETE FROM mapping WHERE list IN (SELECT list FROM process WHERE moment = %1$lld"
	" EXCEPT SELECT list FROM process WHERE moment = %2$lld);"
	"DELETE FROM process WHERE moment = %1$lld;"
	"DELETE FROM moment WHERE id = %1$lld;";

static int forget_oldest(struct pt_snapshot_writer *w)
{
	int64_t oldest = 0, next = 0;
	struct pt_str s = PT_STR_INIT;
	int err = pt_sql_ask(w->file.db, "SELECT min(id) FROM moment", &oldest);

	if (!err)
		err = pt_sql_ask(
			w->file.db,
			"SELECT min(id) FROM moment WHERE id > (SELECT min(id) FROM moment)",
			&next);
	pt_str_addf(&s, forget_sql, (long long)oldest, (long long)next);
	if (!err)
		err = s.err ? s.err : pt_sql_exec(w->file.db, s.s);
	pt_str_done(&s);
	return err;
}

/* Bytes of the file that hold something. */
static int used_bytes(struct pt_snapshot_writer *w, int64_t *ret)
{
	int64_t npages = 0, nfree = 0, bytes = 0;
	int err = pt_sql_ask(w->file.db, "PRAGMA page_count", &npages);

	if (!err)
		err = pt_sql_ask(w->file.db, "PRAGMA freelist_count", &nfree);
	if (!err)
		err = pt_sql_ask(w->file.db, "PRAGMA page_size", &bytes);
	*ret = (npages - nfree) * bytes;
	return err;
}

static int forget(struct pt_snapshot_writer *w, unsigned keep, uint64_t max_bytes)
{
	int64_t n = 0, bytes = 0;
	int err = keep || max_bytes ? pt_sql_ask(w->file.db, "SELECT count(*) FROM moment", &n) : 0;

	for (; !err && n > 1; n--) {
		if (max_bytes)
			err = used_bytes(w, &bytes);
		if (err ||
		    !((keep && n > (int64_t)keep) || (max_bytes && (uint64_t)bytes > max_bytes)))
			break;
		err = forget_oldest(w);
	}
	return err;
}

int pt_snapshot_commit(struct pt_snapshot_writer *w, unsigned keep, uint64_t max_bytes)
{
	int err = forget(w, keep, max_bytes);

	if (!err && pt_memory_ran_out())	/* something may be missing in it */
		err = -ENOMEM;
	if (!err)
		err = pt_sql_exec(w->file.db, "COMMIT");
	if (!err) {
		w->open_moment = false;
		w->last_moment = w->moment;
	}
	return err;
}

int pt_snapshot_count(struct pt_snapshot_writer *w, size_t *ret)
{
	int64_t n = 0;
	int err = pt_sql_ask(w->file.db, "SELECT count(*) FROM moment", &n);

	*ret = (size_t)n;
	return err;
}

const void *pt_snapshot_bytes(struct pt_snapshot_writer *w, size_t *ret_n)
{
	sqlite3_int64 n = 0;
	const void *bytes = sqlite3_serialize(w->file.db, "main", &n, SQLITE_SERIALIZE_NOCOPY);

	*ret_n = (size_t)n;
	return bytes;
}

int pt_snapshot_end(struct pt_snapshot_writer *w)
{
	int err = 0, close_err;

	if (!w)
		return 0;
	if (w->open_moment)
		err = pt_sql_exec(w->file.db, "ROLLBACK");
	for (int i = 0; i < PT_NSTATEMENTS; i++)
		sqlite3_finalize(w->st[i]);
	close_err = pt_database_close(&w->file);
	free(w->before.extent);
	free(w->extent);
	free(w);
	return err ? err : close_err;
}
