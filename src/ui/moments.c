/*
 * Commands of moments: save, compare, go back and forth in time.
 */
#include "pagetop/model/sums.h"
#include "pagetop/ui/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/store/save.h"
#include "pagetop/ui/ui.h"

static struct pt_prompt *ask_path(struct pt_ui *ui, const char *label, pt_prompt_done_fn *done,
				  const char *text)
{
	struct pt_prompt *prompt = pt_ui_ask(ui, label, done);

	prompt->path = true;
	pt_str_adds(&prompt->text, text);
	return prompt;
}

/* ---- save */

static const char save_label[] = "Save to  ";

static void save_as(struct pt_ui *ui, const char *name);

/* What is being saved. Freed when that has ended. */
struct saving {
	struct pt_saving s;
	struct pt_table *table;
	char *file;
	struct pt_str why;
};

static void free_saving(struct saving *v)
{
	pt_table_unref(v->table);
	free(v->file);
	pt_str_done(&v->why);
	free(v);
}

static void told(void *arg, size_t ndone, size_t nall)
{
	struct pt_job *job = arg;

	atomic_store(&job->ndone, ndone);
	atomic_store(&job->nall, nall);
}

static int run_saving(struct pt_job *job, struct pt_source *source, struct pt_source *kernel)
{
	struct saving *v = job->arg;

	v->s.progress = told;
	v->s.arg = job;
	(void)kernel;
	return pt_save(source, v->table, &v->s, &v->why);
}

static void replace_or_not(struct pt_ui *ui, const char *answer);

static void saving_ended(struct pt_ui *ui, void *arg, int err)
{
	struct saving *v = arg;
	struct pt_str words = PT_STR_INIT;

	if (err == -EEXIST && ui->prompt.label) {	/* the answer is to that one */
		pt_str_adds(&words, "not saved: ");
		pt_escape(&words, v->file, strlen(v->file));
		pt_str_adds(&words, ": file exists");
	} else if (err == -EEXIST) {
		pt_ui_ask_replace(ui, v->file, replace_or_not);
	} else if (err == -ECANCELED) {
		pt_desk_say(&ui->desk, "not saved");
	} else if (err) {
		pt_desk_say(&ui->desk, "%s", v->why.len ? v->why.s : pt_error_text(err));
	} else {
		pt_save_words(&v->s, &words);
	}
	if (err && err != -EEXIST && err != -ECANCELED && !ui->prompt.label)
		ask_path(ui, save_label, save_as, v->file);	/* to be mended */
	if (words.len)
		pt_desk_say(&ui->desk, "%s", words.s);
	pt_str_done(&words);
	free_saving(v);
}

/* The process one is in, or the one under the cursor. */
static const struct pt_process *process_meant(struct pt_ui *ui)
{
	const struct pt_view_class *class = pt_desk_level(&ui->desk)->class;

	return class->process ? class->process(&ui->desk) : NULL;
}

/* The mapping one is in, or the one under the cursor. */
static const struct pt_vma *mapping_meant(struct pt_ui *ui)
{
	const struct pt_view_class *class = pt_desk_level(&ui->desk)->class;

	return class->vma ? class->vma(&ui->desk) : NULL;
}

static struct pt_table *table_of(struct pt_ui *ui)
{
	const struct pt_process *p;
	struct pt_table *t;

	if (ui->save_scope == 'a')
		return pt_table_copy(ui->desk.scene.table);
	p = pt_table_find(ui->desk.scene.table, ui->save_pid, ui->save_starttime);
	t = pt_table_new();
	if (t && p && pt_table_add_copy(t, p))
		t = (struct pt_table *)pt_table_unref(t);
	return t;
}

/* The mapping that was meant, if it is there still; 0 pages: it is not. */
static void set_range(struct pt_ui *ui, struct pt_saving *s)
{
	const struct pt_image *img = ui->desk.scene.img;
	const struct pt_vma *vma = img && img->pid == ui->save_pid ?
				   pt_image_vma(img, ui->save_addr >> PT_PAGE_SHIFT) : NULL;

	if (vma && vma->start == ui->save_addr) {
		s->lo_vpn = pt_vma_vpn(vma);
		s->hi_vpn = pt_vma_end_vpn(vma);
	}
}

