/*
 * Trials of what the machine has: other processes, the kernel's configuration, /sys.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/doctor_check.h"
#include "pagetop/kernel/mem.h"
#include "pagetop/kernel/node.h"
#include "pagetop/kernel/proc.h"

/* ---- other processes */

struct tally {
	size_t nopened, nrefused;
	pid_t refused;		/* the first one */
	int err;		/* and why */
	size_t nsilent;
	pid_t silent;		/* the first one that does not answer */
};

struct file {
	const char *name;
	bool owner_only;	/* mode 0400 or 0600 */
	bool contents;		/* which are not read unasked */
};

/* The first word; -ESRCH: none, as of one that is just ending, whose maps everyone may open. */
static int try_file(int dir, const struct file *file)
{
	int fd = file->contents ? pt_mem_open(dir) : pt_open_at(dir, file->name);
	uint64_t word;
	ssize_t n = 1;

	if (fd < 0)
		return fd;
	if (!file->contents)
		n = pt_pread_full(fd, &word, sizeof(word), 0);
	close(fd);
	if (n < 0)
		return (int)n;
	return n ? 0 : -ESRCH;
}

/* Kernel threads and the dead have no memory: -ESRCH. */
static int try_process(const struct pt_root *root, pid_t pid, const struct file *file)
{
	struct pt_proc_stat stat;
	int dir = pt_proc_open_living(root, pid, &stat), err = dir < 0 ? dir : try_file(dir, file);

	if (dir >= 0)
		close(dir);
	return err;
}

/* A process may never answer. */
struct question {
	struct pt_errand e;
	const struct pt_root *root;
	pid_t pid;
	struct file file;
};

static int ask(struct pt_errand *e, size_t i)
{
	struct question *q = (struct question *)e;

	(void)i;
	return try_process(q->root, q->pid, &q->file);
}

static void drop(struct pt_errand *e)
{
	free(e);
}

static int ask_process(const struct pt_root *root, pid_t pid, const struct file *file)
{
	struct question *q = pt_calloc(1, sizeof(*q));
	int err;

	if (!q)
		return -ENOMEM;
	pt_errand_init(&q->e, ask, drop, &q->pid, 1);
	q->root = root;
	q->pid = pid;
	q->file = *file;
	err = pt_errand_run(&q->e, NULL);
	err = err ? err : q->e.err;
	pt_errand_unref(&q->e);
	return err;
}

static void add_process(struct tally *t, pid_t pid, int err)
{
	t->nopened += !err;
	if (!err || pt_is_gone(err))
		return;
	if (err == -ETIMEDOUT || err == -EUSERS) {
		t->silent = t->nsilent++ ? t->silent : pid;
		return;
	}
	if (!t->nrefused++) {
		t->refused = pid;
		t->err = err;
	}
}

/* pid 1 is in every /proc whose processes are not hidden from us (mount option hidepid). */
static void say(const struct tally *t, bool hidden, const char *lacks, struct pt_check *c)
{
	if (!t->nopened && !t->nrefused && !t->nsilent)
		pt_str_adds(&c->found, "no other process");
	else
		pt_str_addf(&c->found, "opens for %zu of %zu other processes", t->nopened,
			    t->nopened + t->nrefused + t->nsilent);
	if (t->nrefused)
		pt_str_addf(&c->found, "; PID %d refused%s: %s", (int)t->refused,
			    lacks ? "" : ", regardless of privileges", pt_trial_error(t->err));
	if (t->nsilent)
		pt_str_addf(&c->found, "; PID %d%s %s", (int)t->silent,
			    t->nsilent > 1 ? " (and others)" : "", PT_NO_ANSWER);
	if (hidden)
		pt_str_adds(&c->found, "; others hidden by hidepid (mount option of /proc)");
	if (!t->nrefused && !t->nsilent && !hidden)
		return;
	c->health = !t->nopened && t->nrefused + t->nsilent ? PT_MISSING : PT_PARTLY;
	c->remedy = lacks;
}

