#include "pagetop/app/picture.h"

#include <errno.h>
#include <string.h>
#include "pagetop/app/batch.h"
#include "pagetop/app/commands.h"
#include "pagetop/app/output.h"
#include "pagetop/app/save.h"
#include "pagetop/app/ui.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/view/map_picture.h"

/* Whole or not at all; "-" is standard output. 0; -EEXIST: it is there, and `replace` is false; or -errno. */
static int write_svg(const char *file, const struct pt_str *svg, bool replace)
{
	struct pt_output o;
	int err = pt_output_open(&o, file, PT_OUTPUT_PUBLIC | PT_OUTPUT_SYNC | (replace ? 0 : PT_OUTPUT_NEW)), close_err;

	if (err)
		return err;
	err = svg->err ? svg->err : pt_output_write(&o, svg->s, svg->len);
	close_err = pt_output_close(&o, !err);
	return err ? err : close_err;
}

/* ---- from the command line */

/* What is wrong with the picture or its file, in a sentence. */
static int fail(const struct pt_batch *b, int err)
{
	if (err == -ENOENT && b->opt->word[0])
		return pt_fail_word("nothing is mapped in ", b->opt->word[0], "", "");
	return pt_fail_word("cannot write \"", b->opt->svg, "\": ", pt_output_why(err));
}

static void draw(struct pt_batch *b, const struct pt_image *img)
{
	struct pt_str host = PT_STR_INIT, svg = PT_STR_INIT;
	struct pt_scene sc = { .img = img, .pid = img->pid, .lens = img->lens };
	int err;

	pt_machine_host(&b->root, &host);
	sc.host = b->from.spec ? pt_snapshot_machine(b->from.file.snapshot)->host : host.s;
	err = pt_map_picture(&sc, b->pick.lo_vpn, b->pick.hi_vpn, b->opt->theme.scheme, &svg);
	if (!err)
		err = write_svg(b->opt->svg, &svg, b->opt->force);
	if (err)
		b->status = fail(b, err);
	pt_str_done(&host);
	pt_str_done(&svg);
}

static void picture(struct pt_batch *b)
{
	struct pt_wish wish = pt_pick_wish(&b->pick, pt_lens_needs(b->opt->lens));
	struct pt_image *img = NULL;
	int err;

	b->nread = 1;		/* what goes wrong is said here */
	wish.lens = b->opt->lens;
	if (b->table->n != 1) {
		b->status = pt_fail_word("several processes are called \"", b->opt->target, "\": ", "give the pid of one");
		return;
	}
	err = pt_batch_look(b, &b->table->p[0], &wish, &img, NULL);
	if (err || img->why_pages)
		b->status = pt_fail_word("process ", b->opt->target, " ", err ? pt_batch_why(b, err) : img->why_pages);
	else
		draw(b, img);
	pt_image_unref(img);
}

int pt_run_picture(const struct pt_options *opt)
{
	const struct pt_batch_form form = { .kind = "picture", .pages = true, .writes = true };

	return pt_batch(opt, &form, opt->word[0], picture);
}

/* ---- from the screen */

static void write_picture(struct pt_ui *ui, const char *file, bool replace);

static void replace_or_not(struct pt_ui *ui, const char *answer)
{
	if (*answer == 'y')
		write_picture(ui, ui->asked.s, true);
}

static void refuse(struct pt_ui *ui, const char *name, const char *why)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_addf(&s, "no picture was written to %s: %s", name, why);
	pt_ui_refuse(ui, s.s);
	pt_str_done(&s);
}

static void write_picture(struct pt_ui *ui, const char *file, bool replace)
{
	const struct pt_vma *vma = pt_map_current(&ui->map, &ui->scene);
	bool whole = ui->save_scope == 'p';
	struct pt_str svg = PT_STR_INIT, name = PT_STR_INIT;
	int err = !vma ? -ENOENT : pt_map_picture(&ui->scene, whole ? 0 : pt_vma_vpn(vma), whole ? 0 : pt_vma_end_vpn(vma),
						  ui->opt->theme.scheme, &svg);

	if (!err)
		err = write_svg(file, &svg, replace);
	pt_escape(&name, file, strlen(file));
	if (err == -EEXIST)
		pt_ui_ask_replace(ui, file, replace_or_not);
	else if (err)
		refuse(ui, name.s, pt_output_why(err));
	else
		pt_ui_say(ui, "a picture of %s is in %s", whole ? "the process" : "the mapping", name.s);
	pt_str_done(&svg);
	pt_str_done(&name);
}

static void picture_as(struct pt_ui *ui, const char *name)
{
	if (!strcmp(name, "-")) {
		pt_ui_refuse(ui, "no picture was written: the screen is on standard output");
	} else if (*name) {
		write_picture(ui, name, false);
	}
}

static void ask_name(struct pt_ui *ui, const char *scope)
{
	const struct pt_process *p = ui->all ? pt_table_find(ui->all, ui->pid, ui->starttime) : NULL;
	struct pt_prompt *prompt = pt_ui_ask(ui, "Picture to  ", picture_as);
	const char *dot;

	ui->save_scope = *scope;
	prompt->path = true;
	pt_save_name(p, ui->host.s, &prompt->text);
	dot = strrchr(prompt->text.s, '.');
	pt_str_cut(&prompt->text, dot ? (size_t)(dot - prompt->text.s) : 0);
	pt_str_adds(&prompt->text, ".svg");
}

void pt_cmd_picture(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (!pt_ui_is_busy(ui) && pt_map_current(&ui->map, &ui->scene))
		pt_ui_ask(ui, "Picture: m this mapping · p this process  ", ask_name)->keys = "mp";
}
