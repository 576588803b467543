/*
 * The settings view: what it shows and changes are the rows of options.def that are marked SETTING.
 */
#ifndef PAGETOP_UI_SETTINGS_H
#define PAGETOP_UI_SETTINGS_H

#include "pagetop/cli/options.h"
#include "pagetop/view/settings_view.h"

struct pt_settings {
	struct pt_settings_view view;
	struct pt_options now;		/* what holds */
	char *typed[PT_NOPTIONS];	/* values that options point to */
	char label[64];			/* of the prompt */
};

struct pt_ui;

void pt_settings_init(struct pt_settings *s, const struct pt_options *opt);
void pt_settings_done(struct pt_settings *s);
void pt_settings_show(struct pt_ui *ui);

/*
 * The option is this text from now on, of which a copy is kept; who made it so has applied it. 0; or -errno, and in `why`
 * the sentence.
 */
int pt_settings_keep(struct pt_settings *s, int option, const char *text, struct pt_str *why);
void pt_settings_move(struct pt_ui *ui, enum pt_move move);

#endif
