#include "pagetop/ui/mouse.h"

#include "pagetop/ui/commands.h"
#include "pagetop/ui/ui.h"

enum { WHEEL_ROWS = 3 };

/* What a click does on each kind of thing. True: it was chosen already. */
typedef bool (*click_fn)(struct pt_ui *ui, const struct pt_hit *hit, int x);

static bool on_key(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	(void)x;
	pt_ui_event(ui, &(struct pt_event){ .key = (uint32_t)hit->arg });
	return false;
}

static bool on_process(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	const struct pt_process *was = pt_processes_current(&ui->processes, &ui->scene), *p;

	(void)x;
	p = was ? pt_table_find(ui->scene.table, (pid_t)hit->arg, 0) : NULL;
	if (!p)
		return false;
	pt_processes_select(&ui->processes, p);
	return p == was;
}

static bool on_mapping(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	const struct pt_vma *was = pt_mappings_current(&ui->mappings, &ui->scene);

	(void)x;
	ui->mappings.addr = hit->arg;
	return was && was->start == hit->arg;
}

/* A row of cells: one of them is meant. */
static bool on_cells(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	uint64_t vpn = 0;
	bool found = pt_map_hit(&ui->map, &ui->scene, x, hit->y, &vpn);
	bool same = found && ui->map.vpn >= vpn && ui->map.vpn - vpn < ui->map.zoom;

	if (found && !same)
		ui->map.vpn = vpn;
	return same;
}

static bool on_place(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	(void)x;
	pt_map_go(&ui->map, &ui->scene, hit->arg);
	return false;
}

static bool on_page(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	bool same = ui->map.vpn == hit->arg;

	(void)x;
	ui->map.vpn = hit->arg;
	return same;
}

static bool on_legend(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	(void)x;
	ui->map.legend.chosen = (int)hit->arg;
	pt_find_choose(ui);
	return false;
}

static bool on_title(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	(void)x;
	pt_lists_sort(ui, (int)hit->arg);
	return false;
}

static bool on_column(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	bool same = ui->columns.list.cur == hit->arg;

	(void)x;
	ui->columns.list.cur = hit->arg;
	return same;
}

static bool on_setting(struct pt_ui *ui, const struct pt_hit *hit, int x)
{
	bool same = ui->settings.view.list.cur == hit->arg;

	(void)x;
	ui->settings.view.list.cur = hit->arg;
	return same;
}

/* A kind without a function is drawn, and nothing happens there. Into some a second click goes, as Enter does. */
static const struct { click_fn fn; bool enter; } click[PT_NHITS] = {
	[PT_HIT_KEY] = { on_key, false }, [PT_HIT_PROCESS] = { on_process, true }, [PT_HIT_MAPPING] = { on_mapping, true },
	[PT_HIT_CELLS] = { on_cells, true }, [PT_HIT_PLACE] = { on_place, false }, [PT_HIT_PAGE] = { on_page, true },
	[PT_HIT_SETTING] = { on_setting, true }, [PT_HIT_TITLE] = { on_title, false },
	[PT_HIT_LEGEND] = { on_legend, false }, [PT_HIT_COLUMN] = { on_column, true },
};

/* The list on the screen, its cursor where it belongs by now; NULL: it is none. */
static struct pt_list *list_of(struct pt_ui *ui)
{
	if (ui->over)
		return NULL;
	if (ui->level == PT_LEVEL_PROCESSES && pt_processes_current(&ui->processes, &ui->scene))
		return &ui->processes.list;
	if (ui->level == PT_LEVEL_MAPPINGS && pt_mappings_current(&ui->mappings, &ui->scene))
		return &ui->mappings.list;
	return NULL;
}

/* Three rows at a time; a list moves under its cursor. The text of a page moves by screens. */
static void wheel(struct pt_ui *ui, bool down)
{
	struct pt_list *l = list_of(ui);
	size_t was = l ? l->cur : 0;

	if (!ui->over && ui->level == PT_LEVEL_PAGE) {
		pt_cmd_move(ui, down ? PT_MOVE_PGDN : PT_MOVE_PGUP);
		return;
	}
	for (int i = 0; i < WHEEL_ROWS; i++)
		pt_cmd_move(ui, down ? PT_MOVE_DOWN : PT_MOVE_UP);
	if (l && down)
		l->top += l->cur - was;
	else if (l)
		l->top -= was - l->cur < l->top ? was - l->cur : l->top;
}

void pt_mouse_event(struct pt_ui *ui, const struct pt_event *e)
{
	const struct pt_hit *hit = pt_canvas_hit_at(&ui->canvas, e->x, e->y);
	bool went_in = ui->click_went_in;

	ui->click_went_in = false;
	if (e->button == PT_BUTTON_WHEEL_UP || e->button == PT_BUTTON_WHEEL_DOWN) {
		wheel(ui, e->button == PT_BUTTON_WHEEL_DOWN);
	} else if (hit && click[hit->what].fn && !(e->button == PT_BUTTON_DOUBLE && went_in)) {
		bool enter = click[hit->what].enter;

		if (click[hit->what].fn(ui, hit, e->x) || (e->button == PT_BUTTON_DOUBLE && enter)) {
			pt_ui_event(ui, &(struct pt_event){ .key = PT_KEY_ENTER });
			ui->click_went_in = true;
		}
	}
}
