#include "pagetop/ui/settings.h"

#include <errno.h>
#include <stdlib.h>
#include "pagetop/base/memory.h"
#include "pagetop/cli/option_table.h"

void pt_settings_init(struct pt_settings *s, const struct pt_options *opt)
{
	*s = (struct pt_settings){ .now = *opt };
}

void pt_settings_done(struct pt_settings *s)
{
	for (int i = 0; i < PT_NOPTIONS; i++)
		free(s->typed[i]);
}

int pt_settings_keep(struct pt_settings *s, int option, const char *text, struct pt_str *why)
{
	char *copy = pt_strdup(text);
	int err = copy ? pt_setting_set(&s->now, option, copy, why) : -ENOMEM;

	if (err) {
		free(copy);
		return err;
	}
	free(s->typed[option]);
	s->typed[option] = copy;
	return 0;
}
