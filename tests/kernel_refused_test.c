/* Processes that end, are another one, or refuse; the list of all. */
#include <string.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/scan/census.h"
#include "hooks.h"

/* ---- processes that are not to be had */

static atomic_bool cancel;
static uint64_t reads;

static void cancel_now(uint64_t vpn, size_t npages, uint64_t *words)
{
	(void)vpn;
	(void)npages;
	(void)words;
	reads++;
	atomic_store(&cancel, true);
}

HOOKED(a_scan_is_cancelled_between_chunks)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct world *w = *state;
	struct pt_image *img = NULL;

	fix_text(&w->fix,
		 "process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{20000}\n");
	look(w);
	w->env.cancel = &cancel;
	atomic_store(&cancel, true);
	assert_int_equal(scan_with(w, 42, &wish, &img), -ECANCELED);
	atomic_store(&cancel, false);
	reads = 0;
	after_read = cancel_now;
	assert_int_equal(scan_with(w, 42, &wish, &img), -ECANCELED);
	assert_in_range(reads, 1, 9);		/* the first chunk: looked for, its four batches twice; and no more */
	assert_null(img);
	after_read = NULL;
	atomic_store(&cancel, false);
	assert_int_equal(scan_with(w, 42, &wish, &img), 0);
	pt_image_unref(img);
}

HOOKED(a_process_that_ended_is_told_from_one_that_runs_another_program)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct world *w = *state;
	struct pt_image *img = NULL;
	struct pt_target t;

	fix_text(&w->fix, two_mappings);
	look(w);
	assert_int_equal(pt_target_open(&w->env, 42, 0, &t), 0);
	fix_file(&w->fix, "42/pagemap", "", 0);		/* the address space is gone */
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), -ESTALE);
	fix_file(&w->fix, "42/stat", "42 (db) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1042 0 0 ", 56);
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), -ESRCH);
	forget(w, "42/stat");
	assert_true(pt_scan(&w->env, &t, &wish, &img) < 0);
	assert_null(img);
	pt_target_close(&t);
}

HOOKED(a_pid_that_somebody_else_has_now_is_not_taken_for_the_old_one)
{
	struct world *w = *state;
	struct pt_target t = PT_TARGET_INIT;

	fix_text(&w->fix, two_mappings);
	look(w);
	assert_int_equal(pt_target_open(&w->env, 42, 1042, &t), 0);
	assert_int_equal(t.starttime, 1042);
	pt_target_close(&t);
	assert_int_equal(pt_target_open(&w->env, 42, 999, &t), -ESRCH);
	assert_int_equal(pt_target_open(&w->env, 43, 0, &t), -ENOENT);
	assert_int_equal(t.dir_fd, -1);
}

HOOKED(mappings_without_pagemap_are_unknown_pages)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, two_mappings);
	forget(w, "42/pagemap");
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "????????????????");
	assert_int_equal(img->total[PT_COL_RSS].value, 0);
	assert_int_equal(img->total[PT_COL_RSS].unknown, 18);
	pt_image_unref(img);
}

/* As a user who may see the mappings but not the pages; root becomes one for a moment. */
HOOKED(a_pagemap_that_is_refused_makes_unknown_pages)
{
	struct world *w = *state;
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_process p = { .pid = 42 };
	struct pt_image *img = NULL;
	struct pt_str s = PT_STR_INIT;
	uid_t uid = geteuid();
	int err;

	fix_text(&w->fix, two_mappings);
	assert_int_equal(chmod(w->fix.dir, 0755), 0);
	assert_int_equal(fchmodat(w->root.proc_fd, "42/pagemap", 0, 0), 0);
	assert_int_equal(uid ? 0 : seteuid(65534), 0);
	look(w);
	err = scan_with(w, 42, &wish, &img);
	assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, &p), 0);
	assert_int_equal(uid ? 0 : seteuid(uid), 0);
	assert_int_equal(err, 0);
	signs(img, 1, &s);
	assert_string_equal(s.s, "??");
	assert_int_equal(p.err, -EACCES);
	assert_non_null(strstr(p.why, "CAP_SYS_PTRACE"));
	assert_false(p.scanned);
	pt_image_unref(img);
	pt_str_done(&s);
}

HOOKED(without_the_frame_files_everything_that_follows_is_hidden)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \npcz.sgf\n"
		 "700000000000-700000004000 r-xp 00000000 fe:00 1   /lib/x.so\nihw.\n");
	forget(w, "kpageflags");
	forget(w, "kpagecount");
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "a??.sga.");	/* bit 56 tells p and f from the zero page */
	assert_signs(img, 1, "b?a.");
	assert_true(img->total[PT_COL_USS].unknown > 0);
	assert_int_equal(img->total[PT_COL_COW].value, 0);
	assert_true(img->total[PT_COL_COW].unknown > 0);
	pt_image_unref(img);
}

HOOKED(without_counts_the_flags_still_tell_what_they_can)
{
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \npczkf\n"
		 "700000000000-700000004000 rw-s 00000000 fe:00 1   /memfd:x\nmih.\n");
	forget(w, "kpagecount");
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "pazkf...");	/* bit 56 says "once" of a small page … */
	assert_signs(img, 1, "mib.");
	pt_image_unref(img);
	fix_config(&w->fix, "CONFIG_NO_PAGE_MAPCOUNT=y\n");
	look(w);
	img = scan_all_of(w, 42);
	assert_signs(img, 0, "pazkf...");	/* … on every kernel */
	assert_signs(img, 1, "mib.");
	pt_image_unref(img);
}

