/*
 * The columns of a list, chosen and put in order.
 */
#include "driver.h"
#include "pagetop/view/columns_view.h"

static void assert_columns(const struct pt_columns_view *v, const char *want)
{
	struct pt_columns c = pt_columns_chosen(v);
	struct pt_str s = PT_STR_INIT;

	pt_columns_text(&c, &s);
	assert_string_equal(s.s, want);
	pt_str_done(&s);
}

TEST(columns_are_shown_hidden_and_moved)
{
	const struct pt_shape shape = pt_shape_default(PT_IN_PROCESSES);
	struct pt_str why = PT_STR_INIT;
	struct pt_columns shown;
	struct pt_columns_view v;
	int nall = 0;

	assert_int_equal(pt_columns_parse("pid,rss,command", PT_IN_PROCESSES, &shown, &why), 0);
	pt_columns_open(&v, &shape, &shown);
	assert_int_equal(pt_columns_current(&v), PT_HEADING_RSS);
	pt_columns_shift(&v, -1);
	assert_columns(&v, "rss,pid,command");
	pt_columns_shift(&v, -1);
	assert_columns(&v, "rss,pid,command");
	pt_columns_toggle(&v);
	assert_columns(&v, "pid,command");
	assert_int_equal(pt_columns_current(&v), PT_HEADING_RSS);
	pt_columns_shift(&v, -1);		/* what is hidden has no place */
	assert_columns(&v, "pid,command");
	pt_columns_toggle(&v);
	assert_columns(&v, "pid,command,rss");
	pt_columns_move(&v, PT_MOVE_HOME);
	pt_columns_toggle(&v);
	pt_columns_move(&v, PT_MOVE_HOME);
	pt_columns_toggle(&v);
	pt_columns_move(&v, PT_MOVE_HOME);
	pt_columns_toggle(&v);			/* the last one stays */
	assert_columns(&v, "rss");
	for (int i = 0; i < PT_NHEADINGS; i++)
		nall += pt_headings[i].lists >> PT_IN_PROCESSES & 1;
	assert_int_equal(v.all.n, nall);	/* nothing of the other list, and nothing was lost */
	pt_str_done(&why);
}

DRIVEN(columns_are_chosen_and_stay_when_one_comes_back)
{
	struct app *a = *state;

	press(a, "C Home Down Space");
	assert_shows(a, "Columns of processes");
	press(a, "q");
	assert_false(shows(a, "USER"));
	press(a, "Enter q");
	assert_false(shows(a, "USER"));
	press(a, "C =");
	assert_shows(a, "USER");
}

DRIVEN(columns_that_do_not_fit_stay_chosen)
{
	struct app *a = *state;
	int n;

	press(a, "C Home Space Space q");		/* from now on they are chosen */
	n = processes(a)->shape.columns.n;
	assert_true(n > 8);
	press(a, "Resize=40x20 C Home Space Space q");
	assert_int_equal(processes(a)->shape.columns.n, n);
}

DRIVEN(what_keys_chose_for_a_list_is_a_setting)
{
	struct app *a = *state;

	needs("SETTINGS");
	press(a, "> > o");
	assert_shows(a, "sort             cow");
	press(a, "q I o");
	assert_shows(a, "sort             ~cow");
	press(a, "q C Home Down Space q o");
	assert_shows(a, "sort             ~cow");
	assert_shows(a, "columns          pid,rss,");
	press(a, "Down Down Right q");		/* another setting */
	assert_false(shows(a, "USER"));
	assert_int_equal(processes(a)->shape.heading, PT_HEADING_COW);
	assert_true(processes(a)->shape.invert);
}

DRIVEN(the_columns_have_a_help)
{
	struct app *a = *state;

	needs("HELP");
	press(a, "C ?");
	assert_shows(a, pt_view_named("COLUMNS")->name);
}

DRIVEN(columns_are_of_the_list_that_they_were_opened_on)
{
	struct app *a = *state;

	type_ahead(a, "g 4242:heap Enter C");
	answered(a);
	assert_level(a, "MAPPINGS");
	type_ahead(a, "Space Down Enter");
	settle(a);
	assert_level(a, "MAP");
}

DRIVEN(a_key_without_a_meaning_says_so)
{
	struct app *a = *state;

	press(a, "C g");
	assert_shows(a, "g is not bound here");
}
