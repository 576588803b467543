#include "pagetop/view/processes_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/view/header_view.h"

enum { PID_W = 7, USER_W = 8, FAULTS_W = 5, BAR_W = 14, COMMAND_W = 20, WIDE = 74 };

void pt_processes_select(struct pt_processes_view *v, const struct pt_process *p)
{
	v->pid = p->pid;
	v->starttime = p->starttime;
}

/* Where the cursor's process is now; if it is gone, the row stays. */
static void follow(struct pt_processes_view *v, const struct pt_scene *sc)
{
	const struct pt_process *p = pt_table_find(sc->table, v->pid, v->starttime);

	if (v->pid && p)
		v->list.cur = (size_t)(p - sc->table->p);
	if (v->list.cur >= sc->table->n)
		v->list.cur = sc->table->n ? sc->table->n - 1 : 0;
	if (!v->pid && sc->table->n && sc->table->complete)	/* from now on it stays with its process */
		pt_processes_select(v, &sc->table->p[v->list.cur]);
}

const struct pt_process *pt_processes_current(struct pt_processes_view *v,
					      const struct pt_scene *sc)
{
	if (!sc->table || !sc->table->n)
		return NULL;
	follow(v, sc);
	return &sc->table->p[v->list.cur];
}

void pt_processes_move(struct pt_processes_view *v, const struct pt_scene *sc, enum pt_move move)
{
	if (!pt_processes_current(v, sc))
		return;
	pt_list_move(&v->list, sc->table->n, move);
	pt_processes_select(v, &sc->table->p[v->list.cur]);
}

unsigned pt_processes_visible(const struct pt_processes_view *v, const struct pt_scene *sc,
			      pid_t *ret, unsigned max)
{
	unsigned n = 0;

	for (size_t i = v->list.top; sc->table && i < sc->table->n && n < max &&
	     i < v->list.top + (size_t)v->list.rows; i++)
		ret[n++] = sc->table->p[i].pid;
	return n;
}

/* The states of what the process has in memory or swap, in their shares. */
static void draw_bar(struct pt_canvas *c, int x, int y, const struct pt_counts *counts)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];
	uint64_t there = counts->npages - pt_counts_of(counts, lens->absent) -
			 pt_counts_of(counts, lens->unmappable), sum = 0;
	int used = 0;

	for (int i = lens->first; i < lens->first + lens->nrows && there; i++) {
		int end;

		if (i == lens->absent || i == lens->unmappable)
			continue;
		sum += pt_counts_of(counts, i);
		end = (int)((sum * BAR_W + there / 2) / there);
		for (; used < end; used++)
			pt_canvas_put(c, x + used, y, pt_sign(i, 0),
				      pt_page_style(i, 0));
	}
}

static void draw_faults(struct pt_canvas *c, int x, int y, pt_style style, double per_s)
{
	char text[16];

	if (isnan(per_s))
		snprintf(text, sizeof(text), "?");
	else if (per_s < 0)
		snprintf(text, sizeof(text), "…");
	else if (per_s < 9999.5)
		snprintf(text, sizeof(text), "%.0f", per_s);
	else
		snprintf(text, sizeof(text), "%.0fk", per_s / 1000);
	pt_canvas_right(c, x + FAULTS_W, y, FAULTS_W, style, text);
}

/* Instead of sums: why there are none. Returns false if there are sums. */
static bool draw_why_not(struct pt_canvas *c, int x, int y, unsigned set, const struct pt_process *p)
{
	const char *sign = p->kthread || p->zombie ? "-" : p->err ? "?" : "…";

	if (p->scanned && !p->err)
		return false;
	for (int i = 0; i < PT_NCOLS; i++)
		if (set & 1u << i) {
			pt_canvas_right(c, x + PT_SUM_WIDTH, y, PT_SUM_WIDTH, PT_ROLE_FAINT, sign);
			x += PT_SUM_WIDTH + 1;
		}
	return true;
}

/* Where the columns are; a narrow screen keeps pid, sums and command. */
struct layout {
	int user_w, faults_w, bar_w;	/* 0: not shown */
	unsigned set;			/* of sums */
};

/* Columns that a command gets before a sum gets any; a wider screen never has fewer sums. */
static int command_least(int w)
{
	return w < WIDE ? COMMAND_W / 2 : w < 120 ? COMMAND_W : COMMAND_W + (w - 120) * 3 / 4;
}

static struct layout layout_of(const struct pt_canvas *c)
{
	bool wide = c->w >= WIDE;
	struct layout l = { wide ? USER_W + 1 : 0, wide ? FAULTS_W + 1 : 0, wide ? BAR_W + 1 : 0, 0 };

