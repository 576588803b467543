/*
 * Swap areas, from /proc/swaps (mm/swapfile.c): which device or file holds a swapped page.
 *
 *	an entry of pagemap        type 1, slot 77
 *	/proc/swaps                /dev/zram0 …     one row an area, in the order of types,
 *	                           /swap\040file …  but without the types that are not in use
 *
 * The file does not tell the type of a row, so a name is given only where no other row could be it.
 */
#ifndef PAGETOP_KERNEL_SWAPS_H
#define PAGETOP_KERNEL_SWAPS_H

#include <stdbool.h>
#include "pagetop/base/str.h"
#include "pagetop/kernel/root.h"
#include "pagetop/kernel/told.h"

/*
 * The area of entries of this type, of which one must have been seen: its name, raw bytes, appended
 * to `ret_name`. 0, or -errno: -ENOTUNIQ several rows fit, -ENOENT there is no swap area.
 */
int pt_swap_device(const struct pt_root *root, unsigned type, struct pt_str *ret_name);

/* Whether there is a swap area, in use or not. */
enum pt_told pt_swap_any(const struct pt_root *root);

/* Whether anything may be in swap at this moment; where it is not told, it may. */
bool pt_swap_in_use(const struct pt_root *root);

#endif
