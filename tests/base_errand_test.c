/* Errands, and what is done before a sandbox. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/base/errand.h"
#include "pagetop/base/held.h"
#include "test.h"

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
