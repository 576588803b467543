#include "pagetop/scan/scan.h"

#include <errno.h>
#include <time.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/memory.h"
#include "pagetop/model/change.h"
#include "pagetop/model/own.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/crew.h"
#include "pagetop/scan/forks.h"
#include "pagetop/scan/mappings.h"
#include "pagetop/scan/page.h"
#include "pagetop/scan/remaps.h"
#include "pagetop/scan/settle.h"
#include "pagetop/scan/spaces.h"

struct scan {
	const struct pt_scan_env *env;
	struct pt_target *target;
	const struct pt_wish *wish;
	bool within;		/* another scan: what is open stays so, and no third one is begun */
	unsigned needs;		/* PT_NEED_*, besides those of the wish; they grow with each try */
	uint64_t cpu_ns;	/* of threads that helped, in all tries */
	/* of this try */
	uint64_t start_ns;
	struct pt_image *img;
	struct pt_crew_result result;
};

/* ---- what it is about */

/* The pids of those that share the address space, itself aside, for a person. */
static char *name_mates(const struct pt_space *mate, size_t n, pid_t pid)
{
	enum { MOST = 8 };
	struct pt_str text = PT_STR_INIT;
	size_t nsaid = 0;
	char *names;

	for (size_t i = 0; i < n; i++)
		if (mate[i].pid != pid && nsaid++ < MOST)
			pt_str_addf(&text, nsaid > 1 ? ", %d" : "%d", (int)mate[i].pid);
	if (nsaid > MOST)
		pt_str_addf(&text, " and %zu more", nsaid - MOST);
	names = text.err ? NULL : pt_strdup(text.s);
	pt_str_done(&text);
	return names;
}

/* Other processes with its address space. */
static int find_mates(const struct scan *s, const struct pt_proc_stat *stat)
{
	struct pt_spaces *spaces = s->env->spaces;
	const struct pt_target *t = s->target;
	struct pt_image *img = s->img;
	const struct pt_space *mate = NULL;
	size_t n;
	int err;

	if (!spaces)
		return 0;
	if (pt_scan_cancelled(s->env))		/* others read them by now */
		return -ECANCELED;
	err = pt_spaces_read(s->env, spaces, false);
	if (!err && !pt_spaces_knows(spaces, t->pid, stat))
		err = pt_spaces_read(s->env, spaces, true);
	if (err)
		return err;
	n = pt_spaces_of(spaces, t->pid, t->starttime, &mate);
	img->ctx.shared = n;
	img->ctx.shared_open = pt_spaces_open(spaces, t->pid, t->starttime);
	img->mates = n ? name_mates(mate, n, t->pid) : NULL;
	return n && !img->mates ? -ENOMEM : 0;
}

/* Bits of kpageflags that are kept. */
static uint64_t kmask_of(const struct pt_probe *probe, const struct pt_wish *wish)
{
	uint64_t kmask = UINT64_MAX;

	if (wish->kind != PT_WISH_PAGE)
		kmask = ~pt_kpf_volatile | wish->kflags | pt_lens_kflags(wish->lens);
	if (probe->trials.exclusive_flag == PT_NO)	/* of no anonymous page it says anything */
		kmask &= ~PT_KPF(OWNER_2);
	return kmask;
}

static int describe(const struct scan *s)
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
	img->lens = s->wish->lens;
	img->ctx.layout = probe->layout;
	img->ctx.soft_dirty = probe->soft_dirty;
	img->ctx.kmask = kmask_of(probe, s->wish);
	img->why_pfn = pt_probe_why_pfn(probe);
	for (int i = 0; i < PT_NKPAGE; i++) {
		img->why_kpage[i] = pt_probe_why_kpage(probe, (enum pt_kpage_file)i);
		img->page.kpage[i] = PT_KPAGE_NONE;
	}
	if (img->needs & PT_NEED_CGROUP && pt_image_want_cgroups(img))
		return -ENOMEM;
	return img->name ? find_mates(s, &stat) : -ENOMEM;
}

/* ---- pages */

/* Which pages are to be scanned; none where pagemap cannot be read: all of them are unknown. */
static void set_range(const struct scan *s)
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

	return root->sys_fd >= 0 &&
	       !pt_read_u64_at(root->sys_fd, "kernel/mm/ksm/full_scans", &nscans) && !nscans;
}

static int scan_pages(struct scan *s)
{
	struct pt_chunk_job job = { .env = s->env, .img = s->img, .needs = s->img->needs,
				    .words = s->wish->kind == PT_WISH_PAGE,
				    .ksm_noise = s->env->probe->ksm_noise };
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
	s->cpu_ns += s->result.cpu_ns;
	if (!err && !pt_pagemap_alive(&s->target->pm))
		err = -ESRCH;
	pt_keep_note(&job.keep, s->img, s->result.nkept);
	return err;
}

/* ---- what they leave open */

/*
 * The pages of all mappings that the scan touches; false: it holds them already, or is that of
 * all.
 */
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
	const unsigned open = s->result.open;
	uint64_t lo_vpn, hi_vpn;
	unsigned needs = 0;

	if (open & PT_OPEN_MIXED_MAP && !s->img->smaps_ns)
		needs |= PT_NEED_SMAPS;
	if (open & PT_OPEN_SUMS && !widen(s, &lo_vpn, &hi_vpn))
		needs |= PT_NEED_SUMS;
	if ((open & PT_OPEN_SUMS && s->target->pm.no_scan) || pt_own_has_merged(s->img))
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

