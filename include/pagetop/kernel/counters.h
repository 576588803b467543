/*
 * Files of named numbers, a line each: /proc/vmstat "pgfault 349625097", /proc/meminfo "MemFree:  23279552 kB".
 */
#ifndef PAGETOP_KERNEL_COUNTERS_H
#define PAGETOP_KERNEL_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#define PT_COUNTER_NONE UINT64_MAX	/* this kernel has no such line */

/* The number of the line whose name is the first `len` bytes of `name`, kB in bytes. */
uint64_t pt_counter(const char *text, const char *name, size_t len);

#endif
