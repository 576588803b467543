/*
 * What is behind a mapping, where its name does not tell: a file may have any name, and so may its
 * folder.
 *
 *	secret memory            the device of a memfd_secret() of our own
 *	hugetlb without a file   the device of a hugetlb memfd of our own; names on it are the kernel's
 *	memfd, shared anonymous  the device of a memfd of our own: no file on it has a name in any folder
 *	/dev/zero, anywhere      the type and number of the file, by map_files (CAP_SYS_ADMIN), or found again below root
 *
 * What is refused stays untold. In a folder that stands in for /proc nothing can be compared:
 * hugetlb is what VmFlags and the kernel's name say, a regular file in map_files is a file, and of
 * secret memory nothing is told.
 */
#ifndef PAGETOP_KERNEL_BACKING_H
#define PAGETOP_KERNEL_BACKING_H

#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/root.h"

struct pt_backing;

struct pt_backing *pt_backing_new(const struct pt_root *root);	/* NULL: no memory */
void pt_backing_free(struct pt_backing *b);			/* takes NULL */

/*
 * What devices tell of the mappings: `secret`, `deleted` of shared memory, and `bare` but for
 * private mappings of files. NULL: of no device anything.
 */
void pt_backing_tell(const struct pt_backing *b, struct pt_vmas *vmas);

/*
 * Looks at the file of a mapping of which `bare` is untold, below the process's directory; it is
 * not opened, and no server is asked. What was found is remembered for a while; for any thread.
 */
void pt_backing_ask(struct pt_backing *b, int pid_dir_fd, struct pt_vma *vma);

/*
 * Whether the file of a mapping has a name left (`deleted`), by map_files; untold where
 * that is refused.
 */
void pt_backing_ask_deleted(const struct pt_backing *b, int pid_dir_fd, struct pt_vma *vma);

#endif
