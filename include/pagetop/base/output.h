/*
 * Where what is written goes: standard output, or a file that is whole or as it was. One rule for
 * every file:
 *
 *	FOLDER/NAME    the folder is opened once, all that follows goes by its descriptor
 *	  NAME.XXXXXX  a new file (O_EXCL, no link followed), 0600 while it is written
 *	  NAME         its name when it is whole; the file that was there is replaced, not written to
 *
 * Addresses and names are secrets: a file stays its owner's alone, but for pictures and metrics
 * (PT_OUTPUT_PUBLIC), whose mode is what umask leaves of 0666. A file of ours that is replaced
 * keeps its mode, less set-id bits; a stranger's does not. A link in the last place is refused, and
 * so are another user's pipe, and any device but those for characters of ours or root's
 * (/dev/null). A pipe of ours that nobody reads is an error and no wait. A signal that ends the
 * program takes the unfinished file away.
 */
#ifndef PAGETOP_BASE_OUTPUT_H
#define PAGETOP_BASE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "pagetop/base/str.h"

enum {
	PT_OUTPUT_NEW = 1,	/* what is there is not replaced: -EEXIST */
	PT_OUTPUT_SYNC = 2,	/* on the disk before it gets its name */
	PT_OUTPUT_PUBLIC = 4,	/* mode by umask */
	PT_OUTPUT_HOLD = 8,	/* held (base/held.h) when it is whole, to be gone on with */
};

struct pt_output {
	int fd;
	int dir_fd;		/* of the folder; -1: written to directly */
	char *name, *temp;	/* in it */
	mode_t mode;		/* when it is whole */
	unsigned how;
	unsigned nfailed;	/* allocations, when it was opened: what failed since may
				   be missing in it */
};

/* While it is open it stays where it is: a signal looks for it there (base/signals.h). */
#define PT_OUTPUT_INIT { .fd = -1, .dir_fd = -1 }

/*
 * `file` NULL or "-": standard output, whose reader may leave: that ends the program. 0 or -errno,
 * see pt_output_why(); then nothing is open.
 */
int pt_output_open(struct pt_output *o, const char *file, unsigned how);

/*
 * A pipe or a device that is to be written to is opened now, for a pt_output_open() that may not do
 * so any more; of any other name nothing is done. 0 or -errno, see pt_output_why().
 */
int pt_output_hold(const char *file);

/* A file below the folder `dir_fd`, and never standard output. */
int pt_output_open_at(struct pt_output *o, int dir_fd, const char *file, unsigned how);
int pt_output_write(const struct pt_output *o, const char *bytes, size_t len);

/* `keep` false: the old file stays. 0 or -errno; then it stays, too. */
int pt_output_close(struct pt_output *o, bool keep);

/* The text, and it is closed; kept if all went well. 0 or -errno. */
int pt_output_put(struct pt_output *o, const struct pt_str *text);

/*
 * A file of nothing but the text. 0 or -errno, as above; -EEXIST: it is there, and was to be new.
 */
int pt_output_text(const char *file, const struct pt_str *text, unsigned how);

/* What an error of the above is, in words; constant. */
const char *pt_output_why(int err);

/* The program ends at once: what is unfinished goes. For signal handlers, too. */
void pt_output_abandon(void);

#endif
