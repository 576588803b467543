/* Names of keys, and the help. */
#include <string.h>
#include "test.h"
#include "pagetop/ui/help.h"
#include "pagetop/ui/keys.h"
#include "pagetop/view/text_view.h"

/* ---- keys */

static uint32_t parse(const char *s)
{
	uint32_t key = pt_key_parse(&s);

	assert_string_equal(s, "");
	return key;
}

TEST(every_key_has_a_name_that_is_read)
{
	static const struct { const char *name; uint32_t key; } row[] = {
#define KEYNAME(id, text) { text, PT_KEY_##id },
#include "pagetop/term/keynames.def"
#undef KEYNAME
	};

	for (size_t i = 0; i < LEN(row); i++) {
		uint32_t want = row[i].key == PT_KEY_SPACE ? ' ' : row[i].key;

		assert_int_equal(parse(row[i].name), want);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(row[i].name, row[k].name);
	}
	assert_int_equal(parse("j"), 'j');
	assert_int_equal(parse("ß"), 0xdf);
	assert_int_equal(parse("^U"), 'U' & 31);
	assert_int_equal(parse("^"), '^');
	assert_int_equal(parse(""), PT_KEY_NONE);
	assert_int_equal(parse("   "), PT_KEY_NONE);
}

TEST(every_key_in_the_table_is_a_key)
{
	for (size_t i = 0; i < PT_NCOMMANDS; i++) {
		const char *s = pt_commands[i].keys;

		while (*s) {
			size_t len;

			s += strspn(s, " ");
			len = strcspn(s, " ");
			if (pt_key_parse(&s) == PT_KEY_NONE || (*s && *s != ' '))
				fail_msg("\"%.*s\" in \"%s\" is no key", (int)len, s,
					 pt_commands[i].keys);
		}
	}
}

/* Each key of each command does this there, and nothing else does. */
TEST(every_command_is_reached_by_each_of_its_keys_wherever_it_is_valid)
{
	for (size_t i = 0; i < PT_NCOMMANDS; i++) {
		const struct pt_command *cmd = &pt_commands[i];

		assert_true(cmd->where && !(cmd->where & ~PT_WHERE_ALL));
		assert_true(cmd->help[0]);
		for (const struct pt_view_row *view = pt_views; view < pt_views + PT_NVIEWS; view++)
			for (const char *s = cmd->keys; *s && cmd->where & view->where; ) {
				const struct pt_command *got = pt_command_of(NULL, pt_key_parse(&s), view->where);

				if (got != cmd)
					fail_msg("a key of \"%s\" (%s) does: %s", cmd->keys, cmd->help,
						 got ? got->help : "nothing");
			}
	}
}

static bool meet(const struct pt_command *a, const struct pt_command *b)
{
	for (const struct pt_view_row *view = pt_views; view < pt_views + PT_NVIEWS; view++)
		if (view->where & a->where && view->where & b->where)
			return true;
	return false;
}

TEST(no_key_does_two_things_in_one_view)
{
	for (size_t i = 0; i < PT_NCOMMANDS; i++)
		for (size_t k = 0; k < i; k++)
			for (const char *a = pt_commands[i].keys;
			     *a && meet(&pt_commands[i], &pt_commands[k]); ) {
				uint32_t key = pt_key_parse(&a);

				for (const char *b = pt_commands[k].keys; *b; )
					if (pt_key_parse(&b) == key)
						fail_msg("a key of both \"%s\" and \"%s\"",
							 pt_commands[i].keys, pt_commands[k].keys);
			}
}

TEST(one_can_leave_every_view_and_get_help_in_it)
{
	for (const struct pt_view_row *view = pt_views; view < pt_views + PT_NVIEWS; view++) {
		assert_non_null(pt_command_of(NULL, 'Q', view->where));
		assert_non_null(pt_command_of(NULL, 'q', view->where));
		assert_non_null(pt_command_of(NULL, PT_KEY_ESC, view->where));
		assert_non_null(pt_command_of(NULL, '?', view->where));
		assert_null(pt_command_of(NULL, PT_KEY_NONE, view->where));
		assert_null(pt_command_of(NULL, PT_KEY_RESIZE, view->where));
		assert_null(pt_command_of(NULL, 0x1f642, view->where));
	}
}

/* ---- help */

TEST(the_help_of_a_view_has_all_its_keys_and_all_states)
{
	for (const struct pt_view_row *view = pt_views; view->where & PT_WHERE_LEVEL; view++) {
		struct pt_str s = PT_STR_INIT;

		pt_help_text(NULL, view, PT_LENS_STATE, false, &s);
		for (size_t i = 0; i < PT_NCOMMANDS; i++)
			if (pt_commands[i].where & view->where && !strstr(s.s, pt_commands[i].help))
				fail_msg("view %s: no word on \"%s\"", view->id, pt_commands[i].help);
		for (int i = 0; i < PT_NSTATES; i++)
			assert_non_null(strstr(s.s, pt_rows[i].text));
		for (int i = 0; i < PT_NOVERS; i++)
			assert_non_null(strstr(s.s, pt_overlays[i].name));
		pt_str_done(&s);
	}
}

/* Those that are refused are not offered. */
TEST(the_help_lists_no_key_that_does_nothing)
{
	struct pt_str s = PT_STR_INIT;

	for (const struct pt_view_row *view = pt_views; view < pt_views + PT_NVIEWS; view++) {
		const char *end;

		pt_str_reset(&s);
		pt_help_text(NULL, view, PT_LENS_STATE, true, &s);
		end = strstr(s.s, "\n\nKeys\n");
		assert_non_null(end);
		for (size_t i = 0; i < PT_NCOMMANDS && !(view->where & PT_WHERE_SETTINGS); i++)	/* there the config file names all */
			if (strstr(end, pt_commands[i].help) && pt_commands[i].changes && pt_commands[i].where & view->where)
				fail_msg("view %s: \"%s\" is refused", view->id, pt_commands[i].help);
	}
	pt_str_done(&s);
}

TEST(nothing_of_the_help_is_cut_off_at_eighty_columns)
{
	for (const struct pt_view_row *view = pt_views; view->where & PT_WHERE_LEVEL; view++) {
		struct pt_text_view v = { 0 };
		struct pt_canvas c = { 0 };
		struct pt_str s = PT_STR_INIT;

		assert_int_equal(pt_canvas_resize(&c, 80, 300), 0);
		pt_help_text(NULL, view, PT_LENS_STATE, false, &s);
		pt_text_draw(&v, &(struct pt_scene){ .pid = 0 }, "Help", s.s, &c);
		pt_str_done(&s);
		for (int y = 0; y < c.h; y++)
			for (int x = 76; x < c.w; x++)
				if (c.cell[y * c.w + x].ch == 0x2026)
					fail_msg("view %s: line %d of the help is cut off", view->id, y);
		pt_canvas_done(&c);
	}
}

TEST(the_bar_never_names_half_a_key)
{
	for (int w = 0; w < 130; w++) {
		struct pt_canvas c = { 0 };
		struct pt_str s = PT_STR_INIT;

		assert_int_equal(pt_canvas_resize(&c, w, 1), 0);
		pt_help_bar(NULL, &c, 0, PT_WHERE_LEVEL | PT_WHERE_ABOVE | PT_WHERE_CELLS, false);
		pt_canvas_print(&c, &s);
		assert_null(strstr(s.s, "…"));
		if (w >= 10)
			assert_non_null(strstr(s.s, "F1 Help"));
		if (w >= 100)
			assert_non_null(strstr(s.s, "Quit"));
		pt_str_done(&s);
		pt_canvas_done(&c);
	}
}
