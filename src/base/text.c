#include "pagetop/base/text.h"

#include <errno.h>
#include <locale.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* How long the character is that begins with this byte; 0: none does. */
static size_t lead_bytes(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >> 5 == 6)
		return 2;
	if (c >> 4 == 14)
		return 3;
	return c >> 3 == 30 ? 4 : 0;
}

size_t pt_utf8_decode(const char *s, size_t len, uint32_t *ret_ch)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t n, i;
	uint32_t ch;

	if (!len)
		return 0;
	n = lead_bytes(u[0]);
	if (!n || n > len)
		return 0;
	ch = n == 1 ? u[0] : u[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if (u[i] >> 6 != 2)
			return 0;
		ch = ch << 6 | (u[i] & 0x3f);
	}
	if (ch < least[n] || ch > 0x10ffff || (ch >= 0xd800 && ch < 0xe000))
		return 0;
	*ret_ch = ch;
	return n;
}

void pt_utf8_add(struct pt_str *out, uint32_t ch)
{
	char b[4];
	size_t n = 0;

	if (ch < 0x80) {
		b[n++] = (char)ch;
	} else if (ch < 0x800) {
		b[n++] = (char)(0xc0 | ch >> 6);
		b[n++] = (char)(0x80 | (ch & 0x3f));
	} else if (ch < 0x10000) {
		b[n++] = (char)(0xe0 | ch >> 12);
		b[n++] = (char)(0x80 | (ch >> 6 & 0x3f));
		b[n++] = (char)(0x80 | (ch & 0x3f));
	} else {
		b[n++] = (char)(0xf0 | ch >> 18);
		b[n++] = (char)(0x80 | (ch >> 12 & 0x3f));
		b[n++] = (char)(0x80 | (ch >> 6 & 0x3f));
		b[n++] = (char)(0x80 | (ch & 0x3f));
	}
	pt_str_add(out, b, n);
}

/*
 * Whose characters are meant, whatever locale the program runs in; LC_GLOBAL_LOCALE: there is no
 * such locale. Made once.
 */
static locale_t utf8(void)
{
	static _Atomic(locale_t) made;
	locale_t now = atomic_load(&made), mine;

	if (now)
		return now;
	mine = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (!mine)
		mine = LC_GLOBAL_LOCALE;
	if (atomic_compare_exchange_strong(&made, &now, mine))
		return mine;
	if (mine != LC_GLOBAL_LOCALE)	/* another thread was faster */
		freelocale(mine);
	return now;
}

/* As the C library knows it; -1: as far as that knows there is no such character. */
static int known_width(uint32_t ch)
{
	locale_t ours, own;
	int w;

	if (ch < 0x80)
		return 1;
	ours = utf8();
	own = uselocale(ours);
	w = wcwidth((wchar_t)ch);
	uselocale(own);
	return w < 0 && ours == LC_GLOBAL_LOCALE ? 1 : w;
}

int pt_char_width(uint32_t ch)
{
	int w = known_width(ch);

	return w < 0 ? 1 : w;	/* drawn as one replacement */
}

int pt_text_width(const char *text)
{
	size_t len = strlen(text), n;
	uint32_t ch;
	int w = 0;

	for (; (n = pt_utf8_decode(text, len, &ch)); text += n, len -= n)
		w += pt_char_width(ch);
	return w;
}

/*
 * Control and format characters: C0, DEL, C1, marks of direction, line separators, BOM, tags, those
 * of scripts and music. Private ones, and no characters. What nobody sees: joiners, variation
 * selectors, fillers; of Hangul also the vowels and finals, which have no width of their own and
 * are no marks either.
 */
bool pt_is_control(uint32_t ch)
{
	static const struct { uint32_t lo, hi; } range[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x11ff },
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0x3164, 0x3164 }, { 0xd7b0, 0xd7ff }, { 0xe000, 0xf8ff }, { 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff }, { 0xf0000, 0x10ffff },
	};

	for (size_t i = 0; i < sizeof(range) / sizeof(range[0]); i++)
		if (ch >= range[i].lo && ch <= range[i].hi)
			return true;
	return (ch & 0xfffe) == 0xfffe;		/* the last two of each plane */
}

bool pt_is_mark(uint32_t ch)
{
	return ch >= 0x300 && !pt_is_control(ch) && !known_width(ch);
}

size_t pt_text_next(const char *s, size_t len)
{
	uint32_t ch = 0;
	size_t n = pt_utf8_decode(s, len, &ch), more;

	while (n && (more = pt_utf8_decode(s + n, len - n, &ch)) && pt_is_mark(ch))
		n += more;
	return n;
}

void pt_str_pad(struct pt_str *out, const char *text, int w)
{
	int gap = w - pt_text_width(text);

	pt_str_addf(out, "%s%*s", text, gap > 0 ? gap : 0, "");
}

