/*
 * The key that draws a picture into a file.
 */
#include "pagetop/ui/commands.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/output.h"
#include "pagetop/base/text.h"
#include "pagetop/store/save.h"
#include "pagetop/ui/ui.h"
#include "pagetop/view/map_picture.h"

static void write_picture(struct pt_ui *ui, const char *file, bool replace);

static void replace_or_not(struct pt_ui *ui, const char *answer)
{
	if (*answer == 'y')
		write_picture(ui, ui->asked.s, true);
}

static void refuse(struct pt_ui *ui, const char *name, const char *why)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_addf(&s, "%s: picture not saved: %s", name, why);
	pt_desk_refuse(&ui->desk, s.s);
	pt_str_done(&s);
}

static void write_picture(struct pt_ui *ui, const char *file, bool replace)
{
	const struct pt_vma *vma = pt_map_current(&ui->desk.map, &ui->desk.scene);
	bool whole = ui->save_scope == 'p';
	struct pt_str svg = PT_STR_INIT, name = PT_STR_INIT;
	int err =
		!vma ? -ENOENT :
		       pt_map_picture(&ui->desk.scene, whole ? 0 : pt_vma_vpn(vma),
				      whole ? 0 : pt_vma_end_vpn(vma), ui->opt->theme.scheme, &svg);

	if (!err)
		err = pt_output_text(file, &svg,
				     PT_OUTPUT_PUBLIC | PT_OUTPUT_SYNC |
					     (replace ? 0 : PT_OUTPUT_NEW));
	pt_escape(&name, file, strlen(file));
	if (err == -EEXIST)
		pt_ui_ask_replace(ui, file, replace_or_not);
	else if (err)
		refuse(ui, name.s, pt_output_why(err));
	else
		pt_desk_say(&ui->desk, "picture of %s saved to %s",
			    whole ? "the process" : "the mapping", name.s);
	pt_str_done(&svg);
	pt_str_done(&name);
}

static void picture_as(struct pt_ui *ui, const char *name)
{
	if (!strcmp(name, "-")) {
		pt_desk_refuse(&ui->desk,
			       "picture not saved: standard output shows the screen; name a file");
	} else if (*name) {
		write_picture(ui, name, false);
	}
}

static void ask_name(struct pt_ui *ui, const char *scope)
{
	const struct pt_process *p =
		ui->all ? pt_table_find(ui->all, ui->desk.pid, ui->desk.starttime) : NULL;
	struct pt_prompt *prompt = pt_ui_ask(ui, "Save picture to  ", picture_as);
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
	if (!pt_ui_is_busy(ui) && pt_map_current(&ui->desk.map, &ui->desk.scene))
		pt_ui_ask(ui, "Picture: m this mapping · p this process  ", ask_name)->keys = "mp";
}
