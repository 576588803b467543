/*
 * What is counted in an image: sums over pages, of mappings and of the process, and what stays open
 * of them.
 */
#ifndef PAGETOP_MODEL_SUMS_H
#define PAGETOP_MODEL_SUMS_H

#include "pagetop/model/image.h"
#include "pagetop/model/kinds.h"

/*
 * Works out states, overlays and the sums of the process. To be called once, when
 * all runs are there.
 */
void pt_image_complete(struct pt_image *img);

/*
 * A part of that, for who looks at states before: of which mappings are all pages
 * lazyfree that may be?
 */
void pt_image_tell_lazyfree(struct pt_image *img);

/* The sums of one mapping. */
void pt_image_sums(const struct pt_image *img, const struct pt_vma *vma,
		   struct pt_sum ret[static PT_NCOLS]);

/*
 * One of them. `kinds`, which the caller has initialised, is for all mappings of the image
 * that are asked for.
 */
struct pt_sum pt_image_sum(const struct pt_image *img, const struct pt_vma *vma, enum pt_column col,
			   struct pt_kinds *kinds);

/*
 * Whether the pages of a mapping of shared memory that are absent here are in swap: all of them,
 * none, or it is not known which. smaps tells how many are.
 */
enum pt_told pt_image_absent_in_swap(const struct pt_image *img, const struct pt_vma *vma);

#endif
