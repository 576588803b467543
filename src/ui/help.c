#include "pagetop/ui/help.h"

#include <string.h>
#include "pagetop/ui/keys.h"
#include "pagetop/view/desk.h"

static void add_line(struct pt_str *out, const char *name, int w, const char *text)
{
	pt_str_adds(out, "  ");
	pt_str_pad(out, name, w);
	pt_str_addf(out, " %s\n", text);
}

static void add_rows(enum pt_lens_id id, struct pt_str *out)
{
	const struct pt_lens *lens = &pt_lenses[id];
	int name_w = 11;

	for (int i = lens->first; i < lens->first + lens->nrows; i++)
		if (pt_text_width(pt_rows[i].label) > name_w)
			name_w = pt_text_width(pt_rows[i].label);
	pt_str_addf(out, "\nPage signs in lens %c %s: %s (the first match counts)\n", lens->key,
		    lens->name, lens->text);
	for (int i = lens->first; i < lens->first + lens->nrows; i++) {
		pt_str_addf(out, "  %c ", pt_rows[i].sign);
		pt_str_pad(out, pt_rows[i].label, name_w + 2);
		pt_str_addf(out, "%s\n", pt_rows[i].text);
	}
}

static void add_overlays(struct pt_str *out)
{
	pt_str_adds(out, "\nOverlays\n");
	for (int i = 0; i < PT_NOVERS; i++)
		pt_str_addf(out, "  %-15s %s: %s\n", pt_overlays[i].name, pt_overlays[i].look,
			    pt_overlays[i].text);
	pt_str_adds(out,
		    "  mixed           faint: a cell of pages that differ; it shows the most "
		    "important state, else the commonest; fainter: less than half\n"
		    "  changed         tinted or reversed: since the previous scan; fainter: since "
		    "the one before\n"
		    "  ·               not matched by the filter\n");
}

/* Rows of the state lens as the legend calls them, where that is one word for filters. */
static void add_words(const struct pt_view_class *class, struct pt_str *out)
{
	pt_str_adds(out, "\nFilter words: comma-separated, all must match; ~ negates; lens rows are "
			 "LENS:ROW; anything else is a pattern for names\n");
	if (class->words)
		class->words(out);
	else
		pt_str_adds(out, "  huge, large, locked, count>3, size:64K, cgroup:/PATH");
	for (int i = 0; i < pt_lenses[PT_LENS_STATE].nrows; i++) {
		const struct pt_row *row = &pt_rows[pt_lenses[PT_LENS_STATE].first + i];

		pt_str_addf(out, ", %s", strchr(row->label, ',') ? row->name : row->label);
	}
	pt_str_adds(out, "\n");
	if (!class->words)
		pt_str_adds(out, "  and every fact of a page, which i on a page lists: mlocked, "
				 "dirty, unevictable, …\n");
}

static void add_config(const struct pt_keys *keys, struct pt_str *out)
{
	pt_str_adds(
		out,
		"\nConfig file: one setting or key per line; # starts a comment\n"
		"  interval 0.5     as in --help, without the dashes\n"
		"  key find / ^F    binds exactly these keys\n"
		"\nCommands of its key lines\n");
	for (size_t i = 0; i < PT_NCOMMANDS; i++) {
		struct pt_str id = PT_STR_INIT;

		pt_command_id(i, &id);
		pt_str_addf(out, "  %-16s %s: %s\n", id.s, pt_keys_of(keys, i),
			    pt_commands[i].help);
		pt_str_done(&id);
	}
}

static void add_unknown(struct pt_str *out)
{
	pt_str_adds(out, "\nUnknown values\n"
		    "  ?   hidden: insufficient privilege; the bottom line names the missing one\n"
		    "  ≥   lower bound: a part of the sum is hidden\n"
		    "  …   not read yet\n"
		    "  -   kernel thread: no user address space\n"
		    "  ~   stale: no longer updated\n");
}

void pt_help_text(const struct pt_keys *keys, const struct pt_view_row *view, enum pt_lens_id lens,
		  bool readonly, struct pt_str *out)
{
	pt_str_addf(out, "What you see\n  %s\n\nWhat to try next\n  ", view->shows);
	pt_keys_text(keys, view->next, out);
	pt_str_adds(out, "\n\nKeys\n");
	for (size_t i = 0; i < PT_NCOMMANDS; i++)
		if (pt_commands[i].where & view->where && !(readonly && pt_commands[i].changes))
			add_line(out, pt_keys_of(keys, i), 16, pt_commands[i].help);
	if (view->class->help)
		view->class->help(out);
	if (view->where & PT_WHERE_SETTINGS)
		add_config(keys, out);
	if (!(view->where & PT_WHERE_LEVEL))
		return;
	add_rows(lens, out);
	add_overlays(out);
	add_words(view->class, out);
	add_unknown(out);
}

/* "Z Pause" and two blanks; 0: this one is not on the bar there. */
static int bar_width(const struct pt_keys *keys, size_t row, unsigned where, bool readonly)
{
	const struct pt_command *cmd = &pt_commands[row];

	if (!*cmd->bar || !(cmd->where & where) || (readonly && cmd->changes))
		return 0;
	return (int)strcspn(pt_keys_of(keys, row), " ") + 1 + pt_text_width(cmd->bar) + 2;
}

/* The way out, the last one, has its place before those between the first and it. */
void pt_help_bar(const struct pt_keys *keys, struct pt_canvas *c, int y, unsigned where,
		 bool readonly)
{
	size_t last = PT_NCOMMANDS - 1;
	int x = 1, out;

	while (last && !bar_width(keys, last, where, readonly))
		last--;
	out = bar_width(keys, last, where, readonly);
	for (size_t i = 0; i <= last; i++) {
		const char *key = pt_keys_of(keys, i);
		int w = bar_width(keys, i, where, readonly), from = x;

		if (!w || x + w - 2 + (x > 1 && i < last ? out : 0) > c->w)
			continue;
		x = pt_canvas_textf(c, x, y, c->w - x, PT_ROLE_KEY, "%.*s",
				    (int)strcspn(key, " "), key);
		x = pt_canvas_text(c, x + 1, y, c->w - x, PT_ROLE_PLAIN, pt_commands[i].bar) + 2;
		pt_canvas_hit(c, from, y, w - 2, PT_HIT_KEY, pt_key_parse(&key));
	}
}
