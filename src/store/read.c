#include "pagetop/store/snapshot.h"

#include <errno.h>
#include <math.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/store/columns.h"
#include "pagetop/store/database.h"
#include "pagetop/store/mappings.h"
#include "pagetop/store/schema.h"
#include "pagetop/store/sql.h"

enum {
	NO_BIT = 0xff,
	FACT_BITS = 32,		/* a later pagetop may keep more of a page than we do */
	MAX_TEXTS = 65536,	/* that say why, and paths of cgroups: no machine has so many */
	LEAST_ROW_BYTES = 6,	/* of a row of the table run, and of its place in the page */
};

#define LEAST_NS (INT64_MIN + 1000000000)	/* when_ns, less a part of a second */

struct pt_snapshot {
	struct pt_database file;
	char *host, *description, *boot;
	struct pt_snapshot_machine machine;
	struct pt_moment *moment;
	size_t nmoments, moment_cap;
	uint8_t fact[FACT_BITS], vmflag[64];	/* our number of each bit in the file; NO_BIT: we have none */
	struct pt_swap_layout layout;
	bool differs;
	struct pt_str strange;		/* names that we do not know */
	struct kind {
		struct pt_run run;	/* vpn and npages mean nothing */
		bool has_cgroup;
		uint64_t cgroup;	/* inode */
		int state;		/* row of the state lens, or -1: we have none of that name */
	} *kind;			/* by id - 1 */
	size_t nkinds, kind_cap;
	void *texts;			/* what images and tables point to: each once, a tree of search.h */
	size_t ntexts;
};

static int prepare(struct pt_snapshot *s, const char *sql, sqlite3_stmt **ret)
{
	*ret = NULL;
	return sqlite3_prepare_v2(s->file.db, sql, -1, ret, NULL) ? pt_sql_err(s->file.db) : 0;
}

static const char *text_at(sqlite3_stmt *st, int column)
{
	return (const char *)sqlite3_column_text(st, column);
}

/* A text as pt_escape() would have written it, whatever stands in the file; "?" if nothing does. NULL: no memory. */
static char *safe_copy(const char *text)
{
	struct pt_str raw = PT_STR_INIT, safe = PT_STR_INIT;
	char *copy;

	if (text && pt_unescape(&raw, text) == -EINVAL) {
		pt_str_reset(&raw);
		pt_str_adds(&raw, text);
	}
	pt_escape(&safe, text ? raw.s : "?", text ? raw.len : 1);
	copy = raw.err || safe.err ? NULL : pt_strdup(safe.s);
	pt_str_done(&raw);
	pt_str_done(&safe);
	return copy;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A text that lives as long as the file is open; the same ones are kept once. NULL stays NULL. 0 or -errno. */
static int intern(struct pt_snapshot *s, const char *text, const char **ret)
{
	char *safe = text ? safe_copy(text) : NULL;
	char *const *at = safe ? tsearch(safe, &s->texts, by_text) : NULL;

	*ret = at ? *at : NULL;
	if (at && *at == safe)
		return ++s->ntexts <= MAX_TEXTS ? 0 : -EBADMSG;
	free(safe);
	return text && !at ? pt_memory_note() : 0;
}

/* ---- opening */

static int load_machine(struct pt_snapshot *s)
{
	sqlite3_stmt *st;
	int err = prepare(s, "SELECT host, description, boot, page_bytes FROM machine", &st), r = err ? err : pt_sql_row(st);
	bool ok = true;

	if (r > 0) {
		s->host = safe_copy(text_at(st, 0));
		s->description = safe_copy(text_at(st, 1));
		s->boot = safe_copy(text_at(st, 2));
		s->machine = (struct pt_snapshot_machine){ s->host, s->description, s->boot };
		pt_sql_number(st, 3, PT_PAGE_BYTES, PT_PAGE_BYTES, &ok);
		r = !ok ? -EBADMSG : s->host && s->description && s->boot ? 1 : -ENOMEM;
	}
	sqlite3_finalize(st);
	return r > 0 ? 0 : r < 0 ? r : -EBADMSG;
}

static void add_strange(struct pt_snapshot *s, const char *name)
{
	if (s->strange.len)
		pt_str_adds(&s->strange, ", ");
	pt_escape(&s->strange, name, strlen(name));
}

/* The number that we give to the name, or NO_BIT. */
static uint8_t number_of(const char *name, const char *(*name_of)(int), int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(name, name_of(i)))
			return (uint8_t)i;
	return NO_BIT;
}

