#include "pagetop/store/snapshot.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/model/kinds.h"
#include "pagetop/store/columns.h"
#include "pagetop/store/database.h"
#include "pagetop/store/mappings.h"
#include "pagetop/store/schema.h"
#include "pagetop/store/sql.h"
#include "pagetop/store/words.h"

enum statement {
	ADD_CGROUP, ADD_MOMENT, ADD_PROCESS, ADD_MAPPING, ADD_EXTENT, ADD_RUN, ADD_KIND, FIND_KIND, FIND_BEFORE, GET_EXTENTS, GET_RUNS,
	NSTATEMENTS
};

/* The others are made of their columns. */
static const char *const sql[NSTATEMENTS] = {
	[ADD_CGROUP] = "INSERT OR REPLACE INTO cgroup VALUES (?, ?)",
	[ADD_MOMENT] = "INSERT INTO moment VALUES (?, ?, ?)",
	[ADD_EXTENT] = "INSERT INTO extent VALUES (?, ?, ?, ?)",
	[ADD_RUN] = "INSERT INTO run VALUES (?, ?, ?, ?)",
	[FIND_BEFORE] = "SELECT list, pages FROM process WHERE moment = ? AND pid = ? AND starttime = ? AND list IS NOT NULL",
	[GET_EXTENTS] = "SELECT mapping, vpn, block FROM extent WHERE pages = ? ORDER BY mapping, vpn",
	[GET_RUNS] = "SELECT id, npages, pfn, kind FROM run WHERE id BETWEEN ? AND ? ORDER BY id",
};

struct row {
	uint64_t pfn;		/* 0: none, or not known */
	uint32_t npages;
	uint16_t page;		/* in its block */
	int64_t kind;
};

struct extent {
	uint64_t vpn;
	int64_t mapping, block;
};

/* What a process had a moment ago. */
struct before {
	int64_t list, pages;	/* 0: nothing is known of it */
	struct extent *extent;
	size_t n, cap;
};

struct pt_snapshot_writer {
	struct pt_database file;	/* in memory, or one that is gone on with */
	sqlite3_stmt *st[NSTATEMENTS];
	bool open_moment;
	int64_t moment, last_moment;	/* the one under way, the one before; 0: there is none */
	int64_t process, list, pages, block, kind;	/* the ids given last */
	bool words;			/* types of entries are there */
	struct before before;
	struct pt_kinds kinds;		/* match: the id */
	struct extent *extent;		/* of the process under way */
	size_t nextents, extent_cap;
	bool same;			/* all of them are as before */
	struct row row[PT_PFNS_BLOCK_NPAGES];	/* of the block under way */
	size_t nrows;
};

static int prepare(struct pt_snapshot_writer *w)
{
	int err = pt_columns_insert(w->file.db, PT_COLUMNS_PROCESS, &w->st[ADD_PROCESS]);

	if (!err)
		err = pt_columns_insert(w->file.db, PT_COLUMNS_MAPPING, &w->st[ADD_MAPPING]);
	if (!err)
		err = pt_columns_insert(w->file.db, PT_COLUMNS_KIND, &w->st[ADD_KIND]);
	if (!err)
		err = pt_columns_find(w->file.db, PT_COLUMNS_KIND, &w->st[FIND_KIND]);
	for (int i = 0; i < NSTATEMENTS && !err; i++)
		if (sql[i] && sqlite3_prepare_v3(w->file.db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &w->st[i], NULL))
			err = pt_sql_err(w->file.db);
	return err;
}

/* ---- kinds */

/* All of it, with an id that means nothing to FIND_KIND. */
static int bind_kind(sqlite3_stmt *st, const struct pt_image *img, const struct pt_kind *k)
{
	const struct pt_run *run = &k->run;
	uint8_t over = pt_overlays_of(&k->facts), open = pt_overlays_open(&k->facts);
	int at = 0, r = SQLITE_OK;

#define COLUMN PT_PUT_COLUMN
#include "pagetop/store/kind.def"
#undef COLUMN
	return r == SQLITE_OK ? 0 : pt_sql_err(sqlite3_db_handle(st));
}

