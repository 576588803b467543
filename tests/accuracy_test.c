/*
 * Truth from outside, over all processes that can be read: what the program counts, mapping by
 * mapping, against what the kernel counts in smaps; why present pages have no count; and targets
 * that never rest, scanned ten thousand times. docs/ACCURACY.md says what agrees with what, and why
 * what does not cannot. The states themselves are live_test's.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/base/clock.h"
#include "pagetop/demo/demo.h"
#include "pagetop/model/explain.h"
#include "pagetop/model/image.h"
#include "pagetop/model/sums.h"
#include "pagetop/model/wish.h"
#include "pagetop/scan/scan.h"
#include "beside.h"
#include "fixture.h"
#include "machine.h"
#include "test.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21				/* Linux 5.4 */
#endif
#ifndef SYS_cachestat
#define SYS_cachestat 451			/* Linux 6.5 */
#endif

#define F(id) PT_F(id)
#define K(id) PT_KPF(id)

enum { TRIES = 20, LINE = 512 };

static struct {
	struct pt_root root;
	struct pt_probe probe;
	struct pt_demo *demo;
} here;

/* ---- scans, targets, processes */

static int scan_as(const struct pt_wish *wish, struct pt_image **ret)
{
	const struct pt_scan_env env = { .root = &here.root, .probe = &here.probe };
	struct pt_target t = PT_TARGET_INIT;
	int err = pt_target_open(&env, wish->pid, 0, &t);

	if (!err)
		err = t.pm_err ? t.pm_err : pt_scan(&env, &t, wish, ret);
	pt_target_close(&t);
	return err;
}

/* NULL: it cannot be read, or has ended. */
static struct pt_image *scan(pid_t pid)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pid, .needs = PT_NEED_SMAPS };
	struct pt_image *img = NULL;

	return scan_as(&wish, &img) ? NULL : img;
}

/* Calls for each process there is but those involved. */
static void for_each_process(void (*look)(pid_t pid, void *arg), void *arg)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;

	assert_non_null(dir);
	while ((d = readdir(dir)))
		if (atol(d->d_name) > 0 && !is_involved((pid_t)atol(d->d_name)))
			look((pid_t)atol(d->d_name), arg);
	closedir(dir);
}

/* ---- what the kernel counts */

/*
 * Names of smaps beyond those of columns.def, and the pages that they count: what is not in the
 * program's columns, but follows from the facts of the same pages. `pss` divides each by its count.
 */
static const struct figure {
	const char *smaps;
	bool pss;
	struct pt_factset set, clear;
} figures[] = {
	{ "Anonymous", false, { .d = F(ANON) }, { .d = F(ZERO) | F(HUGETLB) } },
	{ "Shared_Clean + Shared_Dirty", false, { .d = F(PRESENT) | F(MANY) },
	  { .d = F(ZERO) | F(HUGETLB) } },
	{ "Locked", true, { .d = F(LOCKED) }, { .d = F(ZERO) | F(HUGETLB) } },
	{ "AnonHugePages", false, { .d = F(ANON) | F(HUGE) }, { .d = F(ZERO) | F(HUGETLB) } },
	{ "ShmemPmdMapped", false, { F(PRESENT) | F(HUGE), K(SWAPBACKED) },
	  { .d = F(ANON) | F(ZERO) | F(HUGETLB) } },
	{ "FilePmdMapped", false, { .d = F(PRESENT) | F(HUGE) },
	  { F(ANON) | F(ZERO) | F(HUGETLB), K(SWAPBACKED) } },
	{ "Private_Hugetlb", false, { .d = F(HUGETLB) | F(ONCE) }, { .d = 0 } },
	{ "Shared_Hugetlb", false, { .d = F(HUGETLB) | F(MANY) }, { .d = 0 } },
	/* in smaps_rollup only */
	{ "Pss_Anon", true, { .d = F(ANON) }, { .d = F(ZERO) | F(HUGETLB) } },
	{ "Pss_Shmem", true, { F(PRESENT), K(SWAPBACKED) },
	  { .d = F(ANON) | F(ZERO) | F(HUGETLB) } },
	{ "Pss_File", true, { .d = F(PRESENT) },
	  { F(ANON) | F(ZERO) | F(HUGETLB), K(SWAPBACKED) } },
};

