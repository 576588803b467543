#include "pagetop/view/view.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

#define VIEW(id, class, ...) extern const struct pt_view_class pt_##class##_view;
#include "pagetop/view/views.def"
#undef VIEW

const struct pt_view_row pt_views[PT_NVIEWS] = {
#define VIEW(id, class, ...) [PT_VIEW_##id] = { #id, &pt_##class##_view, __VA_ARGS__ },
#include "pagetop/view/views.def"
#undef VIEW
};

const struct pt_view_row *pt_view_named(const char *id)
{
	for (size_t i = 0; i < PT_NVIEWS; i++)
		if (!strcmp(pt_views[i].id, id))
			return &pt_views[i];
	return NULL;
}

void pt_list_move(struct pt_list *l, size_t n, enum pt_move move)
{
	size_t page = l->rows > 1 ? (size_t)l->rows - 1 : 1;
	size_t last = n ? n - 1 : 0;

	switch (move) {
	case PT_MOVE_UP:
		l->cur -= l->cur > 0;
		break;
	case PT_MOVE_DOWN:
		l->cur += l->cur < last;
		break;
	case PT_MOVE_PGUP:
		l->cur -= l->cur < page ? l->cur : page;
		break;
	case PT_MOVE_PGDN:
		l->cur = last - l->cur < page ? last : l->cur + page;
		break;
	case PT_MOVE_HOME:
		l->cur = 0;
		break;
	case PT_MOVE_END:
		l->cur = last;
		break;
	case PT_MOVE_LEFT:
		l->xscroll -= l->xscroll < 8 ? l->xscroll : 8;
		break;
	case PT_MOVE_RIGHT:
		l->xscroll += l->xscroll < 4096 ? 8 : 0;
		break;
	default:
		break;
	}
}

void pt_list_fit(struct pt_list *l, size_t n, int rows)
{
	l->rows = rows < 0 ? 0 : rows;
	if (l->cur >= n)
		l->cur = n ? n - 1 : 0;
	if (l->cur < l->top)
		l->top = l->cur;
	if (l->rows && l->cur >= l->top + (size_t)l->rows)
		l->top = l->cur - (size_t)l->rows + 1;
	if (l->top + (size_t)l->rows > n)
		l->top = n > (size_t)l->rows ? n - (size_t)l->rows : 0;
}

void pt_draw_cursor(struct pt_slot *s)
{
	s->style = PT_ROLE_CHOSEN;
	pt_canvas_put(s->c, 0, s->y, 0x25b8, s->style);
	pt_canvas_cursor(s->c, 0, s->y);
}

void pt_draw_lens_title(struct pt_canvas *c, int x, int y, int w, enum pt_lens_id lens)
{
	char name[16];
	size_t n = 0;

	for (const char *s = pt_lenses[lens].name; *s && n + 1 < sizeof(name); s++)
		name[n++] = (char)toupper((unsigned char)*s);
	name[n] = '\0';
	pt_canvas_text(c, x, y, w, PT_ROLE_HEAD, lens == PT_LENS_STATE ? "PAGES" : name);
}

uint32_t pt_sign(int row, uint8_t over)
{
	char sign = pt_rows[row].sign;

	return (unsigned char)(over & PT_OVER_HUGE ? toupper(sign) : sign);
}

pt_style pt_page_style(int row, uint8_t over)
{
	return (pt_style)(pt_rows[row].role |
			  (over & PT_OVER_HUGE ? PT_STYLE_HUGE : 0) |
			  (over & PT_OVER_LARGE ? PT_STYLE_LARGE : 0) |
			  (over & PT_OVER_LOCKED ? PT_STYLE_LOCKED : 0));
}

/*
 * What must not be lost among other pages, by what a row means, in whatever lens:
 * the loudest first.
 */
static const uint8_t loud[] = {
	PT_ROLE_ALARM,	PT_ROLE_MOVING, PT_ROLE_SWAPPED, PT_ROLE_MARKER,
	PT_ROLE_COPIED, PT_ROLE_KSM,	PT_ROLE_LAZY,	 PT_ROLE_COW,
};

/* The row that a cell shows: the loudest that there is, or else the most frequent. */
static int loudest_row(const struct pt_counts *counts)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];

	for (size_t k = 0; k < sizeof(loud) / sizeof(loud[0]); k++)
		for (int i = lens->first; i < lens->first + lens->nrows; i++)
			if (pt_rows[i].role == loud[k] && pt_counts_of(counts, i))
				return i;
	return pt_counts_row(counts);
}

void pt_draw_counts(struct pt_canvas *c, int x, int y, const struct pt_counts *counts,
		    pt_style marks)
{
	int row = loudest_row(counts);
	uint8_t over = pt_counts_over(counts);
	uint64_t n = pt_counts_of(counts, row);

	if (n < counts->npages)
		marks |= PT_STYLE_MIXED | (n < counts->npages - n ? PT_STYLE_FEW : 0);
	pt_canvas_put(c, x, y, pt_sign(row, over), pt_page_style(row, over) | marks);
}

