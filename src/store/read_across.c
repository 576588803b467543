/*
 * Reading a snapshot file across processes and moments: states over time, who maps a frame.
 */
#include "pagetop/store/reader.h"

#include <errno.h>
#include <stdlib.h>
#include "pagetop/base/memory.h"
#include "pagetop/store/sql.h"

/* ---- time */

static const char select_history[] =
	"SELECT p.moment, r.npages, r.kind FROM process p JOIN extent e ON e.pages = p.pages"
	" CROSS JOIN run r ON r.id BETWEEN e.block << 13 AND (e.block << 13) + 8191 WHERE p.pid = ? AND p.starttime = ? AND p.moment <= ?";

static int by_id(const void *key, const void *moment)
{
	int64_t id = *(const int64_t *)key, at = ((const struct pt_moment *)moment)->id;

	return id < at ? -1 : id > at;
}

static int add_history(const struct pt_snapshot *s, sqlite3_stmt *st, uint64_t *npages)
{
	bool ok = true;
	int64_t id = sqlite3_column_int64(st, 0);
	uint64_t n = (uint64_t)pt_sql_number(st, 1, 1, PT_PFNS_BLOCK_NPAGES, &ok);
	int64_t kind = pt_sql_number(st, 2, 1, (int64_t)s->nkinds, &ok);
	const struct pt_moment *m = bsearch(&id, s->moment, s->nmoments, sizeof(*m), by_id);

	if (!ok || !s->nkinds)
		return -EBADMSG;
	if (m && s->kind[kind - 1].state >= 0)
		npages[(size_t)(m - s->moment) * PT_NSTATES + (size_t)s->kind[kind - 1].state] += n;
	return 0;
}

static int load_history(struct pt_snapshot *s, pid_t pid, uint64_t starttime, uint64_t *npages)
{
	sqlite3_stmt *st = NULL;
	int r = pt_reader_kinds(s);

	if (!r)
		r = pt_reader_prepare(s, select_history, &st);
	if (!r)
		r = pt_sql_bind(st, 1, "iui", (int64_t)pid, starttime,
				s->moment[s->nmoments - 1].id);
	while (!r && (r = pt_sql_row(st)) > 0)
		r = add_history(s, st, npages);
	sqlite3_finalize(st);
	return r;
}

int pt_snapshot_history(struct pt_snapshot *s, pid_t pid, uint64_t starttime, uint64_t **ret_npages)
{
	uint64_t *npages = pt_calloc(s->nmoments * PT_NSTATES, sizeof(*npages));
	int err;

	if (!npages)
		return -ENOMEM;
	pt_database_expect(&s->file, s->nmoments);
	err = pt_database_err(&s->file, load_history(s, pid, starttime, npages));
	if (err)
		free(npages);
	else
		*ret_npages = npages;
	return err;
}

/* ---- who */

/* Numbers alone, since they are sorted; one more than there can be. */
static const char select_who[] =
	"SELECT p.id, p.pid, p.starttime, (e.vpn >> 13 << 13) + (r.id & 8191) + ?2 - r.pfn AS vpn, k.count"
	" FROM process p JOIN extent e ON e.pages = p.pages"
	" CROSS JOIN run r ON r.id BETWEEN e.block << 13 AND (e.block << 13) + 8191 JOIN kind k ON k.id = r.kind"
	" WHERE p.moment = ?1 AND r.pfn <= ?2 AND r.pfn + r.npages > ?2 ORDER BY p.pid, p.starttime, vpn LIMIT ?3 + 1";

/* The name of the process in this row of its table, which is the last one's that was added. */
static int add_name(struct pt_snapshot *s, int64_t process, struct pt_who *who)
{
	sqlite3_stmt *st;
	int r = pt_reader_prepare(s, "SELECT comm FROM process WHERE id = ?", &st);

	if (!r)
		r = pt_sql_bind(st, 1, "i", process);
	if (!r)
		r = pt_sql_row(st);
	if (r > 0)
		r = pt_who_add_name(who, pt_text_copy_of(st, 0));
	sqlite3_finalize(st);
	return r;
}

static int add_sharer(struct pt_snapshot *s, sqlite3_stmt *st, struct pt_who *who)
{
	const struct pt_sharer *last = who->n ? &who->v[who->n - 1] : NULL;
	bool ok = true;
	pid_t pid = (pid_t)pt_sql_number(st, 1, 0, INT32_MAX, &ok);
	uint64_t starttime = (uint64_t)pt_sql_number(st, 2, 0, INT64_MAX, &ok);
	uint64_t vpn = (uint64_t)pt_sql_number(st, 3, 0, INT64_C(1) << 52, &ok);
	int err = ok ? 0 : -EBADMSG;

	if (!err && (!last || last->pid != pid || last->starttime != starttime))
		err = add_name(s, sqlite3_column_int64(st, 0), who);
	if (!pt_sql_is_null(st, 4))
		who->count = (uint64_t)sqlite3_column_int64(st, 4);
	return err ? err : pt_who_add(who, pid, starttime, vpn << PT_PAGE_SHIFT, 0);
}

static int load_who(struct pt_snapshot *s, size_t moment, uint64_t pfn, struct pt_who *who)
{
	sqlite3_stmt *st = NULL;
	int64_t most = 0;
	int r = pt_reader_most_rows(s, &most);

	if (!r)
		r = pt_reader_prepare(s, select_who, &st);
	if (!r)
		r = pt_sql_bind(st, 1, "iui", s->moment[moment].id, pfn, most);
	while (!r && (r = pt_sql_row(st)) > 0)
		r = (int64_t)who->n < most ? add_sharer(s, st, who) : -EBADMSG;
	sqlite3_finalize(st);
	return r;
}

static const char *why_incomplete(const struct pt_who *who)
{
	if (who->count == PT_KPAGE_NONE)
		return "map count not in the file";
	if (who->n > who->count)
		return "processes sharing an address space show the same entry twice, or pages moved "
		       "during the scan";
	return "not all processes are in the file, or pages moved during the scan";
}

int pt_snapshot_who(struct pt_snapshot *s, size_t moment, uint64_t pfn, struct pt_who **ret)
{
	struct pt_who *who = pt_who_new(pfn);
	int err;

	if (!who)
		return -ENOMEM;
	pt_database_expect(&s->file, 1);
	err = pt_database_err(&s->file, load_who(s, moment, pfn, who));
	if (err) {
		pt_who_unref(who);
		return err;
	}
	who->complete = who->n && who->count == who->n;
	if (!who->complete)
		who->why = why_incomplete(who);
	*ret = who;
	return 0;
}
