#include "pagetop/ui/commands.h"

#include <errno.h>
#include "pagetop/ui/ui.h"
#include "pagetop/view/page_filter.h"

void pt_open_view(struct pt_ui *ui, const char *name)
{
	const struct pt_view_row *view = pt_view_named(name);

	if (!view)
		return;
	if (pt_desk_top(&ui->desk) == view)
		pt_cmd_back(ui, 0);
	else
		pt_desk_open(&ui->desk, view);
}

/* Into the process under the cursor, where one is in none yet; else to the next level. */
void pt_cmd_in(struct pt_ui *ui, int arg)
{
	struct pt_desk *d = &ui->desk;
	const struct pt_view_row *here = pt_desk_top(d), *next = pt_desk_next(d);

	(void)arg;
	if (!here->class->enter || !here->class->enter(d) || !next)
		return;
	if (next->where & PT_WHERE_PROCESS && !pt_ui_in_process(ui))
		pt_ui_enter_process(ui, here->class->process(d));
	else
		pt_desk_deeper(d);
	pt_ui_moved(ui);
}

void pt_cmd_back(struct pt_ui *ui, int arg)
{
	struct pt_desk *d = &ui->desk;
	const struct pt_view_row *was = pt_desk_top(d), *now;

	(void)arg;
	if (was->class->shut && was->class->shut(d))
		return;
	pt_desk_close(d);
	now = pt_desk_top(d);
	if (was->where & PT_WHERE_LEVEL && now != was && now->class->back)
		now->class->back(d);
	pt_ui_moved(ui);
}

/* What lies over the level goes first. */
void pt_cmd_escape(struct pt_ui *ui, int arg)
{
	const struct pt_view_class *class = pt_desk_top(&ui->desk)->class;

	if (!(class->show_all && class->show_all(&ui->desk)) && !pt_lists_all(ui))
		pt_cmd_back(ui, arg);
}

void pt_cmd_quit(struct pt_ui *ui, int arg)
{
	(void)arg;
	ui->quit = true;
}

void pt_cmd_move(struct pt_ui *ui, int arg)
{
	pt_desk_move(&ui->desk, (enum pt_move)arg);
}

void pt_cmd_scan(struct pt_ui *ui, int arg)
{
	(void)arg;
	/* Its mappings are others by now */
	if (pt_desk_top(&ui->desk)->where & PT_WHERE_PAGE && ui->stale_err == -ESTALE)
		pt_cmd_back(ui, 0);
	/* Else it is under way: to begin anew at each key would never end */
	if (pt_ui_settled(ui))
		pt_ui_post(ui, true);
}

void pt_cmd_lens(struct pt_ui *ui, int arg)
{
	const struct pt_view_class *class = pt_desk_top(&ui->desk)->class;

	ui->desk.lens = (enum pt_lens_id)arg;
	if (ui->kept.back && !ui->kept.paused)	/* what is kept was looked at through another */
		pt_ui_show_kept(ui, 0);
	if (!class->lens || !class->lens(&ui->desk, true))
		pt_desk_say(&ui->desk, "lens %c %s: %s", pt_lenses[arg].key, pt_lenses[arg].name,
			    pt_lenses[arg].text);
}

void pt_cmd_next_lens(struct pt_ui *ui, int arg)
{
	pt_cmd_lens(ui, (int)(ui->desk.lens + (unsigned)arg) % PT_NLENSES);
}

void pt_cmd_pages(struct pt_ui *ui, int arg)
{
	(void)arg;
	pt_desk_next_form(&ui->desk);
}

void pt_cmd_contents(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->source->class->no_contents) {
		pt_desk_say(&ui->desk, "%s", ui->source->class->no_contents);
		return;
	}
	ui->desk.contents = !ui->desk.contents;
	if (ui->desk.contents)
		pt_desk_hint(&ui->desk,
			     "contents are read at each scan, which marks the page referenced; "
			     "{contents} stops");
}

void pt_cmd_legend(struct pt_ui *ui, int arg)
{
	struct pt_desk *d = &ui->desk;

	(void)arg;
	if (d->map.legend.open)
		d->map.legend.open = false;
	else if (d->scene.img && pt_map_current(&d->map, &d->scene))
		pt_legend_open(&d->map.legend, d->scene.img, d->map.vpn, d->find.words.s);
}

void pt_cmd_find_page(struct pt_ui *ui, int step)
{
	pt_page_filter_step(&ui->desk, step);
}
