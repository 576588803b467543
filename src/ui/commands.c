#include "pagetop/ui/commands.h"

#include <errno.h>
#include <string.h>
#include "pagetop/ui/ui.h"

void pt_cmd_help(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->over == PT_TEXT_HELP) {
		pt_cmd_back(ui, 0);
		return;
	}
	ui->under = ui->over;
	ui->over = PT_TEXT_HELP;
	ui->text = (struct pt_text_view){ 0 };
}

void pt_cmd_about(struct pt_ui *ui, int arg)
{
	(void)arg;
	ui->over = PT_TEXT_ABOUT;
	ui->text = (struct pt_text_view){ 0 };
}

static void enter_process(struct pt_ui *ui)
{
	const struct pt_process *p = pt_processes_current(&ui->processes, &ui->scene);

	if (p && pt_process_no_memory(p))
		pt_ui_say(ui, "%d %s", (int)p->pid, pt_process_no_memory(p));
	else if (p)
		pt_ui_enter_process(ui, p);
}

/* The cursor of the map stays where it was if that is in this mapping. */
static void enter_mapping(struct pt_ui *ui)
{
	const struct pt_vma *vma = pt_mappings_current(&ui->mappings, &ui->scene);

	if (!vma)
		return;
	if (ui->map.vpn < pt_vma_vpn(vma) || ui->map.vpn >= pt_vma_end_vpn(vma)) {
		ui->map.vpn = ui->map.top_vpn = ui->pages.top_vpn = pt_vma_vpn(vma);
		ui->map.top_border = ui->pages.top_border = true;
	}
	pt_ui_set_level(ui, PT_LEVEL_MAP);
	pt_find_take(ui, ui->mappings.shape.filter.pages.n ? ui->mappings.shape.filter.text : "");
}

void pt_cmd_in(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->level == PT_LEVEL_PROCESSES)
		enter_process(ui);
	else if (ui->level == PT_LEVEL_MAPPINGS)
		enter_mapping(ui);
	else if (ui->map.legend.open)
		pt_find_choose(ui);
	else if (pt_map_current(&ui->map, &ui->scene)) {
		ui->page.top = 0;
		pt_ui_set_level(ui, PT_LEVEL_PAGE);
	}
}

void pt_cmd_back(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->over) {
		ui->over = ui->over == PT_TEXT_HELP ? ui->under : PT_TEXT_NONE;
		ui->under = PT_TEXT_NONE;
	} else if (ui->level == PT_LEVEL_MAP && ui->map.legend.open) {
		ui->map.legend.open = false;
	} else if (ui->level > PT_LEVEL_PROCESSES) {
		if (ui->level == PT_LEVEL_MAP && pt_map_current(&ui->map, &ui->scene))
			ui->mappings.addr = pt_map_current(&ui->map, &ui->scene)->start;
		pt_ui_set_level(ui, ui->level - 1);
	}
}

/* What lies over the level goes first. */
void pt_cmd_escape(struct pt_ui *ui, int arg)
{
	if (ui->over || ui->map.legend.open || !(ui->level == PT_LEVEL_MAP ? pt_find_all(ui) : pt_lists_all(ui)))
		pt_cmd_back(ui, arg);
}

void pt_cmd_quit(struct pt_ui *ui, int arg)
{
	(void)arg;
	ui->quit = true;
}

/* On the page level the arrows go from page to page. */
static void move_page(struct pt_ui *ui, enum pt_move move)
{
	uint64_t zoom = ui->map.zoom;

	if (move == PT_MOVE_PGUP || move == PT_MOVE_PGDN) {
		pt_page_move(&ui->page, move);
		return;
	}
	ui->page.top = 0;
	if (move == PT_MOVE_UP)
		move = PT_MOVE_LEFT;
	if (move == PT_MOVE_DOWN)
		move = PT_MOVE_RIGHT;
	ui->map.zoom = 1;
	pt_map_move(&ui->map, &ui->scene, move);
	ui->map.zoom = zoom;
}

