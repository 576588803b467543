#include "pagetop/model/runs.h"

#include "pagetop/base/str.h"

bool pt_runs_equal(const struct pt_run *a, const struct pt_run *b)
{
#define FIELD(type, member, bits, shift, text) && a->member == b->member
#define NUMBER(id, type, member, bits, shift, needs, told, text) && a->member == b->member
	return true
#include "pagetop/model/fields.def"
	;
#undef NUMBER
#undef FIELD
}

int pt_runs_append(struct pt_runs *runs, const struct pt_run *run, bool join)
{
	struct pt_run *last = runs->n ? &runs->r[runs->n - 1] : NULL;
	int err;

	if (join && last && last->vpn + last->npages == run->vpn && pt_runs_equal(last, run)) {
		last->npages += run->npages;
		return 0;
	}
	err = pt_grow(&runs->r, &runs->cap, runs->n + 1, sizeof(*runs->r));
	if (err)
		return err;
	runs->r[runs->n++] = *run;
	return 0;
}

int pt_runs_add(struct pt_runs *runs, const struct pt_run *page, bool join)
{
	struct pt_run run = *page;

	run.npages = 1;
	return pt_runs_append(runs, &run, join);
}

size_t pt_runs_at_or_above(const struct pt_runs *runs, uint64_t vpn)
{
	size_t lo = 0, hi = runs->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (runs->r[mid].vpn + runs->r[mid].npages <= vpn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
