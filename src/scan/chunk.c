#include "pagetop/scan/chunk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/model/word.h"
#include "pagetop/scan/folio.h"

enum {
	BATCH_NPAGES = 2048,		/* what is read of them stays in the nearest caches */
	TRIES = 3,			/* how often a page that changed under our eyes is asked again */
	PMD_NPAGES = 512,
	BRIDGE_NPAGES = 64,		/* words of so many empty pages cost less than another call */
};

/* Pages of one mapping, one after the other. */
struct piece {
	uint64_t vpn;
	uint32_t at, n;			/* index of the first one, and how many */
	uint32_t vma;
	const struct pt_run *keep;	/* what they were and still are; NULL: to be read */
};

/* Of a piece: present pages whose frames are neighbours (step 1) or the same (0); or no frames at all. */
struct stretch {
	uint32_t at, n;
	uint32_t piece;
	bool step, frames;
	bool known;			/* kpageflags told of each */
	bool once;			/* each has a count of 1, which `count` does not hold */
	bool mixed;			/* they may differ in order, or in what the ioctl told */
	bool alike;			/* all have the same flags */
	bool small;			/* flags tell as much as the ioctl would: no page is large */
	uint64_t any;			/* bits of kpageflags that one of them has */
};

struct pt_chunk {
	const struct pt_chunk_job *job;
	struct pt_pagemap *pm;
	size_t n, npieces, nstretches;
	size_t ndense;				/* pages of the last one that are there, side by side, in small pages */
	struct piece piece[BATCH_NPAGES];
	struct stretch stretch[BATCH_NPAGES];
	uint64_t *word;				/* pagemap */
	uint64_t *again;			/* the same, read after everything else */
	bool same;				/* no word has changed meanwhile */
	bool asked;				/* the ioctl, anew: pages of one piece may differ in what it told */
	uint64_t words[2][BATCH_NPAGES];
	uint64_t between[BATCH_NPAGES];	/* words of pages that are not near enough to be read into their place */
	uint64_t kflags[BATCH_NPAGES];
	uint64_t count[BATCH_NPAGES];
	uint8_t order[BATCH_NPAGES];		/* of the folio; PT_ORDER_UNKNOWN: not known, or not asked for */
	uint64_t last_inode;			/* of a cgroup, and its number in the image; 0: none yet */
	uint8_t last_cgroup;
	uint8_t cgroup[BATCH_NPAGES];		/* number in the image; 0: not known, or not asked for */
	uint16_t scan[BATCH_NPAGES];		/* PT_RUN() bits that the ioctl told; UNSTABLE: another answer than before */
};

void pt_part_reset(struct pt_part *p)
{
	*p = (struct pt_part){ .runs = { .r = p->runs.r, .cap = p->runs.cap }, .frames = p->frames,
			       .frames_cap = p->frames_cap };
}

void pt_part_done(struct pt_part *p)
{
	free(p->runs.r);
	free(p->frames);
}

struct pt_chunk *pt_chunk_new(void)
{
	struct pt_chunk *c = pt_malloc(sizeof(*c));

	if (c) {
		c->word = c->words[0];
		c->again = c->words[1];
		c->last_cgroup = 0;
	}
	return c;
}

struct pt_chunk *pt_chunk_free(struct pt_chunk *c)
{
	free(c);
	return NULL;
}

/* ---- from regions to pieces */

static uint16_t scan_bits(uint32_t categories)
{
	if (!categories)	/* the ioctl is missing, or was not asked */
		return 0;
	return (uint16_t)(PT_RUN(SCANNED) | (categories & PT_PAGE_IS_HUGE ? PT_RUN(PMD) : 0) |
			  (categories & PT_PAGE_IS_PFNZERO ? PT_RUN(PFNZERO) : 0));
}

static void add_piece(struct pt_chunk *c, uint64_t vpn, uint64_t n, size_t vma)
{
	c->piece[c->npieces++] = (struct piece){ .vpn = vpn, .at = (uint32_t)c->n, .n = (uint32_t)n,
						 .vma = (uint32_t)vma };
	c->n += n;
}

/* Pages of the region that lie in mappings, as far as there is room; how far that is. */
static uint64_t add_region(struct pt_chunk *c, uint64_t vpn, uint64_t end, uint32_t categories)
{
	const struct pt_vmas *vmas = &c->job->img->vmas;
	size_t v = pt_vma_at_or_above(vmas->v, vmas->n, vpn << PT_PAGE_SHIFT);
	uint16_t bits = scan_bits(categories);

	for (; vpn < end && v < vmas->n && c->n < BATCH_NPAGES; v++) {
		uint64_t from = pt_vma_vpn(&vmas->v[v]), to = pt_vma_end_vpn(&vmas->v[v]);

		from = from > vpn ? from : vpn;
		to = to < end ? to : end;
		if (from >= to)
			return end;
		to = to - from < BATCH_NPAGES - c->n ? to : from + BATCH_NPAGES - c->n;
		for (uint64_t i = 0; i < to - from; i++)
			c->scan[c->n + i] = bits;
		add_piece(c, from, to - from, v);
		vpn = to;
	}
	return c->n == BATCH_NPAGES ? vpn : end;
}

