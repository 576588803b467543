/*
 * The pulse of the machine: how its memory is used, and what happens to pages every second.
 *
 *	vmstat   before ──┐                 rate[0] … rate[n-1]     the oldest first, at most PT_PULSE_LEN
 *	vmstat   now ─────┴─ events / time ───────────────▲
 *
 * A rate takes two samples, so after the first there is none. Counters that the kernel lacks are
 * NAN, never 0. What is sampled of the frames is summed over the last turns, a few frames in each.
 */
#ifndef PAGETOP_MODEL_PULSE_H
#define PAGETOP_MODEL_PULSE_H

#include <stddef.h>
#include <stdint.h>
#include "pagetop/kernel/counters.h"
#include "pagetop/model/lens.h"

enum pt_rate {
#define RATE(id, name, line, text) PT_RATE_##id,
#define MEM(...)
#define SAMPLED(...)
#include "pagetop/model/pulse.def"
#undef RATE
	PT_NRATES
};

enum pt_mem {
#define RATE(...)
#undef MEM
#define MEM(id, name, role, lines, text) PT_MEM_##id,
#include "pagetop/model/pulse.def"
#undef MEM
	PT_NMEMS
};

enum pt_sampled {
#define MEM(...)
#undef SAMPLED
#define SAMPLED(id, name, kset, text) PT_SAMPLED_##id,
#include "pagetop/model/pulse.def"
#undef SAMPLED
#undef MEM
#undef RATE
	PT_NSAMPLED
};

struct pt_rate_row { const char *name, *lines, *text; };
struct pt_mem_row { const char *name; uint8_t role; const char *lines, *text; };
struct pt_sampled_row { const char *name; uint64_t kset; const char *text; };

extern const struct pt_rate_row pt_rate_rows[PT_NRATES];
extern const struct pt_mem_row pt_mem_rows[PT_NMEMS];
extern const struct pt_sampled_row pt_sampled_rows[PT_NSAMPLED];

enum { PT_PULSE_LEN = 60, PT_SAMPLE_TURNS = 8, PT_SAMPLE_FRAMES = 256 };

/* How many frames have what, of so many. */
struct pt_sample {
	uint32_t n, with[PT_NSAMPLED];
};

struct pt_pulse {
	uint64_t mono_ns;			/* when the counters were read; 0: never */
	uint64_t count[PT_NRATES];		/* PT_COUNTER_NONE: there is none */
	float rate[PT_PULSE_LEN][PT_NRATES];	/* events a second; NAN: not known */
	unsigned n;				/* of rates */
	uint64_t total;				/* bytes of RAM; 0: not known, and
						   nothing of what follows */
	uint64_t mem[PT_NMEMS];			/* bytes; PT_COUNTER_NONE: not told */
	struct pt_sample turn[PT_SAMPLE_TURNS];
	unsigned nturns;			/* ever taken */
	unsigned noise;				/* 1 << PT_SAMPLED_…: the flag says
						   nothing in this kernel */
};

/* The text of vmstat as it was then. */
void pt_pulse_count(struct pt_pulse *p, const char *vmstat, uint64_t mono_ns);

/* The text of meminfo. */
void pt_pulse_memory(struct pt_pulse *p, const char *meminfo);

/*
 * The i-th of PT_SAMPLE_FRAMES frames of this turn, spread over all `nframes` and others each turn.
 */
uint64_t pt_pulse_frame(const struct pt_pulse *p, unsigned i, uint64_t nframes);

/* The flags of the frames of this turn, PT_KPAGE_NONE: there is no such frame. Ends the turn. */
void pt_pulse_sample(struct pt_pulse *p, const uint64_t *kflags, size_t n);

/* The last turns together; n 0: nothing was sampled. */
struct pt_sample pt_pulse_sampled(const struct pt_pulse *p);

#endif
