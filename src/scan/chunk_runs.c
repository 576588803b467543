#include "pagetop/scan/chunk_runs.h"

#include <errno.h>
#include <string.h>
#include "pagetop/model/word.h"
#include "pagetop/scan/chunk_doubt.h"

/* What is added, and to what. */
struct adding {
	const struct pt_chunk *c;
	struct pt_part *part;
	bool last_try;
};

/* ---- one page as a run */

/*
 * An average over a folio is a page's own count only where all its mappings are this process's,
 * and none is double.
 */
static bool count_is_own(const struct pt_chunk *c, size_t i)
{
	uint64_t kflags = c->kflags[i];

	if (c->job->env->probe->precise || kflags == PT_KPAGE_NONE)
		return c->job->env->probe->precise;
	return !(kflags & PT_KPF(THP)) || (kflags & PT_KPF(ANON) && c->word[i] & PT_PM_EXCLUSIVE);
}

/*
 * Where every anonymous page has the flag KSM it is left to those that may be merged, for
 * pt_settle() to decide. A merged page is small and nobody's alone; and it is marked dirty itself
 * (mm/ksm.c), until it is in swap: others are less likely.
 */
static void add_flags(const struct pt_chunk *c, size_t i, struct pt_run *run)
{
	const uint64_t never = PT_KPF_COMPOUND | PT_KPF(OWNER_2);
	uint64_t kflags = c->kflags[i];
	bool is_none = c->job->none_merged || kflags & never || !(kflags & PT_KPF(ANON));

	if (c->job->ksm_noise && is_none)
		kflags &= ~PT_KPF(KSM);
	else if (c->job->ksm_noise && !(kflags & (PT_KPF(DIRTY) | PT_KPF(SWAPCACHE))))
		run->pm |= PT_RUN(MERGE_OPEN);
	run->pm |= PT_RUN(GOT_FLAGS);
	run->kflags = kflags & c->job->img->ctx.kmask;
}

/* What the ioctl told; or as much from flags, where it was not asked. */
static uint16_t scan_of(const struct pt_chunk *c, const struct pt_stretch *s, size_t i, bool device)
{
	if (device)
		return c->scan[i] | PT_RUN(DEVICE);
	if (!s->all_small || c->scan[i] & PT_RUN(SCANNED))
		return c->scan[i];
	return c->scan[i] | PT_RUN(SCANNED) |
	       (c->kflags[i] & PT_KPF(ZERO_PAGE) ? PT_RUN(PFNZERO) : 0);
}

static void make_present(const struct pt_chunk *c, const struct pt_stretch *s, size_t i,
			 bool device, struct pt_run *run)
{
	uint64_t pfn = pt_pfn_of(c->word[i]), count = pt_chunk_count(c, s, i);

	run->pm |= scan_of(c, s, i, device);
	run->order = c->order[i];
	if (c->job->needs & PT_NEED_CGROUP)
		run->cgroup = c->cgroup[i];
	if (c->job->needs & PT_NEED_NODE && pfn)
		run->node = (int8_t)pt_node_of_pfn(&c->job->env->probe->nodes, pfn);
	if (c->kflags[i] != PT_KPAGE_NONE)
		add_flags(c, i, run);
	if (count <= UINT32_MAX && count_is_own(c, i)) {	/* more is no count */
		run->pm |= PT_RUN(GOT_COUNT);
		run->count = (uint32_t)count;
	}
}

/* The i-th page of the chunk as a run. */
static struct pt_run make_run(const struct pt_chunk *c, const struct pt_stretch *s, size_t i,
			      bool device)
{
	uint64_t word = c->word[i];
	struct pt_run run = { .pm = pt_word_bits(word), .node = -1 };

	if (word & PT_PM_PRESENT) {
		make_present(c, s, i, device, &run);
	} else if (word & PT_PM_SWAP) {
		run.kflags = PT_SWP_TYPE(word);
		if (pt_chunk_is_marker(c, word))
			run.kflags |= PT_SWP_OFFSET(word) << 5;
	}
	return run;
}

/* ---- how many are alike */

static int node_of(const struct pt_chunk *c, size_t i)
{
	return pt_node_of_pfn(&c->job->env->probe->nodes, pt_pfn_of(c->word[i]));
}

/* Whether pages of a stretch are alike in all but their flags. */
static bool alike(const struct pt_chunk *c, const struct pt_stretch *s, size_t i, size_t j)
{
	return (s->mapped_once || c->count[i] == c->count[j]) && c->order[i] == c->order[j] &&
	       c->scan[i] == c->scan[j] &&
	       (c->word[i] == c->again[i]) == (c->word[j] == c->again[j]) &&
	       (!(c->job->needs & PT_NEED_CGROUP) || c->cgroup[i] == c->cgroup[j]) &&
	       (!(c->job->needs & PT_NEED_NODE) || !s->has_pfns || node_of(c, i) == node_of(c, j));
}

