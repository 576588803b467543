/*
 * Commands of the lists: which rows, in which order, with which columns.
 */
#include <stdio.h>
#include <string.h>
#include "pagetop/base/users.h"
#include "pagetop/ui/commands.h"
#include "pagetop/ui/ui.h"

/* Of the list that is on the screen; NULL: it is none. */
static struct pt_shape *shape_of(struct pt_ui *ui)
{
	return ui->level == PT_LEVEL_PROCESSES ? &ui->processes.shape :
	       ui->level == PT_LEVEL_MAPPINGS ? &ui->mappings.shape : NULL;
}

static const struct pt_columns *shown_of(struct pt_ui *ui)
{
	return ui->level == PT_LEVEL_PROCESSES ? &ui->processes.shown : &ui->mappings.shown;
}

/* What was chosen by keys is a setting like any other: it stays when others change, and can be saved. */
static void keep(struct pt_ui *ui, const struct pt_shape *shape)
{
	static const int sort[] = { PT_OPT_SORT, PT_OPT_MAPS_SORT }, columns[] = { PT_OPT_COLUMNS, PT_OPT_MAPS_COLUMNS };
	struct pt_str text = PT_STR_INIT, why = PT_STR_INIT;

	if (shape->invert || shape->heading != pt_shape_default(shape->list).heading)
		pt_str_addf(&text, "%s%s", shape->invert ? "~" : "", pt_headings[shape->heading].name);
	pt_settings_keep(&ui->settings, sort[shape->list], text.s, &why);
	pt_str_reset(&text);
	pt_columns_text(&shape->columns, &text);
	pt_settings_keep(&ui->settings, columns[shape->list], text.s, &why);
	pt_str_done(&text);
	pt_str_done(&why);
}

void pt_lists_sort(struct pt_ui *ui, int heading)
{
	struct pt_shape *shape = shape_of(ui);

	if (!shape)
		return;
	if (pt_headings[heading].order == PT_ORDER_NOT) {
		pt_ui_say(ui, "a bar has no order of its own; its states are columns");
		return;
	}
	shape->invert = heading == shape->heading ? !shape->invert : false;
	shape->heading = heading;
	shape->version++;
	keep(ui, shape);
}

void pt_cmd_sort(struct pt_ui *ui, int arg)
{
	struct pt_shape *shape = shape_of(ui);
	int to = pt_shape_next(shape, shown_of(ui), arg);

	if (to != shape->heading)
		pt_lists_sort(ui, to);
	pt_ui_say(ui, "sorted by %s: %s", pt_headings[shape->heading].name, pt_headings[shape->heading].text);
}

void pt_cmd_invert(struct pt_ui *ui, int arg)
{
	struct pt_shape *shape = shape_of(ui);

	(void)arg;
	shape->invert = !shape->invert;
	shape->version++;
	keep(ui, shape);
}

void pt_cmd_tree(struct pt_ui *ui, int arg)
{
	(void)arg;
	ui->processes.shape.tree = !ui->processes.shape.tree;
	ui->processes.shape.version++;
	pt_ui_hint(ui, ui->processes.shape.tree ? "a tree: each below the process that started it; {tree} again: a list" :
		  "a list; {tree}: a tree");
}

void pt_cmd_follow(struct pt_ui *ui, int arg)
{
	(void)arg;
	ui->processes.shape.follow = !ui->processes.shape.follow;
	pt_ui_hint(ui, ui->processes.shape.follow ? "the list moves around the chosen process; {follow} again: no more" :
		  "the chosen process moves with the list");
}

void pt_cmd_columns(struct pt_ui *ui, int arg)
{
	const struct pt_shape *shape = shape_of(ui);

	(void)arg;
	pt_columns_open(&ui->columns, shape, shape->columns.n ? &shape->columns : shown_of(ui));
	ui->over = PT_TEXT_COLUMNS;
}

void pt_cmd_column(struct pt_ui *ui, int arg)
{
	struct pt_shape *shape = shape_of(ui);

	if (arg == PT_COLUMN_SORT) {
		pt_lists_sort(ui, pt_columns_current(&ui->columns));
		ui->over = PT_TEXT_NONE;
		return;
	}
	if (arg == PT_COLUMN_RESET) {
		shape->columns.n = 0;
		ui->over = PT_TEXT_NONE;
		keep(ui, shape);
		return;
	}
	if (arg == PT_COLUMN_SHOW)
		pt_columns_toggle(&ui->columns);
	else
		pt_columns_shift(&ui->columns, arg == PT_COLUMN_LEFT ? -1 : 1);
	shape->columns = pt_columns_chosen(&ui->columns);
	keep(ui, shape);
}

bool pt_lists_say_lens(struct pt_ui *ui)
{
	int lens = pt_list_filter_lens(&ui->processes.shape.filter, ui->lens);

	if (lens == (int)ui->lens || ui->lens == PT_LENS_CHANGE)
		return true;
	pt_ui_say(ui, "the filter needs lens %c %s: the list is seen through it", pt_lenses[lens].key,
		  pt_lenses[lens].name);
	return false;
}

/* Known here, or to a process of the list. A number is always one; in a file users are those of another machine or time. */
static bool is_user(const struct pt_ui *ui, const char *name)
{
	const struct pt_table *t = ui->scene.table;
	uint64_t uid;

	if (ui->file || !pt_parse_dec(name, &uid))
		return true;
	for (size_t i = 0; t && i < t->n; i++)
		if (!strcmp(t->p[i].user, name))
			return true;
	return !pt_user_is_unknown(name);
}

/* A user that nobody is: an empty list would not say so. */
static bool refuse_user(struct pt_ui *ui, const struct pt_list_filter *f)
{
	const struct pt_table *t = ui->scene.table;
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
		pt_str_adds(&why, "no user \"");
		pt_escape(&why, name, strlen(name));
		pt_str_adds(&why, "\" is known here");
		pt_nearest_say(&near, &why);
	}
	refused = why.len;
	if (refused)
		pt_ui_refuse(ui, why.s);
	pt_str_done(&why);
	return refused;
}

static void filter(struct pt_ui *ui, const char *text)
{
	struct pt_shape *shape = shape_of(ui);
	struct pt_list_filter f = { .n = 0 };
	struct pt_str why = PT_STR_INIT;

	if (pt_list_filter_set(&f, text, shape->list, &why)) {
		pt_ui_refuse(ui, why.len ? why.s : "not enough memory for the pattern");
	} else if (refuse_user(ui, &f)) {
		pt_list_filter_reset(&f);
	} else {
		pt_list_filter_reset(&shape->filter);
		shape->filter = f;
		pt_lists_say_lens(ui);
	}
	shape->version++;
	pt_str_done(&why);
}

bool pt_lists_all(struct pt_ui *ui)
{
	struct pt_shape *shape = shape_of(ui);

	if (!shape || !pt_list_filter_is_set(&shape->filter))
		return false;
	pt_list_filter_reset(&shape->filter);
	shape->version++;
	pt_ui_say(ui, "all %s are shown again", shape->list == PT_IN_PROCESSES ? "processes" : "mappings");
	return true;
}

static void ask(struct pt_ui *ui, const char *now)
{
	pt_str_adds(&pt_ui_ask(ui, *now ? "Show only (^U empties)  " : "Show only  ", filter)->text, now);
}

void pt_cmd_filter(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->level == PT_LEVEL_MAP)
		pt_find_ask(ui);
	else
		ask(ui, shape_of(ui)->filter.text);
}
