#include "pagetop/view/processes_view.h"

#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/view/about.h"
#include "pagetop/view/desk.h"
#include "pagetop/view/header_view.h"

enum { BAR_W = 14, COMMAND_W = 20, WIDE = 74 };

static const struct pt_processes_view *of(const struct pt_listing *r)
{
	return (const struct pt_processes_view *)r;
}

void pt_processes_select(struct pt_processes_view *v, const struct pt_process *p)
{
	v->pid = p->pid;
	v->starttime = p->starttime;
}

static const struct pt_process *at(const struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	return &sc->table->p[r->order.r[i].row];
}

static size_t make(struct pt_listing *r, const struct pt_scene *sc)
{
	if (!sc->table)
		return 0;
	pt_order_processes(&r->order, &r->shape, sc->table, sc->version);
	return r->order.n;
}

/* Where the cursor's process is now; if it is gone, the row stays. */
static size_t find(const struct pt_listing *r, const struct pt_scene *sc)
{
	const struct pt_processes_view *v = of(r);
	const struct pt_process *p = v->pid ? pt_table_find(sc->table, v->pid, v->starttime) : NULL;
	size_t n = r->order.n, i = p ? pt_order_find(&r->order, (size_t)(p - sc->table->p)) : n;

	if (i < n)
		return i;
	return r->list.cur < n ? r->list.cur : n - 1;
}

static void put(struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	pt_processes_select((struct pt_processes_view *)r, at(r, sc, i));
}

static uint64_t key(const struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	return (uint64_t)at(r, sc, i)->pid;
}

static const void *row(const struct pt_listing *r, const struct pt_scene *sc, size_t i)
{
	return at(r, sc, i);
}

static void name(const struct pt_listing *r, const struct pt_scene *sc, size_t i,
		 struct pt_str *out)
{
	pt_process_text(at(r, sc, i), out);
}

size_t pt_processes_n(struct pt_processes_view *v, const struct pt_scene *sc)
{
	return make(&v->rows, sc);
}

const struct pt_process *pt_processes_at(const struct pt_processes_view *v,
					 const struct pt_scene *sc, size_t i)
{
	return at(&v->rows, sc, i);
}

const struct pt_process *pt_processes_current(struct pt_processes_view *v,
					      const struct pt_scene *sc)
{
	return pt_listing_current(&v->rows, sc) ? at(&v->rows, sc, v->rows.list.cur) : NULL;
}

unsigned pt_processes_visible(struct pt_processes_view *v, const struct pt_scene *sc, pid_t *ret,
			      unsigned max)
{
	const struct pt_list *l = &v->rows.list;
	size_t rows = pt_processes_n(v, sc);
	unsigned n = 0;

	for (size_t i = l->top; i < rows && n < max && i < l->top + (size_t)l->rows; i++)
		ret[n++] = at(&v->rows, sc, i)->pid;
	return n;
}

/* The states of what the process has in memory or swap, in their shares. */
static void draw_bar(const struct pt_slot *s, const struct pt_counts *counts)
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
			pt_canvas_put(s->c, s->x + used, s->y, pt_sign(i, 0), pt_page_style(i, 0));
	}
}

/* Columns that a command gets before a sum gets any; a wider screen never has fewer sums. */
static int command_least(int w)
{
	if (w < WIDE)
		return COMMAND_W / 2;
	return w < 120 ? COMMAND_W : COMMAND_W + (w - 120) * 3 / 4;
}

/* A narrow screen keeps pid, sums and command. */
static void add_default(struct pt_layout *l)
{
	static const int behind[] = { PT_HEADING_FAULTS, PT_HEADING_SHARES };
	int rest = command_least(l->w);

	pt_layout_add(l, PT_HEADING_PID, pt_headings[PT_HEADING_PID].w);
	if (l->w >= WIDE)
		pt_layout_add(l, PT_HEADING_USER, pt_headings[PT_HEADING_USER].w);
	for (int i = 0; l->w >= WIDE && i < 2; i++)
		rest += pt_headings[behind[i]].w + 1;
	pt_layout_add_sums(l, PT_IN_PROCESSES, l->w - l->x - rest);
	for (int i = 0; l->w >= WIDE && i < 2; i++)
		pt_layout_add(l, behind[i], pt_headings[behind[i]].w);
	pt_layout_add(l, PT_HEADING_COMMAND, 0);
}

