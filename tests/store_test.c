/*
 * Snapshot files: an image that was saved and opened again is the same image, page by page and in every lens; what is
 * damaged, strange or of another program is one sentence and no crash.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sqlite3.h>
#include "pagetop/base/text.h"
#include "pagetop/demo/demo.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/census.h"
#include "pagetop/scan/kernel.h"
#include "pagetop/scan/still.h"
#include "pagetop/store/open.h"
#include "pagetop/store/save.h"
#include "pagetop/store/schema.h"
#include "beside.h"
#include "moments.h"

/* Files in the folder whose names begin so. */
static size_t count_files(const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	size_t n = 0;

	assert_non_null(dir);
	while ((e = readdir(dir)))
		n += !strncmp(e->d_name, prefix, strlen(prefix));
	closedir(dir);
	return n;
}

/* ---- the same */

static void assert_same_facts(const struct pt_run *a, const struct pt_vma *va, const struct pt_image *ia,
			      const struct pt_run *b, const struct pt_vma *vb, const struct pt_image *ib)
{
	struct pt_facts fa = pt_facts_of(a, va, &ia->ctx), fb = pt_facts_of(b, vb, &ib->ctx);

	assert_memory_equal(&fa.yes, &fb.yes, sizeof(fa.yes));
	assert_memory_equal(&fa.known, &fb.known, sizeof(fa.known));
	assert_int_equal(pt_overlays_of(&fa), pt_overlays_of(&fb));
	assert_int_equal(pt_overlays_open(&fa), pt_overlays_open(&fb));
	for (int lens = 0; lens < PT_NLENSES; lens++)
		assert_int_equal(pt_lens_row((enum pt_lens_id)lens, &fa), pt_lens_row((enum pt_lens_id)lens, &fb));
}

static uint64_t inode_of(const struct pt_image *img, const struct pt_run *run)
{
	return run->cgroup ? img->cgroups->inode[run->cgroup] : PT_KPAGE_NONE;
}

static void assert_same_pages(const struct pt_image *a, const struct pt_vma *va, const struct pt_image *b,
			      const struct pt_vma *vb)
{
	for (uint64_t vpn = pt_vma_vpn(va), n; vpn < pt_vma_end_vpn(va); vpn += n) {
		struct pt_run ra = pt_image_run(a, va, vpn), rb = pt_image_run(b, vb, vpn);

		n = ra.npages;
		assert_int_equal(ra.npages, rb.npages);
		ra.node = ra.node < 0 ? -1 : ra.node;	/* why it is not known does not matter */
		assert_int_equal(inode_of(a, &ra), inode_of(b, &rb));
		ra.cgroup = rb.cgroup;		/* numbers are given in another order */
		ra.count = ra.pm & PT_RUN(GOT_COUNT) ? ra.count : 0;
		assert_true(pt_runs_equal(&ra, &rb));
		assert_same_facts(&ra, va, a, &rb, vb, b);
		for (uint64_t i = 0; ra.pm & PT_RUN(PFN) && i < n; i++)
			assert_int_equal(pt_image_pfn(a, vpn + i), pt_image_pfn(b, vpn + i));
	}
}

static void assert_same_vma(const struct pt_vma *a, const struct pt_vma *b)
{
	assert_true(pt_vma_same(a, b));
	assert_int_equal(a->vmflags, b->vmflags);
	assert_int_equal(a->vmflags_known, b->vmflags_known);
	assert_int_equal(a->secret, b->secret);
	assert_int_equal(a->bare, b->bare);
	assert_int_equal(a->got_smaps, b->got_smaps);
	assert_int_equal(a->page_bytes, b->page_bytes);
	assert_int_equal(a->rss_bytes, b->rss_bytes);
	assert_int_equal(a->swap_bytes, b->swap_bytes);
	assert_int_equal(a->lazyfree_bytes, b->lazyfree_bytes);
	assert_int_equal(a->got_thp, b->got_thp);
	assert_int_equal(a->thp_eligible, b->thp_eligible);
	assert_int_equal(a->name_len, b->name_len);
	assert_memory_equal(a->name, b->name, a->name_len + 1);
}

static void assert_same_text(const char *a, const char *b)
{
	assert_int_equal(!a, !b);
	if (a)
		assert_string_equal(a, b);
}

