/*
 * Keys: the table that says what each does where.
 */
#ifndef PAGETOP_UI_KEYS_H
#define PAGETOP_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pagetop/base/text.h"
#include "pagetop/term/keynames.h"

/* Beside PT_WHERE_*, in keys.def: it writes a file, or changes something (--readonly) */
enum { PT_CHANGES = 1 << 16 };

struct pt_command {
	const char *id;		/* as in keys.def; people write it in small letters, with - for _ */
	const char *keys;
	unsigned where;		/* PT_WHERE_*: in views that are one of these */
	bool changes;
	const char *bar;	/* name on the bar, or "" */
	const char *help;
};

extern const struct pt_command *const pt_commands;	/* only pt_keys_bind() changes their keys */
extern const size_t pt_ncommands;

/* Which row has this id, as people write it; pt_ncommands: none. */
size_t pt_command_find(const char *id, size_t len);
void pt_command_id(size_t row, struct pt_str *out);

/* From now on these keys run it, and no others; borrowed. NULL: those of keys.def. */
void pt_keys_bind(size_t row, const char *keys);

/*
 * A row below `row` that has one of its keys, in the same view; pt_ncommands: none. `ret_key`:
 * the key, in `row`.
 */
size_t pt_keys_clash(size_t row, const char **ret_key);

/* For --help: a line each. */
void pt_keys_help(struct pt_str *out);

/* What the key does in such a view, or NULL. */
const struct pt_command *pt_command_of(uint32_t key, unsigned where);

/*
 * A sentence that names keys by what they do: "{find} asks" becomes "/ asks",
 * whatever key finds now.
 */
void pt_keys_text(const char *text, struct pt_str *out);

#endif
