#include "pagetop/view/legend.h"

#include <string.h>

static void choose_row_of(struct pt_legend *l, const struct pt_image *img, uint64_t vpn)
{
	const struct pt_vma *vma = pt_image_vma(img, vpn);

	l->open = vma != NULL;
	l->taken = -1;
	if (vma)
		l->chosen = pt_image_run(img, vma, vpn).row;
}

void pt_legend_open(struct pt_legend *l, const struct pt_image *img, uint64_t vpn,
		    const char *words)
{
	choose_row_of(l, img, vpn);
	for (int id = 0; id < PT_NROWS + PT_NOVERS; id++) {
		struct pt_str s = PT_STR_INIT;

		pt_legend_words(id, &s);
		if (!strcmp(s.s, words))
			l->taken = id;
		pt_str_done(&s);
	}
}

void pt_legend_fit(struct pt_legend *l, const struct pt_image *img, uint64_t vpn)
{
	if (l->open && l->chosen < PT_NROWS && pt_rows[l->chosen].lens != img->lens)
		choose_row_of(l, img, vpn);
}

static int place_of(const struct pt_legend *l)
{
	int i = 0;

	while (i < l->n && l->piece[i].id != l->chosen)
		i++;
	return i;
}

bool pt_legend_move(struct pt_legend *l, enum pt_move move)
{
	int i = place_of(l);

	switch (move) {
	case PT_MOVE_LEFT:
	case PT_MOVE_UP:
		i -= i > 0;
		break;
	case PT_MOVE_RIGHT:
	case PT_MOVE_DOWN:
		i += i + 1 < l->n;
		break;
	case PT_MOVE_HOME:
	case PT_MOVE_PGUP:
		i = 0;
		break;
	case PT_MOVE_END:
	case PT_MOVE_PGDN:
		i = l->n - 1;
		break;
	default:
		return false;
	}
	if (i >= 0 && i < l->n)
		l->chosen = l->piece[i].id;
	return true;
}

bool pt_legend_add(struct pt_legend *l, int id, int x, int y, int w)
{
	if (l->n < PT_LENS_NROWS + PT_NOVERS) {
		l->piece[l->n].id = id;
		l->piece[l->n].x = x;
		l->piece[l->n].y = y;
		l->piece[l->n++].w = w;
	}
	return l->open && l->chosen == id;
}

void pt_legend_words(int id, struct pt_str *out)
{
	if (id >= PT_NROWS)
		pt_str_adds(out, pt_overlays[id - PT_NROWS].name);
	else if (pt_rows[id].lens == PT_LENS_STATE)
		pt_str_adds(out, pt_rows[id].label);
	else
		pt_str_addf(out, "%s:%s", pt_lenses[pt_rows[id].lens].name, pt_rows[id].label);
}

void pt_legend_explain(const struct pt_scene *sc, const struct pt_legend *l, struct pt_str *out)
{
	int id = l->chosen;

	pt_keys_in(sc, id == l->taken ? "{in} clears the filter" : "{in} filters by it", out);
	pt_keys_in(sc, ", {find-on} next match · ", out);
	if (id >= PT_NROWS)
		pt_str_addf(out, "%s: %s", pt_overlays[id - PT_NROWS].name,
			    pt_overlays[id - PT_NROWS].text);
	else
		pt_str_addf(out, "%s: %s", pt_rows[id].label, pt_rows[id].text);
}
