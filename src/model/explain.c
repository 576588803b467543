#include "pagetop/model/explain.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/kpage.h"

static void add_count(const struct pt_run *run, struct pt_str *out)
{
	if (!(run->pm & PT_RUN(PRESENT)))
		return;
	if (run->pm & PT_RUN(GOT_COUNT))
		pt_str_addf(out, " · mapped %u ×", run->count);
	else
		pt_str_adds(out, " · mapped ? ×");
}

/* What this kernel does not tell of the page, regardless of privileges; NULL: nothing. */
static const char *why_open(const struct pt_run *run, const struct pt_vma *vma)
{
	bool large = run->pm & PT_RUN(GOT_FLAGS) && run->kflags & PT_KPF(THP) &&
		     !(run->kflags & PT_KPF(ZERO_PAGE));

	if (run->pm & PT_RUN(MERGE_OPEN))
		return "this kernel sets the KSM flag on every anonymous page, and smaps does not "
		       "tell which pages of this mapping are merged";
	if (pt_run_may_be_lazyfree(run) && vma->lazyfree == PT_UNTOLD)
		return "marked by MADV_FREE; whether it was written since is unknown";
	if (large && !(run->pm & PT_RUN(SCANNED)))
		return "this kernel has no PAGEMAP_SCAN, and smaps does not tell which large "
		       "folios of this mapping are PMD-mapped";
	if (large && !(run->pm & PT_RUN(GOT_COUNT)))
		return "the kernel keeps only an average map count of a large folio";
	return NULL;
}

/* What is behind the mapping, where it matters and was not told; NULL: it was. */
static const char *why_untold(const struct pt_image *img, const struct pt_vma *vma,
			      const struct pt_run *run)
{
	struct pt_facts f = pt_facts_of(run, vma, &img->ctx);

	if (f.yes.d & PT_F(ANON) && !(f.known.d & PT_F(COPYABLE)))
		return "whether the mapping is of a file or of /dev/zero is unknown (map_files "
		       "needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE)";
	return f.known.d & PT_F(SPECIAL) ?
		       NULL :
		       "whether it is secret memory is unknown (memfd_secret() is refused here)";
}

/* Why part of what there is to know of the page is not known; NULL: all of it is. */
static const char *why_hidden(const struct pt_image *img, const struct pt_vma *vma,
			      const struct pt_run *run)
{
	bool present = run->pm & PT_RUN(PRESENT);

	if (img->why_pages)
		return img->why_pages;
	if (present && !(run->pm & PT_RUN(GOT_FLAGS)) && img->why_kpage[PT_KPAGE_FLAGS])
		return img->why_kpage[PT_KPAGE_FLAGS];	/* names all that is lacking */
	if ((present || run->pm & PT_RUN(ENTRY)) && !(run->pm & PT_RUN(PFN)))
		return img->why_pfn;
	if (present && !(run->pm & PT_RUN(GOT_COUNT)) && img->why_kpage[PT_KPAGE_COUNT])
		return img->why_kpage[PT_KPAGE_COUNT];
	if (!present || run->pm & PT_RUN(UNSTABLE))
		return NULL;
	return why_open(run, vma) ? why_open(run, vma) : why_untold(img, vma, run);
}

#define F(id) PT_F(id)
#define K(id) PT_KPF(id)
#define ANY { PT_FIELD_NONE, 0, 0 }
#define ORDER(lo, hi) { PT_FIELD_ORDER, lo, hi }
#define V(id) PT_VMF(id)
enum { PT_STATE_ANY_STATE = -1 };

/* What a sentence asks besides; bits that no VmFlag has. */
#define NO_ACCESS (UINT64_C(1) << 62)		/* PROT_NONE */
#define FILED (UINT64_C(1) << 61)		/* a file is behind the mapping */
#define MAY_BE_SHMEM (UINT64_C(1) << 60)	/* which may be shared memory */
#define DISK_FILE (UINT64_C(1) << 59)		/* it is a page of a file that is written back, to a disk or a server */
#define NO_SWAP (UINT64_C(1) << 58)		/* the machine has no swap area */
#define SECRET (UINT64_C(1) << 57)		/* the mapping is of memfd_secret() */
_Static_assert(PT_NVMFLAGS <= 57, "no VmFlag has one of these bits");

