/*
 * The readers, the scan and the page map against the real kernel: what the demo makes, what a
 * target does, and every process that can be read, compared with what the kernel's files tell to
 * this test's own few lines of code.
 *
 *	test ──fork──> keeper        changes settings of the system, and puts them back
 *	  │ what it prints ─pipe──>┘ when the pipe ends: however this test ends
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/demo/demo.h"
#include "pagetop/demo/demo_states.h"
#include "pagetop/kernel/cgroup.h"
#include "pagetop/kernel/mem.h"
#include "pagetop/kernel/swaps.h"
#include "pagetop/model/image.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/scan.h"
#include "pagetop/scan/sharers.h"
#include "machine.h"
#include "test.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102			/* Linux 6.13 */
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25			/* Linux 6.1 */
#endif

#define MM "/sys/kernel/mm/"
#define THP MM "transparent_hugepage/"
#define ZRAM_DEV "/dev/zram0"
#define ZRAM "/sys/block/zram0/"

enum { TRIES = 20, NSCANS = 300, LINE = 512 };

/* What a state needs of the machine. */
enum need {
	NOTHING, SWAP, KSM, HUGETLB, MTHP, FILE_SWAP, NSETTINGS,
	HUGE_PAGES = NSETTINGS, COLLAPSE, GUARDS, ZERO_PAGES, HUGE_ZERO_PAGES,
	DEMO_SAYS,		/* what: where it is not made, its note tells */
};

struct settings {
	char why[NSETTINGS][LINE];	/* why the keeper could not provide it, or "" */
	char swap_file[LINE];		/* ready to be switched on */
};

struct live {
	struct settings settings;
	struct pt_root root;
	struct pt_probe probe;
	struct pt_demo *demo;
};

static struct live live;

/* ---- files of one word */

/* The first line of a file; of "always [madvise] never" the chosen word. "" if there is none. */
static void get_word(const char *path, char ret[static LINE])
{
	FILE *f = fopen(path, "re");
	char *from, *to;

	ret[0] = '\0';
	if (!f)
		return;
	if (!fgets(ret, LINE, f))
		ret[0] = '\0';
	fclose(f);
	ret[strcspn(ret, "\n")] = '\0';
	from = strchr(ret, '[');
	to = from ? strchr(from, ']') : NULL;
	if (to) {
		*to = '\0';
		memmove(ret, from + 1, (size_t)(to - from));
	}
}

static bool put_word(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (fd >= 0)
		close(fd);
	return ok;
}

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

/* ---- what the machine has */

/* Why the machine cannot have such pages, or NULL. */
static const char *cannot(enum need need)
{
	void *mem;
	char word[LINE];
	bool ok = true;

	if (need == DEMO_SAYS)
		return NULL;
	if (need == ZERO_PAGES || need == HUGE_ZERO_PAGES) {
		if (!maps_zero_pages())
			return "this kernel maps no zero page where memory is only read";
		return need == HUGE_ZERO_PAGES ? cannot(HUGE_PAGES) : NULL;
	}
	if (need == COLLAPSE && madvise(NULL, 0, MADV_COLLAPSE))
		return "this kernel has no MADV_COLLAPSE";
	if (need == HUGE_PAGES || need == COLLAPSE) {
		get_word(THP "enabled", word);
		ok = word[0] && strcmp(word, "never");
	} else if (need == GUARDS) {
		mem = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		ok = !madvise(mem, 4096, MADV_GUARD_INSTALL);
		munmap(mem, 4096);
	} else if (live.settings.why[need][0]) {
		return live.settings.why[need];
	}
	return ok ? NULL : need == GUARDS ? "this kernel has no MADV_GUARD_INSTALL" :
		THP "enabled is never, or is not there";
}

static void skip_if(const char *why)
{
	if (why) {
		printf("# skip: %s\n", why);
		skip();
	}
}

static void skip_unless(enum need need)
{
	skip_if(cannot(need));
}

/* ---- the kernel's files, in this test's own words */

#define W_PRESENT (UINT64_C(1) << 63)
#define W_ENTRY (UINT64_C(1) << 62)
#define W_FILE (UINT64_C(1) << 61)
#define W_ONCE (UINT64_C(1) << 56)
#define W_SOFT_DIRTY (UINT64_C(1) << 55)	/* also of pages that are absent */
#define W_UFFD (UINT64_C(1) << 57)
#define W_PFN ((UINT64_C(1) << 55) - 1)
#define K_REFERENCED (UINT64_C(1) << 2)
#define K_UPTODATE (UINT64_C(1) << 3)
#define K_DIRTY (UINT64_C(1) << 4)
#define K_LRU (UINT64_C(1) << 5)
#define K_ACTIVE (UINT64_C(1) << 6)
#define K_WRITEBACK (UINT64_C(1) << 8)
#define K_ANON (UINT64_C(1) << 12)
#define K_SWAPCACHE (UINT64_C(1) << 13)
#define K_SWAPBACKED (UINT64_C(1) << 14)
#define K_HEAD (UINT64_C(1) << 15)
#define K_TAIL (UINT64_C(1) << 16)
#define K_UNEVICTABLE (UINT64_C(1) << 18)
#define K_IDLE (UINT64_C(1) << 25)
#define K_RESERVED (UINT64_C(1) << 32)
#define K_OWNER (UINT64_C(1) << 34)
#define K_KSM (UINT64_C(1) << 21)
#define K_THP (UINT64_C(1) << 22)
#define K_HUGETLB (UINT64_C(1) << 17)
#define K_ZERO (UINT64_C(1) << 24)
#define K_MLOCKED (UINT64_C(1) << 33)

struct page {
	uint64_t word, kflags, count;	/* the last two of a present page, else 0 */
};

static uint64_t word_at(int fd, uint64_t index)
{
	uint64_t word = 0;

	assert_int_equal(pread(fd, &word, sizeof(word), (off_t)(index * 8)), sizeof(word));
	return word;
}

/*
 * Before Linux 6.12 tails of a folio have few flags of their own: those of its head hold for them, too. `before` is the
 * frame that was asked for before, which may be the next tail's neighbour.
 */
struct frame { uint64_t pfn, head; };

static uint64_t frame_flags(int fd, uint64_t pfn, struct frame *before)
{
	uint64_t own = word_at(fd, pfn), head = own;

	if (own & K_TAIL && !(own & K_UPTODATE) && pfn == before->pfn + 1 && before->head & K_HEAD)
		head = before->head;
	else if (own & K_TAIL && !(own & K_UPTODATE))
		for (uint64_t at = pfn; at && head & K_TAIL; )
			head = word_at(fd, --at);
	*before = (struct frame){ pfn, head };
	return own & K_TAIL && !(own & K_UPTODATE) ? own | (head & ~K_HEAD) : own;
}

static void read_truth(pid_t pid, uint64_t vpn, size_t n, struct page *ret)
{
	int flags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	int count = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC), words;
	struct frame before = { 0, 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	words = open(path, O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct page){ .word = word_at(words, vpn + i) };
		if (ret[i].word & W_PRESENT) {
			ret[i].kflags = frame_flags(flags, ret[i].word & W_PFN, &before);
			ret[i].count = word_at(count, ret[i].word & W_PFN);
		}
	}
	close(words);
	close(flags);
	close(count);
}

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

/* Whether the key of a line of smaps is one of "Key + Key". */
static bool is_one_of(const char *line, const char *keys)
{
	size_t len = strcspn(line, ":");

	for (; *keys; keys += strspn(keys, " +")) {
		size_t n = strcspn(keys, " ");

		if (n == len && !strncmp(line, keys, n))
			return true;
		keys += n;
	}
	return false;
}

static bool is_range(const char *line, uint64_t *from, uint64_t *to)
{
	return !isupper((unsigned char)line[0]) &&
	       sscanf(line, "%" SCNx64 "-%" SCNx64, from, to) == 2;
}

static int64_t kb_of(const char *line)
{
	return atoll(line + strcspn(line, ":") + 1);
}

/* Sum of the keys over all mappings that lie in the range, in kB; -1 if smaps cannot be read. */
static int64_t smaps_kb(pid_t pid, uint64_t start, uint64_t end, const char *keys)
{
	char path[64], *line = NULL;
	uint64_t from, to;
	int64_t sum = 0;
	bool in = false;
	size_t cap = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	while (getline(&line, &cap, f) > 0) {
		if (is_range(line, &from, &to))
			in = from >= start && to <= end;
		else if (in && is_one_of(line, keys))
			sum += kb_of(line);
	}
	if (ferror(f))
		sum = -1;
	free(line);
	fclose(f);
	return sum;
}

/* ---- scans */

static int scan_as(const struct pt_scan_env *env, const struct pt_wish *wish, struct pt_image **ret)
{
	struct pt_target t = PT_TARGET_INIT;
	int err = pt_target_open(env, wish->pid, 0, &t);

	if (!err)
		err = t.pm_err ? t.pm_err : pt_scan(env, &t, wish, ret);
	pt_target_close(&t);
	return err;
}

static int scan_with(const struct pt_probe *probe, pid_t pid, struct pt_image **ret)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = probe };
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .needs = PT_NEED_PFNS };

	return scan_as(&env, &wish, ret);
}

/* Through a lens; `base`: what the change lens compares with, or NULL. */
/* Only this range: a test under a sanitizer forks into a process with much memory that is none of the test. */
static struct pt_image *scan_range(pid_t pid, enum pt_lens_id lens, uint64_t lo_vpn, uint64_t hi_vpn)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe };
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .lens = lens, .needs = PT_NEED_PFNS,
				      .lo_vpn = lo_vpn, .hi_vpn = hi_vpn };
	struct pt_image *img = NULL;

	assert_int_equal(scan_as(&env, &wish, &img), 0);
	return img;
}

static struct pt_image *scan_lens(pid_t pid, enum pt_lens_id lens, const struct pt_image *base)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe, .base = base };
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .lens = lens,
				      .needs = PT_NEED_PFNS };
	struct pt_image *img = NULL;

	assert_int_equal(scan_as(&env, &wish, &img), 0);
	return img;
}

static struct pt_image *scan(pid_t pid)
{
	struct pt_image *img = NULL;

	assert_int_equal(scan_with(&live.probe, pid, &img), 0);
	return img;
}

/* An image of a range, and what the files said right before and right after it alike. */
struct look {
	struct pt_image *img;
	struct page *page;
	size_t n;
};

/* Any process that starts or ends changes the count of the kernel's own pages (vdso). */
static bool is_counted(const struct page *p)
{
	return !(p->kflags & K_RESERVED);
}

/* The flag for idle comes and goes at any moment where DAMON runs. */
static bool hold_still(const struct page *a, const struct page *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].word != b[i].word || (a[i].kflags ^ b[i].kflags) & ~K_IDLE ||
		    (is_counted(&a[i]) && a[i].count != b[i].count))
			return false;
	return true;
}

static struct look look_through(enum pt_lens_id lens, pid_t pid, uint64_t start, uint64_t end)
{
	struct look l = { .n = (end - start) >> 12 };
	struct page *after = calloc(l.n, sizeof(*after));
	bool still = false;

	l.page = calloc(l.n, sizeof(*l.page));
	for (int i = 0; i < TRIES && !still; i++) {
		pt_image_unref(l.img);
		read_truth(pid, start >> 12, l.n, l.page);
		l.img = scan_range(pid, lens, start >> 12, end >> 12);
		read_truth(pid, start >> 12, l.n, after);
		still = hold_still(l.page, after, l.n);
	}
	free(after);
	if (!still)
		fail_msg("the pages at %" PRIx64 " never hold still", start);
	return l;
}

static struct look look_at(pid_t pid, uint64_t start, uint64_t end)
{
	return look_through(PT_LENS_STATE, pid, start, end);
}

static void look_done(struct look *l)
{
	pt_image_unref(l->img);
	free(l->page);
}

static struct pt_run run_at(const struct pt_image *img, uint64_t vpn)
{
	const struct pt_vma *vma = pt_image_vma(img, vpn);

	if (!vma)
		fail_msg("no mapping holds page %" PRIx64, vpn);
	return pt_image_run(img, vma, vpn);
}

static char sign_of(const struct pt_run *run)
{
	return pt_rows[run->row].sign;
}

/* ---- the states that the demo makes */

/*
 * What the issue asks for. The state and overlays are written here once more, by hand, beside what
 * the kernel's words of each such page are; mapped by PMD is what smaps says of it.
 */
struct want {
	const char *test;
	const char *id;			/* in the demo's table */
	const char *style;		/* on the screen: role and overlays */
	char sign;
	uint8_t over;
	uint8_t need;			/* enum need */
	uint64_t mask, word;		/* pagemap: these bits are just so */
	uint64_t set, clear;		/* kpageflags */
	uint64_t least, most;		/* kpagecount */
};

