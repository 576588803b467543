/*
 * Who maps a page frame, on fixtures: processes of one mapping each, whose pages are placed by
 * hand at the PFNs that matter.
 *
 * Linked with -Wl,--wrap=pt_pagemap_read -Wl,--wrap=pt_pagemap_find: what happens while the index
 * is made, and a PAGEMAP_SCAN that answers, are made there.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/scan/sharers.h"
#include "world.h"

#define B(n) (UINT64_C(1) << (n))
#define P B(63)
#define ANON (B(3) | B(5) | B(11) | B(12) | B(14))	/* uptodate, lru, mmap, anon, swapbacked */

enum { VPN = 0x600000 };	/* where the mapping of every process starts */

/* ---- what stands between the index and the files */

int __real_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret);
int __wrap_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret);
ssize_t __wrap_pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			       struct pt_region *ret, size_t max);

static atomic_bool cancel;
static size_t nreads, cancel_at;	/* the read, or the process, that cancels; 0: none */

/* What PAGEMAP_SCAN says of every process, one region a call; then it may give up. */
static const struct pt_region *found;
static size_t nfound;
static bool gives_up;

int __wrap_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret)
{
	if (++nreads == cancel_at)
		atomic_store(&cancel, true);
	return __real_pt_pagemap_read(pm, vpn, npages, ret);
}

ssize_t __wrap_pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			       struct pt_region *ret, size_t max)
{
	assert_true(max > 0);
	for (size_t i = 0; i < nfound; i++)
		if (found[i].vpn >= *vpn) {
			*ret = found[i];
			*vpn = found[i].vpn + found[i].npages;
			return 1;
		}
	pm->no_scan = !nfound || gives_up;
	if (pm->no_scan)
		return -EOPNOTSUPP;
	*vpn = end_vpn;
	return 0;
}

/* ---- a fixture, and what is needed to ask */

static struct pt_sharers *sharers;

static int fixture_init(void **state)
{
	atomic_store(&cancel, false);
	nreads = cancel_at = nfound = 0;
	gives_up = false;
	return world_init(state);
}

static int fixture_done(void **state)
{
	sharers = pt_sharers_free(sharers);
	return world_done(state);
}

#define FIXTURE_TEST(fn) TEST_WITH(fn, fixture_init, fixture_done)

static void look_and_scan(struct world *w)
{
	look(w);
	w->probe.scan = nfound > 0;
	w->env.cancel = &cancel;
}

/* A process with a mapping of 64 pages, all of them absent. */
static void process(struct world *w, int pid, const char *comm)
{
	fix_proc(&w->fix, &(struct fix_proc){ .pid = pid, .comm = comm, .map = (struct fix_map[]){
		{ "600000000-600040000 rw-p 00000000 00:00 0 ", NULL, NULL }, { 0 } } });
}

static void place(struct world *w, int pid, uint64_t nth, uint64_t pfn, uint64_t count)
{
	fix_page(&w->fix, pid, VPN + nth, P | pfn, ANON, count);
}

static void build(struct world *w)
{
	look_and_scan(w);
	sharers = pt_sharers_free(sharers);
	assert_int_equal(pt_sharers_build(&w->env, &sharers, NULL, NULL), 0);
}

static const struct pt_who *ask(const struct world *w, uint64_t pfn)
{
	struct pt_who *who = NULL;

	assert_int_equal(pt_sharers_ask(&w->env, sharers, pfn, &who), 0);
	assert_int_equal(who->pfn, pfn);
	assert_int_equal(who->complete, !who->why);
	return who;
}

/* "pid+n pid+n": who is found, and which page of the mapping it is. */
static void assert_found(const struct world *w, uint64_t pfn, const char *want)
{
	const struct pt_who *who = ask(w, pfn);
	struct pt_str s = PT_STR_INIT;

	for (size_t i = 0; i < who->n; i++) {
		assert_int_equal(who->v[i].starttime, 1000 + who->v[i].pid);
		pt_str_addf(&s, "%s%d+%d", i ? " " : "", (int)who->v[i].pid,
			    (int)((who->v[i].addr >> PT_PAGE_SHIFT) - VPN));
	}
	assert_string_equal(s.s, want);
	pt_str_done(&s);
	pt_who_unref(who);
}

static void assert_complete(const struct world *w, uint64_t pfn)
{
	const struct pt_who *who = ask(w, pfn);

	assert_true(who->complete);
	assert_int_equal(who->n, who->count);
	pt_who_unref(who);
}