static void assert_same(const struct pt_image *a, const struct pt_image *b)
{
	struct pt_facts_context ctx[2] = { a->ctx, b->ctx };

	assert_string_equal(a->name, b->name);
	assert_int_equal(a->lo_vpn, b->lo_vpn);
	assert_int_equal(a->hi_vpn, b->hi_vpn);
	assert_int_equal(a->npages, b->npages);
	assert_int_equal(a->nunstable, b->nunstable);
	assert_int_equal(a->when.tv_sec, b->when.tv_sec);
	assert_int_equal(a->when.tv_nsec, b->when.tv_nsec);
	ctx[0].cgroups = ctx[1].cgroups = NULL;		/* each its own */
	assert_memory_equal(&ctx[0], &ctx[1], sizeof(ctx[0]));
	assert_same_text(a->why_pages, b->why_pages);
	assert_same_text(a->why_pfn, b->why_pfn);
	for (int i = 0; i < PT_NKPAGE; i++)
		assert_same_text(a->why_kpage[i], b->why_kpage[i]);
	assert_memory_equal(a->total, b->total, sizeof(a->total));
	assert_int_equal(a->runs.n, b->runs.n);
	assert_int_equal(a->vmas.n, b->vmas.n);
	for (size_t i = 0; i < a->vmas.n; i++) {
		assert_same_vma(&a->vmas.v[i], &b->vmas.v[i]);
		assert_same_pages(a, &a->vmas.v[i], b, &b->vmas.v[i]);
	}
}

static struct pt_image *load_moment(struct pt_snapshot *s, size_t moment, pid_t pid)
{
	struct pt_table *t = NULL;
	struct pt_image *img = NULL;
	const struct pt_process *p;

	assert_int_equal(pt_snapshot_table(s, moment, &t), 0);
	p = pt_table_find(t, pid, 0);
	assert_non_null(p);
	if (pt_snapshot_image(s, moment, pid, p->starttime, &img))
		fail_msg("%d cannot be read", (int)pid);
	pt_table_unref(t);
	img->lens = PT_LENS_STATE;
	pt_image_complete(img);
	return img;
}

static void assert_comes_back(struct world *w, pid_t pid)
{
	struct pt_image *img = image_of(w, pid), *again;
	struct pt_snapshot *s;

	assert_true(img->npages > 0);
	save(w, img);
	s = open_file(w);
	again = load_moment(s, 0, pid);
	assert_same(img, again);
	pt_image_unref(again);
	pt_image_unref(img);
	pt_snapshot_close(s);
}

WORLD_TEST(every_state_comes_back_page_by_page_in_every_lens)
{
	struct world *w = *state;

	fix_scenario(&w->fix, "states");
	assert_comes_back(w, 4242);
}

WORLD_TEST(what_is_hidden_comes_back_as_unknown_and_says_why)
{
	struct world *w = *state;

	fix_text(&w->fix, "process 42 db db\n600000000000-600000010000 rw-p 00000000 00:00 0\naabb??HH\n");
	assert_comes_back(w, 42);
}

WORLD_TEST(names_of_any_bytes_come_back)
{
	struct world *w = *state;

	fix_proc(&w->fix, &(struct fix_proc){ .pid = 42, .comm = "a\\b\033[1m\xff", .map = (struct fix_map[]){
		{ "600000000000-600000004000 rw-p 00000000 00:00 0   /x\\y\033]0;\xff\xfe", NULL, "pppp" }, { 0 } } });
	assert_comes_back(w, 42);
}

/* ---- the real kernel */

REAL_TEST(the_zoo_comes_back_page_by_page_in_every_lens)
{
	struct world *w = *state;
	struct pt_demo *demo = NULL;

	assert_int_equal(pt_demo_start(&demo), 0);
	assert_comes_back(w, pt_demo_pid(demo));
	pt_demo_stop(demo);
}

REAL_TEST(sixteen_TiB_with_4096_pages_come_back)
{
	struct world *w = *state;
	struct target t = start_target("sparse");

	assert_comes_back(w, t.pid);
	end_target(&t);
}

