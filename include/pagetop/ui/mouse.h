/*
 * What the wheel and clicks do: what lies where, the canvas knows (pt_canvas_hit).
 */
#ifndef PAGETOP_UI_MOUSE_H
#define PAGETOP_UI_MOUSE_H

#include "pagetop/ui/ui.h"

/*
 * A PT_KEY_MOUSE. A click chooses; on what is chosen already, or the second of two, it goes in. The
 * key that it presses; or 0: none.
 */
uint32_t pt_mouse_key(struct pt_ui *ui, const struct pt_event *e);

#endif
