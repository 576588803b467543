#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct fuzz_target fuzz_targets[] = {
#define TARGET(name, text) { #name, fuzz_##name },
#include "targets.def"
#undef TARGET
};
const size_t fuzz_ntargets = sizeof(fuzz_targets) / sizeof(fuzz_targets[0]);

_Noreturn void fuzz_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

static char dir[64];

static int drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void drop_dir(void)
{
	nftw(dir, drop, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_dir(void)
{
	if (dir[0])
		return dir;
	snprintf(dir, sizeof(dir), "%s/pt.fuzz.XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	must(mkdtemp(dir));
	atexit(drop_dir);
	return dir;
}

static void make_folders(char *path)
{
	for (char *at = path + strlen(fuzz_dir()) + 1; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		must(!mkdir(path, 0700) || errno == EEXIST);
	}
}

void fuzz_write(const char *name, const char *bytes, size_t len)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_dir(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		make_folders(path);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	}
	must(fd >= 0);
	must(write(fd, bytes, len) == (ssize_t)len);
	close(fd);
}

char *fuzz_copy(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	must(copy);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *fuzz_line(const char **rest, size_t *len)
{
	const char *text = *rest, *end = memchr(text, '\n', *len);
	size_t n = end ? (size_t)(end - text) : *len;

	*rest = text + n + (end != NULL);
	*len -= n + (end != NULL);
	return fuzz_copy(text, n);
}
