/*
 * The contents of a process's memory, from /proc/PID/mem (fs/proc/base.c, mem_rw).
 *
 * Reading is not free for the process: the kernel marks each page referenced, and a page that is
 * not there is made for it: a page of zeros mapped, a swapped page brought in, a fault of
 * userfaultfd waited for without end. So the caller must have seen every page of the range present
 * in pagemap, just before, and a person must have asked for it. Mappings without read permission
 * are read too.
 *
 * process_vm_readv() is never used: it pins the pages, for which the kernel copies what is shared
 * since a fork, takes merged pages (KSM) apart and splits huge pages, all in the process looked at
 * (mm/gup.c, FOLL_PIN).
 */
#ifndef PAGETOP_KERNEL_MEM_H
#define PAGETOP_KERNEL_MEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The file, or -errno; with our privileges only where bytes are not the caller's own affair:
 * pt_privilege_guards_bytes().
 */
int pt_mem_open(int pid_dir_fd);

/*
 * `len` bytes from `addr` on. The number of bytes read, less than `len` where a page behind the
 * first cannot be read; or -errno: -EIO the first cannot be (secretmem, guard page, device, nothing
 * mapped), -ESRCH the memory is gone, -EACCES no right to look, -EINVAL no address of user space.
 */
ssize_t pt_mem_read(int pid_dir_fd, uint64_t addr, void *buf, size_t len);

#endif
