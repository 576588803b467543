#include "fixture.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define B(n) (UINT64_C(1) << (n))

enum { PAGE = 4096, ZERO_PFN = 0x100, FIRST_PFN = 0x1000, KPAGE_BLOCK = 32768, CGROUP = 77 };

/* Bits of pagemap. */
#define P B(63)			/* present */
#define S B(62)			/* another entry */
#define F B(61)			/* file or shared memory */
#define E B(56)			/* mapped once */

/* Bits of kpageflags; a page that was used and is mapped has `used`. */
#define UPTODATE B(3)
#define DIRTY B(4)
#define LRU B(5)
#define MMAP B(11)
#define ANON B(12)
#define SWAPBACKED B(14)
#define HEAD B(15)
#define TAIL B(16)
#define HUGETLB B(17)
#define KSM B(21)
#define THP B(22)
#define ZERO_PAGE B(24)
#define RESERVED B(32)
#define OWNER_2 B(34)		/* on an anonymous page: this process's alone */
#define used (UPTODATE | LRU | MMAP)

enum frame { NO_FRAME, HIDDEN_FRAME, ZERO_FRAME, FRAME, SLOT };

/* What a kernel shows for a page: the word of pagemap, less its PFN; map count; kpageflags. */
static const struct {
	char sign;
	enum frame frame;
	uint64_t word;
	unsigned count;
	uint64_t kflags;
} row[] = {
	{ '.', NO_FRAME, 0, 0, 0 },
	{ 'u', NO_FRAME, 0, 0, 0 },					/* in a mapping with pf */
	{ '!', NO_FRAME, UINT64_C(0x400000000000005f), 0, 0 },		/* UFFDIO_POISON: type 31, offset 2 */
	{ 'g', NO_FRAME, UINT64_C(0x440000000000009f), 0, 0 },		/* bits 62 and 58, type 31, offset 4 */
	{ '>', NO_FRAME, S | 0x14dedc << 5 | 30, 0, 0 },		/* type 30, offset: the PFN */
	{ 's', SLOT, S, 0, 0 },						/* type 0, offset from 1 on */
	{ 'o', NO_FRAME, UINT64_C(0x420000000000003f), 0, 0 },		/* uffd-wp: bits 62 and 57, type 31 */
	{ 'z', ZERO_FRAME, P, 0, ZERO_PAGE | RESERVED },
	{ 'k', FRAME, P, 8, used | ANON | SWAPBACKED | KSM | DIRTY },
	{ 'c', FRAME, P, 2, used | ANON | SWAPBACKED },
	{ 'f', FRAME, P | E, 1, used | ANON },
	{ 'w', FRAME, P | E, 1, used | ANON | SWAPBACKED | OWNER_2 },	/* in a private mapping of a file */
	{ 'p', FRAME, P | E, 1, used | ANON | SWAPBACKED | OWNER_2 },
	{ 'x', FRAME, P | F, 5, MMAP | RESERVED },			/* vdso */
	{ 'm', FRAME, P | F | E, 1, used | SWAPBACKED | DIRTY },
	{ 'i', FRAME, P | F | E, 1, used },
	{ 'h', FRAME, P | F, 3, used },
	{ 'a', HIDDEN_FRAME, P | E, 0, 0 },
	{ 'b', HIDDEN_FRAME, P | F | E, 0, 0 },
	{ '?', HIDDEN_FRAME, P, 0, 0 },					/* it might be the zero page */
	{ 'H', HIDDEN_FRAME, S, 0, 0 },
	{ 'P', FRAME, P | E, 1, UPTODATE | MMAP | ANON | HUGETLB | OWNER_2 },
	{ 'C', FRAME, P, 2, UPTODATE | MMAP | ANON | HUGETLB },
	{ 'M', FRAME, P | F | E, 1, UPTODATE | MMAP | DIRTY | HUGETLB },
	{ 'T', FRAME, P | E, 1, used | ANON | SWAPBACKED | OWNER_2 | THP },
	{ 't', FRAME, P, 2, used | ANON | SWAPBACKED | THP },
};

