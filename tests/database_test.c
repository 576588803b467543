/*
 * Files of moments that somebody else made, or put something beside: nothing of theirs is run, followed, touched, or waited
 * for, and a file that was made to take memory or time is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <sqlite3.h>
#include "moments.h"
#include "pagetop/base/clock.h"
#include "pagetop/model/sums.h"
#include "pagetop/store/vfs.h"

enum { STRANGER = 64007, MAX_BYTES = 1 << 20 };

static const char *beside(const struct world *w, const char *suffix)
{
	static char path[WORLD_PATH_BYTES + 16];

	snprintf(path, sizeof(path), "%s%s", w->path, suffix);
	return path;
}

static size_t read_file(const char *path, char *ret)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, MAX_BYTES);

	if (n < 0)
		fail_msg("cannot read %s: %s", path, strerror(errno));
	close(fd);
	return (size_t)n;
}

static void need_root(void)
{
	if (!geteuid())
		return;
	printf("# skip: other users' files take root to make\n");
	skip();
}

/* The file and its journal as a recording leaves them that was killed while it wrote: half of a moment is in the file. */
static void cut_off(const struct world *w)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		sqlite3 *file = NULL;

		_exit(sqlite3_open_v2(w->path, &file, SQLITE_OPEN_READWRITE, NULL) ||
		      sqlite3_exec(file, "BEGIN; UPDATE moment SET scope = 'torn'", NULL, NULL, NULL) ||
		      sqlite3_db_cacheflush(file));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(access(beside(w, "-journal"), F_OK), 0);
}

static void give_away(const char *path)
{
	assert_int_equal(chown(path, STRANGER, STRANGER), 0);
}

/* It opens, and its first moment is of this scope. */
static void assert_scope(const struct world *w, const char *scope)
{
	struct pt_snapshot *s = open_file(w);
	size_t n;

	assert_string_equal(pt_snapshot_moments(s, &n)[0].scope, scope);
	pt_snapshot_close(s);
}

static int append_once(struct world *w)
{
	struct pt_snapshot_writer *f = NULL;
	struct pt_image *img = image_of(w, 42);
	int err = go_on(w, &machine, &f);

	if (!err) {
		add_moment(f, img, 0);
		err = pt_snapshot_end(f);
	}
	pt_image_unref(img);
	return err;
}

static size_t count_moments(const struct world *w)
{
	struct pt_snapshot *s = open_file(w);
	size_t n;

	pt_snapshot_moments(s, &n);
	pt_snapshot_close(s);
	return n;
}

/* Neither the file nor the journal changes by being opened; `why`: what is said, or NULL where it opens. */
static void assert_untouched(const struct world *w, const char *why, const char *scope)
{
	static char before[2][MAX_BYTES], after[2][MAX_BYTES];
	size_t n[2];

	n[0] = read_file(w->path, before[0]);
	n[1] = read_file(beside(w, "-journal"), before[1]);
	if (why)
		assert_refused(w, why);
	else
		assert_scope(w, scope);
	assert_int_equal(read_file(w->path, after[0]), n[0]);
	assert_int_equal(read_file(beside(w, "-journal"), after[1]), n[1]);
	assert_memory_equal(before[0], after[0], n[0]);
	assert_memory_equal(before[1], after[1], n[1]);
}

/* ---- journals */

WORLD_TEST(what_was_cut_off_is_taken_back_in_a_private_copy)
{
	struct world *w = *state;

	save_db(w);
	cut_off(w);
	assert_untouched(w, NULL, "process");
}

WORLD_TEST(a_strangers_journal_beside_his_own_file_is_refused)
{
	struct world *w = *state;

	need_root();
	save_db(w);
	cut_off(w);
	give_away(w->path);
	give_away(beside(w, "-journal"));
	assert_untouched(w, "interrupted recording; moment.pagetop-journal is not trusted", NULL);
	assert_int_equal(append_once(w), -EPERM);
}

