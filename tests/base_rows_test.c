/*
 * Rows: tables, CSV, JSON.
 *
 * Linked with -Wl,--wrap=realloc: memory that runs out.
 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/rows.h"
#include "pagetop/base/str.h"
#include "pagetop/base/text.h"
#include "base.h"
#include "test.h"

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);

static int reallocs_until_failure = INT_MAX;

void *__wrap_realloc(void *p, size_t size)
{
	return reallocs_until_failure-- ? __real_realloc(p, size) : NULL;
}

static const struct pt_rows_column every_column[] = {
	{ .name = "pid", .width = 7, .right = true },	{ .name = "change", .right = true },
	{ .name = "ratio", .width = 6, .right = true }, { .name = "address", .width = 14 },
	{ .name = "locked" },				{ .name = "states", .width = 12 },
	{ .name = "got" },				{ .name = "name" },
	{ .name = "error" },
};
static const size_t every_ncolumns = sizeof(every_column) / sizeof(every_column[0]);
static const char *const source[] = { "pagemap", "kpageflags" };
static const struct pt_rows_head a_head = {
	.kind = "maps",
	.when = { .tv_sec = 951782399, .tv_nsec = 7000 },
	.machine = "db1",
	.got = source,
	.ngot = 2,
};

static void add_every_kind(struct pt_rows *r)
{
	static const struct pt_rows_pair pair[] = { { "cow", 282 }, { "swapped", 0 } };
	static const char name[] = "a\"b, \033\\";

	pt_row_u64(r, UINT64_MAX);
	pt_row_i64(r, INT64_MIN);
	pt_row_real(r, 1.0 / 3);
	pt_row_hex(r, 0x7f12a000);
	pt_row_bool(r, true);
	pt_row_pairs(r, pair, 2);
	pt_row_names(r, source, 2);
	pt_row_text(r, name, strlen(name));
	pt_row_none(r);
	pt_row_end(r);
}

static void add_unknown(struct pt_rows *r)
{
	pt_row_u64(r, 0);
	for (int i = 0; i < 7; i++)
		pt_row_null(r);
	pt_row_text(r, "EACCES", 6);
	pt_row_end(r);
}

/* What a table of `nrows` rows, at most 3, looks like; `drain`: taken away after each row. */
static void print_rows(struct pt_str *all, enum pt_rows_format format, int nrows, bool drain)
{
	static void (*const add[])(struct pt_rows *) = { add_every_kind, add_unknown, add_every_kind };
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	pt_rows_begin(&r, format, every_column, every_ncolumns, &a_head, &out);
	for (int i = 0; i < nrows; i++) {
		add[i](&r);
		if (drain) {
			pt_str_add(all, out.s, out.len);
			pt_str_reset(&out);
		}
	}
	pt_rows_end(&r);
	pt_str_add(all, out.s, out.len);
	assert_int_equal(out.err, 0);
	pt_str_done(&out);
}

static void assert_rows(enum pt_rows_format format, int nrows, const char *want)
{
	struct pt_str once = PT_STR_INIT, drained = PT_STR_INIT;

	print_rows(&once, format, nrows, false);
	assert_string_equal(once.s, want);
	print_rows(&drained, format, nrows, true);
	assert_string_equal(drained.s, want);
	pt_str_done(&once);
	pt_str_done(&drained);
}

#define JSON_HEAD "{\"pagetop\": \"" PACKAGE_VERSION "\", \"kind\": \"maps\", " \
	"\"when\": \"2000-02-28T23:59:59.000007000Z\", \"machine\": \"db1\", " \
	"\"got\": [\"pagemap\", \"kpageflags\"], \"rows\": ["
#define JSON_EVERY "{\"pid\": 18446744073709551615, \"change\": -9223372036854775808, " \
	"\"ratio\": 0.33333333333333331, \"address\": \"0x7f12a000\", \"locked\": true, " \
	"\"states\": {\"cow\": 282, \"swapped\": 0}, \"got\": [\"pagemap\", \"kpageflags\"], " \
	"\"name\": \"a\\\"b, \\\\x1B\\\\\\\\\", \"error\": null}"