void pt_cmd_move(struct pt_ui *ui, int arg)
{
	enum pt_move move = (enum pt_move)arg;

	if (ui->over == PT_TEXT_COLUMNS)
		pt_columns_move(&ui->columns, move);
	else if (ui->over == PT_TEXT_SETTINGS)
		pt_settings_move(ui, move);
	else if (ui->over)
		pt_text_move(&ui->text, move);
	else if (ui->level == PT_LEVEL_PROCESSES)
		pt_processes_move(&ui->processes, &ui->scene, move);
	else if (ui->level == PT_LEVEL_MAPPINGS)
		pt_mappings_move(&ui->mappings, &ui->scene, move);
	else if (ui->level == PT_LEVEL_MAP && ui->pages.shown)
		pt_pages_move(&ui->pages, &ui->map, &ui->scene, move);
	else if (ui->level == PT_LEVEL_MAP)
		pt_map_move(&ui->map, &ui->scene, move);
	else
		move_page(ui, move);
}

void pt_cmd_scan(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->level == PT_LEVEL_PAGE && ui->stale_err == -ESTALE)	/* its mappings are others by now */
		pt_ui_set_level(ui, PT_LEVEL_MAP);
	if (pt_ui_settled(ui))	/* else it is under way: to begin anew at each key would never end */
		pt_ui_post(ui, true);
}

void pt_cmd_lens(struct pt_ui *ui, int arg)
{
	ui->lens = (enum pt_lens_id)arg;
	if (ui->kept.back && !ui->kept.paused)	/* what is kept was looked at through another */
		pt_ui_show_kept(ui, 0);
	if (arg == PT_LENS_CHANGE && ui->level == PT_LEVEL_PROCESSES) {
		pt_ui_say(ui, "lens %c %s compares two moments of one process; this list shows states", pt_lenses[arg].key,
			  pt_lenses[arg].name);
		return;
	}
	if (ui->level == PT_LEVEL_PROCESSES && !pt_lists_say_lens(ui))
		return;
	pt_ui_say(ui, "lens %c %s: %s", pt_lenses[arg].key, pt_lenses[arg].name, pt_lenses[arg].text);
}

void pt_cmd_next_lens(struct pt_ui *ui, int arg)
{
	pt_cmd_lens(ui, (int)(ui->lens + (unsigned)arg) % PT_NLENSES);
}

void pt_cmd_pages(struct pt_ui *ui, int arg)
{
	(void)arg;
	ui->pages.shown = !ui->pages.shown;
}

void pt_cmd_who(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (!ui->scene.img || !pt_map_current(&ui->map, &ui->scene))
		return;
	ui->scene.who = pt_who_unref(ui->scene.who);
	ui->scene.who_all = 0;
	ui->over = PT_TEXT_WHO;
	ui->text = (struct pt_text_view){ 0 };
}

void pt_cmd_contents(struct pt_ui *ui, int arg)
{
	(void)arg;
	if (ui->file) {
		pt_ui_say(ui, "what pages hold is not in a file");
		return;
	}
	ui->contents = !ui->contents;
	if (ui->contents)
		pt_ui_hint(ui, "its contents are read at each scan, which marks the page referenced; {contents} again: no more");
}

static void go_to(struct pt_ui *ui, const char *text)
{
	struct pt_str why = PT_STR_INIT;
	const struct pt_process *p = NULL;
	struct pt_place place = { .pid = 0 };

	if (!*text)
		return;
	if (!pt_place_parse(text, ui->level == PT_LEVEL_PROCESSES, &place, &why) && place.pid) {
		p = ui->scene.table ? pt_table_find(ui->scene.table, place.pid, 0) : NULL;
		if (!p)
			pt_str_addf(&why, "there is no process %d", (int)place.pid);
		else if (pt_process_no_memory(p))
			pt_str_addf(&why, "%d %s", (int)place.pid, pt_process_no_memory(p));
	}
	if (why.len)
		pt_ui_refuse(ui, why.s);
	else if (p)
		pt_ui_enter_process(ui, p);
	if (!why.len)
		pt_ui_go(ui, &place);
	pt_str_done(&why);
}

