/*
 * From a style to what a terminal can show. The only place that decides on colours.
 *
 *	style ─▶ role, marks ─▶ roles.def: RGB of the scheme ─▶ nearest of what the terminal has
 *
 * The palette of a terminal is never changed, nor its background. Colours 0 to 15 are the user's;
 * of 256 only those whose RGB is fixed are used.
 */
#ifndef PAGETOP_VIEW_THEME_H
#define PAGETOP_VIEW_THEME_H

#include "pagetop/view/canvas.h"

/* In the order of the words of --scheme. */
enum pt_scheme { PT_SCHEME_DEFAULT, PT_SCHEME_LIGHT, PT_SCHEME_BLIND, PT_SCHEME_MONO, PT_NSCHEMES };

/* How many colours; AUTO: what the terminal has, none where NO_COLOR says so. */
enum { PT_COLORS_AUTO = -1, PT_COLORS_NONE = 0, PT_COLORS_RGB = 1 << 24 };
enum { PT_NDEPTHS = 6 };
extern const int pt_depths[PT_NDEPTHS];		/* in the order of the words of --colors */

/* What a person chose, at any time; each drawing asks for it anew. */
struct pt_theme {
	enum pt_scheme scheme;
	int ncolors;		/* PT_COLORS_AUTO is the terminal's business: no look has it */
	bool ascii;		/* no other characters: see ascii.h */
};

enum { PT_LOOK_NONE = 0, PT_LOOK_BOLD = 1, PT_LOOK_DIM = 2, PT_LOOK_UNDERLINE = 4,
       PT_LOOK_REVERSE = 8 };

struct pt_look {
	int32_t fg, bg;		/* RGB with PT_COLORS_RGB, else numbers of colours; -1:
				   the terminal's own */
	uint8_t attr;		/* PT_LOOK_* */
};

/* `ncolors` is PT_COLORS_RGB, 256 or more, 16 to 255, 8 to 15, or fewer: none are used. */
struct pt_look pt_theme_look(const struct pt_theme *t, pt_style style);

/* RGB of a role, -1 if it has none. PAPER and INK have one in each scheme. */
int32_t pt_theme_rgb(enum pt_scheme scheme, enum pt_role role);

/* RGB of a colour of 256, from 16 on. */
int32_t pt_theme_rgb_of_256(int number);

#endif
