#include "pagetop/app/rescue.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "pagetop/app/output.h"
#include "pagetop/base/signals.h"

enum { STACK_BYTES = 65536 };	/* a handler of its own stack: the fault may be an overflow */

/* A signal handler has no other place to look. Written before the handler is installed. */
static struct {
	int fd;
	const char *reset;
	size_t reset_len;
	struct termios modes;
	volatile sig_atomic_t rests;
	struct sigaction old[NSIG];
	void *stack;
} rescue = { .fd = -1 };

static void handler(int sig)
{
	if (!rescue.rests && write(rescue.fd, rescue.reset, rescue.reset_len) >= 0)	/* else there is no terminal any more */
		tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
	pt_output_abandon();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* Those that are ours, before they are and after. */
static bool is_taken(int sig)
{
	return pt_signal_kind(sig) != PT_SIGNAL_STAYS && !pt_signal_ignored(sig);
}

int pt_rescue_arm(int fd, const char *reset)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_ONSTACK | SA_NODEFER };
	stack_t stack = { .ss_size = STACK_BYTES };

	if (tcgetattr(fd, &rescue.modes))
		return -errno;
	rescue.fd = fd;
	rescue.reset = reset;
	rescue.reset_len = strlen(reset);
	rescue.stack = stack.ss_sp = malloc(STACK_BYTES);
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
