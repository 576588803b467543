/* Prompts: names of files, what was asked before and refused; bookmarks. */
#include <stdio.h>
#include "driver.h"

/* ---- names of files are completed */

static void touch(struct app *a, const char *name)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s/%s", a->fix.dir, name);
	fclose(fopen(path, "w"));
}

static void assert_completes(struct app *a, const char *name, const char *to)
{
	char keys[4300], want[4300];

	snprintf(keys, sizeof(keys), "w p ^U %s/%s Tab", a->fix.dir, name);
	snprintf(want, sizeof(want), "%s/%s", a->fix.dir, to);
	press(a, keys);
	assert_string_equal(a->ui.prompt.text.s, want);
	press(a, "Esc");
}

DRIVEN(names_are_completed_by_whole_characters_that_can_be_seen)
{
	struct app *a = *state;

	touch(a, "e\033]0;x\007");
	touch(a, "f-first");
	touch(a, "f-second");
	touch(a, "g\303\2511");
	touch(a, "g\303\2502");
	assert_completes(a, "e", "e");
	assert_completes(a, "f", "f-");
	assert_completes(a, "f-s", "f-second");
	assert_completes(a, "g", "g");
}

DRIVEN(a_control_group_is_read_where_somebody_wants_it)
{
	struct app *a = *state;

	needs("PROCESSES");
	assert_null(a->ui.desk.scene.table->p[0].cgroup);
	press(a, "\\ cgroup:/none Enter");
	assert_int_equal(a->ui.wish.needs, PT_NEED_CGROUP);
}

DRIVEN(digits_and_tab_choose_the_lens)
{
	static const char *const title[PT_NLENSES] = { "PAGES", "SHARING", "KIND", "SIZE", "LOCK", "RECLAIM",
						       "CHANGE", "NODE" };
	struct app *a = *state;

	needs("MAPPINGS MAP");
	press(a, "Enter");
	for (int l = 0; l < PT_NLENSES; l++) {
		const char key[] = { pt_lenses[l].key, '\0' };

		press(a, key);
		assert_shows(a, title[l]);
		assert_shows(a, pt_lenses[l].text);
		assert_int_equal(a->ui.desk.scene.img->lens, l);
	}
	press(a, "Tab");	/* round the end */
	assert_shows(a, " PAGES ");
	press(a, "2 / heap Enter Enter");
	assert_shows(a, "lens 2 sharing");
	assert_shows(a, "mapped once ");
	press(a, "q q 4");
	assert_shows(a, " SIZE ");
}

/* ---- what is refused stays to be mended */

DRIVEN(what_was_typed_stays_where_it_was_refused)
{
	static const struct { const char *keys, *said, *kept; } row[] = {
		{ "g 99:heap Enter", "99: no such process", "99:heap" },
		{ "Esc Enter g nowhere Enter", "\"nowhere\"", "nowhere" },
		{ "Esc d /no/such/file Enter", "/no/such/file", "/no/such/file" },
		{ "Esc d 1 Enter", "cannot compare 4242 with 1: that is another process", "1" },
		{ "Esc w p ^U /no/such/folder/x Enter", "/no/such/folder", "/no/such/folder/x" },
		{ "Esc w p ^U - Enter", "standard output shows the screen", "-" },
		{ "Esc Enter P m ^U /no/such/folder/y Enter", "/no/such/folder/y: picture not saved: ", "/no/such/folder/y" },
		{ "Esc P m ^U - Enter", "standard output shows the screen", "-" },
	};
	struct app *a = *state;

	needs("MAPPINGS MAP");
	for (size_t i = 0; i < LEN(row); i++) {
		press(a, row[i].keys);
		assert_shows(a, row[i].said);
		assert_non_null(a->ui.prompt.label);
		assert_string_equal(a->ui.prompt.text.s, row[i].kept);
	}
	press(a, "Esc");
	assert_null(a->ui.prompt.label);
}

/* ---- what was asked before */

DRIVEN(what_was_entered_comes_back_with_up)
{
	struct app *a = *state;

	press(a, "Enter g heap Enter g 7f1200400000 Enter g heap Enter / vdso Enter");
	press(a, "g 12 Up");
	assert_string_equal(a->ui.prompt.text.s, "heap");
	press(a, "Up Up Up");				/* none twice, none of another question */
	assert_string_equal(a->ui.prompt.text.s, "7f1200400000");
	press(a, "Down Down Down");
	assert_string_equal(a->ui.prompt.text.s, "12");	/* what was typed is not lost */
	press(a, "Esc / Up");
	assert_string_equal(a->ui.prompt.text.s, "vdso");
	press(a, "Esc q q g Up");			/* g is one question wherever it is asked */
	assert_string_equal(a->ui.prompt.text.s, "heap");
}

