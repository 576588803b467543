/*
 * Processes and their address spaces where there is not one of each: the first thread has ended and others live on;
 * several processes have one address space, one has the same memory in several places.
 * On the real kernel; what that cannot be made to do, on a fixture.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/model/explain.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/census.h"
#include "pagetop/scan/holders.h"
#include "pagetop/scan/sharers.h"
#include "pagetop/scan/spaces.h"
#include "moments.h"

enum { NPAGES = 64, BYTES = NPAGES * 4096 };

/* ---- processes */

/* What a child tells of itself, in memory of both. */
static struct told {
	char *mem;
	pid_t pid;
	char *at_addr[3];
	int fd;
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

static const struct pt_process *list_one(struct world *w, pid_t pid, struct pt_table **ret)
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
	prctl(PR_SET_PDEATHSIG, SIGKILL);	/* each thread its own, and exec keeps it */
	prctl(PR_SET_NAME, "other");
	told->mem = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(told->mem, BYTES, MADV_NOHUGEPAGE);
	memset(told->mem, 1, BYTES);
	reach(1);
	reach(2);
	if (told->step == 3)
		execlp("sleep", "sleep", "infinity", NULL);
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

REAL_TEST(a_process_whose_first_thread_ended_is_read_by_another)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_target t = PT_TARGET_INIT;
	struct world *w = *state;
	pid_t pid = start(end_first_thread);
	struct pt_table *table[2] = { NULL, NULL };
	const struct pt_process *p, *before;
	struct pt_image *img = NULL;

	look(w);
	before = list_one(w, pid, &table[0]);
	go_to(2);
	wait_for_state(w, pid, 'Z');
	p = list_one(w, pid, &table[1]);
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
	t = pt_target_closed(pid, p->starttime);
	assert_int_equal(pt_scan_process(&w->env, &t, &wish, &img), 0);
	assert_all_private(img, told->mem);
	assert_string_equal(img->name, "first");
	pt_image_unref(img);
	pt_target_close(&t);
	pt_table_unref(table[0]);
	pt_table_unref(table[1]);
	end(pid);
}

/* Held open before, as a screen holds it. */
REAL_TEST(the_first_thread_may_end_between_two_scans)
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
REAL_TEST(another_thread_may_call_exec)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_target t = PT_TARGET_INIT;
	struct world *w = *state;
	pid_t pid = start(end_first_thread);
	struct pt_table *table = NULL;
	struct pt_image *img = NULL;

	look(w);
	told->step = 1;
	wait_for_state(w, pid, 'Z');
	assert_int_equal(pt_target_open(&w->env, pid, 0, &t), 0);
	told->step = 3;
	wait_for_state(w, pid, 'S');
	assert_int_equal(pt_scan(&w->env, &t, &wish, &img), -ESTALE);
	assert_int_equal(pt_scan_process(&w->env, &t, &wish, &img), 0);
	assert_string_equal(list_one(w, pid, &table)->command, "sleep infinity");
	pt_image_unref(img);
	pt_table_unref(table);
	pt_target_close(&t);
	end(pid);
}

/* What no test can place: the group of a thread, a name with all of its threads gone. */
WORLD_TEST(what_the_living_thread_says_is_said_of_the_process)
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
	p = list_one(w, 42, &table);
	assert_string_equal(p->command, "db -x");
	assert_string_equal(p->cgroup, "/db");
	assert_int_equal(p->rss_bytes, 5 * 4096);
	assert_int_equal(p->nfaults, 10);
	assert_int_equal(p->starttime, 1042);
	assert_false(p->zombie);
	pt_table_unref(table);
	fix_file(&w->fix, "42/task/43/stat", ended, sizeof(ended) - 1);
	p = list_one(w, 42, &table);
	assert_true(p->zombie);
	assert_string_equal(p->command, "[db]");
	pt_table_unref(table);
}

/* ---- one address space of several processes */

#ifdef __SANITIZE_THREAD__	/* it cannot follow a process in the same memory that is no thread */
enum { FOLLOWS = false };
#else
enum { FOLLOWS = true };
#endif

static int sit(void *arg)
{
	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
	return 0;
}

