/*
 * What things look like: colours and how far apart they are for all eyes, characters where there is only ASCII, pictures.
 */
#include <stdlib.h>
#include <string.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include "pagetop/base/text.h"
#include "pagetop/view/ascii.h"
#include "pagetop/view/svg.h"
#include "pagetop/view/view.h"
#include "test.h"

static const char *const role_name[PT_NROLES] = {
#define ROLE(id, name, ...) [PT_ROLE_##id] = name,
#include "pagetop/model/roles.def"
#undef ROLE
};

/* ---- looks */

static struct pt_look look_of(enum pt_scheme scheme, int ncolors, unsigned style)
{
	const struct pt_theme theme = { scheme, ncolors, false };

	return pt_theme_look(&theme, (pt_style)style);
}

static bool same_look(struct pt_look a, struct pt_look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attr == b.attr;
}

/* Present, shared, huge and locked are seen at once, also without colours. */
TEST(overlays_are_told_apart_with_any_number_of_colours)
{
	static const int ncolors[] = { PT_COLORS_RGB, 256, 88, 16, 8, 0 };

	for (int s = 0; s < PT_NSCHEMES; s++)
		for (size_t n = 0; n < LEN(ncolors); n++)
			for (int r = 0; r < PT_NSTATES; r++)
				for (int a = 0; a < 8; a++)
					for (int b = 0; b < a; b++) {
						struct pt_look la = look_of((enum pt_scheme)s, ncolors[n], pt_page_style(r, (uint8_t)a));
						struct pt_look lb = look_of((enum pt_scheme)s, ncolors[n], pt_page_style(r, (uint8_t)b));

						if (same_look(la, lb))
							fail_msg("%s: overlays %d and %d look alike in %d colours",
								 pt_rows[r].name, a, b, ncolors[n]);
					}
}

TEST(a_locked_page_is_underlined_and_tinted)
{
	struct pt_look look = look_of(PT_SCHEME_DEFAULT, 256, PT_ROLE_PRIVATE | PT_STYLE_LOCKED);

	assert_true(look.attr & PT_LOOK_UNDERLINE);
	assert_int_equal(look.bg, 237);
	look = look_of(PT_SCHEME_DEFAULT, 8, PT_ROLE_PRIVATE | PT_STYLE_LOCKED);
	assert_true(look.attr & PT_LOOK_UNDERLINE);
	assert_int_equal(look.bg, -1);
}

TEST(roles_of_pages_have_colours_of_their_own)
{
	for (int s = 0; s < PT_SCHEME_MONO; s++)
		for (int a = PT_ROLE_ALARM; a < PT_NROLES; a++)
			for (int b = PT_ROLE_ALARM; b < a; b++) {
				struct pt_look la = look_of((enum pt_scheme)s, PT_COLORS_RGB, (unsigned)a);
				struct pt_look lb = look_of((enum pt_scheme)s, PT_COLORS_RGB, (unsigned)b);

				assert_int_not_equal(la.fg, lb.fg);
			}
	for (int a = PT_ROLE_ALARM; a < PT_NROLES; a++)		/* on dark in 256 as well */
		for (int b = PT_ROLE_ALARM; b < a; b++)
			assert_int_not_equal(look_of(PT_SCHEME_DEFAULT, 256, (unsigned)a).fg,
					     look_of(PT_SCHEME_DEFAULT, 256, (unsigned)b).fg);
}

TEST(no_colour_is_used_that_the_terminal_does_not_have)
{
	for (unsigned style = 0; style < 2048 * PT_NSCHEMES; style++) {
		if ((style & PT_STYLE_ROLE) >= PT_NROLES)
			continue;
		for (int n = 0; n <= 256; n += 8) {
			struct pt_look look = look_of((enum pt_scheme)(style / 2048), n, style % 2048);

			assert_in_range(look.fg + 1, 0, n);
			assert_in_range(look.bg + 1, 0, n);
			if (n < 8 || (style / 2048 == PT_SCHEME_MONO && pt_theme_rgb(PT_SCHEME_MONO, style & PT_STYLE_ROLE) < 0))
				assert_true(look.fg == -1 && look.bg == -1);
		}
	}
}

