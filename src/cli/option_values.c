/*
 * What options are: read from a text into the field of their row, told as text, by default.
 */
#include "pagetop/cli/options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"

typedef int taker(struct pt_options *o, int option, const char *value, struct pt_str *why);
typedef void teller(const struct pt_options *o, int option, struct pt_str *out);

static taker take_target, take_flag, take_text, take_number, take_word, take_colours, take_count,
	take_bytes, take_size, take_screen, take_sort, take_columns, take_format, take_lens,
	take_dropped;
static teller tell_nothing, tell_flag, tell_text, tell_number, tell_share, tell_word;

#define UNSET NULL
#define IS(value) value
#define IS_SO(value, so) value
#define AT(field) .at = offsetof(struct pt_options, field)
#define FLAG(field) take_flag, tell_flag, AT(field)
#define TEXT(field) take_text, tell_text, AT(field)
#define WITHIN(lo, hi, words) .least = lo, .most = hi, .want = words
#define NUMBER(field, ...) take_number, tell_number, AT(field), WITHIN(__VA_ARGS__)
#define SHARE(field, ...) take_number, tell_share, AT(field), WITHIN(__VA_ARGS__)
#define WORD(field) take_word, tell_word, AT(field)
#define COLOURS(field) take_colours, tell_word, AT(field)
#define COUNT(field) take_count, tell_nothing, AT(field)
#define BYTES(field) take_bytes, tell_nothing, AT(field)
#define SORT_OF(list) take_sort, tell_text, AT(sort[PT_IN_##list]), .n = PT_IN_##list
#define COLUMNS_OF(list) take_columns, tell_text, AT(shown[PT_IN_##list]), .n = PT_IN_##list
#define FORMAT(format) take_format, tell_nothing, .n = PT_ROWS_##format
#define TARGET_NAME take_target, tell_nothing
#define CANVAS_SIZE take_size, tell_nothing
#define SCREEN_FORM take_screen, tell_nothing
#define LENS_NAME take_lens, tell_nothing
#define DROPPED take_dropped, tell_nothing

static const struct value {
	const char *unset;		/* as if it had been typed; NULL: nothing */
	taker *take;
	teller *tell;
	size_t at;			/* in struct pt_options */
	int n;				/* which list, which format */
	double least, most;
	const char *want;		/* these two in words */
} values[PT_NOPTIONS] = {
#define OPTION(id, letter, name, arg, who, text, unset, ...) [PT_OPT_##id] = { unset, __VA_ARGS__ },
#include "pagetop/cli/options.def"
#undef OPTION
};

static void *field(struct pt_options *o, int option)
{
	return (char *)o + values[option].at;
}

static const void *const_field(const struct pt_options *o, int option)
{
	return (const char *)o + values[option].at;
}

static int bad_near(struct pt_str *why, int option, const struct pt_nearest *near,
		    const char *want)
{
	pt_str_addf(why, "--%s: invalid value \"", pt_option_rows[option].name);
	pt_escape(why, near->typed, strlen(near->typed));
	pt_str_addc(why, '"');
	pt_nearest_say(near, why);
	pt_str_addf(why, "; expected %s", want);
	return -EINVAL;
}

static int bad(struct pt_str *why, int option, const char *value, const char *want)
{
	const struct pt_nearest none = pt_nearest_to(value, 0);

	return bad_near(why, option, &none, want);
}

/* The i-th of "a, b or c". */
static void add_choice(struct pt_str *out, int i, bool last, const char *word)
{
	if (i)
		pt_str_adds(out, last ? " or " : ", ");
	pt_str_adds(out, word);
}

/* On where it is named; as a setting it may be off, too. */
static int take_flag(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	if (value && *value && strcmp(value, "on") && strcmp(value, "off"))
		return bad(why, option, value, "on or off");
	*(bool *)field(o, option) = !value || strcmp(value, "off");
	return 0;
}

static int take_text(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	(void)why;
	*(const char **)field(o, option) = value;
	return 0;
}

static int take_target(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	(void)option;
	(void)why;
	o->target = value;
	o->target_is_name = true;
	return 0;
}

static int take_number(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	const struct value *v = &values[option];
	char *end;
	double n = strtod(value, &end);

	if (end == value || *end || !(n >= v->least && n <= v->most))
		return bad(why, option, value, v->want);
	*(double *)field(o, option) = n;
	return 0;
}

const char *pt_option_word(const char *words, int i, size_t *ret_len)
{
	while (i-- > 0 && (words = strchr(words, '|')))
		words++;
	*ret_len = words ? strcspn(words, "|") : 0;
	return words;
}

static int take_word(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	struct pt_nearest near = pt_nearest_to(value, strlen(value));
	struct pt_str want = PT_STR_INIT;
	char name[PT_DISTANCE_MAX];
	const char *word;
	size_t len;
	int i = 0;

	for (; (word = pt_option_word(pt_option_rows[option].arg, i, &len)); i++) {
		if (strlen(value) == len && !strncmp(word, value, len))
			break;
		snprintf(name, sizeof(name), "%.*s", (int)len, word);
		pt_nearest_offer(&near, name);
		add_choice(&want, i, !word[len], name);
	}
	if (word)
		*(int *)field(o, option) = i;
	else
		bad_near(why, option, &near, want.s);
	pt_str_done(&want);
	return word ? 0 : -EINVAL;
}

static int take_colours(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	int err = take_word(o, option, value, why);

	if (!err)
		o->theme.ncolors = pt_depths[*(int *)field(o, option)];
	return err;
}

static int take_count(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	uint64_t n;

	if (pt_parse_dec(value, &n) || !n || n > INT32_MAX)
		return bad(why, option, value, "a number, 1 or more");
	*(uint64_t *)field(o, option) = n;
	return 0;
}

