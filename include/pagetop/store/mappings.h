/*
 * Lists of mappings in a snapshot file: each a row, in order.
 */
#ifndef PAGETOP_STORE_MAPPINGS_H
#define PAGETOP_STORE_MAPPINGS_H

#include <sqlite3.h>
#include "pagetop/kernel/maps.h"

/*
 * The bits of `vmflags` and `vmflags_known` in the file: VmFlags, and behind them what else was
 * told of a mapping. Their names, by number.
 */
enum { PT_MAPPING_SECRET = PT_NVMFLAGS, PT_MAPPING_BARE, PT_MAPPING_DELETED, PT_NMAPPING_BITS };
const char *pt_mapping_bit_name(int bit);

/* `st` inserts a row of the table; `sums`: what smaps summed of pages is kept. 0 or -errno. */
int pt_mappings_store(sqlite3_stmt *st, int64_t list, const struct pt_vmas *vmas, bool sums);

/*
 * Of each bit of VmFlags in the file, our own number, or PT_NMAPPING_BITS or more: we have none.
 * `bit` NULL: they are the same. `version` is the schema's. 0, or -errno: -EBADMSG what stands
 * there is no list of mappings.
 */
int pt_mappings_load(sqlite3 *db, int version, int64_t list, const uint8_t *bit,
		     struct pt_vmas *ret);

/* In everything that would be stored. */
bool pt_mappings_equal(const struct pt_vmas *kept, const struct pt_vmas *now, bool sums);

#endif
