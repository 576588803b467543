#include "pagetop/ui/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/cli/option_table.h"
#include "pagetop/ui/commands.h"
#include "pagetop/ui/config.h"
#include "pagetop/ui/ui.h"

void pt_settings_init(struct pt_settings *s, const struct pt_options *opt)
{
	*s = (struct pt_settings){ .now = *opt };
}

void pt_settings_done(struct pt_settings *s)
{
	for (int i = 0; i < PT_NOPTIONS; i++)
		free(s->typed[i]);
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

void pt_settings_show(struct pt_ui *ui)
{
	const struct pt_options *o = &ui->settings.now;
	struct pt_setting row[PT_NOPTIONS];
	struct pt_str value[PT_NOPTIONS], save = PT_STR_INIT;
	size_t n = 0;

	for (int i = pt_setting_next(-1); i >= 0; i = pt_setting_next(i), n++) {
		struct pt_str plain = PT_STR_INIT;

		value[n] = (struct pt_str)PT_STR_INIT;
		pt_setting_value(o, i, &plain);
		pt_escape(&value[n], plain.s, plain.len);
		pt_str_done(&plain);
		row[n] = (struct pt_setting){ pt_option_rows[i].name, value[n].s, pt_option_rows[i].text };
	}
	pt_str_adds(&save, "save to ");
	pt_escape(&save, o->config_path ? o->config_path : "?", o->config_path ? strlen(o->config_path) : 1);
	pt_settings_draw(&ui->settings.view, row, n, save.s, &ui->canvas);
	while (n)
		pt_str_done(&value[--n]);
	pt_str_done(&save);
}

void pt_settings_move(struct pt_ui *ui, enum pt_move move)
{
	pt_list_move(&ui->settings.view.list, count() + 1, move);
}

/* ---- change */

int pt_settings_keep(struct pt_settings *s, int option, const char *text, struct pt_str *why)
{
	char *copy = pt_strdup(text);
	int err = copy ? pt_setting_set(&s->now, option, copy, why) : -ENOMEM;

	if (err) {
		free(copy);
		return err;
	}
	free(s->typed[option]);
	s->typed[option] = copy;
	return 0;
}

/* It holds at once; or what is wrong is said. */
static void set(struct pt_ui *ui, int option, const char *text)
{
	struct pt_str why = PT_STR_INIT;

	if (pt_settings_keep(&ui->settings, option, text, &why))
		pt_ui_refuse(ui, why.s + strspn(why.s, "-"));	/* here it is no option */
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
	int option = option_of(ui->settings.view.list.cur);

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
		pt_ui_say(ui, "the settings were not saved: %s", words.s);
	} else {
		pt_escape(&words, path, strlen(path));
		pt_ui_say(ui, "saved to %s", words.s);
	}
	pt_str_done(&words);
}

/* 0: another value, whichever way that goes; 1 and -1: the next one and the one before. */
void pt_cmd_change(struct pt_ui *ui, int step)
{
	int option = option_of(ui->settings.view.list.cur);
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

void pt_cmd_save_settings(struct pt_ui *ui, int arg)
{
	(void)arg;
	save(ui);
}

void pt_cmd_settings(struct pt_ui *ui, int arg)
{
	(void)arg;
	ui->over = ui->over == PT_TEXT_SETTINGS ? PT_TEXT_NONE : PT_TEXT_SETTINGS;
}
