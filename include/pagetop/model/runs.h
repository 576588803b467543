/*
 * Neighbouring pages that are equal in all that was read of them are one run. Memory and time
 * grow with what is resident or swapped, never with the size of the address space.
 *
 *	vpn ──────── npages ────────▶        what is in no run is not there
 *	│ p p p p p p p p p p p p p │ . . . . │ s s s │
 */
#ifndef PAGETOP_MODEL_RUNS_H
#define PAGETOP_MODEL_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pt_run {
	uint64_t vpn;		/* first page */
	uint64_t kflags;	/* present: raw kpageflags, less what the image masks;
				   entry: its type, of a marker also its offset << 5 */
	uint32_t npages;
	uint32_t count;		/* kpagecount of each page */
	uint16_t pm;		/* PT_RUN() facts: pagemap and PAGEMAP_SCAN, and what answered */
	uint8_t order;		/* present: its folio has 1 << order pages; or PT_ORDER_UNKNOWN */
	int8_t node;		/* NUMA node; negative: not known, or not asked for */
	uint8_t change;		/* PT_FACT_NEW … PT_FACT_SAME, or PT_COMPARE_UNKNOWN; 0: not compared */
	uint8_t cgroup;		/* its memory cgroup, by the place in pt_image.cgroups; 0: not known, or not asked for */
	uint8_t row;		/* row of the image's lens, worked out once when the image is complete */
	uint8_t over : 4;	/* PT_OVER_* that hold, likewise */
	uint8_t over_open : 4;	/* PT_OVER_* of which it is not known whether they hold */
};

enum { PT_ORDER_UNKNOWN = 0xff, PT_COMPARE_UNKNOWN = 0xff };

struct pt_runs {
	struct pt_run *r;
	size_t n, cap;
};

/* Whether all is equal that was read of the pages, wherever they are. */
bool pt_runs_equal(const struct pt_run *a, const struct pt_run *b);

/*
 * A run after the last one, joined with it where they are equal and neighbours; `join` false: never.
 * pt_runs_add(): a run of one page. 0 or -ENOMEM.
 */
int pt_runs_append(struct pt_runs *runs, const struct pt_run *run, bool join);
int pt_runs_add(struct pt_runs *runs, const struct pt_run *page, bool join);

/* The run that holds `vpn`, or else the next one above; `n` if there is none. */
size_t pt_runs_at_or_above(const struct pt_runs *runs, uint64_t vpn);

#endif
