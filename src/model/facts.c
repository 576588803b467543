#include "pagetop/model/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include "pagetop/model/needs.h"

/* One derived fact: whether it is known, and if so, which way. */
static void put(struct pt_facts *f, uint64_t fact, bool known, bool yes)
{
	if (known)
		f->known.d |= fact;
	if (known && yes)
		f->yes.d |= fact;
}

/* A private mapping of a real file: an anonymous page there is a copy of the file's. */
static enum pt_told is_private_file(const struct pt_vma *vma)
{
	if (vma->perms[3] != 'p' || !vma->inode || vma->bare == PT_YES)
		return PT_NO;
	return vma->bare == PT_NO ? PT_YES : PT_UNTOLD;
}

/* Beyond what pagemap covers. */
static bool is_vsyscall(const struct pt_vma *vma)
{
	return vma->start >> 63;
}

/* In step with what is asked of `vma` below. */
uint64_t pt_facts_class(const struct pt_vma *vma)
{
	static const uint64_t flag[] = { PT_VMF(PF), PT_VMF(LO), PT_VMF(MM),
					 PT_VMF(HT), PT_VMF(DP), PT_VMF(UR) };
	uint64_t class = 1;

	for (size_t i = 0; i < sizeof(flag) / sizeof(flag[0]); i++)
		class = class << 2 | (uint64_t) !!(vma->vmflags & flag[i]) << 1 |
			(uint64_t)pt_vma_knows(vma, flag[i]);
	class = class << 2 | vma->lazyfree;
	class = class << 1 | (vma->perms[2] == 'x');
	class = class << 2 | is_private_file(vma);
	class = class << 1 | is_vsyscall(vma);
	return class << 2 | vma->secret;
}

static void derive_mapping(struct pt_facts *f, const struct pt_vma *vma, bool nothing)
{
	bool vsyscall = is_vsyscall(vma),
	     page = f->yes.d & PT_F(PRESENT) && f->known.d & PT_F(ANON) && !(f->yes.d & PT_F(ANON));
	enum pt_told file = is_private_file(vma);

	/* a page that is not anonymous is the file's */
	if (file == PT_UNTOLD && page && f->known.d & PT_F(ZERO) && !(f->yes.d & PT_F(ZERO)))
		file = PT_YES;
	put(f, PT_F(UNMAPPABLE), pt_vma_knows(vma, PT_VMF(PF)) || vsyscall || !nothing,
	    nothing && (vsyscall || vma->vmflags & PT_VMF(PF)));
	put(f, PT_F(COPYABLE), file != PT_UNTOLD, file == PT_YES);
	put(f, PT_F(LOCKED), pt_vma_knows(vma, PT_VMF(LO)) || nothing,
	    f->yes.d & PT_F(PRESENT) && vma->vmflags & PT_VMF(LO));
	put(f, PT_F(MIXED), pt_vma_knows(vma, PT_VMF(MM)), vma->vmflags & PT_VMF(MM));
	put(f, PT_F(UFFD_RWP), pt_vma_knows(vma, PT_VMF(UR)), vma->vmflags & PT_VMF(UR));
	put(f, PT_F(IN_LOCKED), pt_vma_knows(vma, PT_VMF(LO)), vma->vmflags & PT_VMF(LO));
	put(f, PT_F(MODIFIED_CODE),
	    page || vma->perms[2] != 'x' || file == PT_NO ||
		    (f->known.d & PT_F(ANON) && (file == PT_YES || !(f->yes.d & PT_F(ANON)))),
	    f->yes.d & PT_F(ANON) && vma->perms[2] == 'x' && file == PT_YES);
}

static void derive_entry(struct pt_facts *f, const struct pt_run *run,
			 const struct pt_swap_layout *layout)
{
	bool visible = run->pm & PT_RUN(PFN);
	unsigned type = PT_SWP_TYPE(run->kflags), marker = (unsigned)PT_SWP_OFFSET(run->kflags);
	enum pt_entry e = visible ? layout->entry[type] : PT_ENTRY_UNKNOWN;
	bool known = e != PT_ENTRY_UNKNOWN, guard_bit = run->pm & PT_RUN(GUARD_BIT);

	if (guard_bit) {
		known = true;
		e = PT_ENTRY_MARKER;
	}
	put(f, PT_F(GUARD), known, guard_bit || (e == PT_ENTRY_MARKER && marker & PT_MARKER_GUARD));
	put(f, PT_F(HWPOISON), known, e == PT_ENTRY_HWPOISON ||
	    (e == PT_ENTRY_MARKER && !guard_bit && marker & PT_MARKER_POISON));
	put(f, PT_F(MIGRATION), known, e == PT_ENTRY_MIGRATION);
	put(f, PT_F(SLOT), known, e == PT_ENTRY_SLOT);
}

