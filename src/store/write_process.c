/*
 * Writing a snapshot file: a process; what is as it was a moment ago is stored once.
 */
#include "pagetop/store/writer.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/store/columns.h"
#include "pagetop/store/mappings.h"
#include "pagetop/store/sql.h"
#include "pagetop/store/words.h"

/* ---- kinds */

/* All of it, with an id that means nothing to PT_FIND_KIND. */
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
	int err = bind_kind(w->st[PT_FIND_KIND], img, k),
	    r = err ? err : pt_sql_row(w->st[PT_FIND_KIND]);
	bool ok = true;

	if (r > 0)
		k->match = (int)pt_sql_number(w->st[PT_FIND_KIND], 0, 1, INT_MAX, &ok);
	sqlite3_reset(w->st[PT_FIND_KIND]);
	if (r > 0)
		return ok ? 0 : -EBADMSG;
	if (r < 0)
		return r;
	k->match = (int)++w->kind;
	err = bind_kind(w->st[PT_ADD_KIND], img, k);
	return err ? err : pt_sql_done(w->st[PT_ADD_KIND]);
}

/* Where the pages of a mapping are being written from. */
struct storing {
	struct pt_snapshot_writer *w;
	const struct pt_image *img;
	const struct pt_vma *vma;
	int64_t mapping;		/* its number in the list */
	uint64_t class;			/* pt_facts_class() of it */
};

