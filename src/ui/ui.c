#include "pagetop/ui/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/ui/mouse.h"

/* How a list is to look; what the words say was checked when they came. */
static void take_shape(struct pt_shape *shape, const struct pt_options *opt)
{
	const char *sort = opt->sort[shape->list], *columns = opt->shown[shape->list];
	struct pt_str why = PT_STR_INIT;
	int heading = sort && *sort ? pt_heading_parse(sort + (*sort == '~'), shape->list, &why) : -1;

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
		.scanner = scanner, .map = PT_MAP_VIEW_INIT, .host = none, .title = none, .machine = none,
		.moment_words = none, .since = none, .message = none, .stale = none, .prompt = PT_PROMPT_INIT,
		.find = PT_FIND_INIT, .bookmarks = PT_BOOKMARKS_INIT, .asked = none,
	};
	pt_processes_init(&ui->processes);
	pt_mappings_init(&ui->mappings);
	pt_settings_init(&ui->settings, opt);
	ui->opt = &ui->settings.now;
	pt_machine_host(root, &ui->host);
	pt_machine_text(root, &ui->machine);
	pt_str_adds(&ui->title, ui->host.s);
	if (root->pids == PT_PIDS_OTHERS)
		pt_str_adds(&ui->title, " [" PT_OTHER_PIDS "]");
	ui->scene.host = ui->title.s;
	ui->scene.machine = ui->machine.s;
	ui->scene.keys = pt_keys_text;
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

void pt_ui_hint(struct pt_ui *ui, const char *text)
{
	struct pt_str s = PT_STR_INIT;

	pt_keys_text(text, &s);
	pt_ui_say(ui, "%s", s.s);
	pt_str_done(&s);
}

void pt_ui_refuse(struct pt_ui *ui, const char *why)
{
	pt_ui_say(ui, "%s", why);
	ui->prompt.refused = true;
}

unsigned pt_ui_where_over(const struct pt_ui *ui, enum pt_ui_text over)
{
	if (over)
		return over == PT_TEXT_SETTINGS ? PT_WHERE_SETTINGS : over == PT_TEXT_COLUMNS ? PT_WHERE_COLS : PT_WHERE_HELP;
	return 1u << ui->level;		/* levels are in the order of PT_WHERE_* */
}

unsigned pt_ui_where(const struct pt_ui *ui)
{
	return pt_ui_where_over(ui, ui->over);
}

struct pt_prompt *pt_ui_ask(struct pt_ui *ui, const char *label, pt_prompt_done_fn *done)
{
	pt_prompt_open(&ui->prompt, label, done);
	return &ui->prompt;
}

void pt_ui_ask_replace(struct pt_ui *ui, const char *file, pt_prompt_done_fn *done)
{
	struct pt_str name = PT_STR_INIT;

	pt_str_adds(&name, file);	/* it may be what is asked for already */
	pt_str_done(&ui->asked);
	ui->asked = name;
	pt_ui_ask(ui, "There is such a file already. Replace it?  y yes · n no  ", done)->keys = "yn";
}

void pt_ui_done(struct pt_ui *ui)
{
	pt_ui_give_up_task(ui);
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
	pt_str_done(&ui->title);
	pt_str_done(&ui->machine);
	pt_str_done(&ui->moment_words);
	free(ui->history);
	pt_str_done(&ui->since);
	pt_str_done(&ui->asked);
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

void pt_ui_set_level(struct pt_ui *ui, enum pt_level level)
{
	ui->level = level;
	if (level == PT_LEVEL_PROCESSES) {
		pt_ui_forget_stale(ui);
		ui->place_waits = false;
	}
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
		pt_find_take(ui, "");
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
	ui->place = *place;
	ui->place_waits = true;
	pt_ui_arrive(ui);
}

/* Not below a prompt or a text: they are about what is on the screen. */
bool pt_ui_arrive(struct pt_ui *ui)
{
	const struct pt_image *img = ui->scene.img;

	if (!ui->place_waits || !img || img->pid != ui->pid || img->starttime != ui->starttime || ui->prompt.label ||
	    ui->over)
		return false;
	ui->place_waits = false;
	go_now(ui, &ui->place);
	return true;
}

/* All that was asked for has been answered, and the process was not in it; why, is told below no prompt and no text. */
void pt_ui_give_up_place(struct pt_ui *ui)
{
	if (!ui->place_waits || ui->settled_seq != ui->wish.seq || ui->task || ui->prompt.label || ui->over)
		return;
	ui->place_waits = false;
	pt_ui_say(ui, "cannot go there: %s", ui->stale.len ? ui->stale.s : "the process is not there");
}

void pt_ui_show_only(struct pt_ui *ui, const char *comm)
{
	struct pt_shape *shape = &ui->processes.shape;

	pt_list_filter_reset(&shape->filter);
	snprintf(shape->filter.comm, sizeof(shape->filter.comm), "%s", comm);
	shape->version++;
}

/* An escape sequence that nobody knows is no key at all. */
static void press(struct pt_ui *ui, uint32_t key)
{
	const struct pt_command *cmd = pt_command_of(key, pt_ui_where(ui));
	struct pt_str s = PT_STR_INIT;

	if (cmd && cmd->changes && ui->opt->readonly) {
		pt_ui_say(ui, "refused: --readonly");
	} else if (cmd) {
		cmd->run(ui, cmd->arg);
	} else if (key < PT_KEY_RESIZE) {
		pt_key_text(key, &s);
		pt_keys_text(" does nothing here; {help} tells which keys do", &s);
		pt_ui_say(ui, "%s", s.s);
		pt_str_done(&s);
	}
}

void pt_ui_event(struct pt_ui *ui, const struct pt_event *e)
{

	if (e->key == PT_KEY_RESIZE) {
		pt_canvas_resize(&ui->canvas, e->w, e->h);
		return;
	}
	if (e->key == PT_KEY_MOUSE && (ui->prompt.label || ui->task))
		return;
	if (!ui->prompt.label || ui->prompt.refused)	/* what is told below a prompt is read when that is gone */
		pt_str_reset(&ui->message);
	ui->prompt.refused = false;
	ui->no_memory = false;
	if (e->key == PT_KEY_MOUSE) {
		pt_mouse_event(ui, e);
	} else if (ui->prompt.label) {
		pt_prompt_key(&ui->prompt, ui, e->key);
	} else if (ui->task && e->key == PT_KEY_ESC) {
		pt_scanner_cancel(ui->scanner);
	} else {
		press(ui, e->key);
	}
	pt_ui_arrive(ui);
	if (!ui->quit)
		pt_ui_wish_if_new(ui);
	pt_ui_give_up_place(ui);
}
