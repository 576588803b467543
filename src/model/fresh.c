#include "pagetop/model/fresh.h"

#include <stdlib.h>
#include "pagetop/base/str.h"
#include "pagetop/model/wish.h"

/* One of the two images, walked upwards. */
struct side {
	const struct pt_image *img;
	size_t at;			/* the run that holds the page, or the next one above */
	const struct pt_run *run;	/* the run at the page; NULL: there is none */
	uint64_t end;			/* where that ends */
};

static void look(struct side *s, uint64_t vpn)
{
	const struct pt_runs *runs = &s->img->runs;

	while (s->at < runs->n && runs->r[s->at].vpn + runs->r[s->at].npages <= vpn)
		s->at++;
	s->run = s->at < runs->n && runs->r[s->at].vpn <= vpn ? &runs->r[s->at] : NULL;
	s->end = s->at < runs->n ? runs->r[s->at].vpn : UINT64_MAX;
	if (s->run)
		s->end = s->run->vpn + s->run->npages;
}

static bool has(const struct side *s, uint16_t pm)
{
	return s->run && s->run->pm & pm;
}

static bool is_there(const struct side *s)
{
	return has(s, PT_RUN(PRESENT) | PT_RUN(ENTRY));
}

static bool looks_equal(const struct side *a, const struct side *b)
{
	if (has(a, PT_RUN(UNSTABLE)) || has(b, PT_RUN(UNSTABLE)))
		return true;
	if (!is_there(a) || !is_there(b))
		return is_there(a) == is_there(b);
	return a->run->row == b->run->row && a->run->over == b->run->over;
}

static bool has_pfn(const struct side *s)
{
	return has(s, PT_RUN(PRESENT)) && has(s, PT_RUN(PFN)) && s->img->needs & PT_NEED_PFNS;
}

static int add(struct pt_fresh *f, uint64_t lo, uint64_t hi)
{
	int err;

	if (f->n && f->r[f->n - 1].hi == lo) {
		f->r[f->n - 1].hi = hi;
		return 0;
	}
	err = pt_grow(&f->r, &f->cap, f->n + 1, sizeof(*f->r));
	if (!err)
		f->r[f->n++] = (struct pt_fresh_range){ lo, hi };
	return err;
}

/* Pages that look alike: those at another frame. */
static int add_moved(struct pt_fresh *f, const struct pt_pfns *was, const struct pt_pfns *now,
		     uint64_t lo, uint64_t hi)
{
	int err = 0;

	for (uint64_t n; lo < hi && !err; lo += n) {
		bool same = pt_pfns_same(was, now, lo, &n);

		n = n < hi - lo ? n : hi - lo;
		err = same ? 0 : add(f, lo, lo + n);
	}
	return err;
}

static bool comparable(const struct pt_image *was, const struct pt_image *now)
{
	return was && now && was->pid == now->pid && was->starttime == now->starttime &&
	       was->lens == now->lens && was->needs == now->needs &&
	       was->ctx.kmask == now->ctx.kmask && was->lo_vpn == now->lo_vpn &&
	       was->hi_vpn == now->hi_vpn;
}

int pt_fresh_find(const struct pt_image *was, const struct pt_image *now, struct pt_fresh *ret)
{
	struct side a = { .img = was }, b = { .img = now };
	uint64_t vpn = 0, end;
	int err = 0;

	ret->n = 0;
	for (; comparable(was, now) && vpn < UINT64_MAX && !err; vpn = end) {
		look(&a, vpn);
		look(&b, vpn);
		end = a.end < b.end ? a.end : b.end;
		if (!looks_equal(&a, &b))
			err = add(ret, vpn, end);
		else if (has_pfn(&a) && has_pfn(&b))
			err = add_moved(ret, &was->pfns, &now->pfns, vpn, end);
	}
	return err;
}

void pt_fresh_done(struct pt_fresh *f)
{
	free(f->r);
	*f = (struct pt_fresh){ .n = 0 };
}

bool pt_fresh_any(const struct pt_fresh *f, uint64_t lo_vpn, uint64_t hi_vpn)
{
	size_t lo = 0, hi = f ? f->n : 0;

	while (lo < hi) {	/* the first range that ends above lo_vpn */
		size_t mid = lo + (hi - lo) / 2;

		if (f->r[mid].hi <= lo_vpn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return f && lo < f->n && f->r[lo].lo < hi_vpn;
}
