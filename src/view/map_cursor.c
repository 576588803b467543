/*
 * The cursor of the page map: where one is among the pages, and how it moves.
 */
#include "pagetop/view/map_parts.h"

size_t pt_map_hold(const struct pt_scene *sc, uint64_t *vpn)
{
	const struct pt_vmas *l = &sc->img->vmas;
	size_t i = pt_vma_at_or_above(l->v, l->n, *vpn << PT_PAGE_SHIFT);

	if (i == l->n)
		*vpn = pt_vma_end_vpn(&l->v[--i]) - 1;
	else if (*vpn < pt_vma_vpn(&l->v[i]))
		*vpn = pt_vma_vpn(&l->v[i]);
	return i;
}

void pt_map_to_end(const struct pt_scene *sc, uint64_t *vpn, bool forward)
{
	const struct pt_vma *vma = pt_map_vma(sc, pt_map_hold(sc, vpn));
	uint64_t to = forward ? pt_vma_end_vpn(vma) - 1 : pt_vma_vpn(vma);

	if (*vpn == to) {
		vma = pt_map_vma(sc, forward ? sc->img->vmas.n - 1 : 0);
		to = forward ? pt_vma_end_vpn(vma) - 1 : pt_vma_vpn(vma);
	}
	*vpn = to;
}

const struct pt_vma *pt_map_current(struct pt_map_view *v, const struct pt_scene *sc)
{
	return sc->img && sc->img->vmas.n ? pt_map_vma(sc, pt_map_hold(sc, &v->vpn)) : NULL;
}

void pt_map_go(struct pt_map_view *v, const struct pt_scene *sc, uint64_t vpn)
{
	v->vpn = vpn;
	if (pt_map_current(v, sc))
		pt_lines_put_cursor(v, sc, v->rows / 2);
}

void pt_map_show(struct pt_map_view *v, const struct pt_scene *sc, uint64_t vpn)
{
	v->vpn = vpn;
	if (pt_map_current(v, sc) && !v->whole && !pt_lines_show(v, sc))
		pt_lines_put_cursor(v, sc, v->rows / 2);
}

void pt_map_step_cell(struct pt_map_view *v, const struct pt_scene *sc, bool forward)
{
	size_t i = pt_map_hold(sc, &v->vpn);
	const struct pt_vma *vma = pt_map_vma(sc, i);
	uint64_t off = v->vpn - pt_vma_vpn(vma);

	if (forward && off / v->zoom < (pt_map_npages(vma) - 1) / v->zoom)
		v->vpn = off + v->zoom < pt_map_npages(vma) ? v->vpn + v->zoom :
			 pt_vma_vpn(vma) + (off / v->zoom + 1) * v->zoom;
	else if (forward && i + 1 < sc->img->vmas.n)
		v->vpn = pt_vma_vpn(pt_map_vma(sc, i + 1));
	else if (!forward && off >= v->zoom)
		v->vpn -= v->zoom;
	else if (!forward && i > 0)
		v->vpn = pt_vma_end_vpn(pt_map_vma(sc, i - 1)) - 1;
}