/* Not complete, with these words in the reason. */
static void assert_why(const struct world *w, uint64_t pfn, const char *words, const char *needs)
{
	const struct pt_who *who = ask(w, pfn);

	assert_non_null(who->why);
	if (!strstr(who->why, words))
		fail_msg("\"%s\" does not say \"%s\"", who->why, words);
	if (needs)
		assert_non_null(strstr(who->needs, needs));
	else
		assert_null(who->needs);
	pt_who_unref(who);
}

/* ---- finding */

FIXTURE_TEST(everyone_who_maps_a_page_is_found_in_order)
{
	struct world *w = *state;
	const struct pt_who *who;

	process(w, 43, "b\033[2J");
	process(w, 42, "a");
	process(w, 44, "c");
	place(w, 43, 9, 0x2000, 4);
	place(w, 43, 3, 0x2000, 4);
	place(w, 42, 5, 0x2000, 4);
	place(w, 44, 5, 0x2000, 4);
	place(w, 44, 6, 0x2001, 1);
	build(w);
	assert_found(w, 0x2000, "42+5 43+3 43+9 44+5");
	assert_found(w, 0x2001, "44+6");
	assert_found(w, 0x2002, "");
	who = ask(w, 0x2000);
	assert_true(who->complete);
	assert_int_equal(who->count, 4);
	assert_string_equal(who->v[0].name, "a");
	assert_string_equal(who->v[1].name, "b\\x1B[2J");
	assert_int_equal(who->mono_ns, sharers->mono_ns);
	pt_who_unref(who);
}

FIXTURE_TEST(runs_that_overlap_in_any_order_are_all_found)
{
	struct world *w = *state;

	process(w, 50, "long");
	process(w, 51, "short");
	process(w, 52, "backwards");
	for (uint64_t i = 0; i < 40; i++)	/* one run over all others */
		place(w, 50, i, 0x3000 + i, 3);
	for (uint64_t i = 0; i < 20; i++)	/* runs of one: every second page */
		place(w, 51, 2 * i, 0x3000 + 2 * i, 3);
	for (uint64_t i = 0; i < 40; i++)
		place(w, 52, 39 - i, 0x3000 + i, 3);
	build(w);
	assert_int_equal(sharers->n, 1 + 20 + 40);
	for (int i = 0; i < 40; i++) {
		char want[64];

		if (i % 2)
			snprintf(want, sizeof(want), "50+%d 52+%d", i, 39 - i);
		else
			snprintf(want, sizeof(want), "50+%d 51+%d 52+%d", i, i, 39 - i);
		assert_found(w, 0x3000 + (uint64_t)i, want);
	}
	assert_found(w, 0x2fff, "");
	assert_found(w, 0x3028, "");
}

FIXTURE_TEST(consecutive_pages_are_one_run_of_32_bytes)
{
	struct world *w = *state;

	_Static_assert(sizeof(struct pt_sharers_run) == 32, "as the header says");
	fix_text(&w->fix, "process 42 db\n600000000-608000000 rw-p 00000000 00:00 0 \np{20000}\n"
		 "process 43 db\n600000000-608000000 rw-p 00000000 00:00 0 \np{4}sp{4}\n");
	build(w);
	assert_int_equal(sharers->nprocs, 2);
	assert_int_equal(sharers->n, 3);		/* over borders of chunks, not over entries */
	assert_int_equal(sharers->cap, sharers->n);
	assert_found(w, 0x1000, "42+0");
	assert_found(w, 0x1000 + 19999, "42+19999");
	assert_found(w, 0x1000 + 20000, "43+0");
	assert_found(w, 0x1000 + 20004, "43+5");
}

FIXTURE_TEST(no_run_goes_on_in_another_process)
{
	struct world *w = *state;

	process(w, 42, "a");
	process(w, 43, "b");
	place(w, 42, 0, 0x2000, 1);
	place(w, 43, 1, 0x2001, 1);
	build(w);
	assert_found(w, 0x2000, "42+0");
	assert_found(w, 0x2001, "43+1");
}

FIXTURE_TEST(pages_behind_other_entries_are_not_found)
{
	struct world *w = *state;

	process(w, 42, "db");
	fix_page(&w->fix, 42, VPN, B(62) | 0x2000, 0, 0);	/* swapped: its low bits are no PFN */
	place(w, 42, 1, 0x2001, 1);
	build(w);
	assert_int_equal(sharers->n, 1);
	assert_found(w, 0x2000, "");
}