/* The id of the kind in the file, which may be new. */
static int store_kind(struct pt_snapshot_writer *w, const struct pt_image *img, struct pt_kind *k)
{
	int err = bind_kind(w->st[FIND_KIND], img, k), r = err ? err : pt_sql_row(w->st[FIND_KIND]);
	bool ok = true;

	if (r > 0)
		k->match = (int)pt_sql_number(w->st[FIND_KIND], 0, 1, INT_MAX, &ok);
	sqlite3_reset(w->st[FIND_KIND]);
	if (r > 0)
		return ok ? 0 : -EBADMSG;
	if (r < 0)
		return r;
	k->match = (int)++w->kind;
	err = bind_kind(w->st[ADD_KIND], img, k);
	return err ? err : pt_sql_done(w->st[ADD_KIND]);
}

static int kind_of(struct pt_snapshot_writer *w, const struct pt_image *img, const struct pt_vma *vma, uint64_t class,
		   const struct pt_run *run, int64_t *ret)
{
	struct pt_kind *k = pt_kinds_place(&w->kinds, run, class);
	int err = 0;

	if (!pt_kind_is(k, run, class)) {
		pt_kind_set(k, run, vma, class, &img->ctx);
		err = store_kind(w, img, k);
		if (err)
			k->free = true;
	}
	*ret = k->match;
	return err;
}

/* ---- blocks */

/* The block under way is what it was: not stored again. 1, 0 or -errno. */
static int block_is(struct pt_snapshot_writer *w, int64_t block)
{
	sqlite3_stmt *st = w->st[GET_RUNS];
	int64_t first = block << PT_BLOCK_BITS;
	int err = pt_sql_bind(st, 1, "ii", first, first + PT_PFNS_BLOCK_NPAGES - 1), more = 0;
	bool same = !err;
	size_t i = 0;

	for (; same && (more = pt_sql_row(st)) > 0; i++)
		same = i < w->nrows && sqlite3_column_int64(st, 0) - first == w->row[i].page &&
		       (uint64_t)sqlite3_column_int64(st, 1) == w->row[i].npages &&
		       (uint64_t)sqlite3_column_int64(st, 2) == w->row[i].pfn &&
		       sqlite3_column_int64(st, 3) == w->row[i].kind;
	sqlite3_reset(st);
	return err ? err : more < 0 ? more : same && i == w->nrows;
}

/* What was at this place of the process a moment ago; 0: nothing, or it is not known. */
static int64_t block_before(const struct pt_snapshot_writer *w, int64_t mapping, uint64_t vpn)
{
	const struct before *b = &w->before;
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct extent *e = &b->extent[mid];

		if (e->mapping < mapping || (e->mapping == mapping && e->vpn < vpn))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < b->n && b->extent[lo].mapping == mapping && b->extent[lo].vpn == vpn ? b->extent[lo].block : 0;
}

/* The hottest statement of all: bound by hand. */
static int store_run(sqlite3_stmt *st, int64_t id, const struct row *r)
{
	int err = sqlite3_bind_int64(st, 1, id) | sqlite3_bind_int64(st, 2, r->npages) | sqlite3_bind_int64(st, 4, r->kind) |
		  (r->pfn ? sqlite3_bind_int64(st, 3, (int64_t)r->pfn) : sqlite3_bind_null(st, 3));

	return err ? pt_sql_err(sqlite3_db_handle(st)) : pt_sql_done(st);
}

static int store_runs(struct pt_snapshot_writer *w)
{
	int64_t first = w->block << PT_BLOCK_BITS;
	int err = 0;

	for (size_t i = 0; i < w->nrows && !err; i++)
		err = store_run(w->st[ADD_RUN], first + w->row[i].page, &w->row[i]);
	return err;
}