static _Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void die(const char *fmt, ...)
{
	va_list ap;

	fputs("fixture: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(99);
}

static void path_of(const struct fix *f, const char *name, char ret[static 2 * PAGE])
{
	snprintf(ret, 2 * PAGE, "%s/%s", f->dir, name);
}

static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			die("cannot make %s: %s", path, strerror(errno));
		*slash = '/';
	}
}

static int open_new(const struct fix *f, const char *name)
{
	char path[2 * PAGE];
	int fd;

	path_of(f, name, path);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 && errno == ENOENT) {
		make_folders(path);
		fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	}
	if (fd < 0)
		die("cannot make %s: %s", path, strerror(errno));
	return fd;
}

static void write_at(int fd, const void *bytes, size_t len, uint64_t offset)
{
	if (pwrite(fd, bytes, len, (off_t)offset) != (ssize_t)len)
		die("cannot write: %s", strerror(errno));
}

static void grow_to(int fd, uint64_t len)
{
	struct stat st;

	if (fstat(fd, &st) || ((uint64_t)st.st_size < len && ftruncate(fd, (off_t)len)))
		die("cannot make a file of %llu bytes: %s", (unsigned long long)len, strerror(errno));
}

void fix_file(const struct fix *f, const char *path, const void *bytes, size_t len)
{
	int fd = open_new(f, path);

	write_at(fd, bytes, len, 0);
	close(fd);
}

static void text_file(const struct fix *f, const char *path, const char *text)
{
	fix_file(f, path, text, strlen(text));
}

void fix_config(const struct fix *f, const char *lines)
{
	gzFile gz = gzdopen(open_new(f, "config.gz"), "w");

	if (!gz || gzputs(gz, lines) < 0 || gzclose(gz) != Z_OK)
		die("cannot write config.gz");
}

