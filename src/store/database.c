#include "pagetop/store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/base/held.h"
#include "pagetop/base/memory.h"
#include "pagetop/kernel/root.h"
#include "pagetop/store/copy.h"
#include "pagetop/store/schema.h"
#include "pagetop/store/sql.h"
#include "pagetop/store/vfs.h"

enum {
	/* Of the file format of SQLite */
	HEADER_BYTES = 100, WRITE_VERSION = 18, READ_VERSION = 19,
};

static const char no_snapshot[] = "not a pagetop snapshot, or corrupt";

/* ---- the file, and what lies beside it */

struct place {
	int dir_fd, fd, journal_fd;	/* journal: of the file's owner; -1: none that counts */
	char *name;			/* in the folder */
	struct stat st;
	bool own;			/* nobody else may write to it */
	bool own_journal, strange;	/* the journal is ours as well; somebody's is there
					   that does not count */
};

#define PLACE_INIT { .dir_fd = -1, .fd = -1, .journal_fd = -1 }

static void leave(struct place *p)
{
	const int fd[] = { p->dir_fd, p->fd, p->journal_fd };

	for (size_t i = 0; i < sizeof(fd) / sizeof(fd[0]); i++)
		if (fd[i] >= 0)
			close(fd[i]);
	free(p->name);
	*p = (struct place)PLACE_INIT;
}

/* The folder is held open: from here on no name above the file matters. */
static int find(const char *path, struct place *p)
{
	char *real = realpath(path, NULL), *slash = real ? strrchr(real, '/') : NULL;
	int err = real ? 0 : pt_memory_note_err(-errno);

	if (slash) {
		p->name = pt_strdup(slash + 1);
		slash[slash == real] = '\0';
		p->dir_fd = open(real, O_PATH | O_DIRECTORY | O_CLOEXEC);
		err = p->dir_fd < 0 ? -errno : 0;
		if (!p->name)
			err = -ENOMEM;
	}
	free(real);
	return err;
}

/*
 * Opened only if it is a regular file, and that is looked at before and after: opening a device
 * may do something.
 */