REAL_TEST(every_readable_process_comes_back)
{
	struct world *w = *state;
	struct pt_table *t = NULL;
	struct pt_image *img[512] = { NULL };
	struct pt_snapshot_writer *f = begin_file(w);
	const struct timespec when = { 1764000000, 0 };
	struct pt_snapshot *s;
	size_t n = 0;

	look(w);
	assert_int_equal(pt_census_list(&w->env, PT_NEED_CGROUP, NULL, &t), 0);
	assert_int_equal(pt_snapshot_begin(f, &when, "all"), 0);
	for (size_t i = 0; i < t->n && n < 512; i++)
		if (!t->p[i].kthread && !t->p[i].zombie && !scan_whole(w, t->p[i].pid, &img[n])) {
			t->p[i].starttime = img[n]->starttime;
			assert_int_equal(pt_snapshot_add(f, &t->p[i], img[n++]), 0);
		}
	assert_int_equal(pt_snapshot_commit(f, 0, 0), 0);
	assert_int_equal(end_file(w, f), 0);
	assert_true(n > 0);
	s = open_file(w);
	for (size_t i = 0; i < n; i++) {
		struct pt_image *again = load_moment(s, 0, img[i]->pid);

		assert_same(img[i], again);
		pt_image_unref(again);
		pt_image_unref(img[i]);
	}
	pt_snapshot_close(s);
	pt_table_unref(t);
}

/* ---- several moments */

/* The process that is opened is most often one of which the list has just told the sums. */
WORLD_TEST(what_the_list_has_read_is_not_read_again)
{
	struct world *w = *state;
	struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = 42 };
	struct pt_image *img, *watched = NULL;
	const struct pt_image *loaded;
	struct pt_table *t = NULL;
	struct pt_source *source;
	struct pt_str why = PT_STR_INIT;

	needs("snapshot");
	db(w);
	img = image_of(w, wish.pid);
	save(w, img);
	assert_int_equal(pt_source_open(w->path, &source, &wish.moment, &why), 0);
	assert_int_equal(source->class->one(source, wish.moment, wish.pid, &t), 0);
	wish.starttime = t->p[0].starttime;
	assert_int_equal(source->class->sum(source, &wish, &t->p[0]), 0);
	assert_int_equal(t->p[0].sum[PT_COL_RSS].value, img->total[PT_COL_RSS].value);
	loaded = ((struct pt_still *)source)->loaded;
	assert_int_equal(source->class->watch(source, &wish, NULL, &watched), 0);
	assert_ptr_equal(watched, loaded);
	pt_image_unref(watched);
	pt_image_unref(img);
	pt_table_unref(t);
	source->class->free(source);
}

WORLD_TEST(what_did_not_change_is_stored_once)
{
	struct world *w = *state;
	struct pt_image *img[4], *again;
	struct pt_snapshot_writer *f;
	struct pt_snapshot *s;
	int64_t runs[4];

	db(w);
	for (int i = 0; i < 4; i++) {
		if (i == 2)	/* one page of the heap is written to, and so becomes one of its own */
			fix_page(&w->fix, 42, 0x600000005, UINT64_C(1) << 63 | UINT64_C(1) << 56 | 0x777, 0x5868, 1);
		img[i] = image_of(w, 42);
		if (!i)
			f = begin_file(w);
		else
			assert_int_equal(go_on(w, &machine, &f), 0);
		add_moment(f, img[i], 0);
		assert_int_equal(end_file(w, f), 0);
		runs[i] = ask(w, "SELECT count(*) FROM run");
	}
	assert_int_equal(runs[1], runs[0]);
	assert_true(runs[2] > runs[1] && runs[2] < runs[1] + 16);	/* one block */
	assert_int_equal(runs[3], runs[2]);
	assert_int_equal(ask(w, "SELECT count(DISTINCT list) FROM mapping"), 1);
	assert_int_equal(ask(w, "SELECT count(DISTINCT pages) FROM extent"), 2);
	s = open_file(w);
	for (size_t i = 0; i < 4; i++) {
		again = load_moment(s, i, 42);
		assert_same(img[i], again);
		pt_image_unref(again);
		pt_image_unref(img[i]);
	}
	pt_snapshot_close(s);
}