/* The kind of a present page. Order matters: later facts build on earlier ones. */
static void derive_kind(struct pt_facts *f, const struct pt_run *run, const struct pt_vma *vma)
{
	bool flags = run->pm & PT_RUN(GOT_FLAGS), scanned = run->pm & PT_RUN(SCANNED);
	bool once_bit = run->pm & PT_RUN(EXCLUSIVE), file_bit = run->pm & PT_RUN(FILE);
	bool secret = vma->secret == PT_YES, device = run->pm & PT_RUN(DEVICE), zero, anon,
	     anon_known;
	bool hugetlb, special, may_be_lazy, may_be_secret;
	uint64_t k = f->yes.k;

	/* Zero pages have no reverse map, so they are never "mapped once". */
	zero = flags ? k & PT_KPF(ZERO_PAGE) : run->pm & PT_RUN(PFNZERO) && !once_bit;
	put(f, PT_F(ZERO), flags || scanned || once_bit, zero);
	anon = flags ? k & PT_KPF(ANON) : !file_bit && !zero;
	/* A driver's page in a mixed map has bit 61 clear, too. */
	/* Of a device's memory the flags read 0, whatever it is. */
	put(f, PT_F(ANON), (flags && !device) || file_bit || (f->known.d & PT_F(ZERO) &&
	    (zero || (pt_vma_knows(vma, PT_VMF(MM)) && !(vma->vmflags & PT_VMF(MM))))), anon);
	put(f, PT_F(KSM), f->known.k & PT_KPF(KSM), k & PT_KPF(KSM));
	hugetlb = flags ? k & PT_KPF(HUGE) : vma->vmflags & PT_VMF(HT);
	put(f, PT_F(HUGETLB), flags || pt_vma_knows(vma, PT_VMF(HT)), hugetlb);

	/* Flags alone cannot tell a page written again after MADV_FREE. */
	may_be_lazy = anon && !hugetlb && !(k & PT_KPF(SWAPBACKED));
	put(f, PT_F(LAZY),
	    !may_be_lazy || vma->lazyfree == PT_NO || (flags && vma->lazyfree == PT_YES),
	    may_be_lazy && vma->lazyfree == PT_YES);

	special = secret || k & PT_KPF(RESERVED) || !(k & (PT_KPF(SWAPBACKED) | PT_KPF(UPTODATE)));
	anon_known = f->known.d & PT_F(ANON);
	may_be_secret =
		vma->secret == PT_UNTOLD && !anon && !(k & (PT_KPF(SWAPBACKED) | PT_KPF(HUGE)));
	put(f, PT_F(SPECIAL),
	    (flags && (special || !may_be_secret)) || secret || (anon && anon_known),
	    special && !anon && !zero);
	put(f, PT_F(SHMEM), flags || (anon && anon_known),
	    !anon && (k & PT_KPF(SWAPBACKED) || hugetlb));
	put(f, PT_F(OUTSIDE), (flags && (special || !may_be_secret)) || zero || hugetlb,
	    hugetlb || zero || (special && !anon));
	/* Hidden flags count as clear here */
	put(f, PT_F(HWPOISON), true, k & PT_KPF(HWPOISON));
}

static void derive_size(struct pt_facts *f, const struct pt_run *run)
{
	bool flags = run->pm & PT_RUN(GOT_FLAGS), scanned = run->pm & PT_RUN(SCANNED);
	bool hugetlb = f->yes.d & PT_F(HUGETLB);
	bool device = run->pm & PT_RUN(DEVICE), zero = f->yes.d & PT_F(ZERO);
	bool small = flags && !device && !(f->yes.k & (PT_KPF(THP) | PT_KPF(HUGE)));
	/* the huge zero page is mapped by PMD only: taken apart, small zero pages take its place */
	bool hugezero = zero && f->yes.k & PT_KPF(THP);
	bool huge = hugetlb || hugezero || run->pm & PT_RUN(PMD);

	put(f, PT_F(COMPOUND), flags && !device, run->order != 0);
	put(f, PT_F(HUGE), scanned || hugetlb || hugezero || small, huge);
	put(f, PT_F(LARGE), small || zero || huge || (flags && f->known.d & PT_F(HUGE)),
	    f->yes.k & PT_KPF(THP) && !huge && !zero);
}

