#include "pagetop/app/ui.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/app/help.h"
#include "pagetop/app/mouse.h"
#include "pagetop/app/output.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/scan/scan.h"
#include "pagetop/view/about_view.h"
#include "pagetop/view/history_view.h"
#include "pagetop/view/who_view.h"

enum {
	PATIENCE = 40, PATIENCE_MS = 50,	/* for a task, at the end */
};

/* How a list is to look; what the words say was checked when they came. */
static void take_shape(struct pt_shape *shape, const struct pt_options *opt)
{
	const char *sort = opt->sort[shape->list], *columns = opt->shown[shape->list];
	struct pt_str why = PT_STR_INIT;
	int heading = sort ? pt_heading_parse(sort + (*sort == '~'), shape->list, &why) : -1;

	pt_columns_parse(columns ? columns : "", shape->list, &shape->columns, &why);
	if (heading >= 0) {
		shape->heading = heading;
		shape->invert = *sort == '~';
	}
	shape->version++;
	pt_str_done(&why);
}

/* Whatever of the options does not look at them each time. */
static void apply_options(struct pt_ui *ui)
{
	ui->scene.asked_ns = (uint64_t)(ui->opt->interval_s * 1e9);
	ui->scene.share = pt_options_share(ui->opt);
	take_shape(&ui->processes.shape, ui->opt);
	take_shape(&ui->mappings.shape, ui->opt);
	ui->options_changed = true;	/* the terminal is told by the loop */
}

void pt_ui_options_changed(struct pt_ui *ui)
{
	apply_options(ui);
	pt_scanner_set_share(ui->scanner, ui->scene.share);
	pt_ui_post(ui, false);
}

void pt_ui_init(struct pt_ui *ui, const struct pt_options *opt, struct pt_scanner *scanner,
		const struct pt_root *root)
{
	const struct pt_str none = PT_STR_INIT;

	*ui = (struct pt_ui){
		.scanner = scanner, .map = PT_MAP_VIEW_INIT, .host = none, .machine = none,
		.moment_words = none, .since = none, .message = none, .stale = none, .prompt = PT_PROMPT_INIT,
		.find = PT_FIND_INIT, .bookmarks = PT_BOOKMARKS_INIT, .picture = none,
	};
	pt_processes_init(&ui->processes);
	pt_mappings_init(&ui->mappings);
	pt_settings_init(&ui->settings, opt);
	ui->opt = &ui->settings.now;
	pt_machine_host(root, &ui->host);
	pt_machine_text(root, &ui->machine);
	ui->scene.host = ui->host.s;
	ui->scene.machine = ui->machine.s;
	apply_options(ui);
	ui->frames.start_ns = opt->start_ns;
}

void pt_ui_show_file(struct pt_ui *ui, const struct pt_file *file, size_t moment)
{
	const struct pt_snapshot_machine *m = pt_snapshot_machine(file->snapshot);

	ui->file = file;
	ui->moment = moment;
	pt_str_reset(&ui->moment_words);
	pt_file_words(file, moment, &ui->moment_words);
	ui->scene.moment = ui->moment_words.s;
	ui->scene.host = m->host;
	ui->scene.machine = m->description;
}

void pt_ui_say(struct pt_ui *ui, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pt_str_reset(&ui->message);
	pt_str_adds(&ui->message, text);
}

void pt_ui_refuse(struct pt_ui *ui, const char *why)
{
	pt_ui_say(ui, "%s", why);
	ui->prompt.refused = true;
}

static unsigned where_of(const struct pt_ui *ui, enum pt_ui_text over)
{
	if (over)
		return over == PT_TEXT_SETTINGS ? PT_WHERE_SETTINGS : over == PT_TEXT_COLUMNS ? PT_WHERE_COLS : PT_WHERE_HELP;
	return 1u << ui->level;		/* levels are in the order of PT_WHERE_* */
}

unsigned pt_ui_where(const struct pt_ui *ui)
{
	return where_of(ui, ui->over);
}

struct pt_prompt *pt_ui_ask(struct pt_ui *ui, const char *label, pt_prompt_done_fn *done)
{
	pt_prompt_open(&ui->prompt, label, done);
	return &ui->prompt;
}

void pt_ui_do(struct pt_ui *ui, const char *doing, int (*run)(struct pt_job *, const struct pt_scan_env *), void *arg,
	      void (*ended)(struct pt_ui *, void *, int))
{
	ui->task = calloc(1, sizeof(*ui->task));
	if (!ui->task)
		return;
	ui->task->job.run = run;
	ui->task->job.arg = arg;
	ui->task->doing = doing;
	ui->task->ended = ended;
	pt_ui_post(ui, false);
}

