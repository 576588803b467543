/*
 * pagetop maps: a row for each mapping.
 */
#include "pagetop/batch/batch.h"
#include "pagetop/batch/cells.h"
#include "pagetop/model/sums.h"

#include <stdio.h>

struct row {
	const struct pt_image *img;
	const struct pt_vma *vma;
	struct pt_sum sums[PT_NCOLS];
	struct pt_tally tally;		/* of all its pages */
	struct pt_counts sizes;		/* the same by size of their folios */
	struct pt_not_huge not_huge;
	uint64_t ncharged[PT_NCGROUPS];	/* pages by the number of their cgroup in the image; of
					   the first it is not known */
	struct pt_factset asked;
	bool match;			/* --where holds for one of them */
	bool maybe;			/* or could */
};

static void put_pid(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_i64(r, ((const struct row *)row)->img->pid);
}

static void put_heading(struct pt_rows *r, const void *row, int heading)
{
	pt_cell_value(r, heading, ((const struct row *)row)->vma);
}

static void put_sum(struct pt_rows *r, const void *row, int col)
{
	pt_cell_sum(r, ((const struct row *)row)->sums, col);
}

static void put_least(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_cell_least(r, ((const struct row *)row)->sums);
}

static void put_facts(struct pt_rows *r, const void *row, int arg)
{
	const struct row *m = row;

	(void)arg;
	if (m->img->why_pages)
		pt_row_null(r);
	else
		pt_cell_facts(r, m->tally.fact);
}

static void put_state(struct pt_rows *r, const void *row, int arg)
{
	const struct row *m = row;

	(void)arg;
	if (m->img->why_pages)
		pt_row_null(r);
	else
		pt_cell_states(r, m->tally.state);
}

static void put_unknown(struct pt_rows *r, const void *row, int arg)
{
	const struct row *m = row;

	(void)arg;
	if (m->img->why_pages)
		pt_row_null(r);
	else
		pt_cell_facts(r, m->tally.open);
}

static void put_nodes(struct pt_rows *r, const void *row, int arg)
{
	const struct row *m = row;
	uint64_t npages[PT_NNODES] = { 0 };

	(void)arg;
	pt_image_count_nodes(m->img, m->vma, npages);
	pt_cell_nodes(r, npages);
}

/* {"4K": pages, …}: how much of it sits in folios of which size. */
static void put_sizes(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_lens *lens = &pt_lenses[PT_LENS_SIZE];
	struct pt_rows_pair pair[PT_LENS_NROWS];
	const struct row *m = row;
	size_t n = 0;

	(void)arg;
	for (int i = lens->first; i < lens->first + lens->nrows; i++)
		if (i != lens->absent && i != lens->unmappable && pt_counts_of(&m->sizes, i))
			pair[n++] = (struct pt_rows_pair){ pt_rows[i].name,
							   pt_counts_of(&m->sizes, i) };
	if (m->img->why_pages)
		pt_row_null(r);
	else
		pt_row_pairs(r, pair, n);
}

/*
 * Bytes that are present, fit into huge pages or larger folios of sizes that are enabled, and are
 * in smaller ones.
 */
static void put_not_huge(struct pt_rows *r, const void *row, int arg)
{
	const struct row *m = row;
	uint64_t npages = 0;

	(void)arg;
	for (int order = 0; order < PT_NORDERS; order++)
		npages += m->not_huge.npages[order];
	if (m->not_huge.known)
		pt_row_u64(r, npages << PT_PAGE_SHIFT);
	else
		pt_row_null(r);
}

/* {"2M": ranges, …}: of each size that is enabled, how many fit in the mapping. */
static void put_ranges(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_not_huge *n = &((const struct row *)row)->not_huge;
	struct pt_rows_pair pair[PT_NORDERS];
	char name[PT_NORDERS][PT_SIZE_LEN];
	size_t npairs = 0;

	(void)arg;
	for (int order = 0; order < PT_NORDERS; order++)
		if (n->nranges[order]) {
			pt_size_text((uint64_t)PT_PAGE_BYTES << order, name[order]);
			pair[npairs++] = (struct pt_rows_pair){ name[order], n->nranges[order] };
		}
	if (n->known)
		pt_row_pairs(r, pair, npairs);
	else
		pt_row_null(r);
}

