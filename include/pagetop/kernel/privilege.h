/*
 * What we may more than whoever called us. Privileged is who has file or ambient capabilities: a
 * uid other than 0 with any permitted one, or AT_SECURE. There they are permitted, and effective
 * only while one of the kernel's files is opened:
 *
 *	pt_privilege_raise() ─▶ openat() ─▶ pt_privilege_lower()	in the thread that opens
 *
 * All that is decided when a file of /proc is opened, who reads it then does not matter: so nothing
 * else is ever done with them, and files, folders and names that the caller gives are opened with
 * his own rights. Root is not privileged in this sense, and nothing here does anything: the caller
 * is root himself. Sources: capabilities(7), fs/proc/.
 */
#ifndef PAGETOP_KERNEL_PRIVILEGE_H
#define PAGETOP_KERNEL_PRIVILEGE_H

#include <stdbool.h>

/*
 * First of all in main(). Lowers them, keeps none but those that reading needs, and forgets
 * variables that name files. Whether there are any: root's own are none.
 */
bool pt_privilege_begin(void);

/*
 * Whether there is anything to raise. From the first time that this is asked or done it stays so:
 * what is to be given up is given up before.
 */
bool pt_privileged(void);

void pt_privilege_raise(void);
void pt_privilege_lower(void);

/* No privilege that is not there now can ever be gained. 0 or -errno. */
int pt_privilege_bound(void);

/*
 * Gives up for good all but those that reading needs; `strict`: these, too. Before there are
 * threads. 0 or -errno.
 */
int pt_privilege_drop(bool strict);

/*
 * Whether the bytes of pages are the caller's to see only where he may trace the process, as the
 * kernel sees him.
 */
bool pt_privilege_guards_bytes(void);

#define PT_BYTES_FILE "/etc/pagetop/bytes-of-others"	/* root's own: then they are everybody's who may run this program */

#endif
