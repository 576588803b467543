#include "pagetop/view/mappings_view.h"

#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/sums.h"
#include "pagetop/view/about.h"
#include "pagetop/view/page_filter.h"

enum { HEAD_ROWS = 2, START_W = 12, RANGE_W = 25, BAR_LEAST = 8, BAR_MAX = 14, NAME_W = 16, WIDE = 74 };

void pt_mappings_init(struct pt_mappings_view *v)
{
	*v = (struct pt_mappings_view){ .shape = pt_shape_default(PT_IN_MAPPINGS) };
}

void pt_mappings_done(struct pt_mappings_view *v)
{
	pt_order_done(&v->order);
	pt_list_filter_reset(&v->shape.filter);
}

void pt_mappings_reset(struct pt_mappings_view *v)
{
	v->list = (struct pt_list){ .cur = 0 };
	v->addr = 0;
	pt_list_filter_reset(&v->shape.filter);
	v->shape.version++;
}

static void add_name(const void *arg, const struct pt_vma *vma, struct pt_str *out)
{
	pt_vma_text(arg, vma, out);
}

size_t pt_mappings_n(struct pt_mappings_view *v, const struct pt_scene *sc)
{
	if (!sc->img)
		return 0;
	pt_order_mappings(&v->order, &v->shape, sc->img, sc->version, add_name, sc);
	return v->order.n;
}

const struct pt_vma *pt_mappings_at(const struct pt_mappings_view *v, const struct pt_scene *sc, size_t i)
{
	return &sc->img->vmas.v[v->order.r[i].row];
}

/* The mapping at the address; where it is not shown, the first above that is, or the last. */
static size_t find(const struct pt_mappings_view *v, const struct pt_scene *sc)
{
	size_t n = v->order.n, at = pt_vma_at_or_above(sc->img->vmas.v, sc->img->vmas.n, v->addr), best = n, last = 0;

	if (!v->addr)		/* nobody has chosen one yet */
		return 0;
	for (size_t i = 0; i < n; i++) {
		size_t row = v->order.r[i].row;

		if (row == at)
			return i;
		if (row > at && (best == n || row < v->order.r[best].row))
			best = i;
		if (row > v->order.r[last].row)
			last = i;
	}
	return best < n ? best : last;
}

const struct pt_vma *pt_mappings_current(struct pt_mappings_view *v, const struct pt_scene *sc)
{
	if (!pt_mappings_n(v, sc))
		return NULL;
	v->list.cur = find(v, sc);
	return pt_mappings_at(v, sc, v->list.cur);
}

void pt_mappings_move(struct pt_mappings_view *v, const struct pt_scene *sc, enum pt_move move)
{
	if (!pt_mappings_current(v, sc))
		return;
	pt_list_move(&v->list, v->order.n, move);
	v->addr = pt_mappings_at(v, sc, v->list.cur)->start;
}

/* All of them, in the order of addresses: only then one is the neighbour of the next. */
static bool in_a_row(const struct pt_mappings_view *v)
{
	return v->shape.heading == PT_HEADING_RANGE && !v->shape.invert && !pt_list_filter_is_set(&v->shape.filter);
}

/* The gap below the mapping in this row, in bytes; 0 if there is none, and below the first. */
static uint64_t gap_below(const struct pt_mappings_view *v, const struct pt_scene *sc, size_t i)
{
	return i && in_a_row(v) ? pt_mappings_at(v, sc, i)->start - pt_mappings_at(v, sc, i - 1)->end : 0;
}

static bool is_unmade(const struct pt_note *n)
{
	return !n->start && !n->end;
}

/* Lines that belong to the mapping besides its own: the gap below, and, after the last, notes. */
static int extra_lines(const struct pt_mappings_view *v, const struct pt_scene *sc, size_t i)
{
	int n = gap_below(v, sc, i) ? 1 : 0;

	if (i + 1 == v->order.n)
		for (size_t k = 0; k < sc->nnotes; k++)
			n += is_unmade(&sc->notes[k]);
	return n;
}

