#include "pagetop/scan/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/memory.h"
#include "pagetop/kernel/swaps.h"
#include "pagetop/kernel/thp.h"
#include "pagetop/model/change.h"
#include "pagetop/model/own.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/crew.h"
#include "pagetop/scan/forks.h"
#include "pagetop/scan/holders.h"
#include "pagetop/scan/page.h"
#include "pagetop/scan/settle.h"
#include "pagetop/scan/spaces.h"

#define SMAPS_KEEP_NS UINT64_C(10000000000)	/* what smaps told of the same mappings is good for so long */

struct scan {
	uint64_t start_ns;
	bool within;		/* another scan: what is open stays so, and no third one is begun */
	const struct pt_scan_env *env;
	struct pt_target *target;
	const struct pt_wish *wish;
	struct pt_image *img;
	struct pt_crew_result result;
};

/* ---- mappings */

/*
 * smaps walks every page of the process, so it is read only where something is asked that it alone
 * tells: flags of mappings that may be locked, and where kpageflags or PAGEMAP_SCAN do not answer.
 */
static bool wants_smaps(const struct scan *s)
{
	const struct pt_probe *probe = s->env->probe;
	const struct pt_vmas *vmas = &s->img->vmas;

	if (s->img->needs & (PT_NEED_SMAPS | PT_NEED_SUMS) || s->target->pm_err || s->target->pm.no_scan || !probe->sys_admin ||
	    probe->kpage.fd[PT_KPAGE_FLAGS] < 0 || probe->kpage.fd[PT_KPAGE_COUNT] < 0)
		return true;
	for (size_t i = 0; i < vmas->n; i++)
		if (vmas->v[i].hides_swap || !pt_vma_knows(&vmas->v[i], PT_VMF(LO)))
			return true;
	return false;
}

/* Where anything is in swap: which mappings may be of shared memory. */
static void find_hidden_swap(const struct scan *s)
{
	bool looked = false;

	for (size_t i = 0; i < s->img->vmas.n; i++) {
		struct pt_vma *v = &s->img->vmas.v[i];

		if (!pt_vma_may_hide_swap(v) || pt_mounts_never_swap(s->env->probe->mounts, v->dev_major, v->dev_minor))
			continue;
		if (!looked && !pt_swap_in_use(s->env->root))
			return;
		looked = v->hides_swap = true;
	}
}

/* What smaps told a moment ago, if the mappings are the same, and as much of them is locked; of swap it tells what is. */
static bool take_old_smaps(struct scan *s)
{
	const struct pt_image *last = s->env->last;
	struct pt_vmas *vmas = &s->img->vmas;

	if (s->img->needs & PT_NEED_SUMS || !last || !last->smaps_ns || last->vmas.n != vmas->n || last->locked_bytes != s->img->locked_bytes ||
	    pt_now_ns() - last->smaps_ns > SMAPS_KEEP_NS)
		return false;
	for (size_t i = 0; i < vmas->n; i++)
		if (vmas->v[i].hides_swap || !pt_vma_same(&vmas->v[i], &last->vmas.v[i]))
			return false;
	s->img->smaps_ns = last->smaps_ns;
	return pt_maps_take_smaps(vmas, &last->vmas) == vmas->n;
}

/* The mappings as smaps has them take the place of what maps told. */
static int read_smaps(struct scan *s)
{
	struct pt_vmas now = PT_VMAS_INIT;
	int err = pt_maps_read(s->target->dir_fd, true, &now);

	if (err) {
		pt_vmas_done(&now);
		return err;
	}
	pt_vmas_done(&s->img->vmas);
	s->img->vmas = now;
	pt_backing_tell(s->env->probe->backing, &s->img->vmas);
	s->img->smaps_ns = pt_now_ns();
	find_hidden_swap(s);
	return 0;
}

static int read_mappings(struct scan *s)
{
	uint64_t *locked_bytes = &s->img->locked_bytes;
	int err = pt_maps_read(s->target->dir_fd, false, &s->img->vmas);

	if (err == -ENOENT)
		return read_smaps(s);
	if (err)
		return err;
	if (pt_proc_locked(s->target->dir_fd, locked_bytes))
		*locked_bytes = 1;	/* not known: perhaps */
	pt_backing_tell(s->env->probe->backing, &s->img->vmas);
	pt_maps_learn(&s->img->vmas, !*locked_bytes);
	if (pt_own_needs_pfns(&s->img->vmas))
		s->img->needs |= PT_NEED_PFNS;
	find_hidden_swap(s);
	return wants_smaps(s) && !take_old_smaps(s) ? read_smaps(s) : 0;
}

