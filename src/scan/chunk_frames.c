#include "pagetop/scan/chunk_frames.h"

#include <errno.h>
#include <string.h>
#include "pagetop/scan/folio.h"

enum { PMD_NPAGES = 512 };

/* ---- stretches */

/* All of the word that a run keeps: of an entry the type, of a marker also its offset. */
static uint64_t essence(const struct pt_chunk *c, uint64_t word)
{
	if (word & PT_PM_PRESENT)
		return word & ~PT_PM_PFN_MASK;
	return pt_chunk_is_marker(c, word) ? word : word & (~PT_PM_PFN_MASK | 31);
}

/* How many pages from the i-th on, which shows no frame, have a word that says the same. */
static size_t count_frameless(const struct pt_chunk *c, size_t i, size_t end)
{
	uint64_t word = c->word[i];
	size_t j = i;

	while (++j < end && !pt_pfn_of(c->word[j]) && essence(c, c->word[j]) == essence(c, word) &&
	       !(word & PT_PM_PFN_MASK) == !(c->word[j] & PT_PM_PFN_MASK))
		;
	return j - i;
}

/* The stretch that begins with the i-th page, and ends before the end-th. */
static struct pt_stretch stretch_at(const struct pt_chunk *c, size_t i, size_t end)
{
	uint64_t word = c->word[i], step = i + 1 < end && c->word[i + 1] == word + 1, next = word;
	struct pt_stretch s = { .at = (uint32_t)i, .has_pfns = pt_pfn_of(word) };
	size_t n = 0;

	if (s.has_pfns)
		for (; i + n < end && c->word[i + n] == next; n++)
			next += step;
	else
		n = count_frameless(c, i, end);
	for (size_t k = 1; c->asked_anew && k < n; k++)
		if (c->scan[i + k] != c->scan[i])
			n = k;
	s.n = (uint32_t)n;
	s.one_frame = s.has_pfns && !step && n > 1;
	return s;
}

void pt_stretches_find(struct pt_chunk *c)
{
	c->nstretches = 0;
	for (size_t p = 0; p < c->npieces; p++) {
		size_t i = c->piece[p].at, end = i + c->piece[p].n;

		for (; i < end && !c->piece[p].keep; i += c->stretch[c->nstretches++].n) {
			c->stretch[c->nstretches] = stretch_at(c, i, end);
			c->stretch[c->nstretches].piece = (uint32_t)p;
		}
	}
}

/* ---- flags and counts */

static void fill(uint64_t *to, size_t n, uint64_t value)
{
	for (size_t i = 0; i < n; i++)
		to[i] = value;
}

/* Of pages mapped by PMD the first of each block; the others are tails of the same folio. */
static int read_heads(const struct pt_kpage *kp, const struct pt_stretch *s, uint64_t pfn,
		      uint64_t *kflags)
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

static bool is_pmd(const struct pt_chunk *c, const struct pt_stretch *s)
{
	return c->scan[s->at] & PT_RUN(PMD) && !s->one_frame;
}

/* Whether its frames can be read along with others beside them. */
static bool can_be_joined(const struct pt_chunk *c, const struct pt_stretch *s)
{
	return s->has_pfns && !s->one_frame && !is_pmd(c, s);
}

/* How far stretches from the i-th on go over neighbouring frames; the number of pages. */
static size_t frames_from(const struct pt_chunk *c, size_t i)
{
	const struct pt_stretch *s = &c->stretch[i];
	size_t n = s->n;

	if (!can_be_joined(c, s))
		return n;
	for (const struct pt_stretch *t = s + 1; t < c->stretch + c->nstretches; t++) {
		if (!can_be_joined(c, t) || t->at != s->at + n ||
		    pt_pfn_of(c->word[t->at]) != pt_pfn_of(c->word[s->at]) + n)
			break;
		n += t->n;
	}
	return n;
}

/* The flags of `n` pages from a stretch on; PT_KPAGE_NONE where they are not told. */
static void read_flags(struct pt_chunk *c, const struct pt_stretch *s, size_t n)
{
	const struct pt_kpage *kp = &c->job->env->probe->kpage;
	uint64_t pfn = pt_pfn_of(c->word[s->at]), *kflags = c->kflags + s->at;
	int err = -ENOENT;

	if (s->has_pfns && is_pmd(c, s))
		err = read_heads(kp, s, pfn, kflags);
	else if (s->has_pfns)
		err = pt_kpage_read_run(kp, PT_KPAGE_FLAGS, pfn, s->one_frame ? 1 : n, kflags);
	if (err)
		kflags[0] = PT_KPAGE_NONE;
	if (err || s->one_frame)
		fill(kflags, n, kflags[0]);
}

static void sum_flags(const struct pt_chunk *c, struct pt_stretch *s)
{
	const uint64_t *kflags = c->kflags + s->at;

	s->any_kflags = kflags[0];
	s->same_flags = !memcmp(kflags, kflags + 1, (s->n - 1) * sizeof(*kflags));
	for (size_t i = 1; i < s->n && !s->same_flags; i++)
		s->any_kflags |= kflags[i];
	s->got_flags = s->any_kflags != PT_KPAGE_NONE;	/* no page has all bits */
}

