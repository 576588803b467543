#include "pagetop/view/forms.h"

#include <inttypes.h>
#include "pagetop/view/about.h"
#include "pagetop/view/page_filter.h"

bool pt_form_enter(struct pt_desk *d)
{
	if (!d->map.legend.open)
		return pt_map_current(&d->map, &d->scene);
	pt_page_filter_choose(d);
	return false;
}

bool pt_form_shut(struct pt_desk *d)
{
	bool open = d->map.legend.open;

	d->map.legend.open = false;
	return open;
}

bool pt_form_show_all(struct pt_desk *d)
{
	return !d->map.legend.open && pt_page_filter_all(d);
}

size_t pt_form_names(struct pt_desk *d, size_t *ret_cur)
{
	const struct pt_image *img = d->scene.img;

	if (!img)
		return 0;
	*ret_cur = pt_vma_at_or_above(img->vmas.v, img->vmas.n, d->map.vpn << PT_PAGE_SHIFT);
	return img->vmas.n;
}

void pt_form_name(struct pt_desk *d, size_t i, struct pt_str *out)
{
	pt_vma_text(&d->scene, pt_map_vma(&d->scene, i), out);
}

void pt_form_select(struct pt_desk *d, size_t i)
{
	pt_map_go(&d->map, &d->scene, pt_vma_vpn(pt_map_vma(&d->scene, i)));
}

void pt_form_about(struct pt_desk *d, struct pt_str *title, struct pt_str *out)
{
	const struct pt_image *img = d->scene.img;

	pt_str_addf(title, "Page 0x%" PRIx64 ": its sign%s", d->map.vpn << PT_PAGE_SHIFT,
		    img && img->lens != PT_LENS_STATE ? " in this lens" : "");
	if (img)
		pt_about_sign(img, d->map.vpn, out);
}

void pt_form_draw_none(const struct pt_scene *sc, struct pt_canvas *c, enum pt_view_id view)
{
	pt_draw_waiting(sc, c, 2, view, sc->img ? "no user address space" : sc->stale);
}
