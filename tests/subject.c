#include "subject.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- subjects: a process for each thing that the demo does not make */

struct subject subject;

int no(const char *what)
{
	snprintf(subject.told->why, LINE, "%s: %s", what, strerror(errno));
	return -1;
}

static void pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static _Noreturn void be_subject(act_fn *act, int go, int done)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin();	/* pages wait in batches of each CPU */
	if (mmap(subject.mem, SUBJECT_BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		_exit(1);
	madvise(subject.mem, SUBJECT_BYTES, MADV_NOHUGEPAGE);
	for (int step = 0, r; read(go, &r, sizeof(r)) == sizeof(r); step++) {
		r = act(step);
		if (write(done, &r, sizeof(r)) != sizeof(r))
			break;
	}
	_exit(0);
}

void next_step(void)
{
	int r = 0;

	assert_int_equal(write(subject.go, &r, sizeof(r)), sizeof(r));
	if (read(subject.done, &r, sizeof(r)) != sizeof(r))
		fail_msg("the subject died");
	if (r)
		skip_if(subject.told->why);
}

void start_subject(act_fn *act)
{
	int go[2], done[2];
	char *mem = mmap(NULL, SUBJECT_BYTES + 2 * HUGE_BYTES, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	mem += HUGE_BYTES;
	subject.mem = mem + (-(uintptr_t)mem & (HUGE_BYTES - 1));
	subject.told = mmap(NULL, sizeof(*subject.told), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_int_equal(pipe2(go, O_CLOEXEC) || pipe2(done, O_CLOEXEC), 0);
	subject.pid = fork();
	if (!subject.pid)
		be_subject(act, go[0], done[1]);
	close(go[0]);
	close(done[1]);
	subject.go = go[1];
	subject.done = done[0];
	next_step();
}

int end_subject(void **state)
{
	(void)state;
	if (subject.pid > 0) {
		if (subject.told->other > 0)
			kill(subject.told->other, SIGKILL);
		kill(subject.pid, SIGKILL);
		waitpid(subject.pid, NULL, 0);
		close(subject.go);
		close(subject.done);
		munmap(subject.told, sizeof(*subject.told));
	}
	subject.pid = 0;
	if (live.settings.swap_file[0])
		swapoff(live.settings.swap_file);	/* only the tests of file swap had it on */
	return 0;
}

/* ---- what subjects do */

void write_from(size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++)
		snprintf(subject.mem + i * 4096, 4096, "page %zu of the subject, written by %d", i,
			 (int)getpid());
}

void read_from(size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++)
		(void)*(volatile char *)(subject.mem + i * 4096);
}

int advise(size_t first, size_t n, int advice, const char *what)
{
	return madvise(subject.mem + first * 4096, n * 4096, advice) ? no(what) : 0;
}

int fork_other(size_t first, size_t n)
{
	int ready[2];
	pid_t pid;
	char c;

	if (pipe2(ready, O_CLOEXEC))
		return no("pipe");
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		write_from(first, n);
		if (write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &c, 1) != 1)
		return no("fork");
	close(ready[0]);
	subject.told->other = pid;
	return 0;
}

int collapse(size_t first)
{
	if (advise(first, NHUGE, MADV_HUGEPAGE, "MADV_HUGEPAGE"))
		return -1;
	for (int i = 0; i < 5; i++)
		if (!advise(first, NHUGE, MADV_COLLAPSE, "MADV_COLLAPSE"))
			return 0;
	return -1;
}

int page_out(size_t first, size_t n)
{
	struct page *page = calloc(n, sizeof(*page));
	size_t gone = 0;

	for (int i = 0; i < 200 && gone < n; i++) {
		if (advise(first, n, MADV_PAGEOUT, "MADV_PAGEOUT"))
			break;
		poll(NULL, 0, i ? 2 : 0);
		read_truth(getpid(), (uintptr_t)subject.mem / 4096 + first, n, page);
		gone = 0;
		for (size_t k = 0; k < n; k++)
			gone += (page[k].word & (W_PRESENT | W_ENTRY)) == W_ENTRY;
	}
	free(page);
	return gone == n ? 0 : no("not all pages go to swap");
}
