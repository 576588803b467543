/*
 * Pictures in files: `pagetop pages --svg`, and P on the screen.
 */
#ifndef PAGETOP_APP_PICTURE_H
#define PAGETOP_APP_PICTURE_H

#include "pagetop/app/options.h"

/* What pt_run_pages() does with --svg. */
int pt_run_picture(const struct pt_options *opt);

#endif