WORLD_TEST(a_strangers_journal_beside_our_file_is_none)
{
	struct world *w = *state;

	need_root();
	save_db(w);
	cut_off(w);
	give_away(beside(w, "-journal"));
	assert_untouched(w, NULL, "torn");	/* ours was torn by this test alone: what matters is that nothing of his is done */
	assert_int_equal(append_once(w), -EPERM);
}

WORLD_TEST(a_journal_under_another_name_of_ours_is_none)
{
	struct world *w = *state;
	struct stat st;

	save_db(w);
	fix_file(&w->fix, "precious", "precious", 8);
	assert_int_equal(symlink("precious", beside(w, "-journal")), 0);
	assert_scope(w, "process");
	assert_int_equal(append_once(w), -EPERM);
	assert_int_equal(unlink(beside(w, "-journal")), 0);
	assert_int_equal(linkat(w->root.proc_fd, "precious", w->root.proc_fd, "moment.pagetop-journal", 0), 0);
	assert_scope(w, "process");
	assert_int_equal(append_once(w), -EPERM);
	assert_int_equal(fstatat(w->root.proc_fd, "precious", &st, 0), 0);
	assert_int_equal(st.st_size, 8);
}

WORLD_TEST(a_pipe_in_place_of_a_journal_is_not_waited_for)
{
	struct world *w = *state;

	save_db(w);
	assert_int_equal(mkfifo(beside(w, "-journal"), 0666), 0);
	alarm(20);
	assert_scope(w, "process");
	assert_int_equal(append_once(w), -EPERM);
	alarm(0);
}

/* ---- whose file, whose folder */

WORLD_TEST(moments_go_into_no_file_of_others)
{
	static const struct { uid_t uid; mode_t mode; int err; } row[] = {
		{ 0, 0600, 0 }, { 0, 0644, 0 }, { 0, 0660, -EPERM }, { 0, 0602, -EPERM }, { STRANGER, 0600, -EPERM },
	};
	struct world *w = *state;

	need_root();
	for (size_t i = 0; i < LEN(row); i++) {
		unlink(w->path);
		save_db(w);
		assert_int_equal(chmod(w->path, row[i].mode) | chown(w->path, row[i].uid, 0), 0);
		assert_int_equal(append_once(w), row[i].err);
		assert_int_equal(count_moments(w), 1 + !row[i].err);
	}
}

/* `sudo pagetop record -o FILE` in somebody's folder, or in /tmp. */
WORLD_TEST(moments_go_into_a_file_of_ours_in_any_folder)
{
	static const struct { uid_t uid; mode_t mode; } row[] = { { 0, 01777 }, { STRANGER, 0755 }, { STRANGER, 0777 } };
	struct world *w = *state;

	need_root();
	for (size_t i = 0; i < LEN(row); i++) {
		unlink(w->path);
		assert_int_equal(chown(w->fix.dir, row[i].uid, 0) | chmod(w->fix.dir, row[i].mode), 0);
		save_db(w);
		assert_int_equal(append_once(w), 0);
		assert_int_equal(count_moments(w), 2);
	}
}

/* The folder is moved away, and another one has its name: SQLite has only the descriptor. */
WORLD_TEST(a_folder_that_is_exchanged_meanwhile_is_left_alone)
{
	struct world *w = *state;
	struct pt_snapshot_writer *f = NULL;
	struct pt_image *img;
	char away[WORLD_PATH_BYTES], into[WORLD_PATH_BYTES];
	struct stat st;

	save_db(w);
	img = image_of(w, 42);
	snprintf(away, sizeof(away), "%s.away", w->fix.dir);
	snprintf(into, sizeof(into), "%s.into", w->fix.dir);
	assert_int_equal(go_on(w, &machine, &f), 0);
	assert_int_equal(rename(w->fix.dir, away) | mkdir(into, 0700) | symlink(into, w->fix.dir), 0);
	add_moment(f, img, 0);
	pt_image_unref(img);
	assert_int_equal(pt_snapshot_end(f), 0);
	assert_int_equal(rmdir(into), 0);		/* nothing was made there */
	assert_int_equal(unlink(w->fix.dir) | rename(away, w->fix.dir), 0);
	assert_int_equal(count_moments(w), 2);
	assert_int_equal(stat(beside(w, "-journal"), &st), -1);
}

