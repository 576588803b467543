/*
 * What the screen needs scanned, as a wish.
 */
#include "pagetop/ui/ui.h"

/* What the screen shows, as a wish. */
static struct pt_wish make_wish(struct pt_ui *ui)
{
	struct pt_desk *d = &ui->desk;
	const struct pt_view_row *top = pt_desk_top(d);
	struct pt_wish w = {
		.seq = ui->wish.seq + 1, .interval_ms = (unsigned)(ui->opt->interval_s * 1000),
		.pid = d->pid, .starttime = d->starttime, .lens = d->lens, .moment = ui->moment,
	};

	if (ui->task) {
		w.kind = PT_WISH_JOB;
		w.job = &ui->task->job;
	} else if (!top->class->wish || !top->class->wish(d, &w)) {
		pt_desk_wish_below(d, (enum pt_view_id)(top - pt_views), &w);
	}
	return w;
}

void pt_ui_post(struct pt_ui *ui, bool reopen)
{
	ui->wish = make_wish(ui);
	ui->wish.reopen = reopen;
	pt_scanner_post(ui->scanner, &ui->wish);
}

static bool same_wish(const struct pt_wish *a, const struct pt_wish *b)
{
	if (a->kind == PT_WISH_JOB)
		return b->kind == PT_WISH_JOB;
	return a->kind == b->kind && a->lens == b->lens && a->needs == b->needs &&
	       a->kflags == b->kflags && a->moment == b->moment &&
	       (a->kind == PT_WISH_TABLE || (a->pid == b->pid && a->starttime == b->starttime &&
					     (a->kind == PT_WISH_PROCESS || a->vpn == b->vpn)));
}

/* What came onto the screen before its turn. */
static bool waits(struct pt_ui *ui)
{
	const struct pt_view_class *class = pt_desk_level(&ui->desk)->class;

	return ui->source->class->live && class->waits && class->waits(&ui->desk, &ui->wish);
}

void pt_ui_wish_if_new(struct pt_ui *ui)
{
	struct pt_wish w = make_wish(ui);

	if (!same_wish(&w, &ui->wish) || (!ui->task && waits(ui)))
		pt_ui_post(ui, false);
}
