#include "pagetop/base/users.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/base/memory.h"

enum {
	PATIENCE_MS = 5000,
	END_STEPS = 500,		/* one that a service holds in the kernel is left to
					   the first process */
	RECORD_BYTES = 4096,
	SERVICE_FD = STDERR_FILENO + 1,
};

/* Of a question that is asked by name the answer is a name, too: the same one. */
struct question {
	uid_t uid;
	char name[PT_USER_BYTES];	/* empty: the name of `uid` is asked for */
};

struct answer {
	int err;			/* -ENOENT: there is no such user */
	char name[PT_USER_BYTES];
};

/* ---- the service */

static struct answer take(const struct passwd *found, int err)
{
	struct answer a = { .err = err ? err : -ENOENT };

	if (!found || strlen(found->pw_name) >= sizeof(a.name))
		return a;
	strcpy(a.name, found->pw_name);
	a.err = 0;
	return a;
}

static struct answer ask_library(const struct question *q)
{
	struct passwd pw, *found = NULL;
	char buf[RECORD_BYTES];
	int r = *q->name ? getpwnam_r(q->name, &pw, buf, sizeof(buf), &found) :
			   getpwuid_r(q->uid, &pw, buf, sizeof(buf), &found);

	return take(found, -r);
}

bool pt_users_is_service(const char *argv0)
{
	return argv0 && !strcmp(argv0, PT_USERS_ARGV0);
}

int pt_users_serve(void)
{
	struct question q;

	prctl(PR_SET_NAME, PT_USERS_ARGV0);
	while (read(SERVICE_FD, &q, sizeof(q)) == sizeof(q)) {
		struct answer a;

		q.name[sizeof(q.name) - 1] = '\0';	/* whoever asks */
		a = ask_library(&q);
		if (write(SERVICE_FD, &a, sizeof(a)) != sizeof(a))
			break;
	}
	return 0;
}

/*
 * In our memory until it is another program. Of our files it has nothing but the question,
 * and no terminal.
 */
static _Noreturn void become_service(int fd)
{
	char name[] = PT_USERS_ARGV0;
	char *argv[] = { name, NULL }, *none[] = { NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	for (int i = 0; i < SERVICE_FD; i++)
		dup2(null, i);
	/* Linux 5.11; before, what we were given stays open */
	syscall(SYS_close_range, SERVICE_FD, UINT_MAX, CLOSE_RANGE_CLOEXEC);
	dup2(fd, SERVICE_FD);
	execve("/proc/self/exe", argv, none);
	_exit(1);
}

/* ---- whom there is to ask */

/* Of a line of nsswitch.conf that is about users. What is in brackets is no service. */
static void count_services(char *line, unsigned *nfiles, unsigned *nothers)
{
	char *rest = NULL, *word = strtok_r(line, " \t\n", &rest);

	if (!word || strcmp(word, "passwd:"))
		return;
	while ((word = strtok_r(NULL, " \t\n", &rest)) && *word != '#') {
		bool is_file = !strcmp(word, "files");

		if (is_file && !*nothers)
			(*nfiles)++;
		else if (!is_file && *word != '[')
			(*nothers)++;
	}
}

/* Most machines have no other names than those of the file. */
static void find_others(struct pt_users *u)
{
	FILE *f = fopen("/etc/nsswitch.conf", "re");
	char line[RECORD_BYTES];
	unsigned nfiles = 0, nothers = 0;

	if (!f)
		pt_memory_note_err(-errno);
	while (f && fgets(line, sizeof(line), f))
		count_services(line, &nfiles, &nothers);
	if (f)
		fclose(f);
	u->file_first = nfiles || !nothers;
	u->others = nothers;
}

void pt_users_begin(struct pt_users *u)
{
	int fd[2];

	find_others(u);
	if (!u->others || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return;
	u->service = vfork();
	if (!u->service)
		become_service(fd[1]);
	close(fd[1]);
	if (u->service < 0) {
		u->service = 0;
		close(fd[0]);
		return;
	}
/*
 * The thread sanitizer forks instead: stopped before it is another program, it would not even be
 * told to die with us.
 */
#ifndef __SANITIZE_THREAD__
	kill(u->service, SIGSTOP);
#endif
	u->fd = fd[0];
}

pid_t pt_users_pid(const struct pt_users *u)
{
	return u->service;
}

void pt_users_end(const struct pt_users *u)
{
	const struct timespec step = { .tv_nsec = 100000 };

	if (!u || !u->service)
		return;
	kill(u->service, SIGKILL);
	for (int i = 0; i < END_STEPS && !waitpid(u->service, NULL, WNOHANG); i++)
		nanosleep(&step, NULL);
}

/* ---- questions */

/* In turn: what is found lies in memory of the C library's. */
static struct answer ask_file(const struct question *q)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *found;
	struct answer a;

	if (!f)
		return take(NULL, pt_memory_note_err(-errno));
	while (errno = 0, (found = fgetpwent(f)))
		if (*q->name ? !strcmp(found->pw_name, q->name) : found->pw_uid == q->uid)
			break;
	a = take(found, !found && errno == ENOMEM ? pt_memory_note() : 0);
	fclose(f);
	return a;
}

/* Who is late once is not asked again: his answer would be taken for that of the next question. */
static struct answer ask_service(struct pt_users *u, const struct question *q)
{
	struct pollfd p = { .fd = u->fd, .events = POLLIN };
	struct answer a;

	/* who takes a question is there, and so it is still his pid */
	if (u->fd >= 0 && send(u->fd, q, sizeof(*q), MSG_NOSIGNAL) == sizeof(*q) &&
	    !kill(u->service, SIGCONT) && poll(&p, 1, PATIENCE_MS) == 1 &&
	    read(u->fd, &a, sizeof(a)) == sizeof(a)) {
		a.name[sizeof(a.name) - 1] = '\0';	/* whatever modules are in there */
		pt_memory_note_err(a.err);
		return a;
	}
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
	return (struct answer){ .err = -EIO };
}

static struct answer ask(struct pt_users *u, const struct question *q)
{
	struct answer a = { .err = -ENOENT };

	if (!u)
		return ask_library(q);
	pthread_mutex_lock(&u->turn);
	if (u->file_first)
		a = ask_file(q);
	if (a.err && u->others)
		a = ask_service(u, q);
	pthread_mutex_unlock(&u->turn);
	return a;
}

bool pt_user_name(struct pt_users *u, uid_t uid, char ret[static PT_USER_BYTES])
{
	const struct question q = { .uid = uid };
	const struct answer a = ask(u, &q);

	memcpy(ret, a.name, sizeof(a.name));
	return !a.err;
}

bool pt_user_is_unknown(struct pt_users *u, const char *name)
{
	struct question q = { .uid = 0 };

	if (!*name || strlen(name) >= sizeof(q.name))
		return true;
	strcpy(q.name, name);
	return ask(u, &q).err == -ENOENT;
}
