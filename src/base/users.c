#include "pagetop/base/users.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, RECORD_BYTES = 4096 };

/* Of a question that is asked by name the answer is a name, too: the same one. */
struct question {
	uid_t uid;
	char name[PT_USER_BYTES];	/* empty: the name of `uid` is asked for */
};

struct answer {
	int err;			/* -ENOENT: there is no such user */
	char name[PT_USER_BYTES];
};

/* -1: we ask ourselves; -2: it does not answer any more. */
static int service = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static struct answer ask_library(const struct question *q)
{
	struct answer a = { .err = -ENOENT };
	struct passwd pw, *found = NULL;
	char buf[RECORD_BYTES];
	int r = *q->name ? getpwnam_r(q->name, &pw, buf, sizeof(buf), &found) :
			   getpwuid_r(q->uid, &pw, buf, sizeof(buf), &found);

	if (r)
		a.err = -r;
	if (!found || strlen(pw.pw_name) >= sizeof(a.name))
		return a;
	strcpy(a.name, pw.pw_name);
	a.err = 0;
	return a;
}

static _Noreturn void serve(int fd)
{
	struct question q;

	while (read(fd, &q, sizeof(q)) == sizeof(q)) {
		struct answer a = ask_library(&q);

		if (write(fd, &a, sizeof(a)) != sizeof(a))
			break;
	}
	_exit(0);
}

/* One that hangs must not keep our terminal, or a pipe that our output goes to. */
static void keep_only(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = 0; i <= STDERR_FILENO; i++)
		dup2(null, i);
	dup2(fd, STDERR_FILENO + 1);
	syscall(SYS_close_range, STDERR_FILENO + 2, UINT_MAX, 0);	/* Linux 5.9; before, what we were given stays open */
	setsid();
}

int pt_users_begin(void (*give_up)(void))
{
	int fd[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return -errno;
	pid = fork();
	if (!pid) {
		close(fd[0]);
		prctl(PR_SET_NAME, "pagetop-names");
		keep_only(fd[1]);
		give_up();
		serve(STDERR_FILENO + 1);
	}
	close(fd[1]);
	if (pid < 0)
		close(fd[0]);
	else
		service = fd[0];
	return pid < 0 ? -errno : 0;
}

/* Who is late once is not asked again: his answer would be taken for that of the next question. */
static struct answer ask_service(const struct question *q)
{
	struct pollfd p = { .fd = service, .events = POLLIN };
	struct answer a;

	if (service >= 0 && send(service, q, sizeof(*q), MSG_NOSIGNAL) == sizeof(*q) && poll(&p, 1, PATIENCE_MS) == 1 &&
	    read(service, &a, sizeof(a)) == sizeof(a))
		return a;
	if (service >= 0)
		close(service);
	service = -2;
	return (struct answer){ .err = -EIO };
}

static struct answer ask(const struct question *q)
{
	struct answer a;

	pthread_mutex_lock(&turn);
	a = service == -1 ? ask_library(q) : ask_service(q);
	pthread_mutex_unlock(&turn);
	return a;
}

bool pt_user_name(uid_t uid, char ret[static PT_USER_BYTES])
{
	const struct question q = { .uid = uid };
	const struct answer a = ask(&q);

	memcpy(ret, a.name, sizeof(a.name));
	return !a.err;
}

bool pt_user_is_unknown(const char *name)
{
	struct question q = { .uid = 0 };

	if (!*name || strlen(name) >= sizeof(q.name))
		return true;
	strcpy(q.name, name);
	return ask(&q).err == -ENOENT;
}
