#include "model.h"

#include <string.h>
#include <errno.h>
#include <stdio.h>
#include "pagetop/model/image.h"
#include "pagetop/model/sums.h"

struct pt_run run_of(const struct page *p)
{
	static const struct {
		uint64_t bit;
		uint16_t fact;
	} row[] = {
		{ P, PT_RUN(PRESENT) }, { S, PT_RUN(ENTRY) }, { F, PT_RUN(FILE) },
		{ G, PT_RUN(GUARD_BIT) }, { UFFD, PT_RUN(UFFD_WP) }, { E, PT_RUN(EXCLUSIVE) },
		{ B(55), PT_RUN(SOFT_DIRTY) },
	};
	struct pt_run run = { .npages = 1 };

	if (p->how & NEVER_STILL) {
		run.pm = PT_RUN(UNSTABLE);
		return run;
	}
	for (size_t i = 0; i < LEN(row); i++)
		run.pm |= p->word & row[i].bit ? row[i].fact : 0;
	if (!(p->how & NOPFN) && p->word & (P | S))
		run.pm |= PT_RUN(PFN);
	if (p->word & P) {
		run.pm |= p->how & SCAN ? PT_RUN(SCANNED) : 0;
		run.pm |= p->how & PMD ? PT_RUN(PMD) : 0;
		run.pm |= p->how & DEV ? PT_RUN(DEVICE) : 0;
		run.pm |= p->how & PFNZERO ? PT_RUN(PFNZERO) : 0;
		run.pm |= p->how & (NOFLAGS | NOPFN) ? 0 : PT_RUN(GOT_FLAGS);
		run.pm |= p->how & (NOCOUNT | NOPFN) ? 0 : PT_RUN(GOT_COUNT);
		run.kflags = p->how & (NOFLAGS | NOPFN) ? 0 : p->kflags;
		run.count = p->how & (NOCOUNT | NOPFN) ? 0 : p->count;
	} else if (p->word & S && !(p->how & NOPFN)) {
		run.kflags = p->word & 31;
		if (run.kflags == 31)
			run.kflags |= (p->word >> 5 & 0xffff) << 5;
	}
	return run;
}

const struct pt_facts_context *context(void)
{
	static struct pt_facts_context ctx = { .kmask = UINT64_MAX };

	if (!ctx.layout.entry[31])	/* as this kernel is built: 28 to 30 are migration entries */
		pt_swap_layout_init(&ctx.layout, &(struct pt_swap_build){ PT_YES, PT_NO, PT_NO, 31 });
	return &ctx;
}

const struct pt_vma anon = VMA("rw-p", 0, "[heap]", 0);
const struct pt_vma noaccess = VMA("---p", 0, "", 0);
const struct pt_vma locked = VMA("rw-p", 0, "", PT_VMF(LO));
const struct pt_vma lazy = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-p",
	.name = "", .got_smaps = true, .lazyfree_bytes = 4096, .lazyfree = PT_YES };
const struct pt_vma droppable = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-p",
	.name = "", .got_smaps = true, .vmflags = PT_VMF(DP), .lazyfree = PT_YES };
const struct pt_vma library = VMA("rw-p", 77, "/lib/libc.so.6", 0);
const struct pt_vma code = VMA("r-xp", 77, "/lib/libc.so.6", 0);
const struct pt_vma dev_zero = BARE("rw-p", 5, "/dev/zero", 0);
const struct pt_vma file = VMA("rw-s", 78, "/tmp/data", 0);
const struct pt_vma memfd = VMA("rw-s", 79, "/memfd:x (deleted)", 0);
const struct pt_vma memfd_copy = VMA("rw-p", 79, "/memfd:x (deleted)", 0);
const struct pt_vma huge_anon = BARE("rw-p", 80, "/anon_hugepage (deleted)", PT_VMF(HT));
const struct pt_vma huge_shared = VMA("rw-s", 81, "/dev/hugepages/x", PT_VMF(HT));
const struct pt_vma secret = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-s", .inode = 82,
	.name = "/a (deleted)", .name_len = 12, .got_smaps = true, .vmflags = PT_VMF(LO), .lazyfree = PT_NO,
	.secret = PT_YES, .bare = PT_NO };
const struct pt_vma not_looked_at = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-p", .inode = 77,
	.name = "/lib/libc.so.6", .name_len = 14, .got_smaps = true, .lazyfree = PT_NO, .secret = PT_NO };
const struct pt_vma no_device = { .start = 0x600000000000, .end = 0x600000200000, .perms = "rw-s", .inode = 82,
	.name = "/secretmem (deleted)", .name_len = 20, .got_smaps = true, .vmflags = PT_VMF(LO), .lazyfree = PT_NO, .bare = PT_NO };