/* ---- who is passed over, who refuses */

FIXTURE_TEST(what_has_no_memory_is_passed_over)
{
	static const struct fix_map one_page[] = {
		{ "600000000-600001000 rw-p 00000000 00:00 0 ", NULL, "p" }, { 0 }
	};
	struct world *w = *state;

	process(w, 42, "db");
	place(w, 42, 0, 0x2000, 1);
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 2, .comm = "kthreadd", .kthread = true,
		.map = one_page });
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 41, .comm = "dead", .state = 'Z',
		.map = one_page });
	process(w, 43, "just gone");
	fix_file(&w->fix, "43/pagemap", "", 0);
	process(w, 44, "gone before it was opened");
	assert_int_equal(unlinkat(w->root.proc_fd, "44/stat", 0), 0);
	build(w);
	assert_int_equal(sharers->nprocs, 1);
	assert_int_equal(sharers->n, 1);
	assert_int_equal(sharers->nrefused, 0);
	assert_found(w, 0x2000, "42+0");
}

/* Root becomes a user who may not read one of two processes for a moment. */
FIXTURE_TEST(a_process_that_refuses_is_counted_and_named_as_the_reason)
{
	struct world *w = *state;
	const struct pt_who *who;
	uid_t uid = geteuid();
	int err;

	process(w, 42, "mine");
	process(w, 43, "not mine");
	place(w, 42, 0, 0x2000, 2);
	place(w, 42, 1, 0x2001, 1);
	place(w, 43, 0, 0x2000, 2);
	assert_int_equal(chmod(w->fix.dir, 0755), 0);
	assert_int_equal(fchmodat(w->root.proc_fd, "43/pagemap", 0, 0), 0);
	assert_int_equal(uid ? 0 : seteuid(65534), 0);
	look_and_scan(w);
	err = pt_sharers_build(&w->env, &sharers, NULL, NULL);
	assert_int_equal(uid ? 0 : seteuid(uid), 0);
	assert_int_equal(err, 0);
	assert_found(w, 0x2000, "42+0");
	assert_why(w, 0x2000, "cannot be read", "CAP_SYS_PTRACE");
	who = ask(w, 0x2001);
	assert_true(who->complete);		/* whoever refuses cannot map it */
	assert_int_equal(who->nrefused, 1);
	assert_null(who->needs);
	pt_who_unref(who);
}

/* ---- what changed since */

FIXTURE_TEST(a_pid_that_somebody_else_has_now_is_dropped)
{
	struct world *w = *state;

	process(w, 42, "db");
	process(w, 43, "db");
	place(w, 42, 0, 0x2000, 2);
	place(w, 43, 0, 0x2000, 2);
	build(w);
	fix_file(&w->fix, "43/stat", "43 (db) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 7777 0 0 ", 56);
	assert_found(w, 0x2000, "42+0");
	assert_why(w, 0x2000, "mapped or unmapped since", NULL);
	assert_int_equal(unlinkat(w->root.proc_fd, "43/stat", 0), 0);
	assert_found(w, 0x2000, "42+0");
}

FIXTURE_TEST(a_page_that_is_elsewhere_now_is_dropped)
{
	struct world *w = *state;

	process(w, 42, "db");
	place(w, 42, 0, 0x2000, 2);
	place(w, 42, 1, 0x2000, 2);
	build(w);
	place(w, 42, 1, 0x2001, 1);
	assert_found(w, 0x2000, "42+0");
	assert_why(w, 0x2000, "mapped or unmapped since", NULL);
	place(w, 42, 0, 0x2000, 1);		/* and the count says so */
	assert_complete(w, 0x2000);
	assert_why(w, 0x2001, "mapped since", NULL);
	build(w);
	assert_found(w, 0x2001, "42+1");
	assert_complete(w, 0x2001);
}

/* ---- counts that say nothing */

