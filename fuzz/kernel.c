/*
 * What the kernel writes, or a folder that stands in for /proc.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/probe.h"
#include "pagetop/kernel/proc.h"
#include "pagetop/model/explain.h"
#include "pagetop/scan/census.h"
#include "pagetop/scan/scan.h"
#include "pagetop/scan/sharers.h"

void fuzz_maps(const char *text, size_t len)
{
	struct pt_vma vma = { 0 }, next;
	bool any = false;

	while (len) {
		char *line = fuzz_line(&text, &len);

		if (!pt_maps_line(line, strlen(line), &next)) {
			must(next.start < next.end && !(next.start % 4096) && !(next.end % 4096));
			must(next.name >= line && next.name + next.name_len <= line + strlen(line));
			next.name = "";
			next.name_len = 0;
			vma = next;
			any = true;
		} else if (any) {
			pt_smaps_line(line, &vma);
		}
		free(line);
	}
}

void fuzz_stat(const char *text, size_t len)
{
	char *copy = fuzz_copy(text, len);
	struct pt_proc_stat stat;

	if (!pt_proc_parse_stat(copy, len, &stat)) {
		must(memchr(stat.comm, '\0', sizeof(stat.comm)));
		free(pt_comm_text(&stat));
	}
	free(copy);
}

/*
 * A folder of files: each begins with a line "= NAME", and goes up to the next such line. What is not told is as it is by
 * default: process 42 with a mapping of eight pages. `x` before a name: its bytes follow in hexadecimal, of words in the
 * order of this machine.
 */
#define TEXT(name, bytes) { name, bytes, false }
#define WORDS(name, bytes) { name, bytes, true }

static const struct { const char *name, *bytes; bool words; } file[] = {
	TEXT("42/stat", "42 (a) S 1 42 42 0 -1 4194304 7 0 1 0 3 2 0 0 20 0 1 0 5000 1 8 18446744073709551615\n"),
	TEXT("42/status", "Name:\ta\nUid:\t0\t0\t0\t0\nVmLck:\t0 kB\nNSpid:\t42\n"),
	TEXT("42/cmdline", "a"),
	TEXT("42/cgroup", "0::/\n"),
	TEXT("42/maps", "400000-408000 rw-p 00000000 00:00 0 \n"),
	TEXT("42/smaps", "400000-408000 rw-p 00000000 00:00 0 \nRss: 16 kB\nSwap: 4 kB\nLazyFree: 4 kB\nVmFlags: rd wr\n"),
	WORDS("42/pagemap", "0*1024 8100000000000001 8000000000000002 a100000000000003 4000000000000020 0 8000000000000004"),
	WORDS("kpageflags", "0 5868 5868 68 100005028"),
	WORDS("kpagecount", "0 1 2 1 3"),
	WORDS("kpagecgroup", "0*8"),
	TEXT("swaps", "Filename Type Size Used Priority\n"),
	TEXT("iomem", ""),
	TEXT("meminfo", "MemTotal: 100 kB\n"),
	TEXT("vmstat", "pgfault 1\n"),
	TEXT("sys/kernel/osrelease", "6.18\n"),
};

enum { NFILES = sizeof(file) / sizeof(file[0]) };