static void make_memory(void)
{
	told->mem = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(told->mem, BYTES, MADV_NOHUGEPAGE);
	memset(told->mem, 1, BYTES);
}

static void clone_vm(void)
{
	char *stack = malloc(65536);

	make_memory();
	told->pid = clone(sit, stack + 65536, CLONE_VM | SIGCHLD, NULL);
	reach(1);
	reach(2);
	kill(told->pid, SIGKILL);
	waitpid(told->pid, NULL, 0);
	told->at = 3;
	stay();
}

/* The parent waits for it. */
static void call_vfork(void)
{
	make_memory();
	if (!vfork()) {
		told->pid = getpid();
		told->at = 1;
		sit(NULL);
	}
	stay();
}

/* All is at the same addresses, and the child writes there, so it has pages of its own. */
static void call_fork(void)
{
	make_memory();
	if (!fork()) {
		memset(told->mem, 2, BYTES);
		told->pid = getpid();
		told->at = 1;
		sit(NULL);
	}
	stay();
}

static struct pt_image *scan(struct world *w, pid_t pid)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS };
	struct pt_target t = pt_target_closed(pid, 0);
	struct pt_image *img = NULL;

	assert_int_equal(pt_scan_process(&w->env, &t, &wish, &img), 0);
	pt_target_close(&t);
	return img;
}

static void text_of(struct world *w, pid_t pid, const void *addr, struct pt_str *ret)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .vpn = (uintptr_t)addr >> 12 };
	struct pt_target t = pt_target_closed(pid, 0);
	struct pt_image *img = NULL;

	pt_str_cut(ret, 0);
	assert_int_equal(pt_scan_process(&w->env, &t, &wish, &img), 0);
	pt_explain_text(img, pt_image_vma(img, wish.vpn), ret);
	pt_image_unref(img);
	pt_target_close(&t);
}

static const struct pt_vma *vma_of(const struct pt_image *img, const void *addr)
{
	const struct pt_vma *vma = pt_image_vma(img, (uintptr_t)addr >> 12);

	assert_non_null(vma);
	return vma;
}

/* Of our own mapping it is known; of libraries, which others map as well, a page may not hold still. */
static void assert_freed(const struct pt_image *img, uint64_t bytes)
{
	struct pt_sum sum[PT_NCOLS];

	pt_image_sums(img, vma_of(img, told->mem), sum);
	assert_int_equal(sum[PT_COL_FREED].unknown, 0);
	assert_true(bytes ? sum[PT_COL_FREED].value >= bytes : !sum[PT_COL_FREED].value);
}

static void assert_shared(struct world *w, pid_t pid, pid_t other)
{
	struct pt_str text = PT_STR_INIT;
	struct pt_image *img = scan(w, pid);
	char mate[32];

	snprintf(mate, sizeof(mate), "%d", (int)other);
	assert_non_null(img->mates);
	assert_string_equal(img->mates, mate);
	assert_int_equal(img->total[PT_COL_FREED].value, 0);
	assert_freed(img, 0);
	assert_true(img->total[PT_COL_USS].value >= BYTES);
	pt_image_unref(img);
	text_of(w, pid, told->mem, &text);
	assert_non_null(strstr(text.s, "an address space shared by several processes"));
	assert_non_null(strstr(text.s, mate));
	assert_null(strstr(text.s, "private to this process"));
	pt_str_done(&text);
}

static void assert_alone(struct world *w, pid_t pid)
{
	struct pt_str text = PT_STR_INIT;
	struct pt_image *img = scan(w, pid);

	assert_null(img->mates);
	assert_true(img->total[PT_COL_FREED].value >= BYTES);
	assert_freed(img, BYTES);
	pt_image_unref(img);
	text_of(w, pid, told->mem, &text);
	assert_non_null(strstr(text.s, "private to this process"));
	pt_str_done(&text);
}

static void look_again(struct world *w, struct pt_spaces *spaces, int kcmp_err)
{
	look(w);
	if (kcmp_err)
		w->probe.kcmp_err = kcmp_err;
	pt_spaces_done(spaces);
	w->env.spaces = spaces;
}

/* By kcmp, and without it by the pages of the stack. */
static const int ways[] = { 0, -ENOSYS };

