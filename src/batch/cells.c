#include "pagetop/batch/cells.h"

#include <inttypes.h>
#include <stdio.h>

void pt_cell_sum(struct pt_rows *r, const struct pt_sum *sums, int column)
{
	const struct pt_sum *sum = &sums[column];
	uint64_t bytes = pt_sum_bytes((enum pt_column)column, sum);
	char least[32];

	snprintf(least, sizeof(least), "≥%" PRIu64, bytes);
	if (sum->unknown && !bytes)
		pt_row_null(r);
	else if (sum->unknown && r->format == PT_ROWS_TABLE)
		pt_row_escaped(r, least);
	else
		pt_row_u64(r, bytes);
}

void pt_cell_least(struct pt_rows *r, const struct pt_sum *sums)
{
	const char *name[PT_NCOLS];
	size_t n = 0;

	for (int i = 0; i < PT_NCOLS; i++)
		if (sums[i].unknown && pt_sum_bytes((enum pt_column)i, &sums[i]))
			name[n++] = pt_columns[i].name;
	pt_row_names(r, name, n);
}

void pt_cell_states(struct pt_rows *r, const uint64_t *npages)
{
	struct pt_rows_pair pair[PT_NSTATES];
	size_t n = 0;

	for (int i = 0; i < PT_NSTATES; i++)
		if (npages[i])
			pair[n++] = (struct pt_rows_pair){ pt_rows[i].name, npages[i] };
	pt_row_pairs(r, pair, n);
}

void pt_cell_nodes(struct pt_rows *r, const uint64_t npages[static PT_NNODES])
{
	struct pt_rows_pair pair[PT_NNODES];
	size_t n = 0;

	for (int i = 0; i < PT_NNODES; i++)
		if (npages[i])
			pair[n++] = (struct pt_rows_pair){ pt_rows[PT_NODE_0 + i].name, npages[i] };
	if (n)
		pt_row_pairs(r, pair, n);
	else
		pt_row_none(r);
}

void pt_cell_facts(struct pt_rows *r, const uint64_t *npages)
{
	struct pt_rows_pair pair[PT_TALLY_NFACTS];
	size_t n = 0;

	for (int i = 0; i < PT_TALLY_NFACTS; i++)
		if (npages[i] && pt_tally_name(i))
			pair[n++] = (struct pt_rows_pair){ pt_tally_name(i), npages[i] };
	pt_row_pairs(r, pair, n);
}

void pt_cell_names(struct pt_rows *r, const struct pt_factset *set)
{
	const char *name[PT_TALLY_NFACTS];
	size_t n = 0;

	for (int i = 0; i < PT_TALLY_NFACTS; i++)
		if (pt_tally_has(set, i) && pt_tally_name(i))
			name[n++] = pt_tally_name(i);
	pt_row_names(r, name, n);
}

void pt_cell_file(struct pt_rows *r, const struct pt_vma *vma, uint64_t ahead, int what)
{
	char device[24];

	snprintf(device, sizeof(device), "%x:%x", vma->dev_major, vma->dev_minor);
	if (!vma->inode)
		pt_row_none(r);
	else if (what == PT_CELL_OFFSET)
		pt_row_hex(r, vma->pgoff + ahead);
	else if (what == PT_CELL_INODE)
		pt_row_u64(r, vma->inode);
	else if (what == PT_CELL_DEVICE)
		pt_row_escaped(r, device);
	else if (pt_vma_deleted(vma))
		pt_row_bool(r, pt_vma_deleted(vma) == PT_YES);
	else
		pt_row_null(r);
}