void pt_cmd_go(struct pt_ui *ui, int arg)
{
	(void)arg;
	pt_ui_ask(ui, ui->level == PT_LEVEL_PROCESSES ? "Go to PID:ADDRESS  " : "Go to address  ", go_to);
}

/* The names that are searched, and where the cursor is among them. */
static size_t names(struct pt_ui *ui, size_t *ret_cur)
{
	if (ui->level == PT_LEVEL_PROCESSES) {
		pt_processes_current(&ui->processes, &ui->scene);
		*ret_cur = ui->processes.list.cur;
		return pt_processes_n(&ui->processes, &ui->scene);
	}
	if (!ui->scene.img)
		return 0;
	if (ui->level == PT_LEVEL_MAPPINGS) {
		pt_mappings_current(&ui->mappings, &ui->scene);
		*ret_cur = ui->mappings.list.cur;
		return pt_mappings_n(&ui->mappings, &ui->scene);
	}
	*ret_cur = pt_vma_at_or_above(ui->scene.img->vmas.v, ui->scene.img->vmas.n,
				      ui->map.vpn << PT_PAGE_SHIFT);
	return ui->scene.img->vmas.n;
}

/* The i-th mapping of those that are searched. */
static const struct pt_vma *vma_at(struct pt_ui *ui, size_t i)
{
	return ui->level == PT_LEVEL_MAPPINGS ? pt_mappings_at(&ui->mappings, &ui->scene, i) : &ui->scene.img->vmas.v[i];
}

/* As it stands on the screen. */
static int matches(struct pt_ui *ui, size_t i)
{
	struct pt_str s = PT_STR_INIT;
	int r;

	if (ui->level == PT_LEVEL_PROCESSES)
		pt_process_text(pt_processes_at(&ui->processes, &ui->scene, i), &s);
	else
		pt_vma_text(&ui->scene, vma_at(ui, i), &s);
	r = pt_re_match(ui->re, s.s, s.len);
	pt_str_done(&s);
	return r;
}

static void select_name(struct pt_ui *ui, size_t i)
{
	if (ui->level == PT_LEVEL_PROCESSES)
		pt_processes_select(&ui->processes, pt_processes_at(&ui->processes, &ui->scene, i));
	else if (ui->level == PT_LEVEL_MAPPINGS)
		ui->mappings.addr = vma_at(ui, i)->start;
	else
		pt_map_go(&ui->map, &ui->scene, pt_vma_vpn(vma_at(ui, i)));
}

/* From the cursor on, round the end once. The first name that is too much for the pattern ends it. */
static void search(struct pt_ui *ui, int step)
{
	size_t cur = 0, n = names(ui, &cur);

	pt_re_start(ui->re);
	for (size_t k = 1; k <= n; k++) {
		size_t i = (cur + (step > 0 ? k : n - k)) % n;
		int r = matches(ui, i);

		if (r < 0) {
			pt_ui_say(ui, "the pattern takes too long (match limit reached): make it simpler");
			return;
		}
		if (r > 0) {
			select_name(ui, i);
			if (step > 0 ? i <= cur : i >= cur)
				pt_ui_say(ui, i == cur ? "the only match" : "went round the end");
			return;
		}
	}
	pt_ui_refuse(ui, "nothing here matches");	/* n and N have no prompt that it could go back to */
}

static void find(struct pt_ui *ui, const char *text)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_re *re = NULL;

	if (!*text)
		return;
	if (pt_re_new(text, &re, &why)) {
		pt_ui_refuse(ui, why.len ? why.s : "not enough memory for the pattern");
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
		pt_ui_hint(ui, "nothing was searched for yet: {find} asks");
}
