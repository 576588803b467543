#include "pagetop/kernel/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <unistd.h>
#include <zlib.h>
#include "pagetop/base/memory.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/kcmp.h"
#include "pagetop/kernel/privilege.h"

enum { MAX_LINES = 200000 };	/* a configuration has 10,000 */

static void probe_capabilities(struct pt_probe *p)
{
	const struct { cap_value_t cap; bool *have; } row[] = {
		{ CAP_DAC_READ_SEARCH, &p->dac_read_search },
		{ CAP_SYS_PTRACE, &p->sys_ptrace },
		{ CAP_SYS_ADMIN, &p->sys_admin },
	};
	cap_t caps = cap_get_proc();
	cap_flag_value_t v;

	if (!caps)
		pt_memory_note();
	for (size_t i = 0; caps && i < sizeof(row) / sizeof(row[0]); i++)
		*row[i].have = !cap_get_flag(caps, row[i].cap,
					     pt_privileged() ? CAP_PERMITTED : CAP_EFFECTIVE, &v) &&
			       v == CAP_SET;
	cap_free(caps);
}

/* The kernel's configuration as it was built: in /proc, or where distributions put it. */
static int open_config(const struct pt_root *root)
{
	static const char *const place[][2] = { { "/boot/config-", "" },
						{ "/lib/modules/", "/config" } };
	struct pt_str release = PT_STR_INIT, path = PT_STR_INIT;
	int fd = pt_open_at(root->proc_fd, "config.gz");

	if (fd < 0 && root->real)
		pt_read_at(root->proc_fd, "sys/kernel/osrelease", &release);
	for (size_t i = 0; fd < 0 && release.len && i < sizeof(place) / sizeof(place[0]); i++) {
		pt_str_reset(&path);
		pt_str_addf(&path, "%s%.*s%s", place[i][0], (int)strcspn(release.s, "\n/"),
			    release.s, place[i][1]);
		fd = pt_open_at(AT_FDCWD, path.s);
	}
	pt_str_done(&release);
	pt_str_done(&path);
	return fd;
}

/* Lines of it that cannot be tried, or that stand in for a trial that could not be made. */
struct config {
	bool known, memory_failure, device_private, averages;
};

static void read_config(const struct pt_root *root, struct config *ret)
{
	int fd = open_config(root);
	gzFile gz = fd >= 0 ? gzdopen(fd, "r") : NULL;
	char line[256];
	int nlines = 0, err = Z_OK;

	*ret = (struct config){ 0 };
	while (gz && nlines++ < MAX_LINES && gzgets(gz, line, sizeof(line))) {
		ret->known = ret->known || !strncmp(line, "CONFIG_", 7);
		ret->memory_failure |= !strcmp(line, "CONFIG_MEMORY_FAILURE=y\n");
		ret->device_private |= !strcmp(line, "CONFIG_DEVICE_PRIVATE=y\n");
		ret->averages |= !strcmp(line, "CONFIG_NO_PAGE_MAPCOUNT=y\n");
	}
	if (fd >= 0 && (!gz || (gzerror(gz, &err) && err == Z_MEM_ERROR)))
		pt_memory_note();
	if (gz)
		gzclose(gz);
	else if (fd >= 0)
		close(fd);
}

static enum pt_told either(enum pt_told tried, bool known, bool yes)
{
	if (tried != PT_UNTOLD || !known)
		return tried;
	return yes ? PT_YES : PT_NO;
}

/* What follows from the trials, and from the configuration where there was nothing to try. */
static void conclude(const struct pt_root *root, struct pt_probe *p)
{
	struct pt_swap_build build = p->trials.build;
	struct config c;

	read_config(root, &c);
	p->config = c.known;
	build.memory_failure = either(build.memory_failure, c.known, c.memory_failure);
	build.device_private = either(build.device_private, c.known, c.device_private);
	/* A /proc that was recorded: of a kernel of our days */
	if (!pt_trials_possible(root))
		build = (struct pt_swap_build){ PT_YES, build.memory_failure, build.device_private,
						PT_NENTRY_TYPES - 1 };
	pt_swap_layout_init(&p->layout, &build);
	p->precise = either(p->trials.exact_counts, c.known, !c.averages) == PT_YES;
	p->ksm_noise = p->trials.ksm_flag == PT_NO;
	p->soft_dirty = p->trials.soft_dirty == PT_YES;
}