REAL_TEST(ending_one_of_two_with_one_address_space_frees_nothing)
{
	struct pt_spaces spaces = { 0 };
	struct world *w = *state;

	for (size_t i = 0; FOLLOWS && i < sizeof(ways) / sizeof(ways[0]); i++) {
		pid_t pid = start(clone_vm);

		look_again(w, &spaces, ways[i]);
		assert_shared(w, pid, told->pid);
		assert_shared(w, told->pid, pid);
		go_to(3);
		look_again(w, &spaces, ways[i]);
		assert_alone(w, pid);
		end(pid);
	}
	pt_spaces_done(&spaces);
}

REAL_TEST(the_child_of_vfork_has_the_memory_of_its_parent)
{
	struct pt_spaces spaces = { 0 };
	struct world *w = *state;

	for (size_t i = 0; FOLLOWS && i < sizeof(ways) / sizeof(ways[0]); i++) {
		pid_t pid = start(call_vfork);

		look_again(w, &spaces, ways[i]);
		assert_shared(w, pid, told->pid);
		assert_shared(w, told->pid, pid);
		kill(told->pid, SIGKILL);
		end(pid);
	}
	pt_spaces_done(&spaces);
}

REAL_TEST(a_process_and_its_fork_have_two)
{
	struct pt_spaces spaces = { 0 };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		pid_t pid = start(call_fork);

		look_again(w, &spaces, ways[i]);
		assert_alone(w, pid);
		assert_alone(w, told->pid);
		kill(told->pid, SIGKILL);
		end(pid);
	}
	pt_spaces_done(&spaces);
}

/* Without kcmp, where no page of the stack tells. */
WORLD_TEST(what_cannot_be_told_of_an_address_space_is_open)
{
	struct world *w = *state;
	struct pt_spaces spaces = { 0 };
	static const char one[] = "42 (db) S 1 1 1 0 -1 4194304 7 0 3 0 10 5 0 0 20 0 1 0 1042 4096 9 0 4194304 4198400 140000000000000",
		two[] = "43 (db) S 1 1 1 0 -1 4194304 7 0 3 0 10 5 0 0 20 0 1 0 1043 4096 9 0 4194304 4198400 140000000000000";
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \npppp\n"
		 "process 43 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \npppp\n");
	fix_file(&w->fix, "42/stat", one, sizeof(one) - 1);
	look_again(w, &spaces, 0);
	assert_int_equal(w->probe.kcmp_err, -EXDEV);
	img = scan(w, 42);
	assert_int_equal(img->total[PT_COL_FREED].value, 4 * 4096);
	pt_image_unref(img);
	fix_file(&w->fix, "43/stat", two, sizeof(two) - 1);
	look_again(w, &spaces, 0);
	img = scan(w, 42);
	assert_null(img->mates);
	assert_int_equal(img->total[PT_COL_FREED].value, 0);
	assert_int_equal(img->total[PT_COL_FREED].unknown, 4);
	pt_image_unref(img);
	pt_spaces_done(&spaces);
}

static uint64_t pfn_of(struct world *w, pid_t pid, const void *addr)
{
	struct pt_target t = PT_TARGET_INIT;
	uint64_t word = 0;

	assert_int_equal(pt_target_open(&w->env, pid, 0, &t), 0);
	assert_int_equal(pt_pagemap_read(&t.pm, (uintptr_t)addr >> 12, 1, &word), 0);
	pt_target_close(&t);
	return word & PT_PM_PFN_MASK;
}

static void assert_who(struct world *w, uint64_t pfn, size_t nfound, size_t nagain, bool one)
{
	struct pt_sharers *s = NULL;
	struct pt_who *who = NULL;

	assert_int_equal(pt_sharers_build(&w->env, &s, NULL, NULL), 0);
	assert_int_equal(pt_sharers_ask(&w->env, s, pfn, &who), 0);
	assert_true(who->complete);
	assert_int_equal(who->n, nfound);
	assert_int_equal(who->nagain, nagain);
	assert_int_equal(who->count, nfound - nagain);
	assert_int_equal(pt_who_is_one(who), one);
	pt_who_unref(who);
	pt_sharers_free(s);
}

