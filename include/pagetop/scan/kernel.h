/*
 * The kernel as a source: everything is read now, below the root.
 *
 *	image(), load()		a look by itself: nothing stays open, nothing is taken over
 *	watch()			the process stays open, what has not changed is taken over from the last image
 *	who()			an index of all processes, made for it
 *	who_at()		the index is kept, and made anew where it does not know all of them
 */
#ifndef PAGETOP_SCAN_KERNEL_H
#define PAGETOP_SCAN_KERNEL_H

#include "pagetop/scan/holders.h"
#include "pagetop/scan/page.h"
#include "pagetop/scan/sharers.h"
#include "pagetop/scan/source.h"
#include "pagetop/scan/spaces.h"
#include "pagetop/scan/target.h"

struct pt_kernel {
	struct pt_source source;
	struct pt_probe probe;
	struct pt_scan_env env;
	struct pt_spaces spaces;
	struct pt_holders holders;
	/* what watch(), who_at() and pulse() hold from one question to the next */
	struct pt_target target;
	const struct pt_image *base;	/* what the change lens compares with */
	const struct pt_image *last;	/* of the target */
	struct pt_sharers *sharers;	/* the last index of all processes */
	struct pt_pulse pulse;		/* up to the last one */
};

/*
 * `root` is borrowed. Before it is asked for anything, pt_kernel_probe() finds out what can be
 * read.
 */
void pt_kernel_init(struct pt_kernel *k, const struct pt_root *root);
void pt_kernel_probe(struct pt_kernel *k);
void pt_kernel_heed(struct pt_kernel *k, const atomic_bool *cancel);	/* from now on */
void pt_kernel_done(struct pt_kernel *k);

#endif
