#include "pagetop/base/re.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <errno.h>
#include <pcre2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

enum { MAX_STEPS = 2000000 };	/* of one search: about a tenth of a second */

struct pt_re {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *ctx;
	unsigned long steps;		/* of the pattern, in this search */
};

/* A capital letter that stands for itself; the one in "\W" does not. */
static bool has_capital(const char *p)
{
	for (; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (isupper((unsigned char)*p))
			return true;
	}
	return false;
}

static void explain(const char *pattern, int code, size_t at, struct pt_str *why)
{
	PCRE2_UCHAR text[256];

	pcre2_get_error_message(code, text, sizeof(text));
	pt_str_adds(why, "invalid pattern \"");
	pt_escape(why, pattern, strlen(pattern));
	pt_str_addf(why, "\": %s (at position %zu)", (char *)text, at);
}

/* PCRE2's own limits count anew at each place where a match could begin; this counts them all. */
static int count_step(pcre2_callout_block *block, void *data)
{
	struct pt_re *re = data;

	(void)block;
	return ++re->steps > MAX_STEPS ? PCRE2_ERROR_MATCHLIMIT : 0;
}

int pt_re_new(const char *pattern, struct pt_re **ret, struct pt_str *why)
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_AUTO_CALLOUT;
	struct pt_re *re = pt_calloc(1, sizeof(*re));
	size_t at = 0;
	int code = 0;

	if (!re)
		return -ENOMEM;
	if (!has_capital(pattern))
		options |= PCRE2_CASELESS;
	re->code = pcre2_compile((PCRE2_SPTR)pattern, strlen(pattern), options, &code, &at, NULL);
	if (!re->code) {
		bool memory = code == PCRE2_ERROR_HEAP_FAILED;

		if (!memory)
			explain(pattern, code, at, why);
		pt_re_free(re);
		return memory ? pt_memory_note() : -EINVAL;
	}
	/* Without it the interpreter serves */
	pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
	re->data = pcre2_match_data_create_from_pattern(re->code, NULL);
	re->ctx = pcre2_match_context_create(NULL);
	if (!re->data || !re->ctx) {
		pt_re_free(re);
		return pt_memory_note();
	}
	pcre2_set_callout(re->ctx, count_step, re);
	*ret = re;
	return 0;
}

struct pt_re *pt_re_free(struct pt_re *re)
{
	if (re) {
		pcre2_match_context_free(re->ctx);
		pcre2_match_data_free(re->data);
		pcre2_code_free(re->code);
		free(re);
	}
	return NULL;
}

void pt_re_start(struct pt_re *re)
{
	re->steps = 0;
}

int pt_re_match(struct pt_re *re, const char *s, size_t len)
{
	int n;

	if (len > PT_RE_MAX)
		len = PT_RE_MAX;
	n = pcre2_match(re->code, (PCRE2_SPTR)s, len, 0, 0, re->data, re->ctx);
	if (n == PCRE2_ERROR_NOMEMORY)
		return pt_memory_note();
	if (n == PCRE2_ERROR_NOMATCH)
		return 0;
	return n >= 0 ? 1 : -E2BIG;
}
