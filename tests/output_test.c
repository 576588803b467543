/*
 * Files that are written where others may be at work: one rule for all (base/output.h), and a user who plays against it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/output.h"
#include "pagetop/scan/target.h"
#include "fixture.h"
#include "test.h"

enum { NOBODY = 65534, PATH_BYTES = 96 };

struct world {
	char dir[32];
	char path[PATH_BYTES];		/* what is to be written */
	char victim[PATH_BYTES];	/* what nobody may touch */
};

static void put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && !fchmod(fd, mode));
	close(fd);
}

static void assert_file(const char *path, const char *text, uid_t uid, mode_t mode)
{
	char got[64] = "";
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	assert_true(fd >= 0 && !fstat(fd, &st) && read(fd, got, sizeof(got) - 1) >= 0);
	close(fd);
	assert_string_equal(got, text);
	assert_int_equal(st.st_uid, uid);
	assert_int_equal(st.st_mode & 07777, mode);
}

static int world_init(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->dir, "/tmp/pt.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	chmod(w->dir, 01777);
	snprintf(w->path, sizeof(w->path), "%s/out", w->dir);
	snprintf(w->victim, sizeof(w->victim), "%s/victim", w->dir);
	put(w->victim, "precious", 0600);
	*state = w;
	return 0;
}

static int world_done(void **state)
{
	struct world *w = *state;

	unlink(w->path);
	unlink(w->victim);
	assert_int_equal(rmdir(w->dir), 0);	/* nothing is left behind */
	free(w);
	return 0;
}

#define WORLD_TEST(fn) TEST_WITH(fn, world_init, world_done)

static int write_out(const struct world *w, unsigned how)
{
	struct pt_output o;
	int err = pt_output_open(&o, w->path, how), end;

	if (err)
		return err;
	err = pt_output_write(&o, "new", 3);
	end = pt_output_close(&o, !err);
	return err ? err : end;
}

static void need_root(void)
{
	if (!geteuid())
		return;
	printf("# skip: other users' files take root to make\n");
	skip();
}

WORLD_TEST(a_file_is_whole_or_as_it_was)
{
	const struct world *w = *state;
	struct pt_output o;

	put(w->path, "old", 0600);
	assert_int_equal(pt_output_open(&o, w->path, 0), 0);
	assert_int_equal(pt_output_write(&o, "new", 3), 0);
	assert_file(w->path, "old", geteuid(), 0600);	/* not yet */
	assert_int_equal(pt_output_close(&o, false), 0);
	assert_file(w->path, "old", geteuid(), 0600);
	assert_int_equal(write_out(w, 0), 0);
	assert_file(w->path, "new", geteuid(), 0600);
	assert_int_equal(pt_output_open(&o, "/tmp/pt.none/file", 0), -ENOENT);
}

WORLD_TEST(a_new_file_is_its_owners_alone)
{
	const struct world *w = *state;
	mode_t mask = umask(0);

	assert_int_equal(write_out(w, 0), 0);
	assert_file(w->path, "new", geteuid(), 0600);
	assert_int_equal(unlink(w->path), 0);
	assert_int_equal(write_out(w, PT_OUTPUT_PUBLIC), 0);
	assert_file(w->path, "new", geteuid(), 0666);
	assert_int_equal(unlink(w->path), 0);
	umask(027);
	assert_int_equal(write_out(w, PT_OUTPUT_PUBLIC), 0);
	assert_file(w->path, "new", geteuid(), 0640);
	umask(mask);
	assert_int_equal(write_out(w, PT_OUTPUT_NEW), -EEXIST);
}

WORLD_TEST(of_ones_own_file_the_mode_is_kept_less_set_id)
{
	const struct world *w = *state;

	put(w->path, "old", 0644);
	assert_int_equal(write_out(w, 0), 0);
	assert_file(w->path, "new", geteuid(), 0644);
	assert_int_equal(chmod(w->path, 06755), 0);
	assert_int_equal(write_out(w, PT_OUTPUT_PUBLIC), 0);
	assert_file(w->path, "new", geteuid(), 0755);
}

