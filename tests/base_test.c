/*
 * The room base: growable strings, text from outside, sizes and numbers, rows, regular
 * expressions, errands.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <locale.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include "pagetop/base/errand.h"
#include "pagetop/base/held.h"
#include "pagetop/base/re.h"
#include "pagetop/base/rows.h"
#include "pagetop/base/str.h"
#include "pagetop/base/text.h"
#include "test.h"

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);

static int reallocs_until_failure = INT_MAX;

void *__wrap_realloc(void *p, size_t size)
{
	return reallocs_until_failure-- ? __real_realloc(p, size) : NULL;
}

/* ---- strings */

TEST(a_string_is_never_null_and_always_ends)
{
	struct pt_str s = PT_STR_INIT;

	assert_string_equal(s.s, "");
	pt_str_add(&s, "ab\0c", 4);
	assert_int_equal(s.len, 4);
	assert_memory_equal(s.s, "ab\0c", 5);
	pt_str_done(&s);
	assert_string_equal(s.s, "");
	pt_str_adds(&s, "again");
	assert_string_equal(s.s, "again");
	pt_str_done(&s);
}

TEST(a_string_grows_by_every_kind_of_addition)
{
	struct pt_str s = PT_STR_INIT;

	for (int i = 0; i < 1000; i++) {
		pt_str_adds(&s, "ab");
		pt_str_addc(&s, 'c');
		pt_str_addf(&s, "%03d", i);
	}
	assert_int_equal(s.err, 0);
	assert_int_equal(s.len, 6000);
	assert_int_equal(strlen(s.s), 6000);
	assert_memory_equal(s.s + 999 * 6, "abc999", 7);
	pt_str_done(&s);
}

TEST(a_string_can_be_cut_and_never_grows_by_it)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_adds(&s, "address");
	pt_str_cut(&s, 100);
	assert_string_equal(s.s, "address");
	pt_str_cut(&s, 3);
	assert_string_equal(s.s, "add");
	assert_int_equal(s.len, 3);
	pt_str_reset(&s);
	assert_string_equal(s.s, "");
	pt_str_done(&s);
}

TEST(nothing_added_to_nothing_is_nothing)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_add(&s, "x", 0);
	pt_str_adds(&s, "");
	pt_str_addf(&s, "%s", "");
	pt_str_reset(&s);
	pt_str_cut(&s, 0);
	assert_string_equal(s.s, "");
	assert_int_equal(s.len, 0);
	assert_int_equal(s.err, 0);
	pt_str_done(&s);
}

TEST(an_array_grows_to_what_is_needed_and_keeps_what_it_holds)
{
	uint64_t *v = NULL;
	size_t cap = 0;

	for (size_t i = 0; i < 5000; i++) {
		assert_int_equal(pt_grow(&v, &cap, i + 1, sizeof(*v)), 0);
		assert_true(cap > i);
		v[i] = i * i;
	}
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(v[i], i * i);
	free(v);
}

TEST(an_array_too_large_to_be_is_refused_and_nothing_changes)
{
	uint64_t *v = NULL;
	size_t cap = 0;

	assert_int_equal(pt_grow(&v, &cap, SIZE_MAX / 4, sizeof(*v)), -ENOMEM);
	for (size_t need = 2; need < 200; need++)	/* a product that wraps round to a few bytes */
		assert_int_equal(pt_grow(&v, &cap, need, SIZE_MAX / need + 1), -ENOMEM);
	assert_null(v);
	assert_int_equal(cap, 0);
}

/* ---- text from outside */

static const char *escaped(struct pt_str *s, const char *bytes, size_t len)
{
	pt_str_reset(s);
	pt_escape(s, bytes, len);
	return s->s;
}

static void assert_escaped(const char *bytes, const char *want)
{
	struct pt_str s = PT_STR_INIT;

	assert_string_equal(escaped(&s, bytes, strlen(bytes)), want);
	pt_str_done(&s);
}

/* The way back that the header promises: \\ is a backslash, \xNN a byte. */
static size_t unescape(const char *s, char *ret)
{
	size_t n = 0;

	while (*s) {
		if (s[0] == '\\' && s[1] == 'x') {
			const char hex[] = { s[2], s[3], '\0' };

			ret[n++] = (char)strtoul(hex, NULL, 16);
			s += 4;
		} else {
			s += s[0] == '\\';
			ret[n++] = *s++;
		}
	}
	return n;
}

