/*
 * Processes, one line each; the largest first, where nobody asked for another order.
 */
#ifndef PAGETOP_VIEW_PROCESSES_VIEW_H
#define PAGETOP_VIEW_PROCESSES_VIEW_H

#include "pagetop/view/list_view.h"

/* The cursor is on a process, not on a row: it stays there when the order changes. */
struct pt_processes_view {
	struct pt_list list;
	pid_t pid;
	uint64_t starttime;
	struct pt_shape shape;
	struct pt_order order;		/* which processes are shown, of the table of the scene */
	struct pt_columns shown;	/* as last drawn */
};

void pt_processes_init(struct pt_processes_view *v);
void pt_processes_done(struct pt_processes_view *v);

void pt_processes_draw(struct pt_processes_view *v, const struct pt_scene *sc, struct pt_canvas *c);
void pt_processes_move(struct pt_processes_view *v, const struct pt_scene *sc, enum pt_move move);

/* The process under the cursor, or NULL. */
const struct pt_process *pt_processes_current(struct pt_processes_view *v,
					      const struct pt_scene *sc);
void pt_processes_select(struct pt_processes_view *v, const struct pt_process *p);

/* How many are shown, and the i-th of them. */
size_t pt_processes_n(struct pt_processes_view *v, const struct pt_scene *sc);
const struct pt_process *pt_processes_at(const struct pt_processes_view *v, const struct pt_scene *sc, size_t i);

/* The pids on the screen. */
unsigned pt_processes_visible(struct pt_processes_view *v, const struct pt_scene *sc, pid_t *ret, unsigned max);

#endif
