#include "live.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/demo/demo.h"
#include "pagetop/demo/demo_states.h"
#include "pagetop/model/image.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/scan.h"
#include "machine.h"

struct live live;

/* ---- files of one word */

void get_word(const char *path, char ret[static LINE])
{
	FILE *f = fopen(path, "re");
	char *from, *to;

	ret[0] = '\0';
	if (!f)
		return;
	if (!fgets(ret, LINE, f))
		ret[0] = '\0';
	fclose(f);
	ret[strcspn(ret, "\n")] = '\0';
	from = strchr(ret, '[');
	to = from ? strchr(from, ']') : NULL;
	if (to) {
		*to = '\0';
		memmove(ret, from + 1, (size_t)(to - from));
	}
}

bool put_word(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* ---- what the machine has */

const char *cannot(enum need need)
{
	void *mem;
	char word[LINE];
	bool ok = true;

	if (need == DEMO_SAYS)
		return NULL;
	if (need == ZERO_PAGES || need == HUGE_ZERO_PAGES) {
		if (!maps_zero_pages())
			return "this kernel maps no zero page where memory is only read";
		return need == HUGE_ZERO_PAGES ? cannot(HUGE_PAGES) : NULL;
	}
	if (need == COLLAPSE && madvise(NULL, 0, MADV_COLLAPSE))
		return "this kernel has no MADV_COLLAPSE";
	if (need == HUGE_PAGES || need == COLLAPSE) {
		get_word(THP "enabled", word);
		ok = word[0] && strcmp(word, "never");
	} else if (need == GUARDS) {
		mem = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		ok = !madvise(mem, 4096, MADV_GUARD_INSTALL);
		munmap(mem, 4096);
	} else if (live.settings.why[need][0]) {
		return live.settings.why[need];
	}
	return ok ? NULL : need == GUARDS ? "this kernel has no MADV_GUARD_INSTALL" :
		THP "enabled is never, or is not there";
}

void skip_if(const char *why)
{
	if (why) {
		printf("# skip: %s\n", why);
		skip();
	}
}

void skip_unless(enum need need)
{
	skip_if(cannot(need));
}

/* ---- the kernel's files, in this test's own words */

uint64_t word_at(int fd, uint64_t index)
{
	uint64_t word = 0;

	assert_int_equal(pread(fd, &word, sizeof(word), (off_t)(index * 8)), sizeof(word));
	return word;
}

/*
 * Before Linux 6.12 tails of a folio have few flags of their own: those of its head hold for them, too. `before` is the
 * frame that was asked for before, which may be the next tail's neighbour.
 */
struct frame { uint64_t pfn, head; };

static uint64_t frame_flags(int fd, uint64_t pfn, struct frame *before)
{
	uint64_t own = word_at(fd, pfn), head = own;

	if (own & K_TAIL && !(own & K_UPTODATE) && pfn == before->pfn + 1 && before->head & K_HEAD)
		head = before->head;
	else if (own & K_TAIL && !(own & K_UPTODATE))
		for (uint64_t at = pfn; at && head & K_TAIL; )
			head = word_at(fd, --at);
	*before = (struct frame){ pfn, head };
	return own & K_TAIL && !(own & K_UPTODATE) ? own | (head & ~K_HEAD) : own;
}

void read_truth(pid_t pid, uint64_t vpn, size_t n, struct page *ret)
{
	int flags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	int count = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC), words;
	struct frame before = { 0, 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	words = open(path, O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct page){ .word = word_at(words, vpn + i) };
		if (ret[i].word & W_PRESENT) {
			ret[i].kflags = frame_flags(flags, ret[i].word & W_PFN, &before);
			ret[i].count = word_at(count, ret[i].word & W_PFN);
		}
	}
	close(words);
	close(flags);
	close(count);
}

bool is_range(const char *line, uint64_t *from, uint64_t *to)
{
	return !isupper((unsigned char)line[0]) &&
	       sscanf(line, "%" SCNx64 "-%" SCNx64, from, to) == 2;
}

int64_t kb_of(const char *line)
{
	return atoll(line + strcspn(line, ":") + 1);
}

int64_t smaps_kb(pid_t pid, uint64_t start, uint64_t end, const char *keys)
{
	char path[64], *line = NULL;
	uint64_t from, to;
	int64_t sum = 0;
	bool in = false;
	size_t cap = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	while (getline(&line, &cap, f) > 0) {
		if (is_range(line, &from, &to))
			in = from >= start && to <= end;
		else if (in && is_one_of(line, keys))
			sum += kb_of(line);
	}
	if (ferror(f))
		sum = -1;
	free(line);
	fclose(f);
	return sum;
}

