#include "pagetop/batch/cells.h"

#include <inttypes.h>
#include <stdio.h>

void pt_cell_value(struct pt_rows *r, int heading, const void *row)
{
	const struct pt_heading_row *h = &pt_headings[heading];
	struct pt_value v = h->value(row);

	if (v.unknown)
		pt_row_null(r);
	else if (v.none)
		pt_row_none(r);
	else if (v.raw)
		pt_row_text(r, v.text ? v.text : "", v.len);
	else if (h->order == PT_ORDER_TEXT)
		pt_row_escaped(r, v.text ? v.text : "");
	else if (h->kind == PT_IS_ADDRESS || h->kind == PT_IS_RANGE)
		pt_row_hex(r, v.n);
	else if (h->kind == PT_IS_RATE)
		pt_row_real(r, v.rate);
	else
		pt_row_u64(r, v.n);
}

/* Numbers have columns of their own width, in which the largest still fits. */
static struct pt_rows_column head_of(const struct pt_heading_row *h)
{
	static const int width[PT_IS_BAR + 1] = {
		[PT_IS_PID] = 7, [PT_IS_NUMBER] = 9, [PT_IS_BYTES] = 11, [PT_IS_ADDRESS] = 14,
		[PT_IS_RANGE] = 14, [PT_IS_RATE] = 9,
	};
	int w = width[h->kind];

	return (struct pt_rows_column){ h->name, w ? w : h->w, w > 0 };
}

size_t pt_cell_columns(const struct pt_batch_column *table, size_t n, enum pt_list_id list,
		       struct pt_batch_column *ret)
{
	size_t nret = 0;

	for (size_t i = 0; i < n; i++) {
		if (table[i].head.name)
			ret[nret++] = table[i];
		for (int k = 0; k < PT_NHEADINGS && !table[i].head.name; k++)
			if (pt_headings[k].place == table[i].arg && pt_headings[k].list == list)
				ret[nret++] = (struct pt_batch_column){ head_of(&pt_headings[k]),
					table[i].arg != PT_ROWS_MORE, table[i].put, k };
	}
	return nret;
}

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
