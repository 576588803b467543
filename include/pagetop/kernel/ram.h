/*
 * Which page frames are the system's own memory: "System RAM" of /proc/iomem, whose addresses are
 * hidden (zeros) from those from whom PFNs are hidden.
 *
 *	frames   │ System RAM │ hole │ System RAM (virtio_mem) │ Persistent Memory │ …
 *	             ours                   ours                   a device's
 *
 * Of frames of a device (DAX, persistent memory, CXL, a graphics card's own) kpageflags and
 * kpagecount read 0, as of a hole: only here they are told from pages that are free.
 */
#ifndef PAGETOP_KERNEL_RAM_H
#define PAGETOP_KERNEL_RAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pagetop/kernel/root.h"
#include "pagetop/kernel/told.h"

struct pt_ram {
	struct pt_ram_range {
		uint64_t pfn, end_pfn;
	} *range;		/* in the order of frames; they neither touch nor overlap */
	size_t n, cap;
};

/*
 * 0; -ENODATA no line tells of RAM, or addresses are hidden; or -errno. What fails
 * leaves no ranges.
 */
int pt_ram_init(const struct pt_root *root, struct pt_ram *ret);
void pt_ram_done(struct pt_ram *ram);

/* One line of iomem, added. 0 or -ENOMEM. */
int pt_ram_line(struct pt_ram *ram, const char *line);

/* Whether the frame is the system's own; untold without ranges. */
enum pt_told pt_ram_has(const struct pt_ram *ram, uint64_t pfn);

#endif
