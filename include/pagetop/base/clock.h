/*
 * Time that passes, to be compared with itself.
 */
#ifndef PAGETOP_BASE_CLOCK_H
#define PAGETOP_BASE_CLOCK_H

#include <stdint.h>

uint64_t pt_now_ns(void);	/* CLOCK_MONOTONIC */
uint64_t pt_cpu_ns(void);	/* CPU time of the calling thread, and of errands */

#endif
