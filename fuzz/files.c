/*
 * Snapshots that somebody else wrote.
 */
#include "fuzz.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/model/change.h"
#include "pagetop/store/snapshot.h"

/* A good file, written once: two moments of one process. */
static const char *good_file(size_t *ret_len)
{
	static const struct pt_snapshot_machine machine = { "db1", "Linux 6.18 \xc2\xb7 24G", "6a9b-1" };
	static char *bytes, name[] = "a";
	static size_t len;
	struct pt_snapshot_writer *w = NULL;

	*ret_len = len;
	if (bytes)
		return bytes;
	must(!pt_snapshot_create(&machine, &w));
	for (int i = 0; i < 2; i++) {
		const struct timespec when = { 1764000000 + i, 5 };
		struct pt_image *img = fuzz_image();
		const struct pt_process p = { .pid = 42, .starttime = 5000, .comm = name, .command = name, .user = name };

		must(!pt_snapshot_begin(w, &when, "process") && !pt_snapshot_add(w, &p, img) &&
		     !pt_snapshot_add_cgroup(w, 77, "/a") && !pt_snapshot_commit(w, 0, 0));
		pt_image_unref(img);
	}
	bytes = fuzz_copy(pt_snapshot_bytes(w, &len), 0);
	bytes = realloc(bytes, len);
	must(bytes && len);
	memcpy(bytes, pt_snapshot_bytes(w, &len), len);
	must(!pt_snapshot_end(w));
	*ret_len = len;
	return bytes;
}

/* All that is asked of a file. */
static void look(struct pt_snapshot *s)
{
	struct pt_table *table = NULL;
	struct pt_who *who = NULL;
	uint64_t *npages = NULL;
	size_t n;

	must(pt_snapshot_machine(s) && pt_snapshot_moments(s, &n) && n);
	for (size_t m = 0; m < n && m < 4; m++) {
		struct pt_image *img = NULL;

		if (!pt_snapshot_image(s, m, 42, 5000, &img)) {
			struct pt_counts counts = { .lens = img->lens };

			for (size_t v = 0; v < img->vmas.n && v < 64; v++)
				pt_image_count(img, &img->vmas.v[v], 0, UINT64_MAX, &counts);
		}
		pt_image_unref(img);
		if (!pt_snapshot_table(s, m, &table))
			pt_table_unref(table);
		table = NULL;
		if (!pt_snapshot_who(s, m, 2, &who))
			pt_who_unref(who);
		who = NULL;
	}
	if (!pt_snapshot_history(s, 42, 5000, &npages))
		free(npages);
	pt_snapshot_cgroup(s, 77);
}

static void open_bytes(const char *bytes, size_t len)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_snapshot *s = NULL;
	char path[128];

	fuzz_write("moment.pagetop", bytes, len);
	snprintf(path, sizeof(path), "%s/moment.pagetop", fuzz_dir());
	if (pt_snapshot_open(path, &s, &why)) {
		must(why.len);
	} else {
		look(s);
		pt_snapshot_close(s);
	}
	pt_str_done(&why);
}

/*
 * A file as it is, where the text begins as one; else the good one with other bytes here and there: "OFFSET HEX" a line,
 * "+N" bytes of it are left.
 */
void fuzz_snapshot(const char *text, size_t len)
{
	size_t n;
	const char *good = good_file(&n);
	char *bytes;

	if (len >= 15 && !memcmp(text, "SQLite format 3", 15)) {
		open_bytes(text, len);
		return;
	}
	bytes = fuzz_copy(good, n);
	while (len) {
		char *line = fuzz_line(&text, &len), *at;
		unsigned long offset = strtoul(line, &at, 0);

		if (*line == '+')
			n = offset < n ? offset : n;
		for (unsigned v; *line != '+' && offset < n && sscanf(at, " %2x", &v) == 1; offset++) {
			bytes[offset] = (char)v;
			at += strspn(at, " ");
			at += strlen(at) > 2 ? 2 : strlen(at);
		}
		free(line);
	}
	open_bytes(bytes, n);
	free(bytes);
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
	char *sql = fuzz_copy(text, len);
	sqlite3_int64 size = 0;
	int left = NSTEPS;
	unsigned char *bytes;
	sqlite3 *db = NULL;
	size_t n;
	const char *good = good_file(&n);

	must(sqlite3_open(":memory:", &db) == SQLITE_OK);
	bytes = sqlite3_malloc64(n);
	must(bytes);
	memcpy(bytes, good, n);
	must(sqlite3_deserialize(db, "main", bytes, (sqlite3_int64)n, (sqlite3_int64)n,
				 SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1 << 20);
	sqlite3_set_authorizer(db, allow, NULL);
	sqlite3_progress_handler(db, 1000, enough, &left);
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	bytes = sqlite3_serialize(db, "main", &size, 0);
	if (bytes && size < LIMIT_BYTES)
		open_bytes((const char *)bytes, (size_t)size);
	sqlite3_free(bytes);
	sqlite3_close(db);
	free(sql);
}
