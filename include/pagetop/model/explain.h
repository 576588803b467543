/*
 * A page in words: the status line, the sentences, the raw words.
 */
#ifndef PAGETOP_MODEL_EXPLAIN_H
#define PAGETOP_MODEL_EXPLAIN_H

#include "pagetop/base/str.h"
#include "pagetop/model/image.h"
#include "pagetop/model/sharers.h"

/* One line: "0x55d0c4118000 · pfn 0x14dedc · mapped 2 × · anonymous, …". */
void pt_explain_line(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn,
		     struct pt_str *out);

/* Reasons that there are. */
enum {
#define SAY(...)
#define INSTEAD(...)
#define UNCOUNTED(...) + 1
	PT_NUNCOUNTED = 0
#include "pagetop/model/explain.def"
#undef UNCOUNTED
#undef SAY
#undef INSTEAD
};

/* Sentences of the page view, explain.def: PT_SAY_…. */
enum {
#define SAY(id, ...) PT_SAY_##id,
#define UNCOUNTED(...)
#define INSTEAD(...)
#include "pagetop/model/explain.def"
#undef UNCOUNTED
#undef SAY
#undef INSTEAD
	PT_NSAY
};

/* The sentence, without its capital and its full stop. */
const char *pt_say_text(int i);

/*
 * Why a present page has a map count of 0, a constant sentence without its full stop;
 * NULL: it has not.
 */
const char *pt_explain_uncounted(const struct pt_facts *f);

/* "2 of 3 found: why it is not all of them". */
void pt_explain_found(const struct pt_who *who, struct pt_str *out);

/* Who maps a frame: a heading that counts them, then a line for each, two blanks before it. */
void pt_explain_who(const struct pt_who *who, struct pt_str *out);

/* The same as one line "mapped by\t…\t…" for the words of a page; of many sharers the first. */
void pt_explain_sharers(const struct pt_who *who, struct pt_str *out);

/* Sentences on what the page is and why, each ending in a full stop, with blanks between. */
void pt_explain_text(const struct pt_image *page, const struct pt_vma *vma, struct pt_str *out);

/*
 * The raw words of the page the image was made for, in lines "name\tvalue\tmeaning\n".
 * What is not known says so, and which privilege would show it.
 */
void pt_explain_words(const struct pt_image *page, const struct pt_vma *vma, struct pt_str *out);

/* The mapping of the page in the same lines: range, name, where in which file, VmFlags in words. */
void pt_explain_mapping(const struct pt_vma *vma, uint64_t vpn, struct pt_str *out);

#endif
