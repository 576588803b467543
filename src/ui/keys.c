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

/* The views in which it is valid, a bit each. */
static unsigned views_of(size_t row)
{
	unsigned views = 0;

	for (int i = 0; i < PT_NVIEWS; i++)
		if (pt_views[i].where & pt_commands[row].where)
			views |= 1u << i;
	return views;
}

/* Each name once: forms of a view, and texts, share theirs. */
static int add_names(unsigned views, struct pt_str *out)
{
	int n = 0;

	for (int i = 0; i < PT_NVIEWS; i++) {
		bool named = !(views >> i & 1);

		for (int k = 0; k < i && !named; k++)
			named = views >> k & 1 && !strcmp(pt_views[i].name, pt_views[k].name);
		if (named)
			continue;
		pt_str_addf(out, "%s%s", n++ ? ", " : "", pt_views[i].name);
	}
	return n;
}

/* "process list, mapping list"; "every view but process list" */
static void add_heading(unsigned views, struct pt_str *out)
{
	const unsigned all = (1u << PT_NVIEWS) - 1;
	struct pt_str in = PT_STR_INIT, but = PT_STR_INIT;
	int nbut = add_names(all & ~views, &but);

	add_names(views, &in);
	if (nbut > 1)
		pt_str_adds(out, in.s);
	else
		pt_str_addf(out, "every view%s%s", nbut ? " but " : "", nbut ? but.s : "");
	pt_str_done(&in);
	pt_str_done(&but);
}

static void help_views(const struct pt_keys *k, unsigned views, struct pt_str *out)
{
	pt_str_adds(out, "  ");
	add_heading(views, out);
	pt_str_adds(out, ":\n");
	for (size_t i = 0; i < PT_NCOMMANDS; i++) {
		if (views_of(i) != views)
			continue;
		pt_str_adds(out, "    ");
		pt_str_pad(out, pt_keys_of(k, i), 22);
		pt_str_addf(out, " %s\n", pt_commands[i].help);
	}
}

/* What is common to most views first. */
void pt_keys_help(const struct pt_keys *k, struct pt_str *out)
{
	for (int n = PT_NVIEWS; n; n--)
		for (size_t i = 0; i < PT_NCOMMANDS; i++) {
			size_t first = 0;

			while (views_of(first) != views_of(i))
				first++;
			if (first == i && __builtin_popcount(views_of(i)) == n)
				help_views(k, views_of(i), out);
		}
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

static const struct { const char *name; size_t row; } also[] = {
#define KEY(...)
#define OPEN(...)
#define ALSO_KEY(id, name) { name, PT_COMMAND_##id },
#include "pagetop/ui/keys.def"
#undef OPEN
#undef KEY
};

size_t pt_command_find(const char *id, size_t len)
{
	size_t row = 0;
	bool same = false;

	for (size_t i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (strlen(also[i].name) == len && !memcmp(also[i].name, id, len))
			return also[i].row;
	for (; row < PT_NCOMMANDS && !same; row += !same) {
		struct pt_str s = PT_STR_INIT;

		pt_command_id(row, &s);
		same = s.len == len && !memcmp(s.s, id, len);
		pt_str_done(&s);
	}
	return row;
}

struct pt_nearest pt_command_nearest(const char *id)
{
	struct pt_nearest near = pt_nearest_to(id, strlen(id));

	for (size_t row = 0; row < PT_NCOMMANDS; row++) {
		struct pt_str s = PT_STR_INIT;

		pt_command_id(row, &s);
		pt_nearest_offer(&near, s.s);
		pt_str_done(&s);
	}
	return near;
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