WORLD_TEST(how_states_went_is_told_moment_by_moment)
{
	struct world *w = *state;
	struct pt_snapshot_writer *f = begin_file(w);
	struct pt_snapshot *s;
	uint64_t *npages = NULL;

	db(w);
	for (uint64_t i = 0; i < 3; i++) {
		struct pt_image *img;

		if (i)	/* one COW page more becomes private */
			fix_page(&w->fix, 42, 0x600000003 + i, UINT64_C(1) << 63 | UINT64_C(1) << 56 | (0x700 + i), 0x5868, 1);
		img = image_of(w, 42);
		add_moment(f, img, 0);
		pt_image_unref(img);
	}
	assert_int_equal(end_file(w, f), 0);
	s = open_file(w);
	assert_int_equal(pt_snapshot_history(s, 42, 1042, &npages), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(npages[i * PT_NSTATES + PT_STATE_COW], 4 - i);
		assert_int_equal(npages[i * PT_NSTATES + PT_STATE_PRIVATE], 9004 + i);
		assert_int_equal(npages[i * PT_NSTATES + PT_STATE_SWAPPED], 2);
	}
	free(npages);
	pt_snapshot_close(s);
}

WORLD_TEST(only_the_newest_moments_are_kept_and_nothing_of_the_others)
{
	struct world *w = *state;
	struct pt_snapshot_writer *f = begin_file(w);
	struct pt_image *img = NULL, *again;
	struct pt_snapshot *s;
	size_t n;

	db(w);
	for (uint64_t i = 0; i < 6; i++) {
		fix_page(&w->fix, 42, 0x600000000 + i, UINT64_C(1) << 63 | UINT64_C(1) << 56 | (0x700 + i), 0x5868, 1);
		pt_image_unref(img);
		img = image_of(w, 42);
		add_moment(f, img, 3);
	}
	assert_int_equal(end_file(w, f), 0);
	s = open_file(w);
	pt_snapshot_moments(s, &n);
	assert_int_equal(n, 3);
	again = load_moment(s, 2, 42);
	assert_same(img, again);
	pt_image_unref(again);
	again = load_moment(s, 0, 42);
	assert_int_equal(again->npages, img->npages);
	pt_image_unref(again);
	pt_image_unref(img);
	pt_snapshot_close(s);
	assert_int_equal(ask(w, "SELECT count(*) FROM process"), 3);
	assert_int_equal(ask(w, "SELECT count(*) FROM run WHERE id >> 13 NOT IN (SELECT block FROM extent)"), 0);
	assert_int_equal(ask(w, "SELECT count(*) FROM extent WHERE pages NOT IN (SELECT pages FROM process)"), 0);
	assert_int_equal(ask(w, "SELECT count(*) FROM mapping WHERE list NOT IN (SELECT list FROM process)"), 0);
}

WORLD_TEST(a_file_goes_on_where_it_ended)
{
	struct world *w = *state;
	struct pt_snapshot_writer *f = NULL;
	struct pt_image *img, *again;
	struct pt_snapshot *s;

	db(w);
	img = image_of(w, 42);
	save(w, img);
	assert_int_equal(go_on(w, &machine, &f), 0);
	add_moment(f, img, 0);
	assert_int_equal(end_file(w, f), 0);
	assert_int_equal(ask(w, "SELECT count(DISTINCT pages) FROM process"), 1);
	s = open_file(w);
	again = load_moment(s, 1, 42);
	assert_same(img, again);
	pt_image_unref(again);
	pt_image_unref(img);
	pt_snapshot_close(s);
}

WORLD_TEST(a_file_of_another_boot_does_not_go_on)
{
	const struct pt_snapshot_machine later = { "db1", "Linux 6.18 · 24G", "6a9b-2" };
	struct world *w = *state;
	struct pt_snapshot_writer *f = NULL;
	struct pt_image *img;

	db(w);
	img = image_of(w, 42);
	save(w, img);
	pt_image_unref(img);
	assert_int_equal(go_on(w, &later, &f), -EXDEV);
}

WORLD_TEST(a_moment_that_was_not_committed_is_not_in_it)
{
	const struct timespec when = { 1, 0 };
	struct world *w = *state;
	struct pt_snapshot_writer *f = NULL;
	struct pt_image *img;
	struct pt_process row;
	struct pt_snapshot *s;
	size_t n;

	db(w);
	img = image_of(w, 42);
	row = row_of(img);
	save(w, img);
	assert_int_equal(go_on(w, &machine, &f), 0);
	assert_int_equal(pt_snapshot_begin(f, &when, "process"), 0);
	assert_int_equal(pt_snapshot_add(f, &row, img), 0);
	assert_int_equal(end_file(w, f), 0);
	pt_image_unref(img);
	s = open_file(w);
	pt_snapshot_moments(s, &n);
	assert_int_equal(n, 1);
	pt_snapshot_close(s);
}

