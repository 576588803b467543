#include "pagetop/view/text_view.h"

#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"

enum { HEAD_ROWS = 2, MARGIN = 1 };

/* Where the text of the line begins, in bytes: names and the like stand before it. */
static size_t hang(const char *line)
{
	size_t at = strspn(line, " ");
	const char *gap = strstr(line + at, "  ");

	return gap ? (size_t)(gap - line) + strspn(gap, " ") : at;
}

/* Returns the row behind the line. */
static int draw_line(struct pt_canvas *c, int y, const char *line)
{
	pt_style style = line[0] == ' ' ? PT_ROLE_PLAIN : PT_ROLE_CHOSEN;
	const char *text = line + hang(line);
	char *before = pt_strndup(line, (size_t)(text - line));
	int x = MARGIN, end_y = y + 1;

	if (before)
		x = pt_canvas_text(c, x, y, c->w - x, style, before);
	if (before && *text)
		end_y = pt_draw_wrapped(&(struct pt_slot){ c, x, y, c->w - x - MARGIN, style },
					text);
	free(before);
	return end_y;
}

/* Returns the row behind the text. */
static int draw_lines(struct pt_canvas *c, int y, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = pt_strndup(text, len);

		y = line ? draw_line(c, y, line) : y + 1;
		free(line);
		text += len + (text[len] == '\n');
	}
	return y;
}

static void clamp(struct pt_text_view *v)
{
	if (v->top > v->lines - v->rows)
		v->top = v->lines - v->rows;
	if (v->top < 0)
		v->top = 0;
}

void pt_text_draw(struct pt_text_view *v, const struct pt_scene *sc, const char *title,
		  const char *text, struct pt_canvas *c)
{
	int top = v->top;

	v->rows = c->h - HEAD_ROWS;
	v->lines = draw_lines(c, HEAD_ROWS - top, text) - HEAD_ROWS + top;
	clamp(v);
	if (v->top != top) {
		pt_canvas_clear(c);
		draw_lines(c, HEAD_ROWS - v->top, text);
	}
	for (int y = 0; y < HEAD_ROWS; y++)	/* what was scrolled away */
		for (int x = 0; x < c->w; x++)
			pt_canvas_put(c, x, y, ' ', PT_ROLE_PLAIN);
	pt_canvas_text(c, MARGIN, 0, c->w - MARGIN, PT_ROLE_TITLE, title);
	if (v->top + v->rows < v->lines && v->rows > 1)
		pt_draw_more(sc, v->lines - v->top - v->rows + 1, c);
}

void pt_text_move(struct pt_text_view *v, enum pt_move move)
{
	int page = v->rows > 1 ? v->rows - 1 : 1;

	switch (move) {
	case PT_MOVE_UP:
		v->top--;
		break;
	case PT_MOVE_DOWN:
		v->top++;
		break;
	case PT_MOVE_PGUP:
		v->top -= page;
		break;
	case PT_MOVE_PGDN:
		v->top += page;
		break;
	case PT_MOVE_HOME:
		v->top = 0;
		break;
	case PT_MOVE_END:
		v->top = v->lines;
		break;
	default:
		break;
	}
	clamp(v);
}
