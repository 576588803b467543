#include "pagetop/kernel/counters.h"

#include <stdlib.h>
#include <string.h>

/* What follows the name: blanks, digits and perhaps the unit. */
static uint64_t value_of(const char *s)
{
	uint64_t value;
	char *end;

	s += strspn(s, " \t");
	if (*s < '0' || *s > '9')
		return PT_COUNTER_NONE;
	value = strtoull(s, &end, 10);
	return strncmp(end, " kB", 3) ? value : value << 10;
}

uint64_t pt_counter(const char *text, const char *name, size_t len)
{
	for (const char *line = text; *line; line += *line == '\n') {
		const char *end = line + strcspn(line, ": \n");

		if ((size_t)(end - line) == len && !strncmp(line, name, len))
			return value_of(end + (*end == ':'));
		line = end + strcspn(end, "\n");
	}
	return PT_COUNTER_NONE;
}
