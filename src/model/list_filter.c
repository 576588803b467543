#include "pagetop/model/list_filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "pagetop/base/text.h"
#include "pagetop/model/kinds.h"

void pt_list_filter_reset(struct pt_list_filter *f)
{
	pt_re_free(f->re);
	*f = (struct pt_list_filter){ .n = 0 };
}

bool pt_list_filter_is_set(const struct pt_list_filter *f)
{
	return f->text[0] || f->comm[0];
}

bool pt_list_filter_cgroups(const struct pt_list_filter *f)
{
	for (int i = 0; i < f->n; i++)
		if (f->word[i].kind == PT_WORD_CGROUP)
			return true;
	return false;
}

static int find_sum(const char *name)
{
	for (int i = 0; i < PT_NCOLS; i++)
		if (!strcasecmp(pt_columns[i].name, name))
			return i;
	return -1;
}

static bool has_prefix(const char *word, const char *prefix)
{
	return !strncasecmp(word, prefix, strlen(prefix));
}

/* False: it is no word of these. A name is at `at` of the text. */
static bool set_word(struct pt_list_word *w, const char *word, size_t at)
{
	int sum, row;

	*w = (struct pt_list_word){ .not = *word == '~' };
	word += w->not;
	sum = find_sum(word);
	row = pt_filter_row(word, strlen(word));
	if ((has_prefix(word, "user:") || has_prefix(word, "cgroup:")) && !strchr(word, ':')[1])
		return false;
	if (has_prefix(word, "user:") || has_prefix(word, "cgroup:")) {
		w->kind = has_prefix(word, "user:") ? PT_WORD_USER : PT_WORD_CGROUP;
		w->len = (uint16_t)strlen(strchr(word, ':') + 1);
		w->at = (uint16_t)(at + strlen(word) + w->not - w->len);
	} else if (sum >= 0 || row >= 0) {
		w->kind = sum >= 0 ? PT_WORD_SUM : PT_WORD_ROW;
		w->which = sum >= 0 ? sum : row;
		w->of_lens = pt_filter_lens(word, strlen(word)) >= 0;
	} else {
		return false;
	}
	return true;
}

/*
 * The next word between commas, without the blanks around it, and where it begins;
 * false: there is none.
 */
static bool next_word(const char *text, size_t *at, size_t *ret_from, char *ret)
{
	size_t len = pt_filter_word_len(text + *at);
	size_t from = *at + strspn(text + *at, " "), to = *at + len;

	if (!text[*at])
		return false;
	while (to > from && text[to - 1] == ' ')
		to--;
	*ret_from = from;
	snprintf(ret, PT_LIST_TEXT, "%.*s", to > from ? (int)(to - from) : 0, text + from);
	*at += len + (text[*at + len] == ',');
	return true;
}

static struct pt_nearest nearest(const char *word)
{
	struct pt_nearest near =
		pt_nearest_to(word + (*word == '~'), strlen(word + (*word == '~')));

	pt_filter_offer(&near);
	for (int i = 0; i < PT_NCOLS; i++)
		pt_nearest_offer(&near, pt_columns[i].name);
	return near;
}

/*
 * 0: all are words; -ENOENT: none is, it may be a pattern; -EINVAL: some are, or it names a lens.
 */
static int set_words(struct pt_list_filter *f, const char *text, struct pt_str *why)
{
	char word[PT_LIST_TEXT], bad[PT_LIST_TEXT] = "";
	struct pt_nearest near;
	size_t at = 0, from;
	int n = 0;

	while (next_word(text, &at, &from, word)) {
		if (!*word)
			continue;
		if (n < PT_LIST_WORDS && set_word(&f->word[n], word, from))
			n++;
		else
			snprintf(bad, sizeof(bad), "%s", word);
	}
	f->n = n;
	if (!*bad)
		return 0;
	near = nearest(bad);
	if (!n && pt_filter_lens(near.typed, near.len) < 0)
		return -ENOENT;
	if (n == PT_LIST_WORDS) {
		pt_str_addf(why, "too many words: a filter takes at most %d", PT_LIST_WORDS);
		return -EINVAL;
	}
	pt_filter_refuse(&near,
			 "use a column such as cow, a state, LENS:ROW, user:NAME, cgroup:PATH",
			 why);
	return -EINVAL;
}

/* The row of that name in this lens, or -1. */
static int row_in(enum pt_lens_id lens, int row)
{
	for (int i = pt_lenses[lens].first; i < pt_lenses[lens].first + pt_lenses[lens].nrows; i++)
		if (!strcmp(pt_rows[i].name, pt_rows[row].name))
			return i;
	return -1;
}

