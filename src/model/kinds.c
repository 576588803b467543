#include "pagetop/model/kinds.h"

void pt_kinds_init(struct pt_kinds *k)
{
	k->used = 0;
}

struct pt_kind *pt_kinds_place(struct pt_kinds *k, const struct pt_run *run, uint64_t vma_class)
{
#define FIELD(type, member, bits, shift, text) \
	^ ((uint64_t)run->member & UINT64_MAX >> (64 - (bits))) << (shift)
#define NUMBER(id, type, member, bits, shift, needs, told, text) FIELD(type, member, bits, shift, text)
	uint64_t h = vma_class << 29
#include "pagetop/model/fields.def"
	;
#undef NUMBER
#undef FIELD
	unsigned i = (unsigned)((h * UINT64_C(0x9e3779b97f4a7c15)) >> 58);	/* 64 places */

	if (!(k->used >> i & 1)) {
		k->used |= UINT64_C(1) << i;
		k->kind[i].free = true;
	}
	return &k->kind[i];
}

bool pt_kind_is(const struct pt_kind *k, const struct pt_run *run, uint64_t vma_class)
{
	return !k->free && k->vma_class == vma_class && pt_runs_equal(&k->run, run);
}

void pt_kind_set(struct pt_kind *k, const struct pt_run *run, const struct pt_vma *vma,
		 uint64_t vma_class, const struct pt_facts_context *ctx)
{
	*k = (struct pt_kind){
		.run = *run, .vma = vma, .vma_class = vma_class, .facts = pt_facts_of(run, vma, ctx)
	};
}

struct pt_kind *pt_kinds_at(struct pt_kinds *k, int i)
{
	return k->used >> i & 1 && !k->kind[i].free ? &k->kind[i] : NULL;
}