const struct pt_vma vdso = VMA("r-xp", 0, "[vdso]", 0);
const struct pt_vma vvar = VMA("r--p", 0, "[vvar]", PT_VMF(PF));
const struct pt_vma vsyscall = { .start = 0xffffffffff600000, .end = 0xffffffffff601000,
	.perms = "--xp", .name = "[vsyscall]", .name_len = 10 };
const struct pt_vma ring = VMA("rw-s", 83, "anon_inode:[io_uring]", 0);
const struct pt_vma mixed_map = VMA("rw-s", 84, "/dev/dri/card0", PT_VMF(MM) | PT_VMF(IO));

struct pt_facts facts_of(const struct page *p, const struct pt_vma *vma)
{
	struct pt_run run = run_of(p);

	return pt_facts_of(&run, vma, context());
}

char sign_of(const struct page *p, const struct pt_vma *vma)
{
	struct pt_facts f = facts_of(p, vma);

	return pt_rows[pt_lens_row(PT_LENS_STATE, &f)].sign;
}

bool coin(uint64_t *x)
{
	return random_next(x) >> 40 & 1;
}

/* ---- images */

void add_vma(struct pt_image *img, uint64_t start_vpn, uint64_t npages, struct pt_vma like)
{
	assert_int_equal(pt_grow(&img->vmas.v, &img->vmas.cap, img->vmas.n + 1, sizeof(like)), 0);
	like.start = start_vpn << 12;
	like.end = (start_vpn + npages) << 12;
	img->vmas.v[img->vmas.n++] = like;
}

bool has_pfn(const struct pt_run *run)
{
	return run->pm & PT_RUN(PRESENT) && run->pm & PT_RUN(PFN);
}

void put(struct pt_image *img, uint64_t vpn, const struct page *p, uint64_t pfn, bool join)
{
	struct pt_run run = run_of(p);

	run.vpn = vpn;
	assert_int_equal(pt_runs_add(&img->runs, &run, join), 0);
	if (has_pfn(&run))
		assert_int_equal(pt_pfns_add(&img->pfns, vpn, pfn, 1), 0);
}

void complete(struct pt_image *img)
{
	assert_int_equal(pt_pfns_close(&img->pfns), 0);
	pt_image_complete(img);
}

struct pt_image *new_image(void)
{
	struct pt_image *img = pt_image_new();

	assert_non_null(img);
	img->ctx = *context();
	img->name = strdup("redis-server");
	img->pid = 42;
	return img;
}

/* ---- what smaps counts and single pages do not tell */

void model_init(struct model *m, uint64_t *x)
{
	static const struct { struct page page; const struct pt_vma *vma;
	} kind[] = {
		{ { 0, 0, 0, 0 }, NULL },
		{ { P | E, 1, MINE, SCAN }, NULL },
		{ { P, 2, USED | ANON | SWAPBACKED, SCAN }, NULL },
		{ { P, 0, ZERO_PAGE | RESERVED, SCAN | PFNZERO }, NULL },
		{ { 0x4000000000000020, 0, 0, 0 }, NULL },
		{ { 0x440000000000009f, 0, 0, 0 }, NULL },
		{ { P | E, 1, MINE | THP | HEAD, SCAN | PMD }, NULL },
		{ { P | F, 3, USED, SCAN }, NULL },
		{ { P | E, 0, 0, NOPFN }, NULL },
	};
	int nvmas = 1 + (int)(random_next(x) % 5);
	uint64_t vpn = 0x600000000 + random_next(x) % 100;

	*m = (struct model){ .img = new_image(), .base = vpn };
	for (int i = 0; i < MAXPAGES; i++)
		m->row[i] = -1;
	for (int v = 0; v < nvmas; v++) {
		uint64_t n = 1 + random_next(x) % 200;
		const struct pt_vma *vma = coin(x) ? &anon : &locked;
		size_t k = 0;

		vpn += random_next(x) % 4;
		add_vma(m->img, vpn, n, *vma);
		for (uint64_t i = 0; i < n; i++, vpn++) {
			struct pt_facts f;

			if (!(random_next(x) % 4))
				k = random_next(x) % LEN(kind);
			f = facts_of(&kind[k].page, vma);
			m->row[vpn - m->base] = (int)pt_lens_row(PT_LENS_STATE, &f);
			m->over[vpn - m->base] = pt_overlays_of(&f);
			m->open[vpn - m->base] = pt_overlays_open(&f);
			if (kind[k].page.word)
				put(m->img, vpn, &kind[k].page, vpn * 2, i > 0);
		}
	}
	m->npages = vpn - m->base;
	complete(m->img);
}
