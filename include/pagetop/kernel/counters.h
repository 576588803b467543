/*
 * Files of named numbers, a line each: /proc/vmstat "pgfault 349625097", /proc/meminfo "MemFree:
 * 23279552 kB".
 */
#ifndef PAGETOP_KERNEL_COUNTERS_H
#define PAGETOP_KERNEL_COUNTERS_H

#include <stddef.h>
#include <stdint.h>
#include "pagetop/kernel/root.h"

#define PT_COUNTER_NONE UINT64_MAX	/* this kernel has no such line */

/* The number of the line whose name is the first `len` bytes of `name`, kB in bytes. */
uint64_t pt_counter(const char *text, const char *name, size_t len);

/*
 * The sum of a counter over the sizes of transparent huge pages below that of a PMD, which vmstat
 * does not count: /sys/kernel/mm/transparent_hugepage/hugepages-<size>kB/stats/NAME.
 * PT_COUNTER_NONE where no size has it.
 */
uint64_t pt_mthp_counter(const struct pt_root *root, const char *name);

#endif
