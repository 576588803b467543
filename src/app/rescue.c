#include "pagetop/app/rescue.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { STACK_BYTES = 65536 };	/* a handler of its own stack: the fault may be an overflow */

static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };

/* A signal handler has no other place to look. Written before the handler is installed. */
static struct {
	int fd;
	const char *reset;
	size_t reset_len;
	struct termios modes;
	struct sigaction old[sizeof(fatal) / sizeof(fatal[0])];
	void *stack;
} rescue = { .fd = -1 };

static void handler(int sig)
{
	if (write(rescue.fd, rescue.reset, rescue.reset_len) < 0)
		_exit(128 + sig);	/* no terminal any more: nothing to restore */
	tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
	signal(sig, SIG_DFL);
	raise(sig);
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
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &sa, &rescue.old[i]);
	return 0;
}

void pt_rescue_disarm(void)
{
	const stack_t none = { .ss_flags = SS_DISABLE };

	if (rescue.fd < 0)
		return;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &rescue.old[i], NULL);
	sigaltstack(&none, NULL);
	free(rescue.stack);
	rescue.fd = -1;
}