static int take_word(struct pt_snapshot *s, const char *kind, const char *name, int number)
{
	int entry;

	if (!strcmp(kind, "facts") && number < FACT_BITS) {
		s->fact[number] = number_of(name, pt_fact_name, PT_FACT_HWPOISON);
		if (s->fact[number] == NO_BIT)
			add_strange(s, name);
		s->differs |= s->fact[number] != number;
	} else if (!strcmp(kind, "vmflags") && number < 63) {
		s->vmflag[number] = number_of(name, pt_mapping_bit_name, PT_NMAPPING_BITS);
		s->differs |= s->vmflag[number] != number;
	} else if (!strcmp(kind, "entry") && number < 32) {
		entry = pt_schema_entry(name);
		s->layout.entry[number] = (uint8_t)(entry < 0 ? PT_ENTRY_UNKNOWN : entry);
		if (entry < 0)
			add_strange(s, name);
		s->differs |= entry < 0;
	}
	return s->strange.err;
}

/* Whether the file has a number for each name of ours. */
static bool has_all(const struct pt_snapshot *s)
{
	for (int i = 0; i < PT_FACT_HWPOISON; i++)
		if (!memchr(s->fact, i, sizeof(s->fact)))
			return false;
	for (int i = 0; i < PT_NMAPPING_BITS; i++)
		if (!memchr(s->vmflag, i, sizeof(s->vmflag)))
			return false;
	return true;
}

static int load_words(struct pt_snapshot *s)
{
	sqlite3_stmt *st;
	int err = prepare(s, "SELECT kind, name, number FROM word", &st), r = err;
	bool ok = true;

	memset(s->fact, NO_BIT, sizeof(s->fact));
	memset(s->vmflag, NO_BIT, sizeof(s->vmflag));
	while (!r && (r = pt_sql_row(st)) > 0) {
		int number = (int)pt_sql_number(st, 2, 0, 255, &ok);

		r = ok && text_at(st, 0) && text_at(st, 1) ? take_word(s, text_at(st, 0), text_at(st, 1), number) : -EBADMSG;
	}
	s->differs |= !has_all(s);
	sqlite3_finalize(st);
	return r;
}

static struct timespec time_of(int64_t ns)
{
	int64_t rest = ns % 1000000000;		/* before 1970 below 0 */

	rest += rest < 0 ? 1000000000 : 0;
	return (struct timespec){ (time_t)((ns - rest) / 1000000000), (long)rest };
}

static int load_moments(struct pt_snapshot *s)
{
	sqlite3_stmt *st;
	int r = prepare(s, "SELECT id, when_ns, scope FROM moment ORDER BY id", &st);
	bool ok = true;

	while (!r && (r = pt_sql_row(st)) > 0) {
		struct pt_moment m = { .id = sqlite3_column_int64(st, 0),
				       .when = time_of(pt_sql_number(st, 1, LEAST_NS, INT64_MAX, &ok)) };

		m.scope = safe_copy(text_at(st, 2));
		r = !ok ? -EBADMSG : m.scope ? pt_grow(&s->moment, &s->moment_cap, s->nmoments + 1, sizeof(m)) : -ENOMEM;
		if (r)
			free(m.scope);
		else
			s->moment[s->nmoments++] = m;
	}
	sqlite3_finalize(st);
	return r ? r : s->nmoments ? 0 : -ENODATA;
}

static int load(struct pt_snapshot *s)
{
	int err = load_machine(s);

	if (!err)
		err = load_words(s);
	return err ? err : load_moments(s);
}

static const char *words_for(int err)
{
	return err == -EBADMSG ? "it is damaged" : err == -EROFS ? "interrupted recording; open it again" :
	       err == -ENODATA ? "no moment was finished in it" :
	       err == -EBUSY ? "another program is writing to it" : strerror(-err);
}

int pt_snapshot_open(const char *path, struct pt_snapshot **ret, struct pt_str *why)
{
	struct pt_snapshot *s = pt_calloc(1, sizeof(*s));
	struct pt_str reason = PT_STR_INIT;
	int err;

	if (!s)
		return -ENOMEM;
	s->strange = (struct pt_str)PT_STR_INIT;
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
	tdestroy(s->texts, free);
	pt_str_done(&s->strange);
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
	return s->strange.len ? s->strange.s : NULL;
}

