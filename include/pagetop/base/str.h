/*
 * A string that grows.
 *
 *	struct pt_str s = PT_STR_INIT;
 *	pt_str_addf(&s, "%d pages", n);
 *	if (s.err) ...                   // one check at the end is enough
 *	pt_str_done(&s);
 *
 * `s` is never NULL and always ends in NUL. When memory runs out the string keeps what it has,
 * `err` becomes -ENOMEM and stays; later additions do nothing.
 */
#ifndef PAGETOP_BASE_STR_H
#define PAGETOP_BASE_STR_H

#include <stddef.h>

struct pt_str {
	char *s;
	size_t len;		/* bytes, without the NUL */
	size_t cap;		/* bytes owned; 0: `s` is a constant "" */
	int err;		/* 0 or -ENOMEM */
};

#define PT_STR_INIT { .s = (char *)"" }

void pt_str_done(struct pt_str *s);
void pt_str_reset(struct pt_str *s);			/* empty again, memory and `err` aside */
void pt_str_add(struct pt_str *s, const char *bytes, size_t len);
void pt_str_adds(struct pt_str *s, const char *text);
void pt_str_addc(struct pt_str *s, char c);
void pt_str_addf(struct pt_str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void pt_str_cut(struct pt_str *s, size_t len);		/* keep the first `len` bytes */

/*
 * Room for `need` items in the array `*items` of `*cap` items of `size` bytes each.
 * 0, or -ENOMEM (then nothing has changed). New items are not initialised.
 */
int pt_grow(void *items, size_t *cap, size_t need, size_t size);

#endif
