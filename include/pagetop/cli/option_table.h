/*
 * The tables of options and commands, for those who parse them and those who tell of them.
 */
#ifndef PAGETOP_CLI_OPTION_TABLE_H
#define PAGETOP_CLI_OPTION_TABLE_H

#include <stdint.h>
#include "pagetop/base/text.h"

enum pt_subcommand {
#define SUBCOMMAND(id, name, args, run, takes, text) PT_SUB_##id,
#include "pagetop/cli/subcommands.def"
#undef SUBCOMMAND
	PT_NSUBS
};

enum pt_option {
#define OPTION(id, ...) PT_OPT_##id,
#include "pagetop/cli/options.def"
#undef OPTION
	PT_NOPTIONS
};

/* Who takes an option, and whether it may stand in a config file: the words of options.def. */
enum { SOME = 0, EVERY = 1, SETTING = 2 };

struct pt_option_row {
	char letter;
	const char *name;
	const char *arg;		/* words with | between them: one of these */
	unsigned who;
	const char *text;		/* and what holds where it was not told */
};
extern const struct pt_option_row pt_option_rows[PT_NOPTIONS];

struct pt_subcommand_row {
	const char *name, *args;
	uint64_t takes;			/* one bit for each option that is not EVERY's */
	const char *text;
};
extern const struct pt_subcommand_row pt_subcommand_rows[PT_NSUBS];

/* What the program is for, in a line; what each exit status means (base/end.h). */
extern const char pt_about[];
extern const char *const pt_status_texts[3];

/* The command that a word is nearest to. */
struct pt_nearest pt_subcommand_nearest(const char *word);

/* The option, with its dashes, that a word such as "--jsn=x" is nearest to. */
struct pt_nearest pt_option_nearest(const char *word);

/* The bit of an option. */
#define O(id) (UINT64_C(1) << PT_OPT_##id)
#define ROWS (O(JSON) | O(CSV) | O(OUTPUT))	/* of what prints rows */

#endif
