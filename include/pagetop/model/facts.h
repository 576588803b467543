/*
 * What is true of a page, and what is known to be true or false of it.
 *
 *	d  facts of facts.def: bits of pagemap, and what follows from all sources together
 *	k  bits of kpageflags, by the kernel's own numbers (noise of typed pages taken out)
 *
 * `yes` holds what is true, `known` what is known either way; a fact that is in `yes` is in
 * `known`. A fact whose source did not answer is in neither: unknown is not false.
 */
#ifndef PAGETOP_MODEL_FACTS_H
#define PAGETOP_MODEL_FACTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/entry.h"
#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/pagemap.h"
#include "pagetop/model/runs.h"

enum {
#define KEPT(id, bit, name, text) PT_FACT_##id,
#define FACT(id, name, text) PT_FACT_##id,
#include "pagetop/model/facts.def"
#undef FACT
#undef KEPT
	PT_NFACTS
};

#define PT_F(id) (UINT64_C(1) << PT_FACT_##id)

/* Those that a run keeps, as they are in pt_run.pm. */
#define PT_RUN(id) ((uint16_t)PT_F(id))

enum {
#define KEPT(id, bit, name, text) + 1
#define FACT(id, name, text)
	PT_NFACTS_KEPT = 0
#include "pagetop/model/facts.def"
#undef FACT
#undef KEPT
};
_Static_assert(PT_NFACTS_KEPT <= 16 && PT_NFACTS <= 64, "as many as fit");

struct pt_factset {
	uint64_t d, k;
};

/* What is known only by comparison with another moment: from NEW to SAME. */
#define PT_F_CHANGES (2 * PT_F(SAME) - PT_F(NEW))

/*
 * Memory cgroups by the inode of their folder, as kpagecgroup tells them; runs have only a number.
 * Filled by several threads, under `lock`.
 */
enum { PT_NCGROUPS = 256 };
struct pt_cgroups {
	pthread_mutex_t lock;
	unsigned n;			/* 0 stands for none of them */
	uint64_t inode[PT_NCGROUPS];	/* 0: of pages that no cgroup pays for */
	char *path[PT_NCGROUPS];	/* escaped; "" of inode 0; NULL: not known,
					   or not asked for */
};

/* Numbers of a page, each known or not. */
enum pt_field {
#define FIELD(type, member, bits, shift, text)
#define NUMBER(id, type, member, bits, shift, needs, told, text) PT_FIELD_##id,
#include "pagetop/model/fields.def"
#undef NUMBER
#undef FIELD
	PT_NFIELDS,
	PT_FIELD_NONE = PT_NFIELDS
};

extern const struct pt_field_row {
	unsigned needs;		/* PT_NEED_* */
	const char *text;	/* what it is, for a person */
} pt_fields[PT_NFIELDS];

/* A range that a number must be in; PT_FIELD_NONE: any. */
struct pt_range {
	uint8_t field;		/* enum pt_field */
	uint32_t lo, hi;	/* both included */
};

struct pt_facts {
	struct pt_factset yes, known;
	uint32_t field[PT_NFIELDS];
	bool field_known[PT_NFIELDS];
	const char *cgroup;	/* path of the memory cgroup that pays for it, "": none does;
				   NULL: not known, or it is not present */
};

/* What the facts of an image depend on besides run and mapping. */
struct pt_facts_context {
	struct pt_swap_layout layout;
	uint64_t kmask;		/* the bits of kpageflags that were kept */
	bool soft_dirty;	/* the kernel keeps soft-dirty bits: a clear one says something */
	enum pt_told swap;	/* there is a swap area */
	bool smaps;		/* smaps was read: all flags of mappings are known */
	bool shared;		/* other processes share the address space */
	bool shared_open;	/* others may, of which it cannot be told */
	const struct pt_cgroups *cgroups;	/* of the image; or NULL */
	bool compared;		/* with another moment: what has no change is the same */
};

/*
 * What pt_run.change stands for: PT_FACT_NEW … PT_FACT_SAME, or PT_COMPARE_UNKNOWN;
 * 0: not compared.
 */
enum { PT_COMPARE_UNKNOWN = PT_FACT_SAME + 1 };

static inline uint8_t pt_run_change(const struct pt_run *run)
{
	return (uint8_t)(run->change ? run->change + PT_FACT_NEW - 1 : 0);
}

static inline void pt_run_set_change(struct pt_run *run, uint8_t change)
{
	_Static_assert(PT_COMPARE_UNKNOWN - PT_FACT_NEW + 1 < 1 << 4,
		       "as many bits as fields.def says");
	run->change = (change ? change - PT_FACT_NEW + 1 : 0) & 0xf;
}

/* The facts of each page of the run, which lies in `vma`. */
struct pt_facts pt_facts_of(const struct pt_run *run, const struct pt_vma *vma,
			    const struct pt_facts_context *ctx);

/*
 * Anonymous, and not meant for swap: marked free once, and perhaps written again since,
 * which smaps knows.
 */
static inline bool pt_run_may_be_lazyfree(const struct pt_run *run)
{
	return run->pm & PT_RUN(GOT_FLAGS) && run->kflags & PT_KPF(ANON) &&
	       !(run->kflags & PT_KPF_TYPED) &&
	       !(run->kflags & (PT_KPF(SWAPBACKED) | PT_KPF(HUGE)));
}

/*
 * Why mlockall() passes over this page, a constant text that follows "pages": of mappings that
 * mlock_fixup() in mm/mlock.c leaves out, or where nothing can be faulted in. NULL: it does not, as
 * far as is known.
 */
enum { PT_NNEVER_LOCKED = 5 };		/* so many different ones */
const char *pt_never_locked(const struct pt_vma *vma, const struct pt_facts *f);

/*
 * All of a mapping that facts depend on: pages of mappings with the same number
 * have the same facts.
 */
uint64_t pt_facts_class(const struct pt_vma *vma);

/*
 * 1: every fact of `set` holds and none of `clear`; 0: it does not; -1: what is known
 * does not decide.
 */
int pt_facts_match(const struct pt_facts *f, const struct pt_factset *set,
		   const struct pt_factset *clear);
int pt_facts_in_range(const struct pt_facts *f, const struct pt_range *range);

/* Bits of kpageflags that come and go, as kpf.def says. */
extern const uint64_t pt_kpf_volatile;

/*
 * Names for machines and for filters; the word of a fact is for people, and mostly its name. NULL
 * past the end, and for bits that have no name.
 */
const char *pt_fact_name(int fact);
const char *pt_fact_word(int fact);
const char *pt_fact_text(int fact);
const char *pt_kpf_name(int bit);
const char *pt_kpf_text(int bit);

#endif