static void put_own_file(const char *journal, const char *victim)
{
	int fd = open(journal, O_CREAT | O_EXCL | O_WRONLY, 0600);

	(void)victim;
	assert_true(fd >= 0);
	close(fd);
	give_away(journal);
}

static void put_link(const char *journal, const char *victim)
{
	assert_int_equal(symlink(victim, journal), 0);
}

static void put_other_name(const char *journal, const char *victim)
{
	assert_int_equal(link(victim, journal), 0);
}

static void put_pipe(const char *journal, const char *victim)
{
	(void)victim;
	assert_int_equal(mkfifo(journal, 0666), 0);
}

/* Between our look and SQLite's: what is there by then is not written to, and nothing of it is believed. */
WORLD_TEST(a_journal_that_comes_meanwhile_takes_nothing)
{
	static void (*const put[])(const char *, const char *) = { put_own_file, put_link, put_other_name, put_pipe };
	const struct timespec when = { 5, 0 };
	struct world *w = *state;
	char victim[WORLD_PATH_BYTES], got[64];

	need_root();
	snprintf(victim, sizeof(victim), "%s/victim", w->fix.dir);
	fix_file(&w->fix, "victim", "precious", 8);
	for (size_t i = 0; i < LEN(put); i++) {
		struct pt_snapshot_writer *f = NULL;
		struct stat st;

		save_db(w);
		assert_int_equal(go_on(w, &machine, &f), 0);
		put[i](beside(w, "-journal"), victim);
		alarm(20);
		assert_true(pt_snapshot_begin(f, &when, "x") || pt_snapshot_commit(f, 0, 0));
		pt_snapshot_end(f);
		alarm(0);
		assert_true(lstat(beside(w, "-journal"), &st) || st.st_size < 512);
		assert_int_equal(read_file(victim, got), 8);
		assert_memory_equal(got, "precious", 8);
		unlink(beside(w, "-journal"));
		assert_int_equal(count_moments(w), 1);
	}
}

/* Root's own file, which he holds open: what is written to the journal is not written to that. */
WORLD_TEST(a_journal_that_somebody_holds_open_is_not_written_to)
{
	struct world *w = *state;
	struct stat st;
	int spy;

	need_root();
	save_db(w);
	assert_int_equal(chown(w->fix.dir, STRANGER, 0), 0);
	fix_file(&w->fix, "moment.pagetop-journal", "", 0);
	assert_int_equal(chmod(beside(w, "-journal"), 0644), 0);
	spy = open(beside(w, "-journal"), O_RDONLY | O_CLOEXEC);
	assert_true(spy >= 0);
	assert_int_equal(append_once(w), 0);
	assert_int_equal(fstat(spy, &st), 0);
	assert_int_equal(st.st_size | (off_t)st.st_nlink, 0);
	close(spy);
	assert_int_equal(count_moments(w), 2);
}

/* One of another file of root's, which he moved there. */
WORLD_TEST(in_a_folder_of_others_no_journal_is_believed)
{
	static const struct { uid_t uid; mode_t mode; } row[] = { { 0, 01777 }, { STRANGER, 0755 }, { 0, 0770 } };
	const struct timespec when = { 5, 0 };
	struct world *w = *state;

	need_root();
	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_snapshot_writer *f = NULL;

		assert_int_equal(chown(w->fix.dir, 0, 0) | chmod(w->fix.dir, 0700), 0);
		save_db(w);
		assert_int_equal(go_on(w, &machine, &f), 0);
		assert_int_equal(chown(w->fix.dir, row[i].uid, 0) | chmod(w->fix.dir, row[i].mode), 0);
		fix_file(&w->fix, "moment.pagetop-journal", "\331\325\005\371\040\241\143\327 and more of a journal", 31);
		assert_true(pt_snapshot_begin(f, &when, "x") || pt_snapshot_commit(f, 0, 0));
		pt_snapshot_end(f);
		unlink(beside(w, "-journal"));
		cut_off(w);
		assert_untouched(w, "is not trusted; as its owner, move both to a folder", NULL);
		assert_int_equal(append_once(w), -EPERM);
		unlink(beside(w, "-journal"));
	}
}

