/*
 * The marks of completions/: what the tables say, as bash, zsh and fish write it.
 */
#include "fill.h"

#include <stdio.h>
#include <string.h>
#include "pagetop/cli/options.h"
#include "pagetop/model/filter.h"

/* Those who name a command call it so where there is none on the line. */
static const char *command_name(int command, const char *none)
{
	return *pt_subcommand_rows[command].name ? pt_subcommand_rows[command].name : none;
}

/* In single quotes; `more`: what else has a backslash before it. */
static void add_quoted(struct pt_str *out, const char *text, const char *more, bool fish)
{
	for (; *text; text++)
		if (*text == '\'')
			pt_str_adds(out, fish ? "\\'" : "'\\''");
		else if (strchr(more, *text) || (fish && *text == '\\'))
			pt_str_addf(out, "\\%c", *text);
		else
			pt_str_addc(out, *text);
}

static void add_lenses(struct pt_str *out)
{
	for (int i = 0; i < PT_NLENSES; i++)
		pt_str_addf(out, " %s", pt_lenses[i].name);
}

static void add_columns(struct pt_str *out, enum pt_list_id list, bool sorted)
{
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (pt_headings[i].lists >> list & 1 &&
		    !(sorted && pt_headings[i].order == PT_ORDER_NOT))
			pt_str_addf(out, " %s", pt_headings[i].name);
}

/* "a|b|c" and "[=a|b|c]" */
static void add_words(struct pt_str *out, const char *words)
{
	for (words += strspn(words, "[="); *words && *words != ']'; words++)
		if (*words == '|')
			pt_str_addc(out, ' ');
		else
			pt_str_addc(out, *words);
}

/* What completes the word that is called so in usages: a function of completions/, or "". */
static const char *call_of(const char *arg)
{
	bool is_process = !strncmp(arg, "PID", 3) || strstr(arg, "|PID");

	if (!strncmp(arg, "FILE[@", 6))
		return is_process ? "side" : "snapshot";
	if (is_process)
		return "process";
	if (!strcmp(arg, "FILE"))
		return "file";
	if (!strcmp(arg, "DIR"))
		return "folder";
	return !strcmp(arg, "FILTER") ? "filter" : "";
}

/* The same of an option's argument; in `ret_words`: what to choose from. */
static const char *argument_of(int option, struct pt_str *ret_words)
{
	const char *arg = pt_option_rows[option].arg;
	enum pt_list_id list;

	switch (pt_option_argument(option, &list)) {
	case PT_TAKES_PROCESS:
		return "process";
	case PT_TAKES_LENS:
		add_lenses(ret_words);
		return "words";
	case PT_TAKES_COLUMN:
		add_columns(ret_words, list, true);
		return "sort";
	case PT_TAKES_COLUMNS:
		add_columns(ret_words, list, false);
		return "list";
	default:
		if (!strchr(arg, '|'))
			return call_of(arg);
		add_words(ret_words, arg);
		return "words";
	}
}

static bool needs_argument(int option)
{
	return *pt_option_rows[option].arg && *pt_option_rows[option].arg != '[';
}

/* ---- in more than one of them */

void fill_commands(struct pt_str *out)
{
	for (int i = 0; i < PT_NSUBS; i++)
		if (*pt_subcommand_rows[i].name)
			pt_str_addf(out, "\t\t%s\n", pt_subcommand_rows[i].name);
}

static void add_pattern(struct pt_str *out, int option)
{
	pt_str_addf(out, "--%s", pt_option_rows[option].name);
	if (pt_option_rows[option].letter)
		pt_str_addf(out, " | -%c", pt_option_rows[option].letter);
}

void fill_options_with_argument(struct pt_str *out)
{
	for (int i = 0; i < PT_NOPTIONS; i++)
		if (needs_argument(i)) {
			pt_str_adds(out, "\t");
			add_pattern(out, i);
			pt_str_adds(out, ") option=$word ;;\n");
		}
}

static void tell_word(void *out, int group, const char *word, const char *text)
{
	(void)group;
	(void)text;
	pt_str_adds(out, "\t\t'");
	add_quoted(out, word, "", false);
	pt_str_adds(out, "'\n");
}

void fill_filter_words(struct pt_str *out)
{
	pt_filter_words(tell_word, out);
}

/* ---- bash */

