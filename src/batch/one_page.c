#include "pagetop/batch/one_page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/explain.h"
#include "pagetop/model/place.h"

/* The only process there may be. */
static const struct pt_process *only(struct pt_batch *b)
{
	if (b->table->n == 1)
		return &b->table->p[0];
	b->status = pt_fail_word("several processes named \"", b->opt->target,
				 "\"; ", "give a PID");
	return NULL;
}

static void refuse(struct pt_batch *b, const struct pt_process *p, const char *why)
{
	pt_say("process %d %s", (int)p->pid, why);
	b->status = PT_NOT_RUN;
}

/* A place may be the name of a mapping or a PFN: all of the process is looked through for it. */
static bool find(struct pt_batch *b, const struct pt_process *p, const char *addr,
		 uint64_t *ret_vpn)
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

static struct pt_image *look(struct pt_batch *b, const struct pt_process *p, uint64_t vpn)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE,
				      .needs = PT_NEED_ORDER | PT_NEED_NODE,
				      .vpn = vpn };
	struct pt_image *img = NULL;
	/* By a PFN there is no process to learn from */
	int err = pt_batch_look(b, p, &wish, &img, b->table ? NULL : &b->got);

	if (err)
		refuse(b, p, pt_batch_why(b, err));
	else if (img->why_pages)
		refuse(b, p, img->why_pages);
	return img;
}

struct pt_image *pt_one_page(struct pt_batch *b, const char *addr)
{
	const struct pt_process *p = only(b);
	uint64_t vpn = 0;

	b->nread = 1;		/* what goes wrong is said here */
	b->silent = true;
	return p && find(b, p, addr, &vpn) ? look(b, p, vpn) : NULL;
}

static const char pfn_prefix[] = "pfn:";

bool pt_pfn_is_asked(const struct pt_options *opt)
{
	return opt->target && !opt->target_is_name &&
	       !strncmp(opt->target, pfn_prefix, strlen(pfn_prefix));
}

struct pt_who *pt_who_has_pfn(struct pt_batch *b)
{
	const char *text = b->opt->target + strlen(pfn_prefix);
	struct pt_who *who = NULL;
	uint64_t pfn = 0;

	b->silent = pt_parse_hex(text, &pfn) || !pfn;
	if (b->silent)
		b->status = pt_fail_word("invalid PFN \"", text, "\"; ",
					 "expected pfn: and a hexadecimal number");
	else
		pt_batch_fail(b, "cannot search all processes", pt_batch_who(b, pfn, &who));
	return who;
}

static struct pt_image *look_at_first(struct pt_batch *b, const struct pt_who *who)
{
	struct pt_table *t = NULL;
	struct pt_image *img = NULL;
	int err = pt_batch_one(b, who->v[0].pid, &t);

	if (!err && t->n)
		img = look(b, &t->p[0], who->v[0].addr >> PT_PAGE_SHIFT);
	else
		pt_batch_fail(b, "cannot read the process that maps it", err ? err : -ESRCH);
	pt_table_unref(t);
	return img;
}

void pt_fail_found(const struct pt_who *who)
{
	struct pt_str s = PT_STR_INIT;

	if (who->pfn)
		pt_str_addf(&s, "pfn 0x%llx: ", (unsigned long long)who->pfn);
	pt_explain_found(who, &s);
	pt_fail(s.s);
	pt_str_done(&s);
}

struct pt_image *pt_page_of_pfn(struct pt_batch *b)
{
	struct pt_who *who = pt_who_has_pfn(b);
	struct pt_image *img = who && who->n ? look_at_first(b, who) : NULL;

	if (who && !who->n) {
		pt_fail_found(who);
		b->status = PT_NOT_SO;
	}
	pt_who_unref(who);
	return img;
}
