#include "pagetop/model/filter.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include "pagetop/base/text.h"
#include "pagetop/model/wish.h"

static bool is(const char *name, const char *word, size_t len)
{
	return name && !strncasecmp(name, word, len) && !name[len];
}

/* Names that rows had, which filters that were written then have still. */
static const struct { const char *name; int16_t row; } renamed[] = {
	{ "cow broken", PT_CHANGE_ALONE },
};

/* A row of this lens by its name, or -1. */
static int16_t find_row(int lens, const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++)
		if (pt_rows[renamed[i].row].lens == lens && is(renamed[i].name, word, len))
			return renamed[i].row;
	for (int i = 0; i < pt_lenses[lens].nrows; i++)
		if (is(pt_rows[pt_lenses[lens].first + i].name, word, len))
			return (int16_t)(pt_lenses[lens].first + i);
	return -1;
}

static int16_t find_fact(const char *word, size_t len)
{
	for (int i = 0; i < PT_NFACTS; i++)
		if (is(pt_fact_name(i), word, len))
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

/* "size:64K" */
static int16_t find_lens_row(const char *word, size_t len)
{
	const char *colon = memchr(word, ':', len);

	for (int l = 0; colon && l < PT_NLENSES; l++)
		if (is(pt_lenses[l].name, word, (size_t)(colon - word)))
			return find_row(l, colon + 1, len - (size_t)(colon + 1 - word));
	return -1;
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
	*ret = (struct pt_range){ PT_FIELD_COUNT, op == '<' ? 0 : (uint32_t)n + (op == '>'),
				  op == '=' ? (uint32_t)n : op == '<' ? (uint32_t)n - 1 : UINT32_MAX };
	return true;
}

static int add_word(struct pt_filter *filter, const char *word, size_t len)
{
	int i = filter->n;

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
		filter->word[i].row = find_row(PT_LENS_STATE, word, len);
		if (filter->word[i].row < 0)
			filter->word[i].row = find_lens_row(word, len);
		if (filter->word[i].row < 0 && !find_count(word, len, &filter->word[i].range))
			return -EINVAL;
	}
	filter->n++;
	return 0;
}

int pt_filter_parse(const char *text, struct pt_filter *ret, struct pt_str *why)
{
	struct pt_filter filter = { .n = 0 };

	while (*text) {
		size_t len = strcspn(text, ","), from = strspn(text, " "), to = len;
		int err;

		while (to > from && text[to - 1] == ' ')
			to--;
		err = to > from ? add_word(&filter, text + from, to - from) : 0;
		if (err) {
			pt_str_addc(why, '"');
			pt_escape(why, text + from, to - from);
			pt_str_adds(why, err == -E2BIG ? "\" is one word too many for a filter" :
				    "\" is no word of filters: a state such as cow, a fact such as thp, or "
				    "count>1");
			return -EINVAL;
		}
		text += len + (text[len] == ',');
	}
	*ret = filter;
	return 0;
}

/* A row that is only what is left when more is hidden leaves open the others that could hold. */
static int in_row(int row, const struct pt_facts *f)
{
	int found = pt_lens_row(pt_rows[row].lens, f);
	bool open = pt_rows[found].last && !pt_rows[row].last && pt_row_fits((enum pt_row_id)row, f);

	return found == row ? 1 : open ? -1 : 0;
}

int pt_filter_match(const struct pt_filter *filter, const struct pt_facts *f)
{
	const struct pt_factset none = { 0, 0 };
	int all = 1;

	for (int i = 0; i < filter->n; i++) {
		struct pt_factset set = { 0, 0 };
		int m;

		if (filter->word[i].fact >= 0)
			set.d = UINT64_C(1) << filter->word[i].fact;
		if (filter->word[i].kpf >= 0)
			set.k = UINT64_C(1) << filter->word[i].kpf;
		m = filter->word[i].row >= 0 ? in_row(filter->word[i].row, f) :
		    set.d | set.k ? pt_facts_match(f, &set, &none) :
				    pt_facts_in_range(f, &filter->word[i].range);
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

	for (int i = 0; i < filter->n; i++)
		k |= filter->word[i].row >= 0 ? pt_lens_kflags(pt_rows[filter->word[i].row].lens) :
		     filter->word[i].kpf >= 0 ? UINT64_C(1) << filter->word[i].kpf : 0;
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
	}
	return needs;
}

bool pt_filter_wants_locked(const struct pt_filter *filter)
{
	for (int i = 0; i < filter->n; i++)
		if (!filter->word[i].not &&
		    (filter->word[i].fact == PT_FACT_LOCKED || filter->word[i].fact == PT_FACT_IN_LOCKED ||
		     filter->word[i].kpf == PT_KPF_MLOCKED || filter->word[i].row == PT_LOCK_FLAGGED ||
		     filter->word[i].row == PT_LOCK_LOCKED))
			return true;
	return false;
}
