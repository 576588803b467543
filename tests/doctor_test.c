/*
 * The doctor on this machine: as root everything that this kernel has works; of a user without one
 * privilege, the row that needs it says so; strange mounts of /proc give sentences.
 *
 *	test ──fork──> patient       changes its /proc and its user, and asks the doctor
 *	  └── struct answer <──┘     in memory that both share
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/kernel/doctor.h"
#include "test.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25			/* Linux 6.1 */
#endif

#define THP "/sys/kernel/mm/transparent_hugepage/enabled"

enum { USER = 64007, MAX_ROWS = 64, READ = 1, PTRACE = 2, ADMIN = 4, ALL = 7, ROOT = 8 };

struct answer {
	int err;
	bool ready;		/* it got as far as asking */
	size_t n;
	struct {
		char source[64], found[512], remedy[256];
		enum pt_health health;
	} row[MAX_ROWS];
};

/* ---- the patient */

/* Another user, with these privileges and no others; its files stay its own. */
static bool become(unsigned privileges)
{
	static const cap_value_t cap[] = { CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_ADMIN };
	cap_t caps = cap_init();
	bool ok = caps && !prctl(PR_SET_KEEPCAPS, 1) && !setgroups(0, NULL) &&
		  !setresgid(USER, USER, USER) && !setresuid(USER, USER, USER);

	for (size_t i = 0; ok && i < LEN(cap); i++)
		if (privileges & 1u << i)
			ok = !cap_set_flag(caps, CAP_PERMITTED, 1, &cap[i], CAP_SET) &&
			     !cap_set_flag(caps, CAP_EFFECTIVE, 1, &cap[i], CAP_SET);
	ok = ok && !cap_set_proc(caps) && !prctl(PR_SET_DUMPABLE, 1);
	cap_free(caps);
	return ok;
}

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* Mappings of anonymous memory, without a name. */
static int count_anon_maps(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	char line[4096];
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, " 00:00 0 \n") != NULL;
	if (f)
		fclose(f);
	return n;
}

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static void ask(struct answer *a)
{
	struct pt_root root = PT_ROOT_INIT;
	struct pt_check *c = NULL;

	a->ready = true;
	a->err = pt_root_init(&root, NULL, NULL);
	if (!a->err)
		a->err = pt_doctor(&root, &c, &a->n);
	for (size_t i = 0; !a->err && i < a->n && i < MAX_ROWS; i++) {
		copy(a->row[i].source, sizeof(a->row[i].source), c[i].source);
		copy(a->row[i].found, sizeof(a->row[i].found), c[i].found.s);
		copy(a->row[i].remedy, sizeof(a->row[i].remedy), c[i].remedy);
		a->row[i].health = c[i].health;
	}
	if (c)
		pt_doctor_free(c, a->n);
	pt_root_done(&root);
}

/* What is mounted from here on is seen by us alone, and ends with us. */
/* Over /proc; in a chroot / itself is no mount that could be private. */
static bool mounts_of_our_own(void)
{
	return !unshare(CLONE_NEWNS) && !mount(NULL, "/proc", NULL, MS_REC | MS_PRIVATE, NULL);
}