/* Its sums were read before the pages; they decide of them where they are the same after. */
static int hold_sums(struct scan *s)
{
	struct pt_vmas now = PT_VMAS_INIT;
	int err = pt_maps_read(s->target->dir_fd, true, &now);

	pt_maps_hold(&s->img->vmas, &now);
	pt_vmas_done(&now);
	return err;
}

/*
 * Pages were found whose mappings smaps can tell more of. What it told a moment ago is good enough, but
 * where its sums decide. What changed since it was read stays unknown.
 */
static int learn_from_smaps(struct scan *s)
{
	struct pt_vmas now = PT_VMAS_INIT;
	int err = 0;

	if (s->result.open & PT_OPEN_SUMS && s->img->needs & PT_NEED_SUMS)
		return hold_sums(s);
	if (s->img->smaps_ns >= s->start_ns ||
	    (!(s->result.open & (PT_OPEN_SUMS | PT_OPEN_LAZYFREE)) && (s->img->smaps_ns || take_old_smaps(s))))
		return 0;
	err = pt_maps_read(s->target->dir_fd, true, &now);
	for (size_t v = 0; s->result.open & PT_OPEN_SUMS && v < s->img->vmas.n; v++)
		s->img->vmas.v[v].got_smaps = false;	/* a mapping that has changed has no sums of before */
	pt_maps_take_smaps(&s->img->vmas, &now);
	if (!err && now.n)
		s->img->smaps_ns = pt_now_ns();
	pt_vmas_done(&now);
	return err;
}

/* ---- pages */

/* Which pages are to be scanned; none where pagemap cannot be read: all of them are unknown. */
static void set_range(struct scan *s)
{
	struct pt_image *img = s->img;

	if (s->wish->kind == PT_WISH_PAGE) {
		img->lo_vpn = s->wish->vpn;
		img->hi_vpn = s->wish->vpn + 1;
	} else if (s->wish->hi_vpn) {
		img->lo_vpn = s->wish->lo_vpn;
		img->hi_vpn = s->wish->hi_vpn;
	}
	if (s->target->pm_err) {
		img->lo_vpn = img->hi_vpn = s->wish->kind == PT_WISH_PAGE ? s->wish->vpn : 0;
		img->why_pages = pt_probe_why(s->env->probe, s->target->pm_err);
	}
}

/* ksmd merges a page when it comes to it the second time, so not before all were scanned once. */
static bool none_merged(const struct pt_root *root)
{
	uint64_t nscans;

	return root->sys_fd >= 0 && !pt_read_u64_at(root->sys_fd, "kernel/mm/ksm/full_scans", &nscans) && !nscans;
}

static int scan_pages(struct scan *s)
{
	struct pt_chunk_job job = { .env = s->env, .img = s->img, .needs = s->img->needs,
				    .words = s->wish->kind == PT_WISH_PAGE, .ksm_noise = s->env->probe->ksm_noise };
	int err;

	if (s->target->pm_err == -ESRCH)
		return -ESRCH;
	set_range(s);
	if (s->target->pm_err)
		return 0;
	pt_keep_init(&job.keep, s->env->last, s->img, s->wish, s->img->needs);
	job.none_merged = job.ksm_noise && none_merged(s->env->root);
	job.keep.ksm_noise = job.ksm_noise && !job.none_merged;
	err = pt_crew_run(&job, &s->target->pm, s->img, &s->result);
	if (!err && !pt_pagemap_alive(&s->target->pm))
		err = -ESRCH;
	pt_keep_note(&job.keep, s->img, s->result.nkept);
	return err;
}

/* Where nothing was found: is nothing there, or does pagemap show nothing of the mapping at all? */
static void probe_empty(struct scan *s)
{
	struct pt_image *img = s->img;
	size_t i = 0;

	for (size_t v = 0; v < img->vmas.n; v++) {
		struct pt_vma *vma = &img->vmas.v[v];
		size_t first = i;
		int shown;

		while (i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma))
			i++;
		if (pt_vma_knows(vma, PT_VMF(PF)) || vma->start >> 63)
			continue;
		shown = i > first ? 1 : pt_pagemap_shows(&s->target->pm, pt_vma_vpn(vma));
		if (shown >= 0)
			vma->vmflags_known |= PT_VMF(PF);
		if (!shown)
			vma->vmflags |= PT_VMF(PF);
	}
}

