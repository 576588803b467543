/* Regular expressions. */
#include <errno.h>
#include <string.h>
#include "pagetop/base/re.h"
#include "pagetop/base/str.h"
#include "pagetop/base/text.h"
#include "test.h"

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
