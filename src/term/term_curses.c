/*
 * The terminal, by curses: the only file that knows it.
 */
#include "pagetop/term/term.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/signals.h"
#include "pagetop/base/text.h"
#include "pagetop/term/rescue.h"
#include "pagetop/term/sequence.h"
#include "pagetop/view/theme.h"

enum { ESC = 27, ESC_DELAY_MS = 25, DOUBLE_NS = 400000000 };

#define BUTTONS (BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED)
#define MOUSE_OFF "\033[?1006l\033[?1000l"	/* terminfo knows no name for it */

struct curses {
	struct pt_term term;
	SCREEN *screen;
	int ncolors;		/* that the terminal has; 0: none */
	struct pt_theme theme;	/* as last drawn */
	struct pt_canvas told;	/* what curses has been given to draw */
	int click_x, click_y;
	uint64_t click_ns;	/* when that was, CLOCK_MONOTONIC */
	char reset[256];	/* what gives the terminal back, for pt_rescue_arm() */
	struct pt_rescue rescue;
};

static attr_t attributes(uint8_t attr)
{
	return (attr & PT_LOOK_BOLD ? A_BOLD : 0) | (attr & PT_LOOK_DIM ? A_DIM : 0) |
	       (attr & PT_LOOK_UNDERLINE ? A_UNDERLINE : 0) |
	       (attr & PT_LOOK_REVERSE ? A_REVERSE : 0);
}

/* Where colours are RGB, the numbers of 256 must be as well; fewer are the terminal's own. */
static int number(const struct curses *t, int colour)
{
	return t->ncolors >= PT_COLORS_RGB && t->theme.ncolors < PT_COLORS_RGB && colour >= 16 ?
	       pt_theme_rgb_of_256(colour) : colour;
}

static void draw_cell(const struct curses *t, int x, int y, const struct pt_cell *cell)
{
	struct pt_look look = pt_theme_look(&t->theme, cell->style);
	wchar_t text[1 + PT_MARKS + 1] = { (wchar_t)cell->ch };
	cchar_t cc;
	int pair = 0;

	if (!cell->ch)		/* the second half of a wide character */
		return;
	for (int i = 0; i < PT_MARKS; i++)
		text[1 + i] = (wchar_t)cell->mark[i];
	if (look.fg >= 0 || look.bg >= 0)
		pair = alloc_pair(number(t, look.fg), number(t, look.bg));
	if (pair < 0)
		pair = 0;
	setcchar(&cc, text, attributes(look.attr), 0, &pair);
	mvadd_wch(y, x, &cc);
}

/* Whether curses has been told this row; now it will be. */
static bool is_told(struct curses *t, const struct pt_canvas *c, int y)
{
	size_t bytes = (size_t)c->w * sizeof(*c->cell);
	struct pt_cell *told = t->told.cell + y * t->told.w;
	bool same = t->told.w == c->w && t->told.h == c->h &&
		    !memcmp(told, c->cell + y * c->w, bytes);

	if (t->told.w == c->w && t->told.h == c->h)
		memcpy(told, c->cell + y * c->w, bytes);
	return same;
}

/* How many colours are used of those that there are. */
static int colours_for(const struct curses *t, int wanted)
{
	const char *no_color = getenv("NO_COLOR");

	if (wanted == PT_COLORS_AUTO)
		wanted = no_color && *no_color ? PT_COLORS_NONE : t->ncolors;
	if (t->ncolors >= PT_COLORS_RGB && wanted < 256 && wanted > 8)
		wanted = 8;	/* such terminals name eight, and all others by RGB */
	return wanted < t->ncolors ? wanted : t->ncolors;
}

/* Other looks: everything is drawn anew, with other pairs. */
static void take_theme(struct curses *t, const struct pt_theme *theme)
{
	const struct pt_theme now = { theme->scheme, colours_for(t, theme->ncolors), theme->ascii };

	if (now.scheme == t->theme.scheme && now.ncolors == t->theme.ncolors)
		return;
	t->theme = now;
	if (t->ncolors)
		reset_color_pairs();
	pt_canvas_done(&t->told);
}

