#include "pagetop/view/page_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/explain.h"
#include "pagetop/view/about.h"
#include "pagetop/view/desk.h"

enum { HEAD_ROWS = 2, NAME_W = 12, VALUE_W = 20, MARGIN = 2, TEXT_LEAST = 24 };

static void draw_title(const struct pt_scene *sc, uint64_t vpn, struct pt_canvas *c)
{
	const struct pt_vma *vma = sc->img ? pt_image_vma(sc->img, vpn) : NULL;
	struct pt_str s = PT_STR_INIT;

	pt_title_process(sc, &s);
	pt_str_addf(&s, " ▸ page 0x%llx", (unsigned long long)vpn << PT_PAGE_SHIFT);
	if (vma) {
		pt_str_adds(&s, " of ");
		pt_vma_name(vma, &s);
	}
	pt_draw_top(sc, c, s.s, sc->page ? sc->page->cost_ns : 0,
		    sc->page ? sc->page->mono_ns : 0);
	pt_str_done(&s);
}

/* Lines "name\tvalue\tmeaning"; the meaning wraps under itself. */
static int draw_words(struct pt_canvas *c, int y, char *lines)
{
	char *save = NULL;

	for (char *line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, '\t'), *text = value ? strchr(value + 1, '\t') : NULL;
		int x = MARGIN + NAME_W;

		if (!text)
			continue;
		*value++ = '\0';
		*text++ = '\0';
		pt_canvas_text(c, MARGIN, y, NAME_W, PT_ROLE_FAINT, line);
		x = *value ? pt_canvas_text(c, x, y, VALUE_W, PT_ROLE_CHOSEN, value) : x;
		if (x <= MARGIN + NAME_W + VALUE_W && *value)
			x = MARGIN + NAME_W + VALUE_W;
		x = *value ? x + 1 : x;
		if (c->w - x < TEXT_LEAST && *text) {	/* no room beside the value: below it */
			y++;
			x = 2 * MARGIN;
		}
		if (*text)
			y = pt_draw_wrapped(&(struct pt_slot){ c, x, y, c->w - x - 1,
							       PT_ROLE_PLAIN },
					    text);
		else
			y++;
	}
	return y;
}

void pt_page_move(struct pt_page_view *v, enum pt_move move)
{
	int step = v->rows > 2 ? v->rows - 1 : 1;

	if (move == PT_MOVE_PGUP)
		v->top = v->top > step ? v->top - step : 0;
	if (move == PT_MOVE_PGDN && v->top + v->rows < v->lines)
		v->top += step;
}

/* Rows of 16 bytes, as hexadecimal and text. */
static int draw_contents(struct pt_canvas *c, int y, const struct pt_page_words *w)
{
	if (w->why_contents)
		pt_canvas_textf(c, MARGIN, y++, c->w - MARGIN, PT_ROLE_WARN, "contents: %s",
				w->why_contents);
	for (size_t at = 0; at < w->ncontents; at += 16) {
		char hex[64] = "", text[17] = "";

		for (size_t i = 0; i < 16 && at + i < w->ncontents; i++) {
			uint8_t byte = w->contents[at + i];

			snprintf(hex + 3 * i, sizeof(hex) - 3 * i, "%02x ", byte);
			text[i] = byte >= ' ' && byte < 0x7f ? (char)byte : '.';
		}
		pt_canvas_textf(c, MARGIN, y++, c->w - MARGIN, PT_ROLE_PLAIN, "%03zx  %-48s %s", at,
				hex, text);
	}
	return w->ncontents || w->why_contents ? y + 1 : y;
}

/*
 * Who maps the page was asked a while ago: it is shown as long as the frame and its
 * count are the same.
 */
static bool still_holds(const struct pt_scene *sc)
{
	const struct pt_page_words *w = &sc->page->page;

	return sc->who && sc->who->pfn && w->pagemap & PT_PM_PRESENT &&
	       sc->who->pfn == (w->pagemap & PT_PM_PFN_MASK) &&
	       sc->who->count == w->kpage[PT_KPAGE_COUNT];
}

/* Returns the line behind the text. */
static int draw_text(const struct pt_scene *sc, const struct pt_vma *vma, uint64_t vpn,
		     struct pt_canvas *c, int y)
{
	struct pt_str text = PT_STR_INIT, words = PT_STR_INIT;
	struct pt_run run = pt_image_run(sc->page, vma, vpn);

	pt_explain_text(sc->page, vma, &text);
	pt_explain_words(sc->page, vma, &words);
	if (still_holds(sc))
		pt_explain_sharers(sc->who, &words);
	pt_explain_mapping(vma, vpn, &words);
	pt_canvas_put(c, MARGIN, y, pt_sign(run.row, run.over),
		      pt_page_style(run.row, run.over));
	y = 1 +
	    pt_draw_wrapped(&(struct pt_slot){ c, MARGIN + 2, y, c->w - MARGIN - 3, PT_ROLE_PLAIN },
			    text.s);
	y = draw_contents(c, y, &sc->page->page);	/* asked for: so before the words */
	y = draw_words(c, y, words.s);
	pt_str_done(&text);
	pt_str_done(&words);
	return y;
}