/* It says that it is of 8 TB, and is not: neither room nor time is spent on what it does not hold. */
WORLD_TEST(a_sparse_file_costs_what_it_holds)
{
	struct world *w = *state;
	struct stat st;

	need_root();
	save_db(w);
	assert_int_equal(truncate(w->path, (off_t)8 << 40), 0);
	assert_int_equal(stat(w->path, &st), 0);
	assert_true(st.st_blocks * 512 < 16 << 20);
	give_away(w->path);
	alarm(20);
	assert_scope(w, "process");
	alarm(0);
}

/* Exchanged for his own between our look and SQLite's. */
WORLD_TEST(SQLite_opens_no_file_that_others_may_write_to)
{
	struct world *w = *state;
	sqlite3 *file = NULL;

	need_root();
	save_db(w);
	give_away(w->path);
	assert_true(sqlite3_open_v2(w->path, &file, SQLITE_OPEN_READONLY, pt_vfs()) ||
		    sqlite3_exec(file, "SELECT * FROM machine", NULL, NULL, NULL));
	sqlite3_close(file);
}

/* Puts his own file, a link and another name of his in the journal's place, as fast as he can. */
static void play(const struct world *w, const char *victim)
{
	const char *journal = beside(w, "-journal");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setgid(STRANGER) || setuid(STRANGER))
		_exit(1);
	for (;;) {
		int fd = open(journal, O_CREAT | O_EXCL | O_WRONLY, 0666);

		if (fd >= 0)
			close(fd);
		unlink(journal);
		if (!symlink(victim, journal))
			unlink(journal);
		if (!mkfifo(journal, 0666))
			unlink(journal);
	}
}

