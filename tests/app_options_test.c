/* The command line, which pages are meant, scripts. */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <stdio.h>
#include "driver.h"
#include "pagetop/batch/pick.h"
#include "pagetop/cli/options.h"
#include "pagetop/term/rescue.h"
#include "pagetop/term/sequence.h"
#include "pagetop/term/term.h"
#include "pagetop/ui/keys.h"

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
		{ "--colour", "unknown option \"--colour\" (did you mean --colors?)" },
		{ "-Z", "unknown option \"-Z\"" },
		{ "--jsn", "unknown option \"--jsn\" (did you mean --json?)" },
		{ "--whree=cow", "unknown option \"--whree=cow\" (did you mean --where?)" },
		{ "--scheme|ligt", "invalid value \"ligt\" (did you mean light?); expected default, light, colour-blind or mono" },
		{ "pages|1|--svg|-|--lens|sharin", "(did you mean sharing?)" },
		{ "-Zh", "unknown option \"-Z\"" },
		{ "4242|-Z", "unknown option \"-Z\"" },
		{ "--interval", "\"--interval\" requires an argument" },
		{ "-d", "\"-d\" requires an argument" },
		{ "-p", "\"-p\" requires an argument" },
		{ "--keys", "\"--keys\" requires an argument" },
		{ "--help=x", "takes no argument" },
		{ "--interval|soon", "--interval: invalid value \"soon\"; expected 0.05 to 3600 seconds" },
		{ "-d|0", "invalid value \"0\"" },
		{ "-d|-1", "invalid value \"-1\"" },
		{ "-d|nan", "invalid value \"nan\"" },
		{ "-d|1s", "invalid value \"1s\"" },
		{ "-d|1e9", "invalid value \"1e9\"" },
		{ "--budget|0", "--budget: invalid value \"0\"; expected 0.01 to 1" },
		{ "--budget|2", "invalid value \"2\"" },
		{ "--budget|inf", "invalid value \"inf\"" },
		{ "--size|80",
		  "--size: invalid value \"80\"; expected COLUMNSxROWS such as 80x24, each 1 to 1000" },
		{ "--size|0x24", "invalid value \"0x24\"" },
		{ "--size|80x24x", "invalid value \"80x24x\"" },
		{ "--size|80x-1", "invalid value \"80x-1\"" },
		{ "--size|1001x1", "invalid value \"1001x1\"" },
		{ "--size|99999999999x1", "invalid value \"99999999999x1\"" },
		{ "--size|x", "invalid value \"x\"" },
		{ "--screen=colours", "--screen: invalid value \"colours\"; expected styles, svg or no value" },
		{ "--keys|j", "--keys: requires --screen" },
		{ "1|2", "unexpected argument \"2\"" },
		{ "demo|x", "unexpected argument \"x\"" },
		{ "-p|a|b", "unexpected argument \"b\"" },
		{ "demo|--proc-root|/x", "--proc-root: not an option of demo; only of the full-screen program, " },
		{ "demo|-p|x", "--process: not an option of demo" },
		{ "maps", "maps: missing PID; see pagetop maps --help" },
		{ "maps|1|2", "unexpected argument \"2\"" },
		{ "maps|--all|1", "unexpected argument \"1\"" },
		{ "maps|-p|x|1", "unexpected argument \"1\"" },
		{ "maps|-p|x|--all", "--all, -p: mutually exclusive" },
		{ "pages|1|2-3|4", "unexpected argument \"4\"" },
		{ "pages|1|--expect|a|--summary", "--expect, --summary: mutually exclusive" },
		{ "ps|--json|--csv", "--json, --csv, --prometheus: mutually exclusive" },
		{ "snapshot", "snapshot: missing PID..." },
		{ "record|1|--keep|0", "--keep: invalid value \"0\"; expected a number, 1 or more" },
		{ "record|1|--max-size|5", "--max-size: invalid value \"5\"; expected a size such as 64M or 2G" },
		{ "record|1|--for|x", "--for: invalid value \"x\"; expected 0.01 seconds or more" },
		{ "diff|a", "diff: missing FILE[@N]|PID" },
		{ "maps|1|--screen", "--screen: not an option of maps; only of the full-screen program, demo" },
		{ "ps|--where|cow", "--where: not an option of ps; only of maps, pages" },
		{ "1|--json", "--json: not an option of the full-screen program; only of ps, maps" },
		{ "--\033[2J", "unknown option \"--\\x1B[2J\"" },
		{ "1|\033[2J", "unexpected argument \"\\x1B[2J\"" },
		{ "-d|\033[2J", "invalid value \"\\x1B[2J\"" },
		{ "--size|\xff", "invalid value \"\\xFF\"" },
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

/* Its rows stand in one column, below the views in which they are valid; what all have comes first. */
TEST(the_help_groups_keys_by_view)
{
	struct pt_keys bound = { { NULL } };
	struct pt_str s = PT_STR_INIT;
	const char *all, *lists, *columns;

	bound.of[PT_COMMAND_TREE] = "ß";
	pt_keys_help(&bound, &s);
	all = strstr(s.s, "  every view:\n    F1 ?                   help for this view");
	lists = strstr(s.s, "  process list, mapping list:\n    s                      choose");
	columns = strstr(s.s, "  columns:\n    Enter                  sort by this column\n");
	assert_ptr_equal(all, s.s);
	assert_true(lists && columns && lists < columns);
	assert_non_null(strstr(s.s, "  every view but process list:\n    q Backspace "));
	assert_non_null(strstr(s.s, "\n    ß                      process tree (toggle)\n"));
	assert_null(strstr(columns + 1, "\n  columns:"));	/* each once */
	pt_str_done(&s);
}

/* An ellipsis is one column, and three bytes. */
TEST(the_help_pads_by_columns)
{
	struct pt_str s = PT_STR_INIT;

	pt_options_help(PT_SUB_SCREEN, "", &s);
	assert_non_null(strstr(s.s, "\n      --columns NAME,…     process columns"));
	assert_non_null(strstr(s.s, "\n      --sort COLUMN        "));
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
		{ { .where = NULL }, "5-\033", "invalid range \"5-\\x1B\"; expected START-END" },
		{ { .where = "cow,nonsense" }, NULL, "unknown filter \"nonsense\"; use a state such as cow" },
		{ { .expect = "nonsense" }, NULL, "unknown filter \"nonsense\"; use a state such as cow" },
		{ { .name = "[" }, NULL, "invalid pattern \"[\": " },
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