static void assert_turns_back(const char *bytes, size_t len)
{
	struct pt_str s = PT_STR_INIT;
	char back[1024];

	escaped(&s, bytes, len);
	assert_int_equal(unescape(s.s, back), len);
	assert_memory_equal(back, bytes, len);
	pt_str_done(&s);
}

TEST(every_name_can_be_turned_back)
{
	uint64_t x = 20;
	char bytes[64];

	for (int a = 0; a < 256; a++)
		for (int b = 0; b < 256; b++) {
			const char two[] = { (char)a, (char)b };

			assert_turns_back(two, 2);
		}
	for (int i = 0; i < 20000; i++) {
		size_t len = random_next(&x) % sizeof(bytes);

		for (size_t k = 0; k < len; k++)
			bytes[k] = (char)(random_next(&x) >> (random_next(&x) % 3 * 2));
		assert_turns_back(bytes, len);
	}
}

TEST(what_is_escaped_is_utf8_without_any_control)
{
	uint64_t x = 7;

	for (int i = 0; i < 20000; i++) {
		struct pt_str s = PT_STR_INIT;
		char bytes[32];
		uint32_t ch;

		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = (char)random_next(&x);
		escaped(&s, bytes, sizeof(bytes));
		for (size_t at = 0, n; at < s.len; at += n) {
			n = pt_utf8_decode(s.s + at, s.len - at, &ch);
			assert_true(n > 0);
			assert_true(ch >= 0x20 && !(ch >= 0x7f && ch < 0xa0));
		}
		pt_str_done(&s);
	}
}

TEST(plain_names_stay_as_they_are)
{
	assert_escaped("", "");
	assert_escaped("/usr/lib/libc.so.6 (deleted)", "/usr/lib/libc.so.6 (deleted)");
	assert_escaped("größe 漢字 🙂", "größe 漢字 🙂");
}

TEST(a_backslash_is_doubled)
{
	assert_escaped("a\\b\\x41", "a\\\\b\\\\x41");
}

TEST(control_characters_become_hexadecimal)
{
	assert_escaped("\033[2J", "\\x1B[2J");
	assert_escaped("a\nb\tc\rd\177", "a\\x0Ab\\x09c\\x0Dd\\x7F");
	assert_escaped("\033]0;title\007", "\\x1B]0;title\\x07");
}

TEST(c1_controls_become_hexadecimal_in_both_forms)
{
	assert_escaped("\x9b" "2J", "\\x9B2J");		/* the raw byte */
	assert_escaped("\xc2\x9b" "2J", "\\xC2\\x9B2J");	/* the same character in UTF-8 */
	assert_escaped("\xc2\xa0", "\xc2\xa0");			/* the first one above them is none */
}

TEST(marks_that_turn_the_writing_direction_become_hexadecimal)
{
	assert_escaped("\xe2\x80\xae" "txt.exe", "\\xE2\\x80\\xAEtxt.exe");
	assert_escaped("\xe2\x80\x8f", "\\xE2\\x80\\x8F");
	assert_escaped("\xe2\x81\xa6", "\\xE2\\x81\\xA6");	/* isolates */
	assert_escaped("\xe2\x81\xa9", "\\xE2\\x81\\xA9");
	assert_escaped("\xd8\x9c", "\\xD8\\x9C");		/* U+061C */
}

TEST(characters_that_nobody_sees_become_hexadecimal)
{
	assert_escaped("a\xe2\x80\x8b" "b", "a\\xE2\\x80\\x8Bb");	/* zero width space */
	assert_escaped("\xef\xbb\xbf", "\\xEF\\xBB\\xBF");		/* byte order mark */
	assert_escaped("\xc2\xad", "\\xC2\\xAD");			/* soft hyphen */
	assert_escaped("\xe2\x80\xa8", "\\xE2\\x80\\xA8");		/* line separator */
	assert_escaped("\xf3\xa0\x81\x81", "\\xF3\\xA0\\x81\\x81");	/* a tag */
	assert_escaped("\xe3\x85\xa4", "\\xE3\\x85\\xA4");			/* a filler of Hangul */
}