HOOKED(one_page_comes_with_all_its_words)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x600000001 };
	struct world *w = *state;
	struct pt_image *img = NULL;

	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \npc5pgp\n");
	fix_page(&w->fix, 42, 0x600000001, P | 0x2345, 0x5868, 5);
	look(w);
	assert_int_equal(scan_with(w, 42, &wish, &img), 0);
	assert_int_equal(img->page.pagemap, P | 0x2345);
	assert_int_equal(img->page.kpage[PT_KPAGE_FLAGS],
			 0x5868); /* also the bits that come and go */
	assert_int_equal(img->page.kpage[PT_KPAGE_COUNT], 5);
	assert_int_equal(img->page.kpage[PT_KPAGE_CGROUP], 77);
	assert_int_equal(img->lo_vpn, 0x600000001);
	assert_signs(img, 0, "?c??????");
	pt_image_unref(img);
}

HOOKED(the_node_of_a_page_comes_with_its_words)
{
	static const char *const blocks[] = { "node0/memory0", "node3/memory1", NULL };
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x600000000 };
	struct world *w = *state;

	put_blocks(w, "2000000\n", blocks);	/* 0x2000 pages */
	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \np\n");
	look(w);
	for (uint64_t block = 0; block < 3; block++) {
		static const int want[] = { 0, 3, -ENOENT };
		struct pt_image *img = NULL;

		fix_page(&w->fix, 42, 0x600000000, P | (block * 0x2000 + 5), 0x5868, 1);
		assert_int_equal(scan_with(w, 42, &wish, &img), 0);
		assert_int_equal(img->page.node, want[block]);
		pt_image_unref(img);
	}
}

HOOKED(a_page_that_is_not_there_has_one_word)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = 0x600000003 };
	struct world *w = *state;
	struct pt_image *img = NULL;

	fix_text(&w->fix, "process 42 db\n600000000000-600000008000 rw-p 00000000 00:00 0 \npc5pgp\n");
	look(w);
	assert_int_equal(scan_with(w, 42, &wish, &img), 0);
	assert_int_equal(img->page.pagemap, 0x440000000000009f);
	assert_int_equal(img->page.kpage[PT_KPAGE_FLAGS], PT_KPAGE_NONE);
	assert_int_equal(img->page.kpage[PT_KPAGE_COUNT], PT_KPAGE_NONE);
	assert_int_equal(img->page.kpage[PT_KPAGE_CGROUP], PT_KPAGE_NONE);
	assert_signs(img, 0, "???g????");
	pt_image_unref(img);
}

/* ---- all processes */

HOOKED(the_list_of_processes_has_every_process)
{
	struct world *w = *state;
	struct pt_table *t = NULL;
	const struct pt_process *p;

	fix_text(&w->fix, two_mappings);
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 2, .comm = "kthreadd", .kthread = true });
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 9, .comm = "dead", .state = 'Z', .uid = 4294967 });
	fix_file(&w->fix, "77/other", "", 0);		/* ended while it was read */
	look(w);
	assert_int_equal(pt_census_list(&w->env, 0, NULL, &t), 0);
	assert_int_equal(t->n, 3);
	p = pt_table_find(t, 42, 0);
	assert_int_equal(p->rss_bytes, 6 * 4096);
	assert_false(p->scanned);
	assert_true(p->faults_per_s < 0);
	assert_string_equal(p->command, "[db]");
	p = pt_table_find(t, 2, 0);
	assert_true(p->kthread);
	p = pt_table_find(t, 9, 0);
	assert_true(p->zombie);
	assert_string_equal(p->user, "4294967");
	for (size_t i = 0; i < t->n; i++) {
		assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, &t->p[i]), 0);
		assert_int_equal(t->p[i].err, 0);
	}
	p = pt_table_find(t, 42, 1042);
	assert_true(p->scanned);
	assert_int_equal(p->sum[PT_COL_RSS].value, 6 * 4096);
	assert_int_equal(p->counts.npages, 18);
	assert_int_equal(p->counts.row[PT_STATE_SWAPPED], 2);
	pt_table_unref(t);
}

HOOKED(what_was_known_of_a_process_is_kept_until_it_is_read_again)
{
	struct world *w = *state;
	struct pt_table *before = NULL, *t = NULL;

	fix_text(&w->fix, two_mappings);
	look(w);
	assert_int_equal(pt_census_list(&w->env, 0, NULL, &before), 0);
	assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, &before->p[0]), 0);
	assert_int_equal(pt_census_list(&w->env, 0, before, &t), 0);
	assert_true(t->p[0].scanned);
	assert_int_equal(t->p[0].sum[PT_COL_RSS].value, 6 * 4096);
	assert_true(t->p[0].faults_per_s >= 0 && t->p[0].faults_per_s < 0.001);
	pt_table_unref(t);
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 42, .comm = "new", .starttime = 5 });
	assert_int_equal(pt_census_list(&w->env, 0, before, &t), 0);
	assert_false(t->p[0].scanned);		/* the pid has another process now */
	assert_true(t->p[0].faults_per_s < 0);
	pt_table_unref(t);
	pt_table_unref(before);
}

HOOKED(a_process_that_ends_before_its_pages_are_read_says_so)
{
	struct world *w = *state;
	struct pt_process p = { .pid = 43 };

	look(w);
	assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, &p), 0);
	assert_int_equal(p.err, -ENOENT);
	assert_string_equal(p.why, "has exited");
	assert_false(p.scanned);
}
