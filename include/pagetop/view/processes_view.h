/*
 * All processes, one line each; the largest first.
 */
#ifndef PAGETOP_VIEW_PROCESSES_VIEW_H
#define PAGETOP_VIEW_PROCESSES_VIEW_H

#include "pagetop/view/view.h"

/* The cursor is on a process, not on a row: it stays there when the order changes. */
struct pt_processes_view {
	struct pt_list list;
	pid_t pid;
	uint64_t starttime;
};

void pt_processes_draw(struct pt_processes_view *v, const struct pt_scene *sc, struct pt_canvas *c);
void pt_processes_move(struct pt_processes_view *v, const struct pt_scene *sc, enum pt_move move);

/* The process under the cursor, or NULL. */
const struct pt_process *pt_processes_current(struct pt_processes_view *v,
					      const struct pt_scene *sc);
void pt_processes_select(struct pt_processes_view *v, const struct pt_process *p);

/* The pids on the screen. */
unsigned pt_processes_visible(const struct pt_processes_view *v, const struct pt_scene *sc,
			      pid_t *ret, unsigned max);

#endif
