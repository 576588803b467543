/*
 * The NUMA node of a page frame: the kernel lists blocks of memory under each node
 * (/sys/devices/system/node/nodeN/memoryM, Documentation/admin-guide/mm/memory-hotplug.rst).
 */
#ifndef PAGETOP_KERNEL_NODE_H
#define PAGETOP_KERNEL_NODE_H

#include <stdint.h>
#include "pagetop/kernel/root.h"

/* The node, or -errno: -ENOENT it is not known. */
int pt_node_of_pfn(const struct pt_root *root, uint64_t pfn);

#endif
