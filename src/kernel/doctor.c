#include "pagetop/kernel/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "pagetop/base/memory.h"
#include "pagetop/kernel/abi.h"

#define PT_KPAGE_OPTION "kernel option CONFIG_PROC_PAGE_MONITOR; /proc mounted without subset=pid"

enum needs { NOTHING, OWN, SYS };

static const struct row {
	enum needs needs;
	const char *source, *lost, *refused, *absent;
	int (*check)(const struct pt_doctor *d, struct pt_check *c);
} rows[] = {
#define CHECK(id, needs, source, lost, refused, absent) { \
	needs, source, lost, refused, absent, pt_check_##id },
#include "pagetop/kernel/doctor.def"
#undef CHECK
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

/* ---- pages of our own */

/*
 * Pages between two that nobody may touch, so that their mapping is joined with no other; small
 * ones, each written with its own address, so that no two pages of the machine are equal.
 */
static char *own_pages_new(void)
{
	char *all = mmap(NULL, (PT_OWN_NPAGES + 2) * PT_PAGE_BYTES, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *mem = all == MAP_FAILED ? NULL : all + PT_PAGE_BYTES;

	if (!mem)
		return NULL;
	if (mprotect(mem, PT_OWN_NPAGES * PT_PAGE_BYTES, PROT_READ | PROT_WRITE)) {
		munmap(all, (PT_OWN_NPAGES + 2) * PT_PAGE_BYTES);
		return NULL;
	}
	madvise(mem, PT_OWN_NPAGES * PT_PAGE_BYTES, MADV_NOHUGEPAGE);
	for (int i = 0; i < PT_OWN_NPAGES; i += 2)
		*(char **)(mem + i * PT_PAGE_BYTES) = mem + i * PT_PAGE_BYTES;
	return mem;
}

static void own_pages_free(char *mem)
{
	munmap(mem - PT_PAGE_BYTES, (PT_OWN_NPAGES + 2) * PT_PAGE_BYTES);
}

uint64_t pt_doctor_pfn(const struct pt_doctor *d, const void *addr)
{
	uint64_t word;

	if (d->pm.fd < 0 || pt_pagemap_read(&d->pm, (uintptr_t)addr >> PT_PAGE_SHIFT, 1, &word))
		return 0;
	return word & PT_PM_PRESENT ? word & PT_PM_PFN_MASK : 0;
}

/* ---- what every trial needs */

static void find_own(struct pt_doctor *d)
{
	if (!d->root->real) {
		d->no_own = "needs pages of pagetop's own; this is a stand-in for /proc";
		return;
	}
	d->self_fd = pt_self_at(d->root->proc_fd);
	if (d->self_fd < 0) {
		d->no_own = "needs pages of pagetop's own, but pagetop is not in this /proc "
			    "(another PID namespace, or not mounted)";
		return;
	}
	d->pm_err = pt_pagemap_open(d->self_fd, true, &d->pm);
}

static int doctor_init(struct pt_doctor *d, const struct pt_root *root)
{
	*d = (struct pt_doctor){ .root = root, .self_fd = -1, .pm = PT_PAGEMAP_INIT };
	d->mem = own_pages_new();
	if (!d->mem)
		return -ENOMEM;
	pt_probe_init(root, &d->probe);
	find_own(d);
	if (root->sys_fd < 0 || faccessat(root->sys_fd, "kernel/mm", F_OK, 0))
		d->no_sys = "no /sys";
	return 0;
}

static void doctor_done(struct pt_doctor *d)
{
	pt_pagemap_close(&d->pm);
	if (d->self_fd >= 0)
		close(d->self_fd);
	pt_probe_done(&d->probe);
	own_pages_free(d->mem);
}

/* ---- rows */

int pt_untried(struct pt_check *c, const char *remedy, const char *why)
{
	c->health = PT_UNTRIED;
	c->remedy = remedy;
	pt_str_adds(&c->found, why);
	return 0;
}

const char *pt_trial_error(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENOSYS:
		return "no such file";
	case -EISNAM:
		return "symlink, device or FIFO";
	case -ENOTTY:
	case -EOPNOTSUPP:
		return "ioctl not supported by this kernel";
	default:
		return strerror(-err);
	}
}

static void missing(const struct row *row, int err, struct pt_check *c)
{
	c->health = PT_MISSING;
	if (!c->found.len)
		pt_str_adds(&c->found, pt_trial_error(err));
	if (err != -EBADMSG)
		c->remedy = err == -EACCES || err == -EPERM ? row->refused : row->absent;
}

static void try_row(const struct pt_doctor *d, const struct row *row, struct pt_check *c)
{
	const char *const why_not[] = { [OWN] = d->no_own, [SYS] = d->no_sys },
			  *why = why_not[row->needs];
	int err;

	*c = (struct pt_check){ .source = row->source, .lost = row->lost, .found = PT_STR_INIT };
	err = why ? pt_untried(c, NULL, why) : row->check(d, c);
	if (err)
		missing(row, err, c);
}

int pt_doctor(const struct pt_root *root, struct pt_check **ret, size_t *ret_n)
{
	struct pt_check *c = pt_calloc(NROWS, sizeof(*c));
	struct pt_doctor d;
	int err = c ? doctor_init(&d, root) : -ENOMEM;

	if (err) {
		free(c);
		return err;
	}
	for (size_t i = 0; i < NROWS; i++) {
		try_row(&d, &rows[i], &c[i]);
		err = err ? err : c[i].found.err;
	}
	doctor_done(&d);
	if (err) {
		pt_doctor_free(c, NROWS);
		return err;
	}
	*ret = c;
	*ret_n = NROWS;
	return 0;
}

void pt_doctor_free(struct pt_check *checks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pt_str_done(&checks[i].found);
	free(checks);
}
