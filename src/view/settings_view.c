#include "pagetop/view/settings_view.h"

enum { HEAD_ROWS = 2, NAME_X = 2, NAME_W = 17, VALUE_W = 12, TEXT_X = NAME_X + NAME_W + VALUE_W };

static void draw_row(const struct pt_setting *s, bool chosen, struct pt_canvas *c, int y)
{
	pt_style style = chosen ? PT_ROLE_CHOSEN : PT_ROLE_PLAIN;

	pt_canvas_text(c, NAME_X, y, NAME_W - 1, style, s->name);
	pt_canvas_text(c, NAME_X + NAME_W, y, VALUE_W - 1, chosen ? style : PT_ROLE_KEY, s->value);
	pt_canvas_text(c, TEXT_X, y, c->w - TEXT_X, PT_ROLE_FAINT, s->text);
}

/* Where the screen is too narrow for it beside the value, the last line tells what the chosen one is. */
static void draw_text(const struct pt_setting *s, struct pt_canvas *c, int y)
{
	if (TEXT_X + pt_text_width(s->text) > c->w)
		pt_draw_wrapped(c, NAME_X, y, c->w - NAME_X - 1, PT_ROLE_FAINT, s->text);
}

void pt_settings_draw(struct pt_settings_view *v, const struct pt_setting *s, size_t n, const char *save,
		      struct pt_canvas *c)
{
	const int below = 4;		/* a blank one, and the text of the chosen one */
	int y = HEAD_ROWS;

	pt_list_fit(&v->list, n + 1, c->h - HEAD_ROWS > 2 * below ? c->h - HEAD_ROWS - below : c->h - HEAD_ROWS);
	pt_canvas_text(c, 1, 0, c->w - 1, PT_ROLE_TITLE, "Settings");
	for (size_t i = v->list.top; i <= n && i < v->list.top + (size_t)v->list.rows; i++, y++) {
		bool chosen = i == v->list.cur;

		if (i < n)
			draw_row(&s[i], chosen, c, y);
		else
			pt_canvas_text(c, NAME_X, y, c->w - NAME_X, chosen ? PT_ROLE_CHOSEN : PT_ROLE_PLAIN, save);
		pt_canvas_hit(c, 0, y, c->w, PT_HIT_SETTING, i);
		if (chosen) {
			pt_canvas_put(c, 0, y, 0x25b8, PT_ROLE_CHOSEN);
			pt_canvas_cursor(c, 0, y);
		}
	}
	if (v->list.cur < n)
		draw_text(&s[v->list.cur], c, y + 1);
}
