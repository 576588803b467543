/*
 * What the forms in which the pages of a process are shown have in common: cells, a list.
 */
#ifndef PAGETOP_VIEW_FORMS_H
#define PAGETOP_VIEW_FORMS_H

#include "pagetop/view/desk.h"

/* The row of the legend that is chosen while it is open, else the page. */
bool pt_form_enter(struct pt_desk *d);

/* The open legend is closed. */
bool pt_form_shut(struct pt_desk *d);

bool pt_form_show_all(struct pt_desk *d);

/* Names of the mappings. */
size_t pt_form_names(struct pt_desk *d, size_t *ret_cur);
void pt_form_name(struct pt_desk *d, size_t i, struct pt_str *out);
void pt_form_select(struct pt_desk *d, size_t i);

/* The sign of the page under the cursor. */
void pt_form_about(struct pt_desk *d, struct pt_str *title, struct pt_str *out);

/* Why there are no pages, or what one will see; `view`: whose words. */
void pt_form_draw_none(const struct pt_scene *sc, struct pt_canvas *c, enum pt_view_id view);

#endif
