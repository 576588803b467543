#include "pagetop/view/header_view.h"

#include <math.h>
#include <stdio.h>
#include "pagetop/base/text.h"

enum {
	LEAST_W = 72, LEAST_H = 20,	/* of a screen that has room for it */
	SMALL = 200,			/* of this part of RAM at least something is said */
	GRAPH_LEAST = 8, VALUE_W = 4, GAP = 2,
};

static void percent(char *text, size_t size, double share)
{
	if (share > 0 && share < 0.005)
		snprintf(text, size, "<1%%");
	else
		snprintf(text, size, "%.0f%%", share * 100);
}

/* "anon 11%" */
static void use_text(const struct pt_pulse *p, int use, char text[static 32])
{
	char share[8];

	percent(share, sizeof(share), (double)p->mem[use] / (double)p->total);
	snprintf(text, 32, "%s %s", pt_mem_rows[use].name, share);
}

/*
 * One use of RAM; its initial in each cell where there is no room for its name. Whether there was.
 */
static bool draw_use(const struct pt_pulse *p, struct pt_slot s, int use)
{
	char text[32];
	bool fits;

	s.style = (pt_style)(pt_mem_rows[use].role | (use == PT_MEM_FREE ? 0 : PT_STYLE_HUGE));
	use_text(p, use, text);
	fits = pt_text_width(text) <= s.w;
	for (int i = 0; i < s.w; i++)
		pt_canvas_put(s.c, s.x + i, s.y,
			      fits ? ' ' : (unsigned char)pt_mem_rows[use].name[0], s.style);
	s.x += pt_text_width(text) < s.w;
	if (fits)
		pt_slot_text(&s, text);
	return fits;
}

/* The uses side by side in w cells. Returns those, a bit each, that could not be named there. */
static unsigned draw_uses(const struct pt_pulse *p, struct pt_canvas *c, int x, int y, int w)
{
	unsigned unnamed = 0;
	uint64_t sum = 0;
	int used = 0;

	for (int i = 0; i < PT_NMEMS; i++) {
		int end;

		if (p->mem[i] == PT_COUNTER_NONE)
			continue;
		sum += p->mem[i];
		end = (int)((double)sum / (double)p->total * w + 0.5);
		end = end > w ? w : end;
		if (!draw_use(p, (struct pt_slot){ c, x + used, y, end - used, PT_ROLE_PLAIN }, i))
			unnamed |= 1u << i;
		used = end;
	}
	return unnamed;
}

/* What is too small for the bar, but not for the eye. Returns the column behind it. */
static int draw_small(const struct pt_pulse *p, struct pt_canvas *c, int x, int y, unsigned unnamed)
{
	char text[32];

	for (int i = 0; i < PT_NMEMS; i++) {
		use_text(p, i, text);
		if (!(unnamed >> i & 1) || p->mem[i] < p->total / SMALL ||
		    x + pt_text_width(text) >= c->w)
			continue;
		x = pt_canvas_text(c, x, y, c->w - x, pt_mem_rows[i].role, text) + GAP;
	}
	return x;
}

/* "≈ large 12% · ksm 0%": as many as fit. */
static void draw_sampled(const struct pt_pulse *p, struct pt_canvas *c, int x, int y)
{
	const struct pt_sample s = pt_pulse_sampled(p);
	const char *sep = "≈ ";
	char text[64], share[8];

	for (int i = 0; s.n && i < PT_NSAMPLED; i++) {
		if (p->noise >> i & 1)
			continue;
		percent(share, sizeof(share), (double)s.with[i] / s.n);
		snprintf(text, sizeof(text), "%s%s %s", sep, pt_sampled_rows[i].name, share);
		if (x + pt_text_width(text) >= c->w)
			break;
		x = pt_canvas_text(c, x, y, c->w - x, PT_ROLE_FAINT, text);
		sep = " · ";
	}
}

static void draw_memory(const struct pt_pulse *p, struct pt_canvas *c, int y)
{
	int x = pt_canvas_text(c, 1, y, c->w, PT_ROLE_TITLE, "RAM") + 1, w = c->w / 2;
	unsigned unnamed = draw_uses(p, c, x + 1, y, w);

	pt_canvas_put(c, x, y, 0x2595, PT_ROLE_FAINT);
	pt_canvas_put(c, x + 1 + w, y, 0x258f, PT_ROLE_FAINT);
	x = draw_small(p, c, x + 3 + w, y, unnamed);
	draw_sampled(p, c, x, y);
}

