/*
 * Commands of the lists: which rows, in which order, with which columns.
 */
#include <stdio.h>
#include <string.h>
#include "pagetop/kernel/begun.h"
#include "pagetop/ui/commands.h"
#include "pagetop/ui/ui.h"
#include "pagetop/view/page_filter.h"

/* Of the view on top; NULL: it is no list. */
static struct pt_listing *rows_of(struct pt_ui *ui)
{
	return pt_desk_listing(&ui->desk, pt_desk_top(&ui->desk));
}

/*
 * What was chosen by keys is a setting like any other: it stays when others change,
 * and can be saved.
 */
static void keep(struct pt_ui *ui, const struct pt_shape *shape)
{
	static const int sort[] = { PT_OPT_SORT, PT_OPT_MAPS_SORT },
			 columns[] = { PT_OPT_COLUMNS, PT_OPT_MAPS_COLUMNS };
	struct pt_str text = PT_STR_INIT, why = PT_STR_INIT;

	if (shape->invert || shape->heading != pt_shape_default(shape->list).heading)
		pt_str_addf(&text, "%s%s", shape->invert ? "~" : "",
			    pt_headings[shape->heading].name);
	pt_settings_keep(&ui->settings, sort[shape->list], text.s, &why);
	pt_str_reset(&text);
	pt_columns_text(&shape->columns, &text);
	pt_settings_keep(&ui->settings, columns[shape->list], text.s, &why);
	pt_str_done(&text);
	pt_str_done(&why);
}

/* The list is on the desk, perhaps below the view of its columns. */
void pt_cmd_act(struct pt_ui *ui, int arg)
{
	const struct pt_listing *r = pt_desk_listing(&ui->desk, pt_desk_level(&ui->desk));

	if (pt_desk_top(&ui->desk)->class->act(&ui->desk, (enum pt_act)arg))
		keep(ui, &r->shape);
}

void pt_lists_sort(struct pt_ui *ui, int heading)
{
	const struct pt_listing *r = rows_of(ui);

	if (!r)
		return;
	pt_desk_sort(&ui->desk, heading);
	keep(ui, &r->shape);
}

void pt_cmd_sort(struct pt_ui *ui, int arg)
{
	const struct pt_listing *r = rows_of(ui);
	int to = r ? pt_shape_next(&r->shape, &r->shown, arg) : 0;

	if (!r)
		return;
	if (to != r->shape.heading)
		pt_lists_sort(ui, to);
	pt_desk_say(&ui->desk, "sorted by %s: %s", pt_headings[r->shape.heading].name,
		    pt_headings[r->shape.heading].text);
}

void pt_cmd_invert(struct pt_ui *ui, int arg)
{
	struct pt_listing *r = rows_of(ui);

	(void)arg;
	if (!r)
		return;
	r->shape.invert = !r->shape.invert;
	r->shape.version++;
	keep(ui, &r->shape);
}

void pt_cmd_tree(struct pt_ui *ui, int arg)
{
	struct pt_listing *r = rows_of(ui);

	(void)arg;
	if (!r)
		return;
	r->shape.tree = !r->shape.tree;
	r->shape.version++;
	pt_desk_hint(
		&ui->desk,
		r->shape.tree ?
			"process tree; {tree} for a list" :
			"process list; {tree} for a tree");
}

void pt_cmd_follow(struct pt_ui *ui, int arg)
{
	struct pt_listing *r = rows_of(ui);

	(void)arg;
	if (!r)
		return;
	r->shape.follow = !r->shape.follow;
	pt_desk_hint(&ui->desk,
		     r->shape.follow ?
			     "following the selected process; {follow} stops" :
			     "no longer following: the selected process moves with the list");
}

/*
 * Known here, or to a process of the list. A number is always one; in a file users are those of
 * another machine or time.
 */
static bool is_user(const struct pt_ui *ui, const char *name)
{
	const struct pt_table *t = ui->desk.scene.table;
	uint64_t uid;

	if (!ui->source->class->live || !pt_parse_dec(name, &uid))
		return true;
	for (size_t i = 0; t && i < t->n; i++)
		if (!strcmp(t->p[i].user, name))
			return true;
	return !pt_user_is_unknown(pt_begun_users(ui->opt->begun), name);
}

/* A user that nobody is: an empty list would not say so. */
static bool refuse_user(struct pt_ui *ui, const struct pt_list_filter *f)
{
	const struct pt_table *t = ui->desk.scene.table;
	struct pt_str why = PT_STR_INIT;
	char name[256];
	bool refused;

	for (int i = 0; i < f->n && !why.len; i++) {
		struct pt_nearest near;

		snprintf(name, sizeof(name), "%.*s", (int)f->word[i].len, f->text + f->word[i].at);
		if (f->word[i].kind != PT_WORD_USER || is_user(ui, name))
			continue;
		near = pt_nearest_to(name, strlen(name));
		for (size_t k = 0; t && k < t->n; k++)
			pt_nearest_offer(&near, t->p[k].user);
		pt_str_adds(&why, "unknown user \"");
		pt_escape(&why, name, strlen(name));
		pt_str_addc(&why, '"');
		pt_nearest_say(&near, &why);
	}
	refused = why.len;
	if (refused)
		pt_desk_refuse(&ui->desk, why.s);
	pt_str_done(&why);
	return refused;
}

static void filter(struct pt_ui *ui, const char *text)
{
	const struct pt_view_class *class = pt_desk_top(&ui->desk)->class;
	struct pt_list_filter f = { .n = 0 };
	struct pt_str why = PT_STR_INIT;
	struct pt_listing *r = rows_of(ui);
	struct pt_shape *shape = r ? &r->shape : NULL;

	if (!shape)
		return;
	if (pt_list_filter_set(&f, text, shape->list, &why)) {
		pt_desk_refuse(&ui->desk, why.len ? why.s : "not enough memory for the pattern");
	} else if (refuse_user(ui, &f)) {
		pt_list_filter_reset(&f);
	} else {
		pt_list_filter_reset(&shape->filter);
		shape->filter = f;
		if (class->lens)
			class->lens(&ui->desk, false);
	}
	shape->version++;
	pt_str_done(&why);
}

bool pt_lists_all(struct pt_ui *ui)
{
	struct pt_listing *r = rows_of(ui);

	if (!r || !pt_list_filter_is_set(&r->shape.filter))
		return false;
	pt_list_filter_reset(&r->shape.filter);
	r->shape.version++;
	pt_desk_say(&ui->desk, "no filter: showing all %s",
		    pt_desk_top(&ui->desk)->class->listing->what);
	return true;
}

static void filter_pages(struct pt_ui *ui, const char *text)
{
	pt_page_filter_by(&ui->desk, text);
}

void pt_cmd_filter(struct pt_ui *ui, int arg)
{
	const struct pt_listing *r = rows_of(ui);
	const char *now = r ? r->shape.filter.text : ui->desk.find.words.s;
	struct pt_prompt *p;

	(void)arg;
	if (r)
		p = pt_ui_ask(ui, *now ? "Filter (^U clears)  " : "Filter  ", filter);
	else
		p = pt_ui_ask(ui, *now ? "Filter pages (^U clears)  " :
			      "Filter pages (cow  thp,~mlocked  count>3  size:64K)  ", filter_pages);
	pt_str_adds(&p->text, now);
}