bool pt_snapshot_differs(const struct pt_snapshot *s)
{
	return s->differs || s->file.version != PT_SNAPSHOT_VERSION;
}

/* ---- processes */

static int select_processes(struct pt_snapshot *s, const char *where, sqlite3_stmt **ret)
{
	return pt_columns_select(s->file.db, PT_COLUMNS_PROCESS, s->file.version, where, ret);
}

static char *copy_of(sqlite3_stmt *st, int column)
{
	return safe_copy(text_at(st, column));
}

static bool is_null(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL;
}

static int64_t optional(sqlite3_stmt *st, int column, bool *ok)
{
	return is_null(st, column) ? 0 : pt_sql_number(st, column, 0, INT32_MAX, ok);
}

/* Whether its numbers can be. */
static bool load_numbers(sqlite3_stmt *st, struct pt_process *p)
{
	bool ok = true;

	p->faults_per_s = NAN;
	p->pid = (pid_t)pt_sql_number(st, PT_PROCESS_pid, 0, INT32_MAX, &ok);
	p->starttime = (uint64_t)pt_sql_number(st, PT_PROCESS_starttime, 0, INT64_MAX, &ok);
	p->uid = (uid_t)-1;
	if (!is_null(st, PT_PROCESS_uid))
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
	const char *comm = text_at(st, PT_PROCESS_comm);
	struct pt_str raw = PT_STR_INIT;
	int err = pt_unescape(&raw, comm ? comm : "?") ? -EBADMSG : 0;

	p->comm = pt_strdup(raw.s);
	pt_str_done(&raw);
	p->command = copy_of(st, PT_PROCESS_command);
	p->user = copy_of(st, PT_PROCESS_user);
	if (!is_null(st, PT_PROCESS_cgroup) && !(p->cgroup = copy_of(st, PT_PROCESS_cgroup)))
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
		err = intern(s, text_at(st, PT_PROCESS_why), &p->why);
	if (!err && (!ok || (p->err && !p->why)))
		err = -EBADMSG;
	if (!err && !p->err && !p->kthread && !p->zombie && is_null(st, PT_PROCESS_list)) {
		p->err = -ENODATA;
		p->why = "its pages were not saved";
	}
	return err;
}

int pt_snapshot_table(struct pt_snapshot *s, size_t moment, struct pt_table **ret)
{
	struct pt_table *t = pt_table_new();
	sqlite3_stmt *st = NULL;
	int r = t ? select_processes(s, "WHERE moment = ? ORDER BY pid, starttime", &st) : -ENOMEM;

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

/* ---- pages */

/* Bits of the file as we number them. */
static uint16_t own_facts(const struct pt_snapshot *s, uint64_t bits)
{
	uint16_t own = 0;

	for (int i = 0; i < FACT_BITS; i++)
		if (bits >> i & 1 && s->fact[i] != NO_BIT)
			own |= (uint16_t)(1u << s->fact[i]);
	return own;
}

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
	struct kind k = { .run = {
		.kflags = (uint64_t)pt_sql_number(st, PT_KIND_kflags, INT64_MIN, INT64_MAX, &ok),
		.pm = own_facts(s, (uint64_t)pt_sql_number(st, PT_KIND_facts, 0, UINT32_MAX, &ok)),
		.order = PT_ORDER_UNKNOWN, .node = -1,
	}, .state = state_of(text_at(st, PT_KIND_state)) };
	struct pt_run *r = &k.run;
	int err;

	if (!is_null(st, PT_KIND_count))
		r->count = (uint32_t)pt_sql_number(st, PT_KIND_count, 0, UINT32_MAX, &ok);
	if (!is_null(st, PT_KIND_folio_order))
		r->order = (uint8_t)pt_sql_number(st, PT_KIND_folio_order, 0, 51, &ok);
	if (!is_null(st, PT_KIND_node))
		r->node = (int8_t)pt_sql_number(st, PT_KIND_node, 0, INT8_MAX, &ok);
	k.has_cgroup = !is_null(st, PT_KIND_cgroup);
	if (k.has_cgroup)
		k.cgroup = (uint64_t)pt_sql_number(st, PT_KIND_cgroup, INT64_MIN, INT64_MAX, &ok);
	if (!ok || sqlite3_column_int64(st, PT_KIND_id) != (int64_t)s->nkinds + 1)
		return -EBADMSG;
	err = pt_grow(&s->kind, &s->kind_cap, s->nkinds + 1, sizeof(*s->kind));
	if (!err)
		s->kind[s->nkinds++] = k;
	return err;
}

