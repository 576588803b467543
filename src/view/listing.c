#include "pagetop/view/listing.h"

void pt_listing_init(const struct pt_listing_class *class, struct pt_listing *r)
{
	*r = (struct pt_listing){ .shape = pt_shape_default(class->id) };
}

void pt_listing_done(struct pt_listing *r)
{
	pt_order_done(&r->order);
	pt_list_filter_reset(&r->shape.filter);
}

bool pt_listing_current(const struct pt_listing_class *class, struct pt_listing *r,
			const struct pt_scene *sc)
{
	if (!class->make(r, sc))
		return false;
	r->list.cur = class->find(r, sc);
	return true;
}

void pt_listing_move(const struct pt_listing_class *class, struct pt_listing *r,
		     const struct pt_scene *sc, enum pt_move move)
{
	if (!pt_listing_current(class, r, sc))
		return;
	pt_list_move(&r->list, r->order.n, move);
	class->put(r, sc, r->list.cur);
}

bool pt_listing_click(const struct pt_listing_class *class, struct pt_listing *r,
		      const struct pt_scene *sc, uint64_t key)
{
	size_t i = 0;

	if (!pt_listing_current(class, r, sc))
		return false;
	while (i < r->order.n && class->key(r, sc, i) != key)
		i++;
	if (i < r->order.n)
		class->put(r, sc, i);
	return i == r->list.cur;
}

struct pt_layout pt_listing_layout(const struct pt_listing_class *class, struct pt_listing *r,
				   const struct pt_canvas *c)
{
	struct pt_layout l = { .x = class->x, .w = c->w };

	if (r->shape.columns.n)
		pt_layout_add_chosen(&l, &r->shape.columns);
	else
		class->lay_out(&l);
	r->shown = pt_layout_columns(&l);
	return l;
}

void pt_listing_draw(const struct pt_listing_class *class, const struct pt_listing *r,
		     const struct pt_scene *sc, const struct pt_layout *l, size_t i,
		     struct pt_slot s)
{
	pt_canvas_hit(s.c, 0, s.y, s.c->w, class->hit, class->key(r, sc, i));
	if (i == r->list.cur)
		pt_draw_cursor(&s);
	for (int k = 0; k < l->n; k++) {
		int heading = l->col[k].heading, kind = pt_headings[heading].kind;

		s.x = l->col[k].x;
		s.w = l->col[k].w;
		if (kind == PT_IS_SUM || kind == PT_IS_BAR || kind == PT_IS_NAME)
			class->draw(&s, r, sc, i, heading);
		else
			pt_draw_value(&s, heading, class->row(r, sc, i));
	}
}

int pt_listing_draw_name(const struct pt_slot *s, const struct pt_listing *r, const char *name,
			 size_t path_len)
{
	if (s->x + s->w == s->c->w && r->list.xscroll)
		return pt_draw_scrolled(s, name, r->list.xscroll);
	return pt_draw_path(s, name, path_len);
}
