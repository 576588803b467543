/*
 * The terminal, by a script of keys.
 */
#include "pagetop/term/term.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"

static const char resize[] = "Resize=";

struct script {
	struct pt_term term;
	char *keys;
	const char *at;
	const char *typed;	/* up to here a word is typed, not pressed */
	int w, h;
	int ahead;		/* so many of the next keys are typed ahead of the next one */
};

static void size(struct pt_term *t, int *ret_w, int *ret_h)
{
	struct script *s = (struct script *)t;

	*ret_w = s->w;
	*ret_h = s->h;
}

/* How much of the text is a word that is no key. */
static size_t typed_length(const char *text)
{
	const char *end = text;

	pt_key_parse(&end);
	return end == text + strcspn(text, PT_KEY_BLANKS) ? 0 : strcspn(text, PT_KEY_BLANKS);
}

/* "Click=3x5", "Wheel=-1": its length; 0: it is none. */
static int mouse(const char *text, struct pt_event *ret)
{
	int n = 0, x, y, turns;

	if (sscanf(text, "Click=%4dx%4d%n", &x, &y, &n) == 2 && n) {
		*ret = (struct pt_event){
			.key = PT_KEY_MOUSE, .x = x, .y = y, .button = PT_BUTTON_CLICK
		};
		return n;
	}
	if (sscanf(text, "Wheel=%2d%n", &turns, &n) != 1 || (turns != 1 && turns != -1))
		return 0;
	*ret = (struct pt_event){ .key = PT_KEY_MOUSE,
				  .button = turns < 0 ? PT_BUTTON_WHEEL_UP : PT_BUTTON_WHEEL_DOWN };
	return n;
}

static void skip_to_key(struct script *s)
{
	int n = 0, ahead;

	s->at += strspn(s->at, PT_KEY_BLANKS);
	for (; sscanf(s->at, "Ahead=%4d%n", &ahead, &n) == 1 && n; n = 0) {
		s->ahead = ahead;
		s->at += n;
		s->at += strspn(s->at, PT_KEY_BLANKS);
	}
}

static struct pt_event next(struct pt_term *t)
{
	struct script *s = (struct script *)t;
	struct pt_event e = { .key = PT_KEY_NONE };
	int n = 0;

	skip_to_key(s);
	if (!strncmp(s->at, resize, strlen(resize)))
		n = pt_canvas_size(s->at + strlen(resize), &e.w, &e.h);
	if (!n && (n = mouse(s->at, &e))) {
		s->at += n;
	} else if (n) {
		s->at += (int)strlen(resize) + n;
		s->w = e.w;
		s->h = e.h;
		e.key = PT_KEY_RESIZE;
	} else {
		if (s->at >= s->typed) {
			e.word_len = typed_length(s->at);
			e.word = e.word_len ? s->at : NULL;
			s->typed = s->at + e.word_len;
		}
		e.key = s->at < s->typed ? pt_key_type(&s->at) : pt_key_parse(&s->at);
	}
	e.ahead = s->ahead > 0 && s->ahead--;
	return e;
}

static void nothing(struct pt_term *t)
{
	(void)t;
}

static void draw(struct pt_term *t, const struct pt_canvas *c, const struct pt_theme *theme)
{
	(void)t;
	(void)c;
	(void)theme;
}

static void set_mouse(struct pt_term *t, bool on)
{
	(void)t;
	(void)on;
}

static struct pt_term *script_free(struct pt_term *t)
{
	struct script *s = (struct script *)t;

	free(s->keys);
	free(s);
	return NULL;
}

bool pt_term_script_finished(const struct pt_term *t)
{
	const struct script *s = (const struct script *)t;

	return !s->at[strspn(s->at, PT_KEY_BLANKS)];
}

static const struct pt_term_class script_class = {
	.size = size,
	.draw = draw,
	.next = next,
	.mouse = set_mouse,
	.resized = nothing,
	.suspend = nothing,
	.resume = nothing,
	.free = script_free,
};

int pt_term_script_new(const char *keys, int w, int h, struct pt_term **ret)
{
	struct script *s = pt_calloc(1, sizeof(*s));

	if (s)
		s->keys = pt_strdup(keys);
	if (!s || !s->keys) {
		free(s);
		return -ENOMEM;
	}
	s->term = (struct pt_term){ .class = &script_class, .fd = -1 };
	s->at = s->typed = s->keys;
	s->w = w;
	s->h = h;
	*ret = &s->term;
	return 0;
}