/* Where private mappings of files have pages of their own: are these copies of the file? */
static void look_at_files(struct scan *s)
{
	const struct pt_runs *runs = &s->img->runs;
	size_t i = 0;

	for (size_t v = 0; v < s->img->vmas.n; v++) {
		struct pt_vma *vma = &s->img->vmas.v[v];

		for (; i < runs->n && runs->r[i].vpn < pt_vma_end_vpn(vma); i++)
			if (vma->bare == PT_UNTOLD && (runs->r[i].pm & (PT_RUN(PRESENT) | PT_RUN(FILE))) == PT_RUN(PRESENT))
				pt_backing_ask(s->env->probe->backing, s->target->dir_fd, vma);
	}
}

/* Has the file no name any more, or is it called so? */
static void look_at_name(const struct scan *s, struct pt_vma *vma)
{
	if (!pt_vma_deleted(vma))
		pt_backing_ask_deleted(s->env->probe->backing, s->target->dir_fd, vma);
}

/* For who asks for all of mappings. */
static void look_at_names(struct scan *s)
{
	for (size_t v = 0; s->img->needs & PT_NEED_SMAPS && v < s->img->vmas.n; v++)
		look_at_name(s, &s->img->vmas.v[v]);
}

/* Of hugetlb the mapping says how large its pages are. */
static void set_pool_orders(struct pt_image *img)
{
	size_t v = 0;

	for (size_t i = 0; i < img->runs.n; i++) {
		struct pt_run *r = &img->runs.r[i];
		uint64_t npages;

		if (!(r->pm & PT_RUN(GOT_FLAGS)) || !(r->kflags & PT_KPF(HUGE)))
			continue;
		while (pt_vma_end_vpn(&img->vmas.v[v]) <= r->vpn)
			v++;
		npages = img->vmas.v[v].page_bytes >> PT_PAGE_SHIFT;
		if (npages > 1)
			r->order = (uint8_t)(63 - __builtin_clzll(npages));
	}
}

/*
 * Nothing more is to be seen of it: has the process ended, does it run another program, or has the thread ended by which
 * it was read (-EAGAIN)?
 */
static int gone(struct pt_target *t)
{
	bool behind = pt_target_is_behind(t);
	struct pt_proc_stat stat;

	if (pt_target_follow(t, &stat) || pt_proc_is_dead(&stat))
		return -ESRCH;
	return behind && pt_pagemap_alive(&t->pm) ? -EAGAIN : -ESTALE;
}

/* Mappings as they were, held against mappings as they are, both in the order of addresses. */
struct check {
	struct pt_image *img;
	bool any;			/* is */
	size_t v, run;			/* the mapping whose turn it is, and its first run */
	uint64_t at;			/* up to here it is still what it was; 0: from its beginning */
	bool broken;
};

/* The mapping is done with: what changed hands meanwhile is not known. */
static void finish_vma(struct check *c)
{
	const struct pt_vma *vma = &c->img->vmas.v[c->v++];
	struct pt_runs *runs = &c->img->runs;
	bool ok = !c->broken && c->at >= vma->end;

	for (; c->run < runs->n && runs->r[c->run].vpn < pt_vma_end_vpn(vma); c->run++)
		if (!ok) {
			runs->r[c->run].pm = PT_RUN(UNSTABLE);
			c->img->nunstable += runs->r[c->run].npages;
		}
	c->at = 0;
	c->broken = false;
}

static bool belongs(const struct pt_vma *was, const struct pt_vma *is)
{
	return !memcmp(is->perms, was->perms, sizeof(is->perms)) && is->inode == was->inode &&
	       is->dev_major == was->dev_major && is->dev_minor == was->dev_minor;
}

/* Whether the addresses still belong to what they belonged to, whole or in parts. */
static void check_vma(void *arg, const struct pt_vma *is)
{
	struct check *c = arg;
	const struct pt_vmas *vmas = &c->img->vmas;

	c->any = true;
	for (; c->v < vmas->n && vmas->v[c->v].start < is->end; finish_vma(c)) {
		const struct pt_vma *was = &vmas->v[c->v];

		if (was->end <= is->start)
			continue;
		c->at = c->at ? c->at : was->start;
		c->broken |= is->start > c->at || !belongs(was, is);
		c->at = is->end;
		if (was->end > is->end)
			return;
	}
}

