/*
 * The raw words of a page, bit by bit.
 */
#include "pagetop/model/explain.h"

#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/kpage.h"

/* "63 present · 56 mapped once · not 62 entry, …": each bit that has a meaning. */
static void add_pagemap_bits(uint64_t word, struct pt_str *out)
{
	static const struct { int bit; const char *name; } row[] = {
		{ 63, "present" }, { 62, "entry" }, { 61, "file or shared" }, { 58, "guard" },
		{ 57, "uffd-wp" }, { 56, "mapped once" }, { 55, "soft-dirty" },
	};
	const char *sep = "";

	for (int set = 1; set >= 0; set--) {
		if (!set)
			sep = *sep ? " · not " : "not ";
		for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
			if ((int)(word >> row[i].bit & 1) == set) {
				pt_str_addf(out, "%s%d %s", sep, row[i].bit, row[i].name);
				sep = set ? " · " : ", ";
			}
	}
}

static void add_entry(const struct pt_image *page, uint64_t word, struct pt_str *out)
{
	static const char *const name[] = {
		[PT_ENTRY_UNKNOWN] = "unknown type", [PT_ENTRY_SLOT] = "swap slot",
		[PT_ENTRY_MIGRATION] = "migration entry, PFN",
		[PT_ENTRY_HWPOISON] = "hwpoison entry, PFN",
		[PT_ENTRY_DEVICE] = "device-private memory", [PT_ENTRY_MARKER] = "marker",
	};

	if (!(word & PT_PM_PFN_MASK)) {
		pt_str_addf(out, "entry\t?\thidden: %s\n", page->why_pfn);
		return;
	}
	pt_str_addf(out, "entry\ttype %u\t%s 0x%llx", PT_SWP_TYPE(word),
		    name[page->ctx.layout.entry[PT_SWP_TYPE(word)]],
		    (unsigned long long)PT_SWP_OFFSET(word));
	if (page->page.swap_device)
		pt_str_addf(out, " of %s", page->page.swap_device);
	pt_str_addc(out, '\n');
}

static void add_frame(const struct pt_image *page, struct pt_str *out)
{
	uint64_t pfn = page->page.pagemap & PT_PM_PFN_MASK;

	if (!pfn) {
		pt_str_addf(out, "pfn\t?\thidden: %s\n", page->why_pfn);
		return;
	}
	pt_str_addf(out, "pfn\t0x%llx\tphysical address 0x%llx", (unsigned long long)pfn,
		    (unsigned long long)pfn << PT_PAGE_SHIFT);
	if (page->page.node >= 0)
		pt_str_addf(out, " · node %d", page->page.node);
	pt_str_addc(out, '\n');
}

/* A word of one of the kpage files that is not known: why. */
static void add_unknown(const char *name, const struct pt_image *page, enum pt_kpage_file file,
			struct pt_str *out)
{
	const char *why = page->why_kpage[file];

	if (!why)
		why = page->page.pagemap & PT_PM_PFN_MASK ?
			      "no word for this PFN" :
			      page->why_pfn;
	pt_str_addf(out, "%s\t?\t%s%s\n", name, strncmp(why, "needs", 5) ? "" : "hidden: ", why);
}

static void add_flag_names(uint64_t kflags, struct pt_str *out)
{
	const char *sep = "";

	for (int bit = 0; bit < 64; bit++) {
		if (!(kflags >> bit & 1))
			continue;
		if (pt_kpf_name(bit))
			pt_str_addf(out, "%s%s", sep, pt_kpf_name(bit));
		else
			pt_str_addf(out, "%sbit-%d", sep, bit);
		sep = " ";
	}
	if (!kflags)
		pt_str_adds(out, "none");
}

static void add_flags(const struct pt_image *page, const struct pt_run *run, struct pt_str *out)
{
	uint64_t kflags = page->page.kpage[PT_KPAGE_FLAGS];
	bool noise = kflags & PT_KPF(KSM) && run->pm & PT_RUN(GOT_FLAGS) &&
		     (!(run->kflags & PT_KPF(KSM)) || run->pm & PT_RUN(MERGE_OPEN));

	if (kflags == PT_KPAGE_NONE) {
		add_unknown("kpageflags", page, PT_KPAGE_FLAGS, out);
		return;
	}
	pt_str_addf(out, "kpageflags\t0x%016llx\t", (unsigned long long)kflags);
	add_flag_names(kflags, out);
	pt_str_adds(out, noise ? " (this kernel sets ksm on every anonymous page)\n" : "\n");
}

static void add_number(const char *name, const struct pt_image *page, enum pt_kpage_file file,
		       const char *text, struct pt_str *out)
{
	uint64_t word = page->page.kpage[file];

	if (word == PT_KPAGE_NONE)
		add_unknown(name, page, file, out);
	else
		pt_str_addf(out, "%s\t%llu\t%s\n", name, (unsigned long long)word, text);
}

