/*
 * The view of the pages as cells.
 */
#include "pagetop/view/cells.h"
#include "pagetop/view/forms.h"
#include "pagetop/view/page_filter.h"

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	if (pt_map_current(&d->map, &d->scene))
		pt_map_draw(&d->map, &d->scene, c);
	else
		pt_form_draw_none(&d->scene, c, PT_VIEW_MAP);
}

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	pt_map_move(&d->map, &d->scene, move);
}

/* A row of cells: one of them is meant. */
static enum pt_click click_cell(struct pt_desk *d, const struct pt_hit *hit, int x)
{
	uint64_t vpn = 0;
	bool found = pt_map_hit(&d->map, &d->scene, x, hit->y, &vpn);
	bool same = found && d->map.vpn >= vpn && d->map.vpn - vpn < d->map.zoom;

	if (found && !same)
		d->map.vpn = vpn;
	return same ? PT_CLICK_AGAIN : PT_CLICK_CHOSE;
}

static enum pt_click click(struct pt_desk *d, const struct pt_hit *hit, int x)
{
	if (hit->what == PT_HIT_CELLS)
		return click_cell(d, hit, x);
	if (hit->what == PT_HIT_LEGEND) {
		d->map.legend.chosen = (int)hit->arg;
		pt_page_filter_choose(d);
	} else {
		pt_map_go(&d->map, &d->scene, hit->arg);
	}
	return PT_CLICK_DONE;
}

static bool wish(struct pt_desk *d, struct pt_wish *w)
{
	pt_desk_wish_image(&d->find.filter, w);
	return true;
}

const struct pt_view_class pt_map_view = {
	.shut = pt_form_shut,
	.draw = desk_draw,
	.move = desk_move,
	.enter = pt_form_enter,
	.click = click,
	.show_all = pt_form_show_all,
	.wish = wish,
	.process = pt_desk_process,
	.vma = pt_desk_vma,
	.names = pt_form_names,
	.name = pt_form_name,
	.select = pt_form_select,
	.about = pt_form_about,
};
