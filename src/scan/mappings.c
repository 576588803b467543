#include "pagetop/scan/mappings.h"

#include <errno.h>
#include "pagetop/base/clock.h"
#include "pagetop/kernel/swaps.h"
#include "pagetop/kernel/thp.h"
#include "pagetop/model/needs.h"
#include "pagetop/model/own.h"
#include "pagetop/scan/holders.h"
#include "pagetop/scan/part.h"

#define SMAPS_KEEP_NS UINT64_C(10000000000)	/* what smaps told is good for so long */

/* ---- before the pages */

/*
 * What smaps alone tells: flags of mappings that may be locked, and what kpageflags or PAGEMAP_SCAN
 * would, where they do not answer.
 */
static bool wants_smaps(const struct pt_probe *probe, const struct pt_target *t,
			const struct pt_image *img)
{
	const struct pt_vmas *vmas = &img->vmas;

	if (img->needs & (PT_NEED_SMAPS | PT_NEED_SUMS) || t->pm_err || t->pm.no_scan ||
	    !probe->sys_admin || probe->kpage.fd[PT_KPAGE_FLAGS] < 0 ||
	    probe->kpage.fd[PT_KPAGE_COUNT] < 0)
		return true;
	for (size_t i = 0; i < vmas->n; i++)
		if (vmas->v[i].hides_swap || !pt_vma_knows(&vmas->v[i], PT_VMF(LO)))
			return true;
	return false;
}

/* Where anything is in swap: which mappings may be of shared memory. */
static void find_hidden_swap(const struct pt_scan_env *env, struct pt_vmas *vmas)
{
	bool looked = false;

	for (size_t i = 0; i < vmas->n; i++) {
		struct pt_vma *v = &vmas->v[i];

		if (!pt_vma_may_hide_swap(v) ||
		    pt_mounts_never_swap(env->probe->mounts, v->dev_major, v->dev_minor))
			continue;
		if (!looked && !pt_swap_in_use(env->root))
			return;
		looked = v->hides_swap = true;
	}
}

/*
 * What smaps told a moment ago, if the mappings are the same, and as much of them is locked; of
 * swap it tells what is.
 */
static bool take_old_smaps(const struct pt_image *last, struct pt_image *img)
{
	struct pt_vmas *vmas = &img->vmas;

	if (img->needs & PT_NEED_SUMS || !last || !last->smaps_ns || last->vmas.n != vmas->n ||
	    last->locked_bytes != img->locked_bytes ||
	    pt_now_ns() - last->smaps_ns > SMAPS_KEEP_NS)
		return false;
	for (size_t i = 0; i < vmas->n; i++)
		if (vmas->v[i].hides_swap || !pt_vma_same(&vmas->v[i], &last->vmas.v[i]))
			return false;
	img->smaps_ns = last->smaps_ns;
	return pt_maps_take_smaps(vmas, &last->vmas) == vmas->n;
}

/* The mappings as smaps has them take the place of what maps told. */
static int read_smaps(const struct pt_scan_env *env, const struct pt_target *t,
		      struct pt_image *img)
{
	struct pt_vmas now = PT_VMAS_INIT;
	int err = pt_maps_read(t->dir_fd, true, &now);

	if (err) {
		pt_vmas_done(&now);
		return err;
	}
	pt_vmas_done(&img->vmas);
	img->vmas = now;
	pt_backing_tell(env->probe->backing, &img->vmas);
	img->smaps_ns = pt_now_ns();
	find_hidden_swap(env, &img->vmas);
	return 0;
}

int pt_mappings_read(const struct pt_scan_env *env, const struct pt_target *t,
		     struct pt_image *img)
{
	int err = pt_maps_read(t->dir_fd, false, &img->vmas);

	if (err == -ENOENT)
		return read_smaps(env, t, img);
	if (err)
		return err;
	if (pt_proc_locked(t->dir_fd, &img->locked_bytes))
		img->locked_bytes = 1;	/* not known: perhaps */
	pt_backing_tell(env->probe->backing, &img->vmas);
	pt_maps_learn(&img->vmas, !img->locked_bytes);
	if (pt_own_needs_pfns(&img->vmas))
		img->needs |= PT_NEED_PFNS;
	find_hidden_swap(env, &img->vmas);
	if (!wants_smaps(env->probe, t, img) || take_old_smaps(env->last, img))
		return 0;
	return read_smaps(env, t, img);
}

/* ---- after them: smaps */

/* Its sums were read before the pages; they decide of them where they are the same after. */
static int hold_sums(const struct pt_target *t, struct pt_vmas *vmas)
{
	struct pt_vmas now = PT_VMAS_INIT;
	int err = pt_maps_read(t->dir_fd, true, &now);

	pt_maps_hold(vmas, &now);
	pt_vmas_done(&now);
	return err;
}

/* Whether smaps told enough of these mappings, now or a moment ago. */
static bool is_told(const struct pt_image *last, struct pt_image *img, unsigned open,
		    uint64_t start_ns)
{
	if (img->smaps_ns >= start_ns)
		return true;
	return !(open & (PT_OPEN_SUMS | PT_OPEN_LAZYFREE)) &&
	       (img->smaps_ns || take_old_smaps(last, img));
}

