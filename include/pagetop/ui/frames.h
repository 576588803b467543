/*
 * How long the screen takes, for those who measure (--frames FILE, see bench/): microseconds from
 * the start of the program to the first frame and to the first one with all that was asked for, and
 * from each key to the frame that shows what it did.
 */
#ifndef PAGETOP_UI_FRAMES_H
#define PAGETOP_UI_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pt_frames {
	uint64_t start_ns, first_ns, settled_ns;	/* CLOCK_MONOTONIC; 0: not yet */
	uint64_t key_ns;		/* of the first key since the last frame; 0: none */
	uint32_t *key_us;
	size_t n, cap;
};

/* A frame is on the screen. */
void pt_frames_drawn(struct pt_frames *f, bool settled);

/* Lines "first N", "settled N", "key N". 0 or -errno, see pt_output_why(). */
int pt_frames_write(const struct pt_frames *f, const char *path);
void pt_frames_done(struct pt_frames *f);

#endif
