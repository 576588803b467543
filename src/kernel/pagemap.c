#include "pagetop/kernel/pagemap.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/root.h"

int pt_pagemap_open(int pid_dir_fd, bool scan, struct pt_pagemap *ret)
{
	int fd = pt_open_at(pid_dir_fd, "pagemap");

	if (fd < 0)
		return fd == -ENOENT ? -ENOSYS : fd;
	*ret = (struct pt_pagemap){ .fd = fd, .no_scan = !scan, .stands_in = !pt_is_procfs(fd) };
	return 0;
}

void pt_pagemap_close(struct pt_pagemap *pm)
{
	if (pm->fd >= 0)
		close(pm->fd);
	pm->fd = -1;
}

static ssize_t refused(struct pt_pagemap *pm)
{
	if (errno != ENOTTY && errno != EINVAL)
		return -errno;
	pm->no_scan = true;
	return -EOPNOTSUPP;
}

ssize_t pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			struct pt_region *ret, size_t max)
{
	struct pt_pm_region reg[PT_MAX_REGIONS];
	struct pt_pm_scan_arg arg = {
		.size = sizeof(arg),
		.start = *vpn << PT_PAGE_SHIFT,
		.end = end_vpn << PT_PAGE_SHIFT,
		.vec = (uintptr_t)reg,
		.vec_len = max < PT_MAX_REGIONS ? max : PT_MAX_REGIONS,
		.max_pages = PT_STEP_NPAGES,
		.category_anyof_mask = PT_PAGE_IS_PRESENT | PT_PAGE_IS_SWAPPED,
		.return_mask = PT_PAGE_IS_PRESENT | PT_PAGE_IS_SWAPPED | PT_PAGE_IS_HUGE |
			       PT_PAGE_IS_PFNZERO,
	};
	uint64_t next;
	int n;

	if (pm->no_scan)
		return -EOPNOTSUPP;
	do
		n = ioctl(pm->fd, PT_PAGEMAP_SCAN, &arg);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return refused(pm);
	for (int i = 0; i < n; i++)
		ret[i] = (struct pt_region){
			.vpn = reg[i].start >> PT_PAGE_SHIFT,
			.npages = (reg[i].end - reg[i].start) >> PT_PAGE_SHIFT,
			.categories = (uint32_t)reg[i].categories,
		};
	next = arg.walk_end;
	if (n && reg[n - 1].end > next)		/* walk_end can lie behind what was reported */
		next = reg[n - 1].end;
	*vpn = next >> PT_PAGE_SHIFT;
	return n;
}

int pt_pagemap_shows(const struct pt_pagemap *pm, uint64_t vpn)
{
	struct pt_pm_region reg;
	struct pt_pm_scan_arg arg = {
		.size = sizeof(arg),
		.start = vpn << PT_PAGE_SHIFT,
		.end = (vpn + 1) << PT_PAGE_SHIFT,
		.vec = (uintptr_t)&reg,
		.vec_len = 1,
		.return_mask = PT_PAGE_IS_PRESENT,
	};
	int n = ioctl(pm->fd, PT_PAGEMAP_SCAN, &arg);

	return n < 0 ? -errno : n;
}

bool pt_pagemap_knows(const struct pt_pagemap *pm, uint64_t category)
{
	struct pt_pm_scan_arg arg = { .size = sizeof(arg), .return_mask = category };

	return !ioctl(pm->fd, PT_PAGEMAP_SCAN, &arg);
}

uint64_t pt_pagemap_skip(const struct pt_pagemap *pm, uint64_t vpn)
{
	off_t data;

	if (!pm->stands_in)
		return vpn;
	data = lseek(pm->fd, (off_t)(vpn * 8), SEEK_DATA);
	if (data >= 0)
		return (uint64_t)data / 8;
	/* a file system that cannot tell holes: up to the end of the file */
	return errno != ENXIO && vpn * 8 < (uint64_t)lseek(pm->fd, 0, SEEK_END) ? vpn : UINT64_MAX;
}

int pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret)
{
	ssize_t n = pt_pread_full(pm->fd, ret, npages * 8, vpn * 8);

	if (n < 0)
		return (int)n;
	if (n == 0 && npages && !pt_pagemap_alive(pm))
		return -ESRCH;
	/* Beyond user space: nothing there */
	memset((char *)ret + n, 0, npages * 8 - (size_t)n);
	return 0;
}

bool pt_pagemap_alive(const struct pt_pagemap *pm)
{
	uint64_t word;

	return pt_pread_full(pm->fd, &word, sizeof(word), 0) == sizeof(word);
}
