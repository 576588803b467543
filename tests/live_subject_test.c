/* States that the demo does not make, page by page. The last ones take swap from the demo. */
#include <inttypes.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/model/image.h"
#include "pagetop/model/sums.h"
#include "subject.h"

/* ---- what subjects do */

/* What is done to it afterwards khugepaged must not undo. */
static int make_thp(void)
{
	if (advise(0, NHUGE, MADV_HUGEPAGE, "MADV_HUGEPAGE"))
		return -1;
	write_from(0, NHUGE);
	return collapse(0) ? -1 : advise(0, NHUGE, MADV_NOHUGEPAGE, "MADV_NOHUGEPAGE");
}

static int thp_head_rewritten(int step)
{
	(void)step;
	return make_thp() ? -1 : fork_other(0, 4);
}

static int thp_tail_rewritten(int step)
{
	(void)step;
	return make_thp() ? -1 : fork_other(5, NHUGE - 5);
}

static int thp_partly_locked(int step)
{
	(void)step;
	if (make_thp())
		return -1;
	return syscall(SYS_mlock2, subject.mem + 64 * 4096, 128 * 4096, 0) ? no("mlock") : 0;
}

static int thp_with_hole(int step)
{
	(void)step;
	return make_thp() ? -1 : advise(100, 100, MADV_DONTNEED, "MADV_DONTNEED");
}

static int thp_without_head(int step)
{
	(void)step;
	return make_thp() ? -1 : advise(0, 1, MADV_DONTNEED, "MADV_DONTNEED");
}

static int half_locked_hole(int step)
{
	(void)step;
	if (syscall(SYS_mlock2, subject.mem, 64 * 4096, MLOCK_ONFAULT))
		return no("mlock2");
	write_from(0, 32);
	return 0;
}

/* The second call flushes the batch of the first one; a few pages may stay behind. */
static int lazy(int step)
{
	(void)step;
	write_from(0, 64);
	for (int i = 0; i < 20; i++)
		if (advise(0, 64, MADV_FREE, "MADV_FREE"))
			return -1;
	return 0;
}

static int lazy_half_rewritten(int step)
{
	if (lazy(step))
		return -1;
	write_from(0, 32);
	return 0;
}

static int lazy_forked(int step)
{
	return lazy(step) ? -1 : fork_other(0, 0);
}

static int swapped(int step)
{
	(void)step;
	write_from(0, 64);
	return page_out(0, 64);
}

static int swapped_in(int step)
{
	if (swapped(step))
		return -1;
	read_from(0, 64);
	return 0;
}

static int swapped_into_locked(int step)
{
	if (swapped(step))
		return -1;
	return syscall(SYS_mlock2, subject.mem, 64 * 4096, 0) ? no("mlock") : 0;
}

static int swapped_in_here_alone(int step)
{
	if (swapped(step) || fork_other(0, 0))
		return -1;
	read_from(0, 64);
	return 0;
}

static int packet_ring(int step)
{
	struct tpacket_req req = { .tp_block_size = 1 << 16, .tp_block_nr = 4,
				   .tp_frame_size = 2048, .tp_frame_nr = 128 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);	/* of no protocol: hears nothing */

	(void)step;
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)))
		return no("a packet socket");
	return mmap(subject.mem, 64 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
	       MAP_FAILED ? no("mmap of its ring") : 0;
}

/* ---- what each page of them is */

#define MY_THP K_ANON | K_SWAPBACKED | K_THP
#define WHOLE PT_OVER_HUGE
#define PARTS PT_OVER_LARGE
#define LOCKED PT_OVER_LOCKED

