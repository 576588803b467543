/*
 * The command line: which command, with which words and options; and --help. All of it from two
 * tables, options.def and subcommands.def.
 *
 *	pagetop [OPTION…] [COMMAND] [WORD…]
 *
 * A word that is a command is a command; without one the program takes the whole screen. Where
 * a command looks at a process, its first word is the target, unless -p or --all stand for it.
 */
#ifndef PAGETOP_APP_OPTIONS_H
#define PAGETOP_APP_OPTIONS_H

#include <stdbool.h>
#include "pagetop/base/rows.h"
#include "pagetop/base/str.h"
#include "pagetop/view/theme.h"

enum pt_subcommand {
#define SUBCOMMAND(id, name, args, run, takes, text) PT_SUB_##id,
#include "pagetop/app/subcommands.def"
#undef SUBCOMMAND
	PT_NSUBS
};

enum { PT_MAX_WORDS = 4 };

struct pt_options {
	enum pt_subcommand command;
	const char *proc_root, *sys_root;	/* NULL: the real ones */
	const char *target;			/* PID or NAME; NULL: none, or all */
	bool target_is_name;			/* -p: not a pid, whatever it looks like */
	bool all;
	char **more;				/* further targets, behind the first */
	int nmore;
	const char *word[PT_MAX_WORDS];		/* what else the command takes, in order; NULL: left out */
	enum pt_rows_format format;
	const char *output;			/* NULL: standard output */
	const char *from;			/* a snapshot in place of the kernel; NULL: none */
	const char *where, *expect, *name;	/* filters and a pattern, as written; NULL: none */
	bool summary, absent, force;
	bool prometheus;
	uint64_t keep, max_bytes, top;		/* 0: not told */
	double for_s;				/* 0: not told */
	double interval_s;
	double budget;			/* share of one core; 0: not told */
	const char *keys;			/* NULL: from the terminal */
	const char *frames;			/* NULL: nobody measures */
	uint64_t start_ns;			/* when the program began */
	bool screen, styles, as_svg;
	struct pt_theme theme;
	const char *svg;			/* where the picture goes; NULL: none */
	enum pt_lens_id lens;			/* of the picture */
	int w, h;				/* of the scripted screen */
	bool help, version;
};

/* 0; or -EINVAL, and in `why` the sentence. Strings point into argv. */
int pt_options_parse(int argc, char **argv, struct pt_options *ret, struct pt_str *why);

/* The text of --help: of one command, or of all. */
void pt_options_help(enum pt_subcommand command, struct pt_str *out);

/* What each command runs. The exit status. */
#define SUBCOMMAND(id, name, args, run, takes, text) int pt_run_##run(const struct pt_options *opt);
#include "pagetop/app/subcommands.def"
#undef SUBCOMMAND

/* What the screen's scans may take of one core. Commands take what there is, unless they are told. */
double pt_options_share(const struct pt_options *opt);

#endif
