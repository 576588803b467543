/*
 * A terminal: somewhere to draw a canvas, and keys that come from there. Two kinds: curses
 * (term_curses.c, the only file that knows it), and a script (term_script.c).
 */
#ifndef PAGETOP_TERM_TERM_H
#define PAGETOP_TERM_TERM_H

#include <stdbool.h>
#include "pagetop/term/keynames.h"
#include "pagetop/view/theme.h"

enum pt_button { PT_BUTTON_CLICK, PT_BUTTON_DOUBLE, PT_BUTTON_WHEEL_UP, PT_BUTTON_WHEEL_DOWN };

struct pt_event {
	uint32_t key;		/* PT_KEY_NONE: nothing there */
	int w, h;		/* of PT_KEY_RESIZE */
	int x, y;		/* of PT_KEY_MOUSE: the cell */
	enum pt_button button;	/* DOUBLE: the second of two clicks, soon after the first */
	bool ahead;		/* of a script: the next one does not wait for what this one does */
	const char *word;	/* of a script: the word that is no key and begins here, typed
				   letter by letter; or NULL */
	size_t word_len;
};

struct pt_term {
	const struct pt_term_class *class;
	int fd;			/* readable when there are keys; -1: keys come when the
				   screen is settled */
	bool ascii;		/* it shows nothing else */
};

struct pt_term_class {
	void (*size)(struct pt_term *t, int *ret_w, int *ret_h);
	void (*draw)(struct pt_term *t, const struct pt_canvas *c, const struct pt_theme *theme);
	struct pt_event (*next)(struct pt_term *t);	/* PT_KEY_NONE: no more for now */
	void (*mouse)(struct pt_term *t, bool on);	/* at the start, and when it changes */
	void (*resized)(struct pt_term *t);		/* the window has another size now */
	void (*suspend)(struct pt_term *t);		/* give the terminal back for a while */
	void (*resume)(struct pt_term *t);
	struct pt_term *(*free)(struct pt_term *t);	/* the terminal is as it
							   was; returns NULL */
};

/*
 * As many colours as `theme` asks for can be drawn, where terminfo knows how. 0; or -errno, and in
 * `why` the sentence.
 */
int pt_term_curses_new(const struct pt_theme *theme, struct pt_term **ret, struct pt_str *why);

/*
 * Keys of `keys` one after the other, each once the screen is settled: as in keys.def, words that
 * are no key are typed, "Resize=WxH" is a resize, "Click=XxY" a click on that cell, the first being
 * 0x0, and "Wheel=1", "Wheel=-1" a turn of the wheel down or up. Behind "Ahead=N" the next N keys
 * are typed ahead: what follows each does not wait until the screen is settled. When they are used
 * up `finished` is set.
 */
int pt_term_script_new(const char *keys, int w, int h, struct pt_term **ret);
bool pt_term_script_finished(const struct pt_term *t);

#endif