/* ---- scans */

int scan_as(const struct pt_scan_env *env, const struct pt_wish *wish, struct pt_image **ret)
{
	struct pt_target t = PT_TARGET_INIT;
	int err = pt_target_open(env, wish->pid, 0, &t);

	if (!err)
		err = t.pm_err ? t.pm_err : pt_scan(env, &t, wish, ret);
	pt_target_close(&t);
	return err;
}

int scan_with(const struct pt_probe *probe, pid_t pid, struct pt_image **ret)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = probe };
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .needs = PT_NEED_PFNS };

	return scan_as(&env, &wish, ret);
}

/* Only this range: a test under a sanitizer forks into a process with much memory that is none of the test. */
struct pt_image *scan_range(pid_t pid, enum pt_lens_id lens, uint64_t lo_vpn, uint64_t hi_vpn)
{
	const struct pt_scan_env env = { .root = &live.root, .probe = &live.probe };
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .lens = lens, .needs = PT_NEED_PFNS,
				      .lo_vpn = lo_vpn, .hi_vpn = hi_vpn };
	struct pt_image *img = NULL;

	assert_int_equal(scan_as(&env, &wish, &img), 0);
	return img;
}

struct pt_image *scan(pid_t pid)
{
	struct pt_image *img = NULL;

	assert_int_equal(scan_with(&live.probe, pid, &img), 0);
	return img;
}

bool is_counted(const struct page *p)
{
	return !(p->kflags & K_RESERVED);
}

/* The flag for idle comes and goes at any moment where DAMON runs. */
static bool hold_still(const struct page *a, const struct page *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].word != b[i].word || (a[i].kflags ^ b[i].kflags) & ~K_IDLE ||
		    (is_counted(&a[i]) && a[i].count != b[i].count))
			return false;
	return true;
}

struct look look_through(enum pt_lens_id lens, pid_t pid, uint64_t start, uint64_t end)
{
	struct look l = { .n = (end - start) >> 12 };
	struct page *after = calloc(l.n, sizeof(*after));
	bool still = false;

	l.page = calloc(l.n, sizeof(*l.page));
	for (int i = 0; i < TRIES && !still; i++) {
		pt_image_unref(l.img);
		read_truth(pid, start >> 12, l.n, l.page);
		l.img = scan_range(pid, lens, start >> 12, end >> 12);
		read_truth(pid, start >> 12, l.n, after);
		still = hold_still(l.page, after, l.n);
	}
	free(after);
	if (!still)
		fail_msg("the pages at %" PRIx64 " never hold still", start);
	return l;
}

struct look look_at(pid_t pid, uint64_t start, uint64_t end)
{
	return look_through(PT_LENS_STATE, pid, start, end);
}

void look_done(struct look *l)
{
	pt_image_unref(l->img);
	free(l->page);
}

struct pt_run run_at(const struct pt_image *img, uint64_t vpn)
{
	const struct pt_vma *vma = pt_image_vma(img, vpn);

	if (!vma)
		fail_msg("no mapping holds page %" PRIx64, vpn);
	return pt_image_run(img, vma, vpn);
}

char sign_of(const struct pt_run *run)
{
	return pt_rows[run->row].sign;
}

/* ---- the states that the demo makes */

const struct pt_note *note_of(const char *id)
{
	size_t nstates, nnotes;
	const struct pt_demo_state *state = pt_demo_states(&nstates);
	const struct pt_note *note = pt_demo_notes(live.demo, &nnotes);

	assert_int_equal(nnotes, nstates);
	for (size_t i = 0; i < nnotes; i++)
		if (!strcmp(state[i].id, id))
			return &note[i];
	fail_msg("the demo knows no state %s", id);
	return NULL;
}

/* ---- every lens */

/* Words of the frames around one, as many as the largest folio but hugetlb has. */
struct around {
	int fd;
	uint64_t first, word[NHUGE];
};

static uint64_t word_around(const struct around *a, uint64_t pfn)
{
	return pfn >= a->first && pfn < a->first + NHUGE ? a->word[pfn - a->first] : word_at(a->fd, pfn);
}

