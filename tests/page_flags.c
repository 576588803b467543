/*
 * What the program makes of kpageflags, for bench/page-types to compare:
 *
 *	page_flags demo			starts the demo, and prints its pid, then of each state
 *					"first-page end-page title"; ends with its standard input
 *	page_flags PID [FIRST,END]	prints "flags pages" for each combination of flags among the
 *					pages found, in the words of `page-types --raw`
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/demo/demo.h"
#include "pagetop/demo/demo_states.h"
#include "pagetop/scan/scan.h"

/* Bits that page-types adds to the kernel's (tools/mm/page-types.c, expand_overloaded_flags). */
#define ANON_EXCLUSIVE (UINT64_C(1) << 47)
#define READAHEAD (UINT64_C(1) << 48)
#define SLUB_FROZEN (UINT64_C(1) << 50)
#define SLUB_DEBUG (UINT64_C(1) << 51)
#define FILE_PAGE (UINT64_C(1) << 61)
#define SWAP (UINT64_C(1) << 62)
#define MMAP_EXCLUSIVE (UINT64_C(1) << 63)

static uint64_t move_bit(uint64_t flags, uint64_t from, uint64_t to)
{
	return flags & from ? flags ^ (from | to) : flags;
}

/* The flags of the run as page-types names them. */
static uint64_t words_of_page_types(const struct pt_run *r)
{
	const uint64_t back = PT_KPF(RECLAIM) | PT_KPF(WRITEBACK);
	uint64_t k = r->pm & PT_RUN(PRESENT) ? r->kflags : 0;

	if (k & PT_KPF(ANON))
		k = move_bit(k, PT_KPF(OWNER_2), ANON_EXCLUSIVE);
	if (k & PT_KPF(SLAB))
		k = move_bit(move_bit(k, PT_KPF(ACTIVE), SLUB_FROZEN), PT_KPF(ERROR), SLUB_DEBUG);
	if ((k & back) == PT_KPF(RECLAIM))
		k = move_bit(k, PT_KPF(RECLAIM), READAHEAD);
	return k | (r->pm & PT_RUN(SOFT_DIRTY) ? PT_KPF(SOFTDIRTY) : 0) |
	       (r->pm & PT_RUN(FILE) ? FILE_PAGE : 0) | (r->pm & PT_RUN(ENTRY) ? SWAP : 0) |
	       (r->pm & PT_RUN(EXCLUSIVE) ? MMAP_EXCLUSIVE : 0);
}

static int print_flags(const struct pt_image *img, uint64_t lo_vpn, uint64_t hi_vpn)
{
	for (size_t i = 0; i < img->runs.n; i++) {
		const struct pt_run *r = &img->runs.r[i];
		uint64_t from = r->vpn < lo_vpn ? lo_vpn : r->vpn, to = r->vpn + r->npages;

		to = to < hi_vpn ? to : hi_vpn;
		if (from < to && r->pm & (PT_RUN(PRESENT) | PT_RUN(ENTRY)))
			printf("0x%016" PRIx64 " %" PRIu64 "\n", words_of_page_types(r), to - from);
	}
	return img->nunstable ? 1 : 0;
}

static int look(pid_t pid, uint64_t lo_vpn, uint64_t hi_vpn)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .kflags = UINT64_MAX };
	struct pt_root root = PT_ROOT_INIT;
	struct pt_probe probe;
	const struct pt_scan_env env = { .root = &root, .probe = &probe };
	struct pt_target t = PT_TARGET_INIT;
	struct pt_image *img = NULL;
	int err = pt_root_init(&root, NULL, NULL);

	if (err)
		return 2;
	pt_probe_init(&root, &probe);
	err = pt_target_open(&env, pid, 0, &t);
	if (!err)
		err = t.pm_err ? t.pm_err : pt_scan(&env, &t, &wish, &img);
	if (err)
		fprintf(stderr, "process %d: %s\n", (int)pid, strerror(-err));
	else
		err = print_flags(img, lo_vpn, hi_vpn);
	pt_image_unref(img);
	pt_target_close(&t);
	pt_probe_done(&probe);
	pt_root_done(&root);
	return err ? 1 : 0;
}

static int demo(void)
{
	struct pt_demo *d;
	const struct pt_note *note;
	size_t n;
	char c;

	if (pt_demo_start(&d))
		return 2;
	note = pt_demo_notes(d, &n);
	printf("%d\n", (int)pt_demo_pid(d));
	for (size_t i = 0; i < n; i++)
		if (note[i].start)
			printf("0x%" PRIx64 " 0x%" PRIx64 " %s\n", note[i].start >> PT_PAGE_SHIFT,
			       note[i].end >> PT_PAGE_SHIFT, pt_demo_states(&n)[i].title);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	pt_demo_stop(d);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t lo = 0, hi = UINT64_MAX;

	if (argc == 2 && !strcmp(argv[1], "demo"))
		return demo();
	if (argc < 2 || argc > 3 || (argc == 3 &&
	    sscanf(argv[2], "%" SCNx64 ",%" SCNx64, &lo, &hi) != 2)) {
		fputs("page_flags demo | page_flags PID [FIRST,END]\n", stderr);
		return 2;
	}
	return look((pid_t)atol(argv[1]), lo, hi);
}
