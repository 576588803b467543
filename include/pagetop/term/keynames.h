/*
 * Keys, and how they are written.
 */
#ifndef PAGETOP_TERM_KEYNAMES_H
#define PAGETOP_TERM_KEYNAMES_H

#include <stddef.h>
#include <stdint.h>
#include "pagetop/base/text.h"

/* A key is a Unicode character (control characters as they are), or one of these. */
enum {
	PT_KEY_FIRST = 0x110000,
#define KEYNAME(id, name) PT_KEY_##id,
#include "pagetop/term/keynames.def"
#undef KEYNAME
	PT_KEY_RESIZE,		/* of scripts: the size is in the event */
	PT_KEY_MOUSE,		/* where and what is in the event */
	PT_KEY_NONE,
};

/* The name of a key that is nearest to this word. */
struct pt_nearest pt_key_nearest(const char *word, size_t len);

/* The first word that names no key; NULL: all do. */
const char *pt_keys_unknown(const char *keys);

#define PT_KEY_BLANKS " \t\n"		/* between keys */

/*
 * The key written at *s: a name, "^X", or one character; *s is moved behind it and the blanks
 * that follow. PT_KEY_NONE at the end of the text.
 */
uint32_t pt_key_parse(const char **s);

/* The same the other way: as it is written. */
void pt_key_text(uint32_t key, struct pt_str *out);

/* The character at *s, whatever word it belongs to; *s is moved behind it. */
uint32_t pt_key_type(const char **s);

#endif
