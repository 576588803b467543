#include "pagetop/view/list_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"

static const uint32_t high_first = 0x25be, low_first = 0x25b4;	/* ▾ ▴ */

void pt_layout_add(struct pt_layout *l, int heading, int w)
{
	if (!w)
		w = l->w > l->x ? l->w - l->x : 0;
	l->col[l->n].heading = (uint8_t)heading;
	l->col[l->n].x = (int16_t)l->x;
	l->col[l->n++].w = (int16_t)w;
	l->x += w + 1;
}

void pt_layout_add_sums(struct pt_layout *l, enum pt_list_id list, int w)
{
	unsigned set = 0;

	for (int rank = 1; rank <= PT_NCOLS; rank++)
		for (int i = 0; i < PT_NCOLS; i++)
			if (pt_columns[i].rank[list] == rank && w >= PT_SUM_WIDTH + 1) {
				set |= 1u << i;
				w -= PT_SUM_WIDTH + 1;
			}
	for (int i = 0; i < PT_NCOLS; i++)
		if (set & 1u << i)
			pt_layout_add(l, PT_HEADING_RSS + i, PT_SUM_WIDTH);
}

enum { REST_W = 20 };		/* of what would take the rest of the row, and does not come last */

/* What is to take the rest of the row takes its title at least. */
void pt_layout_add_chosen(struct pt_layout *l, const struct pt_columns *chosen)
{
	for (int i = 0; i < chosen->n; i++) {
		const struct pt_heading_row *h = &pt_headings[chosen->heading[i]];
		bool rest = !h->w && i == chosen->n - 1;
		int w = h->w ? h->w : REST_W;

		if (rest)
			w = (int)strlen(h->title);
		if (l->x + w <= l->w)
			pt_layout_add(l, chosen->heading[i], rest ? 0 : w);
	}
}

int pt_layout_find(const struct pt_layout *l, int heading, int *ret_w)
{
	for (int i = 0; i < l->n; i++)
		if (l->col[i].heading == heading) {
			*ret_w = l->col[i].w;
			return l->col[i].x;
		}
	return -1;
}

struct pt_columns pt_layout_columns(const struct pt_layout *l)
{
	struct pt_columns c = { .n = l->n };

	for (int i = 0; i < l->n; i++)
		c.heading[i] = l->col[i].heading;
	return c;
}

uint32_t pt_sort_mark(const struct pt_heading_row *h, bool invert)
{
	return (h->order == PT_ORDER_HIGH) != invert ? high_first : low_first;
}

/* The mark stands in the blank before the title, or, where that ends at the left, behind it. */
static void draw_title(struct pt_slot s, int heading, const struct pt_shape *shape)
{
	const struct pt_heading_row *h = &pt_headings[heading];
	bool sorted = heading == shape->heading;
	int w = pt_text_width(h->title);

	if (w > s.w)
		w = (int)strcspn(h->title, " ");
	s.style = sorted ? PT_ROLE_TITLE : PT_ROLE_HEAD;
	if (h->right)
		pt_slot_right(&s, h->title);
	else
		pt_canvas_textf(s.c, s.x, s.y, s.w, s.style, "%.*s", w, h->title);
	if (sorted)
		pt_canvas_put(s.c, h->right ? s.x + s.w - w - 1 : s.x + w, s.y,
			      pt_sort_mark(h, shape->invert), s.style);
}

void pt_layout_draw_titles(const struct pt_layout *l, const struct pt_shape *shape,
			   enum pt_lens_id lens, struct pt_canvas *c, int y)
{
	pt_canvas_row_style(c, y, PT_ROLE_HEAD);
	for (int i = 0; i < l->n; i++) {
		int heading = l->col[i].heading, x = l->col[i].x, w = l->col[i].w;

		if (pt_headings[heading].kind == PT_IS_BAR) {
			pt_draw_lens_title(c, x, y, w, lens);
			continue;
		}
		pt_canvas_hit(c, x - 1, y, w + 1, PT_HIT_TITLE, (uint64_t)heading);
		draw_title((struct pt_slot){ .c = c, .x = x, .y = y, .w = w }, heading, shape);
	}
}

/* ---- values */

enum { RANGE_W = 25, VALUE_LEN = 48 };

static void write_rate(double per_s, char *out)
{
	if (isnan(per_s))
		snprintf(out, VALUE_LEN, "?");
	else if (per_s < 0)
		snprintf(out, VALUE_LEN, "…");
	else if (per_s < 9999.5)
		snprintf(out, VALUE_LEN, "%.0f", per_s);
	else
		snprintf(out, VALUE_LEN, "%.0fk", per_s / 1000);
}

/* Where there is less room a range is its beginning. */
static void write_value(const struct pt_value *v, enum pt_heading_kind kind, int w, char *out)
{
	unsigned long long n = v->n, end = v->end;

	switch (kind) {
	case PT_IS_BYTES:
		pt_size_text(n, out);
		break;
	case PT_IS_ADDRESS:
		snprintf(out, VALUE_LEN, "%llx", n);
		break;
	case PT_IS_RANGE:
		snprintf(out, VALUE_LEN, w < RANGE_W ? "%012llx" : "%012llx-%012llx", n, end);
		break;
	case PT_IS_RATE:
		write_rate(v->rate, out);
		break;
	default:
		snprintf(out, VALUE_LEN, "%llu", n);
	}
}

void pt_draw_value(const struct pt_slot *s, int heading, const void *row)
{
	const struct pt_heading_row *h = &pt_headings[heading];
	enum pt_heading_kind kind = (enum pt_heading_kind)h->kind;
	struct pt_value v = h->value(row);
	char text[VALUE_LEN] = "?";

	if (kind == PT_IS_RATE || !pt_value_is_open(&v, kind))
		write_value(&v, kind, s->w, text);
	if (h->right)
		pt_slot_right(s, text);
	else
		pt_slot_text(s, v.text ? v.text : text);
}

/* ---- what stands beside the rows */

void pt_shape_text(const struct pt_shape *shape, const struct pt_order *o, size_t nall,
		   struct pt_str *out)
{
	const struct pt_list_filter *f = &shape->filter;

	if (!pt_list_filter_is_set(f))
		return;
	if (f->comm[0]) {
		pt_str_adds(out, "   only ");
		pt_escape(out, f->comm, strlen(f->comm));
	} else { /* it was typed: no controls are in it, and a pattern has backslashes */
		pt_str_addf(out, "   %s %s", f->re ? "matching" : "with", f->text);
	}
	pt_str_addf(out, " · %zu of %zu", o->n, nall);
	if (o->nopen)
		pt_str_addf(out, ", %zu may match", o->nopen);
	if (o->too_long)
		pt_str_adds(out, ": pattern too complex");
}

void pt_branch_text(const struct pt_order_row *row, struct pt_str *out)
{
	for (int d = 1; d < row->depth; d++)
		pt_str_adds(out, row->open >> d & 1 ? "│  " : "   ");
	if (row->depth)
		pt_str_adds(out, row->open >> row->depth & 1 ? "├─ " : "└─ ");
}

void pt_list_help(enum pt_list_id list, struct pt_str *out)
{
	pt_str_adds(out, "\nColumns\n");
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (pt_headings[i].lists >> list & 1)
			pt_str_addf(out, "  %-8.*s %s\n", (int)strcspn(pt_headings[i].title, " "),
				    pt_headings[i].title, pt_headings[i].text);
}