void fill_bash_options(struct pt_str *out)
{
	for (int c = 0; c < PT_NSUBS; c++) {
		pt_str_addf(out, "\t%s) _pagetop_offer", command_name(c, "''"));
		for (int i = 0; i < PT_NOPTIONS; i++)
			if (fill_takes(c, i))
				pt_str_addf(out, " --%s", pt_option_rows[i].name);
		pt_str_adds(out, " ;;\n");
	}
}

void fill_bash_arguments(struct pt_str *out)
{
	for (int i = 0; i < PT_NOPTIONS; i++) {
		struct pt_str words = PT_STR_INIT;
		const char *call = argument_of(i, &words);

		if (*call) {
			pt_str_adds(out, "\t");
			add_pattern(out, i);
			pt_str_addf(out, ") _pagetop_%s %s ;;\n", call, words.s);
		}
		pt_str_done(&words);
	}
}

/* "PID...": any number of them */
static bool is_many(const char *arg)
{
	return arg[strlen(arg) - 1] == '.';
}

void fill_bash_operands(struct pt_str *out)
{
	for (int c = 0; c < PT_NSUBS; c++) {
		const char *args = pt_subcommand_rows[c].args;
		char arg[64];

		for (int n = 0; fill_next(&args, arg, sizeof(arg)); n++)
			if (*call_of(arg) && is_many(arg))
				pt_str_addf(out, "\t%s.*) _pagetop_%s ;;\n",
					    pt_subcommand_rows[c].name, call_of(arg));
			else if (*call_of(arg))
				pt_str_addf(out, "\t%s.%d) _pagetop_%s ;;\n",
					    pt_subcommand_rows[c].name, n, call_of(arg));
	}
}

/* ---- zsh */

/* 'word:text' */
static void add_described(struct pt_str *out, const char *word, const char *text)
{
	pt_str_adds(out, "\t\t'");
	add_quoted(out, word, ":\\", false);
	pt_str_addc(out, ':');
	add_quoted(out, text, "", false);
	pt_str_adds(out, "'\n");
}

static void tell_described(void *out, int group, const char *word, const char *text)
{
	(void)group;
	add_described(out, word, text);
}

void fill_zsh_filter_words(struct pt_str *out)
{
	pt_filter_words(tell_described, out);
}

void fill_zsh_commands(struct pt_str *out)
{
	for (int i = 0; i < PT_NSUBS; i++)
		if (*pt_subcommand_rows[i].name)
			add_described(out, pt_subcommand_rows[i].name, pt_subcommand_rows[i].text);
}

/* ":NAME:what completes it"; a blank alone: nothing does */
static void add_zsh_argument(struct pt_str *out, const char *arg, const char *call,
			     const char *words)
{
	if (!strcmp(call, "words"))
		pt_str_addf(out, ":word:(%s)", words);
	else {
		pt_str_addc(out, ':');
		add_quoted(out, arg, ":", false);
		pt_str_addf(out, *call ? ": _pagetop_%s%s" : ": ", call, words);
	}
}

/* One way of writing the option, the other one instead of it. */
static void add_zsh_option(struct pt_str *out, int option, bool is_long)
{
	const struct pt_option_row *row = &pt_option_rows[option];
	struct pt_str words = PT_STR_INIT;
	const char *call = argument_of(option, &words);

	pt_str_adds(out, " \\\n\t\t\t'");
	if (row->letter)
		pt_str_addf(out, "(-%c --%s)", row->letter, row->name);
	if (is_long)
		pt_str_addf(out, "--%s%s", row->name,
			    !*row->arg ? "" : *row->arg == '[' ? "=-" : "=");
	else
		pt_str_addf(out, "-%c%s", row->letter, *row->arg ? "+" : "");
	pt_str_addc(out, '[');
	add_quoted(out, row->text, "[]:\\", false);
	pt_str_addc(out, ']');
	if (*row->arg == '[')
		pt_str_addc(out, ':');
	if (*row->arg)
		add_zsh_argument(out, row->arg, call, words.s);
	pt_str_addc(out, '\'');
	pt_str_done(&words);
}

static void add_zsh_operands(struct pt_str *out, int command)
{
	const char *args = pt_subcommand_rows[command].args;
	bool is_first = command == PT_SUB_SCREEN;
	char arg[64];

	pt_str_addf(out, " \\\n\t\t\t'1: :_pagetop_%s'", is_first ? "first" : "command");
	for (int n = 2; !is_first && fill_next(&args, arg, sizeof(arg)); n++) {
		if (is_many(arg))
			pt_str_adds(out, " \\\n\t\t\t'*");
		else
			pt_str_addf(out, " \\\n\t\t\t'%d", n);
		add_zsh_argument(out, arg, call_of(arg), "");
		pt_str_addc(out, '\'');
	}
}