TEST(characters_that_mean_nothing_to_all_become_hexadecimal)
{
	assert_escaped("\xee\x80\x80", "\\xEE\\x80\\x80");			/* for private use: U+E000 */
	assert_escaped("\xef\xa3\xbf", "\\xEF\\xA3\\xBF");			/* U+F8FF */
	assert_escaped("\xf3\xb0\x80\x80", "\\xF3\\xB0\\x80\\x80");	/* U+F0000 */
	assert_escaped("\xf4\x8f\xbf\xbd", "\\xF4\\x8F\\xBF\\xBD");	/* U+10FFFD */
	assert_escaped("\xef\xb7\x90", "\\xEF\\xB7\\x90");			/* no characters: U+FDD0 */
	assert_escaped("\xef\xb7\xaf", "\\xEF\\xB7\\xAF");			/* U+FDEF */
	assert_escaped("\xef\xbf\xbe", "\\xEF\\xBF\\xBE");			/* U+FFFE */
	assert_escaped("\xf0\xaf\xbf\xbf", "\\xF0\\xAF\\xBF\\xBF");	/* U+2FFFF */
	assert_escaped("\xf4\x8f\xbf\xbf", "\\xF4\\x8F\\xBF\\xBF");	/* U+10FFFF */
	assert_escaped("\xef\xa4\x80\xef\xb7\xb0\xef\xbf\xbd", "\xef\xa4\x80\xef\xb7\xb0\xef\xbf\xbd");	/* beside them */
}

TEST(characters_that_the_c_library_does_not_know_become_hexadecimal)
{
	if (wcwidth(0x378) >= 0)	/* musl takes all for characters */
		skip();
	assert_escaped("\xcd\xb8", "\\xCD\\xB8");				/* U+0378 */
	assert_escaped("\xf3\xa0\x82\x80", "\\xF3\\xA0\\x82\\x80");	/* U+E0080 */
}

/* What is escaped, and how wide the rest is, is the same in a locale that knows of no more than ASCII. */
TEST(the_escape_is_the_same_in_every_locale)
{
	setlocale(LC_CTYPE, "C");
	assert_escaped("größe 漢字 🙂", "größe 漢字 🙂");
	assert_escaped("cafe\xcc\x81", "cafe\xcc\x81");			/* combining acute */
	assert_escaped("\xcc\x81" "e", "\\xCC\\x81e");
	assert_int_equal(pt_text_width("漢a字 é"), 7);
	assert_int_equal(pt_text_width("cafe\xcc\x81"), 4);
	characters_that_mean_nothing_to_all_become_hexadecimal(state);
	setlocale(LC_CTYPE, "C.UTF-8");
}

TEST(marks_stay_over_their_character_and_nowhere_else)
{
	assert_escaped("cafe\xcc\x81", "cafe\xcc\x81");
	assert_escaped("ที่นี่", "ที่นี่");						/* a vowel and a tone over one letter */
	assert_escaped("हिन्दी", "हिन्दी");
	assert_escaped("か\xe3\x82\x99", "か\xe3\x82\x99");			/* over a wide one */
	assert_escaped("\xcc\x81" "a", "\\xCC\\x81a");			/* nothing to lie over: at the beginning, */
	assert_escaped("a \xcc\x81", "a \\xCC\\x81");			/* behind a blank, */
	assert_escaped("\n\xcc\x81", "\\x0A\\xCC\\x81");			/* behind what was escaped, */
	assert_escaped("\\\xcc\x81", "\\\\\\xCC\\x81");
	assert_escaped("\xff\xcc\x81\xcc\x81", "\\xFF\\xCC\\x81\\xCC\\x81");
	assert_escaped("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81" "b\xcc\x81",	/* too many of them */
		       "a\xcc\x81\xcc\x81\xcc\x81\\xCC\\x81\\xCC\\x81" "b\xcc\x81");
	assert_escaped("a\xef\xb8\x8f", "a\\xEF\\xB8\\x8F");			/* invisible: a variation selector, */
	assert_escaped("a\xcd\x8f", "a\\xCD\\x8F");				/* the grapheme joiner, */
	assert_escaped("a\xe2\x80\x8d", "a\\xE2\\x80\\x8D");			/* ZWJ, */
	assert_escaped("a\xe2\x80\x8c", "a\\xE2\\x80\\x8C");			/* ZWNJ, */
	assert_escaped("\xe1\x84\x80\xe1\x85\xa1", "\xe1\x84\x80\\xE1\\x85\\xA1");	/* a vowel of Hangul */
}

