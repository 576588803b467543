#include "pagetop/term/rescue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/end.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/output.h"
#include "pagetop/base/signals.h"

enum { STACK_BYTES = 65536 };	/* a handler of its own stack: the fault may be an overflow */

static void give_back(const struct pt_rescue *r)
{
	/* Else there is no terminal any more */
	if (!r->rests && write(r->fd, r->reset, strlen(r->reset)) >= 0)
		tcsetattr(r->fd, TCSANOW, &r->modes);
}

static void say(const char *sentence)
{
	if (write(STDERR_FILENO, sentence, strlen(sentence)) < 0)
		return;		/* nobody reads it */
}

/* Of exit(), or of a fault. */
static void end_library(void)
{
	const struct pt_rescue *r = pt_signal_given(PT_GIVEN_TERMINAL);

	if (!r || !r->in_library || !pthread_equal(r->thread, pthread_self()))
		return;
	give_back(r);
	pt_output_abandon();
	say("pagetop: the terminal library failed, probably out of memory\n");
	_exit(PT_NOT_RUN);
}

static void handler(int sig)
{
	const struct pt_rescue *r = pt_signal_given(PT_GIVEN_TERMINAL);

	if (pt_signal_kind(sig) == PT_SIGNAL_FAULT)
		end_library();
	if (r)
		give_back(r);
	pt_output_abandon();
	signal(sig, SIG_DFL);
	raise(sig);
}

void pt_rescue_library(struct pt_rescue *r, bool in)
{
	r->in_library = in;
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

int pt_rescue_arm(struct pt_rescue *r, int fd, const char *reset)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_ONSTACK | SA_NODEFER };
	stack_t stack = { .ss_size = STACK_BYTES };

	if (tcgetattr(fd, &r->modes))
		return -errno;
	if (atexit(end_library))
		return pt_memory_note();
	r->fd = fd;
	r->reset = reset;
	r->thread = pthread_self();
	r->stack = stack.ss_sp = pt_malloc(STACK_BYTES);
	if (!r->stack)
		return -ENOMEM;
	pt_signal_give(PT_GIVEN_TERMINAL, r);
	sigaltstack(&stack, NULL);
	for (int sig = 1; sig < NSIG; sig++)
		if (is_taken(sig))
			sigaction(sig, &sa, &r->old[sig]);
	return 0;
}

void pt_rescue_disarm(struct pt_rescue *r)
{
	const stack_t none = { .ss_flags = SS_DISABLE };

	if (pt_signal_given(PT_GIVEN_TERMINAL) != r)
		return;
	for (int sig = 1; sig < NSIG; sig++)
		if (is_taken(sig))
			sigaction(sig, &r->old[sig], NULL);
	sigaltstack(&none, NULL);
	pt_signal_give(PT_GIVEN_TERMINAL, NULL);
	free(r->stack);
}

void pt_rescue_rest(struct pt_rescue *r, bool yes)
{
	r->rests = yes;
}