static const struct zoo {
	const char *test;
	enum need need;
	act_fn *act;
	struct part {
		size_t first, n;	/* pages; 0: no more parts */
		bool other;		/* as the other process sees them */
		const char *signs;
		uint8_t over;
		uint64_t set, clear;	/* kpageflags */
		int order;
	} part[4];
} zoo[] = {
	/* bit 56 is that of the first page on all 512 of them */
	{ "of_a_huge_page_each_page_has_its_own_count", HUGE_PAGES, thp_head_rewritten, {
		{ 0, 4, false, "paake*?*", WHOLE, MY_THP, 0, 9 },
		{ 4, NHUGE - 4, false, "cbake*?*", WHOLE, MY_THP, 0, 9 },
		{ 0, 4, true, "paape*?*", 0, K_ANON | K_SWAPBACKED, K_THP, 0 },
		{ 4, NHUGE - 4, true, "cbaje*?*", PARTS, MY_THP | K_TAIL, K_HEAD, 9 } } },
	{ "of_a_huge_page_mapped_once_but_for_its_head_the_rest_is_private", HUGE_PAGES,
	  thp_tail_rewritten, {
		{ 0, 5, false, "cbake*?*", WHOLE, MY_THP, 0, 9 },
		{ 5, NHUGE - 5, false, "paake*?*", WHOLE, MY_THP, 0, 9 },
		{ 0, 5, true, "cbaje*?*", PARTS, MY_THP, 0, 9 },
		{ 5, NHUGE - 5, true, "paape*?*", 0, K_ANON | K_SWAPBACKED, K_THP, 0 } } },
	{ "a_huge_page_locked_in_part_is_locked_there_without_the_flag", HUGE_PAGES,
	  thp_partly_locked, {
		{ 0, 64, false, "paaje*?*", PARTS, MY_THP, K_MLOCKED, 9 },
		{ 64, 128, false, "paajn*?*", PARTS | LOCKED, MY_THP, K_MLOCKED, 9 },
		{ 192, NHUGE - 192, false, "paaje*?*", PARTS, MY_THP, K_MLOCKED, 9 } } },
	{ "a_huge_page_with_a_hole_is_of_order_9_still", HUGE_PAGES, thp_with_hole, {
		{ 0, 100, false, "paaje*?*", PARTS, MY_THP, 0, 9 },
		{ 100, 100, false, "......?.", 0, 0, 0, 0 },
		{ 200, NHUGE - 200, false, "paaje*?*", PARTS, MY_THP, 0, 9 } } },
	{ "a_huge_page_without_its_head_is_of_order_9_still", HUGE_PAGES, thp_without_head, {
		{ 0, 1, false, "......?.", 0, 0, 0, 0 },
		{ 1, NHUGE - 1, false, "paaje*?*", PARTS, MY_THP | K_TAIL, K_HEAD, 9 } } },
	{ "a_mapping_locked_on_fault_has_pages_and_holes", NOTHING, half_locked_hole, {
		{ 0, 32, false, "paapl*?*", LOCKED, K_ANON | K_MLOCKED, K_THP, 0 },
		{ 32, 32, false, "....h.?.", 0, 0, 0, 0 } } },
	/* flags do not tell those that were written since; how many were not smaps tells */
	{ "of_memory_marked_free_any_page_may_have_been_rewritten", NOTHING, lazy_half_rewritten, {
		{ 0, 64, false, "aaape??*", 0, K_ANON, K_SWAPBACKED, 0 } } },
	{ "memory_marked_free_and_shared_by_a_fork_is_both", NOTHING, lazy_forked, {
		{ 0, 64, false, "cbapef?*", 0, K_ANON, K_SWAPBACKED, 0 },
		{ 0, 64, true, "cbapef?*", 0, K_ANON, K_SWAPBACKED, 0 } } },
	{ "a_packet_ring_is_special", NOTHING, packet_ring, {
		{ 0, 64, false, "xaxxxn?*", 0, 0, K_ANON | K_LRU | K_THP | K_UPTODATE, 4 } } },
	{ "memory_back_from_zram_is_private", SWAP, swapped_in, {
		{ 0, 64, false, "paape*?*", 0, K_ANON | K_SWAPBACKED, K_SWAPCACHE, 0 } } },
	/* Linux 6.1 marks it mlocked, 6.12 does not */
	{ "memory_back_from_zram_in_a_locked_mapping_may_lack_the_flag", SWAP, swapped_into_locked, {
		{ 0, 64, false, "paap**?*", LOCKED, K_ANON | K_SWAPBACKED, 0, 0 } } },
	{ "memory_back_from_zram_on_one_side_of_a_fork_keeps_its_slot", SWAP, swapped_in_here_alone, {
		{ 0, 64, false, "paapec?*", 0, K_ANON | K_SWAPBACKED | K_SWAPCACHE, K_OWNER, 0 },
		{ 0, 64, true, "ssssss?s", 0, 0, 0, 0 } } },
	{ "memory_swapped_to_a_file_is_swapped", FILE_SWAP, swapped, {
		{ 0, 64, false, "ssssss?s", 0, 0, 0, 0 } } },
	{ "memory_back_from_a_file_keeps_its_slot", FILE_SWAP, swapped_in, {
		{ 0, 64, false, "paapec?*", 0, K_ANON | K_SWAPBACKED | K_SWAPCACHE, 0, 0 } } },
};

