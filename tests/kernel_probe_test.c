/* What the kernel offers, and the doctor where it has no pages of its own to try. */
#include <string.h>
#include <errno.h>
#include <unistd.h>
#include "pagetop/kernel/doctor.h"
#include "pagetop/kernel/probe.h"
#include "hooks.h"

/* ---- the probe */

HOOKED(the_configuration_tells_layout_and_counts)
{
	struct world *w = *state;

	look(w);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_MIGRATION);
	assert_true(w->probe.precise);
	assert_true(w->probe.config);
	assert_false(w->probe.scan);		/* these are files */
	fix_config(&w->fix, "# CONFIG_DEVICE_PRIVATE is not set\nCONFIG_MEMORY_FAILURE=y\n"
		   "CONFIG_NO_PAGE_MAPCOUNT=y\n");
	look(w);
	assert_int_equal(w->probe.layout.entry[27], PT_ENTRY_HWPOISON);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_MIGRATION);
	assert_false(w->probe.precise);
	fix_config(&w->fix, "CONFIG_MEMORY_FAILURE=y\nCONFIG_DEVICE_PRIVATE=y\n");
	look(w);
	assert_int_equal(w->probe.layout.entry[29], PT_ENTRY_DEVICE);
	forget(w, "config.gz");
	fix_file(&w->fix, "sys/kernel/osrelease", "no-such-release\n", 16);
	look(w);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_UNKNOWN);
	assert_int_equal(w->probe.layout.entry[22], PT_ENTRY_SLOT);
	assert_false(w->probe.precise);
	assert_false(w->probe.config);
	fix_file(&w->fix, "config.gz", "\x1f\x8b garbage", 10);
	look(w);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_UNKNOWN);
	fix_file(&w->fix, "config.gz", "this is no configuration\n", 25);
	look(w);
	assert_int_equal(w->probe.layout.entry[30], PT_ENTRY_UNKNOWN);
}

HOOKED(a_frame_file_that_is_refused_names_all_that_is_missing)
{
	struct pt_probe p = { .kpage.fd = { -EACCES, -EPERM, -ENOENT } };

	assert_string_equal(pt_probe_why_kpage(&p, PT_KPAGE_FLAGS),
			    "needs CAP_DAC_READ_SEARCH and CAP_SYS_ADMIN");
	assert_string_equal(pt_probe_why_kpage(&p, PT_KPAGE_COUNT),
			    "needs CAP_DAC_READ_SEARCH and CAP_SYS_ADMIN");
	assert_non_null(strstr(pt_probe_why_kpage(&p, PT_KPAGE_CGROUP), "no such file"));
	p.sys_admin = true;
	assert_string_equal(pt_probe_why_kpage(&p, PT_KPAGE_FLAGS), "needs CAP_DAC_READ_SEARCH");
	p.dac_read_search = true;
	assert_non_null(strstr(pt_probe_why_kpage(&p, PT_KPAGE_FLAGS), "the kernel refuses"));
	p.kpage.fd[PT_KPAGE_FLAGS] = 0;
	assert_null(pt_probe_why_kpage(&p, PT_KPAGE_FLAGS));
}