static int open_regular(int dir_fd, const char *name, int access, struct stat *st)
{
	int fd;

	if (fstatat(dir_fd, name, st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	if (!S_ISREG(st->st_mode))
		return S_ISDIR(st->st_mode) ? -EISDIR : -EBADMSG;
	fd = openat(dir_fd, name, access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, st) && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	return -EBADMSG;
}

/* One that another than the file's owner made is none of this file. */
static void find_journal(struct place *p)
{
	struct pt_str name = PT_STR_INIT;
	struct stat st;
	int fd;

	pt_str_addf(&name, "%s-journal", p->name);
	p->strange = name.err || !fstatat(p->dir_fd, name.s, &st, AT_SYMLINK_NOFOLLOW);
	fd = p->strange && !name.err ? open_regular(p->dir_fd, name.s, O_RDONLY, &st) : -1;
	if (fd >= 0 && !st.st_size) {		/* it was not begun */
		close(fd);
		p->strange = !pt_vfs_is_own(&st);
	} else if (fd >= 0 && (st.st_uid == p->st.st_uid || pt_vfs_is_own(&st)) && st.st_nlink == 1) {
		p->journal_fd = fd;
		p->own_journal = pt_vfs_is_own(&st);
		p->strange = !p->own_journal;
	} else if (fd >= 0) {
		close(fd);
	}
	pt_str_done(&name);
}

static int look_at(const char *path, struct place *p)
{
	uint8_t head[HEADER_BYTES];
	int err = find(path, p);

	if (err)
		return err;
	p->fd = open_regular(p->dir_fd, p->name, O_RDONLY, &p->st);
	if (p->fd < 0)
		return p->fd;
	if (pt_pread_full(p->fd, head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head, "SQLite format 3", 16) || head[WRITE_VERSION] != 1 ||
	    head[READ_VERSION] != 1)
		return -EBADMSG;
	p->own = pt_vfs_is_own(&p->st);
	find_journal(p);
	return 0;
}

static bool is_own_folder(const struct place *p)
{
	struct stat st;

	return !fstat(p->dir_fd, &st) && pt_vfs_is_own_folder(&st);
}

/* ---- what a file may cost */

/* ---- the ways to open it */

static int open_in_place(const struct place *p, int flags, struct pt_database *ret)
{
	struct pt_str path = PT_STR_INIT;
	int err = 0;

	ret->dir_fd = fcntl(p->dir_fd, F_DUPFD_CLOEXEC, 3);
	pt_str_addf(&path, "/proc/self/fd/%d/%s", ret->dir_fd, p->name);
	if (ret->dir_fd < 0 || path.err)
		err = path.err ? path.err : -errno;
	else if (sqlite3_open_v2(path.s, &ret->db, flags | SQLITE_OPEN_NOMUTEX, pt_vfs()))
		err = ret->db ? pt_sql_err(ret->db) : pt_memory_note();
	else
		err = pt_database_guard(ret);
	pt_str_done(&path);
	return err;
}

/* The journal is looked for under the lock: who wrote meanwhile has taken his away. */
static int open_copy(struct place *p, struct pt_database *ret, struct pt_str *why)
{
	int err = pt_copy_lock(p->fd);
	bool hot;

	if (p->journal_fd >= 0)
		close(p->journal_fd);
	p->journal_fd = -1;
	find_journal(p);
	hot = !err && p->journal_fd >= 0 && !pt_copy_is_written(p->fd);
	if (hot && !(p->own && p->own_journal && is_own_folder(p))) {
		pt_str_addf(
			why,
			"interrupted recording; %s-journal is not trusted; as its owner, move both to a folder that only "
			"you can write to",
			p->name);
		return -EPERM;
	}
	return err ? err : pt_copy_open(p->fd, hot ? p->journal_fd : -1, ret, why);
}

static int open_to_read(struct place *p, struct pt_database *ret, struct pt_str *why)
{
	int64_t n;
	int err = p->own && !p->strange ? open_in_place(p, SQLITE_OPEN_READONLY, ret) : -EROFS;

	if (!err)
		err = pt_sql_ask(ret->db, "SELECT count(*) FROM sqlite_master", &n);
	if (err != -EROFS && err != -EACCES)
		return err;
	/* Something is to be taken back first, or a journal of somebody came in between */
	pt_database_close(ret);
	return open_copy(p, ret, why);
}

/* ---- what stands in it */

/* Whose database is it? */
static int check_owner(struct pt_database *d, struct pt_str *why)
{
	int64_t id = 0, version = 0;
	int err = pt_sql_ask(d->db, "PRAGMA application_id", &id);

	if (!err)
		err = pt_sql_ask(d->db, "PRAGMA user_version", &version);
	if (err)
		return err;
	if (id != PT_SNAPSHOT_ID)
		pt_str_adds(why, "database of another program");
	else if (version > PT_SNAPSHOT_VERSION)
		pt_str_addf(why, "written by a newer pagetop (format %lld; this one reads up to %d)",
			    (long long)version, PT_SNAPSHOT_VERSION);
	d->version = (int)version;
	return why->len || version < 1 ? -EBADMSG : 0;
}

static bool same_text(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
	const char *x = (const char *)sqlite3_column_text(a, column),
		   *y = (const char *)sqlite3_column_text(b, column);

	return x && y ? !strcmp(x, y) : x == y;
}

/* 1: both have a row, and it is the same; 0: neither has one; -EBADMSG: they differ. */
static int compare_rows(sqlite3_stmt *a, sqlite3_stmt *b)
{
	int x = pt_sql_row(a), y = pt_sql_row(b);

	if (x < 0 || y < 0)
		return x < 0 ? x : y;
	for (int i = 0; x && y && i < sqlite3_column_count(a); i++)
		if (!same_text(a, b, i))
			return -EBADMSG;
	return x == y ? x : -EBADMSG;
}

/*
 * Every table, index and view of the file is one of ours, to the letter, and none is
 * missing or more.
 */
static int compare_schemas(sqlite3 *db, sqlite3 *ours)
{
	static const char all[] =
		"SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name";
	sqlite3_stmt *a = NULL, *b = NULL;
	int r = 1;

	if (sqlite3_prepare_v2(db, all, -1, &a, NULL))
		r = pt_sql_err(db);
	else if (sqlite3_prepare_v2(ours, all, -1, &b, NULL))
		r = pt_sql_err(ours);
	while (r > 0)
		r = compare_rows(a, b);
	sqlite3_finalize(a);
	sqlite3_finalize(b);
	return r;
}

static int check_schema(struct pt_database *d, struct pt_str *why)
{
	sqlite3 *ours = NULL;
	int err = sqlite3_open_v2(":memory:", &ours, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				  NULL) ?
			  pt_memory_note() :
			  pt_schema_tables(ours, d->version);

	if (!err)
		err = compare_schemas(d->db, ours);
	if (err == -EBADMSG)
		pt_str_adds(why, "unexpected schema; not written by pagetop");
	sqlite3_close(ours);
	return err;
}

/*
 * Questions of ours ask for columns, and how large the file is; whatever else it might make of
 * them is refused.
 */
static int only_read(void *arg, int action, const char *a, const char *value, const char *c,
		     const char *d)
{
	(void)arg;
	(void)a;
	(void)c;
	(void)d;
	return action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION ||
	       (action == SQLITE_PRAGMA && !value) ? SQLITE_OK : SQLITE_DENY;
}

static int check(struct pt_database *d, struct pt_str *why)
{
	int err = check_owner(d, why);

	return err ? err : check_schema(d, why);
}

/* ---- all of it */

/* What is said where the file is none of ours. */
static int finish(struct pt_database *d, int err, struct pt_str *why)
{
	if (err == -EBADMSG && !why->len)
		pt_str_adds(why, no_snapshot);
	if (err)
		pt_database_close(d);
	return err;
}

int pt_database_open(const char *path, struct pt_database *ret, struct pt_str *why)
{
	struct place p = PLACE_INIT;
	int err = pt_vfs() ? look_at(path, &p) : pt_memory_note();

	*ret = (struct pt_database)PT_DATABASE_INIT;
	if (!err)
		err = open_to_read(&p, ret, why);
	if (!err)
		err = check(ret, why);
	if (!err)
		sqlite3_set_authorizer(ret->db, only_read, NULL);
	leave(&p);
	return finish(ret, err, why);
}

/* Why nothing is written to it; NULL: it may be. */
static const char *why_not_ours(const struct place *p)
{
	if (p->st.st_uid && p->st.st_uid != geteuid())
		return "owned by another user";
	if (!p->own)
		return p->st.st_nlink > 1 ? "has more than one hard link" :
					    "writable by others";
	if (p->strange)
		return "its journal belongs to another user";
	return p->journal_fd >= 0 && !is_own_folder(p) ?
		       "interrupted recording in a folder that others can write to" :
		       NULL;
}

static void hold(int dir_fd, const char *name)
{
	struct stat st;
	int fd = open_regular(dir_fd, name, O_RDWR, &st);

	if (fd >= 0)
		pt_held_add(fd);
}

void pt_database_hold(const char *path)
{
	struct place p = PLACE_INIT;
	struct pt_str journal = PT_STR_INIT;

	if (!find(path, &p)) {
		hold(p.dir_fd, p.name);
		pt_str_addf(&journal, "%s-journal", p.name);
		if (!journal.err)
			hold(p.dir_fd, journal.s);
	}
	pt_str_done(&journal);
	leave(&p);
}

int pt_database_append(const char *path, struct pt_database *ret, struct pt_str *why)
{
	struct place p = PLACE_INIT;
	int err = pt_vfs() ? look_at(path, &p) : pt_memory_note();

	*ret = (struct pt_database)PT_DATABASE_INIT;
	if (!err && why_not_ours(&p)) {
		pt_str_adds(why, why_not_ours(&p));
		err = -EPERM;
	}
	if (!err)
		err = open_in_place(&p, SQLITE_OPEN_READWRITE, ret);
	if (!err)
		err = check(ret, why);
	if (!err)
		sqlite3_progress_handler(ret->db, 0, NULL, NULL);
	leave(&p);
	return finish(ret, err, why);
}

