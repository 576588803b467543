/*
 * Settings: one line each with its value, and below what it is.
 */
#ifndef PAGETOP_VIEW_SETTINGS_VIEW_H
#define PAGETOP_VIEW_SETTINGS_VIEW_H

#include "pagetop/view/view.h"

struct pt_setting {
	const char *name, *value;
	const char *text;	/* what it is: a sentence */
};

struct pt_settings_view {
	struct pt_list list;
};

/* The last line is `save`; texts have been through pt_escape() where they come from outside. */
void pt_settings_draw(struct pt_settings_view *v, const struct pt_setting *s, size_t n, const char *save,
		      struct pt_canvas *c);

#endif