/* "64M": a whole number of K, M, G or T. */
static int take_bytes(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	static const char unit[] = "KMGT";
	char *end;
	unsigned long long n = strtoull(value, &end, 10);
	const char *u = *end ? strchr(unit, *end) : NULL;

	if (*value < '0' || *value > '9' || !u || end[1] || !n || n > UINT32_MAX)
		return bad(why, option, value, "a size such as 64M or 2G");
	*(uint64_t *)field(o, option) = (uint64_t)n << (10 * (u - unit + 1));
	return 0;
}

static int take_size(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	int n = pt_canvas_size(value, &o->w, &o->h);

	if (!n || value[n])
		return bad(why, option, value, "COLUMNSxROWS such as 80x24, each 1 to 1000");
	return 0;
}

static int take_screen(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	o->screen = true;
	o->styles = value && !strcmp(value, "styles");
	o->as_svg = value && !strcmp(value, "svg");
	if (value && !o->styles && !o->as_svg)
		return bad(why, option, value, "styles, svg or no value");
	return 0;
}

/* Empty: as by default. */
static int take_sort(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	enum pt_list_id list = (enum pt_list_id)values[option].n;

	if (*value && pt_heading_parse(value + (*value == '~'), list, why) < 0)
		return -EINVAL;
	return take_text(o, option, value, why);
}

static int take_columns(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	struct pt_columns columns;
	int err = pt_columns_parse(value, (enum pt_list_id)values[option].n, &columns, why);

	return err ? err : take_text(o, option, value, why);
}

static int take_format(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	(void)value;
	(void)why;
	o->format = (enum pt_rows_format)values[option].n;
	return 0;
}

static int take_lens(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	struct pt_nearest near = pt_nearest_to(value, strlen(value));
	struct pt_str names = PT_STR_INIT;
	int i = 0;

	for (; i < PT_NLENSES && strcmp(pt_lenses[i].name, value); i++) {
		add_choice(&names, i, i + 1 == PT_NLENSES, pt_lenses[i].name);
		pt_nearest_offer(&near, pt_lenses[i].name);
	}
	if (i < PT_NLENSES)
		o->lens = (enum pt_lens_id)i;
	else
		bad_near(why, option, &near, names.s);
	pt_str_done(&names);
	return i < PT_NLENSES ? 0 : -EINVAL;
}

static int take_dropped(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	o->drop = value && !strcmp(value, "strict") ? PT_DROP_STRICT : PT_DROP_BASIC;
	if (value && o->drop == PT_DROP_BASIC && strcmp(value, "basic"))
		return bad(why, option, value, "basic, strict or no value");
	return 0;
}

struct pt_options pt_options_default(void)
{
	struct pt_options o = { .w = 0 };
	struct pt_str why = PT_STR_INIT;

	for (int i = 0; i < PT_NOPTIONS; i++)
		if (values[i].unset)
			pt_setting_set(&o, i, values[i].unset, &why);
	pt_str_done(&why);
	return o;
}

/* ---- settings */

int pt_setting_next(int option)
{
	do
		option++;
	while (option < PT_NOPTIONS && !(pt_option_rows[option].who & SETTING));
	return option < PT_NOPTIONS ? option : -1;
}

int pt_setting_find(const char *name)
{
	int i = -1;

	do
		i = pt_setting_next(i);
	while (i >= 0 && strcmp(pt_option_rows[i].name, name));
	return i;
}

const char *pt_setting_words(int option)
{
	const char *arg = pt_option_rows[option].arg;

	if (!*arg)
		return "on|off";
	return strchr(arg, '|') ? arg : NULL;
}

int pt_setting_set(struct pt_options *o, int option, const char *value, struct pt_str *why)
{
	return values[option].take(o, option, value, why);
}

double pt_options_share(const struct pt_options *opt)
{
	return opt->budget > 0 ? opt->budget : 0.1;
}

static void tell_nothing(const struct pt_options *o, int option, struct pt_str *out)
{
	(void)o;
	(void)option;
	(void)out;
}

static void tell_flag(const struct pt_options *o, int option, struct pt_str *out)
{
	pt_str_adds(out, *(const bool *)const_field(o, option) ? "on" : "off");
}

static void tell_text(const struct pt_options *o, int option, struct pt_str *out)
{
	const char *text = *(const char *const *)const_field(o, option);

	pt_str_adds(out, text ? text : "");
}

static void tell_number(const struct pt_options *o, int option, struct pt_str *out)
{
	pt_str_addf(out, "%g", *(const double *)const_field(o, option));
}

/* What it is when it was not told. */
static void tell_share(const struct pt_options *o, int option, struct pt_str *out)
{
	(void)option;
	pt_str_addf(out, "%g", pt_options_share(o));
}

static void tell_word(const struct pt_options *o, int option, struct pt_str *out)
{
	int i = *(const int *)const_field(o, option);
	size_t len;
	const char *word = pt_option_word(pt_option_rows[option].arg, i, &len);

	pt_str_add(out, word, len);
}

void pt_setting_value(const struct pt_options *o, int option, struct pt_str *out)
{
	values[option].tell(o, option, out);
}

enum pt_takes pt_option_argument(int option, enum pt_list_id *ret_list)
{
	static const struct { taker *take; enum pt_takes takes; } known[] = {
		{ take_target, PT_TAKES_PROCESS },
		{ take_lens, PT_TAKES_LENS },
		{ take_sort, PT_TAKES_COLUMN },
		{ take_columns, PT_TAKES_COLUMNS },
	};

	*ret_list = (enum pt_list_id)values[option].n;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (values[option].take == known[i].take)
			return known[i].takes;
	return PT_TAKES_OTHER;
}
