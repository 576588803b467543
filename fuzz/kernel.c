/*
 * What the kernel writes, or a folder that stands in for /proc.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/kernel/doctor.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/probe.h"
#include "pagetop/kernel/proc.h"
#include "pagetop/kernel/swaps.h"
#include "pagetop/kernel/thp.h"
#include "pagetop/scan/pulse.h"
#include "pagetop/scan/scan.h"

static bool check_mapping(const char *line, struct pt_vma *ret)
{
	size_t len = strlen(line);

	if (pt_maps_line(line, len, ret))
		return false;
	must(ret->start < ret->end && !(ret->start % PT_PAGE_BYTES) && !(ret->end % PT_PAGE_BYTES));
	must(ret->name >= line && ret->name + ret->name_len <= line + len);
	pt_vma_is_plain(ret);
	pt_vma_may_hide_swap(ret);
	pt_vma_deleted(ret);
	return true;
}

void fuzz_maps(const char *text, size_t len)
{
	struct pt_vma vma = { 0 };

	while (len) {
		char *line = fuzz_line(&text, &len);

		check_mapping(line, &vma);
		free(line);
	}
}

void fuzz_smaps(const char *text, size_t len)
{
	struct pt_vma vma = { .name = "" };
	char *first = fuzz_line(&text, &len);

	check_mapping(first, &vma);
	while (len) {
		char *line = fuzz_line(&text, &len);

		pt_smaps_line(line, &vma);
		free(line);
	}
	must(!(vma.vmflags & ~PT_VMF_UNNAMED) || vma.got_smaps);
	free(first);
}

void fuzz_stat(const char *text, size_t len)
{
	char *copy = fuzz_copy(text, len);
	struct pt_proc_stat stat;

	if (!pt_proc_parse_stat(copy, len, &stat)) {
		must(memchr(stat.comm, '\0', sizeof(stat.comm)));
		free(pt_comm_text(&stat));
		pt_proc_is_dead(&stat);
	}
	free(copy);
}

/*
 * A folder of files, for /proc and for /sys: each begins with a line "= NAME", and goes up to the next such line. What is not
 * told is as it is below. `x` for the blank: its bytes follow as words of 8 bytes, in hexadecimal, in the order of this machine.
 *
 *	42   heap, a file, a memfd, a copy of a file, a huge page         self   whoever looks
 *	43   forked from it: some frames are the same                     44     ended, but one thread goes on      45   of the kernel
 */
#define TEXT(name, bytes) { name, bytes, false }
#define WORDS(name, bytes) { name, bytes, true }
#define STAT(fields) " 42 42 0 -1 4194304 7 0 1 0 3 2 0 0 20 0 " fields " 99 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
#define SMAPS(head, more) head "\nRss: 16 kB\nPss: 12 kB\nPrivate_Dirty: 8 kB\nSwap: 4 kB\nLazyFree: 4 kB\nKSM: 4 kB\n" \
	"AnonHugePages: 0 kB\nTHPeligible: 1\n" more
#define HEAP "10000-18000 rw-p 00000000 00:00 0                  [heap]"
#define REST "18000-1a000 r-xp 00001000 08:01 77 /lib/libc.so.6\n1a000-1c000 rw-s 00000000 00:01 99 /memfd:a (deleted)\n" \
	"1c000-1e000 rw-p 00000000 08:01 78 /opt/a\\012b\n"
#define HUGE "200000-400000 rw-p 00000000 00:00 0 "
#define LAST "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n"

