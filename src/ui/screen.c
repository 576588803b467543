#include "pagetop/ui/ui.h"

#include "pagetop/base/clock.h"
#include "pagetop/scan/scan.h"
#include "pagetop/ui/help.h"
#include "pagetop/view/about_view.h"
#include "pagetop/view/history_view.h"
#include "pagetop/view/who_view.h"

static void draw_task(struct pt_ui *ui, int y)
{
	size_t ndone = atomic_load(&ui->task->job.ndone), nall = atomic_load(&ui->task->job.nall);

	if (nall)
		pt_canvas_textf(&ui->canvas, 1, y, ui->canvas.w - 1, PT_ROLE_WARN, "%s: %zu of %zu %s · Esc ends it",
				ui->task->doing, ndone, nall, pt_noun(nall, "process", "processes"));
	else
		pt_canvas_textf(&ui->canvas, 1, y, ui->canvas.w - 1, PT_ROLE_WARN, "%s … Esc ends it", ui->task->doing);
}

/* The process under the cursor, if its pages cannot be read: the row may have no room for the reason. */
static const struct pt_process *refused(struct pt_ui *ui)
{
	const struct pt_process *p = ui->level == PT_LEVEL_PROCESSES && !ui->over ?
				     pt_processes_current(&ui->processes, &ui->scene) : NULL;

	return p && p->err ? p : NULL;
}

/* In as many rows as it takes, the last of which is y. */
static void draw_message(struct pt_canvas *c, int y, const char *text)
{
	struct pt_canvas nowhere = { .w = c->w };
	int rows = pt_draw_wrapped(&nowhere, 1, 0, c->w - 2, PT_ROLE_WARN, text), top = y + 1 > rows ? y + 1 - rows : 0;

	for (int i = top; i <= y; i++)
		for (int x = 0; x < c->w; x++)
			pt_canvas_put(c, x, i, ' ', PT_ROLE_PLAIN);
	pt_draw_wrapped(c, 1, top, c->w - 2, PT_ROLE_WARN, text);
}

/* Prompt, or a sentence, or the keys. What is wrong with the answer, or came meanwhile, is told above the prompt. */
static void draw_bottom(struct pt_ui *ui)
{
	struct pt_canvas *c = &ui->canvas;
	int y = c->h - 1;

	if (ui->no_memory) {	/* no other sentence is sure to be whole */
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_WARN, "not enough memory: part of the screen may be missing");
	} else if (ui->prompt.label) {
		if (ui->message.len && y > 0)
			draw_message(c, y - 1, ui->message.s);
		pt_prompt_draw(&ui->prompt, c, y);
	} else if (ui->task) {
		draw_task(ui, y);
	} else if (ui->message.len) {
		draw_message(c, y, ui->message.s);
	} else if (ui->scene.stale && ui->scene.img) {	/* it stays, so nothing may lie below it */
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_WARN, ui->scene.stale);
	} else if (refused(ui)) {
		pt_canvas_textf(c, 1, y, c->w - 1, PT_ROLE_WARN, "%d: %s", (int)refused(ui)->pid, refused(ui)->why);
	} else if (ui->level == PT_LEVEL_MAPPINGS && ui->scene.img && ui->scene.img->why_pages) {
		pt_canvas_textf(c, 1, y, c->w - 1, PT_ROLE_WARN, "the pages: %s", ui->scene.img->why_pages);
	} else {
		pt_help_bar(c, y, pt_ui_where(ui), ui->opt->readonly);
	}
}

/* Of a file with several moments, where one process is looked at. */
static bool has_history(const struct pt_ui *ui)
{
	return ui->file && ui->history && !ui->over && ui->canvas.h > 6 &&
	       (ui->level == PT_LEVEL_MAPPINGS || ui->level == PT_LEVEL_MAP);
}

/* Which sum the list is sorted by, or -1. */
static int sorted_sum(const struct pt_ui *ui)
{
	return pt_heading_sum(ui->level == PT_LEVEL_PROCESSES ? ui->processes.shape.heading : ui->mappings.shape.heading);
}

void pt_ui_draw(struct pt_ui *ui)
{
	struct pt_canvas *c = &ui->canvas;

	pt_canvas_clear(c);
	ui->scene.now_ns = pt_now_ns();
	pt_kept_words(ui);
	if (!ui->task)
		ui->scene.lens = ui->wish.lens;
	ui->scene.since = pt_ui_is_compared(ui) ? ui->since.s : NULL;
	pt_find_update(ui);
	c->h--;		/* the last row is not the view's */
	if (has_history(ui))
		c->h--;
	if (ui->over == PT_TEXT_HELP)
		pt_help_draw(&ui->text, &ui->scene,
			     pt_ui_where_over(ui, ui->under), ui->lens, ui->opt->readonly, c);
	else if (ui->over == PT_TEXT_SETTINGS)
		pt_settings_show(ui);
	else if (ui->over == PT_TEXT_WHO)
		pt_who_draw(&ui->text, &ui->scene, ui->map.vpn, c);
	else if (ui->over == PT_TEXT_COLUMNS)
		pt_columns_draw(&ui->columns, ui->level == PT_LEVEL_PROCESSES ? &ui->processes.shape :
				&ui->mappings.shape, c);
	else if (ui->over == PT_TEXT_ABOUT)
		pt_about_draw(&ui->text, &ui->scene, (enum pt_view_id)ui->level, sorted_sum(ui), ui->map.vpn, c);
	else if (ui->level == PT_LEVEL_PROCESSES)
		pt_processes_draw(&ui->processes, &ui->scene, c);
	else if (ui->level == PT_LEVEL_MAPPINGS)
		pt_mappings_draw(&ui->mappings, &ui->scene, c);
	else if (ui->level == PT_LEVEL_MAP && ui->pages.shown)
		pt_pages_draw(&ui->pages, &ui->map, &ui->scene, c);
	else if (ui->level == PT_LEVEL_MAP)
		pt_map_draw(&ui->map, &ui->scene, c);
	else
		pt_page_draw(&ui->page, &ui->scene, ui->map.vpn, c);
	c->h++;
	if (has_history(ui)) {
		c->h++;
		pt_history_draw(&(struct pt_history){ ui->history, ui->file->nmoments, ui->moment }, c, c->h - 2);
	}
	draw_bottom(ui);
	if (c->cursor_x >= c->w || c->cursor_y >= c->h)
		c->cursor_x = c->cursor_y = -1;
}