uint64_t pt_vma_part(const struct pt_vma *vma, uint64_t at, uint64_t nparts, bool up)
{
	uint64_t n = pt_vma_end_vpn(vma) - pt_vma_vpn(vma);

	return pt_vma_vpn(vma) + n / nparts * at +
	       (n % nparts * at + (up ? nparts - 1 : 0)) / nparts;
}

pt_style pt_fresh_mark(const struct pt_scene *sc, uint64_t lo_vpn, uint64_t hi_vpn)
{
	if (pt_fresh_any(sc->fresh[0], lo_vpn, hi_vpn))
		return PT_STYLE_FLASH;
	return pt_fresh_any(sc->fresh[1], lo_vpn, hi_vpn) ? PT_STYLE_FADE : 0;
}

uint32_t pt_graph_cell(double value, double max)
{
	uint32_t eighths = max > 0 ? (uint32_t)(value / max * 8 + 0.5) : 0;

	if (!(value > 0))
		return ' ';
	return 0x2580 + (eighths ? eighths : 1);
}

void pt_sum_text(enum pt_column col, const struct pt_sum *sum, char ret[static PT_SUM_LEN])
{
	uint64_t bytes = pt_sum_bytes(col, sum);
	char size[PT_SIZE_LEN];

	if (sum->unknown && !bytes)
		snprintf(ret, PT_SUM_LEN, "?");
	else
		snprintf(ret, PT_SUM_LEN, "%s%s", sum->unknown ? "≥" : "",
			 pt_size_text(bytes, size));
}

void pt_draw_sum(const struct pt_slot *s, enum pt_column col, const struct pt_sum *sum)
{
	char text[PT_SUM_LEN];

	pt_sum_text(col, sum, text);
	pt_slot_right(s, text);
}

static void add_seconds(struct pt_str *out, uint64_t ns)
{
	double s = (double)ns / 1e9;

	if (s < 9.95)
		pt_str_addf(out, "%.1f s", s);
	else if (s < 600)
		pt_str_addf(out, "%.0f s", s);
	else
		pt_str_addf(out, "%.0f min", s / 60);
}

/* What is said of the age of the data; with less detail the less of it there is room for. */
static void add_age(const struct pt_scene *sc, int detail, uint64_t cost_ns, uint64_t mono_ns,
		    struct pt_str *out)
{
	if (sc->moment) {
		pt_str_adds(out, sc->moment);
		return;
	}
	if (sc->stale)
		pt_str_adds(out, "~ stale · ");
	if (detail > 0)
		pt_str_addf(out, "scan %.1f ms · ", (double)cost_ns / 1e6);
	add_seconds(out, sc->now_ns > mono_ns ? sc->now_ns - mono_ns : 0);
	pt_str_adds(out, " old");
	if (!sc->stale && sc->interval_ns && detail > 1) {
		pt_str_adds(out, " · every ");
		add_seconds(out, sc->interval_ns);
		if (sc->share > 0 && sc->interval_ns > sc->asked_ns)
			pt_str_addf(out, " (%.0f%% of a core)", sc->share * 100);
	}
	if (detail > 1 && sc->img && sc->img->nkept && sc->img->mono_ns == mono_ns) {
		pt_str_adds(out, " · flags up to ");
		add_seconds(out, sc->now_ns - pt_image_oldest_ns(sc->img));
	}
}

void pt_draw_top(const struct pt_scene *sc, struct pt_canvas *c, const char *title,
		 uint64_t cost_ns, uint64_t mono_ns)
{
	struct pt_str s = PT_STR_INIT;
	int title_w = pt_text_width(title), w = 0;

	for (int detail = 2; (mono_ns || sc->moment) && detail >= (c->w >= 60); detail--) {
		pt_str_reset(&s);
		add_age(sc, detail, cost_ns, mono_ns, &s);
		w = pt_text_width(s.s) + 1;
		if (title_w + 2 + w <= c->w)
			break;
	}
	pt_canvas_text(c, 0, 0, c->w - w - 2, PT_ROLE_TITLE, title);
	pt_canvas_text(c, c->w - w, 0, w, sc->stale || sc->moment ? PT_ROLE_WARN : PT_ROLE_FAINT,
		       s.s);
	pt_str_done(&s);
}

void pt_title_process(const struct pt_scene *sc, struct pt_str *out)
{
	const struct pt_process *p;

	pt_str_addf(out, " %s ▸ ", sc->host);
	if (sc->img) {
		pt_str_addf(out, "%d %s", (int)sc->img->pid, sc->img->name);
	} else if (sc->pid) {
		p = sc->table ? pt_table_find(sc->table, sc->pid, 0) : NULL;
		pt_str_addf(out, "%d ", (int)sc->pid);
		if (p)
			pt_escape(out, p->comm, strlen(p->comm));
	}
	if (sc->img && sc->img->nunstable)
		pt_str_addf(out, " (%llu unstable %s)",
			    (unsigned long long)sc->img->nunstable,
			    pt_noun(sc->img->nunstable, "page", "pages"));
}

