#include "pagetop/view/minimap.h"

#include "pagetop/view/map_parts.h"

enum { LEAST = 8, MOST = 32 };		/* cells in the row below the title */

static uint64_t root_of(uint64_t n)
{
	uint64_t root = 0;

	for (uint64_t bit = UINT64_C(1) << 31; bit; bit /= 2)
		if ((root + bit) * (root + bit) <= n)
			root += bit;
	return root;
}

/* Pages of the counts that are there. */
static uint64_t there(const struct pt_counts *counts)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];

	return counts->npages - pt_counts_of(counts, lens->absent) -
	       pt_counts_of(counts, lens->unmappable);
}

/* As many units as there are cells for each unit of width, so that every cell ends at a unit. */
static uint64_t width_of(const struct pt_scene *sc, const struct pt_vma *vma, int cells)
{
	const struct pt_runs *runs = &sc->img->runs;
	uint64_t n = 0;

	for (size_t i = pt_runs_at_or_above(runs, pt_vma_vpn(vma));
	     i < runs->n && runs->r[i].vpn < pt_vma_end_vpn(vma); i++)
		n += runs->r[i].pm & (PT_RUN(PRESENT) | PT_RUN(ENTRY)) ? runs->r[i].npages : 0;
	return (1 + root_of(n)) * (uint64_t)cells;
}

/*
 * An eighth at least where there is any page at all; where the cursor is, its mark takes the
 * place of the bar.
 */
static void draw_cell(struct pt_canvas *c, int x, int y, const struct pt_counts *counts, bool here)
{
	uint64_t n = there(counts), eighths = n ? (n * 8 + counts->npages / 2) / counts->npages : 0;
	pt_style style = n ? pt_page_style(pt_counts_row(counts), 0) : PT_ROLE_FAINT;

	if (n && !eighths)
		eighths = 1;
	if (here)
		pt_canvas_put(c, x, y, 0x25b2, style | PT_STYLE_LARGE);
	else
		pt_canvas_put(c, x, y, eighths ? 0x2580 + (uint32_t)eighths : ' ', style);
}

/* A cell that is being filled while the mappings are gone through. */
struct filling {
	struct pt_canvas *c;
	int x, y, cells, cell;
	uint64_t all, done;		/* widths: of all mappings, of those before this one */
	uint64_t first_vpn;		/* of the cell, once it is begun */
	struct pt_counts counts;
	bool begun, here;
};

/* Where the cell ends. */
static uint64_t end_of(const struct filling *f)
{
	return f->all * (uint64_t)(f->cell + 1) / (uint64_t)f->cells;
}

/* The mapping's share of this cell and of those that end in it. */
static void fill(struct filling *f, const struct pt_scene *sc, const struct pt_vma *vma,
		 uint64_t width, uint64_t vpn)
{
	for (uint64_t at = 0, to; at < width; at = to) {
		uint64_t lo, hi;

		to = end_of(f) - f->done < width ? end_of(f) - f->done : width;
		lo = pt_vma_part(vma, at, width, false);
		hi = pt_vma_part(vma, to, width, true);
		f->first_vpn = f->begun ? f->first_vpn : lo;
		f->begun = true;
		pt_image_count(sc->img, vma, lo, hi, &f->counts);
		f->here = f->here || (vpn >= lo && vpn < hi);
		if (f->done + to == end_of(f)) {
			pt_canvas_hit(f->c, f->x + f->cell, f->y, 1, PT_HIT_PLACE, f->first_vpn);
			draw_cell(f->c, f->x + f->cell++, f->y, &f->counts, f->here);
			f->counts = (struct pt_counts){ .npages = 0 };
			f->begun = f->here = false;
		}
	}
	f->done += width;
}

int pt_minimap_draw(const struct pt_scene *sc, uint64_t vpn, const struct pt_slot *s)
{
	int cells = s->w - 2;
	struct filling f = { .c = s->c, .x = s->x + 1, .y = s->y, .cells = cells };

	for (size_t i = 0; i < sc->img->vmas.n; i++)
		f.all += width_of(sc, pt_map_vma(sc, i), cells);
	pt_canvas_put(s->c, s->x, s->y, 0x2595, PT_ROLE_FAINT);
	for (size_t i = 0; i < sc->img->vmas.n; i++)
		fill(&f, sc, pt_map_vma(sc, i), width_of(sc, pt_map_vma(sc, i), cells), vpn);
	pt_canvas_put(s->c, s->x + s->w - 1, s->y, 0x258f, PT_ROLE_FAINT);
	return s->x + s->w;
}

void pt_minimap_row(const struct pt_scene *sc, uint64_t vpn, uint64_t zoom, struct pt_canvas *c,
		    int y)
{
	const struct pt_lens *lens = &pt_lenses[sc->img->lens];
	int x = 1, cells = c->w / 4 < MOST ? c->w / 4 : MOST;
	size_t i = pt_map_hold(sc, &vpn);
	char size[PT_SIZE_LEN];

	if (cells >= LEAST)
		x = 1 + pt_minimap_draw(sc, vpn,
					&(struct pt_slot){ c, x, y, cells + 2, PT_ROLE_PLAIN });
	if (zoom)
		x = pt_canvas_textf(c, x, y, c->w - x, PT_ROLE_FAINT, "1 cell = %s · ",
				    pt_size_text(zoom << PT_PAGE_SHIFT, size));
	pt_canvas_textf(c, x, y, c->w - x, PT_ROLE_FAINT, "lens %c %s · mapping %zu of %zu",
			lens->key, lens->name, i + 1, sc->img->vmas.n);
}