/* Only rows that are not as they were; within them curses finds what differs. */
static void draw(struct pt_term *term, const struct pt_canvas *c, const struct pt_theme *theme)
{
	struct curses *t = (struct curses *)term;

	pt_rescue_library(&t->rescue, true);
	take_theme(t, theme);
	if ((t->told.w != c->w || t->told.h != c->h) && !pt_canvas_resize(&t->told, c->w, c->h))
		memset(t->told.cell, 0xff, (size_t)c->w * (size_t)c->h * sizeof(*c->cell));
	for (int y = 0; y < c->h; y++)
		if (!is_told(t, c, y))
			for (int x = 0; x < c->w; x++)
				draw_cell(t, x, y, &c->cell[y * c->w + x]);
	curs_set(c->cursor_x >= 0);
	if (c->cursor_x >= 0)
		move(c->cursor_y, c->cursor_x);
	refresh();
	pt_rescue_library(&t->rescue, false);
}

static void size(struct pt_term *term, int *ret_w, int *ret_h)
{
	(void)term;
	getmaxyx(stdscr, *ret_h, *ret_w);
}

/* What came behind an escape; false: nothing, so it was the key. */
static bool skip_sequence(void)
{
	struct pt_sequence s = { .n = 0 };
	bool any = false;
	wint_t ch;
	int r;

	while ((r = get_wch(&ch)) != ERR) {
		any = true;
		if (pt_sequence_ends(&s, r == KEY_CODE_YES ? PT_KEY_NONE : ch))
			break;
	}
	return any;
}

/* An escape sequence that terminfo does not know is no key: it is swallowed whole. */
static bool swallow(void)
{
	bool swallowed;

	timeout(ESC_DELAY_MS);	/* the rest may still be on its way */
	swallowed = skip_sequence();
	nodelay(stdscr, TRUE);
	return swallowed;
}

static uint32_t special(wint_t code)
{
	static const struct { int code; uint32_t key; } row[] = {
		{ KEY_UP, PT_KEY_UP }, { KEY_DOWN, PT_KEY_DOWN }, { KEY_LEFT, PT_KEY_LEFT },
		{ KEY_RIGHT, PT_KEY_RIGHT }, { KEY_PPAGE, PT_KEY_PGUP }, { KEY_NPAGE, PT_KEY_PGDN },
		{ KEY_HOME, PT_KEY_HOME }, { KEY_END, PT_KEY_END }, { KEY_ENTER, PT_KEY_ENTER },
		{ KEY_BACKSPACE, PT_KEY_BACKSPACE }, { KEY_DC, PT_KEY_DELETE },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (row[i].code == (int)code)
			return row[i].key;
	if (code >= (wint_t)KEY_F(1) && code <= (wint_t)KEY_F(12))
		return PT_KEY_F1 + (uint32_t)(code - (wint_t)KEY_F(1));
	return PT_KEY_NONE;
}

static uint32_t plain(wint_t ch)
{
	switch (ch) {
	case '\r':
	case '\n':
		return PT_KEY_ENTER;
	case '\b':
	case 0x7f:
		return PT_KEY_BACKSPACE;
	case '\t':
		return PT_KEY_TAB;
	case ESC:
		return PT_KEY_ESC;
	default:
		return ch;
	}
}

/* A click near the last one is the second of two: curses would wait to see whether it is. */
static enum pt_button click(struct curses *t, int x, int y)
{
	uint64_t now_ns = pt_now_ns();
	bool second = x == t->click_x && y == t->click_y && now_ns - t->click_ns < DOUBLE_NS;

	t->click_x = x;
	t->click_y = y;
	t->click_ns = second ? 0 : now_ns;
	return second ? PT_BUTTON_DOUBLE : PT_BUTTON_CLICK;
}

static struct pt_event mouse(struct curses *t)
{
	struct pt_event e = { .key = PT_KEY_NONE };
	MEVENT m;

	if (getmouse(&m) != OK || !(m.bstate & BUTTONS))
		return e;
	e = (struct pt_event){ .key = PT_KEY_MOUSE, .x = m.x, .y = m.y };
	if (m.bstate & BUTTON4_PRESSED)
		e.button = PT_BUTTON_WHEEL_UP;
	else if (m.bstate & BUTTON5_PRESSED)
		e.button = PT_BUTTON_WHEEL_DOWN;
	else
		e.button = click(t, m.x, m.y);
	return e;
}

static struct pt_event next(struct pt_term *term)
{
	struct curses *t = (struct curses *)term;
	struct pt_event e = { .key = PT_KEY_NONE };
	wint_t ch;
	int r;

	pt_rescue_library(&t->rescue, true);
	while (e.key == PT_KEY_NONE && (r = get_wch(&ch)) != ERR) {
		if (r == KEY_CODE_YES && ch == KEY_MOUSE)
			e = mouse(t);
		else if (r == KEY_CODE_YES)
			e.key = special(ch);
		else if (ch != ESC || !swallow())
			e.key = plain(ch);
	}
	pt_rescue_library(&t->rescue, false);
	return e;
}

/* The mouse only where terminfo says how it speaks. */
static void set_mouse(struct pt_term *term, bool on)
{
	struct curses *t = (struct curses *)term;

	pt_rescue_library(&t->rescue, true);
	if (key_mouse && *key_mouse)
		mousemask(on ? BUTTONS : 0, NULL);
	pt_rescue_library(&t->rescue, false);
}

/*
 * What the terminal says, which may be anything: above 32,767 curses crashes, and no screen has so
 * many. 0: nothing.
 */
static int told_size(int *ret_w)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) || !ws.ws_row || !ws.ws_col)
		return 0;
	*ret_w = ws.ws_col < PT_MAX_SIDE ? ws.ws_col : PT_MAX_SIDE;
	return ws.ws_row < PT_MAX_SIDE ? ws.ws_row : PT_MAX_SIDE;
}