/* The rows under way are all that is there, from `vpn` on, of this mapping in this block. */
static int end_block(struct pt_snapshot_writer *w, int64_t mapping, uint64_t vpn)
{
	int64_t block = w->nrows ? block_before(w, mapping, vpn) : 0;
	int same = block ? block_is(w, block) : 0, err = same < 0 ? same : 0;

	if (!w->nrows || err)
		return err;
	if (!same) {
		block = ++w->block;
		w->same = false;
		err = store_runs(w);
	}
	if (!err)
		err = pt_grow(&w->extent, &w->extent_cap, w->nextents + 1, sizeof(*w->extent));
	if (!err)
		w->extent[w->nextents++] = (struct extent){ vpn, mapping, block };
	w->nrows = 0;
	return err;
}

/* ---- the pages of a process */

/* How far the pages from `vpn` on, of this run, are at neighbouring frames. */
static uint64_t stretch(const struct pt_image *img, const struct pt_run *run, uint64_t vpn, uint64_t npages,
			uint64_t *ret_pfn)
{
	const uint16_t framed = PT_RUN(PRESENT) | PT_RUN(PFN);
	uint64_t n;

	*ret_pfn = 0;
	if (!img->pfns.n || (run->pm & framed) != framed)
		return npages;
	n = pt_pfns_stretch(&img->pfns, vpn, ret_pfn);
	return n < npages ? n : npages;
}

