/*
 * The legend of the map: one piece for each row of the lens and each overlay that has pages here.
 * While it is open one of them is chosen.
 *
 *	p private 149 596K  [c cow 282 1.1M]  s swapped 8 32K        locked 16
 */
#ifndef PAGETOP_VIEW_LEGEND_H
#define PAGETOP_VIEW_LEGEND_H

#include "pagetop/view/view.h"

/* A piece is named by its row, an overlay by PT_NROWS and its number. */
struct pt_legend {
	bool open;
	int chosen;
	int taken;		/* the piece that the pages are filtered by; -1: none of them */
	int n;			/* pieces that can be chosen, as last drawn */
	struct {
		int id, x, y, w;
	} piece[PT_LENS_NROWS + PT_NOVERS];
};

/* Opens it, with the row of this page chosen; `words` filter the pages now. */
void pt_legend_open(struct pt_legend *l, const struct pt_image *img, uint64_t vpn,
		    const char *words);

/* Before it is used: of another lens than the image's nothing stays chosen. */
void pt_legend_fit(struct pt_legend *l, const struct pt_image *img, uint64_t vpn);

/*
 * To the piece before or behind, to the first or the last one. False: the move
 * means something else.
 */
bool pt_legend_move(struct pt_legend *l, enum pt_move move);

/* What is drawn here can be chosen; true: it is the one that is. */
bool pt_legend_add(struct pt_legend *l, int id, int x, int y, int w);

/* Words of a filter that mean what the piece stands for: "cow", "size:64K", "locked". */
void pt_legend_words(int id, struct pt_str *out);

/* What it means, and which keys do something with it. */
void pt_legend_explain(const struct pt_scene *sc, const struct pt_legend *l, struct pt_str *out);

#endif
