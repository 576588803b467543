/*
 * Regular expressions: PCRE2 behind a small face.
 *
 * A pattern without a capital letter ignores case. A subject may hold any bytes: what is not
 * UTF-8 matches nothing. A search over many subjects has one limit, counted in steps of the
 * pattern, so no pattern can hang the screen; of a subject the first PT_RE_MAX bytes count.
 */
#ifndef PAGETOP_BASE_RE_H
#define PAGETOP_BASE_RE_H

#include <stddef.h>
#include "pagetop/base/str.h"

struct pt_re;

/*
 * 0 and the pattern, to be freed with pt_re_free(); or -EINVAL, and in `why` the sentence that
 * PCRE2 has for it, with the position in bytes; or -ENOMEM.
 */
int pt_re_new(const char *pattern, struct pt_re **ret, struct pt_str *why);
struct pt_re *pt_re_free(struct pt_re *re);	/* returns NULL; takes NULL */

/* A new search: the limit counts from here. */
void pt_re_start(struct pt_re *re);

enum { PT_RE_MAX = 4096 };

/* 1 it matches, 0 it does not, -E2BIG the limit was reached before it was known. */
int pt_re_match(struct pt_re *re, const char *s, size_t len);

#endif
