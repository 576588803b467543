#include "pagetop/ui/ui.h"

/* Something on the list of processes is of control groups. */
static bool wants_cgroups(const struct pt_ui *ui)
{
	const struct pt_shape *s = &ui->processes.shape;

	return pt_list_filter_cgroups(&s->filter) || pt_columns_has(&s->columns, PT_HEADING_CGROUP) ||
	       pt_columns_has(&s->columns, PT_HEADING_NSPID) || s->heading == PT_HEADING_CGROUP ||
	       s->heading == PT_HEADING_NSPID;
}

/* The list of pages has columns that the cells do without; of the flags it shows those that any lens looks at. */
static void wish_for_list(struct pt_wish *w)
{
	w->needs |= PT_NEED_ORDER | PT_NEED_NODE;
	for (int i = 0; i < PT_NLENSES; i++)
		w->kflags |= pt_lens_kflags((enum pt_lens_id)i);
}

/* What the screen shows, as a wish. A page is one of an image, which goes with the moment it is of: that comes first. */
static struct pt_wish make_wish(struct pt_ui *ui)
{
	enum pt_level level = ui->level == PT_LEVEL_PAGE && !ui->scene.img ? PT_LEVEL_MAP : ui->level;
	const struct pt_filter *filter = level == PT_LEVEL_MAP ? &ui->find.filter : &ui->mappings.shape.filter.pages;
	struct pt_wish w = {
		.seq = ui->wish.seq + 1, .interval_ms = (unsigned)(ui->opt->interval_s * 1000),
		.pid = ui->pid, .starttime = ui->starttime, .lens = ui->lens, .moment = ui->moment,
	};

	if (ui->task) {
		w.kind = PT_WISH_JOB;
		w.job = &ui->task->job;
		return w;
	}
	switch (level) {
	case PT_LEVEL_PROCESSES:
		w.kind = PT_WISH_TABLE;
		w.needs = wants_cgroups(ui) ? PT_NEED_CGROUP : 0;
		w.lens = (enum pt_lens_id)pt_list_filter_lens(&ui->processes.shape.filter, w.lens);
		w.nfirst = pt_processes_visible(&ui->processes, &ui->scene, w.first,
						PT_WISH_NFIRST);
		break;
	case PT_LEVEL_MAPPINGS:
	case PT_LEVEL_MAP:
		w.kind = PT_WISH_PROCESS;
		w.needs = PT_NEED_PFNS | pt_filter_needs(filter);
		w.kflags = pt_filter_kflags(filter);
		if (level == PT_LEVEL_MAP && ui->pages.shown)
			wish_for_list(&w);
		break;
	case PT_LEVEL_PAGE:
		w.kind = PT_WISH_PAGE;
		w.lens = PT_LENS_STATE;	/* a page is told in all lenses */
		w.needs = PT_NEED_ORDER | PT_NEED_NODE | (ui->contents ? PT_NEED_CONTENTS : 0);
		w.vpn = ui->map.vpn;
		break;
	}
	if (ui->over == PT_TEXT_WHO) {
		w.kind = PT_WISH_WHO;
		w.vpn = ui->map.vpn;
		w.once = true;
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
	return a->kind == b->kind && a->lens == b->lens && a->needs == b->needs && a->kflags == b->kflags &&
	       a->moment == b->moment && (a->kind == PT_WISH_TABLE ||
				      (a->pid == b->pid && a->starttime == b->starttime &&
				       (a->kind == PT_WISH_PROCESS || a->vpn == b->vpn)));
}

/* Rows that came onto the screen before their turn in the first pass. */
static bool waits_for_rows(struct pt_ui *ui)
{
	const struct pt_table *t = ui->scene.table;
	pid_t shown[PT_WISH_NFIRST];
	unsigned n;

	if (ui->level != PT_LEVEL_PROCESSES || !t || t->complete || ui->file)
		return false;
	n = pt_processes_visible(&ui->processes, &ui->scene, shown, PT_WISH_NFIRST);
	for (unsigned i = 0; i < n; i++) {
		const struct pt_process *p = pt_table_find(t, shown[i], 0);
		unsigned k = 0;

		while (k < ui->wish.nfirst && ui->wish.first[k] != p->pid)
			k++;
		if (k == ui->wish.nfirst && !p->scanned && !p->err && !p->kthread && !p->zombie)
			return true;
	}
	return false;
}

void pt_ui_wish_if_new(struct pt_ui *ui)
{
	struct pt_wish w = make_wish(ui);

	if (!same_wish(&w, &ui->wish) || (!ui->task && waits_for_rows(ui)))
		pt_ui_post(ui, false);
}
