#include "pagetop/app/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *volatile unfinished;		/* for the signal handler */

static void clean_up(int sig)
{
	if (unfinished)
		unlink(unfinished);
	raise(sig);		/* once more, and now by its default: SA_RESETHAND */
}

static void catch_signals(void)
{
	static const int sigs[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE };
	const struct sigaction sa = { .sa_handler = clean_up, .sa_flags = (int)SA_RESETHAND };
	struct sigaction old;

	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		if (!sigaction(sigs[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(sigs[i], &sa, NULL);
}

/* Behind links: the file that they name is replaced, not the link. */
static int open_temp(struct pt_output *o, const char *file, const struct stat *old)
{
	o->path = old ? realpath(file, NULL) : strdup(file);
	if (!o->path || asprintf(&o->temp, "%s.XXXXXX", o->path) < 0) {
		o->temp = NULL;
		return o->path ? -ENOMEM : -errno;
	}
	o->fd = mkostemp(o->temp, O_CLOEXEC);
	if (o->fd < 0)
		return -errno;
	unfinished = o->temp;
	catch_signals();
	if (old && fchmod(o->fd, old->st_mode & 07777))
		return -errno;
	return 0;
}

int pt_output_open(struct pt_output *o, const char *file)
{
	struct stat st;
	bool there;
	int err;

	*o = (struct pt_output)PT_OUTPUT_INIT;
	if (!file || !strcmp(file, "-")) {
		signal(SIGPIPE, SIG_DFL);	/* whoever started us may have it ignored */
		o->fd = STDOUT_FILENO;
		return 0;
	}
	there = !stat(file, &st);
	if (there && !S_ISREG(st.st_mode)) {
		o->fd = open(file, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		return o->fd < 0 ? -errno : 0;
	}
	err = open_temp(o, file, there ? &st : NULL);
	if (err)
		pt_output_close(o, false);
	return err;
}

int pt_output_reserve(struct pt_output *o, const char *file, bool replace)
{
	struct stat st;
	int err = lstat(file, &st) ? 0 : S_ISLNK(st.st_mode) ? -ELOOP : !S_ISREG(st.st_mode) || !replace ? -EEXIST : 0;

	*o = (struct pt_output)PT_OUTPUT_INIT;
	if (err)
		return err;
	err = open_temp(o, file, NULL);
	o->sync = true;
	o->fresh = !replace;
	if (err)
		pt_output_close(o, false);
	return err;
}

const char *pt_output_why(int err)
{
	return err == -EEXIST ? "the file exists; --force replaces it" :
	       err == -ELOOP ? "it is a link, and none is followed" : strerror(-err);
}

void pt_output_abandon(void)
{
	if (unfinished)
		unlink(unfinished);
}

int pt_output_aside(struct pt_output *o)
{
	const char *dir = getenv("TMPDIR");
	char *path = NULL;
	int err;

	*o = (struct pt_output)PT_OUTPUT_INIT;
	if (asprintf(&path, "%s/pagetop", dir && *dir ? dir : "/tmp") < 0)
		return -ENOMEM;
	err = open_temp(o, path, NULL);
	free(path);
	if (err)
		pt_output_close(o, false);
	return err;
}

int pt_output_write(const struct pt_output *o, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(o->fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* The folder too: only then has the file its name for good. What cannot be synced is no error of the file. */
static void sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

static int give_name(const struct pt_output *o)
{
	int r = o->fresh ? renameat2(AT_FDCWD, o->temp, AT_FDCWD, o->path, RENAME_NOREPLACE) : rename(o->temp, o->path);

	if (r && o->fresh && (errno == EINVAL || errno == ENOSYS)) {	/* a file system that cannot do that */
		r = link(o->temp, o->path);
		if (!r)
			unlink(o->temp);
	}
	if (r)
		return -errno;
	if (o->sync)
		sync_folder(o->path);
	return 0;
}

int pt_output_close(struct pt_output *o, bool keep)
{
	int err = 0;

	if (keep && o->sync && fsync(o->fd))
		err = -errno;
	if (o->fd > STDERR_FILENO && close(o->fd) && !err)
		err = -errno;
	if (o->fd >= 0 && o->temp && keep && !err)
		err = give_name(o);
	if (o->fd >= 0 && o->temp && (!keep || err))
		unlink(o->temp);
	unfinished = NULL;
	free(o->temp);
	free(o->path);
	*o = (struct pt_output)PT_OUTPUT_INIT;
	return err;
}
