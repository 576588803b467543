/*
 * One page out of an image, as an image of its own.
 */
#ifndef PAGETOP_MODEL_PAGE_IMAGE_H
#define PAGETOP_MODEL_PAGE_IMAGE_H

#include "pagetop/model/image.h"

/*
 * One page of a complete image as an image of its own, with its words as far as they are kept: of
 * an entry only its type. One reference; NULL: no memory.
 */
struct pt_image *pt_image_of_page(const struct pt_image *img, uint64_t vpn);

#endif