static const struct want wants[] = {
#define OF_WORD (W_PRESENT | W_ENTRY | W_FILE)
#define OF_ANON OF_WORD, W_PRESENT
#define ONCE_ANON OF_WORD | W_ONCE, W_PRESENT | W_ONCE
#define UFFD_ANON OF_WORD | W_UFFD, W_PRESENT | W_UFFD
	{ "written_private_memory_is_private", "written", "private", 'p', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM | K_ZERO | K_THP, 1, 1 },
	{ "forked_and_unwritten_memory_is_cow", "cow", "cow", 'c', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM | K_ZERO | K_THP, 2, 2 },
	{ "memory_rewritten_after_a_fork_is_private", "rewritten", "private", 'p', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM | K_ZERO | K_THP, 1, 1 },
	{ "memory_only_read_is_zero", "zero", "zero", 'z', 0, ZERO_PAGES,
	  OF_ANON, K_ZERO, K_ANON | K_THP, 0, 0 },
	{ "a_file_read_here_alone_is_file_private", "fileread", "file", 'i', 0, NOTHING,
	  OF_WORD, W_PRESENT | W_FILE, 0, K_ANON | K_SWAPBACKED, 1, 1 },
	{ "a_file_read_by_two_is_file_shared", "fileshared", "shared", 'h', 0, NOTHING,
	  OF_WORD, W_PRESENT | W_FILE, 0, K_ANON | K_SWAPBACKED, 2, 2 },
	{ "a_private_file_written_is_copied", "filecopied", "copied", 'w', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM, 1, 1 },
	{ "a_memfd_is_shmem", "memfd", "shmem", 'm', 0, NOTHING,
	  OF_WORD, W_PRESENT | W_FILE, K_SWAPBACKED, K_ANON, 1, 1 },
	{ "a_transparent_huge_page_is_huge", "thp", "private+huge", 'p', PT_OVER_HUGE, HUGE_PAGES,
	  OF_ANON, K_ANON | K_THP, K_HUGETLB, 1, 1 },
	{ "mlocked_memory_is_locked", "locked", "private+locked", 'p', PT_OVER_LOCKED, NOTHING,
	  OF_ANON, K_ANON | K_MLOCKED, K_THP, 1, 1 },
	{ "a_huge_page_mlocked_and_forked_is_cow_huge_and_locked", "thplocked", "cow+huge+locked",
	  'c', PT_OVER_HUGE | PT_OVER_LOCKED, HUGE_PAGES,
	  OF_ANON, K_ANON | K_THP | K_MLOCKED, K_HUGETLB, 2, 2 },
	{ "memory_given_back_by_madvise_is_absent", "dontneed", "absent", '.', 0, NOTHING,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "memory_made_inaccessible_is_private_still", "protnone", "private", 'p', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM | K_ZERO | K_THP, 1, 1 },
	{ "a_guard_region_is_guard", "guard", "marker", 'g', 0, GUARDS,
	  OF_WORD | 31, W_ENTRY | 31, 0, 0, 0, 0 },
	{ "memory_swapped_to_zram_is_swapped", "swapped", "swapped", 's', 0, SWAP,
	  OF_WORD, W_ENTRY, 0, 0, 0, 0 },
	{ "merged_memory_is_ksm", "ksm", "ksm", 'k', 0, KSM,
	  OF_ANON, K_ANON | K_KSM, K_ZERO, 2, UINT32_MAX },
	{ "hugetlb_memory_is_private_and_huge", "hugetlb", "private+huge", 'p', PT_OVER_HUGE, HUGETLB,
	  OF_ANON, K_ANON | K_HUGETLB, K_SWAPBACKED, 1, 1 },
	{ "shared_hugetlb_memory_is_shmem_and_huge", "hugetlbshared", "shmem+huge", 'm',
	  PT_OVER_HUGE, HUGETLB, OF_WORD, W_PRESENT | W_FILE, K_HUGETLB, K_ANON, 1, 1 },
	{ "forked_hugetlb_memory_is_cow_and_huge", "hugetlbcow", "cow+huge", 'c', PT_OVER_HUGE,
	  HUGETLB, OF_ANON, K_ANON | K_HUGETLB, K_SWAPBACKED, 2, 2 },
	{ "a_large_folio_mapped_page_by_page_is_large", "mthp", "private+large", 'p', PT_OVER_LARGE,
	  MTHP, OF_ANON, K_ANON | K_THP, K_HUGETLB, 1, 1 },
	{ "memory_given_up_by_the_other_side_of_a_fork_is_private", "alone", "private", 'p', 0, NOTHING,
	  ONCE_ANON, K_ANON | K_SWAPBACKED, K_OWNER | K_THP, 1, 1 },
	{ "a_private_dev_zero_written_is_private", "devzero", "private", 'p', 0, NOTHING,
	  ONCE_ANON, K_ANON | K_SWAPBACKED | K_OWNER, K_THP, 1, 1 },
	{ "a_locked_mapping_that_may_not_be_written_holds_zero_pages", "lockzero", "zero+locked", 'z',
	  PT_OVER_LOCKED, ZERO_PAGES, OF_ANON, K_ZERO, K_ANON | K_MLOCKED, 0, 0 },
	{ "a_huge_page_only_read_is_zero_and_huge", "hugezero", "zero+huge", 'z', PT_OVER_HUGE,
	  HUGE_ZERO_PAGES, W_PRESENT | W_ENTRY, W_PRESENT, K_ZERO | K_THP, K_ANON, 0, 0 },
	{ "memory_never_touched_is_absent", "untouched", "absent", '.', 0, NOTHING,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "memory_locked_on_fault_and_untouched_is_absent", "lockhole", "absent", '.', 0, NOTHING,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "memory_locked_on_fault_and_touched_is_locked", "lockfault", "private+locked", 'p',
	  PT_OVER_LOCKED, NOTHING, ONCE_ANON, K_ANON | K_MLOCKED, K_THP, 1, 1 },
	{ "a_file_written_through_a_shared_mapping_is_the_files", "filewritten", "file", 'i', 0,
	  NOTHING, OF_WORD, W_PRESENT | W_FILE, K_UPTODATE, K_ANON | K_SWAPBACKED, 1, 1 },
	{ "code_that_was_written_to_is_copied", "code", "copied", 'w', 0, NOTHING,
	  OF_ANON, K_ANON | K_SWAPBACKED, K_KSM, 1, 1 },
	{ "a_private_memfd_written_is_copied", "memfdcopied", "copied", 'w', 0, NOTHING,
	  ONCE_ANON, K_ANON | K_SWAPBACKED | K_OWNER, K_KSM, 1, 1 },
	{ "shared_anonymous_memory_is_shmem", "sharedanon", "shmem", 'm', 0, NOTHING,
	  OF_WORD, W_PRESENT | W_FILE, K_SWAPBACKED, K_ANON | K_THP, 1, 1 },
	{ "shared_memory_in_swap_is_absent", "shmemgone", "absent", '.', 0, SWAP,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "a_memfd_collapsed_is_shmem_and_huge", "shmemthp", "shmem+huge", 'm', PT_OVER_HUGE,
	  COLLAPSE, OF_WORD, W_PRESENT | W_FILE, K_SWAPBACKED | K_THP, K_ANON | K_HUGETLB, 1, 1 },
	{ "a_huge_page_mapped_page_by_page_is_large", "thpsplit", "private+large", 'p', PT_OVER_LARGE,
	  HUGE_PAGES, ONCE_ANON, K_ANON | K_SWAPBACKED | K_THP, K_HUGETLB, 1, 1 },
	{ "half_a_huge_page_is_large", "thppart", "private+large", 'p', PT_OVER_LARGE,
	  HUGE_PAGES, ONCE_ANON, K_ANON | K_SWAPBACKED | K_THP | K_TAIL, K_HEAD, 1, 1 },
	{ "memory_marked_free_is_lazyfree", "lazyfree", "lazy", 'f', 0, NOTHING,
	  ONCE_ANON, K_ANON, K_SWAPBACKED, 1, 1 },
	{ "memory_marked_free_and_rewritten_is_private", "lazyagain", "private", 'p', 0, NOTHING,
	  ONCE_ANON, K_ANON, K_SWAPBACKED, 1, 1 },
	{ "droppable_memory_is_lazyfree", "droppable", "lazy", 'f', 0, DEMO_SAYS,
	  ONCE_ANON, K_ANON, K_SWAPBACKED, 1, 1 },
	{ "poison_markers_are_hwpoison", "poison", "alarm", '!', 0, DEMO_SAYS,
	  UINT64_MAX, 0x400000000000005f, 0, 0, 0, 0 },
	{ "write_protect_markers_are_other_entries", "uffdwp", "marker", 'o', 0, DEMO_SAYS,
	  UINT64_MAX, 0x420000000000003f, 0, 0, 0, 0 },
	{ "write_protected_memory_is_private", "uffdpresent", "private", 'p', 0, DEMO_SAYS,
	  UFFD_ANON, K_ANON | K_SWAPBACKED, 0, 1, 1 },
	{ "secret_memory_is_special_and_locked", "secret", "special+locked", 'x', PT_OVER_LOCKED,
	  DEMO_SAYS, OF_WORD, W_PRESENT | W_FILE, K_MLOCKED, K_ANON | K_SWAPBACKED, 1, 1 },
	{ "an_io_uring_ring_is_special", "iouring", "special", 'x', 0, DEMO_SAYS,
	  OF_WORD, W_PRESENT | W_FILE, 0, K_ANON | K_SWAPBACKED | K_LRU | K_UPTODATE, 1, 1 },
	{ "a_perf_ring_is_unmappable", "perfring", "special", 'u', 0, DEMO_SAYS,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "the_vdso_is_special", "vdso", "special", 'x', 0, DEMO_SAYS,
	  OF_WORD, W_PRESENT | W_FILE, K_RESERVED, K_ANON | K_UPTODATE, 1, UINT32_MAX },
	{ "vvar_is_unmappable", "vvar", "special", 'u', 0, DEMO_SAYS, UINT64_MAX, 0, 0, 0, 0, 0 },
	{ "untouched_hugetlb_memory_is_absent", "hugetlbempty", "absent", '.', 0, DEMO_SAYS,
	  UINT64_MAX, 0, 0, 0, 0, 0 },
#undef OF_WORD
#undef OF_ANON
#undef ONCE_ANON
#undef UFFD_ANON
};

static const size_t nwants = LEN(wants);

/* The note on the state of this name; notes come in the order of the demo's table. */
static const struct pt_note *note_of(const char *id)
{
	size_t nstates, nnotes;
	const struct pt_demo_state *state = pt_demo_states(&nstates);
	const struct pt_note *note = pt_demo_notes(live.demo, &nnotes);

	assert_int_equal(nnotes, nstates);
	for (size_t i = 0; i < nnotes; i++)
		if (!strcmp(state[i].id, id))
			return &note[i];
	fail_msg("the demo knows no state %s", id);
	return NULL;
}

static void check_pages(const struct look *l, const struct pt_note *note, char sign, uint8_t over)
{
	for (size_t i = 0; i < l->n; i++) {
		struct pt_run run = run_at(l->img, (note->start >> 12) + i);

		if (sign_of(&run) != sign || run.over != over)
			fail_msg("page %zu of %zu of \"%s\" is %c with overlays %x, not %c with %x: pagemap "
				 "%016" PRIx64 ", kpageflags %016" PRIx64 ", kpagecount %" PRIu64,
				 i + 1, l->n, note->text, sign_of(&run), run.over, sign, over,
				 l->page[i].word, l->page[i].kflags, l->page[i].count);
	}
}

/* What kpageflags says of anonymous pages in vain. */
static uint64_t noise(void)
{
	return (live.probe.ksm_noise ? K_KSM : 0) | (live.probe.trials.exclusive_flag == PT_NO ? K_OWNER : 0);
}

/* What was scanned is what this test read. */
static void check_words(const struct look *l, const struct pt_note *note)
{
	for (size_t i = 0; i < l->n; i++) {
		uint64_t vpn = (note->start >> 12) + i, word = l->page[i].word;
		struct pt_run run = run_at(l->img, vpn);

		assert_int_equal(pt_image_pfn(l->img, vpn), word & W_PRESENT ? word & W_PFN : 0);
		assert_int_equal(!!(run.pm & PT_RUN(PRESENT)), !!(word & W_PRESENT));
		if (!(word & W_PRESENT))
			continue;
		assert_true(run.pm & PT_RUN(GOT_COUNT) && run.pm & PT_RUN(GOT_FLAGS));
		if (is_counted(&l->page[i]))
			assert_int_equal(run.count, l->page[i].count);
		assert_int_equal((run.kflags ^ l->page[i].kflags) & l->img->ctx.kmask & ~noise(), 0);
	}
}

