#include "pagetop/kernel/kpage.h"

#include <sys/types.h>
#include <unistd.h>

static const char *const name[PT_NKPAGE] = {
	[PT_KPAGE_FLAGS] = "kpageflags",
	[PT_KPAGE_COUNT] = "kpagecount",
	[PT_KPAGE_CGROUP] = "kpagecgroup",
};

void pt_kpage_open(const struct pt_root *root, struct pt_kpage *ret)
{
	for (int i = 0; i < PT_NKPAGE; i++)
		ret->fd[i] = pt_open_at(root->proc_fd, name[i]);
}

void pt_kpage_close(struct pt_kpage *kp)
{
	for (int i = 0; i < PT_NKPAGE; i++)
		if (kp->fd[i] >= 0)
			close(kp->fd[i]);
	*kp = (struct pt_kpage)PT_KPAGE_INIT;
}

/* How many PFNs from `pfn` on follow one another. */
static size_t run_length(const uint64_t *pfn, size_t n)
{
	size_t len = 1;

	while (len < n && pfn[len] == pfn[0] + len)
		len++;
	return len;
}

int pt_kpage_read_run(const struct pt_kpage *kp, enum pt_kpage_file file, uint64_t pfn, size_t n,
		      uint64_t *ret)
{
	ssize_t got =
		kp->fd[file] < 0 ? kp->fd[file] : pt_pread_full(kp->fd[file], ret, n * 8, pfn * 8);

	if (got < 0)
		return (int)got;
	for (size_t i = (size_t)got / 8; i < n; i++)
		ret[i] = PT_KPAGE_NONE;
	return 0;
}

uint64_t pt_kpage_frames(const struct pt_kpage *kp)
{
	uint64_t lo = 0, hi = UINT64_C(1) << 40, word;	/* more than physical addresses there are */

	while (lo < hi) {	/* files of /proc have no size: where does reading end? */
		uint64_t mid = lo + (hi - lo) / 2;

		if (pt_kpage_read_run(kp, PT_KPAGE_FLAGS, mid, 1, &word) || word == PT_KPAGE_NONE)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

int pt_kpage_read(const struct pt_kpage *kp, enum pt_kpage_file file, const uint64_t *pfn, size_t n,
		  uint64_t *ret)
{
	int err = kp->fd[file] < 0 ? kp->fd[file] : 0;

	for (size_t i = 0, len; i < n && !err; i += len) {
		len = 1;
		if (i && pfn[i] == pfn[i - 1]) {	/* the zero page, again and again */
			ret[i] = ret[i - 1];
		} else if (!pfn[i]) {
			ret[i] = PT_KPAGE_NONE;
		} else {
			len = run_length(pfn + i, n - i);
			err = pt_kpage_read_run(kp, file, pfn[i], len, ret + i);
		}
	}
	return err;
}
