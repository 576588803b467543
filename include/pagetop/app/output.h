/*
 * Where batch output goes: standard output, or a file that is whole or as it was.
 *
 *	-o FILE    FILE.XXXXXX in the same folder, renamed to FILE when all is written
 *	-o -       standard output
 *
 * A new file is the user's alone (addresses and names are secrets), an old one keeps its mode.
 * What is no regular file (a pipe, /dev/null) is written to directly. A signal that ends the
 * program takes the unfinished file away.
 */
#ifndef PAGETOP_APP_OUTPUT_H
#define PAGETOP_APP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct pt_output {
	int fd;
	char *path;		/* what `temp` becomes; NULL: written to directly */
	char *temp;
	bool sync;		/* to the disk first */
	bool fresh;		/* what is there by then is not replaced */
};

#define PT_OUTPUT_INIT { .fd = -1 }

/* `file` NULL or "-": standard output, whose reader may leave: that ends the program. 0 or -errno. */
int pt_output_open(struct pt_output *o, const char *file);
int pt_output_write(const struct pt_output *o, const char *bytes, size_t len);

/*
 * A file that others write by its name, o->temp, and that is on the disk when it gets its own. -EEXIST: there is one,
 * and it is not to be replaced; -ELOOP: it is a link, and none is followed.
 */
int pt_output_reserve(struct pt_output *o, const char *file, bool replace);

/* What an error of the above is, in words; constant. */
const char *pt_output_why(int err);

/* The program ends at once: what is unfinished goes. */
void pt_output_abandon(void);

/* A file without a name that lasts, for what becomes standard output in the end; o->temp. 0 or -errno. */
int pt_output_aside(struct pt_output *o);

/* `keep` false: the old file stays. 0 or -errno; then it stays, too. */
int pt_output_close(struct pt_output *o, bool keep);

#endif