/* How many pieces from the i-th on are read in one call, and how many pages that takes: those between them, too. */
static size_t reach(const struct pt_chunk *c, size_t i, uint64_t *ret_npages)
{
	uint64_t first = c->piece[i].vpn, end = first + c->piece[i].n;
	size_t j = i + 1;

	for (; j < c->npieces && !c->piece[j].keep; j++) {
		const struct piece *p = &c->piece[j];

		if (p->vpn > end + BRIDGE_NPAGES || p->vpn + p->n - first > BATCH_NPAGES)
			break;
		end = p->vpn + p->n;
	}
	*ret_npages = end - first;
	return j - i;
}

/* Pages near to one another are read in one call, however many mappings they are in. */
static int read_words(struct pt_chunk *c, uint64_t *word)
{
	int err = 0;

	for (size_t i = 0, n; i < c->npieces && !err; i += n) {
		const struct piece *p = &c->piece[i], *last;
		uint64_t npages, *to;

		n = 1;
		if (p->keep)
			continue;
		n = reach(c, i, &npages);
		last = p + n - 1;
		to = last->at + last->n - p->at == npages ? word + p->at : c->between;
		err = pt_pagemap_read(c->pm, p->vpn, npages, to);
		for (; to == c->between && p <= last; p++)
			memcpy(word + p->at, to + (p->vpn - c->piece[i].vpn), p->n * sizeof(*word));
	}
	return err;
}

/* Parts the pieces at the borders of what is as it was before. They go to the end of the array first. */
static void keep_pieces(struct pt_chunk *c)
{
	size_t from = BATCH_NPAGES - c->npieces;

	memmove(c->piece + from, c->piece, c->npieces * sizeof(*c->piece));
	c->npieces = c->n = 0;
	for (; from < BATCH_NPAGES; from++) {
		const struct piece p = c->piece[from];

		for (uint64_t vpn = p.vpn, end; vpn < p.vpn + p.n; vpn = end) {
			const struct pt_run *keep;

			end = p.vpn + p.n;
			keep = pt_keep_run(&c->job->keep, vpn, &end, c->again + c->n, c->scan[c->n]);
			add_piece(c, vpn, end - vpn, p.vma);
			c->piece[c->npieces - 1].keep = keep;
		}
	}
}

/* ---- what is read of their frames */

static uint64_t pfn_of(uint64_t word)
{
	return word & PT_PM_PRESENT ? word & PT_PM_PFN_MASK : 0;
}

static bool is_marker(const struct pt_chunk *c, uint64_t word)
{
	return c->job->env->probe->layout.entry[PT_SWP_TYPE(word)] == PT_ENTRY_MARKER;
}

/* All of the word that a run keeps: of an entry the type, of a marker also its offset. */
static uint64_t essence(const struct pt_chunk *c, uint64_t word)
{
	if (word & PT_PM_PRESENT)
		return word & ~PT_PM_PFN_MASK;
	return is_marker(c, word) ? word : word & (~PT_PM_PFN_MASK | 31);
}

static size_t stretch_length(const struct pt_chunk *c, size_t i, size_t end, bool *ret_step)
{
	uint64_t word = c->word[i], step = i + 1 < end && c->word[i + 1] == word + 1, next = word + step;
	size_t j = i + 1, k = i + 1;

	*ret_step = step;
	if (pfn_of(word))
		for (; j < end && c->word[j] == next; j++)
			next += step;
	else
		while (j < end && !pfn_of(c->word[j]) && essence(c, c->word[j]) == essence(c, word) &&
		       !(word & PT_PM_PFN_MASK) == !(c->word[j] & PT_PM_PFN_MASK))
			j++;
	while (c->asked && k < j && c->scan[k] == c->scan[i])
		k++;
	return c->asked ? k - i : j - i;
}

static void find_stretches(struct pt_chunk *c)
{
	c->nstretches = 0;
	for (size_t p = 0; p < c->npieces; p++) {
		size_t i = c->piece[p].at, end = i + c->piece[p].n;

		for (size_t n; i < end && !c->piece[p].keep; i += n) {
			bool step = false;

			n = stretch_length(c, i, end, &step);
			c->stretch[c->nstretches++] = (struct stretch){ .at = (uint32_t)i, .n = (uint32_t)n,
				.piece = (uint32_t)p, .step = step, .frames = pfn_of(c->word[i]) };
		}
	}
}