/*
 * Why there is no sum: kernel threads and the dead have none, of others it is not
 * known, or not yet.
 */
static void draw_sum(const struct pt_slot *s, const struct pt_process *p, int sum)
{
	struct pt_slot faint = *s;

	faint.style = PT_ROLE_FAINT;
	if (p->scanned && !p->err)
		pt_draw_sum(s, (enum pt_column)sum, &p->sum[sum]);
	else if (!pt_process_has_memory(p))
		pt_slot_right(&faint, "-");
	else
		pt_slot_right(&faint, p->err ? "?" : "…");
}

/* As far as there is room; returns the column behind it. */
static int draw_text(const struct pt_slot *slot, const struct pt_listing *r,
		     const struct pt_process *p)
{
	struct pt_str s = PT_STR_INIT;
	int end;

	pt_process_text(p, &s);
	end = pt_listing_draw_name(slot, r, s.s, strcspn(s.s, " "));
	pt_str_done(&s);
	return end;
}

static void draw_command(const struct pt_slot *s, const struct pt_listing *r, size_t i,
			 const struct pt_process *p)
{
	struct pt_str branch = PT_STR_INIT;
	struct pt_slot at = *s;

	pt_branch_text(&r->order.r[i], &branch);
	at.style = PT_ROLE_FAINT;
	if (branch.len)
		at.x = pt_slot_text(&at, branch.s);
	at.w = s->x + s->w - at.x;
	at.style = s->style;
	draw_text(&at, r, p);
	pt_str_done(&branch);
}

static void draw_cell(const struct pt_slot *s, const struct pt_listing *r,
		      const struct pt_scene *sc, size_t i, int heading)
{
	const struct pt_process *p = at(r, sc, i);
	int sum = pt_heading_sum(heading);

	if (sum >= 0)
		draw_sum(s, p, sum);
	else if (pt_headings[heading].kind == PT_IS_NAME)
		draw_command(s, r, i, p);
	else if (p->scanned && !p->err)
		draw_bar(s, &p->counts);
}

const struct pt_listing_class pt_processes_listing = {
	.id = PT_IN_PROCESSES,
	.what = "processes",
	.x = 1,
	.hit = PT_HIT_PROCESS,
	.make = make,
	.find = find,
	.put = put,
	.key = key,
	.name = name,
	.lay_out = add_default,
	.row = row,
	.draw = draw_cell,
};

/* Its name as far as there is room beside the reason, which takes the place of the bar too. */
static void draw_refused(struct pt_slot *s, const struct pt_listing *r, const struct pt_layout *l,
			 const struct pt_process *p)
{
	int w, at = pt_layout_find(l, PT_HEADING_COMMAND, &w),
	       bar = pt_layout_find(l, PT_HEADING_SHARES, &w);
	int x = bar >= 0 && bar + w + 1 == at ? bar : at, room = s->c->w - x;
	int least = room < 2 * COMMAND_W ? room / 2 : COMMAND_W,
	    command_w = room - pt_text_width(p->why) - 4;

	if (at < 0 || l->col[l->n - 1].heading != PT_HEADING_COMMAND)
		return;
	for (int i = x; i < s->c->w; i++)
		pt_canvas_put(s->c, i, s->y, ' ', PT_ROLE_PLAIN);
	command_w = command_w < least ? least : command_w;
	s->x = x;
	s->w = r->list.xscroll ? room : command_w;
	x = draw_text(s, r, p) + 2;
	if (!r->list.xscroll)
		pt_canvas_textf(s->c, x, s->y, s->c->w - x, PT_ROLE_WARN, "? %s", p->why);
}