/* chmod 4777 on a file of one's own, root writes there: a program of root's that anyone may change and run. */
WORLD_TEST(of_a_strangers_file_nothing_is_kept)
{
	const struct world *w = *state;

	need_root();
	put(w->path, "old", 0600);
	assert_int_equal(chown(w->path, NOBODY, NOBODY) || chmod(w->path, 04777), 0);
	assert_int_equal(write_out(w, 0), 0);
	assert_file(w->path, "new", 0, 0600);
}

WORLD_TEST(a_link_is_refused_and_what_it_names_left_alone)
{
	const struct world *w = *state;

	assert_int_equal(symlink(w->victim, w->path), 0);
	assert_int_equal(write_out(w, 0), -ELOOP);
	assert_int_equal(write_out(w, PT_OUTPUT_PUBLIC | PT_OUTPUT_SYNC), -ELOOP);
	assert_file(w->victim, "precious", geteuid(), 0600);
	assert_int_equal(unlink(w->path), 0);
	assert_int_equal(symlink("nowhere", w->path), 0);
	assert_int_equal(write_out(w, 0), -ELOOP);
}

WORLD_TEST(a_pipe_never_blocks)
{
	const struct world *w = *state;
	char got[4] = "";
	int fd;

	assert_int_equal(mkfifo(w->path, 0600), 0);
	assert_int_equal(write_out(w, 0), -ENXIO);
	assert_non_null(strstr(pt_output_why(-ENXIO), "without a reader"));
	fd = open(w->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_equal(write_out(w, 0), 0);
	assert_int_equal(read(fd, got, 3), 3);
	assert_string_equal(got, "new");
	if (!geteuid()) {
		assert_int_equal(chown(w->path, NOBODY, NOBODY), 0);
		assert_int_equal(write_out(w, 0), -ENODEV);
	}
	close(fd);
}

/* Nodes of our own: a mistake here must not hurt the machine's. */
WORLD_TEST(of_devices_only_those_for_characters_are_opened)
{
	static const struct { mode_t type; unsigned first, second; int err; } row[] = {
		{ S_IFCHR, 1, 3, 0 },			/* null */
		{ S_IFCHR, 1, 7, -ENOSPC },		/* full */
		{ S_IFCHR, 10, 130, -ENODEV },		/* watchdog: to open it arms it */
		{ S_IFCHR, 1, 1, -ENODEV },		/* mem */
		{ S_IFBLK, 7, 99, -ENODEV },
	};
	const struct world *w = *state;

	need_root();
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct stat st;

		if (mknod(w->path, row[i].type | 0600, makedev(row[i].first, row[i].second))) {
			printf("# skip: mknod: %s\n", strerror(errno));
			skip();
		}
		assert_int_equal(write_out(w, 0), row[i].err);
		assert_true(!lstat(w->path, &st) && (st.st_mode & S_IFMT) == row[i].type);
		assert_int_equal(unlink(w->path), 0);
	}
}

