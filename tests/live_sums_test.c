/* Sums against those of smaps; 16 TiB; targets that never rest. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/demo/demo.h"
#include "pagetop/model/image.h"
#include "subject.h"

/* ---- sums */

static void check_mappings(pid_t pid)
{
	check_mappings_of(pid, 0, INT64_MAX);
}

/* Zero pages, shared memory, huge pages of both kinds, merged, swapped: the demo has them all. */
TEST(the_columns_of_every_mapping_are_those_of_smaps)
{
	struct target t = start_target("pattern");

	wait_until_asleep(t.pid);
	check_mappings(t.pid);
	end_target(&t);
	check_mappings(pt_demo_pid(live.demo));
}

enum rss { EQUAL, DIFFERENT, CHANGING, UNREADABLE };

struct rss_figures {
	int64_t before, scanned, after;		/* kB */
};

static enum rss compare_rss(pid_t pid, struct rss_figures *f)
{
	struct pt_image *img = NULL;
	int err;

	f->before = smaps_kb(pid, 0, UINT64_MAX, "Rss");
	err = f->before < 0 ? -EACCES : scan_with(&live.probe, pid, &img);
	if (err)
		return UNREADABLE;
	f->after = smaps_kb(pid, 0, UINT64_MAX, "Rss");
	f->scanned = img->total[PT_COL_RSS].unknown ? -1 :
		     (int64_t)(img->total[PT_COL_RSS].value >> 10);
	pt_image_unref(img);
	if (f->scanned >= 0 && (f->scanned == f->before || f->scanned == f->after))
		return EQUAL;
	return f->before == f->after ? DIFFERENT : CHANGING;
}

/* Again and again, until it holds still long enough to be compared. */
static enum rss compare_patiently(pid_t pid, struct rss_figures *f)
{
	int ndifferent = 0;

	for (int i = 0; i < TRIES; i++) {
		enum rss r = compare_rss(pid, f);

		if (r == EQUAL || r == UNREADABLE)
			return r;
		ndifferent += r == DIFFERENT;
	}
	return ndifferent == TRIES ? DIFFERENT : CHANGING;
}

/* "42 (comm) S …", from stat. */
static void get_name(pid_t pid, char ret[static LINE])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	get_word(path, ret);
	ret[strcspn(ret, ")") + (strchr(ret, ')') != NULL)] = '\0';
	for (char *c = ret; *c; c++)
		*c = isprint((unsigned char)*c) ? *c : '?';
}

TEST(the_rss_of_every_readable_process_is_that_of_smaps)
{
	size_t nequal = 0, nchanging = 0;
	DIR *dir = opendir("/proc");
	struct dirent *d;

	while ((d = readdir(dir))) {
		pid_t pid = (pid_t)atol(d->d_name);
		char name[LINE] = "";
		struct rss_figures f;
		enum rss r = pid <= 0 || is_involved(pid) ? UNREADABLE : compare_patiently(pid, &f);

		if (pid > 0)
			get_name(pid, name);
		if (r == DIFFERENT)
			fail_msg("process %s: rss %" PRId64 " kB by pages, %" PRId64 " by smaps",
				 name, f.scanned, f.after);
		if (r == CHANGING)
			printf("# process %s never held still: %" PRId64 " kB by pages, %" PRId64 " by "
			       "smaps before, %" PRId64 " after\n", name, f.scanned, f.before, f.after);
		nequal += r == EQUAL && f.before > 0;
		nchanging += r == CHANGING;
	}
	closedir(dir);
	printf("# %zu processes equal, %zu changing\n", nequal, nchanging);
	assert_true(nequal >= 2);	/* the demo and its sharer at least */
}

/* ---- sparse */

static void check_sums_of_counts(const struct pt_image *img, const struct pt_vma *vma,
				 const struct pt_counts *want)
{
	const uint64_t lo = pt_vma_vpn(vma), hi = pt_vma_end_vpn(vma);
	struct pt_counts parts = { .npages = 0 };

	for (uint64_t at = lo, step = (hi - lo) / 1000; at < hi; at += step)
		pt_image_count(img, vma, at, hi - at < step ? hi : at + step, &parts);
	assert_memory_equal(&parts, want, sizeof(parts));
}

/* PAGEMAP_SCAN may report pages twice where a range ends (its walk_end stays behind). */
static uint64_t count_found(pid_t pid, uint64_t vpn, uint64_t end_vpn)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe };
	struct pt_region region[PT_MAX_REGIONS];
	struct pt_target t = PT_TARGET_INIT;
	uint64_t npages = 0;

	assert_int_equal(pt_target_open(&env, pid, 0, &t), 0);
	while (vpn < end_vpn) {
		ssize_t n = pt_pagemap_find(&t.pm, &vpn, end_vpn, region, PT_MAX_REGIONS);

		assert_true(n >= 0);
		for (ssize_t i = 0; i < n; i++)
			npages += region[i].npages;
	}
	pt_target_close(&t);
	return npages;
}

