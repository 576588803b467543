/*
 * A visit to a process that may never answer: by an errand (base/errand.h), so that whoever asks
 * has an answer after some seconds.
 *
 * Where it does not answer (-ETIMEDOUT, -ECANCELED, -EUSERS), the thread keeps the target: it is
 * closed for the caller, and has to be opened again. An errand may send another one.
 */
#ifndef PAGETOP_SCAN_VISIT_H
#define PAGETOP_SCAN_VISIT_H

#include "pagetop/base/errand.h"
#include "pagetop/model/image.h"
#include "pagetop/model/wish.h"
#include "pagetop/scan/target.h"

/* pt_target_open(). */
int pt_visit_open(const struct pt_scan_env *env, pid_t pid, uint64_t starttime,
		  struct pt_target *ret);

enum { PT_VISIT_NWORDS = 512 };

/* What pagemap says of `n` pages of a target that is open, at most PT_VISIT_NWORDS. */
int pt_visit_words(const struct pt_scan_env *env, struct pt_target *t, uint64_t vpn, size_t n,
		   uint64_t *ret);

/*
 * ---- for other questions: all that the thread works on is its own, or held by references of its
 * own
 */

struct pt_visit {
	struct pt_errand e;
	int (*ask)(struct pt_visit *v);		/* in the other thread */
	pid_t pid;
	uint64_t starttime;
	struct pt_scan_env env;
	struct pt_wish wish;
	struct pt_target target;
	struct pt_image *img;
	size_t nwords;
	uint64_t word[PT_VISIT_NWORDS];
};

/*
 * Takes the target over. Only who has a wish looks at other images: those of `env` may be gone,
 * without. NULL: no memory, with which pt_visit_run() is called all the same.
 */
struct pt_visit *pt_visit_new(const struct pt_scan_env *env, struct pt_target *t,
			      const struct pt_wish *wish, int (*ask)(struct pt_visit *));

/* And gives it back, with the image and the words of it, unless they are NULL. */
int pt_visit_run(struct pt_visit *v, struct pt_target *t, struct pt_image **ret,
		 uint64_t *ret_words);

#endif