static void rate_text(double rate, char text[static 16])
{
	if (isnan(rate))
		snprintf(text, 16, "?");
	else if (rate > 0 && rate < 0.95)
		snprintf(text, 16, "<1");
	else if (rate < 999.5)
		snprintf(text, 16, "%.0f", rate);
	else if (rate < 9950)
		snprintf(text, 16, "%.1fk", rate / 1e3);
	else if (rate < 999.5e3)
		snprintf(text, 16, "%.0fk", rate / 1e3);
	else
		snprintf(text, 16, "%.1fM", rate / 1e6);
}

static bool happened(const struct pt_pulse *p, int rate)
{
	for (unsigned i = 0; i < p->n; i++)
		if (p->rate[i][rate] > 0)
			return true;
	return false;
}

static void draw_graph(const struct pt_pulse *p, const struct pt_slot *s, int rate)
{
	unsigned w = (unsigned)s->w, from = p->n > w ? p->n - w : 0;
	int x = s->x + (int)(w - (p->n - from));	/* the newest is always at the right */
	float max = 0;

	for (unsigned i = from; i < p->n; i++)
		max = p->rate[i][rate] > max ? p->rate[i][rate] : max;
	for (unsigned i = from; i < p->n; i++, x++)
		pt_canvas_put(s->c, x, s->y, isnan(p->rate[i][rate]) ? '?' :
			      pt_graph_cell((double)p->rate[i][rate], (double)max), PT_ROLE_FILE);
}

/* "faults 1.2k/s" and its graph, if ever it happened. Its width; draws where it has a canvas. */
static int draw_rate(const struct pt_pulse *p, struct pt_slot s, int graph_w, int rate)
{
	bool graph = happened(p, rate);
	const char *name = pt_rate_rows[rate].name;
	int name_w = pt_text_width(name), value_w = graph ? VALUE_W : 1;
	char value[16] = "…";

	if (p->n)
		rate_text((double)p->rate[p->n - 1][rate], value);
	else if (p->count[rate] == PT_COUNTER_NONE)
		snprintf(value, sizeof(value), "?");
	if (s.c) {
		pt_canvas_text(s.c, s.x, s.y, name_w, PT_ROLE_FAINT, name);
		s.x += name_w + 1;
		s.w = value_w;
		pt_slot_right(&s, value);
		pt_canvas_text(s.c, s.x + value_w, s.y, 2, s.style, "/s");
	}
	s.x += value_w + 3;
	s.w = graph_w;
	if (s.c && graph)
		draw_graph(p, &s, rate);
	return name_w + 1 + value_w + 2 + (graph ? 1 + graph_w : 0);
}

static void draw_rates(const struct pt_pulse *p, struct pt_canvas *c, int y)
{
	struct pt_slot s = { .c = NULL, .x = 1, .y = y };
	int x = 1, n = 0, ngraphs = 0, graph_w;

	while (n < PT_NRATES && x + draw_rate(p, s, GRAPH_LEAST, n) < c->w) {
		x += draw_rate(p, s, GRAPH_LEAST, n) + GAP;
		ngraphs += happened(p, n++);
	}
	graph_w = GRAPH_LEAST + (ngraphs && x < c->w ? (c->w - x) / ngraphs : 0);
	graph_w = graph_w > PT_PULSE_LEN ? PT_PULSE_LEN : graph_w;
	s.c = c;
	for (int i = 0; i < n; i++)
		s.x += draw_rate(p, s, graph_w, i) + GAP;
}

int pt_header_draw(const struct pt_scene *sc, struct pt_canvas *c, int y)
{
	const struct pt_pulse *p = sc->table ? &sc->table->pulse : NULL;

	if (!p || c->w < LEAST_W || c->h < LEAST_H)
		return y;
	if (p->total)
		draw_memory(p, c, y++);
	if (p->mono_ns)
		draw_rates(p, c, y++);
	return y;
}

void pt_header_text(struct pt_str *out)
{
	pt_str_adds(out, "\nRAM bar above the list, from left to right\n");
	for (int i = 0; i < PT_NMEMS; i++)
		pt_str_addf(out, "  %-15s %s\n", pt_mem_rows[i].name, pt_mem_rows[i].text);
	pt_str_adds(out,
		    "\nAfter ≈: share of all page frames, estimated from a sample\n");
	for (int i = 0; i < PT_NSAMPLED; i++)
		pt_str_addf(out, "  %-15s %s\n", pt_sampled_rows[i].name, pt_sampled_rows[i].text);
	pt_str_adds(out, "\nEvents per second (/s), with their recent history\n");
	for (int i = 0; i < PT_NRATES; i++)
		pt_str_addf(out, "  %-15s %s\n", pt_rate_rows[i].name, pt_rate_rows[i].text);
}