/*
 * Bit 56 says "count 1" of a small page; on a kernel with counts for each page of any that is not
 * mapped by PMD. What the ioctl said of that is asked again before the words are.
 */
static bool count_is_told(const struct pt_chunk *c, const struct pt_stretch *s)
{
	const uint64_t once = PT_PM_PRESENT | PT_PM_EXCLUSIVE;
	bool by_pte = c->job->env->probe->precise && c->scan[s->at] & PT_RUN(SCANNED) &&
		      !(c->scan[s->at] & PT_RUN(PMD));
	bool small = s->got_flags && !(s->any_kflags & (PT_KPF(THP) | PT_KPF(HUGE)));

	/* the raw words of one page are read all the same, where they can be */
	if (c->job->words && c->job->env->probe->kpage.fd[PT_KPAGE_COUNT] >= 0)
		return false;
	return (c->word[s->at] & once) == once && (by_pte || small);
}

static void read_counts(const struct pt_chunk *c, struct pt_stretch *s, uint64_t *count)
{
	int err = -ENOENT;

	s->mapped_once = count_is_told(c, s);
	if (s->mapped_once)
		return;
	if (s->has_pfns)
		err = pt_kpage_read_run(&c->job->env->probe->kpage, PT_KPAGE_COUNT,
					pt_pfn_of(c->word[s->at]), s->one_frame ? 1 : s->n, count);
	if (err)
		count[0] = PT_KPAGE_NONE;
	if (err || s->one_frame)
		fill(count, s->n, count[0]);
}

/* ---- control groups */

/* Its number in the image. */
static uint8_t cgroup_number(struct pt_chunk *c, uint64_t inode)
{
	if (inode == PT_KPAGE_NONE)
		return 0;
	if (!c->last_cgroup || inode != c->last_inode) {
		c->last_cgroup = pt_image_cgroup(c->job->img, inode);
		c->last_inode = inode;
	}
	return c->last_cgroup;
}

/* Of `n` pages from a stretch on, at neighbouring frames or all at the same one. */
static void read_cgroups(struct pt_chunk *c, const struct pt_stretch *s, size_t n)
{
	const struct pt_kpage *kp = &c->job->env->probe->kpage;
	uint64_t *inode = c->between;		/* nothing else is in there now */
	int err = -ENOENT;

	if (s->has_pfns)
		err = pt_kpage_read_run(kp, PT_KPAGE_CGROUP, pt_pfn_of(c->word[s->at]),
					s->one_frame ? 1 : n, inode);
	if (err)
		inode[0] = PT_KPAGE_NONE;
	for (size_t i = 0; i < n; i++)
		c->cgroup[s->at + i] = cgroup_number(c, inode[err || s->one_frame ? 0 : i]);
}

/* ---- folios */

/*
 * Later pages of a block have the flags of its first one; before Linux 6.12 these must be looked
 * up.
 */
static void complete_tail(struct pt_folios *folios, uint64_t pfn, uint64_t *kflags)
{
	uint64_t head_kflags = 0;

	if (!(*kflags & PT_KPF(COMPOUND_TAIL)) || *kflags & (PT_KPF(UPTODATE) | PT_KPF(SLAB)))
		return;
	if (pt_folio_order(folios, pfn, &head_kflags) != PT_ORDER_UNKNOWN)
		*kflags |= head_kflags & ~PT_KPF(COMPOUND_HEAD);
}

/* What the pages around a page tell of it. */
static void read_folios(struct pt_chunk *c, struct pt_stretch *s, struct pt_folios *folios)
{
	bool compound = s->any_kflags & PT_KPF_COMPOUND || !s->got_flags;

	s->may_differ = compound;
	memset(c->order + s->at, s->has_pfns && !compound ? 0 : PT_ORDER_UNKNOWN, s->n);
	for (size_t i = s->at; s->has_pfns && compound && i < s->at + s->n; i++) {
		if (c->kflags[i] == PT_KPAGE_NONE)
			continue;
		complete_tail(folios, pt_pfn_of(c->word[i]), &c->kflags[i]);
		s->any_kflags |= c->kflags[i];
		if (!(c->kflags[i] & PT_KPF_COMPOUND))
			c->order[i] = 0;
		else if (c->job->needs & PT_NEED_ORDER)
			c->order[i] = pt_folio_order(folios, pt_pfn_of(c->word[i]), NULL);
	}
}

/* ---- all of it */

void pt_stretches_read(struct pt_chunk *c)
{
	struct pt_folios folios = PT_FOLIOS_INIT(&c->job->env->probe->kpage);
	size_t read = 0;	/* up to this page */

	for (size_t i = 0; i < c->nstretches; i++) {
		struct pt_stretch *s = &c->stretch[i];

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