static void draw_row(const struct pt_listing *r, const struct pt_scene *sc,
		     const struct pt_layout *l, size_t i, struct pt_slot s)
{
	const struct pt_process *p = at(r, sc, i);

	pt_listing_draw(r, sc, l, i, s);
	s.style = i == r->list.cur ? PT_ROLE_CHOSEN : s.style;
	if (p->err)
		draw_refused(&s, r, l, p);
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

static void draw_title(const struct pt_processes_view *v, const struct pt_scene *sc,
		       struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_adds(&s, " pagetop");
	if (sc->table)
		pt_shape_text(&v->rows.shape, &v->rows.order, sc->table->n, &s);
	pt_str_addf(&s, "   %s · %s", sc->host, sc->machine);
	pt_draw_top(sc, c, s.s, sc->table ? sc->table->cost_ns : 0, oldest(sc->table));
	pt_str_done(&s);
}

/* The row of the cursor stays where it is, as far as there are rows above and below. */
static void hold_row(struct pt_list *l, size_t n, int rows, size_t above)
{
	pt_list_fit(l, n, rows);
	l->top = l->cur > above ? l->cur - above : 0;
	pt_list_fit(l, n, rows);
}

/* Whether no process at all is of this user, or in this control group. */
static bool is_of_nobody(const struct pt_list_filter *f, enum pt_list_word_kind kind,
			 const struct pt_table *t)
{
	bool none = false;

	for (int i = 0; i < f->n && !none; i++) {
		none = f->word[i].kind == kind && !f->word[i].not;
		for (size_t k = 0; k < t->n && none; k++)
			none = !pt_list_filter_word(f, &f->word[i], &t->p[k]);
	}
	return none;
}

static const char *why_none(const struct pt_list_filter *f, const struct pt_table *t, size_t nopen)
{
	if (f->re)
		return "no command line matches this pattern, which is not a filter word";
	if (is_of_nobody(f, PT_WORD_USER, t))
		return "no process of this user";
	if (is_of_nobody(f, PT_WORD_CGROUP, t))
		return "no process in this cgroup or below it";
	return nopen ? "no process is known to match" : "no process matches";
}

static void draw_none(const struct pt_processes_view *v, const struct pt_scene *sc,
		      struct pt_canvas *c, int y)
{
	const struct pt_list_filter *f = &v->rows.shape.filter;
	struct pt_str s = PT_STR_INIT;

	pt_str_adds(&s, why_none(f, sc->table, v->rows.order.nopen));
	pt_nearest_say(&f->near, &s);
	pt_str_adds(&s, "; {show-all} clears the filter");
	pt_draw_waiting(sc, c, y, PT_VIEW_PROCESSES, s.s);
	pt_str_done(&s);
}

void pt_processes_draw(struct pt_processes_view *v, const struct pt_scene *sc, struct pt_canvas *c)
{
	struct pt_listing *r = &v->rows;
	const struct pt_layout l = pt_listing_layout(r, c);
	size_t above = r->list.cur - r->list.top;
	int y = pt_header_draw(sc, c, 1);

	pt_layout_draw_titles(&l, &r->shape, sc->lens, c, y++);
	pt_listing_current(r, sc);
	draw_title(v, sc, c);
	if (!sc->table) {
		pt_draw_waiting(sc, c, y + 1, PT_VIEW_PROCESSES, NULL);
		return;
	}
	if (r->shape.follow && r->list.rows)
		hold_row(&r->list, r->order.n, c->h - y, above);
	else
		pt_list_fit(&r->list, r->order.n, c->h - y);
	for (int i = 0; i < r->list.rows && r->list.top + (size_t)i < r->order.n; i++)
		draw_row(r, sc, &l, r->list.top + (size_t)i,
			 (struct pt_slot){ c, 0, y + i, 0, PT_ROLE_PLAIN });
	if (!r->order.n && pt_list_filter_is_set(&r->shape.filter))
		draw_none(v, sc, c, y + 1);
}

/* ---- the view */

static struct pt_processes_view *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_PROCESSES];
}

static void desk_init(void *state)
{
	pt_listing_init(state, &pt_processes_listing);
}

static void desk_done(void *state)
{
	pt_listing_done(state);
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	pt_processes_draw(own(d), &d->scene, c);
}

static const struct pt_process *current(struct pt_desk *d)
{
	return pt_processes_current(own(d), &d->scene);
}