/* Mappings were read before their pages. */
static int check_mappings(struct scan *s)
{
	struct check c = { .img = s->img };
	int err = pt_maps_each(s->target->dir_fd, check_vma, &c);

	if (!err && !c.any && pt_target_is_behind(s->target))
		return -ESRCH;
	while (!err && c.v < s->img->vmas.n)
		finish_vma(&c);
	return err == -ENOENT ? 0 : err;
}

/* ---- all of it */

/* Other processes with its address space. */
static int find_mates(struct scan *s, const struct pt_proc_stat *stat)
{
	enum { MOST = 8 };
	struct pt_spaces *spaces = s->env->spaces;
	const struct pt_space *mate = NULL;
	struct pt_str text = PT_STR_INIT;
	int err = pt_scan_cancelled(s->env) ? -ECANCELED : pt_spaces_read(s->env, spaces, false);	/* others read them by now */
	size_t n, nsaid = 0;

	if (!err && !pt_spaces_knows(spaces, s->target->pid, stat))
		err = pt_spaces_read(s->env, spaces, true);
	n = err ? 0 : pt_spaces_of(spaces, s->target->pid, s->target->starttime, &mate);
	s->img->ctx.shared = n;
	s->img->ctx.shared_open = !err && pt_spaces_open(spaces, s->target->pid, s->target->starttime);
	for (size_t i = 0; i < n; i++)
		if (mate[i].pid != s->target->pid && nsaid++ < MOST)
			pt_str_addf(&text, nsaid > 1 ? ", %d" : "%d", (int)mate[i].pid);
	if (nsaid > MOST)
		pt_str_addf(&text, " and %zu more", nsaid - MOST);
	s->img->mates = n && !text.err ? pt_strdup(text.s) : NULL;
	err = text.err || (n && !s->img->mates) ? -ENOMEM : err;
	pt_str_done(&text);
	return err;
}

static int describe(struct scan *s)
{
	struct pt_image *img = s->img;
	const struct pt_probe *probe = s->env->probe;
	struct pt_proc_stat stat;
	int err = pt_target_follow(s->target, &stat);

	if (err)
		return err;
	img->pid = s->target->pid;
	img->starttime = s->target->starttime;
	img->name = pt_comm_text(&stat);
	img->ctx.layout = probe->layout;
	img->ctx.soft_dirty = probe->soft_dirty;
	img->why_pfn = pt_probe_why_pfn(probe);
	for (int i = 0; i < PT_NKPAGE; i++) {
		img->why_kpage[i] = pt_probe_why_kpage(probe, (enum pt_kpage_file)i);
		img->page.kpage[i] = PT_KPAGE_NONE;
	}
	if (img->needs & PT_NEED_CGROUP && pt_image_want_cgroups(img))
		return -ENOMEM;
	img->lens = s->wish->lens;
	img->ctx.kmask = s->wish->kind == PT_WISH_PAGE ? UINT64_MAX :
			 ~PT_KPF_VOLATILE | s->wish->kflags | pt_lens_kflags(s->wish->lens);
	if (probe->trials.exclusive_flag == PT_NO)	/* of no anonymous page it says anything */
		img->ctx.kmask &= ~PT_KPF(OWNER_2);
	if (!img->name)
		return -ENOMEM;
	return s->env->spaces ? find_mates(s, &stat) : 0;
}

static int scan_once(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish, unsigned *needs,
		     bool within, struct pt_image **ret, uint64_t *cpu_ns);

/* The pages of all mappings that the scan touches; false: it holds them already, or is that of all. */
static bool widen(const struct scan *s, uint64_t *lo_vpn, uint64_t *hi_vpn)
{
	const struct pt_image *img = s->img;
	const struct pt_vmas *vmas = &img->vmas;
	size_t v = pt_vma_at_or_above(vmas->v, vmas->n, img->lo_vpn << PT_PAGE_SHIFT);
	bool wider = false;

	*lo_vpn = img->lo_vpn;
	*hi_vpn = img->hi_vpn;
	for (; v < vmas->n && pt_vma_vpn(&vmas->v[v]) < img->hi_vpn; v++) {
		uint64_t from = pt_vma_vpn(&vmas->v[v]), to = pt_vma_end_vpn(&vmas->v[v]);

		wider |= from < *lo_vpn || to > *hi_vpn;
		*lo_vpn = from < *lo_vpn ? from : *lo_vpn;
		*hi_vpn = to > *hi_vpn ? to : *hi_vpn;
	}
	return wider && !s->within;
}

