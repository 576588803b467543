#include "pagetop/demo/demo_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/maps.h"
#include "pagetop/kernel/root.h"

static size_t count_words(const uint64_t *word, size_t n, uint64_t mask, uint64_t want)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += (word[i] & mask) == want;
	return count;
}

size_t pt_demo_count(const void *mem, size_t len, uint64_t mask, uint64_t want)
{
	uint64_t word[512], vpn = (uintptr_t)mem >> PT_PAGE_SHIFT;
	size_t left = len >> PT_PAGE_SHIFT, count = 0;
	int fd = pt_open_at(AT_FDCWD, "/proc/self/pagemap");
	ssize_t got = fd < 0 ? 0 : 1;

	for (; left && got > 0; left -= (size_t)got, vpn += (size_t)got) {
		got = pt_pread_full(fd, word, (left < 512 ? left : 512) * 8, vpn * 8) / 8;
		if (got > 0)
			count += count_words(word, (size_t)got, mask, want);
	}
	if (fd >= 0)
		close(fd);
	return count;
}

static void add_huge(const char *line, uint64_t *bytes)
{
	static const char *const key[] = {
		"AnonHugePages:", "ShmemPmdMapped:", "FilePmdMapped:", "Shared_Hugetlb:",
		"Private_Hugetlb:",
	};

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		if (!strncmp(line, key[i], strlen(key[i])))
			*bytes += strtoull(line + strlen(key[i]), NULL, 10) << 10;
}

/* `vma` is complete: the next one starts, or the file has ended. */
static void add_vma(const struct pt_vma *vma, uint64_t huge_bytes, uint64_t start, uint64_t end,
		    struct pt_demo_look *sum)
{
	if (vma->start >= end || vma->end <= start)
		return;
	sum->huge_bytes += huge_bytes;
	sum->lazyfree_bytes += vma->lazyfree_bytes;
	sum->vmflags &= vma->vmflags;
}

int pt_demo_look(const void *mem, size_t len, struct pt_demo_look *ret)
{
	uint64_t start = (uintptr_t)mem, huge = 0;
	struct pt_demo_look sum = { .vmflags = UINT64_MAX };
	struct pt_vma vma = { 0 }, next;
	int r, fd = pt_open_at(AT_FDCWD, "/proc/self/smaps");
	struct pt_lines lines = PT_LINES_INIT(fd);
	char *line;
	size_t n;

	if (fd < 0)
		return fd;
	while ((r = pt_lines_next(&lines, &line, &n)) > 0) {
		if (!pt_maps_line(line, n, &next)) {
			add_vma(&vma, huge, start, start + len, &sum);
			vma = next;
			huge = 0;
			continue;
		}
		pt_smaps_line(line, &vma);
		add_huge(line, &huge);
	}
	add_vma(&vma, huge, start, start + len, &sum);
	pt_lines_done(&lines);
	close(fd);
	*ret = sum;
	return r;
}

const char *pt_demo_setting(const char *path, char buf[static PT_DEMO_WORD])
{
	struct pt_str s = PT_STR_INIT;
	char *word;

	buf[0] = '\0';
	if (!pt_read_at(AT_FDCWD, path, &s) && s.len) {
		word = strchr(s.s, '[');
		word = word ? word + 1 : s.s;
		word[strcspn(word, "]\n")] = '\0';
		snprintf(buf, PT_DEMO_WORD, "%s", word);
	}
	pt_str_done(&s);
	return buf;
}
