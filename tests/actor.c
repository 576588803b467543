/*
 * A process for the shell tests to look at, and a terminal for those that need no more than that.
 *
 *	actor hold [-c COMM] [-n NAME]... [FILE...]	an anonymous mapping of each NAME; maps the files, prints
 *					"ready", waits; SIGUSR1: exec
 *	actor stuck -c COMM FILE	maps the file, prints "ready", waits; SIGUSR1: one thread writes to the
 *					mapping, and where the kernel holds it, another one unmaps it, which
 *					holds the mmap lock; prints "ready" again when it is through
 *	actor pty FDS CMD...		runs CMD with the descriptors named (0, 1, 01) on a new
 *					terminal of 80x24; what it writes there goes to our output
 *	actor as PID CMD...		runs CMD in a process of just that pid (needs CAP_SYS_ADMIN);
 *					it ends with us
 *	actor undo			standard input with the escape of names undone
 *	actor plain FILE...		whether the files are lines that steer no terminal and hide nothing; else
 *					tells the first character of each that does
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

enum { FAILED = 99 };

static int fail(const char *what)
{
	perror(what);
	return FAILED;
}

static int exit_status(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int map_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	volatile const char *p;

	if (fd < 0 || fstat(fd, &st))
		return fail(name);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return fail(name);
	for (off_t i = 0; i < st.st_size; i += 4096)
		(void)p[i];
	return 0;
}

/* A page that is there, so that its mapping does not become one with its neighbours. */
static int map_named(const char *name)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED || prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, p, 4096, name))
		return fail(name);
	return 0;
}

static int hold(int argc, char **argv)
{
	sigset_t usr1;
	int i = 2, sig;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	if (i + 1 < argc && !strcmp(argv[i], "-c")) {
		if (prctl(PR_SET_NAME, argv[i + 1]))
			return fail("prctl");
		i += 2;
	}
	for (; i + 1 < argc && !strcmp(argv[i], "-n"); i += 2)
		if (map_named(argv[i + 1]))
			return FAILED;
	for (; i < argc; i++)
		if (map_file(argv[i]))
			return FAILED;
	puts("ready");
	fflush(stdout);
	sigwait(&usr1, &sig);
	execl("/proc/self/exe", "actor", "hold", "-c", "afterwards", NULL);
	return fail("exec");
}

static atomic_int writer;	/* its tid */

/* By a system call: once let through it may find the page unmapped, which is no more than an error to it. */
static void *write_page(void *p)
{
	atomic_store(&writer, (int)gettid());
	return getrandom(p, 1, 0) == 1 ? p : NULL;
}

static char state_of(pid_t tid)
{
	char name[64], state = 0;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", (int)tid);
	f = fopen(name, "re");
	if (f && fscanf(f, "%*[^)]) %c", &state) != 1)
		state = 0;
	if (f)
		fclose(f);
	return state;
}

/* Its lock is held then, until the writer is let through. */
static int unmap_while_written(char *p)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, write_page, p))
		return fail("pthread_create");
	while (!atomic_load(&writer) || state_of(atomic_load(&writer)) != 'D')
		usleep(1000);
	return munmap(p, 4096) ? fail("munmap") : 0;
}

static int stuck(char **argv)
{
	sigset_t usr1;
	int sig, fd = open(argv[4], O_RDWR | O_CLOEXEC);
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED || prctl(PR_SET_NAME, argv[3]))
		return fail(argv[4]);
	(void)*(volatile char *)p;
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	puts("ready");
	fflush(stdout);
	sigwait(&usr1, &sig);
	if (unmap_while_written(p))
		return FAILED;
	puts("ready");
	fflush(stdout);
	sigwait(&usr1, &sig);
	return 0;
}

static int open_pty(int *ret_slave)
{
	const struct winsize ws = { .ws_col = 80, .ws_row = 24 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0 || grantpt(master) || unlockpt(master) || ioctl(master, TIOCSWINSZ, &ws))
		return -1;
	*ret_slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	return *ret_slave < 0 ? -1 : master;
}