/*
 * An empty range with the categories we ask for: 0 where all of them are known. A file that stands
 * in has no ioctl.
 */
static bool scan_answers(const struct pt_root *root)
{
	struct pt_pagemap pm = PT_PAGEMAP_INIT;
	struct pt_region region;
	uint64_t vpn = 0;
	int self = pt_is_procfs(root->proc_fd) ? pt_self_at(root->proc_fd) : -1;
	bool yes = self >= 0 && !pt_pagemap_open(self, true, &pm) &&
		   pt_pagemap_find(&pm, &vpn, 0, &region, 1) >= 0;

	pt_pagemap_close(&pm);
	if (self >= 0)
		close(self);
	return yes;
}

void pt_probe_init(const struct pt_root *root, struct pt_probe *ret)
{
	*ret = (struct pt_probe){ .kpage = PT_KPAGE_INIT };
	pt_kpage_open(root, &ret->kpage);
	probe_capabilities(ret);
	pt_nodes_init(root, &ret->nodes);
	ret->mounts = pt_mounts_new(root);
	ret->backing = pt_backing_new(root);
	pt_ram_init(root, &ret->ram);
	pt_trials_run(root, &ret->kpage, &ret->trials);
	conclude(root, ret);
	ret->scan = scan_answers(root);
	ret->kcmp_err = pt_kcmp_try(root);
}

void pt_probe_done(struct pt_probe *probe)
{
	pt_kpage_close(&probe->kpage);
	pt_nodes_done(&probe->nodes);
	pt_mounts_free(probe->mounts);
	pt_backing_free(probe->backing);
	pt_ram_done(&probe->ram);
}

static const char refused[] = "cannot be read: the kernel refuses, regardless of privileges";

#define NEEDS "needs "

/* NULL: none that we do not have. */
static const char *needs(const struct pt_probe *probe, bool owner_only)
{
	bool read = owner_only && !probe->dac_read_search;

	if (probe->sys_ptrace)
		return read ? NEEDS "CAP_DAC_READ_SEARCH" : NULL;
	return read ? NEEDS "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH" : NEEDS "CAP_SYS_PTRACE";
}

const char *pt_probe_lacks(const struct pt_probe *probe, bool owner_only)
{
	const char *text = needs(probe, owner_only);

	return text ? text + strlen(NEEDS) : NULL;
}

const char *pt_probe_why(const struct pt_probe *probe, int err)
{
	switch (err) {
	case -ENOENT:
	case -ESRCH:
		return "has exited";
	case -ESTALE:
		return "now runs another program (exec)";
	case -ENOSYS:
		return "cannot be read: no pagemap";
	case -EINVAL:
		return "cannot be read: malformed files in /proc";
	case -EISNAM:
		return "cannot be read: one of its files is a symlink, device or FIFO";
	case -ENOMEM:
		return "cannot be read: not enough memory";
	case -EACCES:
	case -EPERM:
		return needs(probe, true) ? needs(probe, true) : refused;
	case -ETIMEDOUT:
		return PT_NO_ANSWER;
	case -EUSERS:
		return "was not scanned: too many processes do not respond";
	default:
		return strerror(-err);
	}
}

const char *pt_probe_why_pfn(const struct pt_probe *probe)
{
	return probe->sys_admin ? NEEDS PT_NEEDS_PFN " in the initial user namespace" :
				  NEEDS PT_NEEDS_PFN;
}

const char *pt_probe_why_kpage(const struct pt_probe *probe, enum pt_kpage_file file)
{
	int fd = probe->kpage.fd[file];

	if (fd >= 0)
		return NULL;
	switch (fd) {
	case -ENOENT:
		return "no such file in this /proc";
	case -EISNAM:
		return "in this /proc it is a symlink, device or FIFO";
	case -EACCES:
	case -EPERM:
		if (probe->dac_read_search)
			return refused;
		return probe->sys_admin ? NEEDS PT_NEEDS_KPAGE :
		       NEEDS PT_NEEDS_KPAGE " and " PT_NEEDS_PFN;
	default:
		return strerror(-fd);
	}
}