void pt_escape(struct pt_str *out, const char *s, size_t len)
{
	int room = 0;		/* for marks over the character before */

	while (len) {
		uint32_t ch = 0;
		size_t n = pt_utf8_decode(s, len, &ch);
		int w = n && !pt_is_control(ch) ? known_width(ch) : -1;
		bool plain = w > 0 || (!w && room);

		if (!plain || ch == ' ' || ch == '\\')
			room = 0;
		else
			room = w ? PT_MARKS : room - 1;
		if (!n)
			n = 1;
		if (plain && ch == '\\')
			pt_str_adds(out, "\\\\");
		else if (plain)
			pt_str_add(out, s, n);
		else
			for (size_t i = 0; i < n; i++)
				pt_str_addf(out, "\\x%02X", (unsigned char)s[i]);
		s += n;
		len -= n;
	}
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

int pt_unescape(struct pt_str *out, const char *text)
{
	for (const char *s = text; *s; s++) {
		int hi, lo;

		if (*s != '\\') {
			pt_str_addc(out, *s);
		} else if (s[1] == '\\') {
			pt_str_addc(out, *++s);
		} else {
			hi = s[1] == 'x' ? hex_digit(s[2]) : -1;
			lo = hi < 0 ? -1 : hex_digit(s[3]);
			if (lo < 0)
				return -EINVAL;
			pt_str_addc(out, (char)(hi << 4 | lo));
			s += 3;
		}
	}
	return out->err;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Row by row of the table of all beginnings; only the two rows above are needed. */
size_t pt_text_distance(const char *a, size_t len, const char *b)
{
	size_t row[3][PT_DISTANCE_MAX + 1], n = strlen(b);

	if (len > PT_DISTANCE_MAX || n > PT_DISTANCE_MAX)
		return PT_DISTANCE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= len; i++) {
		const size_t *up = row[(i - 1) % 3], *upper = row[(i + 1) % 3];
		size_t *at = row[i % 3];

		at[0] = i;
		for (size_t j = 1; j <= n; j++) {
			at[j] = least_of(least_of(up[j], at[j - 1]) + 1,
					 up[j - 1] + (lower(a[i - 1]) != lower(b[j - 1])));
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]))
				at[j] = least_of(at[j], upper[j - 2] + 1);
		}
	}
	return row[len % 3][n];
}

struct pt_nearest pt_nearest_to(const char *typed, size_t len)
{
	return (struct pt_nearest){ .typed = typed, .len = len, .distance = len < 3 ? len : 3 };
}

void pt_nearest_offer(struct pt_nearest *n, const char *word)
{
	size_t distance = pt_text_distance(n->typed, n->len, word);

	if (distance >= n->distance || strlen(word) >= sizeof(n->word))
		return;
	n->distance = distance;
	strcpy(n->word, word);
}

void pt_nearest_say(const struct pt_nearest *n, struct pt_str *out)
{
	if (n->word[0])
		pt_str_addf(out, " (did you mean %s?)", n->word);
}

const char *pt_error_text(int err)
{
	return err == -ENOMEM ? "not enough memory" : strerror(-err);
}

const char *pt_noun(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

const char *pt_size_text(uint64_t bytes, char buf[static PT_SIZE_LEN])
{
	static const char unit[] = "BKMGTPE";
	double v = (double)bytes;
	int u = 0;

	for (; v >= 999.5 && unit[u + 1]; u++)
		v /= 1024;
	if (!bytes)
		snprintf(buf, PT_SIZE_LEN, "0");
	else if (v < 9.95 && u > 0 && v != (double)(int)v)
		snprintf(buf, PT_SIZE_LEN, "%.1f%c", v, unit[u]);
	else
		snprintf(buf, PT_SIZE_LEN, "%.0f%c", v, unit[u]);
	return buf;
}

static int parse(const char *s, int base, uint64_t *ret)
{
	char *end;
	unsigned long long v;

	/* Strtoull takes more than digits */
	if (!s[0] || s[strspn(s, "0123456789abcdefABCDEF")])
		return -EINVAL;
	errno = 0;
	v = strtoull(s, &end, base);
	if (*end)
		return -EINVAL;
	if (errno)
		return -errno;
	*ret = v;
	return 0;
}

int pt_parse_hex(const char *s, uint64_t *ret)
{
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	return parse(s, 16, ret);
}

int pt_parse_dec(const char *s, uint64_t *ret)
{
	return parse(s, 10, ret);
}

int pt_parse_range(const char *s, uint64_t *ret_start, uint64_t *ret_end)
{
	const char *dash = strchr(s, '-');
	char start[32];
	uint64_t lo, hi;
	int err;

	if (!dash || (size_t)(dash - s) >= sizeof(start))
		return -EINVAL;
	memcpy(start, s, (size_t)(dash - s));
	start[dash - s] = '\0';
	err = pt_parse_hex(start, &lo);
	if (!err)
		err = pt_parse_hex(dash + 1, &hi);
	if (!err && lo >= hi)
		err = -ERANGE;
	if (!err) {
		*ret_start = lo;
		*ret_end = hi;
	}
	return err;
}
