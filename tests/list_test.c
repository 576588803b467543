/*
 * Lists: what they are filtered by, sorted by, as a tree, and which columns they have.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <stdio.h>
#include "pagetop/model/order.h"
#include "pagetop/view/list_view.h"
#include "test.h"

struct world {
	struct pt_table *t;
	struct pt_shape shape;
	struct pt_order order;
	uint64_t version;
	struct pt_str why;
};

static struct pt_process *add(struct world *w, pid_t pid, pid_t ppid, const char *user, const char *command, uint64_t rss)
{
	struct pt_process *p = pt_table_add(w->t);

	assert_non_null(p);
	p->pid = pid;
	p->ppid = ppid;
	p->starttime = 1;
	p->user = strdup(user);
	p->command = strdup(command);
	p->comm = strdup(command);
	p->scanned = true;
	p->sum[PT_COL_RSS].value = rss;
	return p;
}

/*
 *	1 init ─┬─ 10 shell ── 30 editor
 *		├─ 20 cache ── 21 cache ── 22 gone, no memory left
 *		└─ (2 kthread)
 */
static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct pt_process *p;

	w->t = pt_table_new();
	w->shape = pt_shape_default(PT_IN_PROCESSES);
	w->why = (struct pt_str)PT_STR_INIT;
	add(w, 1, 0, "root", "init", 4096);
	add(w, 2, 1, "root", "[kthread]", 0)->kthread = true;
	p = add(w, 10, 1, "ann", "shell", 8192);
	p->cgroup = strdup("/user/ann");
	p->nspid = 3;
	p = add(w, 20, 1, "redis", "cache --big", 1 << 20);
	p->sum[PT_COL_COW].value = 4096;
	p->counts.row[PT_STATE_SWAPPED] = 3;
	p->cgroup = strdup("/system/redis");
	p = add(w, 21, 20, "redis", "cache --child", 1 << 19);
	p->sum[PT_COL_COW] = (struct pt_sum){ 0, 7 };
	p->cgroup = strdup("/system/redis/child");
	p = add(w, 22, 21, "redis", "gone", 0);
	p->zombie = true;
	p->scanned = false;
	p = add(w, 30, 10, "ann", "editor", 0);
	p->scanned = false;
	p->err = -EACCES;
	p->why = "needs a privilege";
	p->rss_bytes = 2048;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	pt_order_done(&w->order);
	pt_list_filter_reset(&w->shape.filter);
	pt_table_unref(w->t);
	pt_str_done(&w->why);
	free(w);
	return 0;
}

#define LIST_TEST(fn) TEST_WITH(fn, setup, teardown)

/* The pids as they are shown. */
static void assert_order(struct world *w, const char *want)
{
	struct pt_str s = PT_STR_INIT;

	w->shape.version++;
	assert_int_equal(pt_order_processes(&w->order, &w->shape, w->t, w->version), 0);
	for (size_t i = 0; i < w->order.n; i++)
		pt_str_addf(&s, "%s%d", i ? " " : "", (int)w->t->p[w->order.r[i].row].pid);
	assert_string_equal(s.s, want);
	pt_str_done(&s);
}

static void filter(struct world *w, const char *text)
{
	pt_str_reset(&w->why);
	assert_int_equal(pt_list_filter_set(&w->shape.filter, text, PT_IN_PROCESSES, &w->why), 0);
}

LIST_TEST(the_largest_come_first_and_what_has_no_memory_last)
{
	struct world *w = *state;

	assert_order(w, "20 21 10 1 30 2 22");
	w->shape.invert = true;
	assert_order(w, "1 10 21 20 30 2 22");
}

LIST_TEST(every_column_has_its_order)
{
	struct world *w = *state;
	static const struct { int heading; const char *want; } row[] = {
		{ PT_HEADING_PID, "1 2 10 20 21 22 30" },
		{ PT_HEADING_PPID, "2 10 20 30 21 22 1" },
		{ PT_HEADING_NSPID, "10 1 2 20 21 22 30" },
		{ PT_HEADING_CGROUP, "20 21 10 1 2 22 30" },
		{ PT_HEADING_USER, "10 30 20 21 22 1 2" },
		{ PT_HEADING_COMMAND, "2 20 21 30 22 1 10" },
		{ PT_HEADING_COW, "20 1 10 21 30 2 22" },	/* of 21 it is only known to be 0 or more */
	};

	for (size_t i = 0; i < LEN(row); i++) {
		w->shape.heading = row[i].heading;
		assert_order(w, row[i].want);
	}
}