void fill_zsh_cases(struct pt_str *out)
{
	for (int c = 0; c < PT_NSUBS; c++) {
		pt_str_addf(out, "\t%s)\n\t\t_arguments -s -S", command_name(c, "''"));
		for (int i = 0; i < PT_NOPTIONS; i++) {
			if (fill_takes(c, i) && pt_option_rows[i].letter)
				add_zsh_option(out, i, false);
			if (fill_takes(c, i))
				add_zsh_option(out, i, true);
		}
		add_zsh_operands(out, c);
		pt_str_adds(out, " ;;\n");
	}
}

/* ---- fish */

void fill_fish_words(struct pt_str *out)
{
	pt_str_adds(out, "\tset -l commands");
	for (int i = 0; i < PT_NSUBS; i++)
		pt_str_addf(out, " %s", pt_subcommand_rows[i].name);
	pt_str_adds(out, "\n\tset -l with_argument");
	for (int i = 0; i < PT_NOPTIONS; i++)
		if (needs_argument(i)) {
			pt_str_addf(out, " --%s", pt_option_rows[i].name);
			if (pt_option_rows[i].letter)
				pt_str_addf(out, " -%c", pt_option_rows[i].letter);
		}
	pt_str_addc(out, '\n');
}

static void tell_fish(void *out, int group, const char *word, const char *text)
{
	(void)group;
	pt_str_adds(out, " \\\n\t\t'");
	add_quoted(out, word, "", true);
	pt_str_adds(out, "'\\t'");
	add_quoted(out, text, "", true);
	pt_str_addc(out, '\'');
}

void fill_fish_filter_words(struct pt_str *out)
{
	pt_str_adds(out, "\tset -l words");
	pt_filter_words(tell_fish, out);
	pt_str_addc(out, '\n');
}

static void add_fish_text(struct pt_str *out, const char *text)
{
	pt_str_adds(out, " -d '");
	add_quoted(out, text, "", true);
	pt_str_adds(out, "'\n");
}

void fill_fish_commands(struct pt_str *out)
{
	for (int i = 0; i < PT_NSUBS; i++)
		if (*pt_subcommand_rows[i].name) {
			pt_str_addf(out, "complete -c pagetop -n '__pagetop_at - 0' -a %s",
				    pt_subcommand_rows[i].name);
			add_fish_text(out, pt_subcommand_rows[i].text);
		}
}

static void add_fish_call(struct pt_str *out, const char *call, const char *words)
{
	if (!strcmp(call, "words"))
		pt_str_addf(out, " -a '%s'", words);
	else if (!strcmp(call, "file"))
		pt_str_adds(out, " -F");
	else if (*call)
		pt_str_addf(out, " -a '(__pagetop_%s%s)'", call, words);
}

void fill_fish_options(struct pt_str *out)
{
	for (int i = 0; i < PT_NOPTIONS; i++) {
		struct pt_str words = PT_STR_INIT;
		const char *call = argument_of(i, &words);

		pt_str_adds(out, "complete -c pagetop -n '__pagetop_is");
		for (int c = 0; c < PT_NSUBS; c++)
			if (fill_takes(c, i))
				pt_str_addf(out, " %s", command_name(c, "-"));
		pt_str_addf(out, "' -l %s", pt_option_rows[i].name);
		if (pt_option_rows[i].letter)
			pt_str_addf(out, " -s %c", pt_option_rows[i].letter);
		if (needs_argument(i))
			pt_str_adds(out, strcmp(call, "file") ? " -x" : " -r");
		add_fish_call(out, call, words.s);
		add_fish_text(out, pt_option_rows[i].text);
		pt_str_done(&words);
	}
}

void fill_fish_operands(struct pt_str *out)
{
	for (int c = 0; c < PT_NSUBS; c++) {
		const char *args = pt_subcommand_rows[c].args;
		char arg[64], at[16];

		for (int n = 0; fill_next(&args, arg, sizeof(arg)); n++) {
			if (!*call_of(arg))
				continue;
			snprintf(at, sizeof(at), "%d", n);
			pt_str_addf(out, "complete -c pagetop -n '__pagetop_at %s %s'",
				    command_name(c, "-"), is_many(arg) ? "\"*\"" : at);
			add_fish_call(out, c == PT_SUB_SCREEN ? "first" : call_of(arg), "");
			pt_str_addc(out, '\n');
		}
	}
}
