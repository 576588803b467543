/*
 * What the scanner answers becomes what the screen shows.
 */
#include "pagetop/ui/ui.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"

void pt_ui_forget_stale(struct pt_ui *ui)
{
	pt_str_reset(&ui->stale);
	ui->stale_err = 0;
	ui->desk.scene.stale = NULL;
}

/* "4242 redis-server has ended; …": what happened, and what one still sees. */
static void went_stale(struct pt_ui *ui, const struct pt_answer *a)
{
	const struct pt_process *p =
		ui->desk.scene.table ?
			pt_table_find(ui->desk.scene.table, ui->desk.pid, ui->desk.starttime) :
			NULL;

	ui->stale_err = a->err;
	pt_str_reset(&ui->stale);
	pt_str_addf(&ui->stale, "%d ", (int)ui->desk.pid);
	if (ui->desk.scene.img)
		pt_str_addf(&ui->stale, "%s ", ui->desk.scene.img->name);
	else if (p)
		pt_escape(&ui->stale, p->comm, strlen(p->comm));
	pt_str_addf(&ui->stale, "%s%s", ui->desk.scene.img || !p ? "" : " ", a->why);
	if (a->err == -ESTALE)
		pt_keys_in(&ui->desk.scene, "; {scan} rescans it", &ui->stale);
	if (ui->desk.scene.img)
		pt_str_adds(&ui->stale, "; showing its last scan");
	ui->desk.scene.stale = ui->stale.s;
}

void pt_ui_show_table(struct pt_ui *ui)
{
	pt_table_unref(ui->desk.scene.table);
	ui->desk.scene.table = pt_table_ref(ui->all);
	ui->desk.scene.version++;
}

/* Through which the list was looked at; PT_NLENSES: nothing of it was yet. */
static int lens_of(const struct pt_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->p[i].scanned && !t->p[i].err)
			return (int)t->p[i].counts.lens;
	return PT_NLENSES;
}

/* While it is paused, what answers the question already stays on the screen. */
static bool holds(const struct pt_ui *ui, const struct pt_answer *a)
{
	const struct pt_image *img = ui->desk.scene.img, *page = ui->desk.scene.page;

	if (!ui->kept.paused || (ui->wish.reopen && ui->settled_seq != a->seq))
		return false;
	if (a->table)
		return ui->settled_seq == a->seq ||
		       (ui->desk.scene.table && ui->desk.scene.table->complete &&
			lens_of(ui->desk.scene.table) == (int)ui->wish.lens);
	if (a->kind == PT_WISH_PAGE)
		return page && a->img && page->lo_vpn == a->img->lo_vpn;
	return img && a->img && img->pid == a->img->pid && img->starttime == a->img->starttime &&
	       ui->kept.lens == a->img->lens;
}

static void take_answer(struct pt_ui *ui, struct pt_answer *a)
{
	bool hold = holds(ui, a);

	ui->desk.scene.version++;
	if (a->err && a->kind == PT_WISH_TABLE) {
		pt_desk_say(&ui->desk, "process list: %s", a->why);
	} else if (a->err) {
		went_stale(ui, a);
	} else {
		pt_ui_forget_stale(ui);
	}
	if (a->table) {
		pt_table_unref(ui->all);
		ui->all = pt_table_ref(a->table);
		if (!hold)
			pt_ui_show_table(ui);
	}
	if (a->img && a->kind == PT_WISH_PAGE && !hold) {
		pt_image_unref(ui->desk.scene.page);
		ui->desk.scene.page = pt_image_ref(a->img);
	} else if (a->img && a->kind != PT_WISH_PAGE) {
		pt_kept_add(&ui->kept, a->img, hold, ui->source->class->live, &ui->desk.scene);
	}
	if (a->kind == PT_WISH_PROCESS) {
		free(ui->history);
		ui->history = a->history;
		a->history = NULL;
	}
	if (a->kind == PT_WISH_WHO) {
		pt_who_unref(ui->desk.scene.who);
		ui->desk.scene.who = a->who ? pt_who_ref(a->who) : NULL;
		ui->desk.scene.who_done = a->ndone;
		ui->desk.scene.who_all = a->nall;
	}
	if (a->interval_ns)
		ui->desk.scene.interval_ns = a->interval_ns;
	if (a->err || a->kind == PT_WISH_JOB ||
	    (a->kind == PT_WISH_WHO ? a->who != NULL : !a->table || a->table->complete))
		ui->settled_seq = a->seq;
}

bool pt_ui_answers(struct pt_ui *ui)
{
	struct pt_answer a;

	if (!pt_scanner_take(ui->scanner, &a))
		return false;
	if (a.seq == ui->wish.seq)
		take_answer(ui, &a);
	pt_answer_done(&a);
	if (pt_ui_end_task(ui))
		pt_ui_post(ui, false);
	/* Its image is there by now */
	if (pt_ui_arrive(ui) || pt_desk_level(&ui->desk)->where & PT_WHERE_PAGE)
		pt_ui_wish_if_new(ui);
	pt_ui_give_up_place(ui);
	return true;
}

bool pt_ui_settled(const struct pt_ui *ui)
{
	/* Else not before those are gone */
	bool going = ui->place_waits && !ui->prompt.label && !pt_desk_is_covered(&ui->desk);

	return ui->settled_seq == ui->wish.seq && !going && !ui->task;
}
