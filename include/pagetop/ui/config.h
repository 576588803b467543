/*
 * The config file: $XDG_CONFIG_HOME/pagetop/config, else ~/.config/pagetop/config. Only the screen
 * reads it.
 *
 *	# how I like it
 *	interval 0.5
 *	mouse off
 *	key find / ^F
 *
 * One option a line, named as on the command line without the dashes; "key", the name of a row of
 * keys.def in small letters with - for _, and the keys that run it from then on. Lines that begin
 * with # say nothing. A line that is wrong is left out, the others hold; the first that is wrong is
 * told. What the command line says goes first.
 */
#ifndef PAGETOP_UI_CONFIG_H
#define PAGETOP_UI_CONFIG_H

#include "pagetop/cli/options.h"
#include "pagetop/ui/keys.h"

struct pt_config {
	struct pt_str path;	/* empty: there is no home for one */
	struct pt_str text;	/* of the file; options and keys point into it */
	struct pt_keys keys;
	struct pt_str why;	/* a sentence: what is wrong with it; empty: nothing */
};

#define PT_CONFIG_INIT { .path = PT_STR_INIT, .text = PT_STR_INIT, .why = PT_STR_INIT }

/*
 * Sets options, and keys, by what the file says, unless --no-config; and where it is and what is
 * wrong with it. A file that others could have written is not read. The config must outlive the
 * options.
 */
void pt_config_read(struct pt_config *c, struct pt_options *o);
void pt_config_done(struct pt_config *c);

/*
 * Writes the settings to the file, atomically, in their lines; all other lines stay. What
 * is as it would be without the line gets none. 0; or -errno, and in `why` the sentence.
 *
 *	HOME, or XDG_CONFIG_HOME   must be ours: under a sudo that keeps HOME nothing is made or written in the user's
 *	  .config, pagetop         made where they are missing, 0700; ours, or links of ours or root's to folders of ours
 *	    config                 by base/output.h
 */
int pt_config_write(const struct pt_options *o, struct pt_str *why);

#endif