int pt_mappings_learn(const struct pt_scan_env *env, const struct pt_target *t,
		      struct pt_image *img, unsigned open, uint64_t start_ns)
{
	struct pt_vmas now = PT_VMAS_INIT;
	int err;

	if (!(open & (PT_OPEN_POOL | PT_OPEN_LAZYFREE | PT_OPEN_SUMS)))
		return 0;
	if (open & PT_OPEN_SUMS && img->needs & PT_NEED_SUMS)
		return hold_sums(t, &img->vmas);
	if (is_told(env->last, img, open, start_ns))
		return 0;
	err = pt_maps_read(t->dir_fd, true, &now);
	for (size_t v = 0; open & PT_OPEN_SUMS && v < img->vmas.n; v++)
		img->vmas.v[v].got_smaps = false;	/* what has changed has no sums of before */
	pt_maps_take_smaps(&img->vmas, &now);
	if (!err && now.n)
		img->smaps_ns = pt_now_ns();
	pt_vmas_done(&now);
	return err;
}

/* ---- after them: what they show */

/* Where nothing was found: is nothing there, or does pagemap show nothing of the mapping at all? */
static void probe_empty(const struct pt_pagemap *pm, struct pt_image *img)
{
	size_t i = 0;

	for (size_t v = 0; v < img->vmas.n; v++) {
		struct pt_vma *vma = &img->vmas.v[v];
		size_t first = i;
		int shown;

		while (i < img->runs.n && img->runs.r[i].vpn < pt_vma_end_vpn(vma))
			i++;
		if (pt_vma_knows(vma, PT_VMF(PF)) || vma->start >> 63)
			continue;
		shown = i > first ? 1 : pt_pagemap_shows(pm, pt_vma_vpn(vma));
		if (shown >= 0)
			vma->vmflags_known |= PT_VMF(PF);
		if (!shown)
			vma->vmflags |= PT_VMF(PF);
	}
}

/* Where private mappings of files have pages of their own: are these copies of the file? */
static void look_at_files(const struct pt_scan_env *env, const struct pt_target *t,
			  struct pt_image *img)
{
	const uint16_t file = PT_RUN(PRESENT) | PT_RUN(FILE);
	const struct pt_run *r = img->runs.r, *end = r + img->runs.n;

	for (size_t v = 0; v < img->vmas.n; v++) {
		struct pt_vma *vma = &img->vmas.v[v];

		for (; r < end && r->vpn < pt_vma_end_vpn(vma); r++)
			if (vma->bare == PT_UNTOLD && (r->pm & file) == PT_RUN(PRESENT))
				pt_backing_ask(env->probe->backing, t->dir_fd, vma);
	}
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

/* Which huge pages there could be. */
static void read_orders(const struct pt_root *root, struct pt_vmas *vmas)
{
	struct pt_thp thp = { .known = false };
	bool looked = false;

	for (size_t v = 0; v < vmas->n; v++) {
		struct pt_vma *vma = &vmas->v[v];

		if (vma->got_thp && vma->thp_eligible && !looked) {
			pt_thp_read(root, &thp);
			looked = true;
		}
		vma->got_orders = vma->got_thp && (!vma->thp_eligible || thp.known);
		vma->thp_orders = 0;
		if (vma->got_orders && vma->thp_eligible)
			vma->thp_orders = pt_thp_orders(&thp, vma);
	}
}

/* Has the file no name any more, or is it called so? */
static enum pt_told look_at_name(const struct pt_scan_env *env, const struct pt_target *t,
				 struct pt_vma *vma)
{
	if (!pt_vma_deleted(vma))
		pt_backing_ask_deleted(env->probe->backing, t->dir_fd, vma);
	return pt_vma_deleted(vma);
}

void pt_mappings_look(const struct pt_scan_env *env, const struct pt_target *t,
		      struct pt_image *img)
{
	if (!t->pm_err && !t->pm.no_scan)
		probe_empty(&t->pm, img);
	look_at_files(env, t, img);
	set_pool_orders(img);
	if (!(img->needs & PT_NEED_SMAPS))	/* who asks for that asks for all of mappings */
		return;
	read_orders(env->root, &img->vmas);
	for (size_t v = 0; v < img->vmas.n; v++)
		look_at_name(env, t, &img->vmas.v[v]);
}

int pt_mappings_holders(const struct pt_scan_env *env, const struct pt_target *t,
			struct pt_image *img)
{
	struct pt_vmas *vmas = &img->vmas;
	int err;

	if (!env->holders || !pt_own_needs_holders(img))
		return 0;
	if (pt_scan_cancelled(env))		/* others read them by now */
		return -ECANCELED;
	err = pt_holders_read(env, env->holders);
	for (size_t v = 0; v < vmas->n && !err; v++) {
		struct pt_vma *vma = &vmas->v[v];

		if (!pt_own_may_die(vma))
			continue;
		vma->dies = look_at_name(env, t, vma);
		if (vma->dies == PT_YES)
			vma->dies = pt_holders_ask(env->holders, vma, t->pid);
	}
	return err;
}