static void fill(uint64_t *to, size_t n, uint64_t value)
{
	for (size_t i = 0; i < n; i++)
		to[i] = value;
}

/* Of pages mapped by PMD the first of each block; the others are tails of the same folio. */
static int read_heads(const struct pt_kpage *kp, const struct stretch *s, uint64_t pfn, uint64_t *kflags)
{
	int err = 0;

	for (size_t i = 0, n; i < s->n && !err; i += n) {
		uint64_t tail;

		n = PMD_NPAGES - (pfn + i) % PMD_NPAGES;
		n = n < s->n - i ? n : s->n - i;
		err = pt_kpage_read_run(kp, PT_KPAGE_FLAGS, pfn + i, 1, kflags + i);
		tail = kflags[i];
		if (tail != PT_KPAGE_NONE && tail & PT_KPF(COMPOUND_HEAD))
			tail ^= PT_KPF(COMPOUND_HEAD) | PT_KPF(COMPOUND_TAIL);
		fill(kflags + i + 1, n - 1, tail);
	}
	return err;
}

static bool is_pmd(const struct pt_chunk *c, const struct stretch *s)
{
	return s->step && c->scan[s->at] & PT_RUN(PMD);
}

/* How far stretches from the i-th on go over neighbouring frames; the number of pages. */
static size_t frames_from(const struct pt_chunk *c, size_t i)
{
	const struct stretch *s = &c->stretch[i];
	size_t n = s->n;

	if (!s->frames || is_pmd(c, s) || (!s->step && n > 1))
		return n;
	for (const struct stretch *t = s + 1; t < c->stretch + c->nstretches; t++) {
		if (!t->frames || is_pmd(c, t) || (!t->step && t->n > 1) || t->at != s->at + n ||
		    pfn_of(c->word[t->at]) != pfn_of(c->word[s->at]) + n)
			break;
		n += t->n;
	}
	return n;
}

/* The flags of `n` pages from a stretch on; PT_KPAGE_NONE where they are not told. */
static void read_flags(struct pt_chunk *c, const struct stretch *s, size_t n)
{
	const struct pt_kpage *kp = &c->job->env->probe->kpage;
	uint64_t pfn = pfn_of(c->word[s->at]), *kflags = c->kflags + s->at;
	bool same = !s->step && s->n > 1;
	int err = -ENOENT;

	if (s->frames && is_pmd(c, s))
		err = read_heads(kp, s, pfn, kflags);
	else if (s->frames)
		err = pt_kpage_read_run(kp, PT_KPAGE_FLAGS, pfn, same ? 1 : n, kflags);
	if (err)
		kflags[0] = PT_KPAGE_NONE;
	if (err || same)
		fill(kflags, n, kflags[0]);
}

static void sum_flags(const struct pt_chunk *c, struct stretch *s)
{
	const uint64_t *kflags = c->kflags + s->at;

	s->any = kflags[0];
	s->alike = !memcmp(kflags, kflags + 1, (s->n - 1) * sizeof(*kflags));
	for (size_t i = 1; i < s->n && !s->alike; i++)
		s->any |= kflags[i];
	s->known = s->any != PT_KPAGE_NONE;	/* no page has all bits */
}

/*
 * Bit 56 says "count 1" of a small page; on a kernel with counts for each page of any that is not mapped by PMD. What
 * the ioctl said of that is asked again before the words are.
 */
static bool count_is_told(const struct pt_chunk *c, const struct stretch *s)
{
	bool by_pte = c->job->env->probe->precise && c->scan[s->at] & PT_RUN(SCANNED) &&
		      !(c->scan[s->at] & PT_RUN(PMD));
	bool small = s->known && !(s->any & (PT_KPF(THP) | PT_KPF(HUGE)));

	/* the raw words of one page are read all the same, where they can be */
	if (c->job->words && c->job->env->probe->kpage.fd[PT_KPAGE_COUNT] >= 0)
		return false;
	return c->word[s->at] & PT_PM_PRESENT && c->word[s->at] & PT_PM_EXCLUSIVE && (by_pte || small);
}

static void read_counts(const struct pt_chunk *c, struct stretch *s, uint64_t *count)
{
	int err = -ENOENT;

	s->once = count_is_told(c, s);
	if (s->once)
		return;
	if (s->frames)
		err = pt_kpage_read_run(&c->job->env->probe->kpage, PT_KPAGE_COUNT, pfn_of(c->word[s->at]),
					s->step ? s->n : 1, count);
	if (err)
		count[0] = PT_KPAGE_NONE;
	if (err || !s->step)
		fill(count, s->n, count[0]);
}

