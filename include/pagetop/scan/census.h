/*
 * The table of all processes: first what /proc/PID/stat says of each, then their sums by page.
 */
#ifndef PAGETOP_SCAN_CENSUS_H
#define PAGETOP_SCAN_CENSUS_H

#include "pagetop/model/table.h"
#include "pagetop/model/wish.h"
#include "pagetop/scan/scan.h"

/*
 * A new table, in the order of pids, with the sums of `before` (which may be NULL) taken over where
 * the process is still the same; `needs` PT_NEED_CGROUP: with their control groups and the pids
 * that they have in their containers. 0 and one reference, or -errno.
 */
int pt_census_list(const struct pt_scan_env *env, unsigned needs, const struct pt_table *before,
		   struct pt_table **ret);

/* The same of one process alone; no row if there is none with this pid. */
int pt_census_one(const struct pt_scan_env *env, pid_t pid, struct pt_table **ret);

/*
 * Scans the pages of one process into its row, counted by the lens. -ECANCELED, or 0: a
 * refusal is in the row.
 */
int pt_census_scan(const struct pt_scan_env *env, enum pt_lens_id lens, struct pt_process *p);

/* The sums and counts of its row, from an image of it. */
void pt_census_sum(struct pt_process *p, const struct pt_image *img);

#endif