enum { NFIGURES = PT_NCOLS + LEN(figures) };

enum { NOT_SAID = -1, NOT_KNOWN = -2 };

/* A mapping; the last one of a list stands for the sum of all, from smaps_rollup. In kB. */
struct counts {
	uint64_t start, end;
	int64_t kb[NFIGURES];
	bool droppable;		/* of it smaps counts as LazyFree only what was not written */
	char vmflags[256];	/* "rd mr …", as smaps writes it */
};

struct list {
	struct counts *v;
	size_t n;
};

static const char *name_of(int f)
{
	return f < PT_NCOLS ? pt_columns[f].smaps : figures[f - PT_NCOLS].smaps;
}

/* smaps_rollup alone has it. */
static bool is_of_sums(int f)
{
	return !strncmp(name_of(f), "Pss_", 4);
}

static struct counts *add_counts(struct list *l, uint64_t start, uint64_t end, int64_t kb)
{
	struct counts *c;

	l->v = realloc(l->v, (l->n + 1) * sizeof(*l->v));
	assert_non_null(l->v);
	c = &l->v[l->n++];
	*c = (struct counts){ .start = start, .end = end };
	for (int f = 0; f < NFIGURES; f++)
		c->kb[f] = kb;
	return c;
}

static void read_line(const char *line, struct counts *c)
{
	const char *said = line + strcspn(line, ":") + 1;

	if (!strncmp(line, "VmFlags: ", 9))
		snprintf(c->vmflags, sizeof(c->vmflags), "%.*s", (int)strcspn(said, "\n") - 1, said + 1);
	for (int f = 0; f < NFIGURES; f++)
		if (is_one_of(line, name_of(f)))
			c->kb[f] = (c->kb[f] == NOT_SAID ? 0 : c->kb[f]) + atoll(said);
}

/* False: it cannot be read. */
static bool read_file(pid_t pid, const char *name, struct list *l)
{
	char path[64], *line = NULL;
	uint64_t start, end;
	size_t cap = 0;
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	f = fopen(path, "re");
	while (f && getline(&line, &cap, f) > 0) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2)
			add_counts(l, start, end, NOT_SAID);
		else if (l->n)
			read_line(line, &l->v[l->n - 1]);
	}
	ok = f && !ferror(f);
	free(line);
	if (f)
		fclose(f);
	return ok;
}

/* [vsyscall] is beyond what processes have, so the sum leaves it out. */
static bool read_kernel(pid_t pid, struct list *ret)
{
	size_t n;

	*ret = (struct list){ NULL, 0 };
	if (!read_file(pid, "smaps", ret) || !ret->n)
		return false;
	n = ret->n;
	return read_file(pid, "smaps_rollup", ret) && ret->n == n + 1;
}

/* ---- what the program counts */

/* One of the figures that are worked out here, over pages that are alike; bytes << 12. */
static void add_run(struct counts *c, uint64_t sum[LEN(figures)], const struct pt_facts *f,
		    uint64_t npages)
{
	const uint32_t count = f->field[PT_FIELD_COUNT];

	for (size_t i = 0; i < LEN(figures); i++) {
		int match = pt_facts_match(f, &figures[i].set, &figures[i].clear);

		if (match < 0 || (match && figures[i].pss && !count))
			c->kb[PT_NCOLS + i] = NOT_KNOWN;
		else if (match)
			sum[i] += (UINT64_C(1) << 24) / (figures[i].pss ? count : 1) * npages;
	}
}

