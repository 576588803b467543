#include "pagetop/app/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/app/keys.h"
#include "pagetop/app/term.h"
#include "pagetop/base/text.h"
#include "pagetop/model/lens.h"

enum {
	OPT_FIRST = 1000,	/* above any character */
#define OPTION(id, letter, name, arg, who, text) OPT_##id,
#include "pagetop/app/options.def"
#undef OPTION
	OPT_END
};

#define O(id) (UINT64_C(1) << (OPT_##id - OPT_FIRST - 1))
#define TARGET (O(NAME) | O(PROC_ROOT) | O(SYS_ROOT))		/* what looks at a process */
#define LOOK (O(COLORS) | O(SCHEME) | O(ASCII))			/* what is drawn */
#define ROWS (O(JSON) | O(CSV) | O(OUTPUT))			/* what prints rows */

enum who { SOME, EVERY };

static const struct { char letter; const char *name, *arg; enum who who; const char *text; } row[] = {
#define OPTION(id, letter, name, arg, who, text) { letter, name, arg, who, text },
#include "pagetop/app/options.def"
#undef OPTION
};
enum { NROWS = sizeof(row) / sizeof(row[0]) };

static const struct { const char *name, *args; uint64_t takes; const char *text; } subcommand[] = {
#define SUBCOMMAND(id, name, args, run, takes, text) [PT_SUB_##id] = { name, args, takes, text },
#include "pagetop/app/subcommands.def"
#undef SUBCOMMAND
};

static int bad(struct pt_str *why, const char *option, const char *value, const char *want)
{
	pt_str_addf(why, "--%s takes %s, not \"", option, want);
	pt_escape(why, value, strlen(value));
	pt_str_addc(why, '"');
	return -EINVAL;
}

static int number(const char *option, const char *value, double lo, double hi, const char *want,
		  double *ret, struct pt_str *why)
{
	char *end;
	double v = strtod(value, &end);

	if (end == value || *end || !(v >= lo && v <= hi))
		return bad(why, option, value, want);
	*ret = v;
	return 0;
}

