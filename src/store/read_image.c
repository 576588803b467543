/*
 * Reading a snapshot file: a process becomes the same image again.
 */
#include "pagetop/store/reader.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/store/columns.h"
#include "pagetop/store/mappings.h"
#include "pagetop/store/schema.h"
#include "pagetop/store/sql.h"

enum { LEAST_ROW_BYTES = 6 };	/* of a row of the table run, and of its place in the page */

/* ---- kinds */

static int state_of(const char *name)
{
	for (int i = 0; name && i < PT_NSTATES; i++)
		if (!strcmp(name, pt_rows[i].name))
			return i;
	return -1;
}

static int load_kind(struct pt_snapshot *s, sqlite3_stmt *st)
{
	bool ok = true;
	struct pt_saved_kind k = { .run = {
		.kflags = (uint64_t)pt_sql_number(st, PT_KIND_kflags, INT64_MIN, INT64_MAX, &ok),
		.pm = pt_words_facts(&s->words, (uint64_t)pt_sql_number(st, PT_KIND_facts, 0, UINT32_MAX, &ok)),
		.order = PT_ORDER_UNKNOWN, .node = -1,
	}, .state = state_of((const char *)sqlite3_column_text(st, PT_KIND_state)) };
	struct pt_run *r = &k.run;
	int err;

	if (!pt_sql_is_null(st, PT_KIND_count))
		r->count = (uint32_t)pt_sql_number(st, PT_KIND_count, 0, UINT32_MAX, &ok);
	if (!pt_sql_is_null(st, PT_KIND_folio_order))
		r->order = (uint8_t)pt_sql_number(st, PT_KIND_folio_order, 0, 51, &ok);
	if (!pt_sql_is_null(st, PT_KIND_node))
		r->node = (int8_t)pt_sql_number(st, PT_KIND_node, 0, INT8_MAX, &ok);
	k.has_cgroup = !pt_sql_is_null(st, PT_KIND_cgroup);
	if (k.has_cgroup)
		k.cgroup = (uint64_t)pt_sql_number(st, PT_KIND_cgroup, INT64_MIN, INT64_MAX, &ok);
	if (!ok || sqlite3_column_int64(st, PT_KIND_id) != (int64_t)s->nkinds + 1)
		return -EBADMSG;
	err = pt_grow(&s->kind, &s->kind_cap, s->nkinds + 1, sizeof(*s->kind));
	if (!err)
		s->kind[s->nkinds++] = k;
	return err;
}

int pt_reader_kinds(struct pt_snapshot *s)
{
	sqlite3_stmt *st;
	int r = pt_columns_select(s->file.db, PT_COLUMNS_KIND, s->file.version,
				  "WHERE id > ? ORDER BY id", &st);

	if (!r)
		r = pt_sql_bind(st, 1, "i", (int64_t)s->nkinds);
	while (!r && (r = pt_sql_row(st)) > 0)
		r = load_kind(s, st);
	sqlite3_finalize(st);
	return r;
}

/* ---- pages */

/* Where a process's pages are being read to. */
struct loading {
	struct pt_snapshot *s;
	struct pt_image *img;
	const struct pt_vma *vma;	/* of the last run; NULL: there is none yet */
	uint64_t vpn;			/* behind it */
	int64_t nrows, max_rows;	/* that were read; that the file can hold: no block
					   is of two places */
};

static int load_run(struct loading *l, sqlite3_stmt *st, const struct pt_vma *vma,
		    uint64_t block_vpn)
{
	const uint16_t framed = PT_RUN(PRESENT) | PT_RUN(PFN);
	bool ok = true;
	int64_t page = sqlite3_column_int64(st, 0) & (PT_PFNS_BLOCK_NPAGES - 1);
	uint64_t npages = (uint64_t)pt_sql_number(st, 1, 1, PT_PFNS_BLOCK_NPAGES - page, &ok);
	uint64_t pfn = pt_sql_is_null(st, 2) ? 0 :
		       (uint64_t)pt_sql_number(st, 2, 1, (INT64_C(1) << 50), &ok);
	int64_t kind = pt_sql_number(st, 3, 1, (int64_t)l->s->nkinds, &ok);
	uint64_t vpn = block_vpn + (uint64_t)page,
		 least = l->vpn > pt_vma_vpn(vma) ? l->vpn : pt_vma_vpn(vma);
	struct pt_run run;
	int err;

	if (!ok || ++l->nrows > l->max_rows || !l->s->nkinds || vpn < least ||
	    vpn + npages > pt_vma_end_vpn(vma))
		return -EBADMSG;
	run = l->s->kind[kind - 1].run;
	run.cgroup = l->s->kind[kind - 1].has_cgroup ?
			     pt_image_cgroup(l->img, l->s->kind[kind - 1].cgroup) :
			     0;
	run.vpn = vpn;
	run.npages = (uint32_t)npages;
	err = pt_runs_append(&l->img->runs, &run, l->vma == vma);
	if (!err && pfn && (run.pm & framed) == framed)
		err = pt_pfns_add(&l->img->pfns, vpn, pfn, npages);
	l->vma = vma;
	l->vpn = vpn + npages;
	return err;
}