static const struct {
	int state;
	struct pt_factset set;
	const char *text, *open;
} instead[] = {
#define SAY(...)
#define UNCOUNTED(...)
#define INSTEAD(st, d, txt, opn) { PT_STATE_##st, { d, 0 }, txt, opn },
#include "pagetop/model/explain.def"
#undef UNCOUNTED
#undef SAY
#undef INSTEAD
};

/* What the state of the page means: by its row, unless something else of it makes that wrong. */
static const char *state_text(const struct pt_image *img, const struct pt_vma *vma,
			      const struct pt_run *run)
{
	const struct pt_factset none = { 0 };
	struct pt_facts f = pt_facts_of(run, vma, &img->ctx);

	for (size_t i = 0; i < sizeof(instead) / sizeof(instead[0]); i++) {
		int match = instead[i].state == run->row ?
				    pt_facts_match(&f, &instead[i].set, &none) :
				    0;

		if (match)
			return match > 0 ? instead[i].text : instead[i].open;
	}
	return pt_rows[run->row].text;
}

void pt_explain_line(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn,
		     struct pt_str *out)
{
	struct pt_run run = pt_image_run(img, vma, vpn);
	uint64_t pfn = pt_image_pfn(img, vpn);

	pt_str_addf(out, "0x%llx", (unsigned long long)vpn << PT_PAGE_SHIFT);
	if (pfn)
		pt_str_addf(out, " · pfn 0x%llx", (unsigned long long)pfn);
	else if (run.pm & PT_RUN(PRESENT) && !(run.pm & PT_RUN(PFN)))
		pt_str_adds(out, " · pfn ?");
	add_count(&run, out);
	for (int o = 0; o < PT_NOVERS; o++)
		if (run.over & 1 << o)
			pt_str_addf(out, " · %s", pt_overlays[o].name);
	pt_str_addf(out, " · %s", state_text(img, vma, &run));
	if (why_hidden(img, vma, &run))
		pt_str_addf(out, ": %s", why_hidden(img, vma, &run));
}

/* A sentence out of a table's text: with a capital and a full stop. */
static void sentence(struct pt_str *out, const char *text)
{
	size_t at;

	if (out->len)
		pt_str_addc(out, ' ');
	at = out->len;
	pt_str_adds(out, text);
	pt_str_addc(out, '.');
	if (!out->err)
		out->s[at] = (char)toupper((unsigned char)out->s[at]);
}

