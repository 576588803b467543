/*
 * The settings.
 */
#include <stdio.h>
#include "driver.h"

DRIVEN(settings_are_changed_where_they_stand)
{
	struct app *a = *state;

	needs("MAPPINGS");
	press(a, "Enter o");
	assert_shows(a, "Settings");
	assert_shows(a, "▸ interval         3600 ");
	press(a, "Left Left");				/* 2000 1000 */
	assert_true(a->ui.opt->interval_s == 1000 && a->ui.desk.scene.asked_ns == 1000 * UINT64_C(1000000000));
	assert_int_equal(a->ui.wish.interval_ms, 1000000);
	press(a, "Right Right");			/* 5000 is too much, and said so */
	assert_true(a->ui.opt->interval_s == 2000);
	assert_shows(a, " interval: invalid value \"5000\"; expected 0.05 to 3600 seconds");
	press(a, "Enter");
	assert_shows(a, "interval (S), now 2000");
	press(a, "30 Enter");
	assert_true(a->ui.opt->interval_s == 30);
	press(a, "Enter soon Enter");
	assert_shows(a, "invalid value \"soon\"");
	assert_shows(a, "▸ interval         30 ");
	press(a, "Esc Down Left");
	assert_shows(a, "▸ budget           0.5 ");
	assert_true(a->ui.desk.scene.share == 0.5);
	press(a, "Down Enter");
	assert_shows(a, "▸ mouse            off ");
	press(a, "Left");
	assert_shows(a, "▸ mouse            on ");
	press(a, "q");
	assert_shows(a, "[heap]");			/* the view below is as it was */
	assert_level(a, "MAPPINGS");
}

DRIVEN(numbers_step_by_one_two_five)
{
	static const char *const want[] = { "0.1", "0.2", "0.5", "1", "2", "5", "10" };
	struct app *a = *state;
	char text[32];

	press(a, "o Enter 0.1 Enter");
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		snprintf(text, sizeof(text), "▸ interval         %s ", want[i]);
		assert_shows(a, text);
		press(a, "Right");
	}
	for (size_t i = sizeof(want) / sizeof(want[0]); i--; ) {
		press(a, "Left");
		snprintf(text, sizeof(text), "▸ interval         %s ", want[i]);
		assert_shows(a, text);
	}
	press(a, "Enter 0.3 Enter Right");
	assert_shows(a, "▸ interval         0.5 ");
	press(a, "Enter 0.3 Enter Left");
	assert_shows(a, "▸ interval         0.2 ");
}

DRIVEN(the_settings_have_a_help_and_do_without_a_home)
{
	struct app *a = *state;

	needs("HELP");
	press(a, "F2 ?");
	assert_shows(a, "Help: settings");
	press(a, "PgDn");
	assert_shows(a, "key find / ^F");
	press(a, "?");
	assert_shows(a, "▸ interval");
	press(a, "End Enter");
	assert_shows(a, "settings not saved: no config file");
	press(a, "F2");
	assert_shows(a, "COMMAND");
}

DRIVEN(what_was_typed_stays_where_it_was_refused)
{
	struct app *a = *state;

	press(a, "o Home Enter ^U nonsense Enter");
	assert_shows(a, "nonsense");
	assert_non_null(a->ui.prompt.label);
	assert_string_equal(a->ui.prompt.text.s, "nonsense");
}

DRIVEN(a_key_without_a_meaning_says_so)
{
	struct app *a = *state;

	press(a, "o t");
	assert_shows(a, "t is not bound here");
}
