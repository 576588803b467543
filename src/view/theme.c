#include "pagetop/view/theme.h"


const int pt_depths[PT_NDEPTHS] = { PT_COLORS_AUTO, PT_COLORS_RGB, 256, 16, 8, PT_COLORS_NONE };

static const struct {
	uint8_t attr;
	int8_t c8;
	int32_t rgb[PT_SCHEME_MONO];
} role_row[PT_NROLES] = {
#define ROLE(id, name, attr, c8, dark, light, blind) [PT_ROLE_##id] = { PT_LOOK_##attr, c8, { dark, light, blind } },
#include "pagetop/model/roles.def"
#undef ROLE
};

/* Of 256 colours: a cube of 6×6×6 from CUBE on, then GREYS greys. */
enum { CUBE = 16, SIDE = 6, GREY = CUBE + SIDE * SIDE * SIDE, GREYS = 24 };

static int level(int i)
{
	return i ? 55 + 40 * i : 0;
}

int32_t pt_theme_rgb_of_256(int n)
{
	int g = 8 + 10 * (n - GREY);

	n -= CUBE;
	return n + CUBE >= GREY ? g << 16 | g << 8 | g :
	       level(n / SIDE / SIDE) << 16 | level(n / SIDE % SIDE) << 8 | level(n % SIDE);
}

static int square_distance(int32_t a, int32_t b)
{
	int d = 0;

	for (int shift = 0; shift < 24; shift += 8)
		d += ((a >> shift & 255) - (b >> shift & 255)) *
		     ((a >> shift & 255) - (b >> shift & 255));
	return d;
}

/* The nearest step of the cube for one of red, green, blue. */
static int step(int value)
{
	if (value < 48)
		return 0;
	return value < 115 ? 1 : (value - 35) / 40;
}

static int nearest_of_256(int32_t rgb)
{
	int r = rgb >> 16, g = rgb >> 8 & 255, b = rgb & 255, mean = (r + g + b) / 3;
	int cube = CUBE + step(r) * SIDE * SIDE + step(g) * SIDE + step(b);
	int i = mean < 8 ? 0 : (mean - 3) / 10, grey = GREY + (i < GREYS ? i : GREYS - 1);

	return square_distance(pt_theme_rgb_of_256(grey), rgb) <
			       square_distance(pt_theme_rgb_of_256(cube), rgb) ?
		       grey :
		       cube;
}

/*
 * The one of its eight, or that one bright: whichever is nearer in light, as terminals have
 * them by default.
 */
static int nearest_of_16(int c8, int32_t rgb)
{
	int max = 0;

	for (int shift = 0; shift < 24; shift += 8)
		max = (rgb >> shift & 255) > max ? rgb >> shift & 255 : max;
	return max > 0xd8 ? c8 + 8 : c8;
}

int32_t pt_theme_rgb(enum pt_scheme scheme, enum pt_role role)
{
	if (scheme == PT_SCHEME_MONO && role != PT_ROLE_PAPER && role != PT_ROLE_INK)
		return -1;
	return role_row[role].rgb[scheme == PT_SCHEME_MONO ? PT_SCHEME_DEFAULT : scheme];
}

/* Halfway to the background. */
static int32_t paler(const struct pt_theme *t, int32_t rgb)
{
	int32_t paper = pt_theme_rgb(t->scheme, PT_ROLE_PAPER);

	return rgb < 0 ? rgb : ((rgb & 0xfefefe) + (paper & 0xfefefe)) / 2;
}

/* `pale`: of those that there are enough of to tell it from the role's own. */
static int32_t colour(const struct pt_theme *t, enum pt_role role, bool pale)
{
	int32_t rgb = pt_theme_rgb(t->scheme, role);
	int c8 = role_row[role].c8;

	if (pale && t->ncolors >= 256)
		rgb = paler(t, rgb);
	if (rgb < 0 || t->ncolors < 8)
		return -1;
	if (t->ncolors >= PT_COLORS_RGB)
		return rgb;
	if (t->ncolors >= 256)
		return nearest_of_256(rgb);
	return t->ncolors >= 16 && c8 >= 0 ? nearest_of_16(c8, rgb) : c8;
}

struct pt_look pt_theme_look(const struct pt_theme *t, pt_style style)
{
	enum pt_role role = (enum pt_role)(style & PT_STYLE_ROLE);
	struct pt_look look = { .fg = colour(t, role, style & PT_STYLE_FEW),
				.bg = -1,
				.attr = role_row[role].attr };

	if (look.fg >= 0)	/* its colour is dim enough */
		look.attr &= (uint8_t)~PT_LOOK_DIM;
	if (style & PT_STYLE_HUGE)
		look.attr |= PT_LOOK_REVERSE;
	if (style & PT_STYLE_LARGE)
		look.attr |= PT_LOOK_BOLD;
	if (style & PT_STYLE_LOCKED) {
		look.attr |= PT_LOOK_UNDERLINE;
		/* With few colours the underline stands alone */
		look.bg = colour(t, PT_ROLE_TINT, false);
	}
	if (style & (PT_STYLE_MIXED | PT_STYLE_FEW))
		look.attr |= PT_LOOK_DIM;
	/* And it does not fade */
	if (style & PT_STYLE_FLASH && colour(t, PT_ROLE_FLASH, false) < 0)
		look.attr ^= PT_LOOK_REVERSE;
	else if (style & (PT_STYLE_FLASH | PT_STYLE_FADE))
		look.bg = colour(t, style & PT_STYLE_FLASH ? PT_ROLE_FLASH : PT_ROLE_FADE, false);
	return look;
}