static void put_sums(struct counts *c, const uint64_t sum[LEN(figures)],
		     const struct pt_sum *cols)
{
	for (size_t i = 0; i < LEN(figures); i++)
		if (c->kb[PT_NCOLS + i] != NOT_KNOWN)
			c->kb[PT_NCOLS + i] = (int64_t)(sum[i] >> 22);
	for (int i = 0; i < PT_NCOLS; i++)
		c->kb[i] = cols[i].unknown ? NOT_KNOWN :
			   (int64_t)(pt_sum_bytes((enum pt_column)i, &cols[i]) >> 10);
}

/* The words of VmFlags for the bits, in the order of vmflags.def. */
static void put_vmflags(struct counts *c, uint64_t vmflags)
{
	static const char *const word[PT_NVMFLAGS] = {
#define VMFLAG(id, word, text) word,
#include "pagetop/kernel/vmflags.def"
#undef VMFLAG
	};

	for (int i = 0; i < PT_NVMFLAGS; i++)
		if (vmflags >> i & 1)
			strcat(strcat(c->vmflags, word[i]), " ");
	if (vmflags & PT_VMF_UNNAMED)
		strcat(c->vmflags, "?? ");
}

/* Sums of the figures of one mapping, added to those of all. */
static void put_mapping(const struct pt_image *img, size_t v, size_t *r, struct list *ret,
			struct counts *all, uint64_t total[LEN(figures)])
{
	const struct pt_vma *vma = &img->vmas.v[v];
	struct counts *c = add_counts(ret, vma->start, vma->end, 0);
	uint64_t sum[LEN(figures)] = { 0 };
	struct pt_sum sums[PT_NCOLS];

	pt_image_sums(img, vma, sums);
	for (; *r < img->runs.n && img->runs.r[*r].vpn < pt_vma_end_vpn(vma); ++*r) {
		struct pt_facts f = pt_facts_of(&img->runs.r[*r], vma, &img->ctx);

		add_run(c, sum, &f, img->runs.r[*r].npages);
	}
	put_sums(c, sum, sums);
	put_vmflags(c, vma->vmflags);
	c->droppable = vma->vmflags & PT_VMF(DP);
	all->droppable |= c->droppable;
	for (size_t i = 0; i < LEN(figures); i++) {
		total[i] += sum[i];
		if (c->kb[PT_NCOLS + i] == NOT_KNOWN)
			all->kb[PT_NCOLS + i] = NOT_KNOWN;
	}
}

static void read_program(const struct pt_image *img, struct list *ret)
{
	uint64_t total[LEN(figures)] = { 0 };
	struct counts all = { .end = UINT64_MAX };
	size_t r = 0;

	*ret = (struct list){ NULL, 0 };
	for (size_t v = 0; v < img->vmas.n; v++)
		put_mapping(img, v, &r, ret, &all, total);
	put_sums(&all, total, img->total);
	*add_counts(ret, 0, UINT64_MAX, 0) = all;
}

/* ---- the two compared */

struct tally {
	size_t nequal, nchanging, nmappings;
	size_t nfound[NFIGURES];	/* mappings and sums where it is not 0 */
};

/* A mapping, or the sum of all, over the tries: right once is right. */
struct verdict {
	bool right;
	int nstill;		/* tries in which the kernel said the same before and after */
	int figure;		/* the last one that differed */
	int64_t got, want;
};

static bool same_mappings(const struct list *a, const struct list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i + 1 < a->n; i++)
		if (a->v[i].start != b->v[i].start || a->v[i].end != b->v[i].end)
			return false;
	return true;
}

/* Words of two letters, in any order. */
static bool same_words(const char *a, const char *b)
{
	size_t n = strlen(a);

	for (; *a; a += 3) {
		const char *at = b;

		while (*at && strncmp(at, a, 2))
			at += 3;
		if (!*at)
			return false;
	}
	return n == strlen(b);
}