/* Gaps take lines too: the first mapping shown may have to be a later one. */
static void fit(struct pt_mappings_view *v, const struct pt_scene *sc, int rows)
{
	size_t least = v->list.cur;
	int left;

	pt_list_fit(&v->list, v->order.n, rows);
	left = rows - 1 - extra_lines(v, sc, least);
	while (least > 0 && left > extra_lines(v, sc, least - 1)) {
		least--;
		left -= 1 + extra_lines(v, sc, least);
	}
	if (v->list.top < least)
		v->list.top = least;
}

/* What bar and name get before a sum gets any: of each further column less than all, so that a wider screen never has fewer sums. */
static int bar_and_name(int w)
{
	const int least = BAR_LEAST + 1 + NAME_W, from = 80, to = 120;

	if (w < WIDE)
		return NAME_W / 2;
	if (w < from)
		return least;
	return w < to ? least + (w - from) * 9 / 20 : least + (to - from) * 9 / 20 + (w - to) * 2 / 3;
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

static struct pt_layout layout_of(const struct pt_mappings_view *v, const struct pt_canvas *c)
{
	struct pt_layout l = { .x = 2, .w = c->w };

	if (v->shape.columns.n)
		pt_layout_add_chosen(&l, &v->shape.columns);
	else
		add_default(&l);
	return l;
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

static void draw_name(const struct pt_slot *s, const struct pt_mappings_view *v,
		      const struct pt_scene *sc, const struct pt_vma *vma)
{
	struct pt_str name = PT_STR_INIT;

	pt_vma_text(sc, vma, &name);
	if (s->x + s->w == s->c->w && v->list.xscroll)
		pt_draw_scrolled(s, name.s, v->list.xscroll);
	else
		pt_draw_path(s, name.s, name.len);
	pt_str_done(&name);
}

static void draw_row(const struct pt_mappings_view *v, const struct pt_scene *sc, const struct pt_layout *l, size_t i,
		     struct pt_slot s)
{
	const struct pt_vma *vma = pt_mappings_at(v, sc, i);
	struct pt_sum sums[PT_NCOLS];

	pt_image_sums(sc->img, vma, sums);
	pt_canvas_hit(s.c, 0, s.y, s.c->w, PT_HIT_MAPPING, vma->start);
	if (i == v->list.cur)
		pt_draw_cursor(&s);
	for (int k = 0; k < l->n; k++) {
		int heading = l->col[k].heading, sum = pt_heading_sum(heading);

		s.x = l->col[k].x;
		s.w = l->col[k].w;
		if (sum >= 0)
			pt_draw_sum(&s, (enum pt_column)sum, &sums[sum]);
		else if (pt_headings[heading].kind == PT_IS_BAR)
			draw_bar(&s, sc, vma);
		else if (pt_headings[heading].kind == PT_IS_NAME)
			draw_name(&s, v, sc, vma);
		else
			pt_draw_value(&s, heading, vma);
	}
}

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
		pt_str_addf(out, ", and %s%s of hugetlb", hugetlb->unknown ? "≥" : "", pt_size_text(hugetlb->value, all));
}

static void draw_title(const struct pt_mappings_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;

	pt_title_process(sc, &s);
	if (sc->img)
		pt_shape_text(&v->shape, &v->order, sc->img->vmas.n, &s);
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
				 note->text, v->list.xscroll);
	}
}

/* Why there is no mapping to draw, unless they are still to come. */
static void draw_empty(const struct pt_mappings_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	const struct pt_list_filter *f = &v->shape.filter;
	struct pt_str s = PT_STR_INIT;

	if (sc->img && pt_list_filter_is_set(f)) {
		if (f->re)
			pt_str_adds(&s, "no name matches this pattern, which is no word for pages");
		else
			pt_str_addf(&s, "no mapping is %sso", v->order.nopen ? "known to be " : "");
		pt_nearest_say(&f->near, &s);
		pt_str_adds(&s, "; {escape} shows all of them");
	} else if (sc->img) {
		pt_str_adds(&s, "no memory of its own");
	}
	pt_draw_waiting(sc, c, 3, PT_VIEW_MAPPINGS, s.len ? s.s : sc->stale);
	pt_str_done(&s);
}

