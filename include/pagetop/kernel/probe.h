/*
 * What this machine and our privileges allow, found out once, by trying, never by version.
 */
#ifndef PAGETOP_KERNEL_PROBE_H
#define PAGETOP_KERNEL_PROBE_H

#include <stdbool.h>
#include "pagetop/kernel/backing.h"
#include "pagetop/kernel/entry.h"
#include "pagetop/kernel/kpage.h"
#include "pagetop/kernel/mounts.h"
#include "pagetop/kernel/node.h"
#include "pagetop/kernel/pagemap.h"
#include "pagetop/kernel/ram.h"
#include "pagetop/kernel/root.h"
#include "pagetop/kernel/trial.h"

struct pt_probe {
	struct pt_kpage kpage;		/* open as far as they can be opened */
	struct pt_nodes nodes;		/* empty where the kernel does not list them */
	struct pt_ram ram;		/* empty where its addresses are hidden */
	struct pt_mounts *mounts;	/* NULL: not known */
	struct pt_backing *backing;	/* NULL: no memory */
	struct pt_trials trials;	/* what was tried here; */
	bool config;			/* whether the kernel's configuration was read; and what
					   follows from both: */
	struct pt_swap_layout layout;
	bool precise;			/* counts are per page, also of large folios */
	bool ksm_noise;			/* kpageflags KSM says nothing */
	bool scan;			/* PAGEMAP_SCAN answers */
	bool soft_dirty;		/* the kernel keeps soft-dirty bits */
	int kcmp_err;			/* kcmp(2) answers: 0; or why not, -errno */
	bool dac_read_search, sys_ptrace, sys_admin;	/* capabilities that we can use */
};

/* Nothing of it fails: what cannot be had is false, unknown, or an errno in its place. */
void pt_probe_init(const struct pt_root *root, struct pt_probe *ret);
void pt_probe_done(struct pt_probe *probe);

/*
 * Why a process could not be looked at, for a person: "needs CAP_SYS_PTRACE, …", "refused by the
 * kernel", "has ended" … `err` is what a reader returned. A string that lives on.
 */
const char *pt_probe_why(const struct pt_probe *probe, int err);

/* What it takes to see PFNs, and to open the kpage files of root. */
#define PT_NEEDS_PFN "CAP_SYS_ADMIN"
#define PT_NO_ANSWER "does not respond: reading its mappings blocks in the kernel, as when its mmap lock is held"
#define PT_NEEDS_KPAGE "CAP_DAC_READ_SEARCH"

/*
 * Which capabilities we lack to open a file of every process: CAP_SYS_PTRACE, and where only the
 * owner may read it (`owner_only`: pagemap, mem; not maps) CAP_DAC_READ_SEARCH. A constant string;
 * NULL: none.
 */
const char *pt_probe_lacks(const struct pt_probe *probe, bool owner_only);

/* Why PFNs are 0, where they are. A constant string. */
const char *pt_probe_why_pfn(const struct pt_probe *probe);

/* Why this file cannot be read, and the PFN to read it at; NULL: it can. A constant string. */
const char *pt_probe_why_kpage(const struct pt_probe *probe, enum pt_kpage_file file);

#endif
