/*
 * "pagetop only reads" is a promise, and from here on the kernel holds us to it (seccomp(2)):
 *
 *	what the session needs          sandbox.def, a row each; from there to the end nothing can be added
 *	everything else                 EPERM: to write to what is there, to look into a process by stopping it,
 *	                                to start a program, to reach another machine, to signal others
 *
 * Whatever needs more is done before: descriptors are opened (base/held.h), processes started
 * (base/users.h, the demo), trials made (kernel/trial.h). A new file may be made and take the name
 * of an old one; that stays possible.
 */
#ifndef PAGETOP_APP_SANDBOX_H
#define PAGETOP_APP_SANDBOX_H

#include <sys/types.h>

/*
 * For all threads, and for good. Nothing gains privileges from then on (no_new_privs), and no
 * capability that was not there. `demo` and `names` may still be sent signals; 0: there is none. 0
 * or -errno: -ENOSYS where the kernel has no filters, or sandbox.def does not know the processor,
 * which `pagetop doctor` tells; then all goes on without.
 */
int pt_sandbox_enter(pid_t demo, pid_t names);

#endif
