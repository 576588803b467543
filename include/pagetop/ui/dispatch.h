/*
 * Which function a row of keys.def calls.
 */
#ifndef PAGETOP_UI_DISPATCH_H
#define PAGETOP_UI_DISPATCH_H

#include "pagetop/ui/keys.h"

struct pt_ui;

void pt_dispatch(struct pt_ui *ui, const struct pt_command *cmd);

#endif
