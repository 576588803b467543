#include "pagetop/store/texts.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

enum { MAX_TEXTS = 65536 };	/* that say why, and paths of cgroups */

char *pt_text_copy(const char *text)
{
	struct pt_str raw = PT_STR_INIT, safe = PT_STR_INIT;
	char *copy;

	if (text && pt_unescape(&raw, text) == -EINVAL) {
		pt_str_reset(&raw);
		pt_str_adds(&raw, text);
	}
	pt_escape(&safe, text ? raw.s : "?", text ? raw.len : 1);
	copy = raw.err || safe.err ? NULL : pt_strdup(safe.s);
	pt_str_done(&raw);
	pt_str_done(&safe);
	return copy;
}

char *pt_text_copy_of(sqlite3_stmt *st, int column)
{
	return pt_text_copy((const char *)sqlite3_column_text(st, column));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

int pt_texts_keep(struct pt_texts *t, sqlite3_stmt *st, int column, const char **ret)
{
	const char *text = (const char *)sqlite3_column_text(st, column);
	char *safe = text ? pt_text_copy(text) : NULL;
	char *const *at = safe ? tsearch(safe, &t->tree, by_text) : NULL;

	*ret = at ? *at : NULL;
	if (at && *at == safe)
		return ++t->n <= MAX_TEXTS ? 0 : -EBADMSG;
	free(safe);
	return text && !at ? pt_memory_note() : 0;
}

void pt_texts_done(struct pt_texts *t)
{
	tdestroy(t->tree, free);
	*t = (struct pt_texts){ 0 };
}
