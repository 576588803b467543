#include "pagetop/model/change.h"

#include <errno.h>
#include <stdlib.h>
#include "pagetop/base/str.h"

/* One page at one of the two moments. */
struct side {
	const struct pt_image *img;
	struct pt_run run;		/* pm 0: nothing there */
	enum pt_row_id state;
	int huge;		/* 1, 0; or -1: not known */
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

	s->run = (struct pt_run){ .vpn = vpn };
	s->state = PT_STATE_ABSENT;
	s->huge = -1;
	if (!vma)	/* nothing up to the next mapping */
		return i < s->img->vmas.n && pt_vma_vpn(&s->img->vmas.v[i]) < end_vpn ?
		       pt_vma_vpn(&s->img->vmas.v[i]) : end_vpn;
	s->run = pt_image_run(s->img, vma, vpn);
	f = pt_facts_of(&s->run, vma, &s->img->ctx);
	s->state = pt_lens_row(PT_LENS_STATE, &f);
	s->huge = f.known.d & PT_F(HUGE) ? !!(f.yes.d & PT_F(HUGE)) : -1;
	return vpn + s->run.npages < end_vpn ? vpn + s->run.npages : end_vpn;
}

static bool is_own(const struct side *s)
{
	return s->state == PT_STATE_PRIVATE || s->state == PT_STATE_COPIED;
}

/* What a write to a shared page leaves: a page of one's own. */
static bool was_copied(const struct side *was, const struct side *is)
{
	return is_own(is) && (was->state == PT_STATE_COW || was->state == PT_STATE_KSM ||
			     was->state == PT_STATE_FILE_ONE || was->state == PT_STATE_FILE_MANY ||
			     was->state == PT_STATE_SHMEM);
}

/* One of the two is not in memory. */
static uint8_t change_of_entry(const struct side *was, const struct side *is)
{
	if (was->run.pm & PT_RUN(PRESENT) && is->state == PT_STATE_SWAPPED)
		return PT_FACT_SWAPPED_OUT;
	if (is->run.pm & PT_RUN(PRESENT) && was->state == PT_STATE_SWAPPED)
		return PT_FACT_SWAPPED_IN;
	return was->state != is->state ? PT_FACT_OTHER_STATE :
	       was->run.kflags == is->run.kflags ? PT_FACT_SAME : PT_FACT_MOVED;
}

/* Moved into a folio larger than it was in: khugepaged collapses to sizes below that of a PMD, too (about Linux 7.2). */
static bool has_grown(const struct side *was, const struct side *is)
{
	return was->pfn != is->pfn && was->run.pm & is->run.pm & PT_RUN(GOT_FLAGS) && is->run.kflags & PT_KPF(THP) &&
	       was->run.order != PT_ORDER_UNKNOWN && is->run.order != PT_ORDER_UNKNOWN &&
	       is->run.order > was->run.order;
}

/* Both are in memory, and known. */
static uint8_t change_of_page(const struct side *was, const struct side *is)
{
	if (was->pfn != is->pfn && was_copied(was, is))
		return PT_FACT_COPIED_SINCE;
	if (was->state != is->state)
		return was->state == PT_STATE_COW && is_own(is) ? PT_FACT_ALONE : PT_FACT_OTHER_STATE;
	if (was->huge + is->huge == 1 && was->huge >= 0 && is->huge >= 0)
		return is->huge ? PT_FACT_COLLAPSED : PT_FACT_SPLIT;
	if (has_grown(was, is))
		return PT_FACT_COLLAPSED;
	return was->pfn != is->pfn ? PT_FACT_MOVED : PT_FACT_SAME;
}

/* PT_FACT_NEW … PT_FACT_SAME, or PT_COMPARE_UNKNOWN. */
static uint8_t change(const struct side *was, const struct side *is)
{
	if ((was->run.pm | is->run.pm) & PT_RUN(UNSTABLE))
		return PT_COMPARE_UNKNOWN;
	if (!is_there(was) || !is_there(is))
		return is_there(is) ? PT_FACT_NEW : is_there(was) ? PT_FACT_GONE : PT_FACT_SAME;
	if (!(was->run.pm & is->run.pm & PT_RUN(PRESENT)))
		return change_of_entry(was, is);
	if (was->state != is->state && (pt_rows[was->state].last || pt_rows[is->state].last))
		return PT_COMPARE_UNKNOWN;	/* one moment knew less than the other */
	if (!was->pfn || !is->pfn)
		return was->state != is->state ? PT_FACT_OTHER_STATE : PT_COMPARE_UNKNOWN;
	return change_of_page(was, is);
}

static int add(struct pt_runs *marked, const struct side *was, const struct side *is, uint64_t vpn, bool join)
{
	struct pt_run run = is->run;

	run.vpn = vpn;
	run.change = change(was, is);
	return pt_runs_add(marked, &run, join);
}

/* Pages of which neither moment has one; those that were not looked at are told. */
static int add_stretch(struct pt_runs *marked, const struct side *was, const struct side *is, uint64_t vpn, uint64_t to)
{
	struct pt_run run = is->run;
	int err = 0;

	run.change = PT_COMPARE_UNKNOWN;
	for (; vpn < to && !err && (was->run.pm | is->run.pm) & PT_RUN(UNSTABLE); vpn += run.npages) {
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

		if (!is_there(&was) && !is_there(&is)) {	/* nothing, or it is not known: as one run */
			err = add_stretch(marked, &was, &is, vpn, to);
			vpn = to;
		}
		for (; vpn < to && !err; vpn++) {
			was.pfn = pt_image_pfn(base, vpn);
			is.pfn = pt_image_pfn(now, vpn);
			err = add(marked, &was, &is, vpn, marked->n && marked->r[marked->n - 1].vpn >= first);
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
