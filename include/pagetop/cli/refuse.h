/*
 * What was asked for is not there: the sentence, and the exit status (base/end.h).
 */
#ifndef PAGETOP_CLI_REFUSE_H
#define PAGETOP_CLI_REFUSE_H

#include "pagetop/cli/options.h"

/* The folder for /proc cannot be opened; NULL: the real one. PT_NOT_RUN, as the next one. */
int pt_fail_root(const char *dir, int err);

/* It holds no process. */
int pt_fail_empty(void);

/*
 * There is no process as the command line names it; `next` says what would help. PT_NOT_SO:
 * it was not found.
 */
int pt_fail_no_process(const struct pt_options *opt, const char *next);

#endif
