/*
 * What is behind mappings of this kernel, whatever their names: memory and files that are called like one another, in a
 * process of our own. And a page that a debugger has written to and put back.
 */
#include <stdlib.h>
#include <string.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/model/explain.h"
#include "pagetop/model/wish.h"
#include "pagetop/scan/scan.h"
#include "world.h"

enum { PAGE = 4096, MEMFD_SECRET = 447 };

struct subject {
	struct world *w;
	int tree;		/* the folder as the root of a mount of its own: names in it begin there */
	pid_t pid;
};

static int begin(void **state)
{
	struct subject *s = calloc(1, sizeof(*s));

	world_init_real((void **)&s->w);
	look(s->w);
	s->tree = (int)syscall(SYS_open_tree, AT_FDCWD, s->w->fix.dir, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct subject *s = *state;
	void *w = s->w;

	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	if (s->tree >= 0)
		close(s->tree);
	world_done(&w);
	free(s);
	return 0;
}

/* Who does not see frames does not see kinds, and who may not mount cannot give names. */
static void need_all(const struct subject *s)
{
	if (s->w->probe.kpage.fd[PT_KPAGE_FLAGS] < 0 || !s->w->probe.sys_admin || s->tree < 0)
		skip();
}

/* ---- mappings */

enum kind { FILE_OF_BYTES, ZERO_NODE, NULL_FILE, SECRET, MEMFD };

static int open_kind(const struct subject *s, enum kind kind, const char *path)
{
	static const char bytes[PAGE] = "bytes of the file";
	int fd = -1;

	switch (kind) {
	case FILE_OF_BYTES:
		mkdirat(s->tree, "dev", 0700);
		fd = openat(s->tree, path + 1, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		assert_int_equal(write(fd, bytes, PAGE), PAGE);
		return fd;
	case ZERO_NODE:
		if (mknodat(s->tree, path + 1, S_IFCHR | 0600, makedev(1, 5)))
			return -1;
		return openat(s->tree, path + 1, O_RDWR | O_CLOEXEC);
	case NULL_FILE:
		return open(path, O_RDWR | O_CLOEXEC);
	case SECRET:
		fd = (int)syscall(MEMFD_SECRET, O_CLOEXEC);
		break;
	case MEMFD:
		fd = memfd_create(path, MFD_CLOEXEC);
		break;
	}
	return fd >= 0 && !ftruncate(fd, PAGE) ? fd : -1;
}

static const struct row {
	enum kind kind;
	const char *path, *name;	/* to be opened by; as maps has it. NULL: the same */
	int prot, flags;
	bool read;			/* only */
	char sign;
	int say;
	bool said;
} row[] = {
	{ SECRET, "", "/secretmem (deleted)", PROT_READ | PROT_WRITE, MAP_SHARED, false, 'x', PT_SAY_SECRET, true },
	{ SECRET, "", "/secretmem (deleted)", PROT_READ | PROT_WRITE, MAP_SHARED, false, 'x', PT_SAY_LOCKED, false },
	{ FILE_OF_BYTES, "/secretmem-notes.db", NULL, PROT_READ, MAP_SHARED, true, 'i', PT_SAY_SECRET, false },
	{ FILE_OF_BYTES, "/anon_hugepage.cache", NULL, PROT_READ | PROT_WRITE, MAP_PRIVATE, false, 'w', PT_SAY_COPIED_BY, true },
	{ FILE_OF_BYTES, "/anon_hugepage.code", NULL, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, false, 'w', PT_SAY_CODE, true },
	{ FILE_OF_BYTES, "/dev/zero", NULL, PROT_READ | PROT_WRITE, MAP_PRIVATE, false, 'w', PT_SAY_COPIED_BY, true },
	{ FILE_OF_BYTES, "/dev/zero", NULL, PROT_READ, MAP_PRIVATE, true, 'i', PT_SAY_COPYABLE_RO, true },
	{ ZERO_NODE, "/nil", NULL, PROT_READ | PROT_WRITE, MAP_PRIVATE, false, 'p', PT_SAY_COPIED_BY, false },
	{ NULL_FILE, "/dev/zero", NULL, PROT_READ | PROT_WRITE, MAP_PRIVATE, false, 'p', PT_SAY_COPIED_BY, false },
	{ NULL_FILE, "/dev/zero", "/dev/zero (deleted)", PROT_READ | PROT_WRITE, MAP_SHARED, false, 'm', PT_SAY_SHMEM, true },
	{ MEMFD, "anon_hugepage", "/memfd:anon_hugepage (deleted)", PROT_READ | PROT_WRITE, MAP_PRIVATE, false, 'w',
	  PT_SAY_COPIED_BY, true },
	{ MEMFD, "secretmem", "/memfd:secretmem (deleted)", PROT_READ, MAP_PRIVATE, true, 'm', PT_SAY_COPYABLE_RO, true },
};

/* In us it is never touched; MAP_FAILED: there is no such kind here. */
static char *map_row(const struct subject *s, const struct row *r)
{
	int fd = open_kind(s, r->kind, r->path);
	char *mem = fd < 0 ? MAP_FAILED : mmap(NULL, PAGE, r->prot, r->flags, fd, 0);

	if (fd >= 0)
		close(fd);
	return mem;
}

static void touch(char *mem, bool read)
{
	volatile char *p = mem;

	if (read)
		(void)*p;
	else
		*p = 1;
}

/* A process that has our mappings, touched as they are to be. */
static void start(struct subject *s, char *const *mem, size_t n, bool reads)
{
	char byte = 0;
	int ready[2];

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (!s->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (size_t i = 0; i < n; i++)
			if (mem[i] != MAP_FAILED)
				touch(mem[i], n == 1 ? reads : row[i].read);
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
}

/* ---- what is said of them */

static bool says(const char *text, int say)
{
	char sentence[512];

	snprintf(sentence, sizeof(sentence), "%s.", pt_say_text(say));
	sentence[0] = (char)toupper((unsigned char)sentence[0]);
	return strstr(text, sentence);
}

static void check_page(const struct subject *s, const void *addr, char sign, const char *name, int say, bool said)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .pid = s->pid, .vpn = (uintptr_t)addr / PAGE };
	struct pt_target t = pt_target_closed(s->pid, 0);
	struct pt_str text = PT_STR_INIT;
	struct pt_image *img = NULL;
	const struct pt_vma *vma;
	char is;

	assert_int_equal(pt_scan_process(&s->w->env, &t, &wish, &img), 0);
	vma = pt_image_vma(img, wish.vpn);
	assert_non_null(vma);
	is = pt_rows[pt_image_run(img, vma, wish.vpn).row].sign;
	pt_explain_text(img, vma, &text);
	if (is != sign || strcmp(vma->name, name) || says(text.s, say) != said)
		fail_msg("%s is %c (%s wanted, %c): %s", vma->name, is, name, sign, text.s);
	pt_str_done(&text);
	pt_image_unref(img);
	pt_target_close(&t);
}

TEST_WITH(mappings_are_what_they_are_whatever_their_names, begin, end)
{
	struct subject *s = *state;
	char *mem[sizeof(row) / sizeof(row[0])];
	const size_t n = sizeof(row) / sizeof(row[0]);

	need_all(s);
	for (size_t i = 0; i < n; i++)
		mem[i] = map_row(s, &row[i]);
	start(s, mem, n, false);
	for (size_t i = 0; i < n; i++) {
		if (mem[i] == MAP_FAILED)
			continue;
		check_page(s, mem[i], row[i].sign, row[i].name ? row[i].name : row[i].path, row[i].say, row[i].said);
		munmap(mem[i], PAGE);
	}
}

/* As a debugger sets a breakpoint and takes it away again. */
TEST_WITH(a_breakpoint_that_was_taken_away_leaves_a_copy_of_which_no_writer_is_named, begin, end)
{
	const struct row code = { .kind = FILE_OF_BYTES, .path = "/code", .prot = PROT_READ | PROT_EXEC, .flags = MAP_PRIVATE };
	struct subject *s = *state;
	char *mem;
	long word;

	need_all(s);
	mem = map_row(s, &code);
	assert_true(mem != MAP_FAILED);
	start(s, &mem, 1, true);
	check_page(s, mem, 'i', "/code", PT_SAY_COPIED_BY, false);
	assert_int_equal(ptrace(PTRACE_ATTACH, s->pid, NULL, NULL), 0);
	assert_int_equal(waitpid(s->pid, NULL, 0), s->pid);
	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, s->pid, mem, NULL);
	assert_int_equal(errno, 0);
	assert_int_equal(ptrace(PTRACE_POKETEXT, s->pid, mem, (void *)(word ^ 0xcc)), 0);
	assert_int_equal(ptrace(PTRACE_POKETEXT, s->pid, mem, (void *)word), 0);
	assert_int_equal(ptrace(PTRACE_DETACH, s->pid, NULL, NULL), 0);
	check_page(s, mem, 'w', "/code", PT_SAY_COPIED_BY, true);
	check_page(s, mem, 'w', "/code", PT_SAY_CODE, true);
	check_page(s, mem, 'w', "/code", PT_SAY_READ_ONLY, true);
	munmap(mem, PAGE);
}
