/*
 * What the kernel refuses from inside the sandbox: each call is tried, with arguments that do no harm where it is not
 * refused, and what a session needs is tried as well (app/sandbox.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/app/sandbox.h"
#include "test.h"

#ifdef __SANITIZE_ADDRESS__
enum { LEAKS = 1 };		/* are looked for by calls that are refused otherwise */
#else
enum { LEAKS = 0 };
#endif

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif
#ifndef SYS_process_mrelease
#define SYS_process_mrelease 448
#endif

static char there[] = "/tmp/pt.XXXXXX";		/* a folder of ours; in it a file, "file" */
static int dir_fd, file_fd;

/* ---- what is refused */

struct how {
	uint64_t flags, mode, resolve;
};

static const struct how write_how = { .flags = O_RDWR };
static char letter = 'x';

/* TRY(what, call, arguments). Nothing of it would do harm: names are empty, or of our own folder. */
#define OPENS \
	TRY("write to what is there", openat, dir_fd, "file", O_WRONLY, 0) \
	TRY("read and write what is there", openat, dir_fd, "file", O_RDWR, 0) \
	TRY("empty what is there", openat, dir_fd, "file", O_RDONLY | O_TRUNC, 0) \
	TRY("append to what is there", openat, dir_fd, "file", O_WRONLY | O_APPEND, 0) \
	TRY("access mode 3", openat, dir_fd, "file", O_ACCMODE, 0) \
	TRY("create what may be there", openat, dir_fd, "file", O_RDONLY | O_CREAT, 0600) \
	TRY("create, by a link", openat, dir_fd, "new", O_WRONLY | O_CREAT | O_EXCL, 0600) \
	TRY("write by a name of the kernel's", openat, AT_FDCWD, "/proc/self/fd/0", O_WRONLY, 0) \
	TRY("a file of /proc for writing", openat, AT_FDCWD, "/proc/self/comm", O_WRONLY, 0) \
	TRY("memory of a process for writing", openat, AT_FDCWD, "/proc/self/mem", O_RDWR, 0) \
	TRY("a file of /sys for writing", openat, AT_FDCWD, "/sys/kernel/mm/ksm/sleep_millisecs", O_WRONLY, 0) \
	TRY("a terminal for writing", openat, AT_FDCWD, "/dev/tty", O_RDWR, 0) \
	TRY("openat2", openat2, dir_fd, "file", &write_how, sizeof(write_how)) \
	TRY("open_by_handle_at", open_by_handle_at, -1, NULL, 0) \
	TRY("io_uring_setup", io_uring_setup, 0, NULL) \
	TRY("io_uring_enter", io_uring_enter, -1, 0, 0, 0, NULL, 0) \
	TRY("io_uring_register", io_uring_register, -1, 0, NULL, 0)

#define FILES \
	TRY("truncate", truncate, "", 0L) \
	TRY("fchmodat", fchmodat, dir_fd, "file", 0600) \
	TRY("set-id bits", fchmod, file_fd, 04600) \
	TRY("fchown", fchown, file_fd, getuid(), getgid()) \
	TRY("fchownat", fchownat, dir_fd, "", getuid(), getgid(), 0) \
	TRY("symlinkat", symlinkat, "", dir_fd, "") \
	TRY("mknodat", mknodat, dir_fd, "", 0, 0) \
	TRY("setxattr", setxattr, "", "user.x", "", 0L, 0) \
	TRY("utimensat", utimensat, dir_fd, "", NULL, 0) \
	TRY("chroot", chroot, "") \
	TRY("fanotify_init", fanotify_init, -1, 0)

#define PROCESSES \
	TRY("execve", execve, "", NULL, NULL) \
	TRY("execveat", execveat, -1, "", NULL, NULL, 0) \
	TRY("process_vm_readv", process_vm_readv, getppid(), NULL, 0L, NULL, 0L, 0L) \
	TRY("process_vm_writev", process_vm_writev, getppid(), NULL, 0L, NULL, 0L, 0L) \
	TRY("process_madvise", process_madvise, -1, NULL, 0L, 0, 0) \
	TRY("process_mrelease", process_mrelease, -1, 0) \
	TRY("move_pages", move_pages, 0, 0L, NULL, NULL, NULL, 0) \
	TRY("migrate_pages", migrate_pages, 0, 0L, NULL, NULL) \
	TRY("pidfd_getfd", pidfd_getfd, -1, 0, 0) \
	TRY("pidfd_send_signal", pidfd_send_signal, -1, 0, NULL, 0) \
	TRY("a signal to the parent", kill, getppid(), 0) \
	TRY("a signal to our group", kill, 0, 0) \
	TRY("a signal to a thread of another", tgkill, getppid(), getppid(), 0) \
	TRY("signals of a descriptor to another", fcntl, -1, F_SETOWN, getppid()) \
	TRY("which signal that is", fcntl, -1, F_SETSIG, 0) \
	TRY("a lease", fcntl, -1, F_SETLEASE, 0) \
	TRY("a thread in a namespace of its own", clone, CLONE_THREAD | CLONE_NEWNS, NULL, NULL, NULL, NULL) \
	TRY("rt_sigqueueinfo", rt_sigqueueinfo, getppid(), 0, NULL) \
	TRY("limits to be set", prlimit64, 0, -1, &letter, NULL) \
	TRY("setpriority", setpriority, 0, 0, 0) \
	TRY("sched_setscheduler", sched_setscheduler, -1, 0, NULL) \
	TRY("unshare", unshare, 0) \
	TRY("setns", setns, -1, 0) \
	TRY("userfaultfd", userfaultfd, -1) \
	TRY("bpf", bpf, -1, NULL, 0) \
	TRY("keyctl", keyctl, -1, 0, 0, 0, 0)

