#include "pagetop/view/svg.h"

#include <string.h>

/*
 * In px; a monospaced letter of FONT is CELL_W wide in most fonts, and is made to be in the others.
 */
enum { CELL_W = 8, CELL_H = 17, BASELINE = 13, MARGIN = 14, CORNER = 6 };
#define FONT "13.3"

struct svg {
	struct pt_str *out;
	const struct pt_canvas *c;
	struct pt_theme theme;
	int32_t paper, ink;
};

/* What a run of cells is drawn with. */
struct paint {
	int32_t fg, bg;			/* bg -1: the paper */
	uint8_t attr;
};

/* Cells of a row. */
struct stretch {
	const struct pt_cell *cell;	/* the first of the row */
	int from, to;
	int y;				/* in px */
};

struct rect { double x, y, w, h; };

static void add_escaped(struct pt_str *out, uint32_t ch)
{
	switch (ch) {
	case '<':
		pt_str_adds(out, "&lt;");
		break;
	case '>':
		pt_str_adds(out, "&gt;");
		break;
	case '&':
		pt_str_adds(out, "&amp;");
		break;
	/* XML has none of the other controls, and no U+FFFE and U+FFFF, not even escaped */
	default:
		pt_utf8_add(out, (ch < ' ' && ch != '\n') || (ch & 0xfffe) == 0xfffe ? '?' : ch);
	}
}

static void add_text(struct pt_str *out, const char *text)
{
	uint32_t ch;
	size_t n;

	for (; (n = pt_utf8_decode(text, strnlen(text, 4), &ch)); text += n)
		add_escaped(out, ch);
}

static void add_rect(struct svg *s, struct rect r, int32_t rgb, double opacity)
{
	pt_str_addf(s->out, "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"#%06x\"",
		    r.x, r.y, r.w, r.h, (unsigned)rgb);
	if (opacity < 1)
		pt_str_addf(s->out, " fill-opacity=\"%g\"", opacity);
	pt_str_adds(s->out, "/>\n");
}

/* Pages that are there lie on a shade of their colour, which makes of letters a picture. */
static bool is_page(pt_style style)
{
	unsigned role = style & PT_STYLE_ROLE;

	return role >= PT_ROLE_ALARM && role != PT_ROLE_ABSENT;
}

static struct paint paint_of(const struct svg *s, pt_style style)
{
	struct pt_look look = pt_theme_look(&s->theme, style);
	struct paint p = { look.fg < 0 ? s->ink : look.fg, look.bg, look.attr };

	if (look.attr & PT_LOOK_REVERSE) {
		p.bg = p.fg;
		p.fg = look.bg < 0 ? s->paper : look.bg;
	}
	return p;
}

static bool is_block(uint32_t ch)
{
	return (ch >= 0x2581 && ch <= 0x2593 && ch != 0x2590) || ch == 0x2595 || ch == 0x2500;
}

/* Blocks that fill a part of the width of their cells, from the left, or the last eighth of it. */
static void draw_upright(struct svg *s, const struct stretch *t, int32_t rgb, double opacity)
{
	const uint32_t ch = t->cell[t->from].ch;
	const double w = ch == 0x2595 ? CELL_W / 8.0 : CELL_W * (0x2590 - ch) / 8.0;
	const double x = ch == 0x2595 ? CELL_W - w : 0;

	for (int i = t->from; i < t->to; i++)
		add_rect(s, (struct rect){ MARGIN + i * CELL_W + x, t->y, w, CELL_H }, rgb,
			 opacity);
}

/* Bars, shades and lines are drawn: letters would leave seams. All cells are the same. */
static void draw_blocks(struct svg *s, const struct stretch *t, const struct paint *p)
{
	const uint32_t ch = t->cell[t->from].ch;
	double dim = p->attr & PT_LOOK_DIM ? 0.6 : 1;
	struct rect r = { MARGIN + t->from * CELL_W, t->y, (t->to - t->from) * CELL_W, CELL_H };

	if (ch == 0x2500) {
		r.y += CELL_H / 2;
		r.h = 1;
	} else if (ch <= 0x2588) {
		r.h = CELL_H * (ch - 0x2580) / 8.0;
		r.y += CELL_H - r.h;
	} else if (ch >= 0x2591 && ch <= 0x2593) {
		dim = dim * (ch - 0x2590) / 4;
	} else {
		draw_upright(s, t, p->fg, dim);
		return;
	}
	add_rect(s, r, p->fg, dim);
}

