/*
 * Sums over pages, one row of columns.def each: for a mapping, for a process.
 */
#ifndef PAGETOP_MODEL_COLUMNS_H
#define PAGETOP_MODEL_COLUMNS_H

#include <stdint.h>
#include "pagetop/model/facts.h"

enum pt_column {
#define COLUMN(id, name, title, smaps, d, nd, weight, prank, mrank, text) PT_COL_##id,
#include "pagetop/model/columns.def"
#undef COLUMN
	PT_NCOLS
};

/* Lists that have columns. */
enum pt_list_id { PT_IN_PROCESSES, PT_IN_MAPPINGS, PT_NLISTS };

enum pt_weight {
	PT_BYTES,		/* whole pages */
	PT_PSS,			/* each page divided by its count */
	PT_FREED,		/* whole pages; swap slots may be shared, so they are
				   not known to count */
};

struct pt_column_row {
	const char *name, *title, *smaps;
	struct pt_factset set, clear;
	uint8_t weight;		/* enum pt_weight */
	uint8_t rank[PT_NLISTS];	/* on a narrow screen the highest go first */
	const char *text;
};

extern const struct pt_column_row pt_columns[PT_NCOLS];

struct pt_sum {
	uint64_t value;		/* bytes; of pss bytes << 12, as smaps counts */
	uint64_t unknown;	/* pages of which it is not known whether, or how
				   much, they count */
};

/* Add `npages` pages, which all have these facts and this count, to the sums. */
void pt_columns_add(struct pt_sum sums[static PT_NCOLS], const struct pt_facts *f, uint32_t count,
		    uint64_t npages);

/* The same for one sum. */
void pt_column_add(enum pt_column col, struct pt_sum *sum, const struct pt_facts *f, uint32_t count,
		   uint64_t npages);

/* A sum that is known as a whole. */
struct pt_sum pt_column_sum(enum pt_column col, uint64_t bytes);

uint64_t pt_sum_bytes(enum pt_column col, const struct pt_sum *sum);

#endif
