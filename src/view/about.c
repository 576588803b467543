#include "pagetop/view/about.h"

#include <inttypes.h>
#include <stdio.h>
#include "pagetop/base/text.h"

enum { NAME_W = 18 };

/* "  name            text" */
static void add(struct pt_str *out, const char *name, const char *text)
{
	pt_str_adds(out, "  ");
	pt_str_pad(out, name, NAME_W);
	pt_str_addf(out, "  %s\n", text);
}

static const char *fact_name(bool kpf, int bit)
{
	return kpf ? pt_kpf_name(bit) : pt_fact_word(bit);
}

static const char *fact_text(bool kpf, int bit)
{
	return kpf ? pt_kpf_text(bit) : pt_fact_text(bit);
}

/* A line for each fact of the set: "  is not huge      mapped as a huge page". */
static void add_facts(struct pt_str *out, const char *before, const struct pt_factset *set)
{
	for (int kpf = 0; kpf <= 1; kpf++)
		for (int bit = 0; bit < 64; bit++) {
			char name[64];

			if (!((kpf ? set->k : set->d) >> bit & 1) || !fact_name(kpf, bit))
				continue;
			snprintf(name, sizeof(name), "%s%s", before, fact_name(kpf, bit));
			add(out, name, fact_text(kpf, bit));
		}
}

static void add_range(struct pt_str *out, const struct pt_range *r)
{
	const char *name;
	char text[128];

	if (r->field >= PT_NFIELDS)
		return;
	name = pt_fields[r->field].text;
	if (r->lo == r->hi)
		snprintf(text, sizeof(text), "%s: %" PRIu32, name, r->lo);
	else if (r->hi >= INT8_MAX)
		snprintf(text, sizeof(text), "%s: %" PRIu32 " or more", name, r->lo);
	else
		snprintf(text, sizeof(text), "%s: %" PRIu32 " to %" PRIu32, name, r->lo, r->hi);
	add(out, "number", text);
}

static void add_column(enum pt_column col, struct pt_str *out)
{
	static const char *const weight[] = {
		[PT_BYTES] = "all bytes of each page that", [PT_PSS] = "each page, divided by its map count, that",
		[PT_FREED] = "all bytes of each page that",
	};
	const struct pt_column_row *row = &pt_columns[col];

	pt_str_addf(out, "%s\n", row->title);
	add(out, "what", row->text);
	add(out, "sums", weight[row->weight]);
	add_facts(out, "is ", &row->set);
	add_facts(out, "is not ", &row->clear);
	add(out, "smaps field", *row->smaps ? row->smaps : "none");
}

void pt_about_columns(enum pt_list_id list, int first, struct pt_str *out)
{
	if (first >= 0 && first < PT_NCOLS && pt_columns[first].rank[list])
		add_column((enum pt_column)first, out);
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (pt_headings[i].lists >> list & 1 && pt_heading_sum(i) >= 0 &&
		    pt_heading_sum(i) != first)
			add_column((enum pt_column)pt_heading_sum(i), out);
	pt_str_adds(out, "Other columns\n");
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (pt_headings[i].lists >> list & 1 && pt_heading_sum(i) < 0)
			add(out, pt_headings[i].title, pt_headings[i].text);
}

/* All rows that there are among the pages, with their number. */
static void add_rows(const struct pt_counts *counts, struct pt_str *out)
{
	const struct pt_lens *lens = &pt_lenses[counts->lens];

	pt_str_addf(out, "In this mapping, lens %c %s: %s\n", lens->key, lens->name, lens->text);
	for (int i = lens->first; i < lens->first + lens->nrows; i++) {
		char name[64], size[PT_SIZE_LEN], text[512];
		uint64_t n = pt_counts_of(counts, i);

		if (!n)
			continue;
		snprintf(name, sizeof(name), "%c %s", pt_rows[i].sign, pt_rows[i].label);
		snprintf(text, sizeof(text), "%" PRIu64 " %s, %s: %s", n,
			 pt_noun(n, "page", "pages"), pt_size_text(n << PT_PAGE_SHIFT, size),
			 pt_rows[i].text);
		add(out, name, text);
	}
}

static void add_overlays(const struct pt_run *run, struct pt_str *out)
{
	pt_str_adds(out, "Overlays\n");
	for (int i = 0; i < PT_NOVERS; i++) {
		bool open = run->over_open >> i & 1;
		char text[256];

		if (!((run->over | run->over_open) >> i & 1))
			continue;
		snprintf(text, sizeof(text), "%s%s: drawn as %s",
			 open ? "hidden, may apply: " : "", pt_overlays[i].text,
			 pt_overlays[i].look);
		add(out, pt_overlays[i].name, text);
	}
	if (!(run->over | run->over_open))
		add(out, "none", "not huge, not part of a large folio, not locked");
}

void pt_about_sign(const struct pt_image *img, uint64_t vpn, struct pt_str *out)
{
	const struct pt_vma *vma = pt_image_vma(img, vpn);
	struct pt_counts counts = { .npages = 0 };
	const struct pt_row *row;
	struct pt_run run;

	if (!vma)
		return;
	run = pt_image_run(img, vma, vpn);
	row = &pt_rows[run.row];
	pt_str_addf(out, "%c %s\n", row->sign, row->label);
	add(out, "means", row->text);
	add_facts(out, "is ", &row->set);
	add_facts(out, "is not ", &row->clear);
	add_range(out, &row->range);
	if (run.row > pt_lenses[img->lens].first)
		add(out, "and",
		    row->last ? "what earlier rows require is hidden" :
				"matches no earlier row");
	add_overlays(&run, out);
	pt_image_count(img, vma, pt_vma_vpn(vma), pt_vma_end_vpn(vma), &counts);
	add_rows(&counts, out);
}

/* Names only: what they say would be a guess. */
static void add_hidden(const struct pt_image *page, const struct pt_facts *f, struct pt_str *out)
{
	struct pt_factset hidden = {
		.d = ~f->known.d & (UINT64_MAX >> (64 - PT_NFACTS)) &
		     ~(page->ctx.compared ? 0 : PT_F_CHANGES),
		.k = ~f->known.k,
	};
	const char *sep = "  ";

	pt_str_adds(out, "Unknown\n");
	for (int kpf = 0; kpf <= 1; kpf++)
		for (int bit = 0; bit < 64; bit++)
			if ((kpf ? hidden.k : hidden.d) >> bit & 1 && fact_name(kpf, bit)) {
				pt_str_addf(out, "%s%s", sep, fact_name(kpf, bit));
				sep = ", ";
			}
	pt_str_adds(out, *sep == ' ' ? "  none\n" : "\n");
}

void pt_about_facts(const struct pt_image *page, uint64_t vpn, struct pt_str *out)
{
	const struct pt_vma *vma = pt_image_vma(page, vpn);
	struct pt_facts f;
	struct pt_run run;

	if (!vma)
		return;
	run = pt_image_run(page, vma, vpn);
	f = pt_facts_of(&run, vma, &page->ctx);
	pt_str_adds(out, "Facts derived from all sources\n");
	add_facts(out, "", &(struct pt_factset){ .d = f.yes.d });
	pt_str_adds(out, "Flags of the frame (kpageflags)\n");
	add_facts(out, "", &(struct pt_factset){ .k = f.yes.k });
	if (!f.yes.k)
		pt_str_adds(out, "  none\n");
	add_hidden(page, &f, out);
}
