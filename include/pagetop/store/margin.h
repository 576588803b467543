/*
 * Zeros behind each page that SQLite holds in memory.
 *
 *	page of the file │ 0 … 0 │ what SQLite keeps of the page: pointers
 *
 * Where keys of an index are compared, SQLite believes the length that a key's head says of itself
 * (vdbeRecordCompareInt() and its like in vdbeaux.c): up to 63 bytes, and 8 of a number behind
 * them. In a damaged file that reaches behind the page, and without a margin what is found would
 * depend on where in memory the page happens to lie: one file is read in one run, and refused in
 * the next.
 */
#ifndef PAGETOP_STORE_MARGIN_H
#define PAGETOP_STORE_MARGIN_H

/* For all databases of the process, before SQLite is used at all. 0 or -errno. */
int pt_margin_set(void);

#endif