static int try_all(const struct pt_doctor *d, const struct file *file, struct pt_check *c)
{
	const pid_t self = pt_self_pid(d->root->proc_fd);
	struct tally t = { 0 };
	pid_t *pids = NULL;
	size_t n = 0;
	int err = pt_proc_pids(d->root, &pids, &n);

	if (err)
		return err;
	for (size_t i = 0; i < n; i++)
		if (pids[i] != self)
			add_process(&t, pids[i], ask_process(d->root, pids[i], file));
	say(&t, d->self_fd >= 0 && (!n || pids[0] != 1),
	    pt_probe_lacks(&d->probe, file->owner_only), c);
	free(pids);
	return 0;
}

int pt_check_maps_of_all(const struct pt_doctor *d, struct pt_check *c)
{
	return try_all(d, &(struct file){ "maps", false, false }, c);
}

int pt_check_pagemap_of_all(const struct pt_doctor *d, struct pt_check *c)
{
	return try_all(d, &(struct file){ "pagemap", true, false }, c);
}

int pt_check_mem_of_all(const struct pt_doctor *d, struct pt_check *c)
{
	return try_all(d, &(struct file){ "mem", true, true }, c);
}

/* ---- how the kernel was built */

int pt_check_config(const struct pt_doctor *d, struct pt_check *c)
{
	pt_str_adds(&c->found, d->probe.config ? "readable" : "not available");
	return d->probe.config ? 0 : -ENOENT;
}

/* "0-26 swap slot, 27 unknown, …" */
static int add_entries(const struct pt_swap_layout *l, struct pt_str *out)
{
	int nunknown = 0;

	for (int i = 0, end; i < PT_NENTRY_TYPES; i = end) {
		for (end = i + 1; end < PT_NENTRY_TYPES && l->entry[end] == l->entry[i]; end++)
			;
		pt_str_addf(out, "%s%d", i ? ", " : "", i);
		if (end > i + 1)
			pt_str_addf(out, "-%d", end - 1);
		pt_str_addf(out, " %s", pt_entry_name((enum pt_entry)l->entry[i]));
		nunknown += l->entry[i] == PT_ENTRY_UNKNOWN ? end - i : 0;
	}
	return nunknown;
}

int pt_check_entries(const struct pt_doctor *d, struct pt_check *c)
{
	const struct pt_trials *t = &d->probe.trials;
	int nunknown = add_entries(&d->probe.layout, &c->found);

	if (t->markers_by)
		pt_str_addf(&c->found, "; %s %s",
			    t->build.markers == PT_YES ? "markers found by" : "no markers:",
			    t->markers_by);
	if (!nunknown)
		return 0;
	c->health = PT_PARTLY;
	c->remedy = PT_CONFIG_OPTION;
	return 0;
}

int pt_check_ram(const struct pt_doctor *d, struct pt_check *c)
{
	const struct pt_ram *ram = &d->probe.ram;
	uint64_t npages = 0;

	for (size_t i = 0; i < ram->n; i++)
		npages += ram->range[i].end_pfn - ram->range[i].pfn;
	if (!ram->n) {
		pt_str_adds(&c->found, "/proc/iomem: addresses hidden, or no such file");
		return -EPERM;
	}
	pt_str_addf(&c->found, "%zu ranges in /proc/iomem, %" PRIu64 " MiB", ram->n,
		    npages >> (20 - PT_PAGE_SHIFT));
	return 0;
}

/* ---- /proc/swaps and /sys */

int pt_check_swaps(const struct pt_doctor *d, struct pt_check *c)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(d->root->proc_fd, "swaps", &s), nlines = 0;

	for (const char *at = s.s; (at = strchr(at, '\n')); at++)
		nlines++;
	pt_str_done(&s);
	if (!err)
		/* Less the heading */
		pt_str_addf(&c->found, "%d in use", nlines ? nlines - 1 : 0);
	return err;
}

int pt_check_sys(const struct pt_doctor *d, struct pt_check *c)
{
	pt_str_adds(&c->found, d->no_sys ? d->no_sys : "mounted, with kernel/mm");
	return d->no_sys ? -ENOENT : 0;
}