/* PCRE2 has tables of its own: what has no width and stays is a mark there, and nothing that stays is invisible there. */
TEST(no_character_but_marks_goes_without_a_column)
{
	struct pt_re *mark = NULL, *new = NULL, *unseen = NULL;
	struct pt_str why = PT_STR_INIT, s = PT_STR_INIT;
	size_t nmarks = 0;

	if (pt_re_new("^a\\p{M}$", &mark, &why) || pt_re_new("^a\\p{Cn}$", &new, &why) ||
	    pt_re_new("^a\\p{DI}$", &unseen, &why))	/* PCRE2 before 10.40 */
		skip();
	for (uint32_t ch = 0x80; ch <= 0x10ffff; ch++) {
		bool stays;

		pt_re_start(mark);
		pt_re_start(new);
		pt_re_start(unseen);
		pt_str_reset(&s);
		pt_str_addc(&s, 'a');
		pt_utf8_add(&s, ch);
		if (ch >= 0xd800 && ch < 0xe000)
			continue;
		stays = !memchr(escaped(&why, s.s, s.len), '\\', why.len);
		if (stays && pt_re_match(unseen, s.s, s.len) && !pt_re_match(new, s.s, s.len))
			fail_msg("U+%04X is not seen, and not escaped", (unsigned)ch);
		if (stays && !pt_char_width(ch) && !pt_re_match(mark, s.s, s.len) && !pt_re_match(new, s.s, s.len))
			fail_msg("U+%04X has no width, is no mark, and not escaped", (unsigned)ch);
		nmarks += stays && pt_is_mark(ch);
	}
	assert_in_range(nmarks, 1000, 10000);
	pt_re_free(mark);
	pt_re_free(new);
	pt_re_free(unseen);
	pt_str_done(&why);
	pt_str_done(&s);
}

TEST(a_character_goes_with_its_marks)
{
	assert_int_equal(pt_text_next("e\xcc\x81" "x", 4), 3);
	assert_int_equal(pt_text_next("ที่", 9), 9);
	assert_int_equal(pt_text_next("ab", 2), 1);
	assert_int_equal(pt_text_next("", 0), 0);
	assert_int_equal(pt_text_next("\xff", 1), 0);
}

TEST(broken_utf8_becomes_hexadecimal_byte_by_byte)
{
	assert_escaped("\xff", "\\xFF");
	assert_escaped("\xc3", "\\xC3");			/* cut short */
	assert_escaped("\xc3(", "\\xC3(");
	assert_escaped("\xc0\xaf", "\\xC0\\xAF");		/* longer than need be */
	assert_escaped("\xe0\x80\xaf", "\\xE0\\x80\\xAF");
	assert_escaped("\xed\xa0\x80", "\\xED\\xA0\\x80");	/* a surrogate */
	assert_escaped("\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80");	/* above U+10FFFF */
	assert_escaped("\x80\x80", "\\x80\\x80");
	assert_escaped("\xf8\x88\x80\x80\x80", "\\xF8\\x88\\x80\\x80\\x80");
}

TEST(every_character_survives_coding_and_decoding)
{
	for (uint32_t ch = 1; ch <= 0x10ffff; ch++) {
		struct pt_str s = PT_STR_INIT;
		uint32_t back = 0;

		if (ch >= 0xd800 && ch < 0xe000)
			continue;
		pt_utf8_add(&s, ch);
		assert_int_equal(pt_utf8_decode(s.s, s.len, &back), s.len);
		assert_int_equal(back, ch);
		if (s.len > 1)
			assert_int_equal(pt_utf8_decode(s.s, s.len - 1, &back), 0);
		pt_str_done(&s);
	}
}

TEST(wide_and_combining_characters_have_their_width)
{
	assert_int_equal(pt_char_width('a'), 1);
	assert_int_equal(pt_char_width(0x6f22), 2);	/* 漢 */
	assert_int_equal(pt_char_width(0x301), 0);	/* combining acute */
	assert_int_equal(pt_char_width(0x25b8), 1);	/* ▸ */
	assert_int_equal(pt_char_width(0x10ffff), 1);	/* what no locale knows */
	assert_int_equal(pt_text_width("漢a字 é"), 7);
	assert_int_equal(pt_text_width("ab\xff" "c"), 2);
}

