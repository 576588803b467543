#include "pagetop/ui/find.h"

#include <inttypes.h>
#include <string.h>
#include "pagetop/ui/commands.h"
#include "pagetop/ui/ui.h"

static void set_words(struct pt_str *words, const char *text)
{
	pt_str_reset(words);
	pt_str_adds(words, text);
}

/* What is to be shown now; "": all pages. */
static void words_now(struct pt_ui *ui, struct pt_str *out)
{
	pt_legend_fit(&ui->map.legend, ui->scene.img, ui->map.vpn);
	if (ui->map.legend.open)
		pt_legend_words(ui->map.legend.chosen, out);
	else
		pt_str_adds(out, ui->find.words.s);
}

static void make(struct pt_find *f, const struct pt_image *img)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;

	if (!pt_filter_parse(f->shown.s, &filter, &why))
		pt_matches_make(&f->matches, img, &filter);
	pt_str_done(&why);
}

void pt_find_update(struct pt_ui *ui)
{
	struct pt_find *f = &ui->find;
	struct pt_str words = PT_STR_INIT;

	if (ui->level == PT_LEVEL_MAP && ui->scene.img)
		words_now(ui, &words);
	if (!words.len) {
		pt_matches_done(&f->matches);
	} else if (f->matches.img != ui->scene.img || strcmp(words.s, f->shown.s)) {
		set_words(&f->shown, words.s);
		make(f, ui->scene.img);
	}
	ui->scene.matches = f->matches.img ? &f->matches : NULL;
	ui->scene.filter = f->shown.s;
	pt_str_done(&words);
}

void pt_find_free(struct pt_find *f)
{
	pt_matches_done(&f->matches);
	pt_str_done(&f->words);
	pt_str_done(&f->shown);
}

/* Whether it asks what changed, which is known in that lens only. */
static bool asks_changes(const struct pt_filter *filter)
{
	for (int i = 0; i < filter->n; i++)
		if (filter->word[i].row >= 0 ? pt_rows[filter->word[i].row].lens == PT_LENS_CHANGE :
		    filter->word[i].fact >= 0 && PT_F_CHANGES >> filter->word[i].fact & 1)
			return true;
	return false;
}

/* A wrong word changes nothing; what was typed comes back with Up. */
static void filter_by(struct pt_ui *ui, const char *text)
{
	struct pt_str why = PT_STR_INIT;

	if (pt_filter_parse(text, &ui->find.filter, &why))
		pt_ui_refuse(ui, why.s);
	else if (!ui->find.filter.n && ui->find.words.len)
		pt_ui_say(ui, "all pages are shown again");
	else if (asks_changes(&ui->find.filter) && ui->lens != PT_LENS_CHANGE)
		pt_ui_say(ui, "what changed is known only in lens %c %s", pt_lenses[PT_LENS_CHANGE].key,
			  pt_lenses[PT_LENS_CHANGE].name);
	else if (ui->find.filter.n)
		pt_ui_hint(ui, "{find-on} and {find-back} go from one to the next; {escape} shows all pages again");
	if (!why.len)
		set_words(&ui->find.words, ui->find.filter.n ? text : "");
	ui->find.taken = false;
	pt_str_done(&why);
}

bool pt_find_all(struct pt_ui *ui)
{
	if (!ui->find.words.len)
		return false;
	filter_by(ui, "");
	return true;
}

void pt_find_take(struct pt_ui *ui, const char *words)
{
	if ((ui->find.words.len && !ui->find.taken) || !strcmp(words, ui->find.words.s))
		return;
	filter_by(ui, words);
	ui->find.taken = true;
	if (!*words)		/* nobody asked for it here */
		pt_str_reset(&ui->message);
}

void pt_find_ask(struct pt_ui *ui)
{
	struct pt_prompt *p = pt_ui_ask(ui, ui->find.words.len ? "Filter pages (^U empties)  " :
					"Filter pages (cow  thp,~mlocked  count>3  size:64K)  ", filter_by);

	pt_str_adds(&p->text, ui->find.words.s);
}

void pt_find_choose(struct pt_ui *ui)
{
	struct pt_str words = PT_STR_INIT;

	pt_legend_words(ui->map.legend.chosen, &words);
	ui->map.legend.open = false;
	filter_by(ui, strcmp(words.s, ui->find.words.s) ? words.s : "");
	pt_str_done(&words);
}

void pt_cmd_legend(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->map.legend.open)
		ui->map.legend.open = false;
	else if (ui->scene.img && pt_map_current(&ui->map, &ui->scene))
		pt_legend_open(&ui->map.legend, ui->scene.img, ui->map.vpn, ui->find.words.s);
}

static void say_none(struct pt_ui *ui)
{
	const struct pt_find *f = &ui->find;

	if (f->matches.all.nopen)
		pt_ui_say(ui, "no page is known to be %s; of %" PRIu64 " that is not known", f->words.s,
			  f->matches.all.nopen);
	else
		pt_ui_say(ui, "no page is %s", f->words.s);
}

void pt_cmd_find_page(struct pt_ui *ui, int step)
{
	uint64_t from, vpn;
	enum pt_found found;

	if (!ui->scene.img || !pt_map_current(&ui->map, &ui->scene))
		return;
	if (ui->map.legend.open) {
		pt_str_reset(&ui->find.words);	/* chosen, not chosen off */
		pt_find_choose(ui);
	}
	if (!ui->find.words.len) {
		pt_ui_hint(ui, "which pages? {legend} chooses a row of the legend, {filter} asks for words such as cow or swapped");
		return;
	}
	pt_find_update(ui);
	if (!ui->scene.matches)
		return;
	pt_str_reset(&ui->message);
	from = vpn = ui->map.vpn;
	found = pt_matches_find(&ui->find.matches, step > 0, ui->map.zoom, &vpn);
	if (found == PT_FOUND_NONE)
		say_none(ui);
	else if (found == PT_FOUND_ROUND)
		pt_ui_say(ui, vpn != from ? "went round the end" : ui->find.matches.all.nopen ? "the only ones that are known" :
			  "the only ones");
	pt_map_show(&ui->map, &ui->scene, vpn);
}
