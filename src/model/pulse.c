#include "pagetop/model/pulse.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/kpage.h"

#define K(id) PT_KPF(id)

#define RATE(id, nm, ln, txt) [PT_RATE_##id] = { .name = nm, .lines = ln, .text = txt },
#define MEM(...)
#define SAMPLED(...)
const struct pt_rate_row pt_rate_rows[PT_NRATES] = {
#include "pagetop/model/pulse.def"
};
#undef RATE
#define RATE(...)
#undef MEM
#define MEM(id, nm, rl, lns, txt) [PT_MEM_##id] = { .name = nm, .role = PT_ROLE_##rl, .lines = lns, .text = txt },
const struct pt_mem_row pt_mem_rows[PT_NMEMS] = {
#include "pagetop/model/pulse.def"
};
#undef MEM
#define MEM(...)
#undef SAMPLED
#define SAMPLED(id, nm, ks, txt) [PT_SAMPLED_##id] = { .name = nm, .kset = ks, .text = txt },
const struct pt_sampled_row pt_sampled_rows[PT_NSAMPLED] = {
#include "pagetop/model/pulse.def"
};

/* A counter that went back was reset, or wrapped: how often is not known. */
static float rate_of(uint64_t before, uint64_t now, uint64_t ns)
{
	if (before == PT_COUNTER_NONE || now == PT_COUNTER_NONE || now < before)
		return NAN;
	return (float)((double)(now - before) * 1e9 / (double)ns);
}

/* Room for the newest; the oldest goes. */
static float *next_rates(struct pt_pulse *p)
{
	if (p->n == PT_PULSE_LEN)
		memmove(p->rate[0], p->rate[1], --p->n * sizeof(p->rate[0]));
	return p->rate[p->n++];
}

/* The sum of the lines; those after the first are of some kernels only. */
static uint64_t sum_of(const char *counters, const char *lines)
{
	uint64_t sum = 0;

	for (const char *s = lines; *s; s += strspn(s, " ")) {
		bool minus = *s == '-';
		size_t len = strcspn(s, " ");
		uint64_t value = pt_counter(counters, s + minus, len - minus);

		if (value == PT_COUNTER_NONE && s == lines)
			return PT_COUNTER_NONE;
		if (value != PT_COUNTER_NONE && minus)
			sum -= value < sum ? value : sum;
		else if (value != PT_COUNTER_NONE)
			sum += value;
		s += len;
	}
	return sum;
}

void pt_pulse_count(struct pt_pulse *p, const char *vmstat, uint64_t mono_ns)
{
	bool both = p->mono_ns && mono_ns > p->mono_ns;
	float *rate = both ? next_rates(p) : NULL;

	for (int i = 0; i < PT_NRATES; i++) {
		uint64_t now = sum_of(vmstat, pt_rate_rows[i].lines);

		if (both)
			rate[i] = rate_of(p->count[i], now, mono_ns - p->mono_ns);
		p->count[i] = now;
	}
	p->mono_ns = mono_ns;
}

void pt_pulse_memory(struct pt_pulse *p, const char *meminfo)
{
	uint64_t total = pt_counter(meminfo, "MemTotal", strlen("MemTotal")), rest = total;

	p->total = total == PT_COUNTER_NONE ? 0 : total;
	for (int i = 0; i < PT_NMEMS; i++) {
		p->mem[i] = sum_of(meminfo, pt_mem_rows[i].lines);
		if (p->mem[i] != PT_COUNTER_NONE)
			rest -= p->mem[i] < rest ? p->mem[i] : rest;
	}
	p->mem[PT_MEM_OTHER] = rest;
}

/* Bits in disorder, the same for the same number (splitmix64). */
static uint64_t scatter(uint64_t x)
{
	x = (x + 1) * UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

uint64_t pt_pulse_frame(const struct pt_pulse *p, unsigned i, uint64_t nframes)
{
	uint64_t lo = nframes / PT_SAMPLE_FRAMES * i, width = nframes / PT_SAMPLE_FRAMES;

	if (i == PT_SAMPLE_FRAMES - 1)
		width = nframes - lo;
	return lo + (width ? scatter((uint64_t)p->nturns * PT_SAMPLE_FRAMES + i) % width : 0);
}

void pt_pulse_sample(struct pt_pulse *p, const uint64_t *kflags, size_t n)
{
	struct pt_sample *s = &p->turn[p->nturns++ % PT_SAMPLE_TURNS];

	*s = (struct pt_sample){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (kflags[i] == PT_KPAGE_NONE || kflags[i] & K(NOPAGE))
			continue;
		s->n++;
		for (int k = 0; k < PT_NSAMPLED; k++)
			s->with[k] +=
				(kflags[i] & pt_sampled_rows[k].kset) == pt_sampled_rows[k].kset;
	}
}

struct pt_sample pt_pulse_sampled(const struct pt_pulse *p)
{
	struct pt_sample sum = { 0 };

	for (int t = 0; t < PT_SAMPLE_TURNS; t++) {
		sum.n += p->turn[t].n;
		for (int k = 0; k < PT_NSAMPLED; k++)
			sum.with[k] += p->turn[t].with[k];
	}
	return sum;
}
