/*
 * Settings: one line each with its value, and below what it is; what changes them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/cli/option_table.h"
#include "pagetop/ui/config.h"
#include "pagetop/ui/ui.h"

struct setting {
	const char *name, *value;
	const char *text;	/* what it is: a sentence */
};

enum { HEAD_ROWS = 2, NAME_X = 2, NAME_W = 17, VALUE_W = 12, TEXT_X = NAME_X + NAME_W + VALUE_W };

static void draw_row(const struct setting *s, bool chosen, struct pt_canvas *c, int y)
{
	pt_style style = chosen ? PT_ROLE_CHOSEN : PT_ROLE_PLAIN;

	pt_canvas_text(c, NAME_X, y, NAME_W - 1, style, s->name);
	pt_canvas_text(c, NAME_X + NAME_W, y, VALUE_W - 1, chosen ? style : PT_ROLE_KEY, s->value);
	pt_canvas_text(c, TEXT_X, y, c->w - TEXT_X, PT_ROLE_FAINT, s->text);
}

/*
 * Where the screen is too narrow for it beside the value, the last line tells what
 * the chosen one is.
 */
static void draw_text(const struct setting *s, struct pt_canvas *c, int y)
{
	if (TEXT_X + pt_text_width(s->text) > c->w)
		pt_draw_wrapped(&(struct pt_slot){ c, NAME_X, y, c->w - NAME_X - 1, PT_ROLE_FAINT },
				s->text);
}

/* The last line is `save`; texts have been through pt_escape() where they come from outside. */
static void draw_rows(struct pt_list *list, const struct setting *s, size_t n, const char *save,
		      struct pt_canvas *c)
{
	const int below = 4;		/* a blank one, and the text of the chosen one */
	int y = HEAD_ROWS;

	pt_list_fit(list, n + 1,
		    c->h - HEAD_ROWS > 2 * below ? c->h - HEAD_ROWS - below : c->h - HEAD_ROWS);
	pt_canvas_text(c, 1, 0, c->w - 1, PT_ROLE_TITLE, "Settings");
	for (size_t i = list->top; i <= n && i < list->top + (size_t)list->rows; i++, y++) {
		bool chosen = i == list->cur;

		if (i < n)
			draw_row(&s[i], chosen, c, y);
		else
			pt_canvas_text(c, NAME_X, y, c->w - NAME_X,
				       chosen ? PT_ROLE_CHOSEN : PT_ROLE_PLAIN, save);
		pt_canvas_hit(c, 0, y, c->w, PT_HIT_SETTING, i);
		if (chosen) {
			pt_canvas_put(c, 0, y, 0x25b8, PT_ROLE_CHOSEN);
			pt_canvas_cursor(c, 0, y);
		}
	}
	if (list->cur < n)
		draw_text(&s[list->cur], c, y + 1);
}

static struct pt_list *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_SETTINGS];
}

static size_t count(void)
{
	size_t n = 0;

	for (int i = pt_setting_next(-1); i >= 0; i = pt_setting_next(i))
		n++;
	return n;
}

/* The option in this row; -1: it is the row that saves. */
static int option_of(size_t row)
{
	int i = pt_setting_next(-1);

	while (i >= 0 && row--)
		i = pt_setting_next(i);
	return i;
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	const struct pt_options *o = &pt_ui_of(d)->settings.now;
	struct setting row[PT_NOPTIONS];
	struct pt_str value[PT_NOPTIONS], save = PT_STR_INIT;
	size_t n = 0;

	for (int i = pt_setting_next(-1); i >= 0; i = pt_setting_next(i), n++) {
		struct pt_str plain = PT_STR_INIT;

		value[n] = (struct pt_str)PT_STR_INIT;
		pt_setting_value(o, i, &plain);
		pt_escape(&value[n], plain.s, plain.len);
		pt_str_done(&plain);
		row[n] = (struct setting){ pt_option_rows[i].name, value[n].s,
					   pt_option_rows[i].text };
	}
	pt_str_adds(&save, "save to ");
	pt_escape(&save, o->config_path ? o->config_path : "?",
		  o->config_path ? strlen(o->config_path) : 1);
	draw_rows(own(d), row, n, save.s, c);
	while (n)
		pt_str_done(&value[--n]);
	pt_str_done(&save);
}

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	pt_list_move(own(d), count() + 1, move);
}