/* What must be read besides, known when the pages were seen: PT_NEED_*. */
static unsigned missing(const struct scan *s)
{
	uint64_t lo_vpn, hi_vpn;
	unsigned needs = s->result.open & PT_OPEN_MIXED_MAP && !s->img->smaps_ns ? PT_NEED_SMAPS : 0;

	if (s->result.open & PT_OPEN_SUMS && !widen(s, &lo_vpn, &hi_vpn))
		needs |= PT_NEED_SUMS;
	if ((s->result.open & PT_OPEN_SUMS && s->target->pm.no_scan) || pt_own_has_merged(s->img))
		needs |= PT_NEED_PFNS;		/* which are aligned? which are at one frame? */
	return needs & ~s->img->needs;
}

/* Some pages of a mapping are lazyfree: whether all are that may be, only the whole of it tells. */
static bool lazyfree_is_open(const struct scan *s)
{
	const struct pt_vmas *vmas = &s->img->vmas;
	uint64_t lo_vpn, hi_vpn;

	if (!(s->result.open & PT_OPEN_LAZYFREE) || !widen(s, &lo_vpn, &hi_vpn))
		return false;
	for (size_t i = 0; i < s->img->runs.n; i++) {
		const struct pt_run *r = &s->img->runs.r[i];
		size_t v = pt_vma_at_or_above(vmas->v, vmas->n, r->vpn << PT_PAGE_SHIFT);

		if (pt_run_may_be_lazyfree(r) && vmas->v[v].lazyfree_bytes)
			return true;
	}
	return false;
}

/* What only the sums of whole mappings decide. */
static int settle(struct scan *s)
{
	struct pt_scan_env env = *s->env;
	struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = s->target->pid };
	struct pt_image *whole = NULL;
	unsigned needs = PT_NEED_PFNS | PT_NEED_SUMS;
	int err;

	s->img->smaps_sums = s->img->smaps_ns >= s->start_ns;
	s->img->smaps_averages = !s->env->probe->precise;
	if (!widen(s, &wish.lo_vpn, &wish.hi_vpn))
		return pt_settle(s->img, s->env->probe->ksm_noise, !s->target->pm.no_scan);
	env.base = env.last = NULL;
	err = scan_once(&env, s->target, &wish, &needs, true, &whole, &s->result.cpu_ns);
	if (!err)
		err = pt_settle_like(s->img, whole);
	pt_image_unref(whole);
	return err;
}

/* Which huge pages there could be, for who asks for all that smaps tells. */
static void read_orders(struct scan *s)
{
	struct pt_thp thp = { .known = false };
	bool looked = false;

	for (size_t v = 0; s->img->needs & PT_NEED_SMAPS && v < s->img->vmas.n; v++) {
		struct pt_vma *vma = &s->img->vmas.v[v];

		if (vma->got_thp && vma->thp_eligible && !looked) {
			pt_thp_read(s->env->root, &thp);
			looked = true;
		}
		vma->got_orders = vma->got_thp && (!vma->thp_eligible || thp.known);
		vma->thp_orders = vma->got_orders && vma->thp_eligible ? pt_thp_orders(&thp, vma) : 0;
	}
}

/* Who else has the files without a name, where some of their pages may be this process's alone. */
static int find_holders(struct scan *s)
{
	struct pt_vmas *vmas = &s->img->vmas;
	int err;

	if (!s->env->holders || s->wish->kind == PT_WISH_PAGE || !pt_own_needs_holders(s->img))
		return 0;
	err = pt_scan_cancelled(s->env) ? -ECANCELED : pt_holders_read(s->env, s->env->holders);	/* others read them by now */
	for (size_t v = 0; v < vmas->n && !err; v++) {
		struct pt_vma *vma = &vmas->v[v];

		if (!pt_own_may_die(vma))
			continue;
		look_at_name(s, vma);
		vma->dies = pt_vma_deleted(vma) != PT_YES ? pt_vma_deleted(vma) :
			    pt_holders_ask(s->env->holders, vma, s->target->pid);
	}
	return err;
}