/* Right is what the kernel said before the scan, or after it. */
static void judge(struct verdict *v, const struct counts *before, const struct counts *got,
		  const struct counts *after)
{
	bool right = true, still = true;

	for (int f = 0; f < NFIGURES; f++) {
		if (before->kb[f] == NOT_SAID || (f == PT_COL_LAZYFREE && got->droppable))
			continue;
		still = still && before->kb[f] == after->kb[f];
		if (got->kb[f] == before->kb[f] || got->kb[f] == after->kb[f])
			continue;
		right = false;
		v->figure = f;
		v->got = got->kb[f];
		v->want = after->kb[f];
	}
	if (before->vmflags[0] && !strstr(got->vmflags, "??") &&
	    !same_words(before->vmflags, got->vmflags)) {
		right = false;
		v->figure = NFIGURES;
	}
	v->right = v->right || right;
	v->nstill += still;
}

/* One look at a process. The verdicts are of the mappings it has now, anew where they changed. */
static bool try_once(pid_t pid, struct list *seen, struct verdict **v)
{
	struct list before, got = { NULL, 0 }, after = { NULL, 0 };
	struct pt_image *img = NULL;
	bool ok = read_kernel(pid, &before) && (img = scan(pid)) && read_kernel(pid, &after);

	if (ok)
		read_program(img, &got);
	if (ok && !same_mappings(seen, &got)) {
		free(*v);
		*v = calloc(got.n, sizeof(**v));
	}
	if (ok && same_mappings(&before, &got) && same_mappings(&got, &after))
		for (size_t i = 0; i < got.n; i++)
			judge(&(*v)[i], &before.v[i], &got.v[i], &after.v[i]);
	pt_image_unref(img);
	free(before.v);
	free(after.v);
	if (!ok) {
		free(got.v);
		return false;
	}
	free(seen->v);
	*seen = got;
	return true;
}

static size_t count_wrong(const struct verdict *v, size_t n, size_t *first)
{
	size_t nwrong = 0;

	for (size_t i = n; i-- > 0; )
		if (!v[i].right) {
			*first = i;
			nwrong++;
		}
	return nwrong;
}

static void get_comm(pid_t pid, char ret[static LINE])
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	f = fopen(path, "re");
	if (!f || !fgets(ret, LINE, f))
		ret[0] = '\0';
	if (f)
		fclose(f);
	for (char *c = ret; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = *c == '\n' ? '\0' : '?';
}

/* Held still and yet never right is a difference; what never holds still is named. */
static void report(pid_t pid, const struct list *l, const struct verdict *v, size_t i,
		   size_t nwrong)
{
	char comm[LINE], what[LINE];

	get_comm(pid, comm);
	snprintf(what, sizeof(what), "%d (%.32s): %s of %" PRIx64 "-%" PRIx64 ": %" PRId64 " kB by "
		 "pages, %" PRId64 " by smaps, still %d times of %d; %zu of %zu differ", (int)pid,
		 comm, v[i].figure == NFIGURES ? "VmFlags" : name_of(v[i].figure), l->v[i].start,
		 l->v[i].end, v[i].got, v[i].want, v[i].nstill, TRIES, nwrong, l->n);
	if (v[i].nstill >= TRIES / 4)
		fail_msg("%s", what);
	printf("# never held still: %s\n", what);
}

static void tally(struct tally *t, const struct list *l)
{
	for (size_t i = 0; i < l->n; i++)
		for (int f = 0; f < NFIGURES; f++)
			t->nfound[f] += l->v[i].kb[f] > 0 && (i + 1 == l->n || !is_of_sums(f));
	t->nmappings += l->n - 1;
	t->nequal++;
}

static void compare(pid_t pid, void *arg)
{
	struct list seen = { NULL, 0 };
	struct verdict *v = NULL;
	size_t first = 0, nwrong = 1;
	bool ok = true;

	for (int i = 0; i < TRIES && nwrong && ok; i++) {
		ok = try_once(pid, &seen, &v);
		nwrong = ok ? count_wrong(v, seen.n, &first) : 0;
	}
	if (ok && nwrong)
		report(pid, &seen, v, first, nwrong);
	if (ok && !nwrong)
		tally(arg, &seen);
	((struct tally *)arg)->nchanging += ok && nwrong;
	free(seen.v);
	free(v);
}