static void resized(struct pt_term *term)
{
	struct curses *t = (struct curses *)term;
	int w, h = told_size(&w);

	pt_rescue_library(&t->rescue, true);
	if (h)
		resizeterm(h, w);
	clearok(curscr, TRUE);
	pt_rescue_library(&t->rescue, false);
}

static void leave(struct pt_term *term)
{
	struct curses *t = (struct curses *)term;

	pt_rescue_library(&t->rescue, true);
	endwin();
	pt_rescue_library(&t->rescue, false);
	pt_rescue_rest(&t->rescue, true);
}

static void resume(struct pt_term *term)
{
	struct curses *t = (struct curses *)term;

	pt_rescue_rest(&t->rescue, false);
	resized(term);
	pt_rescue_library(&t->rescue, true);
	refresh();
	pt_rescue_library(&t->rescue, false);
}

static struct pt_term *curses_free(struct pt_term *term)
{
	struct curses *t = (struct curses *)term;

	pt_rescue_library(&t->rescue, true);
	endwin();
	delscreen(t->screen);
	pt_rescue_library(&t->rescue, false);
	pt_rescue_disarm(&t->rescue);
	pt_canvas_done(&t->told);
	free(t);
	return NULL;
}

static const struct pt_term_class curses_class = {
	.size = size, .draw = draw, .next = next,
	.mouse = set_mouse, .resized = resized, .suspend = leave,
	.resume = resume,
	.free = curses_free,
};

static int check_descriptors(struct pt_str *why)
{

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO)) {
		pt_str_addf(why,
			    "standard %s is not a terminal; --screen --keys '' prints a screen",
			    isatty(STDOUT_FILENO) ? "input" : "output");
		return -ENOTTY;
	}
	return 0;
}

/* A terminal that can move its cursor and clear itself; then its description stays set up. */
static int check_terminal(struct pt_str *why)
{
	const char *name = getenv("TERM");
	int found;

	if (!name || !*name) {
		pt_str_adds(why,
			    "TERM is not set; set it to the terminal's name, such as "
			    "TERM=xterm-256color");
		return -EINVAL;
	}
	errno = 0;
	if (setupterm(NULL, STDOUT_FILENO, &found) == ERR) {
		pt_memory_note_err(-errno);
		pt_str_adds(why, "unknown terminal: TERM=");
		pt_escape(why, name, strlen(name));
		pt_str_adds(why, "; try installing ncurses-term");
		return -EINVAL;
	}
	if (!cursor_address || !clear_screen) {
		pt_str_adds(why, "TERM=");
		pt_escape(why, name, strlen(name));
		pt_str_adds(why,
			    ": the terminal cannot position the cursor, which a full-screen program needs");
		del_curterm(cur_term);
		return -EINVAL;
	}
	return 0;
}

/*
 * The terminal TERM under the name by which terminfo tells how it is given RGB; NULL: it has none,
 * or none is wanted. Of X-256color that is X-direct.
 */
