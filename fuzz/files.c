/*
 * Snapshots that somebody else wrote.
 */
#include "fuzz.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/model/image.h"
#include "pagetop/store/open.h"
#include "pagetop/store/snapshot.h"

#define NAME "moment.pagetop"

struct bytes {
	char *b;
	size_t n;
};

static const struct pt_snapshot_machine machine = { "db1", "Linux 6.18 \xc2\xb7 24G", "6a9b-1" };

/* Processes 42 and 43 as they are after the text. */
static void add_moment(struct pt_snapshot_writer *w, time_t when_s, const char *text)
{
	static char name[] = "a";
	const struct timespec when = { when_s, 5 };

	must(!pt_snapshot_begin(w, &when, "process"));
	for (pid_t pid = 42; pid < 44; pid++) {
		struct pt_image *img = fuzz_image(text, pid);
		const struct pt_process p = { .pid = pid, .ppid = pid - 1, .starttime = img->starttime, .comm = name,
					      .command = name, .user = name };

		must(!pt_snapshot_add(w, &p, img));
		pt_image_unref(img);
	}
	must(!pt_snapshot_add_cgroup(w, 1, "/a") && !pt_snapshot_commit(w, 0, 0));
}

/* A good file, written once: two moments. */
static struct bytes good_file(void)
{
	static struct bytes good;
	struct pt_snapshot_writer *w = NULL;
	const void *bytes;

	if (good.b)
		return good;
	must(!pt_snapshot_create(&machine, &w));
	add_moment(w, 1764000000, "");
	add_moment(w, 1764000001, "=x42/pagemap\n0*16 8100000000000004 810000000000000f*4");
	bytes = pt_snapshot_bytes(w, &good.n);
	must(bytes);
	good.b = fuzz_copy(bytes, good.n);
	must(!pt_snapshot_end(w));
	return good;
}

static void look(size_t lens)
{
	enum { MOST = 2 };
	static const struct pt_root none = PT_ROOT_INIT;
	struct pt_str why = PT_STR_INIT, words = PT_STR_INIT;
	struct pt_source *s = NULL;
	size_t moment;
	bool ok = !pt_source_open(fuzz_path(NAME), &s, &moment, &why);

	must(ok == !why.len);
	for (moment = 0; ok && moment < s->nmoments && moment < MOST; moment++) {
		s->class->words(s, moment, &words);
		fuzz_look(&none, s, moment, lens);
	}
	if (ok)
		s->class->free(s);
	fuzz_plain(&why);
	fuzz_plain(&words);
	pt_str_done(&why);
	pt_str_done(&words);
}

static void open_bytes(const char *bytes, size_t len, size_t lens)
{
	must(fuzz_write(NAME, bytes, len));
	look(lens);
	unlink(fuzz_path(NAME "-journal"));
}

/* Of each four bytes three are a place, and one is what stands there; at the end: how many blocks of 512 bytes are left. */
static struct bytes edited(struct bytes of, const char *text, size_t len)
{
	const unsigned char *u = (const unsigned char *)text;
	struct bytes to = { fuzz_copy(of.b, of.n), of.n };

	for (; len > 3; u += 4, len -= 4) {
		size_t at = ((size_t)u[0] << 16 | (size_t)u[1] << 8 | u[2]) % (of.n + 1);

		if (at < of.n)
			to.b[at] = (char)u[3];
		else
			to.n = u[3] * (size_t)512 < to.n ? u[3] * (size_t)512 : to.n;
	}
	return to;
}

static bool begins(const char *text, size_t len, const char *with, size_t n)
{
	return len >= n && !memcmp(text, with, n);
}

/* A file as it is, where the text begins as one; else the good one, edited. */
void fuzz_snapshot(const char *text, size_t len)
{
	struct bytes of = begins(text, len, "SQLite format 3", 15) ? (struct bytes){ fuzz_copy(text, len), len } :
								     edited(good_file(), text, len);

	open_bytes(of.b, of.n, len);
	free(of.b);
}

