#include "pagetop/cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"

enum {
	OPT_FIRST = 1000,	/* above any character */
#define OPTION(id, letter, name, arg, who, text) OPT_##id,
#include "pagetop/cli/options.def"
#undef OPTION
	OPT_END
};

static int bad(struct pt_str *why, const char *option, const char *value, const char *want)
{
	pt_str_addf(why, "--%s takes %s, not \"", option, want);
	pt_escape(why, value, strlen(value));
	pt_str_addc(why, '"');
	return -EINVAL;
}

/* Numbers: where each goes, and its bounds. */
static const struct number { int opt; size_t at; double lo, hi; const char *want; } numbers[] = {
	{ OPT_INTERVAL, offsetof(struct pt_options, interval_s), 0.05, 3600, "seconds from 0.05 to 3600" },
	{ OPT_FOR, offsetof(struct pt_options, for_s), 0.01, 1e9, "seconds from 0.01 on" },
	{ OPT_BUDGET, offsetof(struct pt_options, budget), 0.01, 1, "a share from 0.01 to 1" },
};

static const struct number *number_of(int opt)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].opt == opt)
			return &numbers[i];
	return NULL;
}

static int take_number(struct pt_options *o, const struct number *n, const char *value, struct pt_str *why)
{
	char *end;
	double v = strtod(value, &end);

	if (end == value || *end || !(v >= n->lo && v <= n->hi))
		return bad(why, pt_option_rows[n->opt - OPT_FIRST - 1].name, value, n->want);
	*(double *)((char *)o + n->at) = v;
	return 0;
}

/* Those that take one of the words of their argument, which are numbered from 0 on: where the number goes. */
static const struct choice { int opt; size_t at; } choices[] = {
	{ OPT_MOUSE, offsetof(struct pt_options, mouse) },
	{ OPT_COLORS, offsetof(struct pt_options, colors) },
	{ OPT_SCHEME, offsetof(struct pt_options, theme.scheme) },
};

static const struct choice *choice_of(int opt)
{
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		if (choices[i].opt == opt)
			return &choices[i];
	return NULL;
}

const char *pt_option_word(const char *words, int i, size_t *ret_len)
{
	while (i-- > 0 && (words = strchr(words, '|')))
		words++;
	*ret_len = words ? strcspn(words, "|") : 0;
	return words;
}

static int take_choice(struct pt_options *o, const struct choice *c, const char *value, struct pt_str *why)
{
	const struct pt_option_row *row = &pt_option_rows[c->opt - OPT_FIRST - 1];
	struct pt_str want = PT_STR_INIT;
	const char *word;
	size_t len;

	for (int i = 0; (word = pt_option_word(row->arg, i, &len)); i++) {
		if (strlen(value) == len && !strncmp(word, value, len)) {
			*(int *)((char *)o + c->at) = i;
			o->theme.ncolors = pt_depths[o->colors];
			pt_str_done(&want);
			return 0;
		}
		pt_str_addf(&want, "%s%.*s", i ? " or " : "", (int)len, word);
	}
	bad(why, row->name, value, want.s);
	pt_str_done(&want);
	return -EINVAL;
}

