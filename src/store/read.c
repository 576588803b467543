/*
 * Reading a snapshot file: opening it, its moments and their processes.
 */
#include "pagetop/store/reader.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/store/columns.h"
#include "pagetop/store/database.h"
#include "pagetop/store/schema.h"
#include "pagetop/store/sql.h"

int pt_reader_prepare(struct pt_snapshot *s, const char *sql, sqlite3_stmt **ret)
{
	*ret = NULL;
	return sqlite3_prepare_v2(s->file.db, sql, -1, ret, NULL) ? pt_sql_err(s->file.db) : 0;
}

/* ---- opening */

static int load_machine(struct pt_snapshot *s)
{
	sqlite3_stmt *st;
	int r = pt_reader_prepare(s, "SELECT host, description, boot, page_bytes FROM machine",
				  &st);
	bool ok = true;

	if (!r) {
		r = pt_sql_row(st);
		r = r ? r : -EBADMSG;
	}
	if (r > 0) {
		s->host = pt_text_copy_of(st, 0);
		s->description = pt_text_copy_of(st, 1);
		s->boot = pt_text_copy_of(st, 2);
		s->machine = (struct pt_snapshot_machine){ s->host, s->description, s->boot };
		pt_sql_number(st, 3, PT_PAGE_BYTES, PT_PAGE_BYTES, &ok);
		r = s->host && s->description && s->boot ? 0 : -ENOMEM;
	}
	sqlite3_finalize(st);
	return ok ? r : -EBADMSG;
}

struct timespec pt_reader_time(int64_t ns)
{
	int64_t rest = ns % 1000000000;		/* before 1970 below 0 */

	rest += rest < 0 ? 1000000000 : 0;
	return (struct timespec){ (time_t)((ns - rest) / 1000000000), (long)rest };
}

static int load_moments(struct pt_snapshot *s)
{
	sqlite3_stmt *st;
	int r = pt_reader_prepare(s, "SELECT id, when_ns, scope FROM moment ORDER BY id", &st);
	bool ok = true;

	while (!r && (r = pt_sql_row(st)) > 0) {
		int64_t when_ns = pt_sql_number(st, 1, PT_LEAST_NS, INT64_MAX, &ok);
		struct pt_moment m = { .id = sqlite3_column_int64(st, 0),
				       .when = pt_reader_time(when_ns) };

		m.scope = pt_text_copy_of(st, 2);
		r = m.scope ? pt_grow(&s->moment, &s->moment_cap, s->nmoments + 1, sizeof(m)) :
			      -ENOMEM;
		if (!ok)
			r = -EBADMSG;
		if (r)
			free(m.scope);
		else
			s->moment[s->nmoments++] = m;
	}
	sqlite3_finalize(st);
	if (r)
		return r;
	return s->nmoments ? 0 : -ENODATA;
}

static int load(struct pt_snapshot *s)
{
	int err = load_machine(s);

	if (!err)
		err = pt_words_load(s->file.db, &s->words);
	return err ? err : load_moments(s);
}

