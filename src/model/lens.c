#include "pagetop/model/lens.h"

#define F(id) PT_F(id)
#define STATE(id, sgn, rl, nm, dset, kset, dclear, txt, lst) [PT_STATE_##id] = { \
	.sign = sgn, .role = PT_ROLE_##rl, .last = lst, .name = nm, .set = { .d = dset, .k = kset }, \
	.clear = { .d = dclear }, .text = txt },
#define ROW(id, sgn, rl, nm, d, k, nd, txt) STATE(id, sgn, rl, nm, d, k, nd, txt, false)
#define LAST(id, sgn, rl, nm, d, k, nd, txt) STATE(id, sgn, rl, nm, d, k, nd, txt, true)

const struct pt_lens_row pt_state_rows[PT_NSTATES] = {
#include "pagetop/model/state.def"
};

const struct pt_overlay pt_overlays[PT_NOVERS] = {
	{ F(HUGE), "huge", "a solid block, the sign in capitals", "mapped as one huge page" },
	{ F(LARGE), "large", "bold", "part of a larger folio, mapped page by page" },
	{ F(LOCKED), "locked", "underlined, on a tint", "locked in memory" },
};

enum pt_state pt_state_of(const struct pt_facts *f)
{
	bool open = false;
	int i;

	for (i = 0; i < PT_NSTATES - 1; i++) {	/* the last row asks for nothing */
		const struct pt_lens_row *row = &pt_state_rows[i];
		int match = pt_facts_match(f, &row->set, &row->clear);

		if (match > 0 && (!open || row->last))
			break;
		open = open || match < 0;
	}
	return (enum pt_state)i;
}

/* The overlays whose facts are in the set. */
static uint8_t overlays(uint64_t facts)
{
	uint8_t over = 0;

	for (int i = 0; i < PT_NOVERS; i++)
		if (facts & pt_overlays[i].fact)
			over |= (uint8_t)(1 << i);
	return over;
}

uint8_t pt_overlays_of(const struct pt_facts *f)
{
	return overlays(f->yes.d);
}

uint8_t pt_overlays_open(const struct pt_facts *f)
{
	return overlays(~f->known.d);
}
