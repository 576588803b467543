#include "pagetop/scan/remaps.h"

#include <errno.h>
#include <string.h>
#include "pagetop/model/facts.h"

/* Mappings as they were, held against mappings as they are, both in the order of addresses. */
struct check {
	struct pt_image *img;
	bool any;			/* is */
	size_t v, run;			/* the mapping whose turn it is, and its first run */
	uint64_t at;			/* up to here it is what it was; 0: from its beginning */
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

int pt_remaps_mark(const struct pt_target *t, struct pt_image *img)
{
	struct check c = { .img = img };
	int err = pt_maps_each(t->dir_fd, check_vma, &c);

	if (!err && !c.any && pt_target_is_behind(t))
		return -ESRCH;
	while (!err && c.v < img->vmas.n)
		finish_vma(&c);
	return err == -ENOENT ? 0 : err;
}
