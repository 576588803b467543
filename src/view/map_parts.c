#include "pagetop/view/map_parts.h"

#include "pagetop/base/text.h"
#include "pagetop/view/map_filter.h"

static uint64_t cell_start(const struct pt_map_view *v, const struct pt_vma *vma, uint64_t vpn)
{
	return pt_vma_vpn(vma) + (vpn - pt_vma_vpn(vma)) / v->zoom * v->zoom;
}

void pt_map_cell(const struct pt_map_view *v, const struct pt_image *img, const struct pt_vma *vma,
		 uint64_t vpn, struct pt_counts *ret)
{
	uint64_t lo = cell_start(v, vma, vpn), end = pt_vma_end_vpn(vma);

	*ret = (struct pt_counts){ .npages = 0 };
	pt_image_count(img, vma, lo, end - lo < v->zoom ? end : lo + v->zoom, ret);
}

void pt_map_draw_cell(const struct pt_map_view *v, const struct pt_scene *sc,
		      const struct pt_vma *vma, uint64_t vpn, const struct pt_slot *s)
{
	uint64_t lo = cell_start(v, vma, vpn);
	struct pt_counts counts;

	pt_map_cell(v, sc->img, vma, vpn, &counts);
	if (sc->matches)
		pt_map_filter_cell(sc, vma, lo, counts.npages, s);
	else
		pt_draw_counts(s->c, s->x, s->y, &counts,
			       pt_fresh_mark(sc, lo, lo + counts.npages));
	if (v->vpn >= lo && v->vpn - lo < counts.npages && !v->legend.open)
		pt_canvas_cursor(s->c, s->x, s->y);
}

void pt_map_add_address(uint64_t vpn, struct pt_str *out)
{
	uint64_t addr = vpn << PT_PAGE_SHIFT;

	if (addr >> 48)		/* beyond user space: only [vsyscall] */
		pt_str_addf(out, "…%011llx", (unsigned long long)addr & 0xfffffffffff);
	else
		pt_str_addf(out, "%012llx", (unsigned long long)addr);
}

void pt_map_draw_address(struct pt_canvas *c, int x, int y, pt_style style, uint64_t vpn)
{
	struct pt_str s = PT_STR_INIT;

	pt_map_add_address(vpn, &s);
	pt_canvas_text(c, x, y, PT_MAP_ADDR_W, style, s.s);
	pt_str_done(&s);
}

void pt_map_draw_border(const struct pt_scene *sc, struct pt_canvas *c, int y, size_t i,
			bool current)
{
	const struct pt_vma *vma = pt_map_vma(sc, i);
	uint64_t gap = i ? vma->start - pt_map_vma(sc, i - 1)->end : 0;
	pt_style style = current ? PT_ROLE_CHOSEN : PT_ROLE_FAINT;
	struct pt_str s = PT_STR_INIT;
	char size[PT_SIZE_LEN];
	int x;

	if (gap)
		pt_str_addf(&s, "┄┄ %s gap ┄┄ ", pt_size_text(gap, size));
	pt_str_addf(&s, "── %012llx %s %s ", (unsigned long long)vma->start, vma->perms,
		    pt_size_text(vma->end - vma->start, size));
	pt_vma_text(sc, vma, &s);
	pt_str_addc(&s, ' ');
	x = pt_canvas_text(c, 0, y, c->w, style, s.s);
	while (x < c->w)
		pt_canvas_put(c, x++, y, 0x2500, style);
	pt_str_done(&s);
}

void pt_map_draw_title(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_canvas *c)
{
	uint64_t bytes = vma ? vma->end - vma->start : 0;
	struct pt_str s = PT_STR_INIT;
	char size[PT_SIZE_LEN];

	pt_title_process(sc, &s);
	pt_str_adds(&s, " ▸ ");
	for (size_t i = 0; !vma && i < sc->img->vmas.n; i++)
		bytes += pt_map_vma(sc, i)->end - pt_map_vma(sc, i)->start;
	if (vma)
		pt_vma_name(vma, &s);
	else
		pt_str_addf(&s, "all %zu %s", sc->img->vmas.n,
			    pt_noun(sc->img->vmas.n, "mapping", "mappings"));
	pt_str_addf(&s, " %s%s%s", vma ? vma->perms : "", vma ? " " : "",
		    pt_size_text(bytes, size));
	pt_draw_top(sc, c, s.s, sc->img->cost_ns, sc->img->mono_ns);
	pt_str_done(&s);
}
