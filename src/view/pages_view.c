#include "pagetop/view/pages_view.h"

#include "pagetop/base/text.h"
#include "pagetop/model/explain.h"
#include "pagetop/view/forms.h"
#include "pagetop/view/minimap.h"
#include "pagetop/view/page_columns.h"

enum { FIRST_Y = 3, XSTEP = 8, XMOST = 4096 };

/* A line: a page, or a range of pages of which there is none; or the border above the mapping. */
struct line {
	size_t vma;
	bool border;
	uint64_t lo, hi;
};

/* ---- lines, found from the page they hold */

static bool is_page(const struct pt_run *run)
{
	return run->pm & (PT_RUN(PRESENT) | PT_RUN(ENTRY));
}

/* Between the runs around it, at most as far as the mapping goes. */
static struct line line_of(const struct pt_scene *sc, uint64_t vpn)
{
	const struct pt_runs *runs = &sc->img->runs;
	size_t i = pt_map_hold(sc, &vpn), at = pt_runs_at_or_above(runs, vpn);
	const struct pt_vma *vma = pt_map_vma(sc, i);
	const struct pt_run *run = at < runs->n ? &runs->r[at] : NULL;
	struct line l = { i, false, pt_vma_vpn(vma), pt_vma_end_vpn(vma) };

	if (run && run->vpn <= vpn && is_page(run))
		return (struct line){ i, false, vpn, vpn + 1 };
	if (run && run->vpn <= vpn) {
		l.lo = run->vpn;
		l.hi = run->vpn + run->npages;
	} else if (run && run->vpn < l.hi) {
		l.hi = run->vpn;
	}
	if (at && (!run || run->vpn > vpn) && runs->r[at - 1].vpn + runs->r[at - 1].npages > l.lo)
		l.lo = runs->r[at - 1].vpn + runs->r[at - 1].npages;
	return l;
}

static bool next(const struct pt_scene *sc, struct line *l)
{
	if (l->border)
		*l = line_of(sc, pt_vma_vpn(pt_map_vma(sc, l->vma)));
	else if (l->hi < pt_vma_end_vpn(pt_map_vma(sc, l->vma)))
		*l = line_of(sc, l->hi);
	else if (l->vma + 1 < sc->img->vmas.n)
		*l = (struct line){ .vma = l->vma + 1, .border = true };
	else
		return false;
	return true;
}

static bool prev(const struct pt_scene *sc, struct line *l)
{
	if (!l->border && l->lo > pt_vma_vpn(pt_map_vma(sc, l->vma)))
		*l = line_of(sc, l->lo - 1);
	else if (!l->border)
		l->border = true;
	else if (l->vma)
		*l = line_of(sc, pt_vma_end_vpn(pt_map_vma(sc, l->vma - 1)) - 1);
	else
		return false;
	return true;
}

static bool same(const struct line *a, const struct line *b)
{
	return a->vma == b->vma && a->border == b->border && (a->border || a->lo == b->lo);
}

static struct line top_line(const struct pt_pages_view *v, const struct pt_scene *sc)
{
	struct line l = line_of(sc, v->top_vpn);

	l.border = v->top_border && l.lo == pt_vma_vpn(pt_map_vma(sc, l.vma));
	return l;
}

static void set_top(struct pt_pages_view *v, const struct pt_scene *sc, struct line l)
{
	v->top_border = l.border;
	v->top_vpn = l.border ? pt_vma_vpn(pt_map_vma(sc, l.vma)) : l.lo;
}

/* How many lines the one is below the other, at most `most`; -1: more, or it is above. */
static int distance(const struct pt_scene *sc, struct line from, const struct line *to, int most)
{
	for (int n = 0; n <= most; n++) {
		if (same(&from, to))
			return n;
		if (!next(sc, &from))
			break;
	}
	return -1;
}

static int lines_under(const struct pt_scene *sc, struct line l, int most)
{
	int n = 0;

	while (n < most && next(sc, &l))
		n++;
	return n;
}

/* Scrolls as little as it takes to have the cursor on the screen; from afar, to its middle. */
static void fit(struct pt_pages_view *v, const struct pt_scene *sc, uint64_t vpn)
{
	struct line cur = line_of(sc, vpn), top = top_line(v, sc);
	int below = distance(sc, top, &cur, 2 * v->rows), above = v->rows / 2, under;

	if (below >= v->rows)
		above = v->rows - 1;
	else if (below >= 0)
		above = below;
	else if (distance(sc, cur, &top, v->rows) >= 0)
		above = cur.lo == pt_vma_vpn(pt_map_vma(sc, cur.vma)) && v->rows > 1;
	under = lines_under(sc, cur, v->rows);
	if (above < v->rows - 1 - under)	/* no blank lines behind the last one */
		above = v->rows - 1 - under;
	while (above-- > 0 && prev(sc, &cur))
		;
	set_top(v, sc, cur);
}

static void step(const struct pt_scene *sc, uint64_t *vpn, bool down, int n)
{
	struct line l = line_of(sc, *vpn), to = l;

	while (n > 0 && (down ? next(sc, &l) : prev(sc, &l)))
		if (!l.border) {
			to = l;
			n--;
		}
	if (to.lo > *vpn || to.hi <= *vpn)
		*vpn = to.lo;
}