/* The page is really what the test believes it made. */
static void check_truth(const struct look *l, const struct want *w)
{
	const uint64_t mask = w->mask & ~W_SOFT_DIRTY, set = w->set & ~noise(), clear = w->clear & ~noise();

	for (size_t i = 0; i < l->n; i++) {
		const struct page *p = &l->page[i];

		if ((p->word & mask) != w->word || (p->kflags & set) != set ||
		    p->kflags & clear || p->count < w->least || p->count > w->most)
			fail_msg("page %zu of %zu of %s: pagemap %016" PRIx64 ", kpageflags %016" PRIx64
				 ", kpagecount %" PRIu64, i + 1, l->n, w->id, p->word, p->kflags,
				 p->count);
	}
}

static void check_huge(const struct pt_note *note, const struct want *w)
{
	static const char keys[] = "AnonHugePages + ShmemPmdMapped + FilePmdMapped + "
				   "Private_Hugetlb + Shared_Hugetlb";
	int64_t kb = smaps_kb(pt_demo_pid(live.demo), note->start, note->end, keys);

	if (w->sign == 'z')	/* smaps counts no zero pages */
		return;
	assert_int_equal(kb, w->over & PT_OVER_HUGE ? (note->end - note->start) >> 10 : 0);
}

static void each_page_has_its_state(void **state)
{
	const struct want *w = *state;
	const struct pt_note *note;
	struct look l;

	skip_unless(w->need);
	note = note_of(w->id);
	if (!note->start && w->need == DEMO_SAYS)
		skip_if(note->text);
	if (!note->start)
		fail_msg("not made: %s", note->text);
	l = look_at(pt_demo_pid(live.demo), note->start, note->end);
	check_pages(&l, note, w->sign, w->over);
	check_truth(&l, w);
	check_words(&l, note);
	check_huge(note, w);
	look_done(&l);
}

__attribute__((constructor)) static void register_wants(void)
{
	for (size_t i = 0; i < nwants; i++)
		test_register((struct CMUnitTest){
			.name = wants[i].test, .test_func = each_page_has_its_state,
			.initial_state = (void *)&wants[i],
		});
}

TEST(the_demo_promises_what_is_asked_for)
{
	for (size_t i = 0; i < nwants; i++) {
		const struct pt_note *note = note_of(wants[i].id);

		assert_int_equal(note->sign, wants[i].sign);
		assert_int_equal(note->over, wants[i].over);
	}
}

TEST(every_note_of_the_demo_is_true_of_each_page)
{
	size_t n, nmade = 0;
	const struct pt_note *note = pt_demo_notes(live.demo, &n);

	for (size_t i = 0; i < n; i++) {
		struct look l;

		if (!note[i].start) {
			printf("# not made: %c %s\n", note[i].sign, note[i].text);
			continue;
		}
		l = look_at(pt_demo_pid(live.demo), note[i].start, note[i].end);
		check_pages(&l, &note[i], note[i].sign, note[i].over);
		check_words(&l, &note[i]);
		look_done(&l);
		nmade++;
	}
	printf("# %zu states made\n", nmade);
	assert_true(nmade >= 20);
}

/* ---- every lens */

enum { NHUGE = 512 };	/* pages of a huge one */

/* Words of the frames around one, as many as the largest folio but hugetlb has. */
struct around {
	int fd;
	uint64_t first, word[NHUGE];
};

static uint64_t word_around(const struct around *a, uint64_t pfn)
{
	return pfn >= a->first && pfn < a->first + NHUGE ? a->word[pfn - a->first] : word_at(a->fd, pfn);
}

/* Order of the folio around a frame, by its head and tails; 0 of a page on its own. */
static int order_of(uint64_t pfn)
{
	struct around a = { .fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC), .first = pfn / NHUGE * NHUGE };
	uint64_t head = pfn, end = pfn + 1;
	int order = 0;

	assert_int_equal(pread(a.fd, a.word, sizeof(a.word), (off_t)a.first * 8), sizeof(a.word));
	while (word_around(&a, head) & K_TAIL)
		head--;
	if (word_around(&a, head) & K_HEAD)
		while (word_around(&a, end) & K_TAIL)
			end++;
	close(a.fd);
	while (UINT64_C(1) << order < end - head)
		order++;
	assert_int_equal(UINT64_C(1) << order, end - head);
	return order;
}

static char sign_of_count(uint64_t count)
{
	return count > 63 ? 'e' : count > 7 ? 'd' : count > 2 ? 'c' : count > 1 ? 'b' : count ? 'a' : 'n';
}

static char sign_of_list(uint64_t kflags)
{
	return kflags & K_SWAPCACHE ? 'c' : kflags & K_WRITEBACK ? 'w' : kflags & K_UNEVICTABLE ? 'v' :
	       !(kflags & K_LRU) ? 'n' : kflags & K_ACTIVE ? 'a' :
	       kflags & K_REFERENCED ? 'r' : kflags & K_IDLE ? 'd' : 'i';
}

static char sign_of_order(int order, uint64_t kflags)
{
	return !order ? 'p' : kflags & K_THP ? "pbcdefghij"[order] : 'x';
}

/* The node, by the system call that moves pages; it does not tell of the kernel's own. */
static char sign_of_node(pid_t pid, uint64_t vpn)
{
	void *page = (void *)(uintptr_t)(vpn << 12);
	int node = -1;

	syscall(SYS_move_pages, pid, 1, &page, NULL, &node, 0);
	return (char)(node < 0 ? '0' : node > 7 ? '8' : '0' + node);
}

/* What a sign must be that varies from page to page, by what this test read of it. */
static char sign_by_truth(enum pt_lens_id lens, pid_t pid, const struct pt_run *run,
			  const struct page *p)
{
	switch (lens) {
	case PT_LENS_SHARING:
		return sign_of_count(is_counted(p) || !run->count ? p->count : run->count);
	case PT_LENS_KIND:
		return p->kflags & K_DIRTY ? 'd' : 'i';
	case PT_LENS_SIZE:
		return sign_of_order(order_of(p->word & W_PFN), p->kflags);
	case PT_LENS_LOCK:
		return p->kflags & K_MLOCKED ? 'l' : 'n';
	case PT_LENS_RECLAIM:	/* idle, or just not any more */
		return sign_of_list(sign_of(run) == 'd' ? p->kflags | K_IDLE : p->kflags & ~K_IDLE);
	case PT_LENS_NODE:
		return sign_of_node(pid, run->vpn);
	default:
		return '\0';
	}
}

static void check_lens(enum pt_lens_id lens, pid_t pid, uint64_t start, uint64_t end,
		       char sign, uint8_t over, const char *what)
{
	struct look l = look_through(lens, pid, start, end);

	for (size_t i = 0; i < l.n; i++) {
		struct pt_run run = run_at(l.img, (start >> 12) + i);
		char want = sign;

		if (want == PT_DEMO_ANY)
			want = sign_by_truth(lens, pid, &run, &l.page[i]);
		if (sign_of(&run) != want || run.over != over)
			fail_msg("page %zu of %zu of \"%s\" is %c with overlays %x in the lens %s, not "
				 "%c with %x: pagemap %016" PRIx64 ", kpageflags %016" PRIx64
				 ", kpagecount %" PRIu64, i + 1, l.n, what, sign_of(&run), run.over,
				 pt_lenses[lens].name, want, over, l.page[i].word, l.page[i].kflags,
				 l.page[i].count);
	}
	look_done(&l);
}

TEST(every_page_of_the_demo_has_its_sign_in_each_lens)
{
	size_t n, nnotes;
	const struct pt_demo_state *row = pt_demo_states(&n);
	const struct pt_note *note = pt_demo_notes(live.demo, &nnotes);

	assert_int_equal(n, nnotes);
	for (size_t i = 0; i < n; i++)
		for (int lens = 0; lens < PT_NLENSES && note[i].start; lens++)
			check_lens((enum pt_lens_id)lens, pt_demo_pid(live.demo), note[i].start,
				   note[i].end, pt_demo_sign(&row[i], (enum pt_lens_id)lens),
				   row[i].over, row[i].id);
}

/* Of each page that is present, the order in the image is what kpageflags says around its frame. */
static void check_orders(pid_t pid, uint64_t start, uint64_t end, size_t *norder)
{
	struct look l = look_through(PT_LENS_SIZE, pid, start, end);

	for (size_t i = 0; i < l.n; i++) {
		struct pt_run run = run_at(l.img, (start >> 12) + i);
		int order = l.page[i].word & W_PRESENT ? order_of(l.page[i].word & W_PFN) : 0;

		if (l.page[i].word & W_PRESENT && run.order != order)
			fail_msg("page %" PRIx64 " is of order %d, not %d", run.vpn, run.order, order);
		if (!(l.page[i].word & W_PRESENT))
			continue;
		if (!(run.over & PT_OVER_HUGE) && sign_of(&run) != sign_of_order(order, l.page[i].kflags))
			fail_msg("page %" PRIx64 " of order %d is %c in the lens size", run.vpn, order,
				 sign_of(&run));
		norder[order]++;
	}
	look_done(&l);
}

TEST(every_page_of_the_demo_has_the_order_of_its_folio)
{
	static const struct { const char *id; int order; enum need need; } row[] = {
		{ "written", 0, NOTHING }, { "thp", 9, HUGE_PAGES }, { "thpsplit", 9, HUGE_PAGES },
		{ "thppart", 9, HUGE_PAGES }, { "thplocked", 9, HUGE_PAGES },
		{ "hugezero", 9, HUGE_ZERO_PAGES }, { "shmemthp", 9, HUGE_PAGES }, { "mthp", 4, MTHP },
		{ "hugetlb", 9, HUGETLB }, { "hugetlbshared", 9, HUGETLB }, { "hugetlbcow", 9, HUGETLB },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		const struct pt_note *note = note_of(row[i].id);
		size_t norder[64] = { 0 };

		if (cannot(row[i].need))
			continue;
		check_orders(pt_demo_pid(live.demo), note->start, note->end, norder);
		assert_int_equal(norder[row[i].order], (note->end - note->start) >> 12);
	}
}

/* ---- the program's own screen */

enum { SCREEN_ROWS = 700, MAX_ROWS = 2 * SCREEN_ROWS + 128 };

/* Two layers of SCREEN_ROWS lines, signs and letters of styles, then what the letters mean. */
struct screen {
	char *line[MAX_ROWS];
	size_t n;
};

static const char *builddir(void)
{
	const char *dir = getenv("top_builddir");

	return dir ? dir : "build/default";
}

static void read_screen(const char *args, struct screen *ret)
{
	char cmd[LINE], *line = NULL;
	size_t cap = 0;
	FILE *f;

	snprintf(cmd, sizeof(cmd), "exec '%s/pagetop' %s", builddir(), args);
	f = popen(cmd, "re");
	assert_non_null(f);
	while (ret->n < MAX_ROWS && getline(&line, &cap, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		ret->line[ret->n++] = strdup(line);
	}
	free(line);
	assert_int_equal(pclose(f), 0);
	assert_true(ret->n > 2 * SCREEN_ROWS);
}

static void screen_done(struct screen *s)
{
	while (s->n)
		free(s->line[--s->n]);
}

/* What a letter of the second layer stands for, but for the cursor. */
static void get_style(const struct screen *s, char letter, char ret[static LINE])
{
	char *cursor;

	ret[0] = '\0';
	for (size_t i = 2 * SCREEN_ROWS; i < s->n; i++)
		if (s->line[i][0] == letter && !strncmp(s->line[i] + 1, " = ", 3))
			snprintf(ret, LINE, "%s", s->line[i] + 4);
	cursor = strstr(ret, "+cursor");
	if (cursor)
		*cursor = '\0';
}

/* The line of the border above the mapping that was noted with this title, or -1. */
static ssize_t find_border(const struct screen *s, const char *title)
{
	for (ssize_t y = 0; y < SCREEN_ROWS; y++) {
		const char *at = strstr(s->line[y], title);

		if (at && strstr(s->line[y], "expect ") && at[strlen(title)] == ' ')
			return y;
	}
	return -1;
}

enum { CELLS_X = 13 };	/* behind an address of twelve digits */

static bool has_cells(const char *line)
{
	return strspn(line, "0123456789abcdef") == CELLS_X - 1 && line[CELLS_X - 1] == ' ';
}

/* Of a row of cells: how many, each of which must be as wanted. */
static size_t check_cells(const struct screen *s, ssize_t y, const struct want *w)
{
	const char *text = s->line[y] + CELLS_X, *letter = s->line[y + SCREEN_ROWS] + CELLS_X;
	char sign = (char)(w->over & PT_OVER_HUGE ? toupper(w->sign) : w->sign), style[LINE];
	size_t n = strlen(text);

	assert_int_equal(strlen(s->line[y + SCREEN_ROWS]), CELLS_X + n);
	for (size_t i = 0; i < n; i++) {
		get_style(s, letter[i], style);
		if (text[i] != sign || strcmp(style, w->style))
			fail_msg("cell %zu of %s is %c in style %s, not %c in style %s", i + 1, w->id,
				 text[i], style, sign, w->style);
	}
	return n;
}

TEST(the_page_map_shows_each_page_with_its_sign_and_style)
{
	size_t nstates, nchecked = 0;
	const struct pt_demo_state *table = pt_demo_states(&nstates);
	const struct pt_note *note;
	struct screen s = { .n = 0 };

	read_screen("demo --size 200x700 --screen=styles --keys '/ expect Enter Enter'", &s);
	for (size_t i = 0; i < nwants; i++) {
		size_t npages = 0, k = 0;
		ssize_t y;

		while (strcmp(table[k].id, wants[i].id))
			k++;
		note = note_of(wants[i].id);
		y = find_border(&s, table[k].title);
		if (y < 0 && (cannot(wants[i].need) || !note->start))
			continue;
		if (y < 0)
			fail_msg("not on the page map: %s", table[k].title);
		while (has_cells(s.line[++y]))
			npages += check_cells(&s, y, &wants[i]);
		assert_int_equal(npages, (note->end - note->start) >> 12);
		nchecked++;
	}
	screen_done(&s);
	assert_true(nchecked >= 10);
}

/* ---- targets */

struct target {
	pid_t pid;
	FILE *out;
	char ready[LINE];	/* "ready name=address …" */
};

static struct target start_target(const char *load)
{
	char path[LINE], *argv[] = { path, (char *)load, NULL };
	posix_spawn_file_actions_t act;
	struct target t;
	int out[2];

	snprintf(path, sizeof(path), "%s/tests/target", builddir());
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&act);
	posix_spawn_file_actions_adddup2(&act, out[1], STDOUT_FILENO);
	if (posix_spawn(&t.pid, path, &act, NULL, argv, environ))
		fail_msg("cannot start %s", path);
	posix_spawn_file_actions_destroy(&act);
	close(out[1]);
	t.out = fdopen(out[0], "r");
	assert_non_null(fgets(t.ready, sizeof(t.ready), t.out));
	return t;
}

