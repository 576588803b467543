#include "pagetop/view/canvas.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"

static const uint32_t ellipsis = 0x2026;

int pt_canvas_size(const char *text, int *ret_w, int *ret_h)
{
	int w, h, n = 0;

	if (sscanf(text, "%4dx%4d%n", &w, &h, &n) != 2 || w < 1 || h < 1 || w > PT_MAX_SIDE ||
	    h > PT_MAX_SIDE)
		return 0;
	*ret_w = w;
	*ret_h = h;
	return n;
}

int pt_canvas_resize(struct pt_canvas *c, int w, int h)
{
	struct pt_cell *cell = pt_calloc((size_t)w * (size_t)h + 1, sizeof(*cell));

	if (!cell)
		return -ENOMEM;
	pt_canvas_done(c);
	*c = (struct pt_canvas){ .w = w, .h = h, .cell = cell };
	pt_canvas_clear(c);
	return 0;
}

void pt_canvas_done(struct pt_canvas *c)
{
	free(c->cell);
	free(c->hit);
	*c = (struct pt_canvas){ 0 };
}

void pt_canvas_clear(struct pt_canvas *c)
{
	for (int i = 0; i < c->w * c->h; i++)
		c->cell[i] = (struct pt_cell){ .ch = ' ', .style = PT_ROLE_PLAIN };
	c->cursor_x = c->cursor_y = -1;
	c->nhits = 0;
}

void pt_canvas_hit(struct pt_canvas *c, int x, int y, int w, enum pt_hit_kind what, uint64_t arg)
{
	if (!pt_grow(&c->hit, &c->hit_cap, c->nhits + 1, sizeof(*c->hit)))
		c->hit[c->nhits++] = (struct pt_hit){ x, y, w, what, arg };
}

const struct pt_hit *pt_canvas_hit_at(const struct pt_canvas *c, int x, int y)
{
	for (size_t i = c->nhits; i--; )
		if (c->hit[i].y == y && x >= c->hit[i].x && x - c->hit[i].x < c->hit[i].w)
			return &c->hit[i];
	return NULL;
}

void pt_canvas_put(struct pt_canvas *c, int x, int y, uint32_t ch, pt_style style)
{
	struct pt_cell *cell =
		x >= 0 && x < c->w && y >= 0 && y < c->h ? &c->cell[y * c->w + x] : NULL;

	if (!cell)
		return;
	if (!cell->ch && x > 0)		/* the other half of a wide character goes, too */
		cell[-1] = (struct pt_cell){ .ch = ' ', .style = cell[-1].style };
	if (x + 1 < c->w && !cell[1].ch)
		cell[1].ch = ' ';
	/* Never: but a terminal would obey it */
	*cell = (struct pt_cell){ .ch = ch && pt_is_control(ch) ? '?' : ch, .style = style };
}

/* A character of two columns; one of which only a half would be seen is a blank. */
static void put_wide(struct pt_canvas *c, int x, int y, uint32_t ch, pt_style style)
{
	bool whole = x >= 0 && x + 1 < c->w;

	pt_canvas_put(c, x, y, whole ? ch : ' ', style);
	pt_canvas_put(c, x + 1, y, ' ', style);
	if (whole && y >= 0 && y < c->h)
		c->cell[y * c->w + x + 1].ch = 0;
}

/*
 * Over the character at x; more than a cell has room for are left out, and so is one that has
 * none to lie over.
 */
static void put_mark(struct pt_canvas *c, int x, int y, uint32_t ch)
{
	struct pt_cell *cell =
		x >= 0 && x < c->w && y >= 0 && y < c->h ? &c->cell[y * c->w + x] : NULL;
	int i = 0;

	while (i < PT_MARKS && cell && cell->mark[i])
		i++;
	if (cell && cell->ch != ' ' && i < PT_MARKS && pt_is_mark(ch))
		cell->mark[i] = ch;
}

void pt_canvas_cursor(struct pt_canvas *c, int x, int y)
{
	if (x < 0 || x >= c->w || y < 0 || y >= c->h)
		return;
	c->cell[y * c->w + x].style |= PT_STYLE_CURSOR;
	c->cursor_x = x;
	c->cursor_y = y;
}

