#include "pagetop/scan/part.h"

#include <stdlib.h>
#include "pagetop/base/str.h"
#include "pagetop/kernel/abi.h"

void pt_part_reset(struct pt_part *p)
{
	pt_part_take_back(p, &(struct pt_part_mark){ .nruns = 0 });
}

void pt_part_done(struct pt_part *p)
{
	free(p->runs.r);
	free(p->frames);
}

int pt_part_add_frames(struct pt_part *p, uint64_t vpn, const uint64_t *word, size_t npages)
{
	int err = 0;

	for (size_t i = 0, len; i < npages && !err; i += len) {
		for (len = 1; i + len < npages && word[i + len] == word[i] + len; len++)
			;
		err = pt_grow(&p->frames, &p->frames_cap, p->nframes + 1, sizeof(*p->frames));
		if (!err)
			p->frames[p->nframes++] =
				(struct pt_frames){ vpn + i, word[i] & PT_PM_PFN_MASK, len };
	}
	return err;
}

struct pt_part_mark pt_part_mark(const struct pt_part *p)
{
	struct pt_part_mark m = {
		.nruns = p->runs.n, .nframes = p->nframes,
		.nunstable = p->nunstable, .nkept = p->nkept, .open = p->open,
	};

	if (m.nruns)
		m.last = p->runs.r[m.nruns - 1];
	return m;
}

void pt_part_take_back(struct pt_part *p, const struct pt_part_mark *to)
{
	p->runs.n = to->nruns;
	p->nframes = to->nframes;
	p->nunstable = to->nunstable;
	p->nkept = to->nkept;
	p->open = to->open;
	if (to->nruns)
		p->runs.r[to->nruns - 1] = to->last;
}
