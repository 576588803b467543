/*
 * The marks of pagetop.1.in: what the tables say, as mdoc.
 */
#include "fill.h"

#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/filter.h"
#include "pagetop/model/headings.h"
#include "pagetop/ui/keys.h"
#include "pagetop/view/view.h"

enum { LINE_MAX_BYTES = 78 };

/* One character, so that roff prints it and nothing else. */
static void add_char(struct pt_str *out, uint32_t ch)
{
	static const struct { char ch; const char *name; } special[] = {
		{ '\\', "\\e" }, { '"', "\\(dq" }, { '\'', "\\(aq" }, { '`', "\\(ga" },
		{ '^', "\\(ha" }, { '~', "\\(ti" }, { '-', "\\-" },
	};

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if ((uint32_t)special[i].ch == ch) {
			pt_str_adds(out, special[i].name);
			return;
		}
	if (ch < 128)
		pt_str_addc(out, (char)ch);
	else
		pt_str_addf(out, "\\[u%04X]", (unsigned)ch);
}

static void add_chars(struct pt_str *out, const char *text, size_t len)
{
	uint32_t ch;

	for (size_t n; len; text += n, len -= n) {
		n = pt_utf8_decode(text, len, &ch);
		n = n ? n : 1;
		/* a hyphen within a word may be one */
		if (ch == '-' && len > 1 && text[1] >= 'a' && text[1] <= 'z' && out->len &&
		    out->s[out->len - 1] >= 'a' && out->s[out->len - 1] <= 'z')
			pt_str_addc(out, '-');
		else
			add_char(out, ch);
	}
}

/* An argument of a macro: neither one itself, nor punctuation. */
static void add_arg(struct pt_str *out, const char *arg, size_t len)
{
	pt_str_adds(out, " \"\\&");
	add_chars(out, arg, len);
	pt_str_addc(out, '"');
}

static void add_macro(struct pt_str *out, const char *macro, const char *arg)
{
	pt_str_addf(out, " %s", macro);
	add_arg(out, arg, strlen(arg));
}

/* Lines of text; a new sentence begins a new one. */
static void add_text(struct pt_str *out, const char *text)
{
	size_t x = 0;

	while (*(text += strspn(text, " "))) {
		size_t len = strcspn(text, " "), from;

		if (x + len + 1 > LINE_MAX_BYTES && x) {
			pt_str_addc(out, '\n');
			x = 0;
		}
		pt_str_adds(out, x ? " " : "");
		from = out->len;
		if (!x && (*text == '.' || *text == '\''))
			pt_str_adds(out, "\\&");
		add_chars(out, text, len);
		x += out->len - from + 1;
		if (strchr(".!?", text[len - 1]) && text[len] == ' ') {
			pt_str_addc(out, '\n');
			x = 0;
		}
		text += len;
	}
	pt_str_addc(out, '\n');
}

/* ---- commands and options */

void fill_man_about(struct pt_str *out)
{
	pt_str_addf(out, ".Nd %s\n", pt_about);
}

/* "PID [START-END]", on the line of a macro. */
static void add_operands(struct pt_str *out, int command)
{
	const char *args = pt_subcommand_rows[command].args;
	bool may_miss = *args == '[';
	char arg[64];

	while (fill_next(&args, arg, sizeof(arg))) {
		add_macro(out, may_miss ? "Oo Ar" : "Ar", arg);
		pt_str_adds(out, may_miss ? " Oc" : "");
		may_miss = *args && args[1] == '[';
	}
}

void fill_man_synopsis(struct pt_str *out)
{
	for (int i = 0; i < PT_NSUBS; i++) {
		pt_str_adds(out, ".Nm pagetop\n");
		if (*pt_subcommand_rows[i].name)
			pt_str_addf(out, ".Cm %s\n", pt_subcommand_rows[i].name);
		pt_str_adds(out, ".Oo Ar OPTION ... Oc");
		add_operands(out, i);
		pt_str_addc(out, '\n');
	}
}

void fill_man_commands(struct pt_str *out)
{
	for (int i = 0; i < PT_NSUBS; i++) {
		pt_str_adds(out, ".It");
		if (*pt_subcommand_rows[i].name)
			add_macro(out, "Cm", pt_subcommand_rows[i].name);
		add_operands(out, i);
		pt_str_addc(out, '\n');
		add_text(out, pt_subcommand_rows[i].text);
	}
}

static bool is_everywhere(int option)
{
	return pt_option_rows[option].who & EVERY;
}

static void add_takers(struct pt_str *out, int option)
{
	const char *before = "";

	pt_str_adds(out, ".br\nWith ");
	for (int i = 0; i < PT_NSUBS; i++)
		if (fill_takes(i, option)) {
			pt_str_addf(out, "%s%s", before,
				    *pt_subcommand_rows[i].name ? pt_subcommand_rows[i].name :
								  "the screen");
			before = ",\n";
		}
	pt_str_adds(out, ".\n");
}

void fill_man_options(struct pt_str *out)
{
	for (int i = 0; i < PT_NOPTIONS; i++) {
		const struct pt_option_row *row = &pt_option_rows[i];

		pt_str_adds(out, ".It");
		if (row->letter)
			pt_str_addf(out, " Fl %c ,", row->letter);
		pt_str_addf(out, " Fl -%s", row->name);
		if (*row->arg)
			add_macro(out, *row->arg == '[' ? "Ns Ar" : "Ar", row->arg);
		pt_str_addc(out, '\n');
		add_text(out, row->text);
		if (!is_everywhere(i))
			add_takers(out, i);
	}
}