#define MACHINE \
	TRY("mount", mount, "", "", "", 0, NULL) \
	TRY("umount2", umount2, "", 0) \
	TRY("move_mount", move_mount, -1, "", -1, "", 0) \
	TRY("fsopen", fsopen, "", 0) \
	TRY("swapon", swapon, "", 0) \
	TRY("swapoff", swapoff, "") \
	TRY("init_module", init_module, NULL, 0L, "") \
	TRY("finit_module", finit_module, -1, "", 0) \
	TRY("kexec_load", kexec_load, 0L, 1L, NULL, 0L) \
	TRY("reboot", reboot, 0, 0, 0, NULL) \
	TRY("sethostname", sethostname, NULL, -1) \
	TRY("clock_settime", clock_settime, -1, NULL) \
	TRY("settimeofday", settimeofday, NULL, NULL) \
	TRY("setuid", setuid, getuid()) \
	TRY("personality", personality, 0xffffffff) \
	TRY("a socket to other machines", socket, AF_INET, SOCK_STREAM, 0) \
	TRY("a socket to the kernel", socket, AF_NETLINK, SOCK_RAW, 0) \
	TRY("a socket to other programs", socket, AF_UNIX, SOCK_STREAM, 0) \
	TRY("connect", connect, -1, NULL, 0) \
	TRY("bind", bind, -1, NULL, 0) \
	TRY("sendto with an address", sendto, -1, "", 0L, 0, &letter, 1) \
	TRY("characters typed for others", ioctl, -1, TIOCSTI, &letter) \
	TRY("prctl: dumpable", prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)

#define TRACING \
	TRY("ptrace", ptrace, PTRACE_PEEKDATA, 0, NULL, NULL)

static const char *const tries[] = {
#define TRY(name, call, ...) name,
	OPENS FILES PROCESSES MACHINE TRACING
#undef TRY
};

enum { NTRIES = sizeof(tries) / sizeof(tries[0]) };

/* The error of each; 0: it was done. */
static void try_all(int err[static NTRIES])
{
	int i = 0;

#define TRY(name, call, ...) err[i++] = syscall(SYS_##call, __VA_ARGS__) < 0 ? errno : 0;
	OPENS FILES PROCESSES MACHINE TRACING
#undef TRY
}

/* ---- in a process of its own, for there is no way back */

struct report {
	int entered, nbounding, seccomp, no_new_privs, fork_err, clone3_err, thread_err, child_err;
	int err[NTRIES];
	char needs[256];		/* what is needed and was refused; empty: all is well */
};

static void *try_in_thread(void *arg)
{
	int *fd = arg, err = 0;
	char go;

	if (read(fd[0], &go, 1) != 1)
		return (void *)-1;
	if (openat(dir_fd, "file", O_WRONLY) < 0)
		err = errno;
	return (void *)(intptr_t)err;
}

static void *nothing(void *arg)
{
	return arg;
}

static void note(struct report *r, const char *what, bool done)
{
	if (!done && strlen(r->needs) + strlen(what) + 64 < sizeof(r->needs))
		sprintf(r->needs + strlen(r->needs), "%s: %s; ", what, strerror(errno));
}