static void check_part(const struct zoo *z, const struct part *p)
{
	pid_t pid = p->other ? subject.told->other : subject.pid;
	uint64_t start = (uintptr_t)subject.mem + p->first * 4096, end = start + p->n * 4096;
	struct look l = look_through(PT_LENS_SIZE, pid, start, end);

	for (size_t i = 0; i < l.n; i++) {
		const struct page *page = &l.page[i];
		struct pt_run run = run_at(l.img, (start >> 12) + i);

		if ((page->kflags & p->set) != p->set || page->kflags & p->clear)
			fail_msg("page %zu of %s: pagemap %016" PRIx64 ", kpageflags %016" PRIx64
				 ", kpagecount %" PRIu64, p->first + i, z->test, page->word,
				 page->kflags, page->count);
		if (!(page->word & W_PRESENT))
			continue;
		assert_int_equal(order_of(page->word & W_PFN), p->order);
		assert_int_equal(run.order, p->order);
		assert_int_equal(run.count, page->count);
	}
	look_done(&l);
	for (int lens = 0; lens < PT_NLENSES; lens++)
		check_lens((enum pt_lens_id)lens, pid, start, end, p->signs[lens], p->over, z->test);
}

/* How many areas of swap there are. */
static size_t count_swaps(void)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[LINE];
	size_t n = 0;

	while (f && fgets(line, sizeof(line), f))
		n++;
	if (f)
		fclose(f);
	return n ? n - 1 : 0;
}

/* A CPU goes on where it swapped to before, whatever the priorities: so zram must go first. */
static void swap_to_file(void)
{
	if (!live.settings.why[SWAP][0])
		swapoff(ZRAM_DEV);
	if (count_swaps())
		skip_if("the machine's own swap would take the pages");
	assert_int_equal(swapon(live.settings.swap_file, 0), 0);
}

static void each_part_has_its_sign_in_each_lens(void **state)
{
	const struct zoo *z = *state;

	skip_unless(z->need);
	if (z->need == FILE_SWAP)
		swap_to_file();
	start_subject(z->act);
	for (size_t i = 0; i < LEN(z->part) && z->part[i].n; i++)
		check_part(z, &z->part[i]);
}

__attribute__((constructor)) static void register_zoo(void)
{
	for (size_t i = 0; i < LEN(zoo); i++)
		test_register((struct CMUnitTest){
			.name = zoo[i].test, .test_func = each_part_has_its_sign_in_each_lens,
			.teardown_func = end_subject, .initial_state = (void *)&zoo[i],
		});
}

/* How many are lazyfree smaps tells, which ones nobody. */
TEST_WITH(of_memory_marked_free_the_sum_is_that_of_smaps, NULL, end_subject)
{
	static const struct pt_factset lazy_set = { .d = PT_F(LAZY) }, none;
	struct pt_sum sums[PT_NCOLS];
	struct pt_image *img;
	struct pt_run run;
	struct pt_facts f;
	uint64_t start;

	start_subject(lazy_half_rewritten);
	start = (uintptr_t)subject.mem;
	check_mappings_of(subject.pid, start, start + SUBJECT_BYTES);
	img = scan_range(subject.pid, PT_LENS_STATE, start >> 12, (start >> 12) + 1);
	run = run_at(img, start >> 12);
	f = pt_facts_of(&run, pt_image_vma(img, run.vpn), &img->ctx);
	assert_int_equal(pt_facts_match(&f, &lazy_set, &none), -1);
	pt_image_sums(img, pt_image_vma(img, run.vpn), sums);
	assert_true(sums[PT_COL_LAZYFREE].unknown);	/* one page of them was looked at */
	pt_image_unref(img);
}
