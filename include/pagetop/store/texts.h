/*
 * Texts of a snapshot file, which anybody may have written: each is made what pt_escape() would
 * have written before anybody sees it.
 */
#ifndef PAGETOP_STORE_TEXTS_H
#define PAGETOP_STORE_TEXTS_H

#include <sqlite3.h>
#include <stddef.h>

/* What images and tables point to: each text once, for as long as the file is open. */
struct pt_texts {
	void *tree;		/* of search.h */
	size_t n;
};

/* A copy for the caller to free; of NULL "?". NULL: no memory. */
char *pt_text_copy(const char *text);

/* The same of a column of a row. */
char *pt_text_copy_of(sqlite3_stmt *st, int column);

/*
 * Of a column a text that lives until pt_texts_done(), of null NULL. 0 or -errno; -EBADMSG: no
 * machine has so many.
 */
int pt_texts_keep(struct pt_texts *t, sqlite3_stmt *st, int column, const char **ret);

void pt_texts_done(struct pt_texts *t);

#endif
