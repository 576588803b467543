#include "pagetop/model/change.h"

#include <errno.h>
#include <stdlib.h>
#include "pagetop/base/str.h"
#include "pagetop/model/sums.h"

/* One page at one of the two moments. */
struct side {
	const struct pt_image *img;
	struct pt_run run;		/* pm 0: nothing there */
	const struct pt_vma *vma;	/* or NULL */
	enum pt_row_id state;
	int huge, anon;		/* 1, 0; or -1: not known */
	enum pt_told in_swap;	/* what is absent in the mapping */
	uint64_t pfn;
};

static bool is_there(const struct side *s)
{
	return s->run.pm & (PT_RUN(PRESENT) | PT_RUN(ENTRY));
}

/* How far the side is the same from `vpn` on, at most to `end_vpn`. */
static uint64_t look(struct side *s, uint64_t vpn, uint64_t end_vpn)
{
	const struct pt_vma *vma = pt_image_vma(s->img, vpn);
	size_t i = pt_vma_at_or_above(s->img->vmas.v, s->img->vmas.n, vpn << PT_PAGE_SHIFT);
	struct pt_facts f;

	if (vma != s->vma || !vma)
		s->in_swap = vma ? pt_image_absent_in_swap(s->img, vma) : PT_NO;
	s->run = (struct pt_run){ .vpn = vpn };
	s->vma = vma;
	s->state = PT_STATE_ABSENT;
	s->huge = s->anon = -1;
	if (!vma)	/* nothing up to the next mapping */
		return i < s->img->vmas.n && pt_vma_vpn(&s->img->vmas.v[i]) < end_vpn ?
		       pt_vma_vpn(&s->img->vmas.v[i]) : end_vpn;
	s->run = pt_image_run(s->img, vma, vpn);
	f = pt_facts_of(&s->run, vma, &s->img->ctx);
	s->state = pt_lens_row(PT_LENS_STATE, &f);
	s->huge = f.known.d & PT_F(HUGE) ? !!(f.yes.d & PT_F(HUGE)) : -1;
	s->anon = f.known.d & PT_F(ANON) ? !!(f.yes.d & PT_F(ANON)) : -1;
	return vpn + s->run.npages < end_vpn ? vpn + s->run.npages : end_vpn;
}

static bool is_own(const struct side *s)
{
	return s->state == PT_STATE_PRIVATE || s->state == PT_STATE_COPIED;
}

static bool is_same_file(const struct pt_vma *a, const struct pt_vma *b)
{
	return a->inode == b->inode && a->dev_major == b->dev_major &&
	       a->dev_minor == b->dev_minor && a->perms[3] == b->perms[3] &&
	       a->pgoff - a->start == b->pgoff - b->start;
}

/*
 * What a write to a shared page leaves: a page of one's own. One in the swap cache may be what came
 * back from a slot that others have, too; a page of a file becomes anonymous in no other way.
 */
static bool was_copied(const struct side *was, const struct side *is)
{
	if (was->state == PT_STATE_COW || was->state == PT_STATE_KSM)
		return is_own(is) && !(is->run.kflags & PT_KPF(SWAPCACHE));
	return is->state == PT_STATE_COPIED && is_same_file(was->vma, is->vma) &&
	       (was->state == PT_STATE_FILE_ONE || was->state == PT_STATE_FILE_MANY ||
		was->state == PT_STATE_SHMEM);
}

/* One of the two is not in memory. */
static uint8_t change_of_entry(const struct side *was, const struct side *is)
{
	if (was->run.pm & PT_RUN(PRESENT) && is->state == PT_STATE_SWAPPED)
		return PT_FACT_SWAPPED_OUT;
	if (is->run.pm & PT_RUN(PRESENT) && was->state == PT_STATE_SWAPPED)
		return PT_FACT_SWAPPED_IN;
	if (was->state != is->state)
		return PT_FACT_OTHER_STATE;
	return was->run.kflags == is->run.kflags ? PT_FACT_SAME : PT_FACT_MOVED;
}

/*
 * Moved into a folio larger than it was in: khugepaged collapses to sizes below that of a PMD, too
 * (about Linux 7.2).
 */
