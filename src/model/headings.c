#include "pagetop/model/headings.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include "pagetop/base/text.h"
#include "pagetop/model/needs.h"
#include "pagetop/model/table.h"

enum { SUM_W = 6 };

/* ---- what a row tells */

/* Not even its stat could be read. */
static bool is_blank(const struct pt_process *p)
{
	return p->err && !p->starttime;
}

#define OF(...) __VA_ARGS__
#define OF_PROCESSES const struct pt_process *p = row; (void)p
#define OF_MAPPINGS const struct pt_vma *vma = row; (void)vma
#define SUMS(...)
#define VALUE(id, list, nm, kind, place, of)               \
	static struct pt_value value_##id(const void *row) \
	{                                                  \
		OF_##list;                                 \
		return (struct pt_value){ of };            \
	}
#define HEADING(id, list, nm, ttl, width, kind, place, need, of, txt) \
	VALUE(id, list, nm, kind, place, OF(of))
#include "pagetop/model/headings.def"
#undef HEADING
#undef VALUE
#undef SUMS

bool pt_value_is_open(const struct pt_value *v, enum pt_heading_kind kind)
{
	switch (kind) {
	case PT_IS_RATE:
		return !(v->rate >= 0);
	case PT_IS_TEXT:
	case PT_IS_NAME:
		return !v->text;	/* of one that is not known there may be a word */
	case PT_IS_PID:
		return !v->n;
	default:
		return v->unknown;
	}
}

/* ---- the table */

#define AS_PID .kind = PT_IS_PID, .right = true, .order = PT_ORDER_LOW
#define AS_NUMBER .kind = PT_IS_NUMBER, .right = true, .order = PT_ORDER_HIGH
#define AS_BYTES .kind = PT_IS_BYTES, .right = true, .order = PT_ORDER_HIGH
#define AS_ADDRESS .kind = PT_IS_ADDRESS, .right = true, .order = PT_ORDER_LOW
#define AS_RANGE .kind = PT_IS_RANGE, .order = PT_ORDER_LOW
#define AS_RATE .kind = PT_IS_RATE, .right = true, .order = PT_ORDER_HIGH
#define AS_TEXT .kind = PT_IS_TEXT, .order = PT_ORDER_TEXT
#define AS_NAME .kind = PT_IS_NAME, .order = PT_ORDER_TEXT
#define AS_BAR .kind = PT_IS_BAR, .order = PT_ORDER_NOT

const struct pt_heading_row pt_headings[PT_NHEADINGS] = {
#define HEADING(id, lst, nm, ttl, width, knd, plc, need, of, txt) [PT_HEADING_##id] = { \
	.name = nm, .title = ttl, .lists = 1 << PT_IN_##lst, .w = width, AS_##knd, .needs = need, \
	.list = PT_IN_##lst, .place = PT_ROWS_##plc, .value = value_##id, .text = txt },
#define VALUE(id, lst, nm, knd, plc, of) [PT_HEADING_##id] = { \
	.name = nm, AS_##knd, .list = PT_IN_##lst, .place = PT_ROWS_##plc, .value = value_##id },
#define SUMS(id, nm, ttl, prank, mrank, txt) [PT_HEADING_##id] = { \
	.name = nm, .title = ttl, .lists = 1 << PT_IN_PROCESSES | 1 << PT_IN_MAPPINGS, .w = SUM_W, \
	.kind = PT_IS_SUM, .right = true, .order = PT_ORDER_HIGH, .text = txt },
#include "pagetop/model/headings.def"
#undef SUMS
#undef VALUE
#undef HEADING
};

int pt_heading_sum(int heading)
{
	/* The first row of columns.def; they stand side by side */
	int sum = heading - PT_HEADING_RSS;

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
		if (pt_headings[i].lists >> list & 1 &&
		    !strncasecmp(pt_headings[i].name, name, len) && !pt_headings[i].name[len])
			return i;
	return -EINVAL;
}

static bool is_column(int i, enum pt_list_id list, bool sorted)
{
	return pt_headings[i].lists >> list & 1 &&
	       !(sorted && pt_headings[i].order == PT_ORDER_NOT);
}

static int refuse(const char *name, size_t len, enum pt_list_id list, bool sorted,
		  struct pt_str *why)
{
	struct pt_nearest near = pt_nearest_to(name, len);

	pt_str_addf(why, "unknown %scolumn of %s \"", sorted ? "sort " : "",
		    list == PT_IN_PROCESSES ? "processes" : "mappings");
	pt_escape(why, name, len);
	pt_str_addc(why, '"');
	for (int i = 0; i < PT_NHEADINGS; i++)
		if (is_column(i, list, sorted))
			pt_nearest_offer(&near, pt_headings[i].name);
	pt_nearest_say(&near, why);
	pt_str_adds(why, near.word[0] ? "" : "; use one of:");
	for (int i = 0; i < PT_NHEADINGS && !near.word[0]; i++)
		if (is_column(i, list, sorted))
			pt_str_addf(why, " %s", pt_headings[i].name);
	return -EINVAL;
}

int pt_columns_parse(const char *text, enum pt_list_id list, struct pt_columns *ret,
		     struct pt_str *why)
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

	if (heading < 0 || pt_headings[heading].order == PT_ORDER_NOT)
		return refuse(text, strlen(text), list, true, why);
	return heading;
}
