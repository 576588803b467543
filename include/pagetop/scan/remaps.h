/*
 * Mappings that changed hands while their pages were read: they are read before the pages, and what
 * was unmapped meanwhile, or mapped anew, is not known.
 *
 *	was   │ [heap] ████████████ │   │ libc.so ████████████ │
 *	is    │ [heap] █████│██████ │   │ libc.so █████│ ▒▒▒▒▒ │
 *	        in parts, but the same    not known, all of it
 */
#ifndef PAGETOP_SCAN_REMAPS_H
#define PAGETOP_SCAN_REMAPS_H

#include "pagetop/model/image.h"
#include "pagetop/scan/target.h"

/* Their pages become unstable. 0; -ESRCH: nothing is to be seen of the process any more; -errno. */
int pt_remaps_mark(const struct pt_target *t, struct pt_image *img);

#endif
