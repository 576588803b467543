#include "pagetop/model/explain.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/kpage.h"

static void add_count(const struct pt_run *run, struct pt_str *out)
{
	if (!(run->pm & PT_RUN(PRESENT)))
		return;
	if (run->pm & PT_RUN(GOT_COUNT))
		pt_str_addf(out, " · mapped %u ×", run->count);
	else
		pt_str_adds(out, " · mapped ? ×");
}

/* Why part of what there is to know of the page is not known; NULL: all of it is. */
static const char *why_hidden(const struct pt_image *img, const struct pt_run *run)
{
	bool present = run->pm & PT_RUN(PRESENT);

	if (img->why_pages)
		return img->why_pages;
	if ((present || run->pm & PT_RUN(ENTRY)) && !(run->pm & PT_RUN(PFN)))
		return img->why_pfn;
	if (present && !(run->pm & PT_RUN(GOT_FLAGS)))
		return img->why_kpage[PT_KPAGE_FLAGS];
	return present && !(run->pm & PT_RUN(GOT_COUNT)) ? img->why_kpage[PT_KPAGE_COUNT] : NULL;
}

void pt_explain_line(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn,
		     struct pt_str *out)
{
	struct pt_run run = pt_image_run(img, vma, vpn);
	uint64_t pfn = pt_image_pfn(img, vpn);

	pt_str_addf(out, "0x%llx", (unsigned long long)vpn << PT_PAGE_SHIFT);
	if (pfn)
		pt_str_addf(out, " · pfn 0x%llx", (unsigned long long)pfn);
	else if (run.pm & PT_RUN(PRESENT) && !(run.pm & PT_RUN(PFN)))
		pt_str_adds(out, " · pfn ?");
	add_count(&run, out);
	for (int o = 0; o < PT_NOVERS; o++)
		if (run.over & 1 << o)
			pt_str_addf(out, " · %s", pt_overlays[o].name);
	pt_str_addf(out, " · %s", pt_rows[run.row].text);
	if (why_hidden(img, &run))
		pt_str_addf(out, ": %s", why_hidden(img, &run));
}

/* A sentence out of a table's text: with a capital and a full stop. */
static void sentence(struct pt_str *out, const char *text)
{
	size_t at;

	if (out->len)
		pt_str_addc(out, ' ');
	at = out->len;
	pt_str_adds(out, text);
	pt_str_addc(out, '.');
	if (!out->err)
		out->s[at] = (char)toupper((unsigned char)out->s[at]);
}

static void why_count(const struct pt_run *run, const struct pt_page_words *w, struct pt_str *out)
{
	if (!(run->pm & PT_RUN(PRESENT)))
		return;
	if (run->row != PT_STATE_ZERO && !(run->pm & PT_RUN(GOT_COUNT)))
		sentence(out, "how often it is mapped is hidden");
	else if (run->row == PT_STATE_ZERO)
		sentence(out, "its map count is 0 although it is present, because the kernel does not "
			      "count how often zero pages are mapped");
	else if (!run->count)
		sentence(out, w->kpage[PT_KPAGE_FLAGS] == 0 ?
			 "its map count is 0: the kernel keeps no record of a page at this PFN" :
			 "its map count is 0: it was mapped without being counted, as drivers may do");
	else if (run->count > 1)
		pt_str_addf(out, " It is mapped %u times in all.", run->count);
}

static void why_absent(const struct pt_vma *vma, struct pt_str *out)
{
	bool shared = vma->perms[3] == 's' || vma->inode;

	if (shared && vma->swap_bytes)
		pt_str_addf(out, " Of this mapping smaps counts %llu kB in swap; for shared memory the page "
			    "table does not tell which pages these are.",
			    (unsigned long long)vma->swap_bytes >> 10);
}

void pt_explain_text(const struct pt_image *page, const struct pt_vma *vma, struct pt_str *out)
{
	struct pt_run run = pt_image_run(page, vma, page->lo_vpn);

	sentence(out, pt_rows[run.row].text);
	for (int o = 0; o < PT_NOVERS; o++)
		if (run.over & 1 << o)
			sentence(out, pt_overlays[o].text);
	why_count(&run, &page->page, out);
	if (run.row == PT_STATE_ABSENT)
		why_absent(vma, out);
	if (run.row == PT_STATE_LAZYFREE && vma->got_smaps)
		pt_str_addf(out, " Flags cannot tell whether it was written since; smaps LazyFree says %llu "
			    "kB of this mapping.", (unsigned long long)vma->lazyfree_bytes >> 10);
	if (why_hidden(page, &run))
		pt_str_addf(out, " Not all of it is known: %s.", why_hidden(page, &run));
}

