#include "pagetop/view/who_view.h"

#include <stdio.h>
#include "pagetop/model/explain.h"
#include "pagetop/view/desk.h"

void pt_who_draw(struct pt_text_view *v, const struct pt_scene *sc, uint64_t vpn,
		 struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;
	char title[64];

	snprintf(title, sizeof(title), "Who maps page 0x%llx",
		 (unsigned long long)vpn << PT_PAGE_SHIFT);
	if (sc->who)
		pt_explain_who(sc->who, &s);
	else if (sc->stale)
		pt_str_addf(&s, "%s\n", sc->stale);
	else if (sc->who_all)
		pt_str_addf(&s, "reading all processes: %zu of %zu …\n", sc->who_done, sc->who_all);
	else
		pt_str_adds(&s, "reading all processes …\n");
	pt_text_draw(v, sc, title, s.s, c);
	pt_str_done(&s);
}

/* ---- the view */

static struct pt_text_view *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_WHO];
}

static bool desk_open(struct pt_desk *d)
{
	if (!d->scene.img || !pt_map_current(&d->map, &d->scene))
		return false;
	d->scene.who = pt_who_unref(d->scene.who);
	d->scene.who_all = 0;
	*own(d) = (struct pt_text_view){ .top = 0 };
	return true;
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	pt_who_draw(own(d), &d->scene, d->map.vpn, c);
}

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	pt_text_move(own(d), move);
}

static bool wish(struct pt_desk *d, struct pt_wish *w)
{
	pt_desk_wish_below(d, PT_VIEW_WHO, w);
	w->kind = PT_WISH_WHO;
	w->vpn = d->map.vpn;
	w->once = true;
	return true;
}

const struct pt_view_class pt_who_view = {
	.size = sizeof(struct pt_text_view),
	.open = desk_open,
	.draw = desk_draw,
	.move = desk_move,
	.wish = wish,
};
