/*
 * What the kernel knows of each physical page: /proc/kpageflags, /proc/kpagecount and
 * /proc/kpagecgroup, one word for each PFN (Documentation/admin-guide/mm/pagemap.rst).
 *
 * Neighbouring PFNs are read in one call. These files hold no lock of any process.
 */
#ifndef PAGETOP_KERNEL_KPAGE_H
#define PAGETOP_KERNEL_KPAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pagetop/kernel/root.h"

enum pt_kpage_file { PT_KPAGE_FLAGS, PT_KPAGE_COUNT, PT_KPAGE_CGROUP, PT_NKPAGE };

struct pt_kpage {
	int fd[PT_NKPAGE];	/* or -errno: why it cannot be read */
};

#define PT_KPAGE_INIT { .fd = { -1, -1, -1 } }
#define PT_KPAGE_NONE UINT64_MAX	/* no word for this PFN: none asked for, or past the end */

/* Opens what can be opened; each file that cannot leaves its errno. */
void pt_kpage_open(const struct pt_root *root, struct pt_kpage *ret);
void pt_kpage_close(struct pt_kpage *kp);

/*
 * The words of `n` frames from `pfn` on; PT_KPAGE_NONE past the end. 0, or -errno (of the file, if
 * it is not open).
 */
int pt_kpage_read_run(const struct pt_kpage *kp, enum pt_kpage_file file, uint64_t pfn, size_t n,
		      uint64_t *ret);

/* PFNs that kpageflags covers: it ends behind the highest frame. 0: it cannot be read. */
uint64_t pt_kpage_frames(const struct pt_kpage *kp);

/*
 * ret[i] becomes the word of pfn[i], for `n` pages; where pfn[i] is 0 or the file has no word,
 * PT_KPAGE_NONE. 0 or -errno, as above.
 */
int pt_kpage_read(const struct pt_kpage *kp, enum pt_kpage_file file, const uint64_t *pfn, size_t n,
		  uint64_t *ret);

#endif
