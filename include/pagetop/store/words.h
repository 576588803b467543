/*
 * Names of bits, states and types of entries in a snapshot file, by their numbers when it was
 * begun: so an old file says the same in a newer program.
 *
 *	word: kind, number, name ─▶ by name ─▶ our number of it, or none
 */
#ifndef PAGETOP_STORE_WORDS_H
#define PAGETOP_STORE_WORDS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include "pagetop/base/str.h"
#include "pagetop/kernel/entry.h"

enum {
	PT_WORDS_NFACTS = 32,	/* a later pagetop may keep more of a page than we do */
	PT_WORDS_NO_BIT = 0xff,
};

struct pt_words {
	uint8_t fact[PT_WORDS_NFACTS], vmflag[64];	/* our number of each bit in the file;
							   PT_WORDS_NO_BIT: none */
	struct pt_swap_layout layout;
	bool differs;			/* a number means something else in it than to us */
	struct pt_str strange;		/* names that we do not know */
};

/* All names but those of entries. 0 or -errno. */
int pt_words_store(sqlite3 *db);

/* What the types of entries mean on this machine. 0 or -errno. */
int pt_words_store_entries(sqlite3 *db, const struct pt_swap_layout *layout);

/* `ret` is zeroed but for `strange`. 0 or -errno; pt_str_done() of `strange` is the caller's. */
int pt_words_load(sqlite3 *db, struct pt_words *ret);

/* Facts of the file as we number them. */
uint16_t pt_words_facts(const struct pt_words *w, uint64_t bits);

#endif