static const char *scope_word(char scope)
{
	if (scope == 'a')
		return "all";
	return scope == 'm' ? "mapping" : "process";
}

static void save_to(struct pt_ui *ui, const char *name, bool replace)
{
	struct saving *v = pt_calloc(1, sizeof(*v));

	if (!v)
		return;
	v->why = (struct pt_str)PT_STR_INIT;
	v->file = pt_strdup(name);
	v->table = table_of(ui);
	v->s = (struct pt_saving){ .file = v->file,
				   .scope = scope_word(ui->save_scope),
				   .replace = replace };
	if (ui->save_scope == 'm')
		set_range(ui, &v->s);
	if (!v->file || !v->table || !v->table->n || (ui->save_scope == 'm' && !v->s.hi_vpn)) {
		pt_desk_say(&ui->desk, "not saved: %s no longer exists",
			  ui->save_scope == 'm' ? "the mapping" : "the process");
		free_saving(v);
		return;
	}
	pt_ui_do(ui, "saving", run_saving, v, saving_ended);
}

static void replace_or_not(struct pt_ui *ui, const char *answer)
{
	if (*answer == 'y')
		save_to(ui, ui->asked.s, true);
	else
		pt_desk_say(&ui->desk, "not saved");
}

static void save_as(struct pt_ui *ui, const char *name)
{
	if (!strcmp(name, "-"))
		pt_desk_refuse(&ui->desk,
			       "not saved: standard output shows the screen; name a file");
	else if (*name)
		save_to(ui, name, false);
}

static void ask_name(struct pt_ui *ui, const char *scope)
{
	const struct pt_process *p = *scope == 'a' ? NULL : process_meant(ui);
	struct pt_prompt *prompt;

	if (*scope != 'a' && !p) {
		pt_desk_say(&ui->desk, "the process is no longer in the list");
		return;
	}
	ui->save_scope = *scope;
	ui->save_pid = p ? p->pid : 0;
	ui->save_starttime = p ? p->starttime : 0;
	ui->save_addr = mapping_meant(ui) ? mapping_meant(ui)->start : 0;
	prompt = ask_path(ui, save_label, save_as, "");
	pt_save_name(p, ui->host.s, &prompt->text);
}

void pt_cmd_save(struct pt_ui *ui, int arg)
{
	static const struct { const char *keys, *label; } ask[] = {
		{ "a", "Save: a all processes  " },
		{ "pa", "Save: p this process · a all processes  " },
		{ "mpa", "Save: m this mapping · p this process · a all processes  " },
	};
	size_t n = process_meant(ui) ? 1 : 0;

	(void)arg;
	if (mapping_meant(ui))
		n = 2;
	if (pt_ui_is_busy(ui))
		return;
	if (ui->source->class->no_saving) {
		pt_desk_say(&ui->desk, "%s", ui->source->class->no_saving);
		return;
	}
	pt_ui_ask(ui, ask[n].label, ask_name)->keys = ask[n].keys;
}

/* ---- compare */

static const char compare_label[] =
	"Compare with FILE[@N] or PID (empty: snapshot shown; live: stop)  ";

static void compare(struct pt_ui *ui, const char *spec);

/* A file with the process at another moment. */
struct comparing {
	char *spec;
	struct pt_process p;		/* pid, starttime and comm of the one on the screen */
	bool other_boot;
	struct pt_side side;
	struct pt_image *img;
	struct pt_str why;
};

static bool is_other_boot(const struct comparing *c, const struct pt_source *source)
{
	struct pt_str boot = PT_STR_INIT, now = PT_STR_INIT;
	bool other;

	c->side.source->class->tell(c->side.source, PT_SOURCE_BOOT, &boot);
	source->class->tell(source, PT_SOURCE_BOOT, &now);
	other = strcmp(boot.s, now.s);
	pt_str_done(&boot);
	pt_str_done(&now);
	return other;
}

