#include "pagetop/scan/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/base/text.h"
#include "pagetop/model/change.h"
#include "pagetop/scan/folio.h"
#include "pagetop/scan/page.h"
#include "pagetop/scan/walk.h"

enum { TRIES = 3 };	/* how often a page that changed under our eyes is asked again */

/* The pages of one step, in ascending order. */
struct chunk {
	size_t n;
	uint64_t vpn[PT_CHUNK_NPAGES];
	uint64_t word[PT_CHUNK_NPAGES];		/* pagemap */
	uint64_t again[PT_CHUNK_NPAGES];	/* the same, read after everything else */
	uint64_t pfn[PT_CHUNK_NPAGES];		/* 0: none, or hidden */
	uint64_t kflags[PT_CHUNK_NPAGES];
	uint64_t count[PT_CHUNK_NPAGES];
	uint8_t order[PT_CHUNK_NPAGES];		/* of the folio; PT_ORDER_UNKNOWN: not known, or not asked for */
	uint16_t scan[PT_CHUNK_NPAGES];		/* PT_RUN() bits that the ioctl told */
	struct pt_walk walk;
};

struct scan {
	const struct pt_scan_env *env;
	struct pt_pagemap *pm;
	struct pt_image *img;
	struct chunk *c;
	unsigned needs;			/* PT_NEED_*, those of the lens included */
	bool words;			/* keep the raw words of the one page that is scanned */
	size_t vma;			/* the mapping that the last page was in */
};

uint64_t pt_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t pt_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

bool pt_scan_cancelled(const struct pt_scan_env *env)
{
	return env->cancel && atomic_load_explicit(env->cancel, memory_order_relaxed);
}

/* Neighbouring pages of the chunk are read in one call. */
static int read_words(const struct scan *s, uint64_t *word)
{
	const struct chunk *c = s->c;
	int err = 0;

	for (size_t i = 0, len; i < c->n && !err; i += len) {
		len = 1;
		while (i + len < c->n && c->vpn[i + len] == c->vpn[i] + len)
			len++;
		err = pt_pagemap_read(s->pm, c->vpn[i], len, word + i);
	}
	return err;
}

/*
 * Bit 56 says "count 1" on a kernel with counts for each page, but of a page that may be mapped
 * by PMD. Flags are asked first, for what the ioctl said may be out of date by now.
 */
static bool count_is_told(const struct scan *s, size_t i)
{
	uint64_t kflags = s->c->kflags[i];
	bool small = kflags != PT_KPAGE_NONE ? !(kflags & (PT_KPF(THP) | PT_KPF(HUGE))) :
		     s->c->scan[i] & PT_RUN(SCANNED) && !(s->c->scan[i] & PT_RUN(PMD));

	/* the raw words of one page are read all the same, where they can be */
	if (s->words && s->env->probe->kpage.fd[PT_KPAGE_COUNT] >= 0)
		return false;
	return s->env->probe->precise && s->c->word[i] & PT_PM_EXCLUSIVE && small;
}

