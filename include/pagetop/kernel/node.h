/*
 * The NUMA node of a page frame: the kernel lists blocks of memory under each node
 * (/sys/devices/system/node/nodeN/memoryM, Documentation/admin-guide/mm/memory-hotplug.rst).
 *
 *	PFN   0           block_npages        2 * block_npages
 *	      ├─ block 0 ─┼────── block 1 ────┼─ …		node[1] is the node of these frames
 */
#ifndef PAGETOP_KERNEL_NODE_H
#define PAGETOP_KERNEL_NODE_H

#include <stddef.h>
#include <stdint.h>
#include "pagetop/kernel/root.h"

enum { PT_MAX_NBLOCKS = 1 << 22 };	/* of 128 MiB: 512 TiB. Blocks above are not known */

struct pt_nodes {
	uint64_t block_npages;
	int16_t *node;		/* of each block; negative: none, or one shared between nodes */
	size_t nblocks, cap;
	int nnodes;		/* how many nodes there are, those without memory too */
};

/*
 * Reads the lists, once: memory that is plugged in later is not known. 0, or -errno, and then no
 * node is known: -ENOENT the kernel has no such lists.
 */
int pt_nodes_init(const struct pt_root *root, struct pt_nodes *ret);
void pt_nodes_done(struct pt_nodes *nodes);

/* The node, or -ENOENT: it is not known. */
int pt_node_of_pfn(const struct pt_nodes *nodes, uint64_t pfn);

#endif