int order_of(uint64_t pfn)
{
	struct around a = { .fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC), .first = pfn / NHUGE * NHUGE };
	uint64_t head = pfn, end = pfn + 1;
	int order = 0;

	assert_int_equal(pread(a.fd, a.word, sizeof(a.word), (off_t)a.first * 8), sizeof(a.word));
	while (word_around(&a, head) & K_TAIL)
		head--;
	if (word_around(&a, head) & K_HEAD)
		while (word_around(&a, end) & K_TAIL)
			end++;
	close(a.fd);
	while (UINT64_C(1) << order < end - head)
		order++;
	assert_int_equal(UINT64_C(1) << order, end - head);
	return order;
}

static char sign_of_count(uint64_t count)
{
	return count > 63 ? 'e' : count > 7 ? 'd' : count > 2 ? 'c' : count > 1 ? 'b' : count ? 'a' : 'n';
}

static char sign_of_list(uint64_t kflags)
{
	return kflags & K_SWAPCACHE ? 'c' : kflags & K_WRITEBACK ? 'w' : kflags & K_UNEVICTABLE ? 'v' :
	       !(kflags & K_LRU) ? 'n' : kflags & K_ACTIVE ? 'a' :
	       kflags & K_REFERENCED ? 'r' : kflags & K_IDLE ? 'd' : 'i';
}

static char sign_of_order(int order, uint64_t kflags)
{
	return !order ? 'p' : kflags & K_THP ? "pbcdefghij"[order] : 'x';
}

/* The node, by the system call that moves pages; it does not tell of the kernel's own. */
static char sign_of_node(pid_t pid, uint64_t vpn)
{
	void *page = (void *)(uintptr_t)(vpn << 12);
	int node = -1;

	syscall(SYS_move_pages, pid, 1, &page, NULL, &node, 0);
	return (char)(node < 0 ? '0' : node > 7 ? '8' : '0' + node);
}

/* What a sign must be that varies from page to page, by what this test read of it. */
static char sign_by_truth(enum pt_lens_id lens, pid_t pid, const struct pt_run *run,
			  const struct page *p)
{
	switch (lens) {
	case PT_LENS_SHARING:
		return sign_of_count(is_counted(p) || !run->count ? p->count : run->count);
	case PT_LENS_KIND:
		return p->kflags & K_DIRTY ? 'd' : 'i';
	case PT_LENS_SIZE:
		return sign_of_order(order_of(p->word & W_PFN), p->kflags);
	case PT_LENS_LOCK:
		return p->kflags & K_MLOCKED ? 'l' : 'n';
	case PT_LENS_RECLAIM:	/* idle, or just not any more */
		return sign_of_list(sign_of(run) == 'd' ? p->kflags | K_IDLE : p->kflags & ~K_IDLE);
	case PT_LENS_NODE:
		return sign_of_node(pid, run->vpn);
	default:
		return '\0';
	}
}

void check_lens(enum pt_lens_id lens, pid_t pid, uint64_t start, uint64_t end,
		       char sign, uint8_t over, const char *what)
{
	struct look l = look_through(lens, pid, start, end);

	for (size_t i = 0; i < l.n; i++) {
		struct pt_run run = run_at(l.img, (start >> 12) + i);
		char want = sign;

		if (want == PT_DEMO_ANY)
			want = sign_by_truth(lens, pid, &run, &l.page[i]);
		if (sign_of(&run) != want || run.over != over)
			fail_msg("page %zu of %zu of \"%s\" is %c with overlays %x in the lens %s, not "
				 "%c with %x: pagemap %016" PRIx64 ", kpageflags %016" PRIx64
				 ", kpagecount %" PRIu64, i + 1, l.n, what, sign_of(&run), run.over,
				 pt_lenses[lens].name, want, over, l.page[i].word, l.page[i].kflags,
				 l.page[i].count);
	}
	look_done(&l);
}

void check_orders(pid_t pid, uint64_t start, uint64_t end, size_t *norder)
{
	struct look l = look_through(PT_LENS_SIZE, pid, start, end);

	for (size_t i = 0; i < l.n; i++) {
		struct pt_run run = run_at(l.img, (start >> 12) + i);
		int order = l.page[i].word & W_PRESENT ? order_of(l.page[i].word & W_PFN) : 0;

		if (l.page[i].word & W_PRESENT && run.order != order)
			fail_msg("page %" PRIx64 " is of order %d, not %d", run.vpn, run.order, order);
		if (!(l.page[i].word & W_PRESENT))
			continue;
		if (!(run.over & PT_OVER_HUGE) && sign_of(&run) != sign_of_order(order, l.page[i].kflags))
			fail_msg("page %" PRIx64 " of order %d is %c in the lens size", run.vpn, order,
				 sign_of(&run));
		norder[order]++;
	}
	look_done(&l);
}

