/*
 * What is mounted where we are, from /proc/self/mountinfo: of which file systems the pages are
 * never in swap.
 *
 * Shared memory that is swapped out leaves nothing in the page table. Mappings tell only the device
 * of their file: that of tmpfs is a number without a driver, as is that of many others.
 */
#ifndef PAGETOP_KERNEL_MOUNTS_H
#define PAGETOP_KERNEL_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/kernel/root.h"

struct pt_mounts;

/* NULL: no memory, or no such file */
struct pt_mounts *pt_mounts_new(const struct pt_root *root);
void pt_mounts_free(struct pt_mounts *m);				/* takes NULL */

/*
 * Whether a file system with this number is mounted that keeps its pages in memory of its own, or
 * drops them: never in swap. False also where it is not known, and for NULL. Looked up again
 * whenever mounts have changed; for any thread.
 */
bool pt_mounts_never_swap(struct pt_mounts *m, uint32_t major, uint32_t minor);

#endif
