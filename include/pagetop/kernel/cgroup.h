/*
 * The memory cgroup that a page is charged to: /proc/kpagecgroup tells the inode of its folder
 * (Documentation/admin-guide/mm/pagemap.rst), here it gets its path.
 *
 *	/sys/fs/cgroup			version 2: there is a cgroup.controllers in it
 *	/sys/fs/cgroup/memory		version 1: the hierarchy of memory
 */
#ifndef PAGETOP_KERNEL_CGROUP_H
#define PAGETOP_KERNEL_CGROUP_H

#include <stdint.h>
#include "pagetop/base/str.h"
#include "pagetop/kernel/root.h"

/* How far the tree is walked. */
enum { PT_CGROUP_MAX_DEPTH = 64, PT_CGROUP_MAX_NDIRS = 16384 };

/*
 * The path below the root of the hierarchy, "/" for the root itself: raw bytes, appended to
 * `ret_path`. The tree is walked for it, so the caller keeps what it got. 0, or -errno: -ENOENT
 * no folder has this inode (0 stands for a page that is not charged), -E2BIG none was found, but
 * the tree is larger than the walk.
 */
int pt_cgroup_path(const struct pt_root *root, uint64_t inode, struct pt_str *ret_path);

#endif
