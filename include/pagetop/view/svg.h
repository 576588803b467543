/*
 * A canvas as a picture: SVG that a browser opens, with the colours of a scheme on its own paper.
 *
 *	run of cells of one style ─▶ <rect> behind, <text> of the width that the cells have in any font
 */
#ifndef PAGETOP_VIEW_SVG_H
#define PAGETOP_VIEW_SVG_H

#include "pagetop/view/theme.h"

/* `title` and `desc` are for those who do not see it; they may be any escaped text. */
void pt_svg(struct pt_str *out, const struct pt_canvas *c, enum pt_scheme scheme, const char *title,
	    const char *desc);

/* The same of a whole screen, whose first row is its title. */
void pt_svg_screen(struct pt_str *out, const struct pt_canvas *c, enum pt_scheme scheme);

#endif
