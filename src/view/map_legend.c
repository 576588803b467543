/*
 * The legend of the page map: how many pages there are of each row.
 */
#include "pagetop/view/map_parts.h"

#include <stdio.h>
#include "pagetop/base/text.h"
#include "pagetop/view/map_filter.h"

_Static_assert(PT_STYLE_LARGE == PT_STYLE_HUGE << 1 && PT_STYLE_LOCKED == PT_STYLE_HUGE << 2,
	       "marks of a style are in the order of PT_OVER_*");

enum { NO_PIECE = -1 };		/* it can not be chosen */

struct piece {
	int id;
	uint32_t sign;			/* 0: none */
	pt_style sign_style, style;
	const char *text;
};

/*
 * One piece of the legend, on the next line where this one is full. Nothing is drawn with c NULL.
 */
struct flow {
	struct pt_canvas *c;
	int x, y, w, first_y, end_y;
	struct pt_legend *pieces;
	int chosen_y;		/* the line of the piece that is chosen */
};

static int width_of(const struct piece *p)
{
	return (p->sign ? 2 : 0) + pt_text_width(p->text);
}

static void put(const struct flow *f, const struct piece *p, bool chosen)
{
	int x = f->x + (p->sign ? 2 : 0);

	if (!f->c || f->y < f->first_y || f->y >= f->end_y)
		return;
	if (p->sign)
		pt_canvas_put(f->c, f->x, f->y, p->sign, p->sign_style);
	pt_canvas_text(f->c, x, f->y, f->w - f->x, chosen ? PT_ROLE_HEAD : p->style, p->text);
	if (chosen)
		pt_canvas_cursor(f->c, f->x, f->y);
	if (p->id != NO_PIECE)
		pt_canvas_hit(f->c, f->x, f->y, width_of(p), PT_HIT_LEGEND, (uint64_t)p->id);
}

static void flow(struct flow *f, const struct piece *p)
{
	int w = width_of(p);
	bool chosen;

	if (f->x > 1 && f->x + w > f->w - 1) {
		f->x = 1;
		f->y++;
	}
	chosen = p->id != NO_PIECE && pt_legend_add(f->pieces, p->id, f->x, f->y, w);
	if (chosen)
		f->chosen_y = f->y;
	put(f, p, chosen);
	if (f->c && f->y == f->end_y)	/* the first that there is no room for */
		pt_canvas_put(f->c, f->w - 1, f->y - 1, 0x2026, PT_ROLE_WARN);
	f->x += w + 2;
}

/* "THP-eligible pages in smaller folios: 512 fit 2M, 16 fit 64K; 3 fit no enabled size" */
static void say_not_huge(const struct pt_not_huge *n, struct pt_str *out)
{
	char size[PT_SIZE_LEN];

	for (int order = PT_NORDERS - 1; order >= 0; order--)
		if (n->npages[order])
			pt_str_addf(out, "%s%llu fit %s",
				    out->len ? ", " : "THP-eligible pages in smaller folios: ",
				    (unsigned long long)n->npages[order],
				    pt_size_text((uint64_t)PT_PAGE_BYTES << order, size));
	if (out->len && n->nunaligned)
		pt_str_addf(out, "; %llu fit no enabled size", (unsigned long long)n->nunaligned);
}

/* In the lens of sizes: what the kernel would make huge here, and has not. */
static void add_note(const struct pt_scene *sc, const struct pt_vma *vma,
		     const struct pt_counts *counts, char *ret, size_t len)
{
	struct pt_str text = PT_STR_INIT;
	struct pt_not_huge n;

	if (counts->lens == PT_LENS_SIZE && vma) {
		pt_image_not_huge(sc->img, vma, &n);
		if (n.known)
			say_not_huge(&n, &text);
	}
	if (counts->lens == PT_LENS_CHANGE && sc->since)
		pt_str_addf(&text, "since %s", sc->since);
	snprintf(ret, len, "%s", text.s);
	pt_str_done(&text);
}

void pt_legend_count(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_map_legend *ret)
{
	struct pt_str filter = PT_STR_INIT;

	*ret = (struct pt_map_legend){ .note = "" };
	for (size_t i = 0; i < sc->img->vmas.n; i++) {
		const struct pt_vma *of = pt_map_vma(sc, i);

		if (!vma || of == vma)
			pt_image_count(sc->img, of, pt_vma_vpn(of), pt_vma_end_vpn(of),
				       &ret->counts);
	}
	add_note(sc, vma, &ret->counts, ret->note, sizeof(ret->note));
	if (sc->matches) {
		pt_map_filter_note(sc, vma, &filter);
		snprintf(ret->filter, sizeof(ret->filter), "%s", filter.s);
	}
	pt_str_done(&filter);
}

static void add_rows(struct flow *f, const struct pt_counts *counts)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];
	char text[64], size[PT_SIZE_LEN];

	for (int i = lens->first; i < lens->first + lens->nrows; i++) {
		uint64_t n = pt_counts_of(counts, i);

		if (!n && !(f->pieces->open && f->pieces->chosen == i))
			continue;
		snprintf(text, sizeof(text), "%s %llu %s", pt_rows[i].label, (unsigned long long)n,
			 pt_size_text(n << PT_PAGE_SHIFT, size));
		flow(f, &(struct piece){ i, pt_sign(i, 0), pt_page_style(i, 0),
					 PT_ROLE_PLAIN, text });
	}
}

static void add_overlays(struct flow *f, const struct pt_counts *counts)
{
	char text[64];

	for (int o = 0; o < PT_NOVERS; o++) {
		struct piece p = { NO_PIECE, 0, 0, PT_ROLE_FAINT, text };

		if (counts->over_open[o] && !counts->over[o])
			snprintf(text, sizeof(text), "%s ?", pt_overlays[o].name);
		else
			snprintf(text, sizeof(text), "%s %s%llu", pt_overlays[o].name,
				 counts->over_open[o] ? "≥" : "",
				 (unsigned long long)counts->over[o]);
		if (counts->over[o])
			p.style = (pt_style)(PT_STYLE_HUGE << o);
		if (counts->over[o] || (f->pieces->open && f->pieces->chosen == PT_NROWS + o))
			p.id = PT_NROWS + o;
		flow(f, &p);
	}
}

static void add_all(struct flow *f, const struct pt_map_legend *l)
{
	f->pieces->n = 0;
	if (*l->filter)
		flow(f, &(struct piece){ NO_PIECE, 0, 0, PT_ROLE_WARN, l->filter });
	add_rows(f, &l->counts);
	add_overlays(f, &l->counts);
	if (*l->note)
		flow(f, &(struct piece){ NO_PIECE, 0, 0, PT_ROLE_FAINT, l->note });
}

int pt_legend_rows(const struct pt_map_legend *l, struct pt_legend *pieces, int w)
{
	struct flow f = { .x = 1, .w = w, .pieces = pieces };

	add_all(&f, l);
	return f.y + 1;
}

void pt_legend_draw(const struct pt_map_legend *l, struct pt_legend *pieces, struct pt_canvas *c,
		    int y, int rows)
{
	struct flow f = { .x = 1, .w = c->w, .pieces = pieces };

	add_all(&f, l);		/* the line of the chosen piece is among those that are drawn */
	f = (struct flow){ .c = c,
			   .x = 1,
			   .w = c->w,
			   .pieces = pieces,
			   .first_y = y,
			   .end_y = y + rows,
			   .y = y - (f.chosen_y < rows ? 0 : f.chosen_y - rows + 1) };
	add_all(&f, l);
}
