#include "pagetop/kernel/node.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/abi.h"

enum { MAX_NODES = 1024 };	/* CONFIG_NODES_SHIFT is at most 10 */
enum { NO_NODE = -1, SHARED = -2 };

static int read_block_npages(const struct pt_root *root, uint64_t *ret)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(root->sys_fd, "devices/system/memory/block_size_bytes", &s);

	if (!err) {
		pt_str_cut(&s, strcspn(s.s, "\n"));
		err = pt_parse_hex(s.s, ret);
	}
	pt_str_done(&s);
	*ret >>= PT_PAGE_SHIFT;
	return !err && !*ret ? -EINVAL : err;
}

/* "node12" with "node" is 12. */
static bool has_number(const char *name, const char *prefix, uint64_t *ret)
{
	size_t len = strlen(prefix);

	return !strncmp(name, prefix, len) && !pt_parse_dec(name + len, ret);
}

static int add_block(struct pt_nodes *t, uint64_t block, int node)
{
	int err;

	if (block >= PT_MAX_NBLOCKS)
		return 0;
	err = pt_grow(&t->node, &t->cap, block + 1, sizeof(*t->node));
	if (err)
		return err;
	while (t->nblocks <= block)
		t->node[t->nblocks++] = NO_NODE;
	t->node[block] = (int16_t)(t->node[block] == NO_NODE ? node : SHARED);
	return 0;
}

static int add_node(struct pt_nodes *t, int dir_fd, const char *name, int node)
{
	struct dirent *e;
	uint64_t block;
	DIR *dir;
	int err = pt_dir_at(dir_fd, name, &dir);

	if (err)
		return err;
	for (errno = 0; !err && (e = readdir(dir)); errno = 0)
		if (has_number(e->d_name, "memory", &block))
			err = add_block(t, block, node);
	err = err ? err : -errno;
	closedir(dir);
	t->nnodes++;
	return err;
}

static int add_nodes(struct pt_nodes *t, const struct pt_root *root)
{
	struct dirent *e;
	uint64_t node;
	DIR *dir;
	int err = pt_dir_at(root->sys_fd, "devices/system/node", &dir);

	if (err)
		return err;
	for (errno = 0; !err && (e = readdir(dir)); errno = 0)
		if (has_number(e->d_name, "node", &node) && node < MAX_NODES)
			err = add_node(t, dirfd(dir), e->d_name, (int)node);
	err = err ? err : -errno;
	closedir(dir);
	return err;
}

int pt_nodes_init(const struct pt_root *root, struct pt_nodes *ret)
{
	int err;

	*ret = (struct pt_nodes){ 0 };
	err = root->sys_fd < 0 ? -ENOENT : read_block_npages(root, &ret->block_npages);
	if (!err)
		err = add_nodes(ret, root);
	if (err)
		pt_nodes_done(ret);
	return err;
}

void pt_nodes_done(struct pt_nodes *nodes)
{
	free(nodes->node);
	*nodes = (struct pt_nodes){ 0 };
}

int pt_node_of_pfn(const struct pt_nodes *nodes, uint64_t pfn)
{
	uint64_t block = nodes->nblocks ? pfn / nodes->block_npages : 0;

	return block < nodes->nblocks && nodes->node[block] >= 0 ? nodes->node[block] : -ENOENT;
}