FIXTURE_TEST(a_page_of_zeros_is_not_indexed_and_says_why)
{
	static const struct pt_region told[] = {
		{ VPN, 3, PT_PAGE_IS_PRESENT | PT_PAGE_IS_PFNZERO }, { VPN + 3, 1, PT_PAGE_IS_PRESENT },
		{ VPN + 4, 1, PT_PAGE_IS_SWAPPED },
	};
	struct world *w = *state;

	fix_text(&w->fix, "process 42 db\n600000000-600040000 rw-p 00000000 00:00 0 \nzzzps\n");
	for (int i = 0; i < 2; i++) {		/* by words and flags; by the ioctl */
		found = told;
		nfound = i ? LEN(told) : 0;
		nreads = 0;
		build(w);
		assert_int_equal(sharers->n, 1);
		assert_int_equal(nreads, i ? 1 : 2);	/* what the ioctl told is not read in vain */
		assert_found(w, 0x1000, "42+3");
		assert_found(w, 0x100, "");
		assert_why(w, 0x100, "zero page", NULL);
	}
}

FIXTURE_TEST(more_found_than_counted_is_not_complete)
{
	struct world *w = *state;

	process(w, 42, "parent");
	process(w, 43, "vfork");
	place(w, 42, 0, 0x2000, 1);
	place(w, 43, 0, 0x2000, 1);
	build(w);
	assert_found(w, 0x2000, "42+0 43+0");
	assert_why(w, 0x2000, "sharing an address space", NULL);
}

FIXTURE_TEST(what_cannot_be_read_is_the_reason)
{
	struct world *w = *state;

	process(w, 42, "db");
	place(w, 42, 0, 0x2000, 1);
	build(w);
	assert_why(w, UINT64_C(1) << 40, "no such page frame", NULL);
	assert_why(w, 0, "no such page frame", NULL);
	assert_int_equal(unlinkat(w->root.proc_fd, "kpageflags", 0), 0);
	build(w);
	assert_found(w, 0x2000, "42+0");
	assert_why(w, 0x2000, "page flags unreadable", "no such file");
	assert_int_equal(unlinkat(w->root.proc_fd, "kpagecount", 0), 0);
	build(w);
	assert_found(w, 0x2000, "42+0");
	assert_why(w, 0x2000, "map count unreadable", "no such file");
}

FIXTURE_TEST(hidden_frames_are_the_reason)
{
	struct world *w = *state;

	fix_text(&w->fix, "process 42 db\n600000000-600040000 rw-p 00000000 00:00 0 \naab\n");
	build(w);
	assert_int_equal(sharers->n, 0);
	assert_why(w, 0x2000, "hidden", "CAP_SYS_ADMIN");
}

FIXTURE_TEST(counts_of_whole_folios_prove_nothing_of_a_page)
{
	struct world *w = *state;

	process(w, 42, "db");
	place(w, 42, 0, 0x2000, 1);
	fix_page(&w->fix, 42, VPN + 1, P | 0x2001, ANON | PT_KPF(THP), 1);
	build(w);
	assert_complete(w, 0x2001);
	fix_config(&w->fix, "CONFIG_NO_PAGE_MAPCOUNT=y\n");
	build(w);
	assert_complete(w, 0x2000);
	assert_why(w, 0x2001, "large folio", NULL);
}

/* ---- on the way */

static void count_calls(void *arg, size_t done, size_t total)
{
	size_t *n = arg;

	assert_int_equal(done, ++*n);
	assert_int_equal(total, 3);
	atomic_store(&cancel, cancel_at == done);
}

FIXTURE_TEST(progress_is_told_by_processes)
{
	struct world *w = *state;
	size_t n = 0;

	for (int pid = 2; pid < 5; pid++)
		fix_proc(&w->fix, &(struct fix_proc){ .pid = pid, .comm = "kthread", .kthread = true });
	look_and_scan(w);
	assert_int_equal(pt_sharers_build(&w->env, &sharers, count_calls, &n), 0);
	assert_int_equal(n, 3);
	cancel_at = 1;			/* also where nothing has memory */
	n = 0;
	sharers = pt_sharers_free(sharers);
	assert_int_equal(pt_sharers_build(&w->env, &sharers, count_calls, &n), -ECANCELED);
	assert_int_equal(n, 1);
}

FIXTURE_TEST(building_and_asking_are_cancelled_between_chunks)
{
	struct world *w = *state;
	struct pt_who *who = NULL;

	fix_text(&w->fix,
		 "process 42 db\n600000000-608000000 rw-p 00000000 00:00 0 \np{20000}\n");
	look_and_scan(w);
	for (cancel_at = 1; cancel_at < 4; cancel_at++) {
		nreads = 0;
		atomic_store(&cancel, false);
		assert_int_equal(pt_sharers_build(&w->env, &sharers, NULL, NULL), -ECANCELED);
		assert_int_equal(nreads, cancel_at);	/* not one more */
		assert_null(sharers);
	}
	cancel_at = 0;
	atomic_store(&cancel, false);
	build(w);
	atomic_store(&cancel, true);
	assert_int_equal(pt_sharers_ask(&w->env, sharers, 0x1000, &who), -ECANCELED);
	assert_null(who);
	nreads = 0;
	assert_int_equal(pt_sharers_build(&w->env, &sharers, NULL, NULL), -ECANCELED);
	assert_int_equal(nreads, 0);
}

