#include "pagetop/view/mappings_view.h"

#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/sums.h"
#include "pagetop/view/about.h"
#include "pagetop/view/page_filter.h"

enum {
	HEAD_ROWS = 2,
	START_W = 12,
	RANGE_W = 25,
	BAR_LEAST = 8,
	BAR_MAX = 14,
	NAME_W = 16,
	WIDE = 74
};

void pt_mappings_reset(struct pt_mappings_view *v)
{
	v->rows.list = (struct pt_list){ .cur = 0 };
	v->addr = 0;
	pt_list_filter_reset(&v->rows.shape.filter);
	v->rows.shape.version++;
}

static const struct pt_vma *at(const struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	return &sc->img->vmas.v[r->order.r[i].row];
}

static void add_name(const void *arg, const struct pt_vma *vma, struct pt_str *out)
{
	pt_vma_text(arg, vma, out);
}

static size_t make(struct pt_listing *r, const struct pt_scene *sc)
{
	if (!sc->img)
		return 0;
	pt_order_mappings(&r->order, &r->shape, sc->img, sc->version, add_name, sc);
	return r->order.n;
}

/* The mapping at the address; where it is not shown, the first above that is, or the last. */
static size_t find(const struct pt_listing *r, const struct pt_scene *sc)
{
	const uint64_t addr = ((const struct pt_mappings_view *)r)->addr;
	size_t n = r->order.n, at = pt_vma_at_or_above(sc->img->vmas.v, sc->img->vmas.n, addr),
	       best = n, last = 0;

	if (!addr)		/* nobody has chosen one yet */
		return 0;
	for (size_t i = 0; i < n; i++) {
		size_t row = r->order.r[i].row;

		if (row == at)
			return i;
		if (row > at && (best == n || row < r->order.r[best].row))
			best = i;
		if (row > r->order.r[last].row)
			last = i;
	}
	return best < n ? best : last;
}

static void put(struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	((struct pt_mappings_view *)r)->addr = at(r, sc, i)->start;
}

static uint64_t key(const struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	return at(r, sc, i)->start;
}

static const void *row(const struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	return at(r, sc, i);
}

static void name(const struct pt_listing *r, const struct pt_scene *sc, size_t i,
		 struct pt_str *out)
{
	pt_vma_text(sc, at(r, sc, i), out);
}

size_t pt_mappings_n(struct pt_mappings_view *v, const struct pt_scene *sc)
{
	return make(&v->rows, sc);
}

const struct pt_vma *pt_mappings_at(const struct pt_mappings_view *v, const struct pt_scene *sc,
				    size_t i)
{
	return at(&v->rows, sc, i);
}

const struct pt_vma *pt_mappings_current(struct pt_mappings_view *v, const struct pt_scene *sc)
{
	return pt_listing_current(&v->rows, sc) ? at(&v->rows, sc, v->rows.list.cur) : NULL;
}

/* All of them, in the order of addresses: only then one is the neighbour of the next. */
static bool in_a_row(const struct pt_listing *r)
{
	return r->shape.heading == PT_HEADING_RANGE && !r->shape.invert &&
	       !pt_list_filter_is_set(&r->shape.filter);
}

/* The gap below the mapping in this row, in bytes; 0 if there is none, and below the first. */
static uint64_t gap_below(const struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	return i && in_a_row(r) ? at(r, sc, i)->start - at(r, sc, i - 1)->end : 0;
}

static bool is_unmade(const struct pt_note *n)
{
	return !n->start && !n->end;
}

/* Lines that belong to the mapping besides its own: the gap below, and, after the last, notes. */
static int extra_lines(const struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	int n = gap_below(r, sc, i) ? 1 : 0;

	if (i + 1 == r->order.n)
		for (size_t k = 0; k < sc->nnotes; k++)
			n += is_unmade(&sc->notes[k]);
	return n;
}

/* Gaps take lines too: the first mapping shown may have to be a later one. */
static void fit(struct pt_listing *r, const struct pt_scene *sc, int rows)
{
	size_t least = r->list.cur;
	int left;

	pt_list_fit(&r->list, r->order.n, rows);
	left = rows - 1 - extra_lines(r, sc, least);
	while (least > 0 && left > extra_lines(r, sc, least - 1)) {
		least--;
		left -= 1 + extra_lines(r, sc, least);
	}
	if (r->list.top < least)
		r->list.top = least;
}

/*
 * What bar and name get before a sum gets any: of each further column less than all, so that a
 * wider screen never has fewer sums.
 */
static int bar_and_name(int w)
{
	const int least = BAR_LEAST + 1 + NAME_W, from = 80, to = 120;

	if (w < WIDE)
		return NAME_W / 2;
	if (w < from)
		return least;
	return w < to ? least + (w - from) * 9 / 20 :
			least + (to - from) * 9 / 20 + (w - to) * 2 / 3;
}

