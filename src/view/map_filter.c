#include "pagetop/view/map_filter.h"

#include <inttypes.h>

void pt_map_filter_cell(const struct pt_scene *sc, const struct pt_vma *vma, uint64_t vpn,
			uint64_t npages, const struct pt_slot *s)
{
	uint64_t left = pt_vma_end_vpn(vma) - vpn, open;
	struct pt_counts counts;

	npages = npages < left ? npages : left;
	pt_matches_count(sc->matches, vma, vpn, vpn + npages, &counts, &open);
	if (!counts.npages) {
		pt_canvas_put(s->c, s->x, s->y, open ? '?' : PT_SIGN_ASIDE,
			      open ? PT_ROLE_UNKNOWN : PT_ROLE_FAINT);
		return;
	}
	counts.npages = npages;		/* others make it a mixed one */
	pt_draw_counts(s->c, s->x, s->y, &counts, pt_fresh_mark(sc, vpn, vpn + npages));
}

void pt_map_filter_note(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_str *out)
{
	const struct pt_matches *m = sc->matches;
	const struct pt_matches_sum *here = vma ? &m->in[vma - sc->img->vmas.v] : &m->all;
	uint64_t npages = vma ? pt_vma_end_vpn(vma) - pt_vma_vpn(vma) : 0;

	pt_str_addf(out, "filter %s: %s%" PRIu64, sc->filter, here->nopen ? "≥" : "", here->nyes);
	if (vma)
		pt_str_addf(out, " of %" PRIu64 " %s, %s%" PRIu64, npages,
			    pt_noun(npages, "page", "pages"), m->all.nopen ? "≥" : "", m->all.nyes);
	pt_str_adds(out, " in all");
}
