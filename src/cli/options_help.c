/*
 * --help: what the tables of options, commands, keys and filter words say.
 */
#include "pagetop/cli/options.h"

#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/lens.h"

static void add_option(struct pt_str *out, int i)
{
	char name[64], letter[8] = "    ";

	if (pt_option_rows[i].letter)
		snprintf(letter, sizeof(letter), "-%c, ", pt_option_rows[i].letter);
	snprintf(name, sizeof(name), "%s--%s%s%s", letter, pt_option_rows[i].name,
		 *pt_option_rows[i].arg && pt_option_rows[i].arg[0] != '[' ? " " : "",
		 pt_option_rows[i].arg);
	pt_str_addf(out, "  %-24s %s\n", name, pt_option_rows[i].text);
}

static void add_options(struct pt_str *out, enum pt_subcommand command, bool taken)
{
	for (int i = 0; i < PT_NOPTIONS; i++)
		if (taken ==
		    (pt_option_rows[i].who & EVERY || pt_subcommand_rows[command].takes >> i & 1))
			add_option(out, i);
}

static const char status_text[] =
	"\nexit status: 0 success; 1 not found, or check failed; 2 error\n";

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

	pt_str_adds(
		out,
		"\nFILTER: comma-separated words, all must match; ~ negates: 'cow,~mlocked,count>2'. Words:");
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
	pt_str_adds(out, status_text);
}

static void help_all(struct pt_str *out, const char *keys)
{
	pt_str_addf(
		out,
		"pagetop: what the Linux kernel does with every page of memory, and why\n\n"
		"usage: pagetop [OPTION…] %s\n       pagetop COMMAND [OPTION…] [ARGUMENT…]\n\n"
		"Without an argument: all processes. With one: its mappings. Press ? for the keys.\n"
		"\ncommands (pagetop COMMAND --help lists a command's options):\n",
		pt_subcommand_rows[PT_SUB_SCREEN].args);
	for (int i = 0; i < PT_NSUBS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s%s", pt_subcommand_rows[i].name,
			 *pt_subcommand_rows[i].name && *pt_subcommand_rows[i].args ? " " : "",
			 pt_subcommand_rows[i].args);
		pt_str_addf(out, "  %-24s %s\n", name, pt_subcommand_rows[i].text);
	}
	pt_str_adds(out, "\noptions:\n");
	add_options(out, PT_SUB_SCREEN, true);
	pt_str_adds(out, "\ncommand options:\n");
	add_options(out, PT_SUB_SCREEN, false);
	pt_str_adds(out, "\nkeys:\n");
	pt_str_adds(out, keys);
	pt_str_adds(out, status_text);
}

void pt_options_help(enum pt_subcommand command, const char *keys, struct pt_str *out)
{
	if (command == PT_SUB_SCREEN)
		help_all(out, keys);
	else
		help_command(command, out);
}
