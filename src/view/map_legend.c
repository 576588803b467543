#include "pagetop/view/map_parts.h"

#include <stdio.h>
#include "pagetop/base/text.h"

_Static_assert(PT_STYLE_LARGE == PT_STYLE_HUGE << 1 && PT_STYLE_LOCKED == PT_STYLE_HUGE << 2,
	       "marks of a style are in the order of PT_OVER_*");

/* One piece of the legend, on the next line where this one is full. Nothing is drawn with c NULL. */
struct flow {
	struct pt_canvas *c;
	int x, y, w, end_y;
};

static void flow(struct flow *f, uint32_t sign, pt_style sign_style, pt_style style, const char *text)
{
	int w = (sign ? 2 : 0) + pt_text_width(text);

	if (f->x > 1 && f->x + w > f->w - 1) {
		f->x = 1;
		f->y++;
	}
	if (f->c && f->y < f->end_y && sign)
		pt_canvas_put(f->c, f->x, f->y, sign, sign_style);
	if (f->c && f->y < f->end_y)
		pt_canvas_text(f->c, f->x + (sign ? 2 : 0), f->y, f->w - f->x, style, text);
	if (f->c && f->y == f->end_y)	/* the first that there is no room for */
		pt_canvas_put(f->c, f->w - 1, f->y - 1, 0x2026, PT_ROLE_WARN);
	f->x += w + 2;
}

/* In the lens of sizes: what the kernel would make huge here, and has not. */
static void add_note(const struct pt_scene *sc, const struct pt_vma *vma, const struct pt_counts *counts, char *ret,
		     size_t len)
{
	uint64_t n = counts->npages - counts->over[0] - counts->over_open[0];
	char size[PT_SIZE_LEN];

	for (int row = PT_SIZE_SWAPPED; row <= PT_SIZE_ABSENT; row++)	/* what is no page */
		n -= pt_counts_of(counts, row);

	if (counts->lens == PT_LENS_SIZE && vma && vma->thp_eligible && n)
		snprintf(ret, len, "could be huge pages, but are not: %llu %s", (unsigned long long)n,
			 pt_size_text(n << PT_PAGE_SHIFT, size));
	if (counts->lens == PT_LENS_CHANGE && sc->since)
		snprintf(ret, len, "since %s", sc->since);
}

void pt_legend_count(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_map_legend *ret)
{
	*ret = (struct pt_map_legend){ .note = "" };
	for (size_t i = 0; i < sc->img->vmas.n; i++) {
		const struct pt_vma *of = pt_map_vma(sc, i);

		if (!vma || of == vma)
			pt_image_count(sc->img, of, pt_vma_vpn(of), pt_vma_end_vpn(of), &ret->counts);
	}
	add_note(sc, vma, &ret->counts, ret->note, sizeof(ret->note));
}

static void add_rows(struct flow *f, const struct pt_counts *counts)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];
	char text[64], size[PT_SIZE_LEN];

	for (int i = lens->first; i < lens->first + lens->nrows; i++) {
		uint64_t n = pt_counts_of(counts, i);

		if (!n)
			continue;
		snprintf(text, sizeof(text), "%s %llu %s", pt_rows[i].name, (unsigned long long)n,
			 pt_size_text(n << PT_PAGE_SHIFT, size));
		flow(f, pt_sign(i, 0), pt_page_style(i, 0), PT_ROLE_PLAIN, text);
	}
}

static void add_overlays(struct flow *f, const struct pt_counts *counts)
{
	char text[64];

	for (int o = 0; o < PT_NOVERS; o++) {
		if (counts->over_open[o] && !counts->over[o])
			snprintf(text, sizeof(text), "%s ?", pt_overlays[o].name);
		else
			snprintf(text, sizeof(text), "%s %s%llu", pt_overlays[o].name,
				 counts->over_open[o] ? "≥" : "", (unsigned long long)counts->over[o]);
		flow(f, 0, 0, counts->over[o] ? (pt_style)(PT_STYLE_HUGE << o) : PT_ROLE_FAINT, text);
	}
}

static void add_all(struct flow *f, const struct pt_map_legend *l)
{
	add_rows(f, &l->counts);
	add_overlays(f, &l->counts);
	if (*l->note)
		flow(f, 0, 0, PT_ROLE_FAINT, l->note);
}

int pt_legend_rows(const struct pt_map_legend *l, int w)
{
	struct flow f = { .x = 1, .w = w };

	add_all(&f, l);
	return f.y + 1;
}

void pt_legend_draw(const struct pt_map_legend *l, struct pt_canvas *c, int y, int rows)
{
	struct flow f = { .c = c, .x = 1, .y = y, .w = c->w, .end_y = y + rows };

	add_all(&f, l);
}
