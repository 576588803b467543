/*
 * Which rows of a list are meant, in words or by a pattern:
 *
 *	redis            a regular expression over the names, as PCRE2 has them
 *	/cow             the same where the pattern would be a word
 *	cow,~locked      processes: that have some in this column, or in this row of a lens
 *	user:redis       processes of this user (effective)
 *	cgroup:/a/b      processes in this control group, or below it
 *	thp,~mlocked     mappings: with a page for which this holds (filter.h)
 *
 * Words stand between commas and must all hold; ~ turns one around.
 */
#ifndef PAGETOP_MODEL_LIST_FILTER_H
#define PAGETOP_MODEL_LIST_FILTER_H

#include "pagetop/base/re.h"
#include "pagetop/model/filter.h"
#include "pagetop/model/kinds.h"
#include "pagetop/model/table.h"

/* A path of a control group has up to 4095 bytes */
enum { PT_LIST_WORDS = 16, PT_LIST_TEXT = 8192 };

enum pt_list_word_kind { PT_WORD_USER, PT_WORD_CGROUP, PT_WORD_SUM, PT_WORD_ROW };

struct pt_list_word {
	enum pt_list_word_kind kind;
	bool not;
	bool of_lens;			/* the row of this lens, and not of any that
					   has one of its name */
	int which;			/* enum pt_column, enum pt_row_id */
	uint16_t at, len;		/* of user and cgroup: where in the text of the filter,
					   escaped as in the table */
};

/* All zeros: everything is meant. */
struct pt_list_filter {
	char text[PT_LIST_TEXT];	/* as it was written */
	char comm[65];			/* processes of just this name (raw); "": any */
	struct pt_re *re;		/* owned; NULL: no pattern */
	struct pt_nearest near;		/* the word that the pattern may have been meant for */
	struct pt_list_word word[PT_LIST_WORDS];	/* processes */
	int n;
	struct pt_filter pages;		/* mappings */
};

/*
 * 0; or -EINVAL and in `why` a sentence, or -ENOMEM: `ret` is as it was. An empty text lets
 * everything through.
 */
int pt_list_filter_set(struct pt_list_filter *ret, const char *text, enum pt_list_id list,
		       struct pt_str *why);
void pt_list_filter_reset(struct pt_list_filter *f);
bool pt_list_filter_is_set(const struct pt_list_filter *f);

/*
 * The lens through which processes must be counted for it: this one if it serves, or else the first
 * that does; -1: no lens is.
 */
int pt_list_filter_lens(const struct pt_list_filter *f, enum pt_lens_id lens);

/* Its processes must be read with their control groups. */
bool pt_list_filter_cgroups(const struct pt_list_filter *f);

/*
 * 1: the row is meant; 0: it is not; -1: what is known does not decide; -E2BIG: the
 * pattern takes too long.
 */
int pt_list_filter_process(const struct pt_list_filter *f, const struct pt_process *p);

/* The same of one of its words alone, as if it were not turned around. */
int pt_list_filter_word(const struct pt_list_filter *f, const struct pt_list_word *w,
			const struct pt_process *p);

/*
 * The same of a mapping, whose name as people see it is given. `kinds` is for all mappings that
 * this filter is asked about.
 */
int pt_list_filter_vma(const struct pt_list_filter *f, const struct pt_image *img,
		       const struct pt_vma *vma, const struct pt_str *name, struct pt_kinds *kinds);

#endif
