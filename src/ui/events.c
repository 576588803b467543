#include "pagetop/ui/events.h"

#include "pagetop/base/text.h"
#include "pagetop/ui/dispatch.h"
#include "pagetop/ui/keys.h"
#include "pagetop/ui/mouse.h"

/* An escape sequence that nobody knows is no key at all. */
static void press(struct pt_ui *ui, uint32_t key)
{
	const struct pt_command *cmd = pt_command_of(&ui->keys, key, pt_desk_top(&ui->desk)->where);
	struct pt_str s = PT_STR_INIT;

	if (cmd && cmd->changes && ui->opt->readonly) {
		pt_desk_say(&ui->desk, "refused by --readonly");
	} else if (cmd) {
		pt_dispatch(ui, cmd);
	} else if (key < PT_KEY_RESIZE) {
		pt_key_text(key, &s);
		pt_keys_text(&ui->keys, " is not bound here; {help} lists keys", &s);
		pt_desk_say(&ui->desk, "%s", s.s);
		pt_str_done(&s);
	}
}

/* Text that was refused is asked for again, as it stands. */
static void key_to_prompt(struct pt_ui *ui, uint32_t key)
{
	const char *label = ui->prompt.label;

	pt_prompt_key(&ui->prompt, ui, key);
	if (ui->desk.refused && !ui->prompt.label && !ui->prompt.keys)
		ui->prompt.label = label;
}

/* A key; of a click the one that it presses, too. */
static void take(struct pt_ui *ui, const struct pt_event *e)
{
	/* What is told below a prompt is read when that is gone */
	if (!ui->prompt.label || ui->desk.refused)
		pt_str_reset(&ui->desk.message);
	ui->desk.refused = false;
	ui->no_memory = false;
	if (e->key == PT_KEY_MOUSE) {
		uint32_t key = pt_mouse_key(ui, e);

		if (key)
			take(ui, &(struct pt_event){ .key = key });
	} else if (ui->prompt.label) {
		key_to_prompt(ui, e->key);
	} else if (ui->task && e->key == PT_KEY_ESC) {
		pt_scanner_cancel(ui->scanner);
	} else {
		press(ui, e->key);
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
	take(ui, e);
	pt_ui_arrive(ui);
	if (!ui->quit)
		pt_ui_wish_if_new(ui);
	pt_ui_give_up_place(ui);
}
