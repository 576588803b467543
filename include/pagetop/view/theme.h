/*
 * From a style to what a terminal can show. The only place that decides on colours.
 */
#ifndef PAGETOP_VIEW_THEME_H
#define PAGETOP_VIEW_THEME_H

#include "pagetop/view/canvas.h"

enum { PT_LOOK_NONE = 0, PT_LOOK_BOLD = 1, PT_LOOK_DIM = 2, PT_LOOK_UNDERLINE = 4,
       PT_LOOK_REVERSE = 8 };

struct pt_look {
	int16_t fg, bg;		/* numbers of colours; -1: the terminal's own */
	uint8_t attr;		/* PT_LOOK_* */
};

/* `ncolors` the terminal has: 256 or more, 8 to 255, or fewer: none are used. */
struct pt_look pt_theme_look(pt_style style, int ncolors);

#endif