/* Those that came since the last time: a recording may go on while it is looked at. */
static int load_kinds(struct pt_snapshot *s)
{
	sqlite3_stmt *st;
	int r = pt_columns_select(s->file.db, PT_COLUMNS_KIND, s->file.version, "WHERE id > ? ORDER BY id", &st);

	if (!r)
		r = pt_sql_bind(st, 1, "i", (int64_t)s->nkinds);
	while (!r && (r = pt_sql_row(st)) > 0)
		r = load_kind(s, st);
	sqlite3_finalize(st);
	return r;
}

/* Where a process's pages are being read to. */
struct loading {
	struct pt_snapshot *s;
	struct pt_image *img;
	const struct pt_vma *vma;	/* of the last run; NULL: there is none yet */
	uint64_t vpn;			/* behind it */
	int64_t nrows, max_rows;	/* that were read; that the file can hold: no block is of two places */
};

static int load_run(struct loading *l, sqlite3_stmt *st, const struct pt_vma *vma, uint64_t block_vpn)
{
	const uint16_t framed = PT_RUN(PRESENT) | PT_RUN(PFN);
	bool ok = true;
	int64_t page = sqlite3_column_int64(st, 0) & (PT_PFNS_BLOCK_NPAGES - 1);
	uint64_t npages = (uint64_t)pt_sql_number(st, 1, 1, PT_PFNS_BLOCK_NPAGES - page, &ok);
	uint64_t pfn = sqlite3_column_type(st, 2) == SQLITE_NULL ? 0 :
		       (uint64_t)pt_sql_number(st, 2, 1, (INT64_C(1) << 50), &ok);
	int64_t kind = pt_sql_number(st, 3, 1, (int64_t)l->s->nkinds, &ok);
	uint64_t vpn = block_vpn + (uint64_t)page, least = l->vpn > pt_vma_vpn(vma) ? l->vpn : pt_vma_vpn(vma);
	struct pt_run run;
	int err;

	if (!ok || ++l->nrows > l->max_rows || !l->s->nkinds || vpn < least || vpn + npages > pt_vma_end_vpn(vma))
		return -EBADMSG;
	run = l->s->kind[kind - 1].run;
	run.cgroup = l->s->kind[kind - 1].has_cgroup ? pt_image_cgroup(l->img, l->s->kind[kind - 1].cgroup) : 0;
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
	int64_t first = pt_sql_number(extents, 2, 1, INT64_MAX >> PT_BLOCK_BITS, &ok) << PT_BLOCK_BITS;
	int r = !ok ? -EBADMSG : pt_sql_bind(runs, 1, "ii", first, first + PT_PFNS_BLOCK_NPAGES - 1);

	while (!r && (r = pt_sql_row(runs)) > 0)
		r = load_run(l, runs, &vmas->v[mapping], vpn & ~(uint64_t)(PT_PFNS_BLOCK_NPAGES - 1));
	sqlite3_reset(runs);
	return r;
}

/* How many the file can hold of the table run: in one moment no block is in two places. */
static int count_rows(struct pt_snapshot *s, int64_t *ret_most)
{
	int64_t npages = 0, page_bytes = 0;
	int err = pt_sql_ask(s->file.db, "PRAGMA page_count", &npages);

	if (!err)
		err = pt_sql_ask(s->file.db, "PRAGMA page_size", &page_bytes);
	*ret_most = npages * page_bytes / LEAST_ROW_BYTES;
	return err;
}

static int load_pages(struct pt_snapshot *s, int64_t pages, struct pt_image *img)
{
	struct loading l = { .s = s, .img = img };
	sqlite3_stmt *extents = NULL, *runs = NULL;
	int r = load_kinds(s);

	if (!r)
		r = count_rows(s, &l.max_rows);
	if (!r)
		r = pt_image_want_cgroups(img);
	if (!r)
		r = prepare(s, "SELECT mapping, vpn, block FROM extent WHERE pages = ? ORDER BY mapping, vpn", &extents);
	if (!r)
		r = prepare(s, "SELECT id, npages, pfn, kind FROM run WHERE id BETWEEN ? AND ? ORDER BY id", &runs);
	if (!r)
		r = pt_sql_bind(extents, 1, "i", pages);
	while (!r && (r = pt_sql_row(extents)) > 0)
		r = load_extent(&l, extents, runs);
	sqlite3_finalize(extents);
	sqlite3_finalize(runs);
	return r ? r : pt_pfns_close(&img->pfns);
}

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
		err = intern(s, text_at(st, row[i].column), row[i].why);
	return err;
}

