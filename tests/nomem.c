/*
 * Memory that runs out at one place after the other: a library for LD_PRELOAD, under which a program runs once undisturbed,
 * and then once for each point, from its beginning, with the allocation of that number failing.
 *
 *	NOMEM=FOLDER		where each run has a folder that it runs in: the undisturbed one "0", "N" where the N-th
 *				allocation fails, "N+" where those behind it do so as well
 *	NOMEM_POINTS=POINTS	so many of each kind: the first and the last few, and others evenly between; 0: all;
 *				places: the first and the last of each place, which is a way of calls to it; none
 *	NOMEM_SECONDS=S		a run that takes longer hangs
 *	NOMEM_KEYS=KEYS		on a terminal: types these, and then the last of them until the program ends
 *
 *	out, err	what it wrote
 *	status		"exit 2", "signal 11" or "hang"
 *	terminal	of a terminal, when the program had ended: 1: by lines and with an echo, as before
 *	shown		what it showed there
 *	count		allocations that it asked for
 *	trace		where the first that failed was asked for, for addr2line
 *
 * What the C library allocates for itself comes here as well. What the dynamic linker needs before does not count.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	EDGE = 5,	/* points at either end */
	TICKS = 20,	/* a second */
	FRAMES = 32,
	MOST_PLACED = 1 << 18,
};

void *__libc_malloc(size_t len);
void *__libc_calloc(size_t n, size_t len);
void *__libc_realloc(void *p, size_t len);
void *__libc_memalign(size_t align, size_t len);

static atomic_ulong *nasked;	/* shared with the parent; NULL: nothing is counted yet */
static unsigned long fail_at;
static bool from_then_on;
static uint64_t *place;		/* shared: of each allocation of the undisturbed run; NULL: nobody asks */
static pid_t counted;		/* the process: what others that it forks could not do is theirs to tell */

/* ---- allocations */

static void trace(void)
{
	void *frame[FRAMES];
	int fd = open("trace", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	backtrace_symbols_fd(frame, backtrace(frame, FRAMES), fd);
	close(fd);
}

static uint64_t where(void)
{
	void *frame[FRAMES];
	int n = backtrace(frame, FRAMES);
	uint64_t hash = 1;

	for (int i = 0; i < n; i++)
		hash = (hash ^ (uintptr_t)frame[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ? hash : 1;
}

static bool fails(void)
{
	unsigned long n = nasked && getpid() == counted ? atomic_fetch_add(nasked, 1) + 1 : 0;

	if (!fail_at && place && n && n < MOST_PLACED)
		place[n] = where();
	if (!fail_at || !n || n < fail_at || (n > fail_at && !from_then_on))
		return false;
	if (n == fail_at)
		trace();
	errno = ENOMEM;
	return true;
}

void *malloc(size_t len)
{
	return fails() ? NULL : __libc_malloc(len);
}

void *calloc(size_t n, size_t len)
{
	return fails() ? NULL : __libc_calloc(n, len);
}

void *realloc(void *p, size_t len)
{
	return fails() ? NULL : __libc_realloc(p, len);
}

void *reallocarray(void *p, size_t n, size_t len)
{
	size_t all;

	if (!__builtin_mul_overflow(n, len, &all))
		return realloc(p, all);
	errno = ENOMEM;
	return NULL;
}

void *memalign(size_t align, size_t len)
{
	return fails() ? NULL : __libc_memalign(align, len);
}

void *aligned_alloc(size_t align, size_t len)
{
	return memalign(align, len);
}

int posix_memalign(void **ret, size_t align, size_t len)
{
	void *p = memalign(align, len);

	if (!p)
		return ENOMEM;
	*ret = p;
	return 0;
}

/* Every run at the same time of day, so that all say the same. */
int clock_gettime(clockid_t clock, struct timespec *ret)
{
	if (clock != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, clock, ret);
	*ret = (struct timespec){ 1000000000, 0 };
	return 0;
}

/* ---- runs */

static void fail(const char *what)
{
	perror(what);
	_exit(99);
}

static void write_file(const char *name, const char *text, unsigned long number)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || dprintf(fd, "%s%lu\n", text, number) < 0 || close(fd))
		fail(name);
}

static void redirect(int fd, const char *name)
{
	int file = open(name, fd ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY, 0600);

	if (file < 0 || dup2(file, fd) < 0)
		fail(name);
	close(file);
}

/* In the folder of the run. */
static void judge(int status)
{
	if (WIFEXITED(status))
		write_file("status", "exit ", (unsigned long)WEXITSTATUS(status));
	else
		write_file("status", "signal ", (unsigned long)WTERMSIG(status));
	write_file("count", "", atomic_load(nasked));
}

/* Takes what it shows, so that it goes on, and types. */
static void serve_terminal(int master, unsigned tick)
{
	const char *keys = getenv("NOMEM_KEYS");
	char shown[4096];
	ssize_t n;
	int fd;

	if (master < 0)
		return;
	fd = open("shown", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	while ((n = read(master, shown, sizeof(shown))) > 0)
		if (write(fd, shown, (size_t)n) != n)
			fail("shown");
	close(fd);
	if (write(master, tick ? keys + strlen(keys) - 1 : keys, tick ? 1 : strlen(keys)) < 0)
		return;		/* it has enough to read */
}

static void judge_terminal(int master)
{
	struct termios is;

	if (master < 0)
		return;
	write_file("terminal", "", !tcgetattr(master, &is) && is.c_lflag & ICANON && is.c_lflag & ECHO);
	close(master);
}

static void wait_for(pid_t pid, const sigset_t *child, unsigned long seconds, int master)
{
	const struct timespec tick = { 0, 1000000000 / TICKS };
	unsigned nticks = 0;
	int status;

	while (!waitpid(pid, &status, WNOHANG)) {
		serve_terminal(master, nticks);
		if (sigtimedwait(child, NULL, &tick) < 0 && errno == EAGAIN && ++nticks > seconds * TICKS)
			kill(pid, SIGKILL);
	}
	judge(status);
	judge_terminal(master);
	if (nticks > seconds * TICKS)
		write_file("status", "hang ", seconds);
}

/* -1: none is wanted. */
static int open_terminal(int *ret_slave)
{
	const struct winsize size = { .ws_col = 100, .ws_row = 30 };
	int master = getenv("NOMEM_KEYS") ? posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK) : -1;

	if (!getenv("NOMEM_KEYS"))
		return -1;
	if (master < 0 || grantpt(master) || unlockpt(master) || ioctl(master, TIOCSWINSZ, &size))
		fail("terminal");
	*ret_slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	return master;
}

static void take_terminal(int slave)
{
	setsid();
	if (ioctl(slave, TIOCSCTTY, 0) || dup2(slave, 0) < 0 || dup2(slave, 1) < 0)
		fail("terminal");
}

/* Returns in the child, which goes on to main(), and in the parent when the child has ended. */
static bool run(unsigned long n, bool on, unsigned long seconds)
{
	int slave = -1, master = open_terminal(&slave);
	char folder[64];
	sigset_t child, old;
	pid_t pid;

	snprintf(folder, sizeof(folder), "%lu%s", n, on ? "+" : "");
	if (mkdir(folder, 0700) || chdir(folder))
		fail(folder);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &old);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		redirect(0, "/dev/null");
		redirect(1, "out");
		redirect(2, "err");
		if (slave >= 0)
			take_terminal(slave);
		counted = getpid();
		fail_at = n;
		from_then_on = on;
		atomic_store(nasked, 0);
		return true;
	}
	wait_for(pid, &child, seconds, master);
	if (slave >= 0)
		close(slave);
	return chdir("..") != 0;
}

