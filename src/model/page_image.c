#include "pagetop/model/page_image.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/str.h"
#include "pagetop/model/sums.h"
#include "pagetop/model/word.h"

static void set_words(struct pt_image *page, const struct pt_run *run, uint64_t pfn,
		      const struct pt_cgroups *cgroups)
{
	struct pt_page_words *w = &page->page;

	w->pagemap = pt_word_of(run->pm) | pfn;
	for (int i = 0; i < PT_NKPAGE; i++)
		w->kpage[i] = PT_KPAGE_NONE;
	if (run->pm & PT_RUN(PRESENT) && run->pm & PT_RUN(GOT_FLAGS))
		w->kpage[PT_KPAGE_FLAGS] = run->kflags;
	if (run->pm & PT_RUN(GOT_COUNT))
		w->kpage[PT_KPAGE_COUNT] = run->count;
	if (run->cgroup && cgroups)
		w->kpage[PT_KPAGE_CGROUP] = cgroups->inode[run->cgroup];
	w->node = run->node;
	if (run->pm & PT_RUN(ENTRY) || !page->why_pfn)
		page->why_pfn = "not kept";
	for (int i = 0; i < PT_NKPAGE; i++)
		if (!page->why_kpage[i])
			page->why_kpage[i] = "not kept";
}

static int copy_vma(struct pt_vmas *to, const struct pt_vma *vma)
{
	if (!vma)
		return 0;
	pt_str_add(&to->names, vma->name, vma->name_len);
	if (to->names.err || pt_grow(&to->v, &to->cap, 1, sizeof(*to->v)))
		return -ENOMEM;
	to->v[0] = *vma;
	to->v[0].name = to->names.s;
	to->n = 1;
	return 0;
}

struct pt_image *pt_image_of_page(const struct pt_image *img, uint64_t vpn)
{
	const struct pt_vma *vma = pt_image_vma(img, vpn);
	struct pt_image *page = pt_image_new();
	struct pt_run run =
		vma ? pt_image_run(img, vma, vpn) : (struct pt_run){ .vpn = vpn, .node = -1 };
	uint64_t pfn = pt_image_pfn(img, vpn);
	int err;

	if (!page)
		return NULL;
	page->pid = img->pid;
	page->starttime = img->starttime;
	page->when = img->when;
	page->mono_ns = img->mono_ns;
	page->needs = img->needs;
	page->ctx = img->ctx;
	page->ctx.cgroups = NULL;		/* which are the other's */
	page->lens = img->lens;
	page->why_pages = img->why_pages;
	page->why_pfn = img->why_pfn;
	memcpy(page->why_kpage, img->why_kpage, sizeof(page->why_kpage));
	page->lo_vpn = vpn;
	page->hi_vpn = vpn + (img->why_pages == NULL);
	page->name = pt_strdup(img->name);
	err = page->name ? copy_vma(&page->vmas, vma) : -ENOMEM;
	if (!err && run.pm & (PT_RUN(PRESENT) | PT_RUN(ENTRY) | PT_RUN(UNSTABLE)))
		err = pt_runs_add(&page->runs, &run, false);
	if (!err && pfn)
		err = pt_pfns_add(&page->pfns, vpn, pfn, 1);
	if (!err)
		err = pt_pfns_close(&page->pfns);
	if (err)
		return (struct pt_image *)pt_image_unref(page);
	set_words(page, &run, pfn, img->cgroups);
	pt_image_complete(page);
	return page;
}