/* Why the side has nothing to compare with. `q`: whoever has the pid there, or NULL. */
static void explain_base(struct comparing *c, const struct pt_process *q, const char *why)
{
	if (pt_side_is_absent(&c->side)) {
		pt_side_absent_words(&c->side, &c->why);
		return;
	}
	pt_str_addf(&c->why, "cannot compare %d with ", (int)c->p.pid);
	pt_escape(&c->why, c->spec, strlen(c->spec));
	if (why)
		pt_str_addf(&c->why, ": pages there: %s", why);
	else if (q)
		pt_str_adds(&c->why,
			    c->other_boot ?
				    ": another process had that pid on that machine or boot" :
				    ": PID reused by another process");
	else
		pt_str_adds(&c->why, c->side.by_pid ? ": that is another process" :
						      ": process not in it");
}

static int find_base(struct comparing *c, const struct pt_source *source)
{
	const struct pt_process *q = pt_table_find(c->side.table, c->p.pid, 0);
	const char *why = NULL;
	bool same;

	c->other_boot = is_other_boot(c, source);
	same = q && pt_side_same(q, &c->p, c->other_boot);
	if (same)
		why = pt_side_pages(&c->side, q, &c->img);
	if (!c->img) {
		explain_base(c, q, why);
		return -ESRCH;
	}
	if (c->other_boot)
		pt_side_forget_frames(c->img);
	c->img->starttime = c->p.starttime;	/* of another boot it has another one */
	c->img->lens = PT_LENS_CHANGE;
	pt_image_complete(c->img);
	return 0;
}

static int run_comparing(struct pt_job *job, struct pt_source *source, struct pt_source *kernel)
{
	struct comparing *c = job->arg;
	int err = c->spec && c->p.comm ? pt_side_open(kernel, c->spec, &c->side, &c->why) : -ENOMEM;

	return err ? err : find_base(c, source);
}

bool pt_ui_is_compared(const struct pt_ui *ui)
{
	return ui->since.len && ui->since_pid == ui->desk.pid &&
	       ui->since_starttime == ui->desk.starttime;
}

static void compare_with(struct pt_ui *ui, const struct pt_image *base, const char *what)
{
	pt_scanner_compare(ui->scanner, base);
	pt_str_reset(&ui->since);
	pt_str_adds(&ui->since, what);
	ui->since_pid = base->pid;
	ui->since_starttime = base->starttime;
	ui->desk.lens = PT_LENS_CHANGE;
	if (ui->source->class->live)
		pt_ui_show_kept(ui, 0);
	pt_ui_post(ui, true);
	pt_str_reset(&ui->desk.message);
	pt_str_addf(&ui->desk.message, "lens %c %s: since %s", pt_lenses[PT_LENS_CHANGE].key,
		    pt_lenses[PT_LENS_CHANGE].name, what);
	pt_keys_in(&ui->desk.scene, "; {diff} Enter stops comparing", &ui->desk.message);
}

static void comparing_ended(struct pt_ui *ui, void *arg, int err)
{
	struct comparing *c = arg;
	struct pt_str what = PT_STR_INIT;

	if (!err && (c->p.pid != ui->desk.pid || c->p.starttime != ui->desk.starttime)) {
		pt_str_addf(&c->why, "not compared: %d is no longer on the screen",
			    (int)c->p.pid);
		err = -ESRCH;
	}
	if (err) {
		pt_desk_say(&ui->desk, "%s", c->why.len ? c->why.s : pt_error_text(err));
		pt_side_close(&c->side);
		if (c->spec && c->p.pid == ui->desk.pid && pt_ui_in_process(ui) &&
		    err != -ECANCELED && !ui->prompt.label)
			ask_path(ui, compare_label, compare, c->spec);
	} else {
		pt_side_words(&c->side, &what);
		if (c->other_boot)
			pt_str_adds(&what, " of another machine or boot");
		compare_with(ui, c->img, what.s);
		pt_side_close(&ui->base);
		ui->base = c->side;
	}
	pt_image_unref(c->img);
	pt_str_done(&what);
	pt_str_done(&c->why);
	free(c->p.comm);
	free(c->spec);
	free(c);
}

