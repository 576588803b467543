#include "pagetop/app/ui.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/app/complete.h"
#include "pagetop/app/help.h"
#include "pagetop/app/output.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/scan/scan.h"
#include "pagetop/view/history_view.h"
#include "pagetop/view/who_view.h"

enum {
	PATIENCE = 40, PATIENCE_MS = 50,	/* for a task, at the end */
	KEPT_NRUNS = 1 << 19,			/* of all images that are kept: 16 MiB */
};

void pt_ui_init(struct pt_ui *ui, const struct pt_options *opt, struct pt_scanner *scanner,
		const struct pt_root *root)
{
	const struct pt_str none = PT_STR_INIT;

	*ui = (struct pt_ui){
		.opt = opt, .scanner = scanner, .map = PT_MAP_VIEW_INIT, .host = none, .machine = none,
		.moment_words = none, .since = none, .message = none, .stale = none, .prompt.text = none,
		.picture = none,
	};
	pt_machine_host(root, &ui->host);
	pt_machine_text(root, &ui->machine);
	ui->scene.host = ui->host.s;
	ui->scene.machine = ui->machine.s;
	ui->scene.asked_ns = (uint64_t)(opt->interval_s * 1e9);
	ui->scene.share = pt_options_share(opt);
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

unsigned pt_ui_where(const struct pt_ui *ui)
{
	return ui->over ? PT_WHERE_HELP : 1u << ui->level;	/* levels are in the order of PT_WHERE_* */
}

struct pt_prompt *pt_ui_ask(struct pt_ui *ui, const char *label, void (*done)(struct pt_ui *, const char *))
{
	pt_str_reset(&ui->prompt.text);
	ui->prompt.label = label;
	ui->prompt.done = done;
	ui->prompt.keys = NULL;
	ui->prompt.path = false;
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

void pt_ui_show_kept(struct pt_ui *ui, size_t back)
{
	struct pt_kept *k = &ui->kept;
	const struct pt_image *img = k->n > back ? k->img[k->n - 1 - back] : NULL;

	if (!img)
		return;
	k->back = back;
	pt_image_unref(ui->scene.img);
	ui->scene.img = pt_image_ref(img);
	pt_str_reset(&ui->moment_words);
	if (back)
		pt_str_addf(&ui->moment_words, "%.1f s ago · %zu of %zu kept · ] goes on",
			    (double)(pt_now_ns() - img->mono_ns) / 1e9, k->n - back, k->n);
	ui->scene.moment = back ? ui->moment_words.s : NULL;
}

static void forget_kept(struct pt_ui *ui)
{
	while (ui->kept.n)
		pt_image_unref(ui->kept.img[--ui->kept.n]);
	ui->kept.back = ui->kept.nruns = 0;
	if (!ui->file)
		ui->scene.moment = NULL;
}

/* The newest; while an older one is shown it stays the one that is shown, as long as it is kept. */
static void keep(struct pt_ui *ui, const struct pt_image *img)
{
	struct pt_kept *k = &ui->kept;

	if (ui->file)
		return;
	while (k->n && (k->n == PT_NKEPT || k->nruns + img->runs.n > KEPT_NRUNS)) {
		k->nruns -= k->img[0]->runs.n;
		pt_image_unref(k->img[0]);
		memmove(k->img, k->img + 1, --k->n * sizeof(k->img[0]));
	}
	k->img[k->n++] = pt_image_ref(img);
	k->nruns += img->runs.n;
	if (k->back && ++k->back >= k->n)
		k->back = k->n - 1;
}

void pt_ui_done(struct pt_ui *ui)
{
	give_up_task(ui);
	pt_table_unref(ui->scene.table);
	pt_table_unref(ui->all);
	pt_image_unref(ui->scene.img);
	pt_image_unref(ui->scene.page);
	pt_who_unref(ui->scene.who);
	pt_re_free(ui->re);
	pt_canvas_done(&ui->canvas);
	pt_str_done(&ui->host);
	pt_str_done(&ui->machine);
	pt_str_done(&ui->moment_words);
	free(ui->history);
	pt_str_done(&ui->since);
	pt_str_done(&ui->picture);
	forget_kept(ui);
	if (ui->base.spec) {
		pt_scanner_compare(ui->scanner, NULL);
		pt_side_close(&ui->base);
	}
	pt_str_done(&ui->message);
	pt_str_done(&ui->stale);
	pt_str_done(&ui->prompt.text);
	pt_frames_done(&ui->frames);
}

/* What the screen shows, as a wish. */
static struct pt_wish make_wish(struct pt_ui *ui)
{
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
		if (w.lens == PT_LENS_CHANGE)	/* it compares two moments of one process */
			w.lens = PT_LENS_STATE;
		w.nfirst = pt_processes_visible(&ui->processes, &ui->scene, w.first,
						PT_WISH_NFIRST);
		break;
	case PT_LEVEL_MAPPINGS:
	case PT_LEVEL_MAP:
		w.kind = PT_WISH_PROCESS;
		w.needs = PT_NEED_PFNS;
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
	return a->kind == b->kind && a->lens == b->lens && a->needs == b->needs && a->moment == b->moment && (a->kind == PT_WISH_TABLE ||
				      (a->pid == b->pid && a->starttime == b->starttime &&
				       (a->kind == PT_WISH_PROCESS || a->vpn == b->vpn)));
}

/* Rows that came onto the screen before their turn in the first pass. */
static bool waits_for_rows(const struct pt_ui *ui)
{
	const struct pt_table *t = ui->scene.table;
	const struct pt_list *l = &ui->processes.list;

	if (ui->level != PT_LEVEL_PROCESSES || !t || t->complete || ui->file)
		return false;
	for (size_t i = l->top; i < t->n && i < l->top + (size_t)l->rows; i++) {
		const struct pt_process *p = &t->p[i];
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
		forget_kept(ui);
		free(ui->history);
		ui->history = NULL;
		ui->mappings = (struct pt_mappings_view){ .addr = 0 };
		ui->map = (struct pt_map_view)PT_MAP_VIEW_INIT;
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
		pt_ui_say(ui, "%s", why.s);
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
	const struct pt_process *p = ui->all ? pt_table_find(ui->all, ui->pid, ui->starttime) : NULL;

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

/* Of all processes those that are to be shown; without memory for a copy, all. */
static void show_table(struct pt_ui *ui)
{
	const struct pt_table *part = ui->only[0] ? pt_table_only(ui->all, ui->only) : NULL;

	pt_table_unref(ui->scene.table);
	ui->scene.table = part ? part : pt_table_ref(ui->all);
	ui->scene.only = ui->only[0] ? ui->only : NULL;
}

void pt_ui_show_only(struct pt_ui *ui, const char *comm)
{
	snprintf(ui->only, sizeof(ui->only), "%s", comm);
	show_table(ui);
}

static void take_answer(struct pt_ui *ui, struct pt_answer *a)
{
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
		show_table(ui);
	}
	if (a->img && a->kind == PT_WISH_PAGE) {
		pt_image_unref(ui->scene.page);
		ui->scene.page = pt_image_ref(a->img);
	} else if (a->img) {
		keep(ui, a->img);
		if (ui->kept.back) {
			pt_ui_show_kept(ui, ui->kept.back);
		} else {
			pt_image_unref(ui->scene.img);
			ui->scene.img = pt_image_ref(a->img);
		}
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

static void prompt_key(struct pt_ui *ui, uint32_t key)
{
	struct pt_str *s = &ui->prompt.text;
	void (*done)(struct pt_ui *, const char *) = ui->prompt.done;

	if (key == PT_KEY_ESC) {
		ui->prompt.label = NULL;
	} else if (ui->prompt.keys) {
		if (key < 0x80 && key && strchr(ui->prompt.keys, (int)key)) {
			ui->prompt.label = NULL;
			done(ui, (char[]){ (char)key, '\0' });
		}
	} else if (key == PT_KEY_TAB && ui->prompt.path) {
		pt_complete_path(s);
	} else if (key == PT_KEY_ENTER) {
		ui->prompt.label = NULL;
		done(ui, s->s);
	} else if (key == PT_KEY_BACKSPACE) {
		size_t n = s->len;

		while (n && (s->s[--n] & 0xc0) == 0x80)
			;
		pt_str_cut(s, n);
	} else if (key == ('U' & 0x1f)) {
		pt_str_reset(s);
	} else if (key < PT_KEY_FIRST && !pt_is_control(key)) {
		pt_utf8_add(s, key);
	}
}

void pt_ui_event(struct pt_ui *ui, const struct pt_event *e)
{
	const struct pt_command *cmd;

	if (e->key == PT_KEY_RESIZE) {
		pt_canvas_resize(&ui->canvas, e->w, e->h);
		return;
	}
	pt_str_reset(&ui->message);
	if (ui->prompt.label) {
		prompt_key(ui, e->key);
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

/* Prompt, or a sentence, or the keys. */
static void draw_bottom(struct pt_ui *ui)
{
	struct pt_canvas *c = &ui->canvas;
	int y = c->h - 1, x = 0, over;

	if (ui->prompt.label) {
		x = pt_canvas_text(c, 0, y, c->w, PT_ROLE_TITLE, ui->prompt.label);
		over = pt_text_width(ui->prompt.text.s) - (c->w - x - 1);
		x = pt_draw_scrolled(c, x, y, PT_ROLE_PLAIN, ui->prompt.text.s, over);
		pt_canvas_cursor(c, x, y);
	} else if (ui->task) {
		draw_task(ui, y);
	} else if (ui->message.len || (ui->scene.stale && ui->scene.img)) {
		pt_canvas_text(c, 1, y, c->w - 1, PT_ROLE_WARN,
			       ui->message.len ? ui->message.s : ui->scene.stale);
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

void pt_ui_draw(struct pt_ui *ui)
{
	struct pt_canvas *c = &ui->canvas;

	pt_canvas_clear(c);
	ui->scene.now_ns = pt_now_ns();
	if (!ui->task)
		ui->scene.lens = ui->wish.lens;
	ui->scene.since = ui->since.len ? ui->since.s : NULL;
	c->h--;		/* the last row is not the view's */
	if (has_history(ui))
		c->h--;
	if (ui->over == PT_TEXT_HELP)
		pt_help_draw(&ui->text, 1u << ui->level, ui->lens, c);
	else if (ui->over == PT_TEXT_WHO)
		pt_who_draw(&ui->text, &ui->scene, ui->map.vpn, c);
	else if (ui->level == PT_LEVEL_PROCESSES)
		pt_processes_draw(&ui->processes, &ui->scene, c);
	else if (ui->level == PT_LEVEL_MAPPINGS)
		pt_mappings_draw(&ui->mappings, &ui->scene, c);
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