/* The first 16 are whatever the user has made of them. */
TEST(of_256_colours_only_those_are_used_that_are_the_same_everywhere)
{
	for (int s = 0; s < PT_SCHEME_MONO; s++)
		for (unsigned r = 0; r < PT_NROLES; r++)
			assert_false(look_of((enum pt_scheme)s, 256, r).fg >= 0 && look_of((enum pt_scheme)s, 256, r).fg < 16);
}

static int square(int a)
{
	return a * a;
}

static int apart(int32_t a, int32_t b)
{
	return square((a >> 16) - (b >> 16)) + square((a >> 8 & 255) - (b >> 8 & 255)) + square((a & 255) - (b & 255));
}

TEST(no_other_of_256_is_nearer)
{
	for (int s = 0; s < PT_SCHEME_MONO; s++)
		for (unsigned r = 0; r < PT_NROLES; r++) {
			int32_t rgb = pt_theme_rgb((enum pt_scheme)s, r);
			int n = look_of((enum pt_scheme)s, 256, r).fg;

			for (int i = 16; rgb >= 0 && i < 256; i++)
				if (apart(pt_theme_rgb_of_256(i), rgb) < apart(pt_theme_rgb_of_256(n), rgb))
					fail_msg("%s: %d is nearer than %d", role_name[r], i, n);
		}
	assert_int_equal(pt_theme_rgb_of_256(16), 0);
	assert_int_equal(pt_theme_rgb_of_256(214), 0xffaf00);
	assert_int_equal(pt_theme_rgb_of_256(231), 0xffffff);
	assert_int_equal(pt_theme_rgb_of_256(237), 0x3a3a3a);
	assert_int_equal(pt_theme_rgb_of_256(255), 0xeeeeee);
}

TEST(what_has_no_colour_is_dim_instead)
{
	assert_true(look_of(PT_SCHEME_DEFAULT, 0, PT_ROLE_ABSENT).attr & PT_LOOK_DIM);
	assert_true(look_of(PT_SCHEME_MONO, 256, PT_ROLE_ABSENT).attr & PT_LOOK_DIM);
	assert_false(look_of(PT_SCHEME_DEFAULT, 256, PT_ROLE_ABSENT).attr & PT_LOOK_DIM);
}

/* ---- how far apart colours are */

enum eyes { ALL, PROTAN, DEUTAN, TRITAN, NEYES };

static const char *const eyes_name[NEYES] = { "all cones", "protanopia", "deuteranopia", "tritanopia" };