/* "63 present · 56 mapped once: no …": each bit that has a meaning, set or not. */
static void add_pagemap_bits(uint64_t word, struct pt_str *out)
{
	static const struct { int bit; const char *name; } row[] = {
		{ 63, "present" }, { 62, "entry" }, { 61, "file or shared" }, { 58, "guard" },
		{ 57, "uffd-wp" }, { 56, "mapped once" }, { 55, "soft-dirty" },
	};
	const char *sep = "";

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (word >> row[i].bit & 1) {
			pt_str_addf(out, "%s%d %s", sep, row[i].bit, row[i].name);
			sep = " · ";
		}
	if (!*sep)
		pt_str_adds(out, "no bit set: nothing here");
}

static void add_entry(const struct pt_image *page, uint64_t word, struct pt_str *out)
{
	static const char *const name[] = {
		[PT_ENTRY_UNKNOWN] = "of a kind that cannot be told", [PT_ENTRY_SLOT] = "swap slot",
		[PT_ENTRY_MIGRATION] = "migration, of PFN", [PT_ENTRY_HWPOISON] = "hardware poison",
		[PT_ENTRY_DEVICE] = "device memory", [PT_ENTRY_MARKER] = "marker",
	};

	if (!(word & PT_PM_PFN_MASK)) {
		pt_str_addf(out, "entry\t?\thidden: %s\n", page->why_pfn);
		return;
	}
	pt_str_addf(out, "entry\ttype %u\t%s 0x%llx\n", PT_SWP_TYPE(word),
		    name[page->ctx.layout.entry[PT_SWP_TYPE(word)]],
		    (unsigned long long)PT_SWP_OFFSET(word));
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
	const char *why = page->why_kpage[file] ? page->why_kpage[file] :
			  page->page.pagemap & PT_PM_PFN_MASK ? "the kernel keeps no word for this PFN" :
			  page->why_pfn;

	pt_str_addf(out, "%s\t?\t%s%s\n", name, strncmp(why, "needs", 5) ? "" : "hidden: ", why);
}

static void add_flags(const struct pt_image *page, struct pt_str *out)
{
	uint64_t kflags = page->page.kpage[PT_KPAGE_FLAGS];

	if (kflags == PT_KPAGE_NONE) {
		add_unknown("kpageflags", page, PT_KPAGE_FLAGS, out);
		return;
	}
	pt_str_addf(out, "kpageflags\t0x%016llx\t", (unsigned long long)kflags);
	for (int bit = 0; bit < 64; bit++) {
		if (!(kflags >> bit & 1))
			continue;
		if (pt_kpf_name(bit))
			pt_str_addf(out, "%s ", pt_kpf_name(bit));
		else
			pt_str_addf(out, "bit-%d ", bit);
	}
	if (!kflags)
		pt_str_adds(out, "none");
	pt_str_addc(out, '\n');
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

void pt_explain_words(const struct pt_image *page, const struct pt_vma *vma, struct pt_str *out)
{
	const struct pt_page_words *w = &page->page;
	struct pt_run run = pt_image_run(page, vma, page->lo_vpn);

	add_pagemap(page, out);
	if (w->pagemap & PT_PM_SWAP)
		add_entry(page, w->pagemap, out);
	if (w->pagemap & PT_PM_PRESENT) {
		add_frame(page, out);
		add_flags(page, out);
		add_number("kpagecount", page, PT_KPAGE_COUNT, "page-table entries that map it", out);
		add_number("cgroup", page, PT_KPAGE_CGROUP, "inode of the memory cgroup that pays for it",
			   out);
	}
	pt_str_addf(out, "state\t%c\t%s\n", pt_rows[run.row].sign, pt_rows[run.row].name);
	pt_str_adds(out, "overlays\t\t");
	for (int o = 0; o < PT_NOVERS; o++)
		if ((run.over | run.over_open) & 1 << o)
			pt_str_addf(out, "%s%s ", pt_overlays[o].name, run.over & 1 << o ? "" : "?");
	pt_str_adds(out, run.over | run.over_open ? "\n" : "none\n");
}

void pt_explain_mapping(const struct pt_vma *vma, struct pt_str *out)
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
		pt_str_addf(out, " in pages of %s", pt_size_text(vma->page_bytes, size));
	pt_str_adds(out, vma->got_smaps ? "\nVmFlags\t\t" : "\nVmFlags\t?\tsmaps could not be read");
	for (int i = 0; i < PT_NVMFLAGS; i++)
		if (vma->vmflags >> i & 1) {
			pt_str_addf(out, "%s%s", sep, flag[i]);
			sep = " · ";
		}
	if (vma->vmflags & PT_VMF_UNNAMED)
		pt_str_addf(out, "%sanother that has no name here", sep);
	pt_str_addc(out, '\n');
}
