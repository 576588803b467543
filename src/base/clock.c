#include "pagetop/base/clock.h"

#include <time.h>
#include "pagetop/base/errand.h"

static uint64_t ns_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t pt_now_ns(void)
{
	return ns_of(CLOCK_MONOTONIC);
}

uint64_t pt_cpu_ns(void)
{
	return ns_of(CLOCK_THREAD_CPUTIME_ID) + pt_errands_cpu_ns();
}
