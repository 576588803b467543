#include "pagetop/cli/option_table.h"

#include <stdio.h>
#include <string.h>
#include "pagetop/base/end.h"

/* how the screen is to look */
#define LOOKS (O(COLORS) | O(SCHEME) | O(ASCII) | O(MOUSE) | O(SORT) | O(COLUMNS) | O(MAPS_SORT) | O(MAPS_COLUMNS))
/* what takes the whole screen */
#define SCREENS (O(INTERVAL) | O(KEYS) | O(SIZE) | O(SCREEN) | O(NO_CONFIG) | LOOKS)
#define TARGET (O(NAME) | O(PROC_ROOT) | O(SYS_ROOT))		/* what looks at a process */

const struct pt_option_row pt_option_rows[] = {
#define UNSET
#define IS(value) " (default: " value ")"
#define IS_SO(value, so) " (default: " value "; " so ")"
#define OPTION(id, letter, name, arg, who, text, unset, value) \
	{ letter, name, arg, who, text unset },
#include "pagetop/cli/options.def"
#undef OPTION
};

const struct pt_subcommand_row pt_subcommand_rows[] = {
#define SUBCOMMAND(id, name, args, run, takes, text) [PT_SUB_##id] = { name, args, takes, text },
#include "pagetop/cli/subcommands.def"
#undef SUBCOMMAND
};

const char pt_about[] = "what the Linux kernel does with every page of memory, and why";

const char *const pt_status_texts[] = {
	[PT_DONE] = "success",
	[PT_NOT_SO] = "not found, or check failed",
	[PT_NOT_RUN] = "error, or undecided",
};

struct pt_nearest pt_subcommand_nearest(const char *word)
{
	struct pt_nearest near = pt_nearest_to(word, strlen(word));

	for (int i = 0; i < PT_NSUBS; i++)
		pt_nearest_offer(&near, pt_subcommand_rows[i].name);
	return near;
}

struct pt_nearest pt_option_nearest(const char *word)
{
	struct pt_nearest near = pt_nearest_to(word, strcspn(word, "="));
	char name[PT_DISTANCE_MAX];

	for (int i = 0; i < PT_NOPTIONS; i++) {
		snprintf(name, sizeof(name), "--%s", pt_option_rows[i].name);
		pt_nearest_offer(&near, name);
	}
	return near;
}