static int load_extent(struct loading *l, sqlite3_stmt *extents, sqlite3_stmt *runs)
{
	const struct pt_vmas *vmas = &l->img->vmas;
	bool ok = vmas->n;
	int64_t mapping = pt_sql_number(extents, 0, 0, (int64_t)vmas->n - 1, &ok);
	uint64_t vpn = (uint64_t)pt_sql_number(extents, 1, 0, (INT64_C(1) << 52), &ok);
	int64_t first = pt_sql_number(extents, 2, 1, INT64_MAX >> PT_BLOCK_BITS, &ok)
			<< PT_BLOCK_BITS;
	int r = !ok ? -EBADMSG :
		      pt_sql_bind(runs, 1, "ii", first, first + PT_PFNS_BLOCK_NPAGES - 1);

	while (!r && (r = pt_sql_row(runs)) > 0)
		r = load_run(l, runs, &vmas->v[mapping],
			     vpn & ~(uint64_t)(PT_PFNS_BLOCK_NPAGES - 1));
	sqlite3_reset(runs);
	return r;
}

int pt_reader_most_rows(struct pt_snapshot *s, int64_t *ret)
{
	int64_t npages = 0, page_bytes = 0;
	int err = pt_sql_ask(s->file.db, "PRAGMA page_count", &npages);

	if (!err)
		err = pt_sql_ask(s->file.db, "PRAGMA page_size", &page_bytes);
	*ret = npages * page_bytes / LEAST_ROW_BYTES;
	return err;
}

static int load_pages(struct pt_snapshot *s, int64_t pages, struct pt_image *img)
{
	struct loading l = { .s = s, .img = img };
	sqlite3_stmt *extents = NULL, *runs = NULL;
	int r = pt_reader_kinds(s);

	if (!r)
		r = pt_reader_most_rows(s, &l.max_rows);
	if (!r)
		r = pt_image_want_cgroups(img);
	if (!r)
		r = pt_reader_prepare(
			s,
			"SELECT mapping, vpn, block FROM extent WHERE pages = ? ORDER BY mapping, vpn",
			&extents);
	if (!r)
		r = pt_reader_prepare(
			s,
			"SELECT id, npages, pfn, kind FROM run WHERE id BETWEEN ? AND ? ORDER BY id",
			&runs);
	if (!r)
		r = pt_sql_bind(extents, 1, "i", pages);
	while (!r && (r = pt_sql_row(extents)) > 0)
		r = load_extent(&l, extents, runs);
	sqlite3_finalize(extents);
	sqlite3_finalize(runs);
	return r ? r : pt_pfns_close(&img->pfns);
}

/* ---- the image */

static uint64_t any(sqlite3_stmt *st, int column, bool *ok)
{
	return (uint64_t)pt_sql_number(st, column, INT64_MIN, INT64_MAX, ok);
}

/* Why something of its pages is not known. */
static int load_reasons(struct pt_snapshot *s, sqlite3_stmt *st, struct pt_image *img)
{
	const struct { int column; const char **why; } row[] = {
		{ PT_PROCESS_why_pages, &img->why_pages },
		{ PT_PROCESS_why_pfn, &img->why_pfn },
		{ PT_PROCESS_why_flags, &img->why_kpage[PT_KPAGE_FLAGS] },
		{ PT_PROCESS_why_count, &img->why_kpage[PT_KPAGE_COUNT] },
		{ PT_PROCESS_why_cgroup, &img->why_kpage[PT_KPAGE_CGROUP] },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]) && !err; i++)
		err = pt_texts_keep(&s->texts, st, row[i].column, row[i].why);
	return err;
}

/* Which sums of smaps it kept, as PT_SUMS_*. */
static void take_sums(const struct pt_snapshot *s, sqlite3_stmt *st, struct pt_image *img, bool *ok)
{
	int64_t sums = PT_SUMS_NONE;

	if (s->file.version > 1)
		sums = pt_sql_number(st, PT_PROCESS_smaps_sums, PT_SUMS_NONE,
				     PT_SUMS_HUGE_AND_MERGED, ok);
	img->smaps_sums = sums != PT_SUMS_NONE;
	img->smaps_averages = sums == PT_SUMS_HUGE_AND_MERGED;
}

