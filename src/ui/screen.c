/*
 * The screen: the view on top drawn into the canvas, and the last line.
 */
#include "pagetop/ui/ui.h"

#include "pagetop/base/clock.h"
#include "pagetop/scan/scan.h"
#include "pagetop/ui/help.h"
#include "pagetop/view/history_view.h"
#include "pagetop/view/page_filter.h"

static void draw_task(struct pt_ui *ui, int y)
{
	size_t ndone = atomic_load(&ui->task->job.ndone), nall = atomic_load(&ui->task->job.nall);

	if (nall)
		pt_canvas_textf(&ui->canvas, 1, y, ui->canvas.w - 1, PT_ROLE_WARN,
				"%s: %zu of %zu %s · Esc cancels", ui->task->doing, ndone, nall,
				pt_noun(nall, "process", "processes"));
	else
		pt_canvas_textf(&ui->canvas, 1, y, ui->canvas.w - 1, PT_ROLE_WARN,
				"%s … Esc cancels", ui->task->doing);
}

/* In as many rows as it takes, the last of which is y. */
static void draw_message(struct pt_canvas *c, int y, const char *text)
{
	struct pt_canvas nowhere = { .w = c->w };
	struct pt_slot s = { &nowhere, 1, 0, c->w - 2, PT_ROLE_WARN };
	int rows = pt_draw_wrapped(&s, text), top = y + 1 > rows ? y + 1 - rows : 0;

	for (int i = top; i <= y; i++)
		for (int x = 0; x < c->w; x++)
			pt_canvas_put(c, x, i, ' ', PT_ROLE_PLAIN);
	s.c = c;
	s.y = top;
	pt_draw_wrapped(&s, text);
}

/*
 * Prompt, or a sentence, or the keys. What is wrong with the answer, or came meanwhile, is told
 * above the prompt.
 */
static void draw_bottom(struct pt_ui *ui)
{
	const struct pt_view_row *top = pt_desk_top(&ui->desk);
	struct pt_canvas *c = &ui->canvas;
	struct pt_str remark = PT_STR_INIT;
	int y = c->h - 1;

	if (top->class->remark)
		top->class->remark(&ui->desk, &remark);
	if (ui->no_memory) {	/* no other sentence is sure to be whole */
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_WARN,
			       "not enough memory: part of the screen may be missing");
	} else if (ui->prompt.label) {
		if (ui->desk.message.len && y > 0)
			draw_message(c, y - 1, ui->desk.message.s);
		pt_prompt_draw(&ui->prompt, c, y);
	} else if (ui->task) {
		draw_task(ui, y);
	} else if (ui->desk.message.len) {
		draw_message(c, y, ui->desk.message.s);
	} else if (ui->desk.scene.stale && ui->desk.scene.img) {
		/* it stays, so nothing may lie below it */
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_WARN, ui->desk.scene.stale);
	} else if (remark.len) {
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_WARN, remark.s);
	} else {
		pt_help_bar(&ui->keys, c, y, top->where, ui->opt->readonly);
	}
	pt_str_done(&remark);
}

/* Of a source with several moments, where one process is looked at. */
static bool has_history(const struct pt_ui *ui)
{
	return ui->history && ui->canvas.h > 6 && pt_desk_top(&ui->desk)->where & PT_WHERE_IMAGE;
}

/* When what is on the screen was so. */
static uint64_t shown_ns(const struct pt_ui *ui)
{
	const struct pt_desk *d = &ui->desk;
	const struct pt_view_class *class = pt_desk_level(d)->class;
	uint64_t ns = d->scene.img ? d->scene.img->mono_ns : 0;

	if (class->shown_ns)
		ns = class->shown_ns(d);
	return ns ? ns : d->scene.now_ns;
}

/* For the first row: "paused · 3.0 s ago · 4 of 9 kept"; nothing while what is live is shown. */
static void tell_moment(struct pt_ui *ui)
{
	const struct pt_kept *k = &ui->kept;
	struct pt_str *s = &ui->moment_words;
	bool steps = pt_desk_level(&ui->desk)->where & PT_WHERE_IMAGE;

	if (!ui->source->class->live)
		return;
	ui->desk.scene.moment = NULL;
	if (!k->paused && !k->back)
		return;
	pt_str_reset(s);
	pt_str_addf(s, "%s%.1f s ago", k->paused ? "paused · " : "",
		    (double)(ui->desk.scene.now_ns - shown_ns(ui)) / 1e9);
	if (steps && k->n)
		pt_str_addf(s, " · %zu of %zu kept", k->n - k->back, k->n);
	if (!k->paused)
		pt_keys_in(&ui->desk.scene, " · {step-on} steps forward", s);
	ui->desk.scene.moment = s->s;
}

void pt_ui_draw(struct pt_ui *ui)
{
	struct pt_canvas *c = &ui->canvas;

	pt_canvas_clear(c);
	ui->desk.scene.now_ns = pt_now_ns();
	tell_moment(ui);
	if (!ui->task)
		ui->desk.scene.lens = ui->wish.lens;
	ui->desk.scene.since = pt_ui_is_compared(ui) ? ui->since.s : NULL;
	pt_page_filter_update(&ui->desk);
	c->h--;		/* the last row is not the view's */
	if (has_history(ui))
		c->h--;
	pt_desk_top(&ui->desk)->class->draw(&ui->desk, c);
	c->h++;
	if (has_history(ui)) {
		c->h++;
		pt_history_draw(&(struct pt_history){ ui->history, ui->source->nmoments,
						      ui->moment },
				c, c->h - 2);
	}
	draw_bottom(ui);
	if (c->cursor_x >= c->w || c->cursor_y >= c->h)
		c->cursor_x = c->cursor_y = -1;
}