/* What the kernel knows of the pages' frames; where it does not tell, PT_KPAGE_NONE. */
static void read_frames(const struct scan *s)
{
	const struct pt_kpage *kp = &s->env->probe->kpage;
	struct chunk *c = s->c;

	for (size_t i = 0; i < c->n; i++)
		c->pfn[i] = c->word[i] & PT_PM_PRESENT ? c->word[i] & PT_PM_PFN_MASK : 0;
	if (pt_kpage_read(kp, PT_KPAGE_FLAGS, c->pfn, c->n, c->kflags))
		memset(c->kflags, 0xff, c->n * sizeof(*c->kflags));
	for (size_t i = 0; i < c->n; i++)
		if (count_is_told(s, i))
			c->pfn[i] = 0;
	if (pt_kpage_read(kp, PT_KPAGE_COUNT, c->pfn, c->n, c->count))
		memset(c->count, 0xff, c->n * sizeof(*c->count));
	for (size_t i = 0; i < c->n; i++)
		if (count_is_told(s, i))
			c->count[i] = 1;
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
static void read_folios(const struct scan *s)
{
	struct pt_folios folios = PT_FOLIOS_INIT(&s->env->probe->kpage);
	struct chunk *c = s->c;

	for (size_t i = 0; i < c->n; i++) {
		uint64_t pfn = c->word[i] & PT_PM_PFN_MASK;
		bool frame = c->word[i] & PT_PM_PRESENT && pfn && c->kflags[i] != PT_KPAGE_NONE;

		c->order[i] = PT_ORDER_UNKNOWN;
		if (!frame)
			continue;
		complete_tail(&folios, pfn, &c->kflags[i]);
		if (!(c->kflags[i] & PT_KPF_COMPOUND))
			c->order[i] = 0;
		else if (s->needs & PT_NEED_ORDER)
			c->order[i] = pt_folio_order(&folios, pfn, NULL);
	}
}

static uint16_t scan_bits(uint32_t categories)
{
	return (uint16_t)(PT_RUN(SCANNED) | (categories & PT_PAGE_IS_HUGE ? PT_RUN(PMD) : 0) |
			  (categories & PT_PAGE_IS_PFNZERO ? PT_RUN(PFNZERO) : 0));
}

/* The ioctl was asked before the words were read: what it said may be of another page. */
static bool ioctl_contradicts(const struct chunk *c, size_t i)
{
	uint64_t kflags = c->kflags[i];

	if (!(c->scan[i] & PT_RUN(SCANNED)) || kflags == PT_KPAGE_NONE)
		return false;
	return (c->scan[i] & PT_RUN(PMD) && !(kflags & (PT_KPF(THP) | PT_KPF(HUGE)))) ||
	       !(c->scan[i] & PT_RUN(PFNZERO)) != !(kflags & PT_KPF(ZERO_PAGE));
}

static bool is_doubtful(const struct chunk *c, size_t i)
{
	uint64_t kflags = c->kflags[i];

	return ioctl_contradicts(c, i) || (c->scan[i] & PT_RUN(SCANNED) && kflags != PT_KPAGE_NONE &&
					   kflags & (PT_KPF(THP) | PT_KPF(HUGE)));
}

/* Pages of drivers in a mixed map have no reverse map: neither flags nor count tell of them. */
static bool in_mixed_map(const struct scan *s, size_t i)
{
	const struct pt_vma *vma = pt_image_vma(s->img, s->c->vpn[i]);

	return vma && vma->vmflags & PT_VMF(MM);
}

/* Only hugetlb and what is no ordinary memory may be uncounted. Where counts are precise, bit 56 of a small page is "count 1". */
static bool count_contradicts(const struct scan *s, size_t i)
{
	const struct chunk *c = s->c;
	uint64_t kflags = c->kflags[i], count = c->count[i];
	bool small = !(kflags & (PT_KPF(THP) | PT_KPF(HUGE))), once = c->word[i] & PT_PM_EXCLUSIVE;

	if (!count)
		return !(kflags & (PT_KPF(HUGE) | PT_KPF(RESERVED) | PT_KPF(NOPAGE)));
	return s->env->probe->precise && small && count <= UINT32_MAX && once != (count == 1);
}

/*
 * A page that was freed and came back at the same PFN has the same word, and flags of in between;
 * one that was mapped elsewhere, unmapped and mapped again, a count of in between.
 * Bit 61 says "not anonymous" of every page but the zero page.
 */
static bool word_contradicts(const struct scan *s, size_t i)
{
	const struct chunk *c = s->c;
	uint64_t kflags = c->kflags[i];
	bool anon = kflags & PT_KPF(ANON) && !(kflags & PT_KPF_TYPED);

	if (kflags == PT_KPAGE_NONE || kflags & PT_KPF(ZERO_PAGE))
		return false;
	return (anon == !!(c->word[i] & PT_PM_FILE) || count_contradicts(s, i)) &&
	       !in_mixed_map(s, i);
}

/* Asks the ioctl of pages from the i-th to before the j-th, which follow one another. */
static void ask_range(const struct scan *s, size_t i, size_t j)
{
	struct pt_region region[PT_MAX_REGIONS];
	struct chunk *c = s->c;
	uint64_t vpn = c->vpn[i], first = vpn, end = first + (j - i);
	ssize_t n = 0;

	for (size_t k = i; k < j; k++)
		c->scan[k] = PT_RUN(SCANNED);
	while (vpn < end && (n = pt_pagemap_find(s->pm, &vpn, end, region, PT_MAX_REGIONS)) >= 0)
		for (ssize_t r = 0; r < n; r++)
			for (uint64_t p = 0; p < region[r].npages; p++)
				c->scan[i + (region[r].vpn - first) + p] = scan_bits(region[r].categories);
}

/*
 * What the ioctl said was about the moment before the words were read. Of pages that may be huge,
 * and of those where it contradicts the flags, it is asked again, between the two looks at the words.
 */
static void ask_anew(const struct scan *s)
{
	const struct chunk *c = s->c;

	for (size_t i = 0, j; i < c->n && !s->pm->no_scan; i = j) {
		j = i + 1;
		if (!is_doubtful(c, i))
			continue;
		while (j < c->n && c->vpn[j] == c->vpn[j - 1] + 1 && is_doubtful(c, j))
			j++;
		ask_range(s, i, j);
	}
}

static bool any_contradicts(const struct scan *s)
{
	for (size_t i = 0; i < s->c->n; i++)
		if (ioctl_contradicts(s->c, i) || word_contradicts(s, i))
			return true;
	return false;
}

/*
 * Words, frames, words again, until the words hold still and all sources agree. Where they never
 * do, `again` differs from `word`.
 */
static int read_chunk(const struct scan *s)
{
	const struct pt_kpage *kp = &s->env->probe->kpage;
	struct chunk *c = s->c;
	size_t bytes = c->n * sizeof(*c->word);
	bool alone = kp->fd[PT_KPAGE_FLAGS] < 0 && kp->fd[PT_KPAGE_COUNT] < 0;
	int err = read_words(s, c->again);

	for (int i = 0; i < TRIES && !err; i++) {
		memcpy(c->word, c->again, bytes);
		read_frames(s);
		read_folios(s);
		if (alone)	/* no frames were read: nothing can disagree with the words */
			return 0;
		ask_anew(s);
		err = read_words(s, c->again);
		if (!err && !memcmp(c->again, c->word, bytes) && !any_contradicts(s))
			return 0;
	}
	for (size_t i = 0; i < c->n && !err; i++)
		if (ioctl_contradicts(c, i) || word_contradicts(s, i))
			c->again[i] = ~c->word[i];
	return err;
}

static uint16_t word_bits(uint64_t word)
{
	const struct { uint64_t bit; uint16_t run; } row[] = {
		{ PT_PM_PRESENT, PT_RUN(PRESENT) }, { PT_PM_SWAP, PT_RUN(ENTRY) },
		{ PT_PM_FILE, PT_RUN(FILE) }, { PT_PM_GUARD, PT_RUN(GUARD_BIT) },
		{ PT_PM_UFFD_WP, PT_RUN(UFFD_WP) }, { PT_PM_EXCLUSIVE, PT_RUN(EXCLUSIVE) },
		{ PT_PM_SOFT_DIRTY, PT_RUN(SOFT_DIRTY) },
	};
	uint16_t bits = 0;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (word & row[i].bit)
			bits |= row[i].run;
	if (word & PT_PM_PFN_MASK)	/* of an entry: type and offset, never both 0 */
		bits |= PT_RUN(PFN);
	return bits;
}

/*
 * Mappings are read before their pages: a page that cannot be in such a mapping is in another one
 * that took its place. Shared mappings hold no anonymous pages, anonymous ones no others; but for
 * huge zero pages, which have bit 61 too, and are not mapped once.
 */
static bool is_foreign(uint64_t word, const struct pt_vma *vma)
{
	bool anon_vma = vma->perms[3] == 'p' && !vma->inode &&
			(!vma->name_len || !strcmp(vma->name, "[heap]") || !strcmp(vma->name, "[stack]"));

	if (!(word & PT_PM_PRESENT) || vma->vmflags & PT_VMF(MM))
		return false;
	return word & PT_PM_FILE ? anon_vma && word & PT_PM_EXCLUSIVE : vma->perms[3] == 's';
}

/* Of hugetlb the mapping says how large its pages are. */
static uint8_t order_of(const struct chunk *c, size_t i, const struct pt_vma *vma)
{
	uint64_t npages = vma->page_bytes >> PT_PAGE_SHIFT;
	uint8_t order = 0;

	if (c->kflags[i] == PT_KPAGE_NONE || !(c->kflags[i] & PT_KPF(HUGE)) || npages < 2)
		return c->order[i];
	while (npages >> (order + 1))
		order++;
	return order;
}

/* The i-th page of the chunk as a run of one. */
static struct pt_run make_run(const struct scan *s, size_t i)
{
	const struct chunk *c = s->c;
	uint64_t word = c->word[i];
	struct pt_run run = { .vpn = c->vpn[i], .node = -1 };

	if (word != c->again[i] || is_foreign(word, &s->img->vmas.v[s->vma])) {
		s->img->nunstable++;
		run.pm = PT_RUN(UNSTABLE);
		return run;
	}
	run.pm = word_bits(word);
	if (word & PT_PM_PRESENT) {
		run.pm |= c->scan[i];
		run.order = order_of(c, i, &s->img->vmas.v[s->vma]);
		if (s->needs & PT_NEED_NODE && word & PT_PM_PFN_MASK)
			run.node = (int8_t)pt_node_of_pfn(&s->env->probe->nodes, word & PT_PM_PFN_MASK);
		if (c->kflags[i] != PT_KPAGE_NONE) {
			run.pm |= PT_RUN(GOT_FLAGS);
			run.kflags = c->kflags[i] & s->img->ctx.kmask;
		}
		if (c->count[i] <= UINT32_MAX) {	/* more is no count, or none was read */
			run.pm |= PT_RUN(GOT_COUNT);
			run.count = (uint32_t)c->count[i];
		}
	} else if (word & PT_PM_SWAP) {
		run.kflags = PT_SWP_TYPE(word);
		if (run.kflags == PT_SWP_MARKER)
			run.kflags |= PT_SWP_OFFSET(word) << 5;
	}
	return run;
}

static int add_pfn(struct pt_image *img, uint64_t pfn)
{
	int err = pt_grow(&img->pfn, &img->pfn_cap, img->npfn + 1, sizeof(*img->pfn));

	if (!err)
		img->pfn[img->npfn++] = pfn;
	return err;
}

/* The words from which the run was made, and the cgroup. */
static void keep_words(const struct scan *s, size_t i)
{
	struct pt_page_words *w = &s->img->page;
	const struct chunk *c = s->c;

	w->pagemap = c->word[i];
	w->kpage[PT_KPAGE_FLAGS] = c->kflags[i];
	if (!s->img->why_kpage[PT_KPAGE_COUNT])
		w->kpage[PT_KPAGE_COUNT] = c->count[i];
	pt_kpage_read(&s->env->probe->kpage, PT_KPAGE_CGROUP, &c->pfn[i], 1,
		      &w->kpage[PT_KPAGE_CGROUP]);
	if (c->pfn[i])
		w->node = pt_node_of_pfn(&s->env->probe->nodes, c->pfn[i]);
}

/* Pages outside all mappings appeared after the mappings were read: the next scan has them. */
static int add_pages(struct scan *s)
{
	const struct pt_vmas *vmas = &s->img->vmas;
	const struct chunk *c = s->c;
	int err = 0;

	for (size_t i = 0; i < c->n && !err; i++) {
		uint64_t addr = c->vpn[i] << PT_PAGE_SHIFT;
		size_t before = s->vma;
		struct pt_run run;

		while (s->vma < vmas->n && vmas->v[s->vma].end <= addr)
			s->vma++;
		if (s->vma == vmas->n)
			break;
		if (vmas->v[s->vma].start > addr || !((c->word[i] | c->again[i]) >> 62))
			continue;
		run = make_run(s, i);
		if (s->words)
			keep_words(s, i);
		err = pt_runs_add(&s->img->runs, &run, before == s->vma);
		if (!err && s->needs & PT_NEED_PFNS)
			err = add_pfn(s->img, run.pm & PT_RUN(PRESENT) ?
					      c->word[i] & PT_PM_PFN_MASK : 0);
	}
	return err;
}

static int take_chunk(struct scan *s)
{
	int err = s->c->n ? read_chunk(s) : 0;

	if (!err)
		err = add_pages(s);
	s->c->n = 0;
	return err;
}

/* However much the kernel reports at once, a chunk holds no more than it can. */
static int add_region(struct scan *s, uint64_t vpn, uint64_t npages, uint16_t bits)
{
	struct chunk *c = s->c;
	int err = 0;

	for (uint64_t i = 0; i < npages && !err; i++) {
		if (c->n == PT_CHUNK_NPAGES)
			err = take_chunk(s);
		c->vpn[c->n] = vpn + i;
		c->scan[c->n++] = bits;
	}
	return err;
}

/* Of a walk by words the pages of many steps make one chunk: they lie far apart. */
static int scan_range(struct scan *s, uint64_t lo_vpn, uint64_t hi_vpn)
{
	struct pt_region region[PT_MAX_REGIONS];
	struct pt_walk *w = &s->c->walk;
	int err = 0;

	pt_walk_init(w, s->env, s->pm, &s->img->vmas, lo_vpn, hi_vpn);
	while (w->vpn < w->end_vpn && !err) {
		ssize_t n = pt_walk_next(w, region);

		for (ssize_t i = 0; i < n && !err; i++)
			err = add_region(s, region[i].vpn, region[i].npages,
					 s->pm->no_scan ? 0 : scan_bits(region[i].categories));
		if (!err && n < 0)
			err = (int)n;
		if (!err && !s->pm->no_scan)
			err = take_chunk(s);
	}
	return err ? err : take_chunk(s);
}

static int scan_pages(struct scan *s, const struct pt_target *t, const struct pt_wish *wish)
{
	struct pt_image *img = s->img;
	int err = 0;

	if (t->pm_err == -ESRCH)
		return -ESRCH;
	if (wish->kind == PT_WISH_PAGE) {
		img->lo_vpn = wish->vpn;
		img->hi_vpn = wish->vpn + 1;
	} else if (wish->hi_vpn) {
		img->lo_vpn = wish->lo_vpn;
		img->hi_vpn = wish->hi_vpn;
	}
	if (t->pm_err) {	/* mappings without pages: all of them unknown */
		img->lo_vpn = img->hi_vpn = wish->kind == PT_WISH_PAGE ? wish->vpn : 0;
		img->why_pages = pt_probe_why(s->env->probe, t->pm_err);
		return 0;
	}
	s->c = malloc(sizeof(*s->c));
	if (!s->c)
		return -ENOMEM;
	s->c->n = 0;
	err = scan_range(s, img->lo_vpn, img->hi_vpn);
	free(s->c);
	if (!err && !pt_pagemap_alive(s->pm))
		err = -ESRCH;
	return err;
}

/* The address space is gone: has the process ended, or does it run another program? */
static int gone(const struct pt_target *t)
{
	struct pt_proc_stat stat;

	return pt_proc_stat(t->dir_fd, &stat) || pt_proc_is_dead(&stat) ? -ESRCH : -ESTALE;
}

/* Whether the addresses still belong to what they belonged to, whole or in parts. */
static bool still_there(const struct pt_vma *old, const struct pt_vmas *now)
{
	size_t i = pt_vma_at_or_above(now->v, now->n, old->start);
	uint64_t at = old->start;

	for (; at < old->end && i < now->n && now->v[i].start <= at; i++) {
		const struct pt_vma *v = &now->v[i];

		if (memcmp(v->perms, old->perms, sizeof(v->perms)) || v->inode != old->inode ||
		    v->dev_major != old->dev_major || v->dev_minor != old->dev_minor)
			return false;
		at = v->end;
	}
	return at >= old->end;
}

/* Mappings were read before their pages: what changed hands meanwhile is not known. */
static int check_mappings(struct scan *s, const struct pt_target *t)
{
	struct pt_vmas now = PT_VMAS_INIT;
	struct pt_runs *runs = &s->img->runs;
	int err = pt_maps_read(t->dir_fd, false, &now);
	size_t i = 0;

	for (size_t v = 0; v < s->img->vmas.n && !err; v++) {
		const struct pt_vma *vma = &s->img->vmas.v[v];
		bool ok = i < runs->n && runs->r[i].vpn < pt_vma_end_vpn(vma) ? still_there(vma, &now) : true;

		for (; i < runs->n && runs->r[i].vpn < pt_vma_end_vpn(vma); i++)
			if (!ok) {
				runs->r[i].pm = PT_RUN(UNSTABLE);
				s->img->nunstable += runs->r[i].npages;
			}
	}
	pt_vmas_done(&now);
	return err;
}

static int fill(struct scan *s, struct pt_target *t, const struct pt_wish *wish)
{
	struct pt_image *img = s->img;
	struct pt_proc_stat stat;
	int err = pt_proc_stat(t->dir_fd, &stat);

	if (!err)
		err = pt_maps_read(t->dir_fd, true, &img->vmas);
	if (err)
		return err;
	img->pid = t->pid;
	img->starttime = t->starttime;
	img->name = pt_comm_text(&stat);
	img->ctx.layout = s->env->probe->layout;
	img->ctx.soft_dirty = s->env->probe->soft_dirty;
	img->why_pfn = pt_probe_why_pfn(s->env->probe);
	for (int i = 0; i < PT_NKPAGE; i++) {
		img->why_kpage[i] = pt_probe_why_kpage(s->env->probe, (enum pt_kpage_file)i);
		img->page.kpage[i] = PT_KPAGE_NONE;
	}
	img->lens = wish->lens;
	img->ctx.kmask = wish->kind == PT_WISH_PAGE ? UINT64_MAX :
			 ~PT_KPF_VOLATILE | wish->kflags | pt_lens_kflags(wish->lens);
	err = img->name ? scan_pages(s, t, wish) : -ENOMEM;
	if (!err)
		err = check_mappings(s, t);
	if (!err && wish->kind == PT_WISH_PAGE)
		pt_page_read_around(s->env, t, wish, img);
	if (err == -ESRCH && !t->pm_err)
		err = gone(t);
	if (!err && wish->lens == PT_LENS_CHANGE && s->env->base && !img->why_pages && !s->env->base->why_pages)
		err = pt_change_mark(img, s->env->base);
	return err ? err : pt_image_complete(img);
}

int pt_scan(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
	    struct pt_image **ret)
{
	uint64_t start_ns = pt_now_ns(), cpu_ns = pt_cpu_ns();
	struct scan s = { .env = env, .pm = &t->pm, .img = pt_image_new(),
			  .needs = wish->needs | pt_lens_needs(wish->lens),
			  .words = wish->kind == PT_WISH_PAGE };
	int err = s.img ? fill(&s, t, wish) : -ENOMEM;

	if (err) {
		pt_image_unref(s.img);
		return err;
	}
	clock_gettime(CLOCK_REALTIME, &s.img->when);
	s.img->mono_ns = pt_now_ns();
	s.img->cost_ns = s.img->mono_ns - start_ns;
	s.img->cpu_ns = pt_cpu_ns() - cpu_ns;
	*ret = s.img;
	return 0;
}

/* A process whose first thread has ended is read by way of another one. */
static int see_through_thread(struct pt_target *t, const struct pt_proc_stat *stat)
{
	int fd;

	if (!strchr("ZXx", stat->state) || pt_proc_is_dead(stat))
		return 0;
	fd = pt_proc_open_thread(t->dir_fd);
	if (fd < 0)
		return fd;
	close(t->dir_fd);
	t->dir_fd = fd;
	return 0;
}

int pt_target_open(const struct pt_scan_env *env, pid_t pid, uint64_t starttime,
		   struct pt_target *ret)
{
	struct pt_target t = PT_TARGET_INIT;
	struct pt_proc_stat stat;
	int err;

	t.pid = pid;
	t.dir_fd = pt_proc_open(env->root, pid);
	if (t.dir_fd < 0)
		return t.dir_fd;
	err = pt_proc_stat(t.dir_fd, &stat);
	if (!err && starttime && stat.starttime != starttime)
		err = -ESRCH;	/* the pid belongs to somebody else now */
	if (err) {
		pt_target_close(&t);
		return err;
	}
	t.starttime = stat.starttime;
	err = see_through_thread(&t, &stat);
	if (err) {
		pt_target_close(&t);
		return err;
	}
	/* kernels before 6.16 would open it */
	t.pm_err = stat.kthread || pt_proc_is_dead(&stat) ? -ESRCH :
		   pt_pagemap_open(t.dir_fd, env->probe->scan, &t.pm);
	*ret = t;
	return 0;
}

void pt_target_close(struct pt_target *t)
{
	pt_pagemap_close(&t->pm);
	if (t->dir_fd >= 0)
		close(t->dir_fd);
	*t = (struct pt_target)PT_TARGET_INIT;
}

char *pt_comm_text(const struct pt_proc_stat *stat)
{
	struct pt_str out = PT_STR_INIT;
	char *text;

	pt_escape(&out, stat->comm, strlen(stat->comm));
	text = out.err ? NULL : strdup(out.s);
	pt_str_done(&out);
	return text;
}

char *pt_command_text(int pid_dir_fd, const struct pt_proc_stat *stat)
{
	struct pt_str raw = PT_STR_INIT, out = PT_STR_INIT;
	char *text;

	if (!pt_proc_cmdline(pid_dir_fd, &raw) && raw.len) {
		for (size_t i = 0; i < raw.len; i++)
			if (!raw.s[i])
				raw.s[i] = ' ';
		pt_escape(&out, raw.s, raw.len);
	} else {
		pt_str_addc(&out, '[');
		pt_escape(&out, stat->comm, strlen(stat->comm));
		pt_str_addc(&out, ']');
	}
	text = out.err ? NULL : strdup(out.s);
	pt_str_done(&raw);
	pt_str_done(&out);
	return text;
}
