/*
 * Commands that go somewhere: to an address, a bookmark, a name that is found.
 */
#include <inttypes.h>
#include <stdio.h>
#include "pagetop/ui/commands.h"
#include "pagetop/ui/ui.h"

static void go_to(struct pt_ui *ui, const char *text)
{
	struct pt_str why = PT_STR_INIT;
	const struct pt_process *p = NULL;
	struct pt_place place = { .pid = 0 };

	if (!*text)
		return;
	if (!pt_place_parse(text, !pt_ui_in_process(ui), &place, &why) && place.pid) {
		p = ui->desk.scene.table ? pt_table_find(ui->desk.scene.table, place.pid, 0) : NULL;
		if (!p)
			pt_str_addf(&why, "%d: no such process", (int)place.pid);
		else if (pt_process_no_memory(p))
			pt_str_addf(&why, "%d %s", (int)place.pid, pt_process_no_memory(p));
	}
	if (why.len)
		pt_desk_refuse(&ui->desk, why.s);
	else if (p)
		pt_ui_enter_process(ui, p);
	if (!why.len)
		pt_ui_go(ui, &place);
	pt_str_done(&why);
}

void pt_cmd_go(struct pt_ui *ui, int arg)
{
	(void)arg;
	pt_ui_ask(ui, !pt_ui_in_process(ui) ? "Go to PID:ADDRESS  " : "Go to address  ", go_to);
}

/* ---- bookmarks */

static void set_mark(struct pt_ui *ui, const char *letter)
{
	const struct pt_vma *vma = pt_map_current(&ui->desk.map, &ui->desk.scene);
	struct pt_bookmark *mark = pt_bookmark_of(&ui->bookmarks, *letter);
	struct pt_str name = PT_STR_INIT;

	if (!vma)
		return;
	pt_vma_name(vma, &name);
	mark->pid = ui->desk.pid;
	mark->starttime = ui->desk.starttime;
	mark->vpn = ui->desk.map.vpn;
	snprintf(mark->name, sizeof(mark->name), "%s", name.s);
	pt_str_reset(&name);
	pt_keys_in(&ui->desk.scene, "{go-mark} ", &name);
	pt_desk_say(&ui->desk, "bookmark set; %s%c jumps to 0x%" PRIx64 " %s", name.s, *letter,
		    ui->desk.map.vpn << PT_PAGE_SHIFT, mark->name);
	pt_str_done(&name);
}

void pt_cmd_mark(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->desk.scene.img && pt_map_current(&ui->desk.map, &ui->desk.scene))
		pt_ui_ask(ui, "Bookmark letter  ", set_mark)->keys =
			PT_BOOKMARK_LETTERS;
}

/* In the process one is in, which may have ended; another one is entered. */
static void go_mark(struct pt_ui *ui, const char *letter)
{
	const struct pt_bookmark *mark = pt_bookmark_of(&ui->bookmarks, *letter);
	pid_t pid = mark->pid;
	uint64_t starttime = mark->starttime;
	const struct pt_process *p = pid && ui->all ? pt_table_find(ui->all, pid, starttime) : NULL;
	bool here = pid == ui->desk.pid && starttime == ui->desk.starttime && pt_ui_in_process(ui);
	struct pt_place place = { .pid = pid };

	if (!pid) {
		pt_desk_hint(&ui->desk, "no such bookmark; {mark} and a letter set one");
		return;
	}
	if (!here && (!p || pt_process_no_memory(p))) {
		pt_desk_say(&ui->desk, "bookmark %c: %d %s", *letter, (int)pid,
			    p ? pt_process_no_memory(p) : "has exited");
		return;
	}
	if (!here)
		pt_ui_enter_process(ui, p);
	snprintf(place.text, sizeof(place.text), "%" PRIx64, mark->vpn << PT_PAGE_SHIFT);
	pt_ui_go(ui, &place);
}

void pt_cmd_go_mark(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (pt_bookmarks_list(&ui->bookmarks, ui->desk.pid, ui->desk.starttime))
		pt_ui_ask(ui, ui->bookmarks.label.s, go_mark)->keys = PT_BOOKMARK_LETTERS;
	else
		pt_desk_hint(&ui->desk,
			     "no bookmarks yet; {mark} and a letter set one in the map");
}
/* ---- names */

/* As it stands on the screen. */
static int matches(struct pt_ui *ui, size_t i)
{
	struct pt_str s = PT_STR_INIT;
	int r;

	pt_desk_name(&ui->desk, i, &s);
	r = pt_re_match(ui->re, s.s, s.len);
	pt_str_done(&s);
	return r;
}

/*
 * From the cursor on, round the end once. The first name that is too much for the pattern ends it.
 */
static void search(struct pt_ui *ui, int step)
{
	size_t cur = 0, n = pt_desk_names(&ui->desk, &cur);

	pt_re_start(ui->re);
	for (size_t k = 1; k <= n; k++) {
		size_t i = (cur + (step > 0 ? k : n - k)) % n;
		int r = matches(ui, i);

		if (r < 0) {
			pt_desk_say(
				&ui->desk,
				"pattern too complex (match limit reached); simplify it");
			return;
		}
		if (r > 0) {
			pt_desk_select(&ui->desk, i);
			if (step > 0 ? i <= cur : i >= cur)
				pt_desk_say(&ui->desk,
					    i == cur ? "the only match" : "wrapped around");
			return;
		}
	}
	/* N and N have no prompt that it could go back to */
	pt_desk_refuse(&ui->desk, "pattern not found");
}

static void find(struct pt_ui *ui, const char *text)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_re *re = NULL;

	if (!*text)
		return;
	if (pt_re_new(text, &re, &why)) {
		pt_desk_refuse(&ui->desk, why.len ? why.s : "not enough memory for the pattern");
	} else {
		pt_re_free(ui->re);
		ui->re = re;
		search(ui, 1);
	}
	pt_str_done(&why);
}

void pt_cmd_find(struct pt_ui *ui, int arg)
{
	(void)arg;
	pt_ui_ask(ui, "Find  /", find);
}

void pt_cmd_next(struct pt_ui *ui, int arg)
{
	if (ui->re)
		search(ui, arg);
	else
		pt_desk_hint(&ui->desk, "no previous search; {find} starts one");
}
