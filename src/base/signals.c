#include "pagetop/base/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static const unsigned char kind[] = {
	[SIGILL] = PT_SIGNAL_FAULT,
	[SIGTRAP] = PT_SIGNAL_FAULT,
	[SIGABRT] = PT_SIGNAL_FAULT,
	[SIGBUS] = PT_SIGNAL_FAULT,
	[SIGFPE] = PT_SIGNAL_FAULT,
	[SIGSEGV] = PT_SIGNAL_FAULT,
	[SIGSYS] = PT_SIGNAL_FAULT,
	[SIGHUP] = PT_SIGNAL_ASKS,
	[SIGINT] = PT_SIGNAL_ASKS,
	[SIGQUIT] = PT_SIGNAL_ASKS,
	[SIGTERM] = PT_SIGNAL_ASKS,
	[SIGUSR1] = PT_SIGNAL_ENDS,
	[SIGUSR2] = PT_SIGNAL_ENDS,
	[SIGPIPE] = PT_SIGNAL_ENDS,
	[SIGALRM] = PT_SIGNAL_ENDS,
#ifdef SIGSTKFLT		/* not every processor has it */
	[SIGSTKFLT] = PT_SIGNAL_ENDS,
#endif
	[SIGXCPU] = PT_SIGNAL_ENDS,
	[SIGXFSZ] = PT_SIGNAL_ENDS,
	[SIGVTALRM] = PT_SIGNAL_ENDS,
	[SIGPROF] = PT_SIGNAL_ENDS,
	[SIGIO] = PT_SIGNAL_ENDS,
	[SIGPWR] = PT_SIGNAL_ENDS,
};

enum pt_signal pt_signal_kind(int sig)
{
	if (sig >= SIGRTMIN && sig <= SIGRTMAX)
		return PT_SIGNAL_ENDS;
	return (size_t)sig < sizeof(kind) ? (enum pt_signal)kind[sig] : PT_SIGNAL_STAYS;
}

bool pt_signal_ignored(int sig)
{
	struct sigaction now;

	return !sigaction(sig, NULL, &now) && now.sa_handler == SIG_IGN;
}

static _Atomic(void *) given[PT_NGIVEN];

void pt_signal_give(enum pt_given which, void *what)
{
	atomic_store(&given[which], what);
}

void *pt_signal_given(enum pt_given which)
{
	return atomic_load(&given[which]);
}
