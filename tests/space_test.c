/*
 * Processes and their address spaces where there is not one of each: the first thread has ended and others live on.
 * On the real kernel, and what that cannot be made to do on a fixture.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/scan/census.h"
#include "pagetop/scan/scan.h"
#include "world.h"

enum { NPAGES = 64, BYTES = NPAGES * 4096 };

/* ---- processes */

/* What a child tells of itself, in memory of both. */
static struct told {
	char *mem;
	pid_t pid;
	volatile int step;	/* the parent's wish: the child goes on when it is there */
	volatile int at;	/* where the child is */
} *told;

static void reach(int at)
{
	told->at = at;
	while (told->step < at)
		usleep(1000);
}

static _Noreturn void stay(void)
{
	for (;;)
		pause();
}

/* A process that runs `body`; it has come to its first step when this returns. */
static pid_t start(void (*body)(void))
{
	pid_t pid;

	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(told != MAP_FAILED);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		body();
		_exit(1);
	}
	assert_true(pid > 0);
	while (!told->at && !waitpid(pid, NULL, WNOHANG))
		usleep(1000);
	assert_int_equal(told->at, 1);
	return pid;
}

static void go_to(int step)
{
	told->step = step;
	while (told->at < step)
		usleep(1000);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	munmap(told, sizeof(*told));
}

static char state_of(const struct world *w, pid_t pid)
{
	struct pt_proc_stat stat = { .state = '?' };
	int fd = pt_proc_open(&w->root, pid);

	pt_proc_stat(fd, &stat);
	close(fd);
	return stat.state;
}

static const struct pt_process *row_of(struct world *w, pid_t pid, struct pt_table **ret)
{
	const struct pt_process *p;

	assert_int_equal(pt_census_one(&w->env, pid, ret), 0);
	p = pt_table_find(*ret, pid, 0);
	assert_non_null(p);
	return p;
}

static void assert_all_private(const struct pt_image *img, const char *mem)
{
	const struct pt_vma *vma = pt_image_vma(img, (uintptr_t)mem >> 12);
	struct pt_counts n = { 0 };

	assert_non_null(vma);
	pt_image_count(img, vma, (uintptr_t)mem >> 12, ((uintptr_t)mem >> 12) + NPAGES, &n);
	assert_int_equal(n.row[PT_STATE_PRIVATE], NPAGES);
}

/* ---- the first thread has ended */

static void *remain(void *arg)
{
	prctl(PR_SET_NAME, "other");
	told->mem = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(told->mem, BYTES, MADV_NOHUGEPAGE);
	memset(told->mem, 1, BYTES);
	reach(1);
	reach(2);
	if (told->step == 3)
		execl("/proc/thread-self/exe", "space_test", "--stay", NULL);
	stay();
	return arg;
}

/* The others go on: the second is there before the first has ended. */
static void end_first_thread(void)
{
	pthread_t thread;

	prctl(PR_SET_NAME, "first");
	pthread_create(&thread, NULL, remain, NULL);
	while (told->step < 1)
		usleep(1000);
	pthread_exit(NULL);
}

static void wait_for_state(const struct world *w, pid_t pid, char state)
{
	while (state_of(w, pid) != state)
		usleep(1000);
}

static void a_process_whose_first_thread_ended_is_read_by_another(void **state)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_target t = PT_TARGET_INIT;
	struct world *w = *state;
	pid_t pid = start(end_first_thread);
	struct pt_table *table[2] = { NULL, NULL };
	const struct pt_process *p, *before;
	struct pt_image *img = NULL;

	look(w);
	before = row_of(w, pid, &table[0]);
	go_to(2);
	wait_for_state(w, pid, 'Z');
	p = row_of(w, pid, &table[1]);
	assert_string_equal(p->command, before->command);
	assert_int_not_equal(p->command[0], '[');
	assert_string_equal(p->comm, "first");
	assert_string_equal(p->cgroup, before->cgroup);
	assert_int_equal(p->nspid, before->nspid);
	assert_int_equal(p->starttime, before->starttime);
	assert_true(p->rss_bytes >= BYTES);
	assert_false(p->zombie || p->kthread);
	assert_int_equal(pt_census_scan(&w->env, PT_LENS_STATE, (struct pt_process *)p), 0);
	assert_true(p->scanned && p->sum[PT_COL_USS].value >= BYTES);
	assert_int_equal(pt_scan_process(&w->env, pid, p->starttime, &wish, &t, &img), 0);
	assert_all_private(img, told->mem);
	assert_string_equal(img->name, "first");
	pt_image_unref(img);
	pt_target_close(&t);
	pt_table_unref(table[0]);
	pt_table_unref(table[1]);
	end(pid);
}

