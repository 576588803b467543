#include "pagetop/kernel/node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/abi.h"

enum { MAX_NODES = 1024 };	/* CONFIG_NODES_SHIFT is at most 10 */

static int block_bytes(const struct pt_root *root, uint64_t *ret)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(root->sys_fd, "devices/system/memory/block_size_bytes", &s);

	if (!err) {
		pt_str_cut(&s, strcspn(s.s, "\n"));
		err = pt_parse_hex(s.s, ret);
	}
	pt_str_done(&s);
	return !err && *ret < PT_PAGE_BYTES ? -EINVAL : err;
}

int pt_node_of_pfn(const struct pt_root *root, uint64_t pfn)
{
	uint64_t bytes;
	struct stat st;
	char name[96];
	int err = root->sys_fd < 0 ? -ENOENT : block_bytes(root, &bytes);

	for (int node = 0; node < MAX_NODES && !err; node++) {
		snprintf(name, sizeof(name), "devices/system/node/node%d", node);
		if (fstatat(root->sys_fd, name, &st, 0))
			continue;	/* numbers may have holes */
		snprintf(name, sizeof(name), "devices/system/node/node%d/memory%llu", node,
			 (unsigned long long)(pfn / (bytes >> PT_PAGE_SHIFT)));
		if (!fstatat(root->sys_fd, name, &st, AT_SYMLINK_NOFOLLOW))
			return node;
	}
	return err ? err : -ENOENT;
}
