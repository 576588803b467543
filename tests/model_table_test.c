/* The table of processes, and the pulse of the machine. */
#include <string.h>
#include <math.h>
#include <stdio.h>
#include "pagetop/kernel/kpage.h"
#include "pagetop/model/pulse.h"
#include "pagetop/model/table.h"
#include "model.h"

/* ---- the table of processes */

static struct pt_process *add_process(struct pt_table *t, pid_t pid, uint64_t rss_bytes)
{
	struct pt_process *p = pt_table_add(t);

	assert_non_null(p);
	p->pid = pid;
	p->starttime = 1000 + (uint64_t)pid;
	p->rss_bytes = rss_bytes;
	p->user = strdup("root");
	p->command = strdup("command");
	p->comm = strdup("comm");
	return p;
}

TEST(the_largest_process_is_first_kernel_threads_and_the_dead_last)
{
	struct pt_table *t = pt_table_new();
	static const pid_t want[] = { 5, 3, 4, 6, 9 };

	add_process(t, 1, 0)->kthread = true;
	add_process(t, 2, 0)->zombie = true;
	add_process(t, 3, 100);
	add_process(t, 4, 50);
	add_process(t, 9, 0);
	add_process(t, 5, 10)->sum[PT_COL_RSS].value =
		1000; /* what was counted beats the quick count */
	t->p[5].scanned = true;
	add_process(t, 6, 50);
	pt_table_sort(t);
	for (size_t i = 0; i < LEN(want); i++)
		assert_int_equal(t->p[i].pid, want[i]);
	pt_table_unref(t);
}

TEST(a_process_is_found_by_pid_and_start)
{
	struct pt_table *t = pt_table_new();

	add_process(t, 7, 0);
	add_process(t, 8, 0);
	assert_int_equal(pt_table_find(t, 8, 0)->pid, 8);
	assert_int_equal(pt_table_find(t, 8, 1008)->pid, 8);
	assert_null(pt_table_find(t, 8, 1009));		/* the pid was used again */
	assert_null(pt_table_find(t, 9, 0));
	pt_table_unref(t);
}

TEST(a_copy_of_the_table_stands_on_its_own)
{
	struct pt_table *t = pt_table_new(), *copy;

	add_process(t, 7, 4096)->nfaults = 12;
	t->complete = true;
	t->cost_ns = 99;
	copy = pt_table_copy(t);
	t->p[0].command[0] = 'X';
	pt_table_unref(t);
	assert_int_equal(copy->n, 1);
	assert_string_equal(copy->p[0].command, "command");
	assert_int_equal(copy->p[0].nfaults, 12);
	assert_int_equal(copy->cost_ns, 99);
	assert_true(copy->complete);
	assert_null(pt_table_unref(pt_table_ref(copy)));
	pt_table_unref(copy);
	assert_null(pt_table_unref(NULL));
}

/* ---- the pulse of the machine */

#define SECOND UINT64_C(1000000000)

/* A vmstat in which pgfault has this value. */
static void count_faults(struct pt_pulse *p, unsigned long long faults, uint64_t ns)
{
	char text[64];

	snprintf(text, sizeof(text), "pgfault %llu\npswpin 5\n", faults);
	pt_pulse_count(p, text, ns);
}

static double newest(const struct pt_pulse *p, enum pt_rate rate)
{
	return (double)p->rate[p->n - 1][rate];
}

TEST(a_rate_is_what_happened_between_two_samples)
{
	struct pt_pulse p = { 0 };

	count_faults(&p, 1000, 5 * SECOND);
	assert_int_equal(p.n, 0);
	count_faults(&p, 1500, 7 * SECOND);
	assert_int_equal(p.n, 1);
	assert_true(newest(&p, PT_RATE_FAULTS) > 249.9 && newest(&p, PT_RATE_FAULTS) < 250.1);
	assert_true(newest(&p, PT_RATE_SWAP_IN) <= 0);
	assert_true(isnan(newest(&p, PT_RATE_SPLIT)));	/* this kernel does not count it */
}

TEST(without_time_between_samples_there_is_no_rate)
{
	struct pt_pulse p = { 0 };

	count_faults(&p, 1000, SECOND);
	count_faults(&p, 2000, SECOND);
	assert_int_equal(p.n, 0);
	count_faults(&p, 2010, 2 * SECOND);	/* the later of the two counts */
	assert_true(newest(&p, PT_RATE_FAULTS) < 10.1);
}