static const uint64_t of_present = PT_F(ZERO) | PT_F(KSM) | PT_F(ANON) | PT_F(ONCE) | PT_F(MANY) |
	PT_F(HUGETLB) | PT_F(LAZY) | PT_F(SPECIAL) | PT_F(SHMEM) | PT_F(HIDDEN) | PT_F(HUGE) |
	PT_F(LARGE) | PT_F(LOCKED) | PT_F(COMPOUND) | PT_F(OUTSIDE);
static const uint64_t of_entry = PT_F(GUARD) | PT_F(MIGRATION) | PT_F(SLOT);

static void put_field(struct pt_facts *f, enum pt_field field, bool known, uint32_t value)
{
	f->field_known[field] = known;
	f->field[field] = known ? value : 0;
}

/* What happened since another moment; 0: nothing to compare with. Unknown is not "the same". */
static void derive_change(struct pt_facts *f, uint8_t change)
{
	if (change && change != PT_COMPARE_UNKNOWN) {
		f->known.d |= PT_F_CHANGES;
		f->yes.d |= UINT64_C(1) << change;
	}
}

static void derive_flags(struct pt_facts *f, const struct pt_run *run, uint64_t kmask)
{
	if (!(run->pm & PT_RUN(GOT_FLAGS)))
		return;
	if (run->pm & PT_RUN(MERGE_OPEN))
		kmask &= ~PT_KPF(KSM);
	f->known.k = kmask;
	f->yes.k = run->kflags & kmask;
	if (run->kflags & PT_KPF_TYPED)
		f->yes.k &= ~(PT_KPF(ANON) | PT_KPF(KSM) | PT_KPF(MMAP));
}

