#include "pagetop/batch/pick.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/text.h"

static int parse_range(struct pt_pick *p, const char *text, struct pt_str *why)
{
	uint64_t start, end;

	if (pt_parse_range(text, &start, &end)) {
		pt_str_adds(why, "invalid range \"");
		pt_escape(why, text, strlen(text));
		pt_str_adds(why, "\"; expected START-END in hexadecimal, "
				 "such as 7f1200000000-7f1200004000");
		return -EINVAL;
	}
	p->lo_vpn = start >> PT_PAGE_SHIFT;
	p->hi_vpn = ((end - 1) >> PT_PAGE_SHIFT) + 1;
	return 0;
}

int pt_pick_init(struct pt_pick *p, const struct pt_options *opt, const char *range,
		 struct pt_str *why)
{
	int err;

	*p = (struct pt_pick){ .filtered = opt->where || opt->name };
	err = range ? parse_range(p, range, why) : 0;
	if (!err && opt->where)
		err = pt_filter_parse(opt->where, &p->where, why);
	if (!err && opt->expect)
		err = pt_filter_parse(opt->expect, &p->expect, why);
	if (!err && opt->name)
		err = pt_re_new(opt->name, &p->name, why);
	return err;
}

void pt_pick_done(struct pt_pick *p)
{
	p->name = pt_re_free(p->name);
}

struct pt_wish pt_pick_wish(const struct pt_pick *p, unsigned needs)
{
	return (struct pt_wish){
		.kind = PT_WISH_PROCESS, .lens = PT_LENS_STATE, .kflags = UINT64_MAX,
		.lo_vpn = p->lo_vpn, .hi_vpn = p->hi_vpn,
		.needs = needs | pt_filter_needs(&p->where) | pt_filter_needs(&p->expect),
	};
}

int pt_pick_vma(const struct pt_pick *p, const struct pt_vma *vma)
{
	if (p->hi_vpn && (pt_vma_end_vpn(vma) <= p->lo_vpn || pt_vma_vpn(vma) >= p->hi_vpn))
		return 0;
	if (!p->name)
		return 1;
	pt_re_start(p->name);
	return pt_re_match(p->name, vma->name, vma->name_len);
}

struct pick {
	const struct pt_pick *p;
	const struct pt_image *img;
	int (*fn)(void *arg, const struct pt_stretch *s);
	void *arg;
	bool by_kind;
	uint64_t class;			/* of the mapping */
	struct pt_kinds kinds;
};

static int tell(const struct pick *k, const struct pt_kind *kind, const struct pt_run *run,
		uint64_t npages)
{
	struct pt_stretch s = { .img = k->img, .vma = kind->vma, .run = *run, .npages = npages,
				.facts = kind->facts, .match = kind->match };

	return s.npages && s.match ? k->fn(k->arg, &s) : 0;
}

/* What follows from a run is known where one of its kind was looked at before. */
static int look(struct pick *k, const struct pt_run *run, const struct pt_vma *vma)
{
	struct pt_kind *kind = pt_kinds_place(&k->kinds, run, k->class);
	int r = 0;

	if (!pt_kind_is(kind, run, k->class)) {
		r = kind->free ? 0 : tell(k, kind, &kind->run, kind->npages);
		pt_kind_set(kind, run, vma, k->class, &k->img->ctx);
		kind->match = pt_filter_match(&k->p->where, &kind->facts);
	}
	if (!k->by_kind)
		return tell(k, kind, run, run->npages);
	kind->npages += run->npages;
	return r;
}

static int pick(struct pick *k, const struct pt_vma *vma)
{
	const struct pt_pick *p = k->p;
	uint64_t vpn = pt_vma_vpn(vma), end = pt_vma_end_vpn(vma);
	size_t at;
	int r = 0;

	k->class = pt_facts_class(vma);
	pt_kinds_init(&k->kinds);
	if (p->hi_vpn && vpn < p->lo_vpn)
		vpn = p->lo_vpn;
	if (p->hi_vpn && end > p->hi_vpn)
		end = p->hi_vpn;
	at = pt_runs_at_or_above(&k->img->runs, vpn);
	while (vpn < end && !r) {
		struct pt_run run = pt_image_run_from(k->img, vma, vpn, &at);

		if (run.npages > end - vpn)
			run.npages = (uint32_t)(end - vpn);
		r = look(k, &run, vma);
		vpn += run.npages;
	}
	for (int i = 0; k->by_kind && i < PT_NKINDS && !r; i++) {
		const struct pt_kind *kind = pt_kinds_at(&k->kinds, i);

		r = kind ? tell(k, kind, &kind->run, kind->npages) : 0;
	}
	return r;
}

/* Not by an initialiser: it would clear the table of kinds, for each mapping anew. */
static void prepare(struct pick *k, const struct pt_pick *p, const struct pt_image *img,
		    int (*fn)(void *arg, const struct pt_stretch *s), void *arg)
{
	k->p = p;
	k->img = img;
	k->fn = fn;
	k->arg = arg;
}

int pt_pick_pages(const struct pt_pick *p, const struct pt_image *img, const struct pt_vma *vma,
		  int (*fn)(void *arg, const struct pt_stretch *s), void *arg)
{
	struct pick k;

	prepare(&k, p, img, fn, arg);
	k.by_kind = false;
	return pick(&k, vma);
}

int pt_pick_kinds(const struct pt_pick *p, const struct pt_image *img, const struct pt_vma *vma,
		  int (*fn)(void *arg, const struct pt_stretch *s), void *arg)
{
	struct pick k;

	prepare(&k, p, img, fn, arg);
	k.by_kind = true;
	return pick(&k, vma);
}
