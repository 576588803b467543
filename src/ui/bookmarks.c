#include "pagetop/ui/bookmarks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/ui/commands.h"
#include "pagetop/ui/ui.h"

static const char letters[] = PT_PROMPT_LETTERS;
enum { NMARKS = sizeof(letters) - 1 };

static int place_of(const char *letter)
{
	return (int)(strchr(letters, *letter) - letters);
}

static void set(struct pt_ui *ui, const char *letter)
{
	const struct pt_vma *vma = pt_map_current(&ui->map, &ui->scene);
	struct pt_str name = PT_STR_INIT;
	int i = place_of(letter);

	if (!vma)
		return;
	pt_vma_name(vma, &name);
	ui->bookmarks.mark[i].pid = ui->pid;
	ui->bookmarks.mark[i].starttime = ui->starttime;
	ui->bookmarks.mark[i].vpn = ui->map.vpn;
	snprintf(ui->bookmarks.mark[i].name, sizeof(ui->bookmarks.mark[i].name), "%s", name.s);
	pt_str_reset(&name);
	pt_keys_text("{go-mark} and ", &name);
	pt_ui_say(ui, "%s%c comes back to 0x%" PRIx64 " %s", name.s, *letter, ui->map.vpn << PT_PAGE_SHIFT,
		  ui->bookmarks.mark[i].name);
	pt_str_done(&name);
}

void pt_cmd_mark(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->scene.img && pt_map_current(&ui->map, &ui->scene))
		pt_ui_ask(ui, "Bookmark of this page, a letter  ", set)->keys = letters;
}

/* In the process one is in, which may have ended; another one is entered. */
static void go(struct pt_ui *ui, const char *letter)
{
	int i = place_of(letter);
	pid_t pid = ui->bookmarks.mark[i].pid;
	uint64_t starttime = ui->bookmarks.mark[i].starttime;
	const struct pt_process *p = pid && ui->all ? pt_table_find(ui->all, pid, starttime) : NULL;
	bool here = pid == ui->pid && starttime == ui->starttime && ui->level > PT_LEVEL_PROCESSES;
	struct pt_place place = { .pid = pid };

	if (!pid) {
		pt_ui_hint(ui, "there is no such bookmark: {mark} and a letter sets one");
		return;
	}
	if (!here && (!p || pt_process_no_memory(p))) {
		pt_ui_say(ui, "bookmark %c: %d %s", *letter, (int)pid, p ? pt_process_no_memory(p) : "has ended");
		return;
	}
	if (!here)
		pt_ui_enter_process(ui, p);
	snprintf(place.text, sizeof(place.text), "%" PRIx64, ui->bookmarks.mark[i].vpn << PT_PAGE_SHIFT);
	pt_ui_go(ui, &place);
}

/* "Go to bookmark: a 55d0c4118000 [heap] · b 4243 55d0c4100000 [heap]  "; the process where it is another. */
static bool list(struct pt_ui *ui)
{
	struct pt_bookmarks *b = &ui->bookmarks;
	const char *before = "Go to bookmark: ";

	pt_str_reset(&b->label);
	for (int i = 0; i < NMARKS; i++) {
		if (!b->mark[i].pid)
			continue;
		pt_str_addf(&b->label, "%s%c ", before, letters[i]);
		if (b->mark[i].pid != ui->pid || b->mark[i].starttime != ui->starttime)
			pt_str_addf(&b->label, "%d ", (int)b->mark[i].pid);
		pt_str_addf(&b->label, "%" PRIx64 " %s", b->mark[i].vpn << PT_PAGE_SHIFT, b->mark[i].name);
		before = " · ";
	}
	pt_str_adds(&b->label, "  ");
	return *before == ' ';
}

void pt_cmd_go_mark(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (list(ui))
		pt_ui_ask(ui, ui->bookmarks.label.s, go)->keys = letters;
	else
		pt_ui_hint(ui, "there is no bookmark yet: {mark} and a letter sets one in the map");
}