static const struct { const char *name, *bytes; bool words; } file[] = {
	TEXT("42/stat", "42 (a) S 1" STAT("1 0 5000 9999 8 1 65536 98304")),
	TEXT("42/status", "Name:\ta\nUid:\t0\t0\t0\t0\nVmLck:\t0 kB\nNSpid:\t42\t7\n"),
	TEXT("42/cmdline", "a"),
	TEXT("42/cgroup", "4:memory:/a\n0::/\n"),
	TEXT("42/maps", HEAP "\n" REST HUGE "\n" LAST),
	TEXT("42/smaps", SMAPS(HEAP, "VmFlags: rd wr mr lo\n") REST SMAPS(HUGE, "KernelPageSize: 4 kB\nVmFlags: rd wr hg\n") LAST),
	WORDS("42/pagemap", "0*16 8100000000000001 8000000000000002 a100000000000003 4000000000000020 0 8100000000000004 "
			    "8100000000000005 8000000000000006 a000000000000007 a100000000000008 a000000000000009 a10000000000000a "
			    "810000000000000b a10000000000000c 0*482 8100000000000200+512"),
	WORDS("42/mem", "0*8192 6c6c6568*512"),
	TEXT("42/map_files/1c000-1e000", ""),
	TEXT("42/root/opt/a", ""),
	TEXT("42/x (deleted)", ""),
	TEXT("43/stat", "43 (b) S 42" STAT("1 0 6000 9999 8 1 65536 98304")),
	TEXT("43/status", "Name:\tb\nUid:\t0\t0\t0\t0\n"),
	TEXT("43/maps", HEAP "\n" REST),
	WORDS("43/pagemap", "0*16 810000000000000d 8000000000000002 0*7 a000000000000007 a10000000000000e a000000000000009"),
	TEXT("43/fd/a", ""),
	TEXT("44/stat", "44 (c) Z 1" STAT("2 0 7000 9999 8 1 65536 98304")),
	TEXT("44/task/46/stat", "46 (c) S 1" STAT("2 0 7000 9999 8 1 65536 98304")),
	TEXT("44/task/46/maps", HEAP "\n"),
	TEXT("45/stat", "45 (k) I 2 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 1 0 0 0\n"),
	WORDS("self/auxv", "6 1000 0 0"),
	TEXT("self/mountinfo", "36 35 8:1 / / rw shared:1 - btrfs /dev/sda1 rw\n37 35 0:31 / /a\\040b rw - tmpfs none rw\n"),
	TEXT("self/status", "Name:\ta\nNSpid:\t7\n"),
	WORDS("kpageflags", "0 5868*2 68 205868 1868 1000000 86c 28 4828*2 5868 868 5868 28 0*497 40d868 415868*511"),
	WORDS("kpagecount", "0 1 2 1 3 1*2 2 1 2 1*5 0*497 1*512"),
	WORDS("kpagecgroup", "0 1*1023"),
	TEXT("config.gz", "CONFIG_MEMORY_FAILURE=y\n# CONFIG_DEVICE_PRIVATE is not set\n"),
	TEXT("swaps", "Filename Type Size Used Priority\n/swap\\040file file 100 4 -2\n"),
	TEXT("iomem", "00001000-000fffff : System RAM\n00100000-3fffffff : System RAM\n  00200000-002fffff : Kernel code\n"),
	TEXT("meminfo", "MemTotal: 100 kB\nMemFree: 50 kB\n"),
	TEXT("vmstat", "pgfault 1\nthp_split_page 2\n"),
	TEXT("sys/kernel/osrelease", "6.18\n"),
	TEXT("sys/kernel/hostname", "db1\n"),
	TEXT("sys/kernel/random/boot_id", "6a9b-1\n"),
	TEXT("kernel/mm/ksm/full_scans", "1\n"),
	TEXT("kernel/mm/ksm/run", "1\n"),
	TEXT("kernel/mm/page_idle/bitmap", ""),
	TEXT("kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"),
	TEXT("kernel/mm/transparent_hugepage/shmem_enabled", "always within_size advise [never] deny force\n"),
	TEXT("kernel/mm/transparent_hugepage/hugepages-64kB/enabled", "[always] inherit madvise never\n"),
	TEXT("kernel/mm/transparent_hugepage/hugepages-64kB/shmem_enabled", "always [inherit] within_size advise never\n"),
	TEXT("kernel/mm/transparent_hugepage/hugepages-64kB/stats/collapse_alloc", "3\n"),
	TEXT("devices/system/memory/block_size_bytes", "8000000\n"),
	TEXT("devices/system/node/node0/memory0/state", ""),
	TEXT("devices/system/node/node1/memory1/state", ""),
	TEXT("fs/cgroup/cgroup.controllers", "memory\n"),
	TEXT("fs/cgroup/a/b/x", ""),
};

enum { NFILES = sizeof(file) / sizeof(file[0]), MOST_BYTES = 1 << 20 };

