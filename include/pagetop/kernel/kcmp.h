/*
 * Whether two processes have one address space: kcmp(2), which takes a kernel with CONFIG_KCMP, the
 * right to read both, and a /proc whose pids are those of our own pid namespace. By the caller's
 * own right only (privilege.h): no file is opened here.
 */
#ifndef PAGETOP_KERNEL_KCMP_H
#define PAGETOP_KERNEL_KCMP_H

#include <sys/types.h>
#include "pagetop/kernel/root.h"

/*
 * Of two tasks, by their thread ids: 0 they have one; 1 and 2 they do not, and that of `a` is
 * before or after that of `b` in an order that holds for as long as both are there; or -errno.
 */
int pt_kcmp_vm(pid_t a, pid_t b);

/*
 * 0: it answers. -EXDEV: the pids of this /proc are not ours; -ENOSYS: not in this kernel; -EPERM:
 * a sandbox refuses.
 */
int pt_kcmp_try(const struct pt_root *root);

#endif