static void add_pagemap(const struct pt_image *page, struct pt_str *out)
{
	uint64_t word = page->page.pagemap;

	if (page->why_pages || page->lo_vpn >> (63 - PT_PAGE_SHIFT)) {
		pt_str_addf(out, "pagemap\t?\t%s\n", page->why_pages ? page->why_pages :
			    "does not cover this address");
		return;
	}
	pt_str_addf(out, "pagemap\t0x%016llx\t", (unsigned long long)word);
	add_pagemap_bits(word, out);
	pt_str_addc(out, '\n');
}

static void add_cgroup(const struct pt_image *page, struct pt_str *out)
{
	uint64_t inode = page->page.kpage[PT_KPAGE_CGROUP];

	if (page->page.cgroup)
		pt_str_addf(out, "cgroup\t%llu\tcharged memcg: %s\n",
			    (unsigned long long)inode, page->page.cgroup);
	else
		add_number("cgroup", page, PT_KPAGE_CGROUP,
			   inode ? "inode of the charged memcg" :
				   "no memcg is charged",
			   out);
}

/* How much of it is mapped here; where PAGEMAP_SCAN does not tell, not by what. */
static void add_folio_mapped(const struct pt_run *run, uint64_t n, uint64_t nmapped,
			     struct pt_str *out)
{
	if (run->over & PT_OVER_HUGE) {
		pt_str_adds(out, run->kflags & PT_KPF(HUGE) ? " · mapped by one huge entry" :
							      " · PMD-mapped");
		return;
	}
	if (nmapped == n)
		pt_str_adds(out, " · all mapped here");
	else
		pt_str_addf(out, " · %llu mapped here", (unsigned long long)nmapped);
	if (!(run->over_open & PT_OVER_HUGE))
		pt_str_adds(out, ", by PTEs");
}

static void add_folio_page(const struct pt_image *page, const struct pt_run *run,
			   struct pt_str *out)
{
	uint64_t pfn = page->page.pagemap & PT_PM_PFN_MASK, head = page->page.folio_pfn;
	uint64_t n = UINT64_C(1) << run->order, nmapped = page->page.folio_nmapped;

	pt_str_addf(out, "index %llu of 0–%llu, head pfn 0x%llx",
		    (unsigned long long)(pfn - head), (unsigned long long)n - 1,
		    (unsigned long long)head);
	if (nmapped)
		add_folio_mapped(run, n, nmapped, out);
	pt_str_addc(out, '\n');
}

static void add_folio(const struct pt_image *page, const struct pt_run *run, struct pt_str *out)
{
	char size[PT_SIZE_LEN];

	if (!(run->pm & PT_RUN(GOT_FLAGS)) || run->order == PT_ORDER_UNKNOWN)
		return;
	pt_str_addf(out, "folio\t%s\t",
		    pt_size_text(UINT64_C(1) << (run->order + PT_PAGE_SHIFT), size));
	if (page->page.folio_pfn && run->order)
		add_folio_page(page, run, out);
	else
		pt_str_adds(out, run->order ? "large folio\n" : "single page\n");
}

/* Its row in every other lens; not in that of changes, where nothing was compared. */
static void add_lenses(const struct pt_image *page, const struct pt_vma *vma,
		       const struct pt_run *run, struct pt_str *out)
{
	struct pt_facts f = pt_facts_of(run, vma, &page->ctx);
	const char *sep = "lenses\t\t";

	for (int l = PT_LENS_STATE + 1; l < PT_NLENSES; l++) {
		if (l == PT_LENS_CHANGE && !page->ctx.compared)
			continue;
		pt_str_addf(out, "%s%s: %s", sep, pt_lenses[l].name,
			    pt_rows[pt_lens_row((enum pt_lens_id)l, &f)].label);
		sep = " · ";
	}
	pt_str_addc(out, '\n');
}

void pt_explain_words(const struct pt_image *page, const struct pt_vma *vma, struct pt_str *out)
{
	const struct pt_page_words *w = &page->page;
	struct pt_run run = pt_image_run(page, vma, page->lo_vpn);

	add_pagemap(page, out);
	if (w->pagemap & PT_PM_SWAP)
		add_entry(page, w->pagemap, out);
	if (w->pagemap & PT_PM_PRESENT) {
		add_frame(page, out);
		add_flags(page, &run, out);
		add_number("kpagecount", page, PT_KPAGE_COUNT, "page-table entries that map it",
			   out);
		add_folio(page, &run, out);
		add_cgroup(page, out);
	}
	pt_str_addf(out, "state\t%c\t%s\n", pt_rows[run.row].sign, pt_rows[run.row].label);
	pt_str_adds(out, "overlays\t\t");
	for (int o = 0; o < PT_NOVERS; o++)
		if ((run.over | run.over_open) & 1 << o)
			pt_str_addf(out, "%s%s ", pt_overlays[o].name,
				    run.over & 1 << o ? "" : "?");
	pt_str_adds(out, run.over | run.over_open ? "\n" : "none\n");
	add_lenses(page, vma, &run, out);
}

