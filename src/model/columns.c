#include "pagetop/model/columns.h"

#include "pagetop/kernel/abi.h"

#define F(id) PT_F(id)
#define BYTES PT_BYTES
#define PSS PT_PSS
#define FREED PT_FREED

const struct pt_column_row pt_columns[PT_NCOLS] = {
#define COLUMN(id, nm, ttl, smp, d_set, d_clear, wght, prank, mrank, txt) [PT_COL_##id] = { \
	.name = nm, .title = ttl, .smaps = smp, .set = { .d = d_set }, .clear = { .d = d_clear }, \
	.weight = wght, .rank = { prank, mrank }, \
	.text = txt },
#include "pagetop/model/columns.def"
};

enum { PSS_SHIFT = 12 };	/* the fraction of a byte that smaps carries */

void pt_column_add(enum pt_column col, struct pt_sum *sum, const struct pt_facts *f, uint32_t count,
		   uint64_t npages)
{
	const struct pt_column_row *c = &pt_columns[col];
	int match = pt_facts_match(f, &c->set, &c->clear);
	uint64_t weight = PT_PAGE_BYTES;

	/*
	 * a slot may be shared, and an entry of a hidden type may be a slot; of an address space
	 * that others share none goes
	 */
	if (c->weight == PT_FREED && (f->yes.d | ~f->known.d) & PT_F(SLOT) &&
	    !(f->yes.d & PT_F(JOINT)))
		match = -1;
	if (match > 0 && c->weight == PT_PSS) {	/* truncated page by page, as smaps does */
		weight <<= PSS_SHIFT;
		if (count)
			weight /= count;
		else
			match = -1;
	}
	if (match > 0)
		sum->value += weight * npages;
	else if (match < 0)
		sum->unknown += npages;
}

void pt_columns_add(struct pt_sum sums[static PT_NCOLS], const struct pt_facts *f, uint32_t count,
		    uint64_t npages)
{
	for (int i = 0; i < PT_NCOLS; i++)
		pt_column_add((enum pt_column)i, &sums[i], f, count, npages);
}

struct pt_sum pt_column_sum(enum pt_column col, uint64_t bytes)
{
	return (struct pt_sum){ .value = pt_columns[col].weight == PT_PSS ? bytes << PSS_SHIFT :
									    bytes };
}

uint64_t pt_sum_bytes(enum pt_column col, const struct pt_sum *sum)
{
	return pt_columns[col].weight == PT_PSS ? sum->value >> PSS_SHIFT : sum->value;
}