static int kind_of(const struct storing *s, const struct pt_run *run, int64_t *ret)
{
	struct pt_kind *k = pt_kinds_place(&s->w->kinds, run, s->class);
	int err = 0;

	if (!pt_kind_is(k, run, s->class)) {
		pt_kind_set(k, run, s->vma, s->class, &s->img->ctx);
		err = store_kind(s->w, s->img, k);
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
	sqlite3_stmt *st = w->st[PT_GET_RUNS];
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
	if (err || more < 0)
		return err ? err : more;
	return same && i == w->nrows;
}

/* What was at this place of the process a moment ago; 0: nothing, or it is not known. */
static int64_t block_before(const struct pt_snapshot_writer *w, int64_t mapping, uint64_t vpn)
{
	const struct pt_before *b = &w->before;
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct pt_extent *e = &b->extent[mid];

		if (e->mapping < mapping || (e->mapping == mapping && e->vpn < vpn))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < b->n && b->extent[lo].mapping == mapping && b->extent[lo].vpn == vpn ?
		       b->extent[lo].block :
		       0;
}

/* The hottest statement of all: bound by hand. */
static int store_run(sqlite3_stmt *st, int64_t id, const struct pt_saved_run *r)
{
	int err = sqlite3_bind_int64(st, 1, id) | sqlite3_bind_int64(st, 2, r->npages) |
		  sqlite3_bind_int64(st, 4, r->kind) |
		  (r->pfn ? sqlite3_bind_int64(st, 3, (int64_t)r->pfn) : sqlite3_bind_null(st, 3));

	return err ? pt_sql_err(sqlite3_db_handle(st)) : pt_sql_done(st);
}

static int store_runs(struct pt_snapshot_writer *w)
{
	int64_t first = w->block << PT_BLOCK_BITS;
	int err = 0;

	for (size_t i = 0; i < w->nrows && !err; i++)
		err = store_run(w->st[PT_ADD_RUN], first + w->row[i].page, &w->row[i]);
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
		w->extent[w->nextents++] = (struct pt_extent){ vpn, mapping, block };
	w->nrows = 0;
	return err;
}

/* ---- the pages of a process */

/* How far the pages from `vpn` on, of this run, are at neighbouring frames. */
static uint64_t stretch(const struct pt_image *img, const struct pt_run *run, uint64_t vpn,
			uint64_t npages, uint64_t *ret_pfn)
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
static void add_rows(const struct storing *s, const struct pt_run *run, int64_t kind, uint64_t vpn,
		     uint64_t npages)
{
	for (uint64_t n; npages; vpn += n, npages -= n) {
		struct pt_saved_run *r = &s->w->row[s->w->nrows++];

		n = stretch(s->img, run, vpn, npages, &r->pfn);
		r->page = (uint16_t)(vpn % PT_PFNS_BLOCK_NPAGES);
		r->npages = (uint32_t)n;
		r->kind = kind;
	}
}

/* As end_block(), of the block with this number: where the mapping begins in it. */
static int end_numbered(const struct storing *s, uint64_t block)
{
	uint64_t vpn = block * PT_PFNS_BLOCK_NPAGES, least = pt_vma_vpn(s->vma);

	return end_block(s->w, s->mapping, vpn > least ? vpn : least);
}

/* `*block` is the number of the block under way. */
static int store_pages_of_run(const struct storing *s, const struct pt_run *run, uint64_t *block)
{
	int64_t kind = 0;
	int err = kind_of(s, run, &kind);

	for (uint64_t vpn = run->vpn, end = run->vpn + run->npages, n; vpn < end && !err;
	     vpn += n) {
		n = PT_PFNS_BLOCK_NPAGES - vpn % PT_PFNS_BLOCK_NPAGES;
		n = n < end - vpn ? n : end - vpn;
		if (vpn / PT_PFNS_BLOCK_NPAGES != *block)
			err = end_numbered(s, *block);
		*block = vpn / PT_PFNS_BLOCK_NPAGES;
		if (!err)
			add_rows(s, run, kind, vpn, n);
	}
	return err;
}

/* From the run `*i` on, which becomes the first one behind it. */
static int store_mapping_pages(struct pt_snapshot_writer *w, const struct pt_image *img,
			       int64_t mapping, size_t *i)
{
	const struct pt_vma *vma = &img->vmas.v[mapping];
	struct storing s = { w, img, vma, mapping, pt_facts_class(vma) };
	uint64_t block = 0, end = pt_vma_end_vpn(vma);
	int err = 0;

	for (; *i < img->runs.n && img->runs.r[*i].vpn < end && !err; ++*i)
		err = store_pages_of_run(&s, &img->runs.r[*i], &block);
	return err ? err : end_numbered(&s, block);
}

static int store_extents(struct pt_snapshot_writer *w)
{
	int err = 0;

	if (w->same && w->before.pages && w->nextents == w->before.n)
		return 0;
	w->before.pages = ++w->pages;
	for (size_t i = 0; i < w->nextents && !err; i++) {
		const struct pt_extent *e = &w->extent[i];

		err = pt_sql_bind(w->st[PT_ADD_EXTENT], 1, "iiui", w->pages, e->mapping, e->vpn,
				  e->block);
		if (!err)
			err = pt_sql_done(w->st[PT_ADD_EXTENT]);
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
	int err = w->before.list ? pt_mappings_load(w->file.db, PT_SNAPSHOT_VERSION, w->before.list,
						    NULL, &was) :
				   0;
	bool same = !err && w->before.list && pt_mappings_equal(&was, &img->vmas, img->smaps_sums);

	pt_vmas_done(&was);
	if (err || same)
		return err;
	w->before.list = ++w->list;
	return pt_mappings_store(w->st[PT_ADD_MAPPING], w->list, &img->vmas, img->smaps_sums);
}

/* ---- a process */

static int add_extent_before(struct pt_before *b, sqlite3_stmt *st)
{
	bool ok = true;
	struct pt_extent e = {
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
	struct pt_before *b = &w->before;
	int err = pt_sql_bind(w->st[PT_FIND_BEFORE], 1, "iiu", w->last_moment, (int64_t)p->pid,
			      p->starttime);
	int r = err ? err : pt_sql_row(w->st[PT_FIND_BEFORE]);

	b->n = 0;
	b->list = r > 0 ? sqlite3_column_int64(w->st[PT_FIND_BEFORE], 0) : 0;
	b->pages = r > 0 ? sqlite3_column_int64(w->st[PT_FIND_BEFORE], 1) : 0;
	sqlite3_reset(w->st[PT_FIND_BEFORE]);
	if (r > 0)
		r = pt_sql_bind(w->st[PT_GET_EXTENTS], 1, "i", b->pages);
	while (b->pages && r >= 0 && (r = pt_sql_row(w->st[PT_GET_EXTENTS])) > 0)
		r = add_extent_before(b, w->st[PT_GET_EXTENTS]);
	sqlite3_reset(w->st[PT_GET_EXTENTS]);
	return r < 0 ? r : 0;
}

/* With what is known of its address space: no column of its own, for nobody else asks. */
static int64_t needs_of(const struct pt_image *img)
{
	return (int64_t)img->needs | (img->ctx.shared ? PT_NEEDS_SHARED : 0) |
	       (img->ctx.shared_open ? PT_NEEDS_SHARED_OPEN : 0);
}

/* PT_SUMS_*: of which smaps kept sums are good. */
static int64_t sums_of(const struct pt_image *img)
{
	if (!img->smaps_sums)
		return PT_SUMS_NONE;
	return img->smaps_averages ? PT_SUMS_HUGE_AND_MERGED : PT_SUMS_ALL;
}

static int add_process(struct pt_snapshot_writer *w, const struct pt_process *p,
		       const struct pt_image *img)
{
	sqlite3_stmt *st = w->st[PT_ADD_PROCESS];
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

int pt_snapshot_add(struct pt_snapshot_writer *w, const struct pt_process *p,
		    const struct pt_image *img)
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
