#include "pagetop/kernel/maps.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/root.h"

/* The first line of a mapping in smaps starts with a lower-case hexadecimal digit, keys do not. */
static bool is_range_line(const char *line)
{
	return isdigit((unsigned char)line[0]) || islower((unsigned char)line[0]);
}

/* The value of a hexadecimal digit, plus one; 0: it is none. */
static const uint8_t digit[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* A number in hexadecimal and the character behind it. */
static bool take_hex(const char **at, char behind, uint64_t *ret)
{
	const unsigned char *p = (const unsigned char *)*at, *end = p + 16;
	uint64_t v = 0;

	for (; digit[*p] && p < end; p++)
		v = v << 4 | (uint64_t)(digit[*p] - 1);
	if (p == (const unsigned char *)*at || *p != (unsigned char)behind)
		return false;
	*at = (const char *)p + 1;
	*ret = v;
	return true;
}

/* By hand: of 20,000 mappings sscanf() alone would take longer than the kernel. */
static bool parse_line(const char *p, struct pt_vma *v, const char **ret_name)
{
	uint64_t major, minor;
	char *end;

	if (!is_range_line(p) || !take_hex(&p, '-', &v->start) || !take_hex(&p, ' ', &v->end))
		return false;
	for (size_t i = 0; i < sizeof(v->perms) - 1; i++) {
		if (*p <= ' ' || *p > '~')	/* in every locale */
			return false;
		v->perms[i] = *p++;
	}
	if (*p++ != ' ' || !take_hex(&p, ' ', &v->pgoff) || !take_hex(&p, ':', &major) ||
	    !take_hex(&p, ' ', &minor) || !isdigit((unsigned char)*p))
		return false;
	v->dev_major = (uint32_t)major;
	v->dev_minor = (uint32_t)minor;
	v->inode = strtoull(p, &end, 10);
	*ret_name = end + strspn(end, " ");
	return true;
}

int pt_maps_line(const char *line, size_t len, struct pt_vma *ret)
{
	struct pt_vma v = { 0 };

	if (!parse_line(line, &v, &v.name) || v.start >= v.end || (v.start | v.end) % PT_PAGE_BYTES)
		return -EINVAL;
	v.name_len = len - (size_t)(v.name - line);
	*ret = v;
	return 0;
}

static bool begins(const struct pt_vma *vma, const char *prefix)
{
	return !strncmp(vma->name, prefix, strlen(prefix));
}

bool pt_vma_is_plain(const struct pt_vma *vma)
{
	return !vma->inode && !vma->dev_major && !vma->dev_minor &&
	       (!vma->name_len || !strcmp(vma->name, "[heap]") || !strcmp(vma->name, "[stack]") ||
		begins(vma, "[anon:"));
}

bool pt_vma_may_hide_swap(const struct pt_vma *vma)
{
	return vma->inode && !vma->dev_major;
}

bool pt_is_marked_deleted(const char *name, size_t len)
{
	static const char mark[] = " (deleted)";
	const size_t n = sizeof(mark) - 1;

	return len > n && !memcmp(name + len - n, mark, n);
}

enum pt_told pt_vma_deleted(const struct pt_vma *vma)
{
	return vma->inode && pt_is_marked_deleted(vma->name, vma->name_len) ? vma->deleted : PT_NO;
}

/* These lock their mappings themselves, and do not count it (mm/secretmem.c, drivers). */
static bool may_lock_uncounted(const struct pt_vma *vma)
{
	return vma->secret != PT_NO || (begins(vma, "/dev/") && !begins(vma, "/dev/zero") &&
					      !begins(vma, "/dev/shm/"));
}

void pt_maps_learn(struct pt_vmas *vmas, bool none_locked)
{
	for (size_t i = 0; i < vmas->n; i++) {
		struct pt_vma *v = &vmas->v[i];

		if (pt_vma_is_plain(v))
			v->vmflags_known |= PT_VMF(PF) | PT_VMF(MM) | PT_VMF(HT);
		if (none_locked && !may_lock_uncounted(v))
			v->vmflags_known |= PT_VMF(LO) | PT_VMF(LF);
	}
}

/* Of the same mapping all that smaps told. */
static void take_smaps(struct pt_vma *to, const struct pt_vma *from)
{
	to->got_smaps = from->got_smaps;
	to->vmflags = from->vmflags;
	to->page_bytes = from->page_bytes;
	to->rss_bytes = from->rss_bytes;
	to->swap_bytes = from->swap_bytes;
	to->lazyfree_bytes = from->lazyfree_bytes;
	to->pss_bytes = from->pss_bytes;
	to->uss_bytes = from->uss_bytes;
	memcpy(to->pmd_bytes, from->pmd_bytes, sizeof(to->pmd_bytes));
	to->got_pmd = from->got_pmd;
	to->got_ksm = from->got_ksm;
	to->ksm_bytes = from->ksm_bytes;
	to->got_thp = from->got_thp;
	to->thp_eligible = from->thp_eligible;
}

bool pt_vma_same(const struct pt_vma *a, const struct pt_vma *b)
{
	return a->start == b->start && a->end == b->end &&
	       !memcmp(a->perms, b->perms, sizeof(a->perms)) && a->pgoff == b->pgoff &&
	       a->inode == b->inode && a->dev_major == b->dev_major && a->dev_minor == b->dev_minor;
}

size_t pt_maps_take_smaps(struct pt_vmas *to, const struct pt_vmas *from)
{
	size_t n = 0, j = 0;

	for (size_t i = 0; i < to->n; i++) {
		while (j < from->n && from->v[j].end <= to->v[i].start)
			j++;
		if (j == from->n || !pt_vma_same(&to->v[i], &from->v[j]))
			continue;
		take_smaps(&to->v[i], &from->v[j]);
		n += to->v[i].got_smaps;
	}
	return n;
}

void pt_maps_hold(struct pt_vmas *vmas, const struct pt_vmas *later)
{
	for (size_t i = 0; i < vmas->n; i++) {
		struct pt_vma *vma = &vmas->v[i];
		size_t j = pt_vma_at_or_above(later->v, later->n, vma->start);
		const struct pt_vma *is = j < later->n ? &later->v[j] : NULL;

		vma->no_sums = !is || !pt_vma_same(vma, is) || vma->got_smaps != is->got_smaps ||
			     vma->ksm_bytes != is->ksm_bytes ||
			     memcmp(vma->pmd_bytes, is->pmd_bytes, sizeof(vma->pmd_bytes));
	}
}

static const char vmflag_name[][3] = {
#define VMFLAG(id, word, text) [PT_VMF_##id] = word,
#include "pagetop/kernel/vmflags.def"
#undef VMFLAG
};

const char *pt_vmflag_name(int flag)
{
	return vmflag_name[flag];
}

static uint64_t vmflags(const char *words)
{
	uint64_t flags = 0;

	for (; *words; words += strcspn(words, " ")) {
		int i = 0;

		words += strspn(words, " ");
		if (!*words)
			break;
		while (i < PT_NVMFLAGS && strncmp(words, vmflag_name[i], 2))
			i++;
		flags |= i < PT_NVMFLAGS ? UINT64_C(1) << i : PT_VMF_UNNAMED;
	}
	return flags;
}

/* Lines of so many kB; what has one field twice is a sum. */
static const struct { const char *key; size_t len, field; } kb_line[] = {
#define KB(key, field) { key, sizeof(key) - 1, offsetof(struct pt_vma, field) }
	KB("KernelPageSize:", page_bytes),
	KB("Rss:", rss_bytes),
	KB("Pss:", pss_bytes),
	KB("Private_Clean:", uss_bytes),
	KB("Private_Dirty:", uss_bytes),
	KB("Swap:", swap_bytes),
	KB("LazyFree:", lazyfree_bytes),
	KB("AnonHugePages:", pmd_bytes[PT_PMD_ANON]),
	KB("ShmemPmdMapped:", pmd_bytes[PT_PMD_SHMEM]),
	KB("FilePmdMapped:", pmd_bytes[PT_PMD_FILE]),
	KB("KSM:", ksm_bytes),
#undef KB
};

/* By the first letter first: of 20,000 mappings there are half a million lines. */
static void take_kb(const char *line, struct pt_vma *vma)
{
	for (size_t i = 0; i < sizeof(kb_line) / sizeof(kb_line[0]); i++)
		if (*line == *kb_line[i].key && !strncmp(line, kb_line[i].key, kb_line[i].len)) {
			uint64_t *bytes = (uint64_t *)(void *)((char *)vma + kb_line[i].field);

			*bytes += strtoull(line + kb_line[i].len, NULL, 10) << 10;
			vma->got_pmd |=
				kb_line[i].field == offsetof(struct pt_vma, pmd_bytes[PT_PMD_ANON]);
			vma->got_ksm |= kb_line[i].field == offsetof(struct pt_vma, ksm_bytes);
		}
}

void pt_smaps_line(const char *line, struct pt_vma *vma)
{
	if (!strncmp(line, "VmFlags:", 8)) {
		vma->vmflags = vmflags(line + 8);
		vma->got_smaps = true;
	} else if (!strncmp(line, "THPeligible:", 12)) {
		vma->got_thp = true;
		vma->thp_eligible = strtoul(line + 12, NULL, 10) == 1;
	} else {
		take_kb(line, vma);
	}
}

/* Until the list is complete `name` is an offset into `names`, which may still move. */
static int add_vma(struct pt_vmas *l, struct pt_vma v)
{
	int err = pt_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	size_t at = l->names.len;

	pt_str_add(&l->names, v.name, v.name_len);
	pt_str_addc(&l->names, '\0');
	if (err || l->names.err)
		return -ENOMEM;
	v.name = (const char *)(uintptr_t)at;
	l->v[l->n++] = v;
	return 0;
}

/*
 * The kernel goes on where it stopped, with the mapping that is there by now: one that was joined
 * to what was read before begins in it. What is left of it is shown.
 */
static int add_rest(struct pt_vmas *l, struct pt_vma v)
{
	uint64_t at = l->n ? l->v[l->n - 1].end : 0;

	if (v.end <= at)
		return -EINVAL;
	if (v.start < at) {
		v.pgoff += v.inode ? at - v.start : 0;
		v.start = at;
	}
	return add_vma(l, v);
}

/*
 * The very bytes of a name that maps could not write plainly; as written where the kernel is older.
 */
static void exact_name(int maps_fd, struct pt_vmas *l, struct pt_vma *v)
{
	char name[4096];
	struct pt_procmap_query q = {
		.size = sizeof(q), .query_addr = v->start, .vma_name_size = sizeof(name),
		.vma_name_addr = (uintptr_t)name,
	};

	if (ioctl(maps_fd, PT_PROCMAP_QUERY, &q) || q.vma_start != v->start || !q.vma_name_size)
		return;
	v->name = (const char *)(uintptr_t)l->names.len;
	v->name_len = q.vma_name_size - 1;
	pt_str_add(&l->names, name, q.vma_name_size);
}

static void exact_names(int pid_dir_fd, struct pt_vmas *l)
{
	int fd = -1;

	for (size_t i = 0; i < l->n; i++) {
		if (!strstr(l->names.s + (uintptr_t)l->v[i].name, "\\012"))
			continue;
		if (fd < 0)
			fd = pt_open_at(pid_dir_fd, "maps");
		if (fd >= 0)
			exact_name(fd, l, &l->v[i]);
	}
	if (fd >= 0)
		close(fd);
}

static int read_lines(int fd, struct pt_vmas *ret)
{
	struct pt_lines lines = PT_LINES_INIT(fd);
	struct pt_vma v;
	char *line;
	size_t len;
	int r;

	while ((r = pt_lines_next(&lines, &line, &len)) > 0) {
		if (!pt_maps_line(line, len, &v))
			r = add_rest(ret, v);
		else if (ret->n)
			pt_smaps_line(line, &ret->v[ret->n - 1]);
		if (r < 0)
			break;
	}
	pt_lines_done(&lines);
	return r < 0 ? r : 0;
}

int pt_maps_each(int pid_dir_fd, void (*fn)(void *arg, const struct pt_vma *vma), void *arg)
{
	int fd = pt_open_at(pid_dir_fd, "maps");
	struct pt_lines lines = PT_LINES_INIT(fd);
	struct pt_vma v;
	char *line;
	size_t len;
	int r;

	if (fd < 0)
		return fd;
	while ((r = pt_lines_next(&lines, &line, &len)) > 0)
		if (!pt_maps_line(line, len, &v))
			fn(arg, &v);
	pt_lines_done(&lines);
	close(fd);
	return r;
}

int pt_maps_read(int pid_dir_fd, bool smaps, struct pt_vmas *ret)
{
	int fd = smaps ? pt_open_at(pid_dir_fd, "smaps") : -ENOENT;
	int err;

	if (fd == -ENOENT)
		fd = pt_open_at(pid_dir_fd, "maps");
	if (fd < 0)
		return fd;
	err = read_lines(fd, ret);
	close(fd);
	exact_names(pid_dir_fd, ret);
	for (size_t i = 0; i < ret->n; i++)
		ret->v[i].name = ret->names.s + (uintptr_t)ret->v[i].name;
	return err ? err : ret->names.err;
}

void pt_vmas_done(struct pt_vmas *vmas)
{
	free(vmas->v);
	pt_str_done(&vmas->names);
	*vmas = (struct pt_vmas)PT_VMAS_INIT;
}

size_t pt_vma_at_or_above(const struct pt_vma *v, size_t n, uint64_t addr)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].end <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