TEST(of_16_TiB_exactly_the_pages_touched_are_counted)
{
	struct target t;
	uint64_t vpn;
	struct pt_image *img;
	const struct pt_vma *vma;
	struct pt_counts counts = { .npages = 0 };

	skip_if(live.probe.scan ? NULL : "without PAGEMAP_SCAN 16 TiB are read word by word, which takes minutes");
	t = start_target("sparse");
	vpn = address_of(&t, "sparse") >> 12;
	img = scan(t.pid);
	vma = pt_image_vma(img, vpn);
	assert_non_null(vma);
	assert_int_equal(pt_vma_vpn(vma), vpn);
	pt_image_count(img, vma, vpn, pt_vma_end_vpn(vma), &counts);
	assert_int_equal(counts.npages, UINT64_C(1) << 32);
	assert_int_equal(counts.row[PT_STATE_PRIVATE], 4096);
	assert_int_equal(counts.row[PT_STATE_ABSENT], (UINT64_C(1) << 32) - 4096);
	check_sums_of_counts(img, vma, &counts);
	if (live.probe.scan)
		assert_int_equal(count_found(t.pid, vpn, pt_vma_end_vpn(vma)), 4096);
	assert_true(img->runs.n < 2 * 4096);
	printf("# 16 TiB scanned in %.1f ms\n", (double)img->cost_ns / 1e6);
	pt_image_unref(img);
	end_target(&t);
}

/* ---- targets that never rest */

/* What can be true of no page at any moment, or NULL. */
static const char *impossible(const struct pt_run *r)
{
	bool zero = r->kflags & K_ZERO, anon = r->kflags & K_ANON;
	bool block = r->kflags & (K_THP | K_HUGETLB);
	unsigned all = PT_RUN(PRESENT) | PT_RUN(GOT_FLAGS) | PT_RUN(GOT_COUNT);

	if (r->pm & PT_RUN(UNSTABLE) || (r->pm & all) != all)
		return NULL;
	if (!r->count && !zero)
		return "count 0, and not the zero page";
	if (r->count && zero)
		return "the zero page, with a count";
	if (!zero && anon == !!(r->pm & PT_RUN(FILE)))
		return "anonymous by one source, of a file by the other";
	if (r->pm & PT_RUN(PMD) && !block)
		return "mapped by PMD, but no large folio";
	if (r->over & PT_OVER_HUGE && !block)
		return "huge, but no large folio";
	if (r->pm & PT_RUN(SCANNED) && !(r->pm & PT_RUN(PFNZERO)) != !zero)
		return "the zero page by one source only";
	if (strchr("ab?", sign_of(r)))
		return "everything is known, but not the state";
	return NULL;
}

static void check_possible(const struct pt_image *img)
{
	uint64_t at = 0;

	for (size_t i = 0; i < img->runs.n; i++) {
		const struct pt_run *r = &img->runs.r[i];
		const char *what = impossible(r);

		if (r->vpn < at)
			fail_msg("page %" PRIx64 " comes twice", r->vpn);
		if (what)
			fail_msg("page %" PRIx64 " of %u: %s: state %c, overlays %x, pagemap bits %x, "
				 "kpageflags %" PRIx64 ", count %u", r->vpn, r->npages, what, sign_of(r),
				 r->over, r->pm, r->kflags, r->count);
		at = r->vpn + r->npages;
	}
}

/* Each scan ends, and shows nothing that cannot be; some of them have seen the load at work. */
static void scan_restless(const char *load)
{
	struct target t = start_target(load);
	const struct pt_vma *vma;
	uint64_t nunstable = 0, start = pt_now_ns(), vpn = address_of(&t, load) >> 12;
	int nseen = 0;

	for (int i = 0; i < NSCANS; i++) {
		struct pt_image *img = scan(t.pid);
		struct pt_counts c = { .npages = 0 };

		check_possible(img);
		vma = pt_image_vma(img, vpn);
		if (vma)
			pt_image_count(img, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma), &c);
		nseen += c.row[PT_STATE_ABSENT] < c.npages;
		nunstable += img->nunstable;
		pt_image_unref(img);
	}
	printf("# %s: %d scans in %.0f ms, %d saw it, %" PRIu64 " unstable pages\n", load, NSCANS,
	       (double)(pt_now_ns() - start) / 1e6, nseen, nunstable);
	assert_true(nseen > 0);
	end_target(&t);
}

TEST(a_process_that_maps_and_unmaps_shows_nothing_impossible)
{
	scan_restless("churn");
}

TEST(a_process_that_forks_shows_nothing_impossible)
{
	scan_restless("forks");
}
