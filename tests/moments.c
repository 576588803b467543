#include "moments.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>
#include "pagetop/base/text.h"
#include "pagetop/scan/scan.h"

const struct pt_snapshot_machine machine = { "db1", "Linux 6.18 · 24G", "6a9b-1" };

int scan_whole(struct world *w, pid_t pid, struct pt_image **ret)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .kflags = UINT64_MAX, .pid = pid,
				      .needs = PT_NEED_PFNS | PT_NEED_ORDER | PT_NEED_NODE | PT_NEED_SMAPS |
					       PT_NEED_CGROUP };
	struct pt_target t = PT_TARGET_INIT;
	int err = pt_target_open(&w->env, pid, 0, &t);

	if (!err)
		err = pt_scan(&w->env, &t, &wish, ret);
	pt_target_close(&t);
	return err;
}

struct pt_image *image_of(struct world *w, pid_t pid)
{
	struct pt_image *img = NULL;

	look(w);
	assert_int_equal(scan_whole(w, pid, &img), 0);
	return img;
}

void make_empty(const char *path)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

struct pt_process row_of(const struct pt_image *img)
{
	static char comm[64];
	struct pt_str raw = PT_STR_INIT;

	assert_int_equal(pt_unescape(&raw, img->name), 0);
	snprintf(comm, sizeof(comm), "%s", raw.s);
	pt_str_done(&raw);
	return (struct pt_process){ .pid = img->pid, .starttime = img->starttime, .comm = comm, .command = img->name,
				    .user = img->name };
}

struct pt_snapshot_writer *begin_file(const struct world *w)
{
	struct pt_snapshot_writer *f = NULL;

	make_empty(w->path);
	assert_int_equal(pt_snapshot_create(&machine, &f), 0);
	return f;
}

/* What was made in memory becomes the file; what was appended is there. 0 or -errno. */
int end_file(const struct world *w, struct pt_snapshot_writer *f)
{
	size_t n;
	const void *bytes = pt_snapshot_bytes(f, &n);

	if (bytes)
		fix_file(&w->fix, "moment.pagetop", bytes, n);
	return pt_snapshot_end(f);
}

int go_on(const struct world *w, const struct pt_snapshot_machine *m, struct pt_snapshot_writer **ret)
{
	struct pt_str why = PT_STR_INIT;
	int err = pt_snapshot_append(w->path, m, ret, &why);

	pt_str_done(&why);
	return err;
}

void add_moment(struct pt_snapshot_writer *f, const struct pt_image *img, unsigned keep)
{
	const struct timespec when = { 1764000000, 5 };
	const struct pt_process row = row_of(img);

	assert_int_equal(pt_snapshot_begin(f, &when, "process"), 0);
	assert_int_equal(pt_snapshot_add(f, &row, img), 0);
	assert_int_equal(pt_snapshot_commit(f, keep, 0), 0);
}

void save(const struct world *w, const struct pt_image *img)
{
	struct pt_snapshot_writer *f = begin_file(w);

	add_moment(f, img, 0);
	assert_int_equal(end_file(w, f), 0);
}

struct pt_snapshot *open_file(const struct world *w)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_snapshot *s = NULL;

	if (pt_snapshot_open(w->path, &s, &why))
		fail_msg("%s", why.s);
	pt_str_done(&why);
	return s;
}

int64_t ask(const struct world *w, const char *question)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	int64_t n;

	assert_int_equal(sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	if (sqlite3_prepare_v2(db, question, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", question, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

/* Three mappings with a page of each kind, and a large one. */
void db(struct world *w)
{
	fix_text(&w->fix, "process 42 db db\n"
		 "600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\nppppccccss......\n"
		 "610000000000-610004000000 rw-p 00000000 00:00 0\np{9000}\n");
}

void assert_refused(const struct world *w, const char *sentence)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_snapshot *s = NULL;

	assert_true(pt_snapshot_open(w->path, &s, &why) < 0);
	if (!strstr(why.s, sentence))
		fail_msg("\"%s\" is not in \"%s\"", sentence, why.s);
	pt_str_done(&why);
}

void change(const struct world *w, const char *sql)
{
	sqlite3 *db_ = NULL;

	assert_int_equal(sqlite3_open_v2(w->path, &db_, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	if (sqlite3_exec(db_, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db_));
	sqlite3_close(db_);
}

void save_db(struct world *w)
{
	struct pt_image *img;

	db(w);
	img = image_of(w, 42);
	save(w, img);
	pt_image_unref(img);
}
