/*
 * Pictures in files: `pagetop pages --svg`, and P on the screen.
 */
#ifndef PAGETOP_APP_PICTURE_H
#define PAGETOP_APP_PICTURE_H

#include <stdbool.h>
#include "pagetop/app/options.h"
#include "pagetop/base/str.h"

/* Whole or not at all; "-" is standard output. 0; -EEXIST: it is there, and `replace` is false; or -errno. */
int pt_picture_write(const char *file, const struct pt_str *svg, bool replace);

/* What pt_run_pages() does with --svg. */
int pt_run_picture(const struct pt_options *opt);

#endif