/*
 * Bytes that are present where the mapping is too short, or not aligned, for any size
 * that is enabled.
 */
static void put_unaligned(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_not_huge *n = &((const struct row *)row)->not_huge;

	(void)arg;
	if (n->known)
		pt_row_u64(r, n->nunaligned << PT_PAGE_SHIFT);
	else
		pt_row_null(r);
}

/* {"/a": pages, "none": pages, …}: who pays for what is present. */
static void put_cgroups(struct pt_rows *r, const void *row, int arg)
{
	const struct row *m = row;
	const struct pt_cgroups *c = m->img->cgroups;
	struct pt_rows_pair pair[PT_NCGROUPS];
	char inode[PT_NCGROUPS][32];
	size_t n = 0;

	(void)arg;
	for (unsigned i = 1; c && i < c->n; i++) {
		if (!m->ncharged[i])
			continue;
		snprintf(inode[n], sizeof(inode[n]), "inode %llu", (unsigned long long)c->inode[i]);
		pair[n].name = c->path[i] ? c->path[i] : inode[n];
		if (!*pair[n].name)
			pair[n].name = "none";
		pair[n++].value = m->ncharged[i];
	}
	if (n && m->ncharged[0])
		pair[n++] = (struct pt_rows_pair){ "unknown", m->ncharged[0] };
	if (m->img->why_pages || !c || (m->ncharged[0] && !n))
		pt_row_null(r);
	else
		pt_row_pairs(r, pair, n);
}

static void put_vmflags(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_vma *vma = ((const struct row *)row)->vma;
	const char *name[PT_NVMFLAGS + 1];
	size_t n = 0;

	(void)arg;
	for (int i = 0; i < PT_NVMFLAGS; i++)
		if (vma->vmflags >> i & 1)
			name[n++] = pt_vmflag_name(i);
	if (vma->vmflags & PT_VMF_UNNAMED)
		name[n++] = "?";
	if (vma->got_smaps)
		pt_row_names(r, name, n);
	else
		pt_row_null(r);
}

static void put_thp(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_vma *vma = ((const struct row *)row)->vma;

	(void)arg;
	if (vma->got_thp)
		pt_row_bool(r, vma->thp_eligible);
	else
		pt_row_null(r);
}

static void put_file(struct pt_rows *r, const void *row, int what)
{
	pt_cell_file(r, ((const struct row *)row)->vma, 0, what);
}

static void put_error(struct pt_rows *r, const void *row, int arg)
{
	const char *why = ((const struct row *)row)->img->why_pages;

	(void)arg;
	if (why)
		pt_row_escaped(r, why);
	else
		pt_row_none(r);
}

enum { TABLE_RANK = 5 };		/* a table has the most important sums */