int pt_draw_wrapped(const struct pt_slot *s, const char *text)
{
	struct pt_slot row = *s;

	while (*text && s->w > 0) {
		size_t len = 0, at = 0, word = 0;
		uint32_t ch;
		int used = 0;
		char *line;

		/* As many words as fit; a word longer than the line is broken. */
		while (used < s->w && pt_utf8_decode(text + at, strnlen(text + at, 4), &ch)) {
			if (ch == ' ')
				word = at;
			used += pt_char_width(ch);
			at += pt_text_next(text + at, strlen(text + at));
		}
		len = !text[at] || text[at] == ' ' || !word ? at : word;
		line = pt_strndup(text, len);
		if (line)
			pt_slot_text(&row, line);
		free(line);
		row.y++;
		text += len;
		text += strspn(text, " ");
		if (!len)
			break;
	}
	return row.y;
}

void pt_keys_in(const struct pt_scene *sc, const char *text, struct pt_str *out)
{
	if (sc->keys)
		sc->keys(sc->bound, text, out);
	else
		pt_str_adds(out, text);
}

static int draw_words(const struct pt_scene *sc, struct pt_canvas *c, int y, pt_style style,
		      const char *text)
{
	struct pt_str s = PT_STR_INIT;

	pt_keys_in(sc, text, &s);
	y = pt_draw_wrapped(&(struct pt_slot){ c, 2, y, c->w - 4, style }, s.s);
	pt_str_done(&s);
	return y;
}

void pt_draw_waiting(const struct pt_scene *sc, struct pt_canvas *c, int y, enum pt_view_id view,
		     const char *instead)
{
	const struct pt_view_row *words = &pt_views[view];

	if (instead) {
		draw_words(sc, c, y, PT_ROLE_FAINT, instead);
		return;
	}
	y = draw_words(sc, c, y, PT_ROLE_FAINT, words->reading);
	y = draw_words(sc, c, y, PT_ROLE_PLAIN, words->shows);
	draw_words(sc, c, y, PT_ROLE_FAINT, words->next);
}

int pt_draw_scrolled(const struct pt_slot *s, const char *text, int xscroll)
{
	uint32_t ch;
	size_t n;

	for (; xscroll > 0 && (n = pt_text_next(text, strlen(text))); text += n) {
		pt_utf8_decode(text, n, &ch);
		xscroll -= pt_char_width(ch);
	}
	return pt_slot_text(s, text);
}

int pt_draw_path(const struct pt_slot *s, const char *text, size_t path_len)
{
	struct pt_slot rest = *s;

	const char *from = text, *slash;

	while (*text == '/' && pt_text_width(from) + (from != text) > s->w &&
	       (slash = memchr(from + 1, '/', (size_t)(text + path_len - from - 1))))
		from = slash;
	if (from == text)
		return pt_slot_text(s, text);
	pt_slot_text(s, "…");
	rest.x++;
	rest.w--;
	return pt_slot_text(&rest, from);
}

void pt_draw_more(const struct pt_scene *sc, int nlines, struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_addf(&s, " ▾ %d more %s: ", nlines, pt_noun((uint64_t)nlines, "line", "lines"));
	pt_keys_in(sc, "{pgdn}", &s);
	for (int x = 0; x < c->w; x++)
		pt_canvas_put(c, x, c->h - 1, ' ', PT_ROLE_PLAIN);
	pt_canvas_text(c, 0, c->h - 1, c->w, PT_ROLE_WARN, s.s);
	pt_str_done(&s);
}

static const struct pt_note *note_of(const struct pt_scene *sc, const struct pt_vma *vma)
{
	for (size_t i = 0; i < sc->nnotes; i++)
		if (sc->notes[i].start < vma->end && vma->start < sc->notes[i].end)
			return &sc->notes[i];
	return NULL;
}

void pt_vma_name(const struct pt_vma *vma, struct pt_str *out)
{
	if (vma->name_len)
		pt_escape(out, vma->name, vma->name_len);
	else
		pt_str_adds(out, "[anonymous]");
}

void pt_vma_text(const struct pt_scene *sc, const struct pt_vma *vma, struct pt_str *out)
{
	const struct pt_note *note = note_of(sc, vma);

	if (note) {
		pt_str_addf(out, "expect %c%s%s%s: ", note->sign,
			    note->over & PT_OVER_HUGE ? " huge" : "",
			    note->over & PT_OVER_LARGE ? " large" : "",
			    note->over & PT_OVER_LOCKED ? " locked" : "");
		pt_str_adds(out, note->text);
		if (vma->name_len)
			pt_str_adds(out, "  ");
	}
	if (!note || vma->name_len)
		pt_vma_name(vma, out);
}