LIST_TEST(the_order_is_made_anew_only_where_something_is_another)
{
	struct world *w = *state;

	assert_order(w, "20 21 10 1 30 2 22");
	w->t->p[0].sum[PT_COL_RSS].value = 1 << 30;
	pt_order_processes(&w->order, &w->shape, w->t, w->version);
	assert_int_equal(w->t->p[w->order.r[0].row].pid, 20);
	pt_order_processes(&w->order, &w->shape, w->t, ++w->version);
	assert_int_equal(w->t->p[w->order.r[0].row].pid, 1);
}

LIST_TEST(words_choose_processes)
{
	struct world *w = *state;
	static const struct { const char *text, *want; size_t nopen; } row[] = {
		{ "", "20 21 10 1 30 2 22", 0 },
		{ "user:redis", "20 21 22", 0 },
		{ "user:4711", "2", 0 },		/* by its number, too */
		{ "~user:redis", "10 1 30 2", 0 },
		{ "cgroup:/system/redis", "20 21", 4 },
		{ "cgroup:/system/redis/", "20 21", 4 },
		{ "cgroup:/system/red", "", 4 },
		{ "cow", "20", 2 },			/* of 21 and of the refused one it is not known */
		{ "~cow", "10 1 2 22", 2 },
		{ "Swapped", "20", 1 },
		{ " cow , user:redis ", "20", 1 },
		{ "user:redis,~cow", "22", 1 },
		{ "size:64K", "", 5 },			/* counted in another lens */
		{ "state:swapped", "20", 1 },
	};

	w->t->p[1].uid = 4711;
	for (size_t i = 0; i < LEN(row); i++) {
		filter(w, row[i].text);
		assert_order(w, row[i].want);
		assert_int_equal(w->order.nopen, row[i].nopen);
	}
}

/* Of 20 three pages may be anything that is present, of 10 one page may be anything at all. */
LIST_TEST(what_is_hidden_is_not_told_as_no)
{
	struct world *w = *state;
	static const struct { const char *text, *want; size_t nopen; } row[] = {
		{ "copied", "", 3 }, { "~copied", "21 1 2 22", 3 },
		{ "swapped", "20", 2 },			/* known of 20, and that 21 has none; not of 10 */
		{ "guard", "", 2 }, { "file-shared", "", 2 }, { "anonymous", "20", 1 },
	};

	w->t->p[3].counts.row[PT_STATE_ANON - pt_lenses[PT_LENS_STATE].first] = 3;
	w->t->p[2].counts.row[PT_STATE_UNKNOWN - pt_lenses[PT_LENS_STATE].first] = 1;
	for (size_t i = 0; i < LEN(row); i++) {
		filter(w, row[i].text);
		assert_order(w, row[i].want);
		assert_int_equal(w->order.nopen, row[i].nopen);
	}
}

LIST_TEST(a_long_path_of_a_control_group_is_taken_whole)
{
	struct world *w = *state;
	char path[3000], text[3100], longer[2 * PT_LIST_TEXT];

	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	free(w->t->p[2].cgroup);
	w->t->p[2].cgroup = strdup(path);
	snprintf(text, sizeof(text), "cow , cgroup:%s,~swapped", path);
	filter(w, text + strlen("cow , "));
	assert_order(w, "10");
	path[sizeof(path) - 2] = 'y';
	snprintf(text, sizeof(text), "~cow,cgroup:%s", path);
	filter(w, text);
	assert_order(w, "");
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(pt_list_filter_set(&w->shape.filter, longer, PT_IN_PROCESSES, &w->why), -EINVAL);
	assert_non_null(strstr(w->why.s, "filter too long: at most"));
}

