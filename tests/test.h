/*
 * Tests that register themselves:
 *
 *	TEST(what_is_tested)
 *	{
 *		assert_true(...);
 *	}
 *
 * A program is made of files with tests, and has no main(): test.c runs all of them, in the order of the files and of
 * their lines. Given names or patterns of tests, those alone: view_test 'the_map_*'.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Numbers that are the same in each run; x is not 0 at first. */
uint64_t random_next(uint64_t *x);

/* A test that is no function of its own: a row of a table. The strings stay. */
void test_register(struct CMUnitTest test);

/* The function is global: two tests of one name are refused, at the latest by the linker. */
#define TEST_WITH(fn, setup, teardown)							\
	void fn(void **state);								\
	__attribute__((constructor)) static void register_##fn(void)			\
	{										\
		test_register((struct CMUnitTest){ #fn, fn, setup, teardown, NULL });	\
	}										\
	void fn(__attribute__((unused)) void **state)

#define TEST(fn) TEST_WITH(fn, NULL, NULL)

/* What a program does around its tests, where it does anything: it defines `test_around`. */
struct test_around {
	const char *(*why_not)(void);	/* none of them can be run here; or NULL */
	bool alone;			/* they set what is the machine's, or look at all of it */
	int (*set_up)(void);		/* not 0: it failed */
	int (*tear_down)(void);
};
extern const struct test_around test_around;

#endif
