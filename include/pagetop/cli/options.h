/*
 * The command line: which command, with which words and options; and --help. All of it from two
 * tables, options.def and subcommands.def.
 *
 *	pagetop [OPTION…] [COMMAND] [WORD…]
 *
 * A word that is a command is a command; without one the program takes the whole screen. Where
 * a command looks at a process, its first word is the target, unless -p or --all stand for it.
 */
#ifndef PAGETOP_CLI_OPTIONS_H
#define PAGETOP_CLI_OPTIONS_H

#include <stdbool.h>
#include "pagetop/base/rows.h"
#include "pagetop/base/str.h"
#include "pagetop/cli/option_table.h"
#include "pagetop/model/headings.h"
#include "pagetop/view/theme.h"

enum { PT_MAX_WORDS = 4 };
enum { PT_ON, PT_OFF };		/* the words of an option that takes on|off */

struct pt_begun;
struct pt_keys;

struct pt_options {
	enum pt_subcommand command;
	const char *proc_root, *sys_root;	/* NULL: the real ones */
	const char *target;			/* PID or NAME; NULL: none, or all */
	bool target_is_name;			/* -p: not a pid, whatever it looks like */
	bool all;
	char **more;				/* further targets, behind the first */
	int nmore;
	const char *word[PT_MAX_WORDS];		/* what else the command takes, in
						   order; NULL: left out */
	enum pt_rows_format format;
	const char *output;			/* NULL: standard output */
	const char *from;			/* a snapshot in place of the kernel; NULL: none */
	const char *where, *expect, *name;	/* filters and a pattern, as written; NULL: none */
	bool summary, absent, cgroups, force, readonly, no_sandbox;
	enum { PT_DROP_NONE, PT_DROP_BASIC, PT_DROP_STRICT } drop;
	bool prometheus;
	uint64_t keep, max_bytes;		/* 0: not told */
	uint64_t top;
	double for_s;				/* 0: not told */
	double interval_s;
	double budget;				/* share of one core; 0: not told */
	const char *keys;			/* NULL: from the terminal */
	const char *frames;			/* NULL: nobody measures */
	uint64_t start_ns;			/* when the program began */
	const char *sort[PT_NLISTS];	/* a heading, ~ before it; NULL: the list's own */
	const char *shown[PT_NLISTS];	/* headings with commas; NULL: as many as
					   there is room for */
	bool ascii_locale;			/* that the program runs in: no other characters
						   are to be printed */
	bool screen, styles, as_svg;
	struct pt_theme theme;
	int colors;				/* which of the words of --colors;
						   theme.ncolors is what it says */
	const char *svg;			/* where the picture goes; NULL: none */
	enum pt_lens_id lens;			/* of the picture */
	int w, h;				/* of the scripted screen */
	int mouse;		/* PT_ON, PT_OFF */
	bool no_config;		/* the config file is not read */
	bool help, version;
	uint64_t given;		/* on the command line: one bit for each enum pt_option */
	const char *config_path;	/* where settings are kept; NULL: nowhere */
	size_t config_base;	/* the length of the folder that it is looked for in: HOME
				   or XDG_CONFIG_HOME */
	const struct pt_keys *bound;	/* keys by that file (ui/keys.h); NULL: none */
	struct pt_begun *begun;		/* before the sandbox (kernel/begun.h); NULL: nothing */
	const char *config_why;	/* what is wrong with that file: a sentence; or NULL */
};

/* What holds where nothing was told. */
struct pt_options pt_options_default(void);

/* 0; or -EINVAL, and in `why` the sentence. Strings point into argv. */
int pt_options_parse(int argc, char **argv, struct pt_options *ret, struct pt_str *why);

/* The text of --help: of one command; or of all, and `keys`, lines for each of them. */
void pt_options_help(enum pt_subcommand command, const char *keys, struct pt_str *out);

/* What each command runs, in the room that it belongs to. The exit status. */
#define SUBCOMMAND(id, name, args, run, takes, text) int pt_run_##run(const struct pt_options *opt);
#include "pagetop/cli/subcommands.def"
#undef SUBCOMMAND

/* Whether the command takes the whole screen: those have settings. */
bool pt_options_is_screen(const struct pt_options *opt);

/*
 * Settings: options that a config file may hold, and the settings view changes. Each is named by
 * its enum pt_option, and known by its text.
 */
int pt_setting_next(int option);	/* the one behind it, -1: the first; -1: there is no more */
int pt_setting_find(const char *name);	/* -1: none */
/* Those it can be, with | between them; NULL: it is free */
const char *pt_setting_words(int option);

/*
 * As on the command line, and it takes all options: 0; or -EINVAL, and in `why` the sentence.
 * The value is borrowed; NULL: the option was named, and no more.
 */
int pt_setting_set(struct pt_options *o, int option, const char *value, struct pt_str *why);
void pt_setting_value(const struct pt_options *o, int option, struct pt_str *out);

/* What stands for an option's argument, where its own text does not tell. */
enum pt_takes {
	PT_TAKES_OTHER, PT_TAKES_PROCESS, PT_TAKES_LENS, PT_TAKES_COLUMN, PT_TAKES_COLUMNS
};

/* `ret_list`: of columns, the list that has them. */
enum pt_takes pt_option_argument(int option, enum pt_list_id *ret_list);

/* The i-th of the words "a|b|c", not ended by NUL; NULL: there are fewer. */
const char *pt_option_word(const char *words, int i, size_t *ret_len);

/*
 * What the screen's scans may take of one core. Commands take what there is, unless they are told.
 */
double pt_options_share(const struct pt_options *opt);

#endif
