#include "pagetop/model/lens.h"

#include <string.h>
#include "pagetop/model/needs.h"

#define F(id) PT_F(id)
#define K(id) PT_KPF(id)
#define ANY { PT_FIELD_NONE, 0, 0 }
#define COUNT(lo, hi) { PT_FIELD_COUNT, lo, hi }
#define ORDER(lo, hi) { PT_FIELD_ORDER, lo, hi }
#define NODE(lo, hi) { PT_FIELD_NODE, lo, hi }

const struct pt_row pt_rows[PT_NROWS] = {
#define LENS(id, ky, nm, txt)
#define ROW(lns, id, sgn, rl, nm, lbl, dset, kset, dclear, kclear, rng, txt) \
	[PT_##lns##_##id] = { .lens = PT_LENS_##lns,                         \
			      .sign = sgn,                                   \
			      .role = PT_ROLE_##rl,                          \
			      .name = nm,                                    \
			      .label = lbl,                                  \
			      .set = { dset, kset },                         \
			      .clear = { dclear, kclear },                   \
			      .range = rng,                                  \
			      .text = txt },
#define LAST(lns, id, sgn, rl, nm, lbl, dset, kset, dclear, kclear, rng, txt) \
	[PT_##lns##_##id] = { .lens = PT_LENS_##lns,                          \
			      .sign = sgn,                                    \
			      .role = PT_ROLE_##rl,                           \
			      .last = true,                                   \
			      .name = nm,                                     \
			      .label = lbl,                                   \
			      .set = { dset, kset },                          \
			      .clear = { dclear, kclear },                    \
			      .range = rng,                                   \
			      .text = txt },
#include "pagetop/model/lens.def"
#undef LAST
#undef ROW
#undef LENS
};

const struct pt_lens pt_lenses[PT_NLENSES] = {
#define ROW(...)
#define LAST(...)
#define LENS(id, ky, nm, txt) [PT_LENS_##id] = { .key = ky[0], .name = nm, .text = txt, \
	.first = PT_FIRST_##id, \
	.nrows = PT_##id##_UNKNOWN + 1 - PT_FIRST_##id, .absent = PT_##id##_ABSENT, \
	.unmappable = PT_##id##_UNMAPPABLE },
#include "pagetop/model/lens.def"
#undef LENS
#undef ROW
#undef LAST
};

#define ROW(...)
#define LAST(...)
#define LENS(id, ky, nm, txt) _Static_assert(PT_##id##_UNKNOWN + 1 - PT_FIRST_##id <= PT_LENS_NROWS, nm);
#include "pagetop/model/lens.def"
#undef LENS
#undef ROW
#undef LAST

const struct pt_overlay pt_overlays[PT_NOVERS] = {
	{ F(HUGE), "huge", "solid block, capital sign", "mapped as one huge page" },
	{ F(LARGE), "large", "bold", "part of a large folio, PTE-mapped" },
	{ F(LOCKED), "locked", "underlined, tinted", "locked in memory (VM_LOCKED)" },
};

int pt_row_fits(enum pt_row_id row, const struct pt_facts *f)
{
	int facts = pt_facts_match(f, &pt_rows[row].set, &pt_rows[row].clear);
	int range = pt_facts_in_range(f, &pt_rows[row].range);

	if (!facts || !range)
		return 0;
	return facts < 0 || range < 0 ? -1 : 1;
}

enum pt_row_id pt_lens_row(enum pt_lens_id lens, const struct pt_facts *f)
{
	int i = pt_lenses[lens].first, end = i + pt_lenses[lens].nrows - 1;
	bool open = false;

	for (; i < end; i++) {		/* the last row asks for nothing */
		int m = pt_row_fits((enum pt_row_id)i, f);

		if (m > 0 && (!open || pt_rows[i].last))
			break;
		open = open || m < 0;
	}
	return (enum pt_row_id)i;
}

uint64_t pt_lens_kflags(enum pt_lens_id lens)
{
	uint64_t k = 0;

	for (int i = 0; i < pt_lenses[lens].nrows; i++) {
		const struct pt_row *row = &pt_rows[pt_lenses[lens].first + i];

		k |= row->set.k | row->clear.k;
	}
	return k;
}

unsigned pt_lens_needs(enum pt_lens_id lens)
{
	unsigned needs = lens == PT_LENS_CHANGE ? PT_NEED_PFNS | PT_NEED_ORDER : 0;

	if (lens == PT_LENS_SIZE)
		needs = PT_NEED_SMAPS;		/* what could be huge, and is not */
	for (int i = 0; i < pt_lenses[lens].nrows; i++) {
		const struct pt_range *range = &pt_rows[pt_lenses[lens].first + i].range;

		needs |= range->field < PT_NFIELDS ? pt_fields[range->field].needs : 0;
	}
	return needs;
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

bool pt_row_is_state_too(int row)
{
	for (int i = 0; i < PT_NSTATES; i++)
		if (row >= PT_NSTATES && !strcmp(pt_rows[i].name, pt_rows[row].name))
			return true;
	return false;
}
