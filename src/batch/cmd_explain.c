/*
 * pagetop explain: one page in full. For people the lines of the page on the screen, for programs
 * one row.
 */
#include "pagetop/batch/cells.h"
#include "pagetop/batch/one_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/model/explain.h"

struct page {
	const struct pt_image *img;
	const struct pt_vma *vma;
	struct pt_run run;
	struct pt_facts facts;
	const char *text;		/* sentences */
	const struct pt_who *who;	/* NULL: mapped once, or not known */
};

/* ---- for people: name, value, meaning */

static void put_word(struct pt_rows *r, const void *row, int arg)
{
	pt_row_escaped(r, ((const char *const *)row)[arg]);
}

static const struct pt_batch_column word_column[] = {
	{ { "what", 11, false }, true, put_word, 0 },
	{ { "value", 20, false }, true, put_word, 1 },
	{ { "meaning", 0, false }, true, put_word, 2 },
};

/* Lines "name\tvalue\tmeaning". */
static void print_words(struct pt_batch *b, char *lines)
{
	char *save = NULL;

	for (char *line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, '\t'), *text = value ? strchr(value + 1, '\t') : NULL;

		if (!text)
			continue;
		*value++ = *text++ = '\0';
		pt_batch_row(b, (const char *[]){ line, value, text });
	}
}

/* Who shares a page that is mapped more than once; NULL: nobody does, or it is not known. */
static const struct pt_who *sharers(struct pt_batch *b, const struct pt_image *img,
				    const struct pt_vma *vma)
{
	struct pt_run run = pt_image_run(img, vma, img->lo_vpn);
	struct pt_who *who = NULL;

	if (!(run.pm & PT_RUN(GOT_COUNT)) || run.count < 2)
		return NULL;
	pt_batch_fail(b, "cannot search all processes",
		      pt_batch_who(b, img->page.pagemap & PT_PM_PFN_MASK, &who));
	return who;
}

/* Between the look for the page and the look at it. */
static void went_away(struct pt_batch *b)
{
	pt_fail("page no longer mapped");
	b->status = PT_NOT_SO;
}

static struct pt_image *page_asked(struct pt_batch *b)
{
	return pt_pfn_is_asked(b->opt) ? pt_page_of_pfn(b) : pt_one_page(b, b->opt->word[0]);
}

static void explain_words(struct pt_batch *b)
{
	struct pt_image *img = page_asked(b);
	const struct pt_vma *vma = img ? pt_image_vma(img, img->lo_vpn) : NULL;
	struct pt_str text = PT_STR_INIT, words = PT_STR_INIT;
	const struct pt_who *who = NULL;

	if (vma) {
		if (pt_pfn_is_asked(b->opt))
			pt_str_addf(&words, "process\t%d\t%s\n", (int)img->pid, img->name);
		pt_str_addf(&words, "page\t0x%llx\t",
			    (unsigned long long)img->lo_vpn << PT_PAGE_SHIFT);
		pt_explain_text(img, vma, &text);
		pt_str_add(&words, text.s, text.len);
		pt_str_addc(&words, '\n');
		pt_explain_words(img, vma, &words);
		who = sharers(b, img, vma);
		if (who)
			pt_explain_sharers(who, &words);
		pt_explain_mapping(vma, img->lo_vpn, &words);
		print_words(b, words.s);
	} else if (img) {
		went_away(b);
	}
	pt_who_unref(who);
	pt_str_done(&text);
	pt_str_done(&words);
	pt_image_unref(img);
}

/* ---- for programs */

static const struct page *page_of(const void *row)
{
	return row;
}

static void put_pid(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_i64(r, page_of(row)->img->pid);
}

/* What is not known is null; what the page cannot have, being not present, is not there. */
static void put_nothing(struct pt_rows *r, const struct page *p)
{
	if (p->facts.known.d & ~p->facts.yes.d & PT_F(PRESENT))
		pt_row_none(r);
	else
		pt_row_null(r);
}

enum { ADDR, START, END, PAGEMAP, PFN };