/* Another moment into such a file. What is refused has a sentence, or an error alone. */
void fuzz_append(const char *text, size_t len)
{
	static char name[] = "a";
	const struct pt_process p = { .pid = 42, .starttime = 5000, .comm = name, .command = name, .user = name };
	const struct timespec when = { 1764000002, 0 };
	struct bytes of = edited(good_file(), text, len);
	struct pt_str why = PT_STR_INIT;
	struct pt_snapshot_writer *w = NULL;

	must(fuzz_write(NAME, of.b, of.n));
	if (!pt_snapshot_append(fuzz_path(NAME), &machine, &w, &why) && !pt_snapshot_begin(w, &when, "process") &&
	    !pt_snapshot_add(w, &p, fuzz_base()))
		pt_snapshot_commit(w, 2, 1 << 20);
	pt_snapshot_end(w);
	unlink(fuzz_path(NAME "-journal"));
	fuzz_plain(&why);
	pt_str_done(&why);
	free(of.b);
}

static struct bytes read_file(const char *name)
{
	FILE *f = fopen(fuzz_path(name), "re");
	struct bytes all = { malloc(1 << 20), 0 };

	must(f && all.b);
	all.n = fread(all.b, 1, 1 << 20, f);
	fclose(f);
	return all;
}

/* What a recording leaves that is killed: the file half written, and the journal that takes it back. */
static void interrupt(struct bytes *ret_file, struct bytes *ret_journal)
{
	struct bytes good = good_file();
	sqlite3 *db = NULL;

	must(fuzz_write("cut", good.b, good.n) &&
	     sqlite3_open_v2(fuzz_path("cut"), &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
	must(!sqlite3_exec(db, "PRAGMA cache_size = 1; BEGIN; UPDATE word SET meaning = 'x'; UPDATE kind SET count = 9;"
			       " UPDATE run SET kind = 1; DELETE FROM mapping; UPDATE process SET comm = 'b'", NULL, NULL, NULL));
	*ret_file = read_file("cut");
	*ret_journal = read_file("cut-journal");
	sqlite3_close(db);
}

/* The same of the journal beside it. */
void fuzz_journal(const char *text, size_t len)
{
	static struct bytes cut, good;
	struct bytes journal;

	if (!good.b)
		interrupt(&cut, &good);
	journal = begins(text, len, "\xd9\xd5\x05\xf9", 4) ? (struct bytes){ fuzz_copy(text, len), len } : edited(good, text, len);
	must(fuzz_write(NAME "-journal", journal.b, journal.n));
	open_bytes(cut.b, cut.n, len);
	free(journal.b);
}

/* No other file, and nothing for ever. */
static int allow(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	(void)arg;
	(void)a;
	(void)c;
	(void)d;
	if (action == SQLITE_ATTACH || action == SQLITE_PRAGMA)
		return SQLITE_DENY;
	return action == SQLITE_FUNCTION && b && strstr(b, "load_extension") ? SQLITE_DENY : SQLITE_OK;
}

static int enough(void *arg)
{
	int *left = arg;

	return --*left < 0;
}

void fuzz_sql(const char *text, size_t len)
{
	enum { LIMIT_BYTES = 1 << 22, NSTEPS = 200 };
	struct bytes good = good_file();
	char *sql = fuzz_copy(text, len);
	sqlite3_int64 size = 0;
	int left = NSTEPS;
	unsigned char *bytes;
	sqlite3 *db = NULL;

	must(sqlite3_open(":memory:", &db) == SQLITE_OK);
	bytes = sqlite3_malloc64(good.n);
	must(bytes);
	memcpy(bytes, good.b, good.n);
	must(sqlite3_deserialize(db, "main", bytes, (sqlite3_int64)good.n, (sqlite3_int64)good.n,
				 SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1 << 20);
	sqlite3_set_authorizer(db, allow, NULL);
	sqlite3_progress_handler(db, 1000, enough, &left);
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	bytes = sqlite3_serialize(db, "main", &size, 0);
	if (bytes && size < LIMIT_BYTES)
		open_bytes((const char *)bytes, (size_t)size, len);
	sqlite3_free(bytes);
	sqlite3_close(db);
	free(sql);
}