static const char *words_for(int err)
{
	static const struct { int err; const char *words; } row[] = {
		{ -EBADMSG, "corrupt" },
		{ -EROFS, "interrupted recording; open it again" },
		{ -ENODATA, "no complete snapshot in it" },
		{ -EBUSY, "another program is writing to it" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (row[i].err == err)
			return row[i].words;
	return strerror(-err);
}

int pt_snapshot_open(const char *path, struct pt_snapshot **ret, struct pt_str *why)
{
	struct pt_snapshot *s = pt_calloc(1, sizeof(*s));
	struct pt_str reason = PT_STR_INIT;
	int err;

	if (!s)
		return -ENOMEM;
	s->words.strange = (struct pt_str)PT_STR_INIT;
	err = pt_database_open(path, &s->file, &reason);
	if (!err)
		err = pt_database_err(&s->file, load(s));
	if (!err) {
		*ret = s;
	} else {
		pt_str_adds(why, "cannot open \"");
		pt_escape(why, path, strlen(path));
		pt_str_addf(why, "\": %s", reason.len ? reason.s : words_for(err));
		pt_snapshot_close(s);
	}
	pt_str_done(&reason);
	return err;
}

void pt_snapshot_close(struct pt_snapshot *s)
{
	if (!s)
		return;
	pt_database_close(&s->file);
	while (s->nmoments)
		free(s->moment[--s->nmoments].scope);
	pt_texts_done(&s->texts);
	pt_str_done(&s->words.strange);
	free(s->moment);
	free(s->kind);
	free(s->host);
	free(s->description);
	free(s->boot);
	free(s);
}

void pt_snapshot_interrupt(struct pt_snapshot *s)
{
	sqlite3_interrupt(s->file.db);
}

const struct pt_snapshot_machine *pt_snapshot_machine(const struct pt_snapshot *s)
{
	return &s->machine;
}

const struct pt_moment *pt_snapshot_moments(const struct pt_snapshot *s, size_t *ret_n)
{
	*ret_n = s->nmoments;
	return s->moment;
}

const char *pt_snapshot_strange(const struct pt_snapshot *s)
{
	return s->words.strange.len ? s->words.strange.s : NULL;
}

bool pt_snapshot_differs(const struct pt_snapshot *s)
{
	return s->words.differs || s->file.version != PT_SNAPSHOT_VERSION;
}

/* ---- processes */

int pt_reader_processes(struct pt_snapshot *s, const char *where, sqlite3_stmt **ret)
{
	return pt_columns_select(s->file.db, PT_COLUMNS_PROCESS, s->file.version, where, ret);
}

static int64_t optional(sqlite3_stmt *st, int column, bool *ok)
{
	return pt_sql_is_null(st, column) ? 0 : pt_sql_number(st, column, 0, INT32_MAX, ok);
}

/* Whether its numbers can be. */
static bool load_numbers(sqlite3_stmt *st, struct pt_process *p)
{
	bool ok = true;

	p->faults_per_s = NAN;
	p->pid = (pid_t)pt_sql_number(st, PT_PROCESS_pid, 0, INT32_MAX, &ok);
	p->starttime = (uint64_t)pt_sql_number(st, PT_PROCESS_starttime, 0, INT64_MAX, &ok);
	p->uid = (uid_t)-1;
	if (!pt_sql_is_null(st, PT_PROCESS_uid))
		p->uid = (uid_t)pt_sql_number(st, PT_PROCESS_uid, 0, UINT32_MAX, &ok);
	p->kthread = pt_sql_number(st, PT_PROCESS_kernel_thread, 0, 1, &ok);
	p->zombie = pt_sql_number(st, PT_PROCESS_zombie, 0, 1, &ok);
	p->rss_bytes = (uint64_t)pt_sql_number(st, PT_PROCESS_rss_bytes, 0, INT64_MAX, &ok);
	p->nfaults = (uint64_t)pt_sql_number(st, PT_PROCESS_faults, 0, INT64_MAX, &ok);
	p->err = (int)pt_sql_number(st, PT_PROCESS_error, -4095, 0, &ok);
	p->ppid = (pid_t)optional(st, PT_PROCESS_ppid, &ok);
	p->nspid = (pid_t)optional(st, PT_PROCESS_nspid, &ok);
	return ok;
}

static int load_names(sqlite3_stmt *st, struct pt_process *p)
{
	const char *comm = (const char *)sqlite3_column_text(st, PT_PROCESS_comm);
	struct pt_str raw = PT_STR_INIT;
	int err = pt_unescape(&raw, comm ? comm : "?") ? -EBADMSG : 0;

	p->comm = pt_strdup(raw.s);
	pt_str_done(&raw);
	p->command = pt_text_copy_of(st, PT_PROCESS_command);
	p->user = pt_text_copy_of(st, PT_PROCESS_user);
	if (!pt_sql_is_null(st, PT_PROCESS_cgroup) &&
	    !(p->cgroup = pt_text_copy_of(st, PT_PROCESS_cgroup)))
		err = -ENOMEM;
	if (err)
		return err;
	return p->comm && p->command && p->user ? 0 : -ENOMEM;
}

static int load_process(struct pt_snapshot *s, sqlite3_stmt *st, struct pt_process *p)
{
	bool ok = load_numbers(st, p);
	int err = load_names(st, p);

	if (!err)
		err = pt_texts_keep(&s->texts, st, PT_PROCESS_why, &p->why);
	if (!err && (!ok || (p->err && !p->why)))
		err = -EBADMSG;
	if (!err && !p->err && pt_process_has_memory(p) && pt_sql_is_null(st, PT_PROCESS_list)) {
		p->err = -ENODATA;
		p->why = "has no saved pages";
	}
	return err;
}

int pt_snapshot_table(struct pt_snapshot *s, size_t moment, struct pt_table **ret)
{
	struct pt_table *t = pt_table_new();
	sqlite3_stmt *st = NULL;
	int r = t ? pt_reader_processes(s, "WHERE moment = ? ORDER BY pid, starttime", &st) :
		    -ENOMEM;

	pt_database_expect(&s->file, 1);
	if (!r)
		r = pt_sql_bind(st, 1, "i", s->moment[moment].id);
	while (!r && (r = pt_sql_row(st)) > 0) {
		struct pt_process *p = pt_table_add(t);

		r = p ? load_process(s, st, p) : -ENOMEM;
	}
	sqlite3_finalize(st);
	if (r) {
		pt_table_unref(t);
		return pt_database_err(&s->file, r);
	}
	t->when = s->moment[moment].when;
	*ret = t;
	return 0;
}
