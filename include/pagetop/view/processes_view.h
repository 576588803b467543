/*
 * Processes, one line each; the largest first, where nobody asked for another order.
 */
#ifndef PAGETOP_VIEW_PROCESSES_VIEW_H
#define PAGETOP_VIEW_PROCESSES_VIEW_H

#include "pagetop/view/listing.h"

/* The cursor is on a process, not on a row. */
struct pt_processes_view {
	struct pt_listing rows;		/* first */
	pid_t pid;
	uint64_t starttime;
};

extern const struct pt_listing_class pt_processes_listing;

void pt_processes_draw(struct pt_processes_view *v, const struct pt_scene *sc, struct pt_canvas *c);

/* The process under the cursor, or NULL. */
const struct pt_process *pt_processes_current(struct pt_processes_view *v,
					      const struct pt_scene *sc);
void pt_processes_select(struct pt_processes_view *v, const struct pt_process *p);

/* How many are shown, and the i-th of them. */
size_t pt_processes_n(struct pt_processes_view *v, const struct pt_scene *sc);
const struct pt_process *pt_processes_at(const struct pt_processes_view *v,
					 const struct pt_scene *sc, size_t i);

/* The pids on the screen. */
unsigned pt_processes_visible(struct pt_processes_view *v, const struct pt_scene *sc, pid_t *ret,
			      unsigned max);

#endif
