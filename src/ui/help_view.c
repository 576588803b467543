/*
 * The help of the view below.
 */
#include <stdio.h>
#include "pagetop/ui/help.h"
#include "pagetop/ui/ui.h"
#include "pagetop/view/text_view.h"

static struct pt_text_view *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_HELP];
}

static bool desk_open(struct pt_desk *d)
{
	*own(d) = (struct pt_text_view){ .top = 0 };
	return true;
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	const struct pt_view_row *below = pt_desk_below(d, PT_VIEW_HELP);
	struct pt_str s = PT_STR_INIT;
	char title[64];

	snprintf(title, sizeof(title), "Help: %s", below->name);
	pt_help_text(&pt_ui_of(d)->keys, below, d->lens, pt_ui_of(d)->opt->readonly, &s);
	pt_text_draw(own(d), &d->scene, title, s.s, c);
	pt_str_done(&s);
}

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	pt_text_move(own(d), move);
}

const struct pt_view_class pt_help_view = {
	.size = sizeof(struct pt_text_view),
	.open = desk_open,
	.draw = desk_draw,
	.move = desk_move,
};