TEST(the_nearest_word_is_named_where_it_is_near)
{
	static const struct { const char *typed, *nearest; } row[] = {
		{ "cwo", "cow" }, { "COW", "cow" }, { "snapshto", "snapshot" }, { "c", "" }, { "xy", "" }, { "nothing", "" }, { "", "" },
	};
	struct pt_str s = PT_STR_INIT;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct pt_nearest near = pt_nearest_to(row[i].typed, strlen(row[i].typed));

		pt_nearest_offer(&near, "cow");
		pt_nearest_offer(&near, "snapshot");
		assert_string_equal(near.word, row[i].nearest);
		pt_str_reset(&s);
		pt_nearest_say(&near, &s);
		assert_int_equal(s.len > 0, near.word[0] != '\0');
	}
	assert_int_equal(pt_text_distance("mpas", 4, "maps"), 1);	/* swapped */
	assert_int_equal(pt_text_distance("kitten", 6, "sitting"), 3);
	assert_int_equal(pt_text_distance("", 0, "abc"), 3);
	assert_int_equal(pt_text_distance("abc", 3, ""), 3);
	pt_str_done(&s);
}

/* ---- sizes and numbers */

static void assert_size(uint64_t bytes, const char *want)
{
	char buf[PT_SIZE_LEN];

	assert_string_equal(pt_size_text(bytes, buf), want);
}

TEST(sizes_are_short_and_rounded_to_nearest)
{
	assert_size(0, "0");
	assert_size(1, "1B");
	assert_size(999, "999B");
	assert_size(1000, "1.0K");
	assert_size(1023 << 10, "1.0M");
	assert_size(4096, "4K");
	assert_size(640 << 10, "640K");
	assert_size(1536, "1.5K");
	assert_size(UINT64_C(2254857830), "2.1G");
	assert_size(UINT64_C(24) << 30, "24G");
	assert_size(UINT64_C(128) << 40, "128T");
	assert_size(UINT64_MAX, "16E");
}

TEST(no_size_is_longer_than_five_characters)
{
	uint64_t x = 3;
	char buf[PT_SIZE_LEN];

	for (int i = 0; i < 200000; i++) {
		uint64_t bytes = random_next(&x) >> random_next(&x) % 64;

		assert_in_range(strlen(pt_size_text(bytes, buf)), 1, 5);
	}
	for (int shift = 0; shift < 64; shift++)
		for (int d = -1; d <= 1; d++)
			assert_in_range(
				strlen(pt_size_text((UINT64_C(1) << shift) + (uint64_t)(int64_t)d,
						    buf)),
				1, 5);
}

static void assert_number(int (*parse)(const char *, uint64_t *), const char *s, int err, uint64_t want)
{
	uint64_t v = 4711;

	assert_int_equal(parse(s, &v), err);
	assert_int_equal(v, err ? 4711 : want);
}

TEST(a_hexadecimal_number_is_read_with_or_without_its_prefix)
{
	assert_number(pt_parse_hex, "0", 0, 0);
	assert_number(pt_parse_hex, "7f12a000", 0, 0x7f12a000);
	assert_number(pt_parse_hex, "0x7F12a000", 0, 0x7f12a000);
	assert_number(pt_parse_hex, "0Xff", 0, 255);
	assert_number(pt_parse_hex, "ffffffffffffffff", 0, UINT64_MAX);
	assert_number(pt_parse_hex, "0x0000000000000000000001", 0, 1);
}

TEST(a_decimal_number_is_read)
{
	assert_number(pt_parse_dec, "0", 0, 0);
	assert_number(pt_parse_dec, "007", 0, 7);
	assert_number(pt_parse_dec, "18446744073709551615", 0, UINT64_MAX);
}