	l.set = pt_columns_fit(PT_IN_PROCESSES, c->w - (PID_W + 1 + l.user_w + l.faults_w + l.bar_w +
							command_least(c->w)));
	return l;
}

/* Its name as far as there is room beside the reason, which takes the place of the bar too. */
static void draw_refused(const struct pt_processes_view *v, const struct pt_process *p, struct pt_canvas *c,
			 int x, int y, pt_style style)
{
	int room = c->w - x, least = room < 2 * COMMAND_W ? room / 2 : COMMAND_W;
	int command_w = room - pt_text_width(p->why) - 4;

	command_w = command_w < least ? least : command_w;
	if (v->list.xscroll)
		pt_draw_scrolled(c, x, y, style, p->command, v->list.xscroll);
	else
		x = pt_canvas_text(c, x, y, command_w, style, p->command) + 2;
	if (!v->list.xscroll)
		pt_canvas_textf(c, x, y, c->w - x, PT_ROLE_WARN, "? %s", p->why);
}

static void draw_row(const struct pt_processes_view *v, const struct pt_process *p, bool chosen,
		     struct pt_canvas *c, int y)
{
	const struct layout l = layout_of(c);
	pt_style style = chosen ? PT_ROLE_CHOSEN : PT_ROLE_PLAIN;
	int x = PID_W + 1 + l.user_w;
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)p->pid);
	if (chosen) {
		pt_canvas_put(c, 0, y, 0x25b8, style);
		pt_canvas_cursor(c, 0, y);
	}
	pt_canvas_right(c, PID_W, y, PID_W - 1, style, pid);
	pt_canvas_text(c, PID_W + 1, y, l.user_w - 1, style, p->user);
	if (draw_why_not(c, x, y, l.set, p))
		x += __builtin_popcount(l.set) * (PT_SUM_WIDTH + 1);
	else
		x = pt_draw_sums(c, x, y, style, l.set, p->sum);
	if (l.faults_w)
		draw_faults(c, x, y, style, p->faults_per_s);
	x += l.faults_w;
	if (p->scanned && !p->err && l.bar_w)
		draw_bar(c, x, y, &p->counts);
	if (p->err)
		draw_refused(v, p, c, x, y, style);
	else
		pt_draw_scrolled(c, x + l.bar_w, y, style, p->command, v->list.xscroll);
}

static void draw_heading(const struct pt_scene *sc, struct pt_canvas *c, int y)
{
	const struct layout l = layout_of(c);
	int x = PID_W + 1 + l.user_w;

	pt_canvas_row_style(c, y, PT_ROLE_HEAD);
	pt_canvas_right(c, PID_W, y, PID_W, PT_ROLE_HEAD, "PID");
	pt_canvas_text(c, PID_W + 1, y, l.user_w - 1, PT_ROLE_HEAD, "USER");
	x = pt_draw_titles(c, x, y, l.set);
	if (l.faults_w)
		pt_canvas_right(c, x + FAULTS_W, y, FAULTS_W, PT_ROLE_HEAD, "FLT/s");
	x += l.faults_w;
	pt_draw_lens_title(c, x, y, l.bar_w - 1, sc->lens);
	pt_canvas_text(c, x + l.bar_w, y, c->w - x - l.bar_w, PT_ROLE_HEAD, "COMMAND");
}

/* The sums come row by row: the list is as old as the oldest of them. */
static uint64_t oldest(const struct pt_table *t)
{
	uint64_t mono_ns = t ? t->mono_ns : 0;

	for (size_t i = 0; t && i < t->n; i++)
		if (t->p[i].scanned && t->p[i].mono_ns < mono_ns)
			mono_ns = t->p[i].mono_ns;
	return mono_ns;
}

static void draw_title(const struct pt_scene *sc, struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_addf(&s, " pagetop   %s · %s", sc->host, sc->machine);
	if (sc->only) {
		pt_str_adds(&s, "   only ");
		pt_escape(&s, sc->only, strlen(sc->only));
	}
	pt_draw_top(sc, c, s.s, sc->table ? sc->table->cost_ns : 0, oldest(sc->table));
	pt_str_done(&s);
}

void pt_processes_draw(struct pt_processes_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	int y = pt_header_draw(sc, c, 1);

	draw_title(sc, c);
	draw_heading(sc, c, y++);
	if (!sc->table) {
		pt_draw_waiting(c, y + 1, PT_VIEW_PROCESSES, NULL);
		return;
	}
	follow(v, sc);
	pt_list_fit(&v->list, sc->table->n, c->h - y);
	for (int i = 0; i < v->list.rows && v->list.top + (size_t)i < sc->table->n; i++)
		draw_row(v, &sc->table->p[v->list.top + (size_t)i],
			 v->list.top + (size_t)i == v->list.cur, c, y + i);
}
