/*
 * The list of processes, and the machine above it.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <stdio.h>
#include "scene.h"
#include "pagetop/base/text.h"
#include "pagetop/view/header_view.h"
#include "pagetop/view/processes_view.h"

static struct pt_process *add_process(struct pt_table *t, pid_t pid, const char *command)
{
	struct pt_process *p = pt_table_add(t);

	assert_non_null(p);
	p->pid = pid;
	p->starttime = 1000 + (uint64_t)pid;
	p->user = strdup("root");
	p->command = strdup(command);
	p->comm = strdup("comm");
	return p;
}

static struct pt_table *table_of(size_t n)
{
	struct pt_table *t = pt_table_new();

	assert_non_null(t);
	for (size_t i = 0; i < n; i++) {
		char command[32];

		snprintf(command, sizeof(command), "command-%zu", i);
		add_process(t, (pid_t)(100 + i), command);
	}
	return t;
}

TEST(what_is_not_known_of_a_process_is_not_zero)
{
	struct pt_table *t = pt_table_new();
	const struct pt_scene sc = { .host = "db1", .machine = "Linux", .table = t };
	struct pt_processes_view v = { .rows = { &pt_processes_listing, .shape = pt_shape_default(PT_IN_PROCESSES) } };
	struct pt_canvas c = canvas_of(160, 10);
	struct pt_str s = PT_STR_INIT;
	struct pt_process *p;

	add_process(t, 1, "not yet");
	p = add_process(t, 2, "refused");
	p->err = -13;
	p->why = "needs CAP_SYS_PTRACE";
	add_process(t, 3, "[kthread]")->kthread = true;
	p = add_process(t, 4, "scanned");
	p->scanned = true;
	p->sum[PT_COL_RSS] = (struct pt_sum){ 1 << 20, 5 };
	p->sum[PT_COL_COW] = (struct pt_sum){ 0, 5 };
	p->faults_per_s = 12100;
	pt_processes_draw(&v, &sc, &c);
	row_of(&c, 2, &s);		/* the largest, then those without a sum, at the end those without memory */
	assert_non_null(strstr(s.s, "≥1M"));
	assert_non_null(strstr(s.s, " ? "));
	assert_non_null(strstr(s.s, " 12k "));
	row_of(&c, 3, &s);
	assert_non_null(strstr(s.s, "…"));
	assert_null(strstr(s.s, " 0 "));
	row_of(&c, 4, &s);
	assert_non_null(strstr(s.s, "? needs CAP_SYS_PTRACE"));
	assert_non_null(strstr(s.s, "refused"));
	assert_null(strstr(s.s, " 0 "));
	row_of(&c, 5, &s);
	assert_non_null(strstr(s.s, " - "));
	assert_null(strstr(s.s, " 0 "));
	pt_str_done(&s);
	pt_table_unref(t);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

static struct pt_table *table_with_pulse(void)
{
	struct pt_table *t = table_of(3);

	pt_pulse_memory(&t->pulse, "MemTotal: 10000 kB\nMemFree: 5000 kB\nBuffers: 0 kB\nCached: 2000 kB\n"
			"AnonPages: 2500 kB\nShmem: 0 kB\nSlab: 300 kB\nPageTables: 10 kB\nVmallocUsed: 0 kB\n"
			"Hugetlb: 0 kB\n");
	pt_pulse_count(&t->pulse, "pgfault 1000\npgmigrate_success 7\nthp_split_pmd 0\n", 1000000000);
	return t;
}