TEST(what_is_not_wholly_a_number_is_none)
{
	static const char *const hex[] = { "", "0x", "x", "g", "-1", "+1", " 1", "1 ", "0x 1", "0x-1",
					   "0x+1", "0x0x1", "1.0", "12g", "0x1h", "\t1", "1\n" };
	static const char *const dec[] = { "",	 "a",  "0x1", "-1",  "+1",
					   " 1", "1 ", "1e3", "12a", "1.5" };

	for (size_t i = 0; i < sizeof(hex) / sizeof(hex[0]); i++)
		assert_number(pt_parse_hex, hex[i], -EINVAL, 0);
	for (size_t i = 0; i < sizeof(dec) / sizeof(dec[0]); i++)
		assert_number(pt_parse_dec, dec[i], -EINVAL, 0);
}

TEST(a_number_too_large_is_told_from_no_number)
{
	assert_number(pt_parse_hex, "10000000000000000", -ERANGE, 0);
	assert_number(pt_parse_dec, "18446744073709551616", -ERANGE, 0);
	assert_number(pt_parse_dec, "99999999999999999999999x", -EINVAL, 0);
}

/* ---- rows */

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

/* ---- regular expressions */

static int match(const char *pattern, const char *s, size_t len)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_re *re = NULL;
	int r;

	assert_int_equal(pt_re_new(pattern, &re, &why), 0);
	assert_int_equal(why.len, 0);
	r = pt_re_match(re, s, len);
	assert_null(pt_re_free(re));
	pt_str_done(&why);
	return r;
}

static void assert_match(const char *pattern, const char *s, int want)
{
	assert_int_equal(match(pattern, s, strlen(s)), want);
}

TEST(a_pattern_without_a_capital_ignores_case)
{
	assert_match("redis", "/usr/bin/Redis-Server", 1);
	assert_match("Redis", "/usr/bin/redis-server", 0);
	assert_match("Redis", "/usr/bin/Redis-server", 1);
	assert_match("größe", "GRÖSSE GRÖßE", 1);
}

TEST(a_capital_in_an_escape_is_no_capital)
{
	assert_match("redis\\W", "REDIS-server", 1);
	assert_match("\\Aredis", "Redis", 1);
	assert_match("\\\\A", "\\a", 0);	/* a backslash, and then a capital */
}

TEST(a_pattern_is_found_anywhere_unless_it_is_anchored)
{
	assert_match("heap", "[heap]", 1);
	assert_match("^heap", "[heap]", 0);
	assert_match("so\\.[0-9]$", "libc.so.6", 1);
	assert_match("", "", 1);
	assert_match("x", "", 0);
}

TEST(a_bad_pattern_gets_pcre2s_sentence_with_the_position)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_re *re = NULL;

	assert_int_equal(pt_re_new("ab(cd", &re, &why), -EINVAL);
	assert_null(re);
	assert_non_null(strstr(why.s, "ab(cd"));
	assert_non_null(strstr(why.s, "parenthesis"));
	assert_non_null(strstr(why.s, "position 5"));
	pt_str_reset(&why);
	assert_int_equal(pt_re_new("a[z-", &re, &why), -EINVAL);
	assert_non_null(strstr(why.s, "position 4"));
	pt_str_reset(&why);
	assert_int_equal(pt_re_new("a\\", &re, &why), -EINVAL);
	assert_non_null(strstr(why.s, "position 2"));
	pt_str_done(&why);
}

/* A pattern comes from a keyboard or a script; the sentence about it goes to the screen. */
TEST(the_sentence_about_a_bad_pattern_holds_no_control)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_re *re = NULL;

	assert_int_equal(pt_re_new("\033[2J(\xc2\x9b", &re, &why), -EINVAL);
	assert_null(strchr(why.s, '\033'));
	assert_null(strstr(why.s, "\xc2\x9b"));
	pt_str_done(&why);
}

TEST(no_pattern_can_hang_the_screen)
{
	static const char *const evil[] = { "(a+)+$", "(a|aa)+$", "(a*)*$",
					    "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*x(.*)*y$" };
	char s[4096];

	memset(s, 'a', sizeof(s) - 1);
	s[sizeof(s) - 1] = '!';
	for (size_t i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
		int r = match(evil[i], s, sizeof(s));

		assert_true(r == -E2BIG || r == 0);	/* PCRE2 sees through some of them */
	}
	assert_int_equal(match("(a|aa)+$", s, sizeof(s)), -E2BIG);
}

