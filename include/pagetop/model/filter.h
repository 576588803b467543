/*
 * Which pages are meant, in words:
 *
 *	thp,~mlocked          every word must hold; ~ turns one around
 *	cow,count>3           a state; a number: count3 count>3 count<3
 *	cgroup:/a/b           a memory cgroup pays for the page: this one, or one below it; ~cgroup:/ none does
 *	hole,node 1           a row of another lens; lock:absent, behind the lens's name, where the state lens has one of the name
 *
 * A word is the name of a fact (facts.def), a bit of kpageflags (kpf.def), an overlay, or the name
 * or label of a row of a lens. Case does not matter, blanks around words neither.
 */
#ifndef PAGETOP_MODEL_FILTER_H
#define PAGETOP_MODEL_FILTER_H

#include "pagetop/base/text.h"
#include "pagetop/model/lens.h"

enum { PT_FILTER_WORDS = 32, PT_FILTER_TEXT = 256 };

struct pt_filter {
	struct {
		bool not;
		int16_t fact, kpf, row;		/* one of them, the others -1; or else the range, */
		struct pt_range range;
		uint16_t at, len;		/* or the path of a cgroup, in the
						   text; its length */
	} word[PT_FILTER_WORDS];
	int n;
	char text[PT_FILTER_TEXT];		/* paths of cgroups, one behind the
						   other; the rest is 0 */
	uint16_t ntext;
};

/* Of the path itself, of `n` bytes, or of one below it; all are below "/". */
bool pt_path_is_below(const char *path, const char *parent, size_t n);

/* 0; or -EINVAL, and in `why` a sentence. An empty text lets every page through. */
int pt_filter_parse(const char *text, struct pt_filter *ret, struct pt_str *why);

/* How long the first word is: up to a comma, but one of a label ("file, mapped once"). */
size_t pt_filter_word_len(const char *text);

/*
 * The lens that the word names before a colon, or -1; the row of a lens that it names, with or
 * without the lens, or -1.
 */
int pt_filter_lens(const char *word, size_t len);
int16_t pt_filter_row(const char *word, size_t len);

/*
 * The rows of all lenses are words that could have been meant; of a word that names a lens,
 * those of that one.
 */
void pt_filter_offer(struct pt_nearest *near);

/*
 * Tells the words, group by group: rows of lenses (enum pt_lens_id; those that the state lens has
 * too, only there), facts, flags. None of changes: one moment alone has none.
 */
enum { PT_OF_FACTS = PT_NLENSES, PT_OF_FLAGS };
typedef void pt_filter_teller(void *to, int group, const char *word, const char *text);
void pt_filter_words(pt_filter_teller *tell, void *to);

/* The nearest of all words for pages. */
struct pt_nearest pt_filter_nearest(const char *word, size_t len);

/*
 * A sentence: what was typed is no word, which could have been meant; or else `words`:
 * which there are.
 */
void pt_filter_refuse(const struct pt_nearest *near, const char *words, struct pt_str *why);

/* 1: the page is meant; 0: it is not; -1: what is known does not decide. */
int pt_filter_match(const struct pt_filter *filter, const struct pt_facts *f);

/* What must be read for it, besides what the state lens reads: bits of kpageflags, PT_NEED_*. */
uint64_t pt_filter_kflags(const struct pt_filter *filter);
unsigned pt_filter_needs(const struct pt_filter *filter);

/* Whether it asks for pages that are locked. */
bool pt_filter_wants_locked(const struct pt_filter *filter);

#endif
