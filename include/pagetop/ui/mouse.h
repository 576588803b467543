/*
 * What the wheel and clicks do: what lies where, the canvas knows (pt_canvas_hit).
 */
#ifndef PAGETOP_UI_MOUSE_H
#define PAGETOP_UI_MOUSE_H

struct pt_ui;
struct pt_event;

/* A PT_KEY_MOUSE. A click chooses; on what is chosen already, or the second of two, it goes in. */
void pt_mouse_event(struct pt_ui *ui, const struct pt_event *e);

#endif