static void try_needs(struct report *r)
{
	pthread_t thread;
	int fd = openat(dir_fd, "new", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);

	note(r, "a new file", fd >= 0 && write(fd, "x", 1) == 1 && !fchmod(fd, 0644));
	note(r, "its name", !renameat(dir_fd, "new", dir_fd, "other") && !unlinkat(dir_fd, "other", 0));
	note(r, "a file without a name", openat(dir_fd, ".", O_TMPFILE | O_RDWR, 0600) >= 0 || errno == EOPNOTSUPP);
	note(r, "reading", openat(AT_FDCWD, "/proc/self/smaps", O_RDONLY) >= 0);
	note(r, "a folder", openat(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0);
	note(r, "a thread", !pthread_create(&thread, NULL, nothing, NULL) && !pthread_join(thread, NULL));
	note(r, "memory", mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
	note(r, "a signal to ourselves", !raise(0) && !kill(getpid(), 0));
	note(r, "the log of faults", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0) < 0 && errno != EPERM);
}

static int try_fork(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (!pid)
		_exit(0);
	return pid < 0 ? errno : 0;
}

static int count_bounding(void)
{
	int n = 0;

	for (int cap = 0; cap < 40; cap++)
		n += prctl(PR_CAPBSET_READ, cap, 0, 0, 0) > 0;
	return n;
}

static void inside(struct report *r, pid_t child)
{
	int fd[2];
	pthread_t thread;
	void *ret = NULL;

	if (pipe(fd) || pthread_create(&thread, NULL, try_in_thread, fd))
		return;
	r->entered = pt_sandbox_enter(child, 0);
	r->nbounding = count_bounding();
	r->seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
	r->no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	if (write(fd[1], "x", 1) == 1)
		pthread_join(thread, &ret);
	r->thread_err = (int)(intptr_t)ret;
	try_all(r->err);
	r->fork_err = try_fork();
	r->clone3_err = syscall(SYS_clone3, NULL, 0L) < 0 ? errno : 0;
	r->child_err = child && kill(child, 0) ? errno : 0;
	try_needs(r);
}

static struct report *run(void (*work)(struct report *r, pid_t child), pid_t child)
{
	struct report *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t pid;

	assert_true(r != MAP_FAILED);
	pid = fork();
	if (!pid) {
		work(r, child);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return r;
}

static int set_up(void)
{
	if (!mkdtemp(there))
		return -1;
	dir_fd = open(there, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	file_fd = openat(dir_fd, "file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return file_fd < 0 ? -1 : 0;
}

static int tear_down(void)
{
	unlinkat(dir_fd, "file", 0);
	unlinkat(dir_fd, "new", 0);
	return rmdir(there);
}

const struct test_around test_around = { .set_up = set_up, .tear_down = tear_down };

/* ---- tests */

static bool is_for_leaks(const char *what)
{
	return !strcmp(what, "ptrace") || !strcmp(what, "a thread in a namespace of its own");
}

TEST(everything_else_is_refused)
{
	struct report *r = run(inside, 0);
	int nwrong = 0;

	assert_int_equal(r->entered, 0);
	assert_int_equal(r->seccomp, 2);
	assert_int_equal(r->no_new_privs, 1);
	for (int i = 0; i < NTRIES; i++) {
		if (r->err[i] == EPERM || (LEAKS && is_for_leaks(tries[i])))
			continue;
		printf("# %s: %s\n", tries[i], r->err[i] ? strerror(r->err[i]) : "done");
		nwrong++;
	}
	assert_int_equal(nwrong, 0);
	assert_int_equal(r->fork_err, LEAKS ? 0 : EPERM);
	assert_int_equal(r->clone3_err, ENOSYS);
	munmap(r, sizeof(*r));
}

TEST(whatever_a_session_needs_is_there)
{
	struct report *r = run(inside, 0);

	assert_string_equal(r->needs, "");
	munmap(r, sizeof(*r));
}

TEST(it_holds_for_threads_that_were_there)
{
	struct report *r = run(inside, 0);

	assert_int_equal(r->thread_err, EPERM);
	munmap(r, sizeof(*r));
}

TEST(only_a_child_that_is_named_is_sent_signals)
{
	struct report *r;
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	r = run(inside, pid);
	assert_int_equal(r->child_err, 0);
	munmap(r, sizeof(*r));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Else "refused" would say nothing: without the sandbox few of them are, whoever asks. */
static void outside(struct report *r, pid_t child)
{
	(void)child;
	try_all(r->err);
}

TEST(without_it_they_are_not_refused)
{
	struct report *r;
	int nrefused = 0;

	if (geteuid() || prctl(PR_GET_SECCOMP, 0, 0, 0, 0)) {
		printf("# skip: not root, or in a sandbox already\n");
		skip();
	}
	r = run(outside, 0);
	for (int i = 0; i < NTRIES; i++)
		if (r->err[i] == EPERM) {
			printf("# refused anyway: %s\n", tries[i]);
			nrefused++;
		}
	assert_true(nrefused < NTRIES / 8);
	munmap(r, sizeof(*r));
}

TEST(no_capability_can_come_back)
{
	struct report *r = run(inside, 0);

	if (!geteuid())
		assert_int_equal(r->nbounding, 0);
	munmap(r, sizeof(*r));
}
