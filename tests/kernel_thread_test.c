/* The scanner's thread: wishes, answers, its share of a core. */
#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include "pagetop/scan/scanner.h"
#include "hooks.h"

enum { PATIENCE_MS = 20000 };

static struct pt_answer next_answer(struct pt_scanner *s)
{
	struct pollfd fd = { .fd = pt_scanner_fd(s), .events = POLLIN };
	struct pt_answer a;

	do
		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
	while (!pt_scanner_take(s, &a));
	return a;
}

/* The answer to this wish; older ones are dropped. */
static struct pt_answer answer_to(struct pt_scanner *s, uint64_t seq)
{
	struct pt_answer a = next_answer(s);

	while (a.seq != seq) {
		assert_true(a.seq < seq);
		pt_answer_done(&a);
		a = next_answer(s);
	}
	return a;
}

HOOKED(answers_carry_the_number_of_their_wish)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	fix_text(&w->fix, two_mappings);
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(
		s, &(struct pt_wish){ .seq = 7, .kind = PT_WISH_PROCESS, .pid = 42, .once = true });
	a = answer_to(s, 7);
	assert_int_equal(a.kind, PT_WISH_PROCESS);
	assert_int_equal(a.err, 0);
	assert_int_equal(a.img->pid, 42);
	assert_signs(a.img, 0, "ppss....ff......");
	pt_answer_done(&a);
	assert_null(a.img);
	pt_scanner_post(s, &(struct pt_wish){ .seq = 8, .kind = PT_WISH_PAGE, .pid = 42, .once = true,
					      .vpn = 0x600000000 });
	a = answer_to(s, 8);
	assert_int_equal(a.img->lo_vpn, 0x600000000);
	pt_answer_done(&a);
	assert_null(pt_scanner_free(s));
	assert_null(pt_scanner_free(NULL));
}

HOOKED(a_refusal_is_an_answer_with_its_reason)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(
		s, &(struct pt_wish){ .seq = 1, .kind = PT_WISH_PROCESS, .pid = 43, .once = true });
	a = answer_to(s, 1);
	assert_int_equal(a.err, -ENOENT);
	assert_string_equal(a.why, "has exited");
	assert_null(a.img);
	pt_answer_done(&a);
	pt_scanner_free(s);
}

HOOKED(the_table_comes_first_with_names_and_then_complete)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;
	int n = 0;

	for (int i = 0; i < 200; i++)
		fix_proc(&w->fix,
			 &(struct fix_proc){
				 .pid = 1000 + i,
				 .comm = "worker",
				 .map = (struct fix_map[]){
					 { "400000-404000 rw-p 00000000 00:00 0 ", NULL, "pp" },
					 { 0 } } });
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(s, &(struct pt_wish){ .seq = 1, .kind = PT_WISH_TABLE, .once = true });
	do {
		a = answer_to(s, 1);
		assert_int_equal(a.table->n, 200);
		if (a.table->complete)
			break;
		pt_answer_done(&a);
	} while (++n < 1000);
	assert_true(a.table->complete);
	for (size_t i = 0; i < a.table->n; i++) {
		assert_true(a.table->p[i].scanned);
		assert_int_equal(a.table->p[i].sum[PT_COL_RSS].value, 2 * 4096);
	}
	pt_answer_done(&a);
	pt_scanner_free(s);
}

HOOKED(a_wish_is_answered_again_and_again_until_the_next_one)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;

	fix_text(&w->fix, two_mappings);
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(s, &(struct pt_wish){ .seq = 1, .kind = PT_WISH_PROCESS, .pid = 42 });
	for (int i = 0; i < 3; i++) {
		struct pt_answer a = answer_to(s, 1);

		assert_int_equal(a.err, 0);
		pt_answer_done(&a);
	}
	pt_scanner_free(s);
}

HOOKED(the_scanner_keeps_to_its_share_of_a_core)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	fix_text(&w->fix,
		 "process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{20000}\n");
	assert_int_equal(pt_scanner_new(&w->root, 0.01, NULL, &s), 0);
	pt_scanner_post(s,
			&(struct pt_wish){
				.seq = 1, .kind = PT_WISH_PROCESS, .pid = 42, .interval_ms = 1 });
	a = answer_to(s, 1);
	assert_true(a.img->cpu_ns > 0);
	assert_in_range(a.interval_ns, a.img->cpu_ns * 99, a.img->cpu_ns * 101 + 1000000);
	pt_answer_done(&a);
	pt_scanner_free(s);
}

