/*
 * Keys: the table that says what each does where, and what was said instead.
 *
 *	pt_commands[row].keys       those of keys.def
 *	struct pt_keys, .of[row]    those of the config file, which made it (ui/config.h); ui->keys is a copy
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

#define KEY(name, ...) PT_COMMAND_##name,
#define OPEN(name, ...) PT_COMMAND_##name,
enum {
#include "pagetop/ui/keys.def"
	PT_NCOMMANDS
};
#undef KEY
#undef OPEN
extern const struct pt_command pt_commands[PT_NCOMMANDS];

/* Which keys run each row, and no others; borrowed. NULL: those of keys.def. */
struct pt_keys {
	const char *of[PT_NCOMMANDS];
};

/* Those that run the row now. Here and below `k` NULL: as in keys.def. */
const char *pt_keys_of(const struct pt_keys *k, size_t row);

/* Which row has this id, as people write it, or had it; PT_NCOMMANDS: none. The nearest one. */
size_t pt_command_find(const char *id, size_t len);
struct pt_nearest pt_command_nearest(const char *id);
void pt_command_id(size_t row, struct pt_str *out);

/*
 * A row below `row` that has one of its keys, in the same view; PT_NCOMMANDS: none. `ret_key`:
 * the key, in `row`.
 */
size_t pt_keys_clash(const struct pt_keys *k, size_t row, const char **ret_key);

/* For --help: a line each, below the views in which it is valid. */
void pt_keys_help(const struct pt_keys *k, struct pt_str *out);

/* What the key does in such a view, or NULL. */
const struct pt_command *pt_command_of(const struct pt_keys *k, uint32_t key, unsigned where);

/*
 * A sentence that names keys by what they do: "{find} asks" becomes "/ asks",
 * whatever key finds now.
 */
void pt_keys_text(const struct pt_keys *k, const char *text, struct pt_str *out);

#endif