TEST(a_counter_that_went_back_is_not_known)
{
	struct pt_pulse p = { 0 };

	count_faults(&p, 1000, SECOND);
	count_faults(&p, 10, 2 * SECOND);
	assert_true(isnan(newest(&p, PT_RATE_FAULTS)));
	count_faults(&p, 20, 3 * SECOND);
	assert_true(newest(&p, PT_RATE_FAULTS) > 9.9);
}

TEST(only_the_last_rates_are_kept)
{
	struct pt_pulse p = { 0 };

	for (unsigned i = 0; i <= PT_PULSE_LEN + 5; i++)
		count_faults(&p, i * (i + 1) / 2, (i + 1) * SECOND);	/* one more each second */
	assert_int_equal(p.n, PT_PULSE_LEN);
	for (unsigned i = 0; i < p.n; i++)
		assert_int_equal((int)(p.rate[i][PT_RATE_FAULTS] + 0.5f), i + 6);
}

TEST(all_of_ram_is_told_once)
{
	struct pt_pulse p = { 0 };
	uint64_t sum = 0;

	pt_pulse_memory(&p, "MemTotal: 1000 kB\nMemFree: 400 kB\nBuffers: 10 kB\nCached: 300 kB\n"
			"AnonPages: 100 kB\nShmem: 60 kB\nSlab: 20 kB\nPageTables: 5 kB\nVmallocUsed: 1 kB\n");
	for (int i = 0; i < PT_NMEMS; i++)
		sum += p.mem[i] == PT_COUNTER_NONE ? 0 : p.mem[i];
	assert_int_equal(p.total, 1000 << 10);
	assert_int_equal(sum, p.total);
	assert_int_equal(p.mem[PT_MEM_FILE], 250 << 10);	/* what is shared memory is not a file */
	assert_int_equal(p.mem[PT_MEM_TABLES], 5 << 10);	/* the second line is of newer kernels */
	assert_int_equal(p.mem[PT_MEM_HUGETLB], PT_COUNTER_NONE);
	assert_int_equal(p.mem[PT_MEM_OTHER], 164 << 10);
	pt_pulse_memory(&p, "MemFree: 400 kB\n");
	assert_int_equal(p.total, 0);
	pt_pulse_memory(&p, "MemTotal: 10 kB\nCached: 20 kB\nBuffers: 0 kB\nShmem: 30 kB\n");	/* read while it changed */
	assert_int_equal(p.mem[PT_MEM_FILE], 0);
	assert_int_equal(p.mem[PT_MEM_OTHER], 0);
}

TEST(sampled_frames_are_spread_and_others_each_turn)
{
	static const uint64_t nframes[] = { PT_SAMPLE_FRAMES, 1000, 6553600, UINT64_C(1) << 40 };
	struct pt_pulse now = { 0 }, next = { .nturns = 1 };

	for (size_t k = 0; k < LEN(nframes); k++) {
		unsigned same = 0;

		for (unsigned i = 0; i < PT_SAMPLE_FRAMES; i++) {
			uint64_t pfn = pt_pulse_frame(&now, i, nframes[k]);

			assert_true(pfn < nframes[k]);
			assert_true(!i || pfn > pt_pulse_frame(&now, i - 1, nframes[k]));
			same += pfn == pt_pulse_frame(&next, i, nframes[k]);
		}
		assert_true(k < 2 || same < PT_SAMPLE_FRAMES / 4);
	}
}

TEST(a_sample_sums_the_last_turns)
{
	const uint64_t thp[4] = { B(22), B(22) | B(5), B(20), PT_KPAGE_NONE }, none[4] = { 0, B(5), B(2) | B(5), B(10) };
	struct pt_pulse p = { 0 };

	assert_int_equal(pt_pulse_sampled(&p).n, 0);
	pt_pulse_sample(&p, thp, 4);
	assert_int_equal(pt_pulse_sampled(&p).n, 2);	/* of frames that there are */
	assert_int_equal(pt_pulse_sampled(&p).with[PT_SAMPLED_LARGE], 2);
	for (int i = 1; i < PT_SAMPLE_TURNS; i++)
		pt_pulse_sample(&p, none, 4);
	assert_int_equal(pt_pulse_sampled(&p).with[PT_SAMPLED_LARGE], 2);
	assert_int_equal(pt_pulse_sampled(&p).with[PT_SAMPLED_USED], PT_SAMPLE_TURNS - 1);
	pt_pulse_sample(&p, none, 4);
	assert_int_equal(pt_pulse_sampled(&p).with[PT_SAMPLED_LARGE], 0);
	assert_int_equal(pt_pulse_sampled(&p).n, 4 * PT_SAMPLE_TURNS);
}
