#include "pagetop/cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include "pagetop/base/text.h"

enum { LONG = 1000 };		/* added to the number of an option: above any character */

static int argument_of(int option)
{
	const char *arg = pt_option_rows[option].arg;

	if (!*arg)
		return no_argument;
	return *arg == '[' ? optional_argument : required_argument;
}

/* getopt's tables, from ours. */
static void make_tables(struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (int i = 0; i < PT_NOPTIONS; i++) {
		const char *name = pt_option_rows[i].name;

		longs[i] = (struct option){ name, argument_of(i), NULL, LONG + i };
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
			return LONG + i;
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

/*
 * A word that is no command, but nearly one, is no process either where arguments or options of
 * commands stand with it.
 */
static int check_command(const struct pt_options *o, int nwords, const char *word,
			 struct pt_str *why)
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
	pt_str_adds(why, "unexpected argument \"");
	pt_escape(why, word, strlen(word));
	pt_str_adds(why, "\"; see pagetop --help");
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
		bool is_target = arg == pt_subcommand_rows[o->command].args &&
				 !strncmp(arg + may_miss, "PID", 3);
		const char **place = is_target ? &o->target : &o->word[n++];

		if (is_target && (o->target || o->all))
			continue;
		if (optind < argc) {
			*place = argv[optind++];
		} else if (!may_miss) {
			pt_str_addf(why, "%s: missing %.*s; see pagetop %s --help",
				    pt_subcommand_rows[o->command].name, (int)len, arg,
				    pt_subcommand_rows[o->command].name);
			return -EINVAL;
		}
		/* "PID...": all others too */
		if (is_target && arg[len - 1] == '.' && !o->target_is_name) {
			o->more = argv + optind;
			o->nmore = argc - optind;
			optind = argc;
		}
	}
	return optind < argc ? too_many(argv[optind], why) : 0;
}

static const char *command_name(enum pt_subcommand command)
{
	const char *name = pt_subcommand_rows[command].name;

	return *name ? name : "the full-screen program";
}

/* "ps, maps": the commands that take the option. */
static void add_takers(struct pt_str *out, int option)
{
	int n = 0;

	for (int i = 0; i < PT_NSUBS; i++)
		if (pt_subcommand_rows[i].takes >> option & 1)
			pt_str_addf(out, "%s%s", n++ ? ", " : "",
				    command_name((enum pt_subcommand)i));
}

static int all_taken(const struct pt_options *o, struct pt_str *why)
{
	for (int i = 0; i < PT_NOPTIONS; i++) {
		if (pt_option_rows[i].who & EVERY ||
		    !(o->given & ~pt_subcommand_rows[o->command].takes & UINT64_C(1) << i))
			continue;
		pt_str_addf(why, "--%s: not an option of %s; only of ", pt_option_rows[i].name,
			    command_name(o->command));
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
		{ o->keys && !o->screen, "--keys: requires --screen" },
		{ !!(given & O(JSON)) + !!(given & O(CSV)) + !!(given & O(PROMETHEUS)) > 1,
		  "--json, --csv, --prometheus: mutually exclusive" },
		{ o->all && o->target, "--all, -p: mutually exclusive" },
		{ o->svg && (o->all || o->expect || o->summary || o->absent || o->where || o->name || given & ROWS),
		  "--svg: draws one process, or a range of it; excludes options for rows and filters" },
		{ given & O(LENS) && !o->svg, "--lens: requires --svg" },
		{ o->readonly && (is_file(o->output) || is_file(o->svg) || o->frames),
		  "--readonly: cannot write a file; write to standard output" },
		{ o->expect && o->summary, "--expect, --summary: mutually exclusive" },
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
	const bool letter = optopt > 0 && optopt < LONG, known = c == ':' || optopt >= LONG;
	struct pt_nearest near = pt_option_nearest(letter ? "" : word);

	pt_str_adds(why, known ? "option \"" : "unknown option \"");
	if (letter) {
		pt_str_addc(why, '-');
		pt_escape(why, (char[]){ (char)optopt }, 1);
	} else {
		pt_escape(why, word, strlen(word));
	}
	pt_str_addc(why, '"');
	if (known)
		pt_str_adds(why, c == ':' ? " requires an argument" : " takes no argument");
	else if (near.word[0])
		pt_nearest_say(&near, why);
	else
		pt_str_adds(why, "; see pagetop --help");
	return -EINVAL;
}

int pt_options_parse(int argc, char **argv, struct pt_options *ret, struct pt_str *why)
{
	struct pt_options o = pt_options_default();
	struct option longs[PT_NOPTIONS + 1];
	char shorts[2 * PT_NOPTIONS + 2];
	int c, err = 0;

	make_tables(longs, shorts);
	opterr = optind = 0;	/* from the beginning, also when called again */
	while (!err && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		bool taken = c != '?' && c != ':';

		c = taken ? by_letter(c) - LONG : c;
		o.given |= taken ? UINT64_C(1) << c : 0;
		if (taken)
			err = pt_setting_set(&o, c, optarg, why);
		else
			err = refused(c, argv[optind - 1], why);
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

bool pt_options_is_screen(const struct pt_options *opt)
{
	return pt_subcommand_rows[opt->command].takes & O(SCREEN);
}
