/*
 * --help: what the tables of options, commands, keys and filter words say.
 */
#include "pagetop/cli/options.h"

#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/filter.h"

static void add_row(struct pt_str *out, const char *name, const char *text)
{
	pt_str_adds(out, "  ");
	pt_str_pad(out, name, 24);
	pt_str_addf(out, " %s\n", text);
}

static void add_option(struct pt_str *out, int i)
{
	char name[64], letter[8] = "    ";

	if (pt_option_rows[i].letter)
		snprintf(letter, sizeof(letter), "-%c, ", pt_option_rows[i].letter);
	snprintf(name, sizeof(name), "%s--%s%s%s", letter, pt_option_rows[i].name,
		 *pt_option_rows[i].arg && pt_option_rows[i].arg[0] != '[' ? " " : "",
		 pt_option_rows[i].arg);
	add_row(out, name, pt_option_rows[i].text);
}

static void add_options(struct pt_str *out, enum pt_subcommand command, bool taken)
{
	for (int i = 0; i < PT_NOPTIONS; i++)
		if (taken ==
		    (pt_option_rows[i].who & EVERY || pt_subcommand_rows[command].takes >> i & 1))
			add_option(out, i);
}

static void add_statuses(struct pt_str *out)
{
	pt_str_adds(out, "\nexit status:");
	for (int i = 0; i < 3; i++)
		pt_str_addf(out, "%s %d %s", i ? ";" : "", i, pt_status_texts[i]);
	pt_str_adds(out, "\n");
}

/* "  heading:  word, word, …" in lines of at most 100 columns. */
struct words {
	struct pt_str *out;
	int x;
	int group;
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
	return (struct words){ .out = out, .x = 11 };
}

static void begin_group(struct words *w, int group)
{
	char heading[16];

	if (group < PT_NLENSES)
		snprintf(heading, sizeof(heading), group == PT_LENS_STATE ? "%ss" : "%s:",
			 pt_lenses[group].name);
	else
		strcpy(heading, group == PT_OF_FACTS ? "facts" : "flags");
	*w = begin_words(w->out, heading);
	w->group = group;
}

static void tell_word(void *to, int group, const char *word, const char *text)
{
	struct words *w = to;

	(void)text;
	if (group != w->group)
		begin_group(w, group);
	add_word(w, word);
}

static void add_filter_words(struct pt_str *out)
{
	struct words w = { .out = out, .group = -1 };

	pt_str_adds(
		out,
		"\nFILTER: comma-separated words, all must match; ~ negates: 'cow,~mlocked,count>2'. Words:");
	pt_filter_words(tell_word, &w);
	w = begin_words(out, "count");
	add_word(&w, "count1  count>1  count<3: map count");
	pt_str_adds(
		out,
		"\nLens rows are LENS:ROW where the state lens has a row of the same name: 'lock:absent'.\n");
}

static void help_command(enum pt_subcommand command, struct pt_str *out)
{
	pt_str_addf(out, "pagetop %s: %s\n\nusage: pagetop %s [OPTION…]%s%s\n\noptions:\n",
		    pt_subcommand_rows[command].name, pt_subcommand_rows[command].text,
		    pt_subcommand_rows[command].name, *pt_subcommand_rows[command].args ? " " : "",
		    pt_subcommand_rows[command].args);
	add_options(out, command, true);
	if (pt_subcommand_rows[command].takes & O(WHERE))
		add_filter_words(out);
	add_statuses(out);
}

static void help_all(struct pt_str *out, const char *keys)
{
	pt_str_addf(
		out,
		"pagetop: %s\n\n"
		"usage: pagetop [OPTION…] %s\n       pagetop COMMAND [OPTION…] [ARGUMENT…]\n\n"
		"Without an argument: all processes. With one: its mappings. Press ? for the keys.\n"
		"\ncommands (pagetop COMMAND --help lists a command's options):\n",
		pt_about, pt_subcommand_rows[PT_SUB_SCREEN].args);
	for (int i = 0; i < PT_NSUBS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s%s", pt_subcommand_rows[i].name,
			 *pt_subcommand_rows[i].name && *pt_subcommand_rows[i].args ? " " : "",
			 pt_subcommand_rows[i].args);
		add_row(out, name, pt_subcommand_rows[i].text);
	}
	pt_str_adds(out, "\noptions:\n");
	add_options(out, PT_SUB_SCREEN, true);
	pt_str_adds(out, "\ncommand options:\n");
	add_options(out, PT_SUB_SCREEN, false);
	pt_str_adds(out, "\nkeys:\n");
	pt_str_adds(out, keys);
	add_statuses(out);
}

void pt_options_help(enum pt_subcommand command, const char *keys, struct pt_str *out)
{
	if (command == PT_SUB_SCREEN)
		help_all(out, keys);
	else
		help_command(command, out);
}
