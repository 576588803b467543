#include "pagetop/ui/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/ui/keys.h"
#include "pagetop/view/page_filter.h"

/* How a list is to look; what the words say was checked when they came. */
static void take_shape(struct pt_shape *shape, const struct pt_options *opt)
{
	const char *sort = opt->sort[shape->list], *columns = opt->shown[shape->list];
	struct pt_str why = PT_STR_INIT;
	int heading =
		sort && *sort ? pt_heading_parse(sort + (*sort == '~'), shape->list, &why) : -1;

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
	ui->desk.scene.asked_ns = (uint64_t)(ui->opt->interval_s * 1e9);
	ui->desk.scene.share = pt_options_share(ui->opt);
	for (int list = 0; list < PT_NLISTS; list++) {
		struct pt_listing *r = pt_desk_list(&ui->desk, (enum pt_list_id)list);

		if (r)
			take_shape(&r->shape, ui->opt);
	}
	ui->options_changed = true;	/* the terminal is told by the loop */
}

void pt_ui_options_changed(struct pt_ui *ui)
{
	apply_options(ui);
	pt_scanner_set_share(ui->scanner, ui->desk.scene.share);
	pt_ui_post(ui, false);
}

int pt_ui_init(struct pt_ui *ui, const struct pt_options *opt, struct pt_scanner *scanner,
	       const struct pt_root *root)
{
	const struct pt_str none = PT_STR_INIT;
	int err;

	*ui = (struct pt_ui){
		.scanner = scanner,
		.source = pt_scanner_source(scanner),
		.host = none,
		.title = none,
		.machine = none,
		.moment_words = none,
		.since = none,
		.stale = none,
		.prompt = PT_PROMPT_INIT,
		.bookmarks = PT_BOOKMARKS_INIT,
		.asked = none,
	};
	err = pt_desk_init(&ui->desk);
	pt_settings_init(&ui->settings, opt);
	ui->opt = &ui->settings.now;
	pt_machine_host(root, &ui->host);
	pt_machine_text(root, &ui->machine);
	pt_str_adds(&ui->title, ui->host.s);
	if (root->pids == PT_PIDS_OTHERS)
		pt_str_adds(&ui->title, " [" PT_OTHER_PIDS "]");
	ui->desk.scene.host = ui->title.s;
	ui->desk.scene.machine = ui->machine.s;
	if (opt->bound)
		ui->keys = *opt->bound;
	ui->desk.scene.keys = pt_keys_text;
	ui->desk.scene.bound = &ui->keys;
	if (!err)
		apply_options(ui);
	ui->frames.start_ns = opt->start_ns;
	return err;
}

static const char *tell(const struct pt_source *s, enum pt_source_text what, struct pt_str *out)
{
	pt_str_reset(out);
	s->class->tell(s, what, out);
	return out->s;
}

void pt_ui_show_moment(struct pt_ui *ui, size_t moment)
{
	const struct pt_source *s = ui->source;

	ui->moment = moment;
	pt_str_reset(&ui->moment_words);
	s->class->words(s, moment, &ui->moment_words);
	ui->desk.scene.moment = ui->moment_words.s;
	ui->desk.scene.host = tell(s, PT_SOURCE_HOST, &ui->title);
	ui->desk.scene.machine = tell(s, PT_SOURCE_MACHINE, &ui->machine);
}

struct pt_prompt *pt_ui_ask(struct pt_ui *ui, const char *label, pt_prompt_done_fn *done)
{
	pt_prompt_open(&ui->prompt, label, done);
	ui->desk.refused = false;
	return &ui->prompt;
}

void pt_ui_ask_replace(struct pt_ui *ui, const char *file, pt_prompt_done_fn *done)
{
	struct pt_str name = PT_STR_INIT;

	pt_str_adds(&name, file);	/* it may be what is asked for already */
	pt_str_done(&ui->asked);
	ui->asked = name;
	pt_ui_ask(ui, "File exists. Overwrite?  y yes · n no  ", done)->keys =
		"yn";
}