LIST_TEST(what_is_no_word_is_a_pattern)
{
	struct world *w = *state;

	filter(w, "cache|shell");
	assert_order(w, "20 21 10");
	filter(w, "^CACHE");		/* a capital letter: case counts */
	assert_order(w, "");
	filter(w, "/cow");		/* in spite of the word */
	assert_order(w, "");
	filter(w, "/ini");
	assert_order(w, "1");
}

/* What a row shows is what is searched. */
LIST_TEST(a_name_that_is_not_in_the_command_is_found)
{
	static const struct { const char *comm, *text; } row[] = {
		{ "cache", "cache --big" }, { "cach", "cache --big" }, { "pagetop-demo", "cache --big [pagetop-demo]" },
		{ "\033[2J", "cache --big [\\x1B[2J]" },
	};
	struct world *w = *state;
	struct pt_str s = PT_STR_INIT;

	for (size_t i = 0; i < LEN(row); i++) {
		free(w->t->p[3].comm);
		w->t->p[3].comm = strdup(row[i].comm);
		pt_str_reset(&s);
		pt_process_text(&w->t->p[3], &s);
		assert_string_equal(s.s, row[i].text);
	}
	filter(w, "2J");
	assert_order(w, "20");
	pt_str_done(&s);
}

LIST_TEST(the_row_of_a_filter_chooses_the_lens)
{
	static const struct { const char *text; enum pt_lens_id chosen; int lens; } row[] = {
		{ "", PT_LENS_LOCK, PT_LENS_LOCK }, { "cow", PT_LENS_LOCK, PT_LENS_LOCK },
		{ "hole", PT_LENS_STATE, PT_LENS_LOCK }, { "hole", PT_LENS_LOCK, PT_LENS_LOCK },
		{ "node 0", PT_LENS_STATE, PT_LENS_NODE }, { "~Node 0,cow", PT_LENS_SIZE, PT_LENS_NODE },
		{ "swapped", PT_LENS_SIZE, PT_LENS_SIZE }, { "state:swapped", PT_LENS_SIZE, PT_LENS_STATE },
		{ "zero", PT_LENS_SIZE, PT_LENS_STATE }, { "zero", PT_LENS_RECLAIM, PT_LENS_RECLAIM },
		{ "64K,swapped", PT_LENS_STATE, PT_LENS_SIZE }, { "guard", PT_LENS_CHANGE, PT_LENS_STATE },
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(row); i++) {
		filter(w, row[i].text);
		assert_int_equal(pt_list_filter_lens(&w->shape.filter, row[i].chosen), row[i].lens);
	}
}

LIST_TEST(rows_are_counted_in_their_lens)
{
	struct world *w = *state;

	for (size_t i = 0; i < w->t->n; i++)
		w->t->p[i].counts.lens = PT_LENS_LOCK;
	w->t->p[3].counts.row[PT_LOCK_HOLE - PT_FIRST_LOCK] = 2;
	w->t->p[4].counts.row[PT_LOCK_ABSENT - PT_FIRST_LOCK] = 2;
	filter(w, "hole");
	assert_order(w, "20");
	filter(w, "absent");
	assert_order(w, "21");
	filter(w, "state:absent");		/* which has no holes of its own */
	assert_order(w, "");
}

