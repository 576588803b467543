#include "pagetop/view/theme.h"

enum { LOCKED_TINT = 237 };	/* of 256; with fewer colours the underline stands alone */
enum { FLASH_TINT = 94, FADE_TINT = 58 };	/* of 256; with fewer what flashes is turned round, and does not fade */

/* Of the colours of the cube and the greys one that is a step darker. */
static int16_t darker(int16_t colour)
{
	static const int16_t step[] = { 36, 6, 1 };
	int16_t rest = colour - 16;

	if (colour >= 232)
		return colour < 240 ? colour : colour - 4;
	for (int i = 0; i < 3 && colour >= 16; rest %= step[i++])
		colour -= rest / step[i] > 1 ? step[i] : 0;
	return colour;
}

struct pt_look pt_theme_look(pt_style style, int ncolors)
{
	static const struct { int16_t c256, c8; uint8_t attr; } role[PT_NROLES] = {
#define ROLE(id, name, c256, c8, attr) [PT_ROLE_##id] = { c256, c8, PT_LOOK_##attr },
#include "pagetop/model/roles.def"
#undef ROLE
	};
	unsigned r = style & PT_STYLE_ROLE;
	struct pt_look look = { .fg = -1, .bg = -1, .attr = role[r].attr };

	if (ncolors >= 256)
		look.fg = role[r].c256;
	else if (ncolors >= 8)
		look.fg = role[r].c8;
	if (style & PT_STYLE_HUGE)
		look.attr |= PT_LOOK_REVERSE;
	if (style & PT_STYLE_LARGE)
		look.attr |= PT_LOOK_BOLD;
	if (style & PT_STYLE_LOCKED) {
		look.attr |= PT_LOOK_UNDERLINE;
		look.bg = ncolors >= 256 ? LOCKED_TINT : -1;
	}
	if (style & PT_STYLE_MIXED)
		look.attr |= PT_LOOK_DIM;
	if (style & PT_STYLE_FEW && ncolors >= 256)
		look.fg = darker(look.fg);
	if (style & PT_STYLE_FLASH && ncolors < 256)
		look.attr ^= PT_LOOK_REVERSE;
	if (style & (PT_STYLE_FLASH | PT_STYLE_FADE) && ncolors >= 256)
		look.bg = style & PT_STYLE_FLASH ? FLASH_TINT : FADE_TINT;
	return look;
}
