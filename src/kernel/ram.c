#include "pagetop/kernel/ram.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"

/*
 * Nested lines are parts of what is above them: RAM in a device's range is ours, a hole
 * in RAM is no line.
 */
int pt_ram_line(struct pt_ram *ram, const char *line)
{
	uint64_t start, end;
	int at = 0, err;

	if (sscanf(line, " %" SCNx64 "-%" SCNx64 " : %n", &start, &end, &at) < 2 || !at ||
	    start >= end || strncmp(line + at, "System RAM", 10))
		return 0;
	err = pt_grow(&ram->range, &ram->cap, ram->n + 1, sizeof(*ram->range));
	if (!err)
		ram->range[ram->n++] =
			(struct pt_ram_range){ start >> PT_PAGE_SHIFT, (end >> PT_PAGE_SHIFT) + 1 };
	return err;
}

static int by_pfn(const void *a, const void *b)
{
	const struct pt_ram_range *x = a, *y = b;

	return x->pfn < y->pfn ? -1 : x->pfn > y->pfn;
}

static void sort(struct pt_ram *ram)
{
	size_t n = 0;

	if (ram->n)
		qsort(ram->range, ram->n, sizeof(*ram->range), by_pfn);
	for (size_t i = 0; i < ram->n; i++) {
		struct pt_ram_range *last = n ? &ram->range[n - 1] : NULL, *r = &ram->range[i];

		if (last && r->pfn <= last->end_pfn)
			last->end_pfn = r->end_pfn > last->end_pfn ? r->end_pfn : last->end_pfn;
		else
			ram->range[n++] = *r;
	}
	ram->n = n;
}

int pt_ram_init(const struct pt_root *root, struct pt_ram *ret)
{
	int fd = pt_open_at(root->proc_fd, "iomem"), err = fd < 0 ? fd : 0;
	struct pt_lines lines = PT_LINES_INIT(fd);
	char *line;
	size_t len;

	*ret = (struct pt_ram){ 0 };
	while (!err && (err = pt_lines_next(&lines, &line, &len)) > 0)
		err = pt_ram_line(ret, line);
	pt_lines_done(&lines);
	if (fd >= 0)
		close(fd);
	if (err)
		pt_ram_done(ret);
	sort(ret);
	if (err)
		return err;
	return ret->n ? 0 : -ENODATA;
}

void pt_ram_done(struct pt_ram *ram)
{
	free(ram->range);
	*ram = (struct pt_ram){ 0 };
}

enum pt_told pt_ram_has(const struct pt_ram *ram, uint64_t pfn)
{
	size_t lo = 0, hi = ram->n;

	if (!ram->n)
		return PT_UNTOLD;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ram->range[mid].end_pfn <= pfn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ram->n && ram->range[lo].pfn <= pfn ? PT_YES : PT_NO;
}
