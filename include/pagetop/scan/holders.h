/*
 * Who has files without a name: memfd, shared anonymous memory, files of tmpfs that were removed.
 * They go when nobody maps them and nobody has them open.
 *
 *	maps       of every process    ┐  device and inode of each whose name ends in " (deleted)",
 *	fd/…       of every process    ┘  with the pid
 *
 * Read when it is asked, and kept for as long as makes it a fiftieth of a core. Not seen is what
 * the kernel itself holds, as a descriptor on its way from process to process, and what a process
 * maps that shows its descriptors but refuses its maps.
 */
#ifndef PAGETOP_SCAN_HOLDERS_H
#define PAGETOP_SCAN_HOLDERS_H

#include "pagetop/kernel/maps.h"
#include "pagetop/scan/target.h"

struct pt_holder {
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	pid_t pid;
};

struct pt_holders {
	struct pt_holder *v;		/* in the order of inode, device, pid */
	size_t n, cap;
	size_t nrefused;		/* processes whose descriptors cannot be read */
	uint64_t mono_ns, cost_ns;	/* CLOCK_MONOTONIC at the end; 0: not read yet */
};

/* Reads all processes, unless that was done a moment ago. 0 or -errno. */
int pt_holders_read(const struct pt_scan_env *env, struct pt_holders *h);
void pt_holders_done(struct pt_holders *h);

/* Whether the file of this mapping goes when this process ends. */
enum pt_told pt_holders_ask(const struct pt_holders *h, const struct pt_vma *vma, pid_t pid);

#endif