TEST(what_smaps_counts_of_every_mapping_is_what_its_pages_say)
{
	struct target target = start_target("pattern");
	struct tally t = { .nequal = 0 };

	for_each_process(compare, &t);
	end_target(&target);
	printf("# %zu processes with %zu mappings and their sums equal, %zu changing\n", t.nequal,
	       t.nmappings, t.nchanging);
	for (int f = 0; f < NFIGURES; f++)
		if (name_of(f)[0])
			printf("# %s: not 0 in %zu\n", name_of(f), t.nfound[f]);
	assert_true(t.nequal >= 4);	/* the demo and the target, and the children of both */
}

static pid_t fork_sleeper(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

/* The page table does not know what of shared memory is in swap, so the object is asked. */
TEST(swap_of_shared_memory_is_what_the_object_holds)
{
	const size_t len = 64 * 4096;
	char *mem = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct tally t = { .nequal = 0 };
	pid_t pid;

	memset(mem, 1, len);
	madvise(mem, len, MADV_PAGEOUT);
	pid = fork_sleeper();
	compare(pid, &t);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	munmap(mem, len);
	printf("# %sSwap not 0 in %zu\n", t.nfound[PT_COL_SWAP] ? "" : "skip: there is no swap: ",
	       t.nfound[PT_COL_SWAP]);
	assert_int_equal(t.nequal, 1);
}

/* ---- pages without a count */

/* The sentences of explain.def, in its order: the last one holds of any page. */
static const char *const reasons[] = {
#define SAY(...)
#define UNCOUNTED(d, k, nd, nk, text) text,
#define INSTEAD(...)
#include "pagetop/model/explain.def"
#undef UNCOUNTED
#undef SAY
#undef INSTEAD
};

struct uncounted {
	uint64_t npresent, nreason[LEN(reasons)];
	size_t nprocesses;
};

static void find_reason(pid_t pid, const struct pt_run *r, const struct pt_facts *f,
			struct uncounted *u)
{
	const char *why = pt_explain_uncounted(f);
	size_t i = 0;

	while (why && i < LEN(reasons) && strcmp(why, reasons[i]))
		i++;
	if (!why || i + 1 >= LEN(reasons))
		fail_msg("page %" PRIx64 " of %u of process %d has count 0, and no reason: pagemap "
			 "bits %x, kpageflags %" PRIx64, r->vpn, r->npages, (int)pid, r->pm, r->kflags);
	u->nreason[i] += r->npages;
}

static void find_uncounted(pid_t pid, void *arg)
{
	struct pt_image *img = scan(pid);
	struct uncounted *u = arg;

	for (size_t i = 0; img && i < img->runs.n; i++) {
		const struct pt_run *r = &img->runs.r[i];
		struct pt_facts f = pt_facts_of(r, pt_image_vma(img, r->vpn), &img->ctx);

		u->npresent += r->pm & PT_RUN(PRESENT) ? r->npages : 0;
		if (f.yes.d & F(PRESENT) && f.field_known[PT_FIELD_COUNT] && !r->count)
			find_reason(pid, r, &f, u);
	}
	u->nprocesses += img && img->runs.n;
	pt_image_unref(img);
}

TEST(every_present_page_without_a_count_has_a_reason)
{
	struct target target = start_target("pattern");
	struct uncounted u = { .nprocesses = 0 };

	for_each_process(find_uncounted, &u);
	end_target(&target);
	printf("# %" PRIu64 " present pages of %zu processes; with count 0:\n", u.npresent,
	       u.nprocesses);
	for (size_t i = 0; i < LEN(reasons); i++)
		if (u.nreason[i])
			printf("# %8" PRIu64 " %s\n", u.nreason[i], reasons[i]);
	if (maps_zero_pages())
		assert_true(u.nreason[1] >= 16);	/* the target has read so many of the zero page */
}

/* ---- targets that never rest */

/*
 * What can be true of no page at any moment, or NULL. Of large folios bit 56 tells the first page's
 * count only.
 */
static const char *find_impossible(const struct pt_run *r)
{
	const unsigned all = PT_RUN(PRESENT) | PT_RUN(GOT_FLAGS) | PT_RUN(GOT_COUNT);
	bool zero = r->kflags & K(ZERO_PAGE), large = r->kflags & (K(THP) | K(HUGE));

	if (r->pm & PT_RUN(UNSTABLE) || (r->pm & all) != all)
		return NULL;
	if (zero != !r->count)
		return "count and zero page";
	if (!zero && !!(r->kflags & K(ANON)) == !!(r->pm & PT_RUN(FILE)))
		return "anonymous by one source, of a file by the other";
	if (here.probe.precise && !large && !!(r->pm & PT_RUN(EXCLUSIVE)) != (r->count == 1))
		return "bit 56 and count";
	if (r->pm & PT_RUN(PMD) && !large)
		return "mapped by PMD, but no large folio";
	if (r->pm & PT_RUN(SCANNED) && !(r->pm & PT_RUN(PFNZERO)) != !zero)
		return "zero page by one source only";
	return NULL;
}

/* In one mapping, above the run before it, in one row of each lens that it does not contradict. */
static const char *find_misplaced(const struct pt_image *img, const struct pt_run *r, uint64_t at)
{
	const struct pt_vma *vma = pt_image_vma(img, r->vpn);
	struct pt_facts f;

	if (r->vpn < at)
		return "in two runs";
	if (!r->npages || !vma || r->vpn + r->npages > pt_vma_end_vpn(vma))
		return "not in its mapping";
	f = pt_facts_of(r, vma, &img->ctx);
	for (int l = 0; l < PT_NLENSES; l++) {
		const struct pt_row *row = &pt_rows[pt_lens_row((enum pt_lens_id)l, &f)];

		if (row->lens != l || !pt_facts_match(&f, &row->set, &row->clear))
			return "in a row that it contradicts";
	}
	return NULL;
}

static void check_runs(const struct pt_image *img)
{
	uint64_t at = 0;

	for (size_t i = 0; i < img->runs.n; i++) {
		const struct pt_run *r = &img->runs.r[i];
		const char *what = find_misplaced(img, r, at);

		if (!what)
			what = find_impossible(r);
		if (what)
			fail_msg("page %" PRIx64 " of %u: %s: row %s, pagemap bits %x, kpageflags %"
				 PRIx64 ", count %u, order %u", r->vpn, r->npages, what,
				 pt_rows[r->row].name, r->pm, r->kflags, r->count, r->order);
		at = r->vpn + r->npages;
	}
}

/* Each page of a run is counted in its row; the rows hold all pages, the process all mappings. */
static void check_sums(const struct pt_image *img)
{
	const int first = pt_lenses[img->lens].first;
	uint64_t npages = 0, nrows = 0, bytes[PT_NCOLS] = { 0 }, in_runs[PT_LENS_NROWS] = { 0 };
	struct pt_counts all = { .npages = 0 };

	for (size_t v = 0; v < img->vmas.n; v++) {
		const struct pt_vma *vma = &img->vmas.v[v];
		struct pt_sum sums[PT_NCOLS];

		pt_image_sums(img, vma, sums);
		pt_image_count(img, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma), &all);
		npages += pt_vma_end_vpn(vma) - pt_vma_vpn(vma);
		for (int c = 0; c < PT_NCOLS; c++)
			bytes[c] += sums[c].value;
	}
	for (size_t i = 0; i < img->runs.n; i++)
		in_runs[img->runs.r[i].row - first] += img->runs.r[i].npages;
	for (int i = 0; i < PT_LENS_NROWS; i++) {
		nrows += all.row[i];
		assert_true(all.row[i] >= in_runs[i]);
	}
	assert_int_equal(all.npages, npages);
	assert_int_equal(nrows, npages);
	for (int c = 0; c < PT_NCOLS; c++)
		assert_int_equal(bytes[c], img->total[c].value);
	assert_true(img->total[PT_COL_USS].value <= img->total[PT_COL_RSS].value);
}