/* We have the page in which they tell, too: one entry of ours, and one of two of them. */
REAL_TEST(an_entry_of_two_processes_is_one)
{
	struct pt_spaces spaces = { 0 };
	struct world *w = *state;
	pid_t pid;

	if (!FOLLOWS)
		return;
	pid = start(clone_vm);
	look_again(w, &spaces, 0);
	assert_who(w, pfn_of(w, pid, told->mem), 2, 1, true);
	assert_who(w, pfn_of(w, pid, told), 3, 1, false);
	end(pid);
	pt_spaces_done(&spaces);
}

REAL_TEST(a_file_keeps_that_an_address_space_is_shared)
{
	struct pt_spaces spaces = { 0 };
	struct world *w = *state;
	struct pt_image *img, *back = NULL;
	struct pt_snapshot *file;
	pid_t pid;

	if (!FOLLOWS)
		return;
	pid = start(clone_vm);
	look_again(w, &spaces, 0);
	img = scan(w, pid);
	save(w, img);
	file = open_file(w);
	assert_int_equal(pt_snapshot_image(file, 0, pid, img->starttime, &back), 0);
	pt_image_complete(back);
	assert_true(back->ctx.shared);
	assert_int_equal(back->needs, img->needs);
	assert_int_equal(back->total[PT_COL_FREED].value, 0);
	assert_freed(back, 0);
	pt_image_unref(back);
	pt_snapshot_close(file);
	pt_image_unref(img);
	end(pid);
	pt_spaces_done(&spaces);
}

/* ---- one memory in several places */

/* The memory of a memfd three times, as ZGC has its heap; apart, so that no two are one mapping. */
static void map_three_times(void)
{
	told->fd = memfd_create("heap", 0);
	if (ftruncate(told->fd, BYTES))
		_exit(1);
	for (int i = 0; i < 3; i++) {
		told->at_addr[i] = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, told->fd, 0);
		memset(told->at_addr[i], 1, BYTES);
		mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
	reach(1);
	reach(2);
	if (!fork()) {		/* has it mapped, and touches nothing */
		close(told->fd);
		told->pid = getpid();
		told->at = 3;
		sit(NULL);
	}
	stay();
}

/* Anonymous memory that a fork may share, and shares. */
static void map_shared_anonymous(void)
{
	told->at_addr[0] = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(told->at_addr[0], 1, BYTES);
	told->fd = open("/dev/null", O_RDONLY);
	reach(1);
	reach(2);
	if (!fork()) {
		told->pid = getpid();
		told->at = 3;
		sit(NULL);
	}
	stay();
}

/* What goes with the process of the mapping there. */
static void assert_goes(struct world *w, pid_t pid, const void *addr, uint64_t bytes)
{
	struct pt_holders holders = { 0 };
	struct pt_image *img;
	struct pt_sum sum[PT_NCOLS];

	w->env.holders = &holders;
	img = scan(w, pid);
	pt_image_sums(img, vma_of(img, addr), sum);
	assert_int_equal(sum[PT_COL_FREED].value, bytes);
	assert_int_equal(sum[PT_COL_FREED].unknown, 0);
	pt_image_unref(img);
	pt_holders_done(&holders);
	w->env.holders = NULL;
}

REAL_TEST(memory_mapped_three_times_is_freed_once)
{
	struct world *w = *state;
	pid_t pid = start(map_three_times);
	struct pt_image *img;
	uint64_t nopen = 0;
	char path[64];
	int fd;

	look(w);
	assert_goes(w, pid, told->at_addr[0] < told->at_addr[2] ? told->at_addr[0] : told->at_addr[2], BYTES);
	assert_goes(w, pid, told->at_addr[1], 0);
	assert_goes(w, pid, told->at_addr[0] < told->at_addr[2] ? told->at_addr[2] : told->at_addr[0], 0);
	assert_who(w, pfn_of(w, pid, told->at_addr[1]), 3, 0, true);
	img = scan(w, pid);	/* who else has it was not looked at */
	for (int i = 0; i < 3; i++) {
		struct pt_sum sum[PT_NCOLS];

		pt_image_sums(img, vma_of(img, told->at_addr[i]), sum);
		nopen += sum[PT_COL_FREED].unknown;
	}
	assert_int_equal(nopen, NPAGES);
	pt_image_unref(img);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, told->fd);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	for (int i = 0; i < 3; i++)
		assert_goes(w, pid, told->at_addr[i], 0);
	close(fd);
	go_to(3);
	for (int i = 0; i < 3; i++)
		assert_goes(w, pid, told->at_addr[i], 0);
	kill(told->pid, SIGKILL);
	end(pid);
}

