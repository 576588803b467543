#include "pagetop/view/text_view.h"

#include <stdlib.h>
#include <string.h>

void pt_text_draw(struct pt_text_view *v, const char *title, const char *text, struct pt_canvas *c)
{
	size_t nlines = 0, i = 0;
	int y = 2;

	for (const char *p = text; *p; p++)
		nlines += *p == '\n';
	v->rows = c->h - 2;
	if (v->top + 1 > nlines)
		v->top = nlines ? nlines - 1 : 0;
	if (nlines <= (size_t)(v->rows > 0 ? v->rows : 0))
		v->top = 0;
	pt_canvas_text(c, 1, 0, c->w - 1, PT_ROLE_TITLE, title);
	for (; *text && y < c->h; i++) {
		size_t len = strcspn(text, "\n");
		char *line = i >= v->top ? strndup(text, len) : NULL;

		if (line)
			pt_canvas_text(c, 1, y++, c->w - 2,
				       line[0] == ' ' ? PT_ROLE_PLAIN : PT_ROLE_CHOSEN, line);
		free(line);
		text += len + (text[len] == '\n');
	}
}

void pt_text_move(struct pt_text_view *v, enum pt_move move)
{
	size_t page = v->rows > 1 ? (size_t)v->rows - 1 : 1;

	switch (move) {
	case PT_MOVE_UP:
		v->top -= v->top > 0;
		break;
	case PT_MOVE_DOWN:
		v->top++;
		break;
	case PT_MOVE_PGUP:
		v->top -= v->top < page ? v->top : page;
		break;
	case PT_MOVE_PGDN:
		v->top += page;
		break;
	case PT_MOVE_HOME:
		v->top = 0;
		break;
	case PT_MOVE_END:
		v->top = SIZE_MAX / 2;
		break;
	default:
		break;
	}
}