/* Through one lens after another, in the order of the lenses. */
static void scan_restless(const char *load, int nscans)
{
	struct target t = start_target(load);
	uint64_t nunstable = 0, npages = 0, start = pt_now_ns();

	for (int i = 0; i < nscans; i++) {
		const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = t.pid,
					      .lens = (enum pt_lens_id)(i % PT_NLENSES) };
		struct pt_image *img = NULL;

		assert_int_equal(scan_as(&wish, &img), 0);
		check_runs(img);
		check_sums(img);
		for (size_t r = 0; r < img->runs.n; r++)
			npages += img->runs.r[r].npages;
		nunstable += img->nunstable;
		pt_image_unref(img);
	}
	printf("# %s: %d scans in %.1f s, %" PRIu64 " pages found, %" PRIu64 " unstable\n", load,
	       nscans, (double)(pt_now_ns() - start) / 1e9, npages, nunstable);
	assert_true(npages - nunstable > (uint64_t)nscans);
	end_target(&t);
}

TEST(scans_of_restless_targets_show_nothing_impossible)
{
	scan_restless("storm", fix_part(3000));
	scan_restless("churn", fix_part(4000));
	scan_restless("forks", fix_part(3000));
}

/* ---- large targets, read in parts */

static struct pt_image *scan_large(struct pt_target *t, const struct pt_image *last, bool alone)
{
	const struct pt_scan_env env = { .root = &here.root, .probe = &here.probe, .last = last, .alone = alone };
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = t->pid, .needs = PT_NEED_PFNS };
	struct pt_image *img = NULL;

	assert_int_equal(pt_scan(&env, t, &wish, &img), 0);
	return img;
}

