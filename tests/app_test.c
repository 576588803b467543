/*
 * The room app: keys, options, help, scripts, and the program driven key by key over a fixture.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "driver.h"
#include "test.h"
#include "pagetop/base/text.h"
#include "pagetop/batch/pick.h"
#include "pagetop/cli/options.h"
#include "pagetop/term/rescue.h"
#include "pagetop/term/sequence.h"
#include "pagetop/term/term.h"
#include "pagetop/ui/events.h"
#include "pagetop/ui/help.h"
#include "pagetop/ui/keys.h"
#include "pagetop/ui/ui.h"
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

/* ---- the command line */

static int options(struct pt_options *ret, struct pt_str *why, const char *line)
{
	static char copy[1024];		/* the options point into it */
	char *argv[32] = { (char *)"pagetop" };
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, "|"); word; word = strtok(NULL, "|"))
		argv[argc++] = word;
	return pt_options_parse(argc, argv, ret, why);
}

static struct pt_options accepted(const char *line)
{
	struct pt_options o = { .w = -1 };
	struct pt_str why = PT_STR_INIT;

	if (options(&o, &why, line))
		fail_msg("%s: %s", line, why.s);
	pt_str_done(&why);
	return o;
}

/* How many characters behind the escape belong to it; -1: it goes on. */
static int sequence_len(const char *text)
{
	struct pt_sequence s = { .n = 0 };

	for (int i = 0; text[i]; i++)
		if (pt_sequence_ends(&s, (unsigned char)text[i]))
			return i + 1;
	return -1;
}