static unsigned long point(unsigned long i, unsigned long npoints, unsigned long n)
{
	if (i < EDGE || npoints >= n)
		return 1 + i;
	if (i >= npoints - EDGE)
		return n - (npoints - 1 - i);
	return EDGE + 1 + (i - EDGE) * (n - 2 * EDGE) / (npoints - 2 * EDGE);
}

/* Whether it is the first or the last one of its place. */
static bool is_edge(unsigned long i, unsigned long n)
{
	bool before = false, behind = false;

	if (!place || i >= MOST_PLACED)
		return true;
	for (unsigned long k = 1; k <= n && k < MOST_PLACED && !(before && behind); k++) {
		before |= k < i && place[k] == place[i];
		behind |= k > i && place[k] == place[i];
	}
	return !before || !behind;
}

static void *share(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		fail("mmap");
	return p;
}

static unsigned long number(const char *variable)
{
	const char *text = getenv(variable);

	return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	const char *folder = getenv("NOMEM");
	unsigned long npoints = number("NOMEM_POINTS"), seconds = number("NOMEM_SECONDS"), n;
	void *frame[1];

	if (!folder)
		return;
	backtrace(frame, 1);	/* loads what it needs */
	unsetenv("LD_PRELOAD");
	nasked = share(sizeof(*nasked));
	if (getenv("NOMEM_POINTS") && !strcmp(getenv("NOMEM_POINTS"), "places"))
		place = share(MOST_PLACED * sizeof(*place));
	if (chdir(folder))
		fail(folder);
	if (run(0, false, seconds))
		return;
	n = getenv("NOMEM_POINTS") && !strcmp(getenv("NOMEM_POINTS"), "none") ? 0 : atomic_load(nasked);
	if (!npoints || npoints > n)
		npoints = n;
	for (unsigned long i = 0; i < 2 * npoints; i++)
		if (is_edge(point(i / 2, npoints, n), n) && run(point(i / 2, npoints, n), i % 2, seconds))
			return;
	_exit(0);
}
