#include "pagetop/view/columns_view.h"

#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/view/desk.h"

enum { HEAD_ROWS = 2, TITLE_X = 8 };

void pt_columns_open(struct pt_columns_view *v, const struct pt_shape *shape,
		     const struct pt_columns *shown)
{
	*v = (struct pt_columns_view){ .all = *shown, .nshown = shown->n };
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (pt_headings[i].lists >> shape->list & 1 && !pt_columns_has(shown, i))
			v->all.heading[v->all.n++] = (uint8_t)i;
	for (int i = 0; i < v->all.n; i++)
		if (v->all.heading[i] == shape->heading)
			v->list.cur = (size_t)i;
}

int pt_columns_current(const struct pt_columns_view *v)
{
	return v->all.heading[v->list.cur];
}

void pt_columns_move(struct pt_columns_view *v, enum pt_move move)
{
	pt_list_move(&v->list, (size_t)v->all.n, move);
}

/* Takes the line at `from` out and puts it in again at `to`; the cursor goes with it. */
static void put(struct pt_columns_view *v, int from, int to)
{
	uint8_t *h = v->all.heading, it = h[from];

	memmove(h + from, h + from + 1, (size_t)(v->all.n - from - 1));
	memmove(h + to + 1, h + to, (size_t)(v->all.n - 1 - to));
	h[to] = it;
	v->list.cur = (size_t)to;
}

void pt_columns_toggle(struct pt_columns_view *v)
{
	int cur = (int)v->list.cur;

	if (cur >= v->nshown)
		put(v, cur, v->nshown++);
	else if (v->nshown > 1)
		put(v, cur, --v->nshown);
}

void pt_columns_shift(struct pt_columns_view *v, int step)
{
	int cur = (int)v->list.cur, to = cur + step;

	if (cur < v->nshown && to >= 0 && to < v->nshown)
		put(v, cur, to);
}

struct pt_columns pt_columns_chosen(const struct pt_columns_view *v)
{
	struct pt_columns c = v->all;

	c.n = v->nshown;
	return c;
}

static void draw_line(const struct pt_columns_view *v, const struct pt_shape *shape, int i,
		      struct pt_canvas *c, int y)
{
	const struct pt_heading_row *h = &pt_headings[v->all.heading[i]];
	bool chosen = i == (int)v->list.cur, sorted = v->all.heading[i] == shape->heading;
	pt_style style = chosen ? PT_ROLE_CHOSEN : PT_ROLE_PLAIN;
	int title_w = 8;

	pt_canvas_hit(c, 0, y, c->w, PT_HIT_COLUMN, (uint64_t)i);
	if (chosen)
		pt_draw_cursor(&(struct pt_slot){ .c = c, .y = y });
	if (sorted)
		pt_canvas_put(c, 2, y, pt_sort_mark(h, shape->invert), style);
	pt_canvas_text(c, 4, y, 3, style, i < v->nshown ? "[x]" : "[ ]");
	pt_canvas_textf(c, TITLE_X, y, title_w, style, "%.*s", (int)strcspn(h->title, " "),
			h->title);
	pt_canvas_text(c, TITLE_X + title_w + 1, y, c->w - TITLE_X - title_w - 1, style, h->text);
}

void pt_columns_draw(struct pt_columns_view *v, const struct pt_shape *shape, struct pt_canvas *c)
{
	pt_canvas_textf(c, 0, 0, c->w, PT_ROLE_TITLE, " Columns of %s",
			shape->list == PT_IN_PROCESSES ? "processes" : "mappings");
	pt_list_fit(&v->list, (size_t)v->all.n, c->h - HEAD_ROWS);
	for (int i = 0; i < v->list.rows && (int)v->list.top + i < v->all.n; i++)
		draw_line(v, shape, (int)v->list.top + i, c, HEAD_ROWS + i);
}

/* ---- the view */

static struct pt_columns_view *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_COLUMNS];
}

/* The list below. */
static struct pt_listing *rows_of(struct pt_desk *d)
{
	return pt_desk_listing(d, pt_desk_level(d));
}

static bool desk_open(struct pt_desk *d)
{
	const struct pt_listing *r = rows_of(d);

	pt_columns_open(own(d), &r->shape, r->shape.columns.n ? &r->shape.columns : &r->shown);
	return true;
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	pt_columns_draw(own(d), &rows_of(d)->shape, c);
}

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	pt_columns_move(own(d), move);
}

static bool act(struct pt_desk *d, enum pt_act act)
{
	struct pt_shape *shape = &rows_of(d)->shape;

	if (act == PT_ACT_SORT || act == PT_ACT_RESET) {
		if (act == PT_ACT_SORT)
			pt_desk_sort(d, pt_columns_current(own(d)));
		else
			shape->columns.n = 0;
		pt_desk_close(d);
		return true;
	}
	if (act == PT_ACT_SHOW)
		pt_columns_toggle(own(d));
	else
		pt_columns_shift(own(d), act == PT_ACT_LEFT ? -1 : 1);
	shape->columns = pt_columns_chosen(own(d));
	return true;
}

static enum pt_click click(struct pt_desk *d, const struct pt_hit *hit, int x)
{
	bool same = own(d)->list.cur == hit->arg;

	(void)x;
	own(d)->list.cur = hit->arg;
	return same ? PT_CLICK_AGAIN : PT_CLICK_CHOSE;
}

const struct pt_view_class pt_columns_view = {
	.size = sizeof(struct pt_columns_view),
	.open = desk_open,
	.draw = desk_draw,
	.move = desk_move,
	.act = act,
	.click = click,
};
