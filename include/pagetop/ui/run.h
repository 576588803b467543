/*
 * The screen, from the options to the exit status: `pagetop`, `pagetop open`, and what the demo
 * shows.
 */
#ifndef PAGETOP_UI_RUN_H
#define PAGETOP_UI_RUN_H

#include "pagetop/cli/options.h"
#include "pagetop/kernel/root.h"
#include "pagetop/model/note.h"
#include "pagetop/scan/source.h"

/* What the screen is of, besides the processes of the machine. */
struct pt_shown {
	struct pt_source *source;	/* NULL: the kernel */
	size_t moment;
	const struct pt_note *notes;	/* on the mappings of the process notes_pid, which is
					   entered; 0: there is none */
	size_t nnotes;
	pid_t notes_pid;		/* in the /proc that is looked at */
};

int pt_ui_run(const struct pt_options *opt, const struct pt_root *root, const struct pt_shown *of);

#endif
