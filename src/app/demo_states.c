#include "pagetop/app/demo_states.h"

#include "pagetop/app/demo_make.h"
#include "pagetop/model/note.h"

static const struct pt_demo_state states[] = {
#define DEMO(id, sgn, overlays, bytes, first, then, text) { \
	#id, sgn, overlays, PT_DEMO_##bytes, first, then, text },
#include "pagetop/app/demo_states.def"
#undef DEMO
};

const struct pt_demo_state *pt_demo_states(size_t *ret_n)
{
	*ret_n = sizeof(states) / sizeof(states[0]);
	return states;
}
