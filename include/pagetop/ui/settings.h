/*
 * The settings that hold: options, some of which are changed on the way: rows of options.def that
 * are marked SETTING.
 */
#ifndef PAGETOP_UI_SETTINGS_H
#define PAGETOP_UI_SETTINGS_H

#include "pagetop/cli/options.h"

struct pt_settings {
	struct pt_options now;		/* what holds */
	char *typed[PT_NOPTIONS];	/* values that options point to */
	char label[64];			/* of the prompt */
};

void pt_settings_init(struct pt_settings *s, const struct pt_options *opt);
void pt_settings_done(struct pt_settings *s);

/*
 * The option is this text from now on, of which a copy is kept; who made it so has applied it. 0;
 * or -errno, and in `why` the sentence.
 */
int pt_settings_keep(struct pt_settings *s, int option, const char *text, struct pt_str *why);

#endif
