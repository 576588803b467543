#include "pagetop/ui/keys.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/view/view.h"

/* As keys.def calls them. */
enum {
	LEVELS = PT_WHERE_LEVEL,
	BOTTOM = PT_WHERE_BOTTOM,
	ABOVE = PT_WHERE_ABOVE,
	LISTS = PT_WHERE_LISTS,
	TREES = PT_WHERE_TREES,
	CELLS = PT_WHERE_CELLS,
	PAGE = PT_WHERE_PAGE,
	COLS = PT_WHERE_COLS,
	SETTINGS = PT_WHERE_SETTINGS,
	ALL = PT_WHERE_ALL,
	CHANGES = PT_CHANGES,
};

#define KEY(name, fn, argument, names, place, label, text) \
	{ .id = #name,                                     \
	  .keys = names,                                   \
	  .where = (place)&PT_WHERE_ALL,                   \
	  .changes = (place)&PT_CHANGES,                   \
	  .bar = label,                                    \
	  .help = text },
#define OPEN(name, view, names, place, label, text) KEY(name, , , names, place, label, text)
const struct pt_command pt_commands[PT_NCOMMANDS] = {
#include "pagetop/ui/keys.def"
};
#undef KEY
#undef OPEN

const char *pt_keys_of(const struct pt_keys *k, size_t row)
{
	return k && k->of[row] ? k->of[row] : pt_commands[row].keys;
}

void pt_keys_help(const struct pt_keys *k, struct pt_str *out)
{
	for (size_t i = 0; i < PT_NCOMMANDS; i++)
		pt_str_addf(out, "  %-24s %s\n", pt_keys_of(k, i), pt_commands[i].help);
}

const struct pt_command *pt_command_of(const struct pt_keys *k, uint32_t key, unsigned where)
{
	for (size_t i = 0; i < PT_NCOMMANDS; i++) {
		const char *s = pt_keys_of(k, i);

		if (!(pt_commands[i].where & where))
			continue;
		while (*s)
			if (pt_key_parse(&s) == key)
				return &pt_commands[i];
	}
	return NULL;
}

void pt_command_id(size_t row, struct pt_str *out)
{
	for (const char *s = pt_commands[row].id; *s; s++)
		pt_str_addc(out, *s == '_' ? '-' : (char)tolower((unsigned char)*s));
}

size_t pt_command_find(const char *id, size_t len)
{
	size_t row = 0;
	bool same = false;

	for (; row < PT_NCOMMANDS && !same; row += !same) {
		struct pt_str s = PT_STR_INIT;

		pt_command_id(row, &s);
		same = s.len == len && !memcmp(s.s, id, len);
		pt_str_done(&s);
	}
	return row;
}

void pt_keys_text(const struct pt_keys *k, const char *text, struct pt_str *out)
{
	for (const char *end; *text; text = end) {
		size_t len = strcspn(text, "{"), row;
		const char *keys;

		pt_str_add(out, text, len);
		text += len;
		end = text + strcspn(text, "}");
		row = *end ? pt_command_find(text + 1, (size_t)(end - text - 1)) : PT_NCOMMANDS;
		keys = row < PT_NCOMMANDS ? pt_keys_of(k, row) : "";
		pt_str_add(out, keys, strcspn(keys, " "));
		end += *end != '\0';
	}
}

/* The key in `a` that is also one of `b`; NULL: none. */
static const char *common(const char *a, const char *b)
{
	while (*a) {
		const char *at = a + strspn(a, " "), *other = b;
		uint32_t key = pt_key_parse(&a);

		while (*other)
			if (pt_key_parse(&other) == key)
				return at;
	}
	return NULL;
}

/* Whether there is a view in which both are valid. */
static bool meet(unsigned a, unsigned b)
{
	for (int i = 0; i < PT_NVIEWS; i++)
		if (pt_views[i].where & a && pt_views[i].where & b)
			return true;
	return false;
}

size_t pt_keys_clash(const struct pt_keys *k, size_t row, const char **ret_key)
{
	for (size_t i = 0; i < row; i++) {
		if (!meet(pt_commands[i].where, pt_commands[row].where))
			continue;
		*ret_key = common(pt_keys_of(k, row), pt_keys_of(k, i));
		if (*ret_key)
			return i;
	}
	return PT_NCOMMANDS;
}
