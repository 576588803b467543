#include "pagetop/app/pick.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/text.h"

static int parse_range(struct pt_pick *p, const char *text, struct pt_str *why)
{
	uint64_t start, end;

	if (pt_parse_range(text, &start, &end)) {
		pt_str_addc(why, '"');
		pt_escape(why, text, strlen(text));
		pt_str_adds(why, "\" is no range: write START-END, hexadecimal, "
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

int pt_pick_pages(const struct pt_pick *p, const struct pt_image *img, const struct pt_vma *vma,
		  int (*fn)(void *arg, const struct pt_stretch *s), void *arg)
{
	uint64_t vpn = pt_vma_vpn(vma), end = pt_vma_end_vpn(vma);
	int r = 0;

	if (p->hi_vpn && vpn < p->lo_vpn)
		vpn = p->lo_vpn;
	if (p->hi_vpn && end > p->hi_vpn)
		end = p->hi_vpn;
	while (vpn < end && !r) {
		struct pt_stretch s = { .img = img, .vma = vma, .run = pt_image_run(img, vma, vpn) };

		if (s.run.npages > end - vpn)
			s.run.npages = (uint32_t)(end - vpn);
		s.facts = pt_facts_of(&s.run, vma, &img->ctx);
		s.match = pt_filter_match(&p->where, &s.facts);
		if (s.match)
			r = fn(arg, &s);
		vpn += s.run.npages;
	}
	return r;
}
