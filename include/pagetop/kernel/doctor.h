/*
 * Which of the kernel's sources work here, found out by trying each one for real: pages of our
 * own are made, and what the source says of them is compared with what was made. No version
 * number is looked at, no setting is changed, and no contents of another process are read: its mem
 * is only opened.
 *
 * The rows are those of doctor.def, in its order.
 */
#ifndef PAGETOP_KERNEL_DOCTOR_H
#define PAGETOP_KERNEL_DOCTOR_H

#include <stddef.h>
#include "pagetop/kernel/doctor_check.h"

/*
 * Tries everything. 0 and the rows, which are the caller's; or -ENOMEM. Where `root` is a stand-in
 * for /proc, or a /proc in which we have no process, what needs our own pages is PT_UNTRIED.
 */
int pt_doctor(const struct pt_root *root, struct pt_check **ret, size_t *ret_n);
void pt_doctor_free(struct pt_check *checks, size_t n);

#endif
