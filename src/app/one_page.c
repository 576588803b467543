#include "pagetop/app/one_page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/model/place.h"

/* The only process there may be. */
static const struct pt_process *only(struct pt_batch *b)
{
	if (b->table->n == 1)
		return &b->table->p[0];
	b->status = pt_fail_word("several processes are called \"", b->opt->target, "\": ", "give the pid of one");
	return NULL;
}

static void refuse(struct pt_batch *b, const struct pt_process *p, const char *why)
{
	fprintf(stderr, "pagetop: process %d %s\n", (int)p->pid, why);
	b->status = PT_NOT_RUN;
}

/* A place may be the name of a mapping or a PFN: all of the process is looked through for it. */
static bool find(struct pt_batch *b, const struct pt_process *p, const char *addr, uint64_t *ret_vpn)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS };
	struct pt_str why = PT_STR_INIT;
	struct pt_image *img = NULL;
	struct pt_place place;
	int err = pt_place_parse(addr, false, &place, &why), sought = err;

	if (!err)
		err = pt_batch_look(b, p, &wish, &img, NULL);
	if (!sought && err)
		refuse(b, p, pt_batch_why(b, err));
	if (!err)
		sought = err = pt_place_find(&place, img, ret_vpn, &why);
	if (sought) {
		pt_fail(why.s);
		b->status = sought == -ENOENT ? PT_NOT_SO : PT_NOT_RUN;
	}
	pt_image_unref(img);
	pt_str_done(&why);
	return !err;
}

struct pt_image *pt_one_page(struct pt_batch *b, const char *addr)
{
	struct pt_wish wish = { .kind = PT_WISH_PAGE, .needs = PT_NEED_ORDER | PT_NEED_NODE };
	const struct pt_process *p = only(b);
	struct pt_image *img = NULL;
	int err;

	b->nread = 1;		/* what goes wrong is said here */
	b->silent = true;
	if (!p || !find(b, p, addr, &wish.vpn))
		return NULL;
	err = pt_batch_look(b, p, &wish, &img, NULL);
	if (err)
		refuse(b, p, pt_batch_why(b, err));
	else if (img->why_pages)
		refuse(b, p, img->why_pages);
	return img;
}