void fix_init(struct fix *f, const char *dir)
{
	const char *tmp = getenv("TMPDIR");
	char path[4096 + 16];

	*f = (struct fix){ .next_pfn = FIRST_PFN, .next_slot = 1 };
	if (!dir) {
		snprintf(f->dir, sizeof(f->dir), "%s/pt-fix.XXXXXX", tmp && *tmp ? tmp : "/tmp");
		if (!mkdtemp(f->dir))
			die("cannot make %s: %s", f->dir, strerror(errno));
	} else {
		snprintf(f->dir, sizeof(f->dir), "%s", dir);
		snprintf(path, sizeof(path), "%s/", dir);
		make_folders(path);
	}
	f->flags_fd = open_new(f, "kpageflags");
	f->count_fd = open_new(f, "kpagecount");
	f->cgroup_fd = open_new(f, "kpagecgroup");
	grow_to(f->flags_fd, KPAGE_BLOCK * 8);
	grow_to(f->count_fd, KPAGE_BLOCK * 8);
	grow_to(f->cgroup_fd, KPAGE_BLOCK * 8);
	text_file(f, "sys/kernel/hostname", "db1\n");
	text_file(f, "sys/kernel/osrelease", "6.18.0\n");
	text_file(f, "meminfo",
		  "MemTotal:       25165824 kB\nMemFree:        12582912 kB\nBuffers:          131072 kB\n"
		  "Cached:          6160384 kB\nAnonPages:       4718592 kB\nShmem:            524288 kB\n"
		  "Slab:             786432 kB\nPageTables:       131072 kB\nVmallocUsed:       65536 kB\n"
		  "Percpu:            16384 kB\nHugetlb:          262144 kB\n");
	text_file(f, "vmstat", "pgfault 1000000\npgmajfault 100\npgmigrate_success 2000\npswpin 0\npswpout 0\n"
		  "thp_collapse_alloc 12\nthp_split_pmd 3\n");
	fix_config(f, "CONFIG_X86_64=y\n");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void fix_done(struct fix *f, bool remove)
{
	close(f->flags_fd);
	close(f->count_fd);
	close(f->cgroup_fd);
	if (remove)
		nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

uint64_t fix_pfn(struct fix *f)
{
	return f->next_pfn++;
}

/* The kernel's files end at a round number of frames. */
static void put_frame(struct fix *f, uint64_t pfn, uint64_t kflags, uint64_t count)
{
	const uint64_t cgroup = CGROUP, end = (pfn / KPAGE_BLOCK + 1) * KPAGE_BLOCK * 8;

	grow_to(f->flags_fd, end);
	grow_to(f->count_fd, end);
	grow_to(f->cgroup_fd, end);
	write_at(f->flags_fd, &kflags, 8, pfn * 8);
	write_at(f->count_fd, &count, 8, pfn * 8);
	write_at(f->cgroup_fd, &cgroup, 8, pfn * 8);
}

void fix_page(struct fix *f, int pid, uint64_t vpn, uint64_t word, uint64_t kflags, uint64_t count)
{
	char name[64], path[2 * PAGE];
	int fd;

	snprintf(name, sizeof(name), "%d/pagemap", pid);
	path_of(f, name, path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("cannot open %s: %s", path, strerror(errno));
	write_at(fd, &word, 8, vpn * 8);
	close(fd);
	if (word & P && word << 9)
		put_frame(f, word & (B(55) - 1), kflags, count);
}

/* One sign of a literal. `nth`: of pages of this sign in a row, the how-manieth; count 0: the usual. */
static uint64_t put_sign(struct fix *f, char sign, unsigned count, unsigned nth)
{
	uint64_t pfn, kflags;
	size_t i = 0;

	while (i < sizeof(row) / sizeof(row[0]) && row[i].sign != sign)
		i++;
	if (i == sizeof(row) / sizeof(row[0]))
		die("no page has the sign '%c'", sign);
	kflags = row[i].kflags;
	if (kflags & (HUGETLB | THP))
		kflags |= nth % 512 ? TAIL : HEAD;
	switch (row[i].frame) {
	case ZERO_FRAME:
		put_frame(f, ZERO_PFN, kflags, 0);
		return row[i].word | ZERO_PFN;
	case FRAME:
		pfn = fix_pfn(f);
		put_frame(f, pfn, kflags, count ? count : row[i].count);
		return row[i].word | pfn;
	case SLOT:
		return row[i].word | f->next_slot++ << 5;
	default:
		return row[i].word;
	}
}

/* What smaps counts of a mapping. */
struct tally {
	uint64_t present, hugetlb, swap, lazy;
};

static void tally(struct tally *t, char sign)
{
	bool hugetlb = strchr("PCM", sign);

	t->hugetlb += hugetlb;
	t->present += !hugetlb && !strchr(".u!g>soHz", sign);
	t->swap += sign == 's';
	t->lazy += sign == 'f';
}

static unsigned number_at(const char **at)
{
	char *end;
	unsigned long n = strtoul(*at, &end, 10);

	*at = end;
	return (unsigned)n;
}

static void put_pages(struct fix *f, int fd, uint64_t vpn, uint64_t end_vpn, const char *pages,
		      struct tally *t)
{
	unsigned nth = 0;
	char before = 0;

	while (*pages) {
		unsigned count = 0, times = 1;
		char sign = *pages++;

		if (isdigit((unsigned char)*pages))
			count = number_at(&pages);
		if (*pages == '{') {
			pages++;
			times = number_at(&pages);
			pages += *pages == '}';
		}
		for (; times; times--, vpn++) {
			uint64_t word;

			if (vpn == end_vpn)
				die("more pages than the mapping has");
			nth = sign == before ? nth + 1 : 0;
			before = sign;
			word = put_sign(f, sign, count, nth);
			if (word)
				write_at(fd, &word, 8, vpn * 8);
			tally(t, sign);
		}
	}
}

/* What the flags of a mapping are without any advice given. */
static void default_vmflags(FILE *out, const char *perms)
{
	fprintf(out, "VmFlags: %s%s%s%smr mw me%s%s\n", perms[0] == 'r' ? "rd " : "",
		perms[1] == 'w' ? "wr " : "", perms[2] == 'x' ? "ex " : "",
		perms[3] == 's' ? "sh " : "", perms[3] == 's' ? " ms" : "",
		perms[3] == 'p' && perms[1] == 'w' ? " ac" : "");
}

static void put_smaps(FILE *out, const struct fix_map *m, uint64_t bytes, const struct tally *t)
{
	const char *perms = strchr(m->line, ' ');
	unsigned long long rss = t->present * 4;

	fprintf(out, "%s\nSize:           %8llu kB\n", m->line, (unsigned long long)bytes >> 10);
	fprintf(out, "KernelPageSize: %8d kB\nMMUPageSize:    %8d kB\n", t->hugetlb ? 2048 : 4,
		t->hugetlb ? 2048 : 4);
	fprintf(out, "Rss:            %8llu kB\nReferenced:     %8llu kB\n", rss, rss);
	fprintf(out, "LazyFree:       %8llu kB\n", (unsigned long long)t->lazy * 4);
	fprintf(out, "Swap:           %8llu kB\n", (unsigned long long)t->swap * 4);
	fprintf(out, "THPeligible:    %8d\n", m->vmflags && strstr(m->vmflags, " hg"));
	if (m->vmflags)
		fprintf(out, "%s\n", m->vmflags);
	else
		default_vmflags(out, perms ? perms + 1 : "---p");
}

static FILE *open_text(const struct fix *f, int pid, const char *name)
{
	char path[64];
	FILE *out;

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	out = fdopen(open_new(f, path), "w");
	if (!out)
		die("cannot write %s", path);
	return out;
}

/* In map_files the file of a private mapping; that of hugetlb without one, and of a device, cannot be made. */
static void put_file(const struct fix *f, int pid, const char *line)
{
	unsigned long long start, end, inode;
	char path[128];

	if (sscanf(line, "%llx-%llx %*2c%*cp %*s %*s %llu", &start, &end, &inode) != 3 || !inode ||
	    strstr(line, "/dev/zero") || strstr(line, "/anon_hugepage"))
		return;
	snprintf(path, sizeof(path), "%d/map_files/%llx-%llx", pid, start, end);
	text_file(f, path, "");
}

/* maps, smaps and pagemap; the number of present pages. */
static uint64_t put_memory(struct fix *f, const struct fix_proc *p)
{
	FILE *maps = open_text(f, p->pid, "maps"), *smaps = NULL;
	uint64_t present = 0, last_vpn = 1;
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "%d/pagemap", p->pid);
	fd = open_new(f, name);
	if (!p->no_smaps)
		smaps = open_text(f, p->pid, "smaps");
	for (const struct fix_map *m = p->map; m && m->line; m++) {
		struct tally t = { 0 };
		unsigned long long start, end;

		if (sscanf(m->line, "%llx-%llx", &start, &end) != 2)
			die("no range in: %s", m->line);
		put_pages(f, fd, start / PAGE, end / PAGE, m->pages ? m->pages : "", &t);
		if (!(start >> 63))		/* pagemap ends where user space ends */
			last_vpn = end / PAGE;
		put_file(f, p->pid, m->line);
		fprintf(maps, "%s\n", m->line);
		if (smaps)
			put_smaps(smaps, m, end - start, &t);
		present += t.present;
	}
	if (p->map)		/* without memory the file is empty */
		grow_to(fd, last_vpn * 8);
	close(fd);
	fclose(maps);
	if (smaps)
		fclose(smaps);
	return present;
}

/* Fields of stat that a program may look at; the others are 0. */
static void put_stat(struct fix *f, const struct fix_proc *p, uint64_t rss)
{
	FILE *out = open_text(f, p->pid, "stat");

	fprintf(out, "%d (%s) %c 1 1 1 0 -1 %u 1500 0 3 0 10 5 0 0 20 0 1 0 %llu 4194304 %llu", p->pid,
		p->comm, p->state ? p->state : 'S', p->kthread ? 0x00200040u : 0x00400000u,
		(unsigned long long)(p->starttime ? p->starttime : 1000 + (uint64_t)p->pid),
		(unsigned long long)rss);
	for (int i = 25; i <= 52; i++)
		fputs(" 0", out);
	fputc('\n', out);
	fclose(out);
}

static void put_cmdline(struct fix *f, const struct fix_proc *p)
{
	FILE *out = open_text(f, p->pid, "cmdline");

	for (const char *c = p->cmdline; c && *c; c++)
		fputc(*c == ' ' ? '\0' : *c, out);
	if (p->cmdline)
		fputc('\0', out);
	fclose(out);
}

void fix_proc(struct fix *f, const struct fix_proc *p)
{
	FILE *out;

	put_stat(f, p, put_memory(f, p));
	put_cmdline(f, p);
	out = open_text(f, p->pid, "status");
	fprintf(out, "Name:\t%s\nState:\t%c\nPid:\t%d\nUid:\t%u\t%u\t%u\t%u\n", p->comm,
		p->state ? p->state : 'S', p->pid, p->uid, p->uid, p->uid, p->uid);
	fclose(out);
}

/* ---- text */

struct reader {
	struct fix *f;
	struct fix_proc proc;
	struct fix_map *map;
	size_t n, cap;
};

static void finish_process(struct reader *r)
{
	if (r->proc.pid) {
		r->proc.map = r->n ? r->map : NULL;
		fix_proc(r->f, &r->proc);
	}
	r->proc = (struct fix_proc){ 0 };
	r->n = 0;
}

static void take_process(struct reader *r, char *line)
{
	char *comm, *rest;

	finish_process(r);
	r->proc.pid = (int)strtol(line, &comm, 10);
	comm += strspn(comm, " ");
	rest = comm + strcspn(comm, " ");
	if (*rest)
		*rest++ = '\0';
	if (!strncmp(rest, "uid=", 4)) {
		r->proc.uid = (unsigned)strtoul(rest + 4, &rest, 10);
		rest += strspn(rest, " ");
	}
	r->proc.comm = comm;
	r->proc.cmdline = *rest ? rest : NULL;
	if (r->proc.pid <= 0 || !*comm)
		die("no pid and name in: process %s", line);
}

static void take_mapping(struct reader *r, const char *line)
{
	if (r->n + 2 > r->cap) {
		r->cap = r->cap ? 2 * r->cap : 16;
		r->map = realloc(r->map, r->cap * sizeof(*r->map));
		if (!r->map)
			die("no memory");
	}
	r->map[r->n++] = (struct fix_map){ .line = line };
	r->map[r->n] = (struct fix_map){ 0 };
}

static void take_line(struct reader *r, char *line)
{
	unsigned long long start, end;

	if (!*line || *line == '#')
		return;
	if (!strncmp(line, "process ", 8))
		take_process(r, line + 8);
	else if (!r->proc.pid)
		die("before the first process: %s", line);
	else if (sscanf(line, "%llx-%llx ", &start, &end) == 2 && strchr(line, '-') < line + 17)
		take_mapping(r, line);
	else if (!r->n)
		die("before the first mapping: %s", line);
	else if (!strncmp(line, "VmFlags:", 8))
		r->map[r->n - 1].vmflags = line;
	else
		r->map[r->n - 1].pages = line;
}

void fix_text(struct fix *f, const char *text)
{
	struct reader r = { .f = f };
	char *copy = strdup(text), *next = copy, *line;

	if (!copy)
		die("no memory");
	while ((line = strsep(&next, "\n")))
		take_line(&r, line);
	finish_process(&r);
	free(r.map);
	free(copy);
}

/* ---- scenarios */

static const char states[] =
	"process 4242 redis-server uid=7000042 redis-server *:6379\n"
	"55d0c2a00000-55d0c2a10000 r-xp 00000000 fe:00 4711                     /usr/bin/redis-server\n"
	"hhhhhhhhhh.hhhhh\n"
	"55d0c2a10000-55d0c2a14000 rw-p 00010000 fe:00 4711                     /usr/bin/redis-server\n"
	"wwi.\n"
	"55d0c4100000-55d0c4140000 rw-p 00000000 00:00 0                        [heap]\n"
	"ppppppppppppcccccccccccccccczzz.ssssssss....kkffpppppppppppppppp\n"
	"7f1200000000-7f1200400000 rw-p 00000000 00:0f 81                       /anon_hugepage (deleted)\n"
	"VmFlags: rd wr mr mw me ht\n"
	"P{512}C{512}\n"
	"7f1200400000-7f1200410000 rw-s 00000000 00:01 2051                     /memfd:queue (deleted)\n"
	"mmmmmmmm........\n"
	"7f1200500000-7f1200508000 rw-p 00000000 00:00 0 \n"
	"VmFlags: rd wr mr mw me lo ac\n"
	"ppppppcc\n"
	"7f1200600000-7f1200608000 rw-p 00000000 00:00 0 \n"
	"gp!>o.aH\n"
	"7f1200700000-7f1200704000 r--p 00000000 fe:00 4712                     /usr/lib/locale/C.utf8\n"
	"ihb.\n"
	"7ffc00000000-7ffc00004000 r--p 00000000 00:00 0                        [vvar]\n"
	"VmFlags: rd mr pf io de dd\n"
	"uuuu\n"
	"7ffc00004000-7ffc00006000 r-xp 00000000 00:00 0                        [vdso]\n"
	"x.\n"
	"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                [vsyscall]\n"
	"VmFlags: ex\n"
	"process 4243 redis-server uid=7000042 redis-rdb-bgsave\n"
	"55d0c4100000-55d0c4140000 rw-p 00000000 00:00 0                        [heap]\n"
	"c{28}\n"
	"process 1 init init\n"
	"400000-410000 r-xp 00000000 fe:00 12                                   /sbin/init\n"
	"iiiiiiii........\n";

static const char hostile[] =
	"process 666 a\033[31m)b evil \033]0;title\007 \xff\xfe \xe2\x80\xae" "abc\n"
	"600000000000-600000004000 rw-p 00000000 fe:00 9                        /tmp/\033[2J\xc2\x9b (deleted)\n"
	"pppp\n"
	"600000010000-600000014000 rw-p 00000000 fe:00 9                        /tmp/\xe2\x80\xae" "txt.exe\n"
	"pp\n";

static void many(struct fix *f)
{
	for (int i = 0; i < 5000; i++) {
		char comm[32], cmdline[64];

		snprintf(comm, sizeof(comm), "worker-%d", i);
		snprintf(cmdline, sizeof(cmdline), "/usr/bin/worker --number %d", i);
		fix_proc(f, &(struct fix_proc){ .pid = 1000 + i, .comm = comm, .cmdline = cmdline,
			.map = (struct fix_map[]){
				{ "400000-404000 rw-p 00000000 00:00 0 ", NULL,
				  i % 3 ? "pp.." : "pppp" }, { 0 } } });
	}
}

/* Every second page of a range is a mapping of its own. */
static void mappings(struct fix *f)
{
	enum { N = 20000 };
	struct fix_map *map = calloc(N + 1, sizeof(*map));

	for (unsigned long long i = 0; map && i < N; i++) {
		unsigned long long at = 0x600000000000 + i * 8192;
		char *line;

		if (asprintf(&line, "%llx-%llx rw-p 00000000 00:00 0 ", at, at + 4096) < 0)
			die("no memory");
		map[i] = (struct fix_map){ line, NULL, i % 4 ? "p" : "." };
	}
	if (!map)
		die("no memory");
	fix_proc(f, &(struct fix_proc){ .pid = 20000, .comm = "mappings", .map = map });
	for (size_t i = 0; i < N; i++)
		free((char *)map[i].line);
	free(map);
}

const char fix_scenario_names[] =
	"  states    three processes that have pages of nearly every state\n"
	"  hostile   names full of escape sequences, broken UTF-8 and marks of direction\n"
	"  many      5000 processes\n"
	"  mappings  one process with 20000 mappings\n";

bool fix_scenario(struct fix *f, const char *name)
{
	if (!strcmp(name, "states"))
		fix_text(f, states);
	else if (!strcmp(name, "hostile"))
		fix_text(f, hostile);
	else if (!strcmp(name, "many"))
		many(f);
	else if (!strcmp(name, "mappings"))
		mappings(f);
	else
		return false;
	return true;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

bool fix_without(const char *names)
{
	const char *gone = getenv("WITHOUT");
	const size_t len = gone ? strlen(gone) : 0;

	for (const char *s = names; len && (s = strstr(s, gone)); s += len)
		if ((s == names || s[-1] == ' ') && (!s[len] || s[len] == ' '))
			return true;
	return false;
}

int fix_part(int most)
{
	return is_set("LONG") ? most : most / 20;
}
