#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static struct world *new_world(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	fix_init(&w->fix, NULL);
	w->root = (struct pt_root)PT_ROOT_INIT;
	snprintf(w->path, sizeof(w->path), "%s/moment.pagetop", w->fix.dir);
	*state = w;
	return w;
}

int world_init(void **state)
{
	struct world *w = new_world(state);

	return pt_root_init(&w->root, w->fix.dir, w->fix.dir);
}

int world_init_real(void **state)
{
	return pt_root_init(&new_world(state)->root, NULL, NULL);
}

int world_done(void **state)
{
	struct world *w = *state;

	if (w->env.probe)
		pt_probe_done(&w->probe);
	pt_root_done(&w->root);
	fix_done(&w->fix, true);
	free(w);
	return 0;
}

void look(struct world *w)
{
	if (w->env.probe)
		pt_probe_done(&w->probe);
	pt_probe_init(&w->root, &w->probe);
	w->env = (struct pt_scan_env){ .root = &w->root, .probe = &w->probe };
}
