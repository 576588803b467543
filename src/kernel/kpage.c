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

int pt_kpage_read(const struct pt_kpage *kp, enum pt_kpage_file file, const uint64_t *pfn, size_t n,
		  uint64_t *ret)
{
	int fd = kp->fd[file];

	if (fd < 0)
		return fd;
	for (size_t i = 0, len; i < n; i += len) {
		ssize_t got = 0;

		len = 1;
		if (i && pfn[i] == pfn[i - 1]) {	/* the zero page, again and again */
			ret[i] = ret[i - 1];
			continue;
		}
		if (pfn[i]) {
			len = run_length(pfn + i, n - i);
			got = pt_pread_full(fd, ret + i, len * 8, pfn[i] * 8);
			if (got < 0)
				return (int)got;
		}
		for (size_t j = (size_t)got / 8; j < len; j++)
			ret[i + j] = PT_KPAGE_NONE;
	}
	return 0;
}
