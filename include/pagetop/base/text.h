/*
 * Text that came from outside, and text for people.
 *
 * Names of processes and files may hold anything: escape sequences, broken UTF-8, marks that
 * turn the writing direction round, or take no room at all. pt_escape() is the one way by which
 * they reach a screen, a table or a file: a control, format or invisible character, one for private
 * use, one that does not exist as far as the C library knows, or a byte that is not valid UTF-8,
 * becomes \xNN byte by byte, and a backslash becomes \\, so that every name can be turned back. So
 * does a combining mark that has no character to lie over: at the beginning, behind a blank or what
 * was escaped; and each above the PT_MARKS that one character may have. It does so, and characters
 * are as wide, in every locale, where the C library has C.UTF-8.
 */
#ifndef PAGETOP_BASE_TEXT_H
#define PAGETOP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pagetop/base/str.h"

/* Length in bytes of the valid UTF-8 character at `s` (at most `len` bytes), 0 if there is none. */
size_t pt_utf8_decode(const char *s, size_t len, uint32_t *ret_ch);

/* Append the character as UTF-8. */
void pt_utf8_add(struct pt_str *out, uint32_t ch);

/*
 * Whether the character steers a terminal, hides, or looks like anything: pt_escape() does
 * not leave it alone.
 */
bool pt_is_control(uint32_t ch);

/* A combining mark: takes no column, lies over the character before it. */
enum { PT_MARKS = 3 };
bool pt_is_mark(uint32_t ch);

/* Length in bytes of the character at `s` with all marks over it, 0 if there is no valid one. */
size_t pt_text_next(const char *s, size_t len);

/*
 * How many letters of ASCII must be put in, taken out, changed or swapped with the next to make one
 * word of the other, capitals aside.
 */
enum { PT_DISTANCE_MAX = 64 };
size_t pt_text_distance(const char *a, size_t len, const char *b);

/*
 * Of the words that are offered, the one nearest to what was typed: two such letters away at most,
 * and fewer than were typed.
 */
struct pt_nearest {
	const char *typed;
	size_t len, distance;
	char word[PT_DISTANCE_MAX];	/* "": none is near */
};

struct pt_nearest pt_nearest_to(const char *typed, size_t len);
void pt_nearest_offer(struct pt_nearest *n, const char *word);

/* " (did you mean WORD?)", or nothing. */
void pt_nearest_say(const struct pt_nearest *n, struct pt_str *out);

/* Columns the character takes on a terminal: 0, 1 or 2. */
int pt_char_width(uint32_t ch);

/* Columns the text takes, up to its first byte that is not valid UTF-8. */
int pt_text_width(const char *text);

void pt_escape(struct pt_str *out, const char *s, size_t len);

/* What was escaped, as it was. 0, or -EINVAL: pt_escape() does not write this. */
int pt_unescape(struct pt_str *out, const char *text);

/* The text, and blanks up to `w` columns. */
void pt_str_pad(struct pt_str *out, const char *text, int w);

/* What -errno means, in words. A constant string. */
const char *pt_error_text(int err);

/* The one for a count of 1, the other for any other count. */
const char *pt_noun(uint64_t n, const char *one, const char *many);

/* "0", "640K", "2.1G": at most 5 characters, binary units, rounded to nearest. */
#define PT_SIZE_LEN 8
const char *pt_size_text(uint64_t bytes, char buf[static PT_SIZE_LEN]);

/*
 * Strict numbers: the whole of `s` must be one. 0, or -EINVAL (not a number), -ERANGE (too big).
 * pt_parse_hex() takes an optional "0x".
 */
int pt_parse_hex(const char *s, uint64_t *ret);
int pt_parse_dec(const char *s, uint64_t *ret);

/* "START-END", hexadecimal, END excluded and above START. 0, -EINVAL or -ERANGE. */
int pt_parse_range(const char *s, uint64_t *ret_start, uint64_t *ret_end);

#endif