/* A narrow screen keeps start, size, sums and name. */
static void add_default(struct pt_layout *l)
{
	int rest = bar_and_name(l->w), bar = rest - NAME_W < BAR_MAX ? rest - NAME_W : BAR_MAX;
	bool wide = l->w >= WIDE;

	pt_layout_add(l, PT_HEADING_RANGE, wide ? RANGE_W : START_W);
	if (wide)
		pt_layout_add(l, PT_HEADING_PERMS, pt_headings[PT_HEADING_PERMS].w);
	pt_layout_add(l, PT_HEADING_SIZE, pt_headings[PT_HEADING_SIZE].w);
	pt_layout_add_sums(l, PT_IN_MAPPINGS, l->w - l->x - rest);
	if (wide)
		pt_layout_add(l, PT_HEADING_STRIP, bar < BAR_LEAST ? BAR_LEAST : bar);
	pt_layout_add(l, PT_HEADING_NAME, 0);
}

/* The mapping from end to end, a part of it each cell. */
static void draw_bar(const struct pt_slot *s, const struct pt_scene *sc, const struct pt_vma *vma)
{
	uint64_t n = pt_vma_end_vpn(vma) - pt_vma_vpn(vma);
	int cells = s->w < 0 ? 0 : s->w;

	if (n < (uint64_t)cells)
		cells = (int)n;
	for (int i = 0; i < cells; i++) {
		uint64_t from = pt_vma_part(vma, (unsigned)i, (unsigned)cells, false);
		uint64_t to = pt_vma_part(vma, (unsigned)i + 1, (unsigned)cells, false);
		struct pt_counts counts = { .npages = 0 };

		pt_image_count(sc->img, vma, from, to, &counts);
		pt_draw_counts(s->c, s->x + i, s->y, &counts, pt_fresh_mark(sc, from, to));
	}
}

static void draw_name(const struct pt_slot *s, const struct pt_listing *r,
		      const struct pt_scene *sc, const struct pt_vma *vma)
{
	struct pt_str name = PT_STR_INIT;

	pt_vma_text(sc, vma, &name);
	pt_listing_draw_name(s, r, name.s, name.len);
	pt_str_done(&name);
}

static void draw_cell(const struct pt_slot *s, const struct pt_listing *r,
		      const struct pt_scene *sc, size_t i, int heading)
{
	const struct pt_vma *vma = at(r, sc, i);
	int sum = pt_heading_sum(heading);
	struct pt_sum sums[PT_NCOLS];

	if (sum >= 0) {
		pt_image_sums(sc->img, vma, sums);
		pt_draw_sum(s, (enum pt_column)sum, &sums[sum]);
	} else if (pt_headings[heading].kind == PT_IS_BAR) {
		draw_bar(s, sc, vma);
	} else {
		draw_name(s, r, sc, vma);
	}
}

const struct pt_listing_class pt_mappings_listing = {
	.id = PT_IN_MAPPINGS,
	.what = "mappings",
	.x = 2,
	.hit = PT_HIT_MAPPING,
	.make = make,
	.find = find,
	.put = put,
	.key = key,
	.name = name,
	.lay_out = add_default,
	.row = row,
	.draw = draw_cell,
};

/* "   61 mappings · 2.1G of 3.4G resident, and 4.0M of hugetlb" */
static void add_totals(const struct pt_image *img, struct pt_str *out)
{
	const struct pt_sum *rss = &img->total[PT_COL_RSS];
	const struct pt_sum *hugetlb = &img->total[PT_COL_HUGETLB];
	char res[PT_SUM_LEN], all[PT_SIZE_LEN];
	uint64_t bytes = 0;

	for (size_t i = 0; i < img->vmas.n; i++)
		bytes += img->vmas.v[i].end - img->vmas.v[i].start;
	pt_sum_text(PT_COL_RSS, rss, res);
	pt_str_addf(out, "   %zu %s · %s of %s resident", img->vmas.n,
		    pt_noun(img->vmas.n, "mapping", "mappings"), res, pt_size_text(bytes, all));
	if (hugetlb->value)
		pt_str_addf(out, ", and %s%s of hugetlb", hugetlb->unknown ? "≥" : "",
			    pt_size_text(hugetlb->value, all));
}

static void draw_title(const struct pt_mappings_view *v, const struct pt_scene *sc,
		       struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;

	pt_title_process(sc, &s);
	if (sc->img)
		pt_shape_text(&v->rows.shape, &v->rows.order, sc->img->vmas.n, &s);
	if (sc->img)
		add_totals(sc->img, &s);
	pt_draw_top(sc, c, s.s, sc->img ? sc->img->cost_ns : 0, sc->img ? sc->img->mono_ns : 0);
	pt_str_done(&s);
}