/* The part of a run that lies in one block. */
static int add_rows(struct pt_snapshot_writer *w, const struct pt_image *img, const struct pt_run *run, int64_t kind,
		    uint64_t vpn, uint64_t npages)
{
	for (uint64_t n; npages; vpn += n, npages -= n) {
		struct row *r = &w->row[w->nrows++];

		n = stretch(img, run, vpn, npages, &r->pfn);
		r->page = (uint16_t)(vpn % PT_PFNS_BLOCK_NPAGES);
		r->npages = (uint32_t)n;
		r->kind = kind;
	}
	return 0;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static int store_mapping_pages(struct pt_snapshot_writer *w, const struct pt_image *img, int64_t mapping, size_t *i)
{
	const struct pt_vma *vma = &img->vmas.v[mapping];
	uint64_t class = pt_facts_class(vma), block = 0, kind_end = pt_vma_end_vpn(vma);
	int err = 0;

	for (; *i < img->runs.n && img->runs.r[*i].vpn < kind_end && !err; ++*i) {
		const struct pt_run *run = &img->runs.r[*i];
		int64_t kind = 0;

		err = kind_of(w, img, vma, class, run, &kind);
		for (uint64_t vpn = run->vpn, end = run->vpn + run->npages, n; vpn < end && !err; vpn += n) {
			n = PT_PFNS_BLOCK_NPAGES - vpn % PT_PFNS_BLOCK_NPAGES;
			n = n < end - vpn ? n : end - vpn;
			if (vpn / PT_PFNS_BLOCK_NPAGES != block)
				err = end_block(w, mapping, later(block * PT_PFNS_BLOCK_NPAGES, pt_vma_vpn(vma)));
			block = vpn / PT_PFNS_BLOCK_NPAGES;
			if (!err)
				err = add_rows(w, img, run, kind, vpn, n);
		}
	}
	return err ? err : end_block(w, mapping, later(block * PT_PFNS_BLOCK_NPAGES, pt_vma_vpn(vma)));
}

static int store_extents(struct pt_snapshot_writer *w)
{
	int err = 0;

	if (w->same && w->before.pages && w->nextents == w->before.n)
		return 0;
	w->before.pages = ++w->pages;
	for (size_t i = 0; i < w->nextents && !err; i++) {
		const struct extent *e = &w->extent[i];

		err = pt_sql_bind(w->st[ADD_EXTENT], 1, "iiui", w->pages, e->mapping, e->vpn, e->block);
		if (!err)
			err = pt_sql_done(w->st[ADD_EXTENT]);
	}
	return err;
}

/* w->before.pages becomes what the row is to point to. */
static int store_pages(struct pt_snapshot_writer *w, const struct pt_image *img)
{
	size_t i = 0;
	int err = 0;

	pt_kinds_init(&w->kinds);
	w->nextents = w->nrows = 0;
	w->same = true;
	for (size_t v = 0; v < img->vmas.n && !err; v++)
		err = store_mapping_pages(w, img, (int64_t)v, &i);
	return err ? err : store_extents(w);
}

/* ---- its mappings */

/* w->before.list becomes what the row is to point to. */
static int store_list(struct pt_snapshot_writer *w, const struct pt_image *img)
{
	struct pt_vmas was = PT_VMAS_INIT;
	int err = w->before.list ? pt_mappings_load(w->file.db, PT_SNAPSHOT_VERSION, w->before.list, NULL, &was) : 0;
	bool same = !err && w->before.list && pt_mappings_equal(&was, &img->vmas, img->smaps_sums);

	pt_vmas_done(&was);
	if (err || same)
		return err;
	w->before.list = ++w->list;
	return pt_mappings_store(w->st[ADD_MAPPING], w->list, &img->vmas, img->smaps_sums);
}

/* ---- a process */

static int add_extent_before(struct before *b, sqlite3_stmt *st)
{
	bool ok = true;
	struct extent e = {
		.mapping = pt_sql_number(st, 0, 0, INT64_MAX, &ok),
		.vpn = (uint64_t)pt_sql_number(st, 1, 0, INT64_MAX, &ok),
		.block = pt_sql_number(st, 2, 1, INT64_MAX >> PT_BLOCK_BITS, &ok),
	};
	int err = ok ? pt_grow(&b->extent, &b->cap, b->n + 1, sizeof(*b->extent)) : -EBADMSG;

	if (!err)
		b->extent[b->n++] = e;
	return err;
}

/* Of this process in the moment before: its list, its pages. */
static int look_before(struct pt_snapshot_writer *w, const struct pt_process *p)
{
	struct before *b = &w->before;
	int err = pt_sql_bind(w->st[FIND_BEFORE], 1, "iiu", w->last_moment, (int64_t)p->pid, p->starttime);
	int r = err ? err : pt_sql_row(w->st[FIND_BEFORE]);

	b->n = 0;
	b->list = r > 0 ? sqlite3_column_int64(w->st[FIND_BEFORE], 0) : 0;
	b->pages = r > 0 ? sqlite3_column_int64(w->st[FIND_BEFORE], 1) : 0;
	sqlite3_reset(w->st[FIND_BEFORE]);
	if (r > 0)
		r = pt_sql_bind(w->st[GET_EXTENTS], 1, "i", b->pages);
	while (b->pages && r >= 0 && (r = pt_sql_row(w->st[GET_EXTENTS])) > 0)
		r = add_extent_before(b, w->st[GET_EXTENTS]);
	sqlite3_reset(w->st[GET_EXTENTS]);
	return r < 0 ? r : 0;
}

/* Before 1970, too: a clock may say anything. */
static int64_t ns_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* With what is known of its address space: no column of its own, for nobody else asks. */
static int64_t needs_of(const struct pt_image *img)
{
	return (int64_t)img->needs | (img->ctx.shared ? PT_NEEDS_SHARED : 0) | (img->ctx.shared_open ? PT_NEEDS_SHARED_OPEN : 0);
}

/* PT_SUMS_*: of which smaps kept sums are good. */
static int64_t sums_of(const struct pt_image *img)
{
	if (!img->smaps_sums)
		return PT_SUMS_NONE;
	return img->smaps_averages ? PT_SUMS_HUGE_AND_MERGED : PT_SUMS_ALL;
}

static int add_process(struct pt_snapshot_writer *w, const struct pt_process *p, const struct pt_image *img)
{
	sqlite3_stmt *st = w->st[ADD_PROCESS];
	struct pt_str comm = PT_STR_INIT;
	int at = 0, r = SQLITE_OK, err;

	pt_escape(&comm, p->comm, strlen(p->comm));
	w->process++;
#define COLUMN PT_PUT_COLUMN
#include "pagetop/store/process.def"
#undef COLUMN
	err = r == SQLITE_OK ? pt_sql_done(st) : pt_sql_err(sqlite3_db_handle(st));
	pt_str_done(&comm);
	return err;
}

int pt_snapshot_add(struct pt_snapshot_writer *w, const struct pt_process *p, const struct pt_image *img)
{
	int err = 0;

	if (img && !w->words) {
		err = pt_words_store_entries(w->file.db, &img->ctx.layout);
		w->words = !err;
	}
	if (!err && img)
		err = look_before(w, p);
	if (!err && img)
		err = store_list(w, img);
	if (!err && img)
		err = store_pages(w, img);
	return err ? err : add_process(w, p, img);
}

int pt_snapshot_add_cgroup(struct pt_snapshot_writer *w, uint64_t inode, const char *path)
{
	int err = pt_sql_bind(w->st[ADD_CGROUP], 1, "us", inode, path);

	return err ? err : pt_sql_done(w->st[ADD_CGROUP]);
}

/* ---- the file */

static const char new_file[] =
	"PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
	" PRAGMA temp_store = MEMORY;";
static const char old_file[] =
	"PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
	" PRAGMA busy_timeout = 60000; PRAGMA cache_spill = OFF";	/* who reads is waited for, and waits only while a moment is committed */

static int store_machine(sqlite3 *db, const struct pt_snapshot_machine *m)
{
	sqlite3_stmt *st = NULL;
	int err = sqlite3_prepare_v2(db, "INSERT INTO machine VALUES (?, ?, ?, ?, ?)", -1, &st, NULL) ? pt_sql_err(db) :
		  pt_sql_bind(st, 1, "sssis", m->host, m->description, m->boot, (int64_t)PT_PAGE_BYTES, PACKAGE_STRING);

	if (!err)
		err = pt_sql_done(st);
	sqlite3_finalize(st);
	return err;
}

static int open_memory(struct pt_snapshot_writer *w)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	sqlite3_int64 most = INT64_C(1) << 40;		/* memory is what ends it */

	if (sqlite3_open_v2("snapshot", &w->file.db, flags, "memdb"))
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
	int err = pt_sql_ask(w->file.db, "SELECT count(*) FROM word WHERE kind = 'entry'", &entries);

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
static int check_file(const char *path, const struct pt_snapshot_machine *machine, bool *ret_differs, struct pt_str *why)
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

int pt_snapshot_append(const char *path, const struct pt_snapshot_machine *machine, struct pt_snapshot_writer **ret,
		       struct pt_str *why)
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

int pt_snapshot_begin(struct pt_snapshot_writer *w, const struct timespec *when, const char *scope)
{
	int err = pt_sql_exec(w->file.db, "BEGIN IMMEDIATE");

	w->open_moment = !err;
	if (!err)
		err = pt_sql_bind(w->st[ADD_MOMENT], 1, "iis", ++w->moment, ns_of(when), scope);
	return err ? err : pt_sql_done(w->st[ADD_MOMENT]);
}

/*
 * Takes the oldest moments away. What their processes point to goes with them, but for what the next moment
 * still points to: things are shared from one moment to the next, never across one.
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
		err = pt_sql_ask(w->file.db, "SELECT min(id) FROM moment WHERE id > (SELECT min(id) FROM moment)", &next);
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
		if (err || !((keep && n > (int64_t)keep) || (max_bytes && (uint64_t)bytes > max_bytes)))
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
	for (int i = 0; i < NSTATEMENTS; i++)
		sqlite3_finalize(w->st[i]);
	close_err = pt_database_close(&w->file);
	free(w->before.extent);
	free(w->extent);
	free(w);
	return err ? err : close_err;
}
