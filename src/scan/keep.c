#include "pagetop/scan/keep.h"

#include "pagetop/base/clock.h"
#include "pagetop/model/word.h"
#include "pagetop/scan/target.h"

void pt_keep_init(struct pt_keep *k, const struct pt_image *last, const struct pt_image *now,
		  const struct pt_wish *wish, unsigned needs)
{
	bool usable = last && last->pid == now->pid && last->starttime == now->starttime &&
		      last->pfns.n && !last->why_pages && !last->why_kpage[PT_KPAGE_FLAGS] &&
		      !last->lo_vpn && last->hi_vpn == UINT64_MAX &&
		      last->npages >= PT_KEEP_LEAST_NPAGES &&
		      !(needs & (~last->needs | PT_NEED_CGROUP)) &&
		      !(now->ctx.kmask & ~last->ctx.kmask);

	*k = (struct pt_keep){ .last = usable && !wish->hi_vpn && wish->kind == PT_WISH_PROCESS ?
					       last :
					       NULL };
	if (k->last)
		k->turn = (last->turn + 1) % PT_KEEP_PASSES;
}

void pt_keep_note(const struct pt_keep *k, struct pt_image *now, uint64_t nkept)
{
	now->turn = k->turn;
	now->nkept = nkept;
	for (unsigned i = 0; i < PT_KEEP_PASSES; i++)
		now->read_ns[i] = k->last && i != k->turn ? k->last->read_ns[i] : pt_now_ns();
}

/* Whether these pages have the words that those of the run had. */
static bool same_words(const struct pt_image *last, const struct pt_run *r, uint64_t vpn,
		       uint64_t n, const uint64_t *word)
{
	uint64_t bits = pt_word_of(r->pm), differ = 0;

	for (uint64_t i = 0, len; i < n && !differ; i += len) {
		uint64_t expect;

		len = pt_pfns_stretch(&last->pfns, vpn + i, &expect);
		len = len < n - i ? len : n - i;
		expect |= bits;
		for (uint64_t j = 0; j < len; j++)
			differ |= word[i + j] ^ (expect + j);
	}
	return !differ;
}

static bool may_be_kept(const struct pt_keep *k, const struct pt_run *r, uint16_t scan)
{
	const uint16_t all = PT_RUN(PRESENT) | PT_RUN(PFN) | PT_RUN(GOT_FLAGS) | PT_RUN(SCANNED);
	const uint16_t huge = PT_RUN(PMD) | PT_RUN(PFNZERO);

	if (k->ksm_noise && r->kflags & PT_KPF(ANON) &&
	    !(r->kflags & (PT_KPF(OWNER_2) | PT_KPF_COMPOUND)))
		return false;
	return (r->pm & all) == all && (r->pm & huge) == (scan & huge);
}

const struct pt_run *pt_keep_run(const struct pt_keep *k, uint64_t vpn, uint64_t *end,
				 const uint64_t *word, uint16_t scan)
{
	const struct pt_runs *runs = &k->last->runs;
	size_t i = pt_runs_at_or_above(runs, vpn);
	const struct pt_run *r = i < runs->n ? &runs->r[i] : NULL;
	uint64_t block = vpn / PT_STEP_NPAGES, to = (block + 1) * PT_STEP_NPAGES;

	if (to < *end)
		*end = to;
	if (block % PT_KEEP_PASSES == k->turn || !r)
		return NULL;
	to = r->vpn <= vpn ? r->vpn + r->npages : r->vpn;
	if (to < *end)
		*end = to;
	return r->vpn <= vpn && may_be_kept(k, r, scan) &&
			       same_words(k->last, r, vpn, *end - vpn, word) ?
		       r :
		       NULL;
}