/* Without a file: what is shown, if that is a moment of its own; else no more. */
static void compare_with_shown(struct pt_ui *ui)
{
	const bool live = ui->source->class->live;
	char what[64];

	if ((!live || ui->kept.back) && ui->desk.scene.img && !pt_ui_is_compared(ui)) {
		snprintf(what, sizeof(what), "%s",
			 ui->desk.scene.moment ? ui->desk.scene.moment : "");
		compare_with(ui, ui->desk.scene.img, live ? "the scan shown" : what);
		return;
	}
	pt_scanner_compare(ui->scanner, NULL);
	pt_str_reset(&ui->since);
	pt_side_close(&ui->base);
	ui->desk.lens = PT_LENS_STATE;
	pt_desk_say(&ui->desk, "comparison stopped");
}

static void compare(struct pt_ui *ui, const char *spec)
{
	const struct pt_process *p = process_meant(ui);
	struct comparing *c;

	if (!*spec) {
		compare_with_shown(ui);
		return;
	}
	c = pt_calloc(1, sizeof(*c));
	if (!c)
		return;
	c->why = (struct pt_str)PT_STR_INIT;
	c->spec = pt_strdup(spec);
	c->p.pid = ui->desk.pid;
	c->p.starttime = ui->desk.starttime;
	if (p)
		c->p.comm = pt_strdup(p->comm);
	else
		c->p.comm = pt_strdup(ui->desk.scene.img ? ui->desk.scene.img->name : "");
	pt_ui_do(ui, "reading", run_comparing, c, comparing_ended);
}

void pt_cmd_diff(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (pt_ui_is_busy(ui))
		return;
	if (!pt_ui_in_process(ui))
		pt_desk_hint(
			&ui->desk,
			"open a process first ({in}) to compare it; pagetop diff A B compares all");
	else
		ask_path(ui, compare_label, compare, "");
}

/* ---- time */

static void step_moment(struct pt_ui *ui, int step)
{
	if (step < 0 ? ui->moment == 0 : ui->moment + 1 >= ui->source->nmoments) {
		pt_desk_say(&ui->desk, "already at the %s snapshot",
			    step < 0 ? "oldest" : "newest");
		if (ui->source->nmoments == 1)
			pt_desk_say(&ui->desk, "this file holds one snapshot");
		return;
	}
	pt_ui_show_moment(ui, step < 0 ? ui->moment - 1 : ui->moment + 1);
	/* All of them are of the moment before */
	ui->desk.scene.img = pt_image_unref(ui->desk.scene.img);
	ui->desk.scene.page = pt_image_unref(ui->desk.scene.page);
	ui->desk.scene.who = pt_who_unref(ui->desk.scene.who);
}

void pt_cmd_step(struct pt_ui *ui, int step)
{
	size_t back = ui->kept.back;

	if (ui->source->nmoments)
		step_moment(ui, step);
	else if (!(pt_desk_level(&ui->desk)->where & PT_WHERE_IMAGE))
		pt_desk_hint(&ui->desk, "history is per process; open one with {in}");
	else if (step < 0 ? back + 1 >= ui->kept.n : back == 0)
		pt_desk_say(&ui->desk, "already at the %s scan", step < 0 ? "oldest" : "latest");
	else
		pt_ui_show_kept(ui, step < 0 ? back + 1 : back - 1);
}

void pt_cmd_pause(struct pt_ui *ui, int arg)
{
	struct pt_kept *k = &ui->kept;

	(void)arg;
	if (ui->source->class->no_pausing) {
		pt_desk_say(&ui->desk, "%s", ui->source->class->no_pausing);
		return;
	}
	k->paused = !k->paused;
	if (k->paused) {
		pt_desk_hint(&ui->desk,
			     "paused (scanning continues); {pause} resumes");
		return;
	}
	pt_ui_show_kept(ui, 0);
	pt_ui_show_table(ui);
}
