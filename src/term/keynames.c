#include "pagetop/term/keynames.h"

#include <string.h>
#include "pagetop/base/text.h"

static const struct { uint32_t key; const char *name; } keyname[] = {
#define KEYNAME(id, text) { PT_KEY_##id, text },
#include "pagetop/term/keynames.def"
#undef KEYNAME
};

/* The key that a whole word names, or PT_KEY_NONE. */
static uint32_t by_name(const char *s, size_t len)
{
	uint32_t ch;

	for (size_t i = 0; i < sizeof(keyname) / sizeof(keyname[0]); i++)
		if (strlen(keyname[i].name) == len && !strncmp(keyname[i].name, s, len))
			return keyname[i].key == PT_KEY_SPACE ? ' ' : keyname[i].key;
	if (len == 2 && s[0] == '^' && s[1] >= '@' && s[1] <= '_')
		return (uint32_t)(s[1] - '@');
	return pt_utf8_decode(s, len, &ch) == len ? ch : PT_KEY_NONE;
}

struct pt_nearest pt_key_nearest(const char *word, size_t len)
{
	struct pt_nearest near = pt_nearest_to(word, len);

	for (size_t i = 0; i < sizeof(keyname) / sizeof(keyname[0]); i++)
		pt_nearest_offer(&near, keyname[i].name);
	return near;
}

uint32_t pt_key_type(const char **s)
{
	uint32_t ch = PT_KEY_NONE;
	size_t n = pt_utf8_decode(*s, strlen(*s), &ch);

	*s += n ? n : **s != '\0';
	return ch;
}

uint32_t pt_key_parse(const char **s)
{
	size_t len;
	uint32_t key;

	*s += strspn(*s, PT_KEY_BLANKS);
	len = strcspn(*s, PT_KEY_BLANKS);
	if (!len)
		return PT_KEY_NONE;
	key = by_name(*s, len);
	if (key != PT_KEY_NONE) {
		*s += len;
		return key;
	}
	return pt_key_type(s);	/* a word that is no name is typed */
}

void pt_key_text(uint32_t key, struct pt_str *out)
{
	for (size_t i = 0; i < sizeof(keyname) / sizeof(keyname[0]); i++)
		if (keyname[i].key == key || (key == ' ' && keyname[i].key == PT_KEY_SPACE)) {
			pt_str_adds(out, keyname[i].name);
			return;
		}
	if (key < ' ')
		pt_str_addf(out, "^%c", (char)(key + '@'));
	else
		pt_utf8_add(out, key);
}

const char *pt_keys_unknown(const char *keys)
{
	for (; *keys; keys += strspn(keys, " ")) {
		size_t len = strcspn(keys, " ");

		if (by_name(keys, len) == PT_KEY_NONE)
			return keys;
		keys += len;
	}
	return NULL;
}
