#include "pagetop/view/listing.h"

void pt_listing_init(struct pt_listing *r, const struct pt_listing_class *class)
{
	*r = (struct pt_listing){ .class = class, .shape = pt_shape_default(class->id) };
}

void pt_listing_done(struct pt_listing *r)
{
	pt_order_done(&r->order);
	pt_list_filter_reset(&r->shape.filter);
}

bool pt_listing_current(struct pt_listing *r, const struct pt_scene *sc)
{
	if (!r->class->make(r, sc))
		return false;
	r->list.cur = r->class->find(r, sc);
	return true;
}

void pt_listing_move(struct pt_listing *r, const struct pt_scene *sc, enum pt_move move)
{
	if (!pt_listing_current(r, sc))
		return;
	pt_list_move(&r->list, r->order.n, move);
	r->class->put(r, sc, r->list.cur);
}

bool pt_listing_click(struct pt_listing *r, const struct pt_scene *sc, uint64_t key)
{
	size_t i = 0;

	if (!pt_listing_current(r, sc))
		return false;
	while (i < r->order.n && r->class->key(r, sc, i) != key)
		i++;
	if (i < r->order.n)
		r->class->put(r, sc, i);
	return i == r->list.cur;
}

struct pt_layout pt_listing_layout(struct pt_listing *r, const struct pt_canvas *c)
{
	struct pt_layout l = { .x = r->class->x, .w = c->w };

	if (r->shape.columns.n)
		pt_layout_add_chosen(&l, &r->shape.columns);
	else
		r->class->lay_out(&l);
	r->shown = pt_layout_columns(&l);
	return l;
}

void pt_listing_draw(const struct pt_listing *r, const struct pt_scene *sc,
		     const struct pt_layout *l, size_t i, struct pt_slot s)
{
	pt_canvas_hit(s.c, 0, s.y, s.c->w, r->class->hit, r->class->key(r, sc, i));
	if (i == r->list.cur)
		pt_draw_cursor(&s);
	for (int k = 0; k < l->n; k++) {
		int heading = l->col[k].heading, kind = pt_headings[heading].kind;

		s.x = l->col[k].x;
		s.w = l->col[k].w;
		if (kind == PT_IS_SUM || kind == PT_IS_BAR || kind == PT_IS_NAME)
			r->class->draw(&s, r, sc, i, heading);
		else
			pt_draw_value(&s, heading, r->class->row(r, sc, i));
	}
}

int pt_listing_draw_name(const struct pt_slot *s, const struct pt_listing *r, const char *name,
			 size_t path_len)
{
	if (s->x + s->w == s->c->w && r->list.xscroll)
		return pt_draw_scrolled(s, name, r->list.xscroll);
	return pt_draw_path(s, name, path_len);
}
