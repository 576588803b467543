#include "pagetop/app/help.h"

#include <string.h>
#include "pagetop/app/keys.h"
#include "pagetop/model/columns.h"

static const char *title(unsigned where)
{
	return where == PT_WHERE_PROC ? "Help: the list of processes" :
	       where == PT_WHERE_MAPS ? "Help: the mappings of a process" :
	       where == PT_WHERE_MAP ? "Help: the page map" : "Help: one page";
}

static void add_columns(enum pt_list_id list, struct pt_str *out)
{
	pt_str_adds(out, list == PT_IN_PROCESSES ?
		    "\nColumns\n  PAGES    all pages that are there, sorted by sign; each cell is a share\n"
		    "  FLT/s    page faults a second\n" :
		    "\nColumns\n  PAGES    the mapping from end to end; each cell is a part of it\n");
	for (int i = 0; i < PT_NCOLS; i++)
		if (pt_columns[i].rank[list])
			pt_str_addf(out, "  %-8s %s\n", pt_columns[i].title, pt_columns[i].text);
}

static void add_rows(enum pt_lens_id id, struct pt_str *out)
{
	const struct pt_lens *lens = &pt_lenses[id];
	int name_w = 11;

	for (int i = lens->first; i < lens->first + lens->nrows; i++)
		if (pt_text_width(pt_rows[i].name) > name_w)
			name_w = pt_text_width(pt_rows[i].name);
	pt_str_addf(out, "\nSigns of pages in lens %c, %s: %s (the first that fits)\n", lens->key,
		    lens->name, lens->text);
	for (int i = lens->first; i < lens->first + lens->nrows; i++)
		pt_str_addf(out, "  %c %s%*s%s\n", pt_rows[i].sign, pt_rows[i].name,
			    name_w + 2 - pt_text_width(pt_rows[i].name), "", pt_rows[i].text);
}

static void add_overlays(struct pt_str *out)
{
	pt_str_adds(out, "\nOver the sign\n");
	for (int i = 0; i < PT_NOVERS; i++)
		pt_str_addf(out, "  %-15s %s: %s\n", pt_overlays[i].name, pt_overlays[i].look,
			    pt_overlays[i].text);
	pt_str_adds(out, "  mixed           faint: a cell of several pages that are not all alike\n"
		    "  ·               the filter does not mean it\n");
}

void pt_help_text(unsigned where, enum pt_lens_id lens, struct pt_str *out)
{
	pt_str_adds(out, "Keys\n");
	for (size_t i = 0; i < pt_ncommands; i++)
		if (pt_commands[i].where & where)
			pt_str_addf(out, "  %-16s %s\n", pt_commands[i].keys, pt_commands[i].help);
	if (where == PT_WHERE_PROC)
		add_columns(PT_IN_PROCESSES, out);
	if (where == PT_WHERE_MAPS)
		add_columns(PT_IN_MAPPINGS, out);
	add_rows(lens, out);
	add_overlays(out);
	pt_str_adds(out, "\nWhat is not known\n"
		    "  ?   hidden from us: the line at the bottom says which privilege would show it\n"
		    "  ≥   a sum of which a part is hidden\n"
		    "  …   not read yet\n"
		    "  -   has no memory\n"
		    "  ~   stale: no longer live\n");
}

void pt_help_draw(struct pt_text_view *v, unsigned where, enum pt_lens_id lens, struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;

	pt_help_text(where, lens, &s);
	pt_text_draw(v, title(where), s.s, c);
	pt_str_done(&s);
}

void pt_help_bar(struct pt_canvas *c, int y, unsigned where)
{
	int x = 1;

	for (size_t i = 0; i < pt_ncommands; i++) {
		const struct pt_command *cmd = &pt_commands[i];
		int key_w = (int)strcspn(cmd->keys, " ");

		if (!*cmd->bar || !(cmd->where & where) ||
		    x + key_w + 1 + pt_text_width(cmd->bar) > c->w)
			continue;
		x = pt_canvas_textf(c, x, y, c->w - x, PT_ROLE_KEY, "%.*s", key_w, cmd->keys);
		x = pt_canvas_text(c, x + 1, y, c->w - x, PT_ROLE_PLAIN, cmd->bar) + 2;
	}
}
