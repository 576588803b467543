/*
 * What is read only for those who ask.
 */
#ifndef PAGETOP_MODEL_NEEDS_H
#define PAGETOP_MODEL_NEEDS_H

enum {
	PT_NEED_PFNS = 1,	/* the PFN of each page, 8 bytes each */
	PT_NEED_ORDER = 2,	/* the order of folios that are mapped page by page */
	PT_NEED_NODE = 4,	/* NUMA nodes */
	PT_NEED_CGROUP = 32,	/* the memory cgroup of each page */
	PT_NEED_PATHS = 128,	/* the path of each of them */
	PT_NEED_SMAPS = 16,	/* all that smaps tells of mappings (a page: always) */
	PT_NEED_SUMS = 64,	/* smaps before and after the pages: its sums decide of them */
	PT_NEED_CONTENTS = 8,	/* PAGE: its bytes (the kernel marks it referenced) */
};

#endif