static bool enter(struct pt_desk *d)
{
	const struct pt_process *p = current(d);

	if (p && pt_process_no_memory(p))
		pt_desk_say(d, "%d %s", (int)p->pid, pt_process_no_memory(p));
	return p && !pt_process_no_memory(p);
}

static void entered(struct pt_desk *d, bool other)
{
	(void)other;
	own(d)->pid = d->pid;
	own(d)->starttime = d->starttime;
}

static bool wish(struct pt_desk *d, struct pt_wish *w)
{
	const struct pt_shape *s = &own(d)->rows.shape;

	w->kind = PT_WISH_TABLE;
	w->needs = pt_shape_needs(s);
	w->lens = (enum pt_lens_id)pt_list_filter_lens(&s->filter, w->lens);
	w->nfirst = pt_processes_visible(own(d), &d->scene, w->first, PT_WISH_NFIRST);
	return true;
}

/* Rows that came onto the screen before their turn in the first pass. */
static bool waits(struct pt_desk *d, const struct pt_wish *posted)
{
	const struct pt_table *t = d->scene.table;
	pid_t shown[PT_WISH_NFIRST];
	unsigned n;

	if (!t || t->complete)
		return false;
	n = pt_processes_visible(own(d), &d->scene, shown, PT_WISH_NFIRST);
	for (unsigned i = 0; i < n; i++) {
		const struct pt_process *p = pt_table_find(t, shown[i], 0);
		unsigned k = 0;

		while (k < posted->nfirst && posted->first[k] != p->pid)
			k++;
		if (k == posted->nfirst && !p->scanned && !p->err && pt_process_has_memory(p))
			return true;
	}
	return false;
}

static uint64_t shown_ns(const struct pt_desk *d)
{
	return d->scene.table ? d->scene.table->mono_ns : 0;
}

/* Why its pages cannot be read: the row may have no room for the reason. */
static void remark(struct pt_desk *d, struct pt_str *out)
{
	const struct pt_process *p = current(d);

	if (p && p->err)
		pt_str_addf(out, "%d: %s", (int)p->pid, p->why);
}

/*
 * What is compared is of one process; the filter may keep the list at another lens
 * than the chosen one.
 */
static bool say_lens(struct pt_desk *d, bool chosen)
{
	int lens = pt_list_filter_lens(&own(d)->rows.shape.filter, d->lens);

	if (d->lens == PT_LENS_CHANGE && chosen)
		pt_desk_say(
			d,
			"lens %c %s compares two snapshots of one process; this list shows states",
			pt_lenses[d->lens].key, pt_lenses[d->lens].name);
	else if (d->lens != PT_LENS_CHANGE && lens != (int)d->lens)
		pt_desk_say(d, "the filter needs lens %c %s; the list uses it",
			    pt_lenses[lens].key, pt_lenses[lens].name);
	else
		return false;
	return true;
}

static void help(struct pt_str *out)
{
	pt_list_help(PT_IN_PROCESSES, out);
	pt_header_text(out);
}

static void words(struct pt_str *out)
{
	for (int i = 0; i < PT_NCOLS; i++)
		pt_str_addf(out, "%s%s", i ? ", " : "  ", pt_columns[i].name);
	pt_str_adds(out, "\n  user:NAME, user:UID, cgroup:PATH");
}

static void about(struct pt_desk *d, struct pt_str *title, struct pt_str *out)
{
	pt_str_adds(title, "Columns explained");
	pt_about_columns(PT_IN_PROCESSES, pt_heading_sum(own(d)->rows.shape.heading), out);
	pt_header_text(out);
}

const struct pt_view_class pt_processes_view = {
	.size = sizeof(struct pt_processes_view),
	.init = desk_init,
	.done = desk_done,
	.listing = &pt_processes_listing,
	.entered = entered,
	.draw = desk_draw,
	.enter = enter,
	.wish = wish,
	.waits = waits,
	.process = current,
	.shown_ns = shown_ns,
	.remark = remark,
	.lens = say_lens,
	.help = help,
	.words = words,
	.about = about,
};
