#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include "test.h"

enum { HARD_ERROR = 99 };	/* for automake */

#pragma weak test_around	/* here alone: of two definitions the second is refused */

static struct CMUnitTest *tests;
static size_t ntests;

uint64_t random_next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

void test_register(struct CMUnitTest test)
{
	tests = reallocarray(tests, ntests + 1, sizeof(*tests));
	if (!tests)
		abort();
	tests[ntests++] = test;
}

static bool is_meant(const char *name, char **patterns)
{
	for (char **p = patterns; *p; p++)
		if (!fnmatch(*p, name, 0))
			return true;
	return !*patterns;
}

static void keep_meant(char **patterns)
{
	size_t n = 0;

	for (size_t i = 0; i < ntests; i++)
		if (is_meant(tests[i].name, patterns))
			tests[n++] = tests[i];
	ntests = n;
}

static int run(void)
{
	return _cmocka_run_group_tests(program_invocation_short_name, tests, ntests, NULL, NULL);
}

/* Of all builds of this tree one program at a time; it is over with the process. */
static void be_alone(void)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/bootstrap", srcdir ? srcdir : ".");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		flock(fd, LOCK_EX);
}

static int run_within(const struct test_around *around)
{
	const char *why = around->why_not ? around->why_not() : NULL;
	int failed;

	if (why) {
		printf("1..0 # SKIP %s\n", why);
		return 0;
	}
	if (around->alone)
		be_alone();
	if (around->set_up && around->set_up())
		return HARD_ERROR;
	failed = run();
	return (around->tear_down && around->tear_down()) || failed;
}

int main(int argc, char **argv)
{
	(void)argc;
	setlocale(LC_CTYPE, "C.UTF-8");
	setvbuf(stdout, NULL, _IOLBF, 0);
	keep_meant(argv + 1);
	if (!ntests) {
		fprintf(stderr, "%s: no such test\n", argv[0]);
		return HARD_ERROR;
	}
	return &test_around ? run_within(&test_around) : run();
}
