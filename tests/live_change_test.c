/* Merged pages among others, orders of a file's folios, what happened since. */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/model/image.h"
#include "subject.h"
#include "machine.h"

/* ---- scans */

static struct pt_image *scan_lens(pid_t pid, enum pt_lens_id lens, const struct pt_image *base)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe, .base = base };
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .lens = lens,
				      .needs = PT_NEED_PFNS };
	struct pt_image *img = NULL;

	assert_int_equal(scan_as(&env, &wish, &img), 0);
	return img;
}

/* ---- what subjects do */

static void end_other(void)
{
	pid_t pid = subject.told->other;

	subject.told->other = 0;
	if (pid > 0 && !kill(pid, SIGKILL))
		waitpid(pid, NULL, 0);
}

/* ---- merged pages among others */

enum { NMIXED = 64 };	/* pages in each of four parts, of a mapping each */

/*
 * All equal, and merged; every second one equal; none, before a fork; equal, merged, and half of them written again.
 * The fork's child has them all. Done when ksmd has come by often enough to merge whatever is equal.
 */
static int mergeable(int step)
{
	struct page page[4 * NMIXED];
	size_t nmerged = 0;

	(void)step;
	write_from(0, 4 * NMIXED);
	for (size_t i = 0; i < 4 * NMIXED; i++)
		if (i / NMIXED == 0 || i / NMIXED == 3 || (i / NMIXED == 1 && i % 2))
			memset(subject.mem + i * 4096, 'm', 4096);
	for (size_t part = 0; part < 4; part++)	/* guards between them, so that each stays a mapping of its own */
		if (part != 2 && advise(part * NMIXED, NMIXED - 1, MADV_MERGEABLE, "MADV_MERGEABLE"))
			return -1;
	for (int i = 0; i < 15000 && nmerged < 2 * (NMIXED - 1) + NMIXED / 2 - 1; i++) {
		poll(NULL, 0, 2);
		read_truth(getpid(), (uintptr_t)subject.mem / 4096, 4 * NMIXED, page);
		nmerged = 0;
		for (size_t k = 0; k < 4 * NMIXED; k++)
			nmerged += (page[k].word & W_PRESENT) && page[k].count > 1;
	}
	for (size_t i = 3 * NMIXED; i < 3 * NMIXED + NMIXED / 2; i++)
		subject.mem[i * 4096] = (char)i;
	return fork_other(2 * NMIXED, 4);
}

/* Merged are those that have one frame between them. */
static void check_merged(pid_t pid, size_t *nmerged, size_t *nopen)
{
	uint64_t start = (uintptr_t)subject.mem, end = start + 4 * NMIXED * 4096, merged = 0;
	struct look l = look_at(pid, start, end);

	for (size_t i = 0; i < l.n && !merged; i++)
		for (size_t k = i + 1; k < l.n && !merged; k++)
			merged = l.page[i].word == l.page[k].word ? l.page[i].word & W_PFN : 0;
	for (size_t i = 0; i < l.n; i++) {
		struct pt_run run = run_at(l.img, (start >> 12) + i);
		bool is = (l.page[i].word & W_PFN) == merged;

		*nopen += !!(run.pm & PT_RUN(MERGE_OPEN));
		if ((sign_of(&run) == 'k') != is && !(run.pm & PT_RUN(MERGE_OPEN)))
			fail_msg("page %zu is %c, %smerged: pagemap %016" PRIx64 ", kpageflags %016" PRIx64
				 ", kpagecount %" PRIu64, i, sign_of(&run), is ? "" : "not ", l.page[i].word,
				 l.page[i].kflags, l.page[i].count);
		*nmerged += is;
	}
	look_done(&l);
}

