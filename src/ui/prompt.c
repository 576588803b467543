#include "pagetop/ui/prompt.h"

#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/term/keynames.h"
#include "pagetop/ui/complete.h"
#include "pagetop/view/view.h"

#define CONTROL(c) ((c) & 0x1f)

void pt_prompt_open(struct pt_prompt *p, const char *label, pt_prompt_done_fn *done)
{
	pt_str_reset(&p->text);
	p->label = label;
	p->done = done;
	p->keys = NULL;
	p->path = false;
	p->nbehind = 0;
	p->at = p->npast;
}

void pt_prompt_free(struct pt_prompt *p)
{
	while (p->npast)
		free(p->past[--p->npast].text);
	pt_str_done(&p->text);
	pt_str_done(&p->draft);
}

/* ---- what was entered before */

static void drop_past(struct pt_prompt *p, size_t i)
{
	free(p->past[i].text);
	memmove(p->past + i, p->past + i + 1, (--p->npast - i) * sizeof(p->past[0]));
}

static void remember(struct pt_prompt *p)
{
	char *text = p->text.len ? pt_strdup(p->text.s) : NULL;

	if (!text)
		return;
	for (size_t i = 0; i < p->npast; i++)
		if (p->past[i].done == p->done && !strcmp(p->past[i].text, text))
			drop_past(p, i);
	if (p->npast == PT_PROMPT_NPAST)
		drop_past(p, 0);
	p->past[p->npast].done = p->done;
	p->past[p->npast++].text = text;
}

/* To the entry before or behind the one that is shown; behind the newest is what was typed. */
static void show_past(struct pt_prompt *p, bool older)
{
	size_t i = p->at;

	do {
		if (older ? i == 0 : i >= p->npast)
			return;
		i += older ? (size_t)-1 : 1;
	} while (i < p->npast && p->past[i].done != p->done);
	if (p->at == p->npast) {
		pt_str_reset(&p->draft);
		pt_str_adds(&p->draft, p->text.s);
	}
	p->at = i;
	p->nbehind = 0;
	pt_str_reset(&p->text);
	pt_str_adds(&p->text, i < p->npast ? p->past[i].text : p->draft.s);
}

/* ---- the text */

static size_t cursor(const struct pt_prompt *p)
{
	return p->text.len - p->nbehind;
}

/* Bytes of the character before this place: a mark is one of its own. */
static size_t char_before(const struct pt_str *s, size_t at)
{
	size_t n = at;

	while (n && (s->s[--n] & 0xc0) == 0x80)
		;
	return at - n;
}

/* Bytes of the character before, or at, this place, with the marks over it. */
static size_t whole_before(const struct pt_str *s, size_t at)
{
	size_t n = at;
	uint32_t ch;

	do
		n -= char_before(s, n);
	while (n && pt_utf8_decode(s->s + n, at - n, &ch) && pt_is_mark(ch));
	return at - n;
}

static size_t whole_at(const struct pt_str *s, size_t at)
{
	size_t n = pt_text_next(s->s + at, s->len - at);

	return n ? n : at < s->len;
}

/* Whether a mark that is typed here has a character to lie over, with room for it. */
static bool takes_mark(const struct pt_str *s, size_t at)
{
	size_t n = whole_before(s, at);
	struct pt_str with = PT_STR_INIT, escaped = PT_STR_INIT;
	bool takes;

	pt_str_add(&with, s->s + at - n, n);
	pt_str_adds(&with, "\xcc\x81");
	pt_escape(&escaped, with.s, with.len);
	takes = !strcmp(with.s, escaped.s);
	pt_str_done(&with);
	pt_str_done(&escaped);
	return takes;
}

/* The last word before the cursor, and the blanks behind it. */
static size_t word_before(const struct pt_str *s, size_t at)
{
	size_t n = at;

	while (n && s->s[n - 1] == ' ')
		n--;
	while (n && s->s[n - 1] != ' ')
		n--;
	return at - n;
}

/* Takes out what stands before the cursor, and puts in something else. */
static void replace(struct pt_prompt *p, size_t nbytes, const char *by)
{
	char *behind = pt_strdup(p->text.s + cursor(p));

	if (!behind)
		return;
	pt_str_cut(&p->text, cursor(p) - nbytes);
	pt_str_adds(&p->text, by);
	pt_str_adds(&p->text, behind);
	free(behind);
}

static void type(struct pt_prompt *p, uint32_t key)
{
	struct pt_str ch = PT_STR_INIT;

	pt_utf8_add(&ch, key);
	replace(p, 0, ch.s);
	pt_str_done(&ch);
}

static void edit(struct pt_prompt *p, uint32_t key)
{
	size_t n = key == PT_KEY_DELETE || key == PT_KEY_RIGHT ? whole_at(&p->text, cursor(p)) : 0;

	switch (key) {
	case PT_KEY_LEFT:
		p->nbehind += whole_before(&p->text, cursor(p));
		break;
	case PT_KEY_RIGHT:
		p->nbehind -= n;
		break;
	case PT_KEY_HOME:
		p->nbehind = p->text.len;
		break;
	case PT_KEY_END:
		p->nbehind = 0;
		break;
	case PT_KEY_BACKSPACE:
		replace(p, char_before(&p->text, cursor(p)), "");
		break;
	case PT_KEY_DELETE:
		p->nbehind -= n;
		replace(p, n, "");
		break;
	case CONTROL('U'):
		replace(p, cursor(p), "");
		break;
	case CONTROL('W'):
		replace(p, word_before(&p->text, cursor(p)), "");
		break;
	case PT_KEY_UP:
	case PT_KEY_DOWN:
		show_past(p, key == PT_KEY_UP);
		break;
	default:
		if (key < PT_KEY_FIRST && !pt_is_control(key) &&
		    (!pt_is_mark(key) || takes_mark(&p->text, cursor(p))))
			type(p, key);
	}
}

static void enter(struct pt_prompt *p, struct pt_ui *ui)
{
	p->label = NULL;
	remember(p);
	p->done(ui, p->text.s);
}

void pt_prompt_key(struct pt_prompt *p, struct pt_ui *ui, uint32_t key)
{
	if (key == PT_KEY_ESC) {
		p->label = NULL;
	} else if (p->keys) {
		if (key < 0x80 && key && strchr(p->keys, (int)key)) {
			p->label = NULL;
			p->done(ui, (char[]){ (char)key, '\0' });
		}
	} else if (key == PT_KEY_TAB && p->path && !p->nbehind) {
		pt_complete_path(&p->text);
	} else if (key == PT_KEY_ENTER) {
		enter(p, ui);
	} else {
		edit(p, key);
	}
}

/* Scrolled as far as it takes to see the cursor. */
void pt_prompt_draw(const struct pt_prompt *p, struct pt_canvas *c, int y)
{
	int x = pt_canvas_text(c, 0, y, c->w, PT_ROLE_TITLE, p->label), over;
	struct pt_str before = PT_STR_INIT;

	pt_str_add(&before, p->text.s, cursor(p));
	over = pt_text_width(before.s) - (c->w - x - 1);
	x = pt_draw_scrolled(&(struct pt_slot){ c, x, y, c->w - x, PT_ROLE_PLAIN }, before.s, over);
	pt_canvas_text(c, x, y, c->w - x, PT_ROLE_PLAIN, p->text.s + cursor(p));
	pt_canvas_cursor(c, x, y);
	pt_str_done(&before);
}
