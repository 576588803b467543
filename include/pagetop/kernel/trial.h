/*
 * What this kernel does where kernels differ: each thing tried once on pages of our own, and
 * believed from then on. No version number decides anything; the kernel's configuration only what
 * cannot be tried.
 *
 *	a page of ours    written, never merged     its flags: KSM is noise? anon-exclusive is told?
 *	a huge page       one small page given back counts: of each page, or an average?
 *	another page      a guard, a poison marker, a write-protect marker: which types have entries?
 *
 * The pages are gone when the trials are over; no setting is changed, and no other process is
 * looked at.
 */
#ifndef PAGETOP_KERNEL_TRIAL_H
#define PAGETOP_KERNEL_TRIAL_H

#include <stdbool.h>
#include <stdint.h>
#include "pagetop/kernel/entry.h"
#include "pagetop/kernel/kpage.h"
#include "pagetop/kernel/root.h"
#include "pagetop/kernel/told.h"

struct pt_trials {
	enum pt_told soft_dirty;	/* pagemap bit 55 is kept */
	enum pt_told soft_dirty_absent;	/* it is also in the words of pages that are absent */
	enum pt_told ksm_flag;	/* kpageflags KSM means merged. NO: every anonymous page has it
				   (6.10 to 7.2-rc2) */
	enum pt_told exclusive_flag;	/* kpageflags bit 34 of an anonymous page: this
					   process's alone (5.19) */
	enum pt_told exact_counts;	/* kpagecount is of each page. NO: of a large folio it is
					   an average (6.15) */
	const char *counts_by;		/* by what that was told. A constant string */
	struct pt_swap_build build;
	const char *markers_by;		/* likewise; NULL: none was made */
};

/* Whether this is the /proc of the kernel that runs, and no folder that stands in for one. */
bool pt_trials_possible(const struct pt_root *root);

/*
 * What a sandbox refuses is tried now, for pt_trials_run(): userfaultfd, on kernels without guard
 * pages (before 6.13).
 */
void pt_trials_begin(struct pt_begun *ret);

/*
 * What is tried takes a /proc in which we are a process; elsewhere all is untold.
 * Nothing of it fails.
 */
void pt_trials_run(const struct pt_root *root, const struct pt_kpage *kpage, struct pt_trials *ret);

#endif
