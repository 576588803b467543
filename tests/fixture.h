/*
 * A /proc made of files, written down as the screen shows it:
 *
 *	fix_proc(&f, &(struct fix_proc){ .pid = 42, .comm = "db", .map = (struct fix_map[]){
 *		{ "600000000000-600000010000 rw-p 00000000 00:00 0   [heap]", NULL, "ppppccccss......" },
 *		{ 0 } } });
 *
 * Every sign of the state lens stands for one page and becomes the words that a kernel shows for
 * such a page. These words were taken from running kernels (6.18, x86-64) and are written out in
 * fixture.c bit by bit: nothing here is computed from the program's own tables. What a sign says
 * of a whole mapping must stand in the mapping: `w` needs a private file, `u` the flag pf.
 *
 *	! g > s o u .      not present              c4   here: how often it is mapped
 *	z k c f w p        zero page and anonymous  p{9} nine of them
 *	x m i h            not anonymous
 *	a b ?              PFN hidden; H: an entry whose type is hidden
 *	P C M              hugetlb: private, shared since a fork, shared memory
 *	T t                transparent huge pages (only PAGEMAP_SCAN knows which are mapped as one)
 *
 * PAGEMAP_SCAN answers ENOTTY on files, so a fixture is always read by pread. Whatever cannot be
 * made ends the program with a sentence: a fixture is part of a test.
 */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fix {
	char dir[4096];
	uint64_t next_pfn, next_slot;
	int flags_fd, count_fd, cgroup_fd;
};

struct fix_map {
	const char *line;	/* as in maps; NULL ends the list */
	const char *vmflags;	/* as in smaps, "VmFlags: rd wr"; NULL: what the permissions say */
	const char *pages;	/* signs from the start of the mapping on; the rest is absent */
};

struct fix_proc {
	int pid;
	const char *comm;
	const char *cmdline;	/* blanks part the arguments; NULL: none */
	char state;		/* 0: S */
	unsigned uid;
	uint64_t starttime;	/* 0: 1000 + pid */
	bool kthread, no_smaps;
	const struct fix_map *map;	/* NULL: none */
};

/* In `dir`, which is made if need be; NULL: in a temporary folder that goes with fix_done(). */
void fix_init(struct fix *f, const char *dir);
void fix_proc(struct fix *f, const struct fix_proc *p);

/* Closes the files. With `remove` the folder goes too. */
void fix_done(struct fix *f, bool remove);

/* How many of `most` tries this check has the time for: all with LONG=1, else a twentieth. */
int fix_part(int most);

/*
 * Whether tests/without took one of these away: views and sources, as in their tables, with blanks
 * between. needs(): a test that goes through them goes no further then, and is no failure.
 */
bool fix_without(const char *names);
#define needs(names) do { if (fix_without(names)) skip(); } while (0)

/* Any file below the folder, anew; in a path the folders above it are made. */
void fix_file(const struct fix *f, const char *path, const void *bytes, size_t len);

/* config.gz: the lines of a kernel's configuration. fix_init() writes "CONFIG_X86_64=y\n". */
void fix_config(const struct fix *f, const char *lines);

/* One page by its words: what pagemap says, and of a present page kpageflags and kpagecount. */
void fix_page(struct fix *f, int pid, uint64_t vpn, uint64_t word, uint64_t kflags, uint64_t count);

/* The next PFN that no page has. */
uint64_t fix_pfn(struct fix *f);

/*
 * Processes as text:
 *
 *	process 4242 redis-server uid=7000042 redis-server *:6379     pid, comm, [uid=], arguments
 *	600000000000-600000010000 rw-p 00000000 00:00 0   [heap]
 *	VmFlags: rd wr mr mw me ac                                  may be left out
 *	ppppccccss......                                            may be left out
 *	# a remark
 */
void fix_text(struct fix *f, const char *text);

/* By name: false if there is none of that name. `names` lists them, with what they are. */
bool fix_scenario(struct fix *f, const char *name);
extern const char fix_scenario_names[];

#endif