static int load_head(struct pt_snapshot *s, sqlite3_stmt *st, struct pt_image *img)
{
	bool ok = true;
	unsigned needs = (unsigned)pt_sql_number(st, PT_PROCESS_needs, 0, INT32_MAX, &ok);

	img->name = pt_text_copy_of(st, PT_PROCESS_comm);
	img->when =
		pt_reader_time(pt_sql_number(st, PT_PROCESS_when_ns, PT_LEAST_NS, INT64_MAX, &ok));
	img->cost_ns = (uint64_t)pt_sql_number(st, PT_PROCESS_cost_ns, 0, INT64_MAX, &ok);
	img->lo_vpn = any(st, PT_PROCESS_lo_vpn, &ok);
	img->hi_vpn = any(st, PT_PROCESS_hi_vpn, &ok);
	img->ctx.kmask = any(st, PT_PROCESS_flags_kept, &ok);
	img->ctx.soft_dirty = pt_sql_number(st, PT_PROCESS_soft_dirty, 0, 1, &ok);
	img->ctx.smaps = pt_sql_number(st, PT_PROCESS_smaps, 0, 1, &ok);
	img->needs = needs & ~(unsigned)(PT_NEEDS_SHARED | PT_NEEDS_SHARED_OPEN);
	img->ctx.shared = needs & PT_NEEDS_SHARED;
	img->ctx.shared_open = needs & PT_NEEDS_SHARED_OPEN;
	img->nunstable = (uint64_t)pt_sql_number(st, PT_PROCESS_unstable, 0, INT64_MAX, &ok);
	img->locked_bytes = (uint64_t)pt_sql_number(st, PT_PROCESS_locked_bytes, 0, INT64_MAX, &ok);
	img->ctx.layout = s->words.layout;
	take_sums(s, st, img, &ok);
	for (int i = 0; i < PT_NKPAGE; i++)
		img->page.kpage[i] = PT_KPAGE_NONE;
	if (!img->name)
		return -ENOMEM;
	return ok ? load_reasons(s, st, img) : -EBADMSG;
}

static int name_cgroups(struct pt_snapshot *s, struct pt_cgroups *c)
{
	int err = 0;

	for (unsigned i = 1; i < c->n && !err; i++) {
		const char *path = c->inode[i] ? pt_snapshot_cgroup(s, c->inode[i]) : "";

		c->path[i] = path ? pt_strdup(path) : NULL;
		err = path && !c->path[i] ? -ENOMEM : 0;
	}
	return err;
}

static int load_image(struct pt_snapshot *s, sqlite3_stmt *st, struct pt_image *img)
{
	bool ok = true;
	int64_t list = pt_sql_number(st, PT_PROCESS_list, 1, INT64_MAX, &ok);
	int64_t pages = pt_sql_number(st, PT_PROCESS_pages, 1, INT64_MAX, &ok);
	int err = ok ? load_head(s, st, img) : -EBADMSG;

	if (!err)
		err = pt_mappings_load(s->file.db, s->file.version, list, s->words.vmflag,
				       &img->vmas);
	if (!err)
		err = load_pages(s, pages, img);
	return err ? err : name_cgroups(s, img->cgroups);
}

int pt_snapshot_image(struct pt_snapshot *s, size_t moment, pid_t pid, uint64_t starttime,
		      struct pt_image **ret)
{
	struct pt_image *img = pt_image_new();
	sqlite3_stmt *st = NULL;
	int r = img ? pt_reader_processes(s, "WHERE moment = ? AND pid = ? AND starttime = ?",
					  &st) :
		      -ENOMEM;

	pt_database_expect(&s->file, 1);
	if (!r)
		r = pt_sql_bind(st, 1, "iiu", s->moment[moment].id, (int64_t)pid, starttime);
	if (!r) {
		r = pt_sql_row(st);
		if (!r)
			r = -ESRCH;
		else if (r > 0 && pt_sql_is_null(st, PT_PROCESS_list))
			r = -ENODATA;
	}
	if (r > 0) {
		img->pid = pid;
		img->starttime = starttime;
		r = load_image(s, st, img);
	}
	sqlite3_finalize(st);
	if (r)
		pt_image_unref(img);
	else
		*ret = img;
	return pt_database_err(&s->file, r);
}

const char *pt_snapshot_cgroup(struct pt_snapshot *s, uint64_t inode)
{
	sqlite3_stmt *st;
	const char *path = NULL;
	int r = pt_reader_prepare(s, "SELECT path FROM cgroup WHERE inode = ?", &st);

	pt_database_expect(&s->file, 1);
	r = r ? r : pt_sql_bind(st, 1, "u", inode);
	if (!r && pt_sql_row(st) > 0 && pt_texts_keep(&s->texts, st, 0, &path))
		path = NULL;
	sqlite3_finalize(st);
	return path;
}
