/*
 * The command line.
 */
#ifndef PAGETOP_APP_OPTIONS_H
#define PAGETOP_APP_OPTIONS_H

#include <stdbool.h>
#include "pagetop/base/str.h"

struct pt_options {
	const char *proc_root, *sys_root;	/* NULL: the real ones */
	const char *target;			/* PID or NAME; NULL: the list of processes */
	bool target_is_name;			/* -p: not a pid, whatever it looks like */
	bool demo;
	double interval_s, budget;
	const char *keys;			/* NULL: from the terminal */
	bool screen, styles;
	int w, h;				/* of the scripted screen */
	bool help, version;
};

/* 0; or -EINVAL, and in `why` the sentence. Strings point into argv. */
int pt_options_parse(int argc, char **argv, struct pt_options *ret, struct pt_str *why);

/* The text of --help. */
void pt_options_help(struct pt_str *out);

#endif