static unsigned digit(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

/* "8100000000000001 0*1024 …" are words of 8 bytes; with *N so many of it. */
static void add_words(struct pt_str *out, const char *s)
{
	while (*s && out->len < 1 << 20) {
		uint64_t word = 0, times = 1;

		while (*s && digit(*s) > 15)
			s++;
		for (; digit(*s) < 16; s++)
			word = word << 4 | digit(*s);
		if (*s == '*')
			for (s++, times = 0; digit(*s) < 10 && times < 4096; s++)
				times = times * 10 + digit(*s);
		for (; times && out->len < 1 << 20; times--)
			pt_str_add(out, (const char *)&word, sizeof(word));
	}
}

static void write_file(int i, bool words, const struct pt_str *text)
{
	struct pt_str out = PT_STR_INIT;
	char name[64] = "proc/";

	if (words)
		add_words(&out, text->s);
	else
		pt_str_add(&out, text->s, text->len);
	strncat(name, file[i].name, sizeof(name) - 6);
	fuzz_write(name, out.s, out.len);
	pt_str_done(&out);
}

static void write_all(const char *text, size_t len)
{
	struct pt_str part = PT_STR_INIT;
	int at = -1;
	bool words = false;

	for (int i = 0; i < NFILES; i++) {
		pt_str_reset(&part);
		pt_str_adds(&part, file[i].bytes);
		write_file(i, file[i].words, &part);
	}
	pt_str_reset(&part);
	while (len) {
		char *line = fuzz_line(&text, &len);

		if (line[0] == '=' && line[1]) {
			if (at >= 0)
				write_file(at, words, &part);
			words = line[1] == 'x';
			for (at = NFILES - 1; at >= 0 && strcmp(line + 2, file[at].name); at--)
				;
			pt_str_reset(&part);
		} else {
			pt_str_addf(&part, "%s\n", line);
		}
		free(line);
	}
	if (at >= 0)
		write_file(at, words, &part);
	pt_str_done(&part);
}

/* Each page of it in words. */
static void explain(const struct pt_scan_env *env, const struct pt_image *img)
{
	struct pt_str out = PT_STR_INIT;

	for (size_t v = 0; v < img->vmas.n && v < 8; v++) {
		const struct pt_vma *vma = &img->vmas.v[v];
		struct pt_sum sums[PT_NCOLS];
		uint64_t vpn = pt_vma_vpn(vma);

		pt_image_sums(img, vma, sums);
		for (int n = 0; n < 16 && vpn < pt_vma_end_vpn(vma); n++) {
			struct pt_image *page = pt_image_of_page(img, vpn);

			must(page);
			pt_explain_line(img, vma, vpn, &out);
			pt_explain_text(page, vma, &out);
			pt_explain_words(page, vma, &out);
			pt_image_unref(page);
			vpn += pt_image_run(img, vma, vpn).npages;
			pt_str_reset(&out);
		}
	}
	(void)env;
	pt_str_done(&out);
}

static void scan(const struct pt_scan_env *env, pid_t pid, enum pt_lens_id lens)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .lens = lens,
				      .needs = PT_NEED_PFNS | PT_NEED_ORDER | PT_NEED_CGROUP };
	struct pt_target t = PT_TARGET_INIT;
	struct pt_image *img = NULL;

	if (!pt_scan_process(env, pid, 0, &wish, &t, &img)) {
		explain(env, img);
		pt_image_unref(img);
	}
	pt_target_close(&t);
}

/* Looks at the folder that stands in for /proc. */
static void with_proc(void (*fn)(const struct pt_scan_env *env, void *arg), void *arg)
{
	struct pt_root root = PT_ROOT_INIT;
	struct pt_probe probe;
	char dir[128] = "";

	strcat(strcpy(dir, fuzz_dir()), "/proc");
	must(!pt_root_init(&root, dir, dir));
	pt_probe_init(&root, &probe);
	fn(&(struct pt_scan_env){ .root = &root, .probe = &probe, .alone = true }, arg);
	pt_probe_done(&probe);
	pt_root_done(&root);
}

static void look_at_all(const struct pt_scan_env *env, void *arg)
{
	struct pt_table *table = NULL;
	struct pt_sharers *sharers = NULL;

	(void)arg;
	if (!pt_census_list(env, PT_NEED_CGROUP, NULL, &table))
		for (size_t i = 0; i < table->n; i++)
			pt_census_scan(env, PT_LENS_STATE, &table->p[i]);
	for (int lens = 0; lens < PT_NLENSES; lens++)
		scan(env, 42, (enum pt_lens_id)lens);
	if (!pt_sharers_build(env, &sharers, NULL, NULL))
		pt_sharers_free(sharers);
	pt_table_unref(table);
}

void fuzz_proc(const char *text, size_t len)
{
	write_all(text, len);
	with_proc(look_at_all, NULL);
}

static void scan_default(const struct pt_scan_env *env, void *arg)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = 42, .needs = PT_NEED_PFNS | PT_NEED_ORDER | PT_NEED_SMAPS };
	struct pt_target t = PT_TARGET_INIT;

	must(!pt_scan_process(env, 42, 0, &wish, &t, arg));
	pt_target_close(&t);
}

struct pt_image *fuzz_image(void)
{
	struct pt_image *img = NULL;

	write_all("", 0);
	with_proc(scan_default, &img);
	return img;
}
