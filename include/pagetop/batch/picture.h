/*
 * Pictures in files: `pagetop pages --svg`.
 */
#ifndef PAGETOP_BATCH_PICTURE_H
#define PAGETOP_BATCH_PICTURE_H

#include "pagetop/cli/options.h"

/* What pt_run_pages() does with --svg. */
int pt_run_picture(const struct pt_options *opt);

#endif