/* Most often only the flags can differ. */
static size_t group_length(const struct pt_chunk *c, const struct pt_stretch *s, size_t i)
{
	uint64_t decide = c->job->ksm_noise ? PT_KPF(DIRTY) | PT_KPF_COMPOUND : 0;
	uint64_t mask = c->job->img->ctx.kmask | decide, like = c->kflags[i] & mask;
	size_t j = i + 1, end = s->at + s->n;
	bool flags_only = s->mapped_once && !s->may_differ && c->held_still &&
			  !(c->job->needs & (PT_NEED_NODE | PT_NEED_CGROUP));

	if (flags_only && s->same_flags)
		return end - i;
	if (flags_only)
		while (j < end && (c->kflags[j] & mask) == like)
			j++;
	else
		while (j < end && (c->kflags[j] & mask) == like && alike(c, s, i, j))
			j++;
	return j - i;
}

/* ---- all of them */

/* A mapping begins with a run of its own. `i`: the first of its pages. */
static int add_run(const struct adding *a, const struct pt_run *run, const struct pt_vma *vma,
		   size_t i)
{
	const uint16_t there = PT_RUN(PRESENT) | PT_RUN(PFN);
	struct pt_part *part = a->part;
	struct pt_run *last = part->runs.n ? &part->runs.r[part->runs.n - 1] : NULL;
	int err = pt_runs_append(&part->runs, run, last && last->vpn >= pt_vma_vpn(vma));

	if (!err && a->c->job->needs & PT_NEED_PFNS && (run->pm & there) == there)
		err = pt_part_add_frames(part, run->vpn, a->c->word + i, run->npages);
	return err;
}

/*
 * What flags alone do not say: how large a page of the pool is, whether it is lazyfree, merged, or
 * mapped by PMD.
 */
static unsigned open_of(const struct pt_chunk *c, const struct pt_run *run)
{
	bool large = run->kflags & PT_KPF(THP) && !(run->kflags & PT_KPF(ZERO_PAGE));
	bool may_be_merged = c->job->ksm_noise && run->kflags & PT_KPF(KSM);
	unsigned open = 0;

	if (!(run->pm & PT_RUN(GOT_FLAGS)))
		return 0;
	if (run->kflags & PT_KPF(HUGE))
		open |= PT_OPEN_POOL;
	if (pt_run_may_be_lazyfree(run))
		open |= PT_OPEN_LAZYFREE;
	if (may_be_merged || (large && !(run->pm & PT_RUN(SCANNED))))
		open |= PT_OPEN_SUMS;
	return open;
}

/* `n` pages from the i-th on that are alike, as a run; -EAGAIN: they are to be read again. */
static int add_group(const struct adding *a, const struct pt_stretch *s, size_t i, size_t n)
{
	const unsigned restless = PT_DOUBT_CHANGED | PT_DOUBT_IOCTL | PT_DOUBT_WORD;
	const struct pt_chunk *c = a->c;
	const struct pt_piece *p = &c->piece[s->piece];
	const struct pt_vma *vma = &c->job->img->vmas.v[p->vma];
	struct pt_run run = { .pm = PT_RUN(UNSTABLE), .node = -1 };
	unsigned doubts;

	if (!((c->word[i] | c->again[i]) >> 62))	/* nothing there any more */
		return 0;
	doubts = pt_chunk_doubts(c, s, i, vma);
	if (vma->vmflags & PT_VMF(MM))
		doubts &= ~(unsigned)PT_DOUBT_OF_DRIVERS;
	if (doubts & restless && !a->last_try)
		return -EAGAIN;
	if (doubts & PT_DOUBT_OF_DRIVERS && !pt_vma_knows(vma, PT_VMF(MM)))
		a->part->open |= PT_OPEN_MIXED_MAP;
	if (doubts & (restless | PT_DOUBT_FOREIGN))
		a->part->nunstable += n;
	else
		run = make_run(c, s, i, doubts & PT_DOUBT_DEVICE);
	run.vpn = p->vpn + (i - p->at);
	run.npages = (uint32_t)n;
	a->part->open |= open_of(c, &run);
	return add_run(a, &run, vma, i);
}

static int add_kept(const struct adding *a, const struct pt_piece *p)
{
	const struct pt_chunk *c = a->c;
	struct pt_run run = *p->keep;

	run.vpn = p->vpn;
	run.npages = p->n;
	run.change = 0;
	run.kflags &= c->job->img->ctx.kmask;
	a->part->nkept += p->n;
	a->part->open |= open_of(c, &run);
	if (c->pm->no_scan && run.kflags & PT_KPF(THP))
		a->part->open |= PT_OPEN_SUMS;
	return add_run(a, &run, &c->job->img->vmas.v[p->vma], p->at);
}

int pt_chunk_add_runs(const struct pt_chunk *c, bool last_try, struct pt_part *part)
{
	const struct adding a = { c, part, last_try };
	const struct pt_stretch *s = c->stretch, *end = s + c->nstretches;
	int err = 0;

	for (size_t p = 0; p < c->npieces && !err; p++) {
		if (c->piece[p].keep)
			err = add_kept(&a, &c->piece[p]);
		for (; s < end && s->piece == p && !err; s++)
			for (size_t i = s->at, n; i < s->at + s->n && !err; i += n) {
				n = group_length(c, s, i);
				err = add_group(&a, s, i, n);
			}
	}
	return err;
}
