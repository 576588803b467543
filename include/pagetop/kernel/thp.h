/*
 * Which sizes of transparent huge pages are enabled, from /sys/kernel/mm/transparent_hugepage:
 *
 *	enabled                      the size of a PMD on kernels without the next; and what `inherit` there means
 *	hugepages-<size>kB/enabled   each size of anonymous memory: always inherit madvise never
 *	…/shmem_enabled              the same of shared memory: always inherit within_size advise never
 *
 * Source: Documentation/admin-guide/mm/transhuge.rst.
 */
#ifndef PAGETOP_KERNEL_THP_H
#define PAGETOP_KERNEL_THP_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/root.h"

enum { PT_PMD_ORDER = 9 };

/* Orders, each as the bit of its number: 1 << 9 is 2 MiB. */
struct pt_thp {
	bool known;
	struct { uint32_t always, advised; } anon, shmem;
};

void pt_thp_read(const struct pt_root *root, struct pt_thp *ret);

/*
 * The orders that may be used in a mapping of which smaps says THPeligible: 1, and whose flags are
 * known. Of files that are no shared memory only khugepaged makes huge pages, of the size of a PMD.
 */
uint32_t pt_thp_orders(const struct pt_thp *thp, const struct pt_vma *vma);

/*
 * Where in the mapping an aligned range of this order may begin, the first, and where the last one
 * ends. No more than `*ret_end`.
 */
uint64_t pt_thp_ranges(const struct pt_vma *vma, unsigned order, uint64_t *ret_end);

#endif
