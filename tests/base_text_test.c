/* Growable strings, text from outside, sizes and numbers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <locale.h>
#include <wchar.h>
#include "pagetop/base/re.h"
#include "pagetop/base/str.h"
#include "pagetop/base/text.h"
#include "base.h"
#include "test.h"

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

size_t unescape(const char *s, char *ret)
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