WORLD_TEST(who_maps_a_frame_is_in_it)
{
	const struct timespec when = { 1, 0 };
	struct world *w = *state;
	struct pt_snapshot_writer *f = begin_file(w);
	struct pt_snapshot *s;
	struct pt_who *who = NULL;

	for (int pid = 42; pid < 44; pid++) {
		fix_text(&w->fix, pid == 42 ? "process 42 db db\n600000000000-600000010000 rw-p 00000000 00:00 0\n" :
					      "process 43 fork fork\n610000000000-610000010000 rw-p 00000000 00:00 0\n");
		fix_page(&w->fix, pid, (pid == 42 ? 0x600000003u : 0x610000007u), UINT64_C(1) << 63 | 0x777, 0x5868, 2);
	}
	assert_int_equal(pt_snapshot_begin(f, &when, "all"), 0);
	for (int pid = 42; pid < 44; pid++) {
		struct pt_image *img = image_of(w, pid);
		struct pt_process row = row_of(img);

		assert_int_equal(pt_snapshot_add(f, &row, img), 0);
		pt_image_unref(img);
	}
	assert_int_equal(pt_snapshot_commit(f, 0, 0), 0);
	assert_int_equal(end_file(w, f), 0);
	s = open_file(w);
	assert_int_equal(pt_snapshot_who(s, 0, 0x777, &who), 0);
	assert_true(who->complete);
	assert_int_equal(who->n, 2);
	assert_int_equal(who->v[1].pid, 43);
	assert_string_equal(who->v[1].name, "fork");
	assert_int_equal(who->v[1].addr, UINT64_C(0x610000007000));
	pt_who_unref(who);
	assert_int_equal(pt_snapshot_who(s, 0, 0x778, &who), 0);
	assert_int_equal(who->n, 0);
	assert_false(who->complete);
	pt_who_unref(who);
	pt_snapshot_close(s);
}

/* ---- saving from the screen */

WORLD_TEST(a_cancelled_save_leaves_nothing)
{
	struct world *w = *state;
	atomic_bool cancel = true;
	struct pt_saving s = { .file = w->path, .scope = "all" };
	struct pt_str why = PT_STR_INIT;
	struct pt_table *t = NULL;
	struct pt_kernel k;
	struct stat st;

	db(w);
	look(w);
	assert_int_equal(pt_census_list(&w->env, PT_NEED_CGROUP, NULL, &t), 0);
	pt_kernel_init(&k, &w->root);
	pt_kernel_probe(&k);
	pt_kernel_heed(&k, &cancel);
	assert_int_equal(pt_save(&k.source, t, &s, &why), -ECANCELED);
	assert_int_equal(why.len, 0);
	assert_int_not_equal(stat(w->path, &st), 0);
	assert_int_equal(count_files(w->fix.dir, "moment.pagetop"), 0);
	atomic_store(&cancel, false);
	assert_int_equal(pt_save(&k.source, t, &s, &why), 0);
	pt_kernel_done(&k);
	assert_int_equal(count_files(w->fix.dir, "moment.pagetop"), 1);
	pt_table_unref(t);
	pt_str_done(&why);
}

/* ---- what cannot be believed */

WORLD_TEST(what_is_no_snapshot_is_told_in_a_sentence)
{
	struct world *w = *state;

	make_empty(w->path);
	assert_refused(w, "not a pagetop snapshot, or corrupt");
	change(w, "CREATE TABLE t (a)");
	assert_refused(w, "database of another program");
	fix_file(&w->fix, "moment.pagetop", "#!/bin/sh\necho this is no database, but long enough to be looked at\n", 66);
	assert_refused(w, "not a pagetop snapshot, or corrupt");
	save_db(w);
	change(w, "PRAGMA user_version = 3");
	assert_refused(w, "written by a newer pagetop (format 3; this one reads up to 2)");
	save_db(w);
	change(w, "DELETE FROM moment");
	assert_refused(w, "no complete snapshot in it");
	save_db(w);
	change(w, "DROP TABLE run; CREATE VIEW run AS SELECT 1 AS id, 1 AS npages, 1 AS pfn, 1 AS kind");
	assert_refused(w, "unexpected schema; not written by pagetop");
}

