#include "pagetop/base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "pagetop/base/held.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/signals.h"
#include "pagetop/base/text.h"

enum { TRIES = 100 };

/* ---- what a signal takes away */

void pt_output_abandon(void)
{
	const struct pt_output *o = pt_signal_given(PT_GIVEN_OUTPUT);

	if (o)
		unlinkat(o->dir_fd, o->temp, 0);
}

static void clean_up(int sig)
{
	pt_output_abandon();
	raise(sig);		/* once more, and now by its default: SA_RESETHAND */
}

static void catch_signals(void)
{
	const struct sigaction sa = { .sa_handler = clean_up, .sa_flags = (int)SA_RESETHAND };
	struct sigaction old;

	for (int sig = 1; sig < NSIG; sig++)
		if (pt_signal_kind(sig) != PT_SIGNAL_STAYS && !sigaction(sig, NULL, &old) &&
		    old.sa_handler == SIG_DFL)
			sigaction(sig, &sa, NULL);
}

/* ---- the file */

static char *folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash)
		return pt_strdup(".");
	return pt_strndup(file, slash == file ? 1 : (size_t)(slash - file));
}

/* The folder, and the name in it. */
static int open_folder(struct pt_output *o, int dir_fd, const char *file)
{
	const char *slash = strrchr(file, '/');
	char *folder = folder_of(file);

	o->name = pt_strdup(slash ? slash + 1 : file);
	o->dir_fd =
		folder && o->name ? openat(dir_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	free(folder);
	if (!folder || !o->name)
		return -ENOMEM;
	if (o->dir_fd < 0)
		return -errno;
	return *o->name ? 0 : -EISDIR;
}

/* A name beside it that nobody has, and a file that is ours. */
static int make_temp(struct pt_output *o)
{
	static const char letter[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
	uint8_t byte[6];
	char *end;

	if (asprintf(&o->temp, "%s.XXXXXX", o->name) < 0) {
		o->temp = NULL;
		return pt_memory_note();
	}
	end = o->temp + strlen(o->temp) - sizeof(byte);
	for (int i = 0; i < TRIES; i++) {
		if (getrandom(byte, sizeof(byte), 0) != sizeof(byte))
			return -errno;
		for (size_t k = 0; k < sizeof(byte); k++)
			end[k] = letter[byte[k] % (sizeof(letter) - 1)];
		o->fd = openat(o->dir_fd, o->temp,
			       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (o->fd >= 0 || errno != EEXIST)
			break;
	}
	if (o->fd < 0)
		return -errno;
	pt_signal_give(PT_GIVEN_OUTPUT, o);
	catch_signals();
	return 0;
}

/* Devices whose opening does nothing, and that take characters: null, full, zero, and terminals. */
static bool is_harmless(dev_t dev)
{
	unsigned first = major(dev), second = minor(dev);

	return (first == 1 && (second == 3 || second == 5 || second == 7)) || first == 4 ||
	       (first == 5 && !second) || (first >= 136 && first <= 143);
}

static bool may_be_written_to(const struct stat *st)
{
	return S_ISFIFO(st->st_mode) ? st->st_uid == geteuid() :
				       S_ISCHR(st->st_mode) && is_harmless(st->st_rdev);
}

/*
 * Never blocks; looked at before, since opening a device may do something, and after, since it may
 * be another one by then.
 */
static int open_special(struct pt_output *o, const struct stat *before)
{
	struct stat st;
	int flags;

	if (!may_be_written_to(before))
		return -ENODEV;
	o->fd = pt_held_find(before);
	if (o->fd < 0)
		o->fd = openat(o->dir_fd, o->name,
			       O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	if (o->fd < 0 || fstat(o->fd, &st))
		return errno == EPERM ? -EOPNOTSUPP : -errno;
	if (!may_be_written_to(&st))
		return -ENODEV;
	flags = fcntl(o->fd, F_GETFL);
	return flags < 0 || fcntl(o->fd, F_SETFL, flags & ~O_NONBLOCK) ? -errno : 0;
}

static mode_t public_mode(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return 0666 & ~mask;
}

static int open_file(struct pt_output *o, int dir_fd, const char *file)
{
	int err = open_folder(o, dir_fd, file);
	struct stat st;
	bool there;

	if (err)
		return err;
	there = !fstatat(o->dir_fd, o->name, &st, AT_SYMLINK_NOFOLLOW);
	if (there && S_ISLNK(st.st_mode))
		return -ELOOP;
	if (there && (o->how & PT_OUTPUT_NEW || S_ISDIR(st.st_mode)))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EEXIST;
	if (there && !S_ISREG(st.st_mode))
		return open_special(o, &st);
	o->mode = o->how & PT_OUTPUT_PUBLIC ? public_mode() : 0600;
	if (there && st.st_uid == geteuid())
		o->mode = st.st_mode & 0777;
	return make_temp(o);
}

/* Names of descriptors that we have anyway: a shell's >(COMMAND) is one. -1: it is none. */
static int own_descriptor(const char *file)
{
	static const char *const prefix[] = { "/dev/fd/", "/proc/self/fd/" };
	uint64_t fd;

	if (!file || !strcmp(file, "-") || !strcmp(file, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(file, "/dev/stderr"))
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++)
		if (!strncmp(file, prefix[i], strlen(prefix[i])) &&
		    !pt_parse_dec(file + strlen(prefix[i]), &fd) && fd <= INT32_MAX)
			return (int)fd;
	return -1;
}

int pt_output_open_at(struct pt_output *o, int dir_fd, const char *file, unsigned how)
{
	int err;

	*o = (struct pt_output){
		.fd = -1, .dir_fd = -1, .how = how, .nfailed = pt_memory_nfailed()
	};
	err = open_file(o, dir_fd, file);
	if (err)
		pt_output_close(o, false);
	return err;
}

int pt_output_open(struct pt_output *o, const char *file, unsigned how)
{
	int own = own_descriptor(file);

	if (own >= 0) {
		/*
		 * whoever started us may have it ignored; one that takes away what is
		 * unfinished stays
		 */
		if (pt_signal_ignored(SIGPIPE))
			signal(SIGPIPE, SIG_DFL);
		*o = (struct pt_output){
			.fd = -1, .dir_fd = -1, .how = how, .nfailed = pt_memory_nfailed()
		};
		o->fd = own <= STDERR_FILENO ? own : fcntl(own, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		return o->fd < 0 ? -errno : 0;
	}
	return pt_output_open_at(o, AT_FDCWD, file, how);
}

int pt_output_hold(const char *file)
{
	struct pt_output o = PT_OUTPUT_INIT;
	struct stat st;
	int err = 0;

	if (own_descriptor(file) < 0 && !open_folder(&o, AT_FDCWD, file) &&
	    !fstatat(o.dir_fd, o.name, &st, AT_SYMLINK_NOFOLLOW) &&
	    (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)))
		err = open_special(&o, &st);
	if (!err && o.fd >= 0)
		err = pt_held_add(o.fd);
	if (!err)
		o.fd = -1;
	pt_output_close(&o, false);
	return err;
}

const char *pt_output_why(int err)
{
	switch (err) {
	case -EOPNOTSUPP:
		return "pipes and devices must be named on the command line";
	case -EEXIST:
		return "file exists; --force overwrites it";
	case -ELOOP:
		return "symbolic link, not followed";
	case -ENODEV:
		return "pipe or device of another user";
	case -ENXIO:
		return "pipe without a reader";
	default:
		return pt_error_text(err);
	}
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

static int give_name(const struct pt_output *o)
{
	int r = o->how & PT_OUTPUT_NEW ?
			renameat2(o->dir_fd, o->temp, o->dir_fd, o->name, RENAME_NOREPLACE) :
			renameat(o->dir_fd, o->temp, o->dir_fd, o->name);

	/* A file system that cannot do that */
	if (r && o->how & PT_OUTPUT_NEW && (errno == EINVAL || errno == ENOSYS)) {
		r = linkat(o->dir_fd, o->temp, o->dir_fd, o->name, 0);
		if (!r)
			unlinkat(o->dir_fd, o->temp, 0);
	}
	if (r)
		return -errno;
	if (o->how & PT_OUTPUT_SYNC)
		/*
		 * Only then has the file its name for good; what cannot be synced is no error of it
		 */
		fsync(o->dir_fd);
	return 0;
}

int pt_output_close(struct pt_output *o, bool keep)
{
	bool temp = o->fd >= 0 && o->temp, held;
	int err = keep && (pt_memory_ran_out() || pt_memory_nfailed() != o->nfailed) ? -ENOMEM : 0;

	if (!err && temp && keep && fchmod(o->fd, o->mode))
		err = -errno;
	if (!err && temp && keep && o->how & PT_OUTPUT_SYNC && fsync(o->fd))
		err = -errno;
	held = !err && keep && o->how & PT_OUTPUT_HOLD && !pt_held_add(o->fd);
	if (!held && o->fd > STDERR_FILENO && close(o->fd) && !err)
		err = -errno;
	if (temp && keep && !err)
		err = give_name(o);
	if (temp && (!keep || err))
		unlinkat(o->dir_fd, o->temp, 0);
	if (temp)
		pt_signal_give(PT_GIVEN_OUTPUT, NULL);
	if (o->dir_fd >= 0)
		close(o->dir_fd);
	free(o->temp);
	free(o->name);
	*o = (struct pt_output)PT_OUTPUT_INIT;
	return err;
}

int pt_output_put(struct pt_output *o, const struct pt_str *text)
{
	int err = text->err ? text->err : pt_output_write(o, text->s, text->len),
	    close_err = pt_output_close(o, !err);

	return err ? err : close_err;
}

int pt_output_text(const char *file, const struct pt_str *text, unsigned how)
{
	struct pt_output o;
	int err = pt_output_open(&o, file, how);

	return err ? err : pt_output_put(&o, text);
}
