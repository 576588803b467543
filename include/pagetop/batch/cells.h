/*
 * Values that several commands print, each from its tables: sums, facts, states.
 */
#ifndef PAGETOP_BATCH_CELLS_H
#define PAGETOP_BATCH_CELLS_H

#include "pagetop/batch/batch.h"
#include "pagetop/model/headings.h"
#include "pagetop/model/image.h"
#include "pagetop/model/tally.h"

/* What the row of a list tells under this heading, which is none of a sum. */
void pt_cell_value(struct pt_rows *r, int heading, const void *row);

/*
 * In a table of columns: here stand the headings that belong there (headings.def); `put` puts each.
 */
#define PT_CELL_HEADINGS(where, put) { { NULL, 0, false }, false, put, PT_ROWS_##where }

/* The table with those headings in it, at most PT_BATCH_COLUMNS. Returns how many it has now. */
size_t pt_cell_columns(const struct pt_batch_column *table, size_t n, enum pt_list_id list,
		       struct pt_batch_column *ret);

/* A sum in bytes; null where nothing of it is known, with a ≥ in a table where a part is not. */
void pt_cell_sum(struct pt_rows *r, const struct pt_sum *sums, int column);

/* The names of those sums that are least values. */
void pt_cell_least(struct pt_rows *r, const struct pt_sum *sums);

/* {"state": pages}, of those that are not 0: `npages` by the number of the state. */
void pt_cell_states(struct pt_rows *r, const uint64_t *npages);

/* {"node 0": pages}, of those that are not 0; nothing where there is only one node. */
void pt_cell_nodes(struct pt_rows *r, const uint64_t npages[static PT_NNODES]);

/* {"fact": pages}, of those that are not 0: `npages` by the number in a tally. */
void pt_cell_facts(struct pt_rows *r, const uint64_t *npages);

/* ["fact", …], those in the set. */
void pt_cell_names(struct pt_rows *r, const struct pt_factset *set);

/*
 * What a mapping is of: PT_CELL_OFFSET to PT_CELL_DELETED, of a page `ahead` bytes from its
 * beginning; nothing where there is no file.
 */
enum { PT_CELL_OFFSET, PT_CELL_INODE, PT_CELL_DEVICE, PT_CELL_DELETED };
void pt_cell_file(struct pt_rows *r, const struct pt_vma *vma, uint64_t ahead, int what);

#endif
