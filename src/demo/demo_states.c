#include "pagetop/demo/demo_states.h"

#include "pagetop/demo/demo_make.h"
#include "pagetop/model/note.h"

static const struct pt_demo_state states[] = {
#define DEMO(id, sgns, overlays, bytes, first, then, text) { \
	#id, sgns, overlays, PT_DEMO_##bytes, first, then, text },
#include "pagetop/demo/demo_states.def"
#undef DEMO
};

/* One sign for each lens. */
#define DEMO(id, sgns, ...) _Static_assert(sizeof(sgns) == PT_NLENSES + 1, #id);
#include "pagetop/demo/demo_states.def"
#undef DEMO

const struct pt_demo_state *pt_demo_states(size_t *ret_n)
{
	*ret_n = sizeof(states) / sizeof(states[0]);
	return states;
}