void pt_ui_done(struct pt_ui *ui)
{
	pt_ui_give_up_task(ui);
	pt_table_unref(ui->all);
	pt_re_free(ui->re);
	pt_canvas_done(&ui->canvas);
	pt_str_done(&ui->host);
	pt_str_done(&ui->title);
	pt_str_done(&ui->machine);
	pt_str_done(&ui->moment_words);
	free(ui->history);
	pt_str_done(&ui->since);
	pt_str_done(&ui->asked);
	pt_kept_done(&ui->kept);
	if (ui->base.spec) {
		pt_scanner_compare(ui->scanner, NULL);
		pt_side_close(&ui->base);
	}
	pt_str_done(&ui->stale);
	pt_prompt_free(&ui->prompt);
	pt_str_done(&ui->bookmarks.label);
	pt_frames_done(&ui->frames);
	pt_settings_done(&ui->settings);
	pt_desk_done(&ui->desk);
}

bool pt_ui_in_process(const struct pt_ui *ui)
{
	return pt_desk_level(&ui->desk)->where & PT_WHERE_PROCESS;
}

void pt_ui_show_kept(struct pt_ui *ui, size_t back)
{
	pt_kept_show(&ui->kept, back, &ui->desk.scene);
}

void pt_ui_moved(struct pt_ui *ui)
{
	if (!pt_ui_in_process(ui)) {
		pt_ui_forget_stale(ui);
		ui->place_waits = false;
	}
	/* This is live */
	if (!(pt_desk_level(&ui->desk)->where & PT_WHERE_IMAGE) && ui->kept.back)
		pt_ui_show_kept(ui, 0);
}

void pt_ui_enter_process(struct pt_ui *ui, const struct pt_process *p)
{
	struct pt_desk *d = &ui->desk;
	bool other = p->pid != d->pid || p->starttime != d->starttime;

	if (other) {
		d->scene.img = pt_image_unref(d->scene.img);
		pt_kept_forget(&ui->kept, &d->scene);
		free(ui->history);
		ui->history = NULL;
		pt_page_filter_take(d, "");
		d->map = (struct pt_map_view)PT_MAP_VIEW_INIT;
		d->form = PT_NVIEWS;
	}
	d->pid = d->scene.pid = p->pid;
	d->starttime = p->starttime;
	d->scene.notes = ui->notes;
	d->scene.nnotes = p->pid == ui->notes_pid ? ui->nnotes : 0;
	for (int i = 0; i < PT_NVIEWS; i++)
		if (pt_views[i].class->entered)
			pt_views[i].class->entered(d, other);
	while (d->n > 1 && pt_ui_in_process(ui))
		pt_desk_close(d);
	pt_desk_deeper(d);
	pt_ui_moved(ui);
}

/* The place, in the process whose image is there. */
static void go_now(struct pt_ui *ui, const struct pt_place *place)
{
	struct pt_desk *d = &ui->desk;
	struct pt_str why = PT_STR_INIT;
	uint64_t vpn = 0;

	if (!place->text[0]) {
		pt_desk_out_to(d, PT_WHERE_LISTS);
	} else if (pt_place_find(place, d->scene.img, &vpn, &why)) {
		pt_desk_refuse(d, why.s);
	} else {
		pt_map_go(&d->map, &d->scene, vpn);
		while (!(pt_desk_level(d)->where & (PT_WHERE_CELLS | PT_WHERE_PAGE)) &&
		       pt_desk_next(d))
			pt_desk_deeper(d);
	}
	pt_ui_moved(ui);
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
	const struct pt_image *img = ui->desk.scene.img;

	if (!ui->place_waits || !img || img->pid != ui->desk.pid ||
	    img->starttime != ui->desk.starttime || ui->prompt.label ||
	    pt_desk_is_covered(&ui->desk))
		return false;
	ui->place_waits = false;
	go_now(ui, &ui->place);
	return true;
}

/*
 * All that was asked for has been answered, and the process was not in it; why, is told below no
 * prompt and no text.
 */
void pt_ui_give_up_place(struct pt_ui *ui)
{
	if (!ui->place_waits || ui->settled_seq != ui->wish.seq || ui->task || ui->prompt.label ||
	    pt_desk_is_covered(&ui->desk))
		return;
	ui->place_waits = false;
	pt_desk_say(&ui->desk, "cannot go there: %s",
		    ui->stale.len ? ui->stale.s : "no such process");
}

void pt_ui_show_only(struct pt_ui *ui, const char *comm)
{
	struct pt_listing *r = pt_desk_list(&ui->desk, PT_IN_PROCESSES);

	if (!r)
		return;
	pt_list_filter_reset(&r->shape.filter);
	snprintf(r->shape.filter.comm, sizeof(r->shape.filter.comm), "%s", comm);
	r->shape.version++;
}