DRIVEN(the_past_has_an_end)
{
	struct app *a = *state;
	char keys[32];

	for (int i = 0; i < PT_PROMPT_NPAST + 5; i++) {
		snprintf(keys, sizeof(keys), "/ no%d Enter Esc", i);
		press(a, keys);
	}
	assert_int_equal(a->ui.prompt.npast, PT_PROMPT_NPAST);
	assert_string_equal(a->ui.prompt.past[0].text, "no5");
}

DRIVEN(the_cursor_moves_within_a_text)
{
	struct app *a = *state;

	press(a, "Enter g aßc Left Left Left x Right y Delete Right Right z");
	assert_string_equal(a->ui.prompt.text.s, "xaycz");
	press(a, "Home Left Delete Backspace A End Right B");
	assert_string_equal(a->ui.prompt.text.s, "AayczB");
	press(a, "^U one Space two Space Space Left Left Left ^W");
	assert_string_equal(a->ui.prompt.text.s, "one o  ");
	press(a, "Home Right Right");
	assert_int_equal(a->ui.canvas.cell[a->ui.canvas.cursor_y * 100 + a->ui.canvas.cursor_x].ch, 'e');
	press(a, "^U");					/* what stands before it */
	assert_string_equal(a->ui.prompt.text.s, "e o  ");
	press(a, "^U 漢字 Left");
	assert_int_equal(a->ui.canvas.cell[a->ui.canvas.cursor_y * 100 + a->ui.canvas.cursor_x].ch, 0x5b57);
	press(a, "Esc Resize=30x10 g 0123456789012345678901234567890 Home");
	assert_shows(a, "Go to address  01234567");
	assert_int_equal(a->ui.canvas.cursor_x, 15);
}

DRIVEN(a_mark_is_typed_over_its_character)
{
	struct app *a = *state;

	press(a, "/ \xcc\x81 cafe \xcc\x81 s");			/* the first has nothing to lie over */
	assert_string_equal(a->ui.prompt.text.s, "cafe\xcc\x81s");
	assert_shows(a, "cafe\xcc\x81s");
	press(a, "Left Left x Right Backspace");		/* over both as over one; taken off alone */
	assert_string_equal(a->ui.prompt.text.s, "cafxes");
	press(a, "\xcc\x81 \xcc\x81 \xcc\x81 \xcc\x81 Left Delete");	/* three at most, deleted as one */
	assert_string_equal(a->ui.prompt.text.s, "cafxs");
}

/* ---- bookmarks */

DRIVEN(a_bookmark_is_gone_to_from_anywhere)
{
	struct app *a = *state;

	press(a, "'");
	assert_shows(a, "no bookmarks yet");
	press(a, "Enter g heap+c000 Enter m a");
	assert_shows(a, "bookmark set; ' a jumps to 0x55d0c410c000 [heap]");
	press(a, "Home ' a");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c410c);
	press(a, "Enter Right m Z");			/* on a page, too */
	press(a, "' a");
	assert_level(a, "PAGE");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c410c);
	press(a, "Esc Esc Esc g 4243:heap+1000 Enter m b '");
	assert_shows(a, "Go to bookmark: a 4242 55d0c410c000 [heap] · b 55d0c4101000 [heap] · Z 4242 55d0c410d000");
	press(a, "Z");
	assert_int_equal(a->ui.desk.pid, 4242);
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c410d);
	press(a, "Esc Esc ' b");
	assert_int_equal(a->ui.desk.pid, 4243);
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4101);
	press(a, "' c");
	assert_shows(a, "no such bookmark; m and a letter set one");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4101);
}

DRIVEN(a_bookmark_in_a_process_that_ended_says_so)
{
	struct app *a = *state;

	press(a, "g 4243:heap Enter m a q q g 4242:heap Enter");
	fix_proc(&a->fix, &(struct fix_proc){ .pid = 4243, .comm = "other", .starttime = 99 });
	press(a, "q q r ' a");
	assert_shows(a, "bookmark a: 4243 has exited");
	assert_level(a, "PROCESSES");
	assert_int_equal(a->ui.desk.pid, 4242);
}