HOOKED(a_refusal_names_the_privilege_that_is_missing)
{
	const struct pt_probe none = { 0 }, ptrace = { .sys_ptrace = true },
			      read = { .dac_read_search = true },
			      both = { .sys_ptrace = true, .dac_read_search = true };

	assert_string_equal(pt_probe_why(&none, -EACCES),
			    "needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
	assert_string_equal(pt_probe_why(&ptrace, -EACCES), "needs CAP_DAC_READ_SEARCH");
	assert_string_equal(pt_probe_why(&read, -EPERM), "needs CAP_SYS_PTRACE");
	assert_non_null(strstr(pt_probe_why(&both, -EACCES), "the kernel refuses"));
	assert_string_equal(pt_probe_why(&both, -ESRCH), "has exited");
	assert_string_equal(pt_probe_why(&both, -ENOENT), "has exited");
	assert_non_null(strstr(pt_probe_why(&both, -ESTALE), "another program"));
	assert_string_equal(pt_probe_why(&both, -EIO), strerror(EIO));
}

HOOKED(what_is_lacking_depends_on_who_may_read_the_file)
{
	const struct pt_probe none = { 0 }, ptrace = { .sys_ptrace = true },
			      read = { .dac_read_search = true };

	assert_string_equal(pt_probe_lacks(&none, true), "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
	assert_string_equal(pt_probe_lacks(&none, false), "CAP_SYS_PTRACE");
	assert_string_equal(pt_probe_lacks(&read, true), "CAP_SYS_PTRACE");
	assert_string_equal(pt_probe_lacks(&ptrace, true), "CAP_DAC_READ_SEARCH");
	assert_null(pt_probe_lacks(&ptrace, false));
}

/* ---- the doctor, where it has no pages of its own to try */

struct visit {
	struct pt_check *c;
	size_t n;
};

static struct visit visit(struct world *w)
{
	struct visit v = { 0 };

	assert_int_equal(pt_doctor(&w->root, &v.c, &v.n), 0);
	return v;
}

static const struct pt_check *row_of(const struct visit *v, const char *source)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->c[i].source, source))
			return &v->c[i];
	fail_msg("no row %s", source);
	return NULL;
}

static void assert_row(const struct visit *v, const char *source, enum pt_health health,
		       const char *text)
{
	const struct pt_check *c = row_of(v, source);

	if (c->health != health || strcmp(c->found.s, text))
		fail_msg("%s is %d, \"%s\"; expected %d, \"%s\"", source, c->health, c->found.s, health,
			 text);
}

HOOKED(a_stand_in_has_no_pages_of_ours_to_try)
{
	static const char *const own[] = { "pagemap", "PFNs", "PAGEMAP_SCAN", "kpageflags", "kpagecount",
					   "kpagecgroup", "exact map counts", "KSM flag", "anon-exclusive flag", "maps", "smaps",
					   "PROCMAP_QUERY", "mem", "soft-dirty bits" };
	struct world *w = *state;
	struct visit v = visit(w);

	for (size_t i = 0; i < LEN(own); i++) {
		assert_row(&v, own[i], PT_UNTRIED,
			   "needs pages of pagetop's own; this is a stand-in for /proc");
		assert_null(row_of(&v, own[i])->remedy);
		assert_non_null(row_of(&v, own[i])->lost);
	}
	for (size_t i = 0; i < v.n; i++)
		assert_ptr_equal(row_of(&v, v.c[i].source), &v.c[i]);	/* no name twice */
	pt_doctor_free(v.c, v.n);
}

static void put(const struct world *w, const char *path, const char *text)
{
	fix_file(&w->fix, path, text, strlen(text));
}

HOOKED(processes_of_a_stand_in_are_opened_one_by_one)
{
	struct world *w = *state;
	struct visit v;

	v = visit(w);
	assert_row(&v, "maps of processes", PT_WORKS, "no other process");
	pt_doctor_free(v.c, v.n);
	fix_text(&w->fix, two_mappings);
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 2, .comm = "kthreadd", .kthread = true });
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 9, .comm = "dead", .state = 'Z' });
	put(w, "2/maps", "what no kernel writes there\n");
	put(w, "9/pagemap", "what no kernel writes there\n");
	fix_file(&w->fix, "77/other", "", 0);		/* ended while it was read */
	fix_proc(&w->fix, &(struct fix_proc){ .pid = 8, .comm = "ending" });	/* empty files */
	v = visit(w);
	assert_row(&v, "maps of processes", PT_WORKS, "opens for 1 of 1 other processes");
	assert_row(&v, "pagemap of processes", PT_WORKS, "opens for 1 of 1 other processes");
	pt_doctor_free(v.c, v.n);
}