/* Held open before, as a screen holds it. */
static void the_first_thread_may_end_between_two_scans(void **state)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_target t = PT_TARGET_INIT;
	struct world *w = *state;
	pid_t pid = start(end_first_thread);
	struct pt_image *img = NULL;

	look(w);
	assert_int_equal(pt_target_open(&w->env, pid, 0, &t), 0);
	go_to(2);
	wait_for_state(w, pid, 'Z');
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), 0);
	assert_all_private(img, told->mem);
	pt_image_unref(img);
	end(pid);
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), -ESRCH);
	pt_target_close(&t);
}

/* It takes the number of the first one over, and that is the process still. */
static void another_thread_may_call_exec(void **state)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_target t = PT_TARGET_INIT;
	struct world *w = *state;
	pid_t pid = start(end_first_thread);
	struct pt_table *table = NULL;
	struct pt_image *img = NULL;
	uint64_t starttime;

	look(w);
	told->step = 1;
	wait_for_state(w, pid, 'Z');
	assert_int_equal(pt_target_open(&w->env, pid, 0, &t), 0);
	starttime = t.starttime;
	told->step = 3;
	wait_for_state(w, pid, 'S');
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), -ESTALE);
	assert_int_equal(pt_scan_process(&w->env, pid, starttime, &wish, &t, &img), 0);
	assert_string_equal(row_of(w, pid, &table)->command, "space_test --stay");
	pt_image_unref(img);
	pt_table_unref(table);
	pt_target_close(&t);
	end(pid);
}

/* What no test can place: the group of a thread, a name with all of its threads gone. */
static void what_the_living_thread_says_is_said_of_the_process(void **state)
{
	struct world *w = *state;
	struct pt_table *table = NULL;
	const struct pt_process *p;
	static const char first[] = "42 (db) Z 1 1 1 0 -1 4194304 7 0 3 0 10 5 0 0 20 0 2 0 1042 0 0 0",
		other[] = "43 (worker) S 1 1 1 0 -1 4194304 1 0 1 0 10 5 0 0 20 0 2 0 1043 4096 5 0",
		ended[] = "43 (worker) X 1 1 1 0 -1 4194304 1 0 1 0 10 5 0 0 20 0 2 0 1043 0 0 0";

	fix_proc(&w->fix, &(struct fix_proc){ .pid = 42, .comm = "db", .state = 'Z' });
	fix_file(&w->fix, "42/stat", first, sizeof(first) - 1);
	fix_file(&w->fix, "42/cgroup", "0::/\n", 5);
	fix_file(&w->fix, "42/task/42/stat", first, sizeof(first) - 1);
	fix_file(&w->fix, "42/task/43/stat", other, sizeof(other) - 1);
	fix_file(&w->fix, "42/task/43/cgroup", "0::/db\n", 7);
	fix_file(&w->fix, "42/task/43/cmdline", "db\0-x", 6);
	look(w);
	p = row_of(w, 42, &table);
	assert_string_equal(p->command, "db -x");
	assert_string_equal(p->cgroup, "/db");
	assert_int_equal(p->rss_bytes, 5 * 4096);
	assert_int_equal(p->nfaults, 10);
	assert_int_equal(p->starttime, 1042);
	assert_false(p->zombie);
	pt_table_unref(table);
	fix_file(&w->fix, "42/task/43/stat", ended, sizeof(ended) - 1);
	p = row_of(w, 42, &table);
	assert_true(p->zombie);
	assert_string_equal(p->command, "[db]");
	pt_table_unref(table);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_process_whose_first_thread_ended_is_read_by_another, world_init_real, world_done),
		cmocka_unit_test_setup_teardown(the_first_thread_may_end_between_two_scans, world_init_real, world_done),
		cmocka_unit_test_setup_teardown(another_thread_may_call_exec, world_init_real, world_done),
		cmocka_unit_test_setup_teardown(what_the_living_thread_says_is_said_of_the_process, world_init, world_done),
	};

	if (argc > 1 && !strcmp(argv[1], "--stay"))
		stay();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	cmocka_set_test_filter(getenv("TEST_ONLY"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
