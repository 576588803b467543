#include "pagetop/ui/mouse.h"

#include "pagetop/ui/commands.h"

enum { WHEEL_ROWS = 3 };

/* Three rows at a time; a list moves under its cursor. The text of a page moves by screens. */
static void wheel(struct pt_desk *d, bool down)
{
	const struct pt_view_row *top = pt_desk_top(d);
	struct pt_listing *r = pt_desk_listing(d, top);
	struct pt_list *l =
		r && pt_listing_current(r, &d->scene) ? &r->list : NULL;
	size_t was = l ? l->cur : 0;

	if (top->where & PT_WHERE_PAGE) {
		pt_desk_move(d, down ? PT_MOVE_PGDN : PT_MOVE_PGUP);
		return;
	}
	for (int i = 0; i < WHEEL_ROWS; i++)
		pt_desk_move(d, down ? PT_MOVE_DOWN : PT_MOVE_UP);
	if (l && down)
		l->top += l->cur - was;
	else if (l)
		l->top -= was - l->cur < l->top ? was - l->cur : l->top;
}

uint32_t pt_mouse_key(struct pt_ui *ui, const struct pt_event *e)
{
	const struct pt_hit *hit = pt_canvas_hit_at(&ui->canvas, e->x, e->y);
	bool went_in = ui->click_went_in;
	enum pt_click did = PT_CLICK_DONE;

	ui->click_went_in = false;
	if (e->button == PT_BUTTON_WHEEL_UP || e->button == PT_BUTTON_WHEEL_DOWN) {
		wheel(&ui->desk, e->button == PT_BUTTON_WHEEL_DOWN);
		return 0;
	}
	if (!hit || (e->button == PT_BUTTON_DOUBLE && went_in))
		return 0;
	if (hit->what == PT_HIT_KEY)
		return (uint32_t)hit->arg;
	/* Keys and titles are everybody's, all else the view's that drew it */
	if (hit->what == PT_HIT_TITLE)
		pt_lists_sort(ui, (int)hit->arg);
	else
		did = pt_desk_click(&ui->desk, hit, e->x);
	ui->click_went_in =
		did == PT_CLICK_AGAIN || (did == PT_CLICK_CHOSE && e->button == PT_BUTTON_DOUBLE);
	return ui->click_went_in ? PT_KEY_ENTER : 0;
}
