/*
 * What the trials of the doctor share. A trial adds to `found` what it saw, and returns
 *
 *	0	it works, or the trial has set `health` (and `remedy`) itself
 *	-errno	it is missing: the remedy is that of the row, by whether it was refused (-EACCES,
 *		-EPERM) or is not there; an empty `found` becomes the error's text
 *	-EBADMSG	it answers, and not what is true: no remedy
 */
#ifndef PAGETOP_KERNEL_DOCTOR_CHECK_H
#define PAGETOP_KERNEL_DOCTOR_CHECK_H

#include "pagetop/base/str.h"
#include "pagetop/kernel/probe.h"

enum pt_health {
	PT_WORKS,
	PT_PARTLY,		/* not for every page or process */
	PT_MISSING,
	PT_UNTRIED,		/* could not be tried: `found` says why */
};

struct pt_check {
	const char *source;	/* constant; no two rows share it */
	enum pt_health health;
	struct pt_str found;	/* what was tried and seen, or why it failed; nothing to escape */
	const char *lost;	/* constant: what cannot be shown without it; NULL: nothing */
	const char *remedy;	/* constant: privilege, kernel option, mount; NULL: none */
};

/* What a remedy names more than once. */
#define PT_CONFIG_OPTION "kernel option CONFIG_IKCONFIG_PROC, or a readable configuration in /boot or " \
	"/lib/modules/RELEASE"

enum { PT_OWN_NPAGES = 16 };	/* every second one is written, the first one too */

struct pt_doctor {
	const struct pt_root *root;
	struct pt_probe probe;
	int self_fd;		/* /proc/self; -1: none of ours */
	const char *no_own;	/* why there are no pages of our own to try; NULL: there are */
	const char *no_sys;	/* why there is no /sys to read; NULL: there is */
	struct pt_pagemap pm;	/* our own, */
	int pm_err;		/* or why it did not open */
	char *mem;		/* our pages, a mapping that touches no other */
};

#define CHECK(id, needs, source, lost, refused, absent) \
	int pt_check_##id(const struct pt_doctor *d, struct pt_check *c);
#include "pagetop/kernel/doctor.def"
#undef CHECK

/* The PFN of a page of ours; 0: hidden, or pagemap is not to be had. */
uint64_t pt_doctor_pfn(const struct pt_doctor *d, const void *addr);

/* What an error of a file or an ioctl is, in words; constant. */
const char *pt_trial_error(int err);

/* It could not be tried. Returns 0, for a trial to return. */
int pt_untried(struct pt_check *c, const char *remedy, const char *why);

#endif