/* Forks a patient, which prepares itself and asks. To be unmapped by forget(). */
static struct answer *patient(bool (*prepare)(const void *), const void *arg, unsigned privileges)
{
	struct answer *a = mmap(NULL, sizeof(*a), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int status;

	assert_true(a != MAP_FAILED);
	pid = fork();
	if (!pid) {
		if ((!prepare || prepare(arg)) && (privileges == ROOT || become(privileges)))
			ask(a);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(a->ready);
	assert_int_equal(a->err, 0);
	assert_in_range(a->n, 20, MAX_ROWS);
	return a;
}

static void forget(struct answer *a)
{
	munmap(a, sizeof(*a));
}

/* ---- what is expected of rows */

static size_t find(const struct answer *a, const char *source)
{
	size_t i = 0;

	while (i < a->n && strcmp(a->row[i].source, source))
		i++;
	if (i == a->n)
		fail_msg("no row %s", source);
	return i;
}

static void expect(const struct answer *a, const char *source, enum pt_health health,
		   const char *remedy)
{
	size_t i = find(a, source);

	if (a->row[i].health != health || strcmp(a->row[i].remedy, remedy))
		fail_msg("%s is %d (%s), remedy \"%s\"; expected %d, \"%s\"", source,
			 a->row[i].health, a->row[i].found, a->row[i].remedy, health, remedy);
}

static void expect_works(const struct answer *a, const char *const *source, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect(a, source[i], PT_WORKS, "");
}

/* No privilege is asked for, and no source says what is not true. */
static void expect_nothing_to_ask_for(const struct answer *a)
{
	for (size_t i = 0; i < a->n; i++) {
		if (strstr(a->row[i].remedy, "CAP_"))
			fail_msg("%s asks for %s", a->row[i].source, a->row[i].remedy);
		if (a->row[i].health == PT_MISSING && !a->row[i].remedy[0])
			fail_msg("%s: %s", a->row[i].source, a->row[i].found);
	}
}

static void expect_found(const struct answer *a, const char *source, const char *part)
{
	size_t i = find(a, source);

	if (!strstr(a->row[i].found, part))
		fail_msg("%s found \"%s\", not \"%s\"", source, a->row[i].found, part);
}

static const char *const of_frames[] = { "kpageflags", "kpagecount", "kpagecgroup" };
static const char *const of_ourselves[] = { "pagemap", "maps", "smaps", "mem" };
static const char *const of_others[] = { "maps of processes", "pagemap of processes",
					 "mem of processes" };
static const char *const *const of_others_guarded = of_others + 1;	/* two, for their owner only */

static void expect_missing(const struct answer *a, const char *const *source, size_t n,
			   const char *remedy)
{
	for (size_t i = 0; i < n; i++)
		expect(a, source[i], PT_MISSING, remedy);
}

/* ---- tests */

static bool kernel_has(const char *file, unsigned long request, uint64_t size)
{
	uint64_t arg[32] = { size };
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	bool has = fd >= 0 && (!ioctl(fd, request, arg) || errno == ENOENT);

	if (fd >= 0)
		close(fd);
	return has;
}

static bool gives_huge_pages(void)
{
	FILE *f = fopen(THP, "re");
	char line[128] = "[never]";

	if (f) {
		if (!fgets(line, sizeof(line), f))
			line[0] = '\0';
		fclose(f);
	}
	return !strstr(line, "[never]");
}

TEST(as_root_everything_this_kernel_has_works)
{
	struct answer *a = patient(NULL, NULL, ROOT);

	expect_works(a, of_ourselves, LEN(of_ourselves));
	expect_works(a, of_frames, 2);		/* cgroups may be turned off */
	expect_works(a, (const char *const[]){ "PFNs", "exact map counts", "/sys", "swap areas" }, 4);
	if (kernel_has("/proc/self/pagemap", 0xC0606610, 96))
		expect(a, "PAGEMAP_SCAN", PT_WORKS, "");
	if (kernel_has("/proc/self/maps", 0xC0686611, 104))
		expect(a, "PROCMAP_QUERY", PT_WORKS, "");
	if (!access("/proc/config.gz", R_OK))
		expect(a, "kernel configuration", PT_WORKS, "");
	expect_nothing_to_ask_for(a);
	forget(a);
}

TEST(what_root_finds_is_what_was_made)
{
	struct answer *a = patient(NULL, NULL, ROOT);

	expect_found(a, "pagemap", "every other page of 16 written: 16 correct");
	expect_found(a, "kpagecount", "mapped once: 1, mapped twice: 2");
	if (gives_huge_pages())
		expect_found(a, "exact map counts", "one page of a huge page unmapped");
	expect_found(a, "smaps", "Rss 32 kB of 32 kB written");
	if (kernel_has("/proc/self/pagemap", 0xC0606610, 96))	/* the categories it came with */
		expect_found(a, "PAGEMAP_SCAN",
			     "8 of 8 written pages found, in 8 regions; supports wpallowed, written, file, "
			     "present, swapped, pfnzero, huge");
	forget(a);
}

static bool set_thp(const char *word)
{
	int fd = open(THP, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (fd >= 0)
		close(fd);
	return ok;
}

static char thp_was[128];		/* to be put back; "": it was not changed */

static int put_thp_back(void **state)
{
	(void)state;
	return thp_was[0] && !set_thp(thp_was);
}

TEST_WITH(counts_are_tried_where_huge_pages_are_never_given, NULL, put_thp_back)
{
	FILE *f = fopen(THP, "re");
	char line[128] = "";
	struct answer *a;

	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	if (sscanf(line, "%*[^[][%127[^]]", thp_was) != 1 && sscanf(line, "[%127[^]]", thp_was) != 1)
		skip();
	if (madvise(NULL, 0, MADV_COLLAPSE) || !set_thp("never"))
		skip();
	a = patient(NULL, NULL, ROOT);
	expect_found(a, "exact map counts", "one page of a huge page unmapped");
	forget(a);
}

TEST(without_privileges_each_row_names_what_it_needs)
{
	struct answer *a = patient(NULL, NULL, 0);

	expect_works(a, of_ourselves, LEN(of_ourselves));
	expect(a, "PFNs", PT_MISSING, "CAP_SYS_ADMIN in the initial user namespace");
	expect_missing(a, of_frames, LEN(of_frames), "CAP_DAC_READ_SEARCH");
	expect(a, "maps of processes", PT_MISSING, "CAP_SYS_PTRACE");
	expect_missing(a, of_others_guarded, 2, "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
	forget(a);
}

TEST(three_capabilities_are_all_it_takes)
{
	struct answer *a = patient(NULL, NULL, ALL);

	expect_works(a, of_ourselves, LEN(of_ourselves));
	expect_works(a, of_frames, 2);
	expect(a, "PFNs", PT_WORKS, "");
	for (size_t i = 0; i < LEN(of_others); i++)
		assert_int_not_equal(a->row[find(a, of_others[i])].health, PT_MISSING);
	expect_nothing_to_ask_for(a);
	forget(a);
}

TEST(without_dac_read_search_the_files_of_root_are_refused)
{
	struct answer *a = patient(NULL, NULL, ALL & ~READ);

	expect_missing(a, of_frames, LEN(of_frames), "CAP_DAC_READ_SEARCH");
	expect_missing(a, of_others_guarded, 2, "CAP_DAC_READ_SEARCH");
	expect(a, "PFNs", PT_WORKS, "");
	assert_null(strstr(a->row[find(a, "maps of processes")].remedy, "CAP_"));
	forget(a);
}

/* Since 6.15 CAP_SYS_ADMIN opens maps and pagemap too, so only mem is sure to be refused. */
TEST(without_sys_ptrace_the_memory_of_others_is_refused)
{
	struct answer *a = patient(NULL, NULL, ALL & ~PTRACE);

	expect(a, "mem of processes", PT_MISSING, "CAP_SYS_PTRACE");
	expect(a, "PFNs", PT_WORKS, "");
	expect_works(a, of_frames, 2);
	forget(a);
	a = patient(NULL, NULL, READ);
	expect_missing(a, of_others, LEN(of_others), "CAP_SYS_PTRACE");
	forget(a);
}

TEST(without_sys_admin_frames_are_hidden)
{
	struct answer *a = patient(NULL, NULL, ALL & ~ADMIN);

	expect(a, "PFNs", PT_MISSING, "CAP_SYS_ADMIN in the initial user namespace");
	for (size_t i = 0; i < LEN(of_frames); i++)
		expect(a, of_frames[i], PT_UNTRIED, "CAP_SYS_ADMIN");
	for (size_t i = 0; i < LEN(of_others); i++)
		assert_null(strstr(a->row[find(a, of_others[i])].remedy, "CAP_"));
	forget(a);
}

static bool mounted(const void *options)
{
	return mounts_of_our_own() && !mount("proc", "/proc", "proc", 0, options);
}

TEST(hidden_processes_are_not_taken_for_none)
{
	struct answer *a = patient(mounted, "hidepid=2", 0);

	expect(a, "maps of processes", PT_PARTLY, "CAP_SYS_PTRACE");
	expect_found(a, "maps of processes", "hidepid");
	forget(a);
}

TEST(a_proc_of_processes_alone_says_how_to_mount_it)
{
	struct answer *a = patient(mounted, "subset=pid", ROOT);

	for (size_t i = 0; i < LEN(of_frames); i++) {
		const char *remedy = a->row[find(a, of_frames[i])].remedy;

		assert_int_equal(a->row[find(a, of_frames[i])].health, PT_MISSING);
		if (!strstr(remedy, "mounted without subset=pid"))
			fail_msg("%s: %s", of_frames[i], remedy);
	}
	expect(a, "PFNs", PT_WORKS, "");
	assert_int_equal(a->row[find(a, "swap areas")].health, PT_MISSING);
	forget(a);
}

/* The mount comes from a child in a PID namespace of its own, in which we are no process. */
static bool mounted_by_a_stranger(const void *arg)
{
	int told[2];
	char c = 0;

	(void)arg;
	if (pipe(told) || !mounts_of_our_own() || unshare(CLONE_NEWPID))
		return false;
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!mount("proc", "/proc", "proc", 0, NULL) && write(told[1], "1", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(told[1]);
	return read(told[0], &c, 1) == 1;
}

TEST(a_proc_in_which_we_are_not_gives_a_sentence)
{
	struct answer *a = patient(mounted_by_a_stranger, NULL, ROOT);

	for (size_t i = 0; i < LEN(of_ourselves); i++) {
		expect(a, of_ourselves[i], PT_UNTRIED, "");
		expect_found(a, of_ourselves[i], "is not in this /proc");
	}
	expect(a, "pagemap of processes", PT_WORKS, "");
	expect_found(a, "pagemap of processes", "opens for 1 of 1 other");
	forget(a);
}

TEST(nothing_is_left_open_or_mapped)
{
	struct answer a = { 0 };
	int nfds, nmaps;

	ask(&a);		/* once before, for what the C library keeps */
	nfds = count_fds();
	nmaps = count_anon_maps();
	for (int i = 0; i < 50; i++)
		ask(&a);
	assert_int_equal(count_fds(), nfds);
	assert_in_range(count_anon_maps(), 0, nmaps + 20);
}

static const char *why_not(void)
{
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	cap_t caps = cap_get_proc();
	cap_flag_value_t v = CAP_CLEAR;

	if (fd >= 0)
		close(fd);
	if (caps)
		cap_get_flag(caps, CAP_SYS_ADMIN, CAP_EFFECTIVE, &v);
	cap_free(caps);
	return fd >= 0 && !geteuid() && v == CAP_SET ? NULL :
	       "privileges can be taken away from root only";
}

const struct test_around test_around = { .why_not = why_not, .alone = true };