REAL_TEST(shared_anonymous_memory_goes_with_its_last_process)
{
	struct world *w = *state;
	pid_t pid = start(map_shared_anonymous);

	look(w);
	assert_goes(w, pid, told->at_addr[0], BYTES);
	assert_goes(w, pid, told, 0);	/* we have that, too */
	go_to(3);
	assert_goes(w, pid, told->at_addr[0], 0);
	kill(told->pid, SIGKILL);
	end(pid);
}

/* A file of tmpfs that is really called so. */
static char kept[64];

static void map_kept(void)
{
	int fd = open(kept, O_RDWR | O_CREAT | O_EXCL, 0600);

	if (fd < 0 || ftruncate(fd, BYTES))
		_exit(1);
	told->at_addr[0] = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memset(told->at_addr[0], 1, BYTES);
	close(fd);
	reach(1);
	stay();
}

REAL_TEST(a_file_that_is_called_deleted_stays)
{
	struct world *w = *state;
	struct statfs fs;
	pid_t pid;

	if (statfs("/dev/shm", &fs) || fs.f_type != TMPFS_MAGIC)
		skip();
	snprintf(kept, sizeof(kept), "/dev/shm/pt.%d (deleted)", (int)getpid());
	pid = start(map_kept);
	look(w);
	assert_goes(w, pid, told->at_addr[0], 0);
	assert_int_equal(unlink(kept), 0);
	assert_goes(w, pid, told->at_addr[0], BYTES);
	end(pid);
}

/* Of a part of a process it is open how often it maps a frame. */
REAL_TEST(of_a_part_it_is_open_what_is_mapped_elsewhere)
{
	struct world *w = *state;
	pid_t pid = start(map_three_times);
	struct pt_holders holders = { 0 };
	struct pt_target t = pt_target_closed(pid, 0);
	struct pt_image *img = NULL;
	const uint64_t vpn = (uintptr_t)told->at_addr[1] >> 12;
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .lo_vpn = vpn, .hi_vpn = vpn + NPAGES };
	struct pt_sum sum[PT_NCOLS];

	look(w);
	w->env.holders = &holders;
	assert_int_equal(pt_scan_process(&w->env, &t, &wish, &img), 0);
	pt_image_sums(img, vma_of(img, told->at_addr[1]), sum);
	assert_int_equal(sum[PT_COL_FREED].value, 0);
	assert_int_equal(sum[PT_COL_FREED].unknown, NPAGES);
	pt_image_unref(img);
	pt_target_close(&t);
	pt_holders_done(&holders);
	end(pid);
}

/* Two pages at one frame, and one that another process has, too. */
WORLD_TEST(a_frame_merged_within_a_process_is_freed_once)
{
	const uint64_t present = UINT64_C(1) << 63, merged = 0x5868 | UINT64_C(1) << 21;
	struct world *w = *state;
	struct pt_image *img;

	fix_text(&w->fix, "process 42 db\n600000000000-600000004000 rw-p 00000000 00:00 0 \npppp\n");
	fix_page(&w->fix, 42, 0x600000000, present | 0x77, merged, 2);
	fix_page(&w->fix, 42, 0x600000002, present | 0x77, merged, 2);
	fix_page(&w->fix, 42, 0x600000003, present | 0x78, merged, 2);
	look(w);
	img = scan(w, 42);
	assert_int_equal(img->total[PT_COL_KSM].value, 3 * 4096);
	assert_int_equal(img->total[PT_COL_FREED].value, 2 * 4096);
	assert_int_equal(img->total[PT_COL_FREED].unknown, 0);
	pt_image_unref(img);
}