/* Of `n` pages at neighbouring frames, or all at the same one. */
static void read_cgroups(struct pt_chunk *c, const struct stretch *s, size_t n)
{
	uint64_t *inode = c->between;		/* nothing else is in there now */
	bool same = !s->step && s->n > 1;
	int err = s->frames ? pt_kpage_read_run(&c->job->env->probe->kpage, PT_KPAGE_CGROUP, pfn_of(c->word[s->at]),
						same ? 1 : n, inode) : -ENOENT;

	for (size_t i = 0; i < n; i++) {
		uint64_t is = err ? PT_KPAGE_NONE : inode[same ? 0 : i];

		if (is != PT_KPAGE_NONE && (!c->last_cgroup || is != c->last_inode)) {
			c->last_cgroup = pt_image_cgroup(c->job->img, is);
			c->last_inode = is;
		}
		c->cgroup[s->at + i] = is == PT_KPAGE_NONE ? 0 : c->last_cgroup;
	}
}

/* Later pages of a block have the flags of its first one; before Linux 6.12 these must be looked up. */
static void complete_tail(struct pt_folios *folios, uint64_t pfn, uint64_t *kflags)
{
	uint64_t head_kflags = 0;

	if (!(*kflags & PT_KPF(COMPOUND_TAIL)) || *kflags & (PT_KPF(UPTODATE) | PT_KPF(SLAB)))
		return;
	if (pt_folio_order(folios, pfn, &head_kflags) != PT_ORDER_UNKNOWN)
		*kflags |= head_kflags & ~PT_KPF(COMPOUND_HEAD);
}

/* What the pages around a page tell of it. */
static void read_folios(struct pt_chunk *c, struct stretch *s, struct pt_folios *folios)
{
	bool compound = s->any & PT_KPF_COMPOUND || !s->known;

	s->mixed = compound;
	memset(c->order + s->at, s->frames && s->known && !compound ? 0 : PT_ORDER_UNKNOWN, s->n);
	for (size_t i = s->at; s->frames && compound && i < s->at + s->n; i++) {
		if (c->kflags[i] == PT_KPAGE_NONE)
			continue;
		complete_tail(folios, pfn_of(c->word[i]), &c->kflags[i]);
		s->any |= c->kflags[i];
		if (!(c->kflags[i] & PT_KPF_COMPOUND))
			c->order[i] = 0;
		else if (c->job->needs & PT_NEED_ORDER)
			c->order[i] = pt_folio_order(folios, pfn_of(c->word[i]), NULL);
	}
}

/* What the kernel knows of the pages' frames; where it does not tell, PT_KPAGE_NONE. */
static void read_frames(struct pt_chunk *c)
{
	struct pt_folios folios = PT_FOLIOS_INIT(&c->job->env->probe->kpage);
	size_t read = 0;	/* up to this page */

	for (size_t i = 0; i < c->nstretches; i++) {
		struct stretch *s = &c->stretch[i];

		if (s->at >= read) {
			size_t n = frames_from(c, i);

			read_flags(c, s, n);
			if (c->job->needs & PT_NEED_CGROUP)
				read_cgroups(c, s, n);
			read = s->at + n;
		}
		sum_flags(c, s);
		read_counts(c, s, c->count + s->at);
		read_folios(c, s, &folios);
	}
}

/* ---- what contradicts what */

/* Neither flags nor count, and not the system's memory. */
static bool is_device(const struct pt_chunk *c, const struct stretch *s, size_t i)
{
	return pfn_of(c->word[i]) && !(c->kflags[i] & ~PT_KPF(NOPAGE)) && !s->once && !c->count[i] &&
	       pt_ram_has(&c->job->env->probe->ram, pfn_of(c->word[i])) == PT_NO;
}

/* The ioctl was asked before the words were read: what it said may be of another page. */
static bool ioctl_contradicts(uint16_t scan, uint64_t kflags)
{
	if (!(scan & PT_RUN(SCANNED)) || kflags == PT_KPAGE_NONE)
		return false;
	return (scan & PT_RUN(PMD) && !(kflags & (PT_KPF(THP) | PT_KPF(HUGE)))) ||
	       !(scan & PT_RUN(PFNZERO)) != !(kflags & PT_KPF(ZERO_PAGE));
}

/* Only hugetlb and what is no ordinary memory may be uncounted. Bit 56 of a small page is "count 1". */
static bool count_contradicts(const struct pt_chunk *c, const struct stretch *s, size_t i)
{
	uint64_t kflags = c->kflags[i], count = s->once ? 1 : c->count[i];
	bool small = !(kflags & (PT_KPF(THP) | PT_KPF(HUGE))), once = c->word[i] & PT_PM_EXCLUSIVE;

	if (!count)
		return !(kflags & (PT_KPF(HUGE) | PT_KPF(RESERVED) | PT_KPF(NOPAGE)));
	return small && count <= UINT32_MAX && once != (count == 1);
}