TEST(the_header_tells_ram_and_rates_of_the_machine)
{
	const uint64_t kflags[4] = { UINT64_C(1) << 22, 0, 0, 0 };
	struct pt_table *t = table_with_pulse();
	const struct pt_scene sc = { .host = "db1", .machine = "Linux", .table = t };
	struct pt_canvas c = canvas_of(80, 23);
	struct pt_processes_view v = { .rows = { &pt_processes_listing, .shape = pt_shape_default(PT_IN_PROCESSES) } };

	pt_pulse_sample(&t->pulse, kflags, 4);
	pt_processes_draw(&v, &sc, &c);
	assert_row(&c, 1, " RAM ▕ anon 25% file 20%so free 50%           ▏ slab 3%  other 2%  ≈ large 25%");
	assert_row(&c, 2, " faults …/s  migrated …/s  collapsed ?/s  split …/s  swap in ?/s  swap out ?/s");
	assert_has(&c, "COMMAND");
	assert_int_equal(c.cursor_y, 4);
	pt_pulse_count(&t->pulse, "pgfault 1100\npgmigrate_success 7\nthp_split_pmd 0\n", 2000000000);
	pt_pulse_count(&t->pulse, "pgfault 2300\npgmigrate_success 7\nthp_split_pmd 0\n", 3000000000);
	pt_canvas_clear(&c);
	pt_processes_draw(&v, &sc, &c);
	assert_row(&c, 2, " faults 1.2k/s         ▁█  migrated 0/s  collapsed ?/s  split 0/s  swap in ?/s");
	pt_table_unref(t);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

/* The list begins at once where there is no room for a header, or nothing to tell. */
TEST(the_header_is_left_out_where_it_does_not_fit_or_is_not_known)
{
	static const struct { int w, h; bool pulse; int list_y; } row[] = {
		{ 80, 23, true, 4 }, { 80, 23, false, 2 }, { 40, 9, true, 2 }, { 200, 12, true, 2 }, { 50, 60, true, 2 },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_table *t = row[i].pulse ? table_with_pulse() : table_of(3);
		const struct pt_scene sc = { .host = "db1", .machine = "Linux", .table = t };
		struct pt_canvas c = canvas_of(row[i].w, row[i].h);
		struct pt_processes_view v = { .rows = { &pt_processes_listing, .shape = pt_shape_default(PT_IN_PROCESSES) } };

		pt_processes_draw(&v, &sc, &c);
		assert_int_equal(c.cursor_y, row[i].list_y);
		assert_int_equal(has(&c, "RAM"), row[i].list_y == 4);
		assert_int_equal(v.rows.list.rows, row[i].h - row[i].list_y);
		pt_listing_done(&v.rows);
		pt_table_unref(t);
		pt_canvas_done(&c);
	}
}

/* At any width, with any shares: nothing is drawn over anything else. */
TEST(the_header_is_drawn_at_every_width)
{
	struct pt_table *t = table_with_pulse();
	const struct pt_scene sc = { .host = "db1", .machine = "Linux", .table = t };
	uint64_t x = 1;

	for (int w = 72; w < 240; w++) {
		struct pt_canvas c = canvas_of(w, 23);

		for (int i = 0; i < PT_NMEMS; i++)
			t->pulse.mem[i] = random_next(&x) % t->pulse.total;
		pt_pulse_count(&t->pulse, "pgfault 18446744073709551614\npswpin 3\n", (uint64_t)w * 1000);
		assert_int_equal(pt_header_draw(&sc, &c, 1), 3);
		assert_has(&c, "▏");
		assert_has(&c, "faults");
		assert_no_half_characters(&c);
		pt_canvas_done(&c);
	}
	pt_table_unref(t);
}

TEST(a_name_that_is_not_in_the_command_is_shown_behind_it)
{
	struct pt_process p = { .pid = 7, .user = (char *)"root", .command = (char *)"/usr/lib/x/java -jar y", .comm = (char *)"db" };
	struct pt_table t = { .p = &p, .n = 1 };
	struct pt_scene sc = { .host = "h", .machine = "m", .table = &t };
	struct pt_processes_view v;
	struct pt_canvas c = canvas_of(140, 12);

	pt_listing_init(&v.rows, &pt_processes_listing);
	pt_processes_draw(&v, &sc, &c);
	assert_has(&c, "y [db]");
	v.rows.list.xscroll = 2;
	sc.version++;
	pt_canvas_clear(&c);
	pt_processes_draw(&v, &sc, &c);
	assert_has(&c, "sr/lib/x/java -jar y [db]");
	v.rows.list.xscroll = 0;
	p.err = -EACCES;
	p.why = "no";
	sc.version++;
	pt_canvas_clear(&c);
	pt_processes_draw(&v, &sc, &c);
	assert_has(&c, "y [db]");
	assert_has(&c, "? no");
	pt_listing_done(&v.rows);
	pt_canvas_done(&c);
}

TEST(the_bar_of_a_process_shows_shares_of_what_is_there)
{
	struct pt_table *t = pt_table_new();
	const struct pt_scene sc = { .host = "db1", .machine = "Linux", .table = t };
	struct pt_processes_view v = { .rows = { &pt_processes_listing, .shape = pt_shape_default(PT_IN_PROCESSES) } };
	struct pt_canvas c = canvas_of(80, 10);
	struct pt_process *p = add_process(t, 4, "scanned");

	p->scanned = true;
	p->counts = (struct pt_counts){ .npages = 1000014, .row[PT_STATE_ABSENT] = 1000000,
					.row[PT_STATE_COW] = 7, .row[PT_STATE_PRIVATE] = 5,
					.row[PT_STATE_SWAPPED] = 2 };
	pt_processes_draw(&v, &sc, &c);
	assert_has(&c, " sscccccccppppp ");
	p->counts = (struct pt_counts){ .npages = 9, .row[PT_STATE_ABSENT] = 9 };
	pt_canvas_clear(&c);
	pt_processes_draw(&v, &sc, &c);
	assert_false(has(&c, "....."));
	pt_table_unref(t);
	pt_canvas_done(&c);
	pt_listing_done(&v.rows);
}

TEST(the_cursor_stays_on_its_process_when_the_order_changes)
{
	struct pt_table *a = table_of(5), *b = pt_table_new();
	struct pt_scene sc = { .host = "db1", .machine = "Linux", .table = a };
	struct pt_processes_view v = { .rows = { &pt_processes_listing, .shape = pt_shape_default(PT_IN_PROCESSES) } };

	pt_listing_move(&v.rows, &sc, PT_MOVE_DOWN);
	pt_listing_move(&v.rows, &sc, PT_MOVE_DOWN);
	assert_int_equal(pt_processes_current(&v, &sc)->pid, 102);
	add_process(b, 102, "x");
	add_process(b, 7, "y");
	sc.table = b;
	assert_int_equal(pt_processes_current(&v, &sc)->pid, 102);
	b->p[0].starttime++;		/* another process has the pid now: the row stays */
	assert_int_equal(v.rows.list.cur, 0);
	b->p[0].pid = 55;
	pt_processes_current(&v, &sc);
	assert_int_equal(v.rows.list.cur, 0);
	pt_table_unref(a);
	pt_table_unref(b);
	pt_listing_done(&v.rows);
}

TEST(the_cursor_of_processes_is_always_on_the_screen)
{
	struct pt_table *t = table_of(60);
	const struct pt_scene sc = { .host = "db1", .machine = "Linux", .table = t };
	struct pt_processes_view v = { .rows = { &pt_processes_listing, .shape = pt_shape_default(PT_IN_PROCESSES) } };
	uint64_t x = 46;

	for (int i = 0; i < 2000; i++) {
		struct pt_canvas c = canvas_of(1 + (int)(random_next(&x) % 130),
					       3 + (int)(random_next(&x) % 30));
		pid_t pids[PT_WISH_NFIRST];
		unsigned n;
		bool shown = false;

		pt_listing_move(&v.rows, &sc, (enum pt_move)(random_next(&x) % (PT_MOVE_END + 1)));
		pt_processes_draw(&v, &sc, &c);
		assert_cursor_shown(&c);
		n = pt_processes_visible(&v, &sc, pids, PT_WISH_NFIRST);
		assert_int_equal(n, c.h - 2 < 60 ? c.h - 2 : 60);
		for (unsigned k = 0; k < n; k++)
			shown = shown || pids[k] == pt_processes_current(&v, &sc)->pid;
		assert_true(shown);
		pt_canvas_done(&c);
	}
	pt_table_unref(t);
	pt_listing_done(&v.rows);
}