/* It goes on for a few instructions after it said that it is ready. */
static void wait_until_asleep(pid_t pid)
{
	char path[64], stat[LINE];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	for (int i = 0; i < 5000; i++) {
		get_word(path, stat);
		if (strstr(stat, ") S "))
			return;
		poll(NULL, 0, 1);
	}
	fail_msg("process %d does not come to rest", (int)pid);
}

/* Where it mapped what it calls so. */
static uint64_t address_of(const struct target *t, const char *name)
{
	char key[32];
	const char *at;

	snprintf(key, sizeof(key), " %s=", name);
	at = strstr(t->ready, key);
	assert_non_null(at);
	return strtoull(at + strlen(key), NULL, 16);
}

static void end_target(struct target *t)
{
	int status;

	kill(t->pid, SIGTERM);
	assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
	fclose(t->out);
	assert_int_equal(status, SIGTERM);	/* and not an end of its own */
}

/* ---- sums */

enum { NOT_SAID = -1 };		/* KSM is not in smaps before Linux 6.7 */

/* What smaps says of each column of each mapping, in kB, in the order of the image. */
static void smaps_columns(pid_t pid, const struct pt_image *img, int64_t (*ret)[PT_NCOLS])
{
	char path[64], *line = NULL;
	uint64_t from, to;
	size_t v = SIZE_MAX, cap = 0;
	FILE *f;

	memset(ret, 0xff, img->vmas.n * sizeof(*ret));	/* NOT_SAID */
	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	f = fopen(path, "re");
	while (getline(&line, &cap, f) > 0) {
		if (is_range(line, &from, &to)) {
			v++;
			assert_true(v < img->vmas.n && from == img->vmas.v[v].start);
			continue;
		}
		for (int c = 0; c < PT_NCOLS; c++)
			if (is_one_of(line, pt_columns[c].smaps))
				ret[v][c] = (ret[v][c] == NOT_SAID ? 0 : ret[v][c]) + kb_of(line);
	}
	free(line);
	fclose(f);
	assert_int_equal(v + 1, img->vmas.n);
}

/* The first column of the mapping that is other than what smaps says of it, or PT_NCOLS. */
static int find_different(const struct pt_vma *vma, const struct pt_sum *sum, const int64_t *kb)
{
	bool droppable = vma->vmflags & PT_VMF(DP);	/* also what was written; smaps counts only what was not */
	int c = 0;

	while (c < PT_NCOLS && (!pt_columns[c].smaps[0] || kb[c] == NOT_SAID || (droppable && c == PT_COL_LAZYFREE) ||
		(!sum[c].unknown &&
		(int64_t)(pt_sum_bytes((enum pt_column)c, &sum[c]) >> 10) == kb[c])))
		c++;
	return c;
}

static _Noreturn void fail_column(const struct pt_vma *vma, int c, const struct pt_sum *sum,
				  int64_t kb)
{
	fail_msg("%s of %" PRIx64 " %s is %" PRIu64 " kB (%" PRIu64 " pages unknown), smaps says "
		 "%" PRId64, pt_columns[c].name, vma->start, vma->name,
		 pt_sum_bytes((enum pt_column)c, sum) >> 10, sum->unknown, kb);
	abort();
}

/*
 * The process sleeps, but others map and unmap the files that it maps: each mapping must be right once.
 * [vsyscall] has no pages. Of a process that was forked from a program with a sanitizer only a range holds still.
 */
static void check_mappings_of(pid_t pid, uint64_t from, uint64_t to)
{
	struct pt_image *img = scan(pid);
	size_t n = img->vmas.n, nright = 0;
	int64_t (*kb)[PT_NCOLS] = calloc(n, sizeof(*kb));
	bool *right = calloc(n, sizeof(*right));

	assert_true(n > 10);
	for (int i = 0; nright < n; i++) {
		smaps_columns(pid, img, kb);
		for (size_t v = 0; v < n; v++) {
			struct pt_sum sums[PT_NCOLS];
			int c = PT_NCOLS;

			pt_image_sums(img, &img->vmas.v[v], sums);
			if (!right[v] && img->vmas.v[v].start >= from && img->vmas.v[v].start < to)
				c = find_different(&img->vmas.v[v], sums, kb[v]);
			if (c < PT_NCOLS && i >= TRIES)
				fail_column(&img->vmas.v[v], c, &sums[c], kb[v][c]);
			nright += !right[v] && c == PT_NCOLS;
			right[v] = c == PT_NCOLS || right[v];
		}
		pt_image_unref(img);
		img = scan(pid);
	}
	pt_image_unref(img);
	free(right);
	free(kb);
}

static void check_mappings(pid_t pid)
{
	check_mappings_of(pid, 0, INT64_MAX);
}

/* Zero pages, shared memory, huge pages of both kinds, merged, swapped: the demo has them all. */
TEST(the_columns_of_every_mapping_are_those_of_smaps)
{
	struct target t = start_target("pattern");

	wait_until_asleep(t.pid);
	check_mappings(t.pid);
	end_target(&t);
	check_mappings(pt_demo_pid(live.demo));
}

static pid_t parent_of(pid_t pid)
{
	char path[64], line[LINE];
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "PPid: %d", &parent) == 1)
			break;
	if (f)
		fclose(f);
	return parent;
}

/* Reading and printing are work: they change the process that measures, and those that listen. */
static bool is_involved(pid_t pid)
{
	pid_t p = getpid();

	while (p > 0 && p != pid)
		p = parent_of(p);
	return p == pid;
}

enum rss { EQUAL, DIFFERENT, CHANGING, UNREADABLE };

struct rss_figures {
	int64_t before, scanned, after;		/* kB */
};

static enum rss compare_rss(pid_t pid, struct rss_figures *f)
{
	struct pt_image *img = NULL;
	int err;

	f->before = smaps_kb(pid, 0, UINT64_MAX, "Rss");
	err = f->before < 0 ? -EACCES : scan_with(&live.probe, pid, &img);
	if (err)
		return UNREADABLE;
	f->after = smaps_kb(pid, 0, UINT64_MAX, "Rss");
	f->scanned = img->total[PT_COL_RSS].unknown ? -1 :
		     (int64_t)(img->total[PT_COL_RSS].value >> 10);
	pt_image_unref(img);
	if (f->scanned >= 0 && (f->scanned == f->before || f->scanned == f->after))
		return EQUAL;
	return f->before == f->after ? DIFFERENT : CHANGING;
}

/* Again and again, until it holds still long enough to be compared. */
static enum rss compare_patiently(pid_t pid, struct rss_figures *f)
{
	int ndifferent = 0;

	for (int i = 0; i < TRIES; i++) {
		enum rss r = compare_rss(pid, f);

		if (r == EQUAL || r == UNREADABLE)
			return r;
		ndifferent += r == DIFFERENT;
	}
	return ndifferent == TRIES ? DIFFERENT : CHANGING;
}

/* "42 (comm) S …", from stat. */
static void get_name(pid_t pid, char ret[static LINE])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	get_word(path, ret);
	ret[strcspn(ret, ")") + (strchr(ret, ')') != NULL)] = '\0';
	for (char *c = ret; *c; c++)
		*c = isprint((unsigned char)*c) ? *c : '?';
}

TEST(the_rss_of_every_readable_process_is_that_of_smaps)
{
	size_t nequal = 0, nchanging = 0;
	DIR *dir = opendir("/proc");
	struct dirent *d;

	while ((d = readdir(dir))) {
		pid_t pid = (pid_t)atol(d->d_name);
		char name[LINE] = "";
		struct rss_figures f;
		enum rss r = pid <= 0 || is_involved(pid) ? UNREADABLE : compare_patiently(pid, &f);

		if (pid > 0)
			get_name(pid, name);
		if (r == DIFFERENT)
			fail_msg("process %s: rss %" PRId64 " kB by pages, %" PRId64 " by smaps",
				 name, f.scanned, f.after);
		if (r == CHANGING)
			printf("# process %s never held still: %" PRId64 " kB by pages, %" PRId64 " by "
			       "smaps before, %" PRId64 " after\n", name, f.scanned, f.before, f.after);
		nequal += r == EQUAL && f.before > 0;
		nchanging += r == CHANGING;
	}
	closedir(dir);
	printf("# %zu processes equal, %zu changing\n", nequal, nchanging);
	assert_true(nequal >= 2);	/* the demo and its sharer at least */
}

/* ---- sparse */

static void check_sums_of_counts(const struct pt_image *img, const struct pt_vma *vma,
				 const struct pt_counts *want)
{
	const uint64_t lo = pt_vma_vpn(vma), hi = pt_vma_end_vpn(vma);
	struct pt_counts parts = { .npages = 0 };

	for (uint64_t at = lo, step = (hi - lo) / 1000; at < hi; at += step)
		pt_image_count(img, vma, at, hi - at < step ? hi : at + step, &parts);
	assert_memory_equal(&parts, want, sizeof(parts));
}

/* PAGEMAP_SCAN may report pages twice where a range ends (its walk_end stays behind). */
static uint64_t count_found(pid_t pid, uint64_t vpn, uint64_t end_vpn)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe };
	struct pt_region region[PT_MAX_REGIONS];
	struct pt_target t = PT_TARGET_INIT;
	uint64_t npages = 0;

	assert_int_equal(pt_target_open(&env, pid, 0, &t), 0);
	while (vpn < end_vpn) {
		ssize_t n = pt_pagemap_find(&t.pm, &vpn, end_vpn, region, PT_MAX_REGIONS);

		assert_true(n >= 0);
		for (ssize_t i = 0; i < n; i++)
			npages += region[i].npages;
	}
	pt_target_close(&t);
	return npages;
}

TEST(of_16_TiB_exactly_the_pages_touched_are_counted)
{
	struct target t;
	uint64_t vpn;
	struct pt_image *img;
	const struct pt_vma *vma;
	struct pt_counts counts = { .npages = 0 };

	skip_if(live.probe.scan ? NULL : "without PAGEMAP_SCAN 16 TiB are read word by word, which takes minutes");
	t = start_target("sparse");
	vpn = address_of(&t, "sparse") >> 12;
	img = scan(t.pid);
	vma = pt_image_vma(img, vpn);
	assert_non_null(vma);
	assert_int_equal(pt_vma_vpn(vma), vpn);
	pt_image_count(img, vma, vpn, pt_vma_end_vpn(vma), &counts);
	assert_int_equal(counts.npages, UINT64_C(1) << 32);
	assert_int_equal(counts.row[PT_STATE_PRIVATE], 4096);
	assert_int_equal(counts.row[PT_STATE_ABSENT], (UINT64_C(1) << 32) - 4096);
	check_sums_of_counts(img, vma, &counts);
	if (live.probe.scan)
		assert_int_equal(count_found(t.pid, vpn, pt_vma_end_vpn(vma)), 4096);
	assert_true(img->runs.n < 2 * 4096);
	printf("# 16 TiB scanned in %.1f ms\n", (double)img->cost_ns / 1e6);
	pt_image_unref(img);
	end_target(&t);
}

/* ---- the two ways to read */