/* ---- targets */

void wait_until_asleep(pid_t pid)
{
	char path[64], stat[LINE];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	for (int i = 0; i < 5000; i++) {
		get_word(path, stat);
		if (strstr(stat, ") S "))
			return;
		poll(NULL, 0, 1);
	}
	fail_msg("process %d does not come to rest", (int)pid);
}

uint64_t address_of(const struct target *t, const char *name)
{
	char key[32];
	const char *at;

	snprintf(key, sizeof(key), " %s=", name);
	at = strstr(t->ready, key);
	assert_non_null(at);
	return strtoull(at + strlen(key), NULL, 16);
}

/* ---- sums */

enum { NOT_SAID = -1 };		/* KSM is not in smaps before Linux 6.7 */

/* What smaps says of each column of each mapping, in kB, in the order of the image. */
static void smaps_columns(pid_t pid, const struct pt_image *img, int64_t (*ret)[PT_NCOLS])
{
	char path[64], *line = NULL;
	uint64_t from, to;
	size_t v = SIZE_MAX, cap = 0;
	FILE *f;

	memset(ret, 0xff, img->vmas.n * sizeof(*ret));	/* NOT_SAID */
	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	f = fopen(path, "re");
	while (getline(&line, &cap, f) > 0) {
		if (is_range(line, &from, &to)) {
			v++;
			assert_true(v < img->vmas.n && from == img->vmas.v[v].start);
			continue;
		}
		for (int c = 0; c < PT_NCOLS; c++)
			if (is_one_of(line, pt_columns[c].smaps))
				ret[v][c] = (ret[v][c] == NOT_SAID ? 0 : ret[v][c]) + kb_of(line);
	}
	free(line);
	fclose(f);
	assert_int_equal(v + 1, img->vmas.n);
}

/* The first column of the mapping that is other than what smaps says of it, or PT_NCOLS. */
static int find_different(const struct pt_vma *vma, const struct pt_sum *sum, const int64_t *kb)
{
	bool droppable = vma->vmflags & PT_VMF(DP);	/* also what was written; smaps counts only what was not */
	int c = 0;

	while (c < PT_NCOLS && (!pt_columns[c].smaps[0] || kb[c] == NOT_SAID || (droppable && c == PT_COL_LAZYFREE) ||
		(!sum[c].unknown &&
		(int64_t)(pt_sum_bytes((enum pt_column)c, &sum[c]) >> 10) == kb[c])))
		c++;
	return c;
}

static _Noreturn void fail_column(const struct pt_vma *vma, int c, const struct pt_sum *sum,
				  int64_t kb)
{
	fail_msg("%s of %" PRIx64 " %s is %" PRIu64 " kB (%" PRIu64 " pages unknown), smaps says "
		 "%" PRId64, pt_columns[c].name, vma->start, vma->name,
		 pt_sum_bytes((enum pt_column)c, sum) >> 10, sum->unknown, kb);
	abort();
}

void check_mappings_of(pid_t pid, uint64_t from, uint64_t to)
{
	struct pt_image *img = scan(pid);
	size_t n = img->vmas.n, nright = 0;
	int64_t (*kb)[PT_NCOLS] = calloc(n, sizeof(*kb));
	bool *right = calloc(n, sizeof(*right));

	assert_true(n > 10);
	for (int i = 0; nright < n; i++) {
		smaps_columns(pid, img, kb);
		for (size_t v = 0; v < n; v++) {
			struct pt_sum sums[PT_NCOLS];
			int c = PT_NCOLS;

			pt_image_sums(img, &img->vmas.v[v], sums);
			if (!right[v] && img->vmas.v[v].start >= from && img->vmas.v[v].start < to)
				c = find_different(&img->vmas.v[v], sums, kb[v]);
			if (c < PT_NCOLS && i >= TRIES)
				fail_column(&img->vmas.v[v], c, &sums[c], kb[v][c]);
			nright += !right[v] && c == PT_NCOLS;
			right[v] = c == PT_NCOLS || right[v];
		}
		pt_image_unref(img);
		img = scan(pid);
	}
	pt_image_unref(img);
	free(right);
	free(kb);
}
