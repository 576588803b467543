/*
 * A process at one moment: its mappings and the runs of pages in them.
 *
 *	vma[0]        vma[1]                 vma[2]
 *	├──────────┤  ├───────────────────┤  ├─────┤     addresses ascend, none overlap
 *	 ▇▇ ▇▇▇▇      ▇▇▇   ▇▇▇▇▇▇▇ ▇          ▇▇▇      runs; no run crosses a border
 *
 * An image is filled by the scanner, completed with pt_image_complete(), and constant from then
 * on: any thread may read it as long as it holds a reference.
 */
#ifndef PAGETOP_MODEL_IMAGE_H
#define PAGETOP_MODEL_IMAGE_H

#include <stdatomic.h>
#include <sys/types.h>
#include <time.h>
#include "pagetop/kernel/kpage.h"
#include "pagetop/kernel/maps.h"
#include "pagetop/model/columns.h"
#include "pagetop/model/lens.h"
#include "pagetop/model/pfns.h"
#include "pagetop/model/runs.h"

/* Raw words of the one page that was asked for. */
struct pt_page_words {
	uint64_t pagemap;
	uint64_t kpage[PT_NKPAGE];	/* PT_KPAGE_NONE: not known */
	int node;			/* NUMA node; negative: not known */
	uint64_t folio_pfn;		/* the first page of its folio; 0: not known,
					   or it is no folio */
	uint64_t folio_nmapped;		/* pages of it that are mapped here, side by
					   side; 0: not counted */
	char *cgroup;			/* path of the memory cgroup, escaped; NULL: not known */
	char *swap_device;		/* escaped; NULL: not known */
	uint8_t *contents;		/* NULL: not asked for, or why_contents,
					   a constant string */
	size_t ncontents;
	const char *why_contents;
};

enum { PT_KEEP_PASSES = 16 };		/* after so many scans nothing is as it was read before */

struct pt_image {
	atomic_uint refs;
	pid_t pid;
	uint64_t starttime;		/* with pid, names the process */
	char *name;			/* comm, escaped */
	struct timespec when;		/* wall clock at the end of the scan */
	uint64_t mono_ns;		/* the same on CLOCK_MONOTONIC, for the age */
	uint64_t cost_ns;		/* how long the scan took */
	uint64_t cpu_ns;		/* CPU time of it */
	uint64_t nunstable;		/* pages that would not hold still */
	uint64_t nkept;			/* pages whose flags and count are from an earlier scan */
	uint64_t read_ns[PT_KEEP_PASSES];	/* when the pages of each turn were
						   read, CLOCK_MONOTONIC */
	unsigned turn;			/* the one that this scan has read */
	unsigned needs;			/* PT_NEED_*: what was asked for, the lens included */
	uint64_t smaps_ns;		/* when smaps was read; 0: it was not */
	uint64_t locked_bytes;		/* VmLck then */
	bool smaps_sums;		/* smaps was read with the pages: its sums stand where
					   single pages are open, */
	bool smaps_averages;		/* but for Pss and Private_*, which are averages of large
					   folios, as map counts are */
	struct pt_vmas vmas;
	struct pt_runs runs;
	enum pt_lens_id lens;		/* the rows of the runs are of this one */
	struct pt_facts_context ctx;
	struct pt_sum total[PT_NCOLS];
	uint64_t lo_vpn, hi_vpn;	/* what was scanned; all of it: 0 and
					   UINT64_MAX; nothing: equal */
	char *mates;			/* pids of other processes with this address space,
					   "4243, 4250"; NULL: none is known */
	const char *why_pages;		/* why nothing was; NULL: something was. All
					   constant strings */
	const char *why_pfn;		/* why PFNs are hidden, where they are */
	const char *why_kpage[PT_NKPAGE];	/* why the file cannot be read; NULL: it can */
	struct pt_page_words page;	/* of lo_vpn, when one page was asked for */
	struct pt_pfns pfns;		/* of pages that have a PFN, if PT_NEED_PFNS */
	uint64_t npages;		/* in all runs */
	struct pt_cgroups *cgroups;	/* if PT_NEED_CGROUP; or NULL */
};