TEST(an_escape_sequence_is_swallowed_whole)
{
	static const struct { const char *text; int len; } row[] = {
		{ "[1;5Pj", 5 }, { "[[Aj", 3 }, { "[M !\"j", 5 }, { "[200~j", 5 }, { "[", -1 }, { "[12", -1 },
		{ "OPj", 2 }, { "NPj", 2 }, { "O", -1 }, { "xj", 1 }, { "\033xj", 2 }, { "\033[Aj", 3 },
		{ "]0;title\aj", 9 }, { "Pq\033\\j", 4 }, { "_a\033b\033\\j", 6 }, { "^j", -1 }, { "Xjj", -1 },
	};
	struct pt_sequence s = { .n = 0 };
	char many[5000];

	for (size_t i = 0; i < LEN(row); i++)
		if (sequence_len(row[i].text) != row[i].len)
			fail_msg("%s: %d", row[i].text, sequence_len(row[i].text));
	memset(many, '1', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	many[0] = '[';
	assert_int_equal(sequence_len(many), 1 + 4096);		/* given up */
	assert_false(pt_sequence_ends(&s, '['));
	assert_true(pt_sequence_ends(&s, PT_KEY_UP));
	s = (struct pt_sequence){ .n = 0 };
	assert_true(pt_sequence_ends(&s, PT_KEY_UP));
}

TEST(what_gives_the_terminal_back_has_no_delays)
{
	char reset[12] = "";

	pt_rescue_add(reset, sizeof(reset), "\033[m$<2>");
	pt_rescue_add(reset, sizeof(reset), NULL);
	pt_rescue_add(reset, sizeof(reset), "$<5/>a$b$<");
	assert_string_equal(reset, "\033[ma$b$<");
	pt_rescue_add(reset, sizeof(reset), "12345");
	assert_string_equal(reset, "\033[ma$b$<123");
}

TEST(without_words_there_is_the_list_of_processes)
{
	struct pt_options o = accepted("");

	assert_null(o.target);
	assert_null(o.proc_root);
	assert_null(o.keys);
	assert_int_equal(o.command, PT_SUB_SCREEN);
	assert_false(o.help || o.version || o.screen || o.styles || o.target_is_name || o.all);
	assert_true(o.interval_s == 1 && o.budget == 0 && pt_options_share(&o) == 0.1);
	assert_true(o.w == 80 && o.h == 24);
	assert_true(o.top == 100 && o.mouse == PT_ON && o.lens == PT_LENS_STATE);
	assert_true(o.theme.ncolors == PT_COLORS_AUTO && !o.theme.scheme);
}

TEST(every_option_is_taken)
{
	struct pt_options o = accepted("--proc-root|/a|--sys-root=/b|-d|0.5|--budget|1|--size|120x40|"
				       "--keys|Enter j|--screen=styles|4242");

	assert_string_equal(o.proc_root, "/a");
	assert_string_equal(o.sys_root, "/b");
	assert_true(o.interval_s == 0.5 && o.budget == 1);
	assert_true(o.w == 120 && o.h == 40);
	assert_string_equal(o.keys, "Enter j");
	assert_true(o.screen && o.styles);
	assert_string_equal(o.target, "4242");
	assert_false(o.target_is_name);
	o = accepted("-p|demo|--screen");
	assert_string_equal(o.target, "demo");
	assert_true(o.target_is_name && o.screen && !o.styles && o.command == PT_SUB_SCREEN);
	o = accepted("--process=4242");
	assert_true(o.target_is_name);
	assert_int_equal(accepted("demo").command, PT_SUB_DEMO);
	assert_true(accepted("-h").help);
	assert_true(accepted("--version").version);
	assert_string_equal(accepted("redis-server|-d|2").target, "redis-server");
	assert_string_equal(accepted("--|-x").target, "-x");
}

TEST(what_is_no_option_gets_a_sentence)
{
	static const struct {
		const char *line, *why;
	} row[] = {
		{ "--colour", "\"--colour\" is unknown; pagetop --help tells what there is" },
		{ "-Z", "\"-Z\" is unknown" },
		{ "-Zh", "\"-Z\" is unknown" },
		{ "4242|-Z", "\"-Z\" is unknown" },
		{ "--interval", "\"--interval\" needs an argument" },
		{ "-d", "\"-d\" needs an argument" },
		{ "-p", "\"-p\" needs an argument" },
		{ "--keys", "\"--keys\" needs an argument" },
		{ "--help=x", "takes no argument" },
		{ "--interval|soon", "--interval takes seconds from 0.05 to 3600, not \"soon\"" },
		{ "-d|0", "not \"0\"" },
		{ "-d|-1", "not \"-1\"" },
		{ "-d|nan", "not \"nan\"" },
		{ "-d|1s", "not \"1s\"" },
		{ "-d|1e9", "not \"1e9\"" },
		{ "--budget|0", "--budget takes a share from 0.01 to 1, not \"0\"" },
		{ "--budget|2", "not \"2\"" },
		{ "--budget|inf", "not \"inf\"" },
		{ "--size|80",
		  "--size takes columns and rows such as 80x24, each 1 to 1000, not \"80\"" },
		{ "--size|0x24", "not \"0x24\"" },
		{ "--size|80x24x", "not \"80x24x\"" },
		{ "--size|80x-1", "not \"80x-1\"" },
		{ "--size|1001x1", "not \"1001x1\"" },
		{ "--size|99999999999x1", "not \"99999999999x1\"" },
		{ "--size|x", "not \"x\"" },
		{ "--screen=colours", "--screen takes nothing, styles or svg, not" },
		{ "--keys|j", "--keys goes with --screen" },
		{ "1|2", "\"2\" is one word too many" },
		{ "demo|x", "\"x\" is one word too many" },
		{ "-p|a|b", "\"b\" is one word too many" },
		{ "demo|--proc-root|/x", "--proc-root does not go with demo, but with the screen, " },
		{ "demo|-p|x", "--process does not go with demo" },
		{ "maps", "maps needs PID; pagetop maps --help tells more" },
		{ "maps|1|2", "\"2\" is one word too many" },
		{ "maps|--all|1", "\"1\" is one word too many" },
		{ "maps|-p|x|1", "\"1\" is one word too many" },
		{ "maps|-p|x|--all", "--all and -p: one of the two" },
		{ "pages|1|2-3|4", "\"4\" is one word too many" },
		{ "pages|1|--expect|a|--summary", "--expect and --summary: one of the two" },
		{ "ps|--json|--csv", "--json, --csv and --prometheus: one of them" },
		{ "snapshot", "snapshot needs PID..." },
		{ "record|1|--keep|0", "--keep takes a number from 1 on" },
		{ "record|1|--max-size|5", "--max-size takes a size such as 64M or 2G" },
		{ "record|1|--for|x", "--for takes seconds" },
		{ "diff|a", "diff needs FILE[@N]|PID" },
		{ "maps|1|--screen", "--screen does not go with maps, but with the screen, demo" },
		{ "ps|--where|cow", "--where does not go with ps, but with maps, pages" },
		{ "1|--json", "--json does not go with the screen, but with ps, maps" },
		{ "--\033[2J", "\"--\\x1B[2J\" is unknown" },
		{ "1|\033[2J", "\"\\x1B[2J\" is one word too many" },
		{ "-d|\033[2J", "not \"\\x1B[2J\"" },
		{ "--size|\xff", "not \"\\xFF\"" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_options o = { .w = -1 };
		struct pt_str why = PT_STR_INIT;

		if (options(&o, &why, row[i].line) != -EINVAL || !strstr(why.s, row[i].why))
			fail_msg("%s: %s", row[i].line, why.s);
		assert_null(strchr(why.s, '\n'));
		assert_int_equal(o.w, -1);		/* written only on success */
		pt_str_done(&why);
	}
}

TEST(a_command_takes_its_words_and_options)
{
	struct pt_options o = accepted("maps|4242|--where|cow|--json|-o|f|--name=heap");

	assert_int_equal(o.command, PT_SUB_MAPS);
	assert_string_equal(o.target, "4242");
	assert_string_equal(o.where, "cow");
	assert_string_equal(o.name, "heap");
	assert_string_equal(o.output, "f");
	assert_int_equal(o.format, PT_ROWS_JSON);
	o = accepted("--csv|ps");
	assert_true(o.command == PT_SUB_PS && !o.target && o.format == PT_ROWS_CSV && !o.output);
	o = accepted("maps|-p|maps");
	assert_true(o.command == PT_SUB_MAPS && o.target_is_name && !strcmp(o.target, "maps"));
	o = accepted("maps|--all");
	assert_true(o.all && !o.target && !o.word[0]);
	o = accepted("pages|4242|1000-2000|--summary|--absent");
	assert_true(o.command == PT_SUB_PAGES && o.summary && o.absent);
	assert_string_equal(o.word[0], "1000-2000");
	o = accepted("pages|--all|1000-2000|--expect|locked");
	assert_string_equal(o.word[0], "1000-2000");
	assert_string_equal(o.expect, "locked");
	o = accepted("maps|ps");		/* one command is enough */
	assert_string_equal(o.target, "ps");
	o = accepted("maps|--help");		/* without its words */
	assert_true(o.help && o.command == PT_SUB_MAPS);
}

TEST(the_help_names_every_option_command_and_key)
{
	static const char *const name[] = {
#define OPTION(id, letter, name, arg, who, text, unset, value) "--" name, text,
#include "pagetop/cli/options.def"
#undef OPTION
#define SUBCOMMAND(id, name, args, run, takes, text) name, text,
#include "pagetop/cli/subcommands.def"
#undef SUBCOMMAND
	};
	struct pt_str s = PT_STR_INIT, keys = PT_STR_INIT;

	pt_keys_help(NULL, &keys);
	pt_options_help(PT_SUB_SCREEN, keys.s, &s);
	for (size_t i = 0; i < LEN(name); i++)
		assert_non_null(strstr(s.s, name[i]));
	for (size_t i = 0; i < PT_NCOMMANDS; i++)
		assert_non_null(strstr(s.s, pt_commands[i].help));
	assert_non_null(strstr(s.s, "exit status"));
	pt_str_done(&s);
	pt_str_done(&keys);
	pt_options_help(PT_SUB_DEMO, "", &s);
	assert_non_null(strstr(s.s, "usage: pagetop demo [OPTION…]\n"));
	assert_non_null(strstr(s.s, "--screen"));
	assert_null(strstr(s.s, "--json"));
	pt_str_done(&s);
}

/* ---- which pages are meant */

TEST(what_is_picked_is_read_from_the_options)
{
	struct pt_options o = accepted("pages|1|0x5fff-7001|--where|locked,size:64K|--expect|node:node 1|"
				       "--name|^/LIB");
	struct pt_str why = PT_STR_INIT;
	struct pt_vma vma = { .start = 0x7000, .end = 0x9000, .name = "/LIB/c", .name_len = 6 };
	struct pt_pick p;
	struct pt_wish wish;

	assert_int_equal(pt_pick_init(&p, &o, o.word[0], &why), 0);
	assert_true(p.filtered && p.lo_vpn == 5 && p.hi_vpn == 8);	/* whole pages */
	wish = pt_pick_wish(&p, 0);
	assert_true(wish.lo_vpn == 5 && wish.hi_vpn == 8 && wish.kflags == UINT64_MAX);
	assert_int_equal(wish.needs, PT_NEED_ORDER | PT_NEED_SMAPS | PT_NEED_NODE);	/* sizes ask for smaps, too */
	assert_int_equal(pt_pick_vma(&p, &vma), 1);
	vma.start = 0x8000;				/* the end is excluded */
	assert_int_equal(pt_pick_vma(&p, &vma), 0);
	vma = (struct pt_vma){ .start = 0x4000, .end = 0x5000, .name = "/LIB/c", .name_len = 6 };
	assert_int_equal(pt_pick_vma(&p, &vma), 0);
	vma = (struct pt_vma){ .start = 0x4000, .end = 0x6000, .name = "/lib/c", .name_len = 6 };
	assert_int_equal(pt_pick_vma(&p, &vma), 0);	/* a capital letter minds case */
	pt_pick_done(&p);
	assert_int_equal(pt_pick_init(&p, &(struct pt_options){ .all = true }, NULL, &why), 0);
	assert_false(p.filtered || p.hi_vpn);
	assert_int_equal(pt_pick_vma(&p, &vma), 1);
	pt_pick_done(&p);
	assert_int_equal(why.len, 0);
}

TEST(what_cannot_be_picked_gets_a_sentence)
{
	static const struct {
		struct pt_options o;
		const char *range, *why;
	} row[] = {
		{ { .where = NULL }, "5-\033", "\"5-\\x1B\" is no range: write START-END" },
		{ { .where = "cow,nonsense" }, NULL, "unknown filter \"nonsense\": a state such as cow" },
		{ { .expect = "nonsense" }, NULL, "unknown filter \"nonsense\": a state such as cow" },
		{ { .name = "[" }, NULL, "pattern \"[\": " },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct pt_str why = PT_STR_INIT;
		struct pt_pick p;

		assert_int_equal(pt_pick_init(&p, &row[i].o, row[i].range, &why), -EINVAL);
		if (!strstr(why.s, row[i].why))
			fail_msg("%s", why.s);
		pt_pick_done(&p);
		pt_str_done(&why);
	}
}

/* ---- scripts */

static void assert_script(const char *keys, const uint32_t *want, size_t n)
{
	struct pt_term *t = NULL;

	assert_int_equal(pt_term_script_new(keys, 80, 24, &t), 0);
	for (size_t i = 0; i < n; i++) {
		struct pt_event e = t->class->next(t);

		if (e.key != want[i])
			fail_msg("%s: key %zu is %x, not %x", keys, i, e.key, want[i]);
	}
	assert_true(pt_term_script_finished(t));
	assert_int_equal(t->class->next(t).key, PT_KEY_NONE);
	assert_null(t->class->free(t));
}

TEST(a_script_presses_keys_and_types_words)
{
	static const uint32_t keys[] = { PT_KEY_ENTER, 'j', '+', ' ', 4, PT_KEY_F10, PT_KEY_ESC };
	static const uint32_t words[] = { 'g', '0', 'x', '7', 'F', '1', PT_KEY_ENTER };
	static const uint32_t tails[] = { 'x', 'E', 'n', 'd', 'T', 'a', 'b', 's', PT_KEY_END,
					  0xdf, 0x6f22 };

	assert_script("", NULL, 0);
	assert_script("  ", NULL, 0);
	assert_script("Enter j + Space ^D F10 Esc ", keys, LEN(keys));
	assert_script("g 0x7F1 Enter", words, LEN(words));	/* the end of a word is no key */
	assert_script("xEnd Tabs End ß漢", tails, LEN(tails));
}

TEST(a_script_resizes_the_screen)
{
	struct pt_term *t = NULL;
	struct pt_event e;
	int w, h;

	assert_int_equal(pt_term_script_new("j Resize=1x2 Resize=0x5", 80, 24, &t), 0);
	t->class->size(t, &w, &h);
	assert_true(w == 80 && h == 24);
	assert_int_equal(t->class->next(t).key, 'j');
	e = t->class->next(t);
	assert_int_equal(e.key, PT_KEY_RESIZE);
	assert_true(e.w == 1 && e.h == 2);
	t->class->size(t, &w, &h);
	assert_true(w == 1 && h == 2);
	assert_int_equal(t->class->next(t).key, 'R');	/* no size: a word */
	t->class->free(t);
}

TEST(a_script_has_a_mouse)
{
	struct pt_term *t = NULL;
	struct pt_event e;

	assert_int_equal(pt_term_script_new("Click=3x5 Wheel=-1 Wheel=1 Click=3 Wheel=2", 80, 24, &t), 0);
	e = t->class->next(t);
	assert_true(e.key == PT_KEY_MOUSE && e.button == PT_BUTTON_CLICK && e.x == 3 && e.y == 5);
	assert_int_equal(t->class->next(t).button, PT_BUTTON_WHEEL_UP);
	assert_int_equal(t->class->next(t).button, PT_BUTTON_WHEEL_DOWN);
	assert_int_equal(t->class->next(t).key, 'C');	/* no place: a word */
	for (int i = 0; i < 5; i++)
		t->class->next(t);
	assert_int_equal(t->class->next(t).key, '3');
	assert_int_equal(t->class->next(t).key, 'W');
	t->class->free(t);
}

/* ---- the program */

DRIVEN(one_goes_in_through_four_levels_and_back_to_where_one_was)
{
	struct app *a = *state;

	assert_level(a, "PROCESSES");
	press(a, "Down Down");
	assert_int_equal(process_here(a)->pid, 1);
	press(a, "Up Up Enter");
	assert_level(a, "MAPPINGS");
	assert_int_equal(a->ui.desk.pid, 4242);
	assert_shows(a, "4242 redis-server");
	press(a, "Down Down Enter");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
	press(a, "l l l Enter");
	assert_level(a, "PAGE");
	assert_shows(a, "page 0x55d0c4103000");
	assert_shows(a, "kpagecount");
	press(a, "Right");
	assert_shows(a, "page 0x55d0c4104000");
	press(a, "q");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4104);
	press(a, "Esc");
	assert_level(a, "MAPPINGS");
	assert_string_equal(mapping_here(a)->name, "[heap]");
	press(a, "Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4104);		/* the cursor of the map stays, too */
	press(a, "Backspace Backspace");
	assert_level(a, "PROCESSES");
	assert_int_equal(process_here(a)->pid, 4242);
	press(a, "Enter");
	assert_string_equal(mapping_here(a)->name, "[heap]");
	press(a, "q");
	assert_false(a->ui.quit);
	press(a, "q");
	assert_true(a->ui.quit);
}

DRIVEN(one_quits_anywhere)
{
	struct app *a = *state;

	press(a, "Enter Enter Enter ? Q");
	assert_true(a->ui.quit);
}

DRIVEN(what_has_no_memory_cannot_be_entered_and_says_why)
{
	struct app *a = *state;

	press(a, "End");
	while (!process_here(a)->kthread)
		press(a, "Up");
	press(a, "Enter");
	assert_level(a, "PROCESSES");
	assert_shows(a, "2 is a kernel thread: it has no memory of its own");
	press(a, "g 3 Enter");
	assert_level(a, "PROCESSES");
	assert_shows(a, "3 has ended and waits for its parent: it has no memory any more");
}

/* Those without which one is lost. */
TEST(the_bar_of_a_narrow_screen_has_help_in_and_out)
{
	for (const struct pt_view_row *view = pt_views; view < pt_views + PT_NVIEWS; view++) {
		struct pt_canvas c = { 0 };
		struct pt_str s = PT_STR_INIT;

		assert_int_equal(pt_canvas_resize(&c, 40, 1), 0);
		pt_help_bar(NULL, &c, 0, view->where, false);
		pt_canvas_print(&c, &s);
		assert_non_null(strstr(s.s, "F1 Help"));
		assert_non_null(strstr(s.s, view->where & PT_WHERE_BOTTOM ? "q Quit" : "q Back"));
		assert_true(!(view->where & (PT_WHERE_LISTS | PT_WHERE_CELLS)) || strstr(s.s, "Enter Open"));
		pt_str_done(&s);
		pt_canvas_done(&c);
	}
}

DRIVEN(another_lens_in_the_past_goes_back_to_now)
{
	struct app *a = *state;

	press(a, "Enter r r [");
	assert_int_equal(a->ui.kept.back, 1);
	press(a, "2");
	assert_int_equal(a->ui.kept.back, 0);
	assert_int_equal(a->ui.desk.scene.img->lens, PT_LENS_SHARING);
}

/* g with this text: the view and the cursor stay, and the sentence is on the screen. */
static void assert_not_gone(struct app *a, const char *keys, const char *sentence)
{
	const struct pt_view_row *level = pt_desk_level(&a->ui.desk);
	uint64_t vpn = a->ui.desk.map.vpn;

	press(a, keys);
	assert_shows(a, sentence);
	assert_ptr_equal(pt_desk_level(&a->ui.desk), level);
	assert_int_equal(a->ui.desk.map.vpn, vpn);
	if (a->ui.prompt.label)		/* it can be mended */
		press(a, "Esc");
	assert_null(a->ui.prompt.label);
}

DRIVEN(g_goes_to_an_address_or_says_why_not)
{
	struct app *a = *state;

	press(a, "Enter g heap+0x5000 Enter");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4105);
	press(a, "g 7f1200400000 Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x7f1200400);
	press(a, "g pfn:0x1000 Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c2a00);
	press(a, "g 4243:heap Enter");
	assert_int_equal(a->ui.desk.pid, 4243);
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
	press(a, "g 4242:0x7f1200500000 Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x7f1200500);
	assert_not_gone(a, "g 0x1000 Enter", "it lies below the first mapping");
	assert_not_gone(a, "g 55d0c3000000 Enter",
			"it lies in a gap of 23M between redis-server and [heap]");
	assert_not_gone(a, "g nonsense Enter",
			"\"nonsense\" is neither an address nor the name of a mapping");
	assert_not_gone(a, "g heap+ffffff Enter", "lies outside the mappings of that name");
	assert_not_gone(a, "g pfn:0xabcdef Enter", "pfn 0xabcdef is not mapped in this process");
	assert_not_gone(a, "g 5:heap Enter", "there is no process 5");
	assert_not_gone(a, "g Enter", "Help");		/* nothing was typed, nothing is said */
	assert_not_gone(a, "g 0x7f1200500000 Esc", "Help");
	press(a, "Enter g heap Enter");
	assert_level(a, "PAGE");	/* from page to page */
	assert_shows(a, "page 0x55d0c4100000");
}

DRIVEN(among_processes_g_wants_a_process)
{
	struct app *a = *state;

	assert_not_gone(a, "g 0x7f0000 Enter", "names no process");
	assert_not_gone(a, "g 99 Enter", "there is no process 99");
	press(a, "g 4242:heap+0x3000 Enter");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4103);
	press(a, "q q g 4243 Enter");
	assert_level(a, "MAPPINGS");
	assert_int_equal(a->ui.desk.pid, 4243);
	press(a, "q g 4242:nothing Enter");
	assert_level(a, "MAPPINGS");
	assert_shows(a, "\"nothing\" is neither an address nor the name of a mapping");
}

DRIVEN(a_prompt_is_edited_like_any_other)
{
	struct app *a = *state;

	press(a, "Enter g abß Backspace");
	assert_string_equal(a->ui.prompt.text.s, "ab");
	press(a, "Backspace Backspace Backspace");
	assert_string_equal(a->ui.prompt.text.s, "");
	press(a, "xyz ^U heap Space q ?");
	assert_string_equal(a->ui.prompt.text.s, "heap q?");	/* keys are characters here */
	assert_shows(a, "Go to address  heap q?");
	assert_true(a->ui.canvas.cursor_y == 29 && a->ui.canvas.cursor_x > 0);
	press(a, "Up Tab F5");
	assert_string_equal(a->ui.prompt.text.s, "heap q?");
	press(a, "Esc");
	assert_null(a->ui.prompt.label);
	assert_level(a, "MAPPINGS");
}

DRIVEN(what_is_typed_cannot_steer_the_terminal)
{
	static const uint32_t key[] = { 0x1b, 0x7f, 0x9b, 0x90, 0x202e, 0x200b, 7 };
	struct app *a = *state;

	press(a, "/");
	for (size_t i = 0; i < LEN(key); i++)
		if (a->ui.prompt.label)
			pt_ui_event(&a->ui, &(struct pt_event){ .key = key[i] });
	settle(a);
	for (int i = 0; i < a->ui.canvas.w * a->ui.canvas.h; i++) {
		uint32_t ch = a->ui.canvas.cell[i].ch;

		assert_true(ch == 0 || (ch >= ' ' && !(ch >= 0x7f && ch < 0xa0) && ch != 0x202e &&
					ch != 0x200b));
	}
}

DRIVEN(a_long_text_shows_its_end_in_the_prompt)
{
	struct app *a = *state;

	press(a, "Resize=30x10 / abcdefghijklmnopqrstuvwxyz0123456789THEEND");
	assert_shows(a, "THEEND");
}

DRIVEN(processes_are_searched_by_their_command)
{
	struct app *a = *state;

	press(a, "/ bgsave Enter");
	assert_int_equal(process_here(a)->pid, 4243);
	press(a, "/ :6379 Enter");
	assert_int_equal(process_here(a)->pid, 4242);
}

DRIVEN(a_bad_pattern_gets_a_sentence_and_the_old_one_stays)
{
	struct app *a = *state;

	press(a, "n");
	assert_shows(a, "nothing was searched for yet");
	press(a, "/ bgsave Enter / a(b Enter");
	assert_shows(a, "parenthesis");
	assert_shows(a, "position 3");
	assert_int_equal(process_here(a)->pid, 4243);
	press(a, "x");				/* the text stands there again, to be mended */
	assert_shows(a, "Find  /a(bx");
	press(a, "Esc n");
	assert_shows(a, "the only match");
}

DRIVEN(a_resize_to_nothing_and_back_keeps_everything)
{
	struct app *a = *state;

	needs("MAP");
	press(a, "Enter g heap Enter l l Resize=1x1 l Resize=100x30");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4103);
	assert_true(a->ui.canvas.cursor_x > 0);
	press(a, "/ v Resize=1x1 d Resize=2x2 s Resize=100x30");
	assert_shows(a, "Find  /vds");
	press(a, "o Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x7ffc00004);
	press(a, "Resize=1x1 ? Resize=300x1 Resize=1x100 Esc Enter Resize=3x3 Esc Esc Esc Resize=100x30");
	assert_level(a, "PROCESSES");
	assert_shows(a, "redis-server");
}

DRIVEN(a_sentence_goes_with_the_next_key)
{
	struct app *a = *state;

	press(a, "n");
	assert_shows(a, "nothing was searched for yet");
	press(a, "j");
	assert_false(shows(a, "nothing was searched for yet"));
	assert_shows(a, "F1 Help");
}

DRIVEN(a_process_that_ends_stays_on_the_screen_marked_stale)
{
	struct app *a = *state;

	needs("MAP");
	press(a, "Enter");
	fix_file(&a->fix, "4242/pagemap", "", 0);
	fix_file(&a->fix, "4242/stat",
		 "4242 (redis-server) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5242 0 0 ",
		 strlen("4242 (redis-server) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5242 0 0 "));
	press(a, "r");
	assert_shows(a, "~ stale");
	assert_shows(a, "4242 redis-server has ended; what you see is the last image");
	assert_shows(a, "[heap]");
	press(a, "g heap Enter");		/* and one can go on looking at it */
	assert_shows(a, "ppppppppppppcccccccccccccccc");
	assert_shows(a, "~ stale");
	press(a, "Esc Esc");
	assert_false(shows(a, "stale"));
}

DRIVEN(a_process_that_runs_another_program_says_so)
{
	struct app *a = *state;

	press(a, "Enter");
	fix_file(&a->fix, "4242/pagemap", "", 0);
	press(a, "r");
	assert_shows(a, "~ stale");
	assert_shows(a, "4242 redis-server runs another program now (exec)");
}

DRIVEN(a_pid_that_somebody_else_has_now_is_told)
{
	struct app *a = *state;

	press(a, "Enter");
	fix_proc(&a->fix,
		 &(struct fix_proc){
			 .pid = 4242,
			 .comm = "other",
			 .starttime = 99,
			 .map = (struct fix_map[]){
				 { "400000-401000 rw-p 00000000 00:00 0 ", NULL, "p" }, { 0 } } });
	press(a, "r");
	assert_shows(a, "4242 redis-server has ended");
	assert_shows(a, "[heap]");
	assert_false(shows(a, "000000400000"));
}

DRIVEN(only_processes_of_one_name_are_shown_until_esc)
{
	struct app *a = *state;

	pt_ui_show_only(&a->ui, "redis-server");
	settle(a);
	assert_int_equal(nprocesses(a), 2);
	assert_shows(a, "only redis-server");
	assert_false(shows(a, "init"));
	press(a, "r");
	assert_int_equal(nprocesses(a), 2);
	press(a, "Esc");
	assert_shows(a, "init");
}

DRIVEN(to_ask_again_and_again_does_not_begin_anew)
{
	struct app *a = *state;
	const struct pt_event r = { .key = 'r' };
	uint64_t seq = a->ui.wish.seq;

	for (int i = 0; i < 5; i++)
		pt_ui_event(&a->ui, &r);
	assert_int_equal(a->ui.wish.seq, seq + 1);
	settle(a);
	pt_ui_event(&a->ui, &r);
	assert_int_equal(a->ui.wish.seq, seq + 2);
	settle(a);
}

/* ---- lists */

static pid_t chosen(struct app *a)
{
	const struct pt_process *p = process_here(a);

	return p ? p->pid : 0;
}

static pid_t pid_at(struct app *a, size_t i)
{
	return i < nprocesses(a) ?
	       process_at(a, i)->pid : 0;
}

DRIVEN(the_cursor_stays_on_its_process_through_sort_filter_and_tree)
{
	struct app *a = *state;

	press(a, "Down");
	assert_int_equal(chosen(a), 4243);
	press(a, "I");
	assert_int_equal(chosen(a), 4243);
	press(a, "< < <");
	assert_int_equal(processes(a)->shape.heading, PT_HEADING_PID);
	assert_int_equal(pid_at(a, 0), 1);
	assert_int_equal(chosen(a), 4243);
	press(a, "t");
	assert_int_equal(chosen(a), 4243);
	press(a, "t \\ redis Enter");
	assert_int_equal(nprocesses(a), 2);
	assert_int_equal(chosen(a), 4243);
	assert_shows(a, "matching redis · 2 of ");
	press(a, "Backspace");
	assert_int_equal(chosen(a), 4243);
	assert_int_equal(pid_at(a, 0), 1);
}

DRIVEN(a_filter_that_is_wrong_is_a_sentence)
{
	struct app *a = *state;

	press(a, "\\ cow,nonsense Enter");
	assert_shows(a, "unknown filter \"nonsense\": a column such as cow");
	assert_shows(a, "init");
	press(a, "^U nobody-has-this Enter");		/* what was wrong is asked for again */
	assert_shows(a, "no command matches this pattern");
	assert_shows(a, "Esc shows all of them");
	press(a, "Enter");		/* there is nothing to enter */
	assert_level(a, "PROCESSES");
	press(a, "\\ ^U Enter");
	assert_shows(a, "init");
}

DRIVEN(a_user_that_nobody_is_is_told_at_once)
{
	struct app *a = *state;

	press(a, "\\ user:nosuch Enter");
	assert_shows(a, "no user \"nosuch\" is known here");
	assert_shows(a, "Show only  user:nosuch");	/* to be mended */
	assert_shows(a, "init");
	press(a, "^U cow,user:rot Enter");
	assert_shows(a, "no user \"rot\" is known here (did you mean root?)");
	press(a, "^U user:12345 Enter");		/* any number is a user */
	assert_shows(a, "no process is of this user; Esc shows all of them");
	press(a, "\\ ^U user:root Enter");
	assert_shows(a, "init");
}

DRIVEN(a_row_of_another_lens_shows_the_list_through_it)
{
	struct app *a = *state;

	press(a, "\\ not Space on Space a Space list Enter");
	assert_shows(a, "the filter needs lens 6 reclaim");
	assert_int_equal(a->ui.desk.scene.lens, PT_LENS_RECLAIM);
	assert_int_equal(nprocesses(a), 1);
	press(a, "2");
	assert_shows(a, "the filter needs lens 6 reclaim");
	assert_int_equal(a->ui.desk.scene.lens, PT_LENS_RECLAIM);
	press(a, "Esc");
	assert_int_equal(a->ui.desk.scene.lens, PT_LENS_SHARING);
	press(a, "\\ hloe Enter");
	assert_shows(a, "which is no word for processes (did you mean hole?); Esc");
	press(a, "\\ ^U size:65K Enter");
	assert_shows(a, "unknown filter \"size:65K\" (did you mean size:64K?)");
	assert_shows(a, "Show only (^U empties)  size:65K");
}

DRIVEN(an_order_that_is_as_by_default_is_no_setting)
{
	struct app *a = *state;

	press(a, "I");
	assert_string_equal(a->ui.opt->sort[PT_IN_PROCESSES], "~rss");
	press(a, "I");
	assert_string_equal(a->ui.opt->sort[PT_IN_PROCESSES], "");
	press(a, "o Down Down Right q");		/* and stays so when another setting changes */
	assert_int_equal(processes(a)->shape.heading, PT_HEADING_RSS);
	assert_false(processes(a)->shape.invert);
}

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

/* ---- pause */

/* Another scan than was on the screen. */
static const struct pt_image *scan_again(struct app *a)
{
	size_t n = a->ui.kept.n;

	pt_ui_post(&a->ui, false);
	settle(a);
	assert_int_equal(a->ui.kept.n, n + 1);
	return a->ui.kept.img[n];
}

DRIVEN(a_paused_screen_stands_still_and_goes_on_with_the_newest)
{
	struct app *a = *state;
	const struct pt_image *shown, *newest;

	press(a, "Enter");
	shown = a->ui.desk.scene.img;
	press(a, "Space Down");
	assert_shows(a, "paused · ");
	assert_shows(a, "1 of 1 kept");
	scan_again(a);
	newest = scan_again(a);
	assert_ptr_equal(a->ui.desk.scene.img, shown);
	assert_shows(a, "1 of 3 kept");
	press(a, "]");
	assert_shows(a, "2 of 3 kept");
	assert_shows(a, "paused · ");
	press(a, "Z");
	assert_ptr_equal(a->ui.desk.scene.img, newest);
	assert_false(shows(a, "paused"));
	assert_false(shows(a, "kept"));
	newest = scan_again(a);
	assert_ptr_equal(a->ui.desk.scene.img, newest);
}

DRIVEN(what_is_held_stays_though_more_comes_than_is_kept)
{
	struct app *a = *state;
	const struct pt_image *shown;

	press(a, "Enter");
	shown = a->ui.desk.scene.img;
	press(a, "Z");
	for (int i = 0; i < PT_NKEPT + 10; i++) {
		pt_ui_post(&a->ui, false);
		settle(a);
	}
	assert_int_equal(a->ui.kept.n, PT_NKEPT);
	assert_true(a->ui.kept.nbytes >= PT_NKEPT * shown->vmas.n * sizeof(*shown->vmas.v));
	assert_ptr_equal(a->ui.desk.scene.img, shown);
	assert_ptr_equal(a->ui.kept.img[0], shown);
	press(a, "]");
	assert_ptr_equal(a->ui.desk.scene.img, a->ui.kept.img[1]);
}

DRIVEN(what_is_asked_anew_is_answered_while_it_is_paused)
{
	struct app *a = *state;
	const struct pt_table *table = a->ui.desk.scene.table;
	const struct pt_image *shown;

	needs("MAP");
	press(a, "Space");
	pt_ui_post(&a->ui, false);
	settle(a);
	assert_ptr_equal(a->ui.desk.scene.table, table);
	press(a, "Enter");				/* a process that was not there yet */
	shown = a->ui.desk.scene.img;
	assert_non_null(shown);
	press(a, "2");					/* another lens */
	assert_ptr_not_equal(a->ui.desk.scene.img, shown);
	assert_int_equal(a->ui.desk.scene.img->lens, PT_LENS_SHARING);
	shown = a->ui.desk.scene.img;
	press(a, "Enter Enter q");			/* to a page and back */
	assert_ptr_equal(a->ui.desk.scene.img, shown);
	press(a, "r");
	assert_ptr_not_equal(a->ui.desk.scene.img, shown);
	assert_shows(a, "paused");
}

/* ---- the mouse */

static void event(struct app *a, enum pt_button button, int x, int y)
{
	pt_ui_event(&a->ui, &(struct pt_event){ .key = PT_KEY_MOUSE, .button = button, .x = x, .y = y });
	settle(a);
}

DRIVEN(a_click_chooses_and_one_more_goes_in)
{
	struct app *a = *state;
	const struct pt_process *p;

	press(a, "Click=40x5");		/* two rows are the header's */
	p = process_here(a);
	assert_ptr_equal(p, &a->ui.desk.scene.table->p[1]);
	press(a, "Click=5x4 Click=9x4");
	assert_level(a, "MAPPINGS");
	assert_int_equal(a->ui.desk.pid, 4242);
	press(a, "Click=50x5");				/* a gap lies above */
	assert_string_equal(mapping_here(a)->name, "[heap]");
	press(a, "Click=50x5");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
	press(a, "Click=18x3");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4105);
	press(a, "Click=18x3");
	assert_level(a, "PAGE");
	press(a, "Click=18x3");				/* nothing to click on */
	assert_level(a, "PAGE");
}

DRIVEN(two_clicks_go_in_once)
{
	struct app *a = *state;

	event(a, PT_BUTTON_CLICK, 5, 5);
	event(a, PT_BUTTON_DOUBLE, 5, 5);
	assert_level(a, "MAPPINGS");
	press(a, "q Home");
	event(a, PT_BUTTON_CLICK, 5, 4);		/* it was chosen already */
	assert_level(a, "MAPPINGS");
	event(a, PT_BUTTON_DOUBLE, 5, 4);
	assert_level(a, "MAPPINGS");
}

DRIVEN(names_of_keys_can_be_clicked)
{
	struct app *a = *state;
	int y = a->ui.canvas.h - 1;

	needs("PROCESSES HELP");
	event(a, PT_BUTTON_CLICK, 3, y);
	assert_shows(a, "Help: the list of processes");
	event(a, PT_BUTTON_CLICK, 3, y);
	assert_shows(a, "COMMAND");
	press(a, "/");				/* a prompt is no place for the mouse */
	event(a, PT_BUTTON_CLICK, 5, 5);
	assert_shows(a, "Find  /");
	press(a, "Esc");
	assert_int_equal(process_here(a)->pid, 4242);
}

DRIVEN(the_wheel_moves_what_is_on_the_screen)
{
	struct app *a = *state;

	needs("MAPPINGS");
	press(a, "Wheel=1");
	assert_ptr_equal(process_here(a), &a->ui.desk.scene.table->p[3]);
	press(a, "Wheel=-1 Wheel=-1");
	assert_ptr_equal(process_here(a), &a->ui.desk.scene.table->p[0]);
	press(a, "Resize=100x7 Enter Wheel=1");
	assert_int_equal(mappings(a)->list.cur, 3);
	assert_int_equal(mappings(a)->list.top, 3);	/* the list moved, not the cursor in it */
	press(a, "Wheel=-1");
	assert_int_equal(mappings(a)->list.top, 0);
}

DRIVEN(what_lies_where_is_known_by_the_canvas)
{
	struct app *a = *state;
	const struct pt_hit *hit;
	bool legend = false, title = false;

	needs("MAPPINGS MAP");
	press(a, "Enter");
	for (int x = 0; x < a->ui.canvas.w; x++)
		if ((hit = pt_canvas_hit_at(&a->ui.canvas, x, 1)) && hit->what == PT_HIT_TITLE)
			title |= hit->arg == PT_HEADING_RSS && a->ui.canvas.cell[a->ui.canvas.w + x].ch == 'R';
	press(a, "Down Down Enter");
	for (int y = 0; y < a->ui.canvas.h; y++)
		for (int x = 0; x < a->ui.canvas.w; x++) {
			hit = pt_canvas_hit_at(&a->ui.canvas, x, y);
			if (hit && hit->what == PT_HIT_LEGEND && x == hit->x) {
				assert_int_equal(a->ui.canvas.cell[y * a->ui.canvas.w + x].ch, pt_rows[hit->arg].sign);
				legend = true;
			}
		}
	assert_true(title && legend);
	assert_null(pt_canvas_hit_at(&a->ui.canvas, -1, 3));
	assert_null(pt_canvas_hit_at(&a->ui.canvas, 5000, 3));
}

/* ---- what is refused stays to be mended */

DRIVEN(what_was_typed_stays_where_it_was_refused)
{
	static const struct { const char *keys, *said, *kept; } row[] = {
		{ "g 99:heap Enter", "there is no process 99", "99:heap" },
		{ "Esc Enter g nowhere Enter", "\"nowhere\"", "nowhere" },
		{ "Esc d /no/such/file Enter", "/no/such/file", "/no/such/file" },
		{ "Esc d 1 Enter", "cannot compare 4242 with 1: that is another process", "1" },
		{ "Esc w p ^U /no/such/folder/x Enter", "/no/such/folder", "/no/such/folder/x" },
		{ "Esc w p ^U - Enter", "the screen is on standard output", "-" },
		{ "Esc Enter P m ^U /no/such/folder/y Enter", "no picture was written to /no/such/folder/y: ", "/no/such/folder/y" },
		{ "Esc P m ^U - Enter", "the screen is on standard output", "-" },
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
	assert_shows(a, "there is no bookmark yet");
	press(a, "Enter g heap+c000 Enter m a");
	assert_shows(a, "' and a comes back to 0x55d0c410c000 [heap]");
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
	assert_shows(a, "there is no such bookmark: m and a letter sets one");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4101);
}

DRIVEN(a_bookmark_in_a_process_that_ended_says_so)
{
	struct app *a = *state;

	press(a, "g 4243:heap Enter m a q q g 4242:heap Enter");
	fix_proc(&a->fix, &(struct fix_proc){ .pid = 4243, .comm = "other", .starttime = 99 });
	press(a, "q q r ' a");
	assert_shows(a, "bookmark a: 4243 has ended");
	assert_level(a, "PROCESSES");
	assert_int_equal(a->ui.desk.pid, 4242);
}