/* Cells, none of them blank, as one text. */
static void draw_text(struct svg *s, const struct stretch *t, const struct paint *p)
{
	pt_str_addf(s->out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"#%06x\"",
		    MARGIN + t->from * CELL_W, t->y + BASELINE, (t->to - t->from) * CELL_W,
		    (unsigned)p->fg);
	if (p->attr & PT_LOOK_BOLD)
		pt_str_adds(s->out, " font-weight=\"bold\"");
	if (p->attr & PT_LOOK_UNDERLINE)
		pt_str_adds(s->out, " text-decoration=\"underline\"");
	if (p->attr & PT_LOOK_DIM)
		pt_str_adds(s->out, " fill-opacity=\"0.6\"");
	pt_str_addc(s->out, '>');
	for (const struct pt_cell *c = t->cell + t->from; c < t->cell + t->to; c++) {
		if (c->ch)
			add_escaped(s->out, c->ch);
		for (int i = 0; i < PT_MARKS && c->mark[i]; i++)
			add_escaped(s->out, c->mark[i]);
	}
	pt_str_adds(s->out, "</text>\n");
}

/* Whether what begins with the character `ch` has the next one in it. */
static bool goes_on(uint32_t ch, uint32_t next)
{
	return is_block(ch) ? next == ch : next != ' ' && !is_block(next);
}

/* Words and blocks, each at its place: what is blank between them takes no text. */
static void draw_cells(struct svg *s, const struct stretch *all, const struct paint *p)
{
	const struct pt_cell *cell = all->cell;
	struct stretch t = *all;

	for (; t.from < all->to; t.from = t.to) {
		uint32_t ch = cell[t.from].ch;

		t.to = t.from + 1;
		if (ch == ' ')
			continue;
		while (t.to < all->to && goes_on(ch, cell[t.to].ch))
			t.to++;
		if (is_block(ch))
			draw_blocks(s, &t, p);
		else
			draw_text(s, &t, p);
	}
}

static pt_style style_of(const struct pt_cell *cell)
{
	return cell->style & (pt_style)~PT_STYLE_CURSOR;
}

static void draw_row(struct svg *s, int row)
{
	const struct pt_cell *cell = s->c->cell + row * s->c->w;
	int y = MARGIN + row * CELL_H, end;

	for (int x = 0; x < s->c->w; x = end) {
		struct paint p = paint_of(s, style_of(&cell[x]));
		bool dim = p.attr & PT_LOOK_DIM;
		struct rect r;

		for (end = x + 1; end < s->c->w && style_of(&cell[end]) == style_of(&cell[x]);
		     end++)
			;
		r = (struct rect){ MARGIN + x * CELL_W, y, (end - x) * CELL_W, CELL_H };
		if (p.bg >= 0)
			add_rect(s, r, p.bg, dim ? 0.6 : 1);
		else if (is_page(cell[x].style))
			add_rect(s, r, p.fg, dim ? 0.1 : 0.2);
		draw_cells(s, &(struct stretch){ cell, x, end, y }, &p);
	}
}

/* A frame around its cell, unless a mark of lists is there. */
static void draw_cursor(struct svg *s)
{
	const struct pt_canvas *c = s->c;

	if (c->cursor_x < 0 || c->cell[c->cursor_y * c->w + c->cursor_x].ch == 0x25b8)
		return;
	pt_str_addf(
		s->out,
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#%06x\" "
		"stroke-width=\"1.5\"/>\n",
		MARGIN + c->cursor_x * CELL_W - 1, MARGIN + c->cursor_y * CELL_H - 1, CELL_W + 2,
		CELL_H + 2, (unsigned)s->ink);
}

void pt_svg(struct pt_str *out, const struct pt_canvas *c, enum pt_scheme scheme, const char *title,
	    const char *desc)
{
	struct svg s = { .out = out,
			 .c = c,
			 .theme = { scheme, PT_COLORS_RGB, false },
			 .paper = pt_theme_rgb(scheme, PT_ROLE_PAPER),
			 .ink = pt_theme_rgb(scheme, PT_ROLE_INK) };
	int w = c->w * CELL_W + 2 * MARGIN, h = c->h * CELL_H + 2 * MARGIN;

	pt_str_addf(
		out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-labelledby=\"title desc\"\nfont-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" "
		"font-size=\"" FONT "\">\n<title id=\"title\">",
		w, h, w, h);
	add_text(out, title);
	pt_str_adds(out, "</title>\n<desc id=\"desc\">");
	add_text(out, desc);
	pt_str_addf(out, "</desc>\n<rect width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"#%06x\"/>\n",
		    w, h, CORNER, (unsigned)s.paper);
	for (int y = 0; y < c->h; y++)
		draw_row(&s, y);
	draw_cursor(&s);
	pt_str_adds(out, "</svg>\n");
}

void pt_svg_screen(struct pt_str *out, const struct pt_canvas *c, enum pt_scheme scheme)
{
	const struct pt_canvas first = { .w = c->w, .h = c->h > 0, .cell = c->cell };
	struct pt_str title = PT_STR_INIT, text = PT_STR_INIT;

	pt_canvas_print(&first, &title);
	pt_str_cut(&title, title.len ? title.len - 1 : 0);
	pt_canvas_print(c, &text);
	pt_svg(out, c, scheme, title.s + strspn(title.s, " "), text.s);
	pt_str_done(&title);
	pt_str_done(&text);
}
