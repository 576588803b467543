/*
 * Shared memory that goes with the process: frames, not entries, are counted.
 *
 *	memfd, mapped three times     ▇▇▇▇ ─┐
 *	by this process               ▇▇▇▇ ─┼─▶ frames with a map count of 3: all of them its own,
 *	                              ▇▇▇▇ ─┘   and counted once, where the lowest address is
 *
 * An entry of anonymous memory that is mapped once is its own frame, and no matter of this file.
 * Frames that KSM merged within one process are. Shared memory goes only where nobody else maps its
 * file or has it open: pt_vma.dies.
 */
#ifndef PAGETOP_MODEL_OWN_H
#define PAGETOP_MODEL_OWN_H

#include "pagetop/model/image.h"

/*
 * Whether the mapping is of a file without a name, as memfd and shared anonymous memory are, or of
 * one that is called as if: pt_vma_deleted() decides. It goes with its last user.
 */
bool pt_own_may_die(const struct pt_vma *vma);

/*
 * Whether PFNs are needed to tell, by the mappings alone: of one such file several are at
 * the same offset.
 */
bool pt_own_needs_pfns(const struct pt_vmas *vmas);

/* The same by the pages: some are merged. */
bool pt_own_has_merged(const struct pt_image *img);

/* Whether it matters who else has these files: some of their pages may be this process's alone. */
bool pt_own_needs_holders(const struct pt_image *img);

/*
 * Fills pt_vma.goes_bytes and goes_open of all mappings. Where memory runs out, what
 * was found is open.
 */
void pt_own_count(struct pt_image *img);

#endif