/* Those that only keep their word, or say yes. */
static bool take_plain(struct pt_options *o, int opt, const char *value)
{
	const struct { int opt; const char **text; bool *flag; } plain[] = {
		{ OPT_NAME, &o->target, &o->target_is_name }, { OPT_ALL, NULL, &o->all },
		{ OPT_PROC_ROOT, &o->proc_root, NULL }, { OPT_SYS_ROOT, &o->sys_root, NULL },
		{ OPT_KEYS, &o->keys, NULL }, { OPT_FRAMES, &o->frames, NULL },
		{ OPT_OUTPUT, &o->output, NULL }, { OPT_FROM, &o->from, NULL },
		{ OPT_WHERE, &o->where, NULL }, { OPT_REGEX, &o->name, NULL },
		{ OPT_EXPECT, &o->expect, NULL }, { OPT_SUMMARY, NULL, &o->summary },
		{ OPT_ABSENT, NULL, &o->absent }, { OPT_FORCE, NULL, &o->force },
		{ OPT_PROMETHEUS, NULL, &o->prometheus }, { OPT_HELP, NULL, &o->help },
		{ OPT_VERSION, NULL, &o->version }, { OPT_ASCII, NULL, &o->theme.ascii },
		{ OPT_SVG, &o->svg, NULL },
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (plain[i].opt == opt) {
			if (plain[i].text)
				*plain[i].text = value;
			if (plain[i].flag)
				*plain[i].flag = true;
			return true;
		}
	return false;
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

/* One of the names of a table: its number. The names go into the sentence. */
static int one_of(const char *option, const char *value, const char *(*name)(int i), int n, int *ret, struct pt_str *why)
{
	struct pt_str names = PT_STR_INIT;
	int err = 0;

	for (*ret = 0; *ret < n && strcmp(name(*ret), value); ++*ret)
		pt_str_addf(&names, "%s%s", !*ret ? "" : *ret + 1 < n ? ", " : " or ", name(*ret));
	if (*ret == n)
		err = bad(why, option, value, names.s);
	pt_str_done(&names);
	return err;
}

static const char *depth_name(int i)
{
	return pt_depths[i].name;
}

static const char *scheme_name(int i)
{
	return pt_scheme_names[i];
}

static const char *lens_name(int i)
{
	return pt_lenses[i].name;
}

static const char *print_name(int i)
{
	return i ? "svg" : "styles";
}

/* What is one word of several. */
static int take_name(struct pt_options *o, int opt, const char *value, struct pt_str *why)
{
	int i, err;

	switch (opt) {
	case OPT_COLORS:
		err = one_of("colors", value, depth_name, PT_NDEPTHS, &i, why);
		o->theme.ncolors = err ? 0 : pt_depths[i].ncolors;
		return err;
	case OPT_SCHEME:
		err = one_of("scheme", value, scheme_name, PT_NSCHEMES, &i, why);
		o->theme.scheme = (enum pt_scheme)i;
		return err;
	case OPT_LENS:
		err = one_of("lens", value, lens_name, PT_NLENSES, &i, why);
		o->lens = (enum pt_lens_id)i;
		return err;
	default:
		o->screen = true;
		err = value ? one_of("screen", value, print_name, 2, &i, why) : 0;
		o->styles = value && !i;
		o->as_svg = value && i;
		return err;
	}
}

static int take(struct pt_options *o, int opt, char *value, struct pt_str *why)
{
	int n;

	if (take_plain(o, opt, value))
		return 0;
	switch (opt) {
	case OPT_INTERVAL:
		return number("interval", value, 0.05, 3600, "seconds from 0.05 to 3600",
			      &o->interval_s, why);
	case OPT_FOR:
		return number("for", value, 0.01, 1e9, "seconds from 0.01 on", &o->for_s, why);
	case OPT_KEEP:
		return whole("keep", value, &o->keep, why);
	case OPT_TOP:
		return whole("top", value, &o->top, why);
	case OPT_MAX_SIZE:
		return size(value, &o->max_bytes, why);
	case OPT_BUDGET:
		return number("budget", value, 0.01, 1, "a share from 0.01 to 1", &o->budget, why);
	case OPT_SIZE:
		n = pt_parse_screen(value, &o->w, &o->h);
		if (!n || value[n])
			return bad(why, "size", value, "columns and rows such as 80x24, each 1 to 1000");
		return 0;
	case OPT_COLORS:
	case OPT_SCHEME:
	case OPT_LENS:
	case OPT_SCREEN:
		return take_name(o, opt, value, why);
	default:
		o->format = opt == OPT_JSON ? PT_ROWS_JSON : PT_ROWS_CSV;
		return 0;
	}
}

/* getopt's tables, from ours. */
static void make_tables(struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (int i = 0; i < NROWS; i++) {
		bool optional = row[i].arg[0] == '[';

		longs[i] = (struct option){ row[i].name, optional ? optional_argument : *row[i].arg ?
					    required_argument : no_argument, NULL, OPT_FIRST + 1 + i };
		if (row[i].letter)
			*shorts++ = row[i].letter;
		if (row[i].letter && *row[i].arg)
			*shorts++ = ':';
	}
	longs[NROWS] = (struct option){ 0 };
	*shorts = '\0';
}

static int by_letter(int c)
{
	for (int i = 0; i < NROWS; i++)
		if (row[i].letter && row[i].letter == c)
			return OPT_FIRST + 1 + i;
	return c;
}

static enum pt_subcommand find_command(const char *word)
{
	for (int i = 0; i < PT_NSUBS; i++)
		if (*subcommand[i].name && !strcmp(subcommand[i].name, word))
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
	const char *args = subcommand[o->command].args, *arg;
	size_t len;
	bool may_miss;
	int n = 0;

	while ((len = next_arg(&args, &arg, &may_miss))) {
		bool is_target = arg == subcommand[o->command].args && !strncmp(arg + may_miss, "PID", 3);
		const char **place = is_target ? &o->target : &o->word[n++];

		if (is_target && (o->target || o->all))
			continue;
		if (optind < argc) {
			*place = argv[optind++];
		} else if (!may_miss) {
			pt_str_addf(why, "%s needs %.*s; pagetop %s --help tells more",
				    subcommand[o->command].name, (int)len, arg, subcommand[o->command].name);
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
		if (subcommand[i].takes >> option & 1)
			pt_str_addf(out, "%s%s", n++ ? ", " : "",
				    *subcommand[i].name ? subcommand[i].name : "the screen");
}

static int all_taken(const struct pt_options *o, uint64_t given, struct pt_str *why)
{
	for (int i = 0; i < NROWS; i++) {
		if (row[i].who == EVERY || !(given & ~subcommand[o->command].takes & UINT64_C(1) << i))
			continue;
		pt_str_addf(why, "--%s does not go with %s, but with ", row[i].name,
			    *subcommand[o->command].name ? subcommand[o->command].name : "the screen");
		add_takers(why, i);
		return -EINVAL;
	}
	return 0;
}

static int consistent(const struct pt_options *o, uint64_t given, struct pt_str *why)
{
	const struct { bool wrong; const char *why; } rule[] = {
		{ o->keys && !o->screen, "--keys goes with --screen" },
		{ !!(given & O(JSON)) + !!(given & O(CSV)) + !!(given & O(PROMETHEUS)) > 1,
		  "--json, --csv and --prometheus: one of them" },
		{ o->all && o->target, "--all and -p: one of the two" },
		{ o->svg && (o->all || o->expect || o->summary || o->absent || o->where || o->name || given & ROWS),
		  "--svg is one process, or a range of it, as a picture: it goes with neither rows nor filters" },
		{ given & O(LENS) && !o->svg, "--lens goes with --svg" },
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
	struct pt_options o = { .interval_s = 1, .w = 80, .h = 24, .theme.ncolors = PT_COLORS_AUTO };
	struct option longs[NROWS + 1];
	char shorts[2 * NROWS + 2];
	uint64_t given = 0;
	int c, err = 0;

	make_tables(longs, shorts);
	opterr = optind = 0;	/* from the beginning, also when called again */
	while (!err && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		bool taken = c != '?' && c != ':';

		c = taken ? by_letter(c) : c;
		given |= taken ? UINT64_C(1) << (c - OPT_FIRST - 1) : 0;
		err = taken ? take(&o, c, optarg, why) : refused(c, argv[optind - 1], why);
	}
	if (!err && optind < argc)
		o.command = find_command(argv[optind]);
	optind += o.command != PT_SUB_SCREEN;
	if (!err && !o.help && !o.version) {
		err = all_taken(&o, given, why);
		if (!err)
			err = operands(argc, argv, &o, why);
		if (!err)
			err = consistent(&o, given, why);
	}
	if (!err)
		*ret = o;
	return err;
}

static void add_option(struct pt_str *out, int i)
{
	char name[64], letter[8] = "    ";

	if (row[i].letter)
		snprintf(letter, sizeof(letter), "-%c, ", row[i].letter);
	snprintf(name, sizeof(name), "%s--%s%s%s", letter, row[i].name,
		 *row[i].arg && row[i].arg[0] != '[' ? " " : "", row[i].arg);
	pt_str_addf(out, "  %-24s %s\n", name, row[i].text);
}

static void add_options(struct pt_str *out, enum pt_subcommand command, bool taken)
{
	for (int i = 0; i < NROWS; i++)
		if (taken == (row[i].who == EVERY || subcommand[command].takes >> i & 1))
			add_option(out, i);
}

static const char status_text[] =
	"\nexit status: 0 done; 1 not found, or does not hold; 2 could not run\n";

/* "  heading:  word, word, …" in lines of at most 100 columns. */
struct words {
	struct pt_str *out;
	int x;
};

static void add_word(struct words *w, const char *word)
{
	int len = pt_text_width(word) + 2;

	if (w->x + len > 98) {
		pt_str_adds(w->out, "\n           ");
		w->x = 11;
	}
	pt_str_addf(w->out, "  %s", word);
	w->x += len;
}

static struct words begin_words(struct pt_str *out, const char *heading)
{
	pt_str_addf(out, "\n  %-9s", heading);
	return (struct words){ out, 11 };
}

/* Rows that the state lens has too need no lens before them. */
static bool is_state(const char *name)
{
	for (int i = 0; i < PT_NSTATES; i++)
		if (!strcmp(pt_rows[i].name, name))
			return true;
	return false;
}

static void add_lens_words(struct pt_str *out, int l)
{
	const struct pt_lens *lens = &pt_lenses[l];
	struct words w;
	char heading[16];

	snprintf(heading, sizeof(heading), l == PT_LENS_STATE ? "%ss" : "%s:", lens->name);
	w = begin_words(out, heading);
	for (int i = lens->first; i < lens->first + lens->nrows; i++)
		if (l == PT_LENS_STATE || !is_state(pt_rows[i].name))
			add_word(&w, pt_rows[i].name);
}

static void add_filter_words(struct pt_str *out)
{
	struct words w;

	pt_str_adds(out, "\nFILTER: words with commas, which must all hold; ~ turns one around: 'cow,~mlocked,count>2'. "
		    "Words:");
	for (int l = 0; l < PT_NLENSES; l++)	/* nothing is compared here */
		if (l != PT_LENS_CHANGE)
			add_lens_words(out, l);
	w = begin_words(out, "facts");
	for (int i = 0; i < PT_NFACTS; i++)
		if (!(PT_F_CHANGES >> i & 1))
			add_word(&w, pt_fact_name(i));
	w = begin_words(out, "flags");
	for (int i = 0; i < 64; i++)
		if (pt_kpf_name(i))
			add_word(&w, pt_kpf_name(i));
	w = begin_words(out, "count");
	add_word(&w, "count1  count>1  count<3: by how many page-table entries it is mapped");
	pt_str_adds(out, "\nRows of a lens stand behind its name: size:64K, 'lock:hole'.\n");
}

static void help_command(enum pt_subcommand command, struct pt_str *out)
{
	pt_str_addf(out, "pagetop %s: %s\n\nusage: pagetop %s [OPTION…]%s%s\n\noptions:\n",
		    subcommand[command].name, subcommand[command].text, subcommand[command].name,
		    *subcommand[command].args ? " " : "", subcommand[command].args);
	add_options(out, command, true);
	if (subcommand[command].takes & O(WHERE))
		add_filter_words(out);
	pt_str_adds(out, status_text);
}

static void help_all(struct pt_str *out)
{
	pt_str_addf(out, "pagetop: what the Linux kernel does with every page of memory, and why\n\n"
		    "usage: pagetop [OPTION…] %s\n       pagetop COMMAND [OPTION…] [ARGUMENT…]\n\n"
		    "Without a process: all of them. With one: its mappings. In the program ? tells the keys.\n"
		    "\ncommands (pagetop COMMAND --help: the options that it takes):\n",
		    subcommand[PT_SUB_SCREEN].args);
	for (int i = 0; i < PT_NSUBS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s%s", subcommand[i].name,
			 *subcommand[i].name && *subcommand[i].args ? " " : "", subcommand[i].args);
		pt_str_addf(out, "  %-24s %s\n", name, subcommand[i].text);
	}
	pt_str_adds(out, "\noptions:\n");
	add_options(out, PT_SUB_SCREEN, true);
	pt_str_adds(out, "\noptions of commands:\n");
	add_options(out, PT_SUB_SCREEN, false);
	pt_str_adds(out, "\nkeys:\n");
	for (size_t i = 0; i < pt_ncommands; i++)
		pt_str_addf(out, "  %-24s %s\n", pt_commands[i].keys, pt_commands[i].help);
	pt_str_adds(out, status_text);
}

void pt_options_help(enum pt_subcommand command, struct pt_str *out)
{
	if (command == PT_SUB_SCREEN)
		help_all(out);
	else
		help_command(command, out);
}

double pt_options_share(const struct pt_options *opt)
{
	return opt->budget > 0 ? opt->budget : 0.1;
}