/* True: it has ended just now. */
static bool end_task(struct pt_ui *ui)
{
	struct pt_task *task = ui->task;

	if (!task || !atomic_load(&task->job.done))
		return false;
	ui->task = NULL;	/* what it ends with may wish for something */
	task->ended(ui, task->job.arg, task->job.err);
	free(task);
	return true;
}

/* What the thread still does with a task must end first; where the kernel holds it, it goes with the program. */
static void give_up_task(struct pt_ui *ui)
{
	struct pollfd fd = { .fd = pt_scanner_fd(ui->scanner), .events = POLLIN };
	struct pt_answer a;

	for (int i = 0; ui->task && !end_task(ui) && i < PATIENCE; i++) {
		pt_scanner_cancel(ui->scanner);
		poll(&fd, 1, PATIENCE_MS);
		if (pt_scanner_take(ui->scanner, &a))
			pt_answer_done(&a);
	}
	pt_output_abandon();
}

void pt_ui_done(struct pt_ui *ui)
{
	give_up_task(ui);
	pt_table_unref(ui->scene.table);
	pt_table_unref(ui->all);
	pt_image_unref(ui->scene.img);
	pt_image_unref(ui->scene.page);
	pt_who_unref(ui->scene.who);
	pt_processes_done(&ui->processes);
	pt_mappings_done(&ui->mappings);
	pt_re_free(ui->re);
	pt_canvas_done(&ui->canvas);
	pt_str_done(&ui->host);
	pt_str_done(&ui->machine);
	pt_str_done(&ui->moment_words);
	free(ui->history);
	pt_str_done(&ui->since);
	pt_str_done(&ui->picture);
	pt_kept_done(ui);
	if (ui->base.spec) {
		pt_scanner_compare(ui->scanner, NULL);
		pt_side_close(&ui->base);
	}
	pt_str_done(&ui->message);
	pt_str_done(&ui->stale);
	pt_prompt_free(&ui->prompt);
	pt_find_free(&ui->find);
	pt_str_done(&ui->bookmarks.label);
	pt_frames_done(&ui->frames);
	pt_settings_done(&ui->settings);
}

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

/* What the screen shows, as a wish. */
static struct pt_wish make_wish(struct pt_ui *ui)
{
	const struct pt_filter *filter = ui->level == PT_LEVEL_MAP ? &ui->find.filter : &ui->mappings.shape.filter.pages;
	struct pt_wish w = {
		.seq = ui->wish.seq + 1, .interval_ms = (unsigned)(ui->opt->interval_s * 1000),
		.pid = ui->pid, .starttime = ui->starttime, .lens = ui->lens, .moment = ui->moment,
	};