/*
 * A page that was freed and came back at the same PFN has the same word, and flags of in between;
 * one that was mapped elsewhere, unmapped and mapped again, a count of in between.
 * Bit 61 says "not anonymous" of every page but the zero page.
 */
static bool word_contradicts(const struct pt_chunk *c, const struct stretch *s, size_t i)
{
	uint64_t kflags = c->kflags[i];
	bool anon = kflags & PT_KPF(ANON) && !(kflags & PT_KPF_TYPED);

	if (kflags == PT_KPAGE_NONE || kflags & PT_KPF(ZERO_PAGE))
		return false;
	return anon == !!(c->word[i] & PT_PM_FILE) || count_contradicts(c, s, i);
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

/* Asks the ioctl of pages from the i-th to before the j-th, which follow one another from `first` on. */
static void ask_range(struct pt_chunk *c, uint64_t first, size_t i, size_t j)
{
	struct pt_region region[PT_MAX_REGIONS];
	uint64_t vpn = first, end = first + (j - i);
	uint16_t told[BATCH_NPAGES];
	ssize_t n = 0;

	for (size_t k = i; k < j; k++)
		told[k - i] = PT_RUN(SCANNED);
	while (vpn < end && (n = pt_pagemap_find(c->pm, &vpn, end, region, PT_MAX_REGIONS)) >= 0)
		for (ssize_t r = 0; r < n; r++)
			for (uint64_t p = 0; p < region[r].npages; p++)
				told[region[r].vpn - first + p] = scan_bits(region[r].categories);
	for (size_t k = i; k < j; k++)	/* what was read on the strength of the first answer is read again */
		c->scan[k] = told[k - i] | (c->scan[k] & PT_RUN(SCANNED) && (c->scan[k] ^ told[k - i]) & PT_RUN(PMD) ?
					    PT_RUN(UNSTABLE) : 0);
}

/* May be huge; or the ioctl, if it was asked, said something else than the flags. */
static bool is_doubtful(const struct pt_chunk *c, const struct stretch *s)
{
	uint16_t scan = c->scan[s->at];

	if (!s->frames || (!s->known && scan & PT_RUN(SCANNED)))
		return false;
	return !s->known || s->any & (PT_KPF(THP) | PT_KPF(HUGE)) || scan & PT_RUN(PMD) ||
	       (scan & PT_RUN(SCANNED) && !(scan & PT_RUN(PFNZERO)) != !(s->any & PT_KPF(ZERO_PAGE)));
}

/*
 * What the ioctl said was about the moment before the words were read. Of pages that may be huge,
 * and of those where it contradicts the flags, it is asked again, between the two looks at the words.
 */
static void ask_anew(struct pt_chunk *c)
{
	for (size_t i = 0, j; i < c->nstretches; i = j) {
		struct stretch *s = &c->stretch[i], *last = s;
		const struct piece *p = &c->piece[s->piece];
		bool doubtful = is_doubtful(c, s);

		j = i + 1;
		s->small = s->frames && s->known && !doubtful;
		if (c->pm->no_scan || !doubtful)
			continue;
		s->mixed = c->asked = true;
		for (; j < c->nstretches && c->stretch[j].piece == s->piece && is_doubtful(c, &c->stretch[j]); j++) {
			last = &c->stretch[j];
			last->mixed = true;
		}
		ask_range(c, p->vpn + (s->at - p->at), s->at, last->at + last->n);
	}
}

/* ---- from stretches to runs */

/* An average over a folio is a page's own count only where all its mappings are this process's, and none is double. */
static bool count_is_own(const struct pt_chunk *c, size_t i)
{
	uint64_t kflags = c->kflags[i];

	if (c->job->env->probe->precise || kflags == PT_KPAGE_NONE)
		return c->job->env->probe->precise;
	return !(kflags & PT_KPF(THP)) || (kflags & PT_KPF(ANON) && c->word[i] & PT_PM_EXCLUSIVE);
}

/*
 * Where every anonymous page has the flag KSM it is left to those that may be merged, for pt_settle() to decide. A merged
 * page is small and nobody's alone; and it is marked dirty itself (mm/ksm.c), until it is in swap: others are less likely.
 */
static void add_flags(const struct pt_chunk *c, size_t i, struct pt_run *run)
{
	const uint64_t never = PT_KPF_COMPOUND | PT_KPF(OWNER_2);
	uint64_t kflags = c->kflags[i];

	if (c->job->ksm_noise && (c->job->none_merged || kflags & never || !(kflags & PT_KPF(ANON))))
		kflags &= ~PT_KPF(KSM);
	else if (c->job->ksm_noise && !(kflags & (PT_KPF(DIRTY) | PT_KPF(SWAPCACHE))))
		run->pm |= PT_RUN(MERGE_OPEN);
	run->pm |= PT_RUN(GOT_FLAGS);
	run->kflags = kflags & c->job->img->ctx.kmask;
}

static void make_present(const struct pt_chunk *c, const struct stretch *s, size_t i, struct pt_run *run)
{
	uint64_t pfn = pfn_of(c->word[i]), count = s->once ? 1 : c->count[i];

	run->pm |= c->scan[i] | (is_device(c, s, i) ? PT_RUN(DEVICE) : 0);
	if (s->small && !(run->pm & (PT_RUN(SCANNED) | PT_RUN(DEVICE))))	/* as much as the ioctl would */
		run->pm |= PT_RUN(SCANNED) | (c->kflags[i] & PT_KPF(ZERO_PAGE) ? PT_RUN(PFNZERO) : 0);
	run->order = c->order[i];
	if (c->job->needs & PT_NEED_CGROUP)
		run->cgroup = c->cgroup[i];
	if (c->job->needs & PT_NEED_NODE && pfn)
		run->node = (int8_t)pt_node_of_pfn(&c->job->env->probe->nodes, pfn);
	if (c->kflags[i] != PT_KPAGE_NONE)
		add_flags(c, i, run);
	if (count <= UINT32_MAX && count_is_own(c, i)) {	/* more is no count, or none was read */
		run->pm |= PT_RUN(GOT_COUNT);
		run->count = (uint32_t)count;
	}
}

/* The i-th page of the chunk as a run. */
static struct pt_run make_run(const struct pt_chunk *c, const struct stretch *s, size_t i)
{
	uint64_t word = c->word[i];
	struct pt_run run = { .pm = pt_word_bits(word), .node = -1 };

	if (word & PT_PM_PRESENT) {
		make_present(c, s, i, &run);
	} else if (word & PT_PM_SWAP) {
		run.kflags = PT_SWP_TYPE(word);
		if (is_marker(c, word))
			run.kflags |= PT_SWP_OFFSET(word) << 5;
	}
	return run;
}

/* Whether pages of a stretch are alike in all but their flags. */
static bool alike(const struct pt_chunk *c, const struct stretch *s, size_t i, size_t j)
{
	const struct pt_nodes *nodes = &c->job->env->probe->nodes;

	return (s->once || c->count[i] == c->count[j]) && c->order[i] == c->order[j] && c->scan[i] == c->scan[j] &&
	       (c->word[i] == c->again[i]) == (c->word[j] == c->again[j]) &&
	       (!(c->job->needs & PT_NEED_CGROUP) || c->cgroup[i] == c->cgroup[j]) &&
	       (!(c->job->needs & PT_NEED_NODE) || !s->frames ||
		pt_node_of_pfn(nodes, pfn_of(c->word[i])) == pt_node_of_pfn(nodes, pfn_of(c->word[j])));
}

/* Most often only the flags can differ. */
static size_t group_length(const struct pt_chunk *c, const struct stretch *s, size_t i)
{
	uint64_t mask = c->job->img->ctx.kmask | (c->job->ksm_noise ? PT_KPF(DIRTY) | PT_KPF_COMPOUND : 0);
	uint64_t like = c->kflags[i] & mask;
	size_t j = i + 1, end = s->at + s->n;
	bool flags_only = s->once && !s->mixed && c->same && !(c->job->needs & (PT_NEED_NODE | PT_NEED_CGROUP));

	if (flags_only && s->alike)
		return end - i;
	if (flags_only)
		while (j < end && (c->kflags[j] & mask) == like)
			j++;
	else
		while (j < end && (c->kflags[j] & mask) == like && alike(c, s, i, j))
			j++;
	return j - i;
}

/*
 * Changed while it was read, or its sources disagree. Pages of drivers in a mixed map have no
 * reverse map: neither flags nor count tell of them. Of memory of a device they read 0.
 */
static bool is_restless(const struct pt_chunk *c, const struct stretch *s, size_t i, const struct pt_vma *vma)
{
	if (c->word[i] != c->again[i] || c->scan[i] & PT_RUN(UNSTABLE))
		return true;
	return !is_device(c, s, i) && (ioctl_contradicts(c->scan[i], c->kflags[i]) ||
				       (word_contradicts(c, s, i) && !(vma->vmflags & PT_VMF(MM))));
}

static int add_frames(struct pt_part *part, uint64_t vpn, const uint64_t *word, size_t n)
{
	int err = 0;

	for (size_t i = 0, len; i < n && !err; i += len) {
		for (len = 1; i + len < n && word[i + len] == word[i] + len; len++)
			;
		err = pt_grow(&part->frames, &part->frames_cap, part->nframes + 1, sizeof(*part->frames));
		if (!err)
			part->frames[part->nframes++] =
				(struct pt_frames){ vpn + i, word[i] & PT_PM_PFN_MASK, len };
	}
	return err;
}

/* A mapping begins with a run of its own. */
static int add_run(const struct pt_chunk *c, struct pt_part *part, const struct pt_run *run, const struct pt_vma *vma,
		   size_t i)
{
	struct pt_run *last = part->runs.n ? &part->runs.r[part->runs.n - 1] : NULL;
	const uint16_t there = PT_RUN(PRESENT) | PT_RUN(PFN);
	int err = pt_runs_append(&part->runs, run, last && last->vpn >= pt_vma_vpn(vma));

	if (!err && c->job->needs & PT_NEED_PFNS && (run->pm & there) == there)
		err = add_frames(part, run->vpn, c->word + i, run->npages);
	return err;
}

/* What flags alone do not say: how large a page of the pool is, and whether a page is lazyfree. */
static void note_wants(struct pt_part *part, const struct pt_run *run)
{
	part->pool |= run->pm & PT_RUN(GOT_FLAGS) && run->kflags & PT_KPF(HUGE);
	part->lazyfree |= pt_run_may_be_lazyfree(run);
}

/* Whether smaps of the whole mapping tells what this page does not: is it merged, or mapped by PMD? */
static bool is_open(const struct pt_chunk *c, const struct pt_run *run)
{
	bool large = run->pm & PT_RUN(GOT_FLAGS) && run->kflags & PT_KPF(THP) && !(run->kflags & PT_KPF(ZERO_PAGE));

	return (c->job->ksm_noise && run->pm & PT_RUN(GOT_FLAGS) && run->kflags & PT_KPF(KSM)) ||
	       (large && !(run->pm & PT_RUN(SCANNED)));
}

/* Pages that are alike, as a run; -EAGAIN: they are to be read again. */
static int add_group(const struct pt_chunk *c, const struct stretch *s, size_t i, size_t n, bool last_try,
		     struct pt_part *part)
{
	const struct piece *p = &c->piece[s->piece];
	const struct pt_vma *vma = &c->job->img->vmas.v[p->vma];
	struct pt_run run = { .pm = PT_RUN(UNSTABLE), .node = -1 };
	bool restless, device = is_device(c, s, i), foreign = !device && is_foreign(c->word[i], vma);

	if (!((c->word[i] | c->again[i]) >> 62))	/* nothing there any more */
		return 0;
	restless = is_restless(c, s, i, vma);
	if (restless && !last_try)
		return -EAGAIN;
	if ((foreign || (word_contradicts(c, s, i) && !device)) && !pt_vma_knows(vma, PT_VMF(MM)))
		part->mixed = true;
	if (restless || (foreign && !(vma->vmflags & PT_VMF(MM))))
		part->nunstable += n;
	else
		run = make_run(c, s, i);
	run.vpn = p->vpn + (i - p->at);
	run.npages = (uint32_t)n;
	note_wants(part, &run);
	part->open |= is_open(c, &run);
	return add_run(c, part, &run, vma, i);
}

static int add_kept(const struct pt_chunk *c, const struct piece *p, struct pt_part *part)
{
	const struct pt_vma *vma = &c->job->img->vmas.v[p->vma];
	struct pt_run run = *p->keep;

	run.vpn = p->vpn;
	run.npages = p->n;
	run.change = 0;
	run.kflags &= c->job->img->ctx.kmask;
	part->nkept += p->n;
	note_wants(part, &run);
	part->open |= is_open(c, &run) || (c->pm->no_scan && run.kflags & PT_KPF(THP));
	return add_run(c, part, &run, vma, p->at);
}

/* All pieces in their order. -EAGAIN: something is to be read again. */
static int add_pieces(const struct pt_chunk *c, bool last_try, struct pt_part *part)
{
	const struct stretch *s = c->stretch, *end = s + c->nstretches;
	int err = 0;

	for (size_t p = 0; p < c->npieces && !err; p++) {
		if (c->piece[p].keep)
			err = add_kept(c, &c->piece[p], part);
		for (; s < end && s->piece == p && !err; s++)
			for (size_t i = s->at, n; i < s->at + s->n && !err; i += n) {
				n = group_length(c, s, i);
				err = add_group(c, s, i, n, last_try, part);
			}
	}
	return err;
}

/* ---- the chunk */

/* The words that were read last are those to look at. What is kept was read only once. */
static void turn_words(struct pt_chunk *c, bool first)
{
	uint64_t *newest = c->again;

	for (size_t i = 0; i < c->npieces && !first; i++)
		if (!c->piece[i].keep)
			memcpy(c->word + c->piece[i].at, newest + c->piece[i].at, c->piece[i].n * sizeof(*newest));
	if (first) {
		c->again = c->word;
		c->word = newest;
	}
}

static bool same_words(const struct pt_chunk *c)
{
	for (size_t i = 0; i < c->npieces; i++)
		if (!c->piece[i].keep && memcmp(c->word + c->piece[i].at, c->again + c->piece[i].at,
						c->piece[i].n * sizeof(*c->word)))
			return false;
	return true;
}

static int look_again(struct pt_chunk *c, bool first)
{
	const struct pt_kpage *kp = &c->job->env->probe->kpage;
	int err;

	turn_words(c, first);
	for (size_t i = 0; i < c->n && !first; i++)
		c->scan[i] &= (uint16_t)~PT_RUN(UNSTABLE);
	find_stretches(c);
	read_frames(c);
	c->same = true;
	if (!c->nstretches)
		return 0;
	if (kp->fd[PT_KPAGE_FLAGS] < 0 && kp->fd[PT_KPAGE_COUNT] < 0) {	/* nothing can disagree with the words */
		memcpy(c->again, c->word, c->n * sizeof(*c->word));
		return 0;
	}
	ask_anew(c);
	err = read_words(c, c->again);
	c->same = !err && same_words(c);
	return err;
}

/* Takes back what a try has added, which may have been joined to the run before. */
static void take_back(struct pt_part *part, const struct pt_part *before, const struct pt_run *last)
{
	const struct pt_runs runs = { .r = part->runs.r, .n = before->runs.n, .cap = part->runs.cap };

	*part = (struct pt_part){ .runs = runs, .frames = part->frames, .nframes = before->nframes,
		.frames_cap = part->frames_cap,
		.nunstable = before->nunstable, .nkept = before->nkept, .pool = before->pool, .lazyfree = before->lazyfree,
		.mixed = before->mixed, .open = before->open };
	if (runs.n)
		runs.r[runs.n - 1] = *last;
}

/* One mapping's, as kept or by their words. */
static size_t count_dense(const struct pt_chunk *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->npieces; i++)
		if (c->piece[i].keep && !(c->piece[i].keep->pm & PT_RUN(PMD)))
			n += c->piece[i].n;
	for (size_t i = 0; i < c->nstretches; i++)
		if (c->stretch[i].frames && !(c->scan[c->stretch[i].at] & PT_RUN(PMD)))
			n += c->stretch[i].n;
	return c->piece[c->npieces - 1].vpn + c->piece[c->npieces - 1].n - c->piece[0].vpn == c->n ? n : 0;
}

