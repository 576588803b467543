/*
 * What a process can see of its own pages without any privilege, and what the system's settings
 * are: for the demo, which looks at what it made before it promises it to anybody.
 * It is about this very process, so it reads the real /proc and /sys.
 */
#ifndef PAGETOP_DEMO_DEMO_CHECK_H
#define PAGETOP_DEMO_DEMO_CHECK_H

#include <stddef.h>
#include <stdint.h>

/* How many pages of the range have pagemap words with (word & mask) == want. */
size_t pt_demo_count(const void *mem, size_t len, uint64_t mask, uint64_t want);

struct pt_demo_look {
	uint64_t huge_bytes;		/* mapped by PMD, or hugetlb; without the huge zero page */
	uint64_t lazyfree_bytes;
	uint64_t vmflags;		/* those that all mappings of the range have */
};

/* What smaps tells of the mappings that the range touches. 0 or -errno. */
int pt_demo_look(const void *mem, size_t len, struct pt_demo_look *ret);

/*
 * First line of a settings file; of a choice like "always [madvise] never" the chosen word.
 * `buf` is "" when the file cannot be read. Returns `buf`.
 */
enum { PT_DEMO_WORD = 64 };
const char *pt_demo_setting(const char *path, char buf[static PT_DEMO_WORD]);

#endif