/* Pages of files and of the kernel are mapped and unmapped by others, too, at any moment. */
static bool is_of_others(const struct pt_run *run)
{
	return run->pm & PT_RUN(FILE) && !(run->kflags & (K_SWAPBACKED | K_HUGETLB));
}

/* Without the ioctl all is the same: which pages are mapped by PMD follows from smaps, where its sums leave one answer. */
static void check_same_page(const struct pt_run *ioctl, const struct pt_run *pread)
{
	bool others = is_of_others(ioctl) && is_of_others(pread);

	if (pread->over != (ioctl->over & ~(unsigned)pread->over_open) || ioctl->kflags != pread->kflags ||
	    (!others && (ioctl->row != pread->row || ioctl->count != pread->count)))
		fail_msg("page %" PRIx64 ": %c %x count %u flags %" PRIx64 " by the ioctl, %c %x count %u "
			 "flags %" PRIx64 " by pread", ioctl->vpn, sign_of(ioctl), ioctl->over,
			 ioctl->count, ioctl->kflags, sign_of(pread), pread->over, pread->count,
			 pread->kflags);
}

static void check_same_pages(const struct pt_image *ioctl, const struct pt_image *pread, size_t *nopen)
{
	assert_int_equal(ioctl->vmas.n, pread->vmas.n);
	for (size_t v = 0; v < ioctl->vmas.n; v++) {
		const struct pt_vma *vma = &ioctl->vmas.v[v];
		uint64_t end = pt_vma_end_vpn(vma);

		for (uint64_t vpn = pt_vma_vpn(vma); vpn < end; vpn++) {
			struct pt_run a = run_at(ioctl, vpn), b = run_at(pread, vpn);

			check_same_page(&a, &b);
			*nopen += !!b.over_open;
			assert_int_equal(pt_image_pfn(ioctl, vpn), pt_image_pfn(pread, vpn));
		}
	}
}

/* The number of pages of which it is open what they are mapped by. */
static size_t compare_ways(pid_t pid)
{
	size_t nopen = 0;

	struct pt_probe without = live.probe;
	struct pt_image *ioctl = scan(pid), *pread = NULL;

	without.scan = false;
	assert_int_equal(scan_with(&without, pid, &pread), 0);
	check_same_pages(ioctl, pread, &nopen);
	pt_image_unref(ioctl);
	pt_image_unref(pread);
	return nopen;
}

TEST(a_known_pattern_is_read_alike_with_and_without_the_ioctl)
{
	struct target t = start_target("pattern");
	uint64_t vpn = address_of(&t, "half") >> 12;
	struct pt_image *img;

	if (!live.probe.scan) {
		printf("# skip: this kernel has no PAGEMAP_SCAN\n");
		skip();
	}
	wait_until_asleep(t.pid);
	compare_ways(t.pid);
	img = scan(t.pid);
	for (size_t i = 0; i < 64; i++) {
		struct pt_run run = run_at(img, vpn + i);

		assert_int_equal(sign_of(&run), i % 2 ? '.' : 'p');
	}
	pt_image_unref(img);
	end_target(&t);
}

static uint64_t mapped_bytes(const struct pt_image *img)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < img->vmas.n; i++)
		bytes += img->vmas.v[i].end - img->vmas.v[i].start;
	return bytes;
}

/* The demo is a fork of this test, and has the terabytes that sanitizers reserve in it. */
TEST(the_demo_is_read_alike_with_and_without_the_ioctl)
{
	struct pt_image *img = scan(pt_demo_pid(live.demo));
	uint64_t bytes = mapped_bytes(img);

	pt_image_unref(img);
	if (!live.probe.scan || bytes >> 40) {
		printf("# skip: %s\n", live.probe.scan ? "terabytes are too much to read word by word" :
		       "this kernel has no PAGEMAP_SCAN");
		skip();
	}
	assert_int_equal(compare_ways(pt_demo_pid(live.demo)), 0);	/* each state is alone in its mapping */
}

/* ---- what the other readers say */

/* The memory of a page of the demo, which must be the same page afterwards. */
static ssize_t read_page(const char *id, char ret[static 4096])
{
	const struct pt_note *note = note_of(id);
	pid_t pid = pt_demo_pid(live.demo);
	struct page before, after;
	ssize_t n;
	int fd;

	if (!note->start)
		return -ENODEV;
	fd = pt_proc_open(&live.root, pid);
	assert_true(fd >= 0);
	read_truth(pid, note->start >> 12, 1, &before);
	n = pt_mem_read(fd, note->start, ret, 4096);
	read_truth(pid, note->start >> 12, 1, &after);
	close(fd);
	assert_int_equal(before.word, after.word);
	assert_int_equal(before.count, after.count);
	return n;
}

TEST(reading_the_memory_of_a_process_changes_none_of_its_pages)
{
	char page[4096], zeros[4096] = "";

	assert_int_equal(read_page("cow", page), sizeof(page));
	assert_memory_not_equal(page, zeros, sizeof(page));
	if (!cannot(ZERO_PAGES)) {
		assert_int_equal(read_page("zero", page), sizeof(page));
		assert_memory_equal(page, zeros, sizeof(page));
	}
	if (!cannot(KSM))
		assert_int_equal(read_page("ksm", page), sizeof(page));
	if (note_of("secret")->start)
		assert_int_equal(read_page("secret", page), -EIO);
}

TEST(memory_is_read_up_to_what_cannot_be_read)
{
	char *mem = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char buf[8192] = "";
	int fd = pt_proc_open(&live.root, getpid());

	memset(mem, 'x', 8192);
	assert_int_equal(munmap(mem + 4096, 4096), 0);
	assert_int_equal(pt_mem_read(fd, (uintptr_t)mem + 1, buf, sizeof(buf)), 4095);
	assert_memory_equal(buf, mem, 4095);
	assert_int_equal(buf[4095], 0);
	assert_int_equal(pt_mem_read(fd, (uintptr_t)mem + 4096, buf, sizeof(buf)), -EIO);
	munmap(mem, 4096);
	close(fd);
}

TEST(memory_of_a_process_that_ended_is_gone)
{
	struct target t = start_target("pattern");
	int fd = pt_proc_open(&live.root, t.pid);
	uint64_t addr = address_of(&t, "half");
	ssize_t before, after;
	char byte;

	before = pt_mem_read(fd, addr, &byte, 1);
	end_target(&t);
	after = pt_mem_read(fd, addr, &byte, 1);
	close(fd);
	assert_int_equal(before, 1);
	assert_int_equal(after, -ESRCH);
}

TEST(a_swapped_page_is_on_the_device_that_proc_swaps_names)
{
	char title[LINE], first[LINE] = "", second[LINE] = "";
	struct pt_str name = PT_STR_INIT;
	struct page page;
	FILE *f;
	int err;

	skip_unless(SWAP);
	read_truth(pt_demo_pid(live.demo), note_of("swapped")->start >> 12, 1, &page);
	assert_int_equal(page.word & (W_PRESENT | W_ENTRY), W_ENTRY);
	f = fopen("/proc/swaps", "re");
	assert_non_null(fgets(title, sizeof(title), f));
	assert_int_equal(fscanf(f, "%511s %*[^\n] %511s", first, second) > 0, 1);
	fclose(f);
	err = pt_swap_device(&live.root, page.word & 31, &name);
	assert_int_equal(err, page.word & 31 && second[0] ? -ENOTUNIQ : 0);
	assert_string_equal(name.s, err ? "" : first);
	pt_str_done(&name);
}

/* The process in a cgroup of its own: what it says, and what ends it. */
struct member {
	pid_t pid;
	int said_fd, stay_fd;
	char top[64], outer[96], dir[128];
	bool v2;
};

static bool join(const char *dir)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	return put_word(path, "0");
}

/* Makes the cgroup, and takes it away when the pipe ends: however this test ends. */
static _Noreturn void be_member(const struct member *m)
{
	char *mem = NULL, c;

	if (!mkdir(m->outer, 0755) && !mkdir(m->dir, 0755) && join(m->dir))
		mem = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (write(m->said_fd, &mem, sizeof(mem)) == sizeof(mem))
		while (read(m->stay_fd, &c, 1) < 0 && errno == EINTR)
			;
	join(m->top);
	_exit(rmdir(m->dir) || rmdir(m->outer));
}

/* The address of a page charged to the cgroup; 0 if there can be none. */
static uint64_t start_member(struct member *m)
{
	int said[2], stay[2];
	char *mem = NULL;

	m->v2 = !access("/sys/fs/cgroup/cgroup.controllers", F_OK);
	snprintf(m->top, sizeof(m->top), "/sys/fs/cgroup%s", m->v2 ? "" : "/memory");
	snprintf(m->outer, sizeof(m->outer), "%s/pagetop test %d", m->top, (int)getpid());
	snprintf(m->dir, sizeof(m->dir), "%s/inner", m->outer);
	assert_int_equal(pipe2(said, O_CLOEXEC) | pipe2(stay, O_CLOEXEC), 0);
	m->pid = fork();
	if (!m->pid) {
		close(stay[1]);
		m->said_fd = said[1];
		m->stay_fd = stay[0];
		be_member(m);
	}
	close(said[1]);
	close(stay[0]);
	m->stay_fd = stay[1];
	if (read(said[0], &mem, sizeof(mem)) != sizeof(mem))
		mem = NULL;
	close(said[0]);
	return (uintptr_t)mem;
}

/* What pt_cgroup_path() makes of it; "" without an answer. */
static void get_cgroup(uint64_t inode, char ret[static LINE])
{
	struct pt_str path = PT_STR_INIT;

	snprintf(ret, LINE, "%s", pt_cgroup_path(&live.root, inode, &path) ? "" : path.s);
	pt_str_done(&path);
}

static uint64_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

TEST(a_page_is_charged_to_the_cgroup_of_its_process)
{
	int fd = open("/proc/kpagecgroup", O_RDONLY | O_CLOEXEC), status;
	char of_page[LINE] = "", of_dir[LINE], of_top[LINE];
	struct member m = { 0 };
	uint64_t addr = start_member(&m);
	struct page page;

	if (addr && fd >= 0) {
		read_truth(m.pid, addr >> 12, 1, &page);
		get_cgroup(word_at(fd, page.word & W_PFN), of_page);
	}
	get_cgroup(inode_of(m.dir), of_dir);
	get_cgroup(inode_of(m.top), of_top);
	close(m.stay_fd);
	assert_int_equal(waitpid(m.pid, &status, 0), m.pid);
	close(fd);
	if (!addr || fd < 0) {
		printf("# skip: no cgroup of memory can be made here\n");
		return;
	}
	assert_int_equal(status, 0);		/* it was put away */
	assert_string_equal(of_top, "/");
	assert_string_equal(of_dir, m.dir + strlen(m.top));
	if (m.v2)	/* without the controller of memory it is charged to one above */
		assert_int_equal(strncmp(of_dir, of_page, strlen(of_page)), 0);
	else
		assert_string_equal(of_page, of_dir);
}