static void put_hex(struct pt_rows *r, const void *row, int what)
{
	const struct page *p = page_of(row);
	uint64_t word = p->img->page.pagemap;
	const uint64_t value[] = {
		[ADDR] = p->img->lo_vpn << PT_PAGE_SHIFT, [START] = p->vma->start,
		[END] = p->vma->end, [PAGEMAP] = word, [PFN] = word & PT_PM_PFN_MASK,
	};

	if ((what == PAGEMAP && p->img->why_pages) ||
	    (what == PFN && !(p->run.pm & PT_RUN(PRESENT) && word & PT_PM_PFN_MASK)))
		put_nothing(r, p);
	else
		pt_row_hex(r, value[what]);
}

static void put_kpage(struct pt_rows *r, const void *row, int file)
{
	uint64_t word = page_of(row)->img->page.kpage[file];

	if (word == PT_KPAGE_NONE)
		put_nothing(r, page_of(row));
	else if (file == PT_KPAGE_FLAGS)
		pt_row_hex(r, word);
	else
		pt_row_u64(r, word);
}

static void put_lens(struct pt_rows *r, const void *row, int lens)
{
	const struct page *p = page_of(row);

	if (lens == PT_LENS_CHANGE && !p->img->ctx.compared)
		pt_row_null(r);
	else
		pt_row_escaped(r, pt_rows[pt_lens_row((enum pt_lens_id)lens, &p->facts)].name);
}

static void put_facts(struct pt_rows *r, const void *row, int unknown)
{
	const struct page *p = page_of(row);
	const struct pt_factset asked = pt_facts_asked(&p->img->ctx);
	const struct pt_factset open = { asked.d & ~p->facts.known.d, asked.k & ~p->facts.known.k };

	if (p->img->why_pages)
		pt_row_null(r);
	else
		pt_cell_names(r, unknown ? &open : &p->facts.yes);
}

static void put_field(struct pt_rows *r, const void *row, int field)
{
	const struct page *p = page_of(row);

	if (p->facts.field_known[field])
		pt_row_u64(r, p->facts.field[field]);
	else
		put_nothing(r, p);
}

enum { CGROUP, SWAP_DEVICE, UNCOUNTED, TEXT, PERMS };

static void put_text(struct pt_rows *r, const void *row, int what)
{
	const struct page *p = page_of(row);
	const char *text[] = {
		[CGROUP] = p->img->page.cgroup, [SWAP_DEVICE] = p->img->page.swap_device,
		[UNCOUNTED] = pt_explain_uncounted(&p->facts), [TEXT] = p->text, [PERMS] = p->vma->perms,
	};

	if (text[what])
		pt_row_escaped(r, text[what]);
	else if (what == CGROUP && p->img->page.kpage[PT_KPAGE_CGROUP] == PT_KPAGE_NONE)
		put_nothing(r, p);
	else if (what == SWAP_DEVICE && !(p->facts.known.d & ~p->facts.yes.d & PT_F(SLOT)))
		pt_row_null(r);		/* it is in one, or may be */
	else if (what == UNCOUNTED && !p->facts.field_known[PT_FIELD_COUNT])
		put_nothing(r, p);
	else
		pt_row_none(r);
}

static void put_name(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	pt_row_text(r, page_of(row)->vma->name, page_of(row)->vma->name_len);
}

/* ["1234:0x7f12a000", …] */
static void put_sharers(struct pt_rows *r, const void *row, int arg)
{
	const struct pt_who *who = page_of(row)->who;
	size_t n = who ? who->n : 0;
	char (*text)[48] = pt_calloc(n + 1, sizeof(*text));
	const char **name = pt_calloc(n + 1, sizeof(*name));

	(void)arg;
	for (size_t i = 0; text && name && i < n; i++) {
		snprintf(text[i], sizeof(text[i]), "%d:0x%llx", (int)who->v[i].pid,
			 (unsigned long long)who->v[i].addr);
		name[i] = text[i];
	}
	if (who && text && name)
		pt_row_names(r, name, n);
	else if (page_of(row)->facts.yes.d & PT_F(ONCE))
		pt_row_none(r);
	else
		put_nothing(r, page_of(row));
	free(text);
	free(name);
}

/* Whether the sharers are all there are. */
static void put_complete(struct pt_rows *r, const void *row, int arg)
{
	(void)arg;
	if (page_of(row)->who)
		pt_row_bool(r, page_of(row)->who->complete);
	else
		pt_row_none(r);
}

