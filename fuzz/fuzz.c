#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/base/str.h"
#include "pagetop/base/text.h"

const struct fuzz_target fuzz_targets[] = {
#define TARGET(name, words, text) { #name, fuzz_##name },
#include "targets.def"
#undef TARGET
};
const size_t fuzz_ntargets = sizeof(fuzz_targets) / sizeof(fuzz_targets[0]);

/* Of the first ones: what is left open is soon among them. */
static int count_descriptors(void)
{
	enum { NFIRST = 64 };
	struct pollfd p[NFIRST];
	int n = 0;

	for (int i = 0; i < NFIRST; i++)
		p[i] = (struct pollfd){ .fd = i };
	must(poll(p, NFIRST, 0) >= 0);
	for (int i = 0; i < NFIRST; i++)
		n += !(p[i].revents & POLLNVAL);
	return n;
}

void fuzz_run(const struct fuzz_target *t, const char *text, size_t len)
{
	static bool again;
	int before = count_descriptors();

	t->run(text, len);
	must(count_descriptors() <= before || !again);
	again = true;
}

static char dir[128];

const char *fuzz_path(const char *name)
{
	static char path[512];

	must(snprintf(path, sizeof(path), "%s/%s", fuzz_dir(), name) < (int)sizeof(path));
	return path;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void fuzz_drop(const char *name)
{
	nftw(fuzz_path(name), drop, 8, FTW_DEPTH | FTW_PHYS);
}

static void drop_all(void)
{
	if (dir[0])
		fuzz_drop("");
}

_Noreturn void fuzz_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	drop_all();
	abort();
}

const char *fuzz_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	if (dir[0])
		return dir;
	must(snprintf(dir, sizeof(dir), "%s/pt.fuzz.XXXXXX", tmp ? tmp : access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm") <
	     (int)sizeof(dir) && mkdtemp(dir));
	must(!setenv("TMPDIR", dir, 1) && !setenv("XDG_CONFIG_HOME", dir, 1) && !setenv("TZ", "UTC", 1));
	atexit(drop_all);
	return dir;
}

static int make_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static void make_folders(char *path)
{
	for (char *at = path + strlen(dir) + 1; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		mkdir(path, 0700);
	}
}

bool fuzz_is_name(const char *name)
{
	for (size_t n, len = strlen(name); len < 200; name += n + 1) {
		n = strcspn(name, "/");
		if (!n || !strncmp(name, "..", n))
			return false;
		if (!name[n])
			return true;
	}
	return false;
}

bool fuzz_write(const char *name, const char *bytes, size_t len)
{
	char path[512];
	int fd;

	if (!fuzz_is_name(name))
		return false;
	strcpy(path, fuzz_path(name));
	fd = make_file(path);
	if (fd < 0) {
		make_folders(path);
		fd = make_file(path);
	}
	if (fd < 0)
		return false;
	must(write(fd, bytes, len) == (ssize_t)len);
	close(fd);
	return true;
}

/* Small arrays grow by no more than is asked for, so that a sanitizer sees their end. */
int __wrap_pt_grow(void *items, size_t *cap, size_t need, size_t size);
int __real_pt_grow(void *items, size_t *cap, size_t need, size_t size);
int __wrap_pt_grow(void *items, size_t *cap, size_t need, size_t size)
{
	enum { SMALL_BYTES = 1 << 14 };
	void *more;

	if (need <= *cap || need * size > SMALL_BYTES)
		return __real_pt_grow(items, cap, need, size);
	more = realloc(*(void **)items, need * size);
	must(more);
	*(void **)items = more;
	*cap = need;
	return 0;
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

void fuzz_plain(const struct pt_str *text)
{
	uint32_t ch = 0;

	for (size_t i = 0, n; i < text->len; i += n) {
		n = pt_utf8_decode(text->s + i, text->len - i, &ch);
		must(n && ((ch >= ' ' && ch <= '~') || ch == '\n' || ch == '\t' || !pt_is_control(ch)));
	}
}