static void derive_present(struct pt_facts *f, const struct pt_run *run, const struct pt_vma *vma,
			   uint64_t kmask)
{
	bool flags = run->pm & PT_RUN(GOT_FLAGS), count = run->pm & PT_RUN(GOT_COUNT);

	f->known.d |= of_entry;
	derive_flags(f, run, kmask);
	put(f, PT_F(ONCE), count, run->count == 1);
	put(f, PT_F(MANY), count, run->count > 1);
	derive_kind(f, run, vma);
	put(f, PT_F(HIDDEN), true,
	    !flags || !count || run->pm & PT_RUN(MERGE_OPEN) || !(f->known.d & PT_F(LAZY)) ||
		    !(f->known.d & PT_F(SPECIAL)) ||
		    (f->yes.d & PT_F(ANON) && is_private_file(vma) == PT_UNTOLD));
	derive_size(f, run);
#define FIELD(type, member, bits, shift, text)
#define NUMBER(id, type, member, bits, shift, needs, told, text) \
	put_field(f, PT_FIELD_##id, told, (uint32_t)run->member);
#include "pagetop/model/fields.def"
#undef NUMBER
#undef FIELD
}

struct pt_facts pt_facts_of(const struct pt_run *run, const struct pt_vma *vma,
			    const struct pt_facts_context *ctx)
{
	/* Every fact that a run keeps */
	const uint64_t kept = (UINT64_C(1) << PT_NFACTS_KEPT) - 1;
	struct pt_facts f = { .yes.d = run->pm, .known.d = kept };
	bool present = run->pm & PT_RUN(PRESENT), entry = run->pm & PT_RUN(ENTRY);

	if (run->pm & PT_RUN(UNSTABLE))
		return (struct pt_facts){ .yes.d = PT_F(UNSTABLE), .known.d = PT_F(UNSTABLE) };
	if (!ctx->soft_dirty && !(run->pm & PT_RUN(SOFT_DIRTY)))
		f.known.d &= ~PT_F(SOFT_DIRTY);
	if (present && !(run->pm & PT_RUN(SCANNED)))
		f.known.d &= ~(PT_F(PMD) | PT_F(PFNZERO));
	if (present) {
		f.cgroup = ctx->cgroups ? ctx->cgroups->path[run->cgroup] : NULL;
		derive_present(&f, run, vma, ctx->kmask);
	} else {
		f.known.d |= of_present;
		f.known.k = UINT64_MAX;
		if (entry)
			derive_entry(&f, run, &ctx->layout);
		else
			f.known.d |= of_entry | PT_F(HWPOISON);
	}
	derive_mapping(&f, vma, !present && !entry);
	put(&f, PT_F(JOINT), ctx->shared || !ctx->shared_open, ctx->shared);
	derive_change(&f, run->change || !ctx->compared ? pt_run_change(run) : PT_FACT_SAME);
	return f;
}

const char *pt_never_locked(const struct pt_vma *vma, const struct pt_facts *f)
{
	static const struct { uint64_t vmflags; const char *what; } row[] = {
		{ PT_VMF(IO) | PT_VMF(PF) | PT_VMF(MM) | PT_VMF(DE), "of special mappings (vdso, vvar, drivers)" },
		{ PT_VMF(HT), "of hugetlb" },
		{ PT_VMF(DP), "of droppable memory" },
	};
	const uint64_t there = PT_F(PRESENT) | PT_F(ENTRY) | PT_F(UNSTABLE);

	if (f->yes.d & PT_F(UNMAPPABLE))
		return row[0].what;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (vma->vmflags & row[i].vmflags)
			return row[i].what;
	if (f->yes.d & PT_F(GUARD))
		return "that are guard pages";
	return !strncmp(vma->perms, "---", 3) && !(f->yes.d & there) ?
		       "without access (PROT_NONE)" :
		       NULL;
}

int pt_facts_match(const struct pt_facts *f, const struct pt_factset *set,
		   const struct pt_factset *clear)
{
	uint64_t no_d = f->known.d & ((set->d & ~f->yes.d) | (clear->d & f->yes.d));
	uint64_t no_k = f->known.k & ((set->k & ~f->yes.k) | (clear->k & f->yes.k));
	uint64_t open_d = (set->d | clear->d) & ~f->known.d;
	uint64_t open_k = (set->k | clear->k) & ~f->known.k;

	if (no_d | no_k)
		return 0;
	return open_d | open_k ? -1 : 1;
}

int pt_facts_in_range(const struct pt_facts *f, const struct pt_range *range)
{
	if (range->field == PT_FIELD_NONE)
		return 1;
	if (!f->field_known[range->field])	/* what is not present has none of them */
		return f->known.d & ~f->yes.d & PT_F(PRESENT) ? 0 : -1;
	return f->field[range->field] >= range->lo && f->field[range->field] <= range->hi;
}

const struct pt_field_row pt_fields[PT_NFIELDS] = {
#define FIELD(type, member, bits, shift, text)
#define NUMBER(id, type, member, bits, shift, needs, told, text) [PT_FIELD_##id] = { needs, text },
#include "pagetop/model/fields.def"
#undef NUMBER
#undef FIELD
};

static const struct { const char *name, *text; } fact_words[PT_NFACTS] = {
#define KEPT(id, bit, name, text) [PT_FACT_##id] = { name, text },
#define FACT(id, name, text) [PT_FACT_##id] = { name, text },
#include "pagetop/model/facts.def"
#undef FACT
#undef KEPT
};

const char *pt_fact_name(int fact)
{
	return fact >= 0 && fact < PT_NFACTS ? fact_words[fact].name : NULL;
}

const char *pt_fact_word(int fact)
{
	static const char *const also[PT_NFACTS] = {
#define KEPT(...)
#define FACT(...)
#define ALSO_FACT(id, name) [PT_FACT_##id] = name,
#include "pagetop/model/facts.def"
#undef FACT
#undef KEPT
	};

	return fact >= 0 && fact < PT_NFACTS && also[fact] ? also[fact] : pt_fact_name(fact);
}

const char *pt_fact_text(int fact)
{
	return fact >= 0 && fact < PT_NFACTS ? fact_words[fact].text : NULL;
}

enum { STEADY, VOLATILE };

const uint64_t pt_kpf_volatile = 0
#define KPF(id, nature, name, text) | (nature == VOLATILE ? PT_KPF(id) : 0)
#include "pagetop/model/kpf.def"
#undef KPF
	;

static const struct { const char *name, *text; } kpf[64] = {
#define KPF(id, nature, name, text) [PT_KPF_##id] = { name, text },
#include "pagetop/model/kpf.def"
#undef KPF
};

const char *pt_kpf_name(int bit)
{
	return bit >= 0 && bit < 64 ? kpf[bit].name : NULL;
}

const char *pt_kpf_text(int bit)
{
	return bit >= 0 && bit < 64 ? kpf[bit].text : NULL;
}
