/*
 * What is under the cursor of the view below, explained: by that view.
 */
#include "pagetop/view/desk.h"
#include "pagetop/view/text_view.h"

static struct pt_text_view *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_ABOUT];
}

static bool desk_open(struct pt_desk *d)
{
	*own(d) = (struct pt_text_view){ .top = 0 };
	return pt_desk_top(d)->class->about;
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	const struct pt_view_row *below = pt_desk_below(d, PT_VIEW_ABOUT);
	struct pt_str title = PT_STR_INIT, text = PT_STR_INIT;

	below->class->about(d, &title, &text);
	if (!text.len)
		pt_str_addf(&text, "  %s\n", below->reading);
	pt_text_draw(own(d), &d->scene, title.s, text.s, c);
	pt_str_done(&title);
	pt_str_done(&text);
}

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	pt_text_move(own(d), move);
}

const struct pt_view_class pt_about_view = {
	.size = sizeof(struct pt_text_view),
	.open = desk_open,
	.draw = desk_draw,
	.move = desk_move,
};