TEST(rows_in_json_are_one_object_with_a_row_a_line)
{
	assert_rows(PT_ROWS_JSON, 3, JSON_HEAD "\n" JSON_EVERY ",\n"
		"{\"pid\": 0, \"change\": null, \"ratio\": null, \"address\": null, \"locked\": null, "
		"\"states\": null, \"got\": null, \"name\": null, \"error\": \"EACCES\"},\n"
		JSON_EVERY "\n]}\n");
}

#define CSV_HEAD "pid,change,ratio,address,locked,states,got,name,error\n"
#define CSV_EVERY "18446744073709551615,-9223372036854775808,0.33333333333333331,0x7f12a000,true," \
	"cow=282 swapped=0,pagemap kpageflags,\"a\"\"b, \\x1B\\\\\",\n"

TEST(rows_in_csv_have_a_heading_and_nothing_for_what_is_unknown)
{
	assert_rows(PT_ROWS_CSV, 3, CSV_HEAD CSV_EVERY "0,,,,,,,,EACCES\n" CSV_EVERY);
}

#define TABLE_HEAD "    PID CHANGE  RATIO ADDRESS        LOCKED STATES       GOT NAME ERROR\n"
#define TABLE_EVERY "18446744073709551615 -9223372036854775808 0.333333 0x7f12a000 yes " \
	"cow=282 swapped=0 pagemap kpageflags a\"b, \\x1B\\\\\n"

TEST(rows_in_a_table_have_titles_and_a_mark_for_what_is_unknown)
{
	assert_rows(PT_ROWS_TABLE, 3, TABLE_HEAD TABLE_EVERY
		"      0      ?      ? ?              ?      ?            ?   ?    EACCES\n"
		TABLE_EVERY);
}

TEST(no_rows_are_whole_in_every_format)
{
	assert_rows(PT_ROWS_JSON, 0, JSON_HEAD "\n]}\n");
	assert_rows(PT_ROWS_CSV, 0, CSV_HEAD);
	assert_rows(PT_ROWS_TABLE, 0, TABLE_HEAD);
}

/* A row of one column, without what stands before the rows and behind them. */
static void one_value(struct pt_rows *r, struct pt_str *out, enum pt_rows_format format)
{
	static const struct pt_rows_column column[] = { { .name = "v" } };

	pt_rows_begin(r, format, column, 1, &a_head, out);
	pt_str_reset(out);
}

static void assert_value(struct pt_rows *r, const char *want)
{
	pt_row_end(r);
	assert_string_equal(r->out->s, want);
	pt_rows_end(r);
	assert_int_equal(r->out->err, 0);
	pt_str_done(r->out);
}

static void assert_real(double v, const char *json, const char *csv, const char *table)
{
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_real(&r, v);
	assert_value(&r, json);
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_real(&r, v);
	assert_value(&r, csv);
	one_value(&r, &out, PT_ROWS_TABLE);
	pt_row_real(&r, v);
	assert_value(&r, table);
}

TEST(a_real_keeps_its_digits_except_for_people)
{
	assert_real(0, "\n{\"v\": 0}", "0\n", "0\n");
	assert_real(0.1, "\n{\"v\": 0.1}", "0.1\n", "0.1\n");
	assert_real(0.1 + 0.2, "\n{\"v\": 0.30000000000000004}", "0.30000000000000004\n", "0.3\n");
	assert_real(-1234567.5, "\n{\"v\": -1234567.5}", "-1234567.5\n", "-1234568\n");
	assert_real(1e22, "\n{\"v\": 1e+22}", "1e+22\n", "10000000000000000000000\n");
	assert_real(5e-324, "\n{\"v\": 4.94065645841247e-324}", "4.94065645841247e-324\n",
		    "4.94066e-324\n");
	assert_real((double)NAN, "\n{\"v\": null}", "\n", "?\n");
	assert_real(-(double)INFINITY, "\n{\"v\": null}", "\n", "?\n");
}

