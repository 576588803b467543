#include "pagetop/base/str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"

int pt_grow(void *items, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 16;
	void **slot = items;
	void *p;

	if (need <= *cap)
		return 0;
	while (n < need)
		n += n / 2;
	if (n > SIZE_MAX / size)
		return -ENOMEM;
	p = pt_realloc(*slot, n * size);
	if (!p)
		return -ENOMEM;
	*slot = p;
	*cap = n;
	return 0;
}

/* Room for `more` bytes and the NUL; 0 when there is none. */
static int reserve(struct pt_str *s, size_t more)
{
	char *heap = s->cap ? s->s : NULL;

	if (!s->err && s->len + more + 1 > s->cap) {
		s->err = pt_grow(&heap, &s->cap, s->len + more + 1, 1);
		if (!s->err) {
			s->s = heap;
			s->s[s->len] = '\0';
		}
	}
	return !s->err;
}

void pt_str_done(struct pt_str *s)
{
	if (s->cap)
		free(s->s);
	*s = (struct pt_str){ .s = (char *)"" };
}

void pt_str_cut(struct pt_str *s, size_t len)
{
	if (len < s->len) {
		s->len = len;
		s->s[len] = '\0';
	}
}

void pt_str_reset(struct pt_str *s)
{
	pt_str_cut(s, 0);
}

void pt_str_add(struct pt_str *s, const char *bytes, size_t len)
{
	if (!len || !reserve(s, len))
		return;
	memcpy(s->s + s->len, bytes, len);
	s->len += len;
	s->s[s->len] = '\0';
}

void pt_str_adds(struct pt_str *s, const char *text)
{
	pt_str_add(s, text, strlen(text));
}

void pt_str_addc(struct pt_str *s, char c)
{
	pt_str_add(s, &c, 1);
}

void pt_str_addf(struct pt_str *s, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !reserve(s, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(s->s + s->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	s->len += (size_t)n;
}
