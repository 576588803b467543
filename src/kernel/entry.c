#include "pagetop/kernel/entry.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* How many types of each there are in a build, from the highest type down. */
struct build {
	uint8_t nerrors;	/* of swap-in: contents are lost, as with poison; later a marker */
	uint8_t nmarkers, ndevice, nmigration;
	uint8_t nhwpoison;
};

/* All that there were, with devices and hwpoison. Markers could be left out at first. */
static const struct build age[] = {
	{ 0, 0, 2, 2, 1 },	/* 4.14 */
	{ 0, 0, 4, 2, 1 },	/* 5.14 */
	{ 1, 0, 4, 3, 1 },	/* 5.19 */
	{ 1, 1, 4, 3, 1 },
	{ 0, 1, 4, 3, 1 },	/* 6.2 */
	{ 0, 1, 3, 3, 1 },	/* 7 */
};

static void lay(uint8_t entry[PT_NENTRY_TYPES], const struct build *b)
{
	const struct { enum pt_entry entry; unsigned n; } part[] = {
		{ PT_ENTRY_HWPOISON, b->nerrors }, { PT_ENTRY_MARKER, b->nmarkers }, { PT_ENTRY_DEVICE, b->ndevice },
		{ PT_ENTRY_MIGRATION, b->nmigration }, { PT_ENTRY_HWPOISON, b->nhwpoison },
	};
	unsigned top = PT_NENTRY_TYPES;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		for (unsigned n = part[i].n; n; n--)
			entry[--top] = (uint8_t)part[i].entry;
	memset(entry, PT_ENTRY_SLOT, top);
}

static bool fits(enum pt_told known, bool yes)
{
	return known == PT_UNTOLD || (known == PT_YES) == yes;
}

static bool build_fits(const struct pt_swap_build *known, const struct build *b)
{
	return fits(known->markers, b->nmarkers) && fits(known->device_private, b->ndevice) &&
	       fits(known->memory_failure, b->nhwpoison) &&
	       (!known->marker_type || known->marker_type == PT_NENTRY_TYPES - 1 - b->nerrors);
}

/* Where it says otherwise than those before, nothing is known. */
static void meet(struct pt_swap_layout *all, bool first, const struct build *b)
{
	uint8_t entry[PT_NENTRY_TYPES];

	lay(entry, b);
	for (size_t i = 0; i < PT_NENTRY_TYPES; i++)
		all->entry[i] = first || all->entry[i] == entry[i] ? entry[i] : PT_ENTRY_UNKNOWN;
}

void pt_swap_layout_init(struct pt_swap_layout *ret, const struct pt_swap_build *known)
{
	const size_t nages = sizeof(age) / sizeof(age[0]);
	bool first = true;

	/* Each age with and without devices, with and without hwpoison */
	for (size_t i = 0; i < 4 * nages; i++) {
		struct build b = age[i / 4];

		b.ndevice = i & 1 ? b.ndevice : 0;
		b.nhwpoison = i & 2 ? b.nhwpoison : 0;
		if (!build_fits(known, &b))
			continue;
		meet(ret, first, &b);
		first = false;
	}
}

const char *pt_entry_name(enum pt_entry entry)
{
	static const char *const name[] = {
		[PT_ENTRY_UNKNOWN] = "unknown", [PT_ENTRY_SLOT] = "swap slot", [PT_ENTRY_MIGRATION] = "migration",
		[PT_ENTRY_HWPOISON] = "hwpoison", [PT_ENTRY_DEVICE] = "device", [PT_ENTRY_MARKER] = "marker",
	};

	return (size_t)entry < sizeof(name) / sizeof(name[0]) ? name[entry] : NULL;
}
