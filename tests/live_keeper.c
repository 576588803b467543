/*
 * What is done around the tests, and the keeper:
 *
 *	test ──fork──> keeper        changes settings of the system, and puts them back
 *	  │ what it prints ─pipe──>┘ when the pipe ends: however this test ends
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/demo/demo.h"
#include "live.h"

/* ---- the keeper */

struct setting {
	enum need need;
	const char *path, *want;	/* "+16": as much more than it was */
	char old[LINE];
	bool changed;
};

static void change(struct setting *s, struct settings *ret)
{
	char want[LINE], now[LINE];

	get_word(s->path, s->old);
	snprintf(want, sizeof(want), "%s", s->want);
	if (s->want[0] == '+')
		snprintf(want, sizeof(want), "%ld", atol(s->old) + atol(s->want));
	s->changed = s->old[0] && strcmp(s->old, want) && put_word(s->path, want);
	get_word(s->path, now);
	if (strcmp(now, want))
		snprintf(ret->why[s->need], LINE, "%.200s is \"%.80s\" and does not become %.80s",
			 s->path, s->old, want);
}

static bool restore(const struct setting *s)
{
	char now[LINE];

	if (!s->changed)
		return true;
	put_word(s->path, s->old);
	get_word(s->path, now);
	if (strcmp(now, s->old))
		dprintf(STDERR_FILENO, "# %s is %s and was %s\n", s->path, now, s->old);
	return !strcmp(now, s->old);
}