struct pt_image *pt_image_new(void);			/* one reference; NULL: no memory */
const struct pt_image *pt_image_ref(const struct pt_image *img);
/* Returns NULL; takes NULL */
const struct pt_image *pt_image_unref(const struct pt_image *img);

/* The row of the image's lens, and the overlays, of a run with these facts. */
void pt_image_mark(const struct pt_image *img, const struct pt_facts *f, struct pt_run *run);

/* When the oldest of its flags and counts were read, CLOCK_MONOTONIC; mono_ns if none was kept. */
uint64_t pt_image_oldest_ns(const struct pt_image *img);

/*
 * The number of the cgroup, which may be new; 0: there is no room. For the threads
 * that fill the image.
 */
uint8_t pt_image_cgroup(const struct pt_image *img, uint64_t inode);

/* Makes room for cgroups. 0 or -ENOMEM. */
int pt_image_want_cgroups(struct pt_image *img);

/* The mapping that holds the page, or NULL. */
const struct pt_vma *pt_image_vma(const struct pt_image *img, uint64_t vpn);

/* The PFN of the page, 0 if it is not known. */
uint64_t pt_image_pfn(const struct pt_image *img, uint64_t vpn);

/* The first page that is mapped to this PFN, or UINT64_MAX. */
uint64_t pt_image_find_pfn(const struct pt_image *img, uint64_t pfn);

/*
 * A page as a run of its own, also where nothing is: state, overlays and all. `npages` is how far
 * it goes on unchanged from `vpn`, at most to the end of the mapping `vma`.
 */
struct pt_run pt_image_run(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn);

/* The same for one page after the other: `*at`, first pt_runs_at_or_above(), goes up with `vpn`. */
struct pt_run pt_image_run_from(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn,
				size_t *at);

/* Exact counts of a range of pages, by row of a lens. */
struct pt_counts {
	enum pt_lens_id lens;
	uint64_t row[PT_LENS_NROWS];	/* by the number of the row in its lens */
	uint64_t over[PT_NOVERS];
	uint64_t over_open[PT_NOVERS];	/* pages of which it is not known */
	uint64_t npages;
};

/* Adds pages of one mapping; the lens becomes the image's. */
void pt_image_count(const struct pt_image *img, const struct pt_vma *vma, uint64_t lo_vpn,
		    uint64_t hi_vpn, struct pt_counts *add_to);

/* Adds pages like those of the run, which is of the image of the counts. */
void pt_counts_add(struct pt_counts *c, const struct pt_run *like, uint64_t npages);

/* Adds the present pages of one mapping by NUMA node, where the image knows nodes. */
void pt_image_count_nodes(const struct pt_image *img, const struct pt_vma *vma,
			  uint64_t add_to[static PT_NNODES]);

/*
 * What of a mapping could be in larger folios: pages that are present and in a smaller one than
 * fits there, by the largest enabled order of which an aligned range around them lies in the
 * mapping; and pages around which none does.
 */
enum { PT_NORDERS = 32 };
struct pt_not_huge {
	bool known;
	uint64_t nranges[PT_NORDERS];	/* aligned ranges in the mapping, of each
					   order that is enabled */
	uint64_t npages[PT_NORDERS];
	uint64_t nunaligned;
};
void pt_image_not_huge(const struct pt_image *img, const struct pt_vma *vma,
		       struct pt_not_huge *ret);

/* How many are in the row, which is of the lens of the counts; 0 of any other. */
uint64_t pt_counts_of(const struct pt_counts *c, int row);

/* The row that stands for the range: the most frequent of what is there, absent if nothing is. */
enum pt_row_id pt_counts_row(const struct pt_counts *c);

/* The overlays that every present page of the range has. */
uint8_t pt_counts_over(const struct pt_counts *c);

static inline uint64_t pt_vma_vpn(const struct pt_vma *v)
{
	return v->start >> PT_PAGE_SHIFT;
}

static inline uint64_t pt_vma_end_vpn(const struct pt_vma *v)
{
	return v->end >> PT_PAGE_SHIFT;
}

#endif