static void put_file(struct pt_rows *r, const void *row, int what)
{
	const struct page *p = page_of(row);

	pt_cell_file(r, p->vma, (p->img->lo_vpn << PT_PAGE_SHIFT) - p->vma->start, what);
}

static void put_error(struct pt_rows *r, const void *row, int arg)
{
	const char *why = page_of(row)->img->why_pages;

	(void)arg;
	if (why)
		pt_row_escaped(r, why);
	else
		pt_row_none(r);
}

static const struct pt_batch_column column[] = {
	{ { "pid", 0, true }, true, put_pid, 0 },
	{ { "addr", 0, false }, true, put_hex, ADDR },
	{ { "text", 0, false }, true, put_text, TEXT },
#define LENS(id, key, name, text) { { name, 0, false }, true, put_lens, PT_LENS_##id },
#define ROW(...)
#define LAST(...)
#include "pagetop/model/lens.def"
#undef LENS
#undef ROW
#undef LAST
	{ { "facts", 0, false }, true, put_facts, false },
	{ { "unknown", 0, false }, true, put_facts, true },
	{ { "pagemap", 0, false }, true, put_hex, PAGEMAP },
	{ { "pfn", 0, false }, true, put_hex, PFN },
	{ { "kpageflags", 0, false }, true, put_kpage, PT_KPAGE_FLAGS },
	{ { "count", 0, true }, true, put_kpage, PT_KPAGE_COUNT },
	{ { "sharers", 0, false }, true, put_sharers, 0 },
	{ { "sharers_complete", 0, false }, true, put_complete, 0 },
	{ { "uncounted", 0, false }, true, put_text, UNCOUNTED },
	{ { "order", 0, true }, true, put_field, PT_FIELD_ORDER },
	{ { "numa_node", 0, true }, true, put_field, PT_FIELD_NODE },
	{ { "cgroup_inode", 0, true }, true, put_kpage, PT_KPAGE_CGROUP },
	{ { "cgroup", 0, false }, true, put_text, CGROUP },
	{ { "swap_device", 0, false }, true, put_text, SWAP_DEVICE },
	{ { "start", 0, false }, true, put_hex, START },
	{ { "end", 0, false }, true, put_hex, END },
	{ { "perms", 0, false }, true, put_text, PERMS },
	{ { "offset", 0, false }, true, put_file, PT_CELL_OFFSET },
	{ { "inode", 0, true }, true, put_file, PT_CELL_INODE },
	{ { "device", 0, false }, true, put_file, PT_CELL_DEVICE },
	{ { "deleted", 0, false }, true, put_file, PT_CELL_DELETED },
	{ { "name", 0, false }, true, put_name, 0 },
	{ { "error", 0, false }, true, put_error, 0 },
};

static void explain_row(struct pt_batch *b)
{
	struct pt_image *img = page_asked(b);
	struct page p = { .img = img, .vma = img ? pt_image_vma(img, img->lo_vpn) : NULL };
	struct pt_str text = PT_STR_INIT;

	if (p.vma) {
		pt_batch_learn(b);
		pt_explain_text(img, p.vma, &text);
		p.text = text.s;
		p.run = pt_image_run(img, p.vma, img->lo_vpn);
		p.facts = pt_facts_of(&p.run, p.vma, &img->ctx);
		p.who = sharers(b, img, p.vma);
		pt_batch_row(b, &p);
	} else if (img) {
		went_away(b);
	}
	pt_who_unref(p.who);
	pt_str_done(&text);
	pt_image_unref(img);
}

int pt_run_explain(const struct pt_options *opt)
{
	const bool pfn = pt_pfn_is_asked(opt);
	const struct pt_batch_form words = { "explain", word_column,
					     sizeof(word_column) / sizeof(word_column[0]),
					     .alone = pfn };
	const struct pt_batch_form row = { "explain", column, sizeof(column) / sizeof(column[0]),
					   .alone = pfn };

	if (pfn && opt->word[0])
		return pt_fail_word("unexpected argument \"", opt->word[0], "\"; ",
				    "pfn:N takes no address");
	if (!pfn && !opt->word[0])
		return pt_fail(
			"explain: missing PID ADDRESS, or pfn:N; see pagetop explain --help");
	return opt->format == PT_ROWS_TABLE ? pt_batch(opt, &words, NULL, explain_words) :
					      pt_batch(opt, &row, NULL, explain_row);
}
