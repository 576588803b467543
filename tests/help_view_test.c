/*
 * Help.
 */
#include "driver.h"
#include "pagetop/view/text_view.h"

DRIVEN(help_lies_over_the_view_and_goes_again)
{
	struct app *a = *state;

	needs("MAPPINGS");
	press(a, "Enter ?");
	assert_shows(a, "Help: mapping list");
	assert_shows(a, "go back");
	press(a, "Esc");
	assert_shows(a, "[heap]");
	press(a, "F1 F1");
	assert_shows(a, "[heap]");
	assert_level(a, "MAPPINGS");
}

DRIVEN(help_says_first_what_one_sees_and_what_to_try)
{
	struct app *a = *state;

	for (const struct pt_view_row *view = pt_views; view->where & PT_WHERE_LEVEL; view++) {
		if (view != pt_desk_level(&a->ui.desk))	/* the same in another form */
			continue;
		press(a, "?");
		assert_shows(a, "What you see");
		assert_shows(a, "What to try next");
		assert_shows(a, view->name);
		press(a, "? Enter");
	}
	press(a, "Resize=40x10 ?");
	assert_shows(a, "What you see");
}

DRIVEN(help_over_a_text_is_of_that_text)
{
	struct app *a = *state;

	needs("ABOUT");
	press(a, "Enter Enter i ?");
	assert_shows(a, "Help: text");
	press(a, "?");
	assert_top(a, "ABOUT");
}

DRIVEN(the_help_of_a_text_has_no_keys_of_the_view_below)
{
	struct app *a = *state;

	needs("ABOUT");
	press(a, "i ?");
	assert_shows(a, "Help: text");
	assert_shows(a, "one screen down");
	assert_false(shows(a, "rescan now"));
	press(a, "q q ?");
	assert_shows(a, "Help: process list");
	((struct pt_options *)a->ui.opt)->readonly = true;
	press(a, "PgDn");
	assert_false(shows(a, "save this mapping"));
}

DRIVEN(it_goes_before_a_filter_is_taken_off)
{
	struct app *a = *state;

	press(a, "\\ redis Enter F1 Esc");
	assert_level(a, "PROCESSES");
	assert_int_equal(nprocesses(a), 2);
}

DRIVEN(the_wheel_scrolls_it)
{
	struct app *a = *state;
	const struct pt_text_view *help = a->ui.desk.state[PT_VIEW_HELP];

	press(a, "?");
	assert_int_equal(help->top, 0);
	press(a, "Wheel=1");
	assert_int_equal(help->top, 3);
}

DRIVEN(a_key_without_a_meaning_says_so)
{
	struct app *a = *state;

	press(a, "F1 /");
	assert_shows(a, "/ is not bound here");
}