static const struct say {
	int state;
	struct pt_factset set, clear;
	uint64_t more_set, more_clear;
	struct pt_range range;
	const char *text;
} say[PT_NSAY] = {
#define SAY(id, st, d, k, nd, nk, v, nv, rng, txt) \
	[PT_SAY_##id] = { PT_STATE_##st, { d, k }, { nd, nk }, v, nv, rng, txt },
#define UNCOUNTED(...)
#define INSTEAD(...)
#include "pagetop/model/explain.def"
#undef UNCOUNTED
#undef SAY
#undef INSTEAD
};

static const struct {
	struct pt_factset set, clear;
	const char *text;
} uncounted[] = {
#define SAY(...)
#define INSTEAD(...)
#define UNCOUNTED(d, k, nd, nk, txt) { { d, k }, { nd, nk }, txt },
#include "pagetop/model/explain.def"
#undef UNCOUNTED
#undef SAY
#undef INSTEAD
};

const char *pt_explain_uncounted(const struct pt_facts *f)
{
	if (!(f->yes.d & PT_F(PRESENT)) || !f->field_known[PT_FIELD_COUNT] ||
	    f->field[PT_FIELD_COUNT])
		return NULL;
	for (size_t i = 0; i < sizeof(uncounted) / sizeof(uncounted[0]); i++)
		if (pt_facts_match(f, &uncounted[i].set, &uncounted[i].clear) > 0)
			return uncounted[i].text;
	return NULL;
}

static void why_count(const struct pt_facts *f, struct pt_str *out)
{
	const char *why = pt_explain_uncounted(f);

	if (why)
		pt_str_addf(out, " Its map count is 0 although it is present: %s.", why);
	else if (f->yes.d & PT_F(PRESENT) && !f->field_known[PT_FIELD_COUNT])
		sentence(out, "its map count is unknown");
	else if (f->yes.d & PT_F(MANY))
		pt_str_addf(out, " Its map count is %u.", f->field[PT_FIELD_COUNT]);
}

/* VmFlags, and what else there is to know; as in struct pt_factset. */
struct more {
	uint64_t yes, known;
};

static void tell(struct more *m, uint64_t bit, bool known, bool yes)
{
	m->known = (m->known & ~bit) | (known ? bit : 0);
	m->yes = (m->yes & ~bit) | (known && yes ? bit : 0);
}

/*
 * ramfs keeps the pages of its files, dirty or not: its device has no driver, and it marks them
 * unevictable when they get on a list, which is not at once. So of what lies on a list without the
 * mark, and of block devices, it is known.
 */
static void tell_disk_file(struct more *m, const struct pt_facts *f, const struct pt_vma *vma)
{
	const uint64_t others = PT_F(ANON) | PT_F(ZERO) | PT_F(SPECIAL) | PT_F(SHMEM) |
				PT_F(HUGETLB) | PT_F(DEVICE);
	const struct pt_factset on = { PT_F(PRESENT), K(LRU) }, off = { others, K(UNEVICTABLE) };
	const struct pt_factset present = { PT_F(PRESENT), 0 }, file = { others, 0 };

	tell(m, DISK_FILE,
	     pt_facts_match(f, &on, &off) > 0 ||
		     (vma->dev_major && pt_facts_match(f, &present, &file) > 0),
	     true);
}

static struct more more_of(const struct pt_image *page, const struct pt_facts *f,
			   const struct pt_vma *vma)
{
	struct more m = { vma->vmflags, vma->got_smaps ? UINT64_MAX : vma->vmflags_known };

	tell(&m, V(RD), true, vma->perms[0] == 'r');
	tell(&m, V(WR), true, vma->perms[1] == 'w');
	tell(&m, NO_ACCESS, true, !strncmp(vma->perms, "---", 3));
	tell(&m, FILED, true, vma->inode);
	tell(&m, MAY_BE_SHMEM, true, pt_vma_may_hide_swap(vma));
	tell(&m, NO_SWAP, page->ctx.swap != PT_UNTOLD, page->ctx.swap == PT_NO);
	tell(&m, SECRET, vma->secret != PT_UNTOLD, vma->secret == PT_YES);
	tell_disk_file(&m, f, vma);
	return m;
}

static bool holds(const struct say *s, const struct pt_facts *f, int state, const struct more *m)
{
	return (s->state < 0 || s->state == state) &&
	       !((s->more_set | s->more_clear) & ~m->known) && !(s->more_set & ~m->yes) &&
	       !(s->more_clear & m->yes) && pt_facts_match(f, &s->set, &s->clear) > 0 &&
	       pt_facts_in_range(f, &s->range) > 0;
}

static void say_more(const struct pt_facts *f, int state, const struct more *m, struct pt_str *out)
{
	for (int i = 0; i < PT_NSAY; i++)
		if (holds(&say[i], f, state, m))
			sentence(out, say[i].text);
}

const char *pt_say_text(int i)
{
	return say[i].text;
}

static void why_absent(const struct pt_vma *vma, struct pt_str *out)
{
	if (pt_vma_may_hide_swap(vma) && vma->swap_bytes)
		pt_str_addf(
			out,
			" In this mapping, smaps counts %llu kB in swap; for shmem the page table "
			"does not tell which pages these are.",
			(unsigned long long)vma->swap_bytes >> 10);
}

void pt_explain_text(const struct pt_image *page, const struct pt_vma *vma, struct pt_str *out)
{
	struct pt_run run = pt_image_run(page, vma, page->lo_vpn);
	struct pt_facts f = pt_facts_of(&run, vma, &page->ctx);
	struct more m = more_of(page, &f, vma);

	sentence(out, state_text(page, vma, &run));
	for (int o = 0; o < PT_NOVERS; o++)
		if (run.over & 1 << o)
			sentence(out, pt_overlays[o].text);
	why_count(&f, out);
	if (page->mates)
		pt_str_addf(
			out,
			" This address space is shared with process %s: ending one of them frees "
			"nothing of it.",
			page->mates);
	if (!page->why_pages)
		say_more(&f, run.row, &m, out);
	if (run.row == PT_STATE_ABSENT)
		why_absent(vma, out);
	if (pt_run_may_be_lazyfree(&run) && vma->lazyfree == PT_UNTOLD && vma->got_smaps)
		pt_str_addf(out, " In this mapping, smaps counts %llu kB as LazyFree.",
			    (unsigned long long)vma->lazyfree_bytes >> 10);
	if (why_hidden(page, vma, &run))
		pt_str_addf(out, " Not everything is known: %s.", why_hidden(page, vma, &run));
}
