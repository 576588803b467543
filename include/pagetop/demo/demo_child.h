/*
 * The life of the demo's child: make all states, tell about them, then sleep.
 */
#ifndef PAGETOP_DEMO_DEMO_CHILD_H
#define PAGETOP_DEMO_DEMO_CHILD_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Runs in the forked child and never returns. Over `notes_fd` goes, for each state, the size of a
 * struct pt_note as uint32_t and the note, then a size of 0; the descriptor stays open in all
 * processes of the demo, so its end of file says that the last of them is gone.
 * The child ends when `leash_fd` reaches its end of file, or when `parent` dies.
 */
_Noreturn void pt_demo_child(pid_t parent, int notes_fd, int leash_fd);

#endif
