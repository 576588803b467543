#include "pagetop/term/rescue.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "pagetop/base/end.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/output.h"
#include "pagetop/base/signals.h"

enum { STACK_BYTES = 65536 };	/* a handler of its own stack: the fault may be an overflow */

/* A signal handler has no other place to look. Written before the handler is installed. */
static struct {
	int fd;
	const char *reset;
	struct termios modes;
	volatile sig_atomic_t rests;
	struct sigaction old[NSIG];
	void *stack;
} rescue = { .fd = -1 };

static _Thread_local volatile sig_atomic_t in_library;

static void give_back(void)
{
	/* Else there is no terminal any more */
	if (!rescue.rests && write(rescue.fd, rescue.reset, strlen(rescue.reset)) >= 0)
		tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
	pt_output_abandon();
}

static void say(const char *sentence)
{
	if (write(STDERR_FILENO, sentence, strlen(sentence)) < 0)
		return;		/* nobody reads it */
}

/* Of exit(), or of a fault. */
static void end_library(void)
{
	if (!in_library)
		return;
	if (rescue.fd >= 0)
		give_back();
	say("pagetop: the terminal library failed, probably out of memory\n");
	_exit(PT_NOT_RUN);
}

static void handler(int sig)
{
	if (pt_signal_kind(sig) == PT_SIGNAL_FAULT)
		end_library();
	give_back();
	signal(sig, SIG_DFL);
	raise(sig);
}

void pt_rescue_library(bool in)
{
	static bool known;

	if (!known)
		known = !atexit(end_library);
	in_library = in;
}

/* Those that are ours, before they are and after. */
static bool is_taken(int sig)
{
	return pt_signal_kind(sig) != PT_SIGNAL_STAYS && !pt_signal_ignored(sig);
}

void pt_rescue_add(char *reset, size_t size, const char *capability)
{
	const char *at = capability;
	size_t n = strlen(reset);

	while (at && *at && n + 1 < size) {
		const char *end = at[0] == '$' && at[1] == '<' ? strchr(at, '>') : NULL;

		if (end)
			at = end + 1;
		else
			reset[n++] = *at++;
	}
	reset[n] = '\0';
}

int pt_rescue_arm(int fd, const char *reset)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_ONSTACK | SA_NODEFER };
	stack_t stack = { .ss_size = STACK_BYTES };

	if (tcgetattr(fd, &rescue.modes))
		return -errno;
	rescue.fd = fd;
	rescue.reset = reset;
	rescue.stack = stack.ss_sp = pt_malloc(STACK_BYTES);
	if (!rescue.stack)
		return -ENOMEM;
	sigaltstack(&stack, NULL);
	for (int sig = 1; sig < NSIG; sig++)
		if (is_taken(sig))
			sigaction(sig, &sa, &rescue.old[sig]);
	return 0;
}

void pt_rescue_disarm(void)
{
	const stack_t none = { .ss_flags = SS_DISABLE };

	if (rescue.fd < 0)
		return;
	for (int sig = 1; sig < NSIG; sig++)
		if (is_taken(sig))
			sigaction(sig, &rescue.old[sig], NULL);
	sigaltstack(&none, NULL);
	free(rescue.stack);
	rescue.fd = -1;
}

void pt_rescue_rest(bool yes)
{
	rescue.rests = yes;
}
