#include "pagetop/model/headings.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include "pagetop/base/text.h"

enum { LEFT, RIGHT, SUM_W = 6 };

#define LOW PT_ORDER_LOW
#define HIGH PT_ORDER_HIGH
#define TEXT PT_ORDER_TEXT
#define NOT PT_ORDER_NOT

const struct pt_heading_row pt_headings[PT_NHEADINGS] = {
#define HEADING(id, list, nm, ttl, width, side, shwn, ordr, txt) [PT_HEADING_##id] = { \
	.name = nm, .title = ttl, .lists = 1 << PT_IN_##list, .w = width, .right = (side) == RIGHT, .shown = shwn, \
	.order = ordr, .text = txt },
#define SUMS(id, nm, ttl, prank, mrank, txt) [PT_HEADING_##id] = { \
	.name = nm, .title = ttl, .lists = 1 << PT_IN_PROCESSES | 1 << PT_IN_MAPPINGS, .w = SUM_W, .right = true, \
	.shown = true, .order = HIGH, .text = txt },
#include "pagetop/model/headings.def"
#undef SUMS
#undef HEADING
};

int pt_heading_sum(int heading)
{
	int sum = heading - PT_HEADING_RSS;	/* the first row of columns.def; they stand side by side */

	return sum >= 0 && sum < PT_NCOLS ? sum : -1;
}

bool pt_columns_has(const struct pt_columns *c, int heading)
{
	for (int i = 0; i < c->n; i++)
		if (c->heading[i] == heading)
			return true;
	return false;
}

static int find(const char *name, size_t len, enum pt_list_id list)
{
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (pt_headings[i].lists >> list & 1 && !strncasecmp(pt_headings[i].name, name, len) &&
		    !pt_headings[i].name[len])
			return i;
	return -EINVAL;
}

static int refuse(const char *name, size_t len, enum pt_list_id list, bool sorted, struct pt_str *why)
{
	pt_str_addc(why, '"');
	pt_escape(why, name, len);
	pt_str_addf(why, "\" is no column of %s%s; there are:", list == PT_IN_PROCESSES ? "processes" : "mappings",
		    sorted ? " to sort by" : "");
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (pt_headings[i].lists >> list & 1 && !(sorted && pt_headings[i].order == NOT))
			pt_str_addf(why, " %s", pt_headings[i].name);
	return -EINVAL;
}

int pt_columns_parse(const char *text, enum pt_list_id list, struct pt_columns *ret, struct pt_str *why)
{
	struct pt_columns c = { .n = 0 };

	for (size_t len; *text; text += len + (text[len] == ',')) {
		int heading;

		len = strcspn(text, ",");
		heading = find(text, len, list);
		if (heading < 0)
			return refuse(text, len, list, false, why);
		if (!pt_columns_has(&c, heading))
			c.heading[c.n++] = (uint8_t)heading;
	}
	*ret = c;
	return 0;
}

void pt_columns_text(const struct pt_columns *c, struct pt_str *out)
{
	for (int i = 0; i < c->n; i++)
		pt_str_addf(out, "%s%s", i ? "," : "", pt_headings[c->heading[i]].name);
}

int pt_heading_parse(const char *text, enum pt_list_id list, struct pt_str *why)
{
	int heading = find(text, strlen(text), list);

	return heading >= 0 && pt_headings[heading].order != NOT ? heading : refuse(text, strlen(text), list, true, why);
}