void pt_pages_move(struct pt_pages_view *v, struct pt_map_view *map, const struct pt_scene *sc,
		   enum pt_move move)
{
	if (!pt_map_current(map, sc))
		return;
	switch (move) {
	case PT_MOVE_UP:
	case PT_MOVE_DOWN:
		step(sc, &map->vpn, move == PT_MOVE_DOWN, 1);
		break;
	case PT_MOVE_PGUP:
	case PT_MOVE_PGDN:
		step(sc, &map->vpn, move == PT_MOVE_PGDN, v->rows > 2 ? v->rows - 1 : 1);
		break;
	case PT_MOVE_HOME:
	case PT_MOVE_END:
		pt_map_to_end(sc, &map->vpn, move == PT_MOVE_END);
		break;
	case PT_MOVE_LEFT:
		v->xscroll -= v->xscroll < XSTEP ? v->xscroll : XSTEP;
		break;
	case PT_MOVE_RIGHT:
		v->xscroll += v->xscroll < XMOST ? XSTEP : 0;
		break;
	default:
		break;
	}
}

/* ---- drawing */

/* "123 absent pages 492K", under the signs. */
static void draw_range(const struct pt_scene *sc, const struct line *l, const struct pt_slot *s)
{
	struct pt_run run = pt_image_run(sc->img, pt_map_vma(sc, l->vma), l->lo);
	uint64_t n = l->hi - l->lo;
	char size[PT_SIZE_LEN];
	int x = pt_page_columns_row_x(sc, s->c);

	pt_map_draw_address(s->c, PT_PAGE_COLUMNS_X, s->y, s->style, l->lo);
	pt_canvas_put(s->c, x, s->y, pt_sign(run.row, run.over), pt_page_style(run.row, run.over) |
		      pt_fresh_mark(sc, l->lo, l->hi));
	pt_canvas_textf(s->c, x + 2, s->y, s->c->w - x - 2, s->style, "%llu %s %s %s",
			(unsigned long long)n, pt_rows[run.row].label, pt_noun(n, "page", "pages"),
			pt_size_text(n << PT_PAGE_SHIFT, size));
}

static void draw_line(const struct pt_pages_view *v, const struct pt_scene *sc,
		      const struct line *l, uint64_t vpn, struct pt_slot s)
{
	struct line cur = line_of(sc, vpn);
	struct pt_run run;

	if (l->border) {
		pt_map_draw_border(sc, s.c, s.y, l->vma, l->vma == cur.vma);
		return;
	}
	pt_canvas_hit(s.c, 0, s.y, s.c->w, PT_HIT_PAGE, l->lo);
	if (same(&cur, l))
		pt_draw_cursor(&s);
	run = pt_image_run(sc->img, pt_map_vma(sc, l->vma), l->lo);
	if (is_page(&run))
		pt_page_columns_draw(sc, pt_map_vma(sc, l->vma), l->lo, v->xscroll, s);
	else
		draw_range(sc, l, &s);
}

void pt_pages_draw(struct pt_pages_view *v, struct pt_map_view *map, const struct pt_scene *sc,
		   struct pt_canvas *c)
{
	const struct pt_vma *vma = pt_map_current(map, sc);
	struct pt_str s = PT_STR_INIT;
	struct line l;

	if (!vma) {
		pt_form_draw_none(sc, c, PT_VIEW_PAGES);
		return;
	}
	v->rows = c->h - FIRST_Y - 1 > 1 ? c->h - FIRST_Y - 1 : 1;
	fit(v, sc, map->vpn);
	l = top_line(v, sc);
	for (int row = 0; row < v->rows; row++) {
		draw_line(v, sc, &l, map->vpn,
			  (struct pt_slot){ c, 0, FIRST_Y + row, 0, PT_ROLE_PLAIN });
		if (!next(sc, &l))
			break;
	}
	pt_map_draw_title(sc, vma, c);
	pt_minimap_row(sc, map->vpn, 0, c, 1);
	pt_page_columns_heading(sc, c, 2);
	pt_explain_line(sc->img, vma, map->vpn, &s);
	pt_canvas_text(c, 1, c->h - 1, c->w - 1, PT_ROLE_PLAIN, s.s);
	pt_str_done(&s);
}

/* ---- the view */

static struct pt_pages_view *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_PAGES];
}

static void entered(struct pt_desk *d, bool other)
{
	if (other)
		*own(d) = (struct pt_pages_view){ .rows = 0 };
}

static void begin(struct pt_desk *d)
{
	own(d)->top_vpn = d->map.top_vpn;
	own(d)->top_border = d->map.top_border;
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	pt_pages_draw(own(d), &d->map, &d->scene, c);
}

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	pt_pages_move(own(d), &d->map, &d->scene, move);
}

static enum pt_click click(struct pt_desk *d, const struct pt_hit *hit, int x)
{
	bool same = d->map.vpn == hit->arg;

	(void)x;
	if (hit->what != PT_HIT_PAGE) {
		pt_map_go(&d->map, &d->scene, hit->arg);
		return PT_CLICK_DONE;
	}
	d->map.vpn = hit->arg;
	return same ? PT_CLICK_AGAIN : PT_CLICK_CHOSE;
}

/* It has columns that the cells do without; of the flags it shows those that any lens looks at. */
static bool wish(struct pt_desk *d, struct pt_wish *w)
{
	pt_desk_wish_image(&d->find.filter, w);
	w->needs |= PT_NEED_ORDER | PT_NEED_NODE;
	for (int i = 0; i < PT_NLENSES; i++)
		w->kflags |= pt_lens_kflags((enum pt_lens_id)i);
	return true;
}

const struct pt_view_class pt_pages_view = {
	.size = sizeof(struct pt_pages_view),
	.begin = begin,
	.entered = entered,
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