HOOKED(the_newest_wish_wins_and_cancels_the_one_before)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	fix_text(&w->fix, "process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{20000}\n"
		 "process 43 small\n400000-401000 rw-p 00000000 00:00 0 \np\n");
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	for (uint64_t seq = 1; seq < 400; seq++)
		pt_scanner_post(s, &(struct pt_wish){ .seq = seq, .kind = PT_WISH_PROCESS, .pid = 42 });
	pt_scanner_post(s, &(struct pt_wish){
				   .seq = 400, .kind = PT_WISH_PROCESS, .pid = 43, .once = true });
	a = answer_to(s, 400);
	assert_int_equal(a.img->pid, 43);
	pt_answer_done(&a);
	pt_scanner_free(s);
}

static sem_t reached, go_on;
static uint64_t reads;

/* The scan stands still after its first read, until the next wish is there. */
static void wait_for_next_wish(uint64_t vpn, size_t npages, uint64_t *words)
{
	(void)npages;
	(void)words;
	if (vpn < 0x600000000)
		return;
	if (!reads++) {
		sem_post(&reached);
		sem_wait(&go_on);
	}
}

HOOKED(a_new_wish_ends_the_scan_that_no_longer_matters)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	struct pt_answer a;

	fix_text(&w->fix, "process 42 db\n600000000000-600010000000 rw-p 00000000 00:00 0 \np{20000}\n"
		 "process 43 small\n400000-401000 rw-p 00000000 00:00 0 \np\n");
	sem_init(&reached, 0, 0);
	sem_init(&go_on, 0, 0);
	reads = 0;
	after_read = wait_for_next_wish;
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	pt_scanner_post(
		s, &(struct pt_wish){ .seq = 1, .kind = PT_WISH_PROCESS, .pid = 42, .once = true });
	sem_wait(&reached);
	pt_scanner_post(
		s, &(struct pt_wish){ .seq = 2, .kind = PT_WISH_PROCESS, .pid = 43, .once = true });
	sem_post(&go_on);
	a = next_answer(s);
	assert_int_equal(a.seq, 2);		/* the first has no answer, not even a late one */
	pt_answer_done(&a);
	pt_scanner_free(s);
	assert_in_range(reads, 1, 9); /* of eight chunks, only the first was read to its end */
	sem_destroy(&reached);
	sem_destroy(&go_on);
}

/* Many rounds, some answers taken, some left behind: for the thread sanitizer. */
HOOKED(five_hundred_rounds_of_wishes_and_answers)
{
	struct world *w = *state;
	struct pt_scanner *s = NULL;
	uint64_t rss = 0;

	fix_text(&w->fix, two_mappings);
	fix_text(&w->fix, "process 43 other\n400000-404000 rw-p 00000000 00:00 0 \npp\n");
	assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
	for (uint64_t seq = 1; seq <= 500; seq++) {
		const struct pt_wish wish = {
			.seq = seq,
			.pid = seq % 3 ? 42 : 43,
			.once = seq % 5,
			.needs = seq % 2 ? PT_NEED_PFNS : 0,
			.kind = seq % 7 == 0   ? PT_WISH_TABLE
				: seq % 4 == 0 ? PT_WISH_PAGE
					       : PT_WISH_PROCESS,
			.vpn = 0x400,
			.reopen = seq % 11 == 0,
		};
		struct pt_answer a;

		pt_scanner_post(s, &wish);
		if (seq % 6 == 0) {	/* left behind, or not yet there */
			if (pt_scanner_take(s, &a))
				pt_answer_done(&a);
			continue;
		}
		a = answer_to(s, seq);
		assert_int_equal(a.kind, wish.kind);
		assert_int_equal(a.err, 0);
		if (a.img)
			rss += a.img->total[PT_COL_RSS].value;
		else
			assert_int_equal(a.table->n, 2);
		pt_answer_done(&a);
	}
	assert_true(rss > 0);
	pt_scanner_free(s);
}

HOOKED(a_scanner_can_be_freed_at_any_moment)
{
	struct world *w = *state;

	fix_text(&w->fix,
		 "process 42 db\n600000000000-600008000000 rw-p 00000000 00:00 0 \np{20000}\n");
	for (int i = 0; i < 50; i++) {
		struct pt_scanner *s = NULL;

		assert_int_equal(pt_scanner_new(&w->root, 1, NULL, &s), 0);
		if (i % 3)
			pt_scanner_post(s, &(struct pt_wish){ .seq = 1, .pid = 42, .kind = i % 2 ?
							      PT_WISH_PROCESS : PT_WISH_TABLE });
		pt_scanner_free(s);
	}
}