/* How many names of 4096 characters the pattern looks through before it gives up. */
static int names_until_the_limit(struct pt_re *re, const char *s, bool start_anew)
{
	const int most = 500;

	for (int n = 0; n < most; n++) {
		if (start_anew)
			pt_re_start(re);
		if (pt_re_match(re, s, PT_RE_MAX) == -E2BIG)
			return n;
	}
	return most;
}

/* PCRE2's own limits count anew for each name, and at each place where a match could begin. */
TEST(the_limit_counts_over_all_names_of_a_search)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_re *re = NULL;
	char s[PT_RE_MAX];
	int n;

	memset(s, 'a', sizeof(s));
	assert_int_equal(pt_re_new("a[a-m][n-z]", &re, &why), 0);	/* a few steps at each place */
	n = names_until_the_limit(re, s, false);
	assert_in_range(n, 10, 400);
	assert_int_equal(pt_re_match(re, s, sizeof(s)), -E2BIG);	/* until a new search begins */
	pt_re_start(re);
	assert_int_equal(names_until_the_limit(re, s, false), n);
	pt_re_start(re);
	assert_int_equal(names_until_the_limit(re, s, true), 500);
	pt_re_free(re);
	pt_str_done(&why);
}

TEST(a_subject_may_hold_any_bytes)
{
	assert_int_equal(match("b", "\xff\xfe" "b", 3), 1);
	assert_int_equal(match(".", "\xff", 1), 0); /* what is no character matches nothing */
	assert_int_equal(match("a.b", "a\xff" "b", 3), 0);
	assert_int_equal(match("a.b", "a\0b", 3), 1);
	assert_int_equal(match("漢", "漢字", 6), 1);
}

TEST(a_pattern_that_is_no_utf8_is_refused)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_re *re = NULL;

	assert_int_equal(pt_re_new("a\xff", &re, &why), -EINVAL);
	assert_true(why.len > 0);
	assert_null(strchr(why.s, '\xff'));
	pt_str_done(&why);
	assert_null(pt_re_free(NULL));
}

/* ---- what is done before a sandbox */

TEST(a_file_that_is_held_is_found_by_what_it_is)
{
	char path[] = "/tmp/pt.XXXXXX";
	int fd = mkstemp(path), again;
	struct stat st, other;

	assert_true(fd >= 0 && !fstat(fd, &st) && !stat("/", &other));
	assert_int_equal(pt_held_find(&st), -1);
	assert_int_equal(pt_held_add(fd), 0);
	assert_int_equal(pt_held_find(&other), -1);
	again = pt_held_find(&st);
	assert_true(again >= 0 && again != fd && write(again, "x", 1) == 1);
	close(again);
	pt_held_drop(fd);
	assert_int_equal(pt_held_find(&st), -1);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	unlink(path);
}

/* ---- errands */

enum { NASKED = 3, BLOCKED = 1 };

/* One of three steps waits for a pipe. */
struct asking {
	struct pt_errand e;
	pid_t pid[NASKED];
	int answer[NASKED];
	int pipe[2];
	bool blocks;
	bool *dropped;
};

static int ask(struct pt_errand *e, size_t i)
{
	struct asking *a = (struct asking *)e;
	char c = 0;

	if (i == BLOCKED && a->blocks && read(a->pipe[0], &c, 1) != 1)
		return -EIO;
	a->answer[i] = (int)a->pid[i] + c;
	return 0;
}

static void drop(struct pt_errand *e)
{
	struct asking *a = (struct asking *)e;

	*a->dropped = true;
	close(a->pipe[0]);
	close(a->pipe[1]);
	free(a);
}

static struct asking *asking_new(pid_t first, bool blocks, bool *dropped)
{
	struct asking *a = calloc(1, sizeof(*a));

	assert_non_null(a);
	*dropped = false;
	pt_errand_init(&a->e, ask, drop, a->pid, NASKED);
	for (int i = 0; i < NASKED; i++)
		a->pid[i] = first + i;
	assert_int_equal(pipe(a->pipe), 0);
	a->blocks = blocks;
	a->dropped = dropped;
	return a;
}

static void until_all_are_back(void)
{
	while (pt_errands_out())
		poll(NULL, 0, 1);
}

