/*
 * What an entry of a page table that is not present stands for, by the type in the low 5 bits of
 * its pagemap word.
 *
 *	0 … slots of swap areas … │ hwpoison │ migration │ device memory │ marker │ swap-in error │ 31 is the last
 *	                            0 or 1     2 or 3      0, 2, 3 or 4    0 or 1   0 or 1
 *
 * How many of each there are depends on how the kernel was built, and on its age; they end at 31
 * (include/linux/swap.h, MAX_SWAPFILES). Of a type that can be several things nothing is said.
 */
#ifndef PAGETOP_KERNEL_ENTRY_H
#define PAGETOP_KERNEL_ENTRY_H

#include <stdint.h>
#include "pagetop/kernel/told.h"

enum pt_entry {
	PT_ENTRY_UNKNOWN,	/* type hidden, or several meanings fit */
	PT_ENTRY_SLOT,		/* a real swap slot */
	PT_ENTRY_MIGRATION,
	PT_ENTRY_HWPOISON,
	PT_ENTRY_DEVICE,
	PT_ENTRY_MARKER,
};

enum { PT_NENTRY_TYPES = 32 };

struct pt_swap_layout {
	uint8_t entry[PT_NENTRY_TYPES];	/* enum pt_entry */
};

/* What is known of the build: by trial, or by its configuration. */
struct pt_swap_build {
	enum pt_told markers;		/* page tables hold markers (Linux 5.19) */
	enum pt_told memory_failure;	/* CONFIG_MEMORY_FAILURE */
	enum pt_told device_private;	/* CONFIG_DEVICE_PRIVATE */
	uint8_t marker_type;		/* of one that was made; 0: none was */
};

/* What all builds that fit have in common. */
void pt_swap_layout_init(struct pt_swap_layout *ret, const struct pt_swap_build *known);

/* A word for a meaning: "swap slot", "marker" … A constant string; NULL past the last one. */
const char *pt_entry_name(enum pt_entry entry);

#endif
