#include "pagetop/model/kinds.h"

struct pt_kind *pt_kinds_place(struct pt_kinds *k, const struct pt_run *run, const struct pt_vma *vma)
{
	uint64_t h = run->kflags ^ (uint64_t)run->count << 7 ^ (uint64_t)run->pm << 17 ^ (uint64_t)run->order << 3 ^
		     (uint64_t)(uint8_t)run->node << 40 ^ (uint64_t)run->change << 23 ^ (uintptr_t)vma;

	return &k->kind[(h * UINT64_C(0x9e3779b97f4a7c15)) >> 58];	/* 64 places */
}

bool pt_kind_is(const struct pt_kind *k, const struct pt_run *run, const struct pt_vma *vma)
{
	return k->vma == vma && pt_runs_equal(&k->run, run);
}

void pt_kind_set(struct pt_kind *k, const struct pt_run *run, const struct pt_vma *vma,
		 const struct pt_facts_context *ctx)
{
	*k = (struct pt_kind){ .run = *run, .vma = vma, .facts = pt_facts_of(run, vma, ctx) };
}