static const struct pt_batch_column column[] = {
	{ { "pid", 7, true }, true, put_pid, 0 },
	PT_CELL_HEADINGS(FIRST, put_heading),
#define COLUMN(id, name, title, smaps, d, nd, weight, prank, mrank, text) \
	{ { name, 10, true }, (mrank) <= TABLE_RANK, put_sum, PT_COL_##id },
#include "pagetop/model/columns.def"
#undef COLUMN
	{ { "least", 0, false }, false, put_least, 0 },
	{ { "facts", 0, false }, false, put_facts, 0 },
	{ { "state", 0, false }, false, put_state, 0 },
	{ { "unknown", 0, false }, false, put_unknown, 0 },
	{ { "sizes", 0, false }, false, put_sizes, 0 },
	{ { "not_huge", 0, true }, false, put_not_huge, 0 },
	{ { "thp_ranges", 0, false }, false, put_ranges, 0 },
	{ { "thp_unaligned", 0, true }, false, put_unaligned, 0 },
	{ { "nodes", 0, false }, false, put_nodes, 0 },
	{ { "cgroups", 0, false }, false, put_cgroups, 0 },
	{ { "vmflags", 0, false }, false, put_vmflags, 0 },
	{ { "thp_eligible", 0, false }, false, put_thp, 0 },
	PT_CELL_HEADINGS(BEHIND, put_heading),
	PT_CELL_HEADINGS(MORE, put_heading),
	{ { "inode", 0, true }, false, put_file, PT_CELL_INODE },
	{ { "device", 0, false }, false, put_file, PT_CELL_DEVICE },
	{ { "deleted", 0, false }, false, put_file, PT_CELL_DELETED },
	PT_CELL_HEADINGS(LAST, put_heading),
	{ { "error", 0, false }, true, put_error, 0 },
};

enum { NCOLUMNS = sizeof(column) / sizeof(column[0]) };
_Static_assert(NCOLUMNS + PT_NHEADINGS <= PT_BATCH_COLUMNS, "room for all columns");

static int add_stretch(void *arg, const struct pt_stretch *s)
{
	struct row *m = arg;

	pt_tally_add(&m->tally, &s->facts, &m->asked, s->npages);
	if (s->run.pm & (PT_RUN(PRESENT) | PT_RUN(UNSTABLE)))
		m->ncharged[s->run.cgroup] += s->npages;
	m->sizes.row[pt_lens_row(PT_LENS_SIZE, &s->facts) - pt_lenses[PT_LENS_SIZE].first] +=
		s->npages;
	return 0;
}

static int look_for(void *arg, const struct pt_stretch *s)
{
	struct row *m = arg;

	m->match = m->match || s->match > 0;
	m->maybe = m->maybe || s->match < 0;
	return m->match;
}

static void print_image(struct pt_batch *b, const struct pt_image *img)
{
	const struct pt_pick all = { .lo_vpn = 0 };

	for (size_t i = 0; i < img->vmas.n && !b->err; i++) {
		struct row m = { .img = img, .vma = &img->vmas.v[i],
				 .sizes.lens = PT_LENS_SIZE, .asked = pt_facts_asked(&img->ctx) };

		if (!pt_batch_meant(b, m.vma))
			continue;
		pt_pick_kinds(&b->pick, img, m.vma, look_for, &m);
		b->undecided += !m.match && m.maybe;
		if (!m.match)
			continue;
		pt_pick_kinds(&all, img, m.vma, add_stretch, &m);
		pt_image_sums(img, m.vma, m.sums);
		pt_image_not_huge(img, m.vma, &m.not_huge);
		b->nfound++;
		b->hugetlb_bytes += m.sums[PT_COL_HUGETLB].value;
		pt_batch_row(b, &m);
	}
}

/* In a table they are a column of those who ask. */
static bool wants_cgroups(const struct pt_options *opt)
{
	return opt->format != PT_ROWS_TABLE || opt->cgroups;
}

static void maps(struct pt_batch *b)
{
	const struct pt_wish wish =
		pt_pick_wish(&b->pick,
			     PT_NEED_ORDER | PT_NEED_SMAPS |
				     (b->kernel.probe.nodes.nnodes > 1 ? PT_NEED_NODE : 0) |
				     (wants_cgroups(b->opt) ? PT_NEED_CGROUP | PT_NEED_PATHS : 0));

	pt_batch_each(b, &wish, print_image);
	pt_batch_found(b, "mapping", "mappings");
}

int pt_run_maps(const struct pt_options *opt)
{
	struct pt_batch_column shown[PT_BATCH_COLUMNS];
	const struct pt_batch_form form = { "maps", shown,
		.ncolumns = pt_cell_columns(column, NCOLUMNS, PT_IN_MAPPINGS, shown) };

	for (size_t i = 0; i < form.ncolumns; i++)
		shown[i].people |= opt->cgroups && shown[i].put == put_cgroups;
	return pt_batch(opt, &form, NULL, maps);
}