/*
 * Whether this lens counts the row. One of the same name is the same, unless the word
 * says of which lens.
 */
static bool counts(enum pt_lens_id lens, const struct pt_list_word *w)
{
	if (w->kind != PT_WORD_ROW || pt_rows[w->which].lens == lens)
		return true;
	return !w->of_lens && row_in(lens, w->which) >= 0;
}

int pt_list_filter_lens(const struct pt_list_filter *f, enum pt_lens_id lens)
{
	for (int i = -1; i < PT_NLENSES; i++) {
		int l = i < 0 ? (int)lens : i, k = 0;

		while (k < f->n && counts((enum pt_lens_id)l, &f->word[k]))
			k++;
		/* That one compares two moments of one process */
		if (k == f->n && l != PT_LENS_CHANGE)
			return l;
	}
	return -1;
}

/* No lens counts all of the rows. */
static int refuse_rows(const struct pt_list_filter *f, struct pt_str *why)
{
	struct pt_str names = PT_STR_INIT;

	for (int i = 0; i < f->n; i++) {
		const struct pt_row *row = &pt_rows[f->word[i].which];

		if (f->word[i].kind != PT_WORD_ROW)
			continue;
		pt_str_addf(&names, "%s%s", names.len ? ", " : "", row->label);
		if (row->lens == PT_LENS_CHANGE && !why->len)
			pt_str_addf(
				why,
				"%s compares two snapshots of one process; open one first, or "
				"filter by pattern: /%s",
				row->name, row->name);
	}
	if (!why->len)
		pt_str_addf(why, "rows of different lenses: %s; a list uses one lens",
			    names.s);
	pt_str_done(&names);
	return -EINVAL;
}

/*
 * The same of words for pages: text that names a lens, or with a comma whose first word is one,
 * is meant as words.
 */
static int set_pages(struct pt_list_filter *f, const char *text, struct pt_str *why)
{
	struct pt_str first = PT_STR_INIT, ignored = PT_STR_INIT, wrong = PT_STR_INIT;
	int err = pt_filter_parse(text, &f->pages, &wrong), r = err ? -ENOENT : 0;
	size_t len = pt_filter_word_len(text);
	bool lens = pt_filter_lens(text + (*text == '~'), len - (*text == '~')) >= 0;

	pt_str_add(&first, text, len);
	if (err && (lens ||
		    (first.len < strlen(text) && !pt_filter_parse(first.s, &f->pages, &ignored)))) {
		pt_str_adds(why, wrong.s);
		r = -EINVAL;
	}
	if (err)
		f->pages = (struct pt_filter){ .n = 0 };
	pt_str_done(&first);
	pt_str_done(&ignored);
	pt_str_done(&wrong);
	return r;
}

/* What looks like words, and is not all of them, is a mistake; what does not is a pattern. */
static int pattern(struct pt_list_filter *f, const char *text, enum pt_list_id list,
		   struct pt_str *why)
{
	if (*text == '/')
		f->near = pt_nearest_to("", 0);
	else
		f->near = list == PT_IN_PROCESSES ? nearest(text) :
						    pt_filter_nearest(text, strlen(text));
	f->near.typed = NULL;
	return pt_re_new(text + (*text == '/'), &f->re, why);
}

int pt_list_filter_set(struct pt_list_filter *ret, const char *text, enum pt_list_id list,
		       struct pt_str *why)
{
	struct pt_list_filter f = { .n = 0 };
	int err;

	if (strlen(text) >= PT_LIST_TEXT) {
		pt_str_addf(why,
			    "filter too long: at most %d bytes; a pattern can match a part of a name",
			    PT_LIST_TEXT - 1);
		return -EINVAL;
	}
	err = -ENOENT;
	if (*text != '/')
		err = list == PT_IN_PROCESSES ? set_words(&f, text, why) : set_pages(&f, text, why);
	if (err == -ENOENT) {
		f.n = 0;
		err = pattern(&f, text, list, why);
	}
	if (!err && pt_list_filter_lens(&f, PT_LENS_STATE) < 0)
		err = refuse_rows(&f, why);
	if (err) {
		pt_re_free(f.re);
		return err;
	}
	snprintf(f.text, sizeof(f.text), "%s", text);
	pt_list_filter_reset(ret);
	*ret = f;
	if (f.re)
		pt_re_start(f.re);
	return 0;
}