/* What the pages were found to need besides. */
static int complete(struct scan *s)
{
	struct pt_image *img = s->img;
	bool compare = s->wish->lens == PT_LENS_CHANGE && s->env->base && !img->why_pages && !s->env->base->why_pages;
	int err = s->result.open & (PT_OPEN_POOL | PT_OPEN_LAZYFREE | PT_OPEN_SUMS) ? learn_from_smaps(s) : 0;

	if (!err)
		err = check_mappings(s);
	if (!err && (s->result.open & PT_OPEN_SUMS || lazyfree_is_open(s)))
		err = settle(s);
	if (err)
		return err;
	if (!s->target->pm_err && !s->target->pm.no_scan)
		probe_empty(s);
	look_at_files(s);
	set_pool_orders(img);
	read_orders(s);
	look_at_names(s);
	img->ctx.smaps = img->smaps_ns;
	if (s->wish->kind == PT_WISH_PAGE)
		pt_page_read_around(s->env, s->target, s->wish, img);
	if (compare)
		err = pt_change_mark(img, s->env->base);
	if (compare && !err)
		err = pt_forks_settle(s->env, img, s->env->base);
	if (!err)
		err = find_holders(s);
	if (!err)
		pt_image_complete(img);
	return err;
}

static int fill(struct scan *s)
{
	int err = describe(s);

	if (!err)
		err = read_mappings(s);
	if (!err && !s->img->vmas.n && pt_target_is_behind(s->target))
		err = -ESRCH;
	if (!err)
		err = scan_pages(s);
	if (!err && missing(s))
		return -EAGAIN;
	if (!err)
		err = complete(s);
	return err == -ESRCH && !s->target->pm_err ? gone(s->target) : err;
}

/* `needs` are PT_NEED_*; with -EAGAIN come those besides that were found missing. */
static int scan_once(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish, unsigned *needs,
		     bool within, struct pt_image **ret, uint64_t *cpu_ns)
{
	struct scan s = { .start_ns = pt_now_ns(), .within = within, .env = env, .target = t, .wish = wish,
			  .img = pt_image_new() };
	int err;

	if (!s.img)
		return -ENOMEM;
	s.img->needs = wish->needs | pt_lens_needs(wish->lens) | *needs;
	if (env->last)		/* what was open the last time is open again */
		s.img->needs |= env->last->needs & (PT_NEED_SUMS | PT_NEED_PFNS);
	err = fill(&s);
	*cpu_ns += s.result.cpu_ns;
	*needs |= missing(&s);
	if (!(s.result.open & PT_OPEN_SUMS))
		s.img->needs &= ~(unsigned)PT_NEED_SUMS;
	if (err)
		pt_image_unref(s.img);
	else
		*ret = s.img;
	return err;
}

int pt_scan(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
	    struct pt_image **ret)
{
	unsigned needs = wish->kind == PT_WISH_PAGE ? PT_NEED_SMAPS : 0;
	uint64_t start_ns = pt_now_ns(), cpu_ns = 0, own_ns = pt_cpu_ns();
	enum { TRIES = 8 };
	struct pt_image *img = NULL;
	int err = -EAGAIN;

	for (int i = 0; i < TRIES && err == -EAGAIN; i++)	/* each time with more, and there is little to need; or by another thread */
		err = scan_once(env, t, wish, &needs, false, &img, &cpu_ns);
	err = err == -EAGAIN ? -ESTALE : err;
	if (err)
		return err;
	clock_gettime(CLOCK_REALTIME, &img->when);
	img->mono_ns = pt_now_ns();
	img->cost_ns = img->mono_ns - start_ns;
	img->cpu_ns = pt_cpu_ns() - own_ns + cpu_ns;
	*ret = img;
	return 0;
}

int pt_scan_process(const struct pt_scan_env *env, pid_t pid, uint64_t starttime, const struct pt_wish *wish,
		    struct pt_target *ret_target, struct pt_image **ret)
{
	enum { TRIES = 3 };
	int err = -ESTALE;

	for (int i = 0; i < TRIES && err == -ESTALE; i++) {
		pt_target_close(ret_target);
		err = pt_target_open(env, pid, starttime, ret_target);
		if (!err)
			err = pt_scan(env, ret_target, wish, ret);
	}
	return err;
}
