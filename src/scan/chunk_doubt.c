#include "pagetop/scan/chunk_doubt.h"

/* ---- of one page */

/* Neither flags nor count, and not the system's memory. */
static bool is_device(const struct pt_chunk *c, const struct pt_stretch *s, size_t i)
{
	uint64_t pfn = pt_pfn_of(c->word[i]);

	return pfn && !(c->kflags[i] & ~PT_KPF(NOPAGE)) && !pt_chunk_count(c, s, i) &&
	       pt_ram_has(&c->job->env->probe->ram, pfn) == PT_NO;
}

/* The ioctl was asked before the words were read: what it said may be of another page. */
static bool ioctl_contradicts(uint16_t scan, uint64_t kflags)
{
	if (!(scan & PT_RUN(SCANNED)) || kflags == PT_KPAGE_NONE)
		return false;
	return (scan & PT_RUN(PMD) && !(kflags & (PT_KPF(THP) | PT_KPF(HUGE)))) ||
	       !(scan & PT_RUN(PFNZERO)) != !(kflags & PT_KPF(ZERO_PAGE));
}

/*
 * Only hugetlb and what is no ordinary memory may be uncounted. Bit 56 of a small page is "count
 * 1".
 */
static bool count_contradicts(uint64_t word, uint64_t kflags, uint64_t count)
{
	bool small = !(kflags & (PT_KPF(THP) | PT_KPF(HUGE))), once = word & PT_PM_EXCLUSIVE;

	if (!count)
		return !(kflags & (PT_KPF(HUGE) | PT_KPF(RESERVED) | PT_KPF(NOPAGE)));
	return small && count <= UINT32_MAX && once != (count == 1);
}

/*
 * A page that was freed and came back at the same PFN has the same word, and flags of in between;
 * one that was mapped elsewhere, unmapped and mapped again, a count of in between.
 * Bit 61 says "not anonymous" of every page but the zero page.
 */
static bool word_contradicts(uint64_t word, uint64_t kflags, uint64_t count)
{
	bool anon = kflags & PT_KPF(ANON) && !(kflags & PT_KPF_TYPED);

	if (kflags == PT_KPAGE_NONE || kflags & PT_KPF(ZERO_PAGE))
		return false;
	return anon == !!(word & PT_PM_FILE) || count_contradicts(word, kflags, count);
}

/*
 * Mappings are read before their pages: a page that cannot be in such a mapping is in another one
 * that took its place. Shared mappings hold no anonymous pages, anonymous ones no others; but for
 * huge zero pages, which have bit 61 too, and are not mapped once.
 */
static bool is_foreign(uint64_t word, const struct pt_vma *vma)
{
	bool anon_vma = vma->perms[3] == 'p' && pt_vma_is_plain(vma);

	if (!(word & PT_PM_PRESENT))
		return false;
	return word & PT_PM_FILE ? anon_vma && word & PT_PM_EXCLUSIVE : vma->perms[3] == 's';
}

unsigned pt_chunk_doubts(const struct pt_chunk *c, const struct pt_stretch *s, size_t i,
			 const struct pt_vma *vma)
{
	uint64_t word = c->word[i], kflags = c->kflags[i];
	unsigned doubts = 0;

	if (word != c->again[i] || c->scan[i] & PT_RUN(UNSTABLE))
		doubts |= PT_DOUBT_CHANGED;
	if (is_device(c, s, i))
		return doubts | PT_DOUBT_DEVICE;
	if (ioctl_contradicts(c->scan[i], kflags))
		doubts |= PT_DOUBT_IOCTL;
	if (word_contradicts(word, kflags, pt_chunk_count(c, s, i)))
		doubts |= PT_DOUBT_WORD;
	if (is_foreign(word, vma))
		doubts |= PT_DOUBT_FOREIGN;
	return doubts;
}

/* ---- the ioctl, anew */

/* Asks of pages from the i-th to before the j-th, which follow one another from `first` on. */
static void ask_range(struct pt_chunk *c, uint64_t first, size_t i, size_t j)
{
	struct pt_region region[PT_MAX_REGIONS];
	uint64_t vpn = first, end = first + (j - i);
	uint16_t told[PT_CHUNK_NPAGES];
	ssize_t n = 0;

	for (size_t k = i; k < j; k++)
		told[k - i] = PT_RUN(SCANNED);
	while (vpn < end && (n = pt_pagemap_find(c->pm, &vpn, end, region, PT_MAX_REGIONS)) >= 0)
		for (const struct pt_region *r = region; r < region + n; r++)
			for (uint64_t p = 0; p < r->npages; p++)
				told[r->vpn - first + p] = pt_scan_bits(r->categories);
	for (size_t k = i; k < j; k++) {
		bool was_told = c->scan[k] & PT_RUN(SCANNED);

		/* what was read on the strength of the first answer is read again */
		if (was_told && (c->scan[k] ^ told[k - i]) & PT_RUN(PMD))
			told[k - i] |= PT_RUN(UNSTABLE);
		c->scan[k] = told[k - i];
	}
}

/* May be huge; or the ioctl, if it was asked, said something else than the flags. */
static bool is_doubtful(const struct pt_chunk *c, const struct pt_stretch *s)
{
	uint16_t scan = c->scan[s->at];

	if (!s->has_pfns || (!s->got_flags && scan & PT_RUN(SCANNED)))
		return false;
	return !s->got_flags || s->any_kflags & (PT_KPF(THP) | PT_KPF(HUGE)) ||
	       scan & PT_RUN(PMD) ||
	       (scan & PT_RUN(SCANNED) &&
		!(scan & PT_RUN(PFNZERO)) != !(s->any_kflags & PT_KPF(ZERO_PAGE)));
}

/* Of stretches from the i-th on, one piece's, as far as they are doubtful; the next one. */
static size_t ask_stretches(struct pt_chunk *c, size_t i)
{
	const struct pt_stretch *first = &c->stretch[i];
	const struct pt_piece *p = &c->piece[first->piece];
	size_t end = first->at;

	for (; i < c->nstretches; i++) {
		struct pt_stretch *s = &c->stretch[i];

		if (s->piece != first->piece || !is_doubtful(c, s))
			break;
		s->may_differ = true;
		end = s->at + s->n;
	}
	c->asked_anew = true;
	ask_range(c, p->vpn + (first->at - p->at), first->at, end);
	return i;
}

void pt_chunk_ask_anew(struct pt_chunk *c)
{
	for (size_t i = 0; i < c->nstretches;) {
		struct pt_stretch *s = &c->stretch[i];
		bool doubtful = is_doubtful(c, s);

		s->all_small = s->has_pfns && s->got_flags && !doubtful;
		i = doubtful && !c->pm->no_scan ? ask_stretches(c, i) : i + 1;
	}
}