static void draw_notes(const struct pt_mappings_view *v, const struct pt_scene *sc,
		       struct pt_canvas *c, int y)
{
	for (size_t i = 0; i < sc->nnotes && y < c->h; i++) {
		const struct pt_note *note = &sc->notes[i];
		int x = 2;

		if (!is_unmade(note))
			continue;
		x = pt_canvas_textf(c, x, y, c->w - x, PT_ROLE_FAINT, "not made: %c ", note->sign);
		pt_draw_scrolled(&(struct pt_slot){ c, x, y++, c->w - x, PT_ROLE_FAINT },
				 note->text, v->rows.list.xscroll);
	}
}

/* Why there is no mapping to draw, unless they are still to come. */
static void draw_empty(const struct pt_mappings_view *v, const struct pt_scene *sc,
		       struct pt_canvas *c)
{
	const struct pt_list_filter *f = &v->rows.shape.filter;
	struct pt_str s = PT_STR_INIT;

	if (sc->img && pt_list_filter_is_set(f)) {
		if (f->re)
			pt_str_adds(&s, "no name matches this pattern, which is not a filter word");
		else
			pt_str_addf(&s, "no mapping %s",
				    v->rows.order.nopen ? "is known to match" : "matches");
		pt_nearest_say(&f->near, &s);
		pt_str_adds(&s, "; {escape} clears the filter");
	} else if (sc->img) {
		pt_str_adds(&s, "no user address space");
	}
	pt_draw_waiting(sc, c, 3, PT_VIEW_MAPPINGS, s.len ? s.s : sc->stale);
	pt_str_done(&s);
}

void pt_mappings_draw(struct pt_mappings_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	struct pt_listing *r = &v->rows;
	const struct pt_layout l = pt_listing_layout(r, c);
	bool any = pt_listing_current(r, sc);
	int y = HEAD_ROWS;

	pt_layout_draw_titles(&l, &r->shape, sc->img ? sc->img->lens : sc->lens, c, 1);
	draw_title(v, sc, c);
	if (!any) {
		draw_empty(v, sc, c);
		return;
	}
	fit(r, sc, c->h - HEAD_ROWS);
	for (size_t i = r->list.top; i < r->order.n && y < c->h; i++) {
		char size[PT_SIZE_LEN];

		if (gap_below(r, sc, i) && y > HEAD_ROWS)
			pt_canvas_textf(c, 15, y++, c->w - 15, PT_ROLE_FAINT, "┄┄ %s gap ┄┄",
					pt_size_text(gap_below(r, sc, i), size));
		if (y < c->h)
			pt_listing_draw(r, sc, &l, i,
					(struct pt_slot){ c, 0, y++, 0, PT_ROLE_PLAIN });
	}
	draw_notes(v, sc, c, y);
}

/* ---- the view */

static struct pt_mappings_view *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_MAPPINGS];
}

static void desk_init(void *state)
{
	pt_listing_init(state, &pt_mappings_listing);
}

static void desk_done(void *state)
{
	pt_listing_done(state);
}

static void entered(struct pt_desk *d, bool other)
{
	if (other)
		pt_mappings_reset(own(d));
}

/* To where one was among the pages. */
static void back(struct pt_desk *d)
{
	const struct pt_vma *vma = pt_map_current(&d->map, &d->scene);

	if (vma)
		own(d)->addr = vma->start;
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	pt_mappings_draw(own(d), &d->scene, c);
}

static const struct pt_vma *current(struct pt_desk *d)
{
	return pt_mappings_current(own(d), &d->scene);
}

/* The cursor of the pages stays where it was if that is in this mapping. */
static bool enter(struct pt_desk *d)
{
	const struct pt_list_filter *f = &own(d)->rows.shape.filter;
	const struct pt_vma *vma = current(d);

	if (!vma)
		return false;
	if (d->map.vpn < pt_vma_vpn(vma) || d->map.vpn >= pt_vma_end_vpn(vma))
		pt_desk_begin(d, pt_vma_vpn(vma));
	pt_page_filter_take(d, f->pages.n ? f->text : "");
	return true;
}

static bool wish(struct pt_desk *d, struct pt_wish *w)
{
	pt_desk_wish_image(&own(d)->rows.shape.filter.pages, w);
	return true;
}

static void remark(struct pt_desk *d, struct pt_str *out)
{
	if (d->scene.img && d->scene.img->why_pages)
		pt_str_addf(out, "pages: %s", d->scene.img->why_pages);
}

static void help(struct pt_str *out)
{
	pt_list_help(PT_IN_MAPPINGS, out);
}

static void about(struct pt_desk *d, struct pt_str *title, struct pt_str *out)
{
	pt_str_adds(title, "Columns explained");
	pt_about_columns(PT_IN_MAPPINGS, pt_heading_sum(own(d)->rows.shape.heading), out);
}

const struct pt_view_class pt_mappings_view = {
	.size = sizeof(struct pt_mappings_view),
	.init = desk_init,
	.done = desk_done,
	.listing = &pt_mappings_listing,
	.entered = entered,
	.back = back,
	.draw = desk_draw,
	.enter = enter,
	.wish = wish,
	.process = pt_desk_process,
	.vma = current,
	.remark = remark,
	.help = help,
	.about = about,
};