TEST(an_empty_text_is_not_an_unknown_one)
{
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_text(&r, NULL, 0);
	assert_value(&r, "\"\"\n");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_null(&r);
	assert_value(&r, "\n");
	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_text(&r, NULL, 0);
	assert_value(&r, "\n{\"v\": \"\"}");
	one_value(&r, &out, PT_ROWS_TABLE);
	pt_row_text(&r, NULL, 0);
	assert_value(&r, "\n");
}

TEST(empty_pairs_and_names_are_empty_not_unknown)
{
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_pairs(&r, NULL, 0);
	assert_value(&r, "\n{\"v\": {}}");
	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_names(&r, NULL, 0);
	assert_value(&r, "\n{\"v\": []}");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_names(&r, NULL, 0);
	assert_value(&r, "\"\"\n");
}

TEST(names_go_through_the_escape_too_and_pairs_are_quoted)
{
	static const char *const name[] = { "\033,", "b" };
	static const struct pt_rows_pair pair[] = { { "\"\\x0A", 1 } };	/* escaped by who gives it */
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_names(&r, name, 2);
	assert_value(&r, "\n{\"v\": [\"\\\\x1B,\", \"b\"]}");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_names(&r, name, 2);
	assert_value(&r, "\"\\x1B, b\"\n");
	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_pairs(&r, pair, 1);
	assert_value(&r, "\n{\"v\": {\"\\\"\\\\x0A\": 1}}");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_pairs(&r, pair, 1);
	assert_value(&r, "\"\"\"\\x0A=1\"\n");
}

TEST(what_is_false_is_said)
{
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_bool(&r, false);
	assert_value(&r, "\n{\"v\": false}");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_bool(&r, false);
	assert_value(&r, "false\n");
	one_value(&r, &out, PT_ROWS_TABLE);
	pt_row_bool(&r, false);
	assert_value(&r, "no\n");
}

TEST(a_row_without_any_value_is_still_a_row)
{
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_none(&r);
	pt_row_end(&r);
	pt_row_none(&r);
	pt_row_end(&r);
	pt_row_u64(&r, 1);
	assert_value(&r, "\n{\"v\": null},\n{\"v\": null},\n{\"v\": 1}");
	one_value(&r, &out, PT_ROWS_TABLE);
	pt_row_none(&r);
	assert_value(&r, "\n");
}