/*
 * As much of the text as there is room for; one that became shorter is not scrolled beyond its end.
 */
static void draw_part(struct pt_page_view *v, const struct pt_scene *sc, const struct pt_vma *vma,
		      uint64_t vpn, struct pt_canvas *c)
{
	int most;

	v->lines = draw_text(sc, vma, vpn, c, HEAD_ROWS - v->top) - HEAD_ROWS + v->top;
	most = v->lines > v->rows ? v->lines - v->rows : 0;
	if (v->top > most) {
		v->top = most;
		pt_canvas_clear(c);
		draw_text(sc, vma, vpn, c, HEAD_ROWS - v->top);
	}
	if (v->top < most)
		pt_draw_more(sc, v->lines - v->top - v->rows + 1, c);
}

void pt_page_draw(struct pt_page_view *v, const struct pt_scene *sc, uint64_t vpn,
		  struct pt_canvas *c)
{
	const struct pt_image *page = sc->page && sc->page->lo_vpn == vpn ? sc->page : NULL;
	const struct pt_vma *vma = page ? pt_image_vma(page, vpn) : NULL;

	v->rows = c->h - HEAD_ROWS;
	if (vma)
		draw_part(v, sc, vma, vpn, c);
	for (int y = 0; y < HEAD_ROWS; y++)	/* what was scrolled away */
		for (int x = 0; x < c->w; x++)
			pt_canvas_put(c, x, y, ' ', PT_ROLE_PLAIN);
	draw_title(sc, vpn, c);
	if (!page)
		pt_draw_waiting(sc, c, HEAD_ROWS, PT_VIEW_PAGE, sc->stale);
	else if (!vma)
		pt_draw_waiting(sc, c, HEAD_ROWS, PT_VIEW_PAGE,
				"The mapping of this page no longer exists.");
}

/* ---- the view */

static struct pt_page_view *own(const struct pt_desk *d)
{
	return d->state[PT_VIEW_PAGE];
}

static bool desk_open(struct pt_desk *d)
{
	own(d)->top = 0;
	return true;
}

static void desk_close(struct pt_desk *d)
{
	d->scene.page = pt_image_unref(d->scene.page);
}

static void desk_draw(struct pt_desk *d, struct pt_canvas *c)
{
	pt_page_draw(own(d), &d->scene, d->map.vpn, c);
}

/* The arrows go from page to page. */
static void step(struct pt_desk *d, enum pt_move move)
{
	uint64_t zoom = d->map.zoom;

	own(d)->top = 0;
	if (!pt_map_current(&d->map, &d->scene))
		return;
	d->map.zoom = 1;
	if (move == PT_MOVE_HOME || move == PT_MOVE_END)
		pt_map_to_end(&d->scene, &d->map.vpn, move == PT_MOVE_END);
	else
		pt_map_step_cell(&d->map, &d->scene, move == PT_MOVE_RIGHT || move == PT_MOVE_DOWN);
	d->map.zoom = zoom;
}

static void desk_move(struct pt_desk *d, enum pt_move move)
{
	if (move == PT_MOVE_PGUP || move == PT_MOVE_PGDN)
		pt_page_move(own(d), move);
	else
		step(d, move);
}

/* A page is one of an image, which goes with the moment it is of: that comes first. */
static bool wish(struct pt_desk *d, struct pt_wish *w)
{
	if (!d->scene.img)
		return false;
	w->kind = PT_WISH_PAGE;
	w->lens = PT_LENS_STATE;	/* it is told in all lenses */
	w->needs = PT_NEED_ORDER | PT_NEED_NODE | (d->contents ? PT_NEED_CONTENTS : 0);
	w->vpn = d->map.vpn;
	return true;
}

static uint64_t shown_ns(const struct pt_desk *d)
{
	return d->scene.page ? d->scene.page->mono_ns : 0;
}

static void about(struct pt_desk *d, struct pt_str *title, struct pt_str *out)
{
	pt_str_addf(title, "Page 0x%" PRIx64 ", fact by fact", d->map.vpn << PT_PAGE_SHIFT);
	if (d->scene.page)
		pt_about_facts(d->scene.page, d->map.vpn, out);
}

const struct pt_view_class pt_page_view = {
	.size = sizeof(struct pt_page_view),
	.open = desk_open,
	.close = desk_close,
	.draw = desk_draw,
	.move = desk_move,
	.wish = wish,
	.process = pt_desk_process,
	.vma = pt_desk_vma,
	.shown_ns = shown_ns,
	.about = about,
};
