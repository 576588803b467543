/*
 * Names of files, completed as a shell does it.
 */
#ifndef PAGETOP_UI_COMPLETE_H
#define PAGETOP_UI_COMPLETE_H

#include "pagetop/base/str.h"

/*
 * As much as all files have in common whose path begins so; of a folder that is the
 * only one, "/" too.
 */
void pt_complete_path(struct pt_str *path);

#endif
