/*
 * The answer to a question about the kernel that runs, which may not have been put.
 */
#ifndef PAGETOP_KERNEL_TOLD_H
#define PAGETOP_KERNEL_TOLD_H

enum pt_told { PT_UNTOLD, PT_NO, PT_YES };

#endif