TEST(an_errand_comes_back_with_all_answers)
{
	bool dropped;
	struct asking *a = asking_new(100, false, &dropped);

	assert_int_equal(pt_errand_run(&a->e, NULL), 0);
	assert_int_equal(a->answer[2], 102);
	assert_int_equal(pt_errands_out(), 0);
	pt_errand_unref(&a->e);
	assert_true(dropped);
}

TEST(who_does_not_come_back_is_left_behind_with_what_he_needs)
{
	bool dropped, again_dropped, other_dropped;
	struct asking *a = asking_new(100, true, &dropped), *again = asking_new(101, false, &again_dropped);
	struct asking *other = asking_new(200, false, &other_dropped);
	int end = dup(a->pipe[1]);

	assert_int_equal(pt_errand_run(&a->e, NULL), -ETIMEDOUT);
	assert_int_equal(a->e.ndone, BLOCKED);		/* those before have answered */
	assert_int_equal(a->answer[0], 100);
	pt_errand_unref(&a->e);
	assert_false(dropped);
	assert_int_equal(pt_errands_out(), 1);
	assert_true(pt_errand_is_out(101));
	assert_false(pt_errand_is_out(100));
	assert_int_equal(pt_errand_run(&again->e, NULL), -ETIMEDOUT);	/* the same one is not asked twice */
	assert_int_equal(again->e.ndone, 0);
	assert_int_equal(pt_errands_out(), 1);
	assert_int_equal(pt_errand_run(&other->e, NULL), 0);		/* nobody else waits */
	assert_int_equal(other->answer[2], 202);
	assert_int_equal(write(end, "x", 1), 1);
	until_all_are_back();
	assert_int_equal(pt_errand_run(&again->e, NULL), 0);
	assert_int_equal(again->answer[0], 101);
	pt_errand_unref(&again->e);
	pt_errand_unref(&other->e);
	close(end);
}

TEST(who_is_not_waited_for_any_more_is_left_at_once)
{
	atomic_bool cancel = true;
	bool dropped, again_dropped;
	struct asking *a = asking_new(100, true, &dropped), *again = asking_new(101, false, &again_dropped);
	int end = dup(a->pipe[1]);

	assert_int_equal(pt_errand_run(&a->e, &cancel), -ECANCELED);
	pt_errand_unref(&a->e);
	assert_int_equal(write(end, "x", 1), 1);
	assert_int_equal(pt_errand_run(&again->e, NULL), 0);	/* he had not had his time */
	assert_int_equal(again->answer[0], 101);
	pt_errand_unref(&again->e);
	until_all_are_back();
	close(end);
}

/* Of a process a child is asked, too. */
struct sending {
	struct pt_errand e;
	struct asking *other;
};

static int send_other(struct pt_errand *e, size_t i)
{
	(void)i;
	return pt_errand_run(&((struct sending *)e)->other->e, NULL);
}

static void keep(struct pt_errand *e)
{
	(void)e;
}

TEST(who_waits_for_one_that_is_left_behind_comes_back)
{
	const pid_t pid = 300;
	bool dropped;
	struct sending s = { .other = asking_new(100, true, &dropped) };
	int end = dup(s.other->pipe[1]);

	pt_errand_init(&s.e, send_other, keep, &pid, 1);
	assert_int_equal(pt_errand_run(&s.e, NULL), 0);
	assert_int_equal(s.e.err, -ETIMEDOUT);
	assert_false(pt_errand_is_out(300));
	assert_true(pt_errand_is_out(101));
	pt_errand_unref(&s.other->e);
	assert_int_equal(write(end, "x", 1), 1);
	until_all_are_back();
	close(end);
}

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int toil(struct pt_errand *e, size_t i)
{
	(void)e;
	(void)i;
	for (double end = cpu_s() + 2.5; cpu_s() < end;)
		;
	return 7;
}

TEST(who_works_is_waited_for_however_long)
{
	const pid_t pid = 100;
	uint64_t before = pt_errands_cpu_ns();
	struct pt_errand e;

	pt_errand_init(&e, toil, keep, &pid, 1);
	assert_int_equal(pt_errand_run(&e, NULL), 0);
	assert_int_equal(e.err, 7);
	assert_true(pt_errands_cpu_ns() - before >= UINT64_C(2400000000));
	pt_errand_unref(&e);
}
