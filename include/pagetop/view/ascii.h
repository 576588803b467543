/*
 * For terminals and locales that know only ASCII: what stands for each character that views draw.
 */
#ifndef PAGETOP_VIEW_ASCII_H
#define PAGETOP_VIEW_ASCII_H

#include "pagetop/view/canvas.h"

/* ASCII stays; what has no stand-in, as in names from outside, becomes '?'. */
uint32_t pt_ascii(uint32_t ch);

/* The whole canvas, the second halves of wide characters as well. */
void pt_canvas_ascii(struct pt_canvas *c);

#endif
