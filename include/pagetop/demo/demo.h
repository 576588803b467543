/*
 * `pagetop demo`: a child process that holds every page state this machine allows, each in a
 * mapping of its own, and a note for each that says what to expect there.
 *
 *	pagetop ──fork──> child ──fork──> sharer
 *	   │ notes  <─────pipe──┤            holds the other half of what fork() shared
 *	   └─leash ──────pipe──>┘ sleeps; ends with the leash, or when pagetop dies
 *
 * Nothing outside these processes is changed: no write below /proc or /sys. A state that needs a
 * setting of the system is told in a note without addresses, with the reason and what would
 * enable it. Once the child stands it never touches its pages again; what the kernel does under
 * memory pressure (reclaim, swap, splitting huge pages) may still change them.
 */
#ifndef PAGETOP_DEMO_DEMO_H
#define PAGETOP_DEMO_DEMO_H

#include <stddef.h>
#include <sys/types.h>
#include "pagetop/model/note.h"

struct pt_demo;

/*
 * Forks, and returns when all states stand. To be called by the first thread, before there are
 * others. 0; -ETIMEDOUT; -ECHILD the child died while making them; or -errno.
 */
int pt_demo_start(struct pt_demo **ret);
pid_t pt_demo_pid(const struct pt_demo *demo);

/* In order of address but for rings that the kernel places; owned by the demo. */
const struct pt_note *pt_demo_notes(const struct pt_demo *demo, size_t *ret_n);

/* Ends the processes and waits for them. Returns NULL; NULL is fine. */
struct pt_demo *pt_demo_stop(struct pt_demo *demo);

#endif
