#include "pagetop/kernel/thp.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/kernel/abi.h"

#define THP "kernel/mm/transparent_hugepage"

/* The word in brackets of "always [madvise] never", or "". */
static void chosen(const struct pt_root *root, const char *path, char ret[static 16])
{
	struct pt_str s = PT_STR_INIT;
	const char *from;
	size_t len;

	ret[0] = '\0';
	if (!pt_read_at(root->sys_fd, path, &s) && (from = strchr(s.s, '['))) {
		len = strcspn(++from, "]");
		if (len < 16) {
			memcpy(ret, from, len);
			ret[len] = '\0';
		}
	}
	pt_str_done(&s);
}

/* What the word means for this order; `global`: for one that inherits. */
static void add(uint32_t *always, uint32_t *advised, const char *word, const char *global,
		int order)
{
	if (!strcmp(word, "inherit"))
		word = global;
	if (!strcmp(word, "always") || !strcmp(word, "within_size") || !strcmp(word, "force"))
		*always |= UINT32_C(1) << order;
	if (!strcmp(word, "madvise") || !strcmp(word, "advise"))
		*advised |= UINT32_C(1) << order;
}

/* "hugepages-64kB" is order 4; 0: it is no such folder. */
static int order_of(const char *folder)
{
	static const char prefix[] = "hugepages-";
	uint64_t npages = strncmp(folder, prefix, sizeof(prefix) - 1) ? 0 :
			  strtoull(folder + sizeof(prefix) - 1, NULL, 10) * 1024 / PT_PAGE_BYTES;

	return npages > 1 && npages < UINT32_MAX ? 63 - __builtin_clzll(npages) : 0;
}

static void read_size(const struct pt_root *root, const char *folder, const char *anon,
		      const char *shmem, struct pt_thp *ret)
{
	struct pt_str path = PT_STR_INIT;
	int order = order_of(folder);
	char word[16];

	pt_str_addf(&path, THP "/%s/enabled", folder);
	chosen(root, path.s, word);
	add(&ret->anon.always, &ret->anon.advised, word, anon, order);
	pt_str_reset(&path);
	pt_str_addf(&path, THP "/%s/shmem_enabled", folder);
	chosen(root, path.s, word);
	add(&ret->shmem.always, &ret->shmem.advised, word, shmem, order);
	pt_str_done(&path);
}

void pt_thp_read(const struct pt_root *root, struct pt_thp *ret)
{
	char anon[16], shmem[16];
	bool sizes = false;
	struct dirent *e;
	DIR *dir;

	*ret = (struct pt_thp){ .known = false };
	if (root->sys_fd < 0 || pt_dir_at(root->sys_fd, THP, &dir))
		return;
	chosen(root, THP "/enabled", anon);
	chosen(root, THP "/shmem_enabled", shmem);
	while ((e = readdir(dir)))
		if (order_of(e->d_name)) {
			read_size(root, e->d_name, anon, shmem, ret);
			sizes = true;
		}
	closedir(dir);
	if (!sizes) {
		add(&ret->anon.always, &ret->anon.advised, anon, "", PT_PMD_ORDER);
		add(&ret->shmem.always, &ret->shmem.advised, shmem, "", PT_PMD_ORDER);
	}
	ret->known = anon[0];
}

uint32_t pt_thp_orders(const struct pt_thp *thp, const struct pt_vma *vma)
{
	uint32_t always = vma->inode ? thp->shmem.always : thp->anon.always;
	uint32_t advised = vma->inode ? thp->shmem.advised : thp->anon.advised;

	if (vma->vmflags & PT_VMF(NH))
		return 0;
	if (vma->inode && vma->dev_major)
		return UINT32_C(1) << PT_PMD_ORDER;
	return always | (vma->vmflags & PT_VMF(HG) ? advised : 0);
}

uint64_t pt_thp_ranges(const struct pt_vma *vma, unsigned order, uint64_t *ret_end)
{
	uint64_t mask = (UINT64_C(1) << order) - 1, vpn = vma->start >> PT_PAGE_SHIFT,
		 end = vma->end >> PT_PAGE_SHIFT;
	uint64_t first = (vpn + mask) & ~mask, last = end & ~mask;

	/* a page of a file has its place in a folio by its offset */
	if (first >= last || (vma->inode && (vpn - (vma->pgoff >> PT_PAGE_SHIFT)) & mask))
		first = last = vpn;
	*ret_end = last;
	return first;
}