static bool has_grown(const struct side *was, const struct side *is)
{
	return was->pfn != is->pfn && was->run.pm & is->run.pm & PT_RUN(GOT_FLAGS) &&
	       is->run.kflags & PT_KPF(THP) && was->run.order != PT_ORDER_UNKNOWN &&
	       is->run.order != PT_ORDER_UNKNOWN && is->run.order > was->run.order;
}

/* Copies are of one page, or of what was huge before. */
static bool was_collapsed(const struct side *was, const struct side *is)
{
	return (!was->huge && is->huge == 1) || has_grown(was, is);
}

/* The state is another one, but not the frame, or nothing tells why that is another one, too. */
static uint8_t change_of_state(const struct side *was, const struct side *is)
{
	if (is_own(was) && is->state == PT_STATE_COW)
		return PT_FACT_SHARED_SINCE;
	if (!is_own(is) || (was->state != PT_STATE_COW && was->state != PT_STATE_KSM))
		return PT_FACT_OTHER_STATE;
	if (was_collapsed(was, is))
		return PT_FACT_COLLAPSED;
	if (was->pfn != is->pfn)
		return PT_FACT_REPLACED;
	return was->state == PT_STATE_COW ? PT_FACT_ALONE : PT_FACT_OTHER_STATE;
}

/* Both are in memory, and known. */
static uint8_t change_of_page(const struct side *was, const struct side *is)
{
	if (was->pfn != is->pfn && was_copied(was, is) && !was_collapsed(was, is))
		return PT_FACT_COPIED_SINCE;
	if (was->state != is->state)
		return change_of_state(was, is);
	if (was_collapsed(was, is))
		return PT_FACT_COLLAPSED;
	if (was->huge == 1 && !is->huge)
		return PT_FACT_SPLIT;
	if (was->pfn == is->pfn)
		return PT_FACT_SAME;
	return is->anon ? PT_FACT_REPLACED : PT_FACT_MOVED;
}

/*
 * At one of the two moments nothing is in the page table, where shared memory that is in
 * swap leaves nothing.
 */
static uint8_t change_of_absent(const struct side *was, const struct side *is)
{
	static const uint8_t away[] = {
		[PT_NO] = PT_FACT_GONE, [PT_YES] = PT_FACT_SWAPPED_OUT, [PT_UNTOLD] = PT_COMPARE_UNKNOWN,
	}, back[] = {
		[PT_NO] = PT_FACT_NEW, [PT_YES] = PT_FACT_SWAPPED_IN, [PT_UNTOLD] = PT_COMPARE_UNKNOWN,
	};

	if (!is_there(was) && !is_there(is))
		return PT_FACT_SAME;
	return is_there(was) ? away[is->in_swap] : back[was->in_swap];
}

/* PT_FACT_NEW … PT_FACT_SAME, or PT_COMPARE_UNKNOWN. */
static uint8_t change(const struct side *was, const struct side *is)
{
	if ((was->run.pm | is->run.pm) & PT_RUN(UNSTABLE))
		return PT_COMPARE_UNKNOWN;
	if (!is_there(was) || !is_there(is))
		return change_of_absent(was, is);
	if (!(was->run.pm & is->run.pm & PT_RUN(PRESENT)))
		return change_of_entry(was, is);
	if (was->state != is->state && (pt_rows[was->state].last || pt_rows[is->state].last))
		return PT_COMPARE_UNKNOWN;	/* one moment knew less than the other */
	if (!was->pfn || !is->pfn)
		return was->state != is->state ? PT_FACT_OTHER_STATE : PT_COMPARE_UNKNOWN;
	return change_of_page(was, is);
}

static int add(struct pt_runs *marked, const struct side *was, const struct side *is, uint64_t vpn,
	       bool join)
{
	struct pt_run run = is->run;

	run.vpn = vpn;
	pt_run_set_change(&run, change(was, is));
	return pt_runs_add(marked, &run, join);
}

