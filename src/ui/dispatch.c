#include "pagetop/ui/dispatch.h"

#include "pagetop/ui/commands.h"
#include "pagetop/view/desk.h"

static const struct {
	void (*run)(struct pt_ui *ui, int arg);
	int arg;
	const char *view;	/* to be opened */
} row[] = {
#define KEY(id, fn, argument, ...) { .run = pt_cmd_##fn, .arg = argument },
#define OPEN(id, name, ...) { .view = #name },
#include "pagetop/ui/keys.def"
#undef KEY
#undef OPEN
};

void pt_dispatch(struct pt_ui *ui, const struct pt_command *cmd)
{
	size_t i = (size_t)(cmd - pt_commands);

	if (row[i].view)
		pt_open_view(ui, row[i].view);
	else
		row[i].run(ui, row[i].arg);
}