WORLD_TEST(a_race_for_the_journal_is_won_by_nobody_else)
{
	const uint64_t end_ns = pt_now_ns() + (uint64_t)fix_part(50) * 1000000000;
	struct world *w = *state;
	char victim[WORLD_PATH_BYTES];
	int nwritten = 0, ntries = 0;
	struct stat st;
	pid_t pid;

	need_root();
	save_db(w);
	snprintf(victim, sizeof(victim), "%s/victim", w->fix.dir);
	fix_file(&w->fix, "victim", "precious", 8);
	assert_int_equal(chown(w->fix.dir, STRANGER, 0), 0);
	pid = fork();
	if (!pid)
		play(w, victim);
	for (; pt_now_ns() < end_ns; ntries++) {
		struct pt_snapshot_writer *f = NULL;
		const struct timespec when = { ntries, 0 };

		alarm(60);
		if (go_on(w, &machine, &f))
			continue;
		if (!pt_snapshot_begin(f, &when, "race") && !pt_snapshot_commit(f, 4, 0))
			nwritten++;
		pt_snapshot_end(f);
	}
	alarm(0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(beside(w, "-journal"));
	assert_int_equal(stat(victim, &st), 0);
	assert_int_equal(st.st_size, 8);
	assert_int_equal(append_once(w), 0);		/* nothing of his stands in the way for good */
	assert_true(count_moments(w) > 1);
	printf("# %d moments of %d tries were written\n", nwritten, ntries);
}

/* ---- what a file says of itself */

WORLD_TEST(only_tables_of_ours_are_read)
{
	static const char *const sql[] = {
		"CREATE TRIGGER t AFTER INSERT ON moment BEGIN DELETE FROM run; END",
		"CREATE VIEW mine AS SELECT * FROM run",
		"CREATE INDEX mine ON run (pfn)",
		"CREATE TABLE mine (a)",
		"ALTER TABLE run ADD COLUMN a",
		"ALTER TABLE machine ADD COLUMN a DEFAULT 'a'",
		"ALTER TABLE machine ADD COLUMN a GENERATED ALWAYS AS (zeroblob(1000000000))",
		"DROP VIEW page; CREATE VIEW page AS SELECT 1",
		"DROP TABLE word; CREATE TABLE word (kind, number, sign, name, meaning)",
		"DROP INDEX kind_of_words",
		"CREATE VIRTUAL TABLE mine USING rtree (id, a, b)",
		"CREATE VIRTUAL TABLE mine USING fts5 (a)",
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(sql); i++) {
		sqlite3 *file = NULL;
		int r;

		save_db(w);
		assert_int_equal(sqlite3_open_v2(w->path, &file, SQLITE_OPEN_READWRITE, NULL), 0);
		r = sqlite3_exec(file, sql[i], NULL, NULL, NULL);
		sqlite3_close(file);
		if (r)
			printf("# not tried, SQLite has none: %s\n", sql[i]);
		else
			assert_refused(w, "unexpected schema; not written by pagetop");
	}
}

WORLD_TEST(a_file_with_a_write_ahead_log_is_refused)
{
	struct world *w = *state;

	save_db(w);
	change(w, "PRAGMA journal_mode = WAL");
	unlink(beside(w, "-wal"));
	unlink(beside(w, "-shm"));
	assert_refused(w, "not a pagetop snapshot, or corrupt");
	assert_int_equal(access(beside(w, "-wal"), F_OK), -1);
	assert_int_equal(access(beside(w, "-shm"), F_OK), -1);
}

WORLD_TEST(a_name_is_a_name_and_no_URI)
{
	static const char name[] = "file:moment.pagetop?mode=memory";
	struct world *w = *state;
	struct pt_str why = PT_STR_INIT;
	struct pt_snapshot *s = NULL;
	int cwd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	save_db(w);
	assert_int_equal(chdir(w->fix.dir), 0);
	assert_int_equal(pt_snapshot_open(name, &s, &why), -ENOENT);
	assert_int_equal(rename("moment.pagetop", name), 0);
	assert_int_equal(pt_snapshot_open(name, &s, &why), 0);
	pt_snapshot_close(s);
	assert_int_equal(fchdir(cwd), 0);
	close(cwd);
	pt_str_done(&why);
}

WORLD_TEST(a_clock_may_say_anything)
{
	static const struct timespec when[] = { { -5, 250000000 }, { 0, 0 }, { INT64_C(-9000000000), 1 } };
	struct world *w = *state;

	for (size_t i = 0; i < LEN(when); i++) {
		struct pt_snapshot_writer *f;
		struct pt_image *img;
		struct pt_snapshot *s;
		const struct pt_moment *m;
		struct pt_process row;
		size_t n;

		db(w);
		img = image_of(w, 42);
		img->when = when[i];
		row = row_of(img);
		f = begin_file(w);
		assert_int_equal(pt_snapshot_begin(f, &when[i], "process"), 0);
		assert_int_equal(pt_snapshot_add(f, &row, img), 0);
		assert_int_equal(pt_snapshot_commit(f, 0, 0), 0);
		assert_int_equal(end_file(w, f), 0);
		pt_image_unref(img);
		s = open_file(w);
		m = pt_snapshot_moments(s, &n);
		assert_int_equal(n, 1);
		assert_memory_equal(&m->when, &when[i], sizeof(when[i]));
		img = NULL;
		assert_int_equal(pt_snapshot_image(s, 0, 42, 1042, &img), 0);
		assert_memory_equal(&img->when, &when[i], sizeof(when[i]));
		pt_image_unref(img);
		pt_snapshot_close(s);
	}
}

/* ---- files that were made to take memory or time */

/* Thousands of processes that all have all of the same pages. */
static void put_crowd(struct world *w, int nprocesses)
{
	char sql[512];

	save_db(w);
	snprintf(sql, sizeof(sql),
		 "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 8000)"
		 " INSERT OR IGNORE INTO run SELECT (SELECT block << 13 FROM extent ORDER BY block DESC LIMIT 1) + n, 1, 4096, 1 FROM i;"
		 "WITH RECURSIVE i(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM i WHERE n < %d)"
		 " INSERT INTO process (id, moment, pid, starttime, comm, list, pages) SELECT n, 1, 42, 1042, 'x', list, pages"
		 " FROM i CROSS JOIN (SELECT list, pages FROM process WHERE id = 1);"
		 "UPDATE run SET pfn = 4096", nprocesses);
	change(w, sql);
}

static void assert_little(const struct rusage *before, long most_kib)
{
	struct rusage now;
	double s;

	getrusage(RUSAGE_SELF, &now);
	s = (double)(now.ru_utime.tv_sec - before->ru_utime.tv_sec) + (double)(now.ru_utime.tv_usec - before->ru_utime.tv_usec) / 1e6;
	printf("# %ld MiB more, %.1f s\n", (now.ru_maxrss - before->ru_maxrss) >> 10, s);
	if (!getenv("SANITIZERS") || !*getenv("SANITIZERS"))	/* which keep what was freed */
		assert_true(now.ru_maxrss - before->ru_maxrss < most_kib);
}

WORLD_TEST(who_and_history_of_a_crowd_end)
{
	struct world *w = *state;
	struct pt_snapshot *s;
	struct pt_who *who = NULL;
	uint64_t *npages = NULL;
	struct rusage before;

	put_crowd(w, 50000);
	getrusage(RUSAGE_SELF, &before);
	alarm(100);
	s = open_file(w);
	assert_int_equal(pt_snapshot_who(s, 0, 4096, &who), -EBADMSG);
	assert_int_equal(pt_snapshot_history(s, 42, 1042, &npages), -EBADMSG);
	assert_null(who);
	assert_null(npages);
	pt_snapshot_close(s);
	alarm(0);
	assert_little(&before, 256 << 10);
}

/* Parsing it is what takes memory, before anything is asked. */
WORLD_TEST(a_schema_that_was_made_to_be_parsed_is_refused)
{
	struct world *w = *state;
	struct rusage before;

	save_db(w);
	change(w, "PRAGMA writable_schema = ON;"
		  "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 40)"
		  " INSERT INTO sqlite_master SELECT 'view', 'v' || n, 'v' || n, 0, 'CREATE VIEW v' || n || ' AS SELECT 1'"
		  " || replace(hex(zeroblob(200000)), '00', ' UNION ALL SELECT 1,1,1,1') FROM i");
	getrusage(RUSAGE_SELF, &before);
	assert_refused(w, "");
	assert_little(&before, 128 << 10);
}

WORLD_TEST(thousands_of_reasons_are_kept_in_no_time)
{
	struct world *w = *state;
	struct pt_snapshot *s;
	struct pt_table *t = NULL;

	save_db(w);
	change(w, "WITH RECURSIVE i(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM i WHERE n < 60000)"
		  " INSERT INTO process (id, moment, pid, starttime, comm, command, user, kernel_thread, zombie, rss_bytes, faults, error, why)"
		  " SELECT n, 1, n, 1, 'x', 'x', 'x', 0, 0, 0, 0, -13, 'reason ' || n FROM i");
	s = open_file(w);
	assert_int_equal(pt_snapshot_table(s, 0, &t), 0);
	assert_int_equal(t->n, 60000);
	pt_table_unref(t);
	pt_snapshot_close(s);
}

/* A moment that is being written, by us or by somebody: it is waited for, and nothing was cut off. */
WORLD_TEST(who_writes_is_waited_for)
{
	const struct timespec held = { 0, 200000000 };
	struct world *w = *state;

	need_root();
	for (int theirs = 0; theirs < 2; theirs++) {
		int ready[2];
		char byte;
		pid_t pid;

		save_db(w);
		assert_int_equal(pipe(ready), 0);
		pid = fork();
		if (!pid) {
			sqlite3 *file = NULL;
			int r = sqlite3_open_v2(w->path, &file, SQLITE_OPEN_READWRITE, NULL) ||
				sqlite3_exec(file, "BEGIN EXCLUSIVE; UPDATE moment SET scope = 'new'", NULL, NULL, NULL);

			(void)!write(ready[1], "x", 1);
			nanosleep(&held, NULL);		/* long enough that he who does not wait is gone */
			_exit(r || sqlite3_exec(file, "COMMIT", NULL, NULL, NULL));
		}
		assert_int_equal(read(ready[0], &byte, 1), 1);
		if (theirs)
			give_away(w->path);
		assert_scope(w, "new");
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		close(ready[0]);
		close(ready[1]);
		unlink(w->path);
	}
}

WORLD_TEST(where_no_copy_can_be_made_the_folder_is_named)
{
	struct world *w = *state;

	need_root();
	save_db(w);
	give_away(w->path);
	assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
	assert_refused(w, "cannot make a private copy in /nowhere/at/all: No such file or directory; set TMPDIR");
	unsetenv("TMPDIR");
}

/* It was opened when it was small: what it may cost is asked of the file as it is. */
WORLD_TEST(a_recording_that_goes_on_costs_what_it_has_become)
{
	struct world *w = *state;
	struct pt_snapshot *s;
	uint64_t *npages = NULL;
	size_t n;

	save_db(w);
	s = open_file(w);
	change(w, "WITH RECURSIVE i(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM i WHERE n < 3000)"
		  " INSERT INTO moment SELECT n, n, 'process' FROM i;"
		  "INSERT INTO process (moment, pid, starttime, comm, list, pages) SELECT m.id, 42, 1042, 'x', p.list, p.pages"
		  " FROM moment m, (SELECT list, pages FROM process WHERE id = 1) p WHERE m.id > 1;"
		  "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 8000)"
		  " INSERT OR IGNORE INTO run SELECT (SELECT block << 13 FROM extent ORDER BY block DESC LIMIT 1) + n, 1, NULL, 1 FROM i");
	pt_snapshot_moments(s, &n);
	assert_int_equal(n, 1);
	assert_int_equal(pt_snapshot_history(s, 42, 1042, &npages), 0);
	free(npages);
	pt_snapshot_close(s);
	s = open_file(w);
	pt_snapshot_moments(s, &n);
	assert_int_equal(n, 3000);
	assert_int_equal(pt_snapshot_history(s, 42, 1042, &npages), 0);
	free(npages);
	pt_snapshot_close(s);
}

/* A reader holds it locked: a stranger's file is waited for as long as a writer may take, and no longer. */
WORLD_TEST(a_lock_of_a_stranger_ends_in_a_sentence)
{
	struct world *w = *state;
	sqlite3 *file = NULL;

	need_root();
	save_db(w);
	assert_int_equal(sqlite3_open_v2(w->path, &file, SQLITE_OPEN_READWRITE, NULL), 0);
	assert_int_equal(sqlite3_exec(file, "BEGIN EXCLUSIVE", NULL, NULL, NULL), 0);
	give_away(w->path);
	assert_refused(w, "another program is writing to it");
	sqlite3_close(file);
}

/* ---- the first version */

WORLD_TEST(files_of_the_first_version_open)
{
	struct world *w = *state;
	const char *srcdir = getenv("srcdir");
	char path[WORLD_PATH_BYTES];
	struct pt_str sql = PT_STR_INIT;
	struct pt_snapshot *s;
	struct pt_image *img = NULL;
	struct pt_sum sums[PT_NCOLS];
	sqlite3 *file = NULL;

	snprintf(path, sizeof(path), "%s/tests/snapshot-v1.sql", srcdir ? srcdir : ".");
	assert_int_equal(pt_read_at(AT_FDCWD, path, &sql), 0);
	assert_int_equal(sqlite3_open_v2(w->path, &file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), 0);
	assert_int_equal(sqlite3_exec(file, sql.s, NULL, NULL, NULL), 0);
	assert_int_equal(sqlite3_exec(file, "PRAGMA application_id = 1886678896; PRAGMA user_version = 1", NULL, NULL, NULL), 0);
	sqlite3_close(file);
	pt_str_done(&sql);
	s = open_file(w);
	assert_true(pt_snapshot_differs(s));
	assert_int_equal(pt_snapshot_image(s, 0, 4242, 5242, &img), 0);
	pt_image_complete(img);
	pt_image_sums(img, &img->vmas.v[2], sums);
	assert_string_equal(img->vmas.v[2].name, "[heap]");
	assert_int_equal(pt_sum_bytes(PT_COL_RSS, &sums[PT_COL_RSS]), 196608);
	assert_int_equal(pt_sum_bytes(PT_COL_COW, &sums[PT_COL_COW]), 65536);
	assert_int_equal(pt_sum_bytes(PT_COL_SWAP, &sums[PT_COL_SWAP]), 32768);
	pt_image_unref(img);
	pt_snapshot_close(s);
	db(w);
	assert_int_equal(append_once(w), -EXDEV);
}

/* ---- damaged files */

static const char two_more[] =
	"CREATE TEMP TABLE more AS SELECT * FROM process;"
	" UPDATE more SET id = NULL, pid = 43; INSERT INTO process SELECT * FROM more;"
	" UPDATE more SET pid = 44; INSERT INTO process SELECT * FROM more";

/* Where in the file the key of its first process begins, in the index. */
static long find_first_key(const struct world *w)
{
	static char file[MAX_BYTES];
	long at = (long)ask(w, "SELECT (rootpage - 1) * page_size FROM sqlite_master"
			       " JOIN pragma_page_size WHERE name = 'process_of_moment'");
	const unsigned char *page = (unsigned char *)file + at;

	read_file(w->path, file);
	assert_int_equal(page[0], 10);			/* a leaf: no other page is below it */
	return at + (page[8] << 8 | page[9]) + 1;	/* of its first cell, behind the length */
}

/* The head of the key says that it has so many bytes, and that a number of eight follows. */
static void damage(const struct world *w, long at, char head_bytes)
{
	const char head[] = { head_bytes, 6 };
	int fd = open(w->path, O_WRONLY | O_CLOEXEC);

	assert_int_equal(pwrite(fd, head, sizeof(head), at), sizeof(head));
	close(fd);
}

/* How many processes there are, or -errno. */
static int count_processes(struct pt_snapshot *s)
{
	struct pt_table *t = NULL;
	int err = pt_snapshot_table(s, 0, &t), n = t ? (int)t->n : 0;

	pt_table_unref(t);
	return err ? err : n;
}

WORLD_TEST(a_damaged_file_says_the_same_wherever_it_lies)
{
	enum { NTIMES = 8, MAX_HEAD_BYTES = 63 };
	struct world *w = *state;
	struct pt_snapshot *s[NTIMES];	/* all open: each has its place in memory */
	int n[NTIMES];
	long at;

	save_db(w);
	change(w, two_more);
	at = find_first_key(w);
	for (int head_bytes = 0; head_bytes <= MAX_HEAD_BYTES; head_bytes++) {
		damage(w, at, (char)head_bytes);
		for (int i = 0; i < NTIMES; i++) {
			s[i] = open_file(w);
			n[i] = count_processes(s[i]);
		}
		for (int i = 0; i < NTIMES; i++) {
			pt_snapshot_close(s[i]);
			if (n[i] != n[0])
				fail_msg("head of %d bytes: %d, then %d", head_bytes, n[0], n[i]);
		}
	}
}