/* The next run of memory that is the target's alone: others map and unmap the files and the vdso that it maps. */
static const struct pt_run *own_run(const struct pt_image *img, size_t *i)
{
	while (*i < img->runs.n && !pt_vma_is_plain(pt_image_vma(img, img->runs.r[*i].vpn)))
		++*i;
	return *i < img->runs.n ? &img->runs.r[(*i)++] : NULL;
}

/* Nothing runs in them: all must be the same, to the last frame. */
static void assert_same(const struct pt_image *a, const struct pt_image *b)
{
	size_t i = 0, j = 0;

	for (;;) {
		const struct pt_run *x = own_run(a, &i), *y = own_run(b, &j);

		assert_true(!x == !y);
		if (!x)
			return;
		if (x->vpn != y->vpn || x->npages != y->npages || !pt_runs_equal(x, y) || x->row != y->row)
			fail_msg("runs differ: %" PRIx64 "+%u and %" PRIx64 "+%u", x->vpn, x->npages, y->vpn,
				 y->npages);
		for (uint64_t vpn = x->vpn; vpn < x->vpn + x->npages; vpn++)
			if (pt_image_pfn(a, vpn) != pt_image_pfn(b, vpn))
				fail_msg("page %" PRIx64 " is at two frames", vpn);
	}
}

static struct target open_large(const char *load, struct pt_target *ret)
{
	const struct pt_scan_env env = { .root = &here.root, .probe = &here.probe };
	struct target t = start_target(load);

	assert_int_equal(pt_target_open(&env, t.pid, 0, ret), 0);
	return t;
}

/* Without PAGEMAP_SCAN one thread reads, word by word. */
static void need_scan(void)
{
	if (here.probe.scan)
		return;
	printf("# skip: this kernel has no PAGEMAP_SCAN\n");
	skip();
}