/* The header that mkswap writes: version and last page at 1024, a mark at the end of the page. */
static bool write_swap_header(const char *path, uint64_t bytes)
{
	uint32_t header[3] = { 1, (uint32_t)(bytes / 4096 - 1), 0 };
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && pwrite(fd, header, sizeof(header), 1024) == sizeof(header) &&
		  pwrite(fd, "SWAPSPACE2", 10, 4086) == 10 && !fsync(fd);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* True: it is ours to take down again. One that anybody uses is left alone. */
static bool zram_up(char why[static LINE])
{
	const uint64_t bytes = 256 << 20;
	char word[LINE];

	get_word(ZRAM "disksize", word);
	if (strcmp(word, "0")) {
		snprintf(why, LINE, word[0] ? ZRAM_DEV " is in use" : "there is no " ZRAM_DEV);
		return false;
	}
	snprintf(word, sizeof(word), "%" PRIu64, bytes);
	if (!put_word(ZRAM "disksize", word) || !write_swap_header(ZRAM_DEV, bytes) || swapon(ZRAM_DEV, 0))
		snprintf(why, LINE, ZRAM_DEV " does not become swap: %s", strerror(errno));
	return true;
}

static bool zram_down(void)
{
	char word[LINE];

	swapoff(ZRAM_DEV);
	put_word(ZRAM "reset", "1");
	get_word(ZRAM "disksize", word);
	if (strcmp(word, "0"))
		dprintf(STDERR_FILENO, "# " ZRAM_DEV " is still there\n");
	return !strcmp(word, "0");
}

/* A file that can be swap: without holes, on a disk. Switched on for a moment to see. */
static void make_swap_file(struct settings *ret)
{
	static char block[1 << 20];
	char path[] = "/var/tmp/pagetop-live-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);
	bool ok = fd >= 0;

	for (int i = 0; i < 8 && ok; i++)
		ok = write(fd, block, sizeof(block)) == sizeof(block);
	ok = ok && !fsync(fd) && write_swap_header(path, 8 * sizeof(block)) && !swapon(path, 0);
	if (!ok)
		snprintf(ret->why[FILE_SWAP], LINE, "a file in /var/tmp does not become swap: %s",
			 strerror(errno));
	else
		swapoff(path);
	if (fd >= 0) {
		snprintf(ret->swap_file, LINE, "%s", path);
		close(fd);
	}
}

static bool drop_swap_file(const char *path)
{
	if (!path[0])
		return true;
	swapoff(path);	/* it is on only where a test died */
	return !unlink(path);
}

/* cmocka 1.1.5 calls a skipped test "not ok # SKIP": put right, and the reason behind it. */
static void print_line(char *line, char reason[static LINE], FILE *out)
{
	static const char mark[] = "# skip: ";
	char *name = strstr(line, " # SKIP ");
	int n;

	if (!strncmp(line, mark, strlen(mark)))
		snprintf(reason, LINE, "%s", line + strlen(mark));
	if (sscanf(line, "not ok %d # SKIP", &n) == 1 && name) {
		name[strcspn(name, "\n")] = '\0';
		fprintf(out, "ok %d - %s # SKIP %s", n, name + strlen(" # SKIP "), reason);
	} else {
		fputs(line, out);
	}
	fflush(out);
}

/* Until nobody writes any more. */
static void print_until_end(int in_fd)
{
	FILE *in = fdopen(in_fd, "r");
	char *line = NULL, reason[LINE] = "\n";
	size_t cap = 0;

	while (in && getline(&line, &cap, in) > 0)
		print_line(line, reason, stdout);
}

static _Noreturn void keep(int in_fd, int settings_fd)
{
	struct setting setting[] = {
		{ .need = KSM, .path = MM "ksm/run", .want = "1" },
		{ .need = KSM, .path = MM "ksm/sleep_millisecs", .want = "2" },
		{ .need = HUGETLB, .path = "/proc/sys/vm/nr_hugepages", .want = "+16" },
		{ .need = MTHP, .path = THP "hugepages-64kB/enabled", .want = "madvise" },
	};
	int lock = open(MM, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct settings report = { .why = { "" } };
	bool zram, ok;

	setpgid(0, 0);	/* a signal to the whole group is not for us */
	for (int sig = SIGHUP; sig <= SIGTERM; sig++)
		signal(sig, SIG_IGN);
	flock(lock, LOCK_EX);	/* one test at a time */
	for (size_t i = 0; i < LEN(setting); i++)
		change(&setting[i], &report);
	zram = zram_up(report.why[SWAP]);
	make_swap_file(&report);
	if (write(settings_fd, &report, sizeof(report)) == sizeof(report))
		print_until_end(in_fd);
	ok = drop_swap_file(report.swap_file);
	ok = (!zram || zram_down()) && ok;
	for (size_t i = LEN(setting); i-- > 0; )
		ok = restore(&setting[i]) && ok;
	_exit(!ok);
}

static pid_t start_keeper(struct settings *ret)
{
	int out[2], set[2];
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) || pipe2(set, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid) {
		close(out[1]);
		close(set[0]);
		keep(out[0], set[1]);
	}
	close(out[0]);
	close(set[1]);
	if (pid < 0 || read(set[0], ret, sizeof(*ret)) != sizeof(*ret) || dup2(out[1], 1) < 0)
		return -1;
	close(out[1]);
	close(set[0]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	return pid;
}

/* 0 when everything is as it was. */
static int end_keeper(pid_t pid)
{
	int status = 1, null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* ---- the kernel's files, in this test's own words */

/* Root of a container is not enough: whether our own stack has a PFN, and the PFN a count. */
static bool sees_frames(void)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t word = 0;
	bool yes = fd >= 0 && pread(fd, &word, sizeof(word), (off_t)((uintptr_t)&word >> 12 << 3)) > 0;

	if (fd >= 0)
		close(fd);
	fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	yes = yes && word & W_PFN && fd >= 0;
	if (fd >= 0)
		close(fd);
	return yes;
}

/* ---- all of it */

static pid_t keeper;

static const char *why_not(void)
{
	return sees_frames() ? NULL : "PFNs and their counts are for root with CAP_SYS_ADMIN";
}

static int set_up(void)
{
	keeper = start_keeper(&live.settings);
	if (keeper < 0 || pt_root_init(&live.root, NULL, NULL))
		return -1;
	pt_probe_init(&live.root, &live.probe);
	return pt_demo_start(&live.demo);
}

static int tear_down(void)
{
	live.demo = pt_demo_stop(live.demo);
	pt_probe_done(&live.probe);
	pt_root_done(&live.root);
	return end_keeper(keeper);
}

const struct test_around test_around = { why_not, true, set_up, tear_down };