TEST(the_node_of_a_frame_is_that_of_move_pages)
{
	enum { N = 256 };
	char *mem = mmap(NULL, N * 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	struct page page[N];
	void *addr[N];
	int node[N], ncompared = 0;

	for (int i = 0; i < N; i++)
		addr[i] = mem + i * 4096;
	if (!live.probe.nodes.nnodes || syscall(SYS_move_pages, 0, N, addr, NULL, node, 0)) {
		printf("# skip: this kernel knows no NUMA nodes\n");
		munmap(mem, N * 4096);
		return;
	}
	read_truth(getpid(), (uintptr_t)mem >> 12, N, page);
	for (int i = 0; i < N; i++) {
		int got = pt_node_of_pfn(&live.probe.nodes, page[i].word & W_PFN);

		ncompared += got >= 0;
		if (got >= 0)		/* a block that nodes share has none */
			assert_int_equal(got, node[i]);
	}
	munmap(mem, N * 4096);
	assert_true(ncompared > 0);
}

TEST(which_mappings_may_have_huge_pages_is_what_smaps_says)
{
	pid_t pid = pt_demo_pid(live.demo);
	struct pt_image *img = scan(pid);
	size_t neligible = 0;

	for (size_t i = 0; i < img->vmas.n; i++) {
		const struct pt_vma *vma = &img->vmas.v[i];

		assert_int_equal(vma->thp_eligible,
				 smaps_kb(pid, vma->start, vma->end, "THPeligible"));
		neligible += vma->thp_eligible;
	}
	if (!cannot(HUGE_PAGES))
		assert_in_range(neligible, 1, img->vmas.n - 1);
	pt_image_unref(img);
}

/* ---- targets that never rest */

/* What can be true of no page at any moment, or NULL. */
static const char *impossible(const struct pt_run *r)
{
	bool zero = r->kflags & K_ZERO, anon = r->kflags & K_ANON;
	bool block = r->kflags & (K_THP | K_HUGETLB);
	unsigned all = PT_RUN(PRESENT) | PT_RUN(GOT_FLAGS) | PT_RUN(GOT_COUNT);

	if (r->pm & PT_RUN(UNSTABLE) || (r->pm & all) != all)
		return NULL;
	if (!r->count && !zero)
		return "count 0, and not the zero page";
	if (r->count && zero)
		return "the zero page, with a count";
	if (!zero && anon == !!(r->pm & PT_RUN(FILE)))
		return "anonymous by one source, of a file by the other";
	if (r->pm & PT_RUN(PMD) && !block)
		return "mapped by PMD, but no large folio";
	if (r->over & PT_OVER_HUGE && !block)
		return "huge, but no large folio";
	if (r->pm & PT_RUN(SCANNED) && !(r->pm & PT_RUN(PFNZERO)) != !zero)
		return "the zero page by one source only";
	if (strchr("ab?", sign_of(r)))
		return "everything is known, but not the state";
	return NULL;
}

static void check_possible(const struct pt_image *img)
{
	uint64_t at = 0;

	for (size_t i = 0; i < img->runs.n; i++) {
		const struct pt_run *r = &img->runs.r[i];
		const char *what = impossible(r);

		if (r->vpn < at)
			fail_msg("page %" PRIx64 " comes twice", r->vpn);
		if (what)
			fail_msg("page %" PRIx64 " of %u: %s: state %c, overlays %x, pagemap bits %x, "
				 "kpageflags %" PRIx64 ", count %u", r->vpn, r->npages, what, sign_of(r),
				 r->over, r->pm, r->kflags, r->count);
		at = r->vpn + r->npages;
	}
}

/* Each scan ends, and shows nothing that cannot be; some of them have seen the load at work. */
static void scan_restless(const char *load)
{
	struct target t = start_target(load);
	const struct pt_vma *vma;
	uint64_t nunstable = 0, start = pt_now_ns(), vpn = address_of(&t, load) >> 12;
	int nseen = 0;

	for (int i = 0; i < NSCANS; i++) {
		struct pt_image *img = scan(t.pid);
		struct pt_counts c = { .npages = 0 };

		check_possible(img);
		vma = pt_image_vma(img, vpn);
		if (vma)
			pt_image_count(img, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma), &c);
		nseen += c.row[PT_STATE_ABSENT] < c.npages;
		nunstable += img->nunstable;
		pt_image_unref(img);
	}
	printf("# %s: %d scans in %.0f ms, %d saw it, %" PRIu64 " unstable pages\n", load, NSCANS,
	       (double)(pt_now_ns() - start) / 1e6, nseen, nunstable);
	assert_true(nseen > 0);
	end_target(&t);
}

TEST(a_process_that_maps_and_unmaps_shows_nothing_impossible)
{
	scan_restless("churn");
}

TEST(a_process_that_forks_shows_nothing_impossible)
{
	scan_restless("forks");
}

/* ---- who maps a page */

static struct pt_sharers *make_index(void)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe };
	struct pt_sharers *s = NULL;

	assert_int_equal(pt_sharers_build(&env, &s, NULL, NULL), 0);
	assert_false(s->hidden);
	return s;
}

static const struct pt_who *ask(const struct pt_sharers *s, uint64_t pfn)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe };
	struct pt_who *who = NULL;

	assert_int_equal(pt_sharers_ask(&env, s, pfn, &who), 0);
	return who;
}

static bool is_found(const struct pt_who *who, pid_t pid, uint64_t addr)
{
	for (size_t i = 0; i < who->n; i++)
		if (who->v[i].pid == pid && who->v[i].addr == addr)
			return true;
	return false;
}

/* The PFN of one of our own pages, which is touched. */
static uint64_t own_pfn(const volatile char *mem)
{
	struct page page;

	(void)*mem;
	read_truth(getpid(), (uintptr_t)mem >> 12, 1, &page);
	assert_true(page.word & W_PRESENT);
	return page.word & W_PFN;
}

/* Word by word from start to end: how many are at the PFN, and how many not in the answer. */
static void check_range(pid_t pid, int fd, uint64_t start, uint64_t end, const struct pt_who *who,
			size_t *nfound, size_t *nmissing)
{
	static uint64_t word[8192];

	for (uint64_t at = start >> 12, left; at < end >> 12; at += left) {
		ssize_t n;

		left = (end >> 12) - at < LEN(word) ? (end >> 12) - at : LEN(word);
		n = pread(fd, word, left * 8, (off_t)(at * 8)) / 8;
		for (ssize_t i = 0; i < n; i++)
			if (word[i] & W_PRESENT && (word[i] & W_PFN) == who->pfn) {
				++*nfound;
				*nmissing += !is_found(who, pid, (at + (uint64_t)i) << 12);
			}
	}
}

/* All mappings but the terabytes of sanitizers. */
static void check_process(pid_t pid, const struct pt_who *who, size_t *nfound, size_t *nmissing)
{
	char path[64], *line = NULL;
	uint64_t start, end;
	size_t cap = 0;
	FILE *maps;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	while (fd >= 0 && maps && getline(&line, &cap, maps) > 0)
		if (is_range(line, &start, &end) && (end - start) >> 32 == 0)
			check_range(pid, fd, start, end, who, nfound, nmissing);
	free(line);
	if (maps)
		fclose(maps);
	if (fd >= 0)
		close(fd);
}

/* Whether these, and no others, are what a walk over all processes finds. */
static bool is_all_there_is(const struct pt_who *who)
{
	size_t nfound = 0, nmissing = 0;
	DIR *dir = opendir("/proc");
	struct dirent *d;

	while ((d = readdir(dir)))
		if (atol(d->d_name) > 0)
			check_process((pid_t)atol(d->d_name), who, &nfound, &nmissing);
	closedir(dir);
	return !nmissing && nfound == who->n;
}

TEST(who_maps_a_page_of_libc_is_who_a_walk_over_all_processes_finds)
{
	const uint64_t pfn = own_pfn((const char *)(uintptr_t)qsort);
	bool same = false;

	for (int i = 0; i < TRIES && !same; i++) {	/* others start and end meanwhile */
		struct pt_sharers *s = make_index();
		const struct pt_who *who = ask(s, pfn);

		same = is_all_there_is(who) && who->n >= 2 &&
		       is_found(who, getpid(), (uintptr_t)qsort & ~UINT64_C(4095));
		if (same)
			printf("# %zu of %" PRIu64 " found; %zu runs of %zu processes in %.1f ms\n",
			       who->n, who->count, s->n, s->nprocs, (double)s->cost_ns / 1e6);
		pt_who_unref(who);
		pt_sharers_free(s);
	}
	assert_true(same);
}

/*
 * The first page of the note that is not found by as many as the kernel counts, or SIZE_MAX. The vdso
 * is mapped by all, so also by those that refuse to be read.
 */
static size_t find_incomplete(const struct pt_sharers *s, const struct pt_note *note, char sign)
{
	struct page page[512];
	size_t n = (note->end - note->start) >> 12, i;

	read_truth(pt_demo_pid(live.demo), note->start >> 12, n, page);
	for (i = 0; i < n; i++) {
		const struct pt_who *who = ask(s, page[i].word & W_PFN);
		bool ok = sign == 'z' ? who->why && strstr(who->why, "zeros") && !who->n :
			  ((who->complete && who->n == page[i].count) || (sign == 'x' && who->nrefused)) &&
			  is_found(who, pt_demo_pid(live.demo), note->start + (i << 12));

		pt_who_unref(who);
		if (!ok)
			return i;
	}
	return SIZE_MAX;
}

/* Forked, merged, huge of both kinds, of files and of shared memory: the demo has them all. */
TEST(all_who_map_a_page_of_the_demo_are_found)
{
	size_t nchecked = 0;

	for (size_t k = 0; k < nwants; k++) {
		const struct pt_note *note = note_of(wants[k].id);
		size_t at = SIZE_MAX;

		if (!(wants[k].word & W_PRESENT) || !note->start || cannot(wants[k].need))
			continue;
		for (int i = 0; i < TRIES && (at != SIZE_MAX || !i); i++) {
			struct pt_sharers *s = make_index();

			at = find_incomplete(s, note, wants[k].sign);
			pt_sharers_free(s);
		}
		if (at != SIZE_MAX)
			fail_msg("who maps page %zu of %s is not found", at + 1, wants[k].id);
		nchecked++;
	}
	assert_true(nchecked >= 10);
}

TEST(a_page_mapped_twice_by_one_process_is_found_twice)
{
	int fd = memfd_create("twice", MFD_CLOEXEC);
	struct pt_sharers *s;
	const struct pt_who *who;
	char *mem[2];

	assert_int_equal(ftruncate(fd, 4096), 0);
	for (int i = 0; i < 2; i++) {
		mem[i] = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		mem[i][0] = 1;
	}
	s = make_index();
	who = ask(s, own_pfn(mem[0]));
	assert_true(who->complete);
	assert_int_equal(who->n, 2);
	assert_true(is_found(who, getpid(), (uintptr_t)mem[0]));
	assert_true(is_found(who, getpid(), (uintptr_t)mem[1]));
	pt_who_unref(who);
	pt_sharers_free(s);
	munmap(mem[0], 4096);
	munmap(mem[1], 4096);
	close(fd);
}

static __attribute__((unused)) int wait_for_kill(void *arg)
{
	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (pause() < 0)
		;
	return 0;
}

/* The count is of entries: two processes with one address space have one. */
TEST(an_entry_of_two_processes_is_found_more_often_than_counted)
{
#ifdef __SANITIZE_THREAD__	/* it cannot follow a process in the same memory that is no thread */
	printf("# skip: not under the thread sanitizer\n");
#else
	const size_t len = 1 << 16;
	char *stack = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *mem = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid = clone(wait_for_kill, stack + len, CLONE_VM | SIGCHLD, NULL);
	const struct pt_who *who;
	struct pt_sharers *s;

	assert_true(pid > 0);
	mem[0] = 1;
	s = make_index();
	who = ask(s, own_pfn(mem));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(who->count, 1);
	assert_int_equal(who->n, 2);
	assert_true(is_found(who, pid, (uintptr_t)mem));
	assert_non_null(strstr(who->why, "one address space"));
	pt_who_unref(who);
	pt_sharers_free(s);
	munmap(mem, 4096);
	munmap(stack, len);
#endif
}

/* ---- subjects: a process for each thing that the demo does not make */

enum { HUGE_BYTES = 2 << 20, SUBJECT_BYTES = 2 * HUGE_BYTES };

/*
 * A fork of this test that makes something, step by step:
 *
 *	test ──go──> subject ──fork──> other
 *	  └──done──────┘ 0, or -1 and `why`
 */
struct subject {
	pid_t pid;
	char *mem;		/* SUBJECT_BYTES, aligned; readable and writable in the subject only */
	int go, done;
	struct told {
		pid_t other;	/* a fork of the subject, or 0 */
		char why[LINE];	/* what refused */
	} *told;		/* in shared memory */
};

static struct subject subject;

typedef int act_fn(int step);

/* Why a step failed; -1. */
static int no(const char *what)
{
	snprintf(subject.told->why, LINE, "%s: %s", what, strerror(errno));
	return -1;
}

static void pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static _Noreturn void be_subject(act_fn *act, int go, int done)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin();	/* pages wait in batches of each CPU */
	if (mmap(subject.mem, SUBJECT_BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		_exit(1);
	madvise(subject.mem, SUBJECT_BYTES, MADV_NOHUGEPAGE);
	for (int step = 0, r; read(go, &r, sizeof(r)) == sizeof(r); step++) {
		r = act(step);
		if (write(done, &r, sizeof(r)) != sizeof(r))
			break;
	}
	_exit(0);
}

/* The next step is done when it returns. */
static void next_step(void)
{
	int r = 0;

	assert_int_equal(write(subject.go, &r, sizeof(r)), sizeof(r));
	if (read(subject.done, &r, sizeof(r)) != sizeof(r))
		fail_msg("the subject died");
	if (r)
		skip_if(subject.told->why);
}

static void start_subject(act_fn *act)
{
	int go[2], done[2];
	char *mem = mmap(NULL, SUBJECT_BYTES + 2 * HUGE_BYTES, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	mem += HUGE_BYTES;
	subject.mem = mem + (-(uintptr_t)mem & (HUGE_BYTES - 1));
	subject.told = mmap(NULL, sizeof(*subject.told), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_int_equal(pipe2(go, O_CLOEXEC) || pipe2(done, O_CLOEXEC), 0);
	subject.pid = fork();
	if (!subject.pid)
		be_subject(act, go[0], done[1]);
	close(go[0]);
	close(done[1]);
	subject.go = go[1];
	subject.done = done[0];
	next_step();
}

/* Also after a test that failed or was skipped half way. */
static int end_subject(void **state)
{
	(void)state;
	if (subject.pid > 0) {
		if (subject.told->other > 0)
			kill(subject.told->other, SIGKILL);
		kill(subject.pid, SIGKILL);
		waitpid(subject.pid, NULL, 0);
		close(subject.go);
		close(subject.done);
		munmap(subject.told, sizeof(*subject.told));
	}
	subject.pid = 0;
	if (live.settings.swap_file[0])
		swapoff(live.settings.swap_file);	/* only the tests of file swap had it on */
	return 0;
}

/* ---- what subjects do */

static void write_from(size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++)
		snprintf(subject.mem + i * 4096, 4096, "page %zu of the subject, written by %d", i,
			 (int)getpid());
}

static void read_from(size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++)
		(void)*(volatile char *)(subject.mem + i * 4096);
}

static int advise(size_t first, size_t n, int advice, const char *what)
{
	return madvise(subject.mem + first * 4096, n * 4096, advice) ? no(what) : 0;
}

/* Forks; the other side writes pages of its own, and sleeps. Returns when it has. */
static int fork_other(size_t first, size_t n)
{
	int ready[2];
	pid_t pid;
	char c;

	if (pipe2(ready, O_CLOEXEC))
		return no("pipe");
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		write_from(first, n);
		if (write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &c, 1) != 1)
		return no("fork");
	close(ready[0]);
	subject.told->other = pid;
	return 0;
}