WORLD_TEST(a_fact_that_this_program_does_not_know_is_told_and_nothing_else_lost)
{
	struct world *w = *state;
	struct pt_snapshot *s;
	struct pt_image *img;

	save_db(w);
	change(w, "INSERT INTO word VALUES ('facts', 16, NULL, 'sparkling', 'something new');"
		  "UPDATE kind SET facts = facts | 65536");
	s = open_file(w);
	assert_string_equal(pt_snapshot_strange(s), "sparkling");
	img = load_moment(s, 0, 42);
	assert_int_equal(img->npages, 9010);
	pt_image_unref(img);
	pt_snapshot_close(s);
}

/* Numbers have changed since: they are found by their names. */
WORLD_TEST(facts_are_found_by_their_names)
{
	struct world *w = *state;
	struct pt_image *img, *again;
	struct pt_snapshot *s;

	db(w);
	img = image_of(w, 42);
	save(w, img);
	change(w, "UPDATE word SET number = 16 WHERE kind = 'facts' AND number = 0;"	/* present: 15 in place of 0 */
		  "UPDATE kind SET facts = facts - 1 + 65536 WHERE facts & 1");
	s = open_file(w);
	assert_null(pt_snapshot_strange(s));
	assert_true(pt_snapshot_differs(s));
	again = load_moment(s, 0, 42);
	assert_same(img, again);
	pt_image_unref(again);
	pt_image_unref(img);
	pt_snapshot_close(s);
}

/* It was written by anyone: nothing of it steers a terminal, and nothing is taken for what it cannot be. */
WORLD_TEST(texts_and_errors_of_a_file_are_not_believed)
{
	struct world *w = *state;
	struct pt_snapshot *s;
	struct pt_table *t = NULL;

	save_db(w);
	change(w, "UPDATE machine SET host = char(27) || '[2J'; UPDATE process SET command = char(27) || ']0;x', user = '\\x1B'");
	s = open_file(w);
	assert_string_equal(pt_snapshot_machine(s)->host, "\\x1B[2J");
	assert_int_equal(pt_snapshot_table(s, 0, &t), 0);
	assert_string_equal(t->p[0].command, "\\x1B]0;x");
	assert_string_equal(t->p[0].user, "\\x1B");
	pt_table_unref(t);
	pt_snapshot_close(s);
	change(w, "UPDATE process SET error = -13, why = NULL");
	s = open_file(w);
	assert_int_equal(pt_snapshot_table(s, 0, &t), -EBADMSG);
	pt_snapshot_close(s);
}

/* A few rows that point to the same block again and again are no terabytes. */
WORLD_TEST(a_block_in_a_million_places_is_refused)
{
	struct world *w = *state;
	struct pt_snapshot *s;
	struct pt_image *img = NULL;

	save_db(w);
	change(w, "UPDATE mapping SET end_vpn = end_vpn + 40000000 WHERE n = 1;"
		  "WITH RECURSIVE i(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM i WHERE n < 4000)"
		  " INSERT OR IGNORE INTO extent SELECT pages, mapping, vpn + n * 8192, block FROM extent, i WHERE vpn = (SELECT min(vpn) FROM extent WHERE mapping = 1)"
		  " LIMIT 4000; UPDATE run SET npages = 1 WHERE npages > 1000;"
		  "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 8000)"
		  " INSERT OR IGNORE INTO run SELECT (SELECT block << 13 FROM extent WHERE mapping = 1 ORDER BY vpn LIMIT 1) + n, 1, NULL,"
		  " (SELECT max(id) FROM kind) FROM i");
	s = open_file(w);
	assert_int_equal(pt_snapshot_image(s, 0, 42, 1042, &img), -EBADMSG);
	assert_null(img);
	pt_snapshot_close(s);
}

