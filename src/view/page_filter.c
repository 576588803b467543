#include "pagetop/view/page_filter.h"

#include <inttypes.h>
#include <string.h>

static void set_words(struct pt_str *words, const char *text)
{
	pt_str_reset(words);
	pt_str_adds(words, text);
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
void pt_page_filter_by(struct pt_desk *d, const char *words)
{
	struct pt_str why = PT_STR_INIT;

	if (pt_filter_parse(words, &d->find.filter, &why))
		pt_desk_refuse(d, why.s);
	else if (!d->find.filter.n && d->find.words.len)
		pt_desk_say(d, "no filter: showing all pages");
	else if (asks_changes(&d->find.filter) && d->lens != PT_LENS_CHANGE)
		pt_desk_say(d, "changes are known in lens %c %s only",
			    pt_lenses[PT_LENS_CHANGE].key, pt_lenses[PT_LENS_CHANGE].name);
	else if (d->find.filter.n)
		pt_desk_hint(
			d,
			"{find-on} next match, {find-back} previous match; {escape} clears the "
			"filter");
	if (!why.len)
		set_words(&d->find.words, d->find.filter.n ? words : "");
	d->find.taken = false;
	pt_str_done(&why);
}

bool pt_page_filter_all(struct pt_desk *d)
{
	if (!d->find.words.len)
		return false;
	pt_page_filter_by(d, "");
	return true;
}

void pt_page_filter_take(struct pt_desk *d, const char *words)
{
	if ((d->find.words.len && !d->find.taken) || !strcmp(words, d->find.words.s))
		return;
	pt_page_filter_by(d, words);
	d->find.taken = true;
	if (!*words)		/* nobody asked for it here */
		pt_str_reset(&d->message);
}

void pt_page_filter_choose(struct pt_desk *d)
{
	struct pt_str words = PT_STR_INIT;

	pt_legend_words(d->map.legend.chosen, &words);
	d->map.legend.open = false;
	pt_page_filter_by(d, strcmp(words.s, d->find.words.s) ? words.s : "");
	pt_str_done(&words);
}

void pt_page_filter_update(struct pt_desk *d)
{
	pt_find_update(&d->find, &d->map, &d->scene, pt_desk_level(d)->where & PT_WHERE_CELLS);
}

static void say_none(struct pt_desk *d)
{
	const struct pt_find *f = &d->find;

	if (f->matches.all.nopen)
		pt_desk_say(d, "no page is known to match %s; %" PRIu64 " may or may not match",
			    f->words.s, f->matches.all.nopen);
	else
		pt_desk_say(d, "no page matches %s", f->words.s);
}

void pt_page_filter_step(struct pt_desk *d, int step)
{
	uint64_t from, vpn;
	enum pt_found found;

	if (!d->scene.img || !pt_map_current(&d->map, &d->scene))
		return;
	if (d->map.legend.open) {
		pt_str_reset(&d->find.words);	/* chosen, not chosen off */
		pt_page_filter_choose(d);
	}
	if (!d->find.words.len) {
		pt_desk_hint(
			d,
			"no filter; {legend} picks a legend row, {filter} takes words such as cow "
			"or swapped");
		return;
	}
	pt_page_filter_update(d);
	if (!d->scene.matches)
		return;
	pt_str_reset(&d->message);
	from = vpn = d->map.vpn;
	found = pt_matches_find(&d->find.matches, step > 0, d->map.zoom, &vpn);
	if (found == PT_FOUND_NONE)
		say_none(d);
	else if (found == PT_FOUND_ROUND && vpn != from)
		pt_desk_say(d, "wrapped around");
	else if (found == PT_FOUND_ROUND)
		pt_desk_say(d, "the only%s match", d->find.matches.all.nopen ? " known" : "");
	pt_map_show(&d->map, &d->scene, vpn);
}