static void end_other(void)
{
	pid_t pid = subject.told->other;

	subject.told->other = 0;
	if (pid > 0 && !kill(pid, SIGKILL))
		waitpid(pid, NULL, 0);
}

static int collapse(size_t first)
{
	if (advise(first, NHUGE, MADV_HUGEPAGE, "MADV_HUGEPAGE"))
		return -1;
	for (int i = 0; i < 5; i++)
		if (!advise(first, NHUGE, MADV_COLLAPSE, "MADV_COLLAPSE"))
			return 0;
	return -1;
}

/* What is done to it afterwards khugepaged must not undo. */
static int make_thp(void)
{
	if (advise(0, NHUGE, MADV_HUGEPAGE, "MADV_HUGEPAGE"))
		return -1;
	write_from(0, NHUGE);
	return collapse(0) ? -1 : advise(0, NHUGE, MADV_NOHUGEPAGE, "MADV_NOHUGEPAGE");
}

/* Until all pages are entries of swap. */
static int page_out(size_t first, size_t n)
{
	struct page *page = calloc(n, sizeof(*page));
	size_t gone = 0;

	for (int i = 0; i < 200 && gone < n; i++) {
		if (advise(first, n, MADV_PAGEOUT, "MADV_PAGEOUT"))
			break;
		poll(NULL, 0, i ? 2 : 0);
		read_truth(getpid(), (uintptr_t)subject.mem / 4096 + first, n, page);
		gone = 0;
		for (size_t k = 0; k < n; k++)
			gone += (page[k].word & (W_PRESENT | W_ENTRY)) == W_ENTRY;
	}
	free(page);
	return gone == n ? 0 : no("not all pages go to swap");
}

static int thp_head_rewritten(int step)
{
	(void)step;
	return make_thp() ? -1 : fork_other(0, 4);
}

static int thp_tail_rewritten(int step)
{
	(void)step;
	return make_thp() ? -1 : fork_other(5, NHUGE - 5);
}

static int thp_partly_locked(int step)
{
	(void)step;
	if (make_thp())
		return -1;
	return syscall(SYS_mlock2, subject.mem + 64 * 4096, 128 * 4096, 0) ? no("mlock") : 0;
}

static int thp_with_hole(int step)
{
	(void)step;
	return make_thp() ? -1 : advise(100, 100, MADV_DONTNEED, "MADV_DONTNEED");
}

static int thp_without_head(int step)
{
	(void)step;
	return make_thp() ? -1 : advise(0, 1, MADV_DONTNEED, "MADV_DONTNEED");
}

static int half_locked_hole(int step)
{
	(void)step;
	if (syscall(SYS_mlock2, subject.mem, 64 * 4096, MLOCK_ONFAULT))
		return no("mlock2");
	write_from(0, 32);
	return 0;
}

/* The second call flushes the batch of the first one; a few pages may stay behind. */
static int lazy(int step)
{
	(void)step;
	write_from(0, 64);
	for (int i = 0; i < 20; i++)
		if (advise(0, 64, MADV_FREE, "MADV_FREE"))
			return -1;
	return 0;
}

static int lazy_half_rewritten(int step)
{
	if (lazy(step))
		return -1;
	write_from(0, 32);
	return 0;
}

static int lazy_forked(int step)
{
	return lazy(step) ? -1 : fork_other(0, 0);
}

static int swapped(int step)
{
	(void)step;
	write_from(0, 64);
	return page_out(0, 64);
}

static int swapped_in(int step)
{
	if (swapped(step))
		return -1;
	read_from(0, 64);
	return 0;
}

static int swapped_into_locked(int step)
{
	if (swapped(step))
		return -1;
	return syscall(SYS_mlock2, subject.mem, 64 * 4096, 0) ? no("mlock") : 0;
}

static int swapped_in_here_alone(int step)
{
	if (swapped(step) || fork_other(0, 0))
		return -1;
	read_from(0, 64);
	return 0;
}

static int packet_ring(int step)
{
	struct tpacket_req req = { .tp_block_size = 1 << 16, .tp_block_nr = 4,
				   .tp_frame_size = 2048, .tp_frame_nr = 128 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);	/* of no protocol: hears nothing */

	(void)step;
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)))
		return no("a packet socket");
	return mmap(subject.mem, 64 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
	       MAP_FAILED ? no("mmap of its ring") : 0;
}

/* ---- what each page of them is */

#define MY_THP K_ANON | K_SWAPBACKED | K_THP
#define WHOLE PT_OVER_HUGE
#define PARTS PT_OVER_LARGE
#define LOCKED PT_OVER_LOCKED

static const struct zoo {
	const char *test;
	enum need need;
	act_fn *act;
	struct part {
		size_t first, n;	/* pages; 0: no more parts */
		bool other;		/* as the other process sees them */
		const char *signs;
		uint8_t over;
		uint64_t set, clear;	/* kpageflags */
		int order;
	} part[4];
} zoo[] = {
	/* bit 56 is that of the first page on all 512 of them */
	{ "of_a_huge_page_each_page_has_its_own_count", HUGE_PAGES, thp_head_rewritten, {
		{ 0, 4, false, "paake*?*", WHOLE, MY_THP, 0, 9 },
		{ 4, NHUGE - 4, false, "cbake*?*", WHOLE, MY_THP, 0, 9 },
		{ 0, 4, true, "paape*?*", 0, K_ANON | K_SWAPBACKED, K_THP, 0 },
		{ 4, NHUGE - 4, true, "cbaje*?*", PARTS, MY_THP | K_TAIL, K_HEAD, 9 } } },
	{ "of_a_huge_page_mapped_once_but_for_its_head_the_rest_is_private", HUGE_PAGES,
	  thp_tail_rewritten, {
		{ 0, 5, false, "cbake*?*", WHOLE, MY_THP, 0, 9 },
		{ 5, NHUGE - 5, false, "paake*?*", WHOLE, MY_THP, 0, 9 },
		{ 0, 5, true, "cbaje*?*", PARTS, MY_THP, 0, 9 },
		{ 5, NHUGE - 5, true, "paape*?*", 0, K_ANON | K_SWAPBACKED, K_THP, 0 } } },
	{ "a_huge_page_locked_in_part_is_locked_there_without_the_flag", HUGE_PAGES,
	  thp_partly_locked, {
		{ 0, 64, false, "paaje*?*", PARTS, MY_THP, K_MLOCKED, 9 },
		{ 64, 128, false, "paajn*?*", PARTS | LOCKED, MY_THP, K_MLOCKED, 9 },
		{ 192, NHUGE - 192, false, "paaje*?*", PARTS, MY_THP, K_MLOCKED, 9 } } },
	{ "a_huge_page_with_a_hole_is_of_order_9_still", HUGE_PAGES, thp_with_hole, {
		{ 0, 100, false, "paaje*?*", PARTS, MY_THP, 0, 9 },
		{ 100, 100, false, "......?.", 0, 0, 0, 0 },
		{ 200, NHUGE - 200, false, "paaje*?*", PARTS, MY_THP, 0, 9 } } },
	{ "a_huge_page_without_its_head_is_of_order_9_still", HUGE_PAGES, thp_without_head, {
		{ 0, 1, false, "......?.", 0, 0, 0, 0 },
		{ 1, NHUGE - 1, false, "paaje*?*", PARTS, MY_THP | K_TAIL, K_HEAD, 9 } } },
	{ "a_mapping_locked_on_fault_has_pages_and_holes", NOTHING, half_locked_hole, {
		{ 0, 32, false, "paapl*?*", LOCKED, K_ANON | K_MLOCKED, K_THP, 0 },
		{ 32, 32, false, "....h.?.", 0, 0, 0, 0 } } },
	/* flags do not tell those that were written since; how many were not smaps tells */
	{ "of_memory_marked_free_any_page_may_have_been_rewritten", NOTHING, lazy_half_rewritten, {
		{ 0, 64, false, "aaape??*", 0, K_ANON, K_SWAPBACKED, 0 } } },
	{ "memory_marked_free_and_shared_by_a_fork_is_both", NOTHING, lazy_forked, {
		{ 0, 64, false, "cbapef?*", 0, K_ANON, K_SWAPBACKED, 0 },
		{ 0, 64, true, "cbapef?*", 0, K_ANON, K_SWAPBACKED, 0 } } },
	{ "a_packet_ring_is_special", NOTHING, packet_ring, {
		{ 0, 64, false, "xaxxxn?*", 0, 0, K_ANON | K_LRU | K_THP | K_UPTODATE, 4 } } },
	{ "memory_back_from_zram_is_private", SWAP, swapped_in, {
		{ 0, 64, false, "paape*?*", 0, K_ANON | K_SWAPBACKED, K_SWAPCACHE, 0 } } },
	/* Linux 6.1 marks it mlocked, 6.12 does not */
	{ "memory_back_from_zram_in_a_locked_mapping_may_lack_the_flag", SWAP, swapped_into_locked, {
		{ 0, 64, false, "paap**?*", LOCKED, K_ANON | K_SWAPBACKED, 0, 0 } } },
	{ "memory_back_from_zram_on_one_side_of_a_fork_keeps_its_slot", SWAP, swapped_in_here_alone, {
		{ 0, 64, false, "paapec?*", 0, K_ANON | K_SWAPBACKED | K_SWAPCACHE, K_OWNER, 0 },
		{ 0, 64, true, "ssssss?s", 0, 0, 0, 0 } } },
	{ "memory_swapped_to_a_file_is_swapped", FILE_SWAP, swapped, {
		{ 0, 64, false, "ssssss?s", 0, 0, 0, 0 } } },
	{ "memory_back_from_a_file_keeps_its_slot", FILE_SWAP, swapped_in, {
		{ 0, 64, false, "paapec?*", 0, K_ANON | K_SWAPBACKED | K_SWAPCACHE, 0, 0 } } },
};

static void check_part(const struct zoo *z, const struct part *p)
{
	pid_t pid = p->other ? subject.told->other : subject.pid;
	uint64_t start = (uintptr_t)subject.mem + p->first * 4096, end = start + p->n * 4096;
	struct look l = look_through(PT_LENS_SIZE, pid, start, end);

	for (size_t i = 0; i < l.n; i++) {
		const struct page *page = &l.page[i];
		struct pt_run run = run_at(l.img, (start >> 12) + i);

		if ((page->kflags & p->set) != p->set || page->kflags & p->clear)
			fail_msg("page %zu of %s: pagemap %016" PRIx64 ", kpageflags %016" PRIx64
				 ", kpagecount %" PRIu64, p->first + i, z->test, page->word,
				 page->kflags, page->count);
		if (!(page->word & W_PRESENT))
			continue;
		assert_int_equal(order_of(page->word & W_PFN), p->order);
		assert_int_equal(run.order, p->order);
		assert_int_equal(run.count, page->count);
	}
	look_done(&l);
	for (int lens = 0; lens < PT_NLENSES; lens++)
		check_lens((enum pt_lens_id)lens, pid, start, end, p->signs[lens], p->over, z->test);
}

/* How many areas of swap there are. */
static size_t count_swaps(void)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[LINE];
	size_t n = 0;

	while (f && fgets(line, sizeof(line), f))
		n++;
	if (f)
		fclose(f);
	return n ? n - 1 : 0;
}

/* A CPU goes on where it swapped to before, whatever the priorities: so zram must go first. */
static void swap_to_file(void)
{
	if (!live.settings.why[SWAP][0])
		swapoff(ZRAM_DEV);
	if (count_swaps())
		skip_if("the machine's own swap would take the pages");
	assert_int_equal(swapon(live.settings.swap_file, 0), 0);
}

