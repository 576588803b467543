#include "pagetop/model/filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "pagetop/base/text.h"
#include "pagetop/model/wish.h"

static bool is(const char *name, const char *word, size_t len)
{
	return name && !strncasecmp(name, word, len) && !name[len];
}

/* Behind a comma of a label there may be any blanks, as behind one between words. */
static bool is_label(const char *label, const char *word, size_t len)
{
	size_t head = strcspn(label, ",") + 1, n;

	if (!label[head - 1])
		return is(label, word, len);
	if (len < head || strncasecmp(label, word, head))
		return false;
	label += head + strspn(label + head, " ");
	for (n = head; n < len && word[n] == ' '; n++)
		;
	return is(label, word + n, len - n);
}

static const struct { const char *name; int16_t row; } also[] = {
#define LENS(...)
#define ROW(...)
#define LAST(...)
#define ALSO_ROW(lens, id, name) { name, PT_##lens##_##id },
#include "pagetop/model/lens.def"
#undef LAST
#undef ROW
#undef LENS
};

/* A row of this lens by its name, its label or what it was called, or -1. */
static int16_t find_row(int lens, const char *word, size_t len)
{
	int first = pt_lenses[lens].first;

	for (size_t i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (pt_rows[also[i].row].lens == lens && is(also[i].name, word, len))
			return also[i].row;
	for (int i = first; i < first + pt_lenses[lens].nrows; i++)
		if (is(pt_rows[i].name, word, len) || is_label(pt_rows[i].label, word, len))
			return (int16_t)i;
	return -1;
}

static int16_t find_fact(const char *word, size_t len)
{
	for (int i = 0; i < PT_NFACTS; i++)
		if (is(pt_fact_name(i), word, len) || is(pt_fact_word(i), word, len))
			return (int16_t)i;
	return -1;
}

static int16_t find_kpf(const char *word, size_t len)
{
	for (int i = 0; i < 64; i++)
		if (is(pt_kpf_name(i), word, len))
			return (int16_t)i;
	return -1;
}

int pt_filter_lens(const char *word, size_t len)
{
	const char *colon = memchr(word, ':', len);

	for (int l = 0; colon && l < PT_NLENSES; l++)
		if (is(pt_lenses[l].name, word, (size_t)(colon - word)))
			return l;
	return -1;
}

int16_t pt_filter_row(const char *word, size_t len)
{
	int lens = pt_filter_lens(word, len);
	size_t prefix = lens < 0 ? 0 : strlen(pt_lenses[lens].name) + 1;
	int16_t row = -1;

	if (lens >= 0)
		return find_row(lens, word + prefix, len - prefix);
	for (int l = 0; l < PT_NLENSES && row < 0; l++)
		row = find_row(l, word, len);
	return row;
}

size_t pt_filter_word_len(const char *text)
{
	size_t len = strcspn(text, ","), from = strspn(text, " ~"), to = len;

	if (!text[len])
		return len;
	to += 1 + strcspn(text + len + 1, ",");
	for (size_t n = to; n > from; n--)
		if (text[n - 1] != ' ')
			return pt_filter_row(text + from, n - from) >= 0 ? to : len;
	return len;
}

/* "count3", "count>3", "count<3" */
static bool find_count(const char *word, size_t len, struct pt_range *ret)
{
	char number[24], op = len > 5 && (word[5] == '>' || word[5] == '<') ? word[5] : '=';
	size_t at = op == '=' ? 5 : 6;
	uint64_t n;

	if (len <= at || len - at >= sizeof(number) || strncasecmp(word, "count", 5))
		return false;
	memcpy(number, word + at, len - at);
	number[len - at] = '\0';
	if (pt_parse_dec(number, &n) || n >= UINT32_MAX || (op == '<' && !n))
		return false;
	*ret = (struct pt_range){ PT_FIELD_COUNT, (uint32_t)n, (uint32_t)n };
	if (op == '<')
		*ret = (struct pt_range){ PT_FIELD_COUNT, 0, (uint32_t)n - 1 };
	if (op == '>')
		*ret = (struct pt_range){ PT_FIELD_COUNT, (uint32_t)n + 1, UINT32_MAX };
	return true;
}

bool pt_path_is_below(const char *path, const char *parent, size_t n)
{
	while (n && parent[n - 1] == '/')
		n--;
	return !strncmp(path, parent, n) && (!path[n] || path[n] == '/');
}

static const char cgroup_prefix[] = "cgroup:";

/* "cgroup:/a/b". 0; -EINVAL: it is none; -ENOSPC: there is no room for the path. */
static int take_cgroup(struct pt_filter *filter, const char *word, size_t len)
{
	size_t prefix = sizeof(cgroup_prefix) - 1;

	if (len <= prefix || strncasecmp(word, cgroup_prefix, prefix) || word[prefix] != '/')
		return -EINVAL;
	word += prefix;
	len -= prefix;
	if (len >= (size_t)(PT_FILTER_TEXT - filter->ntext))
		return -ENOSPC;
	memcpy(filter->text + filter->ntext, word, len);
	filter->word[filter->n].at = filter->ntext;
	filter->word[filter->n].len = (uint16_t)len;
	filter->ntext = (uint16_t)(filter->ntext + len);
	return 0;
}

static int add_word(struct pt_filter *filter, const char *word, size_t len)
{
	int i = filter->n, err = 0;

	if (i == PT_FILTER_WORDS)
		return -E2BIG;
	filter->word[i].not = *word == '~';
	word += filter->word[i].not;
	len -= filter->word[i].not;
	filter->word[i].fact = find_fact(word, len);
	filter->word[i].kpf = filter->word[i].fact < 0 ? find_kpf(word, len) : -1;
	filter->word[i].row = -1;
	filter->word[i].range = (struct pt_range){ .field = PT_FIELD_NONE };
	if (filter->word[i].fact < 0 && filter->word[i].kpf < 0) {
		filter->word[i].row = pt_filter_row(word, len);
		filter->word[i].len = 0;
		if (filter->word[i].row < 0 && !find_count(word, len, &filter->word[i].range))
			err = take_cgroup(filter, word, len);
	}
	if (err)
		return err;
	filter->n++;
	return 0;
}

void pt_filter_offer(struct pt_nearest *near)
{
	char name[PT_DISTANCE_MAX];
	int lens = pt_filter_lens(near->typed, near->len);

	for (int i = 0; i < PT_NROWS; i++) {
		snprintf(name, sizeof(name), "%s:%s", pt_lenses[pt_rows[i].lens].name,
			 pt_rows[i].name);
		if (lens < 0)
			pt_nearest_offer(near, pt_rows[i].name);
		if (lens < 0)
			pt_nearest_offer(near, pt_rows[i].label);
		if (lens < 0 || lens == pt_rows[i].lens)
			pt_nearest_offer(near, name);
	}
}

void pt_filter_words(pt_filter_teller *tell, void *to)
{
	for (int i = 0; i < PT_NROWS; i++)
		if (pt_rows[i].lens != PT_LENS_CHANGE && !pt_row_is_state_too(i))
			tell(to, pt_rows[i].lens, pt_rows[i].name, pt_rows[i].text);
	for (int i = 0; i < PT_NFACTS; i++)
		if (!(PT_F_CHANGES >> i & 1))
			tell(to, PT_OF_FACTS, pt_fact_word(i), pt_fact_text(i));
	for (int i = 0; i < 64; i++)
		if (pt_kpf_name(i))
			tell(to, PT_OF_FLAGS, pt_kpf_name(i), pt_kpf_text(i));
}

struct pt_nearest pt_filter_nearest(const char *word, size_t len)
{
	bool not = len && *word == '~';
	struct pt_nearest near = pt_nearest_to(word + not, len - not);

	pt_filter_offer(&near);
	for (int i = 0; i < PT_NFACTS; i++)
		pt_nearest_offer(&near, pt_fact_word(i));
	for (int i = 0; i < 64; i++)
		if (pt_kpf_name(i))
			pt_nearest_offer(&near, pt_kpf_name(i));
	return near;
}

void pt_filter_refuse(const struct pt_nearest *near, const char *words, struct pt_str *why)
{
	int lens = pt_filter_lens(near->typed, near->len);

	pt_str_adds(why, "unknown filter \"");
	pt_escape(why, near->typed, near->len);
	pt_str_addc(why, '"');
	pt_nearest_say(near, why);
	if (near->word[0])
		return;
	if (lens < 0)
		pt_str_addf(why, "; %s", words);
	for (int i = 0; lens >= 0 && i < pt_lenses[lens].nrows; i++)
		pt_str_addf(why, "%s %s", i ? "," : "; one of",
			    pt_rows[pt_lenses[lens].first + i].name);
}

/* What is wrong with this word. */
static void refuse(const char *word, size_t len, struct pt_str *why)
{
	struct pt_nearest near = pt_filter_nearest(word, len);

	if (!strncasecmp(near.typed, "user:", 5))
		pt_filter_refuse(&near, "user: works in the process list", why);
	else
		pt_filter_refuse(
			&near,
			"use a state such as cow, a fact such as thp, LENS:ROW, cgroup:/PATH, or "
			"count>1",
			why);
}

int pt_filter_parse(const char *text, struct pt_filter *ret, struct pt_str *why)
{
	struct pt_filter filter = { .n = 0 };

	while (*text) {
		size_t len = pt_filter_word_len(text), from = strspn(text, " "), to = len;
		int err;

		while (to > from && text[to - 1] == ' ')
			to--;
		err = to > from ? add_word(&filter, text + from, to - from) : 0;
		if (err == -E2BIG)
			pt_str_addf(why, "too many words: a filter takes at most %d", PT_FILTER_WORDS);
		else if (err == -ENOSPC)
			pt_str_addf(why, "paths too long: a filter takes at most %d bytes of them",
				    PT_FILTER_TEXT - 1);
		else if (err)
			refuse(text + from, to - from, why);
		if (err)
			return -EINVAL;
		text += len + (text[len] == ',');
	}
	*ret = filter;
	return 0;
}

/* A row that is only what is left when more is hidden leaves open the others that could hold. */
static int in_row(int row, const struct pt_facts *f)
{
	int found = pt_lens_row(pt_rows[row].lens, f);
	bool open =
		pt_rows[found].last && !pt_rows[row].last && pt_row_fits((enum pt_row_id)row, f);

	if (found == row)
		return 1;
	return open ? -1 : 0;
}

static int in_cgroup(const char *parent, size_t len, const struct pt_facts *f)
{
	if (f->known.d & ~f->yes.d & PT_F(PRESENT))
		return 0;
	return !f->cgroup ? -1 : *f->cgroup && pt_path_is_below(f->cgroup, parent, len);
}

/* One word, as if it had no ~. */
static int word_match(const struct pt_filter *filter, int i, const struct pt_facts *f)
{
	const struct pt_factset none = { 0, 0 };
	struct pt_factset set = { 0, 0 };

	if (filter->word[i].row >= 0)
		return in_row(filter->word[i].row, f);
	if (filter->word[i].len)
		return in_cgroup(filter->text + filter->word[i].at, filter->word[i].len, f);
	if (filter->word[i].fact >= 0)
		set.d = UINT64_C(1) << filter->word[i].fact;
	if (filter->word[i].kpf >= 0)
		set.k = UINT64_C(1) << filter->word[i].kpf;
	return set.d | set.k ? pt_facts_match(f, &set, &none) :
			       pt_facts_in_range(f, &filter->word[i].range);
}

int pt_filter_match(const struct pt_filter *filter, const struct pt_facts *f)
{
	int all = 1;

	for (int i = 0; i < filter->n; i++) {
		int m = word_match(filter, i, f);

		if (filter->word[i].not && m >= 0)
			m = !m;
		if (!m)
			return 0;
		if (m < 0)
			all = -1;
	}
	return all;
}

uint64_t pt_filter_kflags(const struct pt_filter *filter)
{
	uint64_t k = 0;

	for (int i = 0; i < filter->n; i++) {
		if (filter->word[i].row >= 0)
			k |= pt_lens_kflags(pt_rows[filter->word[i].row].lens);
		else if (filter->word[i].kpf >= 0)
			k |= UINT64_C(1) << filter->word[i].kpf;
	}
	return k;
}

unsigned pt_filter_needs(const struct pt_filter *filter)
{
	unsigned needs = 0;

	for (int i = 0; i < filter->n; i++) {
		if (filter->word[i].row >= 0)
			needs |= pt_lens_needs(pt_rows[filter->word[i].row].lens);
		if (filter->word[i].fact == PT_FACT_MIXED)	/* only a flag of mappings tells */
			needs |= PT_NEED_SMAPS;
		if (filter->word[i].len)
			needs |= PT_NEED_CGROUP | PT_NEED_PATHS;
	}
	return needs;
}

bool pt_filter_wants_locked(const struct pt_filter *filter)
{
	for (int i = 0; i < filter->n; i++)
		if (!filter->word[i].not &&(filter->word[i].fact == PT_FACT_LOCKED ||
					    filter->word[i].fact == PT_FACT_IN_LOCKED ||
					    filter->word[i].kpf == PT_KPF_MLOCKED ||
					    filter->word[i].row == PT_LOCK_FLAGGED ||
					    filter->word[i].row == PT_LOCK_LOCKED))
			return true;
	return false;
}