HOOKED(what_is_not_there_names_what_would_bring_it)
{
	struct world *w = *state;
	struct visit v;

	forget(w, "config.gz");
	v = visit(w);
	assert_row(&v, "kernel configuration", PT_MISSING, "not available");
	assert_non_null(strstr(row_of(&v, "kernel configuration")->remedy, "CONFIG_IKCONFIG_PROC"));
	assert_row(&v, "types of entries", PT_PARTLY, "0-22 swap slot, 23-30 unknown, 31 marker");
	assert_non_null(strstr(row_of(&v, "types of entries")->remedy, "CONFIG_IKCONFIG_PROC"));
	assert_row(&v, "system RAM", PT_MISSING, "/proc/iomem: addresses hidden, or no such file");
	assert_row(&v, "swap areas", PT_MISSING, "no such file");
	assert_non_null(strstr(row_of(&v, "swap areas")->remedy, "CONFIG_SWAP"));
	assert_row(&v, "/sys", PT_MISSING, "no /sys");
	assert_non_null(strstr(row_of(&v, "/sys")->remedy, "mount -t sysfs"));
	assert_row(&v, "NUMA nodes", PT_UNTRIED, "no /sys");
	assert_row(&v, "idle page tracking", PT_UNTRIED, "no /sys");
	assert_row(&v, "KSM", PT_UNTRIED, "no /sys");
	pt_doctor_free(v.c, v.n);
}

HOOKED(what_the_machine_has_is_told)
{
	struct world *w = *state;
	struct visit v;

	put(w, "iomem", "00000000-3fffffff : System RAM\n  01000000-01ffffff : Kernel code\n"
	    "100000000-17fffffff : CXL Window 0\n  100000000-17fffffff : System RAM (kmem)\n"
	    "200000000-27fffffff : Persistent Memory\n");
	put(w, "swaps", "Filename Type Size Used Priority\n/a file 1 0 -2\n/b file 1 0 -3\n");
	put(w, "kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	put(w, "kernel/mm/transparent_hugepage/hugepages-64kB/enabled", "[always] inherit never\n");
	put(w, "kernel/mm/transparent_hugepage/hugepages-128kB/enabled", "always inherit [never]\n");
	put(w, "kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "12\n");
	put(w, "kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "1\n");
	put(w, "kernel/mm/ksm/run", "1\n");
	put(w, "kernel/mm/page_idle/bitmap", "");
	put(w, "devices/system/node/online", "0-1\033\n");
	v = visit(w);
	assert_row(&v, "kernel configuration", PT_WORKS, "readable");
	assert_row(&v, "types of entries", PT_WORKS, "0-27 swap slot, 28-30 migration, 31 marker");
	assert_row(&v, "page size", PT_WORKS, "4096 bytes");
	assert_row(&v, "PID namespace", PT_UNTRIED, "stand-in for /proc");
	assert_row(&v, "system RAM", PT_WORKS, "2 ranges in /proc/iomem, 3072 MiB");
	assert_row(&v, "swap areas", PT_WORKS, "2 in use");
	assert_row(&v, "transparent huge pages", PT_WORKS, "madvise; 64K always");
	assert_row(&v, "hugetlb pool", PT_WORKS, "12 pages of 2M, 1 pages of 1G");
	assert_row(&v, "KSM", PT_WORKS, "run is 1: merging");
	assert_row(&v, "idle page tracking", PT_WORKS, "kernel/mm/page_idle/bitmap is accessible");
	assert_row(&v, "NUMA nodes", PT_UNTRIED, "needs a visible PFN; online: 0-1\\x1B");
	assert_row(&v, "/sys", PT_WORKS, "mounted, with kernel/mm");
	pt_doctor_free(v.c, v.n);
}

HOOKED(a_kernel_built_without_them_has_none)
{
	struct world *w = *state;
	struct visit v;

	put(w, "kernel/mm/other", "");
	v = visit(w);
	assert_row(&v, "transparent huge pages", PT_WORKS, "not in this kernel");
	assert_row(&v, "hugetlb pool", PT_WORKS, "not in this kernel");
	assert_row(&v, "KSM", PT_WORKS, "not in this kernel");
	assert_row(&v, "idle page tracking", PT_MISSING, "no such file");
	assert_non_null(strstr(row_of(&v, "idle page tracking")->remedy, "CONFIG_IDLE_PAGE_TRACKING"));
	assert_row(&v, "NUMA nodes", PT_MISSING, "no such file");
	assert_non_null(strstr(row_of(&v, "NUMA nodes")->remedy, "CONFIG_NUMA"));
	pt_doctor_free(v.c, v.n);
}