/* Linear RGB as such eyes see it: Machado, Oliveira and Fernandes 2009, severity 1. */
static const double seen[NEYES][3][3] = {
	{ { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	{ { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } },
	{ { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } },
	{ { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 }, { 0.004733, 0.691367, 0.303900 } },
};

struct lab {
	double l, a, b;
};

/* sRGB, IEC 61966-2-1. */
static double linear(int value)
{
	double v = value / 255.0;

	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double lightness(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* CIE Lab under D65, as these eyes see it. */
static struct lab see(int32_t rgb, enum eyes eyes)
{
	static const double xyz[3][3] = {	/* over the white point */
		{ 0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047 },
		{ 0.2126729, 0.7151522, 0.0721750 },
		{ 0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883 },
	};
	const double in[3] = { linear(rgb >> 16), linear(rgb >> 8 & 255), linear(rgb & 255) };
	double f[3] = { 0 }, c[3];

	for (int i = 0; i < 3; i++) {
		c[i] = seen[eyes][i][0] * in[0] + seen[eyes][i][1] * in[1] + seen[eyes][i][2] * in[2];
		c[i] = c[i] < 0 ? 0 : c[i] > 1 ? 1 : c[i];
	}
	for (int i = 0; i < 3; i++)
		f[i] = lightness(xyz[i][0] * c[0] + xyz[i][1] * c[1] + xyz[i][2] * c[2]);
	return (struct lab){ 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2]) };
}

static double hue(double a, double b)
{
	double h = a == 0 && b == 0 ? 0 : atan2(b, a) * 180 / M_PI;

	return h < 0 ? h + 360 : h;
}

static double cosine(double degrees)
{
	return cos(degrees * M_PI / 180);
}

/* Of a chroma: how much it is more than 25. */
static double excess(double c)
{
	return sqrt(pow(c, 7) / (pow(c, 7) + pow(25, 7)));
}

/* CIEDE2000: CIE 142-2001, in the steps of Sharma, Wu and Dalal 2005. About 1 is just seen. */
static double distance(struct lab p, struct lab q)
{
	double g = 1 + 0.5 * (1 - excess((hypot(p.a, p.b) + hypot(q.a, q.b)) / 2));
	double c1 = hypot(g * p.a, p.b), c2 = hypot(g * q.a, q.b), c = (c1 + c2) / 2, l = (p.l + q.l) / 2 - 50;
	double h1 = hue(g * p.a, p.b), h2 = hue(g * q.a, q.b), dh = h2 - h1, h = (h1 + h2) / 2;
	double t, sl, sc, sh, turn, dl, dc;

	if (c1 * c2 == 0) {
		dh = 0;
		h = h1 + h2;
	} else if (fabs(dh) > 180) {
		dh += dh > 0 ? -360 : 360;
		h += h < 180 ? 180 : -180;
	}
	t = 1 - 0.17 * cosine(h - 30) + 0.24 * cosine(2 * h) + 0.32 * cosine(3 * h + 6) - 0.20 * cosine(4 * h - 63);
	sl = 1 + 0.015 * l * l / sqrt(20 + l * l);
	sc = 1 + 0.045 * c;
	sh = 1 + 0.015 * c * t;
	turn = -2 * excess(c) * sin(2 * M_PI / 180 * 30 * exp(-pow((h - 275) / 25, 2)));
	dl = (q.l - p.l) / sl;
	dc = (c2 - c1) / sc;
	dh = 2 * sqrt(c1 * c2) * sin(dh / 2 * M_PI / 180) / sh;
	return sqrt(dl * dl + dc * dc + dh * dh + turn * dc * dh);
}

/* Pairs of the data that Sharma, Wu and Dalal publish with their paper. */
TEST(distances_are_those_of_the_paper)
{
	static const struct { struct lab p, q; double d; } row[] = {
		{ { 50, 2.6772, -79.7751 }, { 50, 0, -82.7485 }, 2.0425 },
		{ { 50, 2.5, 0 }, { 50, 0, -2.5 }, 4.3065 },
		{ { 50, 2.5, 0 }, { 73, 25, -18 }, 27.1492 },
		{ { 50, 2.49, -0.001 }, { 50, -2.49, 0.0011 }, 7.2195 },
		{ { 60.2574, -34.0099, 36.2677 }, { 60.4626, -34.1751, 39.4387 }, 1.2644 },
		{ { 90.8027, -2.0831, 1.441 }, { 91.1528, -1.6435, 0.0447 }, 1.4441 },
	};

	for (size_t i = 0; i < LEN(row); i++)
		assert_float_equal(distance(row[i].p, row[i].q), row[i].d, 0.0001);
}

/* Both say: do not touch. They may be nearer to each other than others are. */
static bool same_group(int a, int b)
{
	return (a == PT_ROLE_ALARM && b == PT_ROLE_MARKER) || (a == PT_ROLE_MARKER && b == PT_ROLE_ALARM);
}

static double distance_for(enum pt_scheme scheme, int a, int b, enum eyes eyes)
{
	return distance(see(pt_theme_rgb(scheme, (enum pt_role)a), eyes), see(pt_theme_rgb(scheme, (enum pt_role)b), eyes));
}

/* The colours of the state lens, each once. */
static int state_roles(int ret[static PT_NSTATES])
{
	int n = 0, k;

	for (int i = 0; i < PT_NSTATES; i++) {
		for (k = 0; k < n && ret[k] != pt_rows[i].role; k++)
			;
		if (k == n)
			ret[n++] = pt_rows[i].role;
	}
	return n;
}

static void print_distances(const int *role, int n, enum eyes eyes)
{
	printf("# CIEDE2000, colour-blind scheme, %s\n#         ", eyes_name[eyes]);
	for (int i = 0; i < n; i++)
		printf(" %7.7s", role_name[role[i]]);
	for (int i = 0; i < n; i++) {
		printf("\n# %-8s", role_name[role[i]]);
		for (int k = 0; k < i; k++)
			printf(" %7.1f", distance_for(PT_SCHEME_BLIND, role[i], role[k], eyes));
	}
	printf("\n");
}

TEST(states_are_apart_for_colour_blind_eyes)
{
	const double least = 10, least_in_group = 9;
	int role[PT_NSTATES], n = state_roles(role);

	for (int e = 0; e < NEYES; e++)
		print_distances(role, n, (enum eyes)e);
	for (int e = 0; e < NEYES; e++)
		for (int i = 0; i < n; i++)
			for (int k = 0; k < i; k++) {
				double d = distance_for(PT_SCHEME_BLIND, role[i], role[k], (enum eyes)e);

				if (d < (same_group(role[i], role[k]) ? least_in_group : least))
					fail_msg("%s: %s and %s are only %.1f apart", eyes_name[e], role_name[role[i]],
						 role_name[role[k]], d);
			}
}

/* From few to many it also becomes lighter, which all eyes see. */
TEST(a_scale_is_one_for_colour_blind_eyes)
{
	for (int e = 0; e < NEYES; e++)
		for (int r = PT_ROLE_SCALE1; r < PT_ROLE_SCALE8; r++) {
			double d = distance_for(PT_SCHEME_BLIND, r, r + 1, (enum eyes)e);

			if (d < 5)
				fail_msg("%s: %s and the next are only %.1f apart", eyes_name[e], role_name[r], d);
			assert_true(see(pt_theme_rgb(PT_SCHEME_BLIND, (enum pt_role)r), (enum eyes)e).l <
				    see(pt_theme_rgb(PT_SCHEME_BLIND, (enum pt_role)(r + 1)), (enum eyes)e).l);
		}
}

/* ---- what can be read */

static double luminance(int32_t rgb)
{
	return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 255) + 0.0722 * linear(rgb & 255);
}

/* Of WCAG 2: from 1 to 21. */
static double contrast(int32_t a, int32_t b)
{
	double la = luminance(a), lb = luminance(b);

	return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

/* Terminals are about black or about white; and absent pages are meant to stand back. */
TEST(every_colour_can_be_read_on_its_background)
{
	for (int s = 0; s < PT_SCHEME_MONO; s++)
		for (int r = 0; r < PT_NROLES; r++) {
			int32_t rgb = pt_theme_rgb((enum pt_scheme)s, (enum pt_role)r);
			int32_t paper = pt_theme_rgb((enum pt_scheme)s, PT_ROLE_PAPER);
			double least = r == PT_ROLE_ABSENT || r == PT_ROLE_MARKER ? 2.5 : 3;

			if (rgb < 0 || (r >= PT_ROLE_TINT && r <= PT_ROLE_PAPER))
				continue;
			if (contrast(rgb, paper) < least || contrast(rgb, s == PT_SCHEME_LIGHT ? 0xffffff : 0) < least)
				fail_msg("scheme %d: %s has a contrast of %.1f", s, role_name[r], contrast(rgb, paper));
		}
}

/* ---- ASCII */

/* Every character in a line of code that is not of ASCII, and every one that is written as a number. */
static void check_line(const char *file, const char *line)
{
	size_t len = strlen(line), n;
	uint32_t ch;

	for (const char *at = strstr(line, "0x2"); at; at = strstr(at + 1, "0x2")) {
		ch = (uint32_t)strtoul(at, NULL, 16);
		if (strspn(at + 2, "0123456789abcdef") == 4 && pt_char_width(ch) == 1 && pt_ascii(ch) == '?')
			fail_msg("%s: 0x%x has no stand-in: %s", file, ch, line);
	}
	for (; len; line += n, len -= n) {
		n = pt_utf8_decode(line, len, &ch);
		if (!n)
			fail_msg("%s: this is not UTF-8: %s", file, line);
		if (pt_ascii(ch) == '?' && ch != '?')
			fail_msg("%s: U+%04x has no stand-in: %s", file, ch, line);
	}
}

static void check_files(const char *pattern, int *nfiles)
{
	char path[4096], line[4096];
	const char *dir = getenv("srcdir");
	glob_t g;

	snprintf(path, sizeof(path), "%s/%s", dir ? dir : ".", pattern);
	assert_int_equal(glob(path, 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		FILE *f = fopen(g.gl_pathv[i], "re");

		assert_non_null(f);
		while (fgets(line, sizeof(line), f))
			check_line(g.gl_pathv[i], line);
		fclose(f);
		++*nfiles;
	}
	globfree(&g);
}

TEST(every_character_of_the_code_has_a_stand_in)
{
	static const char *const room[] = { "src/model/*.c", "src/view/*.c", "src/cli/*.c", "src/demo/*.c", "src/batch/*.c",
		"src/ui/*.c", "src/app/*.c" };
	int n = 0;

	for (size_t i = 0; i < LEN(room); i++)
		check_files(room[i], &n);
	check_files("include/pagetop/*/*.def", &n);
	assert_true(n > 60);
}

/* Bars: each of the eight heights is another sign. */
TEST(bars_of_different_heights_differ_in_ascii)
{
	for (uint32_t a = 0x2581; a <= 0x2588; a++)
		for (uint32_t b = 0x2581; b < a; b++)
			assert_int_not_equal(pt_ascii(a), pt_ascii(b));
}

TEST(a_canvas_becomes_ascii_and_keeps_its_columns)
{
	struct pt_canvas c = { 0 };
	struct pt_str s = PT_STR_INIT;

	assert_int_equal(pt_canvas_resize(&c, 15, 1), 0);
	pt_canvas_text(&c, 0, 0, 15, PT_ROLE_COW, "▸ 漢 ▁█ 3 × … e\xcc\x81");
	pt_canvas_ascii(&c);
	pt_canvas_print(&c, &s);
	assert_string_equal(s.s, "> ?? _# 3 x ~ ?\n");
	assert_int_equal(c.cell[0].style, PT_ROLE_COW);
	pt_str_done(&s);
	pt_canvas_done(&c);
}

/* ---- pictures */

/* The end of a tag, whose attributes are quoted; NULL: it is none. */
static const char *skip_tag(const char *at)
{
	at += strcspn(at, " \n/>");
	while (*at && *at != '>' && strncmp(at, "/>", 2)) {
		at += strspn(at, " \n");
		at += strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
		if (*at++ != '=' || *at++ != '"')
			return NULL;
		at += strcspn(at, "\"<&");
		if (*at++ != '"')
			return NULL;
	}
	return *at ? at : NULL;
}

/* Well-formed as far as these pictures go: tags in pairs, one around all, no bare < and &. */
static void assert_xml(const char *text)
{
	char open[16][16];
	const char *at = text;
	int depth = 0;

	for (; *at; at++) {
		if (*at == '&')
			assert_true(!strncmp(at, "&lt;", 4) || !strncmp(at, "&gt;", 4) || !strncmp(at, "&amp;", 5));
		if (*at != '<') {
			assert_true(depth > 0 || *at == '\n');
			continue;
		}
		if (at[1] == '/') {
			assert_true(depth > 0);
			depth--;
			assert_int_equal(strncmp(at + 2, open[depth], strlen(open[depth])), 0);
			at = strchr(at, '>');
			assert_non_null(at);
			continue;
		}
		assert_true(depth < 16 && (depth > 0 || at == text));
		snprintf(open[depth], sizeof(open[depth]), "%.*s>", (int)strcspn(at + 1, " \n/>"), at + 1);
		at = skip_tag(at + 1);
		assert_non_null(at);
		if (*at == '/')
			at++;
		else
			depth++;
	}
	assert_int_equal(depth, 0);
}

static void assert_part(const struct pt_str *s, const char *want)
{
	if (!strstr(s->s, want))
		fail_msg("this is not in the picture: %s\n%s", want, s->s);
}

TEST(a_picture_has_every_style_and_no_bare_markup)
{
	struct pt_canvas c = { 0 };
	struct pt_str s = PT_STR_INIT;

	assert_int_equal(pt_canvas_resize(&c, 40, 3), 0);
	pt_canvas_text(&c, 0, 0, 40, PT_ROLE_PLAIN, "<a href=\"x\">&  b</a>");
	pt_canvas_text(&c, 0, 1, 40, PT_ROLE_COW, "cc");
	pt_canvas_text(&c, 2, 1, 40, PT_ROLE_COW | PT_STYLE_HUGE, "CC");
	pt_canvas_text(&c, 4, 1, 40, PT_ROLE_COW | PT_STYLE_LARGE, "cc");
	pt_canvas_text(&c, 6, 1, 40, PT_ROLE_COW | PT_STYLE_LOCKED, "cc");
	pt_canvas_text(&c, 8, 1, 40, PT_ROLE_COW | PT_STYLE_MIXED, "cc");
	pt_canvas_text(&c, 10, 1, 40, PT_ROLE_ABSENT, "..");
	pt_canvas_text(&c, 0, 2, 40, PT_ROLE_SWAPPED, "▁█▒──漢 e\xcc\x81s");
	pt_canvas_cursor(&c, 1, 1);
	pt_svg(&s, &c, PT_SCHEME_DEFAULT, "a <title>", "and & more");
	assert_xml(s.s);
	assert_part(&s, "<title id=\"title\">a &lt;title&gt;</title>");
	assert_part(&s, "<desc id=\"desc\">and &amp; more</desc>");
	assert_part(&s, ">&lt;a</text>");
	assert_part(&s, ">href=\"x\"&gt;&amp;</text>");
	assert_part(&s, "<rect x=\"14\" y=\"31\" width=\"16\" height=\"17\" fill=\"#ffaf00\" fill-opacity=\"0.2\"/>\n"
		    "<text x=\"14\" y=\"44\" textLength=\"16\" fill=\"#ffaf00\">cc</text>");
	assert_part(&s, "<rect x=\"30\" y=\"31\" width=\"16\" height=\"17\" fill=\"#ffaf00\"/>\n"
		    "<text x=\"30\" y=\"44\" textLength=\"16\" fill=\"#16181d\">CC</text>");
	assert_part(&s, "fill=\"#ffaf00\" font-weight=\"bold\">cc</text>");
	assert_part(&s, "fill=\"#3a3a3a\"/>\n<text x=\"62\" y=\"44\" textLength=\"16\" fill=\"#ffaf00\" text-decoration=\"underline\">cc<");
	assert_part(&s, "fill-opacity=\"0.6\">cc</text>");
	assert_part(&s, "stroke=\"#d4d7dd\"");
	assert_part(&s, "textLength=\"16\" fill=\"#d787af\">漢</text>");
	assert_part(&s, "textLength=\"16\" fill=\"#d787af\">e\xcc\x81s</text>");
	assert_null(strstr(s.s, "─"));
	pt_str_reset(&s);
	pt_svg(&s, &c, PT_SCHEME_LIGHT, "", "");
	assert_xml(s.s);
	assert_part(&s, "rx=\"6\" fill=\"#ffffff\"/>");
	pt_str_reset(&s);
	pt_svg(&s, &c, PT_SCHEME_MONO, "", "");
	assert_xml(s.s);
	assert_null(strstr(s.s, "ffaf00"));
	pt_str_done(&s);
	pt_canvas_done(&c);
}

/* Whatever is in the cells: a picture of nothing at all is one, too. */
TEST(every_picture_is_xml)
{
	static const uint32_t ch[] = { ' ', '<', '&', '"', 1, 0xfffe, 0xffff, 0x2581, 0x2500, 'x', 0x2595, 0 };
	uint32_t x = 7;

	for (int i = 0; i < 400; i++) {
		struct pt_canvas c = { 0 };
		struct pt_str s = PT_STR_INIT;

		assert_int_equal(pt_canvas_resize(&c, i % 20, i % 7), 0);
		for (int k = 0; k < c.w * c.h; k++) {
			x = x * 1664525 + 1013904223;
			c.cell[k] = (struct pt_cell){ .ch = ch[(x >> 8) % LEN(ch)],
				.style = (pt_style)(((x >> 16) % PT_NROLES) | (x >> 22 & 0x1f) << 6) };
		}
		pt_svg_screen(&s, &c, (enum pt_scheme)(i % PT_NSCHEMES));
		assert_xml(s.s);
		assert_null(strpbrk(s.s, "\001"));
		pt_str_done(&s);
		pt_canvas_done(&c);
	}
}