WORLD_TEST(of_a_part_of_a_process_sums_are_least_values)
{
	struct world *w = *state;
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .kflags = UINT64_MAX, .lo_vpn = 0x600000000, .hi_vpn = 0x600000010 };
	struct pt_target t = PT_TARGET_INIT;
	struct pt_image *img = NULL, *again;
	struct pt_sum sums[PT_NCOLS];
	struct pt_snapshot *s;

	db(w);
	look(w);
	assert_int_equal(pt_target_open(&w->env, 42, 0, &t), 0);
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), 0);
	pt_target_close(&t);
	save(w, img);
	s = open_file(w);
	again = load_moment(s, 0, 42);
	assert_same(img, again);
	pt_image_sums(again, &again->vmas.v[0], sums);
	assert_int_equal(sums[PT_COL_RSS].unknown, 0);
	pt_image_sums(again, &again->vmas.v[1], sums);
	assert_int_equal(sums[PT_COL_RSS].unknown, 16384);
	assert_int_equal(again->total[PT_COL_RSS].unknown, 16384);
	assert_int_equal(ask(w, "SELECT count(*) FROM mapping_summary WHERE present_bytes IS NULL"), 1);
	pt_image_unref(again);
	pt_image_unref(img);
	pt_snapshot_close(s);
}

/* Reads all there is, as far as it goes. */
static int read_all(const char *path)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_snapshot *s = NULL;
	struct pt_table *t = NULL;
	struct pt_who *who = NULL;
	size_t n = 0;
	int err = pt_snapshot_open(path, &s, &why);

	assert_int_equal(err != 0, why.len != 0);
	if (!err)
		pt_snapshot_moments(s, &n);
	for (size_t m = 0; m < n && m < 4 && !err; m++) {
		err = pt_snapshot_table(s, m, &t);
		for (size_t i = 0; !err && i < t->n; i++) {
			struct pt_image *img = NULL;

			err = pt_snapshot_image(s, m, t->p[i].pid, t->p[i].starttime, &img);
			if (!err) {
				img->lens = PT_LENS_STATE;
				pt_image_complete(img);
			}
			pt_image_unref(img);
		}
		t = (struct pt_table *)pt_table_unref(t);
	}
	if (!err)
		err = pt_snapshot_who(s, 0, 0x100, &who);
	pt_who_unref(who);
	pt_snapshot_close(s);
	pt_str_done(&why);
	return err;
}

static char *bytes_of(const char *path, size_t *ret_n)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes;

	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	*ret_n = (size_t)st.st_size;
	return bytes;
}

WORLD_TEST(a_file_cut_anywhere_is_refused_or_read_as_far_as_it_is_whole)
{
	struct world *w = *state;
	size_t n, nrefused = 0, ncuts = 0;
	char *bytes;

	save_db(w);
	bytes = bytes_of(w->path, &n);
	for (size_t len = 0; len < n; len += len < 4096 ? 97 : 512, ncuts++) {
		fix_file(&w->fix, "moment.pagetop", bytes, len);
		nrefused += read_all(w->path) != 0;
	}
	free(bytes);
	print_message("# %zu of %zu files that were cut are refused\n", nrefused, ncuts);
	assert_true(nrefused * 10 >= ncuts * 9);	/* what nobody asks for may be missing at the end */
}

/* Some bits nobody looks at (free space, names of people): those files are read. No variant is a crash. */
WORLD_TEST(damaged_files_are_refused_or_read)
{
	struct world *w = *state;
	const int nvariants = fix_part(10000);
	size_t n, nrefused = 0;
	uint64_t x = 88172645463325252u;
	char *bytes;
	int fd;

	save_db(w);
	bytes = bytes_of(w->path, &n);
	fd = open(w->path, O_WRONLY | O_CLOEXEC);
	for (int i = 0; i < nvariants; i++) {
		size_t at;
		char damaged;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		at = (size_t)(x >> 8) % n;
		damaged = (char)(bytes[at] ^ (1 << (x & 7)));
		assert_int_equal(pwrite(fd, &damaged, 1, (off_t)at), 1);
		nrefused += read_all(w->path) != 0;
		assert_int_equal(pwrite(fd, &bytes[at], 1, (off_t)at), 1);
	}
	close(fd);
	assert_int_equal(read_all(w->path), 0);
	print_message("# %zu of %d damaged files were refused\n", nrefused, nvariants);
	assert_true(nrefused > (size_t)nvariants / 50);
	free(bytes);
}
