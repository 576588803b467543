/*
 * What the program says of its keys, and what takes a step back: sentences that name keys, keys that mean nothing, Esc.
 */
#include <string.h>
#include <stdio.h>
#include <sys/stat.h>
#include "driver.h"
#include "pagetop/ui/events.h"
#include "pagetop/ui/keys.h"

/* ---- sentences that name keys */

static size_t row_of(const char *id)
{
	size_t row = pt_command_find(id, strlen(id));

	assert_true(row < PT_NCOMMANDS);
	return row;
}

static void assert_names_commands(const char *text)
{
	for (const char *s = strchr(text, '{'); s; s = strchr(s + 1, '{')) {
		size_t len = strcspn(s, "}") - 1;

		if (pt_command_find(s + 1, len) == PT_NCOMMANDS)
			fail_msg("there is no %.*s: %s", (int)len, s + 1, text);
	}
}

TEST(every_view_names_keys_that_there_are)
{
	for (int i = 0; i < PT_NVIEWS; i++) {
		assert_non_null(strchr(pt_views[i].next, '{'));
		assert_names_commands(pt_views[i].next);
		assert_names_commands(pt_views[i].shows);
		assert_names_commands(pt_views[i].reading);
	}
}

DRIVEN(sentences_name_the_keys_that_do_it_now)
{
	struct app *a = *state;

	needs("HELP");
	press(a, "n");
	assert_shows(a, "no previous search; / starts one");
	a->ui.keys.of[row_of("find")] = "F3 ^F";
	a->ui.keys.of[row_of("help")] = "F4";
	press(a, "n");
	assert_shows(a, "no previous search; F3 starts one");
	press(a, "F4");
	assert_shows(a, "F3 finds one by name");
	press(a, "q %");
	assert_shows(a, "% is not bound here; F4 lists keys");
	press(a, "/");
	assert_shows(a, "/ is not bound here");
}

TEST(what_is_no_name_of_a_command_adds_nothing)
{
	struct pt_str s = PT_STR_INIT;

	pt_keys_text(NULL, "a {nothing}b {find", &s);
	assert_string_equal(s.s, "a b ");
	pt_str_done(&s);
}

/* ---- keys that mean nothing */

DRIVEN(a_key_without_a_meaning_says_so)
{
	static const struct { const char *keys, *said; } row[] = {
		{ "%", "% is not bound here; F1 lists keys" }, { "x", "x is not bound here" },
		{ "^B", "^B is not bound here" }, { "F9", "F9 is not bound here" }, { "ß", "ß is not bound here" },
		{ "Enter Space t", "t is not bound here" },
	};
	struct app *a = *state;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		press(a, row[i].keys);
		assert_shows(a, row[i].said);
	}
	press(a, "Down");
	assert_false(shows(a, "is not bound here"));
}

DRIVEN(what_is_no_key_says_nothing)
{
	struct app *a = *state;

	press(a, "%");
	pt_ui_event(&a->ui, &(struct pt_event){ .key = PT_KEY_NONE });
	assert_string_equal(a->ui.desk.message.s, "");
}

/* ---- a step back */

DRIVEN(esc_takes_a_filter_off_before_it_goes_back)
{
	struct app *a = *state;

	press(a, "\\ redis Enter");
	assert_true(processes(a)->order.n < a->ui.desk.scene.table->n);
	press(a, "Esc");
	assert_shows(a, "no filter: showing all processes");
	assert_int_equal(processes(a)->order.n, a->ui.desk.scene.table->n);
	press(a, "Enter \\ heap Enter Esc");
	assert_level(a, "MAPPINGS");
	assert_shows(a, "no filter: showing all mappings");
	assert_int_equal(mappings(a)->order.n, a->ui.desk.scene.img->vmas.n);
	press(a, "g heap Enter \\ cow Enter");
	assert_non_null(a->ui.desk.scene.matches);
	press(a, "L Esc");			/* the legend first */
	assert_non_null(a->ui.desk.scene.matches);
	press(a, "Esc");
	assert_level(a, "MAP");
	assert_null(a->ui.desk.scene.matches);
	assert_shows(a, "no filter: showing all pages");
	press(a, "Esc Esc");
	assert_level(a, "PROCESSES");
}

DRIVEN(other_keys_that_go_back_leave_the_filter)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter \\ cow Enter q");
	assert_level(a, "MAPPINGS");
	assert_string_equal(a->ui.desk.find.words.s, "cow");
	press(a, "\\ heap Enter Backspace");
	assert_level(a, "PROCESSES");
	press(a, "Enter");
	assert_shows(a, "matching heap");
}

/* ---- what was asked for and is not there, or is there already */

static long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (long)st.st_size;
}

DRIVEN(a_file_that_is_there_is_replaced_when_that_is_wanted)
{
	struct app *a = *state;
	char path[4200], keys[4400];

	snprintf(path, sizeof(path), "%s/saved", a->fix.dir);
	fclose(fopen(path, "w"));
	snprintf(keys, sizeof(keys), "w p ^U %s Enter", path);
	press(a, keys);
	assert_shows(a, "File exists. Overwrite?");
	press(a, "n");
	assert_shows(a, "not saved");
	assert_int_equal(size_of(path), 0);
	press(a, keys);
	press(a, "y");
	assert_shows(a, "saved 1 process");
	assert_true(size_of(path) > 0);
}

/* ---- where one was */

/* ---- what is wrong is told beside what it is about */

DRIVEN(a_refused_text_and_why_are_both_seen)
{
	struct app *a = *state;

	needs("MAPPINGS");
	press(a, "g nonsense Enter");
	assert_shows(a, "\"nonsense\": no process given");
	assert_shows(a, "Go to PID:ADDRESS  nonsense");
	press(a, "Esc / nowhere Enter");
	assert_shows(a, "pattern not found");
	assert_shows(a, "Find  /nowhere");
	press(a, "Esc Enter \\ cow,lib Enter");
	assert_shows(a, "\"lib\"");
	assert_shows(a, "Filter  cow,lib");
	press(a, "Esc \\ swaped Enter");
	assert_shows(a, "no name matches this pattern");
}

DRIVEN(a_long_sentence_takes_the_rows_it_needs)
{
	struct app *a = *state;

	press(a, "Enter Resize=40x20 g 0x7f1200450000 Enter");
	assert_shows(a, ": not mapped");
	assert_shows(a, "Go to address  0x7f1200450000");
	assert_shows(a, "0x7f1200500000");	/* to its end */
}

DRIVEN(what_stays_takes_one_row)
{
	struct app *a = *state;

	press(a, "g 4243:heap Enter Resize=40x12");
	fix_proc(&a->fix, &(struct fix_proc){ .pid = 4243, .comm = "other", .starttime = 99 });
	press(a, "r");
	assert_non_null(a->ui.desk.scene.stale);
	assert_shows(a, " 0x55d0c4100000");		/* the line above it is the map's own */
}
