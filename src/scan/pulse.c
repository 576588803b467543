#include "pagetop/scan/pulse.h"

#include <inttypes.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/str.h"
#include "pagetop/kernel/counters.h"

static void take_sample(const struct pt_kpage *kp, struct pt_pulse *p)
{
	uint64_t kflags[PT_SAMPLE_FRAMES], nframes = pt_kpage_frames(kp);

	if (nframes < PT_SAMPLE_FRAMES)
		return;
	for (unsigned i = 0; i < PT_SAMPLE_FRAMES; i++)
		if (pt_kpage_read_run(kp, PT_KPAGE_FLAGS, pt_pulse_frame(p, i, nframes), 1,
				      &kflags[i]))
			return;
	pt_pulse_sample(p, kflags, PT_SAMPLE_FRAMES);
}

/* As one more line of vmstat. */
static void add_mthp(const struct pt_root *root, const char *name, struct pt_str *vmstat)
{
	uint64_t sum = pt_mthp_counter(root, name);

	if (sum != PT_COUNTER_NONE)
		pt_str_addf(vmstat, "mthp_%s %" PRIu64 "\n", name, sum);
}

void pt_pulse_take(const struct pt_scan_env *env, struct pt_pulse *p)
{
	struct pt_str s = PT_STR_INIT;

	if (!pt_read_at(env->root->proc_fd, "vmstat", &s)) {
		add_mthp(env->root, "collapse_alloc", &s);
		pt_pulse_count(p, s.s, pt_now_ns());
	}
	p->noise = env->probe->ksm_noise ? 1u << PT_SAMPLED_KSM : 0;
	pt_str_reset(&s);
	if (!pt_read_at(env->root->proc_fd, "meminfo", &s))
		pt_pulse_memory(p, s.s);
	pt_str_done(&s);
	take_sample(&env->probe->kpage, p);
}