/* ---- change */

/* It holds at once; or what is wrong is said. */
static void set(struct pt_ui *ui, int option, const char *text)
{
	struct pt_str why = PT_STR_INIT;

	if (pt_settings_keep(&ui->settings, option, text, &why))
		pt_desk_refuse(&ui->desk, why.s + strspn(why.s, "-"));	/* here it is no option */
	else
		pt_ui_options_changed(ui);
	pt_str_done(&why);
}

/* The word after the one it is, or before; round the end. */
static void cycle(struct pt_ui *ui, int option, const char *value, int step)
{
	const char *words = pt_setting_words(option), *word;
	char next[64];
	size_t len;
	int n = 0, at = 0;

	for (; (word = pt_option_word(words, n, &len)); n++)
		if (len == strlen(value) && !strncmp(word, value, len))
			at = n;
	word = pt_option_word(words, (at + step + n) % n, &len);
	snprintf(next, sizeof(next), "%.*s", (int)len, word);
	set(ui, option, next);
}

/* 0.1 0.2 0.5 1 2 5 10: the next of these, from wherever it is above 0. */
static double stepped(double v, int step)
{
	static const double mark[] = { 0.5, 1, 2, 5, 10 };
	const double near = 1e-9;
	double ten = 1;
	int i;

	while (ten * 10 <= v * (1 + near))
		ten *= 10;
	while (ten > v * (1 + near))
		ten /= 10;
	if (step > 0)
		for (i = 1; mark[i] * ten <= v * (1 + near); )
			i++;
	else
		for (i = 3; mark[i] * ten >= v * (1 - near); )
			i--;
	return mark[i] * ten;
}

static void typed(struct pt_ui *ui, const char *text)
{
	int option = option_of(own(&ui->desk)->cur);

	if (*text && option >= 0)
		set(ui, option, text);
}

static void save(struct pt_ui *ui)
{
	const char *path = ui->settings.now.config_path;
	struct pt_str words = PT_STR_INIT;

	if (pt_ui_is_busy(ui))		/* another file may be half written */
		return;
	if (pt_config_write(&ui->settings.now, &words)) {
		pt_desk_say(&ui->desk, "settings not saved: %s", words.s);
	} else {
		pt_escape(&words, path, strlen(path));
		pt_desk_say(&ui->desk, "saved to %s", words.s);
	}
	pt_str_done(&words);
}

/* 0: another value, whichever way that goes; 1 and -1: the next one and the one before. */
static void change(struct pt_ui *ui, int step)
{
	int option = option_of(own(&ui->desk)->cur);
	struct pt_str value = PT_STR_INIT;
	char next[32], *end;
	double number;

	if (option < 0) {
		if (!step)
			save(ui);
		return;
	}
	pt_setting_value(&ui->settings.now, option, &value);
	number = strtod(value.s, &end);
	if (pt_setting_words(option)) {
		cycle(ui, option, value.s, step ? step : 1);
	} else if (step && end != value.s && !*end && number > 0) {
		snprintf(next, sizeof(next), "%g", stepped(number, step));
		set(ui, option, next);
	} else if (!step) {
		snprintf(ui->settings.label, sizeof(ui->settings.label), "%s (%s), now %.20s  ",
			 pt_option_rows[option].name, pt_option_rows[option].arg, value.s);
		pt_ui_ask(ui, ui->settings.label, typed);
	}
	pt_str_done(&value);
}

static bool act(struct pt_desk *d, enum pt_act act)
{
	static const int step[] = { [PT_ACT_CHANGE] = 0, [PT_ACT_NEXT] = 1, [PT_ACT_PREVIOUS] = -1 };

	if (act == PT_ACT_SAVE)
		save(pt_ui_of(d));
	else
		change(pt_ui_of(d), step[act]);
	return false;
}

static enum pt_click click(struct pt_desk *d, const struct pt_hit *hit, int x)
{
	bool same = own(d)->cur == hit->arg;

	(void)x;
	own(d)->cur = hit->arg;
	return same ? PT_CLICK_AGAIN : PT_CLICK_CHOSE;
}

const struct pt_view_class pt_settings_view = {
	.size = sizeof(struct pt_list),
	.draw = desk_draw,
	.move = desk_move,
	.act = act,
	.click = click,
};
