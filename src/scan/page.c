#include "pagetop/scan/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/cgroup.h"
#include "pagetop/kernel/mem.h"
#include "pagetop/kernel/privilege.h"
#include "pagetop/kernel/swaps.h"
#include "pagetop/scan/folio.h"

/* A name from outside, escaped; NULL where there is none. */
static char *keep(int err, const struct pt_str *raw)
{
	struct pt_str out = PT_STR_INIT;
	char *text;

	if (!err)
		pt_escape(&out, raw->s, raw->len);
	text = err || out.err ? NULL : pt_strdup(out.s);
	pt_str_done(&out);
	return text;
}

static char *path_of(const struct pt_scan_env *env, uint64_t inode)
{
	struct pt_str path = PT_STR_INIT;
	char *text = keep(pt_cgroup_path(env->root, inode, &path), &path);

	pt_str_done(&path);
	return text;
}

static void name_cgroup(const struct pt_scan_env *env, struct pt_page_words *w)
{
	uint64_t inode = w->kpage[PT_KPAGE_CGROUP];

	if (inode && inode != PT_KPAGE_NONE)
		w->cgroup = path_of(env, inode);
}

void pt_cgroup_names_done(struct pt_cgroup_names *names)
{
	while (names->n)
		free(names->path[--names->n]);
}

/* The path is the caller's. */
static char *look_up(const struct pt_scan_env *env, uint64_t inode)
{
	struct pt_cgroup_names *names = env->cgroups;
	unsigned i = 0;

	while (names && i < names->n && names->inode[i] != inode)
		i++;
	if (!names || i == PT_NCGROUPS)
		return path_of(env, inode);
	if (i == names->n) {
		names->inode[i] = inode;
		names->path[i] = path_of(env, inode);
		names->n++;
	}
	return names->path[i] ? pt_strdup(names->path[i]) : NULL;
}

void pt_page_name_cgroups(const struct pt_scan_env *env, struct pt_image *img)
{
	struct pt_cgroups *c = img->cgroups;

	for (unsigned i = 1; c && i < c->n; i++)
		c->path[i] = c->inode[i] ? look_up(env, c->inode[i]) : pt_strdup("");
}

static void name_swap(const struct pt_scan_env *env, const struct pt_image *img,
		      struct pt_page_words *w)
{
	unsigned type = PT_SWP_TYPE(w->pagemap);
	struct pt_str name = PT_STR_INIT;

	if (w->pagemap & PT_PM_SWAP && w->pagemap & PT_PM_PFN_MASK &&
	    img->ctx.layout.entry[type] == PT_ENTRY_SLOT)
		w->swap_device = keep(pt_swap_device(env->root, type, &name), &name);
	pt_str_done(&name);
}

/* PT_ORDER_UNKNOWN: it is in none. */
static uint8_t find_folio(const struct pt_scan_env *env, struct pt_page_words *w)
{
	struct pt_folios folios = PT_FOLIOS_INIT(&env->probe->kpage);
	uint64_t pfn = w->pagemap & PT_PM_PFN_MASK;
	uint8_t order = w->pagemap & PT_PM_PRESENT && pfn ? pt_folio_order(&folios, pfn, NULL) :
							    PT_ORDER_UNKNOWN;

	if (order == PT_ORDER_UNKNOWN || !folios.npages)
		return PT_ORDER_UNKNOWN;
	w->folio_pfn = folios.head_pfn;
	return order;
}

/*
 * How much of the folio is mapped around the page, at the addresses where the whole of it would be.
 */
static void count_folio(struct pt_target *t, const struct pt_image *img, struct pt_page_words *w,
			uint8_t order)
{
	uint64_t n = UINT64_C(1) << order, before = (w->pagemap & PT_PM_PFN_MASK) - w->folio_pfn;
	uint64_t word[PT_FOLIO_BLOCK], first = img->lo_vpn - before;

	if (!w->folio_pfn || !order || n > PT_FOLIO_BLOCK || before > img->lo_vpn ||
	    pt_pagemap_read(&t->pm, first, n, word))
		return;
	for (uint64_t i = 0; i < n; i++)
		if (word[i] & PT_PM_PRESENT && (word[i] & PT_PM_PFN_MASK) == w->folio_pfn + i)
			w->folio_nmapped++;
}

static const char *why_not_read(ssize_t err)
{
	if (err == -EIO)
		return "unreadable: secret or device memory";
	if (err != -EACCES)
		return "read failed";
	if (!pt_privilege_guards_bytes())
		return "needs CAP_SYS_PTRACE";
	return "only for processes that you may ptrace; "
	       "pagetop's capabilities are not used for contents";
}

static void read_contents(struct pt_target *t, const struct pt_image *img, struct pt_page_words *w)
{
	uint64_t word = 0;
	ssize_t n;

	if (pt_pagemap_read(&t->pm, img->lo_vpn, 1, &word) || !(word & PT_PM_PRESENT)) {
		w->why_contents = "not read: page not present, and reading would fault it in";
		return;
	}
	w->contents = pt_malloc(PT_PAGE_BYTES);
	n = w->contents ? pt_mem_read(t->dir_fd, img->lo_vpn << PT_PAGE_SHIFT, w->contents,
				      PT_PAGE_BYTES) :
			  -ENOMEM;
	w->ncontents = n > 0 ? (size_t)n : 0;
	w->why_contents = n < 0 ? why_not_read(n) : NULL;
}

void pt_page_read_around(const struct pt_scan_env *env, struct pt_target *t,
			 const struct pt_wish *wish, struct pt_image *img)
{
	struct pt_page_words *w = &img->page;
	uint8_t order;

	if (img->why_pages)
		return;
	img->ctx.swap = pt_swap_any(env->root);
	name_cgroup(env, w);
	name_swap(env, img, w);
	order = find_folio(env, w);
	if (order != PT_ORDER_UNKNOWN)
		count_folio(t, img, w, order);
	if (wish->needs & PT_NEED_CONTENTS)
		read_contents(t, img, w);
}