	if (ui->task) {
		w.kind = PT_WISH_JOB;
		w.job = &ui->task->job;
		return w;
	}
	switch (ui->level) {
	case PT_LEVEL_PROCESSES:
		w.kind = PT_WISH_TABLE;
		w.needs = wants_cgroups(ui) ? PT_NEED_CGROUP : 0;
		if (w.lens == PT_LENS_CHANGE)	/* it compares two moments of one process */
			w.lens = PT_LENS_STATE;
		w.nfirst = pt_processes_visible(&ui->processes, &ui->scene, w.first,
						PT_WISH_NFIRST);
		break;
	case PT_LEVEL_MAPPINGS:
	case PT_LEVEL_MAP:
		w.kind = PT_WISH_PROCESS;
		w.needs = PT_NEED_PFNS | pt_filter_needs(filter);
		w.kflags = pt_filter_kflags(filter);
		if (ui->level == PT_LEVEL_MAP && ui->pages.shown)
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

static void wish_if_new(struct pt_ui *ui)
{
	struct pt_wish w = make_wish(ui);

	if (!same_wish(&w, &ui->wish) || (!ui->task && waits_for_rows(ui)))
		pt_ui_post(ui, false);
}

static void forget_stale(struct pt_ui *ui)
{
	pt_str_reset(&ui->stale);
	ui->scene.stale = NULL;
}

void pt_ui_set_level(struct pt_ui *ui, enum pt_level level)
{
	ui->level = level;
	if (level == PT_LEVEL_PROCESSES)
		forget_stale(ui);
	if (level != PT_LEVEL_MAPPINGS && level != PT_LEVEL_MAP && ui->kept.back)	/* these are live */
		pt_ui_show_kept(ui, 0);
	if (level != PT_LEVEL_PAGE)
		ui->scene.page = pt_image_unref(ui->scene.page);
}

void pt_ui_enter_process(struct pt_ui *ui, const struct pt_process *p)
{
	if (p->pid != ui->pid || p->starttime != ui->starttime) {
		ui->scene.img = pt_image_unref(ui->scene.img);
		pt_kept_forget(ui);
		free(ui->history);
		ui->history = NULL;
		pt_mappings_reset(&ui->mappings);
		ui->map = (struct pt_map_view)PT_MAP_VIEW_INIT;
		ui->pages = (struct pt_pages_view){ .rows = 0 };
	}
	ui->pid = ui->scene.pid = p->pid;
	ui->starttime = p->starttime;
	ui->scene.notes = ui->notes;
	ui->scene.nnotes = p->pid == ui->notes_pid ? ui->nnotes : 0;
	pt_processes_select(&ui->processes, p);
	pt_ui_set_level(ui, PT_LEVEL_MAPPINGS);
}

/* The place, in the process whose image is there. */
static void go_now(struct pt_ui *ui, const struct pt_place *place)
{
	struct pt_str why = PT_STR_INIT;
	uint64_t vpn = 0;

	if (!place->text[0])
		pt_ui_set_level(ui, PT_LEVEL_MAPPINGS);
	else if (pt_place_find(place, ui->scene.img, &vpn, &why))
		pt_ui_refuse(ui, why.s);
	else {
		pt_map_go(&ui->map, &ui->scene, vpn);
		pt_ui_set_level(ui, ui->level == PT_LEVEL_PAGE ? PT_LEVEL_PAGE : PT_LEVEL_MAP);
	}
	pt_str_done(&why);
}

void pt_ui_go(struct pt_ui *ui, const struct pt_place *place)
{
	if (ui->scene.img && ui->scene.img->pid == ui->pid && ui->scene.img->starttime == ui->starttime) {
		go_now(ui, place);
	} else {
		ui->place = *place;
		ui->place_waits = true;
	}
}

/* "4242 redis-server has ended; …": what happened, and what one still sees. */
static void went_stale(struct pt_ui *ui, const struct pt_answer *a)
{
	const struct pt_process *p = ui->scene.table ? pt_table_find(ui->scene.table, ui->pid, ui->starttime) : NULL;

	pt_str_reset(&ui->stale);
	pt_str_addf(&ui->stale, "%d ", (int)ui->pid);
	if (ui->scene.img)
		pt_str_addf(&ui->stale, "%s ", ui->scene.img->name);
	else if (p)
		pt_escape(&ui->stale, p->comm, strlen(p->comm));
	pt_str_addf(&ui->stale, "%s%s", ui->scene.img || !p ? "" : " ", a->why);
	if (a->err == -ESTALE)
		pt_str_adds(&ui->stale, "; r looks at that one");
	if (ui->scene.img)
		pt_str_adds(&ui->stale, "; what you see is the last image");
	ui->scene.stale = ui->stale.s;
}

void pt_ui_show_table(struct pt_ui *ui)
{
	pt_table_unref(ui->scene.table);
	ui->scene.table = pt_table_ref(ui->all);
	ui->scene.version++;
}

void pt_ui_show_only(struct pt_ui *ui, const char *comm)
{
	struct pt_shape *shape = &ui->processes.shape;

	pt_list_filter_reset(&shape->filter);
	snprintf(shape->filter.comm, sizeof(shape->filter.comm), "%s", comm);
	shape->version++;
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
	const struct pt_image *img = ui->scene.img, *page = ui->scene.page;

	if (!ui->kept.paused || (ui->wish.reopen && ui->settled_seq != a->seq))
		return false;
	if (a->table)
		return ui->settled_seq == a->seq || (ui->scene.table && ui->scene.table->complete &&
						     lens_of(ui->scene.table) == (int)ui->wish.lens);
	if (a->kind == PT_WISH_PAGE)
		return page && a->img && page->lo_vpn == a->img->lo_vpn;
	return img && a->img && img->pid == a->img->pid && img->starttime == a->img->starttime &&
	       img->lens == a->img->lens;
}

static void take_answer(struct pt_ui *ui, struct pt_answer *a)
{
	bool hold = holds(ui, a);

	ui->scene.version++;
	if (a->err && a->kind == PT_WISH_TABLE) {
		pt_ui_say(ui, "the list of processes: %s", a->why);
	} else if (a->err) {
		went_stale(ui, a);
		ui->place_waits = false;
	} else {
		forget_stale(ui);
	}
	if (a->table) {
		pt_table_unref(ui->all);
		ui->all = pt_table_ref(a->table);
		if (!hold)
			pt_ui_show_table(ui);
	}
	if (a->img && a->kind == PT_WISH_PAGE && !hold) {
		pt_image_unref(ui->scene.page);
		ui->scene.page = pt_image_ref(a->img);
	} else if (a->img && a->kind != PT_WISH_PAGE) {
		pt_kept_add(ui, a->img, hold);
	}
	if (a->kind == PT_WISH_PROCESS) {
		free(ui->history);
		ui->history = a->history;
		a->history = NULL;
	}
	if (a->kind == PT_WISH_WHO) {
		pt_who_unref(ui->scene.who);
		ui->scene.who = a->who ? pt_who_ref(a->who) : NULL;
		ui->scene.who_done = a->ndone;
		ui->scene.who_all = a->nall;
	}
	if (a->interval_ns)
		ui->scene.interval_ns = a->interval_ns;
	if (a->err || a->kind == PT_WISH_JOB || (a->kind == PT_WISH_WHO ? a->who != NULL : !a->table || a->table->complete))
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
	if (end_task(ui))
		pt_ui_post(ui, false);
	if (ui->place_waits && ui->scene.img && ui->scene.img->pid == ui->pid) {
		ui->place_waits = false;
		go_now(ui, &ui->place);
		wish_if_new(ui);
	}
	return true;
}

bool pt_ui_settled(const struct pt_ui *ui)
{
	return ui->settled_seq == ui->wish.seq && !ui->place_waits && !ui->task;
}

void pt_ui_event(struct pt_ui *ui, const struct pt_event *e)
{
	const struct pt_command *cmd;

	if (e->key == PT_KEY_RESIZE) {
		pt_canvas_resize(&ui->canvas, e->w, e->h);
		return;
	}
	if (e->key == PT_KEY_MOUSE && (ui->prompt.label || ui->task))
		return;
	pt_str_reset(&ui->message);
	if (e->key == PT_KEY_MOUSE) {
		pt_mouse_event(ui, e);
	} else if (ui->prompt.label) {
		pt_prompt_key(&ui->prompt, ui, e->key);
	} else if (ui->task && e->key == PT_KEY_ESC) {
		pt_scanner_cancel(ui->scanner);
	} else {
		cmd = pt_command_of(e->key, pt_ui_where(ui));
		if (cmd)
			cmd->run(ui, cmd->arg);
	}
	if (!ui->quit)
		wish_if_new(ui);
}

static void draw_task(struct pt_ui *ui, int y)
{
	size_t ndone = atomic_load(&ui->task->job.ndone), nall = atomic_load(&ui->task->job.nall);

	if (nall)
		pt_canvas_textf(&ui->canvas, 1, y, ui->canvas.w - 1, PT_ROLE_WARN, "%s: %zu of %zu processes · Esc ends it",
				ui->task->doing, ndone, nall);
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

/* Prompt, or a sentence, or the keys. */
static void draw_bottom(struct pt_ui *ui)
{
	struct pt_canvas *c = &ui->canvas;
	int y = c->h - 1;

	if (ui->prompt.label && !(ui->prompt.refused && ui->message.len)) {
		pt_prompt_draw(&ui->prompt, c, y);
	} else if (ui->task) {
		draw_task(ui, y);
	} else if (ui->message.len || (ui->scene.stale && ui->scene.img)) {
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_WARN,
			       ui->message.len ? ui->message.s : ui->scene.stale);
	} else if (refused(ui)) {
		pt_canvas_textf(c, 1, y, c->w - 1, PT_ROLE_WARN, "%d: %s", (int)refused(ui)->pid, refused(ui)->why);
	} else if (ui->level == PT_LEVEL_MAPPINGS && ui->scene.img && ui->scene.img->why_pages) {
		pt_canvas_textf(c, 1, y, c->w - 1, PT_ROLE_WARN, "the pages: %s", ui->scene.img->why_pages);
	} else {
		pt_help_bar(c, y, pt_ui_where(ui));
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
	ui->scene.since = ui->since.len ? ui->since.s : NULL;
	pt_find_update(ui);
	c->h--;		/* the last row is not the view's */
	if (has_history(ui))
		c->h--;
	if (ui->over == PT_TEXT_HELP)
		pt_help_draw(&ui->text, where_of(ui, ui->under >= PT_TEXT_COLUMNS ? ui->under : PT_TEXT_NONE), ui->lens, c);
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
