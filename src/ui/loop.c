#include "pagetop/ui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/output.h"
#include "pagetop/base/signals.h"
#include "pagetop/base/text.h"
#include "pagetop/ui/events.h"
#include "pagetop/view/ascii.h"

enum { TICK_MS = 1000 };	/* how often the age of the data is drawn anew */

struct loop {
	struct pt_ui *ui;
	struct pt_term *term;
	int signal_fd;
	int end;		/* signal that ends the program */
	uint64_t woken_ns;	/* when what there is to do came */
	bool draw;
	struct pt_str *why;		/* of a script: what is wrong with it */
	bool refused;
};

int pt_loop_block_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	for (int sig = 1; sig < NSIG; sig++)	/* blocked, it would come though it is ignored */
		if ((sig == SIGTSTP || pt_signal_kind(sig) == PT_SIGNAL_ASKS) &&
		    !pt_signal_ignored(sig))
			sigaddset(&set, sig);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

static void unblock(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void pt_loop_die(const struct pt_users *users, int sig)
{
	pt_users_end(users);
	pt_output_abandon();
	signal(sig, SIG_DFL);
	raise(sig);
	unblock(sig);
	_exit(128 + sig);
}

void pt_loop_ended(const struct pt_users *users, int signal_fd)
{
	struct signalfd_siginfo si;

	while (read(signal_fd, &si, sizeof(si)) == sizeof(si))
		if (si.ssi_signo != SIGWINCH && si.ssi_signo != SIGTSTP)
			pt_loop_die(users, (int)si.ssi_signo);
}

static void fit_to_term(struct loop *l)
{
	struct pt_event e = { .key = PT_KEY_RESIZE };

	l->term->class->size(l->term, &e.w, &e.h);
	pt_ui_event(l->ui, &e);
	l->draw = true;
}

/* Stops as any program would on ^Z; goes on here when it is continued. */
static void stop(struct loop *l)
{
	sigset_t set;

	l->term->class->suspend(l->term);
	raise(SIGTSTP);
	unblock(SIGTSTP);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	l->term->class->resume(l->term);
	fit_to_term(l);
}

static void take_signals(struct loop *l)
{
	struct signalfd_siginfo si;

	while (read(l->signal_fd, &si, sizeof(si)) == sizeof(si)) {
		switch (si.ssi_signo) {
		case SIGWINCH:
			l->term->class->resized(l->term);
			fit_to_term(l);
			break;
		case SIGTSTP:
			stop(l);
			break;
		default:
			l->end = (int)si.ssi_signo;
			return;
		}
	}
}

/*
 * Nothing is asked for where its letters could be typed: each would be a key, and one of them
 * may write a file.
 */
static void refuse_word(struct loop *l, const struct pt_event *e)
{
	struct pt_nearest near = pt_key_nearest(e->word, e->word_len);

	pt_str_adds(l->why, "unknown key \"");
	pt_escape(l->why, e->word, e->word_len);
	pt_str_adds(l->why, near.word[0] ? "\"" : "\"; no prompt is open for text");
	pt_nearest_say(&near, l->why);
	l->refused = true;
}

static void take_keys(struct loop *l)
{
	struct pt_event e;

	for (;;) {
		e = l->term->class->next(l->term);
		if (e.key == PT_KEY_NONE || l->ui->quit)
			return;
		if (!l->ui->frames.key_ns)
			l->ui->frames.key_ns = l->woken_ns;
		if (e.word && !l->ui->prompt.label) {
			refuse_word(l, &e);
			return;
		}
		pt_ui_event(l->ui, &e);
		l->draw = true;
		if (l->term->fd < 0 && !e.ahead)	/* a script: let the screen settle first */
			return;
	}
}

static void draw(struct loop *l)
{
	const struct pt_theme *theme = &l->ui->opt->theme;

	if (l->ui->options_changed)
		l->term->class->mouse(l->term, l->ui->opt->mouse == PT_ON);
	l->ui->options_changed = false;
	if (l->term->fd >= 0)
		l->ui->no_memory |= pt_memory_told();
	pt_ui_draw(l->ui);
	if (theme->ascii || l->term->ascii)
		pt_canvas_ascii(&l->ui->canvas);
	l->term->class->draw(l->term, &l->ui->canvas, theme);
	l->draw = false;
	pt_frames_drawn(&l->ui->frames, pt_ui_settled(l->ui));
}

/* One turn: sleep, take what is there. The script's turn comes when the screen has settled. */
static int turn(struct loop *l)
{
	struct pollfd fd[] = {
		{ .fd = l->term->fd, .events = POLLIN },
		{ .fd = pt_scanner_fd(l->ui->scanner), .events = POLLIN },
		{ .fd = l->signal_fd, .events = POLLIN },
	};
	bool script = l->term->fd < 0, ready = script && pt_ui_settled(l->ui);
	int n = poll(fd, sizeof(fd) / sizeof(fd[0]), ready ? 0 : TICK_MS);

	l->woken_ns = pt_now_ns();
	if (n < 0 && errno != EINTR)
		return -errno;
	if (fd[2].revents)
		take_signals(l);
	if (fd[1].revents)
		l->draw |= pt_ui_answers(l->ui);
	if (fd[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		l->end = SIGHUP;	/* the terminal is gone */
	else if (fd[0].revents || ready)
		take_keys(l);
	if (!n && !script)
		l->draw = true;
	return 0;
}

int pt_loop(struct pt_ui *ui, struct pt_term *term, int signal_fd, struct pt_str *why)
{
	struct loop l = { .ui = ui, .term = term, .signal_fd = signal_fd, .why = why };
	bool script = term->fd < 0;
	int err = 0;

	fit_to_term(&l);
	while (!err && !l.end && !ui->quit && !(script && pt_memory_ran_out())) {
		if (l.draw)
			draw(&l);
		if (script && pt_term_script_finished(term) && pt_ui_settled(ui))
			break;
		err = turn(&l);
		if (!err && l.refused)
			err = -EINVAL;
	}
	if (script)
		draw(&l);
	return err ? err : l.end;
}
