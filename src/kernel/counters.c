#include "pagetop/kernel/counters.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { PMD_KB = 2048 };

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

/* The size in "hugepages-64kB", 0: it is no such folder, or one that vmstat counts. */
static uint64_t size_of(const char *folder)
{
	static const char prefix[] = "hugepages-";
	uint64_t kb = strncmp(folder, prefix, strlen(prefix)) ?
			      0 :
			      strtoull(folder + strlen(prefix), NULL, 10);

	return kb < PMD_KB ? kb : 0;
}

uint64_t pt_mthp_counter(const struct pt_root *root, const char *name)
{
	uint64_t sum = PT_COUNTER_NONE, value;
	struct pt_str path = PT_STR_INIT;
	struct dirent *e;
	DIR *dir;

	if (root->sys_fd < 0 || pt_dir_at(root->sys_fd, "kernel/mm/transparent_hugepage", &dir))
		return PT_COUNTER_NONE;
	while ((e = readdir(dir))) {
		if (!size_of(e->d_name))
			continue;
		pt_str_reset(&path);
		pt_str_addf(&path, "%s/stats/%s", e->d_name, name);
		if (!path.err && !pt_read_u64_at(dirfd(dir), path.s, &value))
			sum = (sum == PT_COUNTER_NONE ? 0 : sum) + value;
	}
	closedir(dir);
	pt_str_done(&path);
	return sum;
}
