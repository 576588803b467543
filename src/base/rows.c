#include "pagetop/base/rows.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"

/* ---- JSON */

/* What holds no control: only these two need more. */
static void add_quoted(struct pt_str *out, const char *s)
{
	size_t n;

	pt_str_addc(out, '"');
	for (; *s; s += n) {
		if (*s == '"' || *s == '\\')
			pt_str_addc(out, '\\');
		n = 1 + strcspn(s + 1, "\"\\");
		pt_str_add(out, s, n);
	}
	pt_str_addc(out, '"');
}

void pt_json_text(struct pt_str *out, const char *bytes, size_t len)
{
	struct pt_str text = PT_STR_INIT;

	pt_escape(&text, bytes, len);
	add_quoted(out, text.s);
	if (text.err)
		out->err = text.err;
	pt_str_done(&text);
}

static void add_json(struct pt_str *out, const char *text)
{
	pt_json_text(out, text, strlen(text));
}

static void add_json_names(struct pt_str *out, const char *const *name, size_t n)
{
	pt_str_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		pt_str_adds(out, i ? ", " : "");
		add_json(out, name[i]);
	}
	pt_str_addc(out, ']');
}

/* RFC 3339; null for what it cannot write. */
static void add_json_time(struct pt_str *out, const struct timespec *when)
{
	struct tm tm;

	if (when->tv_nsec < 0 || when->tv_nsec > 999999999 || !gmtime_r(&when->tv_sec, &tm) ||
	    tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
		pt_str_adds(out, "null");
	else
		pt_str_addf(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ\"", tm.tm_year + 1900,
			    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
			    when->tv_nsec);
}

static void add_json_head(struct pt_str *out, const struct pt_rows_head *head)
{
	pt_str_adds(out, "{\"pagetop\": ");
	add_json(out, PACKAGE_VERSION);
	pt_str_adds(out, ", \"kind\": ");
	add_json(out, head->kind);
	pt_str_adds(out, ", \"when\": ");
	add_json_time(out, &head->when);
	pt_str_adds(out, ", \"machine\": ");
	if (head->machine)
		add_quoted(out, head->machine);
	else
		pt_str_adds(out, "null");
	pt_str_adds(out, ", \"got\": ");
	add_json_names(out, head->got, head->ngot);
	pt_str_adds(out, ", \"rows\": [");
}

static void open_json(struct pt_rows *r)
{
	pt_str_adds(r->out, r->any_row ? ",\n{" : "\n{");
	r->any_row = true;
	r->any_key = false;
}

static void put_json(struct pt_rows *r, const char *value)
{
	pt_str_adds(r->out, r->any_key ? ", \"" : "\"");
	pt_str_adds(r->out, r->column[r->at].name);
	pt_str_adds(r->out, "\": ");
	pt_str_adds(r->out, value);
	r->any_key = true;
}

/* ---- CSV */

/*
 * Before what spreadsheets would take for a formula; and where such a mark is there already, so
 * that it can be turned back.
 */
static const char *mark_of(const char *text)
{
	static const char *const formula[] = { "=", "+", "-", "@", "＝", "＋", "－", "＠" };

	text += strspn(text, "'");
	for (size_t i = 0; i < sizeof(formula) / sizeof(formula[0]); i++)
		if (!strncmp(text, formula[i], strlen(formula[i])))
			return "'";
	return "";
}

static void add_csv(struct pt_str *out, const char *mark, const char *text)
{
	size_t len = strlen(text), n;

	if (len && !strpbrk(text, ",\"\r\n") && text[0] != ' ' && text[len - 1] != ' ') {
		pt_str_adds(out, mark);
		pt_str_adds(out, text);
		return;
	}
	pt_str_addc(out, '"');
	pt_str_adds(out, mark);
	for (; *text; text += n) {
		if (*text == '"')
			pt_str_addc(out, '"');
		n = 1 + strcspn(text + 1, "\"");
		pt_str_add(out, text, n);
	}
	pt_str_addc(out, '"');
}

/* ---- tables */

static int column_width(const struct pt_rows_column *c)
{
	int title = pt_text_width(c->name);

	return title > c->width ? title : c->width;
}

/* Blanks come with the text behind them, so none ends a line. */
static void put_table(struct pt_rows *r, const char *text)
{
	const struct pt_rows_column *c = &r->column[r->at];
	int w = pt_text_width(text), x = r->start;

	if (!w)
		return;
	if (c->right)
		x += column_width(c) - w;
	if (x < r->x + (r->x > 0))
		x = r->x + (r->x > 0);
	pt_str_addf(r->out, "%*s%s", x - r->x, "", text);
	r->x = x + w;
}

/* ---- rows and values, in any format */

/* What stands before the value of the next column, be there one or not. */
static bool open_value(struct pt_rows *r)
{
	if (r->at == r->ncolumns) {
		r->out->err = -EINVAL;
		return false;
	}
	if (r->format == PT_ROWS_JSON && !r->at)
		open_json(r);
	if (r->format == PT_ROWS_CSV && r->at)
		pt_str_addc(r->out, ',');
	return true;
}

static void close_value(struct pt_rows *r)
{
	if (r->format == PT_ROWS_TABLE)
		r->start += column_width(&r->column[r->at]) + 1;
	r->at++;
	if (r->cell.err)
		r->out->err = r->cell.err;
	pt_str_reset(&r->cell);
}

/* The value is what was added to the cell. */
static void put_value(struct pt_rows *r, bool is_text)
{
	if (!open_value(r))
		return;
	if (r->format == PT_ROWS_JSON)
		put_json(r, r->cell.s);
	else if (r->format == PT_ROWS_CSV)
		add_csv(r->out, is_text ? mark_of(r->cell.s) : "", r->cell.s);
	else
		put_table(r, r->cell.s);
	close_value(r);
}

static void put(struct pt_rows *r)
{
	put_value(r, false);
}

static void put_text(struct pt_rows *r)
{
	put_value(r, true);
}

static void add_text(struct pt_rows *r, const char *bytes, size_t len)
{
	if (r->format == PT_ROWS_JSON)
		pt_json_text(&r->cell, bytes, len);
	else
		pt_escape(&r->cell, bytes, len);
}

static void add_escaped(struct pt_rows *r, const char *text)
{
	if (r->format == PT_ROWS_JSON)
		add_quoted(&r->cell, text);
	else
		pt_str_adds(&r->cell, text);
}

void pt_row_u64(struct pt_rows *r, uint64_t value)
{
	pt_str_addf(&r->cell, "%" PRIu64, value);
	put(r);
}

void pt_row_i64(struct pt_rows *r, int64_t value)
{
	pt_str_addf(&r->cell, "%" PRId64, value);
	put(r);
}

/* Fifteen digits if they are read back as the same number, else all seventeen; for people, six. */
void pt_row_real(struct pt_rows *r, double value)
{
	char text[32];

	if (!isfinite(value)) {
		pt_row_null(r);
		return;
	}
	snprintf(text, sizeof(text), "%.15g", value);
	if (r->format != PT_ROWS_TABLE)
		pt_str_addf(&r->cell, strtod(text, NULL) == value ? "%.15g" : "%.17g", value);
	else
		pt_str_addf(&r->cell, fabs(value) < 1e5 ? "%.6g" : "%.0f", value);
	put(r);
}

void pt_row_hex(struct pt_rows *r, uint64_t value)
{
	pt_str_addf(&r->cell, r->format == PT_ROWS_JSON ? "\"0x%" PRIx64 "\"" : "0x%" PRIx64,
		    value);
	put(r);
}

void pt_row_bool(struct pt_rows *r, bool value)
{
	if (r->format == PT_ROWS_TABLE)
		pt_str_adds(&r->cell, value ? "yes" : "no");
	else
		pt_str_adds(&r->cell, value ? "true" : "false");
	put(r);
}

void pt_row_text(struct pt_rows *r, const char *bytes, size_t len)
{
	add_text(r, bytes, len);
	put_text(r);
}

void pt_row_escaped(struct pt_rows *r, const char *text)
{
	add_escaped(r, text);
	put_text(r);
}

void pt_row_pairs(struct pt_rows *r, const struct pt_rows_pair *pair, size_t n)
{
	bool json = r->format == PT_ROWS_JSON;

	pt_str_adds(&r->cell, json ? "{" : "");
	for (size_t i = 0; i < n; i++) {
		if (i)
			pt_str_adds(&r->cell, json ? ", " : " ");
		add_escaped(r, pair[i].name);
		pt_str_addf(&r->cell, json ? ": %" PRIu64 : "=%" PRIu64, pair[i].value);
	}
	pt_str_adds(&r->cell, json ? "}" : "");
	put_text(r);
}

void pt_row_names(struct pt_rows *r, const char *const *name, size_t n)
{
	if (r->format == PT_ROWS_JSON)
		add_json_names(&r->cell, name, n);
	for (size_t i = 0; i < n && r->format != PT_ROWS_JSON; i++) {
		pt_str_adds(&r->cell, i ? " " : "");
		add_text(r, name[i], strlen(name[i]));
	}
	put_text(r);
}

void pt_row_none(struct pt_rows *r)
{
	if (!open_value(r))
		return;
	if (r->format == PT_ROWS_JSON)
		put_json(r, "null");
	close_value(r);
}

void pt_row_null(struct pt_rows *r)
{
	if (r->format == PT_ROWS_CSV) {
		pt_row_none(r);
		return;
	}
	pt_str_adds(&r->cell, r->format == PT_ROWS_JSON ? "null" : "?");
	put(r);
}

void pt_row_end(struct pt_rows *r)
{
	if (r->at != r->ncolumns)
		r->out->err = -EINVAL;
	pt_str_addc(r->out, r->format == PT_ROWS_JSON ? '}' : '\n');
	r->at = 0;
	r->x = r->start = 0;
}

/* CSV's headings and a table's titles are the first row. */
static void put_titles(struct pt_rows *r)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		pt_str_adds(&r->cell, r->column[i].name);
		for (char *s = r->cell.s; *s && r->format == PT_ROWS_TABLE; s++)
			if (*s >= 'a' && *s <= 'z')	/* in every locale */
				*s = (char)(*s - 'a' + 'A');
		put(r);
	}
	pt_row_end(r);
}

void pt_rows_begin(struct pt_rows *r, enum pt_rows_format format,
		   const struct pt_rows_column *column, size_t ncolumns,
		   const struct pt_rows_head *head, struct pt_str *out)
{
	*r = (struct pt_rows){ .format = format, .column = column, .ncolumns = ncolumns,
			       .out = out, .cell = PT_STR_INIT };
	if (format == PT_ROWS_JSON)
		add_json_head(out, head);
	else
		put_titles(r);
}

void pt_rows_end(struct pt_rows *r)
{
	if (r->format == PT_ROWS_JSON)
		pt_str_adds(r->out, "\n]}\n");
	pt_str_done(&r->cell);
}
