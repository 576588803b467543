#include "pagetop/view/desk.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "pagetop/base/memory.h"

int pt_desk_init(struct pt_desk *d)
{
	*d = (struct pt_desk){
		.map = PT_MAP_VIEW_INIT,
		.find = PT_FIND_INIT,
		.message = PT_STR_INIT,
		.form = PT_NVIEWS,
		.n = 1,
	};
	for (int i = 0; i < PT_NVIEWS; i++) {
		const struct pt_view_class *class = pt_views[i].class;

		if (!class->size)
			continue;
		d->state[i] = pt_calloc(1, class->size);
		if (!d->state[i])
			return -ENOMEM;
		if (class->init)
			class->init(d->state[i]);
	}
	return 0;
}

void pt_desk_done(struct pt_desk *d)
{
	for (int i = 0; i < PT_NVIEWS; i++) {
		if (d->state[i] && pt_views[i].class->done)
			pt_views[i].class->done(d->state[i]);
		free(d->state[i]);
	}
	pt_table_unref(d->scene.table);
	pt_image_unref(d->scene.img);
	pt_image_unref(d->scene.page);
	pt_who_unref(d->scene.who);
	pt_find_free(&d->find);
	pt_str_done(&d->message);
}

/* ---- the stack */

static int place_of(const struct pt_desk *d, enum pt_view_id view)
{
	int i = d->n;

	while (i-- && d->stack[i] != view)
		;
	return i;
}

const struct pt_view_row *pt_desk_top(const struct pt_desk *d)
{
	return &pt_views[d->stack[d->n - 1]];
}

static int level_place(const struct pt_desk *d)
{
	int i = d->n - 1;

	while (!(pt_views[d->stack[i]].where & PT_WHERE_LEVEL))
		i--;
	return i;
}

const struct pt_view_row *pt_desk_level(const struct pt_desk *d)
{
	return &pt_views[d->stack[level_place(d)]];
}

bool pt_desk_is_covered(const struct pt_desk *d)
{
	return level_place(d) < d->n - 1;
}

const struct pt_view_row *pt_desk_below(const struct pt_desk *d, enum pt_view_id view)
{
	int i = place_of(d, view);

	return i > 0 ? &pt_views[d->stack[i - 1]] : NULL;
}

void pt_desk_close(struct pt_desk *d)
{
	const struct pt_view_class *class = pt_desk_top(d)->class;

	if (d->n == 1)
		return;
	d->n--;
	if (class->close)
		class->close(d);
}

bool pt_desk_open(struct pt_desk *d, const struct pt_view_row *view)
{
	while (place_of(d, (enum pt_view_id)(view - pt_views)) >= 0 && pt_desk_top(d) != view)
		pt_desk_close(d);
	if (pt_desk_top(d) == view)
		return true;
	if (view->class->open && !view->class->open(d))
		return false;
	d->stack[d->n++] = (uint8_t)(view - pt_views);
	return true;
}

/* ---- levels */

/* Of the forms of one level the one that was chosen last. */
static const struct pt_view_row *in_its_form(const struct pt_desk *d,
					     const struct pt_view_row *view)
{
	bool formed = d->form < PT_NVIEWS && view->where & PT_WHERE_CELLS;

	return formed ? &pt_views[d->form] : view;
}

const struct pt_view_row *pt_desk_next(const struct pt_desk *d)
{
	const struct pt_view_row *here = pt_desk_level(d), *v = here + 1;

	/* Another form of the same */
	while (v < pt_views + PT_NVIEWS && here->where & v->where & PT_WHERE_CELLS)
		v++;
	return v < pt_views + PT_NVIEWS && v->where & PT_WHERE_LEVEL ? in_its_form(d, v) : NULL;
}

void pt_desk_deeper(struct pt_desk *d)
{
	const struct pt_view_row *next = pt_desk_next(d);

	if (next)
		pt_desk_open(d, next);
}

void pt_desk_out_to(struct pt_desk *d, unsigned where)
{
	while (d->n > 1 && !(pt_desk_top(d)->where & where))
		pt_desk_close(d);
}

void pt_desk_begin(struct pt_desk *d, uint64_t vpn)
{
	d->map.vpn = d->map.top_vpn = vpn;
	d->map.top_border = true;
	for (int i = 0; i < PT_NVIEWS; i++)
		if (pt_views[i].class->begin)
			pt_views[i].class->begin(d);
}