static char *direct_name(const struct pt_theme *theme)
{
	static const char suffix[] = "-256color";
	const char *term = getenv("TERM"), *says = getenv("COLORTERM");
	bool wanted = theme->ncolors == PT_COLORS_AUTO ?
			      says && (!strcmp(says, "truecolor") || !strcmp(says, "24bit")) :
			      theme->ncolors >= PT_COLORS_RGB;
	size_t n = strlen(term) - (strlen(term) < strlen(suffix) ? 0 : strlen(suffix));
	char *name = NULL;
	bool known = false;
	int found;

	if (!wanted || strcmp(term + n, suffix) || asprintf(&name, "%.*s-direct", (int)n, term) < 0)
		return NULL;
	if (setupterm(name, STDOUT_FILENO, &found) == OK) {
		known = tigetnum("colors") >= PT_COLORS_RGB;
		del_curterm(cur_term);
	}
	if (!known) {
		free(name);
		name = NULL;
	}
	return name;
}

/* newterm() is not to ask the terminal itself. */
static void tell_size(void)
{
	int w = 0, h = told_size(&w);
	char number[16];

	if (h < PT_MAX_SIDE && w < PT_MAX_SIDE)
		return;
	use_tioctl(FALSE);
	snprintf(number, sizeof(number), "%d", h);
	setenv("LINES", number, 1);
	snprintf(number, sizeof(number), "%d", w);
	setenv("COLUMNS", number, 1);
}

static void start_colours(struct curses *t)
{
	if (has_colors() && start_color() != ERR && use_default_colors() != ERR)
		t->ncolors = COLORS;
	if (t->ncolors > 256)
		t->ncolors = t->ncolors >= PT_COLORS_RGB ? PT_COLORS_RGB : 256;
	t->theme.ncolors = PT_COLORS_AUTO;	/* nothing is drawn yet */
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESC_DELAY_MS);
	mouseinterval(0);
	leaveok(stdscr, FALSE);
}

/* What gives the terminal back, as its description tells. */
static void learn_reset(struct curses *t)
{
	if (key_mouse && *key_mouse)
		pt_rescue_add(t->reset, sizeof(t->reset), MOUSE_OFF);
	pt_rescue_add(t->reset, sizeof(t->reset), exit_attribute_mode);
	pt_rescue_add(t->reset, sizeof(t->reset), keypad_local);
	pt_rescue_add(t->reset, sizeof(t->reset), cursor_normal);
	pt_rescue_add(t->reset, sizeof(t->reset), exit_ca_mode);
	del_curterm(cur_term);		/* newterm() makes its own */
}

static SCREEN *start(const struct pt_theme *theme)
{
	char *direct = direct_name(theme);
	SCREEN *screen;

	/* No mouse of the console: then curses is not to load what would ask for it */
	if (access("/dev/gpmctl", F_OK))
		setenv("NCURSES_GPM_TERMS", "none", 0);
	tell_size();
	screen = newterm(direct, stdout, stdin);
	free(direct);
	return screen;
}

static int set_up(struct curses *t, const struct pt_theme *theme, struct pt_str *why)
{
	int err = check_terminal(why);

	if (err)
		return err;
	learn_reset(t);
	errno = 0;
	t->screen = start(theme);
	if (!t->screen) {
		pt_memory_note_err(-errno);
		pt_str_adds(why, "cannot set up the terminal");
		return -EIO;
	}
	t->term = (struct pt_term){ .class = &curses_class, .fd = STDIN_FILENO };
	/* Curses stops by a handler, which draws before we know that we go on */
	if (!pt_signal_ignored(SIGTSTP))
		signal(SIGTSTP, SIG_DFL);
	set_modes();
	start_colours(t);
	return 0;
}

int pt_term_curses_new(const struct pt_theme *theme, struct pt_term **ret, struct pt_str *why)
{
	int err = check_descriptors(why);
	struct curses *t = err ? NULL : pt_calloc(1, sizeof(*t));

	if (err || !t)
		return err ? err : -ENOMEM;
	err = pt_rescue_arm(&t->rescue, STDOUT_FILENO, t->reset);
	pt_rescue_library(&t->rescue, true);
	if (!err)
		err = set_up(t, theme, why);
	pt_rescue_library(&t->rescue, false);
	if (err) {
		pt_rescue_disarm(&t->rescue);
		free(t);
		return err;
	}
	*ret = &t->term;
	return 0;
}
