/*
 * The machine in a line: its name, kernel and memory.
 */
#ifndef PAGETOP_KERNEL_MACHINE_H
#define PAGETOP_KERNEL_MACHINE_H

#include "pagetop/base/str.h"
#include "pagetop/kernel/root.h"

/* Host name, escaped; "?" where it cannot be read (/proc/sys/kernel/hostname). */
void pt_machine_host(const struct pt_root *root, struct pt_str *out);

/* "Linux 6.18.44 · 24G" (/proc/sys/kernel/osrelease, MemTotal of /proc/meminfo). */
void pt_machine_text(const struct pt_root *root, struct pt_str *out);

/*
 * What tells one start of the machine from another: frames of different ones have nothing to do
 * with each other; or "?".
 */
void pt_machine_boot(const struct pt_root *root, struct pt_str *out);

#endif