/* "\nfile  0x26000  offset of the page in it · inode 1234 on device 8:1" */
static void add_file(const struct pt_vma *vma, uint64_t vpn, struct pt_str *out)
{
	static const char *const deleted[] = {
		[PT_UNTOLD] = " · deleted, or the name ends that way: unknown", [PT_NO] = "",
		[PT_YES] = " · deleted (link count 0)",
	};

	pt_str_addf(out, "\nfile\t0x%llx\toffset in the file · inode %llu on device %x:%x%s",
		    (unsigned long long)(vma->pgoff + (vpn << PT_PAGE_SHIFT) - vma->start),
		    (unsigned long long)vma->inode, vma->dev_major, vma->dev_minor,
		    deleted[pt_vma_deleted(vma)]);
}

void pt_explain_mapping(const struct pt_vma *vma, uint64_t vpn, struct pt_str *out)
{
	static const char *const flag[] = {
#define VMFLAG(id, word, text) [PT_VMF_##id] = text,
#include "pagetop/kernel/vmflags.def"
#undef VMFLAG
	};
	const char *sep = "";
	char size[PT_SIZE_LEN];

	pt_str_addf(out, "mapping\t%s\t%llx-%llx ", vma->perms, (unsigned long long)vma->start,
		    (unsigned long long)vma->end);
	pt_escape(out, vma->name, vma->name_len);
	if (vma->page_bytes > PT_PAGE_BYTES)
		pt_str_addf(out, " in %s pages", pt_size_text(vma->page_bytes, size));
	if (vma->inode)
		add_file(vma, vpn, out);
	pt_str_adds(out,
		    vma->got_smaps ? "\nVmFlags\t\t" : "\nVmFlags\t?\tsmaps not readable");
	for (int i = 0; i < PT_NVMFLAGS; i++)
		if (vma->vmflags >> i & 1) {
			pt_str_addf(out, "%s%s", sep, flag[i]);
			sep = " · ";
		}
	if (vma->vmflags & PT_VMF_UNNAMED)
		pt_str_addf(out, "%sothers unknown to this version", sep);
	pt_str_addc(out, '\n');
}

/* A page table, a slab, a free page, or one of a file that only reads and writes go through. */
static void add_nobody(const struct pt_who *who, struct pt_str *out)
{
	pt_str_adds(out, "not mapped by any process; kpageflags: ");
	add_flag_names(who->kflags, out);
	if (who->cgroup)
		pt_str_addf(out, "; charged memcg: %s", who->cgroup);
}

static void add_all_found(const struct pt_who *who, struct pt_str *out)
{
	size_t n = who->n - who->nagain;

	pt_str_addf(out, "all %zu found", n);
	if (n > 1 && pt_who_is_one(who))
		pt_str_adds(out,
			    who->nagain ? ", all in one address space" : ", all in one process");
}

/* The same entry, seen in each of them. */
static void add_again(const struct pt_who *who, struct pt_str *out)
{
	if (who->nagain)
		pt_str_adds(out, "; processes sharing an address space show the same entry");
}

void pt_explain_found(const struct pt_who *who, struct pt_str *out)
{
	const size_t before = out->len;

	if (who->complete && !who->pfn)
		pt_str_adds(out, "no page mapped there: not present");
	else if (who->complete && !who->n && who->kflags != PT_KPAGE_NONE)
		add_nobody(who, out);
	else if (who->complete)
		add_all_found(who, out);
	else if (who->count != PT_KPAGE_NONE)
		pt_str_addf(out, "%zu of %llu found", who->n - who->nagain,
			    (unsigned long long)who->count);
	else if (who->n || !who->why)
		pt_str_addf(out, "%zu of ? found", who->n - who->nagain);
	add_again(who, out);
	if (who->why)
		pt_str_addf(out, "%s%s", out->len > before ? ": " : "", who->why);
	if (who->why && who->needs)
		pt_str_addf(out, " (%s)", who->needs);
}

void pt_explain_who(const struct pt_who *who, struct pt_str *out)
{
	if (who->pfn)
		pt_str_addf(out, "pfn 0x%llx: ", (unsigned long long)who->pfn);
	pt_explain_found(who, out);
	pt_str_addc(out, '\n');
	for (size_t i = 0; i < who->n; i++) {
		pt_str_addf(out, "  %7d ", (int)who->v[i].pid);
		pt_str_pad(out, who->v[i].name, 16);
		pt_str_addf(out, "  0x%llx\n", (unsigned long long)who->v[i].addr);
	}
}

void pt_explain_sharers(const struct pt_who *who, struct pt_str *out)
{
	enum { MOST = 8 };
	size_t n = who->n < MOST ? who->n : MOST;

	pt_str_addf(out, "mapped by\t0x%llx\t", (unsigned long long)who->pfn);
	pt_explain_found(who, out);
	for (size_t i = 0; i < n; i++)
		pt_str_addf(out, " · %d %s at 0x%llx", (int)who->v[i].pid, who->v[i].name,
			    (unsigned long long)who->v[i].addr);
	if (who->n > n)
		pt_str_addf(out, " · and %zu more", who->n - n);
	pt_str_addc(out, '\n');
}