/* Only opened: reading it would clear the marks of the pages that were used. */
int pt_check_idle(const struct pt_doctor *d, struct pt_check *c)
{
	int fd = pt_open_at(d->root->sys_fd, "kernel/mm/page_idle/bitmap");

	if (fd < 0)
		return fd;
	close(fd);
	pt_str_adds(&c->found, "kernel/mm/page_idle/bitmap is accessible");
	return 0;
}

/*
 * A line of a file below /sys, escaped; of "always [madvise] never" the chosen word. 0 or -errno.
 */
static int add_word(const struct pt_doctor *d, const char *name, struct pt_str *out)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(d->root->sys_fd, name, &s);
	const char *open = strchr(s.s, '['), *from = open ? open + 1 : s.s;

	if (!err)
		pt_escape(out, from, strcspn(from, "]\n"));
	pt_str_done(&s);
	return err;
}

int pt_check_node(const struct pt_doctor *d, struct pt_check *c)
{
	const uint64_t pfn = d->no_own ? 0 : pt_doctor_pfn(d, d->mem);
	struct pt_str online = PT_STR_INIT;
	int err = add_word(d, "devices/system/node/online", &online), node = 0;

	if (!err && !pfn) {
		pt_untried(c, d->no_own || d->pm_err ? NULL : PT_NEEDS_PFN,
			   "needs a visible PFN; online: ");
	} else if (!err) {
		node = pt_node_of_pfn(&d->probe.nodes, pfn);
		if (node < 0)
			pt_str_adds(&c->found, "node of an own page unknown; online: ");
		else
			pt_str_addf(&c->found, "own page on node %d; online: ", node);
	}
	pt_str_add(&c->found, online.s, online.len);
	pt_str_done(&online);
	if (!err && node < 0)
		err = node;
	return err;
}

/* The sizes of huge pages that there may be, in kB: powers of two from 8 kB to 16 GiB. */
#define FOR_EACH_SIZE(kb) for (uint64_t kb = 8; kb <= UINT64_C(16) << 20; kb <<= 1)

static void size_path(char path[static 96], const char *folder, uint64_t kb, const char *file)
{
	snprintf(path, 96, "kernel/mm/%s/hugepages-%" PRIu64 "kB/%s", folder, kb, file);
}

int pt_check_thp(const struct pt_doctor *d, struct pt_check *c)
{
	struct pt_str word = PT_STR_INIT;
	char path[96], size[PT_SIZE_LEN];

	if (add_word(d, "kernel/mm/transparent_hugepage/enabled", &c->found))
		pt_str_adds(&c->found, "not in this kernel");
	FOR_EACH_SIZE(kb) {
		size_path(path, "transparent_hugepage", kb, "enabled");
		pt_str_cut(&word, 0);
		if (!add_word(d, path, &word) && strcmp(word.s, "never"))
			pt_str_addf(&c->found, "; %s %s", pt_size_text(kb << 10, size), word.s);
	}
	pt_str_done(&word);
	return 0;
}

int pt_check_ksm(const struct pt_doctor *d, struct pt_check *c)
{
	static const char *const text[] = { "stopped", "merging", "unmerging" };
	uint64_t run;

	if (pt_read_u64_at(d->root->sys_fd, "kernel/mm/ksm/run", &run))
		pt_str_adds(&c->found, "not in this kernel");
	else
		pt_str_addf(&c->found, "run is %" PRIu64 ": %s", run,
			    run < sizeof(text) / sizeof(text[0]) ? text[run] : "unknown");
	return 0;
}

int pt_check_hugetlb(const struct pt_doctor *d, struct pt_check *c)
{
	char path[96], size[PT_SIZE_LEN];
	uint64_t n;

	FOR_EACH_SIZE(kb) {
		size_path(path, "hugepages", kb, "nr_hugepages");
		if (!pt_read_u64_at(d->root->sys_fd, path, &n))
			pt_str_addf(&c->found, "%s%" PRIu64 " pages of %s",
				    c->found.len ? ", " : "", n, pt_size_text(kb << 10, size));
	}
	if (!c->found.len)
		pt_str_adds(&c->found, "not in this kernel");
	return 0;
}