WORLD_TEST(descriptors_of_ours_have_names)
{
	const struct world *w = *state;
	struct pt_output o;
	char name[32], got[4] = "";
	int fd[2];

	(void)w;
	assert_int_equal(pipe(fd), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", fd[1]);
	assert_int_equal(pt_output_open(&o, name, 0), 0);
	assert_int_equal(pt_output_write(&o, "new", 3), 0);
	assert_int_equal(pt_output_close(&o, true), 0);
	assert_int_equal(read(fd[0], got, 3), 3);
	close(fd[0]);
	close(fd[1]);
	assert_int_equal(pt_output_open(&o, "/dev/fd/999", 0), -EBADF);
	assert_int_equal(pt_output_open(&o, w->dir, 0), -EISDIR);
}

/* A folder that is swapped for a link after it was opened: what is written stays in the old one. */
WORLD_TEST(the_folder_is_opened_once)
{
	const struct world *w = *state;
	char path[2 * PATH_BYTES], inner[PATH_BYTES], moved[PATH_BYTES], target[2 * PATH_BYTES];
	struct pt_output o;

	snprintf(inner, sizeof(inner), "%s/in", w->dir);
	snprintf(moved, sizeof(moved), "%s/moved", w->dir);
	snprintf(path, sizeof(path), "%s/victim", inner);
	snprintf(target, sizeof(target), "%s/victim", moved);
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_int_equal(pt_output_open(&o, path, 0), 0);
	assert_int_equal(rename(inner, moved) || symlink(w->dir, inner), 0);
	assert_int_equal(pt_output_write(&o, "new", 3), 0);
	assert_int_equal(pt_output_close(&o, true), 0);
	assert_file(w->victim, "precious", geteuid(), 0600);
	assert_file(target, "new", geteuid(), 0600);
	assert_int_equal(unlink(target) || unlink(inner) || rmdir(moved), 0);
}

WORLD_TEST(a_signal_takes_the_unfinished_file_away)
{
	const int sigs[] = { SIGTERM, SIGPIPE, SIGXFSZ, SIGINT, SIGALRM, SIGUSR1, SIGPROF, SIGIO, SIGRTMIN };
	const struct world *w = *state;

	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
		int status;
		pid_t pid = fork();

		if (!pid) {
			struct pt_output file, out;

			signal(sigs[i], SIG_DFL);	/* whoever started us may have it ignored */
			/* standard output opened later must not undo what the file armed */
			if (!pt_output_open(&file, w->path, 0) && !pt_output_open(&out, "-", 0))
				raise(sigs[i]);
			_exit(1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == sigs[i]);
	}
}

/* ---- the race */

/* As another user: what lies under the name is by turns a link, a file with set-uid, a pipe, nothing. */
static _Noreturn void play(const struct world *w)
{
	char other[PATH_BYTES];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setgid(NOBODY) || setuid(NOBODY))
		_exit(1);
	snprintf(other, sizeof(other), "%s/other", w->dir);
	for (unsigned i = 0;; i++) {
		int fd;

		unlink(w->path);
		switch (i % 4) {
		case 0:
			(void)!symlink(w->victim, w->path);	/* or the other was faster */
			break;
		case 1:
			fd = open(w->path, O_WRONLY | O_CREAT | O_EXCL, 0777);
			if (fd >= 0) {
				fchmod(fd, 04777);
				close(fd);
			}
			/* swapped between two looks */
			(void)!symlink(w->victim, other);
			rename(other, w->path);
			break;
		case 2:
			mkfifo(w->path, 0666);
			break;
		default:
			fd = open(w->path, O_WRONLY | O_CREAT | O_EXCL, 0777);
			if (fd >= 0) {
				fchmod(fd, 06777);
				close(fd);
			}
		}
	}
}

WORLD_TEST(nobody_wins_a_race_against_root)
{
	const uint64_t seconds = (uint64_t)fix_part(60), end = pt_now_ns() + seconds * 1000000000;
	const struct world *w = *state;
	unsigned nwritten = 0, nrefused = 0;
	char other[PATH_BYTES];
	pid_t pid;

	need_root();
	pid = fork();
	if (!pid)
		play(w);
	while (pt_now_ns() < end) {
		int err = write_out(w, nwritten % 2 ? PT_OUTPUT_PUBLIC : 0);
		struct stat st;

		nwritten += !err;
		nrefused += err < 0;
		/* whatever of root's lies there now has no set-id bit, and is nobody's to write to */
		if (!lstat(w->path, &st) && !st.st_uid)
			assert_true(S_ISREG(st.st_mode) && !(st.st_mode & 06022));
		if (!err)
			unlink(w->path);	/* the other user may go on */
	}
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	printf("# %u written, %u refused\n", nwritten, nrefused);
	assert_file(w->victim, "precious", 0, 0600);
	assert_true(nwritten > 100 && nrefused > 100);
	snprintf(other, sizeof(other), "%s/other", w->dir);
	unlink(other);
}