static int pty(char **argv)
{
	int slave, master = open_pty(&slave);
	char buf[4096];
	pid_t pid;
	ssize_t n;

	if (master < 0)
		return fail("pty");
	pid = fork();
	if (pid < 0)
		return fail("fork");
	if (!pid) {
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		for (const char *fd = argv[2]; *fd; fd++)
			dup2(slave, *fd - '0');
		execvp(argv[3], argv + 3);
		_exit(fail(argv[3]));
	}
	close(slave);
	while ((n = read(master, buf, sizeof(buf))) > 0)	/* EIO: the other side is closed */
		if (write(STDOUT_FILENO, buf, (size_t)n) != n)
			return fail("write");
	return exit_status(pid);
}

static int as_pid(char **argv)
{
	pid_t want = (pid_t)atoi(argv[2]), pid;
	struct clone_args args = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&want,
				   .set_tid_size = 1 };

	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0)
		return fail("clone3");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(argv[3], argv + 3);
		_exit(fail(argv[3]));
	}
	return exit_status(pid);
}

/* \xNN and \\ back to the byte; any other text as it is. */
static int undo(void)
{
	unsigned byte;
	char hex[3];
	int c;

	while ((c = getchar()) != EOF) {
		if (c == '\\' && (c = getchar()) == 'x') {
			if (!fgets(hex, sizeof(hex), stdin) || sscanf(hex, "%2x", &byte) != 1)
				return FAILED;
			c = (int)byte;
		}
		putchar(c);
	}
	return 0;
}

/* By the properties of Unicode, and not by the program's own table. */
static bool is_plain(wint_t ch)
{
	static const struct { wint_t lo, hi; } hostile[] = {
		{ 0, 0x9 }, { 0xb, 0x1f }, { 0x7f, 0x9f },			/* Cc, but for newline */
		{ 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff },	/* Cf, Zl, Zp */
		{ 0x34f, 0x34f }, { 0x115f, 0x1160 }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xffa0, 0xffa0 },	/* Default_Ignorable */
		{ 0xe000, 0xf8ff }, { 0xfdd0, 0xfdef }, { 0xfffe, 0xffff }, { 0xf0000, WINT_MAX },	/* Co, no characters */
	};

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		if (ch >= hostile[i].lo && ch <= hostile[i].hi)
			return false;
	return true;
}

/* The C library's decoder takes no overlong forms, no surrogates, nothing above U+10FFFF. */
static int plain_file(const char *name)
{
	enum { MARKS = 3 };
	unsigned long n = 0;
	int marks = MARKS;	/* none may begin a line */
	wint_t ch;

	if (!freopen(name, "r", stdin))
		return fail(name);
	for (; (ch = getwchar()) != WEOF; n++) {
		marks = ch == L'\n' || ch == L' ' ? MARKS : wcwidth((wchar_t)ch) ? 0 : marks + 1;
		if (is_plain(ch) && marks <= MARKS)
			continue;
		printf("%s: character %lu is U+%04X%s\n", name, n, (unsigned)ch, is_plain(ch) ? ", a mark too many" : "");
		return 1;
	}
	if (!ferror(stdin))
		return 0;
	printf("%s: behind character %lu is no UTF-8\n", name, n);
	return 1;
}

static int plain(char **argv)
{
	int status = 0;

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return fail("C.UTF-8");
	for (char **name = argv + 2; *name; name++)
		if (plain_file(*name))
			status = 1;
	return status;
}

int main(int argc, char **argv)
{
	if (argc >= 2 && !strcmp(argv[1], "hold"))
		return hold(argc, argv);
	if (argc == 5 && !strcmp(argv[1], "stuck"))
		return stuck(argv);
	if (argc >= 4 && !strcmp(argv[1], "pty"))
		return pty(argv);
	if (argc >= 4 && !strcmp(argv[1], "as"))
		return as_pid(argv);
	if (argc == 2 && !strcmp(argv[1], "undo"))
		return undo();
	if (argc >= 3 && !strcmp(argv[1], "plain"))
		return plain(argv);
	fputs("usage: actor hold [-c COMM] [-n NAME]... [FILE...] | stuck -c COMM FILE | pty FDS CMD... | as PID CMD... | undo | plain FILE...\n", stderr);
	return FAILED;
}
