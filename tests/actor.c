/*
 * A process for the shell tests to look at, and a terminal for those that need no more than that.
 *
 *	actor hold [-c COMM] [FILE...]	maps the files, prints "ready", waits; SIGUSR1: exec
 *	actor stuck -c COMM FILE	maps the file, prints "ready", waits; SIGUSR1: one thread writes to the
 *					mapping, and where the kernel holds it, another one unmaps it, which
 *					holds the mmap lock; prints "ready" again when it is through
 *	actor pty FDS CMD...		runs CMD with the descriptors named (0, 1, 01) on a new
 *					terminal of 80x24; what it writes there goes to our output
 *	actor as PID CMD...		runs CMD in a process of just that pid (needs CAP_SYS_ADMIN);
 *					it ends with us
 *	actor undo			standard input with the escape of names undone
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
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
	fputs("usage: actor hold [-c COMM] [FILE...] | stuck -c COMM FILE | pty FDS CMD... | as PID CMD... | undo\n", stderr);
	return FAILED;
}