static void each_part_has_its_sign_in_each_lens(void **state)
{
	const struct zoo *z = *state;

	skip_unless(z->need);
	if (z->need == FILE_SWAP)
		swap_to_file();
	start_subject(z->act);
	for (size_t i = 0; i < LEN(z->part) && z->part[i].n; i++)
		check_part(z, &z->part[i]);
}

__attribute__((constructor)) static void register_zoo(void)
{
	for (size_t i = 0; i < LEN(zoo); i++)
		test_register((struct CMUnitTest){
			.name = zoo[i].test, .test_func = each_part_has_its_sign_in_each_lens,
			.teardown_func = end_subject, .initial_state = (void *)&zoo[i],
		});
}

/* How many are lazyfree smaps tells, which ones nobody. */
TEST_WITH(of_memory_marked_free_the_sum_is_that_of_smaps, NULL, end_subject)
{
	static const struct pt_factset lazy_set = { .d = PT_F(LAZY) }, none;
	struct pt_sum sums[PT_NCOLS];
	struct pt_image *img;
	struct pt_run run;
	struct pt_facts f;
	uint64_t start;

	start_subject(lazy_half_rewritten);
	start = (uintptr_t)subject.mem;
	check_mappings_of(subject.pid, start, start + SUBJECT_BYTES);
	img = scan_range(subject.pid, PT_LENS_STATE, start >> 12, (start >> 12) + 1);
	run = run_at(img, start >> 12);
	f = pt_facts_of(&run, pt_image_vma(img, run.vpn), &img->ctx);
	assert_int_equal(pt_facts_match(&f, &lazy_set, &none), -1);
	pt_image_sums(img, pt_image_vma(img, run.vpn), sums);
	assert_true(sums[PT_COL_LAZYFREE].unknown);	/* one page of them was looked at */
	pt_image_unref(img);
}

/* ---- merged pages among others */

enum { NMIXED = 64 };	/* pages in each of four parts, of a mapping each */

/*
 * All equal, and merged; every second one equal; none, before a fork; equal, merged, and half of them written again.
 * The fork's child has them all. Done when ksmd has come by often enough to merge whatever is equal.
 */
static int mergeable(int step)
{
	struct page page[4 * NMIXED];
	size_t nmerged = 0;

	(void)step;
	write_from(0, 4 * NMIXED);
	for (size_t i = 0; i < 4 * NMIXED; i++)
		if (i / NMIXED == 0 || i / NMIXED == 3 || (i / NMIXED == 1 && i % 2))
			memset(subject.mem + i * 4096, 'm', 4096);
	for (size_t part = 0; part < 4; part++)	/* guards between them, so that each stays a mapping of its own */
		if (part != 2 && advise(part * NMIXED, NMIXED - 1, MADV_MERGEABLE, "MADV_MERGEABLE"))
			return -1;
	for (int i = 0; i < 15000 && nmerged < 2 * (NMIXED - 1) + NMIXED / 2 - 1; i++) {
		poll(NULL, 0, 2);
		read_truth(getpid(), (uintptr_t)subject.mem / 4096, 4 * NMIXED, page);
		nmerged = 0;
		for (size_t k = 0; k < 4 * NMIXED; k++)
			nmerged += (page[k].word & W_PRESENT) && page[k].count > 1;
	}
	for (size_t i = 3 * NMIXED; i < 3 * NMIXED + NMIXED / 2; i++)
		subject.mem[i * 4096] = (char)i;
	return fork_other(2 * NMIXED, 4);
}

/* Merged are those that have one frame between them. */
static void check_merged(pid_t pid, size_t *nmerged, size_t *nopen)
{
	uint64_t start = (uintptr_t)subject.mem, end = start + 4 * NMIXED * 4096, merged = 0;
	struct look l = look_at(pid, start, end);

	for (size_t i = 0; i < l.n && !merged; i++)
		for (size_t k = i + 1; k < l.n && !merged; k++)
			merged = l.page[i].word == l.page[k].word ? l.page[i].word & W_PFN : 0;
	for (size_t i = 0; i < l.n; i++) {
		struct pt_run run = run_at(l.img, (start >> 12) + i);
		bool is = (l.page[i].word & W_PFN) == merged;

		*nopen += !!(run.pm & PT_RUN(MERGE_OPEN));
		if ((sign_of(&run) == 'k') != is && !(run.pm & PT_RUN(MERGE_OPEN)))
			fail_msg("page %zu is %c, %smerged: pagemap %016" PRIx64 ", kpageflags %016" PRIx64
				 ", kpagecount %" PRIu64, i, sign_of(&run), is ? "" : "not ", l.page[i].word,
				 l.page[i].kflags, l.page[i].count);
		*nmerged += is;
	}
	look_done(&l);
}

TEST_WITH(merged_pages_are_told_from_others_in_one_mapping, NULL, end_subject)
{
	size_t nmerged = 0, nopen = 0;
	uint64_t start;

	skip_unless(KSM);
	start_subject(mergeable);
	start = (uintptr_t)subject.mem;
	check_merged(subject.pid, &nmerged, &nopen);
	check_mappings_of(subject.pid, start, start + SUBJECT_BYTES);
	check_merged(subject.told->other, &nmerged, &nopen);
	check_mappings_of(subject.told->other, start, start + SUBJECT_BYTES);
	printf("# %zu merged, %zu of which it is open\n", nmerged, nopen);
	assert_true(nmerged >= 3 * NMIXED);
	assert_int_equal(nopen, 0);
}

/* ---- orders of a file's folios */

/* Written at once, half of it read again piece by piece: folios of all sizes, where they can be. */
static int file_of_folios(int step)
{
	char path[] = "/var/tmp/pagetop-live-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);
	const size_t piece = 1 << 16;

	(void)step;
	if (fd < 0)
		return no(path);
	unlink(path);
	write_from(0, 2 * NHUGE);
	if (write(fd, subject.mem, SUBJECT_BYTES) != SUBJECT_BYTES)
		return no("write");
	if (fsync(fd) || posix_fadvise(fd, HUGE_BYTES, 0, POSIX_FADV_DONTNEED))
		return no("fsync");
	for (size_t at = HUGE_BYTES; at < SUBJECT_BYTES; at += piece)
		if (pread(fd, subject.mem + at, piece, (off_t)at) != (ssize_t)piece)
			return no("read");
	if (mmap(subject.mem, SUBJECT_BYTES, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED)
		return no("mmap");
	read_from(0, 2 * NHUGE);
	return 0;
}

TEST_WITH(pages_of_a_file_have_the_order_of_their_folio, NULL, end_subject)
{
	uint64_t start;
	size_t norder[64] = { 0 }, nfound = 0;

	start_subject(file_of_folios);
	start = (uintptr_t)subject.mem;
	check_orders(subject.pid, start, start + SUBJECT_BYTES, norder);
	for (int i = 0; i < 64; i++) {
		nfound += norder[i];
		if (norder[i])
			printf("# %zu pages of a file in folios of order %d\n", norder[i], i);
	}
	assert_int_equal(nfound, 2 * NHUGE);
}

/* ---- what happened since */

enum { SLICE = 16 };	/* pages */

static int exchange(size_t a, size_t b)
{
	char *pa = subject.mem + a * 4096, *pb = subject.mem + b * 4096;
	char *aside = mmap(NULL, SLICE * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const int to = MREMAP_MAYMOVE | MREMAP_FIXED;

	return mremap(pa, SLICE * 4096, SLICE * 4096, to, aside) == MAP_FAILED ||
	       mremap(pb, SLICE * 4096, SLICE * 4096, to, pa) == MAP_FAILED ||
	       mremap(aside, SLICE * 4096, SLICE * 4096, to, pb) == MAP_FAILED ? no("mremap") : 0;
}

/* Slices: to be new, gone, copied, alone again, exchanged (2), written, kept, never there. */
static int before_changes(void)
{
	write_from(2 * SLICE, 2 * SLICE);	/* shared by the fork */
	if (fork_other(0, 0))
		return -1;
	write_from(SLICE, SLICE);
	write_from(4 * SLICE, 2 * SLICE);
	read_from(6 * SLICE, SLICE);
	write_from(7 * SLICE, SLICE);
	write_from(NHUGE, NHUGE);
	return 0;
}

static int make_changes(void)
{
	write_from(0, SLICE);
	if (advise(SLICE, SLICE, MADV_DONTNEED, "MADV_DONTNEED"))
		return -1;
	write_from(2 * SLICE, SLICE);
	end_other();
	if (exchange(4 * SLICE, 5 * SLICE))
		return -1;
	write_from(6 * SLICE, SLICE);
	return collapse(NHUGE);
}

static int changes(int step)
{
	return step ? make_changes() : before_changes();
}

static void check_slices(const struct pt_image *img, size_t first, size_t n, const char *signs)
{
	uint64_t vpn = ((uintptr_t)subject.mem >> 12) + first;

	for (size_t i = 0; i < n * strlen(signs); i++) {
		struct pt_run run = run_at(img, vpn + i);

		if (sign_of(&run) != signs[i / n])
			fail_msg("page %zu is %c in the lens change, not %c", first + i, sign_of(&run),
				 signs[i / n]);
	}
}

/* Where it says so, the frame is another one or the same, as this test reads it. */
static void check_frames(const struct page *was, const struct page *is, size_t n, const char *signs)
{
	for (size_t i = 0; i < n * strlen(signs); i++) {
		bool same = was[i].word << 9 == is[i].word << 9;

		if (strchr("rvc", signs[i / n]) && same)
			fail_msg("page %zu is where it was", i);
		if (signs[i / n] == 'e' && !same)
			fail_msg("page %zu is not where it was", i);
	}
}

TEST_WITH(each_page_says_what_happened_since, NULL, end_subject)
{
	const char *signs = maps_zero_pages() ? "ngcarrte." : "ngcarree.";
	struct page was[2 * NHUGE], is[2 * NHUGE];
	struct pt_image *base, *img;
	uint64_t vpn;

	start_subject(changes);
	vpn = (uintptr_t)subject.mem >> 12;
	read_truth(subject.pid, vpn, 2 * NHUGE, was);
	base = scan_lens(subject.pid, PT_LENS_CHANGE, NULL);
	check_slices(base, 0, SLICE, "?????????");
	img = scan_lens(subject.pid, PT_LENS_CHANGE, base);
	check_slices(img, 0, SLICE, ".eeeeeee.");
	pt_image_unref(img);
	next_step();
	img = scan_lens(subject.pid, PT_LENS_CHANGE, base);
	read_truth(subject.pid, vpn, 2 * NHUGE, is);
	check_slices(img, 0, SLICE, signs);
	check_frames(was, is, SLICE, signs);
	check_slices(img, NHUGE, NHUGE, "l");	/* and so moved to a huge page */
	check_frames(was + NHUGE, is + NHUGE, NHUGE, "v");
	pt_image_unref(img);
	pt_image_unref(base);
}

/* Slices: written here since the fork, there, nowhere. */
static int fork_changes(int step)
{
	if (!step) {
		write_from(0, 3 * SLICE);
	} else if (step == 1) {
		if (fork_other(SLICE, SLICE))
			return -1;
		write_from(0, SLICE);
	} else {
		end_other();
	}
	return 0;
}

TEST_WITH(a_fork_since_is_told_by_the_child_while_it_lives, NULL, end_subject)
{
	struct pt_image *before, *forked, *img;

	start_subject(fork_changes);
	before = scan_lens(subject.pid, PT_LENS_CHANGE, NULL);
	next_step();
	forked = scan_lens(subject.pid, PT_LENS_CHANGE, before);
	check_slices(forked, 0, SLICE, "ceh");
	next_step();
	img = scan_lens(subject.pid, PT_LENS_CHANGE, before);
	check_slices(img, 0, SLICE, "ree");
	pt_image_unref(img);
	img = scan_lens(subject.pid, PT_LENS_CHANGE, forked);
	check_slices(img, 0, SLICE, "eea");
	pt_image_unref(img);
	pt_image_unref(forked);
	pt_image_unref(before);
}

/* Slices: out since, out before, out and then gone, out and then back. */
static int swap_changes(int step)
{
	if (!step) {
		write_from(0, 4 * SLICE);
		return page_out(SLICE, 3 * SLICE);
	}
	if (page_out(0, SLICE) || advise(2 * SLICE, SLICE, MADV_DONTNEED, "MADV_DONTNEED"))
		return -1;
	read_from(3 * SLICE, SLICE);
	return 0;
}

TEST_WITH(swapping_is_told_as_what_it_is, NULL, end_subject)
{
	struct pt_image *base, *img;

	skip_unless(SWAP);
	start_subject(swap_changes);
	base = scan_lens(subject.pid, PT_LENS_CHANGE, NULL);
	next_step();
	img = scan_lens(subject.pid, PT_LENS_CHANGE, base);
	check_slices(img, 0, SLICE, "xsgi");
	pt_image_unref(img);
	pt_image_unref(base);
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

const struct test_around test_around = { why_not, set_up, tear_down };