/* Those that only keep their word, or say yes: where. */
static bool find_plain(struct pt_options *o, int opt, const char ***ret_text, bool **ret_flag)
{
	const struct { int opt; const char **text; bool *flag; } plain[] = {
		{ OPT_NAME, &o->target, &o->target_is_name }, { OPT_ALL, NULL, &o->all },
		{ OPT_PROC_ROOT, &o->proc_root, NULL }, { OPT_SYS_ROOT, &o->sys_root, NULL },
		{ OPT_KEYS, &o->keys, NULL }, { OPT_FRAMES, &o->frames, NULL },
		{ OPT_OUTPUT, &o->output, NULL }, { OPT_FROM, &o->from, NULL },
		{ OPT_WHERE, &o->where, NULL }, { OPT_REGEX, &o->name, NULL },
		{ OPT_EXPECT, &o->expect, NULL }, { OPT_SUMMARY, NULL, &o->summary },
		{ OPT_ABSENT, NULL, &o->absent }, { OPT_CGROUPS, NULL, &o->cgroups }, { OPT_FORCE, NULL, &o->force },
		{ OPT_READONLY, NULL, &o->readonly }, { OPT_NO_SANDBOX, NULL, &o->no_sandbox },
		{ OPT_PROMETHEUS, NULL, &o->prometheus }, { OPT_NO_CONFIG, NULL, &o->no_config },
		{ OPT_SORT, &o->sort[PT_IN_PROCESSES], NULL }, { OPT_MAPS_SORT, &o->sort[PT_IN_MAPPINGS], NULL },
		{ OPT_COLUMNS, &o->shown[PT_IN_PROCESSES], NULL },
		{ OPT_MAPS_COLUMNS, &o->shown[PT_IN_MAPPINGS], NULL }, { OPT_ASCII, NULL, &o->theme.ascii },
		{ OPT_SVG, &o->svg, NULL }, { OPT_HELP, NULL, &o->help }, { OPT_VERSION, NULL, &o->version },
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (plain[i].opt == opt) {
			*ret_text = plain[i].text;
			*ret_flag = plain[i].flag;
			return true;
		}
	return false;
}

static bool take_plain(struct pt_options *o, int opt, const char *value)
{
	const char **text;
	bool *flag;

	if (!find_plain(o, opt, &text, &flag))
		return false;
	if (text)
		*text = value;
	if (flag)
		*flag = true;
	return true;
}

/* "64M": a whole number of K, M, G or T. */
static int size(const char *value, uint64_t *ret, struct pt_str *why)
{
	static const char unit[] = "KMGT";
	char *end;
	unsigned long long n = strtoull(value, &end, 10);
	const char *u = *end ? strchr(unit, *end) : NULL;

	if (*value < '0' || *value > '9' || !u || end[1] || !n || n > UINT32_MAX)
		return bad(why, "max-size", value, "a size such as 64M or 2G");
	*ret = (uint64_t)n << (10 * (u - unit + 1));
	return 0;
}

static int whole(const char *option, const char *value, uint64_t *ret, struct pt_str *why)
{
	if (pt_parse_dec(value, ret) || !*ret || *ret > INT32_MAX)
		return bad(why, option, value, "a number from 1 on");
	return 0;
}

/* Words that are more than kept: whether they are right. */
static int check_word(int opt, const char *value, struct pt_str *why)
{
	enum pt_list_id list = opt == OPT_SORT || opt == OPT_COLUMNS ? PT_IN_PROCESSES : PT_IN_MAPPINGS;
	struct pt_columns columns;

	if (opt == OPT_SORT || opt == OPT_MAPS_SORT)	/* empty: as by default */
		return !*value ? 0 : pt_heading_parse(value + (*value == '~'), list, why) < 0 ? -EINVAL : 0;
	if (opt == OPT_COLUMNS || opt == OPT_MAPS_COLUMNS)
		return pt_columns_parse(value, list, &columns, why);
	return 0;
}

static int take_lens(struct pt_options *o, const char *value, struct pt_str *why)
{
	struct pt_str names = PT_STR_INIT;
	int i = 0;

	for (; i < PT_NLENSES && strcmp(pt_lenses[i].name, value); i++)
		pt_str_addf(&names, "%s%s", !i ? "" : i + 1 < PT_NLENSES ? ", " : " or ", pt_lenses[i].name);
	if (i < PT_NLENSES)
		o->lens = (enum pt_lens_id)i;
	else
		bad(why, "lens", value, names.s);
	pt_str_done(&names);
	return i < PT_NLENSES ? 0 : -EINVAL;
}

static int take(struct pt_options *o, int opt, const char *value, struct pt_str *why)
{
	int n, err = check_word(opt, value, why);

	if (err)
		return err;
	if (take_plain(o, opt, value))
		return 0;
	if (number_of(opt))
		return take_number(o, number_of(opt), value, why);
	if (choice_of(opt))
		return take_choice(o, choice_of(opt), value, why);
	switch (opt) {
	case OPT_KEEP:
		return whole("keep", value, &o->keep, why);
	case OPT_TOP:
		return whole("top", value, &o->top, why);
	case OPT_MAX_SIZE:
		return size(value, &o->max_bytes, why);
	case OPT_SIZE:
		n = pt_canvas_size(value, &o->w, &o->h);
		if (!n || value[n])
			return bad(why, "size", value, "columns and rows such as 80x24, each 1 to 1000");
		return 0;
	case OPT_LENS:
		return take_lens(o, value, why);
	case OPT_DROP:
		o->drop = value && !strcmp(value, "strict") ? PT_DROP_STRICT : PT_DROP_BASIC;
		return !value || o->drop == PT_DROP_STRICT || !strcmp(value, "basic") ? 0 :
		       bad(why, "drop-capabilities", value, "nothing, basic or strict");
	case OPT_SCREEN:
		o->screen = true;
		o->styles = value && !strcmp(value, "styles");
		o->as_svg = value && !strcmp(value, "svg");
		return !value || o->styles || o->as_svg ? 0 : bad(why, "screen", value, "nothing, styles or svg");
	default:
		o->format = opt == OPT_JSON ? PT_ROWS_JSON : PT_ROWS_CSV;
		return 0;
	}
}

/* getopt's tables, from ours. */
static void make_tables(struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (int i = 0; i < PT_NOPTIONS; i++) {
		bool optional = pt_option_rows[i].arg[0] == '[';

		longs[i] = (struct option){ pt_option_rows[i].name, optional ? optional_argument : *pt_option_rows[i].arg ?
					    required_argument : no_argument, NULL, OPT_FIRST + 1 + i };
		if (pt_option_rows[i].letter)
			*shorts++ = pt_option_rows[i].letter;
		if (pt_option_rows[i].letter && *pt_option_rows[i].arg)
			*shorts++ = ':';
	}
	longs[PT_NOPTIONS] = (struct option){ 0 };
	*shorts = '\0';
}

static int by_letter(int c)
{
	for (int i = 0; i < PT_NOPTIONS; i++)
		if (pt_option_rows[i].letter && pt_option_rows[i].letter == c)
			return OPT_FIRST + 1 + i;
	return c;
}

static enum pt_subcommand find_command(const char *word)
{
	for (int i = 0; i < PT_NSUBS; i++)
		if (*pt_subcommand_rows[i].name && !strcmp(pt_subcommand_rows[i].name, word))
			return (enum pt_subcommand)i;
	return PT_SUB_SCREEN;
}

/* The next of a command's arguments; 0 at the end. `ret_may_miss`: it stands in brackets. */
static size_t next_arg(const char **args, const char **ret, bool *ret_may_miss)
{
	*ret = *args += strspn(*args, " ");
	*ret_may_miss = **args == '[';
	*args += strcspn(*args, " ");
	return (size_t)(*args - *ret);
}

/* The bits of what all commands take. */
static uint64_t every(void)
{
	uint64_t bits = 0;

	for (int i = 0; i < PT_NOPTIONS; i++)
		bits |= (uint64_t)!!(pt_option_rows[i].who & EVERY) << i;
	return bits;
}

/* A word that is no command, but nearly one, is no process either where arguments or options of commands stand with it. */
static int check_command(const struct pt_options *o, int nwords, const char *word, struct pt_str *why)
{
	bool more = nwords > 1 || o->given & ~pt_subcommand_rows[PT_SUB_SCREEN].takes & ~every();
	struct pt_nearest near = pt_nearest_to("", 0);

	if (o->command == PT_SUB_SCREEN && nwords && more && !o->target)
		near = pt_subcommand_nearest(word);
	if (!near.word[0])
		return 0;
	pt_str_adds(why, "unknown command \"");
	pt_escape(why, word, strlen(word));
	pt_str_addc(why, '"');
	pt_nearest_say(&near, why);
	return -EINVAL;
}

static int too_many(const char *word, struct pt_str *why)
{
	pt_str_addc(why, '"');
	pt_escape(why, word, strlen(word));
	pt_str_adds(why, "\" is one word too many; pagetop --help tells what there is");
	return -EINVAL;
}

/* Words to the arguments of the command, in order. */
static int operands(int argc, char **argv, struct pt_options *o, struct pt_str *why)
{
	const char *args = pt_subcommand_rows[o->command].args, *arg;
	size_t len;
	bool may_miss;
	int n = 0;

	while ((len = next_arg(&args, &arg, &may_miss))) {
		bool is_target = arg == pt_subcommand_rows[o->command].args && !strncmp(arg + may_miss, "PID", 3);
		const char **place = is_target ? &o->target : &o->word[n++];

		if (is_target && (o->target || o->all))
			continue;
		if (optind < argc) {
			*place = argv[optind++];
		} else if (!may_miss) {
			pt_str_addf(why, "%s needs %.*s; pagetop %s --help tells more",
				    pt_subcommand_rows[o->command].name, (int)len, arg, pt_subcommand_rows[o->command].name);
			return -EINVAL;
		}
		if (is_target && arg[len - 1] == '.' && !o->target_is_name) {	/* "PID...": all others too */
			o->more = argv + optind;
			o->nmore = argc - optind;
			optind = argc;
		}
	}
	return optind < argc ? too_many(argv[optind], why) : 0;
}

/* "ps, maps": the commands that take the option. */
static void add_takers(struct pt_str *out, int option)
{
	int n = 0;

	for (int i = 0; i < PT_NSUBS; i++)
		if (pt_subcommand_rows[i].takes >> option & 1)
			pt_str_addf(out, "%s%s", n++ ? ", " : "",
				    *pt_subcommand_rows[i].name ? pt_subcommand_rows[i].name : "the screen");
}

static int all_taken(const struct pt_options *o, struct pt_str *why)
{
	for (int i = 0; i < PT_NOPTIONS; i++) {
		if (pt_option_rows[i].who & EVERY || !(o->given & ~pt_subcommand_rows[o->command].takes & UINT64_C(1) << i))
			continue;
		pt_str_addf(why, "--%s does not go with %s, but with ", pt_option_rows[i].name,
			    *pt_subcommand_rows[o->command].name ? pt_subcommand_rows[o->command].name : "the screen");
		add_takers(why, i);
		return -EINVAL;
	}
	return 0;
}

/* A file, and not standard output. */
static bool is_file(const char *name)
{
	return name && strcmp(name, "-");
}

static int consistent(const struct pt_options *o, struct pt_str *why)
{
	const uint64_t given = o->given;
	const struct { bool wrong; const char *why; } rule[] = {
		{ o->keys && !o->screen, "--keys goes with --screen" },
		{ !!(given & O(JSON)) + !!(given & O(CSV)) + !!(given & O(PROMETHEUS)) > 1,
		  "--json, --csv and --prometheus: one of them" },
		{ o->all && o->target, "--all and -p: one of the two" },
		{ o->svg && (o->all || o->expect || o->summary || o->absent || o->where || o->name || given & ROWS),
		  "--svg is one process, or a range of it, as a picture: it goes with neither rows nor filters" },
		{ given & O(LENS) && !o->svg, "--lens goes with --svg" },
		{ o->readonly && (is_file(o->output) || is_file(o->svg) || o->frames),
		  "--readonly: cannot write a file; standard output is - or nothing" },
		{ o->expect && o->summary, "--expect and --summary: one of the two" },
	};

	for (size_t i = 0; i < sizeof(rule) / sizeof(rule[0]); i++)
		if (rule[i].wrong) {
			pt_str_adds(why, rule[i].why);
			return -EINVAL;
		}
	return 0;
}

/* What getopt did not take: a letter of a cluster, or a whole word. */
static int refused(int c, const char *word, struct pt_str *why)
{
	pt_str_adds(why, "option \"");
	if (optopt > 0 && optopt < OPT_FIRST)
		pt_str_addc(why, '-');
	if (optopt > 0 && optopt < OPT_FIRST)
		pt_escape(why, (char[]){ (char)optopt }, 1);
	else
		pt_escape(why, word, strlen(word));
	pt_str_adds(why, c == ':' ? "\" needs an argument" : optopt > OPT_FIRST ?
		    "\" takes no argument" : "\" is unknown; pagetop --help tells what there is");
	return -EINVAL;
}

int pt_options_parse(int argc, char **argv, struct pt_options *ret, struct pt_str *why)
{
	struct pt_options o = PT_OPTIONS_INIT;
	struct option longs[PT_NOPTIONS + 1];
	char shorts[2 * PT_NOPTIONS + 2];
	int c, err = 0;

	make_tables(longs, shorts);
	opterr = optind = 0;	/* from the beginning, also when called again */
	while (!err && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		bool taken = c != '?' && c != ':';

		c = taken ? by_letter(c) : c;
		o.given |= taken ? UINT64_C(1) << (c - OPT_FIRST - 1) : 0;
		err = taken ? take(&o, c, optarg, why) : refused(c, argv[optind - 1], why);
	}
	if (!err && optind < argc)
		o.command = find_command(argv[optind]);
	optind += o.command != PT_SUB_SCREEN;
	if (!err && !o.help && !o.version) {
		err = check_command(&o, argc - optind, argv[optind], why);
		if (!err)
			err = all_taken(&o, why);
		if (!err)
			err = operands(argc, argv, &o, why);
		if (!err)
			err = consistent(&o, why);
	}
	if (!err)
		*ret = o;
	return err;
}

double pt_options_share(const struct pt_options *opt)
{
	return opt->budget > 0 ? opt->budget : 0.1;
}

bool pt_options_is_screen(const struct pt_options *opt)
{
	return pt_subcommand_rows[opt->command].takes & O(SCREEN);
}

int pt_setting_next(int option)
{
	do
		option++;
	while (option < PT_NOPTIONS && !(pt_option_rows[option].who & SETTING));
	return option < PT_NOPTIONS ? option : -1;
}

int pt_setting_find(const char *name)
{
	int i = -1;

	do
		i = pt_setting_next(i);
	while (i >= 0 && strcmp(pt_option_rows[i].name, name));
	return i;
}

const char *pt_setting_words(int option)
{
	const char *arg = pt_option_rows[option].arg;

	return !*arg ? "on|off" : strchr(arg, '|') ? arg : NULL;
}

/* An option without an argument is on where it is named, and as a setting may be off, too. */
static int set_flag(bool *flag, const char *name, const char *value, struct pt_str *why)
{
	if (*value && strcmp(value, "on") && strcmp(value, "off"))
		return bad(why, name, value, "on or off");
	*flag = strcmp(value, "off");
	return 0;
}

int pt_setting_set(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	const char **text;
	bool *flag;
	int opt = OPT_FIRST + 1 + option;

	if (find_plain(o, opt, &text, &flag) && !text)
		return set_flag(flag, pt_option_rows[option].name, value, why);
	return take(o, opt, value, why);
}

void pt_setting_value(const struct pt_options *o, int option, struct pt_str *out)
{
	int opt = OPT_FIRST + 1 + option;
	const char **text = NULL, *word;
	size_t len = 0;
	bool *flag;

	if (opt == OPT_BUDGET) {	/* what it is when it was not told */
		pt_str_addf(out, "%g", pt_options_share(o));
	} else if (number_of(opt)) {
		pt_str_addf(out, "%g", *(const double *)((const char *)o + number_of(opt)->at));
	} else if (choice_of(opt)) {
		word = pt_option_word(pt_setting_words(option), *(const int *)((const char *)o + choice_of(opt)->at), &len);
		pt_str_add(out, word, len);
	} else if (find_plain((struct pt_options *)o, opt, &text, &flag)) {
		pt_str_adds(out, !text ? *flag ? "on" : "off" : *text ? *text : "");
	}
}