void fill_man_settings(struct pt_str *out)
{
	const char *before = "";

	for (int i = 0; i < PT_NOPTIONS; i++)
		if (pt_option_rows[i].who & SETTING) {
			pt_str_addf(out, "%s.Cm %s", before, pt_option_rows[i].name);
			before = " ,\n";
		}
	pt_str_adds(out, " .\n");
}

void fill_man_statuses(struct pt_str *out)
{
	for (int i = 0; i < 3; i++) {
		pt_str_addf(out, ".It %d\n", i);
		add_text(out, pt_status_texts[i]);
	}
}

/* ---- keys, by the views that they are valid in */

static unsigned views_of(int command)
{
	unsigned views = 0;

	for (int i = 0; i < PT_NVIEWS; i++)
		views |= (unsigned)!!(pt_views[i].where & pt_commands[command].where) << i;
	return views;
}

/* Views of one name are one. */
static bool is_named_before(unsigned views, int view)
{
	for (int i = 0; i < view; i++)
		if (views >> i & 1 && !strcmp(pt_views[i].name, pt_views[view].name))
			return true;
	return false;
}

static void add_views(struct pt_str *out, unsigned views)
{
	const char *before = "\\&In ";

	if (views == (1U << PT_NVIEWS) - 1) {
		pt_str_adds(out, ".Ss Everywhere\n");
		return;
	}
	pt_str_adds(out, ".Ss ");
	for (int i = 0; i < PT_NVIEWS; i++)
		if (views >> i & 1 && !is_named_before(views, i)) {
			pt_str_addf(out, "%s%s", before, pt_views[i].name);
			before = ", ";
		}
	pt_str_addc(out, '\n');
}

static void add_key(struct pt_str *out, int command)
{
	struct pt_str id = PT_STR_INIT;

	pt_str_adds(out, ".It");
	for (const char *key = pt_commands[command].keys; *key; key += strspn(key, " ")) {
		size_t len = strcspn(key, " ");

		pt_str_adds(out, key == pt_commands[command].keys ? " Ic" : " , Ic");
		add_arg(out, key, len);
		key += len;
	}
	pt_command_id((size_t)command, &id);
	pt_str_addf(out, " Pq Cm %s\n", id.s);
	add_text(out, pt_commands[command].help);
	pt_str_done(&id);
}

void fill_man_keys(struct pt_str *out)
{
	for (int first = 0; first < PT_NCOMMANDS; first++) {
		unsigned views = views_of(first);
		bool is_told = false;

		for (int i = 0; i < first && !is_told; i++)
			is_told = views_of(i) == views;
		if (is_told)
			continue;
		add_views(out, views);
		pt_str_adds(out, ".Bl -tag -width Ds -compact\n");
		for (int i = first; i < PT_NCOMMANDS; i++)
			if (views_of(i) == views)
				add_key(out, i);
		pt_str_adds(out, ".El\n");
	}
}

/* ---- lenses, and words of filters */

static void add_row(struct pt_str *out, const struct pt_row *row)
{
	pt_str_adds(out, ".It");
	add_macro(out, "Ic", (char[]){ row->sign, '\0' });
	add_macro(out, "Cm", row->name);
	if (strcmp(row->name, row->label)) {
		pt_str_adds(out, " Pq");
		add_arg(out, row->label, strlen(row->label));
	}
	pt_str_addc(out, '\n');
	add_text(out, row->text);
}

void fill_man_lenses(struct pt_str *out)
{
	for (int l = 0; l < PT_NLENSES; l++) {
		const struct pt_lens *lens = &pt_lenses[l];

		pt_str_addf(out, ".Ss %c, %s\n", lens->key, lens->name);
		add_text(out, lens->text);
		pt_str_adds(out, ".Bl -tag -width Ds -compact\n");
		for (int i = lens->first; i < lens->first + lens->nrows; i++)
			if (!pt_row_is_state_too(i))
				add_row(out, &pt_rows[i]);
		pt_str_adds(out, ".El\n");
	}
}

/* A word and what it means. */
static void add_item(struct pt_str *out, const char *word, const char *text)
{
	pt_str_adds(out, ".It");
	add_macro(out, "Cm", word);
	pt_str_addc(out, '\n');
	add_text(out, text);
}

void fill_man_overlays(struct pt_str *out)
{
	for (int i = 0; i < PT_NOVERS; i++) {
		add_item(out, pt_overlays[i].name, pt_overlays[i].look);
		add_text(out, pt_overlays[i].text);
	}
}

static void add_facts(struct pt_str *out, bool of_changes)
{
	for (int i = 0; i < PT_NFACTS; i++)
		if (of_changes == (bool)(PT_F_CHANGES >> i & 1))
			add_item(out, pt_fact_word(i), pt_fact_text(i));
}

void fill_man_facts(struct pt_str *out)
{
	add_facts(out, false);
}

void fill_man_changes(struct pt_str *out)
{
	add_facts(out, true);
}

void fill_man_flags(struct pt_str *out)
{
	for (int i = 0; i < 64; i++)
		if (pt_kpf_name(i))
			add_item(out, pt_kpf_name(i), pt_kpf_text(i));
}

/* ---- columns */

static void add_columns(struct pt_str *out, enum pt_list_id list)
{
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (pt_headings[i].lists >> list & 1)
			add_item(out, pt_headings[i].name, pt_headings[i].text);
}

void fill_man_processes(struct pt_str *out)
{
	add_columns(out, PT_IN_PROCESSES);
}

void fill_man_mappings(struct pt_str *out)
{
	add_columns(out, PT_IN_MAPPINGS);
}
