/*
 * What comes from the terminal: keys, clicks, another size.
 */
#ifndef PAGETOP_UI_EVENTS_H
#define PAGETOP_UI_EVENTS_H

#include "pagetop/ui/ui.h"

void pt_ui_event(struct pt_ui *ui, const struct pt_event *e);

#endif
