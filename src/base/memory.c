#include "pagetop/base/memory.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Of all threads, and of libraries that are given no more than a size. */
static struct {
	atomic_uint nfailed, ntold;
} memory;

int pt_memory_note(void)
{
	atomic_fetch_add(&memory.nfailed, 1);
	return -ENOMEM;
}

int pt_memory_note_err(int err)
{
	return err == -ENOMEM ? pt_memory_note() : err;
}

unsigned pt_memory_nfailed(void)
{
	return atomic_load(&memory.nfailed);
}

bool pt_memory_ran_out(void)
{
	return atomic_load(&memory.nfailed) != atomic_load(&memory.ntold);
}

bool pt_memory_told(void)
{
	unsigned n = atomic_load(&memory.nfailed);

	return atomic_exchange(&memory.ntold, n) != n;
}

static void *noted(void *p)
{
	if (!p)
		pt_memory_note();
	return p;
}

void *pt_malloc(size_t len)
{
	return noted(malloc(len));
}

void *pt_calloc(size_t n, size_t len)
{
	return noted(calloc(n, len));
}

void *pt_realloc(void *p, size_t len)
{
	return noted(realloc(p, len));
}

char *pt_strdup(const char *s)
{
	return noted(strdup(s));
}

char *pt_strndup(const char *s, size_t len)
{
	return noted(strndup(s, len));
}