void pt_desk_next_form(struct pt_desk *d)
{
	int from = d->stack[d->n - 1], to = from;

	do
		to = (to + 1) % PT_NVIEWS;
	while (!(pt_views[to].where & PT_WHERE_CELLS));
	d->form = (enum pt_view_id)to;
	d->stack[d->n - 1] = (uint8_t)to;
}

/* ---- lists */

struct pt_listing *pt_desk_listing(const struct pt_desk *d, const struct pt_view_row *view)
{
	return view->class->listing ? d->state[view - pt_views] : NULL;
}

struct pt_listing *pt_desk_list(const struct pt_desk *d, enum pt_list_id list)
{
	for (int i = 0; i < PT_NVIEWS; i++)
		if (pt_views[i].class->listing && pt_views[i].class->listing->id == list)
			return d->state[i];
	return NULL;
}

void pt_desk_sort(struct pt_desk *d, int heading)
{
	struct pt_listing *r = pt_desk_listing(d, pt_desk_level(d));

	if (!r)
		return;
	if (pt_headings[heading].order == PT_ORDER_NOT) {
		pt_desk_say(d, "PAGES has no sort order; sort by the column of a state");
		return;
	}
	r->shape.invert = heading == r->shape.heading ? !r->shape.invert : false;
	r->shape.heading = heading;
	r->shape.version++;
}

/* ---- what the view on top does */

void pt_desk_move(struct pt_desk *d, enum pt_move move)
{
	const struct pt_view_row *top = pt_desk_top(d);

	if (top->class->listing)
		pt_listing_move(pt_desk_listing(d, top), &d->scene, move);
	else if (top->class->move)
		top->class->move(d, move);
}

enum pt_click pt_desk_click(struct pt_desk *d, const struct pt_hit *hit, int x)
{
	const struct pt_view_row *top = pt_desk_top(d);

	if (top->class->listing) {
		bool same = pt_listing_click(pt_desk_listing(d, top), &d->scene, hit->arg);

		return same ? PT_CLICK_AGAIN : PT_CLICK_CHOSE;
	}
	return top->class->click ? top->class->click(d, hit, x) : PT_CLICK_DONE;
}

size_t pt_desk_names(struct pt_desk *d, size_t *ret_cur)
{
	const struct pt_view_row *top = pt_desk_top(d);
	struct pt_listing *r = pt_desk_listing(d, top);

	if (!r)
		return top->class->names(d, ret_cur);
	if (!pt_listing_current(r, &d->scene))
		return 0;
	*ret_cur = r->list.cur;
	return r->order.n;
}

void pt_desk_name(struct pt_desk *d, size_t i, struct pt_str *out)
{
	const struct pt_view_row *top = pt_desk_top(d);

	if (top->class->listing)
		top->class->listing->name(pt_desk_listing(d, top), &d->scene, i, out);
	else
		top->class->name(d, i, out);
}

void pt_desk_select(struct pt_desk *d, size_t i)
{
	const struct pt_view_row *top = pt_desk_top(d);

	if (top->class->listing)
		top->class->listing->put(pt_desk_listing(d, top), &d->scene, i);
	else
		top->class->select(d, i);
}

/* ---- wishes */

void pt_desk_wish_below(struct pt_desk *d, enum pt_view_id view, struct pt_wish *w)
{
	for (int i = place_of(d, view) - 1; i >= 0; i--) {
		const struct pt_view_class *class = pt_views[d->stack[i]].class;

		if (class->wish && class->wish(d, w))
			return;
	}
}

void pt_desk_wish_image(const struct pt_filter *filter, struct pt_wish *w)
{
	w->kind = PT_WISH_PROCESS;
	w->needs = PT_NEED_PFNS | pt_filter_needs(filter);
	w->kflags = pt_filter_kflags(filter);
}

/* ---- sentences */

void pt_desk_say(struct pt_desk *d, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pt_str_reset(&d->message);
	pt_str_adds(&d->message, text);
}

void pt_desk_hint(struct pt_desk *d, const char *text)
{
	struct pt_str s = PT_STR_INIT;

	pt_keys_in(&d->scene, text, &s);
	pt_desk_say(d, "%s", s.s);
	pt_str_done(&s);
}

void pt_desk_refuse(struct pt_desk *d, const char *why)
{
	pt_desk_say(d, "%s", why);
	d->refused = true;
}

/* ---- where one is */

const struct pt_vma *pt_desk_vma(struct pt_desk *d)
{
	return d->scene.img ? pt_image_vma(d->scene.img, d->map.vpn) : NULL;
}

const struct pt_process *pt_desk_process(struct pt_desk *d)
{
	return d->scene.table ? pt_table_find(d->scene.table, d->pid, d->starttime) : NULL;
}
