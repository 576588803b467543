/*
 * What takes long and is done by the scanner's thread in between.
 */
#include "pagetop/ui/ui.h"

#include <poll.h>
#include <stdlib.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/output.h"

enum { PATIENCE = 40, PATIENCE_MS = 50 };	/* for a task, at the end */

void pt_ui_do(struct pt_ui *ui, const char *doing,
	      int (*run)(struct pt_job *, struct pt_source *, struct pt_source *), void *arg,
	      void (*ended)(struct pt_ui *, void *, int))
{
	ui->task = pt_calloc(1, sizeof(*ui->task));
	if (!ui->task)
		return;
	ui->task->job.run = run;
	ui->task->job.arg = arg;
	ui->task->doing = doing;
	ui->task->ended = ended;
	pt_ui_post(ui, false);
}

bool pt_ui_is_busy(struct pt_ui *ui)
{
	if (ui->task)
		pt_desk_say(&ui->desk, "%s in progress; Esc cancels", ui->task->doing);
	return ui->task;
}

bool pt_ui_end_task(struct pt_ui *ui)
{
	struct pt_task *task = ui->task;

	if (!task || !atomic_load(&task->job.done))
		return false;
	ui->task = NULL;	/* what it ends with may wish for something */
	task->ended(ui, task->job.arg, task->job.err);
	free(task);
	return true;
}

/*
 * What the thread still does with a task must end first; where the kernel holds it, it goes
 * with the program.
 */
void pt_ui_give_up_task(struct pt_ui *ui)
{
	struct pollfd fd = { .fd = pt_scanner_fd(ui->scanner), .events = POLLIN };
	struct pt_answer a;

	for (int i = 0; ui->task && !pt_ui_end_task(ui) && i < PATIENCE; i++) {
		pt_scanner_cancel(ui->scanner);
		poll(&fd, 1, PATIENCE_MS);
		if (pt_scanner_take(ui->scanner, &a))
			pt_answer_done(&a);
	}
	pt_output_abandon();
}