/* Words that name a lens, or stand among words, are no patterns. */
LIST_TEST(the_word_that_was_meant_is_named)
{
	static const struct { const char *text, *why; } row[] = {
		{ "size:65K", "unknown filter \"size:65K\" (did you mean size:64K?)" },
		{ "~size:65K", "unknown filter \"size:65K\" (did you mean size:64K?)" },
		{ "node:0", "unknown filter \"node:0\"; one of swapped, " },
		{ "cow,cwo", "unknown filter \"cwo\" (did you mean cow?)" },
		{ "cow,node0", "unknown filter \"node0\" (did you mean node 0?)" },
		{ "cow,sise:64K", "unknown filter \"sise:64K\" (did you mean size:64K?)" },
		{ "hole,node 0", "rows of different lenses: hole, node 0" },
		{ "moved", "moved compares two snapshots of one process; open one first, or filter by pattern: /moved" },
		{ "rss,rss,rss,rss,rss,rss,rss,rss,rss,rss,rss,rss,rss,rss,rss,rss,rss", "too many words: a filter takes at most 16" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(row); i++) {
		pt_str_reset(&w->why);
		assert_int_equal(pt_list_filter_set(&w->shape.filter, row[i].text, PT_IN_PROCESSES, &w->why), -EINVAL);
		if (strncmp(w->why.s, row[i].why, strlen(row[i].why)))
			fail_msg("%s: %s", row[i].text, w->why.s);
	}
	filter(w, "lock:VM_LOCKED, not PG_mlocked ,rss");	/* a comma of a label */
	assert_int_equal(w->shape.filter.n, 2);
	assert_int_equal(w->shape.filter.word[0].which, PT_LOCK_LOCKED);
	filter(w, "swaped");			/* alone it may be a pattern */
	assert_string_equal(w->shape.filter.near.word, "swapped");
	filter(w, "/swaped");
	assert_string_equal(w->shape.filter.near.word, "");
	assert_int_equal(pt_list_filter_set(&w->shape.filter, "size:65K", PT_IN_MAPPINGS, &w->why), -EINVAL);
	assert_int_equal(pt_list_filter_set(&w->shape.filter, "hole", PT_IN_MAPPINGS, &w->why), 0);
	assert_int_equal(w->shape.filter.pages.n, 1);
}

LIST_TEST(a_bad_filter_is_a_sentence_and_the_old_one_stays)
{
	struct world *w = *state;

	filter(w, "user:redis");
	assert_int_equal(pt_list_filter_set(&w->shape.filter, "cow,nonsense", PT_IN_PROCESSES, &w->why), -EINVAL);
	assert_non_null(strstr(w->why.s, "unknown filter \"nonsense\""));
	assert_order(w, "20 21 22");
	pt_str_reset(&w->why);
	assert_int_equal(pt_list_filter_set(&w->shape.filter, "a(b", PT_IN_PROCESSES, &w->why), -EINVAL);
	assert_true(w->why.len > 0);
	assert_string_equal(w->shape.filter.text, "user:redis");
}

LIST_TEST(a_pattern_that_takes_too_long_ends)
{
	struct world *w = *state;
	char *command = malloc(4001);

	memset(command, 'a', 4000);
	command[3999] = '!';
	command[4000] = '\0';
	free(w->t->p[0].command);
	w->t->p[0].command = command;
	filter(w, "(a|aa)+$");
	w->shape.version++;
	pt_order_processes(&w->order, &w->shape, w->t, w->version);
	assert_true(w->order.too_long);
}

LIST_TEST(a_name_alone_is_matched_whole)
{
	struct world *w = *state;

	strcpy(w->shape.filter.comm, "shell");
	assert_true(pt_list_filter_is_set(&w->shape.filter));
	assert_order(w, "10");
}

/* Each row with its branch. */
static void assert_tree(struct world *w, const char *want)
{
	struct pt_str s = PT_STR_INIT;

	for (size_t i = 0; i < w->order.n; i++) {
		pt_branch_text(&w->order.r[i], &s);
		pt_str_addf(&s, "%d\n", (int)w->t->p[w->order.r[i].row].pid);
	}
	assert_string_equal(s.s, want);
	pt_str_done(&s);
}

LIST_TEST(a_tree_hangs_each_below_its_parent)
{
	struct world *w = *state;

	w->shape.tree = true;
	assert_order(w, "1 20 21 22 10 30 2");
	assert_tree(w, "1\n├─ 20\n│  └─ 21\n│     └─ 22\n├─ 10\n│  └─ 30\n└─ 2\n");
	filter(w, "gone|shell|init");		/* 22 hangs below the nearest that is shown */
	assert_order(w, "1 10 22");
	assert_tree(w, "1\n├─ 10\n└─ 22\n");
}

LIST_TEST(a_tree_may_be_as_deep_as_there_are_processes)
{
	enum { N = 200000, FIRST = 1000 };
	struct world *w = *state;
	const struct pt_order_row *last;

	for (int i = 0; i < N; i++)
		add(w, FIRST + i, i ? FIRST + i - 1 : 1, "root", "link", 0);
	w->shape.tree = true;
	w->version++;
	assert_int_equal(pt_order_processes(&w->order, &w->shape, w->t, w->version), 0);
	assert_int_equal(w->order.n, w->t->n);
	last = &w->order.r[w->order.n - 1];
	for (size_t i = 0; i < w->order.n; i++)
		if (w->t->p[w->order.r[i].row].pid == FIRST + N - 1)
			last = &w->order.r[i];
	assert_int_equal(last->depth, PT_TREE_DEPTH);
}

LIST_TEST(pids_that_name_each_other_are_all_shown)
{
	struct world *w = *state;

	w->t->p[0].ppid = 30;			/* 1 below 30, below 10, below 1 */
	w->shape.tree = true;
	w->shape.heading = PT_HEADING_PID;
	assert_order(w, "1 2 10 20 21 22 30");
}

LIST_TEST(columns_are_named_and_refused_by_name)
{
	struct world *w = *state;
	struct pt_columns c = { .n = 0 };
	struct pt_str text = PT_STR_INIT;

	assert_int_equal(pt_columns_parse("pid,RSS,cow,rss,command", PT_IN_PROCESSES, &c, &w->why), 0);
	pt_columns_text(&c, &text);
	assert_string_equal(text.s, "pid,rss,cow,command");
	assert_int_equal(pt_columns_parse("pid,start", PT_IN_PROCESSES, &c, &w->why), -EINVAL);
	assert_non_null(strstr(w->why.s, "unknown column of processes \"start\"; use one of: pid"));
	pt_str_reset(&w->why);
	assert_int_equal(pt_columns_parse("pid,comand", PT_IN_PROCESSES, &c, &w->why), -EINVAL);
	assert_string_equal(w->why.s, "unknown column of processes \"comand\" (did you mean command?)");
	pt_str_reset(&w->why);
	assert_int_equal(pt_heading_parse("pagse", PT_IN_PROCESSES, &w->why), -EINVAL);
	assert_null(strstr(w->why.s, "did you mean pages?"));	/* a bar has no order */
	assert_int_equal(c.n, 4);
	assert_int_equal(pt_columns_parse("start,rss,name", PT_IN_MAPPINGS, &c, &w->why), 0);
	assert_int_equal(pt_heading_parse("start", PT_IN_MAPPINGS, &w->why), PT_HEADING_RANGE);
	assert_int_equal(pt_heading_parse("pages", PT_IN_MAPPINGS, &w->why), -EINVAL);
	assert_int_equal(pt_heading_parse("", PT_IN_MAPPINGS, &w->why), -EINVAL);
	pt_str_done(&text);
}

/* Names differ within a list: each can be asked for. */
LIST_TEST(each_heading_is_found_by_its_name)
{
	struct world *w = *state;

	for (int list = 0; list < PT_NLISTS; list++)
		for (int i = 0; i < PT_NHEADINGS; i++) {
			struct pt_columns c;

			if (!(pt_headings[i].lists >> list & 1))
				continue;
			assert_int_equal(pt_columns_parse(pt_headings[i].name, (enum pt_list_id)list, &c, &w->why), 0);
			assert_int_equal(c.heading[0], i);
		}
	for (int i = 0; i < PT_NCOLS; i++)
		assert_string_equal(pt_headings[PT_HEADING_RSS + i].name, pt_columns[i].name);
}

LIST_TEST(the_sort_goes_from_column_to_column)
{
	struct world *w = *state;
	struct pt_columns shown;

	assert_int_equal(pt_columns_parse("pid,pages,rss,command", PT_IN_PROCESSES, &shown, &w->why), 0);
	w->shape.heading = PT_HEADING_PID;
	assert_int_equal(pt_shape_next(&w->shape, &shown, -1), PT_HEADING_PID);
	assert_int_equal(pt_shape_next(&w->shape, &shown, 1), PT_HEADING_RSS);	/* a bar has no order */
	w->shape.heading = PT_HEADING_COMMAND;
	assert_int_equal(pt_shape_next(&w->shape, &shown, 1), PT_HEADING_COMMAND);
	w->shape.heading = PT_HEADING_COW;		/* not shown */
	assert_int_equal(pt_shape_next(&w->shape, &shown, 1), PT_HEADING_PID);
	assert_int_equal(pt_shape_next(&w->shape, &shown, -1), PT_HEADING_COMMAND);
}