void pt_mappings_draw(struct pt_mappings_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	const struct pt_layout l = layout_of(v, c);
	bool any = pt_mappings_current(v, sc);
	int y = HEAD_ROWS;

	v->shown = pt_layout_columns(&l);
	pt_layout_draw_titles(&l, &v->shape, sc->img ? sc->img->lens : sc->lens, c, 1);
	draw_title(v, sc, c);
	if (!any) {
		draw_empty(v, sc, c);
		return;
	}
	fit(v, sc, c->h - HEAD_ROWS);
	for (size_t i = v->list.top; i < v->order.n && y < c->h; i++) {
		char size[PT_SIZE_LEN];

		if (gap_below(v, sc, i) && y > HEAD_ROWS)
			pt_canvas_textf(c, 15, y++, c->w - 15, PT_ROLE_FAINT, "┄┄ %s gap ┄┄",
					pt_size_text(gap_below(v, sc, i), size));
		if (y < c->h)
			draw_row(v, sc, &l, i, (struct pt_slot){ c, 0, y++, 0, PT_ROLE_PLAIN });
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
	pt_mappings_init(state);
}

static void desk_done(void *state)
{
	pt_mappings_done(state);
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

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	pt_mappings_move(own(d), &d->scene, move);
}

static const struct pt_vma *current(struct pt_desk *d)
{
	return pt_mappings_current(own(d), &d->scene);
}

/* The cursor of the pages stays where it was if that is in this mapping. */
static bool enter(struct pt_desk *d)
{
	const struct pt_list_filter *f = &own(d)->shape.filter;
	const struct pt_vma *vma = current(d);

	if (!vma)
		return false;
	if (d->map.vpn < pt_vma_vpn(vma) || d->map.vpn >= pt_vma_end_vpn(vma))
		pt_desk_begin(d, pt_vma_vpn(vma));
	pt_page_filter_take(d, f->pages.n ? f->text : "");
	return true;
}

static enum pt_click click(struct pt_desk *d, const struct pt_hit *hit, int x)
{
	const struct pt_vma *was = current(d);

	(void)x;
	own(d)->addr = hit->arg;
	return was && was->start == hit->arg ? PT_CLICK_AGAIN : PT_CLICK_CHOSE;
}

static bool wish(struct pt_desk *d, struct pt_wish *w)
{
	pt_desk_wish_image(&own(d)->shape.filter.pages, w);
	return true;
}

static bool face(struct pt_desk *d, struct pt_face *ret)
{
	struct pt_mappings_view *v = own(d);

	*ret = (struct pt_face){ &v->list, &v->shape, &v->shown, "mappings" };
	return current(d);
}

static size_t names(struct pt_desk *d, size_t *ret_cur)
{
	current(d);
	*ret_cur = own(d)->list.cur;
	return pt_mappings_n(own(d), &d->scene);
}

static void name(struct pt_desk *d, size_t i, struct pt_str *out)
{
	pt_vma_text(&d->scene, pt_mappings_at(own(d), &d->scene, i), out);
}

static void select_name(struct pt_desk *d, size_t i)
{
	own(d)->addr = pt_mappings_at(own(d), &d->scene, i)->start;
}

static void remark(struct pt_desk *d, struct pt_str *out)
{
	if (d->scene.img && d->scene.img->why_pages)
		pt_str_addf(out, "the pages: %s", d->scene.img->why_pages);
}

static void help(struct pt_str *out)
{
	pt_list_help(PT_IN_MAPPINGS, out);
}

static void about(struct pt_desk *d, struct pt_str *title, struct pt_str *out)
{
	pt_str_adds(title, "What the columns say");
	pt_about_columns(PT_IN_MAPPINGS, pt_heading_sum(own(d)->shape.heading), out);
}

const struct pt_view_class pt_mappings_view = {
	.size = sizeof(struct pt_mappings_view), .init = desk_init, .done = desk_done, .entered = entered, .back = back,
	.draw = desk_draw, .move = desk_move, .enter = enter, .click = click, .wish = wish, .face = face,
	.process = pt_desk_process, .vma = current, .names = names, .name = name, .select = select_name, .remark = remark,
	.help = help, .about = about,
};
