#include "pagetop/view/map_filter.h"

#include <inttypes.h>

bool pt_map_filter_cell(const struct pt_scene *sc, const struct pt_vma *vma, uint64_t vpn, struct pt_counts *counts,
			struct pt_canvas *c, int x, int y)
{
	uint64_t npages = counts->npages, open;

	pt_matches_count(sc->matches, vma, vpn, vpn + npages, counts, &open);
	if (!counts->npages)
		pt_canvas_put(c, x, y, open ? '?' : PT_SIGN_ASIDE, open ? PT_ROLE_UNKNOWN : PT_ROLE_FAINT);
	else if (counts->npages < npages)
		counts->npages = npages;	/* there are others: it is mixed */
	return counts->npages;
}

void pt_map_filter_note(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_str *out)
{
	const struct pt_matches *m = sc->matches;
	uint64_t lo = pt_vma_vpn(vma), hi = pt_vma_end_vpn(vma), open;
	struct pt_counts counts;

	pt_matches_count(m, vma, lo, hi, &counts, &open);
	pt_str_addf(out, "filter %s: %s%" PRIu64 " of %" PRIu64 " pages, %s%" PRIu64 " in all", sc->filter,
		    open ? "≥" : "", counts.npages, hi - lo, m->nopen ? "≥" : "", m->nyes);
}
