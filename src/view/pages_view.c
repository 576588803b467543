#include "pagetop/view/pages_view.h"

#include <stdio.h>
#include "pagetop/base/text.h"
#include "pagetop/model/explain.h"
#include "pagetop/view/map_parts.h"
#include "pagetop/view/minimap.h"

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

/* Scrolls as little as it takes to have the cursor on the screen; from afar, to its middle. */
static void fit(struct pt_pages_view *v, const struct pt_scene *sc, uint64_t vpn)
{
	struct line cur = line_of(sc, vpn), top = top_line(v, sc);
	int below = distance(sc, top, &cur, 2 * v->rows), above = v->rows / 2;

	if (below >= v->rows)
		above = v->rows - 1;
	else if (below >= 0)
		above = below;
	else if (distance(sc, cur, &top, v->rows) >= 0)
		above = cur.lo == pt_vma_vpn(pt_map_vma(sc, cur.vma)) && v->rows > 1;
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

void pt_pages_move(struct pt_pages_view *v, struct pt_map_view *map, const struct pt_scene *sc, enum pt_move move)
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

/* ---- columns */

/* What there is to say of one page. */
struct page {
	const struct pt_image *img;
	uint64_t vpn;
	struct pt_run run;
	struct pt_facts facts;
};

static bool is_present(const struct page *p)
{
	return p->run.pm & PT_RUN(PRESENT);
}

static void add_address(const struct page *p, struct pt_str *out)
{
	pt_str_addf(out, "%012llx", (unsigned long long)(p->vpn << PT_PAGE_SHIFT));
}

static void add_pfn(const struct page *p, struct pt_str *out)
{
	uint64_t pfn = pt_image_pfn(p->img, p->vpn);

	if (pfn)
		pt_str_addf(out, "%llx", (unsigned long long)pfn);
	else if (is_present(p))
		pt_str_addc(out, '?');
}

static void add_number(const struct page *p, enum pt_field field, struct pt_str *out)
{
	if (p->facts.field_known[field])
		pt_str_addf(out, "%u", p->facts.field[field]);
	else if (is_present(p))
		pt_str_addc(out, '?');
}

static void add_count(const struct page *p, struct pt_str *out)
{
	add_number(p, PT_FIELD_COUNT, out);
}

static void add_node(const struct page *p, struct pt_str *out)
{
	add_number(p, PT_FIELD_NODE, out);
}

static void add_folio(const struct page *p, struct pt_str *out)
{
	char size[PT_SIZE_LEN];

	if (p->facts.field_known[PT_FIELD_ORDER])
		pt_str_adds(out, pt_size_text(UINT64_C(1) << PT_PAGE_SHIFT << p->facts.field[PT_FIELD_ORDER], size));
	else if (is_present(p))
		pt_str_addc(out, '?');
}

static void add_row(const struct page *p, struct pt_str *out)
{
	pt_utf8_add(out, pt_sign(p->run.row, p->run.over));
	pt_str_addf(out, " %s", pt_rows[p->run.row].name);
}

static void add_overlays(const struct page *p, struct pt_str *out)
{
	for (int o = 0; o < PT_NOVERS; o++)
		if (p->run.over & 1 << o)
			pt_str_addf(out, "%s%s", out->len ? " " : "", pt_overlays[o].name);
	if (p->run.over_open)
		pt_str_addf(out, "%s?", out->len ? " " : "");
}

/* The memory cgroup by the inode of its folder, as far as the image has it. */
static void add_cgroup(const struct page *p, struct pt_str *out)
{
	if (p->run.cgroup && p->img->cgroups)
		pt_str_addf(out, "%llu", (unsigned long long)p->img->cgroups->inode[p->run.cgroup]);
	else if (is_present(p))
		pt_str_addc(out, '?');
}

static void add_flags(const struct page *p, struct pt_str *out)
{
	if (is_present(p) && !(p->run.pm & PT_RUN(GOT_FLAGS)))
		pt_str_addc(out, '?');
	for (int bit = 0; bit < 64 && is_present(p) && p->run.pm & PT_RUN(GOT_FLAGS); bit++)
		if (p->run.kflags >> bit & 1 && pt_kpf_name(bit))
			pt_str_addf(out, "%s%s", out->len ? " " : "", pt_kpf_name(bit));
}

enum column { ADDRESS, PFN, COUNT, ROW, OVER, FOLIO, NODE, CGROUP, FLAGS, NCOLUMNS };

/* On a screen narrower than `least` a column is left out; the last one takes the rest. */
static const struct {
	const char *title;
	int w, least;
	bool right;
	void (*add)(const struct page *p, struct pt_str *out);
} column[NCOLUMNS] = {
	[ADDRESS] = { "ADDRESS", 12, 0, false, add_address },
	[PFN] = { "PFN", 9, 60, true, add_pfn },
	[COUNT] = { "COUNT", 5, 34, true, add_count },
	[ROW] = { "STATE", 14, 0, false, add_row },	/* or another lens */
	[OVER] = { "OVER", 12, 66, false, add_overlays },
	[FOLIO] = { "FOLIO", 5, 72, true, add_folio },
	[NODE] = { "NODE", 4, 78, true, add_node },
	[CGROUP] = { "CGROUP", 8, 100, true, add_cgroup },
	[FLAGS] = { "FLAGS", 0, 0, false, add_flags },
};

static bool is_shown(const struct pt_scene *sc, const struct pt_canvas *c, int i)
{
	return c->w >= column[i].least && (i != CGROUP || (sc->img->cgroups && sc->img->cgroups->n > 1));
}

static void draw_heading(const struct pt_scene *sc, struct pt_canvas *c, int y)
{
	int x = 2;

	pt_canvas_row_style(c, y, PT_ROLE_HEAD);
	for (int i = 0; i < NCOLUMNS; i++) {
		int w = column[i].w ? column[i].w : c->w - x;

		if (!is_shown(sc, c, i))
			continue;
		if (i == ROW && sc->img->lens != PT_LENS_STATE)
			pt_draw_lens_title(c, x, y, w, sc->img->lens);
		else if (column[i].right)
			pt_canvas_right(c, x + w, y, w, PT_ROLE_HEAD, column[i].title);
		else
			pt_canvas_text(c, x, y, w, PT_ROLE_HEAD, column[i].title);
		x += w + 1;
	}
}

static void draw_column(const struct pt_pages_view *v, struct pt_canvas *c, int x, int y, int i, pt_style style,
			const char *text)
{
	if (i == FLAGS)
		pt_draw_scrolled(c, x, y, style, text, v->xscroll);
	else if (column[i].right)
		pt_canvas_right(c, x + column[i].w, y, column[i].w, style, text);
	else
		pt_canvas_text(c, x, y, column[i].w, style, text);
}

static void draw_page(const struct pt_pages_view *v, const struct pt_scene *sc, const struct line *l, pt_style style,
		      struct pt_canvas *c, int y)
{
	const struct pt_vma *vma = pt_map_vma(sc, l->vma);
	struct page p = { sc->img, l->lo, pt_image_run(sc->img, vma, l->lo), { .field = { 0 } } };
	struct pt_str s = PT_STR_INIT;
	int x = 2;

	p.facts = pt_facts_of(&p.run, vma, &sc->img->ctx);
	for (int i = 0; i < NCOLUMNS; i++) {
		if (!is_shown(sc, c, i))
			continue;
		pt_str_reset(&s);
		column[i].add(&p, &s);
		draw_column(v, c, x, y, i, i == ROW ? pt_page_style(p.run.row, p.run.over) |
			    pt_fresh_mark(sc, l->lo, l->hi) : style, s.s);
		x += column[i].w + 1;
	}
	pt_str_done(&s);
}

/* "123 absent pages 492K", under the signs. */
static void draw_range(const struct pt_scene *sc, const struct line *l, pt_style style, struct pt_canvas *c, int y)
{
	struct pt_run run = pt_image_run(sc->img, pt_map_vma(sc, l->vma), l->lo);
	uint64_t n = l->hi - l->lo;
	char size[PT_SIZE_LEN];
	int x = 2;

	pt_canvas_textf(c, x, y, column[ADDRESS].w, style, "%012llx", (unsigned long long)(l->lo << PT_PAGE_SHIFT));
	for (int i = 0; i < ROW; i++)
		x += is_shown(sc, c, i) ? column[i].w + 1 : 0;
	pt_canvas_put(c, x, y, pt_sign(run.row, run.over), pt_page_style(run.row, run.over) |
		      pt_fresh_mark(sc, l->lo, l->hi));
	pt_canvas_textf(c, x + 2, y, c->w - x - 2, style, "%llu %s page%s %s", (unsigned long long)n,
			pt_rows[run.row].name, n == 1 ? "" : "s", pt_size_text(n << PT_PAGE_SHIFT, size));
}

static void draw_line(const struct pt_pages_view *v, const struct pt_scene *sc, const struct line *l, uint64_t vpn,
		      struct pt_canvas *c, int y)
{
	struct line cur = line_of(sc, vpn);
	bool here = same(&cur, l);
	pt_style style = here ? PT_ROLE_CHOSEN : PT_ROLE_PLAIN;
	struct pt_run run;

	if (l->border) {
		pt_map_draw_border(sc, c, y, l->vma, l->vma == cur.vma);
		return;
	}
	run = pt_image_run(sc->img, pt_map_vma(sc, l->vma), l->lo);
	if (is_page(&run))
		draw_page(v, sc, l, style, c, y);
	else
		draw_range(sc, l, style, c, y);
	if (here) {
		pt_canvas_put(c, 0, y, 0x25b8, style);
		pt_canvas_cursor(c, 0, y);
	}
}

void pt_pages_draw(struct pt_pages_view *v, struct pt_map_view *map, const struct pt_scene *sc, struct pt_canvas *c)
{
	const struct pt_vma *vma = pt_map_current(map, sc);
	struct pt_str s = PT_STR_INIT;
	struct line l;

	if (!vma) {
		pt_map_draw(map, sc, c);	/* says why */
		return;
	}
	v->rows = c->h - FIRST_Y - 1 > 1 ? c->h - FIRST_Y - 1 : 1;
	fit(v, sc, map->vpn);
	l = top_line(v, sc);
	for (int row = 0; row < v->rows; row++) {
		draw_line(v, sc, &l, map->vpn, c, FIRST_Y + row);
		if (!next(sc, &l))
			break;
	}
	pt_map_draw_title(sc, vma, c);
	pt_minimap_row(sc, map->vpn, 0, c, 1);
	draw_heading(sc, c, 2);
	pt_explain_line(sc->img, vma, map->vpn, &s);
	pt_canvas_text(c, 1, c->h - 1, c->w - 1, PT_ROLE_PLAIN, s.s);
	pt_str_done(&s);
}
