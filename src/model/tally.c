#include "pagetop/model/tally.h"

struct pt_factset pt_facts_asked(const struct pt_facts_context *ctx)
{
	return (struct pt_factset){
		.d = ~((ctx->compared ? 0 : PT_F_CHANGES) |
		       (ctx->soft_dirty ? 0 : PT_F(SOFT_DIRTY)) | (ctx->smaps ? 0 : PT_F(MIXED))),
		.k = ctx->kmask,
	};
}

static void add_bits(uint64_t *n, uint64_t bits, uint64_t npages)
{
	for (; bits; bits &= bits - 1)
		n[__builtin_ctzll(bits)] += npages;
}

void pt_tally_add(struct pt_tally *t, const struct pt_facts *f, const struct pt_factset *asked,
		  uint64_t npages)
{
	const uint64_t all = (UINT64_C(1) << PT_NFACTS) - 1;

	t->npages += npages;
	add_bits(t->fact, f->yes.d & asked->d & all, npages);
	add_bits(t->fact + PT_NFACTS, f->yes.k & asked->k, npages);
	add_bits(t->open, ~f->known.d & asked->d & all, npages);
	add_bits(t->open + PT_NFACTS, ~f->known.k & asked->k, npages);
	t->state[pt_lens_row(PT_LENS_STATE, f)] += npages;
}

const char *pt_tally_name(int i)
{
	return i < PT_NFACTS ? pt_fact_name(i) : pt_kpf_name(i - PT_NFACTS);
}

bool pt_tally_has(const struct pt_factset *set, int i)
{
	return (i < PT_NFACTS ? set->d >> i : set->k >> (i - PT_NFACTS)) & 1;
}