FIXTURE_TEST(where_the_ioctl_gives_up_half_way_words_go_on)
{
	static const struct pt_region told[] = { { VPN, 2, PT_PAGE_IS_PRESENT } };
	struct world *w = *state;

	process(w, 42, "db");
	for (uint64_t i = 0; i < 6; i++)
		place(w, 42, i, 0x2000 + 2 * i, 1);
	found = told;
	nfound = LEN(told);
	build(w);
	assert_int_equal(sharers->n, 2);		/* so the ioctl is what is asked */
	gives_up = true;
	build(w);
	assert_int_equal(sharers->n, 6);
	assert_found(w, 0x2000, "42+0");
	assert_found(w, 0x200a, "42+5");
}

FIXTURE_TEST(regions_of_any_number_are_found_in_words)
{
	enum { N = 3000 };	/* more than one step reports, and a block holds */
	struct world *w = *state;
	struct pt_str s = PT_STR_INIT;

	pt_str_adds(&s, "process 42 db\n600000000-608000000 rw-p 00000000 00:00 0 \n");
	for (int i = 0; i < N; i++)
		pt_str_adds(&s, "p.ps.");
	pt_str_adds(&s, "\n610000000-610001000 rw-p 00000000 00:00 0 \np\n");
	fix_text(&w->fix, s.s);
	pt_str_done(&s);
	build(w);
	assert_int_equal(sharers->n, 2 * N + 1);
	/* each block once, those that are holes perhaps not at all, then each region */
	assert_in_range(nreads, 2 + 1 + 2 * N + 1, 4 + 1 + 2 * N + 1);
	for (int i = 0; i < 2 * N; i += 97) {
		char want[32];

		snprintf(want, sizeof(want), "42+%d", i / 2 * 5 + i % 2 * 2);
		assert_found(w, 0x1000 + (uint64_t)i, want);
	}
}

FIXTURE_TEST(an_answer_lives_as_long_as_somebody_holds_it)
{
	struct world *w = *state;
	const struct pt_who *who;

	process(w, 42, "db");
	place(w, 42, 0, 0x2000, 1);
	build(w);
	who = ask(w, 0x2000);
	assert_ptr_equal(pt_who_ref(who), who);
	sharers = pt_sharers_free(sharers);
	assert_null(pt_who_unref(who));
	assert_string_equal(who->v[0].name, "db");
	assert_null(pt_who_unref(who));
	assert_null(pt_who_unref(NULL));
}

/* ---- folios */

enum { HEAD = 1 << 15, TAIL = 1 << 16, OF_THP = 1 << 22 };

/* A folio of `npages` frames from `pfn` on, of which process 42 maps those from `from` to before `to`. */
static void place_folio(struct world *w, uint64_t pfn, uint64_t npages, uint64_t from, uint64_t to,
			uint64_t of_head, uint64_t of_tail)
{
	for (uint64_t i = 0; i < npages; i++) {
		uint64_t kflags = i ? TAIL | of_tail : HEAD | of_head;

		/* frames that are not mapped here are put by way of a page that is then taken away */
		fix_page(&w->fix, 42, VPN + i, P | (pfn + i), kflags, 1);
		if (i < from || i >= to)
			fix_page(&w->fix, 42, VPN + i, 0, 0, 0);
	}
}

static struct pt_image *scan_42(struct world *w)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lens = PT_LENS_SIZE, .kflags = UINT64_MAX };
	struct pt_target t = PT_TARGET_INIT;
	struct pt_image *img = NULL;

	look_and_scan(w);
	assert_int_equal(pt_target_open(&w->env, 42, 0, &t), 0);
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), 0);
	pt_target_close(&t);
	return img;
}

static void assert_order(const struct pt_image *img, uint64_t nth, uint8_t order)
{
	struct pt_run run = pt_image_run(img, &img->vmas.v[0], VPN + nth);

	assert_true(run.pm & PT_RUN(PRESENT));
	assert_int_equal(run.order, order);
}

