#include "pagetop/scan/still.h"

#include <errno.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/memory.h"
#include "pagetop/model/change.h"
#include "pagetop/model/page_image.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/census.h"
#include "pagetop/scan/forks.h"

void pt_still_done(struct pt_still *s)
{
	s->loaded = pt_image_unref(s->loaded);
}

pid_t pt_still_self(const struct pt_source *s)
{
	(void)s;
	return 0;
}

int pt_still_one(struct pt_source *s, size_t moment, pid_t pid, struct pt_table **ret)
{
	const struct pt_wish wish = { .kind = PT_WISH_TABLE, .moment = moment };
	struct pt_table *all = NULL, *t = pt_table_new();
	int err = t ? s->class->list(s, &wish, NULL, &all) : -ENOMEM;
	const struct pt_process *p = err ? NULL : pt_table_find(all, pid, 0);

	if (p)
		err = pt_table_add_copy(t, p);
	pt_table_unref(all);
	if (err)
		pt_table_unref(t);
	else
		*ret = t;
	return err;
}

/* ---- an image by itself */

/* Of sources that answered long ago the image tells. */
static unsigned got_of(const struct pt_image *img)
{
	bool pfn = false;
	unsigned got = !img->why_pages << PT_GOT_PAGEMAP;

	for (size_t i = 0; i < img->runs.n && !(pfn && got >> PT_GOT_SCAN & 1); i++) {
		pfn |= img->runs.r[i].pm & PT_RUN(PRESENT) && img->runs.r[i].pm & PT_RUN(PFN);
		got |= (unsigned)!!(img->runs.r[i].pm & PT_RUN(SCANNED)) << PT_GOT_SCAN;
	}
	got |= (unsigned)pfn << PT_GOT_PFN;
	for (int i = 0; i < PT_NKPAGE; i++)
		got |= (unsigned)(pfn && !img->why_kpage[i]) << (PT_GOT_KPAGEFLAGS + i);
	for (size_t i = 0; i < img->vmas.n; i++)
		got |= (unsigned)img->vmas.v[i].got_smaps << PT_GOT_SMAPS;
	return got;
}

/* One page of it, with the name of who pays for it. */
static int page_of(struct pt_source *s, const struct pt_image *img, uint64_t vpn,
		   struct pt_image **ret)
{
	struct pt_image *page = pt_image_of_page(img, vpn);
	uint64_t inode = page ? page->page.kpage[PT_KPAGE_CGROUP] : PT_KPAGE_NONE;
	struct pt_str path = PT_STR_INIT;

	if (!page)
		return -ENOMEM;
	if (inode != PT_KPAGE_NONE && !s->class->cgroup(s, inode, &path))
		page->page.cgroup = pt_strdup(path.s);
	pt_str_done(&path);
	*ret = page;
	return 0;
}

int pt_still_image(struct pt_source *s, const struct pt_wish *wish, struct pt_image **ret,
		   unsigned *ret_got)
{
	struct pt_image *img = NULL;
	int err = s->class->load(s, wish, &img);

	if (err)
		return err;
	img->lens = wish->lens;
	pt_image_complete(img);
	if (ret_got)
		*ret_got = got_of(img);
	if (wish->kind == PT_WISH_PAGE) {
		err = page_of(s, img, wish->vpn, ret);
		pt_image_unref(img);
	} else {
		*ret = img;
	}
	return err;
}

/* ---- one that is watched */

/* A change is of two moments, of which one may be another now. */
static bool is_loaded(const struct pt_still *s, const struct pt_wish *wish)
{
	return s->loaded && s->loaded_moment == wish->moment && s->loaded->pid == wish->pid &&
	       s->loaded->starttime == wish->starttime && s->loaded->lens == wish->lens &&
	       wish->lens != PT_LENS_CHANGE;
}

static int compare(struct pt_source *s, const struct pt_wish *wish, const struct pt_image *base,
		   struct pt_image *img)
{
	struct pt_table *t = NULL;
	int err = pt_change_mark(img, base);

	if (!err && pt_change_is_open(img))
		err = s->class->list(s, wish, NULL, &t);
	if (!err && t)
		err = s->class->settle(s, wish->moment, t, img, base);
	pt_table_unref(t);
	return err;
}

/* The image as the wish wants to look at it. */
static int load_watched(struct pt_still *s, const struct pt_wish *wish, const struct pt_image *base)
{
	struct pt_image *img = NULL;
	int err = s->source.class->load(&s->source, wish, &img);

	if (err)
		return err;
	img->lens = wish->lens;
	img->mono_ns = pt_now_ns();
	if (base && base->starttime == wish->starttime && !img->why_pages && !base->why_pages)
		err = compare(&s->source, wish, base, img);
	if (err) {
		pt_image_unref(img);
		return err;
	}
	pt_image_complete(img);
	pt_image_unref(s->loaded);
	s->loaded = img;
	s->loaded_moment = wish->moment;
	return 0;
}

/* The last one stays loaded: it is often the one that is gone into. */
int pt_still_sum(struct pt_source *s, const struct pt_wish *wish, struct pt_process *p)
{
	struct pt_wish one = { .kind = PT_WISH_PROCESS, .lens = wish->lens, .moment = wish->moment,
			       .pid = p->pid, .starttime = p->starttime };
	struct pt_still *still = (struct pt_still *)s;
	int err;

	if (p->err || !pt_process_has_memory(p))
		return 0;
	err = is_loaded(still, &one) ? 0 : load_watched(still, &one, NULL);
	if (err == -ECANCELED || err == -ENOMEM)
		return err;
	if (err) {
		p->err = err;
		p->why = s->class->why(s, err);
	} else if (still->loaded->why_pages) {
		p->err = -EACCES;
		p->why = still->loaded->why_pages;
	} else {
		pt_census_sum(p, still->loaded);
	}
	return 0;
}

int pt_still_watch(struct pt_source *s, const struct pt_wish *wish, const struct pt_image *given,
		   struct pt_image **ret)
{
	struct pt_still *still = (struct pt_still *)s;
	int err = is_loaded(still, wish) ? 0 : load_watched(still, wish, given);

	if (err)
		return err;
	if (wish->kind == PT_WISH_PAGE)
		return page_of(s, still->loaded, wish->vpn, ret);
	*ret = (struct pt_image *)pt_image_ref(still->loaded);
	return 0;
}

int pt_still_settle(struct pt_source *s, size_t moment, const struct pt_table *t,
		    struct pt_image *now, const struct pt_image *base)
{
	return pt_forks_settle_from(s, moment, t, now, base);
}

int pt_still_who_at(struct pt_source *s, const struct pt_wish *wish, pt_source_told_fn *told,
		    void *arg, struct pt_who **ret)
{
	struct pt_wish whole = *wish;
	struct pt_image *img = NULL;
	const struct pt_vma *vma;
	int err;

	(void)told;		/* it does not take long */
	(void)arg;
	whole.kind = PT_WISH_PROCESS;
	err = pt_still_watch(s, &whole, NULL, &img);
	if (err)
		return err;
	vma = pt_image_vma(img, wish->vpn);
	if (vma && pt_image_run(img, vma, wish->vpn).pm & PT_RUN(PRESENT))
		err = s->class->who(s, wish->moment, pt_image_pfn(img, wish->vpn), ret);
	else
		err = (*ret = pt_who_nobody()) ? 0 : -ENOMEM;
	pt_image_unref(img);
	return err;
}