int pt_canvas_text(struct pt_canvas *c, int x, int y, int w, pt_style style, const char *text)
{
	size_t len = strlen(text), n;
	int end = x + (w < 0 ? 0 : w);
	bool fits = pt_text_width(text) <= w;
	int base = -1;		/* where the last character was put */
	uint32_t ch;

	for (; (n = pt_utf8_decode(text, len, &ch)); text += n, len -= n) {
		int cw = pt_char_width(ch);

		if (x + cw > end - !fits)
			break;
		if (!cw)
			put_mark(c, base, y, ch);
		else if (cw == 1)
			pt_canvas_put(c, base = x, y, ch, style);
		else
			put_wide(c, base = x, y, ch, style);
		x += cw;
	}
	if (!fits && x < end)
		pt_canvas_put(c, x++, y, ellipsis, style);
	return x;
}

int pt_canvas_textf(struct pt_canvas *c, int x, int y, int w, pt_style style, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return pt_canvas_text(c, x, y, w, style, buf);
}

int pt_slot_text(const struct pt_slot *s, const char *text)
{
	return pt_canvas_text(s->c, s->x, s->y, s->w, s->style, text);
}

void pt_slot_right(const struct pt_slot *s, const char *text)
{
	int w = pt_text_width(text);

	if (w > s->w)
		w = s->w;
	pt_canvas_text(s->c, s->x + s->w - w, s->y, w, s->style, text);
}

void pt_canvas_row_style(struct pt_canvas *c, int y, pt_style style)
{
	for (int x = 0; y >= 0 && y < c->h && x < c->w; x++)
		c->cell[y * c->w + x].style = style;
}

static void style_text(struct pt_str *out, pt_style style)
{
	static const char *const role[PT_NROLES] = {
#define ROLE(id, name, ...) [PT_ROLE_##id] = name,
#include "pagetop/model/roles.def"
#undef ROLE
	};
	static const struct { pt_style mark; const char *name; } mark[] = {
		{ PT_STYLE_HUGE, "+huge" }, { PT_STYLE_LARGE, "+large" },
		{ PT_STYLE_LOCKED, "+locked" }, { PT_STYLE_MIXED, "+mixed" },
		{ PT_STYLE_FEW, "+few" }, { PT_STYLE_FLASH, "+flash" }, { PT_STYLE_FADE, "+fade" },
		{ PT_STYLE_CURSOR, "+cursor" },
	};

	pt_str_adds(out, role[style & PT_STYLE_ROLE]);
	for (size_t i = 0; i < sizeof(mark) / sizeof(mark[0]); i++)
		if (style & mark[i].mark)
			pt_str_adds(out, mark[i].name);
}

/* What stands for a cell is appended; nothing for the second half of a wide character. */
static void print_rows(const struct pt_canvas *c, struct pt_str *out,
		       void (*add)(struct pt_str *out, const struct pt_cell *cell, void *arg),
		       void *arg)
{
	for (int y = 0; y < c->h; y++) {
		size_t end = out->len;

		for (int x = 0; x < c->w; x++) {
			add(out, &c->cell[y * c->w + x], arg);
			if (out->len > end && out->s[out->len - 1] != ' ')
				end = out->len;
		}
		pt_str_cut(out, end);
		pt_str_addc(out, '\n');
	}
}

static void add_character(struct pt_str *out, const struct pt_cell *cell, void *arg)
{
	(void)arg;
	if (cell->ch)
		pt_utf8_add(out, cell->ch);
	for (int i = 0; i < PT_MARKS && cell->mark[i]; i++)
		pt_utf8_add(out, cell->mark[i]);
}

void pt_canvas_print(const struct pt_canvas *c, struct pt_str *out)
{
	print_rows(c, out, add_character, NULL);
}

/* Letters are given to styles in the order in which they are met. */
struct style_key {
	pt_style style[62];
	int n;
};

static char letter(const struct pt_cell *cell, void *arg)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	struct style_key *key = arg;
	int i = 0;

	if (cell->style == PT_ROLE_PLAIN)
		return cell->ch == ' ' ? ' ' : '.';
	while (i < key->n && key->style[i] != cell->style)
		i++;
	if (i == key->n && i < (int)sizeof(name) - 1)
		key->style[key->n++] = cell->style;
	return i < key->n ? name[i] : '*';
}

static void add_letter(struct pt_str *out, const struct pt_cell *cell, void *arg)
{
	if (cell->ch)
		pt_str_addc(out, letter(cell, arg));
}

void pt_canvas_print_styles(const struct pt_canvas *c, struct pt_str *out)
{
	struct style_key key = { .n = 0 };

	print_rows(c, out, add_letter, &key);
	for (int i = 0; i < key.n; i++) {
		struct pt_cell cell = { .ch = 'x', .style = key.style[i] };

		pt_str_addc(out, letter(&cell, &key));
		pt_str_adds(out, " = ");
		style_text(out, key.style[i]);
		pt_str_addc(out, '\n');
	}
}