TEST(what_several_threads_read_is_what_one_reads)
{
	static const char *const load[] = { "heap 256", "dense 256 thp", "reserve 4096", "mappings 8000" };

	need_scan();
	for (size_t i = 0; i < LEN(load); i++) {
		struct pt_target held;
		struct target t = open_large(load[i], &held);
		struct pt_image *one = scan_large(&held, NULL, true), *all = scan_large(&held, NULL, false);

		assert_true(one->npages >= 1024 && !one->nunstable);
		assert_same(one, all);
		pt_image_unref(one);
		pt_image_unref(all);
		pt_target_close(&held);
		end_target(&t);
	}
}

/* Who has the last window finds it full, and gives back what is left of it: somebody must still be there. */
TEST(what_is_given_back_late_is_read_all_the_same)
{
	struct pt_target held;
	struct target t;
	struct pt_image *one;

	need_scan();
	t = open_large("trap 320", &held);
	one = scan_large(&held, NULL, true);
	alarm(600);		/* a wait for nobody ends the test */
	for (int i = 0; i < 20; i++) {
		struct pt_image *all = scan_large(&held, NULL, false);

		assert_same(one, all);
		pt_image_unref(all);
	}
	alarm(0);
	pt_image_unref(one);
	pt_target_close(&held);
	end_target(&t);
}

/* Each block of pages has its turn, and then is no older than that. */
TEST(what_does_not_change_is_kept_for_so_many_scans)
{
	struct pt_target held;
	struct target t = open_large("heap 512", &held);
	struct pt_image *first = scan_large(&held, NULL, true), *last = scan_large(&held, NULL, true);
	uint64_t start_ns = first->mono_ns;

	assert_int_equal(first->nkept, 0);
	for (int i = 0; i < PT_KEEP_PASSES; i++) {
		struct pt_image *img = scan_large(&held, last, true);

		assert_true(img->nkept > img->npages / 2 && img->nkept < img->npages);
		assert_same(img, first);
		pt_image_unref(last);
		last = img;
	}
	assert_true(pt_image_oldest_ns(last) > start_ns);
	pt_image_unref(first);
	pt_image_unref(last);
	pt_target_close(&held);
	end_target(&t);
}

TEST(what_changes_is_never_kept)
{
	struct pt_target held;
	struct target t = open_large("heap 512", &held);
	struct pt_image *before = scan_large(&held, NULL, true), *after, *fresh;
	char line[LINE];

	kill(t.pid, SIGUSR1);
	assert_non_null(fgets(line, sizeof(line), t.out));
	after = scan_large(&held, before, true);
	fresh = scan_large(&held, NULL, true);
	assert_true(after->nkept > 0 && after->npages > before->npages);
	assert_same(after, fresh);
	pt_image_unref(before);
	pt_image_unref(after);
	pt_image_unref(fresh);
	pt_target_close(&held);
	end_target(&t);
}

/* ---- all of it */

static int set_up(void)
{
	if (pt_root_init(&here.root, NULL, NULL))
		return -1;
	pt_probe_init(&here.root, &here.probe);
	return pt_demo_start(&here.demo);
}

static int tear_down(void)
{
	here.demo = pt_demo_stop(here.demo);
	pt_probe_done(&here.probe);
	pt_root_done(&here.root);
	return 0;
}

static const char *why_not(void)
{
	struct pt_probe probe;
	struct pt_root root = PT_ROOT_INIT;
	bool yes;

	if (pt_root_init(&root, NULL, NULL))
		return "there is no /proc";
	pt_probe_init(&root, &probe);
	yes = probe.sys_admin && !pt_probe_why_kpage(&probe, PT_KPAGE_COUNT);
	pt_probe_done(&probe);
	pt_root_done(&root);
	return yes ? NULL : "PFNs and their counts are for root with CAP_SYS_ADMIN";
}

const struct test_around test_around = { why_not, true, set_up, tear_down };