static int scan_once(struct scan *s);

/* What only the sums of whole mappings decide. */
static int settle(struct scan *s)
{
	struct pt_scan_env env = *s->env;
	struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = s->target->pid };
	struct scan whole = { .env = &env, .target = s->target, .wish = &wish, .within = true,
			      .needs = PT_NEED_PFNS | PT_NEED_SUMS };
	int err;

	s->img->smaps_sums = s->img->smaps_ns >= s->start_ns;
	s->img->smaps_averages = !s->env->probe->precise;
	if (!widen(s, &wish.lo_vpn, &wish.hi_vpn))
		return pt_settle(s->img, s->env->probe->ksm_noise, !s->target->pm.no_scan);
	env.base = env.last = NULL;
	err = scan_once(&whole);
	s->cpu_ns += whole.cpu_ns;
	if (err)
		return err;
	err = pt_settle_like(s->img, whole.img);
	pt_image_unref(whole.img);
	return err;
}

/* ---- all of it */

/* What happened since the moment that the change lens compares with. */
static int compare(const struct scan *s)
{
	const struct pt_image *base = s->env->base;
	int err = 0;

	if (s->wish->lens != PT_LENS_CHANGE || !base || s->img->why_pages || base->why_pages)
		return 0;
	err = pt_change_mark(s->img, base);
	return err ? err : pt_forks_settle(s->env, s->img, base);
}

/* What the pages were found to need besides. */
static int complete(struct scan *s)
{
	struct pt_image *img = s->img;
	int err = pt_mappings_learn(s->env, s->target, img, s->result.open, s->start_ns);

	if (!err)
		err = pt_remaps_mark(s->target, img);
	if (!err && (s->result.open & PT_OPEN_SUMS || lazyfree_is_open(s)))
		err = settle(s);
	if (err)
		return err;
	pt_mappings_look(s->env, s->target, img);
	img->ctx.smaps = img->smaps_ns;
	if (s->wish->kind == PT_WISH_PAGE)
		pt_page_read_around(s->env, s->target, s->wish, img);
	err = compare(s);
	if (!err && s->wish->kind != PT_WISH_PAGE)
		err = pt_mappings_holders(s->env, s->target, img);
	if (!err)
		pt_image_complete(img);
	return err;
}

/*
 * Nothing more is to be seen of it: has the process ended, does it run another program, or has the
 * thread ended by which it was read (-EAGAIN)?
 */
static int gone(struct pt_target *t)
{
	bool behind = pt_target_is_behind(t);
	struct pt_proc_stat stat;

	if (pt_target_follow(t, &stat) || pt_proc_is_dead(&stat))
		return -ESRCH;
	return behind && pt_pagemap_alive(&t->pm) ? -EAGAIN : -ESTALE;
}

static int fill(struct scan *s)
{
	int err = describe(s);

	if (!err)
		err = pt_mappings_read(s->env, s->target, s->img);
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

/* 0 and an image; -EAGAIN: again, with what is needed besides, or by another thread. */
static int scan_once(struct scan *s)
{
	int err;

	s->start_ns = pt_now_ns();
	s->result = (struct pt_crew_result){ 0 };
	s->img = pt_image_new();
	if (!s->img)
		return -ENOMEM;
	s->img->needs = s->wish->needs | pt_lens_needs(s->wish->lens) | s->needs;
	if (s->env->last)		/* what was open the last time is open again */
		s->img->needs |= s->env->last->needs & (PT_NEED_SUMS | PT_NEED_PFNS);
	err = fill(s);
	s->needs |= missing(s);
	if (!(s->result.open & PT_OPEN_SUMS))
		s->img->needs &= ~(unsigned)PT_NEED_SUMS;
	if (err) {
		pt_image_unref(s->img);
		s->img = NULL;
	}
	return err;
}

int pt_scan(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
	    struct pt_image **ret)
{
	enum { NTRIES = 8 };		/* there is little to need */
	struct scan s = { .env = env, .target = t, .wish = wish,
			  .needs = wish->kind == PT_WISH_PAGE ? PT_NEED_SMAPS : 0 };
	uint64_t start_ns = pt_now_ns(), own_ns = pt_cpu_ns();
	int err = -EAGAIN;

	for (int i = 0; i < NTRIES && err == -EAGAIN; i++)
		err = scan_once(&s);
	if (err)
		return err == -EAGAIN ? -ESTALE : err;
	clock_gettime(CLOCK_REALTIME, &s.img->when);
	s.img->mono_ns = pt_now_ns();
	s.img->cost_ns = s.img->mono_ns - start_ns;
	s.img->cpu_ns = pt_cpu_ns() - own_ns + s.cpu_ns;
	*ret = s.img;
	return 0;
}

int pt_scan_process(const struct pt_scan_env *env, struct pt_target *t, const struct pt_wish *wish,
		    struct pt_image **ret)
{
	enum { NTRIES = 3 };
	const pid_t pid = t->pid;
	const uint64_t starttime = t->starttime;
	int err = -ESTALE;

	for (int i = 0; i < NTRIES && err == -ESTALE; i++) {
		pt_target_close(t);
		err = pt_target_open(env, pid, starttime, t);
		if (!err)
			err = pt_scan(env, t, wish, ret);
	}
	return err;
}