TEST(csv_quotes_what_a_reader_could_take_for_something_else)
{
	static const struct { const char *text, *want; } row[] = {
		{ "plain text", "plain text\n" }, { "a,b", "\"a,b\"\n" },
		{ " a", "\" a\"\n" },		  { "a ", "\"a \"\n" },
		{ "\"", "\"\"\"\"\n" },		  { "a\"\"b", "\"a\"\"\"\"b\"\n" },
		{ "a\nb\r", "a\\x0Ab\\x0D\n" },	  { " ", "\" \"\n" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct pt_str out = PT_STR_INIT;
		struct pt_rows r;

		one_value(&r, &out, PT_ROWS_CSV);
		pt_row_text(&r, row[i].text, strlen(row[i].text));
		assert_value(&r, row[i].want);
	}
}

/* What spreadsheets work out is no text any more. */
TEST(csv_has_no_text_that_is_a_formula)
{
	static const struct { const char *text, *want; } row[] = {
		{ "=1+1", "'=1+1\n" },		  { "+1", "'+1\n" },
		{ "-x --flag", "'-x --flag\n" },  { "@SUM(A1)", "'@SUM(A1)\n" },
		{ "=1,\"a\"", "\"'=1,\"\"a\"\"\"\n" }, { "= ", "\"'= \"\n" },
		{ "＝1", "'＝1\n" },		  { "＠a", "'＠a\n" },
		{ "'=1", "''=1\n" },		  { "'-", "''-\n" },	/* so that it can be turned back */
		{ "'a", "'a\n" },		  { "a=1", "a=1\n" },
		{ "\t=1", "\\x09=1\n" },	  { "\r=1", "\\x0D=1\n" },
		{ "\\=1", "\\\\=1\n" },		  { " =1", "\" =1\"\n" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct pt_str out = PT_STR_INIT;
		struct pt_rows r;

		one_value(&r, &out, PT_ROWS_CSV);
		pt_row_text(&r, row[i].text, strlen(row[i].text));
		assert_value(&r, row[i].want);
	}
}

TEST(only_text_in_csv_is_taken_for_a_formula)
{
	static const char *const name[] = { "-a", "=b" };
	static const struct pt_rows_pair pair[] = { { "@a", 1 } };
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_i64(&r, -4096);
	assert_value(&r, "-4096\n");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_real(&r, -0.5);
	assert_value(&r, "-0.5\n");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_escaped(&r, "---p");
	assert_value(&r, "'---p\n");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_names(&r, name, 2);
	assert_value(&r, "'-a =b\n");
	one_value(&r, &out, PT_ROWS_CSV);
	pt_row_pairs(&r, pair, 1);
	assert_value(&r, "'@a=1\n");
	one_value(&r, &out, PT_ROWS_JSON);
	pt_row_text(&r, "=1", 2);
	assert_value(&r, "\n{\"v\": \"=1\"}");
	one_value(&r, &out, PT_ROWS_TABLE);
	pt_row_text(&r, "=1", 2);
	assert_value(&r, "=1\n");
}

static void add_table_row(struct pt_rows *r, const char *a, uint64_t n, const char *b)
{
	if (a)
		pt_row_text(r, a, strlen(a));
	else
		pt_row_none(r);
	pt_row_u64(r, n);
	if (b)
		pt_row_text(r, b, strlen(b));
	else
		pt_row_none(r);
	pt_row_end(r);
}

TEST(columns_of_a_table_stay_in_line_where_there_is_room)
{
	static const struct pt_rows_column column[] = {
		{ .name = "name", .width = 6 },
		{ .name = "n", .width = 4, .right = true },
		{ .name = "map_count" },
	};
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	pt_rows_begin(&r, PT_ROWS_TABLE, column, 3, NULL, &out);
	add_table_row(&r, "漢字", 1, "two columns each");
	add_table_row(&r, "exactl", 1234, "no room to spare");
	add_table_row(&r, "too long", 1, "caught up");
	add_table_row(&r, "much too long", 12345, "moved");
	add_table_row(&r, NULL, 1, "nothing");
	add_table_row(&r, NULL, 123456789012, "nothing, and too wide");
	add_table_row(&r, "no end", 1, NULL);
	add_table_row(&r, "", 1, "");
	pt_rows_end(&r);
	assert_string_equal(out.s, "NAME      N MAP_COUNT\n"
				   "漢字      1 two columns each\n"
				   "exactl 1234 no room to spare\n"
				   "too long  1 caught up\n"
				   "much too long 12345 moved\n"
				   "          1 nothing\n"
				   "123456789012 nothing, and too wide\n"
				   "no end    1\n"
				   "          1\n");
	pt_str_done(&out);
}

static void assert_head(const struct pt_rows_head *head, const char *want)
{
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;

	pt_rows_begin(&r, PT_ROWS_JSON, every_column, every_ncolumns, head, &out);
	pt_rows_end(&r);
	assert_non_null(strstr(out.s, want));
	pt_str_done(&out);
}

TEST(ranges_are_strict)
{
	static const char *const bad[] = {
		"", "-", "1", "1-", "-2", "2-1", "1-1", "1-2-3", "x-y", "1 -2", "0x-1", "1-0x", "+1-2",
		"1-10000000000000000", "00000000000000000000000000000000000001-2",
	};
	uint64_t lo = 7, hi = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!pt_parse_range(bad[i], &lo, &hi))
			fail_msg("%s is no range", bad[i]);
	assert_true(lo == 7 && hi == 7);	/* written only on success */
	assert_int_equal(pt_parse_range("7f12A000-0x7f12c000", &lo, &hi), 0);
	assert_true(lo == 0x7f12a000 && hi == 0x7f12c000);
	assert_int_equal(pt_parse_range("0-ffffffffffffffff", &lo, &hi), 0);
	assert_true(lo == 0 && hi == UINT64_MAX);
}

TEST(what_is_escaped_is_not_escaped_again)
{
	static const struct pt_rows_column column = { "a", 0, false };
	static const struct { enum pt_rows_format format; const char *want; } row[] = {
		{ PT_ROWS_JSON, "{\"a\": \"\\\\x1B \\\"\"}" },
		{ PT_ROWS_CSV, "a\n\"\\x1B \"\"\"\n" },
		{ PT_ROWS_TABLE, "A\n\\x1B \"\n" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct pt_rows_head head = { .kind = "k" };
		struct pt_str out = PT_STR_INIT;
		struct pt_rows r;

		pt_rows_begin(&r, row[i].format, &column, 1, &head, &out);
		pt_row_escaped(&r, "\\x1B \"");
		pt_row_end(&r);
		pt_rows_end(&r);
		if (!strstr(out.s, row[i].want))
			fail_msg("%s", out.s);
		pt_str_done(&out);
	}
}

TEST(what_the_head_does_not_know_is_null)
{
	assert_head(&(struct pt_rows_head){ .kind = "ps" },
		    "\"kind\": \"ps\", \"when\": \"1970-01-01T00:00:00.000000000Z\", "
		    "\"machine\": null, \"got\": [], \"rows\": [\n]}\n");
	assert_head(&(struct pt_rows_head){ .kind = "ps", .machine = "\"\\x1B" },
		    "\"machine\": \"\\\"\\\\x1B\"");
	assert_head(&(struct pt_rows_head){ .kind = "ps", .when.tv_sec = 253402300799 },
		    "\"when\": \"9999-12-31T23:59:59.000000000Z\"");
	assert_head(&(struct pt_rows_head){ .kind = "ps", .when.tv_sec = 253402300800 },
		    "\"when\": null");
	assert_head(&(struct pt_rows_head){ .kind = "ps", .when.tv_sec = INT64_MAX },
		    "\"when\": null");
	assert_head(&(struct pt_rows_head){ .kind = "ps", .when.tv_sec = INT64_MIN },
		    "\"when\": null");
	assert_head(&(struct pt_rows_head){ .kind = "ps", .when.tv_nsec = 1000000000 },
		    "\"when\": null");
}

/* Undo the quotes of JSON; returns what stands behind them. */
static const char *json_unquote(const char *s, struct pt_str *ret)
{
	assert_int_equal(*s++, '"');
	for (; *s != '"'; s++) {
		assert_true((unsigned char)*s >= 0x20);
		if (*s == '\\') {
			s++;
			assert_true(*s == '\\' || *s == '"');
		}
		pt_str_addc(ret, *s);
	}
	return s + 1;
}

/* The same for CSV, as RFC 4180 says. */
static const char *rfc4180_unquote(const char *s, struct pt_str *ret)
{
	if (*s != '"') {
		size_t n = strcspn(s, ",\n");

		assert_null(memchr(s, '"', n));
		pt_str_add(ret, s, n);
		return s + n;
	}
	for (s++; s[0] != '"' || s[1] == '"'; s++) {
		assert_true(*s && *s != '\n');
		s += *s == '"';
		pt_str_addc(ret, *s);
	}
	return s + 1;
}

/* And the mark that says that it is no formula. */
static const char *csv_unquote(const char *s, struct pt_str *ret)
{
	size_t n;

	s = rfc4180_unquote(s, ret);
	n = strspn(ret->s, "'");
	if (n && ret->s[n] && strchr("=+-@", ret->s[n])) {
		memmove(ret->s, ret->s + 1, ret->len);
		ret->len--;
	}
	return s;
}

static const char *table_unquote(const char *s, struct pt_str *ret)
{
	pt_str_add(ret, s, strlen(s) - 2);
	return s + strlen(s) - 2;
}

/* Of the two columns the second says that the first ended where it should. */
static void assert_text_turns_back(enum pt_rows_format format, const char *bytes, size_t len)
{
	static const struct pt_rows_column column[] = { { .name = "t" }, { .name = "n" } };
	static const struct {
		const char *before, *behind;
		const char *(*unquote)(const char *s, struct pt_str *ret);
	} f[] = {
		[PT_ROWS_TABLE] = { "", "1\n", table_unquote },
		[PT_ROWS_JSON] = { "\n{\"t\": ", ", \"n\": 1}", json_unquote },
		[PT_ROWS_CSV] = { "", ",1\n", csv_unquote },
	};
	struct pt_str out = PT_STR_INIT, text = PT_STR_INIT;
	struct pt_rows r;
	char back[512];

	pt_rows_begin(&r, format, column, 2, &a_head, &out);
	pt_str_reset(&out);
	pt_row_text(&r, bytes, len);
	pt_row_u64(&r, 1);
	pt_row_end(&r);
	assert_memory_equal(out.s, f[format].before, strlen(f[format].before));
	assert_string_equal(f[format].unquote(out.s + strlen(f[format].before), &text),
			    f[format].behind);
	if (format == PT_ROWS_TABLE && len)
		pt_str_cut(&text, text.len - 1);	/* the blank before the next column */
	assert_int_equal(unescape(text.s, back), len);
	assert_memory_equal(back, bytes, len);
	pt_rows_end(&r);
	pt_str_done(&out);
	pt_str_done(&text);
}

TEST(every_text_can_be_turned_back_from_every_format)
{
	static const char some[] = "\"\"\",, \n\r\t\033\\\\x4\x80\xff\xc3\xa9\xe2\x80\xae{}[]:'=+-@";
	uint64_t x = 11;
	char bytes[48];

	for (enum pt_rows_format f = PT_ROWS_TABLE; f <= PT_ROWS_CSV; f++) {
		for (int ab = 0; ab < 0x10000; ab++) {
			const char two[] = { (char)(ab >> 8), (char)ab };

			assert_text_turns_back(f, two, 2);
		}
		for (int i = 0; i < 20000; i++) {
			size_t len = 3 + random_next(&x) % (sizeof(bytes) - 3);

			for (size_t k = 0; k < len; k++)
				bytes[k] = some[random_next(&x) % sizeof(some)];
			assert_text_turns_back(f, bytes, len);
		}
	}
}

static int err_of_a_row(enum pt_rows_format format, size_t nvalues)
{
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;
	int err;

	pt_rows_begin(&r, format, every_column, 2, &a_head, &out);
	for (size_t i = 0; i < nvalues; i++)
		pt_row_u64(&r, i);
	pt_row_end(&r);
	err = out.err;
	pt_rows_end(&r);
	pt_str_done(&out);
	return err;
}

TEST(a_row_with_too_few_or_too_many_values_is_refused)
{
	for (enum pt_rows_format f = PT_ROWS_TABLE; f <= PT_ROWS_CSV; f++) {
		assert_int_equal(err_of_a_row(f, 0), -EINVAL);
		assert_int_equal(err_of_a_row(f, 1), -EINVAL);
		assert_int_equal(err_of_a_row(f, 2), 0);
		assert_int_equal(err_of_a_row(f, 3), -EINVAL);
		assert_int_equal(err_of_a_row(f, 40), -EINVAL);
	}
}

/* Rows while the allocation after the next `n` fails, and that one only; returns `out->err`. */
static int print_short_of_memory(enum pt_rows_format format, int n, bool *ret_failed)
{
	struct pt_str out = PT_STR_INIT;
	struct pt_rows r;
	int err;

	reallocs_until_failure = n;
	pt_rows_begin(&r, format, every_column, every_ncolumns, &a_head, &out);
	add_every_kind(&r);
	add_unknown(&r);
	pt_rows_end(&r);
	*ret_failed = reallocs_until_failure < 0;
	reallocs_until_failure = INT_MAX;
	err = out.err;
	pt_str_done(&out);
	return err;
}

TEST(memory_that_runs_out_anywhere_is_told)
{
	for (enum pt_rows_format f = PT_ROWS_TABLE; f <= PT_ROWS_CSV; f++) {
		bool failed = true;

		for (int n = 0; failed; n++) {
			int err = print_short_of_memory(f, n, &failed);

			assert_int_equal(err, failed ? -ENOMEM : 0);
		}
	}
}
