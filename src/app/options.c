#include "pagetop/app/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/app/keys.h"
#include "pagetop/app/term.h"
#include "pagetop/base/text.h"

enum {
	OPT_FIRST = 1000,	/* above any character */
#define OPTION(id, letter, name, arg, text) OPT_##id,
#include "pagetop/app/options.def"
#undef OPTION
	OPT_END
};

static const struct { char letter; const char *name, *arg, *text; } row[] = {
#define OPTION(id, letter, name, arg, text) { letter, name, arg, text },
#include "pagetop/app/options.def"
#undef OPTION
};
enum { NROWS = sizeof(row) / sizeof(row[0]) };

static const struct { const char *name, *text; } subcommand[] = {
#define SUBCOMMAND(name, text) { name, text },
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

static int take(struct pt_options *o, int opt, char *value, struct pt_str *why)
{
	int n;

	switch (opt) {
	case OPT_NAME:
		o->target = value;
		o->target_is_name = true;
		return 0;
	case OPT_PROC_ROOT:
		o->proc_root = value;
		return 0;
	case OPT_SYS_ROOT:
		o->sys_root = value;
		return 0;
	case OPT_INTERVAL:
		return number("interval", value, 0.05, 3600, "seconds from 0.05 to 3600",
			      &o->interval_s, why);
	case OPT_BUDGET:
		return number("budget", value, 0.01, 1, "a share from 0.01 to 1", &o->budget, why);
	case OPT_SIZE:
		n = pt_parse_screen(value, &o->w, &o->h);
		if (!n || value[n])
			return bad(why, "size", value, "columns and rows such as 80x24, each 1 to 1000");
		return 0;
	case OPT_KEYS:
		o->keys = value;
		return 0;
	case OPT_SCREEN:
		o->screen = true;
		o->styles = value;
		if (value && strcmp(value, "styles"))
			return bad(why, "screen", value, "nothing or styles");
		return 0;
	case OPT_HELP:
		o->help = true;
		return 0;
	default:
		o->version = true;
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

static int operands(int argc, char **argv, struct pt_options *o, struct pt_str *why)
{
	if (optind < argc && !strcmp(argv[optind], subcommand[0].name)) {
		o->demo = true;
		optind++;
	} else if (optind < argc && !o->target) {
		o->target = argv[optind++];
	}
	if (optind < argc) {
		pt_str_addc(why, '"');
		pt_escape(why, argv[optind], strlen(argv[optind]));
		pt_str_adds(why, "\" is one word too many; pagetop --help tells what there is");
		return -EINVAL;
	}
	if (o->demo && (o->target || o->proc_root)) {
		pt_str_adds(why, "demo looks at its own child: no process and no --proc-root with it");
		return -EINVAL;
	}
	return 0;
}

static int consistent(const struct pt_options *o, struct pt_str *why)
{
	if (o->keys && !o->screen) {
		pt_str_adds(why, "--keys goes with --screen");
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
	struct pt_options o = { .interval_s = 1, .budget = 0.1, .w = 80, .h = 24 };
	struct option longs[NROWS + 1];
	char shorts[2 * NROWS + 2];
	int c, err = 0;

	make_tables(longs, shorts);
	opterr = optind = 0;	/* from the beginning, also when called again */
	while (!err && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		err = c == '?' || c == ':' ? refused(c, argv[optind - 1], why) :
		      take(&o, by_letter(c), optarg, why);
	}
	if (!err)
		err = operands(argc, argv, &o, why);
	if (!err)
		err = consistent(&o, why);
	if (!err)
		*ret = o;
	return err;
}

void pt_options_help(struct pt_str *out)
{
	pt_str_adds(out, "pagetop: what the Linux kernel does with every page of memory, and why\n\n"
		    "usage: pagetop [OPTION…] [PID | NAME]\n       pagetop [OPTION…] COMMAND\n\n"
		    "Without a process: all of them. With one: its mappings. In the program ? tells the keys.\n"
		    "\ncommands:\n");
	for (size_t i = 0; i < sizeof(subcommand) / sizeof(subcommand[0]); i++)
		pt_str_addf(out, "  %-24s %s\n", subcommand[i].name, subcommand[i].text);
	pt_str_adds(out, "\noptions:\n");
	for (int i = 0; i < NROWS; i++) {
		char name[64], letter[8] = "    ";

		if (row[i].letter)
			snprintf(letter, sizeof(letter), "-%c, ", row[i].letter);
		snprintf(name, sizeof(name), "%s--%s%s%s", letter, row[i].name,
			 *row[i].arg && row[i].arg[0] != '[' ? " " : "", row[i].arg);
		pt_str_addf(out, "  %-24s %s\n", name, row[i].text);
	}
	pt_str_adds(out, "\nkeys:\n");
	for (size_t i = 0; i < pt_ncommands; i++)
		pt_str_addf(out, "  %-24s %s\n", pt_commands[i].keys, pt_commands[i].help);
	pt_str_adds(out, "\nexit status: 0 done; 1 not found, or does not hold; 2 could not run\n");
}
