#include "pagetop/view/history_view.h"

#include "pagetop/base/text.h"

enum { WIDTH = 24 };		/* moments that are shown of each state */

static uint64_t most(const struct pt_history *h, int state)
{
	uint64_t max = 0;

	for (size_t m = 0; m < h->nmoments; m++)
		max = h->npages[m * PT_NSTATES + (size_t)state] > max ?
			      h->npages[m * PT_NSTATES + (size_t)state] :
			      max;
	return max;
}

/* The state with the next fewer pages than `below`; of equal ones the next; -1: none has any. */
static int next_state(const struct pt_history *h, uint64_t *below, int *last)
{
	int best = -1;
	uint64_t best_n = 0;

	for (int i = 0; i < PT_NSTATES; i++) {
		uint64_t n = most(h, i);
		bool later = n < *below || (n == *below && i > *last);

		if (n && later && n > best_n) {
			best = i;
			best_n = n;
		}
	}
	*below = best_n;
	*last = best;
	return best;
}

static int draw_state(const struct pt_history *h, struct pt_canvas *c, int x, int y, int state)
{
	size_t n = h->nmoments < WIDTH ? h->nmoments : WIDTH,
	       from = h->shown < n / 2 ? 0 : h->shown - n / 2;
	uint64_t max = most(h, state);

	from = from + n > h->nmoments ? h->nmoments - n : from;
	x = pt_canvas_text(c, x, y, c->w - x, PT_ROLE_FAINT, pt_rows[state].label) + 1;
	for (size_t m = from; m < from + n; m++, x++)
		pt_canvas_put(c, x, y,
			      pt_graph_cell((double)h->npages[m * PT_NSTATES + (size_t)state],
					    (double)max),
			      m == h->shown ? PT_ROLE_HEAD : pt_rows[state].role);
	return x + 2;
}

void pt_history_draw(const struct pt_history *h, struct pt_canvas *c, int y)
{
	uint64_t below = UINT64_MAX;
	int last = -1, x = 1, state;

	while ((state = next_state(h, &below, &last)) >= 0) {
		int w = pt_text_width(pt_rows[state].label) + 1 +
			(int)(h->nmoments < WIDTH ? h->nmoments : WIDTH);

		if (x + w > c->w)
			return;
		x = draw_state(h, c, x, y, state);
	}
}