/* A page in the first row, where something is hidden, could be in the other one if it were not. */
static bool may_be(const struct pt_row *hidden, const struct pt_row *row)
{
	const uint64_t nowhere =
		PT_F(SLOT) | PT_F(ENTRY) | PT_F(MIGRATION) | PT_F(GUARD) | PT_F(UNMAPPABLE);
	bool present = hidden->set.d & (PT_F(PRESENT) | PT_F(ANON));

	if (!hidden->last || row->last || hidden->set.d & row->clear.d)
		return false;
	return !present || !(row->set.d & nowhere || row->clear.d & PT_F(PRESENT));
}

/* What a lens does not count is not known. */
static int has_row(const struct pt_process *p, const struct pt_list_word *w)
{
	const struct pt_lens *lens = &pt_lenses[p->counts.lens];
	int found = counts(p->counts.lens, w) ? row_in(p->counts.lens, w->which) : -1, open = 0;

	if (found < 0 || pt_counts_of(&p->counts, found))
		return found < 0 ? -1 : 1;
	for (int i = lens->first; i < lens->first + lens->nrows; i++)
		open |= pt_counts_of(&p->counts, i) && may_be(&pt_rows[i], &pt_rows[found]);
	return -open;
}

/* By name, or by number. */
static bool is_user(const struct pt_process *p, const char *name, size_t len)
{
	char uid[16];

	snprintf(uid, sizeof(uid), "%u", (unsigned)p->uid);
	return (p->user && strlen(p->user) == len && !strncmp(p->user, name, len)) ||
	       (strlen(uid) == len && !strncmp(uid, name, len));
}

int pt_list_filter_word(const struct pt_list_filter *f, const struct pt_list_word *w,
			const struct pt_process *p)
{
	const char *name = f->text + w->at;

	switch (w->kind) {
	case PT_WORD_USER:
		return is_user(p, name, w->len);
	case PT_WORD_CGROUP:
		return p->cgroup ? pt_path_is_below(p->cgroup, name, w->len) : -1;
	default:
		break;
	}
	if (!pt_process_has_memory(p))
		return 0;
	if (!p->scanned || p->err)
		return -1;
	if (w->kind == PT_WORD_ROW)
		return has_row(p, w);
	if (p->sum[w->which].value)
		return 1;
	return p->sum[w->which].unknown ? -1 : 0;
}

static int matches(struct pt_re *re, const struct pt_process *p)
{
	struct pt_str s = PT_STR_INIT;
	int r;

	pt_process_text(p, &s);
	r = pt_re_match(re, s.s, s.len);
	pt_str_done(&s);
	return r;
}

int pt_list_filter_process(const struct pt_list_filter *f, const struct pt_process *p)
{
	int all = 1;

	if (f->comm[0] && strcmp(f->comm, p->comm))
		return 0;
	if (f->re)
		return matches(f->re, p);
	for (int i = 0; i < f->n && all; i++) {
		int has = pt_list_filter_word(f, &f->word[i], p);

		if (has >= 0 && f->word[i].not)
			has = !has;
		if (has <= 0)
			all = has;
	}
	return all;
}

/* One page that fits is enough; one of which it is not known leaves it open. */
static int has_page(const struct pt_filter *filter, const struct pt_image *img,
		    const struct pt_vma *vma, struct pt_kinds *kinds)
{
	uint64_t vpn = pt_vma_vpn(vma), end = pt_vma_end_vpn(vma), class = pt_facts_class(vma);
	size_t at = pt_runs_at_or_above(&img->runs, vpn);
	int found = 0;

	while (vpn < end && found <= 0) {
		struct pt_run run = pt_image_run_from(img, vma, vpn, &at);
		struct pt_kind *k = pt_kinds_place(kinds, &run, class);

		if (!pt_kind_is(k, &run, class)) {
			pt_kind_set(k, &run, vma, class, &img->ctx);
			k->match = pt_filter_match(filter, &k->facts);
		}
		found = k->match ? k->match : found;
		vpn += run.npages;
	}
	return found;
}

int pt_list_filter_vma(const struct pt_list_filter *f, const struct pt_image *img,
		       const struct pt_vma *vma, const struct pt_str *name, struct pt_kinds *kinds)
{
	if (f->re)
		return pt_re_match(f->re, name->s, name->len);
	if (!f->pages.n)
		return 1;
	return img->why_pages ? -1 : has_page(&f->pages, img, vma, kinds);
}