/* Pages of which neither moment has one; those that were not looked at are told. */
static int add_stretch(struct pt_runs *marked, const struct side *was, const struct side *is,
		       uint64_t vpn, uint64_t to)
{
	struct pt_run run = is->run;
	int err = 0;

	pt_run_set_change(&run, PT_COMPARE_UNKNOWN);
	for (; vpn < to && !err && (was->run.pm | is->run.pm) & PT_RUN(UNSTABLE);
	     vpn += run.npages) {
		run.vpn = vpn;
		run.npages = to - vpn < UINT32_MAX ? (uint32_t)(to - vpn) : UINT32_MAX;
		run.pm = PT_RUN(UNSTABLE);
		err = pt_runs_append(marked, &run, false);
	}
	return err;
}

static int mark_vma(struct pt_runs *marked, const struct pt_vma *vma, const struct pt_image *now,
		    const struct pt_image *base)
{
	struct side was = { .img = base }, is = { .img = now };
	uint64_t end = pt_vma_end_vpn(vma), first = pt_vma_vpn(vma);
	int err = 0;

	for (uint64_t vpn = first; vpn < end && !err;) {
		uint64_t to = look(&is, vpn, look(&was, vpn, end));

		/* Nothing, or it is not known: as one run */
		if (!is_there(&was) && !is_there(&is)) {
			err = add_stretch(marked, &was, &is, vpn, to);
			vpn = to;
		}
		for (; vpn < to && !err; vpn++) {
			was.pfn = pt_image_pfn(base, vpn);
			is.pfn = pt_image_pfn(now, vpn);
			err = add(marked, &was, &is, vpn,
				  marked->n && marked->r[marked->n - 1].vpn >= first);
		}
	}
	return err;
}

int pt_change_mark(struct pt_image *now, const struct pt_image *base)
{
	struct pt_runs marked = { .n = 0 };
	int err = 0;

	pt_image_tell_lazyfree(now);
	for (size_t i = 0; i < now->vmas.n && !err; i++)
		err = mark_vma(&marked, &now->vmas.v[i], now, base);
	if (err) {
		free(marked.r);
		return err;
	}
	free(now->runs.r);
	now->runs = marked;
	now->ctx.compared = true;
	return 0;
}

/* ---- copies that others tell of */

/* A page that was part of a huge page and is copied, is no part of it, either. */
static bool is_open(const struct pt_run *r)
{
	return pt_run_change(r) == PT_FACT_REPLACED || pt_run_change(r) == PT_FACT_SPLIT;
}

bool pt_change_is_open(const struct pt_image *now)
{
	for (size_t i = 0; i < now->runs.n; i++)
		if (is_open(&now->runs.r[i]))
			return true;
	return false;
}

struct settling {
	const struct pt_image *now, *base;
	pt_change_frames *frames;
	void *arg;
	struct pt_runs runs;
};

/* `n` pages of the run; `first`: its first ones. */
static int settle_pages(struct settling *s, const struct pt_run *run, uint64_t vpn, size_t n,
			bool first)
{
	uint64_t pfn[PT_CHANGE_NPAGES];
	int err = s->frames(s->arg, vpn, n, pfn);

	for (size_t i = 0; i < n && !err; i++) {
		uint64_t was = pt_image_pfn(s->base, vpn + i);
		struct pt_run page = *run;

		page.vpn = vpn + i;
		if (was && pfn[i] == was && was != pt_image_pfn(s->now, vpn + i))
			pt_run_set_change(&page, PT_FACT_COPIED_SINCE);
		err = pt_runs_add(&s->runs, &page, i || !first);
	}
	return err;
}

static int settle_run(struct settling *s, const struct pt_run *run)
{
	int err = 0;

	if (!is_open(run))
		return pt_runs_append(&s->runs, run, false);
	for (uint64_t at = 0, n; at < run->npages && !err; at += n) {
		n = run->npages - at < PT_CHANGE_NPAGES ? run->npages - at : PT_CHANGE_NPAGES;
		err = settle_pages(s, run, run->vpn + at, n, !at);
	}
	return err;
}

int pt_change_settle(struct pt_image *now, const struct pt_image *base, pt_change_frames *frames,
		     void *arg)
{
	struct settling s = { .now = now, .base = base, .frames = frames, .arg = arg };
	int err = 0;

	for (size_t i = 0; i < now->runs.n && !err; i++)
		err = settle_run(&s, &now->runs.r[i]);
	if (err) {
		free(s.runs.r);
		return err;
	}
	free(now->runs.r);
	now->runs = s.runs;
	return 0;
}
