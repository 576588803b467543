#include "pagetop/app/keys.h"

#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/app/commands.h"
#include "pagetop/view/view.h"

#define PROC PT_WHERE_PROC
#define MAPS PT_WHERE_MAPS
#define MAP PT_WHERE_MAP
#define PAGE PT_WHERE_PAGE
#define HELP PT_WHERE_HELP
#define COLS PT_WHERE_COLS
#define ALL PT_WHERE_ALL
#define OVER PT_WHERE_OVER	/* a text over the view */

const struct pt_command pt_commands[] = {
#define KEY(id, fn, argument, names, place, label, text) { \
	.run = pt_cmd_##fn, .arg = argument, .keys = names, .where = place, .bar = label, .help = text },
#include "pagetop/app/keys.def"
#undef KEY
};
const size_t pt_ncommands = sizeof(pt_commands) / sizeof(pt_commands[0]);

static const struct { uint32_t key; const char *name; } keyname[] = {
#define KEYNAME(id, text) { PT_KEY_##id, text },
#include "pagetop/app/keynames.def"
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

	*s += strspn(*s, " ");
	len = strcspn(*s, " ");
	if (!len)
		return PT_KEY_NONE;
	key = by_name(*s, len);
	if (key != PT_KEY_NONE) {
		*s += len;
		return key;
	}
	return pt_key_type(s);	/* a word that is no name is typed */
}

const struct pt_command *pt_command_of(uint32_t key, unsigned where)
{
	for (size_t i = 0; i < pt_ncommands; i++) {
		const char *s = pt_commands[i].keys;

		if (!(pt_commands[i].where & where))
			continue;
		while (*s)
			if (pt_key_parse(&s) == key)
				return &pt_commands[i];
	}
	return NULL;
}