static unsigned digit(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

/* "8100000000000001 0*1024 200+512 …": 0 so many times; 200, 201, 202 … */
static void add_words(struct pt_str *out, const char *s)
{
	while (*s && out->len < MOST_BYTES) {
		uint64_t word = 0, step = 0, times = 1;

		while (*s && digit(*s) > 15)
			s++;
		for (; digit(*s) < 16; s++)
			word = word << 4 | digit(*s);
		step = *s == '+';
		if (*s == '*' || *s == '+')
			for (s++, times = 0; digit(*s) < 10 && times < 4096; s++)
				times = times * 10 + digit(*s);
		for (; times && out->len < MOST_BYTES; times--, word += step)
			pt_str_add(out, (const char *)&word, sizeof(word));
	}
}

static bool write_file(const char *name, bool words, const char *bytes, size_t len)
{
	struct pt_str path = PT_STR_INIT, out = PT_STR_INIT;
	bool written;

	pt_str_addf(&path, "proc/%s", name);
	if (words)
		add_words(&out, bytes);
	else
		pt_str_add(&out, bytes, len);
	written = fuzz_write(path.s, out.s, out.len);
	pt_str_done(&path);
	pt_str_done(&out);
	return written;
}

static bool as_told[NFILES], strange;	/* the files that are as above; there are files of other names */

static void restore(void)
{
	if (strange) {
		fuzz_drop("proc");
		memset(as_told, 0, sizeof(as_told));
		strange = false;
	}
	for (int i = 0; i < NFILES; i++)
		if (!as_told[i]) {
			must(write_file(file[i].name, file[i].words, file[i].bytes, strlen(file[i].bytes)));
			as_told[i] = true;
		}
	if (access(fuzz_path("proc/43/fd/3"), F_OK))
		must(!symlink("../../42/x (deleted)", fuzz_path("proc/43/fd/3")));
}

/* `head`: "= NAME" or "=xNAME"; NULL: what stands before the first. */
static void put(const char *head, const struct pt_str *part)
{
	int i = 0;

	if (!head)
		return;
	while (i < NFILES && strcmp(file[i].name, head + 2))
		i++;
	if (i < NFILES)
		as_told[i] = false;
	else
		strange = true;
	write_file(head + 2, head[1] == 'x', part->s, part->len);
}

static void write_all(const char *text, size_t len)
{
	struct pt_str part = PT_STR_INIT;
	char *head = NULL;

	restore();
	while (len) {
		char *line = fuzz_line(&text, &len);

		if (line[0] != '=' || !line[1]) {
			pt_str_addf(&part, "%s\n", line);
			free(line);
			continue;
		}
		put(head, &part);
		free(head);
		head = line;
		pt_str_reset(&part);
	}
	put(head, &part);
	free(head);
	pt_str_done(&part);
}

/* The folder stands in for both; false: its pages are not of 4 KiB. */
static bool open_root(struct pt_root *root)
{
	char dir[512];
	int err;

	strcpy(dir, fuzz_path("proc"));
	*root = (struct pt_root)PT_ROOT_INIT;
	err = pt_root_init(root, dir, dir);
	must((!err || err == -EMEDIUMTYPE) && !root->real && root->pids == PT_PIDS_FILES);
	return !err;
}

static void see_machine(const struct pt_root *root)
{
	struct pt_str out = PT_STR_INIT, raw = PT_STR_INIT;
	struct pt_probe probe;
	struct pt_pulse pulse = { 0 };
	struct pt_thp thp;

	pt_probe_init(root, &probe);
	for (uint64_t pfn = 1; pfn; pfn <<= 3) {
		pt_ram_has(&probe.ram, pfn);
		pt_node_of_pfn(&probe.nodes, pfn);
	}
	pt_mounts_never_swap(probe.mounts, 0, 31);
	pt_pulse_take(&(struct pt_scan_env){ .root = root, .probe = &probe }, &pulse);
	pt_thp_read(root, &thp);
	pt_swap_device(root, 0, &raw);
	pt_swap_any(root);
	pt_swap_in_use(root);
	pt_machine_host(root, &out);
	pt_machine_text(root, &out);
	pt_machine_boot(root, &out);
	fuzz_plain(&out);
	pt_pid_here(root, getpid());
	pt_str_done(&raw);
	pt_str_done(&out);
	pt_probe_done(&probe);
}

static void see_doctor(const struct pt_root *root)
{
	struct pt_check *checks;
	size_t n;

	must(!pt_doctor(root, &checks, &n));
	for (size_t i = 0; i < n; i++)
		fuzz_plain(&checks[i].found);
	pt_doctor_free(checks, n);
}

void fuzz_machine(const char *text, size_t len)
{
	struct pt_root root = PT_ROOT_INIT;

	write_all(text, len);
	if (open_root(&root)) {
		see_machine(&root);
		see_doctor(&root);
	}
	pt_root_done(&root);
}

void fuzz_proc(const char *text, size_t len)
{
	struct pt_root root = PT_ROOT_INIT;

	fuzz_base();		/* it writes the folder as well */
	write_all(text, len);
	if (open_root(&root))
		fuzz_look(&root, NULL, 0, len);
	pt_root_done(&root);
}

struct pt_image *fuzz_image(const char *text, pid_t pid)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .kflags = UINT64_MAX,
				      .needs = PT_NEED_PFNS | PT_NEED_ORDER | PT_NEED_CGROUP | PT_NEED_SMAPS };
	struct pt_target t = pt_target_closed(pid, 0);
	struct pt_image *img = NULL;
	struct pt_probe probe;
	struct pt_root root = PT_ROOT_INIT;

	write_all(text, strlen(text));
	must(open_root(&root));
	pt_probe_init(&root, &probe);
	must(!pt_scan_process(&(struct pt_scan_env){ .root = &root, .probe = &probe, .alone = true }, &t,
			      &wish, &img));
	pt_target_close(&t);
	pt_probe_done(&probe);
	pt_root_done(&root);
	return img;
}

const struct pt_image *fuzz_base(void)
{
	static struct pt_image *base;

	if (!base)
		base = fuzz_image("", 42);
	return base;
}
