#include "hooks.h"

#include <string.h>
#include <stdio.h>
#include <unistd.h>
#include "pagetop/scan/census.h"

/* ---- what stands between the scan and the files */

int __real_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret);
int __wrap_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret);
ssize_t __real_pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			       struct pt_region *ret, size_t max);
ssize_t __wrap_pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			       struct pt_region *ret, size_t max);

void (*after_read)(uint64_t vpn, size_t npages, uint64_t *words);
const struct pt_region *found;
size_t nfound;

int __wrap_pt_pagemap_read(const struct pt_pagemap *pm, uint64_t vpn, size_t npages, uint64_t *ret)
{
	int err = __real_pt_pagemap_read(pm, vpn, npages, ret);

	if (after_read)
		after_read(vpn, npages, ret);
	return err;
}

ssize_t __wrap_pt_pagemap_find(struct pt_pagemap *pm, uint64_t *vpn, uint64_t end_vpn,
			       struct pt_region *ret, size_t max)
{
	size_t n = 0;

	if (!nfound)
		return __real_pt_pagemap_find(pm, vpn, end_vpn, ret, max);
	for (size_t i = 0; i < nfound && n < max; i++) {
		uint64_t lo = found[i].vpn > *vpn ? found[i].vpn : *vpn;
		uint64_t hi = found[i].vpn + found[i].npages;

		hi = hi < end_vpn ? hi : end_vpn;
		if (lo < hi)
			ret[n++] = (struct pt_region){ lo, hi - lo, found[i].categories };
	}
	*vpn = end_vpn;
	return (ssize_t)n;
}

/* ---- a fixture */

int hooks_init(void **state)
{
	after_read = NULL;
	found = NULL;
	nfound = 0;
	return world_init(state);
}

void forget(const struct world *w, const char *name)
{
	assert_int_equal(unlinkat(w->root.proc_fd, name, 0), 0);
}

/* ---- mappings */

const char two_mappings[] =
	"process 42 db\n"
	"600000000000-600000010000 rw-p 00000000 00:00 0   [heap]\n"
	"VmFlags: rd wr mr mw me lo ac hg\n"
	"ppss....ff\n"
	"700000000000-700000002000 r-xp 00003000 fe:01 77  /lib/a b\\012c.so (deleted)\n"
	"hh\n";

/* ---- NUMA nodes */

void put_blocks(struct world *w, const char *size, const char *const *name)
{
	char path[128];

	fix_file(&w->fix, "devices/system/memory/block_size_bytes", size, strlen(size));
	for (; *name; name++) {
		snprintf(path, sizeof(path), "devices/system/node/%s/uevent", *name);
		fix_file(&w->fix, path, "", 0);
	}
}

/* ---- scanning */

int scan_with(struct world *w, pid_t pid, const struct pt_wish *wish, struct pt_image **ret)
{
	struct pt_target t = PT_TARGET_INIT;
	int err = pt_target_open(&w->env, pid, 0, &t);

	if (!err)
		err = pt_scan(&w->env, &t, wish, ret);
	pt_target_close(&t);
	return err;
}

struct pt_image *scan_all_of(struct world *w, pid_t pid)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS };
	struct pt_image *img = NULL;

	if (!w->env.probe)
		look(w);
	assert_int_equal(scan_with(w, pid, &wish, &img), 0);
	assert_non_null(img);
	return img;
}

void signs(const struct pt_image *img, size_t nth, struct pt_str *ret)
{
	const struct pt_vma *vma = &img->vmas.v[nth];

	pt_str_reset(ret);
	for (uint64_t vpn = pt_vma_vpn(vma); vpn < pt_vma_end_vpn(vma); vpn++) {
		struct pt_run run = pt_image_run(img, vma, vpn);
		char sign = pt_rows[run.row].sign;

		pt_str_addc(ret, (char)(run.over & PT_OVER_HUGE ? sign - 'a' + 'A' : sign));
	}
}

void assert_signs(const struct pt_image *img, size_t nth, const char *want)
{
	struct pt_str s = PT_STR_INIT;

	signs(img, nth, &s);
	assert_string_equal(s.s, want);
	pt_str_done(&s);
}
