#include "pagetop/view/page_columns.h"

#include "pagetop/base/text.h"
#include "pagetop/view/map_parts.h"

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
	pt_map_add_address(p->vpn, out);
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
		pt_str_adds(out, pt_size_text(UINT64_C(1) << PT_PAGE_SHIFT
							  << p->facts.field[PT_FIELD_ORDER],
					      size));
	else if (is_present(p))
		pt_str_addc(out, '?');
}

static void add_row(const struct page *p, struct pt_str *out)
{
	pt_utf8_add(out, pt_sign(p->run.row, p->run.over));
	pt_str_addf(out, " %s", pt_rows[p->run.row].label);
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
	[ROW] = { "STATE", 20, 0, false, add_row },	/* or another lens */
	[OVER] = { "OVER", 12, 66, false, add_overlays },
	[FOLIO] = { "FOLIO", 5, 72, true, add_folio },
	[NODE] = { "NODE", 4, 85, true, add_node },
	[CGROUP] = { "CGROUP", 8, 100, true, add_cgroup },
	[FLAGS] = { "FLAGS", 0, 0, false, add_flags },
};

static bool is_shown(const struct pt_scene *sc, const struct pt_canvas *c, int i)
{
	return c->w >= column[i].least &&
	       (i != CGROUP || (sc->img->cgroups && sc->img->cgroups->n > 1));
}

void pt_page_columns_heading(const struct pt_scene *sc, struct pt_canvas *c, int y)
{
	int x = PT_PAGE_COLUMNS_X;

	pt_canvas_row_style(c, y, PT_ROLE_HEAD);
	for (int i = 0; i < NCOLUMNS; i++) {
		int w = column[i].w ? column[i].w : c->w - x;

		if (!is_shown(sc, c, i))
			continue;
		if (i == ROW && sc->img->lens != PT_LENS_STATE)
			pt_draw_lens_title(c, x, y, w, sc->img->lens);
		else if (column[i].right)
			pt_slot_right(&(struct pt_slot){ c, x, y, w, PT_ROLE_HEAD },
				      column[i].title);
		else
			pt_canvas_text(c, x, y, w, PT_ROLE_HEAD, column[i].title);
		x += w + 1;
	}
}

static void draw_column(const struct pt_slot *s, int i, const char *text, int xscroll)
{
	if (i == FLAGS)
		pt_draw_scrolled(s, text, xscroll);
	else if (column[i].right)
		pt_slot_right(s, text);
	else
		pt_slot_text(s, text);
}

void pt_page_columns_draw(const struct pt_scene *sc, const struct pt_vma *vma, uint64_t vpn,
			  int xscroll, struct pt_slot at)
{
	struct page p = { .img = sc->img, .vpn = vpn, .run = pt_image_run(sc->img, vma, vpn) };
	pt_style row = pt_page_style(p.run.row, p.run.over) | pt_fresh_mark(sc, vpn, vpn + 1);
	pt_style style = at.style;
	struct pt_str s = PT_STR_INIT;

	p.facts = pt_facts_of(&p.run, vma, &sc->img->ctx);
	at.x = PT_PAGE_COLUMNS_X;
	for (int i = 0; i < NCOLUMNS; i++) {
		if (!is_shown(sc, at.c, i))
			continue;
		pt_str_reset(&s);
		column[i].add(&p, &s);
		at.w = column[i].w ? column[i].w : at.c->w - at.x;
		at.style = i == ROW ? row : style;
		draw_column(&at, i, s.s, xscroll);
		at.x += column[i].w + 1;
	}
	pt_str_done(&s);
}

int pt_page_columns_row_x(const struct pt_scene *sc, const struct pt_canvas *c)
{
	int x = PT_PAGE_COLUMNS_X;

	for (int i = 0; i < ROW; i++)
		x += is_shown(sc, c, i) ? column[i].w + 1 : 0;
	return x;
}