TEST_WITH(merged_pages_are_told_from_others_in_one_mapping, NULL, end_subject)
{
	size_t nmerged = 0, nopen = 0;
	uint64_t start;

	skip_unless(KSM);
	start_subject(mergeable);
	start = (uintptr_t)subject.mem;
	check_merged(subject.pid, &nmerged, &nopen);
	check_mappings_of(subject.pid, start, start + SUBJECT_BYTES);
	check_merged(subject.told->other, &nmerged, &nopen);
	check_mappings_of(subject.told->other, start, start + SUBJECT_BYTES);
	printf("# %zu merged, %zu of which it is open\n", nmerged, nopen);
	assert_true(nmerged >= 3 * NMIXED);
	assert_int_equal(nopen, 0);
}

/* ---- orders of a file's folios */

/* Written at once, half of it read again piece by piece: folios of all sizes, where they can be. */
static int file_of_folios(int step)
{
	char path[] = "/var/tmp/pagetop-live-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);
	const size_t piece = 1 << 16;

	(void)step;
	if (fd < 0)
		return no(path);
	unlink(path);
	write_from(0, 2 * NHUGE);
	if (write(fd, subject.mem, SUBJECT_BYTES) != SUBJECT_BYTES)
		return no("write");
	if (fsync(fd) || posix_fadvise(fd, HUGE_BYTES, 0, POSIX_FADV_DONTNEED))
		return no("fsync");
	for (size_t at = HUGE_BYTES; at < SUBJECT_BYTES; at += piece)
		if (pread(fd, subject.mem + at, piece, (off_t)at) != (ssize_t)piece)
			return no("read");
	if (mmap(subject.mem, SUBJECT_BYTES, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED)
		return no("mmap");
	read_from(0, 2 * NHUGE);
	return 0;
}

TEST_WITH(pages_of_a_file_have_the_order_of_their_folio, NULL, end_subject)
{
	uint64_t start;
	size_t norder[64] = { 0 }, nfound = 0;

	start_subject(file_of_folios);
	start = (uintptr_t)subject.mem;
	check_orders(subject.pid, start, start + SUBJECT_BYTES, norder);
	for (int i = 0; i < 64; i++) {
		nfound += norder[i];
		if (norder[i])
			printf("# %zu pages of a file in folios of order %d\n", norder[i], i);
	}
	assert_int_equal(nfound, 2 * NHUGE);
}

/* ---- what happened since */

enum { SLICE = 16 };	/* pages */

static int exchange(size_t a, size_t b)
{
	char *pa = subject.mem + a * 4096, *pb = subject.mem + b * 4096;
	char *aside = mmap(NULL, SLICE * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const int to = MREMAP_MAYMOVE | MREMAP_FIXED;

	return mremap(pa, SLICE * 4096, SLICE * 4096, to, aside) == MAP_FAILED ||
	       mremap(pb, SLICE * 4096, SLICE * 4096, to, pa) == MAP_FAILED ||
	       mremap(aside, SLICE * 4096, SLICE * 4096, to, pb) == MAP_FAILED ? no("mremap") : 0;
}

/* Slices: to be new, gone, copied, alone again, exchanged (2), written, kept, never there. */
static int before_changes(void)
{
	write_from(2 * SLICE, 2 * SLICE);	/* shared by the fork */
	if (fork_other(0, 0))
		return -1;
	write_from(SLICE, SLICE);
	write_from(4 * SLICE, 2 * SLICE);
	read_from(6 * SLICE, SLICE);
	write_from(7 * SLICE, SLICE);
	write_from(NHUGE, NHUGE);
	return 0;
}

static int make_changes(void)
{
	write_from(0, SLICE);
	if (advise(SLICE, SLICE, MADV_DONTNEED, "MADV_DONTNEED"))
		return -1;
	write_from(2 * SLICE, SLICE);
	end_other();
	if (exchange(4 * SLICE, 5 * SLICE))
		return -1;
	write_from(6 * SLICE, SLICE);
	return collapse(NHUGE);
}

static int changes(int step)
{
	return step ? make_changes() : before_changes();
}

static void check_slices(const struct pt_image *img, size_t first, size_t n, const char *signs)
{
	uint64_t vpn = ((uintptr_t)subject.mem >> 12) + first;

	for (size_t i = 0; i < n * strlen(signs); i++) {
		struct pt_run run = run_at(img, vpn + i);

		if (sign_of(&run) != signs[i / n])
			fail_msg("page %zu is %c in the lens change, not %c", first + i, sign_of(&run),
				 signs[i / n]);
	}
}

/* Where it says so, the frame is another one or the same, as this test reads it. */
static void check_frames(const struct page *was, const struct page *is, size_t n, const char *signs)
{
	for (size_t i = 0; i < n * strlen(signs); i++) {
		bool same = was[i].word << 9 == is[i].word << 9;

		if (strchr("rvc", signs[i / n]) && same)
			fail_msg("page %zu is where it was", i);
		if (signs[i / n] == 'e' && !same)
			fail_msg("page %zu is not where it was", i);
	}
}

TEST_WITH(each_page_says_what_happened_since, NULL, end_subject)
{
	const char *signs = maps_zero_pages() ? "ngcarrte." : "ngcarree.";
	struct page was[2 * NHUGE], is[2 * NHUGE];
	struct pt_image *base, *img;
	uint64_t vpn;

	start_subject(changes);
	vpn = (uintptr_t)subject.mem >> 12;
	read_truth(subject.pid, vpn, 2 * NHUGE, was);
	base = scan_lens(subject.pid, PT_LENS_CHANGE, NULL);
	check_slices(base, 0, SLICE, "?????????");
	img = scan_lens(subject.pid, PT_LENS_CHANGE, base);
	check_slices(img, 0, SLICE, ".eeeeeee.");
	pt_image_unref(img);
	next_step();
	img = scan_lens(subject.pid, PT_LENS_CHANGE, base);
	read_truth(subject.pid, vpn, 2 * NHUGE, is);
	check_slices(img, 0, SLICE, signs);
	check_frames(was, is, SLICE, signs);
	check_slices(img, NHUGE, NHUGE, "l");	/* and so moved to a huge page */
	check_frames(was + NHUGE, is + NHUGE, NHUGE, "v");
	pt_image_unref(img);
	pt_image_unref(base);
}

/* Slices: written here since the fork, there, nowhere. */
static int fork_changes(int step)
{
	if (!step) {
		write_from(0, 3 * SLICE);
	} else if (step == 1) {
		if (fork_other(SLICE, SLICE))
			return -1;
		write_from(0, SLICE);
	} else {
		end_other();
	}
	return 0;
}

TEST_WITH(a_fork_since_is_told_by_the_child_while_it_lives, NULL, end_subject)
{
	struct pt_image *before, *forked, *img;

	start_subject(fork_changes);
	before = scan_lens(subject.pid, PT_LENS_CHANGE, NULL);
	next_step();
	forked = scan_lens(subject.pid, PT_LENS_CHANGE, before);
	check_slices(forked, 0, SLICE, "ceh");
	next_step();
	img = scan_lens(subject.pid, PT_LENS_CHANGE, before);
	check_slices(img, 0, SLICE, "ree");
	pt_image_unref(img);
	img = scan_lens(subject.pid, PT_LENS_CHANGE, forked);
	check_slices(img, 0, SLICE, "eea");
	pt_image_unref(img);
	pt_image_unref(forked);
	pt_image_unref(before);
}

/* Slices: out since, out before, out and then gone, out and then back. */
static int swap_changes(int step)
{
	if (!step) {
		write_from(0, 4 * SLICE);
		return page_out(SLICE, 3 * SLICE);
	}
	if (page_out(0, SLICE) || advise(2 * SLICE, SLICE, MADV_DONTNEED, "MADV_DONTNEED"))
		return -1;
	read_from(3 * SLICE, SLICE);
	return 0;
}

TEST_WITH(swapping_is_told_as_what_it_is, NULL, end_subject)
{
	struct pt_image *base, *img;

	skip_unless(SWAP);
	start_subject(swap_changes);
	base = scan_lens(subject.pid, PT_LENS_CHANGE, NULL);
	next_step();
	img = scan_lens(subject.pid, PT_LENS_CHANGE, base);
	check_slices(img, 0, SLICE, "xsgi");
	pt_image_unref(img);
	pt_image_unref(base);
}
