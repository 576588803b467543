/*
 * A look at a process that may never answer: opened and scanned by an errand (base/errand.h), so that whoever asks has an
 * answer after some seconds.
 *
 * Where it does not answer (-ETIMEDOUT, -ECANCELED, -EUSERS), the thread keeps the target: it is closed for the caller,
 * and has to be opened again. An errand may send another one.
 */
#ifndef PAGETOP_SCAN_LOOK_H
#define PAGETOP_SCAN_LOOK_H

#include "pagetop/scan/scan.h"

/* pt_target_open(). */
int pt_look_open(const struct pt_scan_env *env, pid_t pid, uint64_t starttime, struct pt_target *ret);

/* pt_scan() of a target that is open. */
int pt_look(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish, struct pt_image **ret);

enum { PT_LOOK_NWORDS = 512 };

/* What pagemap says of `n` pages of it, at most PT_LOOK_NWORDS. */
int pt_look_words(const struct pt_scan_env *env, struct pt_target *t, uint64_t vpn, size_t n, uint64_t *ret);

/*
 * The same of a process that is not held open: it is opened, anew where it calls exec meanwhile. `ret_target` is the
 * caller's to close, also after an error.
 */
int pt_look_process(const struct pt_scan_env *env, pid_t pid, uint64_t starttime, const struct pt_wish *wish,
		    struct pt_target *ret_target, struct pt_image **ret);

/* The same; one whose pages cannot be read is refused with the error of its pagemap. Nothing stays open. */
int pt_look_pages(const struct pt_scan_env *env, pid_t pid, uint64_t starttime, const struct pt_wish *wish,
		  struct pt_image **ret);

#endif