FIXTURE_TEST(a_folio_is_measured_also_where_it_is_not_mapped)
{
	struct world *w = *state;
	struct pt_image *img;

	process(w, 42, "db");
	place_folio(w, 0x1f0, 16, 5, 9, ANON | OF_THP, ANON | OF_THP);	/* at the end of a block of flags */
	fix_page(&w->fix, 42, VPN + 20, P | B(56) | 0x300, ANON, 1);
	img = scan_42(w);
	for (uint64_t i = 5; i < 9; i++)
		assert_order(img, i, 4);
	assert_order(img, 20, 0);
	pt_image_unref(img);
}

FIXTURE_TEST(what_is_no_power_of_two_or_has_no_head_has_no_order)
{
	struct world *w = *state;
	struct pt_image *img;

	process(w, 42, "db");
	place_folio(w, 0x400, 3, 0, 3, ANON | OF_THP, ANON | OF_THP);
	fix_page(&w->fix, 42, VPN + 10, P | 0x500, ANON | OF_THP | TAIL, 1);	/* 0x4ff is another's */
	fix_page(&w->fix, 42, VPN + 12, P | 0x602, ANON | OF_THP | HEAD, 1);	/* two pages, from an odd pair */
	fix_page(&w->fix, 42, VPN + 13, P | 0x603, ANON | OF_THP | TAIL, 1);
	fix_page(&w->fix, 42, VPN + 14, P | 0x604, ANON | OF_THP | TAIL, 1);
	fix_page(&w->fix, 42, VPN + 15, P | 0x605, ANON | OF_THP | TAIL, 1);
	img = scan_42(w);
	assert_order(img, 1, PT_ORDER_UNKNOWN);
	assert_order(img, 10, PT_ORDER_UNKNOWN);
	assert_order(img, 13, PT_ORDER_UNKNOWN);
	pt_image_unref(img);
}

/* Before Linux 6.12 later pages had flags of their own, mostly none. */
FIXTURE_TEST(later_pages_take_the_flags_of_the_first)
{
	struct world *w = *state;
	struct pt_run run;
	struct pt_image *img;

	process(w, 42, "db");
	place_folio(w, 0x800, 8, 0, 8, ANON | OF_THP, 0);
	img = scan_42(w);
	for (uint64_t i = 0; i < 8; i++) {
		run = pt_image_run(img, &img->vmas.v[0], VPN + i);
		assert_true(run.kflags & OF_THP);
		assert_int_equal(run.order, 3);
	}
	pt_image_unref(img);
}

/* Linux 6.1: THP is set on later pages too, but nothing else of the first one's. */
FIXTURE_TEST(later_pages_of_a_thp_take_the_flags_of_the_first)
{
	struct world *w = *state;
	struct pt_image *img;

	process(w, 42, "db");
	place_folio(w, 0x800, 8, 0, 8, ANON | OF_THP, OF_THP);
	img = scan_42(w);
	for (uint64_t i = 0; i < 8; i++) {
		struct pt_run run = pt_image_run(img, &img->vmas.v[0], VPN + i);

		assert_int_equal(run.kflags & ANON, ANON);
	}
	pt_image_unref(img);
}

/* Where pages cannot be read there is nothing to compare, however large the mapping. */
FIXTURE_TEST(changes_of_what_cannot_be_read_take_no_memory)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lens = PT_LENS_CHANGE };
	struct world *w = *state;
	struct pt_target t = PT_TARGET_INIT;
	struct pt_image *base = NULL, *img = NULL;
	struct pt_run run;

	fix_proc(&w->fix, &(struct fix_proc){ .pid = 42, .comm = "db", .map = (struct fix_map[]){
		{ "600000000-100600000000 rw-p 00000000 00:00 0 ", NULL, NULL }, { 0 } } });
	unlinkat(w->root.proc_fd, "42/pagemap", 0);
	look_and_scan(w);
	assert_int_equal(pt_target_open(&w->env, 42, 0, &t), 0);
	assert_int_equal(pt_scan(&w->env, &t, &wish, &base), 0);
	w->env.base = base;
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), 0);
	assert_non_null(img->why_pages);
	assert_int_equal(img->runs.n, 0);
	run = pt_image_run(img, &img->vmas.v[0], VPN);
	assert_int_equal(run.row, PT_CHANGE_UNKNOWN);
	w->env.base = NULL;
	pt_image_unref(base);
	pt_image_unref(img);
	pt_target_close(&t);
}

