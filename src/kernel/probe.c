#include "pagetop/kernel/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include "pagetop/kernel/abi.h"

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

	for (size_t i = 0; caps && i < sizeof(row) / sizeof(row[0]); i++)
		*row[i].have = !cap_get_flag(caps, row[i].cap, CAP_EFFECTIVE, &v) && v == CAP_SET;
	cap_free(caps);
}

/* The kernel's configuration as it was built: in /proc, or where distributions put it. */
static int open_config(const struct pt_root *root)
{
	struct pt_str release = PT_STR_INIT, path = PT_STR_INIT;
	int fd = pt_open_at(root->proc_fd, "config.gz");

	if (fd < 0 && root->real && !pt_read_at(root->proc_fd, "sys/kernel/osrelease", &release)) {
		pt_str_addf(&path, "/boot/config-%.*s", (int)strcspn(release.s, "\n/"), release.s);
		fd = pt_open_at(root->proc_fd, path.s);
	}
	pt_str_done(&release);
	pt_str_done(&path);
	return fd;
}

static void probe_config(const struct pt_root *root, struct pt_probe *p)
{
	bool memory_failure = false, device_private = false, inexact = false;
	int fd = open_config(root);
	gzFile gz = fd >= 0 ? gzdopen(fd, "r") : NULL;
	char line[256];
	bool known = false;
	int nlines = 0;

	while (gz && nlines++ < MAX_LINES && gzgets(gz, line, sizeof(line))) {
		known = known || !strncmp(line, "CONFIG_", 7);
		memory_failure |= !strcmp(line, "CONFIG_MEMORY_FAILURE=y\n");
		device_private |= !strcmp(line, "CONFIG_DEVICE_PRIVATE=y\n");
		inexact |= !strcmp(line, "CONFIG_NO_PAGE_MAPCOUNT=y\n");
	}
	if (gz)
		gzclose(gz);
	else if (fd >= 0)
		close(fd);
	pt_swap_layout_init(&p->layout, known, memory_failure, device_private);
	p->config = known;
	p->precise = known && !inexact;
}

/* An empty range with the categories we ask for: 0 where all of them are known. */
static bool scan_answers(const struct pt_root *root)
{
	struct pt_pagemap pm = PT_PAGEMAP_INIT;
	struct pt_region region;
	uint64_t vpn = 0;
	int self = openat(root->proc_fd, "self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool yes = self >= 0 && !pt_pagemap_open(self, true, &pm) &&
		   pt_pagemap_find(&pm, &vpn, 0, &region, 1) >= 0;

	pt_pagemap_close(&pm);
	if (self >= 0)
		close(self);
	return yes;
}

/* A mapping just made has the bit already, touched or not (VM_SOFTDIRTY). */
static bool keeps_soft_dirty(const struct pt_root *root)
{
	int self = root->real ? openat(root->proc_fd, "self", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	char *page = mmap(NULL, PT_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct pt_pagemap pm = PT_PAGEMAP_INIT;
	uint64_t word = 0;

	if (page == MAP_FAILED)
		page = NULL;
	if (page)
		*(volatile char *)page = 1;
	if (page && self >= 0 && !pt_pagemap_open(self, false, &pm))
		pt_pagemap_read(&pm, (uintptr_t)page >> PT_PAGE_SHIFT, 1, &word);
	pt_pagemap_close(&pm);
	if (page)
		munmap(page, PT_PAGE_BYTES);
	if (self >= 0)
		close(self);
	return word & PT_PM_SOFT_DIRTY;
}

void pt_probe_init(const struct pt_root *root, struct pt_probe *ret)
{
	*ret = (struct pt_probe){ .kpage = PT_KPAGE_INIT };
	pt_kpage_open(root, &ret->kpage);
	probe_capabilities(ret);
	probe_config(root, ret);
	pt_nodes_init(root, &ret->nodes);
	ret->scan = scan_answers(root);
	ret->soft_dirty = keeps_soft_dirty(root);
}

void pt_probe_done(struct pt_probe *probe)
{
	pt_kpage_close(&probe->kpage);
	pt_nodes_done(&probe->nodes);
}

static const char refused[] = "cannot be read: the kernel refuses, whatever our privileges";

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
		return "has ended";
	case -ESTALE:
		return "runs another program now (exec)";
	case -ENOSYS:
		return "cannot be read: there is no pagemap";
	case -EINVAL:
		return "cannot be read: its files are not as the kernel writes them";
	case -ENOMEM:
		return "needs more memory than there is";
	case -EACCES:
	case -EPERM:
		return needs(probe, true) ? needs(probe, true) : refused;
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
		return "there is no such file in this /proc";
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