/* Words, frames, words again, until the words hold still and all sources agree. */
static int settle(struct pt_chunk *c, struct pt_part *part)
{
	const struct pt_part before = *part;
	const struct pt_run last = before.runs.n ? before.runs.r[before.runs.n - 1] : (struct pt_run){ 0 };
	int err = read_words(c, c->again);

	if (!err && c->job->keep.last)
		keep_pieces(c);
	for (int i = 1; !err; i++) {
		err = look_again(c, i == 1);
		if (!err)
			err = add_pieces(c, i == TRIES, part);
		if (err != -EAGAIN)
			break;
		take_back(part, &before, &last);
		err = 0;
	}
	c->ndense = err ? 0 : count_dense(c);
	c->n = c->npieces = 0;
	return err;
}

int pt_chunk_read(struct pt_chunk *c, const struct pt_chunk_job *job, struct pt_pagemap *pm,
		  const struct pt_region *region, size_t n, struct pt_part *add_to)
{
	int err = 0;

	c->job = job;
	c->pm = pm;
	c->n = c->npieces = c->ndense = 0;
	c->asked = false;
	for (size_t i = 0; i < n && !err; i++) {
		uint64_t vpn = region[i].vpn, end = vpn + region[i].npages;

		while (vpn < end && !err) {
			vpn = add_region(c, vpn, end, region[i].categories);
			if (c->n == BATCH_NPAGES)
				err = settle(c, add_to);
		}
	}
	return !err && c->n ? settle(c, add_to) : err;
}

bool pt_chunk_is_dense(const struct pt_chunk *c)
{
	return c->ndense > BATCH_NPAGES / 8 * 7;
}

void pt_chunk_words(const struct pt_chunk *c, uint64_t *ret_word, uint64_t *ret_kflags, uint64_t *ret_count)
{
	*ret_word = c->word[0];
	*ret_kflags = c->kflags[0];
	*ret_count = c->count[0];
}