/* Which sums of smaps it kept, as PT_SUMS_*. */
static void take_sums(const struct pt_snapshot *s, sqlite3_stmt *st, struct pt_image *img, bool *ok)
{
	int64_t sums = PT_SUMS_NONE;

	if (s->file.version > 1)
		sums = pt_sql_number(st, PT_PROCESS_smaps_sums, PT_SUMS_NONE, PT_SUMS_HUGE_AND_MERGED, ok);
	img->smaps_sums = sums != PT_SUMS_NONE;
	img->smaps_averages = sums == PT_SUMS_HUGE_AND_MERGED;
}

static int load_head(struct pt_snapshot *s, sqlite3_stmt *st, struct pt_image *img)
{
	bool ok = true;
	unsigned needs = (unsigned)pt_sql_number(st, PT_PROCESS_needs, 0, INT32_MAX, &ok);

	img->name = copy_of(st, PT_PROCESS_comm);
	img->when = time_of(pt_sql_number(st, PT_PROCESS_when_ns, LEAST_NS, INT64_MAX, &ok));
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
	img->ctx.layout = s->layout;
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
		err = pt_mappings_load(s->file.db, s->file.version, list, s->vmflag, &img->vmas);
	if (!err)
		err = load_pages(s, pages, img);
	return err ? err : name_cgroups(s, img->cgroups);
}

int pt_snapshot_image(struct pt_snapshot *s, size_t moment, pid_t pid, uint64_t starttime, struct pt_image **ret)
{
	struct pt_image *img = pt_image_new();
	sqlite3_stmt *st = NULL;
	int r = img ? select_processes(s, "WHERE moment = ? AND pid = ? AND starttime = ?", &st) : -ENOMEM;

	pt_database_expect(&s->file, 1);
	if (!r)
		r = pt_sql_bind(st, 1, "iiu", s->moment[moment].id, (int64_t)pid, starttime);
	if (!r) {
		r = pt_sql_row(st);
		if (!r)
			r = -ESRCH;
		else if (r > 0 && is_null(st, PT_PROCESS_list))
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
	int r = prepare(s, "SELECT path FROM cgroup WHERE inode = ?", &st);

	pt_database_expect(&s->file, 1);
	r = r ? r : pt_sql_bind(st, 1, "u", inode);
	if (!r && pt_sql_row(st) > 0 && intern(s, text_at(st, 0), &path))
		path = NULL;
	sqlite3_finalize(st);
	return path;
}

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
	int r = load_kinds(s);

	if (!r)
		r = prepare(s, select_history, &st);
	if (!r)
		r = pt_sql_bind(st, 1, "iui", (int64_t)pid, starttime, s->moment[s->nmoments - 1].id);
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
	int r = prepare(s, "SELECT comm FROM process WHERE id = ?", &st);

	if (!r)
		r = pt_sql_bind(st, 1, "i", process);
	if (!r)
		r = pt_sql_row(st);
	if (r > 0)
		r = pt_who_add_name(who, copy_of(st, 0));
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
	if (sqlite3_column_type(st, 4) != SQLITE_NULL)
		who->count = (uint64_t)sqlite3_column_int64(st, 4);
	return err ? err : pt_who_add(who, pid, starttime, vpn << PT_PAGE_SHIFT, 0);
}

static int load_who(struct pt_snapshot *s, size_t moment, uint64_t pfn, struct pt_who *who)
{
	sqlite3_stmt *st = NULL;
	int64_t most = 0;
	int r = count_rows(s, &most);

	if (!r)
		r = prepare(s, select_who, &st);
	if (!r)
		r = pt_sql_bind(st, 1, "iui", s->moment[moment].id, pfn, most);
	while (!r && (r = pt_sql_row(st)) > 0)
		r = (int64_t)who->n < most ? add_sharer(s, st, who) : -EBADMSG;
	sqlite3_finalize(st);
	return r;
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
		who->why = who->count == PT_KPAGE_NONE ? "the file does not say how often it was mapped" :
			   who->n > who->count ? "processes that share one address space show the same entry twice, or pages "
			   "moved while they were read" :
			   "not all processes are in the file, or pages moved while they were read";
	*ret = who;
	return 0;
}
